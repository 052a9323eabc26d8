/* Looks at the K of a likelihood over its box: scale, least value from many starts, faults with a
 * witness. */
#include "probe_parts.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "likelihood_parts.h"

enum {
    STARTS_MOST = 160,  /* walks by the generators */
    DESCENTS = 3,       /* of those ends, by Newton's steps on K */
    FAULT_POINTS = 192, /* parameters, and rows, at which arguments are looked at */
    FAULT_ROWS = 24,
};

#define INFINITE_SHARE 1 /* % of the box from which on an infinite K is said */

#define STARTS_WORK 3e8 /* operations on walks, so that a large model is not waited for */

/* --- faults ----------------------------------------------------------------------------------- */

static void add_inputs(const struct probe *probe, const double *x, struct text *out)
{
    const struct likelihood *likelihood = probe->model->likelihood;
    char number[64];
    for (size_t i = 0; i < likelihood->n_inputs && i < 3; i++) {
        text_number(number, sizeof number, x[i], 4);
        text_addf(out, "%s%s = %s", i == 0 ? " for " : ", ", likelihood->input_names[i], number);
    }
}

struct argument_fault {
    struct probe *probe;
    const struct law *law;
    const struct program *program;
    double at[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS];
    double *values;
    const char *why;
};

static bool arguments_fail(const double *w, void *context)
{
    struct argument_fault *fault = context;
    memcpy(fault->at, w, fault->probe->model->dim * sizeof *w);
    program_point(fault->program, fault->probe->space, fault->at, fault->values);
    const char *why = law_fault(fault->law, fault->values);
    if (why != NULL)
        fault->why = why;
    return why != NULL;
}

static void say_arguments(struct argument_fault *fault, double *w, struct span at, bool of_truth)
{
    struct probe *probe = fault->probe;
    struct text message;
    text_init(&message);
    if (!of_truth)
        probe_plain_witness(probe->model, arguments_fail, fault, w);
    text_addf(&message, "%s", fault->why);
    if (!of_truth) {
        text_add(&message, " at ");
        probe_add_point(probe->model, "", w, &message);
    }
    add_inputs(probe, fault->at + probe->model->dim, &message);
    diags_add(probe->diags, SEV_ERROR, probe->syntax->file, probe->syntax->source, at, "%s",
              text_get(&message));
    text_done(&message);
    probe->failed = true;
}

/* Arguments that make no sense, such as a negative spread, somewhere in the box. */
static void check_arguments(struct probe *probe, bool of_truth)
{
    struct model *model = probe->model;
    const struct likelihood_graph *graph = model->likelihood->graph;
    const struct rows *inputs = &graph->inputs;
    struct argument_fault fault = {.probe = probe,
                                   .law = of_truth ? graph->truth : graph->output,
                                   .program =
                                       of_truth ? graph->truth_values : graph->output_values};
    struct span at = of_truth ? probe->syntax->truths[0].at : probe->syntax->outputs[0].at;
    size_t points = of_truth ? 1 : FAULT_POINTS < probe->n ? FAULT_POINTS : probe->n;
    size_t rows = inputs->n < FAULT_ROWS ? inputs->n : FAULT_ROWS;
    double w[SYNTAX_MAX_PARAMS] = {0};
    fault.values = mem_new(fault.law->n_flat + 1, sizeof *fault.values);
    for (size_t k = 0; k < points && !probe->failed; k++) {
        probe_sample_at(probe, k * probe->n / points, w);
        for (size_t r = 0; r < rows && !probe->failed; r++) {
            size_t row = rows > 1 ? r * (inputs->n - 1) / (rows - 1) : 0;
            for (size_t i = 0; i < graph->n_inputs; i++)
                fault.at[model->dim + i] = inputs->column[i][row];
            if (arguments_fail(w, &fault))
                say_arguments(&fault, w, at, of_truth);
        }
    }
    mem_free(fault.values);
}

static bool is_undefined(const double *w, void *context)
{
    const struct probe *probe = context;
    double value;
    program_point(probe->model->kl, probe->space, w, &value);
    return isnan(value);
}

static void say_undefined(struct probe *probe, double *w)
{
    const struct syntax *syntax = probe->syntax;
    struct text message;
    text_init(&message);
    probe_plain_witness(probe->model, is_undefined, probe, w);
    text_add(&message, "the Kullback–Leibler divergence of the truth is undefined: ");
    probe_add_point(probe->model, "K", w, &message);
    text_add(&message, " = undefined");
    diags_add(probe->diags, SEV_ERROR, syntax->file, syntax->source, syntax->truths[0].at, "%s",
              text_get(&message));
    text_done(&message);
    probe->failed = true;
}

static void say_infinite(struct probe *probe, size_t finite)
{
    const struct syntax *syntax = probe->syntax;
    bool data = !probe->model->likelihood->has_truth;
    if (finite > 0) {
        double share = 100 * (double)(probe->n - finite) / (double)probe->n;
        if (!data && share >= INFINITE_SHARE)
            diags_add(probe->diags, SEV_WARNING, syntax->file, syntax->source,
                      syntax->outputs[0].at,
                      "K is infinite, or too great for a number, at about %.0f %% of the box: the "
                      "truth can give what the model never does there",
                      share);
        return;
    }
    diags_add(probe->diags, SEV_ERROR, syntax->file, syntax->source, syntax->outputs[0].at,
              data ? "the data hold what the model never gives: the loss is infinite at every "
                     "parameter that was tried"
                   : "the truth can give what the model never does: K is infinite at every "
                     "parameter that was tried");
    probe->failed = true;
}

static bool at_edge(const struct probe *probe, const double *w)
{
    for (size_t v = 0; v < probe->model->dim; v++)
        if (w[v] <= probe->model->params[v].low || w[v] >= probe->model->params[v].high)
            return true;
    return false;
}

/* K may be infinite (a probability of 0), not everywhere; and undefined at an edge of the box. */
static void check_finite(struct probe *probe)
{
    double w[SYNTAX_MAX_PARAMS];
    bool data = !probe->model->likelihood->has_truth;
    size_t finite = 0;
    for (size_t i = 0; i < probe->n; i++)
        finite += isfinite(probe->values[i]) != 0;
    for (size_t i = 0; i < probe->n && !probe->failed; i++) {
        probe_sample_at(probe, i, w);
        if (isnan(probe->values[i]) && !data && !at_edge(probe, w))
            say_undefined(probe, w);
        else if (!isfinite(probe->values[i]))
            probe->values[i] = INFINITY;
    }
    if (!probe->failed)
        say_infinite(probe, finite);
}

/* --- the least K ------------------------------------------------------------------------------ */

struct end {
    double value, w[SYNTAX_MAX_PARAMS];
};

static void keep_end(struct end *ends, size_t n, double value, const double *w, size_t dim)
{
    for (size_t i = 0; i < n; i++) {
        if (!(value < ends[i].value))
            continue;
        memmove(ends + i + 1, ends + i, (n - 1 - i) * sizeof *ends);
        ends[i].value = value;
        memcpy(ends[i].w, w, dim * sizeof *w);
        return;
    }
}

/* Walks by the generators from the best sample, and from samples of no particular place. */
static void walk_down(struct probe *probe)
{
    struct model *model = probe->model;
    struct end ends[DESCENTS];
    double w[SYNTAX_MAX_PARAMS], dim = (double)model->dim, n = (double)model->n_generators;
    double cost = 40 * n * dim * (dim + 20), work = 0;
    for (size_t i = 0; i < DESCENTS; i++)
        ends[i].value = INFINITY;
    for (size_t start = 0; start < STARTS_MOST && !probe_is_zero(probe); start++) {
        size_t i = probe->n_plain + start - 1;
        if (start == 0) {
            i = 0;
            for (size_t k = 1; k < probe->n; k++)
                i = probe->values[k] < probe->values[i] ? k : i;
        }
        if (i >= probe->n || (start > 1 && work > STARTS_WORK))
            break;
        probe_sample_at(probe, i, w);
        double value = least_squares_walk(model, probe->space, model->kl_tolerance, w);
        probe_take_if_less(probe, value, w);
        keep_end(ends, DESCENTS, value, w, model->dim);
        work += cost;
    }
    for (size_t i = 0; i < DESCENTS && !probe_is_zero(probe); i++)
        if (isfinite(ends[i].value))
            probe_descend_from(probe, ends[i].w);
}

static void find_least(struct probe *probe)
{
    struct model *model = probe->model;
    double w[SYNTAX_MAX_PARAMS];
    for (size_t i = 0; i < probe->n; i++) {
        if (probe->values[i] < probe->least) {
            probe_sample_at(probe, i, w);
            probe_take_if_less(probe, probe->values[i], w);
        }
    }
    if (probe_is_zero(probe))
        return;
    if (model->generator_jacobian != NULL)
        walk_down(probe);
    if (!probe_is_zero(probe))
        probe_find_least(probe);
}

/* --- all of it -------------------------------------------------------------------------------- */

enum status probe_likelihood(const struct syntax *syntax, struct model *model, struct diags *diags)
{
    struct probe probe = {.syntax = syntax,
                          .model = model,
                          .diags = diags,
                          .least = INFINITY,
                          .space = program_space_new()};
    struct likelihood *likelihood = model->likelihood;
    probe_sample(&probe);
    if (likelihood->has_truth)
        check_arguments(&probe, true);
    if (!probe.failed)
        check_arguments(&probe, false);
    if (!probe.failed)
        check_finite(&probe);
    if (!probe.failed) {
        probe_find_scale(&probe);
        probe_find_hess_scale(&probe);
        if (!likelihood->has_truth)
            model->kl_tolerance = -INFINITY; /* L_N has no zero: the least is sought */
        find_least(&probe);
        probe_round_best(&probe);
        if (likelihood->has_truth)
            probe_settle(&probe);
        else
            population_shift(model, probe.least, probe.best);
        likelihood->in_model_unknown = likelihood->has_truth && !model->has_zero;
    }
    probe_done(&probe);
    return probe.failed ? ST_INPUT : ST_OK;
}
