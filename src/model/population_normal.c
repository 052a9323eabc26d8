/* K of a normal output whose mean is Σ_k c_k(w) b_k(x): a sum of few squares, exactly. */
#include "population_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { TERMS_MOST = 128 };

#define GRAM_NOTHING 1e-14  /* × √(G_kk G_ll): an entry below it is a moment that vanishes */
#define PIVOT_NOTHING 1e-13 /* × the first: what is left of a basis function that others span */

/* The difference of the means over the output's spread, and what K is where it vanishes. */
static bool normal_difference(struct population *p, uint32_t *difference, double *rest)
{
    const struct law *output = p->graph->output, *truth = p->graph->truth;
    struct dag *dag = p->graph->dag;
    double sd, sd0;
    if (truth == NULL || strcmp(output->kind->name, "normal") != 0 ||
        strcmp(truth->kind->name, "normal") != 0 || !dag_is_const(dag, output->args[1], &sd) ||
        !dag_is_const(dag, truth->args[1], &sd0))
        return false;
    uint32_t d = dag_op(dag, OP_SUB, output->args[0], truth->args[0], 0);
    *difference = dag_op(dag, OP_MUL, dag_const(dag, 1 / sd), d, 0);
    double ratio = (sd0 / sd) * (sd0 / sd) - 1;
    *rest = sd == sd0 ? 0 : (ratio - log1p(ratio)) / 2;
    return true;
}

/* E node over the inputs it holds. */
static double moment(struct population *p, uint32_t node)
{
    struct likelihood_graph *graph = p->graph;
    bool *used = mem_new(dag_n_variables(graph->dag) + 1, sizeof *used);
    struct program *program = graph_program(graph->dag, graph->dim + graph->n_inputs, &node, 1);
    graph_variables(graph->dag, node, used);
    double value = population_moment(p, program, used + graph->dim);
    program_free(program);
    mem_free(used);
    return value;
}

static bool are_apart(const bool *a, const bool *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] && b[i])
            return false;
    return true;
}

/* E[b_k b_l] over the inputs. False where a moment does not settle. */
static bool gram_matrix(struct population *p, const uint32_t *basis, size_t n, double *gram)
{
    struct dag *dag = p->graph->dag;
    size_t n_variables = dag_n_variables(dag);
    bool *used = mem_new(n, n_variables * sizeof *used), good = true;
    double *mean = mem_new(n, sizeof *mean);
    for (size_t k = 0; k < n; k++) {
        graph_variables(dag, basis[k], used + k * n_variables);
        mean[k] = moment(p, basis[k]);
    }
    for (size_t k = 0; k < n && good; k++) {
        for (size_t l = 0; l <= k && good; l++) {
            bool apart = are_apart(used + k * n_variables, used + l * n_variables, n_variables);
            double value =
                apart ? mean[k] * mean[l] : moment(p, dag_op(dag, OP_MUL, basis[k], basis[l], 0));
            gram[k * n + l] = gram[l * n + k] = value;
            good = isfinite(value);
        }
    }
    mem_free(mean);
    mem_free(used);
    for (size_t k = 0; k < n && good; k++)
        for (size_t l = 0; l < k; l++)
            if (fabs(gram[k * n + l]) <= GRAM_NOTHING * sqrt(gram[k * n + k] * gram[l * n + l]))
                gram[k * n + l] = gram[l * n + k] = 0;
    return good;
}

/* gram = rowsᵀ rows with as few rows as its rank, by Cholesky's method with pivots (Golub and Van
   Loan 4th ed. 4.2.8): rows[n][n], returns how many. */
static size_t square_root(double *gram, size_t n, double *rows)
{
    double first = 0;
    for (size_t k = 0; k < n; k++)
        first = fmax(first, gram[k * n + k]);
    for (size_t rank = 0; rank < n; rank++) {
        size_t pivot = 0;
        for (size_t k = 1; k < n; k++)
            if (gram[k * n + k] > gram[pivot * n + pivot])
                pivot = k;
        double size = gram[pivot * n + pivot];
        if (!(size > PIVOT_NOTHING * first))
            return rank;
        double *row = rows + rank * n;
        for (size_t k = 0; k < n; k++)
            row[k] = gram[pivot * n + k] / sqrt(size);
        for (size_t k = 0; k < n; k++)
            for (size_t l = 0; l < n; l++)
                gram[k * n + l] -= row[k] * row[l];
        for (size_t k = 0; k < n; k++)
            gram[pivot * n + k] = gram[k * n + pivot] = 0;
    }
    return n;
}

/* Σ ∇g ∇gᵀ, which is the Fisher information exactly, as the truth's mean is a number in g. */
static struct program *information(struct dag *dag, const uint32_t *jacobian, size_t n, size_t dim)
{
    uint32_t *upper = mem_new(dim * (dim + 1) / 2, sizeof *upper);
    size_t next = 0;
    for (size_t i = 0; i < dim; i++) {
        for (size_t j = i; j < dim; j++) {
            uint32_t sum = dag_const(dag, 0);
            for (size_t r = 0; r < n; r++)
                sum =
                    dag_op(dag, OP_ADD, sum,
                           dag_op(dag, OP_MUL, jacobian[r * dim + i], jacobian[r * dim + j], 0), 0);
            upper[next++] = sum;
        }
    }
    struct program *program = program_new(dag, upper, next);
    mem_free(upper);
    return program;
}

/* Generators in the model's graph, and K = rest + ½ Σ generator². */
static void write_squares(struct population *p, const uint32_t *coefficient, const double *rows,
                          size_t n_rows, size_t n, double rest)
{
    struct model *model = p->model;
    struct dag *dag = model->dag;
    size_t dim = model->dim;
    uint32_t *generators = mem_new(n_rows + 1, sizeof *generators);
    uint32_t sum = dag_const(dag, rest);
    for (size_t r = 0; r < n_rows; r++) {
        uint32_t total = dag_const(dag, 0);
        for (size_t k = 0; k < n; k++) {
            if (rows[r * n + k] == 0)
                continue;
            uint32_t c = graph_copy(p->graph->dag, coefficient[k], dag);
            c = dag_op(dag, OP_MUL, dag_const(dag, rows[r * n + k]), c, 0);
            total = dag_op(dag, OP_ADD, total, c, 0);
        }
        generators[r] = total;
        uint32_t square = dag_powi(dag, total, 2);
        sum = dag_op(dag, OP_ADD, sum, dag_op(dag, OP_MUL, dag_const(dag, 0.5), square, 0), 0);
    }
    model->kl_node = sum;
    model->smooth = model_node_is_smooth(dag, sum);
    population_written(model);
    if (n_rows > 0) {
        uint32_t *jacobian = mem_new(n_rows, dim * sizeof *jacobian);
        for (size_t r = 0; r < n_rows; r++)
            dag_gradient(dag, generators[r], jacobian + r * dim);
        model->n_generators = n_rows;
        model->generators = program_new(dag, generators, n_rows);
        model->generator_jacobian = program_new(dag, jacobian, n_rows * dim);
        p->graph->fisher = information(dag, jacobian, n_rows, dim);
        mem_free(jacobian);
    }
    mem_free(generators);
}

bool population_normal(struct population *p)
{
    uint32_t difference, coefficient[TERMS_MOST], basis[TERMS_MOST];
    double rest;
    if (!normal_difference(p, &difference, &rest))
        return false;
    size_t n =
        dag_collect(p->graph->dag, difference, p->graph->dim, TERMS_MOST, coefficient, basis);
    if (n == 0)
        return false;
    double *gram = mem_new(n, 2 * n * sizeof *gram), *rows = gram + n * n;
    bool good = gram_matrix(p, basis, n, gram);
    if (good)
        write_squares(p, coefficient, rows, square_root(gram, n, rows), n, rest);
    mem_free(gram);
    return good;
}
