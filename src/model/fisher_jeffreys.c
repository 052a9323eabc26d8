/* The Jeffreys prior, ½ log det I(w), written out as a sum of squares: it vanishes where I loses
 * rank and no digits are lost on the way there. */
#include "population_parts.h"

#include <math.h>

#include "cusp/mem.h"
#include "cusp/rng.h"

enum {
    VECTORS_MOST = 400,
    DETERMINANTS_MOST = 6000,
};

/* I(w) = Σ_k scale_k (∇θ_k)(∇θ_k)ᵀ over arguments and rows. */
struct vectors {
    uint32_t *slope; /* [n][dim] nodes of the model's graph */
    uint32_t *scale; /* [n] */
    size_t n, dim;
};

/* --- the vectors ------------------------------------------------------------------------------ */

/* Gradients and information of the arguments in a graph over w and x; false if there is no closed
   form or the information is no diagonal. */
static bool argument_slopes(const struct likelihood_graph *graph, struct dag *dag, uint32_t *slope,
                            uint32_t *scale)
{
    size_t n = graph->output->n_flat, n_f = n * (n + 1) / 2, next = 0;
    size_t n_variables = dag_n_variables(dag);
    uint32_t *arguments = mem_new(n + n_f + n_variables + 1, sizeof *arguments);
    uint32_t *f = arguments + n, *gradient = f + n_f;
    bool good = law_fisher(graph->dag, graph->output, f);
    law_flat(graph->output, arguments);
    for (size_t a = 0; a < n && good; a++) {
        dag_gradient(dag, graph_copy(graph->dag, arguments[a], dag), gradient);
        for (size_t v = 0; v < graph->dim; v++)
            slope[a * graph->dim + v] = gradient[v];
        for (size_t b = a; b < n; b++, next++) {
            double value;
            uint32_t entry = graph_copy(graph->dag, f[next], dag);
            if (a == b)
                scale[a] = entry;
            else
                good = good && dag_is_const(dag, entry, &value) && value == 0;
        }
    }
    mem_free(arguments);
    return good;
}

/* Rows at which the gradients are the same but for a factor count once: found by a combination of
   them that has no other reason to agree. */
static void merge_rows(struct population *p, const uint32_t *slope, const uint32_t *scale, size_t n)
{
    struct dag *dag = p->dag;
    uint32_t total = dag_const(dag, 0);
    struct rng rng = rng_stream(29, 0);
    for (size_t a = 0; a < n; a++) {
        uint32_t sum = dag_const(dag, 0);
        for (size_t v = 0; v < p->graph->dim; v++) {
            uint32_t factor = dag_const(dag, rng_normal(&rng));
            sum = dag_op(dag, OP_ADD, sum,
                         dag_op(dag, OP_MUL, factor, slope[a * p->graph->dim + v], 0), 0);
        }
        uint32_t share = dag_op(dag, OP_MUL, scale[a], dag_powi(dag, sum, 2), 0);
        share = dag_op(dag, OP_MUL, dag_const(dag, rng_uniform(&rng)), share, 0);
        total = dag_op(dag, OP_ADD, total, share, 0);
    }
    p->term = total;
    p->smooth = model_node_is_smooth(dag, total);
    p->program = program_new(dag, &total, 1);
    population_merge(p);
    program_free(p->program);
}

static uint32_t at_row(const struct population *p, uint32_t node, size_t row)
{
    struct dag *dag = p->model->dag;
    uint32_t map[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS];
    for (size_t v = 0; v < p->graph->dim; v++)
        map[v] = dag_var(dag, (uint32_t)v);
    for (size_t c = 0; c < p->rows.n_columns; c++)
        map[p->graph->dim + c] = dag_const(dag, p->rows.column[c][row]);
    return dag_copy(p->dag, node, dag, map);
}

static void copy_rows(const struct rows *from, struct row_set *to)
{
    row_set_init(to, from->n_columns, from->n);
    for (size_t r = 0; r < from->n; r++) {
        double values[LIKELIHOOD_MAX_INPUTS];
        for (size_t c = 0; c < from->n_columns; c++)
            values[c] = from->column[c][r];
        row_set_add(to, values, from->weight[r]);
    }
}

/* NULL, or why it cannot be had. */
static const char *find_vectors(struct population *p, struct vectors *out)
{
    const struct likelihood_graph *graph = p->graph;
    size_t n = graph->output->n_flat, dim = graph->dim;
    uint32_t *slope = mem_new(n + 1, (dim + 1) * sizeof *slope), *scale = slope + n * dim;
    const char *why = NULL;
    double value;
    copy_rows(&graph->inputs, &p->rows);
    if (!argument_slopes(graph, p->dag, slope, scale)) {
        why = "the Jeffreys prior is not available for this output: its Fisher information has no "
              "closed form";
    } else {
        merge_rows(p, slope, scale, n);
        if (p->rows.n * n > VECTORS_MOST)
            why = "the Jeffreys prior takes more nodes of the inputs here than can be written out";
    }
    *out = (struct vectors){.dim = dim};
    out->slope = mem_new(p->rows.n * n + 1, dim * sizeof *out->slope);
    out->scale = mem_new(p->rows.n * n + 1, sizeof *out->scale);
    for (size_t r = 0; why == NULL && r < p->rows.n; r++) {
        for (size_t a = 0; a < n; a++) {
            bool nothing = true;
            for (size_t v = 0; v < dim; v++) {
                uint32_t node = at_row(p, slope[a * dim + v], r);
                out->slope[out->n * dim + v] = node;
                nothing = nothing && dag_is_const(p->model->dag, node, &value) && value == 0;
            }
            uint32_t weight = dag_const(p->model->dag, p->rows.weight[r]);
            out->scale[out->n] = dag_op(p->model->dag, OP_MUL, weight, at_row(p, scale[a], r), 0);
            out->n += !nothing;
        }
    }
    mem_free(slope);
    return why;
}

/* --- the determinant -------------------------------------------------------------------------- */

static uint32_t minor(struct dag *dag, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    return dag_op(dag, OP_SUB, dag_op(dag, OP_MUL, a, d, 0), dag_op(dag, OP_MUL, b, c, 0), 0);
}

/* The determinant of `dim` of the vectors, for 1 to 3 dimensions. */
static uint32_t determinant(struct dag *dag, const struct vectors *u, const size_t *pick)
{
    const uint32_t *a = u->slope + pick[0] * u->dim;
    if (u->dim == 1)
        return a[0];
    const uint32_t *b = u->slope + pick[1] * u->dim;
    if (u->dim == 2)
        return minor(dag, a[0], a[1], b[0], b[1]);
    const uint32_t *c = u->slope + pick[2] * u->dim;
    uint32_t sum = dag_op(dag, OP_MUL, a[0], minor(dag, b[1], b[2], c[1], c[2]), 0);
    sum = dag_op(dag, OP_SUB, sum, dag_op(dag, OP_MUL, a[1], minor(dag, b[0], b[2], c[0], c[2]), 0),
                 0);
    return dag_op(dag, OP_ADD, sum,
                  dag_op(dag, OP_MUL, a[2], minor(dag, b[0], b[1], c[0], c[1]), 0), 0);
}

/* det Σ u uᵀ = Σ over picks of det² (Cauchy and Binet). */
static uint32_t information_determinant(struct dag *dag, const struct vectors *u)
{
    size_t pick[3] = {0, 1, 2};
    uint32_t sum = dag_const(dag, 0);
    while (u->n >= u->dim) {
        uint32_t term = dag_powi(dag, determinant(dag, u, pick), 2);
        for (size_t k = 0; k < u->dim; k++)
            term = dag_op(dag, OP_MUL, u->scale[pick[k]], term, 0);
        sum = dag_op(dag, OP_ADD, sum, term, 0);
        size_t k = u->dim; /* the next pick in order */
        while (k > 0 && pick[k - 1] == u->n - u->dim + k - 1)
            k--;
        if (k == 0)
            break;
        for (pick[k - 1]++; k < u->dim; k++)
            pick[k] = pick[k - 1] + 1;
    }
    return sum;
}

const char *fisher_jeffreys(struct model *model, uint32_t *log_prior)
{
    if (model->likelihood == NULL)
        return "the Jeffreys prior needs a likelihood; a potential alone does not define it";
    if (model->dim > 3)
        return "the Jeffreys prior is available for up to three parameters";
    if (model->likelihood->graph->fisher == NULL &&
        model->likelihood->graph->fisher_outer == NULL) {
        *log_prior = dag_const(model->dag, 0); /* the likelihood had a fault of its own */
        return NULL;
    }
    struct population p = {.model = model, .graph = model->likelihood->graph};
    struct vectors u;
    p.space = program_space_new();
    p.dag = dag_new(model->dim + p.graph->n_inputs);
    const char *why = find_vectors(&p, &u);
    double picks = 1, value;
    for (size_t k = 0; k < model->dim; k++)
        picks *= (double)(u.n - k) / (double)(k + 1);
    if (why == NULL && picks > DETERMINANTS_MOST)
        why = "the Jeffreys prior takes more nodes of the inputs here than can be written out";
    if (why == NULL) {
        uint32_t det = information_determinant(model->dag, &u);
        if (dag_is_const(model->dag, det, &value) && value == 0)
            why = "the Jeffreys prior is zero everywhere: the Fisher information has full rank "
                  "nowhere";
        uint32_t log_det = dag_op(model->dag, OP_LOG, det, 0, 0);
        *log_prior = dag_op(model->dag, OP_MUL, dag_const(model->dag, 0.5), log_det, 0);
    }
    mem_free(u.slope);
    mem_free(u.scale);
    row_set_done(&p.rows);
    dag_free(p.dag);
    program_space_free(p.space);
    return why;
}
