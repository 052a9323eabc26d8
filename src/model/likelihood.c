/* The likelihood of a model: its laws lowered into one graph, and the programs over it. */
#include "likelihood_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/data.h"
#include "cusp/mem.h"
#include "data_file.h"

struct builder {
    const struct syntax *syntax;
    struct model *model;
    struct diags *diags;
    struct likelihood *likelihood;
    struct likelihood_graph *graph;
};

static enum status fault(const struct builder *b, struct span at, const char *message)
{
    diags_add(b->diags, SEV_ERROR, b->syntax->file, b->syntax->source, at, "%s", message);
    return ST_INPUT;
}

/* --- what there is ---------------------------------------------------------------------------- */

static enum status check_shape(const struct builder *b)
{
    const struct syntax *syntax = b->syntax;
    if (syntax->n_outputs > 1)
        return fault(b, syntax->outputs[1].at,
                     "one output only: two measurements are two rows of one output, told apart by "
                     "an input");
    if (b->graph->n_inputs > LIKELIHOOD_MAX_INPUTS) {
        struct text message;
        text_init(&message);
        text_addf(&message, "%zu inputs; there can be %d", b->graph->n_inputs,
                  LIKELIHOOD_MAX_INPUTS);
        enum status status = fault(b, syntax->inputs[syntax->n_inputs - 1].at, text_get(&message));
        text_done(&message);
        return status;
    }
    return ST_OK;
}

static char *component_name(const struct symbol *symbol, size_t component)
{
    struct text name;
    text_init(&name);
    text_add(&name, symbol->name);
    if (symbol->rank > 0) {
        size_t index[SYNTAX_MAX_RANK], rest = component;
        for (size_t k = symbol->rank; k-- > 0; rest /= symbol->extents[k])
            index[k] = rest % symbol->extents[k] + 1;
        for (size_t k = 0; k < symbol->rank; k++)
            text_addf(&name, "%s%zu", k == 0 ? "" : "_", index[k]);
    }
    char *copy = mem_copy_text(text_get(&name), name.length);
    text_done(&name);
    return copy;
}

static void set_names(struct builder *b)
{
    const struct syntax *syntax = b->syntax;
    struct likelihood *likelihood = b->likelihood;
    size_t next = 0;
    likelihood->n_inputs = b->graph->n_inputs;
    likelihood->input_names = mem_new(likelihood->n_inputs + 1, sizeof *likelihood->input_names);
    for (size_t i = 0; i < syntax->n_inputs; i++)
        for (size_t k = 0; k < syntax->inputs[i].symbol->count; k++)
            likelihood->input_names[next++] = component_name(syntax->inputs[i].symbol, k);
    const char *name = syntax->outputs[0].symbol->name;
    likelihood->output_name = mem_copy_text(name, strlen(name));
    likelihood->formula = likelihood_formula(syntax, &syntax->outputs[0], true);
    if (syntax->n_truths > 0)
        likelihood->truth_formula = likelihood_formula(syntax, &syntax->truths[0], true);
}

/* --- laws ------------------------------------------------------------------------------------- */

/* The arguments of a law of numbers: values[n_flat]. */
static double *number_arguments(const struct dag *dag, const struct law *law)
{
    uint32_t *nodes = mem_new(law->n_flat + 1, sizeof *nodes);
    double *values = mem_new(law->n_flat + 1, sizeof *values);
    law_flat(law, nodes);
    for (size_t i = 0; i < law->n_flat; i++)
        if (!dag_is_const(dag, nodes[i], &values[i]))
            values[i] = NAN;
    mem_free(nodes);
    return values;
}

static enum status lower_inputs_of(struct builder *b, struct lower *lower)
{
    struct likelihood_graph *graph = b->graph;
    size_t next = 0;
    enum status status = ST_OK;
    graph->input = mem_new(graph->n_inputs + 1, sizeof *graph->input);
    graph->input_values = mem_new(graph->n_inputs + 1, sizeof *graph->input_values);
    for (size_t i = 0; i < b->syntax->n_inputs; i++) {
        const struct random_stmt *input = &b->syntax->inputs[i];
        for (size_t k = 0; k < input->symbol->count; k++, next++) {
            if (law_lower(lower, input->distribution, b->diags, b->syntax, &graph->input[next]) !=
                ST_OK) {
                status = ST_INPUT;
                break;
            }
            graph->input_values[next] = number_arguments(graph->dag, graph->input[next]);
            const char *why = law_fault(graph->input[next], graph->input_values[next]);
            if (why != NULL) {
                status = fault(b, input->distribution->at, why);
                break;
            }
        }
        if (status != ST_OK) /* components that were not reached are absent */
            return status;
    }
    return status;
}

static enum status lower_laws(struct builder *b)
{
    struct likelihood_graph *graph = b->graph;
    const struct syntax *syntax = b->syntax;
    struct lower *lower = lower_new(syntax, graph->dag, b->diags);
    lower_inputs(lower, (uint32_t)graph->dim);
    enum status status = lower_inputs_of(b, lower), output, truth = ST_OK;
    output = law_lower(lower, syntax->outputs[0].distribution, b->diags, syntax, &graph->output);
    if (syntax->n_truths > 0)
        truth = law_lower(lower, syntax->truths[0].distribution, b->diags, syntax, &graph->truth);
    lower_free(lower);
    if (status != ST_OK || output != ST_OK || truth != ST_OK)
        return ST_INPUT;
    if (graph->truth != NULL) {
        const char *why = law_support_fault(graph->truth, graph->output, graph->dag);
        if (why != NULL)
            return fault(b, syntax->truths[0].at, why);
    }
    return ST_OK;
}

/* --- programs --------------------------------------------------------------------------------- */

uint32_t graph_copy(const struct dag *from, uint32_t node, struct dag *to)
{
    size_t n = dag_n_variables(from), n_to = dag_n_variables(to);
    uint32_t *map = mem_new(n + 1, sizeof *map);
    for (size_t v = 0; v < n; v++) /* a variable that `to` lacks does not occur in node */
        map[v] = v < n_to ? dag_var(to, (uint32_t)v) : dag_const(to, 0);
    uint32_t copy = dag_copy(from, node, to, map);
    mem_free(map);
    return copy;
}

struct program *graph_program(const struct dag *from, size_t n_variables, const uint32_t *nodes,
                              size_t n)
{
    struct dag *dag = dag_new(n_variables);
    uint32_t *copies = mem_new(n + 1, sizeof *copies);
    for (size_t i = 0; i < n; i++)
        copies[i] = graph_copy(from, nodes[i], dag);
    struct program *program = program_new(dag, copies, n);
    mem_free(copies);
    dag_free(dag);
    return program;
}

static struct program *root_program(struct dag *dag, size_t n_variables, uint32_t node)
{
    uint32_t root = dag_op(dag, OP_SQRT, node, 0, 0);
    return graph_program(dag, n_variables, &root, 1);
}

static struct program *arguments_program(const struct likelihood_graph *graph,
                                         const struct law *law)
{
    uint32_t *nodes = mem_new(law->n_flat + 1, sizeof *nodes);
    law_flat(law, nodes);
    struct program *program =
        graph_program(graph->dag, graph->dim + graph->n_inputs, nodes, law->n_flat);
    mem_free(nodes);
    return program;
}

static struct program *gradient_program(const struct likelihood_graph *graph)
{
    size_t n = dag_n_variables(graph->dag);
    struct dag *dag = dag_new(n);
    uint32_t *out = mem_new(1 + n, sizeof *out);
    out[0] = graph_copy(graph->dag, graph->log_lik, dag);
    dag_gradient(dag, out[0], out + 1);
    struct program *program = program_new(dag, out, 1 + graph->dim);
    mem_free(out);
    dag_free(dag);
    return program;
}

static void build_programs(struct builder *b)
{
    struct likelihood_graph *graph = b->graph;
    struct likelihood *likelihood = b->likelihood;
    struct dag *dag = graph->dag;
    size_t n = graph->dim + graph->n_inputs;
    graph->y = (uint32_t)n;
    uint32_t y = dag_var(dag, graph->y);
    graph->log_lik = law_log_density(dag, graph->output, y);
    graph->mean = law_mean(dag, graph->output);
    graph->variance = law_variance(dag, graph->output);
    graph->truth_mean = graph->truth_log_lik = UINT32_MAX;
    likelihood->log_lik = program_new(dag, &graph->log_lik, 1);
    likelihood->log_lik_grad = gradient_program(graph);
    likelihood->mean = graph_program(dag, n, &graph->mean, 1);
    likelihood->sd = root_program(dag, n, graph->variance);
    graph->output_values = arguments_program(graph, graph->output);
    if (graph->truth == NULL)
        return;
    graph->truth_log_lik = law_log_density(dag, graph->truth, y);
    graph->truth_mean = law_mean(dag, graph->truth);
    likelihood->truth_log_lik = program_new(dag, &graph->truth_log_lik, 1);
    likelihood->truth_mean = graph_program(dag, n, &graph->truth_mean, 1);
    graph->truth_values = arguments_program(graph, graph->truth);
}

/* --- all of it -------------------------------------------------------------------------------- */

static enum status read_data(struct builder *b, const char *path)
{
    struct model *model = b->model;
    enum status status = data_read_file(b->syntax, path, b->diags, &model->file_data);
    if (status != ST_OK)
        return status;
    struct text text;
    text_init(&text);
    text_addf(&text, "data from %s, %zu rows", b->syntax->data_file, model->file_data->n);
    b->likelihood->truth_formula = mem_copy_text(text_get(&text), text.length);
    text_done(&text);
    return ST_OK;
}

static bool uses_inputs(const struct likelihood_graph *graph)
{
    size_t n = dag_n_variables(graph->dag);
    bool *used = mem_new(n, sizeof *used), any = false;
    graph_variables(graph->dag, graph->log_lik, used);
    for (size_t v = graph->dim; v < graph->dim + graph->n_inputs; v++)
        any = any || used[v];
    mem_free(used);
    return any;
}

enum status likelihood_build(const struct syntax *syntax, const char *path, struct model *model,
                             struct diags *diags)
{
    struct builder b = {.syntax = syntax, .model = model, .diags = diags};
    b.likelihood = model->likelihood = mem_new(1, sizeof *b.likelihood);
    b.graph = b.likelihood->graph = mem_new(1, sizeof *b.graph);
    b.graph->dim = model->dim;
    for (size_t i = 0; i < syntax->n_inputs; i++)
        b.graph->n_inputs += syntax->inputs[i].symbol->count;
    enum status status = check_shape(&b);
    if (status != ST_OK)
        return status;
    b.graph->dag = dag_new(model->dim + b.graph->n_inputs + 1);
    set_names(&b);
    b.likelihood->has_truth = syntax->n_truths > 0;
    b.likelihood->truth_entropy = NAN;
    b.likelihood->kl_how = "";
    status = lower_laws(&b);
    if (syntax->data_file != NULL) {
        enum status data = read_data(&b, path);
        status = status != ST_OK ? status : data;
    }
    if (status != ST_OK)
        return status;
    build_programs(&b);
    if (dag_full(b.graph->dag))
        return fault(&b, syntax->outputs[0].at,
                     "this output is too large when its sums are written out");
    b.likelihood->discrete = law_discrete(b.graph->output);
    b.likelihood->output_kind = b.graph->output->kind->name;
    b.likelihood->is_regression = uses_inputs(b.graph);
    return data_check_file(model, diags);
}

static void free_rows(struct rows *rows)
{
    for (size_t c = 0; c < rows->n_columns && rows->column != NULL; c++)
        mem_free((void *)(uintptr_t)rows->column[c]);
    mem_free((void *)(uintptr_t)rows->column);
    mem_free((void *)(uintptr_t)rows->weight);
    *rows = (struct rows){0};
}

void likelihood_graph_free(struct likelihood_graph *graph)
{
    if (graph == NULL)
        return;
    for (size_t i = 0; i < graph->n_inputs && graph->input != NULL; i++) {
        law_free(graph->input[i]);
        mem_free(graph->input_values[i]);
    }
    mem_free(graph->input);
    mem_free(graph->input_values);
    law_free(graph->output);
    law_free(graph->truth);
    program_free(graph->output_values);
    program_free(graph->truth_values);
    program_free(graph->fisher);
    program_free(graph->fisher_outer);
    free_rows(&graph->inputs);
    free_rows(&graph->sum_rows);
    if (graph->sum_dag != NULL)
        dag_free(graph->sum_dag);
    mem_free(graph->how);
    if (graph->dag != NULL)
        dag_free(graph->dag);
    mem_free(graph);
}

void likelihood_free(struct likelihood *likelihood)
{
    if (likelihood == NULL)
        return;
    for (size_t i = 0; i < likelihood->n_inputs; i++)
        mem_free(likelihood->input_names[i]);
    mem_free(likelihood->input_names);
    mem_free(likelihood->output_name);
    mem_free(likelihood->formula);
    mem_free(likelihood->truth_formula);
    program_free(likelihood->log_lik);
    program_free(likelihood->log_lik_grad);
    program_free(likelihood->mean);
    program_free(likelihood->sd);
    program_free(likelihood->truth_mean);
    program_free(likelihood->truth_log_lik);
    free_rows(&likelihood->population);
    mem_free(likelihood->input_low);
    mem_free(likelihood->input_high);
    likelihood_graph_free(likelihood->graph);
    mem_free(likelihood);
}
