/* The posterior that a command reports on: by integration where that can be had, else by particles.
 */
#include "beliefs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/likelihood.h"

enum { PARTICLES_MOST = 1000000 };

/* What --method auto integrates over: more instructions of K, or more evaluations, or a greater
   error of log Z than these, and particles are the better choice. About half a second for a data
   set, a few seconds where one integral is for every n. */
static const size_t auto_steps[INTEGRAL_MAX_DIM + 1] = {0, 100000, 1500, 60};
static const size_t auto_whole_steps[INTEGRAL_MAX_DIM + 1] = {0, 100000, 1100, 300};
/* Instructions in all, in two dimensions: evaluations of K times their length. */
#define AUTO_WORK 2e8
#define AUTO_ERROR 2e-3
/* Fewer instructions than this: as good as can be had. */
#define AUTO_CHEAP 120
#define AUTO_TOLERANCE 1e-6

/* ---- options ----------------------------------------------------------------------------------
 */

static int read_method(struct command_context *context, const char *text, enum method *out)
{
    static const char *const names[] = {"auto", "integral", "particles"};
    struct suggestion suggestion;
    suggestion_start(&suggestion, text);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum method)i;
            return EXIT_OK;
        }
        suggestion_try(&suggestion, names[i]);
    }
    command_fault_near(context, suggestion.best,
                       "--method %.80s: auto, integral or particles is wanted", text);
    return EXIT_USAGE;
}

static int read_particles(struct command_context *context, const struct args *args,
                          struct particles_options *out)
{
    double count = args_number(args, "particles"), islands = args_number(args, "islands");
    const char *name = args_value(args, "sampler")->text;
    if (islands < 2 || islands > PARTICLES_MAX_ISLANDS) {
        command_fault(context, "--islands is from 2 to %d", PARTICLES_MAX_ISLANDS);
        return EXIT_USAGE;
    }
    if (count < 16 * islands || count > PARTICLES_MOST) {
        command_fault(context, "--particles is from 16 an island, here %g, to %d", 16 * islands,
                      PARTICLES_MOST);
        return EXIT_USAGE;
    }
    if (!sampler_named(name)) {
        struct suggestion suggestion;
        suggestion_start(&suggestion, name);
        for (size_t i = 0; samplers[i]; i++) {
            suggestion_try(&suggestion, samplers[i]->name);
        }
        command_fault_near(context, suggestion.best, "no sampler '%.80s'", name);
        return EXIT_USAGE;
    }
    *out = (struct particles_options){
        .n_islands = (size_t)islands,
        .n_particles = (size_t)count / (size_t)islands * (size_t)islands,
        .sampler = name,
        .seed = args_seed(args),
        .threads = args_threads(args),
    };
    return EXIT_OK;
}

void sample_size_fault(struct command_context *context, const struct model *model, bool on_data,
                       double n)
{
    char number[64];
    text_number(number, sizeof number, n, 10);
    if (on_data) {
        command_fault(context, "n = %s: the data of %s go from 1 to %zu", number, model->name,
                      data_limit(model));
    } else {
        command_fault(context, "n = %s is outside 1 to 1e12", number);
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int sample_sizes(struct command_context *context, const struct args *args,
                 const struct model *model, struct arena *arena, const char *preset, double **n,
                 size_t *count)
{
    const struct option_value *value = args_value(args, "n");
    bool on_data = model->likelihood && !args_flag(args, "population");
    const char *why = "";
    *n = value->list;
    *count = value->n_list;
    if (!value->given && on_data && !list_read(preset, arena, n, count, &why)) {
        command_fault(context, "--n %s: %s", preset, why);
        return EXIT_BAD;
    }
    double limit = on_data ? (double)data_limit(model) : INTEGRAL_MAX_N;
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        double at = on_data ? rint((*n)[i]) : (*n)[i];
        if (!value->given && at > limit) {
            continue; /* a file's rows may be fewer than what is shown when nothing is asked for */
        }
        if (!(at >= 1 && at <= limit)) {
            sample_size_fault(context, model, on_data, (*n)[i]);
            return EXIT_BAD;
        }
        (*n)[kept++] = at;
    }
    *count = kept;
    qsort(*n, kept, sizeof **n, ascending);
    return EXIT_OK;
}

int beliefs_start(struct command_context *context, const struct args *args,
                  const struct model *model, const double *n, size_t count, struct beliefs *out)
{
    *out = (struct beliefs){.model = model, .context = context, .n_min = INFINITY};
    out->on_data = model->likelihood && !args_flag(args, "population");
    out->beta = args_number(args, "beta");
    out->data_seed = args_data_seed(args);
    int code = read_method(context, args_value(args, "method")->text, &out->method);
    code = code == EXIT_OK ? read_particles(context, args, &out->particles) : code;
    if (code == EXIT_OK && !(out->beta > 0)) {
        command_fault(context, "--beta %g: an inverse temperature is above 0", out->beta);
        code = EXIT_BAD;
    }
    if (code == EXIT_OK && !out->on_data && model->likelihood && !model->likelihood->has_truth) {
        command_fault(context, "K of %s is unknown: its truth is known only through data",
                      model->name);
        code = EXIT_BAD;
    }
    for (size_t i = 0; i < count; i++) {
        out->n_min = fmin(out->n_min, n[i]);
        out->n_max = fmax(out->n_max, n[i]);
    }
    return code;
}

void beliefs_done(struct beliefs *beliefs)
{
    data_unref(beliefs->data);
    particles_unref(beliefs->at);
    integral_free(beliefs->whole);
    beliefs->data = NULL;
    beliefs->at = NULL;
    beliefs->whole = NULL;
}

/* ---- data -------------------------------------------------------------------------------------
 */

static int need_data(struct beliefs *beliefs, size_t n)
{
    struct data *longer = NULL;
    if (beliefs->data && beliefs->data->n >= n) {
        return EXIT_OK;
    }
    enum status status = data_new(beliefs->model, beliefs->data_seed, n, beliefs->data,
                                  beliefs->context->cancel, &longer);
    if (status != ST_OK) {
        command_fault(beliefs->context, "%zu observations of %s could not be drawn: %s", n,
                      beliefs->model->name, status_name(status));
        return EXIT_BAD;
    }
    data_unref(beliefs->data);
    beliefs->data = longer;
    return EXIT_OK;
}

/* ---- by integration ---------------------------------------------------------------------------
 */

static const char *reason_of_integral(enum status status)
{
    switch (status) {
    case ST_DOMAIN:
        return "∫ φ e^(−nK) is 0 or no finite number";
    case ST_UNABLE:
        return "the integral did not settle within what it may cost";
    default:
        return status_name(status);
    }
}

static int fault_of_integral(const struct beliefs *beliefs, enum status status, const char *why)
{
    command_fault(beliefs->context, "the posterior of %s could not be integrated: %s",
                  beliefs->model->name, why && *why ? why : reason_of_integral(status));
    return EXIT_BAD;
}

/* What is dear is not made better than anybody needs; 0: as good as can be had. */
static double auto_tolerance(const struct model *model)
{
    bool dear = model->dim > 1 && program_n_steps(model->kl) > AUTO_CHEAP;
    return dear && model->likelihood ? AUTO_TOLERANCE : 0;
}

/* exp(−nK) for every n at once; β makes n into βn. */
static int integrate_whole(struct beliefs *beliefs, struct belief *out)
{
    if (!beliefs->whole) {
        struct integral_options range = {
            .n_min = fmax(beliefs->n_min * beliefs->beta, 1),
            .n_max = fmin(beliefs->n_max * beliefs->beta, INTEGRAL_MAX_N),
            .tolerance = beliefs->method == METHOD_AUTO ? auto_tolerance(beliefs->model) : 0,
            .threads = beliefs->particles.threads,
        };
        enum status status =
            integral_new(beliefs->model, &range, beliefs->context->cancel, &beliefs->whole);
        if (status != ST_OK) {
            return fault_of_integral(beliefs, status, NULL);
        }
    }
    out->integral = beliefs->whole;
    return EXIT_OK;
}

/* Whether the integral is as good as particles would be. */
static bool good_enough(const struct integral *integral, double n)
{
    struct evidence evidence;
    return integral_evidence(integral, &n, 1, &evidence) == ST_OK && evidence.error <= AUTO_ERROR;
}

/* *done: false if particles are to do it. */
static int integrate_data(struct beliefs *beliefs, size_t n, struct belief *out, bool *done)
{
    const char *why = NULL;
    bool choose = beliefs->method == METHOD_AUTO;
    struct integral_options range = {
        .n_min = (double)n, .n_max = (double)n, .threads = beliefs->particles.threads};
    enum status status = model_empirical(beliefs->model, beliefs->data, n, beliefs->beta,
                                         &out->log_scale, &why, &out->model);
    if (status == ST_OK && choose) {
        size_t steps = program_n_steps(out->model->kl), dim = out->model->dim;
        status = steps > auto_steps[dim] ? ST_UNABLE : ST_OK;
        range.budget = dim == 2 ? (size_t)(AUTO_WORK / (double)(steps + 1)) : 0;
        range.tolerance = dim > 1 && steps > AUTO_CHEAP ? AUTO_TOLERANCE : 0;
    }
    if (status == ST_OK) {
        status = integral_new(out->model, &range, beliefs->context->cancel, &out->own);
    }
    if (status == ST_OK && choose && !good_enough(out->own, (double)n)) {
        status = ST_UNABLE;
    }
    if (status == ST_UNABLE && choose) {
        belief_done(out);
        *done = false;
        return EXIT_OK;
    }
    out->integral = out->own;
    return status == ST_OK ? EXIT_OK : fault_of_integral(beliefs, status, why);
}

static int by_integral(struct beliefs *beliefs, double n, struct belief *out, bool *done)
{
    if (beliefs->model->dim > INTEGRAL_MAX_DIM) {
        command_fault(beliefs->context,
                      "cusp integrates over at most three parameters; this model has %zu: use "
                      "--method particles",
                      beliefs->model->dim);
        return EXIT_BAD;
    }
    return beliefs->on_data ? integrate_data(beliefs, (size_t)n, out, done)
                            : integrate_whole(beliefs, out);
}

/* ---- by particles -----------------------------------------------------------------------------
 */

static int fault_of_particles(const struct beliefs *beliefs, enum status status, const char *why)
{
    if (!why && status == ST_DOMAIN) {
        why = "every particle has a likelihood of 0: the data are impossible nearly everywhere";
    }
    command_fault(beliefs->context, "the posterior of %s could not be sampled: %s",
                  beliefs->model->name, why ? why : status_name(status));
    return EXIT_BAD;
}

static int advance(struct beliefs *beliefs, double n, struct particles **out)
{
    const struct data *data = beliefs->on_data ? beliefs->data : NULL;
    enum status status =
        particles_advance(beliefs->model, data, beliefs->at, n, beliefs->beta, &beliefs->particles,
                          beliefs->context->cancel, NULL, NULL, out);
    return status == ST_OK ? EXIT_OK : fault_of_particles(beliefs, status, NULL);
}

/* By the steps of the ladder, so that what is found at n does not depend on which other n were
   asked for. */
static int by_particles(struct beliefs *beliefs, double n, struct belief *out)
{
    int code = EXIT_OK;
    if (!beliefs->at) {
        const char *why = NULL;
        enum status status = particles_start(beliefs->model, beliefs->beta, &beliefs->particles,
                                             beliefs->context->cancel, &why, &beliefs->at);
        if (status != ST_OK) {
            return fault_of_particles(beliefs, status, why);
        }
        beliefs->n_ladder =
            particles_ladder(beliefs->n_max, beliefs->on_data,
                             sizeof beliefs->ladder / sizeof *beliefs->ladder, beliefs->ladder);
    }
    while (beliefs->step < beliefs->n_ladder && beliefs->ladder[beliefs->step] <= n &&
           code == EXIT_OK) {
        struct particles *next = NULL;
        code = advance(beliefs, beliefs->ladder[beliefs->step], &next);
        if (code == EXIT_OK) {
            particles_unref(beliefs->at);
            beliefs->at = next;
            beliefs->step++;
        }
    }
    if (code == EXIT_OK && beliefs->at->n < n) {
        return advance(beliefs, n, &out->particles);
    }
    out->particles = code == EXIT_OK ? particles_ref(beliefs->at) : NULL;
    return code;
}

/* ---- either -----------------------------------------------------------------------------------
 */

/* As far as that can be told before looking at data. */
static bool can_be_integrated(const struct beliefs *beliefs)
{
    const struct model *model = beliefs->model;
    return model->dim <= INTEGRAL_MAX_DIM &&
           (beliefs->on_data || !model->likelihood ||
            program_n_steps(model->kl) <= auto_whole_steps[model->dim]);
}

int beliefs_at(struct beliefs *beliefs, double n, struct belief *out)
{
    *out = (struct belief){0};
    bool done = false;
    int code = beliefs->on_data ? need_data(beliefs, (size_t)n) : EXIT_OK;
    if (code != EXIT_OK) {
        return code;
    }
    if (beliefs->method == METHOD_INTEGRAL ||
        (beliefs->method == METHOD_AUTO && can_be_integrated(beliefs))) {
        done = true;
        code = by_integral(beliefs, n, out, &done);
    }
    if (code == EXIT_OK && !done) {
        code = by_particles(beliefs, n, out);
    }
    if (code != EXIT_OK) {
        belief_done(out);
        return code;
    }
    out->n = n;
    out->beta = beliefs->beta;
    out->n_entropy = beliefs->on_data ? n * data_entropy(beliefs->data, (size_t)n) : 0;
    return EXIT_OK;
}

void belief_done(struct belief *belief)
{
    integral_free(belief->own);
    particles_unref(belief->particles);
    model_unref(belief->model);
    *belief = (struct belief){0};
}

const char *belief_method(const struct belief *belief)
{
    return belief->particles ? "particles" : "integration";
}

int belief_evidence(const struct beliefs *beliefs, const struct belief *belief,
                    struct evidence *out)
{
    *out = (struct evidence){.n = belief->n};
    if (belief->particles) {
        out->log_z = belief->particles->log_z;
        out->error = belief->particles->log_z_error;
        out->mean_nk = belief->particles->mean_nk;
        out->mean_nk_error = belief->particles->mean_nk_error;
    } else {
        double n = beliefs->on_data ? belief->n : belief->n * belief->beta;
        enum status status = integral_evidence(belief->integral, &n, 1, out);
        if (status != ST_OK) {
            return fault_of_integral(beliefs, status, NULL);
        }
        /* the integral's K is β times what is meant, above the best point's loss */
        out->mean_nk /= belief->beta;
        out->mean_nk_error /= belief->beta;
        if (beliefs->on_data && beliefs->model->likelihood->has_truth) {
            out->mean_nk -= belief->log_scale / belief->beta + belief->n_entropy;
        }
        out->log_z += belief->log_scale;
    }
    out->n = belief->n;
    out->free_energy = -out->log_z;
    return EXIT_OK;
}
