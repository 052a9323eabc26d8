/* Words and numbers for views: text in an arena, the longest wording that fits, wrapped lines. */
#ifndef CUSP_VIEW_TEXT_H
#define CUSP_VIEW_TEXT_H

#include "cusp/arena.h"
#include "cusp/figure.h"
#include "cusp/model.h"
#include "cusp/snapshot.h"

const char *say(struct arena *arena, const char *format, ...) CUSP_PRINTF(2, 3);
const char *say_number(struct arena *arena, double x, int digits);
/* "8 %", "0.06 %" of a share 0..1. */
const char *say_percent(struct arena *arena, double share);
const char *say_rat(struct arena *arena, struct rat r);
/* d/2 as "1", "3/2". */
const char *say_half(struct arena *arena, size_t dim);
/* Cut to at most `width` columns, with an ellipsis if anything was cut. */
const char *say_cut(struct arena *arena, const char *text, int width);
/* "0.5 ± 0.13"; a mean that is 0 but for rounding is 0. */
const char *say_mean(struct arena *arena, double mean, double sd);
/* "w1 = 0.5, w2 = 0" of a whole vector. */
const char *say_point(struct arena *arena, const struct model *model, const double *w);

/* What kind of point it is: point_class_name, with a flat point told from a singular one of W0;
   and in one word, for narrow places. */
const char *say_point_class(const struct fisher *fisher);
const char *say_class(const struct fisher *fisher);

/* Columns a title or note may take in a framed figure of this size. */
int say_room(const struct area *area);
/* The first candidate that fits the area's frame; else the last, cut. Candidates go from long to
   short and end with NULL; NULL or "" before that is left out by the caller. */
const char *say_fit(struct arena *arena, const struct area *area, const char *const *candidates);
#define SAY_FIT(arena, area, ...) say_fit(arena, area, (const char *const[]){__VA_ARGS__, NULL})

struct line_list {
    struct arena *arena;
    struct figure_line *items;
    size_t count, capacity;
};

/* Adds text as lines of at most `width` columns, broken at blanks and newlines. */
void line_list_wrap(struct line_list *list, const char *text, int width, enum role role);
/* Adds text as lines as they stand: only newlines break, and long ones are cut. */
void line_list_verbatim(struct line_list *list, const char *text, int width, enum role role);

/* A figure of words where a picture cannot be: what is being computed, or why it cannot. */
void figure_missing(const struct side *side, const char *title, const char *what,
                    const struct area *area, struct arena *arena, struct figure *out);

/* A result that comes before the picture it belongs to is finished: marks the figure. */
void figure_marks(const struct side *side, bool coarse, struct figure *out);

#endif
