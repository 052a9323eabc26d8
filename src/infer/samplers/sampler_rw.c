/* Random walk Metropolis with normal proposals, folded at the walls of the box.
   Roberts, Gelman and Gilks 1997, Annals of Applied Probability 7. */
#include "cusp/sampler.h"

#include "../samplers.h"
#include "../target_private.h"

static double rw_first_step(size_t dim)
{
    return 2.38 / sqrt((double)dim);
}

static void rw_settle(const struct target *target, struct flock *flock, const double *scale,
                      double *const *q, const double *log_prior, const double *log_lik, size_t i)
{
    double change = log_target(target, log_prior[i], log_lik[i]) -
                    log_target(target, flock->log_prior[i], flock->log_lik[i]);
    double chance = exp(fmin(0, change)), moved = 0;
    flock->accepted[i] = chance >= 0 ? chance : 0;
    flock->moved[i] = 0;
    if (!(rng_uniform(&flock->rng[i]) < chance))
        return;
    for (size_t k = 0; k < flock->dim; k++) {
        double step = (q[k][i] - flock->w[k][i]) / scale[k];
        moved += step * step;
        flock->w[k][i] = q[k][i];
    }
    flock->moved[i] = moved;
    flock->log_prior[i] = log_prior[i];
    flock->log_lik[i] = log_lik[i];
}

static void rw_move(const struct target *target, struct target_space *space, struct flock *flock,
                    const struct tuning *tuning, double *scratch)
{
    struct scratch from = {scratch};
    double *q[SYNTAX_MAX_PARAMS];
    scratch_vectors(&from, flock->dim, flock->n, q);
    double *log_prior = scratch_numbers(&from, flock->n);
    double *log_lik = scratch_numbers(&from, flock->n);
    for (size_t k = 0; k < flock->dim; k++) {
        const struct model_param *param = &target->model->params[k];
        for (size_t i = 0; i < flock->n; i++) {
            double flips = 1, x = flock->w[k][i];
            x += tuning->step * tuning->scale[k] * rng_normal(&flock->rng[i]);
            q[k][i] = x >= param->low && x <= param->high
                          ? x
                          : fold_into(x, param->low, param->high, &flips);
        }
    }
    target_eval(target, space, (const double *const *)q, flock->n, log_prior, log_lik, NULL);
    for (size_t i = 0; i < flock->n; i++)
        rw_settle(target, flock, tuning->scale, q, log_prior, log_lik, i);
    flock->has_gradient = false;
}

const struct sampler sampler_rw = {
    .name = "rw",
    .title = "random walk Metropolis",
    .help = "Normal steps in all parameters at once, accepted or not; needs no gradient.",
    .target_acceptance = 0.3,
    .first_step = rw_first_step,
    .scratch = 3,
    .move = rw_move,
};
