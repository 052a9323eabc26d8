/* Questions to a graph, and draws and nodes of what a likelihood model gives. */
#include "likelihood_parts.h"

#include <math.h>

#include "cusp/mem.h"

enum { QUERY_LEVEL = 4 };

/* --- graphs ----------------------------------------------------------------------------------- */

void graph_variables(const struct dag *dag, uint32_t node, bool *used)
{
    unsigned char *reached = model_reached(dag, node);
    for (size_t v = 0; v < dag_n_variables(dag); v++)
        used[v] = false;
    for (uint32_t id = 0; id <= node; id++)
        if (reached[id] && dag_node(dag, id)->op == OP_VAR)
            used[dag_node(dag, id)->variable] = true;
    mem_free(reached);
}

size_t graph_size(const struct dag *dag, uint32_t node)
{
    unsigned char *reached = model_reached(dag, node);
    size_t n = 0;
    for (uint32_t id = 0; id <= node; id++)
        n += reached[id];
    mem_free(reached);
    return n;
}

/* --- draws and nodes -------------------------------------------------------------------------- */

enum { FLAT_ON_STACK = 64 };

/* The arguments of a law at (w, x) in values[n_flat]; false if they are not sensible. */
static bool arguments_at(const struct law *law, const struct program *program,
                         struct program_space *space, const double *w, size_t dim, const double *x,
                         size_t n_inputs, double *values)
{
    double at[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS];
    for (size_t v = 0; v < dim; v++)
        at[v] = w[v];
    for (size_t i = 0; i < n_inputs; i++)
        at[dim + i] = x[i];
    program_point(program, space, at, values);
    return law_fault(law, values) == NULL;
}

static double *flat_memory(const struct law *law, double stack[FLAT_ON_STACK])
{
    return law->n_flat <= FLAT_ON_STACK ? stack : mem_new(law->n_flat, sizeof(double));
}

static void flat_release(double *values, const double *stack)
{
    if (values != stack)
        mem_free(values);
}

enum status likelihood_draw(const struct model *model, struct rng *rng, double *columns)
{
    const struct likelihood_graph *graph = model->likelihood->graph;
    double rest[SYNTAX_MAX_PARAMS] = {0}, stack[FLAT_ON_STACK];
    if (graph->truth == NULL)
        return ST_DOMAIN;
    for (size_t i = 0; i < graph->n_inputs; i++)
        columns[i] = law_sample(graph->input[i], graph->input_values[i], rng);
    struct program_space *space = program_space_new();
    double *values = flat_memory(graph->truth, stack);
    bool sensible = arguments_at(graph->truth, graph->truth_values, space, rest, graph->dim,
                                 columns, graph->n_inputs, values);
    columns[graph->n_inputs] = sensible ? law_sample(graph->truth, values, rng) : NAN;
    flat_release(values, stack);
    program_space_free(space);
    return sensible ? ST_OK : ST_DOMAIN;
}

size_t likelihood_nodes(const struct model *model, struct program_space *space, const double *w,
                        const double *x, size_t max, double *y, double *weight)
{
    const struct likelihood_graph *graph = model->likelihood->graph;
    double stack[FLAT_ON_STACK];
    double *values = flat_memory(graph->output, stack);
    size_t n = 0;
    if (arguments_at(graph->output, graph->output_values, space, w, graph->dim, x, graph->n_inputs,
                     values)) {
        for (int level = QUERY_LEVEL; level >= 0 && n == 0; level--)
            n = law_nodes(graph->output, values, level, max, y, weight);
    }
    flat_release(values, stack);
    return n;
}

double likelihood_predict(const struct model *model, struct program_space *space, const double *w,
                          const double *x, struct rng *rng)
{
    const struct likelihood_graph *graph = model->likelihood->graph;
    double stack[FLAT_ON_STACK], y = NAN;
    double *values = flat_memory(graph->output, stack);
    if (arguments_at(graph->output, graph->output_values, space, w, graph->dim, x, graph->n_inputs,
                     values))
        y = law_sample(graph->output, values, rng);
    flat_release(values, stack);
    return y;
}
