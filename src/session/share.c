/* The command line that makes a state again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session_private.h"

/* A word as a shell takes it. */
static void add_quoted(struct text *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./=,:+-@%^";
    text_add(out, " ");
    if (word[0] && word[strspn(word, plain)] == '\0') {
        text_add(out, word);
        return;
    }
    text_add(out, "'");
    for (const char *c = word; *c; c++) {
        if (*c == '\'') {
            text_add(out, "'\\''");
        } else {
            text_add_bytes(out, c, 1);
        }
    }
    text_add(out, "'");
}

/* The shortest decimal that reads back as the same double. */
static void add_number(struct text *out, double x)
{
    char buffer[64];
    for (int digits = 1; digits <= 17; digits++) {
        text_number(buffer, sizeof buffer, x, digits);
        if (strtod(buffer, NULL) == x) {
            break;
        }
    }
    text_add(out, buffer);
}

static void add_option(struct text *out, const char *name, size_t side)
{
    text_addf(out, " --%s%s", name, side ? "2" : "");
}

static void add_model(const struct session *session, const struct model *model, struct text *out)
{
    if (!model->path) {
        text_add(out, " -e");
        add_quoted(out, model->text);
        return;
    }
    const struct catalogue_entry *entry = catalogue_find(&session->catalogue, model->name, NULL);
    if (entry && strcmp(entry->path, model->path) == 0) {
        add_quoted(out, model->name);
        return;
    }
    struct text path;
    text_init(&path);
    text_addf(&path, "%s%s", strchr(model->path, '/') ? "" : "./", model->path);
    add_quoted(out, text_get(&path));
    text_done(&path);
}

static const struct model_knob *knob_named(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->n_knobs; i++) {
        if (strcmp(model->knobs[i].name, name) == 0) {
            return &model->knobs[i];
        }
    }
    return NULL;
}

static bool is_set(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->n_settings; i++) {
        if (strcmp(model->settings[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void add_set(struct text *out, size_t side, const char *name, double value)
{
    struct text word;
    text_init(&word);
    text_addf(&word, "%s=", name);
    add_number(&word, value);
    add_option(out, "set", side);
    add_quoted(out, text_get(&word));
    text_done(&word);
}

/* Consts that were set, and knobs that were set or turned. */
static void add_settings(const struct model *model, size_t side, struct text *out)
{
    for (size_t i = 0; i < model->n_settings; i++) {
        bool again = false; /* the last setting of a name counts */
        for (size_t j = i + 1; j < model->n_settings; j++) {
            again |= strcmp(model->settings[i].name, model->settings[j].name) == 0;
        }
        if (!again && !knob_named(model, model->settings[i].name)) {
            add_set(out, side, model->settings[i].name, model->settings[i].value);
        }
    }
    for (size_t i = 0; i < model->n_knobs; i++) {
        const struct model_knob *knob = &model->knobs[i];
        if (knob->value != knob->start || is_set(model, knob->name)) {
            add_set(out, side, knob->name, knob->value);
        }
    }
}

static void add_cursor(const struct model *model, const struct place *place, size_t side,
                       struct text *out)
{
    struct text point;
    text_init(&point);
    for (size_t i = 0; i < model->dim; i++) {
        text_addf(&point, "%s%s=", i ? "," : "", model->params[i].name);
        add_number(&point, place->cursor[i]);
    }
    add_option(out, "at", side);
    add_quoted(out, text_get(&point));
    text_done(&point);
}

static void add_window(const struct place *place, size_t side, struct text *out)
{
    bool line = place->axes[0] == place->axes[1];
    add_option(out, "window", side);
    text_add(out, " ");
    for (size_t i = 0; i < (line ? 1 : 2); i++) {
        text_add(out, i ? "," : "");
        add_number(out, place->low[i]);
        text_add(out, "..");
        add_number(out, place->high[i]);
    }
}

/* Where the place of one side differs from that of a model that was just opened; both sides are
   told then, for one follows the other. */
struct moves {
    bool window, cursor;
};

static struct moves moves_of(const struct session *session, size_t sides)
{
    struct moves moves = {false, false};
    for (size_t side = 0; side < sides; side++) {
        const struct model *model = session->models[side];
        struct place place = place_of(&session->state, side), fresh;
        place_default(model, &fresh);
        for (size_t i = 0; i < model->dim; i++) {
            moves.cursor |= place.cursor[i] != fresh.cursor[i];
        }
        for (size_t i = 0; i < 2; i++) {
            double low, high;
            session_axis_range(model, place.axes[i], &low, &high);
            moves.window |= place.low[i] != low || place.high[i] != high;
        }
    }
    return moves;
}

static void add_place(const struct session *session, size_t side, struct moves moves,
                      struct text *out)
{
    const struct model *model = session->models[side];
    struct place place = place_of(&session->state, side), fresh;
    place_default(model, &fresh);
    if (place.axes[0] != fresh.axes[0] || place.axes[1] != fresh.axes[1]) {
        struct text axes;
        text_init(&axes);
        text_addf(&axes, "%s,%s", model_axis_name(model, place.axes[0]),
                  model_axis_name(model, place.axes[1]));
        add_option(out, "axes", side);
        add_quoted(out, text_get(&axes));
        text_done(&axes);
    }
    if (moves.window) {
        add_window(&place, side, out);
    }
    if (moves.cursor) {
        add_cursor(model, &place, side, out);
    }
}

/* The chart that is looked at, and what was blown up by hand. */
static void add_hand(const struct state *state, size_t sides, struct text *out)
{
    text_add(out, state->by_hand ? " --by-hand" : "");
    for (size_t side = 0; side < sides; side++) {
        if (state->moves[side][0]) {
            add_option(out, "moves", side);
            add_quoted(out, state->moves[side]);
        }
    }
    if (state->failure[0]) {
        text_add(out, " --failure");
        add_quoted(out, state->failure);
        text_add(out, state->mended ? " --mended" : "");
    }
    size_t chart = state->chart[state->focus_side < sides ? state->focus_side : 0];
    if (chart) {
        text_addf(out, " --chart %zu", chart);
    }
}

void session_share(struct session *session, struct text *out)
{
    const struct state *state = &session->state;
    text_add(out, "cusp");
    bool both = session->models[0] && session->models[1] && state->compare;
    size_t sides = both ? 2 : session->models[0] ? 1 : 0;
    for (size_t side = 0; side < sides; side++) {
        add_model(session, session->models[side], out);
    }
    for (size_t side = 0; side < sides; side++) {
        add_settings(session->models[side], side, out);
    }
    text_add(out, " --n ");
    add_number(out, state->n);
    if (state->beta != 1) {
        text_add(out, " --beta ");
        add_number(out, state->beta);
    }
    if (state->data_seed != 1) {
        text_addf(out, " --data-seed %llu", (unsigned long long)state->data_seed);
    }
    struct moves moves = moves_of(session, sides);
    for (size_t side = 0; side < sides; side++) {
        add_place(session, side, moves, out);
    }
    if (!state->compare) {
        text_add(out, " --compare off");
    }
    if (state->focus[0]) {
        text_add(out, " --focus");
        add_quoted(out, state->focus);
    }
    if (state->focus_side == 1 && both) {
        text_add(out, " --side 2");
    }
    text_add(out, state->zoomed ? " --zoomed" : "");
    text_add(out, state->rank_overlay ? " --rank" : "");
    if (state->page) {
        text_addf(out, " --page %zu", state->page);
    }
    add_hand(state, sides, out);
    if (state->play_speed != 1) {
        text_add(out, " --speed ");
        add_number(out, state->play_speed);
    }
    text_add(out, state->playing ? " --play" : "");
    if (state->filter[0]) {
        text_add(out, " --filter");
        add_quoted(out, state->filter);
    }
    if (state->catalogue_open && sides > 0) {
        text_add(out, " --catalogue");
    }
    if (state->catalogue_open && state->catalogue_row) {
        text_addf(out, " --row %zu", state->catalogue_row + 1);
    }
    if (session->seed != 1) {
        text_addf(out, " --seed %llu", (unsigned long long)session->seed);
    }
}
