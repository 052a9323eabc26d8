/* Every change of state: each keeps the rules, becomes a step of undo and asks for its results. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "session_private.h"

/* A change of n by less than this factor goes on turning; a greater one is a step of its own. */
#define N_SMALL_FACTOR 3.2
/* Likewise, as a share of the range of a knob, and of the window for the cursor. */
#define KNOB_SMALL 0.06
#define CURSOR_SMALL 0.06
/* A window narrower than this share of its box says nothing more: K is rounding there. */
#define WINDOW_LEAST 1e-9

void session_commit(struct session *session, const char *kind, bool continues)
{
    undo_commit(&session->undo, &session->state, session->models, kind, continues);
    session->message[0] = '\0';
    session->message_is_error = false;
    session_refresh(session);
}

/* ---- models ---------------------------------------------------------------------------------- */

/* Takes a reference of its own; NULL: none. */
void session_swap_model(struct session *session, size_t side, struct model *model)
{
    struct model *old = session->models[side];
    session->models[side] = model ? model_ref(model) : NULL;
    stamp_take(&session->stamps[side], model ? model->path : NULL);
    model_unref(old);
}

static void put_model(struct session *session, size_t side, struct model *model)
{
    struct place place;
    place_default(model, &place);
    place_store(&place, &session->state, side);
    session_swap_model(session, side, model);
}

/* Stands beside a model of two parameters that names no contrast, when one is asked for. */
static const char *const regular_model = "regular-bowl";

/* The model called `name` on side 1 as the contrast of side 0, or nothing there if there is none.
   On failure says why. */
static enum status put_contrast(struct session *session, const char *name, char *why, size_t size)
{
    struct diags diags;
    diags_init(&diags);
    struct model *contrast = NULL;
    const struct model *model = session->models[0];
    enum status status = ST_UNABLE;
    if (name) {
        status = catalogue_load(&session->catalogue, name, NULL, 0, &diags, &contrast);
    }
    if (status == ST_OK) {
        put_model(session, 1, contrast);
        model_unref(contrast);
    } else {
        session_swap_model(session, 1, NULL);
        if (!name) {
            snprintf(why, size, "%s names no contrast; `compare NAME` picks one", model->name);
        } else {
            snprintf(why, size, "contrast '%s' cannot be opened: %s", name,
                     diags.count ? diags.items[0].message : status_name(status));
        }
    }
    diags_done(&diags);
    return status;
}

enum status session_open(struct session *session, size_t side, struct model *model)
{
    if (side >= SIDES_MAX || (side > 0 && !session->models[0])) {
        return ST_DOMAIN;
    }
    char why[MESSAGE_MAX] = "";
    bool previewed =
        session->state.catalogue_open && side == 0 && session->runs[RUN_PREVIEW].model == model;
    if (previewed) {
        run_move(session, &session->runs[RUN_PREVIEW], &session->runs[0]);
        session->preview_entry = SIZE_MAX;
    }
    session->state.catalogue_open = false;
    session->state.focus_side = side;
    put_model(session, side, model);
    if (side == 1) {
        session->state.compare = true;
    } else if (!session->state.compare) {
        session_swap_model(session, 1, NULL);
    } else if (put_contrast(session, model->contrast, why, sizeof why) == ST_OK ||
               !model->contrast) {
        why[0] = '\0'; /* a model without a contrast stands alone: nothing is wrong */
    }
    text_clear(&session->diagnostics);
    session_commit(session, "open", false);
    if (why[0]) {
        session_message(session, true, "%s", why);
    }
    return ST_OK;
}

enum status session_compare(struct session *session, bool on)
{
    if (on == session->state.compare && (!on || session->models[1] || !session->models[0])) {
        return ST_OK;
    }
    if (on && session->models[0] && !session->models[1]) {
        char why[MESSAGE_MAX] = "";
        const struct model *model = session->models[0];
        const char *name = model->contrast;
        if (!name && model->dim == 2 && strcmp(model->name, regular_model) != 0) {
            name = regular_model;
        }
        enum status status = put_contrast(session, name, why, sizeof why);
        if (status != ST_OK) {
            session_message(session, true, "%s", why);
            return status;
        }
    }
    session->state.compare = on;
    if (!on) {
        session->state.focus_side = 0;
    }
    session_commit(session, "compare", false);
    return ST_OK;
}

enum status session_set_knob(struct session *session, const char *name, double value)
{
    for (size_t i = 0; i < SIDES_MAX; i++) {
        size_t side = session->state.focus_side ^ i;
        struct model *model = session->models[side];
        for (size_t k = 0; model && k < model->n_knobs; k++) {
            const struct model_knob *knob = &model->knobs[k];
            if (strcmp(knob->name, name) != 0) {
                continue;
            }
            if (!(value >= knob->low && value <= knob->high)) {
                return ST_DOMAIN;
            }
            double share = fabs(value - knob->value) / (knob->high - knob->low);
            struct diags diags;
            diags_init(&diags);
            struct model *turned = NULL;
            enum status status = model_with(model, name, value, &diags, &turned);
            if (status == ST_OK) {
                char kind[UNDO_KIND_MAX];
                snprintf(kind, sizeof kind, "knob %zu %s", side, name);
                session_swap_model(session, side, turned);
                model_unref(turned);
                session_commit(session, kind, share <= KNOB_SMALL);
            } else {
                session_message(session, true, "%s = %g: %s", name, value,
                                diags.count ? diags.items[0].message : status_name(status));
            }
            diags_done(&diags);
            return status;
        }
    }
    return ST_INPUT;
}

/* ---- n --------------------------------------------------------------------------------------- */

enum status session_set_n(struct session *session, double n)
{
    if (!(n >= 1 && n <= INTEGRAL_MAX_N)) {
        return ST_DOMAIN;
    }
    double factor = n > session->state.n ? n / session->state.n : session->state.n / n;
    session->state.n = n;
    session_commit(session, "n", factor <= N_SMALL_FACTOR);
    return ST_OK;
}

/* ---- cursor ---------------------------------------------------------------------------------- */

static bool inside_box(const struct model *model, const double *w)
{
    for (size_t i = 0; i < model->dim; i++) {
        if (!(w[i] >= model->params[i].low && w[i] <= model->params[i].high)) {
            return false;
        }
    }
    return true;
}

/* The other side's cursor goes to the same place of its window: to the same coordinates where both
   windows are the same. */
static void link_cursor(struct session *session, size_t from)
{
    size_t to = 1 - from;
    const struct model *model = session->models[to];
    if (!session->state.compare || !model || session->unlinked) {
        return;
    }
    struct place a = place_of(&session->state, from), b = place_of(&session->state, to);
    size_t axes = b.axes[0] == b.axes[1] || a.axes[0] == a.axes[1] ? 1 : 2;
    for (size_t i = 0; i < axes; i++) {
        const struct model_param *param = &model->params[b.axes[i]];
        double at = a.cursor[a.axes[i]];
        if (a.low[i] != b.low[i] || a.high[i] != b.high[i]) {
            at = b.low[i] + (at - a.low[i]) / (a.high[i] - a.low[i]) * (b.high[i] - b.low[i]);
        }
        b.cursor[b.axes[i]] = fmin(fmax(at, param->low), param->high);
    }
    place_store(&b, &session->state, to);
}

static enum status put_cursor(struct session *session, size_t side, const double *w, bool snap)
{
    struct model *model = side < SIDES_MAX ? session->models[side] : NULL;
    if (!model || !inside_box(model, w)) {
        return ST_DOMAIN;
    }
    struct place place = place_of(&session->state, side);
    double moved = 0;
    for (size_t i = 0; i < model->dim; i++) {
        double width = model->params[i].high - model->params[i].low;
        for (size_t j = 0; j < 2; j++) {
            width = place.axes[j] == i ? place.high[j] - place.low[j] : width;
        }
        moved = fmax(moved, fabs(w[i] - place.cursor[i]) / width);
        place.cursor[i] = w[i];
    }
    if (snap) {
        double half[2], zero[SYNTAX_MAX_PARAMS];
        place_half_cell(session, &place, half);
        const struct run *run = &session->runs[side];
        if (run->model == model && place_near_zero(model->dim > 2 ? run->slice : run->zeros, &place,
                                                   place.cursor, half, zero)) {
            for (size_t i = 0; i < model->dim; i++) { /* rounding may leave the box */
                place.cursor[i] = fmin(fmax(zero[i], model->params[i].low), model->params[i].high);
            }
        }
    }
    place_store(&place, &session->state, side);
    link_cursor(session, side);
    session_commit(session, "cursor", moved <= CURSOR_SMALL);
    return ST_OK;
}

enum status session_set_cursor(struct session *session, size_t side, const double *w)
{
    return put_cursor(session, side, w, false);
}

enum status session_point_at(struct session *session, size_t side, const double *w)
{
    return put_cursor(session, side, w, true);
}

static void step_within(double *x, double step, double low, double high)
{
    *x = fmin(fmax(*x + step, low), high);
}

void session_move_cursor(struct session *session, int right, int up, int out)
{
    size_t side = session->state.focus_side;
    const struct model *model = session->models[side];
    if (!model) {
        return;
    }
    struct place place = place_of(&session->state, side);
    double half[2];
    place_half_cell(session, &place, half);
    step_within(&place.cursor[place.axes[0]], 2 * half[0] * right, place.low[0], place.high[0]);
    if (place.axes[0] != place.axes[1]) {
        step_within(&place.cursor[place.axes[1]], 2 * half[1] * up, place.low[1], place.high[1]);
    }
    for (size_t i = 0; i < model->dim && out != 0; i++) {
        const struct model_param *param = &model->params[i];
        if (i != place.axes[0] && i != place.axes[1]) {
            double cell = (param->high - param->low) / (double)session->ny;
            step_within(&place.cursor[i], cell * out, param->low, param->high);
            break;
        }
    }
    enum status status = put_cursor(session, side, place.cursor, out == 0);
    (void)status; /* the point lies in the window, and that in the box */
}

/* ---- window and plane ------------------------------------------------------------------------ */

/* Cuts a window at the box; false if nothing is left. */
static bool cut_window(const struct model *model, const struct place *place, double low[2],
                       double high[2])
{
    for (size_t i = 0; i < 2; i++) {
        const struct model_param *param = &model->params[place->axes[i]];
        if (!isfinite(low[i]) || !isfinite(high[i])) {
            return false;
        }
        low[i] = fmax(low[i], param->low);
        high[i] = fmin(high[i], param->high);
        if (!(high[i] - low[i] >= WINDOW_LEAST * (param->high - param->low))) {
            return false;
        }
    }
    return true;
}

static void link_window(struct session *session, size_t from)
{
    size_t to = 1 - from;
    const struct model *theirs = session->models[from], *model = session->models[to];
    if (!session->state.compare || !model || session->unlinked) {
        return;
    }
    struct place a = place_of(&session->state, from), b = place_of(&session->state, to);
    for (size_t i = 0; i < 2; i++) {
        const struct model_param *box = &theirs->params[a.axes[i]];
        const struct model_param *param = &model->params[b.axes[i]];
        b.low[i] = a.low[i];
        b.high[i] = a.high[i];
        if (box->low != param->low || box->high != param->high) {
            double scale = (param->high - param->low) / (box->high - box->low);
            b.low[i] = param->low + (a.low[i] - box->low) * scale;
            b.high[i] = param->low + (a.high[i] - box->low) * scale;
        }
    }
    if (b.axes[0] == b.axes[1]) {
        b.low[1] = b.low[0];
        b.high[1] = b.high[0];
    }
    if (cut_window(model, &b, b.low, b.high)) {
        place_store(&b, &session->state, to);
    }
}

enum status session_set_window(struct session *session, const double low[2], const double high[2])
{
    size_t side = session->state.focus_side;
    const struct model *model = session->models[side];
    if (!model) {
        return ST_DOMAIN;
    }
    struct place place = place_of(&session->state, side);
    bool line = place.axes[0] == place.axes[1];
    double from[2] = {low[0], line ? low[0] : low[1]};
    double to[2] = {high[0], line ? high[0] : high[1]};
    if (!cut_window(model, &place, from, to)) {
        return ST_DOMAIN;
    }
    memcpy(place.low, from, sizeof from);
    memcpy(place.high, to, sizeof to);
    place_store(&place, &session->state, side);
    link_window(session, side);
    session_commit(session, "window", true);
    return ST_OK;
}

enum status session_set_axes(struct session *session, size_t side, size_t ax, size_t ay)
{
    const struct model *model = side < SIDES_MAX ? session->models[side] : NULL;
    if (!model || ax >= model->dim || ay >= model->dim || (ax == ay) != (model->dim == 1)) {
        return ST_DOMAIN;
    }
    struct place place = place_of(&session->state, side);
    const size_t axes[2] = {ax, ay};
    for (size_t i = 0; i < 2; i++) {
        place.axes[i] = axes[i];
        place.low[i] = model->params[axes[i]].low;
        place.high[i] = model->params[axes[i]].high;
    }
    place_store(&place, &session->state, side);
    session_commit(session, "axes", false);
    return ST_OK;
}

void session_link(struct session *session, bool linked)
{
    session->unlinked = !linked;
}

void session_settle(struct session *session)
{
    undo_done(&session->undo);
    undo_init(&session->undo, &session->state, session->models);
}

void session_reset(struct session *session)
{
    for (size_t side = 0; side < SIDES_MAX; side++) {
        if (session->models[side]) {
            struct place place;
            place_default(session->models[side], &place);
            place_store(&place, &session->state, side);
        }
    }
    session_commit(session, "reset", true);
}

/* ---- the rest -------------------------------------------------------------------------------- */

/* An edit cannot make a state that nothing can show. */
static void mend(struct session *session)
{
    struct state *state = &session->state;
    if (!session->models[0]) {
        state->catalogue_open = true;
    }
    if (state->focus_side >= SIDES_MAX || !session->models[state->focus_side]) {
        state->focus_side = 0;
    }
    if (!(state->play_speed > 0 && isfinite(state->play_speed))) {
        state->play_speed = 1;
    }
    state->n = state->n >= 1 ? fmin(state->n, INTEGRAL_MAX_N) : 1;
    state->filter[sizeof state->filter - 1] = '\0';
    state->focus[sizeof state->focus - 1] = '\0';
}

void session_edit(struct session *session, const char *kind,
                  void (*change)(struct state *state, void *context), void *context)
{
    change(&session->state, context);
    mend(session);
    session_filter(session);
    session_commit(session, kind, true);
}

static enum status restore(struct session *session, const struct undo_entry *entry)
{
    if (!entry) {
        return ST_DOMAIN;
    }
    session->state = entry->state;
    session->state.playing = false;
    for (size_t side = 0; side < SIDES_MAX; side++) {
        if (session->models[side] != entry->models[side]) {
            session_swap_model(session, side, entry->models[side]);
        }
    }
    session->message[0] = '\0';
    session->message_is_error = false;
    mend(session);
    session_refresh(session);
    return ST_OK;
}

enum status session_undo(struct session *session)
{
    return restore(session, undo_back(&session->undo));
}

enum status session_redo(struct session *session)
{
    return restore(session, undo_forward(&session->undo));
}
