/* `fisher`: the Hessian of K at a point, which at a true parameter is the Fisher information. */
#include "../command_private.h"

static void fisher_json(const struct model *model, const double *w, const struct fisher *fisher,
                        const struct args *args, struct text *out)
{
    json_t *object = json_start(model, args);
    json_put(object, "at", json_numbers(w, model->dim));
    json_put(object, "matrix", json_points(fisher->matrix, model->dim, model->dim));
    json_put(object, "eigenvalues", json_numbers(fisher->eigenvalues, model->dim));
    json_put(object, "eigenvectors", json_points(fisher->eigenvectors, model->dim, model->dim));
    json_put_count(object, "rank", fisher->rank);
    json_put_count(object, "dim", model->dim);
    json_put_number(object, "tolerance", fisher->tolerance);
    json_put(object, "hessian_eigenvalues", json_numbers(fisher->eigenvalues, model->dim));
    json_put_number(object, "kl", fisher->kl);
    json_put(object, "gradient", json_numbers(fisher->gradient, model->dim));
    json_put_text(object, "class", point_class_name(fisher->point_class));
    json_put_flag(object, "kink", fisher->kink);
    json_end(object, out);
}

static void fisher_csv(const struct model *model, const struct fisher *fisher,
                       const struct args *args, struct text *out)
{
    const char **headers = arena_new(args->arena, model->dim + 2, sizeof *headers);
    headers[0] = "eigenvalue";
    for (size_t i = 0; i < model->dim; i++) {
        headers[1 + i] = model->params[i].name;
    }
    struct table table;
    table_init(&table, headers);
    for (size_t i = 0; i < model->dim; i++) {
        table_number(&table, fisher->eigenvalues[i], 17);
        for (size_t j = 0; j < model->dim; j++) {
            table_number(&table, fisher->eigenvectors[i * model->dim + j], 17);
        }
    }
    table_csv(&table, out);
    table_done(&table);
}

static void add_row(struct text *out, const char *name, const double *values, size_t count)
{
    char number[64];
    text_addf(out, "%-12s", name);
    for (size_t i = 0; i < count; i++) {
        text_number(number, sizeof number, values[i], 6);
        text_addf(out, " %12s", number);
    }
    text_add(out, "\n");
}

static void fisher_text(const struct model *model, const double *w, const struct fisher *fisher,
                        struct text *out)
{
    char number[64];
    text_addf(out, "%-12s", "at");
    for (size_t i = 0; i < model->dim; i++) {
        text_number(number, sizeof number, w[i], 6);
        text_addf(out, "%s %s = %s", i ? "," : "", model->params[i].name, number);
    }
    text_number(number, sizeof number, fisher->kl, 6);
    text_addf(out, "\n%-12s %s\n", "K", number);
    add_row(out, "gradient", fisher->gradient, model->dim);
    for (size_t i = 0; i < model->dim; i++) {
        add_row(out, i ? "" : "matrix", fisher->matrix + i * model->dim, model->dim);
    }
    add_row(out, "eigenvalues", fisher->eigenvalues, model->dim);
    text_number(number, sizeof number, fisher->tolerance, 3);
    text_addf(out, "%-12s %zu of %zu (tolerance %s)\n", "rank", fisher->rank, model->dim, number);
    text_addf(out, "%-12s %s\n", "class", point_class_name(fisher->point_class));
    fisher_sentence(fisher, out);
    text_add(out, "\n");
    if (fisher->kink) {
        text_add(out, "a piecewise function switches here: derivatives are one-sided\n");
    }
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model)
{
    double *w = arena_new(args->arena, model->dim, sizeof *w);
    int code = args_point(context, args, model, w);
    if (code != EXIT_OK) {
        return code;
    }
    struct fisher fisher;
    enum status status = fisher_at(model, w, &fisher);
    if (status != ST_OK) {
        command_fault(context, "K or a derivative of it is not finite at this point");
        code = EXIT_BAD;
    } else if (args_flag(args, "json")) {
        fisher_json(model, w, &fisher, args, context->out);
    } else if (args_flag(args, "csv")) {
        fisher_csv(model, &fisher, args, context->out);
    } else {
        fisher_text(model, w, &fisher, context->out);
    }
    fisher_done(&fisher);
    return code;
}

static int run(struct command_context *context, const struct args *args)
{
    return args_with_model(context, args, report);
}

const struct command fisher_command = {
    .name = "fisher",
    .usage = "MODEL --at POINT",
    .summary = "Fisher information at a point, its spectrum and rank",
    .details = "For a potential this is the Hessian of K, which at a true parameter is the Fisher "
               "information. Says the eigenvalues, the rank with its tolerance, and what kind of "
               "point it is.\nExample: cusp fisher normal-crossing --at w1=0.5,w2=0",
    .where = IN_ALL,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
