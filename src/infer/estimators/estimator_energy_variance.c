/* λ from the variance of the energy, which is the heat capacity of the posterior, by particles. */
#include <math.h>

#include "../finite_n.h"
#include "../tempered.h"

static const char *refuses(const struct estimator_setup *setup)
{
    return setup->n < 3 ? "beta = 1/log n wants n of 3 or more" : NULL;
}

static double value(const struct tempered *tempered, size_t left_out, void *context)
{
    double beta = tempered->rungs[0].beta;
    double mean = tempered_mean(tempered, 0, 0, left_out);
    (void)context;
    return beta * beta * (tempered_mean(tempered, 0, 1, left_out) - mean * mean);
}

static struct quantity target(const struct estimator_setup *setup, double beta,
                              const struct cancel *cancel)
{
    struct estimator_setup whole = estimator_whole(setup);
    struct finite finite;
    const char *why = "";
    double error = 0;
    enum status status = finite_new(&whole, beta, beta, cancel, &why, &finite);
    if (status != ST_OK)
        return finite_unknown(status, why);
    double exact = finite_variance(&finite, beta, &error);
    finite_done(&finite);
    return finite_quantity(exact, error);
}

static enum status run(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size)
{
    struct rung rung = {setup->n, 1 / log(setup->n)};
    struct tempered tempered = {
        .setup = setup, .stream = 5, .data = setup->data, .n_rungs = 1, .rungs = &rung};
    struct listener listener = {progress, context};
    out->lambda.why = "(n beta)^2 Var[L_n] over particles of the tempered posterior";
    enum status status =
        tempered_run(&tempered, value, NULL, cancel, &listener, out, why, why_size);
    tempered_done(&tempered);
    if (status == ST_OK)
        out->target = target(setup, rung.beta, cancel);
    return status;
}

const struct estimator estimator_energy_variance = {
    .name = "energy-variance",
    .title = "Energy variance",
    .formula = "(n beta)^2 Var_beta[L_n] = lambda - (m - 1)/log(n beta) - (m - 1)/log^2(n beta) + "
               "..., at beta = 1/log n",
    .distrust = "It needs no reference point, but a variance has heavy tails: few particles in a "
                "second phase or far up a flat valley are missed, or are most of it.",
    .source = "Watanabe 2009, Algebraic Geometry and Statistical Learning Theory; the heat "
              "capacity of statistical physics",
    .refuses = refuses,
    .run = run,
};
