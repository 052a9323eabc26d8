/* The Fisher information of a likelihood, E over x and y | x, w of ∇log p ∇log pᵀ: the truth has no
   part in it. */
#include "fisher_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/linalg.h"
#include "cusp/mem.h"
#include "likelihood_parts.h"

enum {
    SCALE_POINTS = 16,
    SCALE_ROWS = 512, /* of inputs, for the scale alone */
};

/* --- programs --------------------------------------------------------------------------------- */

/* Σ_ab ∂_i θ_a F_ab ∂_j θ_b over the arguments θ of the output: upper[dim (dim + 1) / 2]. */
static void chain_rule(struct dag *dag, const uint32_t *arguments, const uint32_t *f, size_t n,
                       size_t dim, uint32_t *upper)
{
    size_t n_variables = dag_n_variables(dag), next = 0;
    uint32_t *slopes = mem_new(n + 1, n_variables * sizeof *slopes);
    for (size_t a = 0; a < n; a++)
        dag_gradient(dag, arguments[a], slopes + a * n_variables);
    for (size_t i = 0; i < dim; i++) {
        for (size_t j = i; j < dim; j++) {
            uint32_t sum = dag_const(dag, 0);
            for (size_t a = 0; a < n; a++) {
                for (size_t b = 0; b < n; b++) {
                    size_t low = a < b ? a : b, high = a < b ? b : a;
                    uint32_t entry = f[low * n - low * (low + 1) / 2 + high];
                    uint32_t both = dag_op(dag, OP_MUL, slopes[a * n_variables + i],
                                           slopes[b * n_variables + j], 0);
                    sum = dag_op(dag, OP_ADD, sum, dag_op(dag, OP_MUL, entry, both, 0), 0);
                }
            }
            upper[next++] = sum;
        }
    }
    mem_free(slopes);
}

/* I(w, x) in closed form in a graph over w and x: upper[…]; false if there is none. */
static bool closed_form(const struct likelihood_graph *graph, struct dag *dag, uint32_t *upper)
{
    size_t n = graph->output->n_flat, n_f = n * (n + 1) / 2;
    uint32_t *arguments = mem_new(n + n_f + 1, sizeof *arguments), *f = arguments + n;
    bool closed = law_fisher(graph->dag, graph->output, f);
    law_flat(graph->output, arguments);
    for (size_t k = 0; k < n + n_f && closed; k++)
        arguments[k] = graph_copy(graph->dag, arguments[k], dag);
    if (closed)
        chain_rule(dag, arguments, f, n, graph->dim, upper);
    mem_free(arguments);
    return closed && !dag_full(dag);
}

static struct program *outer_products(const struct likelihood_graph *graph)
{
    size_t n = dag_n_variables(graph->dag), dim = graph->dim, next = 0;
    struct dag *dag = dag_new(n);
    uint32_t *slope = mem_new(n, sizeof *slope);
    uint32_t *upper = mem_new(dim * (dim + 1) / 2, sizeof *upper);
    dag_gradient(dag, graph_copy(graph->dag, graph->log_lik, dag), slope);
    for (size_t i = 0; i < dim; i++)
        for (size_t j = i; j < dim; j++)
            upper[next++] = dag_op(dag, OP_MUL, slope[i], slope[j], 0);
    struct program *program = program_new(dag, upper, next);
    mem_free(upper);
    mem_free(slope);
    dag_free(dag);
    return program;
}

/* --- values ----------------------------------------------------------------------------------- */

/* Adds weight · E[∇log p ∇log pᵀ] at one row of inputs: upper[n_upper]. */
static bool add_row(const struct model *model, struct program_space *space, const double *w,
                    size_t row, double *scratch, double *upper)
{
    const struct likelihood_graph *graph = model->likelihood->graph;
    size_t dim = graph->dim, n_inputs = graph->n_inputs, n_upper = dim * (dim + 1) / 2;
    double at[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    double *y = scratch, *weight = y + DISTRIBUTION_MAX_NODES;
    double *sums = weight + DISTRIBUTION_MAX_NODES, *values = sums + n_upper;
    const double *vars[SYNTAX_MAX_PARAMS], *columns[LIKELIHOOD_MAX_INPUTS + 1];
    memcpy(at, w, dim * sizeof *at);
    for (size_t i = 0; i < n_inputs; i++)
        at[dim + i] = graph->inputs.column[i][row];
    program_point(graph->output_values, space, at, values);
    if (law_fault(graph->output, values) != NULL)
        return false;
    size_t n = rule_of_output(graph->output, values, y, weight);
    if (n == 0)
        return false;
    double *out[SYNTAX_MAX_PARAMS * (SYNTAX_MAX_PARAMS + 1) / 2];
    for (size_t v = 0; v < dim; v++)
        vars[v] = &w[v];
    for (size_t k = 0; k < n_upper; k++)
        out[k] = &sums[k];
    double *repeated = mem_new(n_inputs * n + 1, sizeof *repeated);
    for (size_t i = 0; i < n_inputs; i++) {
        columns[i] = repeated + i * n;
        for (size_t k = 0; k < n; k++)
            repeated[i * n + k] = at[dim + i];
    }
    columns[n_inputs] = y;
    struct rows rows = {.n = n, .n_columns = n_inputs + 1, .column = columns, .weight = weight};
    program_sum(graph->fisher_outer, space, dim, vars, 1, &rows, out);
    for (size_t k = 0; k < n_upper; k++)
        upper[k] += graph->inputs.weight[row] * sums[k];
    mem_free(repeated);
    return true;
}

/* From every so many rows of inputs, as their mean. */
static bool information(const struct model *model, struct program_space *space, const double *w,
                        size_t every, double *matrix)
{
    const struct likelihood_graph *graph = model->likelihood->graph;
    size_t dim = model->dim, n_upper = dim * (dim + 1) / 2;
    double *upper = mem_new(n_upper, sizeof *upper);
    double share = 0;
    bool good = true;
    if (graph->fisher != NULL) {
        program_point(graph->fisher, space, w, upper);
    } else {
        double *scratch = mem_new(2 * DISTRIBUTION_MAX_NODES + n_upper + graph->output->n_flat + 1,
                                  sizeof *scratch);
        for (size_t r = 0; r < graph->inputs.n && good; r += every) {
            good = add_row(model, space, w, r, scratch, upper);
            share += graph->inputs.weight[r];
        }
        for (size_t k = 0; k < n_upper && every > 1; k++)
            upper[k] /= share;
        mem_free(scratch);
    }
    unpack_symmetric(upper, dim, matrix);
    mem_free(upper);
    return good;
}

bool fisher_information(const struct model *model, struct program_space *space, const double *w,
                        double *matrix)
{
    return information(model, space, w, 1, matrix);
}

/* --- building --------------------------------------------------------------------------------- */

static void find_scale(struct model *model)
{
    size_t dim = model->dim;
    double sizes[SCALE_POINTS], w[SYNTAX_MAX_PARAMS];
    double *matrix = mem_new(dim, dim * sizeof *matrix);
    struct program_space *space = program_space_new();
    size_t n = 0, first = probe_n_plain(dim), n_rows = model->likelihood->graph->inputs.n;
    size_t every = (n_rows + SCALE_ROWS - 1) / SCALE_ROWS;
    for (size_t k = 0; k < SCALE_POINTS; k++) {
        double square = 0;
        probe_point(model, first + k, w);
        if (!information(model, space, w, every > 0 ? every : 1, matrix))
            continue;
        for (size_t i = 0; i < dim * dim; i++)
            square += matrix[i] * matrix[i];
        if (isfinite(square))
            sizes[n++] = sqrt(square);
    }
    model->likelihood->graph->fisher_scale = n > 0 ? probe_select(sizes, n, n / 2) : 0;
    program_space_free(space);
    mem_free(matrix);
}

void fisher_build(struct model *model)
{
    struct likelihood_graph *graph = model->likelihood->graph;
    size_t dim = model->dim, n_upper = dim * (dim + 1) / 2;
    if (graph->fisher == NULL) {
        struct dag *dag = dag_new(dim + graph->n_inputs);
        uint32_t *upper = mem_new(n_upper, sizeof *upper);
        if (closed_form(graph, dag, upper))
            graph->fisher = program_new_rows(dag, upper, n_upper, dim, &graph->inputs, true);
        else
            graph->fisher_outer = outer_products(graph);
        mem_free(upper);
        dag_free(dag);
    }
    find_scale(model);
}
