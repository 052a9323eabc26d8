/* `zeros`: the set W0 of true parameters. */
#include <math.h>

#include "cusp/mem.h"
#include "../command_private.h"

static const struct option options[] = {
    {"points", "N", OPTION_COUNT, NULL, "about how many points in all", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

enum { POINTS_MAX = 1000000 };
/* A curve through a box is a few sides long. */
#define STEPS_PER_POINT 4.0
/* In sides of the box; the greatest is what zeros_find takes by itself. */
#define STEP_LEAST 1e-5
#define STEP_MOST (1.0 / 400)

/* Every k-th point of a component, and its last. */
static size_t stride_of(const struct zero_set *zeros, const struct args *args)
{
    size_t total = 0;
    for (size_t i = 0; i < zeros->n_components; i++) {
        total += zeros->components[i].n_points;
    }
    double wanted = args_flag(args, "points") ? args_number(args, "points") : (double)total;
    return wanted >= 1 ? (size_t)fmax(1, floor((double)total / wanted)) : 1;
}

static json_t *component_json(const struct zero_component *part, size_t dim, size_t stride)
{
    json_t *object = json_object(), *points = json_array(), *ranks = json_array(),
           *singular = json_array();
    for (size_t i = 0; i < part->n_points; i++) {
        if (i % stride == 0 || part->singular[i] || i + 1 == part->n_points) {
            json_array_append_new(points, json_numbers(part->points + i * dim, dim));
            json_array_append_new(ranks, json_integer(part->rank[i]));
            json_array_append_new(singular, json_boolean(part->singular[i]));
        }
    }
    json_put_count(object, "dimension", part->dimension);
    json_put(object, "points", points);
    json_put(object, "rank", ranks);
    json_put(object, "singular", singular);
    json_put_flag(object, "closed", part->closed);
    return object;
}

static void zeros_json(const struct model *model, const struct zero_set *zeros,
                       const struct args *args, struct text *out)
{
    json_t *object = json_start(model, args), *parts = json_array();
    size_t stride = stride_of(zeros, args);
    for (size_t i = 0; i < zeros->n_components; i++) {
        json_array_append_new(parts, component_json(&zeros->components[i], model->dim, stride));
    }
    json_put(object, "components", parts);
    json_put_number(object, "residual_max", zeros->residual_max);
    json_put_flag(object, "has_zero", zeros->has_zero);
    json_put_number(object, "kl_min", zeros->kl_min);
    json_put(object, "kl_min_at", json_numbers(zeros->kl_min_at, model->dim));
    json_put_flag(object, "complete", zeros->complete);
    json_put_text(object, "why", zeros->why);
    json_end(object, out);
}

static void zeros_table(const struct model *model, const struct zero_set *zeros,
                        const struct args *args, struct text *out)
{
    bool csv = args_flag(args, "csv");
    const char **headers = arena_new(args->arena, model->dim + 5, sizeof *headers);
    headers[0] = "component";
    headers[1] = "dimension";
    for (size_t i = 0; i < model->dim; i++) {
        headers[2 + i] = model->params[i].name;
    }
    headers[2 + model->dim] = "rank";
    headers[3 + model->dim] = "singular";
    struct table table;
    table_init(&table, headers);
    size_t stride = stride_of(zeros, args);
    for (size_t c = 0; c < zeros->n_components; c++) {
        const struct zero_component *part = &zeros->components[c];
        for (size_t i = 0; i < part->n_points; i++) {
            if (i % stride != 0 && !part->singular[i] && i + 1 != part->n_points) {
                continue;
            }
            table_number(&table, (double)(c + 1), 17);
            table_number(&table, (double)part->dimension, 17);
            for (size_t j = 0; j < model->dim; j++) {
                table_number(&table, part->points[i * model->dim + j], 8);
            }
            table_number(&table, part->rank[i], 17);
            table_text(&table, part->singular[i] ? (csv ? "1" : "yes") : (csv ? "0" : ""));
        }
    }
    table_end(&table, args, out);
}

static const char *shape_name(const struct zero_component *part)
{
    static const char *const names[] = {"point", "curve", "surface"};
    return part->dimension == 0 && part->n_points > 1 ? "points"
           : part->dimension < 3                      ? names[part->dimension]
                                                      : "set";
}

/* For people: what W0 consists of, and points only if they were asked for. */
static void zeros_summary(const struct model *model, const struct zero_set *zeros,
                          const struct args *args, struct text *out)
{
    char number[64];
    if (!zeros->has_zero) {
        text_number(number, sizeof number, zeros->kl_min, 6);
        text_addf(out, "no zero in the box: the least K found is %s at", number);
        for (size_t i = 0; i < model->dim; i++) {
            text_number(number, sizeof number, zeros->kl_min_at[i], 6);
            text_addf(out, "%s %s = %s", i ? "," : "", model->params[i].name, number);
        }
        text_add(out, "\n");
    }
    for (size_t i = 0; i < zeros->n_components; i++) {
        const struct zero_component *part = &zeros->components[i];
        size_t singular = 0;
        int low = part->n_points ? part->rank[0] : 0, high = low;
        for (size_t j = 0; j < part->n_points; j++) {
            singular += part->singular[j];
            low = part->rank[j] < low ? part->rank[j] : low;
            high = part->rank[j] > high ? part->rank[j] : high;
        }
        text_addf(out, "component %zu: %s%s of dimension %zu, %zu points, rank of the Hessian %d",
                  i + 1, part->closed ? "closed " : "", shape_name(part), part->dimension,
                  part->n_points, low);
        if (high != low) {
            text_addf(out, " to %d", high);
        }
        text_addf(out, " of %zu%s\n", model->dim, singular ? ", with singular points" : "");
    }
    text_number(number, sizeof number, zeros->residual_max, 3);
    text_addf(out, "greatest K on them: %s\n", number);
    if (!zeros->complete) {
        text_addf(out, "not complete: %s\n", zeros->why ? zeros->why : "the search was ended");
    }
    if (args_flag(args, "points") && zeros->n_components) {
        text_add(out, "\n");
        zeros_table(model, zeros, args, out);
    }
}

static int run(struct command_context *context, const struct args *args)
{
    struct zeros_options find = {.seed = args_seed(args), .threads = args_threads(args)};
    if (args_flag(args, "points")) {
        double points = args_number(args, "points");
        if (points < 1 || points > POINTS_MAX) {
            command_fault(context, "--points is from 1 to %d", POINTS_MAX);
            return EXIT_USAGE;
        }
        find.n_points = (size_t)points;
        find.step = fmin(fmax(STEPS_PER_POINT / points, STEP_LEAST), STEP_MOST);
    }
    struct model *model = NULL;
    int code = args_model(context, args, &model);
    if (code != EXIT_OK) {
        return code;
    }
    struct zero_set zeros;
    enum status status = zeros_find(model, &find, context->cancel, &zeros);
    if (status != ST_OK) {
        command_fault(context, "zeros: %s", status_name(status));
        code = EXIT_BAD;
    } else if (args_flag(args, "json")) {
        zeros_json(model, &zeros, args, context->out);
    } else if (args_flag(args, "csv")) {
        zeros_table(model, &zeros, args, context->out);
    } else {
        zeros_summary(model, &zeros, args, context->out);
    }
    zeros_done(&zeros);
    model_unref(model);
    return code;
}

const struct command zeros_command = {
    .name = "zeros",
    .usage = "MODEL [--points N]",
    .summary = "the true parameters W0, where K is 0",
    .details = "Finds the zeros of K in the box by projection: isolated points, curves, and clouds "
               "of points on surfaces, with the rank of the Hessian at each.\n"
               "Example: cusp zeros circle --points 20 --csv",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
