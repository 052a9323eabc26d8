/* The posterior on a data set as a model of its own: K is the data's own loss above its least. */
#include <math.h>
#include <string.h>

#include "cusp/data.h"

#include "cusp/mem.h"
#include "likelihood_graph.h"
#include "model_parts.h"

enum {
    MAX_DIM = 3,
    MAX_STEPS = 20000, /* operations of K written out over its rows */
    N_STARTS = 1 + (1 << MAX_DIM),
    N_PROBES = 512,
    N_SCALES = 65, /* points whose median is taken for a scale */
    MAX_GENERATORS = 256,
};

/* In nats of all the data: a least loss that does not stand out from 0 is left where it is. */
#define NEGLIGIBLE 1e-10

struct builder {
    const struct model *base;
    const struct data_rows *rows;
    struct program_space *space;
    struct model *model;
    double n, beta;
    double log_scale;
    double terms; /* Σ |terms| of K where it is least: what rounding is a part of */
};

static char *copy_text(const char *text)
{
    return text != NULL ? mem_copy_text(text, strlen(text)) : NULL;
}

/* --- what it shares with the model ------------------------------------------------------------ */

static void copy_names(char **from, size_t n, char ***to, size_t *count)
{
    *to = mem_new(n + 1, sizeof **to);
    *count = n;
    for (size_t i = 0; i < n; i++)
        (*to)[i] = copy_text(from[i]);
}

static void copy_facts(const struct model *base, double n, struct model *model)
{
    struct text formula;
    text_init(&formula);
    text_addf(&formula, "K = L_n - least L_n, n = %.0f", n);
    model->name = copy_text(base->name);
    model->path = copy_text(base->path);
    model->text = copy_text(base->text);
    model->title = copy_text(base->title);
    model->about = copy_text(base->about);
    model->cite = copy_text(base->cite);
    model->formula = copy_text(text_get(&formula));
    model->formula_ascii = copy_text(text_get(&formula));
    text_done(&formula);
    model->kind = MODEL_POTENTIAL;
    model->dim = base->dim;
    model->params = mem_new(base->dim + 1, sizeof *model->params);
    for (size_t i = 0; i < base->dim; i++) {
        model->params[i] = base->params[i];
        model->params[i].name = copy_text(base->params[i].name);
    }
    model->knobs = mem_new(base->n_knobs + 1, sizeof *model->knobs);
    model->n_knobs = base->n_knobs;
    for (size_t i = 0; i < base->n_knobs; i++) {
        model->knobs[i] = base->knobs[i];
        model->knobs[i].name = copy_text(base->knobs[i].name);
    }
    model->settings = mem_new(base->n_settings + 1, sizeof *model->settings);
    model->n_settings = base->n_settings;
    for (size_t i = 0; i < base->n_settings; i++) {
        model->settings[i] = base->settings[i];
        model->settings[i].name = copy_text(base->settings[i].name);
    }
    copy_names(base->regions, base->n_regions, &model->regions, &model->n_regions);
    copy_names(base->observables, base->n_observables, &model->observables, &model->n_observables);
    memcpy(model->view, base->view, sizeof model->view);
    model->expects = mem_new(1, sizeof *model->expects); /* claims are about the true K */
    model->shares = model_ref((struct model *)(uintptr_t)base);
    model->log_prior = base->log_prior;
    model->log_prior_norm = base->log_prior_norm;
    model->region_tests = base->region_tests;
    model->observable_values = base->observable_values;
    atomic_init(&model->references, 1);
}

/* --- where the likelihood is greatest, roughly ------------------------------------------------ */

/* The likeliest of the points that were tried, and the likeliest of each part of the box. */
struct starts {
    double best, value[N_STARTS];
    size_t first; /* which of them is the likeliest */
    double w[N_STARTS][MAX_DIM];
};

/* Part 0 is where the truth is; the others are the box cut in half along each axis. */
static size_t part_of(const struct model *model, const double *w)
{
    size_t part = 0;
    for (size_t v = 0; v < model->dim; v++) {
        double middle = (model->params[v].low + model->params[v].high) / 2;
        part += (size_t)(w[v] > middle) << v;
    }
    return 1 + part;
}

static void find_starts(const struct builder *b, struct starts *starts)
{
    size_t dim = b->base->dim, n = N_PROBES;
    double *points = mem_new((dim + 1) * n, sizeof *points), *values = points + dim * n;
    const double *vars[MAX_DIM];
    double w[MAX_DIM];
    for (size_t i = 0; i < n; i++) {
        probe_point(b->base, i, w);
        for (size_t v = 0; v < dim; v++)
            points[v * n + i] = i == 0 ? b->base->kl_min_at[v] : w[v];
    }
    for (size_t v = 0; v < dim; v++)
        vars[v] = points + v * n;
    program_sum(b->rows->log_lik, b->space, dim, vars, n, &b->rows->rows, &values);
    starts->best = -INFINITY;
    for (size_t s = 0; s < N_STARTS; s++)
        starts->value[s] = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        for (size_t v = 0; v < dim; v++)
            w[v] = points[v * n + i];
        size_t part = i == 0 ? 0 : part_of(b->base, w);
        if (!(values[i] > starts->value[part])) /* NaN too */
            continue;
        starts->value[part] = values[i];
        memcpy(starts->w[part], w, dim * sizeof *w);
        if (values[i] > starts->best) {
            starts->best = values[i];
            starts->first = part;
        }
    }
    mem_free(points);
}

/* --- K ---------------------------------------------------------------------------------------- */

/* Node of one row in the model's graph: its residual, or its log-likelihood. */
static uint32_t row_node(const struct builder *b, const struct dag *from, uint32_t node, size_t r,
                         double scale)
{
    uint32_t map[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 2];
    size_t dim = b->model->dim;
    for (size_t v = 0; v < dim; v++)
        map[v] = dag_var(b->model->dag, (uint32_t)v);
    for (size_t c = 0; c < b->rows->rows.n_columns; c++)
        map[dim + c] = dag_const(b->model->dag, scale * b->rows->rows.column[c][r]);
    return dag_copy(from, node, b->model->dag, map);
}

static double row_weight(const struct builder *b, size_t r)
{
    return b->rows->rows.weight != NULL ? b->rows->rows.weight[r] : 1;
}

/* Σ terms[n] by halves: its rounding and its height grow like log n. */
static uint32_t sum_nodes(struct dag *dag, const uint32_t *terms, size_t n)
{
    if (n == 0)
        return dag_const(dag, 0);
    if (n == 1)
        return terms[0];
    return dag_op(dag, OP_ADD, sum_nodes(dag, terms, n / 2),
                  sum_nodes(dag, terms + n / 2, n - n / 2), 0);
}

/* Residuals linear in their columns: K = ½ Σ (√(β/n) residual)². */
static uint32_t squares_node(struct builder *b)
{
    struct dag *dag = b->model->dag;
    size_t n = b->rows->rows.n;
    uint32_t *terms = mem_new(n + 1, sizeof *terms);
    for (size_t r = 0; r < n; r++)
        terms[r] = dag_powi(
            dag, row_node(b, b->rows->dag, b->rows->residual_node, r, sqrt(b->beta / b->n)), 2);
    uint32_t sum = sum_nodes(dag, terms, n);
    mem_free(terms);
    return dag_op(dag, OP_MUL, sum, dag_const(dag, 0.5), 0);
}

/* (β/n) Σ weight (log p(row | at) − log p(row | w)): differences from a likely point are small. */
static uint32_t losses_node(struct builder *b, const double *at)
{
    const struct likelihood_graph *graph = b->base->likelihood->graph;
    const struct dag *from = b->rows->is_reduced ? b->rows->dag : graph->dag;
    uint32_t node = b->rows->is_reduced ? b->rows->log_lik_node : graph->log_lik;
    struct dag *dag = b->model->dag;
    size_t n = b->rows->rows.n, dim = b->model->dim;
    uint32_t *terms = mem_new(n + 1, sizeof *terms);
    for (size_t r = 0; r < n; r++) {
        double vars[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 2], log_lik;
        double share = b->beta * row_weight(b, r) / b->n;
        memcpy(vars, at, dim * sizeof *at);
        for (size_t c = 0; c < b->rows->rows.n_columns; c++)
            vars[dim + c] = b->rows->rows.column[c][r];
        program_point(b->rows->log_lik, b->space, vars, &log_lik);
        terms[r] =
            dag_op(dag, OP_MUL,
                   dag_op(dag, OP_SUB, dag_const(dag, log_lik), row_node(b, from, node, r, 1), 0),
                   dag_const(dag, share), 0);
        b->log_scale += b->beta * row_weight(b, r) * log_lik;
        b->terms += share * fabs(log_lik);
    }
    uint32_t sum = sum_nodes(dag, terms, n);
    mem_free(terms);
    return sum;
}

static void free_programs(struct model *model)
{
    program_free(model->kl);
    program_free(model->kl_grad);
    program_free(model->kl_hess);
    model->kl = model->kl_grad = model->kl_hess = NULL;
}

static void make_programs(struct model *model)
{
    size_t dim = model->dim;
    uint32_t out[1 + MAX_DIM + MAX_DIM * (MAX_DIM + 1) / 2];
    out[0] = model->kl_node;
    model->kl = program_new(model->dag, out, 1);
    dag_gradient(model->dag, model->kl_node, out + 1);
    model->kl_grad = program_new(model->dag, out, 1 + dim);
    dag_hessian(model->dag, model->kl_node, out + 1 + dim);
    model->kl_hess = program_new(model->dag, out, 1 + dim + dim * (dim + 1) / 2);
}

static void make_generators(struct model *model)
{
    uint32_t found[MAX_GENERATORS], jacobian[MAX_GENERATORS * MAX_DIM];
    size_t n = dag_generators(model->dag, model->kl_node, found, MAX_GENERATORS);
    if (n == 0 || n == MAX_GENERATORS)
        return;
    model->n_generators = n;
    model->generators = program_new(model->dag, found, n);
    for (size_t i = 0; i < n; i++)
        dag_gradient(model->dag, found[i], jacobian + i * model->dim);
    model->generator_jacobian = program_new(model->dag, jacobian, n * model->dim);
}

static double value_at(const struct builder *b, const double *w)
{
    double value;
    program_point(b->model->kl, b->space, w, &value);
    return isnan(value) ? INFINITY : value;
}

/* Downhill from every start: the least is ŵ. */
static double find_least(struct builder *b, const struct starts *starts)
{
    double least = INFINITY;
    for (size_t s = 0; s < N_STARTS; s++) {
        double w[SYNTAX_MAX_PARAMS];
        if (starts->value[s] == -INFINITY)
            continue;
        memcpy(w, starts->w[s], sizeof starts->w[s]);
        double value = value_at(b, w);
        if (isfinite(value))
            value = descend(b->model, b->space, -INFINITY, w);
        if (value < least) {
            least = value;
            memcpy(b->model->kl_min_at, w, b->model->dim * sizeof *w);
        }
    }
    return least;
}

/* Moves K up or down so that its least is 0, and what rounding may do to it stays above. */
static void shift(struct builder *b, double least)
{
    struct model *model = b->model;
    double slack = 16 * 2.2e-16 * (b->terms + fabs(least));
    model->kl_min = least;
    if (fabs(least) * b->n <= NEGLIGIBLE && least >= 0 && b->rows->residual_node != UINT32_MAX)
        return;
    double by = least - slack;
    model->kl_node = dag_op(model->dag, OP_SUB, model->kl_node, dag_const(model->dag, by), 0);
    b->log_scale -= b->n * by;
    free_programs(model);
    make_programs(model);
    model->kl_min = slack;
}

/* Medians over the box. */
static void find_scales(struct builder *b)
{
    struct model *model = b->model;
    size_t dim = model->dim, n_upper = dim * (dim + 1) / 2, n = 0;
    double kl[N_SCALES], hess[N_SCALES];
    for (size_t i = 0; i < N_SCALES; i++) {
        double w[MAX_DIM], out[1 + MAX_DIM + MAX_DIM * (MAX_DIM + 1) / 2], square = 0;
        probe_point(model, probe_n_plain(dim) + i, w);
        program_point(model->kl_hess, b->space, w, out);
        for (size_t k = 0; k < n_upper; k++)
            square += out[1 + dim + k] * out[1 + dim + k];
        if (!isfinite(out[0]) || !isfinite(square))
            continue;
        kl[n] = fabs(out[0]);
        hess[n++] = sqrt(square);
    }
    model->kl_scale = n > 0 ? probe_select(kl, n, n / 2) : 1;
    model->hess_scale = n > 0 ? probe_select(hess, n, n / 2) : 1;
    model->kl_scale = model->kl_scale > 0 ? model->kl_scale : 1;
    model->hess_scale = model->hess_scale > 0 ? model->hess_scale : 1;
    model->kl_tolerance = fmax(MODEL_ZERO_TOLERANCE * model->kl_scale, 2 * model->kl_min);
    model->has_zero = true;
}

static enum status build(struct builder *b, const char **why)
{
    struct starts starts;
    struct model *model = b->model;
    size_t dim = model->dim;
    find_starts(b, &starts);
    if (starts.best == -INFINITY) {
        *why = "these data are impossible at every parameter that was tried";
        return ST_DOMAIN;
    }
    model->dag = dag_new(dim);
    b->log_scale = b->beta * b->rows->constant;
    model->kl_node = b->rows->residual_node != UINT32_MAX ? squares_node(b)
                                                          : losses_node(b, starts.w[starts.first]);
    if (dag_full(model->dag)) {
        *why = "its loss has too many terms to integrate over";
        return ST_UNABLE;
    }
    model->smooth = model_node_is_smooth(model->dag, model->kl_node);
    make_programs(model);
    double least = find_least(b, &starts);
    if (!isfinite(least)) {
        *why = "no greatest likelihood was found";
        return ST_DOMAIN;
    }
    shift(b, least);
    make_generators(model);
    find_scales(b);
    return ST_OK;
}

enum status model_empirical(const struct model *model, const struct data *data, size_t n,
                            double beta, double *log_scale, const char **why, struct model **out)
{
    struct data_rows rows;
    *out = NULL;
    *why = "";
    if (model->dim > MAX_DIM) {
        *why = "it has more than three parameters";
        return ST_UNABLE;
    }
    if (!(beta > 0 && isfinite(beta))) {
        *why = "the inverse temperature must be positive";
        return ST_DOMAIN;
    }
    enum status status = data_reduce(model, data, n, &rows);
    if (status != ST_OK) {
        *why = "there are no such data";
        return status;
    }
    if (rows.rows.n * program_n_steps(rows.log_lik) > MAX_STEPS) {
        *why = "its loss has too many terms to integrate over";
        data_rows_done(&rows);
        return ST_UNABLE;
    }
    struct builder b = {.base = model, .rows = &rows, .n = (double)n, .beta = beta};
    b.space = program_space_new();
    b.model = mem_new(1, sizeof *b.model);
    copy_facts(model, b.n, b.model);
    status = build(&b, why);
    *log_scale = b.log_scale;
    program_space_free(b.space);
    data_rows_done(&rows);
    if (status != ST_OK) {
        model_unref(b.model);
        return status;
    }
    *out = b.model;
    return ST_OK;
}
