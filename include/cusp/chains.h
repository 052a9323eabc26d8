/* Markov chains: any sampler of the table, warmed up, adapted and run. */
#ifndef CUSP_CHAINS_H
#define CUSP_CHAINS_H

#include "cusp/mixing.h"
#include "cusp/sampler.h"

struct chains_options {
    const char *sampler;                /* NULL: "nuts" */
    size_t n_chains, n_warmup, n_draws; /* 0: 4, 500, 500 */
    size_t threads;                     /* results do not depend on it */
    uint64_t seed;
    const double *start; /* [dim][n_chains], NULL: drawn from the prior */
};

struct chains {
    size_t dim, n_chains, n_draws;
    double *draws;   /* [dim][n_chains][n_draws] */
    double *log_lik; /* [n_chains][n_draws]: ℓ untempered */
    double acceptance;
    double step;
    double evaluations; /* of ℓ at one observation */
};

CUSP_MUST_USE enum status chains_run(const struct target *target,
                                     const struct chains_options *options,
                                     const struct cancel *cancel, struct chains *out);
void chains_done(struct chains *chains);
struct mixing chains_mixing(const struct chains *chains, size_t param);

#endif
