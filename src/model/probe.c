/* Looks at a new K over its whole box: its scale, its least value, whether it has zeros, faults. */
#include "model_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    PROBE_SAMPLES = 2048,    /* points that fill the box, for a cheap K */
    PROBE_MIN_SAMPLES = 256, /* and for a dear one */
    PROBE_WORK = 400000,     /* samples × instructions of the program */
    PROBE_HESSIANS = 64,     /* points for the scale of K″ */
    PROBE_STARTS = 8,        /* descents */
};

/* A share of kl_scale: K above minus this is rounding, not a negative potential. */
#define PROBE_ROUNDING 1e-12
#define PROBE_LOWER 1e-9 /* × the least K found: what a lower valley must be lower by */

struct probe {
    const struct syntax *syntax;
    struct model *model;
    struct diags *diags;
    struct program_space *space;
    size_t n_plain;                 /* points at round places, first in the list */
    size_t n;                       /* all points */
    double *points;                 /* [dim][n] */
    double *values;                 /* [n] */
    double best[SYNTAX_MAX_PARAMS]; /* where K is least so far */
    double least;
    bool failed;
};

/* --- scales ----------------------------------------------------------------------------------- */

static double median_size(double *values, size_t n)
{
    size_t kept = 0;
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(values[i])) {
            values[kept] = fabs(values[i]);
            largest = fmax(largest, values[kept++]);
        }
    }
    double median = kept == 0 ? 0 : probe_select(values, kept, kept / 2);
    return median > 0 ? median : largest;
}

static void evaluate_points(const struct program *program, struct program_space *space, size_t dim,
                            const double *points, size_t n, double *values, size_t n_outputs)
{
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    for (size_t v = 0; v < dim; v++) {
        vars[v] = points + v * n;
        step[v] = 1;
    }
    double **out = mem_new(n_outputs, sizeof *out);
    for (size_t o = 0; o < n_outputs; o++)
        out[o] = values + o * n;
    program_eval(program, space, vars, step, n, out);
    mem_free(out);
}

/* The median over the box of the Hessian's root sum of squares. */
static void find_hess_scale(struct probe *probe)
{
    struct model *model = probe->model;
    size_t dim = model->dim, n_outputs = program_n_outputs(model->kl_hess);
    double *points = mem_new(PROBE_HESSIANS, dim * sizeof *points);
    double *values = mem_new(PROBE_HESSIANS, n_outputs * sizeof *values);
    double norms[PROBE_HESSIANS];
    probe_points(model, PROBE_HESSIANS, PROBE_HESSIANS, points);
    evaluate_points(model->kl_hess, probe->space, dim, points, PROBE_HESSIANS, values, n_outputs);
    for (size_t p = 0; p < PROBE_HESSIANS; p++) {
        const double *first = values + (1 + dim) * PROBE_HESSIANS + p;
        norms[p] = 0;
        for (size_t i = 0; i < dim; i++)
            for (size_t j = i; j < dim; j++, first += PROBE_HESSIANS)
                norms[p] = hypot(norms[p], i == j ? *first : M_SQRT2 * *first);
    }
    model->hess_scale = median_size(norms, PROBE_HESSIANS);
    mem_free(points);
    mem_free(values);
}

static void find_kl_scale(struct probe *probe)
{
    size_t n = probe->n - probe->n_plain;
    double *copy = mem_new(n, sizeof *copy);
    memcpy(copy, probe->values + probe->n_plain, n * sizeof *copy);
    double scale = median_size(copy, n);
    mem_free(copy);
    if (!(scale > 0)) { /* 0 almost everywhere: any K at the round places, else nothing to go by */
        double *plain = mem_new(probe->n_plain, sizeof *plain);
        memcpy(plain, probe->values, probe->n_plain * sizeof *plain);
        scale = median_size(plain, probe->n_plain);
        mem_free(plain);
    }
    probe->model->kl_scale = scale > 0 ? scale : 1;
    probe->model->kl_tolerance = MODEL_ZERO_TOLERANCE * probe->model->kl_scale;
}

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

static void point_at(const struct probe *probe, size_t i, double *w)
{
    for (size_t v = 0; v < probe->model->dim; v++)
        w[v] = probe->points[v * probe->n + i];
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
        point_at(probe, worst, w);
        fail_undefined(probe, w);
        return;
    }
    for (size_t i = 0; i < probe->n && !probe->failed; i++) {
        if (probe->values[i] < 0) {
            point_at(probe, i, w);
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

static void take_if_less(struct probe *probe, double value, const double *w)
{
    if (value < probe->least) {
        probe->least = value;
        memcpy(probe->best, w, probe->model->dim * sizeof *w);
    }
}

static bool is_zero(const struct probe *probe)
{
    return probe->least <= probe->model->kl_tolerance;
}

static void descend_from(struct probe *probe, double *w)
{
    double value = descend(probe->model, probe->space, probe->model->kl_tolerance, w);
    take_if_less(probe, value, w);
}

static bool is_apart(const struct probe *probe, size_t i, size_t taken)
{
    for (size_t v = 0; v < probe->model->dim; v++) {
        const struct model_param *param = &probe->model->params[v];
        double step = probe->points[v * probe->n + i] - probe->points[v * probe->n + taken];
        if (fabs(step) >= 0.1 * (param->high - param->low))
            return true;
    }
    return false;
}

/* The lowest sample from `from` on that is not near one taken before; probe->n if there is none. */
static size_t lowest_apart(const struct probe *probe, size_t from, const size_t *taken,
                           size_t n_taken)
{
    size_t best = probe->n;
    for (size_t i = from; i < probe->n; i++) {
        if (best < probe->n && !(probe->values[i] < probe->values[best]))
            continue;
        bool apart = true;
        for (size_t t = 0; t < n_taken && apart; t++)
            apart = is_apart(probe, i, taken[t]);
        if (apart)
            best = i;
    }
    return best;
}

/* Every other start is no round place: those may be saddles, where a descent does not begin. */
static void find_least(struct probe *probe)
{
    size_t taken[PROBE_STARTS];
    double w[SYNTAX_MAX_PARAMS];
    for (size_t start = 0; start < PROBE_STARTS && !is_zero(probe); start++) {
        size_t i = lowest_apart(probe, start % 2 ? probe->n_plain : 0, taken, start);
        if (i == probe->n)
            break;
        taken[start] = i;
        point_at(probe, i, w);
        take_if_less(probe, probe->values[i], w);
        if (!is_zero(probe))
            descend_from(probe, w);
    }
    if (!is_zero(probe)) {
        memcpy(w, probe->best, sizeof w);
        take_if_less(
            probe, descend_by_generators(probe->model, probe->space, probe->model->kl_tolerance, w),
            w);
    }
}

/* Intervals look for what the samples missed: a pocket of negative values, a lower valley. */
static void search_boxes(struct probe *probe)
{
    struct model *model = probe->model;
    double w[SYNTAX_MAX_PARAMS];
    double rounding = PROBE_ROUNDING * model->kl_scale;
    double enough = is_zero(probe) ? -rounding : probe->least - fabs(probe->least) * PROBE_LOWER;
    size_t steps = program_n_steps(model->kl), budget = 400;
    if (steps > 50)
        budget = budget * 50 / steps + 1;
    double value = branch_least(model, model->kl, probe->space, enough, budget, w);
    if (value < 0 && isinf(value)) {
        fail_undefined(probe, w);
        return;
    }
    if (value < enough)
        descend_from(probe, w);
}

static bool take_if_as_good(struct probe *probe, const double *w)
{
    double value;
    program_point(probe->model->kl, probe->space, w, &value);
    if (!(value <= probe->least || (value >= 0 && value <= probe->model->kl_tolerance)))
        return false;
    probe->least = fmin(value, probe->least);
    memcpy(probe->best, w, probe->model->dim * sizeof *w);
    return true;
}

static double rounded(const struct model_param *param, double x, double unit)
{
    return fmin(fmax(round(x * unit) / unit + 0.0, param->low), param->high);
}

/* Coordinates with fewer digits where K is no greater: (1, 0) reads better than (1, 1e-11). All at
   once, for a zero with round coordinates; else each for itself. */
static void round_best(struct probe *probe)
{
    size_t dim = probe->model->dim;
    double w[SYNTAX_MAX_PARAMS];
    for (double unit = 1; unit < 1e7; unit *= 10) {
        for (size_t i = 0; i < dim; i++)
            w[i] = rounded(&probe->model->params[i], probe->best[i], unit);
        if (take_if_as_good(probe, w))
            return;
    }
    for (size_t i = 0; i < dim; i++) {
        bool done = false;
        for (double unit = 1; unit < 1e7 && !done; unit *= 10) {
            memcpy(w, probe->best, dim * sizeof *w);
            w[i] = rounded(&probe->model->params[i], w[i], unit);
            done = take_if_as_good(probe, w);
        }
    }
}

static void settle_least(struct probe *probe)
{
    struct model *model = probe->model;
    double width;
    round_best(probe);
    if (is_negative(probe->best, probe)) {
        fail_negative(probe, probe->best);
        return;
    }
    bool rounded = descend_is_rounding_zero(model, probe->space, probe->best, &width);
    model->has_zero = is_zero(probe) || rounded;
    if (rounded && !(fabs(probe->least) <= model->kl_tolerance))
        model->kl_tolerance = 4 * width;
    model->kl_min = model->has_zero ? 0 : probe->least;
    memcpy(model->kl_min_at, probe->best, model->dim * sizeof *probe->best);
}

/* --- all of it -------------------------------------------------------------------------------- */

static void sample(struct probe *probe)
{
    struct model *model = probe->model;
    size_t dim = model->dim, n = PROBE_WORK / (program_n_steps(model->kl) + 1);
    n = n < PROBE_MIN_SAMPLES ? PROBE_MIN_SAMPLES : n > PROBE_SAMPLES ? PROBE_SAMPLES : n;
    probe->n_plain = probe_n_plain(dim);
    probe->n = probe->n_plain + n;
    probe->points = mem_new(probe->n, dim * sizeof *probe->points);
    probe->values = mem_new(probe->n, sizeof *probe->values);
    for (size_t i = 0; i < probe->n_plain; i++) {
        double w[SYNTAX_MAX_PARAMS];
        probe_point(model, i, w);
        for (size_t v = 0; v < dim; v++)
            probe->points[v * probe->n + i] = w[v];
    }
    probe_points(model, n, probe->n, probe->points + probe->n_plain);
    evaluate_points(model->kl, probe->space, dim, probe->points, probe->n, probe->values, 1);
}

enum status probe_potential(const struct syntax *syntax, struct model *model, struct diags *diags)
{
    struct probe probe = {.syntax = syntax, .model = model, .diags = diags, .least = INFINITY};
    probe.space = program_space_new();
    sample(&probe);
    find_kl_scale(&probe);
    check_samples(&probe);
    if (!probe.failed)
        check_hazards(&probe);
    if (!probe.failed) {
        find_hess_scale(&probe);
        find_least(&probe);
        search_boxes(&probe);
    }
    if (!probe.failed)
        settle_least(&probe);
    mem_free(probe.points);
    mem_free(probe.values);
    program_space_free(probe.space);
    return probe.failed ? ST_INPUT : ST_OK;
}
