/* The running slope n E[K] of the free energy, by particles. */
#include "../finite_n.h"
#include "../tempered.h"

static double value(const struct tempered *tempered, size_t left_out, void *context)
{
    (void)context;
    return tempered_mean(tempered, 0, 0, left_out);
}

static enum status run(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size)
{
    struct rung rung = {setup->n, 1};
    struct tempered tempered = {
        .setup = setup, .stream = 1, .data = setup->data, .n_rungs = 1, .rungs = &rung};
    struct listener listener = {progress, context};
    out->lambda.why = "n E[L_n - L_n(w*)] over particles of the posterior";
    enum status status =
        tempered_run(&tempered, value, NULL, cancel, &listener, out, why, why_size);
    tempered_done(&tempered);
    if (status == ST_OK)
        out->target = estimator_target(setup, 1, cancel);
    return status;
}

const struct estimator estimator_slope = {
    .name = "slope",
    .title = "Running slope",
    .formula = "n (E[L_n] - L_n(w*)) at beta = 1",
    .distrust = "Do not take it for lambda on data: at beta = 1 its mean over data sets is lambda "
                "less the singular fluctuation, it may be negative, and a multiplicity above 1 "
                "holds it down by (m - 1)/log n.",
    .source = "Watanabe 2009, Algebraic Geometry and Statistical Learning Theory",
    .run = run,
};
