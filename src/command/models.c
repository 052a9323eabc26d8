/* Models and points that a command line names. */
#include <math.h>
#include <string.h>

#include "cusp/arena.h"
#include "cusp/mem.h"
#include "command_private.h"

size_t session_side(struct command_context *context)
{
    struct snapshot snapshot;
    session_snapshot(context->session, &snapshot);
    return snapshot.state.focus_side < snapshot.n_sides ? snapshot.state.focus_side : 0;
}

const struct model *session_model(struct command_context *context)
{
    if (!context->session) {
        return NULL;
    }
    struct snapshot snapshot;
    session_snapshot(context->session, &snapshot);
    return snapshot.n_sides ? snapshot.sides[session_side(context)].model : NULL;
}

static bool is_path(const char *name)
{
    size_t length = strlen(name);
    return strchr(name, '/') || (length > 6 && strcmp(name + length - 6, ".model") == 0);
}

/* A name that is no path is looked up here, for a better answer than "no such file". */
static int unknown_model(struct command_context *context, const char *name)
{
    struct suggestion suggestion;
    suggestion_start(&suggestion, name);
    const struct catalogue *catalogue = context->catalogue;
    for (size_t i = 0; catalogue && i < catalogue->n_entries; i++) {
        suggestion_try(&suggestion, catalogue->entries[i].name);
    }
    bool command = false;
    for (size_t i = 0; commands[i]; i++) {
        const char *before = suggestion.best;
        suggestion_try(&suggestion, commands[i]->name);
        command |= suggestion.best != before;
    }
    if (!catalogue) {
        context->catalogue_missed = true;
        command_fault(context,
                      "no model '%.80s': there is no catalogue; name a file (./x.model) or "
                      "set CUSP_MODELS",
                      name);
    } else if (command) {
        command_fault_near(context, suggestion.best, "no model or command '%.80s'", name);
        return EXIT_USAGE;
    } else {
        command_fault_near(context, suggestion.best, "no model '%.80s' in the catalogue", name);
    }
    if (catalogue && !suggestion.best) {
        text_addf(context->err, "%s lists the models; a file is named by its path, ./x.model\n",
                  context->where == IN_SHELL ? "`cusp list`" : "`list`");
    }
    return EXIT_BAD;
}

int model_named(struct command_context *context, const char *name, const struct setting *settings,
                size_t n_settings, struct model **out)
{
    if (!is_path(name) && !(context->catalogue && catalogue_find(context->catalogue, name, NULL))) {
        return unknown_model(context, name);
    }
    struct diags diags;
    diags_init(&diags);
    enum status status =
        context->catalogue
            ? catalogue_load(context->catalogue, name, settings, n_settings, &diags, out)
            : model_from_file(name, settings, n_settings, &diags, out);
    int code = status == ST_OK ? EXIT_OK : EXIT_BAD;
    if (diags.count) {
        diags_print(&diags, context->err);
    } else if (status != ST_OK) {
        command_fault(context, "%.200s: %s", name, status_name(status));
    }
    diags_done(&diags);
    return code;
}

int model_inline(struct command_context *context, const char *text, const struct setting *settings,
                 size_t n_settings, struct model **out)
{
    struct diags diags;
    diags_init(&diags);
    enum status status = model_from_text(text, settings, n_settings, &diags, out);
    diags_print(&diags, context->err);
    if (status != ST_OK && !diags.count) {
        command_fault(context, "-e: %s", status_name(status));
    }
    diags_done(&diags);
    return status == ST_OK ? EXIT_OK : EXIT_BAD;
}

static bool knows(const struct model *model, const char *name)
{
    struct diags diags;
    diags_init(&diags);
    struct setting setting = {name, NAN};
    for (size_t i = 0; i < model->n_knobs; i++) {
        if (strcmp(model->knobs[i].name, name) == 0) {
            diags_done(&diags);
            return true;
        }
    }
    /* a const: found by asking the checker to set it to what it cannot mind */
    setting.value = 1;
    struct syntax *syntax = NULL;
    enum status status =
        syntax_parse("", model->text, strlen(model->text), &setting, 1, &diags, &syntax);
    bool known = status == ST_OK;
    for (size_t i = 0; i < diags.count && !known; i++) {
        known = !strstr(diags.items[i].message, name);
    }
    syntax_free(syntax);
    diags_done(&diags);
    return known;
}

/* With two models a setting goes to those that know its name. */
static int load_one(struct command_context *context, const struct args *args, bool several,
                    const char *name, bool text, bool *used, struct model **out)
{
    int (*load)(struct command_context *, const char *, const struct setting *, size_t,
                struct model **) = text ? model_inline : model_named;
    if (!several || args->n_settings == 0) {
        for (size_t i = 0; i < args->n_settings; i++) {
            used[i] = true;
        }
        return load(context, name, args->settings, args->n_settings, out);
    }
    int code = load(context, name, NULL, 0, out);
    if (code != EXIT_OK) {
        return code;
    }
    struct setting *own = arena_new(args->arena, args->n_settings, sizeof *own);
    size_t n_own = 0;
    for (size_t i = 0; i < args->n_settings; i++) {
        if (knows(*out, args->settings[i].name)) {
            own[n_own++] = args->settings[i];
            used[i] = true;
        }
    }
    if (n_own == 0) {
        return EXIT_OK;
    }
    model_unref(*out);
    *out = NULL;
    return load(context, name, own, n_own, out);
}

int args_models(struct command_context *context, const struct args *args, size_t max,
                struct model **models, size_t *n_models)
{
    size_t count = args->n_words + args->n_inline;
    *n_models = 0;
    if (count > max) {
        command_fault(context, "%s takes %s", args->command->name,
                      max == 1 ? "one model" : "at most two models");
        return EXIT_USAGE;
    }
    bool *used = arena_new(args->arena, args->n_settings + 1, sizeof *used);
    size_t next_word = 0, next_inline = 0;
    int code = EXIT_OK;
    for (size_t i = 0; i < count && code == EXIT_OK; i++) {
        bool text = next_inline < args->n_inline && args->inline_at[next_inline] <= next_word;
        const char *name = text ? args->inline_texts[next_inline++] : args->words[next_word++];
        models[i] = NULL;
        code = load_one(context, args, count > 1, name, text, used, &models[i]);
        *n_models += code == EXIT_OK;
    }
    for (size_t i = 0; i < args->n_settings && code == EXIT_OK && count > 0; i++) {
        if (!used[i]) {
            command_fault(context, "--set: neither model has a const or a knob '%.80s'",
                          args->settings[i].name);
            code = EXIT_BAD;
        }
    }
    if (code != EXIT_OK) {
        while (*n_models > 0) {
            model_unref(models[--*n_models]);
        }
    }
    return code;
}

int args_model(struct command_context *context, const struct args *args, struct model **out)
{
    size_t count = 0;
    int code = args_models(context, args, 1, out, &count);
    if (code != EXIT_OK || count == 1) {
        return code;
    }
    const struct model *present = session_model(context);
    if (!present) {
        command_fault(context, "%s: which model? A name from `list`, a path, or -e 'K = …'",
                      args->command->name);
        return EXIT_USAGE;
    }
    *out = model_ref((struct model *)(uintptr_t)present);
    return EXIT_OK;
}

int args_with_model(struct command_context *context, const struct args *args,
                    int (*work)(struct command_context *context, const struct args *args,
                                const struct model *model))
{
    struct model *model = NULL;
    int code = args_model(context, args, &model);
    if (code == EXIT_OK) {
        code = work(context, args, model);
        model_unref(model);
    }
    return code;
}

/* ---- points ---------------------------------------------------------------------------------- */

static int unknown_param(struct command_context *context, const struct model *model,
                         const char *name)
{
    struct suggestion suggestion;
    suggestion_start(&suggestion, name);
    for (size_t i = 0; i < model->dim; i++) {
        suggestion_try(&suggestion, model->params[i].name);
    }
    command_fault_near(context, suggestion.best, "%s has no parameter '%.80s'", model->name, name);
    if (!suggestion.best) {
        text_add(context->err, "its parameters:");
        for (size_t i = 0; i < model->dim; i++) {
            text_addf(context->err, " %s", model->params[i].name);
        }
        text_add(context->err, "\n");
    }
    return EXIT_BAD;
}

/* "x=0.5" or "x=1/3": the name, the value, and its text. */
static bool coordinate_read(const char *piece, struct arena *arena, struct setting *out,
                            const char **text)
{
    const char *equals = strrchr(piece, '='), *slash = equals ? strchr(equals, '/') : NULL;
    double divisor = 1;
    *text = equals ? equals + 1 : piece;
    if (!slash)
        return setting_read(piece, arena, out);
    if (!number_read(slash + 1, &divisor) ||
        !setting_read(arena_text(arena, piece, (size_t)(slash - piece)), arena, out))
        return false;
    out->value /= divisor;
    return isfinite(out->value);
}

/* Coordinate i where a point does not tell it: 0, or what of the box is nearest to it. */
static double preset_coordinate(const struct model *model, size_t i)
{
    return fmin(fmax(0, model->params[i].low), model->params[i].high);
}

/* texts[dim]: as they were written; NULL where they were not. */
static int read_coordinates(struct command_context *context, const struct model *model,
                            const char *text, struct arena *arena, double *w, const char **texts)
{
    for (size_t i = 0; i < model->dim; i++) {
        w[i] = preset_coordinate(model, i);
    }
    size_t count = 0;
    const char **pieces = pieces_of(text, arena, &count);
    for (size_t i = 0; i < count; i++) {
        struct setting setting;
        const char *written = "";
        if (!coordinate_read(pieces[i], arena, &setting, &written)) {
            command_fault(context, "'%.80s': a point is given as %s=0.5,… or as fractions, %s=1/3",
                          pieces[i], model->params[0].name, model->params[0].name);
            return EXIT_USAGE;
        }
        size_t axis = model_axis(model, setting.name);
        if (axis >= model->dim) {
            return unknown_param(context, model, setting.name);
        }
        w[axis] = setting.value;
        texts[axis] = written;
    }
    for (size_t i = 0; i < model->dim; i++) {
        const struct model_param *param = &model->params[i];
        if (!(w[i] >= param->low && w[i] <= param->high)) {
            command_fault(context, "%s = %g lies outside its box, [%g, %g]", param->name, w[i],
                          param->low, param->high);
            return EXIT_BAD;
        }
    }
    return EXIT_OK;
}

int point_read(struct command_context *context, const struct model *model, const char *text,
               struct arena *arena, double *w)
{
    const char **texts = arena_new(arena, model->dim, sizeof *texts);
    return read_coordinates(context, model, text, arena, w, texts);
}

int args_point_exactly(struct command_context *context, const struct args *args,
                       const struct model *model, double *w, const char ***texts)
{
    const struct option_value *at = args_value(args, "at");
    *texts = arena_new(args->arena, model->dim, sizeof **texts);
    return read_coordinates(context, model, at->given ? at->text : "", args->arena, w, *texts);
}

int args_point(struct command_context *context, const struct args *args, const struct model *model,
               double *w)
{
    const struct option_value *at = args_value(args, "at");
    return point_read(context, model, at->given ? at->text : "", args->arena, w);
}
