/* The singular fluctuation ν: half the functional variance of the posterior, by particles. */
#include <math.h>
#include <stdio.h>

#include "../finite_n.h"
#include "../tempered.h"
#include "cusp/mem.h"

/* Means are kept of each observation on every island. */
#define MOST_N 100000
enum { DRAWS = 16384, BATCHES = 32 };
/* Evaluations of log p for the target. */
#define MOST_WORK 5e7

static const char *refuses(const struct estimator_setup *setup)
{
    if (setup->data == NULL)
        return "the functional variance is of data: there are none here";
    return setup->n > MOST_N ? "it keeps means of every observation: n up to 100000" : NULL;
}

/* Means of log p(y_i | x_i, w) and its square over points: out[2 n]. */
static void moments(const struct estimator_setup *setup, const double *const *w, size_t count,
                    double *out)
{
    const struct model *model = setup->model;
    size_t columns = setup->data->n_columns, dim = model->dim;
    struct program_space *space = program_space_new();
    const double **vars = mem_new(dim + columns, sizeof *vars);
    int *steps = mem_new(dim + columns, sizeof *steps);
    double *values = mem_new(count, sizeof *values);
    for (size_t k = 0; k < dim; k++) {
        vars[k] = w[k];
        steps[k] = 1;
    }
    for (size_t i = 0; i < (size_t)setup->n; i++) {
        for (size_t c = 0; c < columns; c++)
            vars[dim + c] = setup->data->column[c] + i;
        program_eval(model->likelihood->log_lik, space, vars, steps, count, &values);
        double mean = 0, square = 0;
        for (size_t j = 0; j < count; j++)
            mean += values[j] / (double)count;
        for (size_t j = 0; j < count; j++)
            square += values[j] * values[j] / (double)count;
        out[2 * i] = mean;
        out[2 * i + 1] = square;
    }
    program_space_free(space);
    mem_free(vars);
    mem_free(steps);
    mem_free(values);
}

static void stats(const struct tempered *tempered, const struct particles *particles, size_t rung,
                  size_t first, size_t count, double *out)
{
    const double *w[SYNTAX_MAX_PARAMS];
    (void)rung;
    for (size_t k = 0; k < particles->dim; k++)
        w[k] = particles->w + k * particles->n_particles + first;
    moments(tempered->setup, w, count, out);
}

static double value(const struct tempered *tempered, size_t left_out, void *context)
{
    double variance = 0;
    (void)context;
    for (size_t i = 0; i < (size_t)tempered->setup->n; i++) {
        double mean = tempered_mean(tempered, 0, 2 * i, left_out);
        variance += tempered_mean(tempered, 0, 2 * i + 1, left_out) - mean * mean;
    }
    return variance / 2;
}

/* ν of batches of independent draws; batch BATCHES: of all. */
static double of_draws(const double *table, size_t n, size_t left_out)
{
    double variance = 0, count = BATCHES - (left_out < BATCHES);
    for (size_t i = 0; i < n; i++) {
        double mean = 0, square = 0;
        for (size_t b = 0; b < BATCHES; b++) {
            mean += b != left_out ? table[2 * (b * n + i)] / count : 0;
            square += b != left_out ? table[2 * (b * n + i) + 1] / count : 0;
        }
        variance += square - mean * mean;
    }
    return variance / 2;
}

static struct quantity quantity_of_draws(const struct estimator_setup *setup, const double *draws,
                                         size_t each)
{
    size_t dim = setup->model->dim, n = (size_t)setup->n;
    double *columns = mem_new(dim, each * sizeof *columns);
    double *table = mem_new(2 * n, BATCHES * sizeof *table), mean = 0, sum = 0, left[BATCHES];
    const double *w[SYNTAX_MAX_PARAMS];
    for (size_t k = 0; k < dim; k++)
        w[k] = columns + k * each;
    for (size_t b = 0; b < BATCHES; b++) {
        for (size_t i = 0; i < each; i++)
            for (size_t k = 0; k < dim; k++)
                columns[k * each + i] = draws[(b * each + i) * dim + k];
        moments(setup, w, each, table + 2 * b * n);
    }
    for (size_t b = 0; b < BATCHES; b++)
        mean += (left[b] = of_draws(table, n, b)) / BATCHES;
    for (size_t b = 0; b < BATCHES; b++)
        sum += (left[b] - mean) * (left[b] - mean);
    struct quantity out =
        finite_quantity(of_draws(table, n, BATCHES), sqrt(sum * (BATCHES - 1) / BATCHES));
    out.why = "by independent draws from the integrated posterior";
    mem_free(columns);
    mem_free(table);
    return out;
}

/* No integral gives a variance of every observation: independent draws from one do, with an error
   of their own. */
static struct quantity target(const struct estimator_setup *setup, const struct cancel *cancel)
{
    struct estimator_setup whole = estimator_whole(setup);
    struct finite finite;
    const char *why = "";
    struct rng rng = rng_stream(setup->seed, 0xf1c);
    size_t each = (size_t)fmin(DRAWS, MOST_WORK / setup->n) / BATCHES;
    enum status status = finite_new(&whole, 1, 1, cancel, &why, &finite);
    if (status != ST_OK)
        return finite_unknown(status, why);
    double *draws = mem_new(BATCHES * each, setup->model->dim * sizeof *draws);
    status = integral_draws(finite.integral, setup->n, BATCHES * each, &rng, draws);
    finite_done(&finite);
    struct quantity out = status == ST_OK ? quantity_of_draws(setup, draws, each)
                                          : finite_unknown(status, "its posterior cannot be drawn");
    mem_free(draws);
    return out;
}

static enum status run(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size)
{
    struct rung rung = {setup->n, 1};
    struct tempered tempered = {.setup = setup,
                                .stream = 7,
                                .data = setup->data,
                                .n_rungs = 1,
                                .rungs = &rung,
                                .n_stats = 2 * (size_t)setup->n,
                                .stats = stats};
    struct listener listener = {progress, context};
    out->lambda.name = "nu";
    out->lambda.why = "half the sum over observations of the posterior variance of log p";
    enum status status =
        tempered_run(&tempered, value, NULL, cancel, &listener, out, why, why_size);
    tempered_done(&tempered);
    if (status == ST_OK)
        out->target = target(setup, cancel);
    return status;
}

const struct estimator estimator_fluctuation = {
    .name = "fluctuation",
    .title = "Singular fluctuation",
    .formula = "nu = V/2 at beta = 1, V = sum_i Var[log p(y_i | x_i, w)]",
    .distrust = "It is nu and not lambda: they are equal only where the model is regular (both "
                "d/2); and nu is a mean over data sets, of which this is one.",
    .source = "Watanabe 2010, Asymptotic Equivalence of Bayes Cross Validation and WAIC",
    .refuses = refuses,
    .run = run,
};
