/* Hamiltonian Monte Carlo: leapfrog trajectories of jittered step and length.
   Neal 2011, Handbook of Markov Chain Monte Carlo, chapter 5. */
#include "cusp/sampler.h"

#include "../samplers.h"
#include "../target_private.h"

#define HMC_JITTER 0.6 /* narrow places want small steps, wide ones large */

static double hmc_first_step(size_t dim)
{
    return 0.9 / pow((double)dim, 0.25);
}

static void hmc_move(const struct target *target, struct target_space *space, struct flock *flock,
                     const struct tuning *tuning, double *scratch)
{
    leapfrog_move(target, space, flock, tuning, tuning->leaps > 0 ? tuning->leaps : 1, HMC_JITTER,
                  scratch);
}

const struct sampler sampler_hmc = {
    .name = "hmc",
    .title = "Hamiltonian Monte Carlo",
    .help = "Follows the gradient along trajectories of a moving particle, of jittered length.",
    .uses_gradient = true,
    .target_acceptance = 0.8,
    .by_gradient = 0.5,
    .first_step = hmc_first_step,
    .scratch = LEAPFROG_SCRATCH,
    .move = hmc_move,
};
