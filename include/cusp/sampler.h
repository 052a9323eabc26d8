/* Samplers: one const descriptor a file, one row of samplers.def each. Each moves many chains at
   once by one transition that leaves the target as it is. */
#ifndef CUSP_SAMPLER_H
#define CUSP_SAMPLER_H

#include "cusp/rng.h"
#include "cusp/target.h"

/* Chains as arrays: w[dim][n]. */
struct flock {
    size_t dim, n;
    double **w;                  /* [dim][n] */
    double *log_prior, *log_lik; /* [n] at w */
    double **gradient;           /* [dim][n] of log π at w; valid only if has_gradient */
    bool has_gradient;
    struct rng *rng;  /* [n], one a chain, so that chains do not depend on one another */
    double *accepted; /* [n]: acceptance probability of the last transition */
    double *moved;    /* [n]: squared distance of the last transition in units of scale */
};

/* What adaptation sets: a step size and a scale per parameter (posterior sd). */
struct tuning {
    double step;         /* > 0, in units of scale */
    const double *scale; /* [dim] > 0 */
    size_t leaps;        /* about how many leapfrog steps a transition makes (HMC) */
};

struct sampler {
    const char *name, *title, *help;
    bool uses_gradient;
    double target_acceptance; /* what step is tuned to: 0.8, 0.57, 0.234 … */
    double by_gradient; /* scales are best so much 1 / E|gradient|, the rest standard deviations,
                           in logarithms */
    double (*first_step)(size_t dim);
    size_t scratch; /* doubles a chain and parameter that `move` wants */
    /* One transition of every chain. scratch: [scratch × dim × n]. Neither loops over transitions
       nor allocates; walls of the box reflect. */
    void (*move)(const struct target *target, struct target_space *space, struct flock *flock,
                 const struct tuning *tuning, double *scratch);
};

/* The rows of samplers.def in order, NULL-terminated. */
extern const struct sampler *const samplers[];
const struct sampler *sampler_named(const char *name); /* NULL if none */

#endif
