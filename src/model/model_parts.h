/* What the files of this room share and no other room sees. */
#ifndef CUSP_MODEL_PARTS_H
#define CUSP_MODEL_PARTS_H

#include "cusp/model.h"

/* --- lower.c ---------------------------------------------------------------------------------- */

struct lower;

/* A walk of one tree into one graph; named expressions are lowered once. The caller's. */
struct lower *lower_new(const struct syntax *syntax, struct dag *dag, struct diags *diags);
void lower_free(struct lower *lower);

/* From now on inputs are variables of the graph, their components in order from `first` on. */
void lower_inputs(struct lower *lower, uint32_t first);

/* The graph that it adds to. */
struct dag *lower_dag(const struct lower *lower);

/* The node of an expression. ST_INPUT with one diagnostic per fault, and *out is then undefined. */
CUSP_MUST_USE enum status lower_expr(struct lower *lower, const struct expr *expr, uint32_t *out);

/* The value of an expression without parameters. */
CUSP_MUST_USE enum status lower_number(struct lower *lower, const struct expr *expr, double *out);

/* --- prior.c ---------------------------------------------------------------------------------- */

/* Sets log_prior and log_prior_norm from the tree's prior statements. ST_INPUT with diagnostics. */
CUSP_MUST_USE enum status prior_build(const struct syntax *syntax, struct lower *lower,
                                      struct model *model, struct diags *diags);

/* --- probe.c, probe_likelihood.c, probe_points.c
 * ------------------------------------------------------------------ */

/* Looks at K over the whole box: sets kl_scale, kl_tolerance, hess_scale, kl_min, kl_min_at and
   has_zero. ST_INPUT with a witness if K is negative or undefined somewhere in the box. */
CUSP_MUST_USE enum status probe_potential(const struct syntax *syntax, struct model *model,
                                          struct diags *diags);

/* Likewise for a likelihood's K: faults of its arguments and an infinite K with a witness; the
   least K is sought from many starts. */
CUSP_MUST_USE enum status probe_likelihood(const struct syntax *syntax, struct model *model,
                                           struct diags *diags);

/* Point i of a deterministic sequence in the box: round places first (the origin, corners, the
   middle, a coarse grid), then an even filling. out[dim]. */
void probe_point(const struct model *model, size_t i, double *out);
size_t probe_n_plain(size_t dim); /* how many round places come first */

/* The first n points of the even filling, as arrays of coordinates: out[v·stride + i]. */
void probe_points(const struct model *model, size_t n, size_t stride, double *out);

/* The k-th least of values[n], which are reordered; NaN must not occur. */
double probe_select(double *values, size_t n, size_t k);

/* "K(w1=0.3, w2=-1)" with as many digits as tell the point apart. */
void probe_add_point(const struct model *model, const char *function, const double *w,
                     struct text *out);

/* A point with fewer digits at which fault() still holds: w[dim] is overwritten by it. */
void probe_plain_witness(const struct model *model, bool (*fault)(const double *w, void *context),
                         void *context, double *w);

/* --- hazards.c -------------------------------------------------------------------------------- */

/* The places in K's formula that can fail: divisors, arguments of log and sqrt, bases of powers. */
struct hazards;

struct hazards *hazards_new(const struct model *model);
void hazards_free(struct hazards *hazards);

/* In words, what fails at w ("division by zero"); NULL if nothing does. */
const char *hazards_at(const struct hazards *hazards, struct program_space *space, const double *w);

/* A pole or an end of K's domain between the points[dim][n]: true if there is one at w[dim] (set)
   where *what fails. */
bool hazards_search(const struct hazards *hazards, struct program_space *space,
                    const double *points, size_t n, double *w, const char **what);

/* The nodes that root is made of: reached[id] != 0 for id up to root; the caller's. */
unsigned char *model_reached(const struct dag *dag, uint32_t root);

/* True if no piecewise operation stands in root. */
bool model_node_is_smooth(const struct dag *dag, uint32_t root);

/* --- branch.c --------------------------------------------------------------------------------- */

/* The least value of out[0] of a program among the middles of boxes that intervals cannot clear:
   best first, `budget` boxes at most. Boxes whose lower bound reaches `enough` are cleared. Returns
   INFINITY with all cleared or nothing found; −INFINITY where a middle is NaN or infinite. at[dim].
 */
double branch_least(const struct model *model, const struct program *program,
                    struct program_space *space, double enough, size_t budget, double *at);

/* --- descend.c -------------------------------------------------------------------------------- */

/* Walks downhill in the box from w[dim] (overwritten) by damped Newton steps until K ≤ target or
   rounding ends it; returns K there. */
double descend(const struct model *model, struct program_space *space, double target, double *w);

/* Likewise by Gauss–Newton steps on the generators, if the model has any: K flat across W0 and many
   parameters are no obstacle to it. */
double descend_by_generators(const struct model *model, struct program_space *space, double target,
                             double *w);

/* True if K(w) cannot be told from 0: its enclosure at the single point w reaches 0 or below. */
bool descend_is_rounding_zero(const struct model *model, struct program_space *space,
                              const double *w, double *width);

/* --- least_squares.c -------------------------------------------------------------------------- */

/* From w[dim] (overwritten) to where the sum of the generators' squares is 0 or least in the box;
   returns K there. Needs generator_jacobian. */
double least_squares_walk(const struct model *model, struct program_space *space, double target,
                          double *w);

/* --- small_eigen.c ---------------------------------------------------------------------------- */

/* Eigenvalues of a symmetric a[n][n], n ≤ 3, in no order, by Jacobi's rotations; a is destroyed. */
void small_eigen(double *a, size_t n, double *values);

/* Full symmetric matrix [dim][dim] from an upper triangle by rows. */
void unpack_symmetric(const double *upper, size_t dim, double *out);

#endif
