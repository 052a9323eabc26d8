/* `volume`: the prior volume of {K < ε} at a list of ε. */
#include "cusp/likelihood.h"
#include "../command_private.h"

static const struct option options[] = {
    {"eps", "E", OPTION_LIST, "1e-8..1e0", "levels of K, as a list or a range", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

/* Volumes are integrated anew for their levels: of the integral only the prior's norm is used, and
   how fine the lines are. */
#define N_MAX 10
/* For a K of so many instructions and more, this will do. */
#define DEAR 30
#define DEAR_TOLERANCE 1e-3

static void write_rows(const struct model *model, const struct option_value *eps,
                       const double *volume, const double *error, const struct args *args,
                       struct text *out)
{
    static const char *const headers[] = {"eps", "volume", "error", NULL};
    bool truth_known = !model->likelihood || model->likelihood->has_truth;
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
        json_put_flag(object, "truth_known", truth_known);
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
    if (!truth_known && !args_flag(args, "csv")) {
        text_add(out, "the truth is not known: K is the loss on all the data above its least\n");
    }
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model)
{
    const struct option_value *eps = args_value(args, "eps");
    double *volume = arena_new(args->arena, eps->n_list, sizeof *volume);
    double *error = arena_new(args->arena, eps->n_list, sizeof *error);
    bool dear = model->likelihood && model->dim > 1 && program_n_steps(model->kl) > DEAR;
    struct integral_options how = {.evidence_only = true,
                                   .n_max = N_MAX,
                                   .tolerance = dear ? DEAR_TOLERANCE : 0,
                                   .threads = args_threads(args)};
    struct integral *integral = NULL;
    if (model->dim > INTEGRAL_MAX_DIM) {
        command_fault(context, "volumes are integrated over at most three parameters; %s has %zu",
                      model->name, model->dim);
        return EXIT_BAD;
    }
    enum status status = integral_new(model, &how, context->cancel, &integral);
    if (status == ST_OK) {
        status = integral_volume(integral, eps->list, eps->n_list, volume, error);
    }
    integral_free(integral);
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
    return args_with_model(context, args, report);
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
