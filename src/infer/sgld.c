/* Stochastic gradient Langevin dynamics: what is asked made definite, and chains put on threads. */
#include "cusp/sgld.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/parallel.h"
#include "sgld_private.h"

enum {
    N_CHAINS = 4,
    N_DRAWS = 1000,
    MANY_ROWS = 64,         /* of a loss: its chains go on threads, one by one */
    MOST_NUMBERS = 1 << 24, /* of a run's traces */
    MOST_CHAINS = 1024,
    MOST_BURNT = 1 << 30,
    SLICES = 80, /* of a run, after each of which it is told how far it is */
    LEAST_SLICE = 250,
    N_SPREADS = 16, /* places where the spread of the output must be the same */
};

#define STEP 1e-4
#define GAMMA 100

/* Streams of random numbers beside those of the chains. */
static const uint64_t REFERENCE_STREAM = UINT64_MAX, PLACES_STREAM = UINT64_MAX - 1;

static struct sgld_options with_presets(const struct sgld_options *from, double n, bool with_data)
{
    struct sgld_options o = *from;
    o.step = o.step > 0 ? o.step : STEP;
    o.gamma = o.gamma >= 0 ? o.gamma : GAMMA;
    o.beta = o.beta > 0 ? o.beta : n > exp(1) ? 1 / log(n) : 1;
    o.chains = o.chains > 0 ? o.chains : N_CHAINS;
    o.draws = o.draws > 0 ? o.draws : N_DRAWS;
    /* A batch of everything is no batch. */
    o.batch = with_data && (double)o.batch < n ? o.batch : 0;
    return o;
}

/* The one spread of a normal output; NaN if there is none such. */
static double one_spread(const struct sgld_source *source)
{
    const struct model *model = source->model;
    const struct likelihood *likelihood = model->likelihood;
    if (likelihood == NULL || strcmp(likelihood->output_kind, "normal") != 0)
        return NAN;
    struct program_space *space = program_space_new();
    struct rng rng = rng_stream(0, PLACES_STREAM);
    double at[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS], spread = NAN, value;
    for (size_t i = 0; i < N_SPREADS; i++) {
        for (size_t k = 0; k < model->dim; k++) {
            double low = model->params[k].low, high = model->params[k].high;
            at[k] = low + rng_uniform(&rng) * (high - low);
        }
        for (size_t c = 0; c < likelihood->n_inputs; c++) {
            double low = likelihood->input_low[c], high = likelihood->input_high[c];
            at[model->dim + c] = low + rng_uniform(&rng) * (high - low);
        }
        program_point(likelihood->sd, space, at, &value);
        if (i > 0 && !(fabs(value - spread) <= 1e-12 * spread))
            value = NAN;
        spread = i == 0 ? value : isnan(value) ? NAN : spread;
        if (isnan(spread))
            break;
    }
    program_space_free(space);
    return spread;
}

/* Squared errors: 2σ² (L − ½ log 2πσ²) of the likelihood's loss, 2σ² K. */
static enum status square(struct sgld_source *source)
{
    double spread = one_spread(source);
    if (!(spread > 0))
        return ST_DOMAIN;
    const double two_pi = 6.283185307179586;
    source->scale = 2 * spread * spread;
    source->offset = source->data != NULL ? 0.5 * log(two_pi * spread * spread) : 0;
    return ST_OK;
}

static double loss_at(struct sgld_loss *loss, const double *w)
{
    double value, gradient[SYNTAX_MAX_PARAMS];
    sgld_loss_eval(loss, w, &value, gradient);
    return value;
}

/* w* and L(w*). */
static enum status set_reference(const struct sgld_source *source, struct sgld_run *run)
{
    const struct sgld_options *options = &run->options;
    struct sgld_loss all, batch;
    struct rng rng = rng_stream(options->seed, REFERENCE_STREAM);
    sgld_loss_init(&all, source, 1, 0, rng);
    if (options->of_mle)
        sgld_least(&all, run->at);
    run->full_reference = run->reference = loss_at(&all, run->at);
    run->evaluations += all.evaluations;
    sgld_loss_done(&all);
    if (options->batch_reference && options->batch > 0) {
        sgld_loss_init(&batch, source, 1, options->batch, rng);
        run->reference = loss_at(&batch, run->at);
        run->evaluations += batch.evaluations;
        sgld_loss_done(&batch);
    }
    return isfinite(run->reference) && isfinite(run->full_reference) ? ST_OK : ST_DOMAIN;
}

struct tasks {
    struct sgld_group *groups;
};

/* Who is told of draws as they are made. */
struct told {
    void (*call)(const struct sgld_run *so_far, size_t n_draws, void *context);
    void *context;
};

static void run_one(size_t i, void *context)
{
    sgld_group_advance(&((struct tasks *)context)->groups[i]);
}

/* Rows behind one evaluation. */
static size_t rows_of(const struct sgld_source *source, size_t batch)
{
    if (source->data == NULL)
        return source->model->kl_node == MODEL_NO_NODE ? source->model->likelihood->population.n
                                                       : 1;
    return batch > 0 ? batch : source->rows->rows.n;
}

/* All groups, a slice of draws at a time. */
static void advance(struct sgld_group *groups, size_t n_groups, size_t threads,
                    const struct cancel *cancel, const struct told *told, struct sgld_run *run)
{
    struct tasks tasks = {groups};
    size_t slice = run->n_draws;
    if (told->call != NULL)
        slice = run->n_draws / SLICES > LEAST_SLICE ? run->n_draws / SLICES : LEAST_SLICE;
    for (size_t made = 0; made < run->n_draws && !cancel_wanted(cancel);) {
        made = run->n_draws - made > slice ? made + slice : run->n_draws;
        for (size_t g = 0; g < n_groups; g++)
            groups[g].until = made;
        if (n_groups == 1)
            run_one(0, &tasks);
        else
            parallel_for(n_groups, threads, run_one, &tasks, cancel);
        if (told->call != NULL && !cancel_wanted(cancel))
            told->call(run, made, told->context);
    }
}

/* The first order of what steps change: f = ¼|∇U|² − ½ΔU is the change of the log density at step
   ε/2 of the Euler scheme, and Cov(φ, f) follows by parts. */
static double step_bias(const struct sgld_group *groups, size_t n_groups, double step)
{
    struct sgld_forces all = {0};
    for (size_t g = 0; g < n_groups; g++) {
        const struct sgld_forces *of = &groups[g].forces;
        all.n += of->n;
        all.loss += of->loss;
        all.power += of->power;
        all.square += of->square;
        all.loss_square += of->loss_square;
    }
    double together = all.loss_square / all.n - all.loss / all.n * (all.square / all.n);
    return all.n > 0 ? step / 2 * (all.power / all.n / 2 - together / 4) : NAN;
}

static void run_groups(const struct sgld_source *source, size_t threads,
                       const struct cancel *cancel, const struct told *told, struct sgld_run *run)
{
    /* Batches are each chain's own, so those chains cannot go together. */
    bool apart = run->options.batch > 0 || rows_of(source, 0) > MANY_ROWS;
    size_t n_groups = apart ? run->n_chains : 1;
    size_t *breaks = mem_new(run->n_chains, 2 * sizeof *breaks), *looked = breaks + run->n_chains;
    double *inside = mem_new(run->n_chains, run->n_regions * sizeof *inside);
    struct sgld_group *groups = mem_new(n_groups, sizeof *groups);
    for (size_t i = 0; i < run->n_chains; i++)
        breaks[i] = run->n_draws;
    for (size_t g = 0; g < n_groups; g++)
        groups[g] = (struct sgld_group){.source = source,
                                        .cancel = cancel,
                                        .run = run,
                                        .first = g,
                                        .count = apart ? 1 : run->n_chains,
                                        .breaks = breaks,
                                        .inside = inside,
                                        .looked = looked};
    for (size_t g = 0; g < n_groups; g++)
        sgld_group_start(&groups[g]);
    advance(groups, n_groups, threads, cancel, told, run);
    double accepted = 0, n_tests = 0, n_looked = 0;
    for (size_t g = 0; g < n_groups; g++) {
        sgld_group_end(&groups[g]);
        accepted += groups[g].accepted;
        n_tests += groups[g].n_tests;
        run->evaluations += groups[g].evaluations;
    }
    run->acceptance = n_tests > 0 ? accepted / n_tests : NAN;
    run->step_bias = step_bias(groups, n_groups, run->options.step);
    for (size_t i = 0; i < run->n_chains; i++) {
        n_looked += (double)looked[i];
        for (size_t r = 0; r < run->n_regions; r++)
            run->region_share[r] += inside[i * run->n_regions + r];
    }
    for (size_t r = 0; r < run->n_regions; r++)
        run->region_share[r] = n_looked > 0 ? run->region_share[r] / n_looked : NAN;
    sgld_summary(run, breaks);
    mem_free(breaks);
    mem_free(inside);
    mem_free(groups);
}

static void make_room(const struct model *model, struct sgld_run *run)
{
    run->dim = model->dim;
    run->n_chains = run->options.chains;
    run->n_draws = run->options.draws;
    run->n_regions = model->region_tests != NULL ? model->n_regions : 0;
    size_t total = run->n_chains * run->n_draws;
    run->at = mem_new(run->dim, sizeof *run->at);
    run->loss = mem_new(total, sizeof *run->loss);
    run->distance = mem_new(total, sizeof *run->distance);
    run->running = mem_new(run->n_draws, sizeof *run->running);
    run->chain_lambda = mem_new(run->n_chains, sizeof *run->chain_lambda);
    run->region_share = mem_new(run->n_regions, sizeof *run->region_share);
}

enum status sgld_run(const struct model *model, const struct data *data, double n, const double *at,
                     const struct sgld_options *options, size_t threads,
                     const struct cancel *cancel, struct sgld_run *out)
{
    return sgld_run_told(model, data, n, at, options, threads, cancel, NULL, NULL, out);
}

enum status
sgld_run_told(const struct model *model, const struct data *data, double n, const double *at,
              const struct sgld_options *options, size_t threads, const struct cancel *cancel,
              void (*call)(const struct sgld_run *so_far, size_t n_draws, void *context),
              void *context, struct sgld_run *out)
{
    *out = (struct sgld_run){0};
    struct sgld_source source = {.model = model, .data = data, .n = n, .scale = 1};
    struct data_rows rows = {0};
    struct told told = {call, context};
    if (!(n > 0) || !isfinite(n) || (data != NULL && (n != floor(n) || n > (double)data->n)))
        return ST_DOMAIN;
    if (data != NULL && (double)options->batch > n)
        return ST_DOMAIN;
    out->options = with_presets(options, n, data != NULL);
    if (out->options.chains > MOST_CHAINS || out->options.burn_in > MOST_BURNT ||
        out->options.draws > MOST_NUMBERS / out->options.chains)
        return ST_LIMIT;
    enum status status = options->mse ? square(&source) : ST_OK;
    if (status == ST_OK && data != NULL) {
        status = data_reduce(model, data, (size_t)n, &rows);
        source.rows = &rows;
    }
    if (status != ST_OK)
        return status;
    make_room(model, out);
    out->n = n;
    out->beta = out->options.beta;
    out->loss_scale = source.scale;
    memcpy(out->at, at, model->dim * sizeof *at);
    status = set_reference(&source, out);
    if (status == ST_OK)
        run_groups(&source, threads, cancel, &told, out);
    if (status == ST_OK && cancel_wanted(cancel))
        status = ST_CANCELLED;
    if (status == ST_OK && out->n_broken == out->n_chains)
        status = ST_UNABLE;
    data_rows_done(&rows);
    if (status != ST_OK && status != ST_UNABLE)
        sgld_done(out);
    return status;
}

void sgld_done(struct sgld_run *run)
{
    mem_free(run->at);
    mem_free(run->loss);
    mem_free(run->distance);
    mem_free(run->running);
    mem_free(run->chain_lambda);
    mem_free(run->region_share);
    *run = (struct sgld_run){0};
}
