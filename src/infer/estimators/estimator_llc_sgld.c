/* The local learning coefficient by stochastic gradient Langevin dynamics. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../estimators.h"
#include "cusp/integral.h"
#include "cusp/clock.h"
#include "cusp/mem.h"
#include "local.h"
#include "sgld_choice.h"

enum {
    MOST_STEPS = 200,
    LONGEST_NAME = 90, /* bytes of a region, in words */
    CHEAP = 200000, /* evaluations that one integral may take: fewer, and phases are not weighed */
};

/* A localised law whose own value is below this share of the whole box's is held too tightly. */
#define HELD 0.5
/* More than this of the posterior in a phase that no chain saw, and the phase was missed. */
#define MISSED 0.5
/* A rise of the running value from n to n² that speaks of a multiplicity. */
#define RISE 0.02

#define FORMULA "n β (mean loss of the draws - L(w*))"

static const char *refuses(const struct estimator_setup *setup)
{
    const struct model *model = setup->model;
    if (!(setup->n > 0))
        return "it needs observations";
    if (setup->at == NULL && !model->has_zero && model->likelihood != NULL &&
        model->likelihood->in_model_unknown)
        return "the truth is not in the model: give a point w*";
    return NULL;
}

static void add_caution(struct estimate *out, const char *words)
{
    size_t used = strlen(out->caution);
    if (used > 0 && used + strlen(words) + 3 > sizeof out->caution)
        return;
    snprintf(out->caution + used, sizeof out->caution - used, "%s%s", used > 0 ? "; " : "", words);
}

/* The phase with most of the posterior, if no draw was in it. */
static void look_for_phases(const struct estimator_setup *setup, const struct sgld_run *run,
                            const struct cancel *cancel, struct estimate *out)
{
    const struct model *model = setup->model;
    struct integral_options options = {.n_min = 1,
                                       .n_max = fmax(setup->n, 1),
                                       .tolerance = 1e-3,
                                       .threads = setup->threads,
                                       .budget = local_budget(model)};
    if (options.budget < CHEAP)
        return;
    struct integral *integral = NULL;
    double *mass = mem_new(model->n_regions, 3 * sizeof *mass);
    double *free_energy = mass + model->n_regions, *error = free_energy + model->n_regions;
    char words[200];
    enum status status = integral_new(model, &options, cancel, &integral);
    if (status == ST_OK)
        status = integral_regions(integral, fmax(setup->n, 1), mass, free_energy, error);
    for (size_t r = 0; status == ST_OK && r < model->n_regions; r++) {
        if (!(mass[r] > MISSED) || run->region_share[r] > 0)
            continue;
        const char *name = model->regions[r];
        snprintf(words, sizeof words,
                 "a phase was missed: no draw is in \"%s\", which has %.0f %% of the posterior",
                 strlen(name) <= LONGEST_NAME ? name : "…", 100 * mass[r]);
        add_caution(out, words);
    }
    integral_free(integral);
    mem_free(mass);
}

/* The same law by integration; false if it cannot be had. */
static bool integrate(const struct estimator_setup *setup, const struct sgld_run *run, double n,
                      double gamma, bool walls, const struct cancel *cancel, struct quantity *out)
{
    struct estimator_setup at_n = *setup;
    at_n.n = n;
    at_n.cache = n == setup->n ? setup->cache : NULL;
    const char *why = "there is no such integral";
    double value = NAN, error = NAN;
    enum status status = local_lambda(&at_n, run->at, run->beta * run->loss_scale, gamma, walls,
                                      cancel, &value, &error, &why);
    *out = status == ST_OK
               ? (struct quantity){.name = "target",
                                   .value = value,
                                   .error = error,
                                   .standing = ESTIMATE,
                                   .why = "the same law by integration"}
               : (struct quantity){
                     .name = "target", .value = NAN, .error = NAN, .standing = UNKNOWN, .why = why};
    return status == ST_OK;
}

/* What integration says of the same law, of it without the pull, and of it at a later n. */
static void look_at_law(const struct estimator_setup *setup, const struct sgld_run *run,
                        const struct cancel *cancel, struct estimate *out)
{
    const struct sgld_options *options = &run->options;
    bool walls = options->walls || options->clamp;
    struct quantity other;
    char words[200];
    double n = setup->n, heat = n * run->beta;
    if (!integrate(setup, run, n, options->gamma, walls, cancel, &out->target) ||
        setup->model->dim > 2 || setup->data != NULL || options->mse)
        return;
    double here = out->target.value;
    if (options->gamma > 0 && integrate(setup, run, n, 0, true, cancel, &other) &&
        here < HELD * other.value) {
        snprintf(words, sizeof words,
                 "held too tightly: with γ = %g exact integration too gives %.3g, without it %.3g",
                 options->gamma, here, other.value);
        add_caution(out, words);
    } else if (options->gamma == 0 && n * heat < INTEGRAL_MAX_N &&
               integrate(setup, run, n * heat, 0, walls, cancel, &other) &&
               other.value > here + RISE) {
        snprintf(words, sizeof words,
                 "not yet λ: exactly %.3g at nβ = %.2g but %.3g at %.2g, a rise with log n as of a "
                 "multiplicity above 1",
                 here, heat, other.value, heat * heat);
        add_caution(out, words);
    }
}

/* λ̂ on its way through the first draws, with the spread of the chains there. */
static void copy_steps(const struct sgld_run *run, size_t n_draws, struct estimate *out)
{
    size_t n = n_draws < MOST_STEPS ? n_draws : MOST_STEPS, draw = 0;
    double *sums = mem_new(run->n_chains, sizeof *sums), heat = run->n * run->beta;
    mem_free(out->steps);
    out->steps = mem_new(n, sizeof *out->steps);
    out->n_steps = n;
    for (size_t i = 0; i < n; i++) {
        for (size_t end = (i + 1) * n_draws / n; draw < end; draw++)
            for (size_t c = 0; c < run->n_chains; c++)
                sums[c] += run->loss[c * run->n_draws + draw] - run->reference;
        double mean = 0, squares = 0, count = 0;
        for (size_t c = 0; c < run->n_chains; c++) {
            double value = heat * sums[c] / (double)draw; /* NaN once its chain broke */
            if (!isfinite(value))
                continue;
            count++;
            squares += (value - mean) * (value - mean) * (count - 1) / count;
            mean += (value - mean) / count;
        }
        out->steps[i] =
            (struct estimate_step){(double)draw, count > 0 ? mean : NAN,
                                   count > 1 ? sqrt(squares / (count - 1) / count) : NAN};
    }
    mem_free(sums);
}

/* Who is told of draws, and what with. */
struct report {
    struct estimate so_far;
    void (*progress)(const struct estimate *so_far, void *context);
    void *context;
};

static void tell(const struct sgld_run *run, size_t n_draws, void *context)
{
    struct report *report = context;
    struct estimate *so_far = &report->so_far;
    copy_steps(run, n_draws, so_far);
    const struct estimate_step *last = &so_far->steps[so_far->n_steps - 1];
    so_far->lambda.value = last->lambda;
    so_far->lambda.error = last->error;
    so_far->lambda.standing = isfinite(last->lambda) ? ESTIMATE : UNKNOWN;
    report->progress(so_far, report->context);
}

static const char *failure_words(enum status status, const struct estimator_setup *setup)
{
    if (status == ST_DOMAIN && setup->sgld.mse)
        return "a squared error is of a normal output of one spread";
    if (status == ST_DOMAIN && setup->data != NULL && (double)setup->sgld.batch > setup->n)
        return "the batch is larger than the data";
    if (status == ST_DOMAIN)
        return "the loss is not finite at w*";
    if (status == ST_LIMIT)
        return "too many draws to keep";
    return status_name(status);
}

/* What the run was, in words that live as long as it does. */
static void say_how(struct sgld_run *run, struct estimate *out)
{
    size_t used = strlen(run->chosen);
    out->lambda.why = FORMULA;
    if (used == 0)
        return;
    if (isfinite(run->step_bias))
        snprintf(run->chosen + used, sizeof run->chosen - used,
                 "; steps of this size add about %+.2g", run->step_bias);
    out->lambda.why = run->chosen;
}

static enum status run(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size)
{
    double begun = clock_seconds();
    struct sgld_options options;
    struct sgld_run *run = mem_new(1, sizeof *run);
    struct report report = {*out, progress, context};
    char chosen[sizeof run->chosen];
    out->work_name = report.so_far.work_name = "draws";
    report.so_far.lambda.why = FORMULA;
    enum status status = sgld_choose(setup, cancel, &options, chosen, sizeof chosen);
    if (status == ST_OK)
        status =
            sgld_run_told(setup->model, setup->data, setup->n, estimator_point(setup), &options,
                          setup->threads, cancel, progress != NULL ? tell : NULL, &report, run);
    mem_free(report.so_far.steps);
    if (status != ST_OK && status != ST_UNABLE) {
        mem_free(run);
        snprintf(why, why_size, "%s", failure_words(status, setup));
        return status;
    }
    memcpy(run->chosen, chosen, sizeof chosen);
    out->sgld = run;
    out->lambda.value = run->lambda;
    out->lambda.error = run->error;
    out->lambda.standing = status == ST_OK ? ESTIMATE : UNKNOWN;
    say_how(run, out);
    out->evaluations = run->evaluations;
    copy_steps(run, run->n_draws, out);
    sgld_diagnosis(run, out->caution, sizeof out->caution);
    out->seconds = clock_seconds() - begun;
    if (status == ST_OK && run->n_regions > 0 && setup->model->dim <= INTEGRAL_MAX_DIM &&
        setup->data == NULL)
        look_for_phases(setup, run, cancel, out);
    look_at_law(setup, run, cancel, out);
    if (status != ST_OK)
        snprintf(why, why_size, "%s", out->caution);
    return cancel_wanted(cancel) ? ST_CANCELLED : status;
}

const struct estimator estimator_llc_sgld = {
    .name = "llc-sgld",
    .title = "LLC by SGLD",
    .formula = "n β (E[L] − L(w*)) over w ← w − ½ε (n β ∇L + γ (w − w*)) + √ε N(0, 1)",
    .distrust = "Do not trust it until it stands still when the step is halved and the draws are "
                "doubled: large steps add their own error, small ones never leave w*.",
    .source = "Lau, Furman, Wang, Murfet and Wei 2023, Quantifying degeneracy in singular models "
              "via the learning coefficient",
    .refuses = refuses,
    .run = run,
};
