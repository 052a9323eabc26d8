/* `zeros`: the set W0 of true parameters. */
#include <math.h>

#include "cusp/likelihood.h"
#include "cusp/mem.h"
#include "cusp/network.h"
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

/* What was found, and what names its points. */
struct found {
    const struct model *model;
    struct zero_set zeros;
    bool is_network, truth_is_network;
    struct network network, truth;
    bool is_data; /* of `truth data`: the likeliest parameters stand for W0 */
};

static void name_points(struct found *found)
{
    found->is_network = network_of(found->model, &found->network);
    found->truth_is_network = found->is_network && network_of_truth(found->model, &found->truth);
    found->is_data = found->model->likelihood && !found->model->likelihood->has_truth;
}

static void found_done(struct found *found)
{
    if (found->truth_is_network) {
        network_done(&found->truth);
    }
    if (found->is_network) {
        network_done(&found->network);
    }
    zeros_done(&found->zeros);
}

static enum network_label label_of(const struct found *found, const struct zero_component *part,
                                   size_t i)
{
    return part->label >= 0 ? (enum network_label)part->label
                            : network_label(found->model, &found->network,
                                            found->truth_is_network ? &found->truth : NULL,
                                            part->points + i * found->model->dim);
}

/* NULL if it lies in no region. */
static const char *region_of(const struct found *found, const struct zero_component *part, size_t i)
{
    bool known =
        part->region && part->region[i] >= 0 && (size_t)part->region[i] < found->model->n_regions;
    return known ? found->model->regions[part->region[i]] : NULL;
}

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

static bool is_shown(const struct zero_component *part, size_t i, size_t stride)
{
    return i % stride == 0 || part->singular[i] || i + 1 == part->n_points;
}

static json_t *name_json(const char *name)
{
    return name ? json_string(name) : json_null();
}

static json_t *component_json(const struct found *found, const struct zero_component *part,
                              size_t stride)
{
    json_t *object = json_object(), *points = json_array(), *ranks = json_array(),
           *singular = json_array(), *regions = json_array(), *labels = json_array();
    size_t dim = found->model->dim;
    for (size_t i = 0; i < part->n_points; i++) {
        if (!is_shown(part, i, stride)) {
            continue;
        }
        json_array_append_new(points, json_numbers(part->points + i * dim, dim));
        json_array_append_new(ranks, json_integer(part->rank[i]));
        json_array_append_new(singular, json_boolean(part->singular[i]));
        json_array_append_new(regions, name_json(region_of(found, part, i)));
        if (found->is_network) {
            json_array_append_new(labels, name_json(network_label_name(label_of(found, part, i))));
        }
    }
    json_put_count(object, "dimension", part->dimension);
    json_put(object, "points", points);
    json_put(object, "rank", ranks);
    json_put(object, "singular", singular);
    json_put_flag(object, "closed", part->closed);
    json_put(object, "regions", regions);
    json_put(object, "labels", labels);
    return object;
}

static void zeros_json(const struct found *found, const struct args *args, struct text *out)
{
    const struct model *model = found->model;
    const struct zero_set *zeros = &found->zeros;
    json_t *object = json_start(model, args), *parts = json_array();
    size_t stride = stride_of(zeros, args);
    for (size_t i = 0; i < zeros->n_components; i++) {
        json_array_append_new(parts, component_json(found, &zeros->components[i], stride));
    }
    json_put(object, "components", parts);
    json_put_number(object, "residual_max", zeros->residual_max);
    json_put_flag(object, "has_zero", zeros->has_zero);
    json_put_number(object, "kl_min", zeros->kl_min);
    json_put(object, "kl_min_at", json_numbers(zeros->kl_min_at, model->dim));
    json_put_flag(object, "complete", zeros->complete);
    json_put_text(object, "why", zeros->why);
    json_put_flag(object, "truth_known", !found->is_data);
    json_end(object, out);
}

static void zeros_table(const struct found *found, const struct args *args, struct text *out)
{
    const struct model *model = found->model;
    const struct zero_set *zeros = &found->zeros;
    bool csv = args_flag(args, "csv");
    const char **headers = arena_new(args->arena, model->dim + 7, sizeof *headers);
    size_t last = model->dim + 4;
    headers[0] = "component";
    headers[1] = "dimension";
    for (size_t i = 0; i < model->dim; i++) {
        headers[2 + i] = model->params[i].name;
    }
    headers[2 + model->dim] = "rank";
    headers[3 + model->dim] = "singular";
    if (model->n_regions) {
        headers[last++] = "region";
    }
    if (found->is_network) {
        headers[last++] = "label";
    }
    struct table table;
    table_init(&table, headers);
    size_t stride = stride_of(zeros, args);
    for (size_t c = 0; c < zeros->n_components; c++) {
        const struct zero_component *part = &zeros->components[c];
        for (size_t i = 0; i < part->n_points; i++) {
            if (!is_shown(part, i, stride)) {
                continue;
            }
            table_number(&table, (double)(c + 1), 17);
            table_number(&table, (double)part->dimension, 17);
            for (size_t j = 0; j < model->dim; j++) {
                table_number(&table, part->points[i * model->dim + j], 8);
            }
            table_number(&table, part->rank[i], 17);
            table_text(&table, part->singular[i] ? (csv ? "1" : "yes") : (csv ? "0" : ""));
            if (model->n_regions) {
                const char *region = region_of(found, part, i);
                table_text(&table, region ? region : "");
            }
            if (found->is_network) {
                table_text(&table, network_label_name(label_of(found, part, i)));
            }
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

/* How many of all points have each label, or lie in each region. */
static void add_counts(const struct found *found, struct text *out)
{
    size_t of_label[LABEL_COUNT] = {0}, n_regions = found->model->n_regions;
    size_t *in_region = mem_new(n_regions + 1, sizeof *in_region);
    for (size_t c = 0; c < found->zeros.n_components; c++) {
        const struct zero_component *part = &found->zeros.components[c];
        for (size_t i = 0; i < part->n_points; i++) {
            bool inside = region_of(found, part, i) != NULL;
            in_region[inside ? (size_t)part->region[i] : n_regions]++;
            of_label[found->is_network ? label_of(found, part, i) : 0]++;
        }
    }
    for (int label = 0; found->is_network && label < LABEL_COUNT; label++) {
        if (of_label[label]) {
            text_addf(out, "%8zu points: %s\n", of_label[label],
                      network_label_name((enum network_label)label));
        }
    }
    for (size_t r = 0; r < n_regions; r++) {
        if (in_region[r]) {
            text_addf(out, "%8zu points in the region '%s'\n", in_region[r],
                      found->model->regions[r]);
        }
    }
    mem_free(in_region);
}

/* For people: what W0 consists of, and points only if they were asked for. */
static void zeros_summary(const struct found *found, const struct args *args, struct text *out)
{
    const struct model *model = found->model;
    const struct zero_set *zeros = &found->zeros;
    char number[64];
    if (found->is_data) {
        text_add(out, "the truth is known only through data: these are the likeliest parameters of "
                      "all the data, not W0\n");
    }
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
    add_counts(found, out);
    if (zeros->n_components) {
        text_number(number, sizeof number, zeros->residual_max, 3);
        text_addf(out, "greatest K on them: %s\n", number);
    }
    if (!zeros->complete) {
        text_addf(out, "not complete: %s\n", zeros->why ? zeros->why : "the search was ended");
    }
    if (args_flag(args, "points") && zeros->n_components) {
        text_add(out, "\n");
        zeros_table(found, args, out);
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
    struct found found = {.model = model};
    enum status status = zeros_find(model, &find, context->cancel, &found.zeros);
    name_points(&found);
    if (status != ST_OK) {
        command_fault(context, "zeros: %s", status_name(status));
        code = EXIT_BAD;
    } else if (args_flag(args, "json")) {
        zeros_json(&found, args, context->out);
    } else if (args_flag(args, "csv")) {
        zeros_table(&found, args, context->out);
    } else {
        zeros_summary(&found, args, context->out);
    }
    found_done(&found);
    model_unref(model);
    return code;
}

const struct command zeros_command = {
    .name = "zeros",
    .usage = "MODEL [--points N]",
    .summary = "the true parameters W0, where K is 0",
    .details =
        "Finds the zeros of K in the box by projection: isolated points, curves, and clouds "
        "of points on surfaces, with the rank of the Hessian at each, the region it lies in, and "
        "of "
        "a network the symmetry that makes it true: distinct, permuted, reversed, merged, dead, "
        "q = 0.\n"
        "Example: cusp zeros circle --points 20 --csv",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
