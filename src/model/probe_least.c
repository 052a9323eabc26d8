/* Samples of a new K over its box, its scales, and its least value by descents from the lowest. */
#include "probe_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "cusp/mem.h"

enum {
    PROBE_SAMPLES = 2048,    /* points that fill the box, for a cheap K */
    PROBE_MIN_SAMPLES = 256, /* and for a dear one */
    PROBE_WORK = 400000,     /* samples × instructions of the program */
    PROBE_HESSIANS = 64,     /* points for the scale of K″ */
    PROBE_MIN_HESSIANS = 8,  /* where it is a sum over many rows */
    HESSIAN_WORK = 4000000,  /* points × instructions */
    PROBE_STARTS = 8,        /* descents */
};

/* --- samples ---------------------------------------------------------------------------------- */

void probe_sample_at(const struct probe *probe, size_t i, double *w)
{
    for (size_t v = 0; v < probe->model->dim; v++)
        w[v] = probe->points[v * probe->n + i];
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

/* Instructions of one evaluation. */
static size_t cost_of(const struct model *model, const struct program *program)
{
    bool rows = model->kl_node == MODEL_NO_NODE;
    return (program_n_steps(program) + 1) * (rows ? model->likelihood->population.n + 1 : 1);
}

void probe_sample(struct probe *probe)
{
    struct model *model = probe->model;
    size_t dim = model->dim, n = PROBE_WORK / cost_of(model, model->kl);
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

void probe_done(struct probe *probe)
{
    mem_free(probe->points);
    mem_free(probe->values);
    program_space_free(probe->space);
}

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

/* The median over the box of the Hessian's root sum of squares. */
void probe_find_hess_scale(struct probe *probe)
{
    struct model *model = probe->model;
    size_t dim = model->dim, n_outputs = program_n_outputs(model->kl_hess);
    size_t n = HESSIAN_WORK / cost_of(model, model->kl_hess);
    n = n < PROBE_MIN_HESSIANS ? PROBE_MIN_HESSIANS : n > PROBE_HESSIANS ? PROBE_HESSIANS : n;
    double *points = mem_new(n, dim * sizeof *points);
    double *values = mem_new(n, n_outputs * sizeof *values);
    double norms[PROBE_HESSIANS];
    probe_points(model, n, n, points);
    evaluate_points(model->kl_hess, probe->space, dim, points, n, values, n_outputs);
    for (size_t p = 0; p < n; p++) {
        const double *first = values + (1 + dim) * n + p;
        norms[p] = 0;
        for (size_t i = 0; i < dim; i++)
            for (size_t j = i; j < dim; j++, first += n)
                norms[p] = hypot(norms[p], i == j ? *first : M_SQRT2 * *first);
    }
    model->hess_scale = median_size(norms, n);
    mem_free(points);
    mem_free(values);
}

void probe_find_scale(struct probe *probe)
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

/* --- least value ------------------------------------------------------------------------------ */

void probe_take_if_less(struct probe *probe, double value, const double *w)
{
    if (value < probe->least) {
        probe->least = value;
        memcpy(probe->best, w, probe->model->dim * sizeof *w);
    }
}

bool probe_is_zero(const struct probe *probe)
{
    return probe->least <= probe->model->kl_tolerance;
}

void probe_descend_from(struct probe *probe, double *w)
{
    double value = descend(probe->model, probe->space, probe->model->kl_tolerance, w);
    probe_take_if_less(probe, value, w);
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
void probe_find_least(struct probe *probe)
{
    size_t taken[PROBE_STARTS];
    double w[SYNTAX_MAX_PARAMS];
    for (size_t start = 0; start < PROBE_STARTS && !probe_is_zero(probe); start++) {
        size_t i = lowest_apart(probe, start % 2 ? probe->n_plain : 0, taken, start);
        if (i == probe->n)
            break;
        taken[start] = i;
        probe_sample_at(probe, i, w);
        probe_take_if_less(probe, probe->values[i], w);
        if (!probe_is_zero(probe))
            probe_descend_from(probe, w);
    }
    if (!probe_is_zero(probe)) {
        memcpy(w, probe->best, sizeof w);
        probe_take_if_less(
            probe, descend_by_generators(probe->model, probe->space, probe->model->kl_tolerance, w),
            w);
    }
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
void probe_round_best(struct probe *probe)
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

void probe_settle(struct probe *probe)
{
    struct model *model = probe->model;
    double width;
    bool rounded = descend_is_rounding_zero(model, probe->space, probe->best, &width);
    model->has_zero = probe_is_zero(probe) || rounded;
    if (rounded && !(fabs(probe->least) <= model->kl_tolerance))
        model->kl_tolerance = 4 * width;
    model->kl_min = model->has_zero ? 0 : probe->least;
    memcpy(model->kl_min_at, probe->best, model->dim * sizeof *probe->best);
}
