/* Which colours a terminal has, and pairs of them for curses. */
#ifndef CUSP_TERM_COLOURS_H
#define CUSP_TERM_COLOURS_H

#include "cusp/cells.h"
#include "cusp/term.h"

/* By options and environment alone. n_colours: what the terminal's own entry says, −1 if there is
   none.  why: a few words, for `doctor`. */
enum colour_depth colours_depth(const struct term_options *options, const char *term, int n_colours,
                                const char **why);

/* A cell's colour as a number for curses at a depth: −1 for the terminal's own. */
int colours_number(uint32_t colour, enum colour_depth depth);

/* True if a background is nearer to white than to black. */
bool colours_is_light(uint32_t rgb);

struct colour_pairs {
    struct pair_slot *slots; /* open addressing */
    size_t n_slots, count;
    int limit; /* pairs that may be had */
};

void colour_pairs_init(struct colour_pairs *pairs, int limit);
void colour_pairs_done(struct colour_pairs *pairs);
void colour_pairs_clear(struct colour_pairs *pairs);
/* The number of a pair, ≥ 1; *fresh: it is new. −1 when no more can be had: clear them all and draw
   anew. (−1, −1) is pair 0. */
int colour_pairs_find(struct colour_pairs *pairs, int fg, int bg, bool *fresh);

#endif
