/* W0 in many dimensions: points by batched projection from many starts, and what W0 is near each.

   Lengths are in sides of the box ("u"); generators are weighted so that all of them together are
   of size about 1 in the box. */
#ifndef ZEROS_MANY_H
#define ZEROS_MANY_H

#include "cusp/network.h"
#include "cusp/rng.h"
#include "cusp/zeros.h"
#include "network_domain.h"

enum { MANY_LANES = 16 }; /* points that are evaluated together */

/* F = 0: the model's generators, or ∇K = 0 where it shows none. Read-only once made. */
struct many {
    const struct model *model;
    size_t dim, n_f;
    double low[SYNTAX_MAX_PARAMS], high[SYNTAX_MAX_PARAMS], side[SYNTAX_MAX_PARAMS];
    bool held[SYNTAX_MAX_PARAMS];             /* coordinates that a projection leaves alone */
    bool by_gradient;                         /* F is the gradient of K */
    struct program *own_value, *own_jacobian; /* of a network: F at other inputs than the model's;
                                                 else NULL */
    double *weight;                           /* [n_f] */
    double slope;                             /* typical size of the weighted Jacobian by u */
    double cost;                              /* operations of one evaluation at one point, about */
    const struct cancel *cancel;
};

void many_init(struct many *many, const struct model *model, const struct cancel *cancel);
/* Likewise for a network: F is looked at close to where the truth's units switch, and if `at` is
   not NULL those of the network at that point. network, truth: NULL if there are none. */
void many_init_network(struct many *many, const struct model *model, const struct network *network,
                       const struct network *truth, const double *at, const struct cancel *cancel);
/* The two halves of many_init: which F, and its weights. */
void many_prepare(struct many *many, const struct model *model, const struct cancel *cancel);
void many_weigh(struct many *many);
void many_done(struct many *many);

/* Workspace of one thread. */
struct many_space;
struct many_space *many_space_new(const struct many *many);
void many_space_free(struct many_space *space);

/* Levenberg–Marquardt from the points w[n][dim], each moved to where it ended, inside the box
   widened by margin (in u). size[n]: |F| there; INFINITY where F is undefined at the start. */
void many_project(const struct many *many, struct many_space *space, size_t n, double *w,
                  double *size, double margin);
/* |F| at most this is a solution; a double root is then within 1e-7 of the true place. */
#define MANY_SOLVED 1e-12

/* JᵀJ by u of the points w[n][dim], full: out[n][dim][dim]. NaN where undefined. Held coordinates
   are taken to change F by themselves. */
void many_normal(const struct many *many, struct many_space *space, size_t n, const double *w,
                 double *out);

/* F and its Jacobian by u at w[n][dim]: f[n][n_f], jacobian[n][n_f][dim], columns of held
   coordinates 0. */
void many_jacobian(const struct many *many, struct many_space *space, size_t n, const double *w,
                   double *f, double *jacobian);

/* K at w[n][dim]: out[n]. */
void many_kl(const struct many *many, struct many_space *space, size_t n, const double *w,
             double *out);

/* Rank of the Hessian of K at a zero, normal[dim][dim] (destroyed) by many_normal without held
   coordinates. Only where F is whitened: zeros_many_has_rank. */
int many_hessian_rank(const struct many *many, double *normal);

/* K at w is 0 as far as it can be told; size: |F| there. */
bool many_is_zero(const struct many *many, struct program_space *space, const double *w,
                  double size, double kl);

double many_distance(const struct many *many, const double *a, const double *b);

/* --- zeros_polish.c --------------------------------------------------------------------------- */

/* Where F loses rank, |F| is rounding at points still far off W0. Moves the zero w to where the
   rank is exactly what it nearly is at w. False if w is neither that nor a regular zero, so that it
   may be off W0; it is then unchanged. size: |F| at w, updated. */
bool many_polish(const struct many *many, struct many_space *space, double *w, double *size,
                 double margin);
/* True if the zero w is one of that rank, held coordinates counted, beyond doubt. */
bool many_is_regular(const struct many *many, struct many_space *space, const double *w,
                     size_t rank);
/* The dimension of the zeros of the same rank through w, polished; false if it cannot be told. At a
   general point of a piece of W0 they are that piece, also where F vanishes to a higher order. */
bool many_stratum(const struct many *many, struct many_space *space, const double *w,
                  struct rng *rng, size_t *dimension);
/* Operations of it at one point, about. */
double many_polish_cost(const struct many *many);

/* --- zeros_dimension.c ------------------------------------------------------------------------ */

/* W0 near one of its points. */
struct many_place {
    size_t rank;      /* of the Jacobian */
    size_t dimension; /* of the largest piece of W0 through the point */
    bool singular;    /* W0 is no smooth surface of that dimension there */
    bool settled;     /* false: only the rank is known; dimension is then dim − rank */
    bool guessed;     /* the dimension is that of what moves reached, for want of better */
};

/* Rank, and where a step along the null directions shows W0 smooth of dimension dim − rank, that it
   is settled. */
void many_look(const struct many *many, struct many_space *space, size_t n, const double *w,
               struct rng *rng, struct many_place *places);

/* Settles one point by moving on W0 around it. */
void many_explore(const struct many *many, struct many_space *space, const double *w,
                  struct rng *rng, struct many_place *place);

/* --- zeros_starts.c --------------------------------------------------------------------------- */

/* Start i is a function of seed and i: w[n][dim]. network, truth: NULL if there are none. */
void many_starts(const struct many *many, const struct network *network,
                 const struct network *truth, uint64_t seed, size_t n, double *w);

/* --- zeros_many.c, zeros_trail.c, zeros_reach.c ----------------------------------------------- */

CUSP_MUST_USE enum status zeros_many(const struct model *model, const struct zeros_options *options,
                                     const struct cancel *cancel, struct zero_set *out);
/* True if zeros_many and zeros_many_slice set the rank of the Hessian, which is that of F there. */
bool zeros_many_has_rank(const struct model *model);
CUSP_MUST_USE enum status zeros_many_project(const struct model *model, const double *w,
                                             double *out);
CUSP_MUST_USE enum status zeros_many_slice(const struct model *model, const double *rest, size_t ax,
                                           size_t ay, const struct zeros_options *options,
                                           const struct cancel *cancel, struct zero_set *out);

#endif
