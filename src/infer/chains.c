/* Markov chains: groups of chains that are warmed up, adapted and run together. */
#include "cusp/chains.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/parallel.h"
#include "target_private.h"

enum {
    DEFAULT_CHAINS = 4,
    DEFAULT_DRAWS = 500,
    GROUPS = 8, /* at most; each adapts by itself, so that threads change nothing */
    START_TRIES = 1000,
    FIRST_WINDOW = 25,
    WARM_LEAPS = 8,
    MOST_LEAPS = 64,
};

#define REACH 1.2 /* of a trajectory, in units of scale */

/* Dual averaging of log step. Hoffman and Gelman 2014, JMLR 15, §3.2. */
struct averaging {
    double centre, error, mean;
    size_t count;
};

static double averaging_step(struct averaging *a, double miss)
{
    double t = (double)++a->count, share = 1 / (t + 10);
    a->error = (1 - share) * a->error + share * miss;
    double log_step = a->centre - sqrt(t) / 0.05 * a->error, decay = pow(t, -0.75);
    /* A chain that stands still, or a plain target, says nothing of steps far off. */
    log_step = fmin(fmax(log_step, a->centre - 20), a->centre + 8);
    a->mean = decay * log_step + (1 - decay) * a->mean;
    return exp(log_step);
}

struct run {
    const struct target *target;
    struct chains_options options;
    const struct sampler *sampler;
    const struct cancel *cancel;
    struct chains *out;
    size_t n_groups;
    double step[GROUPS], acceptance[GROUPS], evaluations[GROUPS];
    enum status status[GROUPS];
};

/* One group under way. */
struct group {
    const struct run *run;
    size_t first, n; /* its chains */
    struct flock *flock;
    struct target_space *space;
    double *scratch;
    double scale[SYNTAX_MAX_PARAMS];
    double step;
    size_t most_leaps;
    /* Of a window's draws. */
    double count, mean[SYNTAX_MAX_PARAMS], square[SYNTAX_MAX_PARAMS], slope[SYNTAX_MAX_PARAMS];
};

static double move_group(struct group *group)
{
    const struct run *run = group->run;
    double leaps = fmin(fmax(REACH / group->step + 0.5, 1), (double)group->most_leaps), sum = 0;
    struct tuning tuning = {group->step, group->scale, (size_t)leaps};
    run->sampler->move(run->target, group->space, group->flock, &tuning, group->scratch);
    for (size_t i = 0; i < group->n; i++)
        sum += group->flock->accepted[i];
    return sum / (double)group->n;
}

static bool draw_start(struct group *group, size_t i)
{
    const struct prior_shape *prior = target_prior_shape(group->space);
    struct flock *flock = group->flock;
    const double *at[SYNTAX_MAX_PARAMS];
    for (size_t try = 0; try < START_TRIES; try++) {
        for (size_t k = 0; k < flock->dim; k++) {
            double low = prior->low[k], high = prior->high[k];
            flock->w[k][i] = prior->separable ? prior_shape_draw(prior, k, &flock->rng[i])
                                              : low + rng_uniform(&flock->rng[i]) * (high - low);
            at[k] = &flock->w[k][i];
        }
        target_eval(group->run->target, group->space, at, 1, &flock->log_prior[i],
                    &flock->log_lik[i], NULL);
        if (log_target(group->run->target, flock->log_prior[i], flock->log_lik[i]) > -INFINITY)
            return true;
    }
    return false;
}

static bool start_group(struct group *group)
{
    const struct run *run = group->run;
    struct flock *flock = group->flock;
    for (size_t i = 0; i < group->n; i++) {
        flock->rng[i] =
            rng_stream(run->options.seed, (UINT64_C(3) << 62) + (uint64_t)(group->first + i));
        for (size_t k = 0; run->options.start != NULL && k < flock->dim; k++)
            flock->w[k][i] = run->options.start[k * run->options.n_chains + group->first + i];
        if (run->options.start == NULL && !draw_start(group, i))
            return false;
    }
    flock_evaluate(run->target, group->space, flock, run->sampler->uses_gradient);
    for (size_t i = 0; i < group->n; i++) {
        if (!(log_target(run->target, flock->log_prior[i], flock->log_lik[i]) > -INFINITY))
            return false;
    }
    return true;
}

static void add_to_window(struct group *group)
{
    for (size_t i = 0; i < group->n; i++) {
        group->count++;
        for (size_t k = 0; k < group->flock->dim; k++) {
            double off = group->flock->w[k][i] - group->mean[k];
            group->mean[k] += off / group->count;
            group->square[k] += off * (group->flock->w[k][i] - group->mean[k]);
            group->slope[k] += fabs(group->flock->gradient[k][i]);
        }
    }
}

/* The scale becomes the window's standard deviation, a little towards what it was; where a gradient
   is known, the mean of that and of what the gradient says, in logarithms: modes far apart make a
   spread large though each is narrow. */
static void close_window(struct group *group)
{
    const struct model *model = group->run->target->model;
    double share = group->run->sampler->by_gradient;
    for (size_t k = 0; k < model->dim; k++) {
        double width = model->params[k].high - model->params[k].low;
        double sd = sqrt(group->square[k] / group->count);
        if (share > 0 && group->slope[k] > 0)
            sd = pow(sd, 1 - share) * pow(group->count / group->slope[k], share);
        double trust = group->count / (group->count + 5);
        sd = exp(trust * log(fmax(sd, 1e-9 * width)) + (1 - trust) * log(group->scale[k]));
        group->scale[k] = sd;
        group->mean[k] = group->square[k] = group->slope[k] = 0;
    }
    group->count = 0;
}

static bool warm_up(struct group *group)
{
    const struct run *run = group->run;
    size_t n = run->options.n_warmup, early = n * 15 / 100, late = n - n / 10;
    size_t window = FIRST_WINDOW, closes = early + window;
    struct averaging averaging = {.centre = log(group->step)};
    averaging.mean = averaging.centre;
    for (size_t i = 0; i < n; i++) {
        if (cancel_wanted(run->cancel))
            return false;
        group->most_leaps = i < early ? WARM_LEAPS : MOST_LEAPS;
        double accepted = move_group(group);
        group->step = averaging_step(&averaging, run->sampler->target_acceptance - accepted);
        if (i < early || i >= late)
            continue;
        add_to_window(group);
        if (i + 1 == late || (i + 1 == closes && closes + 2 * window <= late)) {
            close_window(group);
            window *= 2;
            closes = i + 1 + window;
            averaging =
                (struct averaging){.centre = log(run->sampler->first_step(group->flock->dim))};
            averaging.mean = averaging.centre;
            group->step = exp(averaging.centre);
        }
    }
    group->step = n > 0 ? exp(averaging.mean) : group->step;
    group->most_leaps = MOST_LEAPS;
    return true;
}

static void keep_draw(const struct group *group, size_t draw)
{
    struct chains *out = group->run->out;
    for (size_t i = 0; i < group->n; i++) {
        size_t chain = group->first + i;
        for (size_t k = 0; k < out->dim; k++)
            out->draws[(k * out->n_chains + chain) * out->n_draws + draw] = group->flock->w[k][i];
        out->log_lik[chain * out->n_draws + draw] = group->flock->log_lik[i];
    }
}

static enum status run_chains_of(struct group *group, double *acceptance)
{
    const struct run *run = group->run;
    if (!start_group(group))
        return ST_DOMAIN;
    if (!warm_up(group))
        return ST_CANCELLED;
    for (size_t i = 0; i < run->options.n_draws; i++) {
        if (cancel_wanted(run->cancel))
            return ST_CANCELLED;
        *acceptance += move_group(group) / (double)run->options.n_draws;
        keep_draw(group, i);
    }
    return ST_OK;
}

static void run_group(size_t index, void *context)
{
    struct run *run = context;
    const struct model *model = run->target->model;
    size_t all = run->options.n_chains;
    size_t first = index * all / run->n_groups, end = (index + 1) * all / run->n_groups;
    struct group group = {.run = run, .first = first, .n = end - first};
    group.flock = flock_new(model->dim, group.n);
    group.space = target_space_new(model, group.n);
    group.scratch = mem_new(run->sampler->scratch * model->dim, group.n * sizeof(double));
    group.step = run->sampler->first_step(model->dim);
    group.most_leaps = MOST_LEAPS;
    for (size_t k = 0; k < model->dim; k++) {
        const struct prior_shape *prior = target_prior_shape(group.space);
        double sd = (prior->high[k] - prior->low[k]) / sqrt(12);
        if (prior->separable && prior->bend[k] < 0)
            sd = fmin(sd, sqrt(-0.5 / prior->bend[k]));
        group.scale[k] = sd;
    }
    run->status[index] = run_chains_of(&group, &run->acceptance[index]);
    run->step[index] = group.step;
    run->evaluations[index] = target_evaluations(group.space);
    flock_free(group.flock);
    target_space_free(group.space);
    mem_free(group.scratch);
}

static enum status finish(const struct run *run, struct chains *out)
{
    for (size_t i = 0; i < run->n_groups; i++) {
        if (run->status[i] != ST_OK)
            return run->status[i];
        out->acceptance += run->acceptance[i] / (double)run->n_groups;
        out->step += log(run->step[i]) / (double)run->n_groups;
        out->evaluations += run->evaluations[i];
    }
    out->step = exp(out->step);
    return ST_OK;
}

enum status chains_run(const struct target *target, const struct chains_options *options,
                       const struct cancel *cancel, struct chains *out)
{
    struct run run = {.target = target, .options = *options, .cancel = cancel, .out = out};
    size_t dim = target->model->dim;
    *out = (struct chains){.dim = dim};
    run.sampler = sampler_named(options->sampler != NULL ? options->sampler : "nuts");
    if (run.sampler == NULL)
        return ST_INPUT;
    struct chains_options *o = &run.options;
    o->n_chains = o->n_chains > 0 ? o->n_chains : DEFAULT_CHAINS;
    o->n_warmup = o->n_warmup > 0 ? o->n_warmup : DEFAULT_DRAWS;
    o->n_draws = o->n_draws > 0 ? o->n_draws : DEFAULT_DRAWS;
    run.n_groups = o->n_chains < GROUPS ? o->n_chains : GROUPS;
    for (size_t i = 0; i < run.n_groups; i++)
        run.status[i] = ST_CANCELLED; /* until it has run */
    out->n_chains = o->n_chains;
    out->n_draws = o->n_draws;
    out->draws = mem_new(o->n_chains * dim, o->n_draws * sizeof *out->draws);
    out->log_lik = mem_new(o->n_chains, o->n_draws * sizeof *out->log_lik);
    parallel_for(run.n_groups, o->threads, run_group, &run, cancel);
    enum status status = finish(&run, out);
    if (status != ST_OK)
        chains_done(out);
    return status;
}

void chains_done(struct chains *chains)
{
    mem_free(chains->draws);
    mem_free(chains->log_lik);
    *chains = (struct chains){0};
}

struct mixing chains_mixing(const struct chains *chains, size_t param)
{
    return mixing_of(chains->draws + param * chains->n_chains * chains->n_draws, chains->n_chains,
                     chains->n_draws, chains->n_draws, 1);
}
