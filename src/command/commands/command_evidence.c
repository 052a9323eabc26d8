/* `evidence`: log Z_n, the free energy and its slope at a list of n. */
#include <math.h>

#include "../command_private.h"

static const struct option options[] = {
    {"n", "N", OPTION_LIST, "1e2..1e8", "sample sizes, as 100,1000 or 1e2..1e8 or 1e2..1e8:25",
     COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

static void write_rows(const struct model *model, const struct evidence *rows, size_t count,
                       const struct args *args, struct text *out)
{
    static const char *const headers[] = {"n", "log_z", "free_energy", "mean_nk", "error", NULL};
    if (args_flag(args, "json")) {
        json_t *object = json_start(model, args), *list = json_array();
        for (size_t i = 0; i < count; i++) {
            json_t *row = json_object();
            json_put_number(row, "n", rows[i].n);
            json_put_number(row, "log_z", rows[i].log_z);
            json_put_number(row, "free_energy", rows[i].free_energy);
            json_put_number(row, "mean_nk", rows[i].mean_nk);
            json_put_number(row, "error", rows[i].error);
            json_put_number(row, "mean_nk_error", rows[i].mean_nk_error);
            json_array_append_new(list, row);
        }
        json_put(object, "rows", list);
        json_end(object, out);
        return;
    }
    struct table table;
    table_init(&table, headers);
    for (size_t i = 0; i < count; i++) {
        table_number(&table, rows[i].n, 6);
        table_number(&table, rows[i].log_z, 10);
        table_number(&table, rows[i].free_energy, 10);
        table_number(&table, rows[i].mean_nk, 8);
        table_number(&table, rows[i].error, 2);
    }
    table_end(&table, args, out);
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model, const struct integral *integral)
{
    const struct option_value *n = args_value(args, "n");
    struct evidence *rows = arena_new(args->arena, n->n_list, sizeof *rows);
    enum status status = integral_evidence(integral, n->list, n->n_list, rows);
    if (status != ST_OK) {
        command_fault(context, "evidence: %s", status_name(status));
        return EXIT_BAD;
    }
    write_rows(model, rows, n->n_list, args, context->out);
    return EXIT_OK;
}

static int run(struct command_context *context, const struct args *args)
{
    const struct option_value *n = args_value(args, "n");
    struct integral_options range = {.evidence_only = true};
    int code = n_range(context, n->list, n->n_list, &range);
    return code == EXIT_OK ? args_with_integral(context, args, &range, report) : code;
}

const struct command evidence_command = {
    .name = "evidence",
    .usage = "MODEL --n N",
    .summary = "Z_n, the free energy F_n and n E[K]",
    .details = "Z_n is the integral of exp(-n K(w)) over the prior, F_n = -log Z_n, and mean_nk = "
               "n E[K] = dF/d log n, which tends to the learning coefficient. `error` bounds the "
               "error of log_z. One to three parameters, n from 1 to 1e12.\n"
               "Example: cusp evidence normal-crossing --n 1e2..1e12:6",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
