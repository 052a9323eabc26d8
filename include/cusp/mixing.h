/* How well draws mix: effective sample sizes, R̂ and Monte Carlo standard errors. */
#ifndef CUSP_MIXING_H
#define CUSP_MIXING_H

#include <stddef.h>

/* draws[chain·stride_chain + i·stride_draw], n_chains chains of n_draws each. Rank-normalised split
   R̂ and bulk ESS: Vehtari, Gelman, Simpson, Carpenter, Bürkner 2021, Bayesian Analysis 16(2). NaN
   if n_draws < 4; constant draws: R̂ NaN and ESS 0. */
struct mixing {
    double rhat, ess_bulk, ess_tail, mean, sd, mcse;
};
struct mixing mixing_of(const double *draws, size_t n_chains, size_t n_draws, size_t stride_chain,
                        size_t stride_draw);

#endif
