/* Builds a model from a checked tree: graph, programs, prior, regions and what the file says. */
#include "model_parts.h"

#include <string.h>

#include "cusp/data.h"
#include "cusp/mem.h"
#include "likelihood_parts.h"

enum {
    MAX_GENERATORS = 1024,
    MAX_JACOBIAN = 4096, /* entries of the generators' Jacobian; beyond it none is kept */
};

static char *copy_text(const char *text)
{
    return mem_copy_text(text ? text : "", text ? strlen(text) : 0);
}

static char *copy_or_null(const char *text)
{
    return text ? copy_text(text) : NULL;
}

/* --- what the file says ----------------------------------------------------------------------- */

static void set_settings(struct model *model, const struct setting *settings, size_t n)
{
    model->settings = mem_new(n + 1, sizeof *model->settings);
    model->n_settings = n;
    for (size_t i = 0; i < n; i++) {
        model->settings[i].name = copy_text(settings[i].name);
        model->settings[i].value = settings[i].value;
    }
}

static void set_params(struct model *model, const struct syntax *syntax)
{
    model->dim = syntax->dim;
    model->params = mem_new(syntax->dim + 1, sizeof *model->params);
    for (size_t s = 0; s < syntax->n_symbols; s++) {
        const struct symbol *symbol = syntax->symbols[s];
        if (symbol->kind != SYM_PARAM)
            continue;
        for (size_t i = symbol->first; i < symbol->first + symbol->count; i++) {
            char name[256];
            syntax_param_name(syntax, i, name, sizeof name);
            model->params[i].name = copy_text(name);
            model->params[i].low = symbol->low_value;
            model->params[i].high = symbol->high_value;
        }
    }
}

static bool is_overridden(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->n_settings; i++)
        if (strcmp(model->settings[i].name, name) == 0)
            return true;
    return false;
}

/* The start of a knob is what the file says, whatever it is set to now. */
static void set_knobs(struct model *model, const struct syntax *syntax, struct lower *lower)
{
    model->knobs = mem_new(syntax->n_symbols + 1, sizeof *model->knobs);
    for (size_t s = 0; s < syntax->n_symbols; s++) {
        const struct symbol *symbol = syntax->symbols[s];
        if (symbol->kind != SYM_KNOB)
            continue;
        struct model_knob *knob = &model->knobs[model->n_knobs++];
        knob->name = copy_text(symbol->name);
        knob->low = symbol->low_value;
        knob->high = symbol->high_value;
        knob->value = knob->start = symbol->number;
        double start;
        if (is_overridden(model, symbol->name) && symbol->value != NULL &&
            lower_number(lower, symbol->value, &start) == ST_OK)
            knob->start = start;
    }
}

static void set_formula(struct model *model, const struct syntax *syntax)
{
    if (syntax->n_outputs > 0) {
        model->formula_ascii = likelihood_formula(syntax, &syntax->outputs[0], false);
        model->formula = likelihood_formula(syntax, &syntax->outputs[0], true);
        return;
    }
    const char *name = syntax->potential_name ? syntax->potential_name : "K";
    struct text text;
    text_init(&text);
    text_addf(&text, "%s = ", name);
    syntax_expr_text(syntax, syntax->potential, &text);
    model->formula_ascii = copy_text(text_get(&text));
    text_clear(&text);
    text_addf(&text, "%s = ", name);
    syntax_expr_pretty(syntax, syntax->potential, &text);
    model->formula = copy_text(text_get(&text));
    text_done(&text);
}

static void set_expects(struct model *model, const struct syntax *syntax)
{
    model->n_expects = syntax->n_expects;
    model->expects = mem_new(syntax->n_expects + 1, sizeof *model->expects);
    for (size_t i = 0; i < syntax->n_expects; i++) {
        const struct expect_stmt *from = &syntax->expects[i];
        struct model_expect *to = &model->expects[i];
        to->rlct = from->rlct;
        to->multiplicity = from->multiplicity;
        to->has_at = from->has_at;
        to->at = mem_new(model->dim + 1, sizeof *to->at);
        memcpy(to->at, from->at_w, model->dim * sizeof *to->at);
    }
}

static void set_plain_facts(struct model *model, const struct syntax *syntax, const char *name,
                            const char *path)
{
    model->name = copy_text(name ? name : "inline");
    model->path = copy_or_null(path);
    model->text = copy_text(syntax->source);
    model->about = copy_text(syntax->about);
    model->cite = copy_text(syntax->cite);
    model->contrast = copy_or_null(syntax->contrast);
    model->kind = MODEL_POTENTIAL; /* a likelihood is known for what it is once it is lowered */
    set_params(model, syntax);
    set_formula(model, syntax);
    model->title = copy_text(syntax->title ? syntax->title : model->formula);
    set_expects(model, syntax);
}

/* --- programs --------------------------------------------------------------------------------- */

static void build_generators(struct model *model)
{
    size_t dim = model->dim;
    uint32_t *found = mem_new(MAX_GENERATORS, sizeof *found);
    size_t n = dag_generators(model->dag, model->kl_node, found, MAX_GENERATORS);
    if (n > 0 && n < MAX_GENERATORS) {
        model->n_generators = n;
        model->generators = program_new(model->dag, found, n);
        if (n * dim <= MAX_JACOBIAN) {
            uint32_t *jacobian = mem_new(n, dim * sizeof *jacobian);
            for (size_t i = 0; i < n; i++)
                dag_gradient(model->dag, found[i], jacobian + i * dim);
            model->generator_jacobian = program_new(model->dag, jacobian, n * dim);
            mem_free(jacobian);
        }
    }
    mem_free(found);
}

static enum status build_regions(struct model *model, const struct syntax *syntax,
                                 struct lower *lower)
{
    enum status status = ST_OK;
    size_t n = syntax->n_regions;
    uint32_t *nodes = mem_new(n + 1, sizeof *nodes);
    model->regions = mem_new(n + 1, sizeof *model->regions);
    for (size_t i = 0; i < n; i++) {
        model->regions[model->n_regions++] = copy_text(syntax->regions[i].name);
        if (lower_expr(lower, syntax->regions[i].condition, &nodes[i]) != ST_OK)
            status = ST_INPUT;
    }
    if (n > 0 && status == ST_OK)
        model->region_tests = program_new(model->dag, nodes, n);
    mem_free(nodes);
    return status;
}

static enum status build_observables(struct model *model, const struct syntax *syntax,
                                     struct lower *lower)
{
    enum status status = ST_OK;
    uint32_t *nodes = mem_new(syntax->n_symbols + 1, sizeof *nodes);
    model->observables = mem_new(syntax->n_symbols + 1, sizeof *model->observables);
    for (size_t s = 0; s < syntax->n_symbols; s++) {
        const struct symbol *symbol = syntax->symbols[s];
        if (symbol->kind != SYM_OBSERVE)
            continue;
        if (lower_expr(lower, symbol->value, &nodes[model->n_observables]) != ST_OK)
            status = ST_INPUT;
        model->observables[model->n_observables++] = copy_text(symbol->name);
    }
    if (model->n_observables > 0 && status == ST_OK)
        model->observable_values = program_new(model->dag, nodes, model->n_observables);
    mem_free(nodes);
    return status;
}

static enum status set_view(struct model *model, const struct syntax *syntax, struct lower *lower)
{
    model->view[0] = 0;
    model->view[1] = model->dim > 1 ? 1 : 0;
    for (size_t k = 0; k < 2; k++) {
        const struct expr *axis = syntax->view[k];
        uint32_t node;
        if (axis == NULL)
            continue;
        if (axis->kind == EX_NAME && axis->symbol->kind == SYM_OBSERVE) {
            model->view[k] = model_axis(model, axis->symbol->name);
        } else if (lower_expr(lower, axis, &node) != ST_OK) {
            return ST_INPUT;
        } else {
            model->view[k] = dag_node(model->dag, node)->variable;
        }
    }
    if (syntax->view[0] != NULL && syntax->view[1] == NULL)
        model->view[1] = model->view[0];
    return ST_OK;
}

static enum status build_potential(struct model *model, const struct syntax *syntax,
                                   struct lower *lower, struct diags *diags)
{
    enum status status = lower_expr(lower, syntax->potential, &model->kl_node);
    if (status != ST_OK)
        return status;
    model->smooth = model_node_is_smooth(model->dag, model->kl_node);
    population_written(model);
    build_generators(model);
    if (dag_full(model->dag)) {
        diags_add(diags, SEV_ERROR, syntax->file, syntax->source, syntax->potential_at,
                  "this potential is too large: its derivatives do not fit");
        return ST_INPUT;
    }
    return probe_potential(syntax, model, diags);
}

static enum status build_likelihood(struct model *model, const struct syntax *syntax,
                                    struct diags *diags)
{
    enum status status = likelihood_build(syntax, model->path, model, diags);
    if (status != ST_OK)
        return status;
    model->kind = model->likelihood->is_regression ? MODEL_REGRESSION : MODEL_DENSITY;
    status = population_build(syntax, model, diags);
    if (status == ST_OK)
        status = probe_likelihood(syntax, model, diags);
    if (status == ST_OK)
        fisher_build(model);
    return status;
}

static enum status build_parts(struct model *model, const struct syntax *syntax,
                               struct diags *diags)
{
    model->dag = dag_new(model->dim);
    model->kl_node = MODEL_NO_NODE;
    struct lower *lower = lower_new(syntax, model->dag, diags);
    set_knobs(model, syntax, lower);
    /* Every part is tried, so that all faults are said at once. */
    enum status regions = build_regions(model, syntax, lower);
    enum status observables = build_observables(model, syntax, lower);
    enum status view = set_view(model, syntax, lower);
    enum status kl = syntax->potential != NULL ? build_potential(model, syntax, lower, diags)
                                               : build_likelihood(model, syntax, diags);
    enum status prior = prior_build(syntax, lower, model, diags);
    lower_free(lower);
    return regions != ST_OK || observables != ST_OK || view != ST_OK || prior != ST_OK ? ST_INPUT
                                                                                       : kl;
}

enum status model_build(const struct syntax *syntax, const char *name, const char *path,
                        const struct setting *settings, size_t n_settings, struct diags *diags,
                        struct model **out)
{
    *out = NULL;
    bool none = syntax->potential == NULL && syntax->n_outputs == 0;
    if (none || syntax->dim == 0 || syntax->dim > SYNTAX_MAX_PARAMS) {
        diags_add_file(diags, SEV_ERROR, syntax->file, "%s",
                       none ? "there is neither a potential K = … nor an output y ~ …"
                            : "there is no param statement");
        return ST_INPUT;
    }
    struct model *model = mem_new(1, sizeof *model);
    atomic_init(&model->references, 1);
    set_settings(model, settings, n_settings);
    set_plain_facts(model, syntax, name, path);
    enum status status = build_parts(model, syntax, diags);
    if (status != ST_OK) {
        model_unref(model);
        return status;
    }
    *out = model;
    return ST_OK;
}
