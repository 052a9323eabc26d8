/* Every change of state: each keeps the rules, becomes a step of undo and asks for its results. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "session_private.h"

/* A change of n by less than this factor goes on turning; a greater one is a step of its own. */
#define N_SMALL_FACTOR 3.2
/* Likewise, as a share of the range of a knob. */
#define KNOB_SMALL 0.06
#define BETA_LEAST 1e-6
#define BETA_MOST 1e6

/* ---- the range of n -------------------------------------------------------------------------- */

double session_side_n_max(const struct session *session, const struct model *model)
{
    double most = model_n_max(model);
    return model_is_sampled(model) ? most : fmin(most, potential_n_max(session->state.beta));
}

static bool is_shown(const struct session *session, size_t side)
{
    return session->models[side] && (side == 0 || session->state.compare);
}

void session_n_range(const struct session *session, double *low, double *high)
{
    *low = 1;
    *high = INTEGRAL_MAX_N;
    for (size_t side = 0; side < SIDES_MAX; side++) {
        const struct model *model = session->models[side];
        if (!is_shown(session, side)) {
            continue;
        }
        *high = fmin(*high, session_side_n_max(session, model));
        if (!model_is_sampled(model)) {
            *low = fmax(*low, potential_n_min(session->state.beta));
        }
    }
    *low = fmin(*low, *high);
}

/* Why n cannot be what was wanted. */
static void say_n_range(struct session *session, double n)
{
    double low, high;
    session_n_range(session, &low, &high);
    if (!(n > high)) {
        session_message(session, true, low > 1 ? "with β = %g, n starts at %g" : "n starts at 1",
                        session->state.beta, low);
        return;
    }
    for (size_t side = 0; side < SIDES_MAX; side++) {
        const struct model *model = session->models[side];
        if (is_shown(session, side) && model->likelihood &&
            session_side_n_max(session, model) <= high) {
            session_message(session, true,
                            model->file_data ? "the data of %s end at n = %.0f"
                                             : "data of %s are drawn up to n = %.0f",
                            model->name, high);
            return;
        }
    }
    session_message(session, true, "n goes to %g", high);
}

void session_commit(struct session *session, const char *kind, bool continues)
{
    double low, high, n = session->state.n;
    session_n_range(session, &low, &high);
    session->state.n = fmin(fmax(n, low), high);
    undo_commit(&session->undo, &session->state, session->models, kind, continues);
    session->message[0] = '\0';
    session->message_is_error = false;
    if (session->state.n != n) { /* a model with less data than there were */
        say_n_range(session, n);
        session->message_is_error = false;
    }
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
    session_forget_charts(session, side);
    if (side == 0) {
        memset(session->state.failure, 0, sizeof session->state.failure);
    }
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

/* ---- n, data, temperature -------------------------------------------------------------------- */

enum status session_set_n(struct session *session, double n)
{
    double low, high;
    session_n_range(session, &low, &high);
    if (!(n >= low && n <= high)) {
        say_n_range(session, n);
        return ST_DOMAIN;
    }
    double factor = n > session->state.n ? n / session->state.n : session->state.n / n;
    session->state.n = n;
    session_commit(session, "n", factor <= N_SMALL_FACTOR);
    return ST_OK;
}

enum status session_set_data_seed(struct session *session, uint64_t seed)
{
    if (seed == 0) {
        session_message(session, true, "streams of data are numbered from 1");
        return ST_DOMAIN;
    }
    session->state.data_seed = seed;
    session_commit(session, "data seed", true);
    bool drawn = !session->models[0], file = false;
    for (size_t side = 0; side < SIDES_MAX; side++) {
        const struct model *model = session->models[side];
        bool data = is_shown(session, side) && model_has_data(model);
        drawn = drawn || (data && !model->file_data);
        file = file || (data && model->file_data);
    }
    if (!drawn) {
        session_message(session, false,
                        file ? "these data are from a file: there is no other set of them"
                             : "a potential has no data: there is nothing to draw anew");
    }
    return ST_OK;
}

enum status session_set_beta(struct session *session, double beta)
{
    if (!(beta >= BETA_LEAST && beta <= BETA_MOST)) {
        session_message(session, true, "β goes from %g to %g", BETA_LEAST, BETA_MOST);
        return ST_DOMAIN;
    }
    double was = session->state.beta, factor = beta > was ? beta / was : was / beta;
    session->state.beta = beta;
    session_commit(session, "beta", factor <= N_SMALL_FACTOR);
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
    if (!(state->beta >= BETA_LEAST && state->beta <= BETA_MOST)) {
        state->beta = 1;
    }
    state->data_seed = state->data_seed ? state->data_seed : 1;
    double low, high;
    session_n_range(session, &low, &high);
    state->n = state->n >= low ? fmin(state->n, high) : low;
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
