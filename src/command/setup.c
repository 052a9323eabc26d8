/* Options that make a state: what `explore` and `frame` share, and what `share` writes. */
#include <string.h>

#include "cusp/view.h"
#include "command_private.h"

int session_for(struct command_context *context, const struct args *args, bool synchronous,
                struct session **out)
{
    struct session_options options = {
        .models_directory = context->catalogue ? context->catalogue->directory : NULL,
        .seed = args_seed(args),
        .threads = args_threads(args),
        .synchronous = synchronous,
    };
    struct diags diags;
    diags_init(&diags);
    enum status status = session_new(&options, &diags, out);
    diags_done(&diags);
    /* without a catalogue it works on paths and inline text; a name that is missed is told then */
    return status == ST_OK || status == ST_IO ? EXIT_OK : EXIT_BAD;
}

/* --set2 NAME=VALUE,… on a second model. */
static int apply_settings2(struct command_context *context, const struct args *args,
                           struct session *session)
{
    const struct option_value *value = args_value(args, "set2");
    size_t count = 0;
    const char **pieces = pieces_of(value->given ? value->text : "", args->arena, &count);
    if (count == 0) {
        return EXIT_OK;
    }
    struct setting *settings = arena_new(args->arena, count, sizeof *settings);
    for (size_t i = 0; i < count; i++) {
        if (!setting_read(pieces[i], args->arena, &settings[i])) {
            command_fault(context, "--set2 %.80s: NAME=VALUE is wanted, with a number", pieces[i]);
            return EXIT_USAGE;
        }
    }
    struct snapshot snapshot;
    session_snapshot(session, &snapshot);
    if (snapshot.n_sides < 2) {
        command_fault(context, "--set2: there is no second model");
        return EXIT_USAGE;
    }
    const struct model *old = snapshot.sides[1].model;
    struct model *model = NULL;
    int code = old->path ? model_named(context, old->path, settings, count, &model)
                         : model_inline(context, old->text, settings, count, &model);
    if (code == EXIT_OK) {
        code = session_open(session, 1, model) == ST_OK ? EXIT_OK : EXIT_BAD;
    }
    model_unref(model);
    return code;
}

static int open_models(struct command_context *context, const struct args *args,
                       struct session *session, bool contrast)
{
    const struct option_value *compare = args_value(args, "compare");
    bool off = compare->given && strcmp(compare->text, "off") == 0;
    bool on = compare->given && strcmp(compare->text, "on") == 0;
    const char *other = compare->given && !off && !on ? compare->text : NULL;
    struct model *models[SIDES_MAX];
    size_t count = 0;
    int code = args_models(context, args, SIDES_MAX, models, &count);
    if (code != EXIT_OK) {
        return code;
    }
    if (other && count == 1) {
        code = model_named(context, other, NULL, 0, &models[1]);
        count += code == EXIT_OK;
    } else if (other) {
        command_fault(context, "--compare %.80s: %s", other,
                      count ? "two models are named already" : "there is no first model");
        code = EXIT_USAGE;
    }
    enum status status = ST_OK;
    if (code == EXIT_OK && (off || (count == 1 && !on && !contrast))) {
        status = session_compare(session, false);
    }
    for (size_t i = 0; i < count && code == EXIT_OK && status == ST_OK; i++) {
        if (count == 2 && i == 0) { /* the contrast is not wanted: do not load it */
            status = session_compare(session, false);
        }
        status = status == ST_OK ? session_open(session, i, models[i]) : status;
    }
    if (status == ST_OK && code == EXIT_OK && count == 2 && off) {
        status = session_compare(session, false);
    }
    for (size_t i = 0; i < count; i++) {
        model_unref(models[i]);
    }
    return code == EXIT_OK && status != ST_OK ? EXIT_BAD : code;
}

static int apply_axes(struct command_context *context, const struct args *args,
                      struct session *session, size_t side, const struct model *model)
{
    const struct option_value *value = args_value(args, side ? "axes2" : "axes");
    if (!value->given) {
        return EXIT_OK;
    }
    size_t count = 0;
    const char **names = pieces_of(value->text, args->arena, &count);
    if (count < 1 || count > 2 ||
        session_set_axes(session, side, model_axis(model, names[0]),
                         model_axis(model, names[count - 1])) != ST_OK) {
        command_fault(context, "--axes %.80s: two different parameters of %s are wanted",
                      value->text, model->name);
        return EXIT_BAD;
    }
    return EXIT_OK;
}

static int apply_window(struct command_context *context, const struct args *args,
                        struct session *session, size_t side)
{
    const struct option_value *value = args_value(args, side ? "window2" : "window");
    double low[2], high[2];
    size_t axes = 0;
    if (!value->given) {
        return EXIT_OK;
    }
    STATE_COUNT(session, focus_side, side);
    if (!window_read(value->text, low, high, &axes)) {
        command_fault(context, "--window %.80s: LO..HI,LO..HI is wanted", value->text);
        return EXIT_USAGE;
    }
    if (session_set_window(session, low, high) != ST_OK) {
        command_fault(context, "--window %.80s lies outside the box or is too narrow", value->text);
        return EXIT_BAD;
    }
    return EXIT_OK;
}

static int apply_cursor(struct command_context *context, const struct args *args,
                        struct session *session, size_t side, const struct model *model)
{
    const struct option_value *value = args_value(args, side ? "at2" : "at");
    double w[SYNTAX_MAX_PARAMS];
    if (!value->given) {
        return EXIT_OK;
    }
    int code = point_read(context, model, value->text, args->arena, w);
    if (code == EXIT_OK && session_set_cursor(session, side, w) != ST_OK) {
        command_fault(context, "the point lies outside the box");
        code = EXIT_BAD;
    }
    return code;
}

/* The second side's place follows the first's unless it is told too. */
static int apply_places(struct command_context *context, const struct args *args,
                        struct session *session)
{
    int code = EXIT_OK;
    struct snapshot before;
    session_snapshot(session, &before);
    size_t sides = before.state.catalogue_open ? 0 : before.n_sides;
    for (size_t side = 0; side < sides && code == EXIT_OK; side++) {
        const struct model *model = before.sides[side].model;
        code = apply_axes(context, args, session, side, model);
    }
    session_link(session, !args_flag(args, "window2"));
    for (size_t side = 0; side < sides && code == EXIT_OK; side++) {
        code = apply_window(context, args, session, side);
    }
    session_link(session, !args_flag(args, "at2"));
    for (size_t side = 0; side < sides && code == EXIT_OK; side++) {
        const struct model *model = before.sides[side].model;
        code = apply_cursor(context, args, session, side, model);
    }
    session_link(session, true);
    return code;
}

static void set_fields(struct state *state, void *context)
{
    const struct args *args = context;
    const struct option_value *focus = args_value(args, "focus");
    state->rank_overlay = args_flag(args, "rank");
    state->zoomed = args_flag(args, "zoomed");
    state->playing = args_flag(args, "play");
    state->catalogue_open |= args_flag(args, "catalogue");
    state->focus_side = args_number(args, "side") == 2 ? 1 : 0;
    if (focus->given) {
        memset(state->focus, 0, sizeof state->focus);
        strncpy(state->focus, focus->text, sizeof state->focus - 1);
    }
    state->page = (size_t)args_number(args, "page");
    state->by_hand = args_flag(args, "by-hand");
    state->chart[state->focus_side] = (size_t)args_number(args, "chart");
    for (size_t side = 0; side < SIDES_MAX; side++) {
        const struct option_value *moves = args_value(args, side ? "moves2" : "moves");
        if (moves->given) {
            memset(state->moves[side], 0, MOVES_MAX);
            strncpy(state->moves[side], moves->text, MOVES_MAX - 1);
        }
    }
    if (args_flag(args, "speed")) {
        state->play_speed = args_number(args, "speed");
    }
    const struct option_value *failure = args_value(args, "failure");
    if (failure->given && failure_named(failure->text) != NULL) {
        memset(state->failure, 0, sizeof state->failure);
        strncpy(state->failure, failure->text, sizeof state->failure - 1);
        state->mended = args_flag(args, "mended");
    }
    const struct option_value *filter = args_value(args, "filter");
    if (filter->given) {
        memset(state->filter, 0, sizeof state->filter);
        strncpy(state->filter, filter->text, sizeof state->filter - 1);
    }
    if (args_flag(args, "row") && args_number(args, "row") >= 1) {
        state->catalogue_row = (size_t)args_number(args, "row") - 1;
    }
}

static int check_focus(struct command_context *context, const char *name)
{
    struct suggestion suggestion;
    suggestion_start(&suggestion, name);
    for (size_t i = 0; views[i]; i++) {
        suggestion_try(&suggestion, views[i]->name);
    }
    if (view_find(name)) {
        return EXIT_OK;
    }
    command_fault_near(context, suggestion.best, "no view '%.80s'", name);
    return EXIT_USAGE;
}

int failure_fault(struct command_context *context, const char *name)
{
    struct suggestion suggestion;
    suggestion_start(&suggestion, name);
    for (size_t i = 0; failures[i].name != NULL; i++) {
        suggestion_try(&suggestion, failures[i].name);
    }
    command_fault_near(context, suggestion.best, "there is no preset '%.80s'", name);
    return EXIT_USAGE;
}

static int apply_data(struct command_context *context, const struct args *args,
                      struct session *session)
{
    const struct option_value *seed = args_value(args, "data-seed"),
                              *beta = args_value(args, "beta");
    if (beta->given && session_set_beta(session, beta->number) != ST_OK) {
        command_fault(context, "--beta %g: an inverse temperature is above 0", beta->number);
        return EXIT_BAD;
    }
    if (seed->given && session_set_data_seed(session, args_data_seed(args)) != ST_OK) {
        return session_fault(context, "the data could not be changed");
    }
    return EXIT_OK;
}

/* A preset of what goes wrong has a model of its own; another would stand above its run. */
static int check_failure(struct command_context *context, const struct args *args,
                         struct session *session)
{
    const struct option_value *asked = args_value(args, "failure");
    const struct failure *failure = asked->given ? failure_named(asked->text) : NULL;
    struct snapshot snapshot;
    if (failure == NULL) {
        return EXIT_OK;
    }
    session_snapshot(session, &snapshot);
    bool open = !snapshot.state.catalogue_open && snapshot.n_sides > 0;
    const struct model *model = open ? snapshot.sides[0].model : NULL;
    bool of_text = strncmp(failure->model, "param", 5) == 0;
    bool own =
        model != NULL && (of_text ? model->path == NULL && strcmp(model->text, failure->model) == 0
                                  : strcmp(model->name, failure->model) == 0);
    if (own) {
        return EXIT_OK;
    }
    if (model != NULL) {
        command_fault(context, "--failure %s is about another model: %s%s", failure->name,
                      of_text ? "-e " : "", failure->model);
        return EXIT_USAGE;
    }
    return failure_open(context, session, failure, args_flag(args, "n"));
}

int state_setup(struct command_context *context, const struct args *args, struct session *session,
                bool contrast)
{
    const struct option_value *n = args_value(args, "n"), *focus = args_value(args, "focus");
    const struct option_value *failure = args_value(args, "failure");
    int code = focus->given ? check_focus(context, focus->text) : EXIT_OK;
    if (code == EXIT_OK && failure->given && failure_named(failure->text) == NULL) {
        code = failure_fault(context, failure->text);
    }
    if (code == EXIT_OK) {
        code = open_models(context, args, session, contrast);
    }
    if (code == EXIT_OK) {
        code = check_failure(context, args, session);
    }
    if (code == EXIT_OK) {
        code = apply_settings2(context, args, session);
    }
    if (code == EXIT_OK && n->given && session_set_n(session, n->number) != ST_OK) {
        code = fault_of_n(context, session, n->number);
    }
    if (code == EXIT_OK) {
        code = apply_data(context, args, session);
    }
    if (code == EXIT_OK) {
        code = apply_places(context, args, session);
    }
    if (code == EXIT_OK) {
        session_edit(session, "fields", set_fields, (void *)(uintptr_t)args);
    }
    return code;
}
