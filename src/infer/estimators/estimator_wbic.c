/* WBIC: the posterior mean of n L_n at inverse temperature 1/log n, by particles. */
#include <math.h>

#include "../finite_n.h"
#include "../tempered.h"

static const char *refuses(const struct estimator_setup *setup)
{
    return setup->n < 3 ? "beta = 1/log n wants n of 3 or more" : NULL;
}

static double value(const struct tempered *tempered, size_t left_out, void *context)
{
    (void)context;
    return tempered->rungs[0].beta * tempered_mean(tempered, 0, 0, left_out);
}

static enum status run(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size)
{
    struct rung rung = {setup->n, 1 / log(setup->n)};
    struct tempered tempered = {
        .setup = setup, .stream = 3, .data = setup->data, .n_rungs = 1, .rungs = &rung};
    struct listener listener = {progress, context};
    out->lambda.why = "(WBIC - n L_n(w*)) / log n over particles of the tempered posterior";
    enum status status =
        tempered_run(&tempered, value, NULL, cancel, &listener, out, why, why_size);
    tempered_done(&tempered);
    if (status == ST_OK)
        out->target = estimator_target(setup, rung.beta, cancel);
    return status;
}

const struct estimator estimator_wbic = {
    .name = "wbic",
    .title = "WBIC",
    .formula = "beta n (E_beta[L_n] - L_n(w*)) at beta = 1/log n",
    .distrust = "It needs L_n(w*) of the truth: at the maximum of the likelihood it is too great, "
                "and a multiplicity above 1 or a small n pulls it below lambda.",
    .source = "Watanabe 2013, A Widely Applicable Bayesian Information Criterion",
    .refuses = refuses,
    .run = run,
};
