/* K, its derivatives and generators as programs: written out, or as sums over rows. */
#include "population_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    WRITTEN_MOST = 3000,      /* nodes of K that are written out in any dimension */
    WRITTEN_MOST_LOW = 40000, /* up to three parameters, where K is integrated along lines */
    GENERATORS_MOST = 256,
    JACOBIAN_MOST = 65536,
};

void population_written(struct model *model)
{
    size_t dim = model->dim, n_upper = dim * (dim + 1) / 2;
    uint32_t *out = mem_new(1 + dim + n_upper, sizeof *out);
    out[0] = model->kl_node;
    model->kl = program_new(model->dag, out, 1);
    dag_gradient(model->dag, model->kl_node, out + 1);
    model->kl_grad = program_new(model->dag, out, 1 + dim);
    dag_hessian(model->dag, model->kl_node, out + 1 + dim);
    model->kl_hess = program_new(model->dag, out, 1 + dim + n_upper);
    mem_free(out);
}

/* --- written out ------------------------------------------------------------------------------ */

/* node with the numbers of a row in the place of x and y. */
static uint32_t at_row(const struct population *p, uint32_t node, size_t row)
{
    struct dag *dag = p->model->dag;
    uint32_t map[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    for (size_t v = 0; v < p->graph->dim; v++)
        map[v] = dag_var(dag, (uint32_t)v);
    for (size_t c = 0; c < p->rows.n_columns; c++)
        map[p->graph->dim + c] = dag_const(dag, p->rows.column[c][row]);
    return dag_copy(p->dag, node, dag, map);
}

/* Halves are added, so that sums are neither deep nor rounded more than need be. */
static uint32_t write_sum(const struct population *p, size_t first, size_t n)
{
    struct dag *dag = p->model->dag;
    if (n == 1) {
        uint32_t term = at_row(p, p->rows.light[first] ? p->light : p->term, first);
        return dag_op(dag, OP_MUL, dag_const(dag, p->rows.weight[first]), term, 0);
    }
    uint32_t low = write_sum(p, first, n / 2), high = write_sum(p, first + n / 2, n - n / 2);
    return dag_op(dag, OP_ADD, low, high, 0);
}

static bool is_written(const struct population *p)
{
    size_t most = p->graph->dim <= 3 ? WRITTEN_MOST_LOW : WRITTEN_MOST, nodes = 0;
    size_t whole = graph_size(p->dag, p->term);
    size_t light = p->light != UINT32_MAX ? graph_size(p->dag, p->light) : whole;
    for (size_t r = 0; r < p->rows.n; r++)
        nodes += p->rows.light[r] ? light : whole;
    return nodes <= most;
}

/* --- sums over rows --------------------------------------------------------------------------- */

/* The first and second derivatives by w alone: gradient[dim], upper triangle by rows. */
static void derivatives(struct population *p, uint32_t *gradient, uint32_t *upper)
{
    size_t dim = p->graph->dim, n = dag_n_variables(p->dag), next = 0;
    uint32_t *all = mem_new(n + 1, sizeof *all);
    dag_gradient(p->dag, p->term, all);
    memcpy(gradient, all, dim * sizeof *all);
    for (size_t i = 0; i < dim; i++) {
        dag_gradient(p->dag, gradient[i], all);
        for (size_t j = i; j < dim; j++)
            upper[next++] = all[j];
    }
    mem_free(all);
}

static void sum_programs(struct population *p)
{
    struct model *model = p->model;
    size_t dim = model->dim, n_upper = dim * (dim + 1) / 2;
    struct rows rows = row_set_view(&p->rows, p->rows.n_columns);
    uint32_t *out = mem_new(1 + dim + n_upper, sizeof *out);
    bool all_light = true;
    for (size_t r = 0; r < p->rows.n; r++)
        all_light = all_light && p->rows.light[r];
    if (all_light)
        p->term = p->light;
    out[0] = p->term;
    derivatives(p, out + 1, out + 1 + dim);
    model->kl = program_new_rows(p->dag, out, 1, dim, &rows, true);
    model->kl_grad = program_new_rows(p->dag, out, 1 + dim, dim, &rows, true);
    model->kl_hess = program_new_rows(p->dag, out, 1 + dim + n_upper, dim, &rows, true);
    mem_free(out);
}

/* √weight · residual at every row; where rows are many, at some of them, as even as can be. */
static void build_generators(struct population *p)
{
    struct model *model = p->model;
    static const size_t strides[] = {1,  5,  7, 11,
                                     13, 17, 19}; /* no divisors of the nodes an axis has */
    size_t dim = model->dim, n = p->n_residuals, every = 1;
    struct row_set some;
    if (n == 0 || p->rows.n == 0)
        return;
    for (size_t k = 0; k < sizeof strides / sizeof *strides; k++) {
        every = strides[k];
        if (p->rows.n / every * n <= GENERATORS_MOST)
            break;
    }
    row_set_init(&some, p->rows.n_columns, p->rows.n);
    for (size_t r = 0; r < p->rows.n; r += every) {
        double values[LIKELIHOOD_MAX_INPUTS + 1];
        for (size_t c = 0; c < p->rows.n_columns; c++)
            values[c] = p->rows.column[c][r];
        row_set_add(&some, values, sqrt(p->rows.weight[r] * (double)every));
    }
    struct rows rows = row_set_view(&some, some.n_columns);
    model->n_generators = rows.n * n;
    model->generators = program_new_rows(p->dag, p->residual, n, dim, &rows, false);
    if (model->n_generators * dim <= JACOBIAN_MOST) {
        size_t n_variables = dag_n_variables(p->dag);
        uint32_t *all = mem_new(n_variables + 1, sizeof *all);
        uint32_t *jacobian = mem_new(n, dim * sizeof *jacobian);
        for (size_t i = 0; i < n; i++) {
            dag_gradient(p->dag, p->residual[i], all);
            memcpy(jacobian + i * dim, all, dim * sizeof *all);
        }
        model->generator_jacobian = program_new_rows(p->dag, jacobian, n * dim, dim, &rows, false);
        mem_free(jacobian);
        mem_free(all);
    }
    row_set_done(&some);
}

enum status population_sums(struct population *p)
{
    struct model *model = p->model;
    model->kl_node = MODEL_NO_NODE;
    model->smooth = p->smooth;
    if (p->rows.n == 0) {
        model->kl_node = dag_const(model->dag, 0);
        population_written(model);
        return ST_OK;
    }
    if (is_written(p)) {
        model->kl_node = write_sum(p, 0, p->rows.n);
        population_written(model);
    } else {
        sum_programs(p);
    }
    build_generators(p);
    return dag_full(model->dag) || dag_full(p->dag) ? ST_INPUT : ST_OK;
}
