/* What goes wrong with estimates of λ, as settings that show it and settings that mend it. */
#include <string.h>

#include "cusp/catalogue.h"
#include "cusp/estimator.h"

#define CROSSING "param w1, w2 in [-1, 1]\nK = w1^2*w2^2\n"

#define LINE                          \
    "param a, b in [-3, 3]\n"         \
    "input x ~ uniform(-2, 2)\n"      \
    "output y ~ normal(a*x + b, 1)\n" \
    "truth y ~ normal(0.5*x - 0.3, 1)\n"

#define FAINT_LINE                            \
    "param a, b in [-1, 1]\n"                 \
    "input x ~ uniform(-2, 2)\n"              \
    "output y ~ normal((a*x + b)/20, 0.01)\n" \
    "truth y ~ normal(0, 0.01)\n"

/* A regular point and a line of zeros, which has nearly all of the posterior. */
#define TWO_PHASES                      \
    "param x, y in [-2, 2]\n"           \
    "K = ((x - 1)^2 + y^2)*(x + 1)^2\n" \
    "region \"point\": x > 0\n"         \
    "region \"line\": x <= 0\n"

static const double ORIGIN[2] = {0, 0};
static const double THE_POINT[2] = {1, 0};
static const double ON_THE_LINE[2] = {-1, 0};

static void free_chains(struct estimator_setup *setup, double n, double step)
{
    setup->n = n;
    setup->seed = 1;
    setup->sgld = (struct sgld_options){.step = step, .walls = true};
}

static void step_too_large(struct estimator_setup *setup)
{
    free_chains(setup, 1000, 0.014);
    setup->at = ORIGIN;
    setup->seed = 5;
    setup->sgld.walls = false;
}

static void step_mended(struct estimator_setup *setup)
{
    free_chains(setup, 1000, 1e-3);
    setup->at = ORIGIN;
    setup->sgld.draws = 4000;
}

static void step_too_small(struct estimator_setup *setup)
{
    free_chains(setup, 1000, 1e-6);
    setup->at = ORIGIN;
}

static void reference_point(struct estimator_setup *setup)
{
    free_chains(setup, 100, 5e-3);
}

static void reference_mended(struct estimator_setup *setup)
{
    setup->sgld.of_mle = true;
}

static void negative_at_one(struct estimator_setup *setup)
{
    free_chains(setup, 100, 1e-3);
    setup->sgld.beta = 1;
}

static void negative_mended(struct estimator_setup *setup)
{
    free_chains(setup, 100, 5e-3);
    setup->sgld.of_mle = true;
}

static void batch_noise(struct estimator_setup *setup)
{
    free_chains(setup, 1000, 5e-4);
    setup->sgld.batch = 32;
    setup->sgld.batch_reference = true;
}

static void batch_mended(struct estimator_setup *setup)
{
    setup->sgld.batch_reference = false;
}

static void phase_missed(struct estimator_setup *setup)
{
    free_chains(setup, 1000, 4e-4);
    setup->at = THE_POINT;
}

static void phase_mended(struct estimator_setup *setup)
{
    setup->at = ON_THE_LINE;
    setup->sgld.step = 2e-4;
    setup->sgld.draws = 8000;
}

static void multiplicity(struct estimator_setup *setup)
{
    free_chains(setup, 1000, 1e-3);
    setup->at = ORIGIN;
    setup->sgld.draws = 20000;
}

static void multiplicity_mended(struct estimator_setup *setup)
{
    (void)setup; /* another estimator does it */
}

static void squared_error(struct estimator_setup *setup)
{
    free_chains(setup, 1000, 1e-2);
    setup->at = ORIGIN;
    setup->sgld.mse = true;
}

static void squared_error_mended(struct estimator_setup *setup)
{
    setup->sgld.mse = false;
    setup->sgld.step = 5e-5;
}

const struct failure *failure_named(const char *name)
{
    for (const struct failure *failure = failures; failure->name != NULL; failure++)
        if (strcmp(failure->name, name) == 0)
            return failure;
    return NULL;
}

static enum status load(const char *name, struct diags *diags, struct model **out)
{
    if (strncmp(name, "param", strlen("param")) == 0)
        return model_from_text(name, NULL, 0, diags, out);
    struct catalogue catalogue;
    enum status status = catalogue_open(NULL, diags, &catalogue);
    if (status != ST_OK)
        return status;
    status = catalogue_load(&catalogue, name, NULL, 0, diags, out);
    catalogue_done(&catalogue);
    return status;
}

enum status failure_prepare(const struct failure *failure, bool mended, struct diags *diags,
                            struct model **model, struct data **data, struct estimator_setup *setup)
{
    *data = NULL;
    *model = NULL;
    enum status status = load(failure->model, diags, model);
    if (status != ST_OK)
        return status;
    *setup = (struct estimator_setup){.model = *model, .sgld.gamma = 0};
    failure->set(setup);
    if (mended)
        failure->repair(setup);
    if (failure->data_seed != 0)
        status = data_new(*model, failure->data_seed, (size_t)setup->n, NULL, NULL, data);
    setup->data = *data;
    if (status != ST_OK) {
        model_unref(*model);
        *model = NULL;
    }
    return status;
}

const struct failure failures[] = {
    {
        .name = "step-too-large",
        .title = "SGLD's step is too large",
        .model = CROSSING,
        .estimator = "llc-sgld",
        .shows =
            "Where a chain comes to a steep wall of K its step overshoots, farther each time: "
            "the loss spikes and ends as NaN. The chains that are left give too large an estimate.",
        .mend = "Make the step smaller until a Metropolis test would refuse hardly any, or bound "
                "the box by walls.",
        .set = step_too_large,
        .cause = "step too large",
        .repair = step_mended,
    },
    {
        .name = "step-too-small",
        .title = "SGLD's step is too small",
        .model = CROSSING,
        .estimator = "llc-sgld",
        .shows = "The chains are still on their way from w*, so that the estimate rises with every "
                 "draw and "
                 "its end is no more than the place where it was cut off.",
        .mend =
            "Make the step larger, or take more draws, until the estimate against draws is level.",
        .set = step_too_small,
        .cause = "step too small",
        .repair = step_mended,
    },
    {
        .name = "reference-point",
        .title = "w* is the truth and not the least of the loss",
        .model = LINE,
        .estimator = "llc-sgld",
        .shows = "On data the least of L_n is not at the truth but beside it: draws that lie below "
                 "L_n(w*) count as negative, and the estimate is short by n β (L_n(w*) − min L_n).",
        .mend = "Take as w* the parameter of maximum likelihood.",
        .set = reference_point,
        .data_seed = 10,
        .cause = "w* is not the least of the loss",
        .repair = reference_mended,
    },
    {
        .name = "negative",
        .title = "A negative estimate at β = 1",
        .model = LINE,
        .estimator = "llc-sgld",
        .shows = "At β = 1 the posterior sits about the data's own least loss, below L_n of the "
                 "truth: the mean over data sets is λ − ν, which is 0 for a regular model, and on "
                 "one data set it is as often as not negative.",
        .mend = "β = 1/log n, where this is a small part, and w* of maximum likelihood.",
        .set = negative_at_one,
        .data_seed = 10,
        .cause = "is negative (at β = 1",
        .repair = negative_mended,
    },
    {
        .name = "minibatch-noise",
        .title = "Minibatch noise in the loss of w*",
        .model = LINE,
        .estimator = "llc-sgld",
        .shows = "L(w*) on a few observations is off by its own noise, which n β multiplies: the "
                 "estimate "
                 "moves by many times what it is to measure, up or down with the seed.",
        .mend = "Take L(w*) on all the data.",
        .set = batch_noise,
        .data_seed = 1,
        .cause = "taken on a minibatch",
        .repair = batch_mended,
    },
    {
        .name = "phase-missed",
        .title = "One phase is missed",
        .model = TWO_PHASES,
        .estimator = "llc-sgld",
        .shows = "Chains that begin at the regular point stay there for ever and say an estimate "
                 "of 1, with "
                 "a small error and R̂ = 1; nearly all of the posterior is on the line, λ = 1/2.",
        .mend = "Begin at a point of every phase, and weigh the phases by their free energies.",
        .set = phase_missed,
        .cause = "a phase was missed",
        .repair = phase_mended,
    },
    {
        .name = "multiplicity",
        .title = "A multiplicity read as a smaller λ",
        .model = CROSSING,
        .estimator = "llc-sgld",
        .shows = "With m = 2 the value at n is λ − (m − 1)/(log n + c): 0.36 here for λ = 1/2, and "
                 "no number of draws will change it.",
        .mend = "Fit λ and m together over many scales, as the volume exponent does.",
        .set = multiplicity,
        .cause = "as of a multiplicity",
        .repair = multiplicity_mended,
        .repair_estimator = "volume",
    },
    {
        .name = "squared-error",
        .title = "The squared error without ½/σ²",
        .model = FAINT_LINE,
        .estimator = "llc-sgld",
        .shows = "The mean squared error is 2σ² times the loss in nats. With σ = 0.01 the chains "
                 "feel a five-thousandth of the data, roam over the whole prior, and the estimate "
                 "is of n "
                 "β 2σ² observations.",
        .mend = "Use the negative log likelihood, or multiply n β by 1/(2σ²).",
        .set = squared_error,
        .cause = "squared error without",
        .repair = squared_error_mended,
    },
    {.name = NULL},
};
