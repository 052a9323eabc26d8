/* The slope of E_β[n L_n] against 1/β, which needs no reference point, by particles. */
#include <math.h>

#include "../finite_n.h"
#include "../tempered.h"

enum { TEMPERATURES = 5 };
/* The highest β is this many times the lowest; 1/log n lies in the middle. */
#define SPREAD 4.0

static const char *refuses(const struct estimator_setup *setup)
{
    return setup->n < 8 ? "temperatures on both sides of beta = 1/log n want n of 8 or more" : NULL;
}

/* Least squares of y on 1/β, weighed by β²: the spread of u grows as 1/β. */
static double slope_of(const struct rung *rungs, const double *y)
{
    double weight = 0, mean_x = 0, mean_y = 0, top = 0, bottom = 0;
    for (size_t i = 0; i < TEMPERATURES; i++) {
        double b = rungs[i].beta;
        weight += b * b;
        mean_x += b;
        mean_y += b * b * y[i];
    }
    for (size_t i = 0; i < TEMPERATURES; i++) {
        double b = rungs[i].beta, x = 1 / b - mean_x / weight;
        top += b * b * x * (y[i] - mean_y / weight);
        bottom += b * b * x * x;
    }
    return top / bottom;
}

static double value(const struct tempered *tempered, size_t left_out, void *context)
{
    double y[TEMPERATURES];
    (void)context;
    for (size_t i = 0; i < TEMPERATURES; i++)
        y[i] = tempered_mean(tempered, i, 0, left_out);
    return slope_of(tempered->rungs, y);
}

static struct quantity target(const struct estimator_setup *setup, const struct rung *rungs,
                              const struct cancel *cancel)
{
    struct estimator_setup whole = estimator_whole(setup);
    struct finite finite;
    const char *why = "";
    double y[TEMPERATURES], error = 0;
    enum status status =
        finite_new(&whole, rungs[0].beta, rungs[TEMPERATURES - 1].beta, cancel, &why, &finite);
    if (status != ST_OK)
        return finite_unknown(status, why);
    for (size_t i = 0; i < TEMPERATURES; i++) {
        double each = 0;
        y[i] = finite_mean(&finite, rungs[i].beta, &each) / rungs[i].beta;
        error = fmax(error, each);
    }
    finite_done(&finite);
    return finite_quantity(slope_of(rungs, y), 2 * error);
}

static enum status run(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size)
{
    struct rung rungs[TEMPERATURES];
    for (size_t i = 0; i < TEMPERATURES; i++) {
        double place = (double)i / (TEMPERATURES - 1) - 0.5;
        rungs[i] = (struct rung){setup->n, pow(SPREAD, place) / log(setup->n)};
    }
    struct tempered tempered = {
        .setup = setup, .stream = 4, .data = setup->data, .n_rungs = TEMPERATURES, .rungs = rungs};
    struct listener listener = {progress, context};
    out->lambda.why = "least squares of E[n L_n] on 1/beta at five temperatures, by particles";
    enum status status =
        tempered_run(&tempered, value, NULL, cancel, &listener, out, why, why_size);
    tempered_done(&tempered);
    if (status == ST_OK)
        out->target = target(setup, rungs, cancel);
    return status;
}

const struct estimator estimator_two_temperature = {
    .name = "two-temperature",
    .title = "Two temperatures",
    .formula = "d E_beta[n L_n] / d (1/beta), beta from 1/(2 log n) to 2/log n",
    .distrust = "It needs no reference point but is noisier than WBIC, being a small difference of "
                "great means; the line bends where the posterior meets the box or a phase changes "
                "between the temperatures.",
    .source = "Watanabe 2013, A Widely Applicable Bayesian Information Criterion, corollary 3",
    .refuses = refuses,
    .run = run,
};
