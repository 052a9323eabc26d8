/* `phases`: posterior mass and local free energy of each region, over n or over a knob. */
#include <math.h>
#include <string.h>

#include "../beliefs.h"

static const struct option options[] = {
    {"n", "N", OPTION_LIST, "1e0..1e8", "sample sizes; one of them with --knob", COMPLETE_NONE},
    {"knob", "NAME", OPTION_TEXT, NULL, "turn this knob through its range", COMPLETE_KNOB},
    {"steps", "S", OPTION_COUNT, "11", "values of the knob", COMPLETE_NONE},
    BELIEF_OPTIONS,
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

enum { STEPS_MAX = 1000 };
/* Of the log of a region's mass: about that of particles. */
#define ERROR_MOST 0.02

struct phase_rows {
    const char *by; /* "n" or "knob" */
    size_t count, regions;
    double *at, *mass, *free_energy, *error; /* [count], [count][regions] */
};

static void write_json(const struct model *model, const struct phase_rows *rows,
                       const struct args *args, struct text *out)
{
    json_t *object = json_start(model, args), *list = json_array();
    for (size_t i = 0; i < rows->count; i++) {
        json_t *row = json_object(), *regions = json_array();
        json_put_number(row, rows->by, rows->at[i]);
        for (size_t j = 0; j < rows->regions; j++) {
            size_t at = i * rows->regions + j;
            json_t *region = json_object();
            json_put_text(region, "name", model->regions[j]);
            json_put_number(region, "mass", rows->mass[at]);
            json_put_number(region, "free_energy", rows->free_energy[at]);
            json_put_number(region, "error", rows->error[at]);
            json_array_append_new(regions, region);
        }
        json_put(row, "regions", regions);
        json_array_append_new(list, row);
    }
    json_put(object, "rows", list);
    json_end(object, out);
}

static void write_table(const struct model *model, const struct phase_rows *rows,
                        const struct args *args, struct text *out)
{
    const char *const headers[] = {rows->by, "region", "mass", "free_energy", "error", NULL};
    struct table table;
    table_init(&table, headers);
    for (size_t i = 0; i < rows->count * rows->regions; i++) {
        table_number(&table, rows->at[i / rows->regions], 6);
        table_text(&table, model->regions[i % rows->regions]);
        table_number(&table, rows->mass[i], 6);
        table_number(&table, rows->free_energy[i], 8);
        table_number(&table, rows->error[i], 2);
    }
    table_end(&table, args, out);
}

/* Masses by particles, and the free energy of a region: that of all, less the log of its share. */
static void regions_of_particles(const struct model *model, const struct particles *cloud,
                                 double *mass, double *free_energy, double *error)
{
    particles_regions(model, cloud, mass, error);
    for (size_t j = 0; j < model->n_regions; j++) {
        free_energy[j] = -cloud->log_z - log(mass[j]);
    }
}

static enum status regions_of(const struct beliefs *beliefs, const struct belief *belief,
                              double *mass, double *free_energy, double *error)
{
    const struct model *model = beliefs->model;
    if (belief->particles) {
        regions_of_particles(model, belief->particles, mass, free_energy, error);
        return ST_OK;
    }
    double n = beliefs->on_data ? belief->n : belief->n * belief->beta;
    enum status status = integral_regions(belief->integral, n, mass, free_energy, error);
    for (size_t j = 0; j < model->n_regions && status == ST_OK; j++) {
        free_energy[j] -= belief->log_scale;
    }
    return status;
}

static double greatest(const double *values, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        most = fmax(most, values[i]);
    }
    return most;
}

/* One row. *rough: the choice was left to cusp, and the integral says too little of the regions. */
static int row_at(struct beliefs *beliefs, double n, double *mass, double *free_energy,
                  double *error, bool *rough)
{
    struct belief belief;
    int code = beliefs_at(beliefs, n, &belief);
    if (code != EXIT_OK) {
        return code;
    }
    enum status status = regions_of(beliefs, &belief, mass, free_energy, error);
    if (status != ST_OK) {
        command_fault(beliefs->context, "phases: %s", status_name(status));
        code = EXIT_BAD;
    }
    *rough = beliefs->method == METHOD_AUTO && beliefs->on_data && belief.integral != NULL &&
             greatest(error, beliefs->model->n_regions) > ERROR_MOST;
    belief_done(&belief);
    return code;
}

static int over_n(struct command_context *context, const struct args *args,
                  const struct model *model, struct phase_rows *rows)
{
    struct beliefs beliefs;
    int code = beliefs_start(context, args, model, rows->at, rows->count, &beliefs);
    for (size_t i = 0; i < rows->count && code == EXIT_OK; i++) {
        size_t at = i * rows->regions;
        bool rough = false;
        code = row_at(&beliefs, rows->at[i], rows->mass + at, rows->free_energy + at,
                      rows->error + at, &rough);
        if (code == EXIT_OK && rough) {
            /* edges of regions are dear to integrate along: particles do better from here on */
            beliefs.method = METHOD_PARTICLES;
            code = row_at(&beliefs, rows->at[i], rows->mass + at, rows->free_energy + at,
                          rows->error + at, &rough);
        }
    }
    beliefs_done(&beliefs);
    return code;
}

static const struct model_knob *find_knob(struct command_context *context,
                                          const struct model *model, const char *name)
{
    struct suggestion suggestion;
    suggestion_start(&suggestion, name);
    for (size_t i = 0; i < model->n_knobs; i++) {
        if (strcmp(model->knobs[i].name, name) == 0) {
            return &model->knobs[i];
        }
        suggestion_try(&suggestion, model->knobs[i].name);
    }
    command_fault_near(context, suggestion.best, "%s has no knob '%.80s'", model->name, name);
    return NULL;
}

static int over_knob(struct command_context *context, const struct args *args,
                     const struct model *model, const struct model_knob *knob, double n,
                     struct phase_rows *rows)
{
    int code = EXIT_OK;
    for (size_t i = 0; i < rows->count && code == EXIT_OK; i++) {
        double share = rows->count > 1 ? (double)i / (double)(rows->count - 1) : 0;
        struct phase_rows row = {.by = "n", .count = 1, .regions = rows->regions};
        size_t at = i * rows->regions;
        row.at = &n;
        row.mass = rows->mass + at;
        row.free_energy = rows->free_energy + at;
        row.error = rows->error + at;
        rows->at[i] = fmin(knob->low + share * (knob->high - knob->low), knob->high);
        struct diags diags;
        diags_init(&diags);
        struct model *turned = NULL;
        if (model_with(model, knob->name, rows->at[i], &diags, &turned) == ST_OK) {
            code = over_n(context, args, turned, &row);
        } else {
            code = command_diagnosed(context, &diags);
        }
        model_unref(turned);
        diags_done(&diags);
    }
    return code;
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model)
{
    const struct option_value *given = args_value(args, "n"), *name = args_value(args, "knob");
    double steps = args_number(args, "steps");
    if (model->n_regions == 0) {
        command_fault(context, "%s names no regions", model->name);
        return EXIT_BAD;
    }
    if (name->given && (given->given ? given->n_list != 1 : true)) {
        command_fault(context, "--knob wants one --n");
        return EXIT_USAGE;
    }
    if (steps < 1 || steps > STEPS_MAX) {
        command_fault(context, "--steps is from 1 to %d", STEPS_MAX);
        return EXIT_USAGE;
    }
    double *n = NULL;
    size_t count = 0;
    int code = sample_sizes(context, args, model, args->arena, "1e1..1e4", &n, &count);
    if (code != EXIT_OK) {
        return code;
    }
    struct phase_rows rows = {.by = name->given ? "knob" : "n", .regions = model->n_regions};
    rows.count = name->given ? (size_t)steps : count;
    size_t cells = rows.count * rows.regions;
    rows.at = arena_new(args->arena, rows.count, sizeof *rows.at);
    rows.mass = arena_new(args->arena, cells, sizeof *rows.mass);
    rows.free_energy = arena_new(args->arena, cells, sizeof *rows.free_energy);
    rows.error = arena_new(args->arena, cells, sizeof *rows.error);
    if (name->given) {
        const struct model_knob *knob = find_knob(context, model, name->text);
        code = knob ? over_knob(context, args, model, knob, n[0], &rows) : EXIT_BAD;
    } else {
        memcpy(rows.at, n, rows.count * sizeof *rows.at);
        code = over_n(context, args, model, &rows);
    }
    if (code == EXIT_OK && args_flag(args, "json")) {
        write_json(model, &rows, args, context->out);
    } else if (code == EXIT_OK) {
        write_table(model, &rows, args, context->out);
    }
    return code;
}

static int run(struct command_context *context, const struct args *args)
{
    return args_with_model(context, args, report);
}

const struct command phases_command = {
    .name = "phases",
    .usage = "MODEL --n N | --knob NAME --n N",
    .summary = "posterior mass and local free energy of each region",
    .details = "Which part of parameter space the posterior lives in, as n grows or as a knob "
               "turns; the free energy of a region is -log of the integral over it.\n"
               "Example: cusp phases two-wells --n 1e1..1e6",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
