/* Inputs at which a network is compared with its truth, fewer and better placed than the nodes on
 * which K is summed: some of those, the domain's corners, and close to where units switch. */
#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "likelihood_graph.h"
#include "zeros_many.h"

enum {
    ROWS_PER_PARAM = 12,
    ROWS_LEAST = 64,
    CORNERS_MOST = 6, /* inputs: beyond, corners are too many */
    PLACES = 3,       /* along a boundary */
    DISTANCES = 6,
    TRIES = 40 /* for a place on a boundary within the domain */
};

/* Of the domain's half-width: how far from a boundary. A kink that moves by more is seen. */
static const double distances[DISTANCES] = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};

struct row_list {
    size_t n, n_inputs, capacity;
    double *x; /* [n][n_inputs] */
};

static void add_row(struct row_list *list, const double *x)
{
    if (list->n == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 256;
        list->x = mem_resize(list->x, list->capacity, list->n_inputs * sizeof *list->x);
    }
    memcpy(list->x + list->n++ * list->n_inputs, x, list->n_inputs * sizeof *x);
}

/* n of the rows, each with a chance that goes with its weight. */
static void add_nodes(struct row_list *list, const struct rows *rows, size_t n, struct rng *rng)
{
    double total = 0, before = 0, x[LIKELIHOOD_MAX_INPUTS];
    size_t r = 0;
    for (size_t i = 0; i < rows->n; i++)
        total += rows->weight ? rows->weight[i] : 1;
    for (size_t k = 0; k < n; k++) {
        double at = total * ((double)k + rng_uniform(rng)) / (double)n;
        while (r + 1 < rows->n && before + (rows->weight ? rows->weight[r] : 1) < at)
            before += rows->weight ? rows->weight[r++] : (r++, 1);
        for (size_t i = 0; i < list->n_inputs; i++)
            x[i] = rows->column[i][r];
        add_row(list, x);
    }
}

static void add_corners(struct row_list *list, const struct network_domain *domain)
{
    double x[LIKELIHOOD_MAX_INPUTS];
    for (size_t k = 0; domain->n <= CORNERS_MOST && k < (size_t)1 << domain->n; k++) {
        for (size_t i = 0; i < domain->n; i++)
            x[i] = k >> i & 1 ? domain->high[i] : domain->low[i];
        add_row(list, x);
    }
}

/* A place in the domain with ⟨w, x⟩ + b = 0; false if none was met. */
static bool find_place(const struct network_domain *domain, const double *w, double b,
                       struct rng *rng, double *x)
{
    for (int k = 0; k < TRIES; k++) {
        double z = b, square = 0;
        bool inside = true;
        for (size_t i = 0; i < domain->n; i++) {
            x[i] = domain->low[i] + (domain->high[i] - domain->low[i]) * rng_uniform(rng);
            z += w[i] * x[i];
            square += w[i] * w[i];
        }
        for (size_t i = 0; i < domain->n && square > 0; i++) {
            x[i] -= z * w[i] / square;
            inside = inside && x[i] >= domain->low[i] && x[i] <= domain->high[i];
        }
        if (inside && square > 0)
            return true;
    }
    return false;
}

static void add_boundary(struct row_list *list, const struct network_domain *domain,
                         const double *w, double b, struct rng *rng)
{
    double at[LIKELIHOOD_MAX_INPUTS], x[LIKELIHOOD_MAX_INPUTS], square = 0;
    for (size_t i = 0; i < domain->n; i++)
        square += w[i] * w[i];
    for (int k = 0; k < PLACES; k++) {
        if (!find_place(domain, w, b, rng, at))
            return;
        for (int side = 0; side < 2 * DISTANCES; side++) {
            double distance = distances[side / 2] * (side % 2 ? 1 : -1) / sqrt(square);
            for (size_t i = 0; i < domain->n; i++)
                x[i] = at[i] + distance * w[i] * (domain->high[i] - domain->low[i]) / 2;
            add_row(list, x);
        }
    }
}

static void add_boundaries(struct row_list *list, const struct network_domain *domain,
                           const struct network *network, const double *at, struct rng *rng)
{
    double w[LIKELIHOOD_MAX_INPUTS];
    for (size_t i = 0; i < network->n_units; i++) {
        const struct network_unit *unit = &network->units[i];
        for (size_t k = 0; k < network->n_inputs; k++)
            w[k] = network_value(&unit->w[k], at);
        add_boundary(list, domain, w, network_value(&unit->b, at), rng);
    }
}

/* (mean − the truth's mean) / sd at the rows, and its derivatives by w. */
static void build_programs(struct many *many, const struct row_list *list, double sd)
{
    const struct likelihood_graph *graph = many->model->likelihood->graph;
    size_t d = many->dim, n = d + list->n_inputs;
    struct dag *dag = dag_new(n);
    uint32_t *map = mem_new(n + 1, sizeof *map), *gradient = mem_new(n, sizeof *gradient);
    for (size_t v = 0; v < n; v++)
        map[v] = dag_var(dag, (uint32_t)v);
    map[n] = dag_const(dag, 0); /* y, which means do not hold */
    uint32_t mean = dag_copy(graph->dag, graph->mean, dag, map);
    uint32_t truth = dag_copy(graph->dag, graph->truth_mean, dag, map);
    uint32_t residual = dag_op(dag, OP_SUB, mean, truth, 0);
    residual = dag_op(dag, OP_MUL, dag_const(dag, 1 / sd), residual, 0);
    dag_gradient(dag, residual, gradient);
    double *columns = mem_new(list->n + 1, (list->n_inputs + 1) * sizeof *columns);
    double *weight = columns + list->n * list->n_inputs;
    const double **column = mem_new(list->n_inputs, sizeof *column);
    for (size_t i = 0; i < list->n_inputs; i++)
        column[i] = columns + i * list->n;
    for (size_t r = 0; r < list->n; r++) {
        weight[r] = 1 / sqrt((double)list->n);
        for (size_t i = 0; i < list->n_inputs; i++)
            columns[i * list->n + r] = list->x[r * list->n_inputs + i];
    }
    struct rows rows = {list->n, list->n_inputs, column, weight};
    many->own_value = program_new_rows(dag, &residual, 1, d, &rows, false);
    many->own_jacobian = program_new_rows(dag, gradient, d, d, &rows, false);
    many->n_f = list->n;
    mem_free(column);
    mem_free(columns);
    mem_free(map);
    mem_free(gradient);
    dag_free(dag);
}

/* A normal output of one known spread, so that K is 0 exactly where the means agree. */
static bool is_plain(const struct model *model, double *sd)
{
    const struct likelihood_graph *graph = model->likelihood->graph;
    double sd0;
    return graph->truth != NULL && strcmp(graph->output->kind->name, "normal") == 0 &&
           strcmp(graph->truth->kind->name, "normal") == 0 &&
           dag_is_const(graph->dag, graph->output->args[1], sd) &&
           dag_is_const(graph->dag, graph->truth->args[1], &sd0) && *sd == sd0 && *sd > 0 &&
           graph->inputs.n > 0 && graph->inputs.n_columns >= graph->n_inputs;
}

void many_init_network(struct many *many, const struct model *model, const struct network *network,
                       const struct network *truth, const double *at, const struct cancel *cancel)
{
    double sd = 1;
    many_prepare(many, model, cancel);
    bool kinked = network != NULL && (network->act == OP_RELU || network->act == OP_LEAKY_RELU);
    if (truth != NULL && kinked && is_plain(model, &sd)) {
        struct network_domain domain;
        struct rng rng = rng_stream(1, 2);
        const struct rows *inputs = &model->likelihood->graph->inputs;
        struct row_list list = {.n_inputs = network->n_inputs};
        size_t n = ROWS_PER_PARAM * model->dim;
        network_domain(model, &domain);
        add_nodes(&list, inputs, n > ROWS_LEAST ? n : ROWS_LEAST, &rng);
        add_corners(&list, &domain);
        add_boundaries(&list, &domain, truth, NULL, &rng);
        if (at != NULL)
            add_boundaries(&list, &domain, network, at, &rng);
        build_programs(many, &list, sd);
        mem_free(list.x);
    }
    many_weigh(many);
}
