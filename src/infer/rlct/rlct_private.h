/* What the files of λ share: the work in the child process, and what it hands back. */
#ifndef CUSP_RLCT_PRIVATE_H
#define CUSP_RLCT_PRIVATE_H

#include "cusp/exact.h"
#include "cusp/rlct.h"
#include "cusp/text.h"

/* What the child leaves. */
struct rlct_answer {
    enum status status;
    const char *why;
    struct rlct rlct; /* if ST_OK */
};

/* λ at one point, or over several: exact, or between bounds. */
struct rlct_bounds {
    bool exact;
    struct rat lambda;
    long multiplicity;
    struct rat lower, upper; /* den 0: none */
    const char *lower_why, *upper_why;
};

struct rlct_work {
    const struct model *model;
    const struct rlct_options *options;
    struct arena *arena;
    struct exact exact;
    struct rlct_answer *answer;
    struct rlct *rlct; /* the answer's */
    size_t step_capacity, place_capacity;
};

/* --- rlct_general.c --------------------------------------------------------------------------- */

/* Fills the work's answer by the general methods. */
void rlct_general(struct rlct_work *work);
/* What is known fast, once they took too long, as `reason` says. */
void rlct_general_bounds(struct rlct_work *work, const char *reason);
/* Sets the status and why; returns false, for ease. */
bool rlct_fail(struct rlct_work *work, enum status status, const char *why);
void rlct_step(struct rlct_work *work, const char *step);
void rlct_steps(struct rlct_work *work, const char *const *steps, size_t n);
struct rlct_place *rlct_add_place(struct rlct_work *work);
int rlct_order(struct rat a, struct rat b);
struct quantity rlct_quantity(struct rat value, enum standing standing, const char *why);
struct quantity rlct_unknown(const char *why);
/* λ is exact, as said. */
void rlct_settle(struct rlct_work *work, struct rat lambda, long multiplicity, const char *method,
                 const char *why);
/* The lesser of two λ, with its multiplicity. */
void rlct_least(struct rat *lambda, long *multiplicity, struct rat other, long other_multiplicity);

/* --- rlct_plane.c, rlct_many.c ---------------------------------------------------------------- */

void rlct_in_plane(struct rlct_work *work);
void rlct_in_many(struct rlct_work *work);
/* One piece as a problem in the plane; a single parameter has a second one beside it that K does
   not depend on, which changes neither λ nor m. */
struct rlct_planar {
    struct plane_problem problem;
    struct prior_factor *prior;
    struct poly *kl;
    bool empty; /* the piece has no area */
};
void rlct_planar_start(struct rlct_work *work, const struct exact_piece *piece,
                       struct rlct_planar *out);
void rlct_planar_done(struct rlct_planar *planar);
/* Fills exact and the answer's first steps; false: failed, and said so. */
bool rlct_read(struct rlct_work *work);
/* K or Σ f²; the caller's. */
struct poly *rlct_piece_kl(const struct exact_piece *piece);

/* --- rlct_smooth.c -----------------------------------------------------------------------------
 */

/* Settles λ of the whole box where W0 is proved to be a smooth surface of one equation that passes
   through the box. False: it is not, and nothing was changed. */
bool rlct_smooth_surface(struct rlct_work *work);
/* f is above 0 at one point inside the box and below at another. */
bool rlct_changes_sign(struct rlct_work *work, const struct poly *f);

/* --- rlct_bounds_poly.c ------------------------------------------------------------------------
 */

/* Bounds of a polynomial K from its degree and factors. False: nothing is known. */
bool rlct_poly_bounds(struct rlct_work *work, const char *reason);

/* --- rlct_idle.c -------------------------------------------------------------------------------
 */

/* More than two parameters of which K and the prior use at most two: in the plane of these. False:
   that is not so, or not decided, and nothing was changed. */
bool rlct_without_idle(struct rlct_work *work);

/* --- rlct_blocks.c, rlct_crossing.c
 * ---------------------------------------------------------------
 */

/* λ and m of the whole box where K is a sum or product of functions of one or two parameters each,
   each resolved over its own box; says so in steps. False: it is not, or has no zero. */
bool rlct_blocks(struct rlct_work *work, struct rat *lambda, long *multiplicity);
/* An upper bound of λ of the whole box, from a function that changes its sign inside; why. False:
   none. */
bool rlct_crossing(struct rlct_work *work, struct rat *upper, const char **why);

/* --- rlct_newton.c ---------------------------------------------------------------------------- */

/* At a point with fractions as coordinates, in the coordinates given; piece: NULL: of K itself.
   NULL: there is none to be had. */
const struct newton *rlct_newton(struct rlct_work *work, const struct exact_piece *piece,
                                 const char *const *at, const char *at_text);

/* --- rlct_bounds.c ---------------------------------------------------------------------------- */

/* Where K is no polynomial's equivalent, as `reason` says: what can be proved of λ all the same.
   False: nothing can, and nothing was changed. */
bool rlct_only_bounds(struct rlct_work *work, const char *reason);

/* --- rlct_points.c ---------------------------------------------------------------------------- */

/* Exact coordinates of a point. */
struct rlct_point {
    const char **text; /* [dim] */
    double *at;        /* [dim] */
};

/* K is exactly 0 there, by its exact form. */
bool rlct_vanishes(const struct exact *exact, const char *const *at);
bool rlct_in_box(const struct exact *exact, const double *at);
const char *rlct_point_text(struct rlct_work *work, const struct rlct_point *point);
/* Points of W0 worth a look: the origin, those of `expect`, a round one where K was found least. */
size_t rlct_candidates(struct rlct_work *work, struct rlct_point **out);
/* The zero that is meant by a point which may be a little off. False: none with fractions as
   coordinates is near. */
bool rlct_snap(struct rlct_work *work, const double *at, struct rlct_point *out);
/* Where K is 0 by a hair off the point asked for, at fractions; NULL: it is not. */
const char *rlct_fraction_meant(struct rlct_work *work);
/* Numbers as they are meant; options->at: as it was written. */
struct rlct_point rlct_point_of(struct rlct_work *work, const double *at);

/* --- rlct_locus.c ----------------------------------------------------------------------------- */

/* True if it is proved that W0 is smooth, of a codimension that gives λ and m = 1, at every point
   but points[*but] (*but = n: without exception; then one of the points, all of W0, is inside the
   box). */
bool rlct_smooth_elsewhere(struct rlct_work *work, const struct rlct_point *points, size_t n,
                           size_t *but, struct rat *lambda);

/* A rank that the derivatives of the generators are proved to have at least at every point of W0;
   0: none. λ of the box is at least half of it. */
size_t rlct_rank_everywhere(struct rlct_work *work);

#endif
