/* A list of things to run that typing filters: the help and the palette. Pure; no terminal. */
#ifndef CUSP_TERM_MENU_H
#define CUSP_TERM_MENU_H

#include <stdbool.h>
#include <stddef.h>

#include "cusp/arena.h"

struct menu_row {
    const char *key;    /* "ctrl-p", or "" */
    const char *name;   /* "zeros MODEL" */
    const char *help;   /* a sentence */
    const char *action; /* command line or '@' act */
    bool unfinished;    /* the action wants more words: the prompt opens with it */
};

enum { MENU_FILTER_MAX = 64 };

struct menu {
    const char *title;
    struct arena arena; /* of the rows' texts */
    struct menu_row *rows;
    size_t n_rows, capacity;
    size_t *shown; /* rows that the filter lets through */
    size_t n_shown;
    size_t selected; /* index in shown */
    char filter[MENU_FILTER_MAX];
};

enum menu_result { MENU_STAYS, MENU_LEAVES, MENU_RUNS, MENU_IGNORES };

void menu_init(struct menu *menu, const char *title);
void menu_done(struct menu *menu);
/* Copies the texts. */
void menu_add(struct menu *menu, const struct menu_row *row);
/* Applies the filter; call it once after the last menu_add. */
void menu_refresh(struct menu *menu);
/* name: as of a key event; page: rows that are visible. */
enum menu_result menu_key(struct menu *menu, const char *name, size_t page);
/* Selects a shown row by its index; false if there is none. */
bool menu_select(struct menu *menu, size_t index);
/* NULL when the filter lets nothing through. */
const struct menu_row *menu_selected(const struct menu *menu);
/* First shown row to draw so that the selected one is within `page` rows. */
size_t menu_top(const struct menu *menu, size_t page);

#endif
