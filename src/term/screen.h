/* Cells on the terminal by curses: only what changed, in one synchronized update. */
#ifndef CUSP_TERM_SCREEN_H
#define CUSP_TERM_SCREEN_H

#include "cusp/cells.h"
#include "cusp/status.h"
#include "cusp/term.h"
#include "cusp/text.h"

struct screen;

struct cursor {
    int column, row;
    bool visible;
};

/* What was found out about the terminal, for `doctor`. */
struct screen_facts {
    const char *term, *entry; /* TERM, and the terminfo entry in use */
    enum colour_depth depth;
    const char *why_depth;
    bool utf8;
    int n_pairs, pair_limit;
};

/* ST_UNABLE with the reason in why. */
CUSP_MUST_USE enum status screen_open(const struct term_options *options, struct text *why,
                                      struct screen **out);
void screen_close(struct screen *screen);

/* Leaves and takes the terminal again, for suspending. */
void screen_leave(struct screen *screen);
void screen_enter(struct screen *screen);

void screen_size(const struct screen *screen, int *width, int *height);
/* Height of a character cell by its width; 2 if the terminal does not say. */
double screen_cell_aspect(const struct screen *screen);
/* Asks for the size again; true if it changed. */
bool screen_resize(struct screen *screen);
/* Draws everything anew next time. */
void screen_forget(struct screen *screen);
/* False if the terminal shows just that already. */
bool screen_show(struct screen *screen, const struct cells *cells, struct cursor cursor);
void screen_mouse(struct screen *screen, bool on);
/* Writes control codes past curses. */
void screen_send(struct screen *screen, const char *codes);
/* False once the terminal took no more: it is gone. */
bool screen_alive(const struct screen *screen);
const struct screen_facts *screen_facts(const struct screen *screen);

#endif
