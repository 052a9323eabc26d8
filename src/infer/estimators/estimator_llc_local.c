/* The local learning coefficient without steps: integration near w*, or particles held to it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/clock.h"
#include "../estimators.h"
#include "cusp/particles.h"
#include "local.h"
#include "sgld_choice.h"

static double beta_of(const struct estimator_setup *setup)
{
    return setup->sgld.beta > 0 ? setup->sgld.beta : setup->n > exp(1) ? 1 / log(setup->n) : 1;
}

static const char *refuses(const struct estimator_setup *setup)
{
    if (setup->radius > 0 && setup->model->dim > INTEGRAL_MAX_DIM)
        return "a ball is integrated over three parameters at most: hold it by gamma instead";
    return NULL;
}

static void set_value(double value, double error, const char *how, struct estimate *out)
{
    out->lambda.value = value;
    out->lambda.error = error;
    out->lambda.standing = ESTIMATE;
    out->lambda.why = how;
}

/* The mean of β (−ℓ − reference) over islands, whose spread is its error. */
static void average(const struct particles *particles, double beta, double reference,
                    struct estimate *out)
{
    size_t islands = particles->n_islands, each = particles->n_particles / islands;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < islands; i++) {
        double mean = 0;
        for (size_t j = 0; j < each; j++)
            mean += beta * (-particles->log_lik[i * each + j] - reference) / (double)each;
        double away = i > 0 ? mean - sum / (double)i : 0;
        squares += away * away * (double)i / (double)(i + 1);
        sum += mean;
    }
    double error = islands > 1 ? sqrt(squares / (double)(islands - 1) / (double)islands) : NAN;
    set_value(sum / (double)islands, error, "particles of the law held to w*", out);
    out->evaluations = particles->evaluations;
    if (particles->disagree)
        snprintf(out->caution, sizeof out->caution, "%s", particles->why);
}

static enum status by_particles(const struct estimator_setup *setup, const double *at,
                                const struct cancel *cancel, struct estimate *out, const char **why)
{
    struct estimator_setup here = *setup;
    struct particles_options options = {.n_particles = setup->n_particles,
                                        .n_islands = setup->n_islands,
                                        .seed = setup->seed,
                                        .threads = setup->threads};
    struct particles *prior = NULL, *posterior = NULL;
    struct local_model local;
    double beta = beta_of(setup), reference = 0;
    here.at = at;
    enum status status = local_model_init(&local, setup->model, at, sgld_choose_gamma(setup), true);
    if (status != ST_OK)
        *why = "K is undefined at w*";
    if (status == ST_OK && (status = estimator_reference(&here, &reference)) != ST_OK)
        *why = "the loss is not finite at w*";
    if (status == ST_OK)
        status = particles_start(&local.model, beta, &options, cancel, why, &prior);
    if (status == ST_OK)
        status = particles_advance(&local.model, setup->data, prior, setup->n, beta, &options,
                                   cancel, NULL, NULL, &posterior);
    if (status == ST_OK)
        average(posterior, beta, reference, out);
    particles_unref(prior);
    particles_unref(posterior);
    local_model_done(&local);
    return status;
}

static enum status by_integral(const struct estimator_setup *setup, const double *at,
                               const struct cancel *cancel, struct estimate *out, const char **why)
{
    double value = NAN, error = NAN;
    if (setup->radius > 0) {
        struct estimator_setup here = *setup;
        here.at = at;
        struct quantity ball = finite_n_lambda(&here, beta_of(setup), cancel);
        *why = ball.why;
        if (ball.standing == UNKNOWN)
            return cancel_wanted(cancel) ? ST_CANCELLED : ST_UNABLE;
        set_value(ball.value, ball.error, "integration over the ball about w*", out);
    } else {
        enum status status = local_lambda(setup, at, beta_of(setup), sgld_choose_gamma(setup), true,
                                          cancel, &value, &error, why);
        if (status != ST_OK)
            return status;
        set_value(value, error, "integration of the law held to w*", out);
    }
    out->target = out->lambda;
    out->target.name = "target";
    return ST_OK;
}

/* At a w* that is not the least of the loss nearby the value is short of what it should be. */
static void check_sign(struct estimate *out)
{
    if (out->lambda.value < -2 * out->lambda.error && out->caution[0] == '\0')
        snprintf(out->caution, sizeof out->caution,
                 "estimate = %.3g is negative: w* is not the least of the loss nearby",
                 out->lambda.value);
}

static enum status run(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size)
{
    const double *at = estimator_point(setup);
    const char *reason = NULL;
    double begun = clock_seconds();
    enum status status = ST_UNABLE;
    struct listener listener = {progress, context};
    if (setup->model->dim <= INTEGRAL_MAX_DIM)
        status = by_integral(setup, at, cancel, out, &reason);
    bool integrated = status == ST_OK;
    if (status == ST_UNABLE && setup->radius == 0)
        status = by_particles(setup, at, cancel, out, &reason);
    out->seconds = clock_seconds() - begun;
    if (status != ST_OK) {
        snprintf(why, why_size, "%s", reason != NULL ? reason : status_name(status));
        return status;
    }
    out->work_name = "sets";
    estimate_push(out, &listener, 1, out->lambda.value, out->lambda.error);
    check_sign(out);
    if (!integrated)
        out->target.why = "it takes particles";
    return ST_OK;
}

const struct estimator estimator_llc_local = {
    .name = "llc-local",
    .title = "LLC, local and exact",
    .formula = "n β (E[L] − L(w*)) under e^(−nβL − γ|w − w*|²/2), or on a ball about w*",
    .distrust = "It is of the neighbourhood that γ or the radius sets: too tight and it is a "
                "fraction of λ(w*), too wide and a better point takes over.",
    .source = "Lau, Furman, Wang, Murfet and Wei 2023, its integral in place of its chains",
    .refuses = refuses,
    .run = run,
};
