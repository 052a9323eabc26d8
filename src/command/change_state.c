/* Small changes of the session's state that several commands make. */
#include <math.h>
#include <string.h>

#include "cusp/view.h"
#include "command_private.h"

struct edit {
    size_t offset;
    bool flag;
    size_t count;
};

static void set_flag(struct state *state, void *context)
{
    const struct edit *edit = context;
    memcpy((char *)state + edit->offset, &edit->flag, sizeof edit->flag);
}

static void set_count(struct state *state, void *context)
{
    const struct edit *edit = context;
    memcpy((char *)state + edit->offset, &edit->count, sizeof edit->count);
}

void state_flag(struct session *session, const char *kind, size_t offset, bool value)
{
    struct edit edit = {offset, value, 0};
    session_edit(session, kind, set_flag, &edit);
}

void state_count(struct session *session, const char *kind, size_t offset, size_t value)
{
    struct edit edit = {offset, false, value};
    session_edit(session, kind, set_count, &edit);
}

struct focus {
    const char *view;
    size_t side;
};

static void set_focus(struct state *state, void *context)
{
    const struct focus *focus = context;
    memset(state->focus, 0, sizeof state->focus);
    strncpy(state->focus, focus->view, sizeof state->focus - 1);
    state->focus_side = focus->side;
    if (!focus->view[0]) {
        state->zoomed = false;
    }
}

void state_focus(struct session *session, const char *view, size_t side)
{
    struct focus focus = {view, side};
    session_edit(session, "focus", set_focus, &focus);
}

struct state session_state(struct session *session)
{
    struct snapshot snapshot;
    session_snapshot(session, &snapshot);
    return snapshot.state;
}

double session_n_limit(struct session *session)
{
    struct snapshot snapshot;
    double limit = INTEGRAL_MAX_N;
    session_snapshot(session, &snapshot);
    for (size_t i = 0; i < snapshot.n_sides; i++) {
        limit = snapshot.sides[i].n_max > 0 ? fmin(limit, snapshot.sides[i].n_max) : limit;
    }
    return limit;
}

int fault_of_n(struct command_context *context, struct session *session, double n)
{
    double limit = session_n_limit(session);
    char asked[64], most[64];
    text_number(asked, sizeof asked, n, 10);
    text_number(most, sizeof most, limit, 10);
    command_fault(context, "n = %s is outside 1 to %s%s", asked, most,
                  limit < INTEGRAL_MAX_N ? ", the end of the data" : "");
    return EXIT_BAD;
}

bool relative_read(const char *text, double now, double *out)
{
    double value = 0;
    if (!text[0] || !number_read(text + (strchr("*/+-=", text[0]) ? 1 : 0), &value)) {
        return false;
    }
    switch (text[0]) {
    case '*':
        *out = now * value;
        break;
    case '/':
        *out = now / value;
        break;
    case '+':
        *out = now + value;
        break;
    case '-':
        *out = now - value;
        break;
    default:
        *out = value;
    }
    return isfinite(*out);
}

enum { STOPS_MAX = 128 };

/* The stops of `next`: nothing, then each view of each model; a view that both share once. */
static size_t list_stops(const struct snapshot *snapshot, struct focus *stops)
{
    size_t count = 0;
    stops[count++] = (struct focus){"", 0};
    for (size_t i = 0; views[i]; i++) {
        for (size_t side = 0; side < snapshot->n_sides && count < STOPS_MAX; side++) {
            if ((side == 0 || !views[i]->shared) && views[i]->applies(snapshot, side)) {
                stops[count++] = (struct focus){views[i]->name, side};
            }
        }
    }
    return count;
}

int shift_focus(struct command_context *context, int by)
{
    struct snapshot snapshot;
    session_snapshot(context->session, &snapshot);
    struct focus stops[STOPS_MAX];
    size_t count = list_stops(&snapshot, stops), at = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(stops[i].view, snapshot.state.focus) == 0 &&
            (stops[i].side == snapshot.state.focus_side || !stops[i].view[0])) {
            at = i;
        }
    }
    at = (at + count + (size_t)(by + (int)count)) % count;
    state_focus(context->session, stops[at].view, stops[at].side);
    return EXIT_OK;
}

int session_fault(struct command_context *context, const char *otherwise)
{
    struct snapshot snapshot;
    session_snapshot(context->session, &snapshot);
    bool said = snapshot.message_is_error && snapshot.message[0];
    command_fault(context, "%s", said ? snapshot.message : otherwise);
    return EXIT_BAD;
}

int open_side(struct command_context *context, size_t side, struct model *model)
{
    if (session_open(context->session, side, model) != ST_OK) {
        return session_fault(context, side ? "open a first model before a second"
                                           : "the model cannot be opened");
    }
    return EXIT_OK;
}
