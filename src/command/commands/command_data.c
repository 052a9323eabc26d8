/* `data`: the first observations of a model's data stream, or the rows of its file. */
#include <math.h>

#include "cusp/data.h"
#include "cusp/likelihood.h"
#include "../beliefs.h"

static const struct option options[] = {
    {"n", "N", OPTION_COUNT, "10", "how many observations", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

static const char *const *columns_of(const struct model *model, struct arena *arena)
{
    const struct likelihood *likelihood = model->likelihood;
    const char **names = arena_new(arena, likelihood->n_inputs + 2, sizeof *names);
    for (size_t i = 0; i < likelihood->n_inputs; i++) {
        names[i] = likelihood->input_names[i];
    }
    names[likelihood->n_inputs] = likelihood->output_name;
    return names;
}

static void write_json(const struct model *model, const struct data *data, size_t n,
                       const struct args *args, struct text *out)
{
    const char *const *names = columns_of(model, args->arena);
    json_t *object = json_start(model, args), *columns = json_array(), *rows = json_array();
    json_put_count(object, "data_seed", data->seed);
    json_put_count(object, "n", n);
    json_put_number(object, "entropy", data_entropy(data, n));
    for (size_t c = 0; c < data->n_columns; c++) {
        json_array_append_new(columns, json_string(names[c]));
    }
    json_put(object, "columns", columns);
    for (size_t i = 0; i < n; i++) {
        json_t *row = json_array();
        for (size_t c = 0; c < data->n_columns; c++) {
            json_array_append_new(row, json_real(data->column[c][i]));
        }
        json_array_append_new(rows, row);
    }
    json_put(object, "rows", rows);
    json_end(object, out);
}

static void write_csv(const struct model *model, const struct data *data, size_t n,
                      const struct args *args, struct text *out)
{
    const char *const *names = columns_of(model, args->arena);
    for (size_t c = 0; c < data->n_columns; c++) {
        text_addf(out, "%s%s", names[c], c + 1 < data->n_columns ? "," : "\n");
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < data->n_columns; c++) {
            text_addf(out, "%.17g%s", data->column[c][i], c + 1 < data->n_columns ? "," : "\n");
        }
    }
}

static void write_table(const struct model *model, const struct data *data, size_t n,
                        const struct args *args, struct text *out)
{
    struct table table;
    table_init(&table, columns_of(model, args->arena));
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < data->n_columns; c++) {
            table_number(&table, data->column[c][i], 8);
        }
    }
    table_print(&table, out);
    table_done(&table);
    double entropy = data_entropy(data, n);
    if (isfinite(entropy)) {
        text_addf(out,
                  "%zu observations of the truth, data seed %llu; empirical entropy S_n = %.6g "
                  "nats\n",
                  n, (unsigned long long)data->seed, entropy);
    } else {
        text_addf(out, "%zu of %zu observations of a file: the truth is not known\n", n,
                  data_limit(model));
    }
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model)
{
    double n = args_number(args, "n");
    if (!model->likelihood) {
        command_fault(context, "%s is a potential: it has no data", model->name);
        return EXIT_BAD;
    }
    if (!(n >= 1 && n <= (double)data_limit(model))) {
        sample_size_fault(context, model, true, n);
        return EXIT_BAD;
    }
    struct data *data = NULL;
    enum status status =
        data_new(model, args_data_seed(args), (size_t)n, NULL, context->cancel, &data);
    if (status != ST_OK) {
        command_fault(context, "the data of %s could not be drawn: %s", model->name,
                      status_name(status));
        return EXIT_BAD;
    }
    if (args_flag(args, "json")) {
        write_json(model, data, (size_t)n, args, context->out);
    } else if (args_flag(args, "csv")) {
        write_csv(model, data, (size_t)n, args, context->out);
    } else {
        write_table(model, data, (size_t)n, args, context->out);
    }
    data_unref(data);
    return EXIT_OK;
}

static int run(struct command_context *context, const struct args *args)
{
    return args_with_model(context, args, report);
}

const struct command data_command = {
    .name = "data",
    .usage = "MODEL --n N",
    .summary = "the first N observations of the model's data stream",
    .details = "The stream is fixed by --data-seed: N + 1 observations are the first N and one "
               "more. A model on real data gives the rows of its file.\n"
               "Example: cusp data linear-regression --n 5 --csv",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
