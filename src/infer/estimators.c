/* The table of estimators, and running one. */
#include "cusp/estimator.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/clock.h"
#include "cusp/mem.h"
#include "estimators.h"

const struct estimator *estimator_named(const char *name)
{
    for (size_t i = 0; estimators[i] != NULL; i++)
        if (strcmp(estimators[i]->name, name) == 0)
            return estimators[i];
    return NULL;
}

/* What no estimator can do without. */
static const char *refused(const struct estimator_setup *setup)
{
    const struct model *model = setup->model;
    if (!(setup->n >= 1 && isfinite(setup->n)))
        return "n is a number from 1 on";
    if (setup->data != NULL && setup->n > (double)setup->data->n)
        return "there are fewer observations than n";
    if (setup->data != NULL && setup->n != floor(setup->n))
        return "n observations are a whole number";
    if (setup->data == NULL && model->likelihood != NULL && !model->likelihood->has_truth)
        return "K is unknown: the truth is known only through data";
    return NULL;
}

enum status estimate_run(const struct estimator *estimator, const struct estimator_setup *setup,
                         const struct cancel *cancel,
                         void (*progress)(const struct estimate *so_far, void *context),
                         void *context, struct estimate *out, char *why, size_t why_size)
{
    const char *reason = refused(setup);
    *out = (struct estimate){
        .lambda = {.name = "lambda", .value = NAN, .error = NAN, .standing = UNKNOWN, .why = ""},
        .target = {.name = "target", .value = NAN, .error = NAN, .standing = UNKNOWN, .why = ""},
        .target_text = estimator->formula,
        .multiplicity = NAN,
        .work_name = "",
    };
    if (why_size > 0)
        why[0] = '\0';
    if (reason == NULL && estimator->refuses != NULL)
        reason = estimator->refuses(setup);
    if (reason != NULL) {
        snprintf(why, why_size, "%s", reason);
        return ST_UNABLE;
    }
    double start = clock_seconds();
    enum status status = estimator->run(setup, cancel, progress, context, out, why, why_size);
    out->seconds = out->seconds > 0 ? out->seconds : clock_seconds() - start;
    if (status != ST_OK && why_size > 0 && why[0] == '\0')
        snprintf(why, why_size, "%s", status_name(status));
    return status;
}

void estimate_done(struct estimate *estimate)
{
    mem_free(estimate->steps);
    if (estimate->sgld != NULL) {
        sgld_done(estimate->sgld);
        mem_free(estimate->sgld);
    }
    estimate->steps = NULL;
    estimate->sgld = NULL;
    estimate->n_steps = 0;
}

void estimate_push(struct estimate *estimate, const struct listener *listener, double work,
                   double lambda, double error)
{
    estimate->steps = mem_resize(estimate->steps, estimate->n_steps + 1, sizeof *estimate->steps);
    estimate->steps[estimate->n_steps++] = (struct estimate_step){work, lambda, error};
    estimate->lambda.value = lambda;
    estimate->lambda.error = error;
    estimate->lambda.standing = ESTIMATE;
    if (listener->progress != NULL)
        listener->progress(estimate, listener->context);
}

struct estimator_setup estimator_whole(const struct estimator_setup *setup)
{
    struct estimator_setup whole = *setup;
    whole.radius = 0;
    return whole;
}

struct quantity estimator_target(const struct estimator_setup *setup, double beta,
                                 const struct cancel *cancel)
{
    struct estimator_setup whole = estimator_whole(setup);
    return finite_n_lambda(&whole, beta, cancel);
}

const double *estimator_point(const struct estimator_setup *setup)
{
    return setup->at != NULL ? setup->at : setup->model->kl_min_at;
}

/* −Σ log p(y_i | x_i, w) over the first n. */
static double loss_at(const struct estimator_setup *setup, const double *w)
{
    const struct model *model = setup->model;
    struct program_space *space = program_space_new();
    struct rows rows = {.n = (size_t)setup->n,
                        .n_columns = setup->data->n_columns,
                        .column = (const double *const *)setup->data->column};
    const double *vars[SYNTAX_MAX_PARAMS];
    double sum = NAN, *out = &sum;
    for (size_t i = 0; i < model->dim; i++)
        vars[i] = w + i;
    program_sum(model->likelihood->log_lik, space, model->dim, vars, 1, &rows, &out);
    program_space_free(space);
    return -sum;
}

enum status estimator_reference(const struct estimator_setup *setup, double *out)
{
    const struct model *model = setup->model;
    if (setup->data != NULL) {
        double entropy = data_entropy(setup->data, (size_t)setup->n);
        bool is_truth = setup->at == NULL && model->has_zero && isfinite(entropy);
        *out = is_truth ? setup->n * entropy : loss_at(setup, estimator_point(setup));
    } else if (setup->at != NULL) {
        struct program_space *space = program_space_new();
        double kl = NAN;
        program_point(model->kl, space, setup->at, &kl);
        program_space_free(space);
        *out = setup->n * kl;
    } else {
        *out = model->has_zero ? 0 : setup->n * model->kl_min;
    }
    return isfinite(*out) ? ST_OK : ST_DOMAIN;
}

const struct estimator *const estimators[] = {
#define ESTIMATOR(name) &estimator_##name,
#include "estimators.def"
#undef ESTIMATOR
    NULL,
};
