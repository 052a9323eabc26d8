/* What the views of exact λ share: which resolution is shown, its words, and what is not there yet.
 */
#ifndef CUSP_VIEW_EXACT_H
#define CUSP_VIEW_EXACT_H

#include "cusp/arena.h"
#include "cusp/figure.h"
#include "cusp/snapshot.h"

/* The one the person makes while they resolve by hand, else that at the cursor or of the box; NULL
   if there is none. */
const struct resolution *shown_resolution(const struct snapshot *snapshot, size_t side);
/* The result it belongs to; NULL if there is none. */
const struct rlct *shown_rlct(const struct snapshot *snapshot, size_t side);
/* The chart that is looked at; 0 if the one asked for is not there. */
size_t shown_chart(const struct snapshot *snapshot, size_t side);
/* The polyhedron shown; NULL if there is none. */
const struct newton *shown_newton(const struct snapshot *snapshot, size_t side);

/* λ is still being found, of a model in two parameters, which will have a resolution or be smooth.
 */
bool exact_awaited(const struct snapshot *snapshot, size_t side);
/* figure_missing of what belongs to exact λ, with rlct_why if it will never be there; none: what to
   say if λ is known without it. */
void exact_missing(const struct snapshot *snapshot, size_t side, const char *title,
                   const char *what, const char *none, const struct area *area, struct arena *arena,
                   struct figure *out);

/* "λ = 5/12, m = 1", "1/3 ≤ λ ≤ 1/2", "λ ≤ 1/2"; with " here" after λ for what is local. "" if
   nothing is known. */
const char *say_lambda(const struct rlct *rlct, struct arena *arena);
/* "5/12 = 0.4167", or "1/2" where the decimal says no more. */
const char *say_ratio(struct rat r, struct arena *arena);
/* "(12, 4)". */
const char *say_numbers(const struct resolution_divisor *divisor, struct arena *arena);
/* "(4 + 1)/12 = 5/12". */
const char *say_quotient(const struct resolution_divisor *divisor, struct arena *arena);
/* "λ = 5/12, m = 1: E3 has (N, k) = (12, 4), (k + 1)/N = 5/12 is the least; 3 blow-ups", as long as
   fits. */
const char *say_verdict(const struct resolution *resolution, const struct area *area,
                        struct arena *arena);
/* The verdict; of a resolution that λ was not read off, what λ is. */
const char *say_outcome(const struct snapshot *snapshot, size_t side, const struct resolution *r,
                        const struct area *area, struct arena *arena);
/* Powers as superscripts, minus signs as such, no stars; what no screen has room for is cut. */
const char *say_pretty(const char *text, struct arena *arena);
/* "(0, 1/2)" of a point of a chart. */
const char *say_chart_point(const struct resolution *resolution,
                            const struct resolution_point *point, struct arena *arena);
/* The divisor that a coordinate of a chart is the equation of; NULL if of none. */
const struct resolution_divisor *chart_divisor(const struct resolution *resolution, size_t chart,
                                               size_t coordinate);
const char *not_null(const char *text); /* "" for NULL */
/* "1 blow-up", "3 blow-ups". */
const char *say_count(size_t n, const char *one, struct arena *arena);

#endif
