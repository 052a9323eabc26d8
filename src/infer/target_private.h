/* Private to infer: flocks of chains, and what samplers share. */
#ifndef CUSP_INFER_TARGET_PRIVATE_H
#define CUSP_INFER_TARGET_PRIVATE_H

#include "cusp/sampler.h"
#include "prior_shape.h"

#include <math.h>

const struct prior_shape *target_prior_shape(const struct target_space *space);

/* How often ℓ was computed in this space, at one point and for one row. */
double target_evaluations(const struct target_space *space);

struct flock *flock_new(size_t dim, size_t n);
void flock_free(struct flock *flock);

/* Values at flock->w, and the gradient if wanted. */
void flock_evaluate(const struct target *target, struct target_space *space, struct flock *flock,
                    bool with_gradient);

/* Hands out arrays from scratch: [n] for a number a chain, [dim][n] through pointers. */
struct scratch {
    double *at;
};
static inline double *scratch_numbers(struct scratch *scratch, size_t n)
{
    double *at = scratch->at;
    scratch->at += n;
    return at;
}
static inline void scratch_vectors(struct scratch *scratch, size_t dim, size_t n, double **out)
{
    for (size_t k = 0; k < dim; k++)
        out[k] = scratch_numbers(scratch, n);
}

/* log π at a point that may not be one: never NaN. */
static inline double log_target(const struct target *target, double log_prior, double log_lik)
{
    double sum = (target->prior_off < 1 ? (1 - target->prior_off) * log_prior : 0) +
                 (target->beta == 0 ? 0 : target->beta * log_lik);
    return sum < INFINITY ? sum : -INFINITY;
}

/* Folds x into [low, high] as if the walls were mirrors; *flips is multiplied by −1 for each odd
   number of reflections. What is not finite lands on the wall with *flips NaN. */
double fold_into(double x, double low, double high, double *flips);

/* One leapfrog trajectory of about `leaps` steps a chain, and its Metropolis test. Steps are
   jittered by a factor in 1 ± jitter. scratch: LEAPFROG_SCRATCH. */
enum { LEAPFROG_SCRATCH = 9 };
void leapfrog_move(const struct target *target, struct target_space *space, struct flock *flock,
                   const struct tuning *tuning, size_t leaps, double jitter, double *scratch);

/* One leapfrog step of n chains: q, p (in units of 1/scale), g are [dim][n], eps[n] signed. */
void leapfrog_step(const struct target *target, struct target_space *space,
                   const struct tuning *tuning, size_t n, const double *eps, double *const *q,
                   double *const *p, double *const *g, double *log_prior, double *log_lik);

#endif
