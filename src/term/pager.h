/* Long text to read: what a command printed. Pure; no terminal. */
#ifndef CUSP_TERM_PAGER_H
#define CUSP_TERM_PAGER_H

#include <stdbool.h>
#include <stddef.h>

struct pager {
    char *title;
    char *text;         /* cut into lines */
    const char **lines; /* [n_lines] */
    size_t n_lines;
    size_t top;  /* first line shown */
    size_t left; /* first column shown */
};

enum pager_result { PAGER_STAYS, PAGER_LEAVES, PAGER_IGNORES };

void pager_init(struct pager *pager, const char *title, const char *text);
void pager_done(struct pager *pager);
enum pager_result pager_key(struct pager *pager, const char *name, size_t page);
/* Keeps the last page full when the screen changed. */
void pager_fit(struct pager *pager, size_t page);

#endif
