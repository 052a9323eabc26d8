/* Nodes over the inputs and the output of the truth together, as fine as is asked for. */
#include <string.h>

#include "likelihood_parts.h"

#include "cusp/mem.h"

/* The inputs that output or truth look at; of the others one node will do. */
static void find_used(const struct likelihood_graph *graph, bool *used)
{
    size_t n = dag_n_variables(graph->dag);
    bool *truth = mem_new(n + 1, sizeof *truth), *output = mem_new(n + 1, sizeof *output);
    graph_variables(graph->dag, graph->truth_log_lik, truth);
    graph_variables(graph->dag, graph->log_lik, output);
    for (size_t i = 0; i < graph->n_inputs; i++)
        used[i] = truth[graph->dim + i] || output[graph->dim + i];
    mem_free(output);
    mem_free(truth);
}

/* Nodes of one input's distribution: [max] each. Returns how many. */
static size_t input_nodes(const struct likelihood_graph *graph, size_t i, bool used, int level,
                          size_t max, double *x, double *weight)
{
    size_t n = law_nodes(graph->input[i], graph->input_values[i], level, max, x, weight);
    if (used || n == 0)
        return n;
    x[0] = x[n / 2];
    weight[0] = 1;
    return 1;
}

/* All products of the inputs' nodes, input by input: each node so far is repeated for every node of
   the next. Returns how many, 0 if more than max. */
static size_t tensor(const struct likelihood_graph *graph, int level, size_t max,
                     double *const *columns, double *weight)
{
    bool used[LIKELIHOOD_MAX_INPUTS];
    double *x = mem_new(2 * max, sizeof *x), *share = x + max;
    size_t n = 1;
    find_used(graph, used);
    weight[0] = 1;
    for (size_t i = 0; i < graph->n_inputs && n > 0; i++) {
        size_t m = input_nodes(graph, i, used[i], level, max, x, share);
        if (m == 0 || m > max / n) {
            n = 0;
            break;
        }
        for (size_t k = n * m; k-- > 0;) { /* from the end: nothing is read after it is written */
            for (size_t j = 0; j < i; j++)
                columns[j][k] = columns[j][k / m];
            columns[i][k] = x[k % m];
            weight[k] = weight[k / m] * share[k % m];
        }
        n *= m;
    }
    mem_free(x);
    return n;
}

size_t likelihood_truth_nodes(const struct model *model, struct program_space *space, int level,
                              size_t max, double *const *columns, double *weight)
{
    const struct likelihood_graph *graph = model->likelihood->graph;
    double at[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS] = {0};
    size_t n = 0, n_inputs = graph->n_inputs;
    if (graph->truth == NULL || max == 0)
        return 0;
    double *values = mem_new(graph->truth->n_flat + 1, sizeof *values);
    double *y = mem_new(2 * max, sizeof *y), *share = y + max, *x_weight = mem_new(max, sizeof *y);
    double **x = mem_new(n_inputs + 1, sizeof *x);
    for (size_t i = 0; i < n_inputs; i++)
        x[i] = mem_new(max, sizeof **x);
    size_t n_x = tensor(graph, level, max, x, x_weight);
    for (size_t r = 0; r < n_x; r++) {
        for (size_t i = 0; i < n_inputs; i++)
            at[graph->dim + i] = x[i][r];
        program_point(graph->truth_values, space, at, values);
        size_t m = law_fault(graph->truth, values) == NULL
                       ? law_nodes(graph->truth, values, level, max - n, y, share)
                       : 0;
        if (m == 0) {
            n = 0;
            break;
        }
        for (size_t k = 0; k < m; k++) {
            for (size_t i = 0; i < n_inputs; i++)
                columns[i][n + k] = x[i][r];
            columns[n_inputs][n + k] = y[k];
            weight[n + k] = x_weight[r] * share[k];
        }
        n += m;
    }
    for (size_t i = 0; i < n_inputs; i++)
        mem_free(x[i]);
    mem_free(x);
    mem_free(x_weight);
    mem_free(y);
    mem_free(values);
    return n;
}
