/* Metropolis-adjusted Langevin algorithm, as one leapfrog step from a fresh momentum, which is the
   same transition and knows what to do at walls. Roberts and Tweedie 1996, Bernoulli 2. */
#include "cusp/sampler.h"

#include "../samplers.h"
#include "../target_private.h"

#define MALA_JITTER 0.9 /* narrow places want small steps, wide ones large */

static double mala_first_step(size_t dim)
{
    return 1.1 / pow((double)dim, 1.0 / 6);
}

static void mala_move(const struct target *target, struct target_space *space, struct flock *flock,
                      const struct tuning *tuning, double *scratch)
{
    leapfrog_move(target, space, flock, tuning, 1, MALA_JITTER, scratch);
}

const struct sampler sampler_mala = {
    .name = "mala",
    .title = "Metropolis-adjusted Langevin",
    .help = "A step along the gradient plus noise, accepted or not.",
    .uses_gradient = true,
    .target_acceptance = 0.57,
    .by_gradient = 0.5,
    .first_step = mala_first_step,
    .scratch = LEAPFROG_SCRATCH,
    .move = mala_move,
};
