/* Models as other rooms use them: from text or a file, with a knob turned, shared and let go. */
#include "cusp/model.h"

#include <math.h>
#include <string.h>

#include "cusp/data.h"
#include "cusp/mem.h"
#include "likelihood_parts.h"

struct model *model_ref(struct model *model)
{
    atomic_fetch_add_explicit(&model->references, 1, memory_order_relaxed);
    return model;
}

static void free_names(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        mem_free(names[i]);
    mem_free(names);
}

static void free_facts(struct model *model)
{
    mem_free(model->name);
    mem_free(model->path);
    mem_free(model->text);
    mem_free(model->title);
    mem_free(model->about);
    mem_free(model->cite);
    mem_free(model->formula);
    mem_free(model->formula_ascii);
    mem_free(model->contrast);
    for (size_t i = 0; i < model->dim; i++)
        mem_free(model->params[i].name);
    mem_free(model->params);
    for (size_t i = 0; i < model->n_knobs; i++)
        mem_free(model->knobs[i].name);
    mem_free(model->knobs);
    for (size_t i = 0; i < model->n_settings; i++)
        mem_free((char *)(uintptr_t)model->settings[i].name);
    mem_free(model->settings);
    free_names(model->regions, model->n_regions);
    free_names(model->observables, model->n_observables);
    for (size_t i = 0; i < model->n_expects; i++)
        mem_free(model->expects[i].at);
    mem_free(model->expects);
}

void model_unref(struct model *model)
{
    if (model == NULL ||
        atomic_fetch_sub_explicit(&model->references, 1, memory_order_acq_rel) != 1)
        return;
    free_facts(model);
    likelihood_free(model->likelihood);
    data_unref(model->file_data);
    program_free(model->kl);
    program_free(model->kl_grad);
    program_free(model->kl_hess);
    program_free(model->generators);
    program_free(model->generator_jacobian);
    if (model->shares == NULL) {
        program_free(model->log_prior);
        program_free(model->region_tests);
        program_free(model->observable_values);
    }
    model_unref(model->shares);
    dag_free(model->dag);
    mem_free(model);
}

/* --- from text and files ---------------------------------------------------------------------- */

static enum status build_text(const char *file, const char *text, size_t length, const char *name,
                              const char *path, const struct setting *settings, size_t n_settings,
                              struct diags *diags, struct model **out)
{
    struct syntax *syntax = NULL;
    *out = NULL;
    enum status status = syntax_parse(file, text, length, settings, n_settings, diags, &syntax);
    if (status != ST_OK)
        return status;
    status = model_build(syntax, name, path, settings, n_settings, diags, out);
    syntax_free(syntax);
    return status;
}

enum status model_from_text(const char *text, const struct setting *settings, size_t n_settings,
                            struct diags *diags, struct model **out)
{
    struct text whole;
    text_init(&whole);
    syntax_complete(text, strlen(text), &whole);
    enum status status = build_text("-e", text_get(&whole), whole.length, "inline", NULL, settings,
                                    n_settings, diags, out);
    text_done(&whole);
    return status;
}

/* "models/cusp.model" → "cusp". */
static char *path_stem(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *from = slash ? slash + 1 : path;
    size_t length = strlen(from), suffix = strlen(".model");
    if (length > suffix && strcmp(from + length - suffix, ".model") == 0)
        length -= suffix;
    return mem_copy_text(from, length);
}

enum status model_from_file(const char *path, const struct setting *settings, size_t n_settings,
                            struct diags *diags, struct model **out)
{
    struct syntax *syntax = NULL;
    *out = NULL;
    enum status status = syntax_read(path, settings, n_settings, diags, &syntax);
    if (status != ST_OK)
        return status;
    char *name = path_stem(path);
    status = model_build(syntax, name, path, settings, n_settings, diags, out);
    mem_free(name);
    syntax_free(syntax);
    return status;
}

enum status model_with(const struct model *model, const char *name, double value,
                       struct diags *diags, struct model **out)
{
    *out = NULL;
    if (!isfinite(value))
        return ST_DOMAIN;
    for (size_t i = 0; i < model->n_knobs; i++) {
        const struct model_knob *knob = &model->knobs[i];
        if (strcmp(knob->name, name) == 0 && !(value >= knob->low && value <= knob->high))
            return ST_DOMAIN;
    }
    struct setting *settings = mem_new(model->n_settings + 1, sizeof *settings);
    size_t n = 0;
    for (size_t i = 0; i < model->n_settings; i++)
        if (strcmp(model->settings[i].name, name) != 0)
            settings[n++] = model->settings[i];
    settings[n++] = (struct setting){.name = name, .value = value};
    enum status status =
        build_text(model->path ? model->path : "-e", model->text, strlen(model->text), model->name,
                   model->path, settings, n, diags, out);
    mem_free(settings);
    return status;
}

/* --- questions -------------------------------------------------------------------------------- */

size_t model_axis(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->dim; i++)
        if (strcmp(model->params[i].name, name) == 0)
            return i;
    for (size_t i = 0; i < model->n_observables; i++)
        if (strcmp(model->observables[i], name) == 0)
            return model->dim + i;
    return SIZE_MAX;
}

const char *model_axis_name(const struct model *model, size_t axis)
{
    if (axis < model->dim)
        return model->params[axis].name;
    axis -= model->dim;
    return axis < model->n_observables ? model->observables[axis] : "";
}

double model_regular_rlct(const struct model *model)
{
    return (double)model->dim / 2;
}

/* The claim without a point; else that of the point which rules: least λ, and then greatest m. */
const struct model_expect *model_expectation(const struct model *model)
{
    const struct model_expect *best = NULL;
    for (size_t i = 0; i < model->n_expects; i++) {
        const struct model_expect *expect = &model->expects[i];
        if (!expect->has_at)
            return expect;
        if (expect->rlct.den == 0)
            continue;
        double less = best ? rat_value(expect->rlct) - rat_value(best->rlct) : -1;
        if (less < 0 || (less == 0 && expect->multiplicity > best->multiplicity))
            best = expect;
    }
    return best;
}

double model_box_volume(const struct model *model)
{
    double volume = 1;
    for (size_t i = 0; i < model->dim; i++)
        volume *= model->params[i].high - model->params[i].low;
    return volume;
}

const char *model_kind_name(enum model_kind kind)
{
    switch (kind) {
    case MODEL_POTENTIAL:
        return "potential";
    case MODEL_REGRESSION:
        return "regression";
    case MODEL_DENSITY:
        return "density";
    }
    return "";
}
