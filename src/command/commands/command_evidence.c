/* `evidence`: log Z_n, the free energy and its slope at a list of n. */
#include <math.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "../beliefs.h"

static const struct option options[] = {
    {"n", "N", OPTION_LIST, "1e2..1e8",
     "sample sizes, as 100,1000 or 1e2..1e8 or 1e2..1e8:25; with data 10 to 10000", COMPLETE_NONE},
    BELIEF_OPTIONS,
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

struct row {
    struct evidence evidence;
    double n_entropy; /* n S_n; NaN without truth */
    const char *method;
    bool disagree;
};

/* F_n less that of the truth itself, which is β n S_n. */
static double normalised(const struct beliefs *beliefs, const struct row *row)
{
    return row->evidence.free_energy - beliefs->beta * row->n_entropy;
}

static void write_json(const struct beliefs *beliefs, const struct row *rows, size_t count,
                       const struct args *args, struct text *out)
{
    json_t *object = json_start(beliefs->model, args), *list = json_array();
    if (beliefs->on_data) {
        json_put_count(object, "data_seed", beliefs->data_seed);
    }
    json_put_number(object, "beta", beliefs->beta);
    for (size_t i = 0; i < count; i++) {
        const struct evidence *e = &rows[i].evidence;
        json_t *row = json_object();
        json_put_number(row, "n", e->n);
        json_put_number(row, "log_z", e->log_z);
        json_put_number(row, "free_energy", e->free_energy);
        json_put_number(row, "mean_nk", e->mean_nk);
        json_put_number(row, "error", e->error);
        json_put_number(row, "mean_nk_error", e->mean_nk_error);
        if (beliefs->on_data) {
            json_put_number(row, "normalised_free_energy", normalised(beliefs, &rows[i]));
            json_put_number(row, "n_entropy", rows[i].n_entropy);
        }
        json_put_text(row, "method", rows[i].method);
        json_put_flag(row, "trusted", !rows[i].disagree);
        json_array_append_new(list, row);
    }
    json_put(object, "rows", list);
    json_end(object, out);
}

static void write_table(const struct beliefs *beliefs, const struct row *rows, size_t count,
                        const struct args *args, struct text *out)
{
    static const char *const plain[] = {"n", "log_z", "free_energy", "mean_nk", "error", NULL};
    static const char *const on_data[] = {
        "n", "log_z", "free_energy", "mean_nk", "error", "normalised_free_energy", NULL};
    bool normal = beliefs->on_data && beliefs->model->likelihood->has_truth;
    struct table table;
    table_init(&table, normal ? on_data : plain);
    for (size_t i = 0; i < count; i++) {
        const struct evidence *e = &rows[i].evidence;
        table_number(&table, e->n, 6);
        table_number(&table, e->log_z, 10);
        table_number(&table, e->free_energy, 10);
        table_number(&table, e->mean_nk, 8);
        table_number(&table, e->error, 2);
        if (normal) {
            table_number(&table, normalised(beliefs, &rows[i]), 8);
        }
    }
    table_end(&table, args, out);
}

/* How it was computed, and what is not to be trusted: for people. */
static void write_words(const struct beliefs *beliefs, const struct row *rows, size_t count,
                        struct text *out)
{
    bool particles = false;
    for (size_t i = 0; i < count; i++) {
        particles |= strcmp(rows[i].method, "particles") == 0;
        if (rows[i].disagree) {
            text_addf(out, "at n = %g the independent runs disagree: more --particles are needed\n",
                      rows[i].evidence.n);
        }
    }
    if (beliefs->on_data && !beliefs->model->likelihood->has_truth) {
        text_add(out, "the truth is not known: mean_nk is above the least loss on these data\n");
    }
    if (particles) {
        text_addf(out, "by %zu particles on %zu islands; error is a standard error\n",
                  beliefs->particles.n_particles, beliefs->particles.n_islands);
    }
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model)
{
    double *n = NULL;
    size_t count = 0;
    struct beliefs beliefs = {0};
    int code = sample_sizes(context, args, model, args->arena, "1e1..1e4", &n, &count);
    code = code == EXIT_OK ? beliefs_start(context, args, model, n, count, &beliefs) : code;
    if (code != EXIT_OK) {
        return code;
    }
    struct row *rows = arena_new(args->arena, count, sizeof *rows);
    for (size_t i = 0; i < count && code == EXIT_OK; i++) {
        struct belief belief;
        code = beliefs_at(&beliefs, n[i], &belief);
        if (code == EXIT_OK) {
            code = belief_evidence(&beliefs, &belief, &rows[i].evidence);
            rows[i].n_entropy = belief.n_entropy;
            rows[i].method = belief_method(&belief);
            rows[i].disagree = belief.particles && belief.particles->disagree;
        }
        belief_done(&belief);
    }
    if (code == EXIT_OK && args_flag(args, "json")) {
        write_json(&beliefs, rows, count, args, context->out);
    } else if (code == EXIT_OK) {
        write_table(&beliefs, rows, count, args, context->out);
        if (!args_flag(args, "csv")) {
            write_words(&beliefs, rows, count, context->out);
        }
    }
    beliefs_done(&beliefs);
    return code;
}

static int run(struct command_context *context, const struct args *args)
{
    return args_with_model(context, args, report);
}

const struct command evidence_command = {
    .name = "evidence",
    .usage = "MODEL --n N",
    .summary = "Z_n, the free energy F_n and n E[K]",
    .details =
        "Of a potential, Z_n is the integral of exp(-n K(w)) over the prior, F_n = -log Z_n, and "
        "mean_nk = n E[K] = dF/d log n, which tends to the learning coefficient. Of a statistical "
        "model Z_n is that of the first n observations, mean_nk the posterior mean of n L_n - n "
        "S_n (of a file: above the least n L_n), and normalised_free_energy is F_n - n S_n (beta "
        "times that if tempered); "
        "--population takes exp(-n K) instead. "
        "`error` bounds the error of log_z where it is integrated (up to three parameters), and is "
        "a standard error where it is estimated by particles.\n"
        "Example: cusp evidence normal-crossing --n 1e2..1e12:6\n"
        "Example: cusp evidence product-regression --n 10,100,1000",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
