/* What the files of the zero-set search share: systems F = 0 that make up W0, and points on them.

   K is split into a union of systems: W0 = ∪_s {w in the box: F_s(w) = 0}. A system is a list of
   generators, each weighted to be of size about 1 in the box; coordinates are measured in sides of
   the box ("u"), so that one length means the same on every axis of a picture. */
#ifndef ZEROS_PRIVATE_H
#define ZEROS_PRIVATE_H

#include "cusp/zeros.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- splitting (zeros_split.c, zeros_union.c, zeros_poly.c)
 * ----------------------------------------------------
 */

/* All of node[n] vanish together; ascending, each once. n = 0: true everywhere. */
struct zeros_joint {
    uint32_t *node;
    size_t n;
};

/* A union of such sets; n = 0: the empty set. */
struct zeros_union {
    struct zeros_joint *set;
    size_t n, capacity;
};

void zeros_union_done(struct zeros_union *sets);
/* Takes the set. */
void zeros_union_add(struct zeros_union *sets, struct zeros_joint joint);
void zeros_union_add_node(struct zeros_union *sets, uint32_t node);
void zeros_union_add_everything(struct zeros_union *sets);
/* sets := sets ∩ more, distributed; more is emptied. */
void zeros_union_intersect(struct zeros_union *sets, struct zeros_union *more);

struct zeros_problem;

/* {y = 0} in the box as a union of joint zero sets of simpler expressions. */
void zeros_split(const struct zeros_problem *p, uint32_t y, struct zeros_union *out);

/* {all of node[n] = 0}, each split first. */
void zeros_split_all(const struct zeros_problem *p, const uint32_t *node, size_t n,
                     struct zeros_union *out);

/* Writes polynomials whose product has the zeros of y, if y is a polynomial and that gains
   something (a monomial factor, a square root, a difference of two squares); else returns 0. */
size_t zeros_poly_factors(struct dag *dag, uint32_t y, uint32_t *out, size_t max);

/* True if y = (*root)² as polynomials, up to rounding of the coefficients. */
bool zeros_poly_root(struct dag *dag, uint32_t y, uint32_t *root);

/* --- systems (zeros_system.c, zeros_newton.c) ---------------------------------------------------
 */

enum {
    ZEROS_MAX_DEPTH = 3,    /* how often a degenerate system is replaced by its derivatives */
    ZEROS_MAX_SYSTEMS = 200 /* of all depths together */
};

struct zeros_system {
    uint32_t *node; /* [n] generators */
    size_t n;
    unsigned depth;
    struct program *value;      /* out[n] */
    struct program *with_slope; /* out[n + n·dim]: generators, Jacobian by rows */
    double *weight;             /* [n]: 1 / typical size of a generator */
    double cost;                /* of one evaluation, in program steps */
    double slope;               /* typical size of the weighted Jacobian */
};

struct zeros_problem {
    size_t dim;
    double low[SYNTAX_MAX_PARAMS], high[SYNTAX_MAX_PARAMS], side[SYNTAX_MAX_PARAMS];
    struct dag *dag;
    uint32_t kl;
    struct program *kl_program; /* out[1]: K, as a square where that was found */
    double kl_scale, tolerance;
    bool smooth;
    bool of_rows;      /* K is a likelihood's, summed over inputs or outputs */
    double quasi_root; /* of zeros_quasi */
    struct program_space *space;
    const struct cancel *cancel;
    struct zeros_system **systems; /* those of depth 0 make up W0 */
    size_t n_systems, systems_capacity;
    double *work; /* scratch of zeros_eval and zeros_newton */
    size_t n_work;
    double work_done; /* in program steps, on evaluations */
    const char *why;  /* NULL while nothing was left out */
    bool lost;        /* a curve ended, and nothing showed why */
};

/* K of the whole model, or (slice) K(rest with axes ax, ay free), in a graph of its own. */
void zeros_problem_init(struct zeros_problem *p, const struct model *model,
                        const struct cancel *cancel);
void zeros_problem_slice(struct zeros_problem *p, const struct model *model, const double *rest,
                         size_t ax, size_t ay, const struct cancel *cancel);
void zeros_problem_done(struct zeros_problem *p);

/* True if the search must end: cancelled, or its budget is spent (why is set). */
bool zeros_stopped(struct zeros_problem *p);

/* Adds the systems of {all nodes = 0} (split) that are not there yet; returns the least index of
   those systems, new or not; n_systems or more if there are none. */
size_t zeros_add_systems(struct zeros_problem *p, const uint32_t *node, size_t n, unsigned depth);

/* Adds the systems of {F = 0 and ∂F = 0}: where F loses all rank. Returns as zeros_add_systems. */
size_t zeros_deflate(struct zeros_problem *p, const struct zeros_system *s);

/* Median of the positive ones among value[n] (which it sorts); 1 if there are none. */
double zeros_typical(double *value, size_t n);
/* Order of two doubles, for qsort. */
int zeros_compare(const void *a, const void *b);

/* Weighted F[n] and, if not NULL, its Jacobian by u, slope[n][dim]. False if not finite. */
bool zeros_eval(struct zeros_problem *p, const struct zeros_system *s, const double *w, double *f,
                double *slope);

/* True if K(w) ≤ tolerance, or if rounding alone keeps the computed K from it. */
#define ZEROS_ROUNDING 1e-9 /* × kl_scale: more than this is never rounding */
bool zeros_is_zero(struct zeros_problem *p, const double *w);
double zeros_kl(struct zeros_problem *p, const double *w);

/* Stricter: K(w) ≤ tolerance and a system vanishes at w itself within rounding. A point of no
   particular place that does so lies in an open set of zeros. */
bool zeros_vanishes(struct zeros_problem *p, const double *w);

/* True if F may vanish within rounding of w. */
bool zeros_may_vanish(struct zeros_problem *p, const struct zeros_system *s, const double *w);

/* Levenberg–Marquardt from w to a nearby solution of F = 0 (quadratic convergence wherever the rank
   is constant: Yamashita and Fukushima 2001); w is moved onto the box if it ends within rounding
   outside. Returns true if the result lies in the box and is a zero of K. */
bool zeros_newton(struct zeros_problem *p, const struct zeros_system *s, double *w);

/* Rank of the Jacobian at w, singular values below ZEROS_RANK_TOLERANCE × its typical size counting
   as 0. */
size_t zeros_rank(struct zeros_problem *p, const struct zeros_system *s, const double *w);
#define ZEROS_RANK_TOLERANCE 1e-6

/* |F| at w, weighted. */
double zeros_residual(struct zeros_problem *p, const struct zeros_system *s, const double *w);

bool zeros_inside(const struct zeros_problem *p, const double *w);
double zeros_distance(const struct zeros_problem *p, const double *a, const double *b); /* in u */

/* The i-th point of a low-discrepancy sequence in the box (Roberts' R_d). */
void zeros_quasi(const struct zeros_problem *p, uint64_t seed, size_t i, double *w);

/* --- covering (zeros_cover.c) -------------------------------------------------------------------
 */

/* The cells of a 2^level grid that interval evaluation cannot rule out. */
struct zeros_cover {
    unsigned level;
    size_t dim;
    uint32_t *cell; /* [n][dim]: where F = 0 is possible */
    size_t n;
    uint32_t *full; /* [n_full][1 + dim]: level and place of cells where F = 0 throughout */
    size_t n_full;
};

/* Refines up to max_level, stopping early where more than max_cells would remain. */
void zeros_cover_find(struct zeros_problem *p, const struct zeros_system *s, unsigned max_level,
                      size_t max_cells, struct zeros_cover *out);
void zeros_cover_done(struct zeros_cover *cover);

/* --- results (zeros_result.c) -------------------------------------------------------------------
 */

/* A growing list of points of the problem's dim. */
struct zeros_path {
    size_t dim, n, capacity;
    double *w; /* [n][dim] */
    bool *singular;
};

void zeros_path_init(struct zeros_path *path, size_t dim);
void zeros_path_done(struct zeros_path *path);
void zeros_path_add(struct zeros_path *path, const double *w, bool singular);
void zeros_path_reverse(struct zeros_path *path);

/* Moves the path's points into a new component; drops points that are no zeros of K. An empty one
   is not added. */
void zeros_result_add(struct zeros_problem *p, struct zero_set *out, struct zeros_path *path,
                      size_t dimension, bool closed);

/* --- by dimension -------------------------------------------------------------------------------
 */

enum status zeros_line(struct zeros_problem *p, struct zero_set *out);
enum status zeros_plane(struct zeros_problem *p, const struct zeros_options *options,
                        struct zero_set *out);
enum status zeros_cloud(struct zeros_problem *p, const struct zeros_options *options,
                        struct zero_set *out);

#endif
