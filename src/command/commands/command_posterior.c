/* `posterior`: moments and draws, by integration, by particles or by Markov chains. */
#include <math.h>
#include <string.h>

#include "cusp/chains.h"
#include "../beliefs.h"

static const struct option options[] = {
    {"n", "N", OPTION_NUMBER, NULL, "sample size; 1000, or all of a file's data if they are fewer",
     COMPLETE_NONE},
    {"draws", "M", OPTION_COUNT, "1000", "how many draws", COMPLETE_NONE},
    {"chains", NULL, OPTION_FLAG, NULL, "by Markov chains of --sampler, in place of particles",
     COMPLETE_NONE},
    {"warmup", "W", OPTION_COUNT, "500", "transitions of a chain before its draws", COMPLETE_NONE},
    BELIEF_OPTIONS,
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

enum { DRAWS_MAX = 10000000, DRAWS_TASK = 1, CHAINS = 8, DRAWS_LEAST = 8, DEFAULT_N = 1000 };

struct result {
    const struct model *model;
    double n;
    const char *method;
    size_t n_draws;
    struct mixing *of; /* [dim]: mean and sd, and how well the draws mix */
    double *draws;     /* [n_draws][dim] */
    const char *warning;
};

/* ---- writing ----------------------------------------------------------------------------------
 */

static void write_csv(const struct result *result, const struct args *args, struct text *out)
{
    size_t dim = result->model->dim;
    const char **headers = arena_new(args->arena, dim + 1, sizeof *headers);
    for (size_t i = 0; i < dim; i++) {
        headers[i] = result->model->params[i].name;
    }
    struct table table;
    table_init(&table, headers);
    table_csv(&table, out); /* the header; draws are many, and go out one by one */
    table_done(&table);
    for (size_t i = 0; i < result->n_draws; i++) {
        for (size_t j = 0; j < dim; j++) {
            text_addf(out, "%.17g%s", result->draws[i * dim + j], j + 1 < dim ? "," : "\n");
        }
    }
}

static void write_json(const struct result *result, const struct args *args, struct text *out)
{
    json_t *object = json_start(result->model, args), *params = json_array();
    json_put_number(object, "n", result->n);
    json_put_count(object, "n_draws", result->n_draws);
    json_put_text(object, "method", result->method);
    json_put_text(object, "warning", result->warning);
    for (size_t i = 0; i < result->model->dim; i++) {
        json_t *param = json_object();
        json_put_text(param, "name", result->model->params[i].name);
        json_put_number(param, "mean", result->of[i].mean);
        json_put_number(param, "sd", result->of[i].sd);
        json_put_number(param, "ess", result->of[i].ess_bulk);
        json_put_number(param, "rhat", result->of[i].rhat);
        json_put_number(param, "mcse", result->of[i].mcse);
        json_array_append_new(params, param);
    }
    json_put(object, "params", params);
    json_end(object, out);
}

static void write_table(const struct result *result, struct text *out)
{
    static const char *const headers[] = {"parameter", "mean", "sd", "ess", "rhat", NULL};
    struct table table;
    table_init(&table, headers);
    for (size_t i = 0; i < result->model->dim; i++) {
        table_text(&table, result->model->params[i].name);
        table_number(&table, result->of[i].mean, 6);
        table_number(&table, result->of[i].sd, 6);
        table_number(&table, result->of[i].ess_bulk, 6);
        if (isfinite(result->of[i].rhat)) {
            table_number(&table, result->of[i].rhat, 5);
        } else {
            table_text(&table, "");
        }
    }
    table_print(&table, out);
    table_done(&table);
    text_addf(out, "n = %.10g: %s\n", result->n, result->method);
    if (result->warning) {
        text_addf(out, "not to be trusted: %s\n", result->warning);
    }
}

static void write_result(const struct result *result, const struct args *args, struct text *out)
{
    if (args_flag(args, "json")) {
        write_json(result, args, out);
    } else if (args_flag(args, "csv")) {
        write_csv(result, args, out);
    } else {
        write_table(result, out);
    }
}

/* ---- by integration ---------------------------------------------------------------------------
 */

static int by_integral(struct command_context *context, const struct args *args,
                       const struct belief *belief, bool on_data, struct result *result)
{
    size_t dim = result->model->dim;
    double n = on_data ? belief->n : belief->n * belief->beta;
    double *moments = arena_new(args->arena, 2 * dim, sizeof *moments);
    struct rng rng = rng_stream(args_seed(args), DRAWS_TASK);
    enum status status = integral_moments(belief->integral, n, moments, moments + dim);
    if (status == ST_OK && result->n_draws > 0) {
        status = integral_draws(belief->integral, n, result->n_draws, &rng, result->draws);
    }
    if (status != ST_OK) {
        command_fault(context, "posterior: %s", status_name(status));
        return EXIT_BAD;
    }
    for (size_t j = 0; j < dim; j++) {
        /* independent draws, as two chains of half of them each */
        result->of[j] =
            mixing_of(result->draws + j, 2, result->n_draws / 2, result->n_draws / 2 * dim, dim);
        result->of[j].mean = moments[j];
        result->of[j].sd = moments[dim + j];
        result->of[j].ess_bulk = (double)result->n_draws;
        result->of[j].mcse = 0;
    }
    result->method = "moments by integration; the draws are independent, ess is their number";
    return EXIT_OK;
}

/* ---- by particles -----------------------------------------------------------------------------
 */

static int by_particles(struct command_context *context, const struct args *args,
                        const struct particles *cloud, struct result *result)
{
    size_t dim = result->model->dim, size = cloud->n_particles;
    if (result->n_draws > size) {
        if (args_flag(args, "draws")) {
            command_fault(context,
                          "--draws %zu: there are %zu particles; ask for more with "
                          "--particles",
                          result->n_draws, size);
            return EXIT_BAD;
        }
        result->n_draws = size;
    }
    for (size_t j = 0; j < dim; j++) {
        double *w = cloud->w + j * size;
        result->of[j] =
            mixing_of(w, cloud->n_islands, size / cloud->n_islands, size / cloud->n_islands, 1);
        for (size_t i = 0; i < result->n_draws; i++) { /* evenly over the islands */
            result->draws[i * dim + j] = w[i * size / result->n_draws];
        }
    }
    struct text how;
    text_init(&how);
    text_addf(&how, "by %zu particles on %zu islands, sampler %s, acceptance %.2f", size,
              cloud->n_islands, args_value(args, "sampler")->text, cloud->acceptance);
    result->method = arena_text(args->arena, text_get(&how), strlen(text_get(&how)));
    text_done(&how);
    result->warning =
        cloud->disagree ? arena_text(args->arena, cloud->why, strlen(cloud->why)) : NULL;
    return EXIT_OK;
}

/* ---- by chains --------------------------------------------------------------------------------
 */

#define RHAT_MOST 1.05

static void take_chains(const struct args *args, const struct chains *chains, struct result *result)
{
    size_t dim = result->model->dim, total = chains->n_chains * chains->n_draws;
    double worst = 0;
    for (size_t j = 0; j < dim; j++) {
        const double *w = chains->draws + j * total;
        result->of[j] = chains_mixing(chains, j);
        worst = result->of[j].rhat > worst ? result->of[j].rhat : worst;
        for (size_t i = 0; i < result->n_draws; i++) {
            result->draws[i * dim + j] = w[i * total / result->n_draws];
        }
    }
    struct text how;
    text_init(&how);
    text_addf(&how, "by %zu chains of %zu draws, sampler %s, acceptance %.2f", chains->n_chains,
              chains->n_draws, args_value(args, "sampler")->text, chains->acceptance);
    result->method = arena_text(args->arena, text_get(&how), strlen(text_get(&how)));
    if (worst > RHAT_MOST) {
        text_clear(&how);
        text_addf(&how, "rhat is %.3f: the chains do not tell the same story", worst);
        result->warning = arena_text(args->arena, text_get(&how), strlen(text_get(&how)));
    }
    text_done(&how);
}

static int by_chains(struct command_context *context, const struct args *args,
                     const struct beliefs *beliefs, struct result *result)
{
    struct data *data = NULL;
    struct data_rows rows;
    struct chains chains;
    struct target target = {
        .model = result->model, .n = result->n, .beta = args_number(args, "beta")};
    struct chains_options run = {
        .sampler = args_value(args, "sampler")->text,
        .n_chains = CHAINS,
        .n_warmup = (size_t)args_number(args, "warmup"),
        .n_draws = result->n_draws > CHAINS * DRAWS_LEAST ? (result->n_draws + CHAINS - 1) / CHAINS
                                                          : DRAWS_LEAST,
        .threads = args_threads(args),
        .seed = args_seed(args),
    };
    enum status status = ST_OK;
    if (beliefs->on_data) {
        size_t n = (size_t)result->n;
        status = data_new(result->model, beliefs->data_seed, n, NULL, context->cancel, &data);
        if (status == ST_OK) {
            status = data_reduce(result->model, data, n, &rows);
            target.rows = status == ST_OK ? &rows : NULL;
        }
    }
    if (status == ST_OK) {
        status = chains_run(&target, &run, context->cancel, &chains);
    }
    if (status == ST_OK) {
        take_chains(args, &chains, result);
        chains_done(&chains);
    } else {
        command_fault(context, "the chains did not run: %s", status_name(status));
    }
    if (target.rows) {
        data_rows_done(&rows);
    }
    data_unref(data);
    return status == ST_OK ? EXIT_OK : EXIT_BAD;
}

/* ---- the command ------------------------------------------------------------------------------
 */

static int choose_n(struct command_context *context, const struct args *args,
                    const struct model *model, double *n)
{
    const struct option_value *value = args_value(args, "n");
    bool on_data = model->likelihood && !args_flag(args, "population");
    double limit = on_data ? (double)data_limit(model) : INTEGRAL_MAX_N;
    *n = value->given ? value->number : fmin(DEFAULT_N, limit);
    if (!(*n >= 1 && *n <= limit)) {
        sample_size_fault(context, model, on_data, *n);
        return EXIT_BAD;
    }
    *n = on_data ? rint(*n) : *n;
    return EXIT_OK;
}

static int choose_draws(struct command_context *context, const struct args *args)
{
    double draws = args_number(args, "draws"), warmup = args_number(args, "warmup");
    if (draws > DRAWS_MAX || warmup > DRAWS_MAX) {
        command_fault(context, "--draws and --warmup are at most %d", DRAWS_MAX);
        return EXIT_USAGE;
    }
    return EXIT_OK;
}

static int fill(struct command_context *context, const struct args *args, struct beliefs *beliefs,
                struct result *result)
{
    struct belief belief;
    if (args_flag(args, "chains")) {
        return by_chains(context, args, beliefs, result);
    }
    int code = beliefs_at(beliefs, result->n, &belief);
    if (code == EXIT_OK) {
        code = belief.particles ? by_particles(context, args, belief.particles, result)
                                : by_integral(context, args, &belief, beliefs->on_data, result);
        belief_done(&belief);
    }
    return code;
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model)
{
    struct result result = {.model = model, .n_draws = (size_t)args_number(args, "draws")};
    struct beliefs beliefs;
    int code = choose_draws(context, args);
    code = code == EXIT_OK ? choose_n(context, args, model, &result.n) : code;
    code = code == EXIT_OK ? beliefs_start(context, args, model, &result.n, 1, &beliefs) : code;
    if (code != EXIT_OK) {
        return code;
    }
    result.of = arena_new(args->arena, model->dim, sizeof *result.of);
    result.draws = arena_new(args->arena, result.n_draws * model->dim + 1, sizeof *result.draws);
    code = fill(context, args, &beliefs, &result);
    if (code == EXIT_OK) {
        write_result(&result, args, context->out);
    }
    beliefs_done(&beliefs);
    return code;
}

static int run(struct command_context *context, const struct args *args)
{
    return args_with_model(context, args, report);
}

const struct command posterior_command = {
    .name = "posterior",
    .usage = "MODEL --n N [--draws M]",
    .summary = "posterior mean, spread and draws",
    .details = "Up to three parameters by integration: exact moments and independent draws. "
               "Beyond, by sequential Monte Carlo: particles on islands that do not know of one "
               "another, so that ess and rhat say whether to trust them. --chains runs Markov "
               "chains instead, with any of the samplers hmc, nuts, mala, rw and slice. --csv "
               "writes the draws, one a line.\n"
               "Example: cusp posterior circle --n 1e4 --draws 5 --csv\n"
               "Example: cusp posterior tanh-one --n 50",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
