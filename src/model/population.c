/* From a likelihood and its truth to K(w), as a sum over rows of numbers or over squares. */
#include "population_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/data.h"
#include "cusp/mem.h"
#include "cusp/rng.h"
#include "data_file.h"
#include "terms.h"

enum {
    CORNERS = 16, /* of the probe points, where functions bend most */
};

#define DATA_ROUNDING 1e-14 /* of L_N: what a sum over its rows is good to */

/* --- the term --------------------------------------------------------------------------------- */

static bool all_normal(const struct law *law)
{
    for (size_t i = 0; i < law->n_parts; i++)
        if (!all_normal(law->parts[i]))
            return false;
    return law->n_parts > 0 || strcmp(law->kind->name, "normal") == 0;
}

/* weight · Σ_c p_c f(log D_c(y) − log p0(y)) over the normal parts D_c. At nodes of the truth the
   exponent is at most −log p0, so that nothing overflows. */
static uint32_t sum_normal(struct dag *dag, const struct law *truth, const struct law *law,
                           enum op f, uint32_t weight, uint32_t log_p0, uint32_t y)
{
    if (law->n_parts == 0) {
        uint32_t ratio;
        if (truth->n_parts == 0)
            ratio = law->kind->log_ratio(dag, y, law->args, truth->args, law->n_args);
        else
            ratio = dag_op(dag, OP_SUB, law_log_density(dag, law, y), log_p0, 0);
        return dag_op(dag, OP_MUL, weight, dag_op(dag, f, ratio, 0, 0), 0);
    }
    uint32_t sum = dag_const(dag, 0);
    for (size_t i = 0; i < law->n_parts; i++) {
        uint32_t share = dag_op(dag, OP_MUL, weight, law->args[i], 0);
        sum =
            dag_op(dag, OP_ADD, sum, sum_normal(dag, truth, law->parts[i], f, share, log_p0, y), 0);
    }
    return sum;
}

/* K is the mean over the truth of r − log(1 + r), r = p/p0 − 1, as that of r is 0: never negative,
   so that nothing cancels near W0. r is exact where a part that is the truth is all there is, and
   where a part that is not has no weight. */
static uint32_t gap_term(struct population *p, uint32_t *ratio, uint32_t *light)
{
    struct dag *dag = p->graph->dag;
    const struct law *truth = p->graph->truth, *output = p->graph->output;
    uint32_t y = dag_var(dag, p->graph->y), one = dag_const(dag, 1);
    if (!all_normal(truth) || !all_normal(output)) {
        *ratio = law_ratio(dag, truth, output, y);
        *light = dag_op(dag, OP_LOG1P_GAP, *ratio, 0, 0);
        return law_gap(dag, truth, output, y);
    }
    uint32_t log_p0 = law_log_density(dag, truth, y);
    *ratio = sum_normal(dag, truth, output, OP_EXPM1, one, log_p0, y);
    *light = dag_op(dag, OP_LOG1P_GAP, *ratio, 0, 0);
    return term_ratio_gap(dag, sum_normal(dag, truth, output, OP_EXP, one, log_p0, y), *ratio);
}

/* KL of log odds η0 against η: with p = 1 / (1 + e^−η) for both answers the gap of p/p0 − 1. */
static void logit_term(struct population *p, const struct law *truth, uint32_t *light,
                       uint32_t *guard)
{
    struct dag *dag = p->graph->dag;
    const struct law *output = p->graph->output;
    if (strcmp(output->kind->name, "bernoulli_logit") != 0 || output->kind != truth->kind)
        return;
    uint32_t yes = dag_op(dag, OP_SIGMOID, truth->args[0], 0, 0), no = term_complement(dag, yes);
    /* (e^d − 1) / (1 + p0 (e^d − 1)), d = η − η0, by tanh(d / 2): enclosures of it stay narrow. */
    uint32_t d = term_sub(dag, output->args[0], truth->args[0]);
    uint32_t t = term_of(dag, OP_TANH, term_scale(dag, 0.5, d));
    uint32_t share = term_scale(
        dag, 2, term_div(dag, t, term_shift(dag, term_mul(dag, term_sub(dag, yes, no), t), 1)));
    guard[0] = term_mul(dag, no, share);
    guard[1] = term_neg(dag, term_mul(dag, yes, share));
    *light = term_add(dag, term_mul(dag, yes, term_of(dag, OP_LOG1P_GAP, guard[0])),
                      term_mul(dag, no, term_of(dag, OP_LOG1P_GAP, guard[1])));
}

/* A known chance of yes as log odds, where the output has them: a chance from log odds that are far
   off rounds to 0, and K would be infinite. */
static struct law truth_by_log_odds(struct population *p, uint32_t *log_odds)
{
    struct law truth = *p->graph->truth;
    const struct law *output = p->graph->output;
    double yes;
    bool both = strcmp(output->kind->name, "bernoulli_logit") == 0 && truth.n_parts == 0 &&
                strcmp(truth.kind->name, "bernoulli") == 0;
    if (both && dag_is_const(p->graph->dag, truth.args[0], &yes) && yes > 0 && yes < 1) {
        truth.kind = output->kind;
        truth.args = log_odds;
        *log_odds = dag_const(p->graph->dag, log(yes) - log1p(-yes));
    }
    return truth;
}

static void set_term(struct population *p)
{
    struct likelihood_graph *graph = p->graph;
    struct dag *dag = graph->dag;
    uint32_t *found = mem_new(graph->output->n_flat + 1, sizeof *found), node = UINT32_MAX;
    uint32_t light = UINT32_MAX, guard[2] = {0, 0};
    if (graph->truth == NULL) {
        node = dag_op(dag, OP_NEG, graph->log_lik, 0, 0);
        p->with_y = true;
    } else {
        uint32_t log_odds;
        struct law truth = truth_by_log_odds(p, &log_odds);
        node = law_kl(dag, &truth, graph->output);
        if (node != UINT32_MAX) {
            p->n_residuals = law_residuals(dag, &truth, graph->output, found);
            logit_term(p, &truth, &light, guard);
        } else {
            node = gap_term(p, &found[0], &light);
            guard[0] = guard[1] = found[0];
            p->n_residuals = 1;
            p->with_y = true;
        }
    }
    p->dag = dag_new(graph->dim + graph->n_inputs + p->with_y);
    p->term = graph_copy(dag, node, p->dag);
    p->light = light == UINT32_MAX ? light : graph_copy(dag, light, p->dag);
    for (size_t k = 0; k < 2 && light != UINT32_MAX; k++)
        p->guard[k] = graph_copy(dag, guard[k], p->dag);
    p->residual = mem_new(p->n_residuals + 1, sizeof *p->residual);
    for (size_t i = 0; i < p->n_residuals; i++)
        p->residual[i] = graph_copy(dag, found[i], p->dag);
    p->smooth = model_node_is_smooth(p->dag, p->term);
    p->program = program_new(p->dag, &p->term, 1);
    mem_free(found);
}

void population_use_logs(struct population *p)
{
    struct likelihood_graph *graph = p->graph;
    uint32_t node = term_sub(graph->dag, graph->truth_log_lik, graph->log_lik);
    p->dag = dag_new(graph->dim + graph->n_inputs + 1);
    p->term = graph_copy(graph->dag, node, p->dag);
    p->program = program_new(p->dag, &p->term, 1);
    p->light = UINT32_MAX;
    p->n_residuals = 0;
    p->logs = true;
    p->smooth = model_node_is_smooth(p->dag, p->term);
}

static void set_points(struct population *p)
{
    size_t dim = p->graph->dim;
    p->points = mem_new(POPULATION_PROBES, dim * sizeof *p->points);
    probe_points(p->model, POPULATION_PROBES - CORNERS, POPULATION_PROBES, p->points);
    for (size_t i = POPULATION_PROBES - CORNERS; i < POPULATION_PROBES; i++) {
        struct rng rng = rng_stream(17, i);
        for (size_t v = 0; v < dim; v++)
            p->points[v * POPULATION_PROBES + i] =
                rng_uniform(&rng) < 0.5 ? p->model->params[v].low : p->model->params[v].high;
    }
}

/* --- ranges and the entropy of the truth ------------------------------------------------------ */

static void set_input_ranges(struct population *p)
{
    struct likelihood *likelihood = p->likelihood;
    size_t n = p->graph->n_inputs;
    likelihood->input_low = mem_new(n + 1, sizeof *likelihood->input_low);
    likelihood->input_high = mem_new(n + 1, sizeof *likelihood->input_high);
    for (size_t i = 0; i < n; i++)
        law_range(p->graph->input[i], p->graph->input_values[i], &likelihood->input_low[i],
                  &likelihood->input_high[i]);
}

static double law_entropy(const struct law *law, const double *values, double *y, double *weight)
{
    double sum = 0;
    if (law->n_parts == 0 && strcmp(law->kind->name, "normal") == 0)
        return log(values[1]) + 0.5 * (1 + log(2 * M_PI));
    size_t n = rule_of_output(law, values, y, weight);
    for (size_t k = 0; k < n; k++)
        if (weight[k] > 0)
            sum -= weight[k] * law_log_density_at(law, values, y[k]);
    return sum;
}

/* −E log q(y | x) and the range of y, over the inputs and nodes of the truth there. */
static void set_output_facts(struct population *p)
{
    struct likelihood *likelihood = p->likelihood;
    struct likelihood_graph *graph = p->graph;
    const struct rows *inputs = &graph->inputs;
    double *values = mem_new(2 * graph->truth->n_flat + 1, sizeof *values);
    double *before = values + graph->truth->n_flat, sum = 0, total = 0, entropy = 0;
    double *y = mem_new(2, DISTRIBUTION_MAX_NODES * sizeof *y),
           *weight = y + DISTRIBUTION_MAX_NODES;
    double at[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS] = {0};
    likelihood->output_low = INFINITY;
    likelihood->output_high = -INFINITY;
    for (size_t r = 0; r < inputs->n; r++) {
        double low, high;
        for (size_t i = 0; i < graph->n_inputs; i++)
            at[graph->dim + i] = inputs->column[i][r];
        program_point(graph->truth_values, p->space, at, values);
        if (law_fault(graph->truth, values) != NULL)
            continue; /* said where arguments are checked */
        if (r == 0 || memcmp(values, before, graph->truth->n_flat * sizeof *values) != 0)
            entropy = law_entropy(graph->truth, values, y, weight);
        memcpy(before, values, graph->truth->n_flat * sizeof *values);
        sum += inputs->weight[r] * entropy;
        total += inputs->weight[r];
        law_range(graph->truth, values, &low, &high);
        likelihood->output_low = fmin(likelihood->output_low, low);
        likelihood->output_high = fmax(likelihood->output_high, high);
    }
    likelihood->truth_entropy = total > 0 ? sum / total : NAN;
    mem_free(y);
    mem_free(values);
}

/* --- real data -------------------------------------------------------------------------------- */

static double least_of(const double *values, size_t n, int sign)
{
    double best = INFINITY;
    for (size_t i = 0; i < n; i++)
        best = fmin(best, sign * values[i]);
    return sign * best;
}

/* All rows of the file, equal ones as one, each with its share of N, with their last column or
   without. */
static void copy_data(const struct data *data, size_t n_columns, struct row_set *rows)
{
    uint32_t *first = mem_new(data->n, sizeof *first);
    double *count = mem_new(data->n, sizeof *count);
    size_t kinds = data_kinds(data, n_columns, data->n, first, count);
    row_set_init(rows, n_columns, kinds);
    for (size_t r = 0; r < kinds; r++) {
        double values[LIKELIHOOD_MAX_INPUTS + 1];
        for (size_t c = 0; c < n_columns; c++)
            values[c] = data->column[c][first[r]];
        row_set_add(rows, values, count[r] / (double)data->n);
    }
    mem_free(first);
    mem_free(count);
}

/* The rows of K: as few as carry the likelihood of the file, over N; and the term that goes with
   them. */
static enum status reduce_data(struct population *p)
{
    const struct data *data = p->model->file_data;
    struct data_rows few;
    enum status status = data_reduce(p->model, data, data->n, &few);
    if (status != ST_OK)
        return status;
    size_t n_columns = few.rows.n_columns;
    double *values = mem_new(n_columns + 1, sizeof *values);
    row_set_init(&p->rows, n_columns, few.rows.n);
    for (size_t r = 0; r < few.rows.n; r++) {
        for (size_t c = 0; c < n_columns; c++)
            values[c] = few.rows.column[c][r];
        double weight = few.rows.weight != NULL ? few.rows.weight[r] : 1;
        row_set_add(&p->rows, values, weight / (double)data->n);
    }
    if (few.is_reduced) {
        dag_free(p->dag);
        p->dag = dag_new(p->graph->dim + n_columns);
        p->term = graph_copy(few.dag, few.log_lik_node, p->dag);
        p->term = dag_op(p->dag, OP_NEG, p->term, 0, 0);
    }
    mem_free(values);
    data_rows_done(&few);
    return ST_OK;
}

static enum status data_rows_of(struct population *p)
{
    const struct data *data = p->model->file_data;
    struct likelihood *likelihood = p->likelihood;
    size_t n_inputs = p->graph->n_inputs;
    struct row_set rows;
    enum status status = reduce_data(p);
    if (status != ST_OK)
        return status;
    copy_data(data, n_inputs, &rows);
    p->graph->inputs = row_set_take(&rows);
    for (size_t i = 0; i < n_inputs; i++) {
        likelihood->input_low[i] = least_of(data->column[i], data->n, 1);
        likelihood->input_high[i] = least_of(data->column[i], data->n, -1);
    }
    likelihood->output_low = least_of(data->column[n_inputs], data->n, 1);
    likelihood->output_high = least_of(data->column[n_inputs], data->n, -1);
    likelihood->kl_how = "the mean over the rows of the data, less its least";
    return ST_OK;
}

/* Keeps what K is made of until its least is known, and shows the file as the population. */
static void keep_data_sum(struct population *p)
{
    struct likelihood_graph *graph = p->graph;
    graph->sum_rows = row_set_take(&p->rows);
    graph->sum_dag = p->dag;
    graph->sum_term = p->term;
    p->dag = NULL;
    copy_data(p->model->file_data, graph->n_inputs + 1, &p->rows);
}

/* --- all of it -------------------------------------------------------------------------------- */

static void finish(struct population *p)
{
    program_free(p->program);
    if (p->dag != NULL)
        dag_free(p->dag);
    mem_free(p->residual);
    mem_free(p->points);
    mem_free(p->arguments);
    program_space_free(p->space);
}

static enum status too_large(struct population *p)
{
    diags_add(p->diags, SEV_ERROR, p->syntax->file, p->syntax->source, p->syntax->outputs[0].at,
              "this likelihood is too large: its derivatives do not fit");
    return ST_INPUT;
}

static enum status build(struct population *p)
{
    set_input_ranges(p);
    if (p->graph->truth == NULL) {
        enum status rows = data_rows_of(p), sums = rows == ST_OK ? population_sums(p) : rows;
        if (rows == ST_OK)
            keep_data_sum(p);
        return rows != ST_OK || sums == ST_OK ? rows : too_large(p);
    }
    if (!p->with_y && population_normal(p)) {
        p->likelihood->kl_error = 0;
        p->likelihood->kl_how = "exact, from the moments of the inputs";
        population_plain_nodes(p);
        set_output_facts(p);
        return dag_full(p->model->dag) ? too_large(p) : ST_OK;
    }
    enum status status = population_nodes(p);
    if (status != ST_OK)
        return status;
    set_output_facts(p);
    population_prune(p);
    population_merge(p);
    return population_sums(p) == ST_OK ? ST_OK : too_large(p);
}

void population_shift(struct model *model, double least, const double *at)
{
    struct population p = {
        .model = model, .likelihood = model->likelihood, .graph = model->likelihood->graph};
    struct likelihood_graph *graph = p.graph;
    const struct rows *rows = &graph->sum_rows;
    double *values = mem_new(rows->n_columns + 1, sizeof *values), total = 0;
    row_set_init(&p.rows, rows->n_columns, rows->n);
    for (size_t r = 0; r < rows->n; r++) {
        for (size_t c = 0; c < rows->n_columns; c++)
            values[c] = rows->column[c][r];
        row_set_add(&p.rows, values, rows->weight[r]);
        total += rows->weight[r];
    }
    mem_free(values);
    p.space = program_space_new();
    p.light = UINT32_MAX;
    p.smooth = model->smooth;
    p.dag = graph->sum_dag;
    graph->sum_dag = NULL;
    uint32_t shift = dag_const(p.dag, least / total);
    p.term = dag_op(p.dag, OP_SUB, graph->sum_term, shift, 0);
    program_free(model->kl);
    program_free(model->kl_grad);
    program_free(model->kl_hess);
    if (population_sums(&p) != ST_OK) /* it has been built before, but for one node */
        model->kl_node = MODEL_NO_NODE;
    row_set_done(&p.rows);
    finish(&p);
    model->kl_min = 0;
    model->has_zero = true;
    model->kl_tolerance = DATA_ROUNDING * (fabs(least) + model->kl_scale);
    memcpy(model->kl_min_at, at, model->dim * sizeof *at);
}

enum status population_build(const struct syntax *syntax, struct model *model, struct diags *diags)
{
    struct population p = {.syntax = syntax,
                           .model = model,
                           .diags = diags,
                           .likelihood = model->likelihood,
                           .graph = model->likelihood->graph};
    p.space = program_space_new();
    set_term(&p);
    set_points(&p);
    enum status status = dag_full(p.dag) || dag_full(p.graph->dag) ? too_large(&p) : build(&p);
    if (p.rows.column != NULL)
        p.likelihood->population = row_set_take(&p.rows);
    finish(&p);
    return status;
}
