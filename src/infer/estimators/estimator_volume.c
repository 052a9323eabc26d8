/* The exponent of the volume V(ε) of {K < ε}, from particles tempered to n = 1/ε. */
#include <math.h>

#include "../finite_n.h"
#include "../tempered.h"
#include "../volume_fit.h"

struct fit {
    double eps[VOLUME_LEVELS];
    double multiplicity; /* NaN: free, and what is found is m */
};

/* V(ε) = Z_t E_t[e^(tK); K < ε] at t = 1/ε: weights from 1 to e. */
static void stats(const struct tempered *tempered, const struct particles *particles, size_t rung,
                  size_t first, size_t count, double *out)
{
    const struct model *model = tempered->setup->model;
    double low = model->has_zero ? 0 : tempered->rungs[rung].n * model->kl_min;
    out[0] = 0;
    for (size_t i = first; i < first + count; i++) {
        double energy = -particles->log_lik[i] - low;
        out[0] += energy < 1 ? exp(energy) / (double)count : 0;
    }
}

static double value(const struct tempered *tempered, size_t left_out, void *context)
{
    const struct fit *fit = context;
    const struct model *model = tempered->setup->model;
    double log_v[VOLUME_LEVELS];
    for (size_t i = 0; i < VOLUME_LEVELS; i++)
        log_v[i] = tempered_log_z(tempered, i, 0, left_out) +
                   (model->has_zero ? 0 : tempered->rungs[i].n * model->kl_min);
    double m = volume_fit_multiplicity(fit->eps, log_v, VOLUME_LEVELS);
    if (isnan(fit->multiplicity))
        return m;
    m = fit->multiplicity > 0 ? fit->multiplicity : volume_choose(m, 0, model->dim);
    return volume_fit(fit->eps, log_v, VOLUME_LEVELS, m);
}

static enum status run(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size)
{
    struct fit fit = {.multiplicity = 0};
    struct rung rungs[VOLUME_LEVELS];
    struct listener listener = {progress, context};
    volume_levels(setup->n, fit.eps);
    for (size_t i = 0; i < VOLUME_LEVELS; i++)
        rungs[i] = (struct rung){1 / fit.eps[i], 1};
    struct tempered tempered = {.setup = setup,
                                .stream = 2,
                                .n_rungs = VOLUME_LEVELS,
                                .rungs = rungs,
                                .n_stats = 1,
                                .stats = stats};
    out->lambda.why = "regression of log V on log eps, V by particles tempered to n = 1/eps";
    enum status status =
        tempered_run(&tempered, value, &fit, cancel, &listener, out, why, why_size);
    if (status == ST_OK) {
        double error;
        fit.multiplicity = NAN;
        double free = tempered_error(&tempered, value, &fit, &error);
        fit.multiplicity = out->multiplicity = volume_choose(free, error, setup->model->dim);
        /* The error of λ is at this m: that of m itself is a caution. */
        out->lambda.value = tempered_error(&tempered, value, &fit, &out->lambda.error);
        volume_caution(free, error, fit.multiplicity, out->caution, sizeof out->caution);
        out->target = volume_target(setup, fit.eps, fit.multiplicity, cancel);
    }
    tempered_done(&tempered);
    return status;
}

const struct estimator estimator_volume = {
    .name = "volume",
    .title = "Volume exponent",
    .formula = "the slope of log V(eps) - (m - 1) log(-log eps) against log eps, eps from 1/n to "
               "1/n^3",
    .distrust = "lambda and m are nearly one direction in the fit: over a few decades of eps a "
                "wrong m moves lambda by a tenth and more; and it is of K itself, not of data.",
    .source = "Watanabe 2009, Algebraic Geometry and Statistical Learning Theory, theorem 7.1",
    .refuses = volume_refuses,
    .run = run,
};
