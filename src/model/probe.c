/* Looks at a new K over its whole box: its scale, its least value, whether it has zeros, faults. */
#include "probe_parts.h"

#include <math.h>
#include <string.h>

/* A share of kl_scale: K above minus this is rounding, not a negative potential. */
#define PROBE_ROUNDING 1e-12
#define PROBE_LOWER 1e-9 /* × the least K found: what a lower valley must be lower by */

/* --- faults ----------------------------------------------------------------------------------- */

static bool is_undefined(const double *w, void *context)
{
    const struct probe *probe = context;
    double value;
    program_point(probe->model->kl, probe->space, w, &value);
    return !isfinite(value);
}

/* Negative beyond rounding, and by interval arithmetic beyond doubt. */
static bool is_negative(const double *w, void *context)
{
    const struct probe *probe = context;
    struct interval point[SYNTAX_MAX_PARAMS], enclosure;
    double value;
    program_point(probe->model->kl, probe->space, w, &value);
    if (!(value < -PROBE_ROUNDING * probe->model->kl_scale))
        return false;
    for (size_t i = 0; i < probe->model->dim; i++)
        point[i] = interval_of(w[i], w[i]);
    program_interval(probe->model->kl, probe->space, point, &enclosure);
    return enclosure.high < 0;
}

/* what: which function fails there, NULL if it is not known. */
static void fail_at(struct probe *probe, const double *w, const char *what)
{
    const char *name = probe->syntax->potential_name ? probe->syntax->potential_name : "K";
    struct text message;
    char number[64];
    double value;
    program_point(probe->model->kl, probe->space, w, &value);
    bool negative = value < 0 && isfinite(value);
    text_number(number, sizeof number, value, 6);
    text_init(&message);
    text_addf(&message, "%s is %s: ", name,
              isnan(value)   ? "undefined"
              : negative     ? "negative"
              : isinf(value) ? "infinite"
                             : "unbounded");
    probe_add_point(probe->model, name, w, &message);
    if (isnan(value))
        text_add(&message, " is not a number");
    else
        text_addf(&message, " = %s", number);
    if (what != NULL)
        text_addf(&message, ", %s", what);
    text_addf(&message, "; a potential is %s everywhere in its box", negative ? "≥ 0" : "finite");
    diags_add(probe->diags, SEV_ERROR, probe->syntax->file, probe->syntax->source,
              probe->syntax->potential_at, "%s", text_get(&message));
    text_done(&message);
    probe->failed = true;
}

static void fail_undefined(struct probe *probe, double *w)
{
    probe_plain_witness(probe->model, is_undefined, probe, w);
    struct hazards *hazards = hazards_new(probe->model);
    fail_at(probe, w, hazards_at(hazards, probe->space, w));
    hazards_free(hazards);
}

static void fail_negative(struct probe *probe, double *w)
{
    probe_plain_witness(probe->model, is_negative, probe, w);
    fail_at(probe, w, NULL);
}

/* Faults among the samples: not a number, infinite, negative; at round places first. */
static void check_samples(struct probe *probe)
{
    double w[SYNTAX_MAX_PARAMS];
    size_t worst = probe->n;
    for (size_t i = 0; i < probe->n && !(worst < probe->n && isnan(probe->values[worst])); i++)
        if (isnan(probe->values[i]) || (isinf(probe->values[i]) && worst == probe->n))
            worst = i;
    if (worst < probe->n) {
        probe_sample_at(probe, worst, w);
        fail_undefined(probe, w);
        return;
    }
    for (size_t i = 0; i < probe->n && !probe->failed; i++) {
        if (probe->values[i] < 0) {
            probe_sample_at(probe, i, w);
            if (is_negative(w, probe))
                fail_negative(probe, w);
        }
    }
}

static void check_hazards(struct probe *probe)
{
    double w[SYNTAX_MAX_PARAMS];
    const char *what;
    struct hazards *hazards = hazards_new(probe->model);
    if (hazards_search(hazards, probe->space, probe->points, probe->n, w, &what)) {
        probe_plain_witness(probe->model, is_undefined, probe, w);
        fail_at(probe, w, what);
    }
    hazards_free(hazards);
}

/* --- least value ------------------------------------------------------------------------------ */

/* Intervals look for what the samples missed: a pocket of negative values, a lower valley. */
static void search_boxes(struct probe *probe)
{
    struct model *model = probe->model;
    double w[SYNTAX_MAX_PARAMS];
    double rounding = PROBE_ROUNDING * model->kl_scale;
    double enough =
        probe_is_zero(probe) ? -rounding : probe->least - fabs(probe->least) * PROBE_LOWER;
    size_t steps = program_n_steps(model->kl), budget = 400;
    if (steps > 50)
        budget = budget * 50 / steps + 1;
    double value = branch_least(model, model->kl, probe->space, enough, budget, w);
    if (value < 0 && isinf(value)) {
        fail_undefined(probe, w);
        return;
    }
    if (value < enough)
        probe_descend_from(probe, w);
}

static void settle_least(struct probe *probe)
{
    probe_round_best(probe);
    if (is_negative(probe->best, probe))
        fail_negative(probe, probe->best);
    else
        probe_settle(probe);
}

/* --- all of it -------------------------------------------------------------------------------- */

enum status probe_potential(const struct syntax *syntax, struct model *model, struct diags *diags)
{
    struct probe probe = {.syntax = syntax, .model = model, .diags = diags, .least = INFINITY};
    probe.space = program_space_new();
    probe_sample(&probe);
    probe_find_scale(&probe);
    check_samples(&probe);
    if (!probe.failed)
        check_hazards(&probe);
    if (!probe.failed) {
        probe_find_hess_scale(&probe);
        probe_find_least(&probe);
        search_boxes(&probe);
    }
    if (!probe.failed)
        settle_least(&probe);
    probe_done(&probe);
    return probe.failed ? ST_INPUT : ST_OK;
}
