/* A model confined to the neighbourhood of a point, and what it gives by integration. */
#include "local.h"

#include <math.h>
#include <string.h>

#include "../sgld_private.h"
#include "cusp/dag.h"
#include "cusp/integral.h"

/* Standard deviations of the pull beyond which nothing lies. */
#define REACH 8
/* Operations of K that one integral may take: about a second. */
#define MOST_WORK 2e8
#define DEAR 4
/* What an integral's error may be, of itself and beside its value, to be of any use. */
#define LEAST_USE 0.02
#define LEAST_SHARE 0.05
/* Evaluations of K that are too few to begin with, by dimension. */
static const double least_budget[INTEGRAL_MAX_DIM + 1] = {0, 1e3, 1e4, 1e6};
static const double tolerances[INTEGRAL_MAX_DIM + 1] = {0, 1e-8, 1e-5, 4e-4};

static struct program *pull_program(size_t dim, const double *at, double gamma)
{
    struct dag *dag = dag_new(dim);
    uint32_t sum = dag_const(dag, 0);
    for (size_t k = 0; k < dim; k++) {
        uint32_t away = dag_op(dag, OP_SUB, dag_var(dag, (uint32_t)k), dag_const(dag, at[k]), 0);
        sum = dag_op(dag, OP_ADD, sum, dag_powi(dag, away, 2), 0);
    }
    sum = dag_op(dag, OP_MUL, sum, dag_const(dag, -gamma / 2), 0);
    struct program *program = program_new(dag, &sum, 1);
    dag_free(dag);
    return program;
}

/* Moves w[dim] to where K is least near it, inside the box; K there. */
static double descend(const struct model *model, double *w)
{
    struct sgld_source source = {.model = model, .n = 1e6, .scale = 1};
    struct sgld_loss loss;
    double value, gradient[SYNTAX_MAX_PARAMS];
    for (size_t k = 0; k < model->dim; k++)
        w[k] = fmin(fmax(w[k], model->params[k].low), model->params[k].high);
    sgld_loss_init(&loss, &source, 1, 0, (struct rng){0});
    sgld_least(&loss, w);
    sgld_loss_eval(&loss, w, &value, gradient);
    sgld_loss_done(&loss);
    return value;
}

/* Where K is least, which integration measures K from: near `at`, which may be a saddle, or near
   where the base has its least. */
static enum status find_least(struct model *model, const double *at)
{
    double here[SYNTAX_MAX_PARAMS];
    memcpy(here, at, model->dim * sizeof *here);
    double value = descend(model, model->kl_min_at), near = descend(model, here);
    if (near < value || !isfinite(value)) {
        memcpy(model->kl_min_at, here, model->dim * sizeof *here);
        value = near;
    }
    model->has_zero = value <= model->kl_tolerance;
    model->kl_min = model->has_zero ? fmin(value, 0) : value;
    return isfinite(value) ? ST_OK : ST_DOMAIN;
}

/* K, wherever the law can reach. */
static bool is_defined(const struct model *model)
{
    struct program_space *space = program_space_new();
    struct interval box[SYNTAX_MAX_PARAMS], k;
    for (size_t i = 0; i < model->dim; i++)
        box[i] = interval_of(model->params[i].low, model->params[i].high);
    program_interval(model->kl, space, box, &k);
    program_space_free(space);
    return k.defined;
}

enum status local_model_init(struct local_model *local, const struct model *base, const double *at,
                             double gamma, bool walls)
{
    struct model *model = &local->model;
    memcpy(model, base, sizeof *model);
    local->log_prior = NULL;
    model->params = local->params;
    model->n_regions = 0;
    model->region_tests = NULL;
    double reach = gamma > 0 ? REACH / sqrt(gamma) : INFINITY;
    for (size_t k = 0; k < base->dim; k++) {
        double low = at[k] - reach, high = at[k] + reach;
        if (walls) {
            low = fmax(low, base->params[k].low);
            high = fmin(high, base->params[k].high);
        }
        local->params[k] = base->params[k];
        local->params[k].low = low;
        local->params[k].high = high;
        if (!(low < high) || !isfinite(high - low))
            return ST_DOMAIN;
    }
    enum status status = walls || is_defined(model) ? find_least(model, at) : ST_DOMAIN;
    if (status == ST_OK && gamma > 0)
        local->log_prior = pull_program(base->dim, at, gamma);
    model->log_prior = local->log_prior;
    model->log_prior_norm = gamma > 0 ? NAN : log(model_box_volume(model));
    return status;
}

void local_model_done(struct local_model *local)
{
    program_free(local->log_prior);
    local->log_prior = NULL;
}

size_t local_budget(const struct model *model)
{
    double each = (double)program_n_steps(model->kl) + 1;
    if (model->kl_node == MODEL_NO_NODE)
        each *= (double)model->likelihood->population.n + 1;
    if (model->likelihood != NULL || model->shares != NULL)
        each *= DEAR; /* logarithms, exponentials */
    double budget = MOST_WORK / each;
    return budget < least_budget[model->dim] ? 0 : (size_t)budget;
}

static enum status mean_loss(const struct local_model *local, const double *at, double heat,
                             size_t threads, const struct cancel *cancel, double *mean,
                             double *error)
{
    const struct model *model = &local->model;
    size_t budget = local_budget(model);
    struct integral_options options = {.n_min = fmin(heat, 1),
                                       .n_max = fmax(heat, 1),
                                       .threads = threads,
                                       .evidence_only = true,
                                       .tolerance = tolerances[model->dim],
                                       .budget = budget};
    if (budget == 0)
        return ST_UNABLE;
    struct integral *integral = NULL;
    struct evidence row;
    double k;
    enum status status = integral_new(model, &options, cancel, &integral);
    if (status == ST_OK)
        status = integral_evidence(integral, &heat, 1, &row);
    integral_free(integral);
    if (status != ST_OK)
        return status;
    struct program_space *space = program_space_new();
    program_point(model->kl, space, at, &k);
    program_space_free(space);
    *mean = row.mean_nk - heat * k;
    *error = row.mean_nk_error;
    if (!isfinite(*mean))
        return ST_DOMAIN;
    return *error <= LEAST_USE + LEAST_SHARE * fabs(*mean) ? ST_OK : ST_UNABLE;
}

/* Without a pull the law is the posterior, whose integral others share. */
static bool whole_box(const struct estimator_setup *setup, const double *at, double beta,
                      const struct cancel *cancel, double *mean, double *error)
{
    struct estimator_setup whole = *setup;
    whole.at = at;
    whole.radius = 0;
    struct quantity quantity = finite_n_lambda(&whole, beta, cancel);
    *mean = quantity.value;
    *error = quantity.error;
    return quantity.standing != UNKNOWN && isfinite(quantity.value);
}

enum status local_lambda(const struct estimator_setup *setup, const double *at, double beta,
                         double gamma, bool walls, const struct cancel *cancel, double *mean,
                         double *error, const char **why)
{
    const struct model *base = setup->model;
    struct model *empirical = NULL;
    struct local_model local;
    enum status status;
    if (gamma == 0 && walls && base->log_prior == NULL && base->dim <= INTEGRAL_MAX_DIM &&
        whole_box(setup, at, beta, cancel, mean, error))
        return ST_OK;
    if (cancel_wanted(cancel))
        return ST_CANCELLED;
    if (base->dim > INTEGRAL_MAX_DIM) {
        *why = "there are more parameters than can be integrated over";
        return ST_UNABLE;
    }
    if (setup->data != NULL) {
        double log_scale;
        status =
            model_empirical(base, setup->data, (size_t)setup->n, 1, &log_scale, why, &empirical);
        if (status != ST_OK)
            return status;
        base = empirical;
    }
    status = local_model_init(&local, base, at, gamma, walls);
    if (status != ST_OK)
        *why = gamma == 0 && !walls ? "neither walls nor a pull bound the law"
                                    : "K is not known to be finite wherever the law reaches";
    else {
        status = mean_loss(&local, at, setup->n * beta, setup->threads, cancel, mean, error);
        *why = status == ST_OK       ? NULL
               : status == ST_UNABLE ? "its integral takes too long"
                                     : "it has no finite integral";
    }
    local_model_done(&local);
    model_unref(empirical);
    return status;
}
