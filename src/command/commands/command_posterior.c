/* `posterior`: moments by integration, and independent draws. */
#include <math.h>

#include "../command_private.h"

static const struct option options[] = {
    {"n", "N", OPTION_NUMBER, "1000", "sample size, 1 to 1e12", COMPLETE_NONE},
    {"draws", "M", OPTION_COUNT, "1000", "how many draws", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

enum { DRAWS_MAX = 10000000, DRAWS_TASK = 1 };

struct result {
    const struct model *model;
    size_t n_draws;
    double *mean, *sd; /* by integration */
    double *draws;     /* [n_draws][dim] */
};

/* Split R-hat of independent draws: the two halves as chains (Gelman et al. 2013, 11.4). NaN for
   less than four draws. */
static double split_rhat(const struct result *result, size_t j)
{
    size_t half = result->n_draws / 2, dim = result->model->dim;
    double mean[2] = {0, 0}, variance[2] = {0, 0};
    if (half < 2) {
        return NAN;
    }
    for (size_t c = 0; c < 2; c++) {
        for (size_t i = 0; i < half; i++) {
            mean[c] += result->draws[(c * half + i) * dim + j] / (double)half;
        }
        for (size_t i = 0; i < half; i++) {
            double x = result->draws[(c * half + i) * dim + j] - mean[c];
            variance[c] += x * x / (double)(half - 1);
        }
    }
    double within = 0.5 * (variance[0] + variance[1]);
    double between = 0.5 * (mean[0] - mean[1]) * (mean[0] - mean[1]);
    return within > 0 ? sqrt(((double)(half - 1) / (double)half) + between / within) : NAN;
}

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
    json_put_number(object, "n", args_number(args, "n"));
    json_put_count(object, "n_draws", result->n_draws);
    json_put_text(object, "method", "integration; independent draws");
    for (size_t i = 0; i < result->model->dim; i++) {
        json_t *param = json_object();
        json_put_text(param, "name", result->model->params[i].name);
        json_put_number(param, "mean", result->mean[i]);
        json_put_number(param, "sd", result->sd[i]);
        json_put_number(param, "ess", (double)result->n_draws);
        json_put_number(param, "rhat", split_rhat(result, i));
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
        double rhat = split_rhat(result, i);
        table_text(&table, result->model->params[i].name);
        table_number(&table, result->mean[i], 6);
        table_number(&table, result->sd[i], 6);
        table_number(&table, (double)result->n_draws, 6);
        if (isfinite(rhat)) {
            table_number(&table, rhat, 5);
        } else {
            table_text(&table, "");
        }
    }
    table_print(&table, out);
    table_done(&table);
    text_add(out, "mean and sd by integration; the draws are independent, so ess is their "
                  "number\n");
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model, const struct integral *integral)
{
    double n = args_number(args, "n");
    struct result result = {.model = model, .n_draws = (size_t)args_number(args, "draws")};
    result.mean = arena_new(args->arena, model->dim, sizeof *result.mean);
    result.sd = arena_new(args->arena, model->dim, sizeof *result.sd);
    result.draws = arena_new(args->arena, result.n_draws * model->dim + 1, sizeof *result.draws);
    struct rng rng = rng_stream(args_seed(args), DRAWS_TASK);
    enum status status = integral_moments(integral, n, result.mean, result.sd);
    if (status == ST_OK && result.n_draws > 0) {
        status = integral_draws(integral, n, result.n_draws, &rng, result.draws);
    }
    if (status != ST_OK) {
        command_fault(context, "posterior: %s", status_name(status));
        return EXIT_BAD;
    }
    if (args_flag(args, "json")) {
        write_json(&result, args, context->out);
    } else if (args_flag(args, "csv")) {
        write_csv(&result, args, context->out);
    } else {
        write_table(&result, context->out);
    }
    return EXIT_OK;
}

static int run(struct command_context *context, const struct args *args)
{
    struct integral_options range = {0};
    double n = args_number(args, "n");
    int code = n_range(context, &n, 1, &range);
    if (code != EXIT_OK) {
        return code;
    }
    if (args_number(args, "draws") > DRAWS_MAX) {
        command_fault(context, "--draws is at most %d", DRAWS_MAX);
        return EXIT_USAGE;
    }
    return args_with_integral(context, args, &range, report);
}

const struct command posterior_command = {
    .name = "posterior",
    .usage = "MODEL --n N [--draws M]",
    .summary = "posterior mean, spread and independent draws",
    .details = "Moments by integration. --csv writes the draws, one a line; they are independent, "
               "so there is no chain and no burn-in.\n"
               "Example: cusp posterior circle --n 1e4 --draws 5 --csv",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
