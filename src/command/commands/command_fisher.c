/* `fisher`: the Hessian of K at a point, which at a true parameter is the Fisher information. */
#include <math.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "../command_private.h"

static void fisher_json(const struct model *model, const double *w, const struct fisher *fisher,
                        const struct args *args, struct text *out)
{
    json_t *object = json_start(model, args);
    struct text why;
    text_init(&why);
    fisher_hessian_sentence(fisher, &why);
    json_put(object, "at", json_numbers(w, model->dim));
    json_put(object, "matrix", json_points(fisher->matrix, model->dim, model->dim));
    json_put(object, "eigenvalues", json_numbers(fisher->eigenvalues, model->dim));
    json_put(object, "eigenvectors", json_points(fisher->eigenvectors, model->dim, model->dim));
    json_put_count(object, "rank", fisher->rank);
    json_put_count(object, "dim", model->dim);
    json_put_number(object, "tolerance", fisher->tolerance);
    json_put(object, "hessian_eigenvalues", json_numbers(fisher->hessian_eigenvalues, model->dim));
    json_put(object, "hessian", json_points(fisher->hessian, model->dim, model->dim));
    json_put_number(object, "kl", fisher->kl);
    json_put(object, "gradient", json_numbers(fisher->gradient, model->dim));
    json_put_text(object, "class", point_class_name(fisher->point_class));
    json_put_flag(object, "kink", fisher->kink);
    json_put_text(object, "matrix_of", fisher->of_likelihood ? "fisher information" : "hessian");
    json_put_number(object, "hessian_difference", fisher->hessian_difference);
    json_put_text(object, "hessian_why", text_get(&why));
    text_done(&why);
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
    text_addf(out, "\n%-12s %s%s\n", "K", number,
              model->likelihood && !fisher->has_truth ? ", the loss on the data above its least"
                                                      : "");
    add_row(out, "gradient", fisher->gradient, model->dim);
    for (size_t i = 0; i < model->dim; i++) {
        add_row(out, i ? "" : "matrix", fisher->matrix + i * model->dim, model->dim);
    }
    add_row(out, "eigenvalues", fisher->eigenvalues, model->dim);
    if (model->likelihood) {
        for (size_t i = 0; i < model->dim; i++) {
            add_row(out, i ? "" : "Hessian of K", fisher->hessian + i * model->dim, model->dim);
        }
        add_row(out, "eigenvalues", fisher->hessian_eigenvalues, model->dim);
    }
    text_number(number, sizeof number, fisher->tolerance, 3);
    text_addf(out, "%-12s %zu of %zu (tolerance %s)\n", "rank", fisher->rank, model->dim, number);
    text_addf(out, "%-12s %s\n", "class", point_class_name(fisher->point_class));
    fisher_sentence(fisher, out);
    text_add(out, "\n");
    size_t before = out->length;
    fisher_hessian_sentence(fisher, out);
    if (out->length > before) {
        text_add(out, "\n");
    }
    if (fisher->kink) {
        text_add(out, "a piecewise function switches here: derivatives are one-sided\n");
    }
}

static bool finite_numbers(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) {
            return false;
        }
    }
    return true;
}

static const char *what_is_not_finite(const struct fisher *fisher, size_t dim)
{
    if (isnan(fisher->kl)) {
        return "K is undefined";
    }
    if (isinf(fisher->kl)) {
        return "K is infinite";
    }
    if (!finite_numbers(fisher->gradient, dim)) {
        return "the gradient of K is not finite";
    }
    return finite_numbers(fisher->hessian, dim * dim)
               ? "the Fisher information is not finite or has no rule"
               : "the second derivatives of K are not finite";
}

/* "a = 1, b = 0", or "a=1,b=0" as --at takes it. */
static void add_at(struct text *out, const struct model *model, const double *w, bool plain)
{
    char number[64];
    for (size_t i = 0; i < model->dim; i++) {
        text_number(number, sizeof number, w[i], 6);
        text_addf(out, plain ? "%s%s=%s" : "%s%s = %s",
                  i == 0  ? ""
                  : plain ? ","
                          : ", ",
                  model->params[i].name, number);
    }
}

static void say_not_finite(struct command_context *context, const struct model *model,
                           const double *w, const struct fisher *fisher)
{
    struct text message;
    text_init(&message);
    text_addf(&message, "%s at ", what_is_not_finite(fisher, model->dim));
    add_at(&message, model, w, false);
    if (memcmp(w, model->kl_min_at, model->dim * sizeof *w) != 0) {
        text_add(&message, "; K is least at --at ");
        add_at(&message, model, model->kl_min_at, true);
    }
    command_fault(context, "%s", text_get(&message));
    text_done(&message);
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
        say_not_finite(context, model, w, &fisher);
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
               "information. Of a statistical model it is the Fisher information at any point, "
               "which does not ask for the truth, with the Hessian of K beside it. Says the "
               "eigenvalues, the rank with its tolerance, and what kind of "
               "point it is.\nExample: cusp fisher normal-crossing --at w1=0.5,w2=0",
    .where = IN_ALL,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
