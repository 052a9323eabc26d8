/* The fewest rows that carry a likelihood: equal rows merged, and sums of squares reduced by an
   orthogonal transformation. */
#include <math.h>
#include <string.h>

#include "cusp/data.h"

#include "cusp/mem.h"
#include "data_file.h"
#include "likelihood_graph.h"

enum {
    MAX_TERMS = 32, /* of a mean that is collected */
    BLOCK = 1024,   /* observations reduced at a time */
};

#define LOG_ROOT_TWO_PI 0.91893853320467274178

void data_rows_done(struct data_rows *rows)
{
    program_free(rows->own[0]);
    program_free(rows->own[1]);
    dag_free(rows->dag);
    mem_free(rows->memory);
    mem_free(rows->columns);
    *rows = (struct data_rows){0};
}

/* One block: the columns of `capacity` each, then the weights. */
static void make_room(struct data_rows *out, size_t n_columns, size_t capacity)
{
    out->memory = mem_new((n_columns + 1) * capacity + 1, sizeof *out->memory);
    out->columns = mem_new(n_columns, sizeof *out->columns);
    for (size_t c = 0; c < n_columns; c++)
        out->columns[c] = out->memory + c * capacity;
    out->rows = (struct rows){.n_columns = n_columns,
                              .column = out->columns,
                              .weight = out->memory + n_columns * capacity};
}

/* --- equal rows ------------------------------------------------------------------------------- */

static uint64_t row_hash(const struct data *data, size_t n_columns, size_t i)
{
    uint64_t hash = 0x9e3779b97f4a7c15U;
    for (size_t c = 0; c < n_columns; c++) {
        double value = data->column[c][i] + 0.0; /* −0 and 0 are one */
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        hash = (hash ^ bits) * 0xbf58476d1ce4e5b9U;
        hash ^= hash >> 31;
    }
    return hash;
}

static bool same_row(const struct data *data, size_t n_columns, size_t i, size_t j)
{
    for (size_t c = 0; c < n_columns; c++)
        if (data->column[c][i] != data->column[c][j])
            return false;
    return true;
}

size_t data_kinds(const struct data *data, size_t n_columns, size_t n, uint32_t *first,
                  double *count)
{
    size_t size = 16, kinds = 0;
    while (size < 2 * n)
        size *= 2;
    uint32_t *table = mem_new(size, sizeof *table); /* kind + 1 */
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)row_hash(data, n_columns, i) & (size - 1);
        while (table[at] != 0 && !same_row(data, n_columns, first[table[at] - 1], i))
            at = (at + 1) & (size - 1);
        if (table[at] == 0) {
            first[kinds] = (uint32_t)i;
            count[kinds++] = 0;
            table[at] = (uint32_t)kinds;
        }
        count[table[at] - 1] += 1;
    }
    mem_free(table);
    return kinds;
}

static void merge_equal(const struct model *model, const struct data *data, size_t n,
                        struct data_rows *out)
{
    uint32_t *first = mem_new(n, sizeof *first);
    double *count = mem_new(n, sizeof *count);
    size_t kinds = data_kinds(data, data->n_columns, n, first, count);
    make_room(out, data->n_columns, kinds);
    for (size_t c = 0; c < data->n_columns; c++)
        for (size_t r = 0; r < kinds; r++)
            out->memory[c * kinds + r] = data->column[c][first[r]];
    memcpy(out->memory + data->n_columns * kinds, count, kinds * sizeof *count);
    out->rows.n = kinds;
    out->log_lik = model->likelihood->log_lik;
    out->log_lik_grad = model->likelihood->log_lik_grad;
    mem_free(first);
    mem_free(count);
}

/* --- sums of squares -------------------------------------------------------------------------- */

/* y ~ normal(offset(x) + Σ_k c_k(w) b_k(x), s(w) t(x)). */
struct linear {
    size_t dim, n_inputs, n_terms;
    struct dag *dag;        /* variables w[dim], x[n_inputs], y */
    struct program *values; /* (w, x) → offset, t, b_1 … */
    uint32_t coefficient[MAX_TERMS], spread;
    bool spread_known; /* s is a number: */
    double spread_value;
};

static void linear_done(struct linear *linear)
{
    program_free(linear->values);
    dag_free(linear->dag);
}

/* Whether the output has that form. */
static bool linear_find(const struct model *model, struct linear *linear)
{
    const struct likelihood_graph *graph = model->likelihood->graph;
    const struct law *law = graph->output;
    uint32_t map[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    uint32_t coefficient[MAX_TERMS], basis[MAX_TERMS], outputs[2 + MAX_TERMS];
    double number;
    if (law->kind != distribution_named("normal") || law->n_parts > 0)
        return false;
    size_t n_variables = graph->dim + graph->n_inputs + 1;
    struct dag *dag = dag_new(n_variables);
    linear->dag = dag;
    linear->dim = graph->dim;
    linear->n_inputs = graph->n_inputs;
    for (size_t v = 0; v < n_variables; v++)
        map[v] = dag_var(dag, (uint32_t)v);
    uint32_t mean = dag_copy(graph->dag, law->args[0], dag, map);
    uint32_t sd = dag_copy(graph->dag, law->args[1], dag, map);
    if (dag_collect(dag, sd, linear->dim, 1, &linear->spread, &outputs[1]) != 1)
        return false;
    linear->spread_known = dag_is_const(dag, linear->spread, &linear->spread_value);
    if (linear->spread_known && !(linear->spread_value > 0))
        return false;
    size_t n = dag_collect(dag, mean, linear->dim, MAX_TERMS, coefficient, basis);
    if (n == 0 && !(dag_is_const(dag, mean, &number) && number == 0))
        return false;
    outputs[0] = dag_const(dag, 0);
    for (size_t k = 0; k < n; k++) {
        if (dag_is_const(dag, coefficient[k], &number)) { /* known: goes to the other side */
            outputs[0] = dag_op(dag, OP_ADD, outputs[0],
                                dag_op(dag, OP_MUL, basis[k], coefficient[k], 0), 0);
            continue;
        }
        linear->coefficient[linear->n_terms] = coefficient[k];
        outputs[2 + linear->n_terms++] = basis[k];
    }
    linear->values = program_new(dag, outputs, 2 + linear->n_terms);
    return true;
}

/* R of a[m][n], its rows above; what is below is left as it was. Householder (Golub and Van Loan
   2013, §5.2). */
static void triangulate(double *a, size_t m, size_t n)
{
    for (size_t j = 0; j < n && j + 1 < m; j++) {
        double below = 0, head = a[j * n + j];
        for (size_t i = j + 1; i < m; i++)
            below += a[i * n + j] * a[i * n + j];
        if (below == 0)
            continue;
        double norm = sqrt(head * head + below), first = head > 0 ? head + norm : head - norm;
        double scale = 2 / (first * first + below);
        for (size_t k = j + 1; k < n; k++) {
            double dot = first * a[j * n + k];
            for (size_t i = j + 1; i < m; i++)
                dot += a[i * n + j] * a[i * n + k];
            dot *= scale;
            a[j * n + k] -= dot * first;
            for (size_t i = j + 1; i < m; i++)
                a[i * n + k] -= dot * a[i * n + j];
        }
        a[j * n + j] = head > 0 ? -norm : norm;
        for (size_t i = j + 1; i < m; i++)
            a[i * n + j] = 0;
    }
}

/* Observations begin .. begin + count − 1, divided by t, into rows of [b_1 … b_k, y]. False where t
   or a value is no sensible number. */
static bool fill_rows(const struct linear *linear, const struct data *data, size_t begin,
                      size_t count, struct program_space *space, double *values, double *rows,
                      double *log_spread)
{
    size_t n = linear->n_terms, width = n + 1;
    double rest[SYNTAX_MAX_PARAMS] = {0}, *out[2 + MAX_TERMS];
    const double *vars[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    int step[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    for (size_t v = 0; v < linear->dim; v++) {
        vars[v] = &rest[v];
        step[v] = 0;
    }
    for (size_t c = 0; c < data->n_columns; c++) {
        vars[linear->dim + c] = data->column[c] + begin;
        step[linear->dim + c] = 1;
    }
    for (size_t o = 0; o < 2 + n; o++)
        out[o] = values + o * BLOCK;
    program_eval(linear->values, space, vars, step, count, out);
    const double *y = data->column[linear->n_inputs] + begin;
    for (size_t i = 0; i < count; i++) {
        double t = out[1][i], scaled = (y[i] - out[0][i]) / t;
        bool fine = t > 0 && isfinite(scaled);
        for (size_t k = 0; k < n; k++) {
            rows[i * width + k] = out[2 + k][i] / t;
            fine = fine && isfinite(rows[i * width + k]);
        }
        rows[i * width + n] = scaled;
        *log_spread += log(t);
        if (!fine)
            return false;
    }
    return true;
}

/* The triangle [k + 1][k + 1] of all observations, a block at a time. */
static bool reduce(const struct linear *linear, const struct data *data, size_t n, double *triangle,
                   double *log_spread)
{
    size_t width = linear->n_terms + 1;
    double *rows = mem_new((width + BLOCK) * width, sizeof *rows);
    double *values = mem_new((linear->n_terms + 2) * BLOCK, sizeof *values);
    struct program_space *space = program_space_new();
    bool fine = true;
    *log_spread = 0;
    for (size_t begin = 0; begin < n && fine; begin += BLOCK) {
        size_t count = n - begin < BLOCK ? n - begin : BLOCK;
        fine =
            fill_rows(linear, data, begin, count, space, values, rows + width * width, log_spread);
        triangulate(rows, width + count, width);
        for (size_t i = 0; i < width; i++)
            for (size_t k = 0; k < i; k++)
                rows[i * width + k] = 0;
    }
    memcpy(triangle, rows, width * width * sizeof *triangle);
    program_space_free(space);
    mem_free(rows);
    mem_free(values);
    return fine;
}

/* Programs over w and the columns b_1 … b_k, y and, where s is not known, how many observations'
   worth of log s a row carries. */
static void make_programs(const struct linear *linear, struct data_rows *out)
{
    size_t dim = linear->dim, n = linear->n_terms, extra = linear->spread_known ? 1 : 2;
    uint32_t map[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1] = {0};
    uint32_t gradient[1 + SYNTAX_MAX_PARAMS + MAX_TERMS + 2];
    struct dag *dag = out->dag = dag_new(dim + n + extra);
    for (size_t v = 0; v < dim; v++)
        map[v] = dag_var(dag, (uint32_t)v);
    uint32_t residual = dag_var(dag, (uint32_t)(dim + n));
    for (size_t k = 0; k < n; k++) {
        uint32_t c = dag_copy(linear->dag, linear->coefficient[k], dag, map);
        uint32_t b = dag_var(dag, (uint32_t)(dim + k));
        residual = dag_op(dag, OP_SUB, residual, dag_op(dag, OP_MUL, b, c, 0), 0);
    }
    uint32_t spread = dag_copy(linear->dag, linear->spread, dag, map);
    residual = dag_op(dag, OP_DIV, residual, spread, 0);
    uint32_t half = dag_op(dag, OP_MUL, dag_powi(dag, residual, 2), dag_const(dag, 0.5), 0);
    uint32_t node = dag_op(dag, OP_NEG, half, 0, 0);
    out->residual_node = linear->spread_known ? residual : UINT32_MAX;
    if (!linear->spread_known) {
        uint32_t log_spread = dag_op(dag, OP_ADD, dag_op(dag, OP_LOG, spread, 0, 0),
                                     dag_const(dag, LOG_ROOT_TWO_PI), 0);
        uint32_t share = dag_var(dag, (uint32_t)(dim + n + 1));
        node = dag_op(dag, OP_SUB, node, dag_op(dag, OP_MUL, share, log_spread, 0), 0);
    }
    out->log_lik_node = node;
    out->log_lik = out->own[0] = program_new(dag, &node, 1);
    gradient[0] = node;
    dag_gradient(dag, node, gradient + 1);
    out->log_lik_grad = out->own[1] = program_new(dag, gradient, 1 + dim);
}

/* False if the output is not of that form. */
static bool reduce_squares(const struct model *model, const struct data *data, size_t n,
                           struct data_rows *out)
{
    struct linear linear = {0};
    double triangle[(MAX_TERMS + 1) * (MAX_TERMS + 1)], log_spread;
    bool fine = linear_find(model, &linear) && reduce(&linear, data, n, triangle, &log_spread);
    if (!fine) {
        linear_done(&linear);
        return false;
    }
    size_t k = linear.n_terms, width = k + 1, rows = n < k ? n : k;
    make_room(out, width + (linear.spread_known ? 0 : 1), width);
    for (size_t c = 0; c < width; c++)
        for (size_t r = 0; r < rows; r++)
            out->memory[c * width + r] = triangle[r * width + c];
    out->rows.n = rows;
    out->rows.weight = NULL;
    out->is_reduced = true;
    out->constant = -log_spread;
    if (linear.spread_known) {
        double left = triangle[width * width - 1] / linear.spread_value;
        out->constant -= (double)n * (LOG_ROOT_TWO_PI + log(linear.spread_value)) + left * left / 2;
    } else { /* what no term explains, and the n of n log s */
        out->memory[k * width + rows] = triangle[width * width - 1];
        out->memory[width * width + rows] = (double)n;
        out->rows.n = rows + 1;
    }
    make_programs(&linear, out);
    linear_done(&linear);
    return true;
}

enum status data_reduce(const struct model *model, const struct data *data, size_t n,
                        struct data_rows *out)
{
    *out = (struct data_rows){.n_obs = (double)n, .residual_node = UINT32_MAX};
    if (n == 0 || n > data->n || model->likelihood == NULL)
        return ST_DOMAIN;
    if (!reduce_squares(model, data, n, out))
        merge_equal(model, data, n, out);
    return ST_OK;
}
