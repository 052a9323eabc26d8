/* Learning curves: a pool of points for all data sets, each data set on it, means over them. */
#include "cusp/learning.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "learning_private.h"

#include "cusp/dag.h"
#include "cusp/likelihood.h"
#include "cusp/clock.h"
#include "cusp/mem.h"
#include "cusp/parallel.h"

enum {
    SETS_PRESET = 100,
    DRAWS_PRESET = 1500,
    DRAWS_MANY = 4000, /* in three dimensions and more */
    CLOUD_EACH = 4096,
    TREE_MOST = 400000,
    CHECKS = 16,
    BATCH = 16,
    WORTH = 40000000, /* evaluations of a log-likelihood for one data set */
};

#define TREE_WIDTH 2.5 /* of √(nK) over a box: 1e-4 of log Z or better */
#define FINE_WIDTH 1.8 /* of the tree it is compared with */

struct run {
    struct learning_work work;
    struct learning_options options;
    struct pool pool, check;
    struct truth_nodes *nodes; /* [count] */
    size_t n_sets, begin, check_count;
    double *values;       /* [n_sets][count][LEARN_KINDS] */
    double *check_values; /* [check_count][count][LEARN_KINDS] */
    enum status *status;  /* [n_sets + check_count] */
};

/* --- pools ------------------------------------------------------------------------------------ */

/* nβ from that of WBIC, or of one observation left out, at the least n on. */
static struct pool_range range_of(const struct learning_options *options, double beta)
{
    double low = INFINITY, high = 0;
    for (size_t i = 0; i < options->count; i++) {
        double n = options->n[i];
        low = fmin(low, fmin((n - 1) * beta, n / log(n)));
        high = fmax(high, n * fmax(beta, 1 / log(n)));
    }
    return (struct pool_range){.low = low, .high = high};
}

/* How many rows carry the likelihood of the longest data set. */
static enum status rows_of(const struct run *run, size_t *rows)
{
    struct data *data = NULL;
    struct data_rows reduced;
    size_t n = (size_t)run->options.n[run->options.count - 1];
    enum status status =
        data_new(run->work.model, run->options.data_seed, n, NULL, run->work.cancel, &data);
    if (status != ST_OK)
        return status;
    status = data_reduce(run->work.model, data, n, &reduced);
    if (status == ST_OK) {
        *rows = reduced.rows.n;
        data_rows_done(&reduced);
    }
    data_unref(data);
    return status;
}

static enum status make_pools(struct run *run, struct learning_curve *out, char *why,
                              size_t why_size)
{
    const struct model *model = run->work.model;
    struct pool_range range = range_of(&run->options, run->work.beta);
    size_t rows = 1;
    enum status status = rows_of(run, &rows);
    if (status != ST_OK) {
        snprintf(why, why_size, "its data cannot be drawn: %s", status_name(status));
        return status;
    }
    size_t most = WORTH / rows < TREE_MOST ? WORTH / rows : TREE_MOST;
    status = pool_tree(model, range, TREE_WIDTH, most, run->work.cancel, &run->pool);
    if (status == ST_OK) {
        static const char *const words[] = {"", "integration over 1 parameter",
                                            "integration over 2 parameters",
                                            "integration over 3 parameters"};
        out->method = words[model->dim];
        status = pool_tree(model, range, FINE_WIDTH, SIZE_MAX, run->work.cancel, &run->check);
    } else if (status == ST_UNABLE) {
        out->method = "draws from a ladder of posteriors of K, reweighted to each data set";
        status = pool_draws(model, range, CLOUD_EACH, run->options.seed, run->options.threads,
                            run->work.cancel, why, why_size, &run->pool);
        if (status == ST_OK)
            status = pool_draws(model, range, CLOUD_EACH, run->options.seed + 0x9e3779b9,
                                run->options.threads, run->work.cancel, why, why_size, &run->check);
    }
    return status;
}

/* Posteriors on data are about as wide as those of K at half and twice their n. */
static void make_nodes(struct run *run)
{
    bool all = true;
    for (size_t r = 0; r < run->options.count && all; r++) {
        double n = run->options.n[r] * run->work.beta;
        all = truth_nodes_new(run->work.model, &run->pool, (struct pool_range){n / 2, 2 * n},
                              &run->nodes[r]) == ST_OK;
    }
    run->work.nodes = all ? run->nodes : NULL;
}

/* --- data sets -------------------------------------------------------------------------------- */

static void one_set(size_t i, void *context)
{
    struct run *run = context;
    size_t set = run->begin + i, width = run->options.count * LEARN_KINDS;
    run->status[set] = learning_set(&run->work, &run->pool, run->options.data_seed + set, 0,
                                    run->values + set * width);
}

static void one_check(size_t i, void *context)
{
    struct run *run = context;
    size_t width = run->options.count * LEARN_KINDS;
    run->status[run->n_sets + i] = learning_set(&run->work, &run->check, run->options.data_seed + i,
                                                1, run->check_values + i * width);
}

static double value_of(const struct run *run, const double *values, size_t set, size_t row,
                       size_t kind)
{
    return values[(set * run->options.count + row) * LEARN_KINDS + kind];
}

/* Means over the first n_sets, compensated; errors from their spread. */
static void summarise(const struct run *run, size_t n_sets, struct learning_curve *out)
{
    double m = (double)n_sets;
    out->n_sets = n_sets;
    for (size_t r = 0; r < run->options.count; r++) {
        struct learning_row *row = &out->rows[r];
        row->n = run->options.n[r];
        row->n_sets = n_sets;
        for (size_t k = 0; k < LEARN_KINDS; k++) {
            double sum = 0, square = 0;
            for (size_t s = 0; s < n_sets; s++)
                sum += value_of(run, run->values, s, r, k);
            for (size_t s = 0; s < n_sets; s++) {
                double off = value_of(run, run->values, s, r, k) - sum / m;
                square += off * off;
            }
            row->mean[k] = sum / m;
            row->error[k] = n_sets > 1 ? sqrt(square / (m - 1) / m) : NAN;
        }
    }
}

/* What another pool makes of the first data sets: the shift they share, as far as it stands out
   from what differs between them, and what is left of that in the mean. */
static void compare(const struct run *run, struct learning_curve *out)
{
    double m = (double)run->check_count;
    for (size_t r = 0; r < run->options.count; r++)
        for (size_t k = 0; k < LEARN_KINDS; k++) {
            double sum = 0, square = 0;
            for (size_t s = 0; s < run->check_count; s++) {
                double off =
                    value_of(run, run->check_values, s, r, k) - value_of(run, run->values, s, r, k);
                sum += off;
                square += off * off;
            }
            double shift = sum / m, own = square / m - shift * shift;
            double shared = m > 1 ? fmax(shift * shift - own / (m - 1), 0) : shift * shift;
            double error = sqrt(shared + square / m / (double)run->n_sets);
            /* draws are as far off as those they are compared with */
            out->rows[r].inner[k] = run->pool.random ? error / sqrt(2) : error;
            if (k == LEARN_GEN_LOSS)
                out->rows[r].inner[k] =
                    hypot(out->rows[r].inner[k], run->nodes[r].change * out->rows[r].mean[k]);
        }
}

static enum status run_sets(struct run *run, const struct learning_options *options,
                            void (*progress)(const struct learning_curve *so_far, void *context),
                            void *context, struct learning_curve *out)
{
    const struct cancel *cancel = run->work.cancel;
    parallel_for(run->check_count, options->threads, one_check, run, cancel);
    for (run->begin = 0; run->begin < run->n_sets; run->begin += BATCH) {
        size_t left = run->n_sets - run->begin, count = left < BATCH ? left : BATCH;
        parallel_for(count, options->threads, one_set, run, cancel);
        if (cancel_wanted(cancel))
            return ST_CANCELLED;
        for (size_t i = 0; i < count; i++)
            if (run->status[run->begin + i] != ST_OK)
                return run->status[run->begin + i];
        summarise(run, run->begin + count, out);
        if (progress != NULL)
            progress(out, context);
    }
    for (size_t i = 0; i < run->check_count; i++)
        if (run->status[run->n_sets + i] != ST_OK)
            return run->status[run->n_sets + i];
    compare(run, out);
    return ST_OK;
}

/* --- all of it -------------------------------------------------------------------------------- */

static const char *fault_of(const struct model *model, const struct learning_options *options)
{
    if (model->likelihood == NULL)
        return "a potential has no data to learn from";
    if (options->count == 0)
        return "no sample size was asked for";
    for (size_t i = 0; i < options->count; i++)
        if (!(options->n[i] >= 2 && options->n[i] <= (double)data_limit(model) &&
              floor(options->n[i]) == options->n[i] &&
              (i == 0 || options->n[i] > options->n[i - 1])))
            return "sample sizes are ascending whole numbers from 2 to the end of the data";
    if (!(options->beta >= 0 && isfinite(options->beta)))
        return "the inverse temperature must be positive";
    return NULL;
}

static struct program *ratios_program(double beta)
{
    struct dag *dag = dag_new(3);
    uint32_t b = dag_var(dag, 2), one = dag_const(dag, 1);
    uint32_t d = dag_op(dag, OP_SUB, dag_var(dag, 0), dag_var(dag, 1), 0);
    uint32_t down = dag_op(dag, OP_NEG, dag_op(dag, OP_MUL, b, d, 0), 0, 0);
    uint32_t rest = dag_op(dag, OP_MUL, dag_op(dag, OP_SUB, one, b, 0), d, 0);
    uint32_t up = dag_op(dag, OP_EXP, d, 0, 0);
    uint32_t out[] = {up,
                      beta == 1 ? dag_op(dag, OP_DIV, one, up, 0) : dag_op(dag, OP_EXP, down, 0, 0),
                      dag_op(dag, OP_EXP, rest, 0, 0)};
    struct program *program = program_new(dag, out, beta == 1 ? 2 : 3);
    dag_free(dag);
    return program;
}

static void run_start(struct run *run, const struct model *model,
                      const struct learning_options *options, const struct cancel *cancel)
{
    run->options = *options;
    run->options.beta = options->beta > 0 ? options->beta : 1;
    run->n_sets = model->file_data != NULL ? 1
                  : options->n_sets > 0    ? options->n_sets
                                           : SETS_PRESET;
    run->work = (struct learning_work){
        .model = model, .options = &run->options, .beta = run->options.beta, .cancel = cancel};
    run->work.n_draws = options->n_draws > 0 ? options->n_draws
                        : model->dim < 3     ? DRAWS_PRESET
                                             : DRAWS_MANY;
    run->work.ratios = ratios_program(run->options.beta);
    run->check_count = run->n_sets < CHECKS ? run->n_sets : CHECKS;
    size_t width = options->count * LEARN_KINDS;
    run->values = mem_new(run->n_sets, width * sizeof *run->values);
    run->check_values = mem_new(run->check_count, width * sizeof *run->check_values);
    run->status = mem_new(run->n_sets + run->check_count, sizeof *run->status);
    run->nodes = mem_new(options->count, sizeof *run->nodes);
}

static void run_done(struct run *run)
{
    pool_done(&run->pool);
    pool_done(&run->check);
    for (size_t r = 0; r < run->options.count; r++)
        truth_nodes_done(&run->nodes[r]);
    mem_free(run->nodes);
    program_free(run->work.ratios);
    mem_free(run->values);
    mem_free(run->check_values);
    mem_free(run->status);
}

enum status learning_curve_run(const struct model *model, const struct learning_options *options,
                               const struct cancel *cancel,
                               void (*progress)(const struct learning_curve *so_far, void *context),
                               void *context, struct learning_curve *out, char *why,
                               size_t why_size)
{
    struct run run = {0};
    double begun = clock_seconds();
    *out = (struct learning_curve){0};
    snprintf(why, why_size, "%s", "");
    const char *fault = fault_of(model, options);
    if (fault != NULL) {
        snprintf(why, why_size, "%s", fault);
        return model->likelihood == NULL ? ST_UNABLE : ST_DOMAIN;
    }
    run_start(&run, model, options, cancel);
    out->n_rows = options->count;
    out->rows = mem_new(options->count, sizeof *out->rows);
    out->beta = run.work.beta;
    enum status status = make_pools(&run, out, why, why_size);
    if (status == ST_OK) {
        make_nodes(&run);
        status = run_sets(&run, options, progress, context, out);
        if (status != ST_OK && status != ST_CANCELLED)
            snprintf(why, why_size, "a data set has no posterior: %s", status_name(status));
    }
    run_done(&run);
    out->seconds = clock_seconds() - begun;
    if (status != ST_OK)
        learning_curve_done(out);
    return status;
}

void learning_curve_done(struct learning_curve *curve)
{
    mem_free(curve->rows);
    *curve = (struct learning_curve){0};
}
