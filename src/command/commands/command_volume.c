/* `volume`: the prior volume of {K < ε} at a list of ε. */
#include "../command_private.h"

static const struct option options[] = {
    {"eps", "E", OPTION_LIST, "1e-8..1e0", "levels of K, as a list or a range", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

static void write_rows(const struct model *model, const struct option_value *eps,
                       const double *volume, const double *error, const struct args *args,
                       struct text *out)
{
    static const char *const headers[] = {"eps", "volume", "error", NULL};
    if (args_flag(args, "json")) {
        json_t *object = json_start(model, args), *list = json_array();
        for (size_t i = 0; i < eps->n_list; i++) {
            json_t *row = json_object();
            json_put_number(row, "eps", eps->list[i]);
            json_put_number(row, "volume", volume[i]);
            json_put_number(row, "error", error[i]);
            json_array_append_new(list, row);
        }
        json_put(object, "rows", list);
        json_end(object, out);
        return;
    }
    struct table table;
    table_init(&table, headers);
    for (size_t i = 0; i < eps->n_list; i++) {
        table_number(&table, eps->list[i], 6);
        table_number(&table, volume[i], 8);
        table_number(&table, error[i], 2);
    }
    table_end(&table, args, out);
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model, const struct integral *integral)
{
    const struct option_value *eps = args_value(args, "eps");
    double *volume = arena_new(args->arena, eps->n_list, sizeof *volume);
    double *error = arena_new(args->arena, eps->n_list, sizeof *error);
    enum status status = integral_volume(integral, eps->list, eps->n_list, volume, error);
    if (status != ST_OK) {
        command_fault(context, "volume: %s", status_name(status));
        return EXIT_BAD;
    }
    write_rows(model, eps, volume, error, args, context->out);
    return EXIT_OK;
}

static int run(struct command_context *context, const struct args *args)
{
    const struct option_value *eps = args_value(args, "eps");
    for (size_t i = 0; i < eps->n_list; i++) {
        if (!(eps->list[i] > 0)) {
            command_fault(context, "eps = %g: a level of K above 0 is wanted", eps->list[i]);
            return EXIT_BAD;
        }
    }
    return args_with_integral(context, args, &(struct integral_options){.evidence_only = true},
                              report);
}

const struct command volume_command = {
    .name = "volume",
    .usage = "MODEL --eps E",
    .summary = "V(eps), the prior volume of {K < eps}",
    .details = "V(eps) shrinks as eps^lambda (-log eps)^(m-1): the learning coefficient is the "
               "exponent of a volume.\nExample: cusp volume quartic --eps 1e-8..1e-2",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
