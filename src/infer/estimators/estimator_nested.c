/* The exponent of V(ε) by nested sampling: each death of a live point costs 1/N of log V. */
#include <math.h>
#include <stdio.h>

#include "../estimators.h"
#include "../nested.h"
#include "../volume_fit.h"
#include "cusp/clock.h"
#include "cusp/mem.h"
#include "cusp/parallel.h"
#include "cusp/particles.h"

enum { RUNS = 16, LIVE = 2048, LEAST_LIVE = 12, MOST_RUNS = 64 };
/* Operations of K that it takes if not told how many points; trials a slice, and units of log V,
   as they usually are. */
#define MOST_WORK 4e8
#define TRIALS 12.0
#define USUAL_DEPTH 12.0
/* log V is followed no further down: what is left is flat or empty. */
#define MOST_DEPTH 200.0

struct work {
    const struct estimator_setup *setup;
    const struct cancel *cancel;
    double eps[VOLUME_LEVELS], level;
    size_t n_runs, n_live, n_levels; /* levels that are passed */
    struct nested_run run[MOST_RUNS];
    double log_v[VOLUME_LEVELS][MOST_RUNS]; /* −deaths / N of each run */
};

static void advance(size_t i, void *context)
{
    struct work *work = context;
    struct nested_run *run = &work->run[i];
    nested_advance(run, work->level, (size_t)(MOST_DEPTH * (double)work->n_live) - run->deaths,
                   work->cancel);
}

/* Deaths are a Poisson process in −log V whatever K is: the mean over runs has no bias. */
static void mean_volumes(const struct work *work, size_t left_out, double *log_v)
{
    double count = (double)(work->n_runs - (left_out < work->n_runs));
    for (size_t j = 0; j < work->n_levels; j++) {
        log_v[j] = 0;
        for (size_t i = 0; i < work->n_runs; i++)
            log_v[j] += i != left_out ? work->log_v[j][i] / count : 0;
    }
}

/* λ at that m, or with m = 0 the free fit's m; and its jackknife error over runs. */
static double fit(const struct work *work, double multiplicity, double *error)
{
    double left_out[MOST_RUNS], log_v[VOLUME_LEVELS], mean = 0, sum = 0, value = NAN;
    double m = (double)work->n_runs;
    for (size_t i = 0; i <= work->n_runs; i++) {
        mean_volumes(work, i, log_v);
        value = multiplicity > 0 ? volume_fit(work->eps, log_v, work->n_levels, multiplicity)
                                 : volume_fit_multiplicity(work->eps, log_v, work->n_levels);
        if (i < work->n_runs)
            mean += (left_out[i] = value) / m;
    }
    for (size_t i = 0; i < work->n_runs; i++)
        sum += (left_out[i] - mean) * (left_out[i] - mean);
    *error = sqrt(sum * (m - 1) / m * (m - 1) / (m - 3));
    return value;
}

static enum status start(struct work *work, char *why, size_t why_size)
{
    const struct estimator_setup *setup = work->setup;
    const char *reason = "";
    struct particles *prior = NULL;
    struct particles_options options = {.n_particles = work->n_live * work->n_runs,
                                        .n_islands = work->n_runs,
                                        .seed = setup->seed,
                                        .threads = setup->threads};
    enum status status = particles_start(setup->model, 1, &options, work->cancel, &reason, &prior);
    if (status != ST_OK) {
        snprintf(why, why_size, "%s", reason);
        return status;
    }
    work->n_live = prior->n_particles / work->n_runs;
    for (size_t i = 0; i < work->n_runs; i++)
        nested_start(&work->run[i], setup->model, prior->w, prior->n_particles, i * work->n_live,
                     work->n_live, setup->seed);
    particles_unref(prior);
    return ST_OK;
}

static enum status pass_levels(struct work *work, const struct listener *listener,
                               struct estimate *out, char *why, size_t why_size)
{
    const struct model *model = work->setup->model;
    for (size_t j = 0; j < VOLUME_LEVELS; j++) {
        double deaths = 0, error, lambda, free;
        work->level = work->eps[j] + (model->has_zero ? 0 : model->kl_min);
        parallel_for(work->n_runs, work->setup->threads, advance, work, work->cancel);
        if (cancel_wanted(work->cancel))
            return ST_CANCELLED;
        out->evaluations = 0;
        for (size_t i = 0; i < work->n_runs; i++) {
            const struct nested_run *run = &work->run[i];
            if (run->kl[run->heap[0]] > work->level) {
                snprintf(why, why_size, "the volume below K = %.3g is less than e^-%g, or nothing",
                         work->level, MOST_DEPTH);
                return ST_UNABLE;
            }
            work->log_v[j][i] = -(double)run->deaths / (double)work->n_live;
            deaths += (double)run->deaths;
            out->evaluations += run->evaluations;
        }
        work->n_levels = j + 1;
        if (j < 2)
            continue;
        free = fit(work, 0, &error);
        lambda = fit(work, volume_choose(free, error, model->dim), &error);
        estimate_push(out, listener, deaths, lambda, error);
    }
    return ST_OK;
}

static void conclude(struct work *work, struct estimate *out)
{
    double error, free = fit(work, 0, &error), stuck = 0, deaths = 0;
    for (size_t i = 0; i < work->n_runs; i++) {
        stuck += (double)work->run[i].stuck;
        deaths += (double)work->run[i].deaths;
    }
    out->multiplicity = volume_choose(free, error, work->setup->model->dim);
    if (stuck > 0.01 * deaths)
        snprintf(out->caution, sizeof out->caution,
                 "%.0f of %.0f new live points could not be moved from where they were copied",
                 stuck, deaths);
    volume_caution(free, error, out->multiplicity, out->caution, sizeof out->caution);
}

static void set_sizes(struct work *work)
{
    const struct estimator_setup *setup = work->setup;
    double slices = 6.0 + 6.0 * (double)setup->model->dim;
    double each = slices * TRIALS * USUAL_DEPTH * (double)program_n_steps(setup->model->kl);
    size_t cheap = (size_t)fmin(LIVE, MOST_WORK / each);
    size_t live = setup->n_particles > 0 ? setup->n_particles : cheap;
    work->n_runs = setup->n_islands > 0 ? setup->n_islands : RUNS;
    work->n_runs = work->n_runs < 4 ? 4 : work->n_runs;
    work->n_runs = work->n_runs > MOST_RUNS ? MOST_RUNS : work->n_runs;
    work->n_live = live / work->n_runs < LEAST_LIVE ? LEAST_LIVE : live / work->n_runs;
}

static enum status run(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size)
{
    double begun = clock_seconds();
    struct listener listener = {progress, context};
    struct work *work = mem_new(1, sizeof *work);
    work->setup = setup;
    work->cancel = cancel;
    set_sizes(work);
    volume_levels(setup->n, work->eps);
    out->work_name = "live points replaced";
    out->lambda.why = "regression of log V on log eps, V by nested sampling";
    enum status status = start(work, why, why_size);
    if (status == ST_OK)
        status = pass_levels(work, &listener, out, why, why_size);
    out->seconds = clock_seconds() - begun;
    if (status == ST_OK) {
        conclude(work, out);
        out->target = volume_target(setup, work->eps, out->multiplicity, cancel);
    }
    for (size_t i = 0; i < work->n_runs; i++)
        nested_done(&work->run[i]);
    mem_free(work);
    return status;
}

const struct estimator estimator_nested = {
    .name = "nested",
    .title = "Nested sampling",
    .formula = "the slope of log V(eps) - (m - 1) log(-log eps) against log eps, eps from 1/n to "
               "1/n^3",
    .distrust = "New live points must forget where they were copied from: with several phases or "
                "narrow valleys they do not, whole branches of the zero set die out by chance, and "
                "the error does not know of it.",
    .source = "Skilling 2006, Nested Sampling for General Bayesian Computation",
    .refuses = volume_refuses,
    .run = run,
};
