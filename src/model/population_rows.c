/* Tables of rows: tensors and quasi-random points over the inputs, and nodes of the truth at each.
 */
#include "population_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/quadrature.h"

/* Nodes of one axis at each level. */
static const size_t counts[POPULATION_LEVELS] = {1,  2,  3,  4,  6,   8,   12,  16,  24,
                                                 32, 48, 64, 96, 128, 192, 256, 384, 512};
#define REACH 8.2     /* standard deviations of a normal input: beyond is 1e-16 of the mass */
#define REACH_MOST 36 /* of an output: beyond, its density underflows */
#define MOMENT_TOLERANCE 1e-14

/* --- tables of rows --------------------------------------------------------------------------- */

void row_set_init(struct row_set *rows, size_t n_columns, size_t capacity)
{
    *rows = (struct row_set){.capacity = capacity, .n_columns = n_columns};
    rows->column = mem_new(n_columns + 1, sizeof *rows->column);
    for (size_t c = 0; c < n_columns; c++)
        rows->column[c] = mem_new(capacity + 1, sizeof **rows->column);
    rows->weight = mem_new(capacity + 1, sizeof *rows->weight);
    rows->light = mem_new(capacity + 1, sizeof *rows->light);
}

void row_set_done(struct row_set *rows)
{
    for (size_t c = 0; c < rows->n_columns; c++)
        mem_free(rows->column[c]);
    mem_free(rows->column);
    mem_free(rows->weight);
    mem_free(rows->light);
    *rows = (struct row_set){0};
}

void row_set_add(struct row_set *rows, const double *values, double weight)
{
    for (size_t c = 0; c < rows->n_columns; c++)
        rows->column[c][rows->n] = values[c];
    rows->weight[rows->n++] = weight;
}

struct rows row_set_view(const struct row_set *rows, size_t n_columns)
{
    return (struct rows){.n = rows->n,
                         .n_columns = n_columns,
                         .column = (const double *const *)rows->column,
                         .weight = rows->weight};
}

struct rows row_set_take(struct row_set *rows)
{
    struct rows taken = row_set_view(rows, rows->n_columns);
    mem_free(rows->light);
    *rows = (struct row_set){0};
    return taken;
}

/* --- one axis --------------------------------------------------------------------------------- */

struct axis {
    size_t n;
    double x[POPULATION_MAX_LINE], weight[POPULATION_MAX_LINE];
};

/* The two ends of a stretch that a kink at 0, where it is likeliest, would spoil are apart. */
static void uniform_axis(double low, double high, size_t n, bool split, struct axis *axis)
{
    size_t n_panels = split && n % 2 == 0 && low < 0 && high > 0 ? 2 : 1, each = n / n_panels;
    double ends[3] = {low, n_panels == 2 ? 0 : high, high};
    axis->n = n;
    for (size_t k = 0; k < n_panels; k++) {
        double *x = axis->x + k * each, *weight = axis->weight + k * each;
        double middle = (ends[k] + ends[k + 1]) / 2, half = (ends[k + 1] - ends[k]) / 2;
        quadrature_legendre(each, x, weight);
        for (size_t i = 0; i < each; i++) {
            x[i] = middle + half * x[i];
            weight[i] *= half / (high - low);
        }
    }
}

/* False if there are no more nodes to be had at this level. */
static bool law_axis(const struct law *law, const double *values, size_t level, bool smooth,
                     struct axis *axis)
{
    const char *name = law->kind->name;
    size_t n = counts[level];
    if (strcmp(name, "uniform") == 0) {
        uniform_axis(values[0], values[1], n, !smooth, axis);
    } else if (strcmp(name, "normal") == 0 && n <= POPULATION_HERMITE_MOST) {
        axis->n = n;
        quadrature_hermite(n, axis->x, axis->weight);
        for (size_t i = 0; i < n; i++)
            axis->x[i] = values[0] + values[1] * axis->x[i];
    } else if (strcmp(name, "normal") == 0) {
        /* What is no polynomial by now has poles, before which Hermite's nodes fall behind. */
        axis->n = rule_equal_steps(law, values, values[0] - REACH * values[1],
                                   values[0] + REACH * values[1], n, axis->x, axis->weight);
    } else {
        int law_level = law_discrete(law) ? 0 : (int)(level / 2);
        axis->n = law_nodes(law, values, law_level, POPULATION_MAX_LINE, axis->x, axis->weight);
    }
    return axis->n > 0;
}

/* --- inputs ----------------------------------------------------------------------------------- */

bool population_tensor(const struct population *p, const bool *used, size_t level, size_t max,
                       struct row_set *rows)
{
    const struct likelihood_graph *graph = p->graph;
    size_t n_inputs = graph->n_inputs, total = 1;
    struct axis *axes = mem_new(n_inputs + 1, sizeof *axes);
    bool good = true;
    for (size_t i = 0; i < n_inputs && good; i++) {
        good = law_axis(graph->input[i], graph->input_values[i], used[i] ? level : 0, p->smooth,
                        &axes[i]);
        if (!used[i]) {
            axes[i].n = 1;
            axes[i].weight[0] = 1;
        }
        good = good && total <= max / (axes[i].n ? axes[i].n : 1);
        total *= axes[i].n;
    }
    if (good) {
        row_set_init(rows, n_inputs, total);
        for (size_t r = 0; r < total; r++) {
            double x[LIKELIHOOD_MAX_INPUTS], weight = 1;
            size_t rest = r;
            for (size_t i = 0; i < n_inputs; i++) {
                x[i] = axes[i].x[rest % axes[i].n];
                weight *= axes[i].weight[rest % axes[i].n];
                rest /= axes[i].n;
            }
            row_set_add(rows, x, weight);
        }
    }
    mem_free(axes);
    return good;
}

/* Φ⁻¹(u): Newton's steps from a rational start, on the side where erfc does not cancel. */
static double normal_quantile(double u)
{
    if (u > 0.5)
        return -normal_quantile(1 - u);
    double t = sqrt(-2 * log(u)),
           z = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                         (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
    for (int step = 0; step < 4; step++) { /* of log Φ, which is concave */
        double tail = 0.5 * erfc(-z * M_SQRT1_2);
        double density = exp(-z * z / 2) / sqrt(2 * M_PI);
        z -= (log(tail) - log(u)) * tail / density;
    }
    return z;
}

/* The u-quantile of an input, from its nodes where there is no formula. */
static double law_quantile(const struct law *law, const double *values, const struct axis *axis,
                           double u)
{
    const char *name = law->kind->name;
    if (strcmp(name, "uniform") == 0)
        return values[0] + u * (values[1] - values[0]);
    if (strcmp(name, "normal") == 0)
        return values[0] + values[1] * normal_quantile(u);
    if (strcmp(name, "exponential") == 0)
        return -log1p(-u) / values[0];
    double below = 0;
    for (size_t i = 0; i + 1 < axis->n; i++) {
        below += axis->weight[i];
        if (u < below)
            return axis->x[i];
    }
    return axis->x[axis->n - 1];
}

static void sort_axis(struct axis *axis)
{
    for (size_t i = 1; i < axis->n; i++) {
        double x = axis->x[i], weight = axis->weight[i];
        size_t j = i;
        for (; j > 0 && axis->x[j - 1] > x; j--) {
            axis->x[j] = axis->x[j - 1];
            axis->weight[j] = axis->weight[j - 1];
        }
        axis->x[j] = x;
        axis->weight[j] = weight;
    }
}

bool population_sobol(const struct population *p, const bool *used, size_t n, struct row_set *rows)
{
    const struct likelihood_graph *graph = p->graph;
    size_t n_inputs = graph->n_inputs, n_dims = 0;
    bool good = true;
    row_set_init(rows, n_inputs, n);
    double **cube = mem_new(n_inputs + 1, sizeof *cube);
    for (size_t i = 0; i < n_inputs; i++)
        if (used[i])
            cube[n_dims++] = mem_new(n, sizeof **cube);
    quadrature_sobol(n_dims, 0, n, cube);
    struct axis *axis = mem_new(1, sizeof *axis);
    for (size_t i = 0, d = 0; i < n_inputs && good; i++) {
        const struct law *law = graph->input[i];
        good =
            law_axis(law, graph->input_values[i], used[i] ? POPULATION_LEVELS - 4 : 0, true, axis);
        sort_axis(axis);
        for (size_t r = 0; r < n && good; r++)
            rows->column[i][r] =
                used[i] ? law_quantile(law, graph->input_values[i], axis, cube[d][r]) : axis->x[0];
        d += used[i];
    }
    rows->n = n;
    for (size_t r = 0; r < n; r++)
        rows->weight[r] = 1 / (double)n;
    for (size_t d = 0; d < n_dims; d++)
        mem_free(cube[d]);
    mem_free(cube);
    mem_free(axis);
    if (!good)
        row_set_done(rows);
    return good;
}

double population_moment(struct population *p, const struct program *g, const bool *used)
{
    double before = NAN;
    for (size_t level = 1; level < POPULATION_LEVELS; level += 2) {
        struct row_set rows;
        if (!population_tensor(p, used, level, POPULATION_MAX_ROWS, &rows))
            return NAN;
        struct rows view = row_set_view(&rows, rows.n_columns);
        double value, size = 0, w[SYNTAX_MAX_PARAMS] = {0};
        const double *vars[SYNTAX_MAX_PARAMS];
        double *out[1] = {&value};
        for (size_t v = 0; v < p->graph->dim; v++)
            vars[v] = &w[v];
        program_sum(g, p->space, p->graph->dim, vars, 1, &view, out);
        for (size_t c = 0; c < rows.n_columns; c++)
            for (size_t r = 0; r < rows.n; r++)
                size = fmax(size, fabs(rows.column[c][r]));
        row_set_done(&rows);
        if (fabs(value - before) <= MOMENT_TOLERANCE * fmax(fabs(value), 1e-3))
            return value;
        before = value;
    }
    return NAN;
}

/* --- outputs ---------------------------------------------------------------------------------- */

/* Where the truth and the model live at row `at` of inputs, the model at all probe points: false if
   they are not normal. */
static bool output_stretch(struct population *p, double *at, const double *truth_values,
                           struct stretch *stretch)
{
    const struct likelihood_graph *graph = p->graph;
    struct stretch truth = STRETCH_NONE;
    if (law_discrete(graph->truth) || !rule_normal_stretch(graph->truth, truth_values, &truth))
        return false;
    *stretch = truth;
    for (size_t i = 0; i < POPULATION_PROBES && !p->logs; i++) {
        for (size_t v = 0; v < graph->dim; v++)
            at[v] = p->points[v * POPULATION_PROBES + i];
        program_point(graph->output_values, p->space, at, p->arguments);
        if (law_fault(graph->output, p->arguments) == NULL &&
            !rule_normal_stretch(graph->output, p->arguments, stretch))
            return false;
    }
    double middle = (truth.low + truth.high) / 2;
    stretch->low = fmax(stretch->low, middle - REACH_MOST * truth.sd);
    stretch->high = fmin(stretch->high, middle + REACH_MOST * truth.sd);
    return true;
}

bool population_outputs(struct population *p, const struct row_set *inputs, size_t level,
                        struct row_set *rows)
{
    const struct likelihood_graph *graph = p->graph;
    size_t n_inputs = graph->n_inputs;
    struct axis *axis = mem_new(1, sizeof *axis);
    double *values = mem_new(graph->truth->n_flat + 1, sizeof *values);
    bool good = true;
    row_set_init(rows, n_inputs + 1, POPULATION_MAX_ROWS);
    for (size_t r = 0; r < inputs->n && good; r++) {
        double at[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1] = {0};
        for (size_t i = 0; i < n_inputs; i++)
            at[graph->dim + i] = inputs->column[i][r];
        struct stretch stretch;
        program_point(graph->truth_values, p->space, at, values);
        good = law_fault(graph->truth, values) == NULL;
        if (good && output_stretch(p, at, values, &stretch))
            axis->n = rule_equal_steps(graph->truth, values, stretch.low, stretch.high,
                                       counts[level], axis->x, axis->weight);
        else
            good = good && law_axis(graph->truth, values, level, true, axis);
        good = good && rows->n + axis->n <= rows->capacity;
        for (size_t k = 0; k < axis->n && good; k++) {
            at[graph->dim + n_inputs] = axis->x[k];
            row_set_add(rows, at + graph->dim, inputs->weight[r] * axis->weight[k]);
        }
    }
    mem_free(values);
    mem_free(axis);
    if (!good)
        row_set_done(rows);
    return good;
}
