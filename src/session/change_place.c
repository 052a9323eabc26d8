/* Changes of the place that is looked at: cursor, window, axes. */
#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "session_private.h"

/* A change of the cursor by less than this share of the window goes on moving it. */
#define CURSOR_SMALL 0.06
/* A window narrower than this share of its box says nothing more: K is rounding there. */
#define WINDOW_LEAST 1e-9
/* A window of observables may leave the range of the prior by so many times its width. */
#define WINDOW_BEYOND 3.0

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

/* Whether a place in the plane of one is a place in that of the other: of likelihoods, whose
   parameters mean something, if the names are the same. */
static bool planes_match(const struct model *a, const struct place *place_a, const struct model *b,
                         const struct place *place_b)
{
    if (!place_is_plain(a, place_a) || !place_is_plain(b, place_b)) {
        return false;
    }
    for (size_t i = 0; (a->likelihood || b->likelihood) && i < 2; i++) {
        if (strcmp(a->params[place_a->axes[i]].name, b->params[place_b->axes[i]].name) != 0) {
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
    if (!planes_match(session->models[from], &a, model, &b)) {
        return;
    }
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
    snap = snap && place_is_plain(model, &place);
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
        if (run->model == model && place_near_zero(model->dim > 2 ? run->is.slice : run->is.zeros,
                                                   &place, place.cursor, half, zero)) {
            for (size_t i = 0; i < model->dim; i++) { /* rounding may leave the box */
                place.cursor[i] = fmin(fmax(zero[i], model->params[i].low), model->params[i].high);
            }
        }
    }
    place_store(&place, &session->state, side);
    session_forget_charts(session, side);
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

/* The particle nearest to a place on the plane; `from`: on that side of it alone, NULL: anywhere.
 */
static bool nearest_particle(const struct session *session, size_t side, const double at[2],
                             const double *from, double *w)
{
    const struct run *run = &session->runs[side];
    const struct particles *cloud = run->is.cloud;
    const struct model *model = session->models[side];
    if (!cloud || cloud->dim != model->dim || run->model != model) {
        return false;
    }
    struct place place = place_of(&session->state, side);
    size_t n = cloud->n_particles, best = n;
    double half[2], nearest = INFINITY, *values = mem_new(2 * n, sizeof *values);
    place_half_cell(session, &place, half);
    particles_axis(model, cloud, place.axes[0], values);
    particles_axis(model, cloud, place.axes[1], values + n);
    for (size_t i = 0; i < n; i++) {
        double x = (values[i] - at[0]) / half[0], y = (values[n + i] - at[1]) / half[1];
        if (from && (values[i] - from[0]) / half[0] * ((at[0] - from[0]) / half[0]) +
                            (values[n + i] - from[1]) / half[1] * ((at[1] - from[1]) / half[1]) <=
                        0) {
            continue;
        }
        if (x * x + y * y < nearest) {
            nearest = x * x + y * y;
            best = i;
        }
    }
    for (size_t v = 0; v < model->dim && best < n; v++) {
        const struct model_param *param = &model->params[v];
        w[v] = fmin(fmax(cloud->w[v * n + best], param->low), param->high);
    }
    mem_free(values);
    return best < n;
}

enum status session_point_plane(struct session *session, size_t side, double x, double y)
{
    const struct model *model = side < SIDES_MAX ? session->models[side] : NULL;
    if (!model) {
        return ST_DOMAIN;
    }
    struct place place = place_of(&session->state, side);
    const double at[2] = {x, y};
    for (size_t i = 0; i < 2; i++) {
        if (!(at[i] >= place.low[i] && at[i] <= place.high[i]) &&
            !(i == 1 && place.axes[0] == place.axes[1])) {
            return ST_DOMAIN;
        }
    }
    if (!place_is_plain(model, &place)) {
        double w[SYNTAX_MAX_PARAMS];
        return nearest_particle(session, side, at, NULL, w) ? put_cursor(session, side, w, false)
                                                            : ST_UNABLE;
    }
    if (place.axes[0] != place.axes[1]) {
        place.cursor[place.axes[1]] = y;
    }
    place.cursor[place.axes[0]] = x;
    return put_cursor(session, side, place.cursor, true);
}

/* Among observables the cursor goes from particle to particle. */
static void move_among_particles(struct session *session, size_t side, const struct place *place,
                                 int right, int up)
{
    double half[2], from[2], at[2], w[SYNTAX_MAX_PARAMS];
    place_half_cell(session, place, half);
    place_of_point(session->models[side], place, place->cursor, from);
    const int step[2] = {right, up};
    for (size_t i = 0; i < 2; i++) {
        from[i] = isfinite(from[i]) ? from[i] : 0.5 * (place->low[i] + place->high[i]);
        at[i] = from[i] + 2 * half[i] * step[i];
    }
    if (nearest_particle(session, side, at, from, w)) {
        enum status status = put_cursor(session, side, w, false);
        (void)status; /* particles lie in the box */
    }
}

void session_move_cursor(struct session *session, int right, int up, int out)
{
    size_t side = session->state.focus_side;
    const struct model *model = session->models[side];
    if (!model) {
        return;
    }
    struct place place = place_of(&session->state, side);
    if (!place_is_plain(model, &place)) {
        move_among_particles(session, side, &place, right, up);
        return;
    }
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
        double from, to;
        session_axis_range(model, place->axes[i], &from, &to);
        if (!isfinite(low[i]) || !isfinite(high[i])) {
            return false;
        }
        double width = to - from, beyond = place->axes[i] < model->dim ? 0 : WINDOW_BEYOND * width;
        low[i] = fmax(low[i], from - beyond);
        high[i] = fmin(high[i], to + beyond);
        if (!(high[i] - low[i] >= WINDOW_LEAST * width)) {
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
    if (!planes_match(theirs, &a, model, &b)) {
        return;
    }
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
    if (!model || !place_axes_fit(model, ax, ay)) {
        return ST_DOMAIN;
    }
    struct place place = place_of(&session->state, side);
    const struct run *run = &session->runs[side];
    const struct particles *cloud = run->model == model ? run->is.cloud : NULL;
    const size_t axes[2] = {ax, ay};
    for (size_t i = 0; i < 2; i++) {
        place.axes[i] = axes[i];
        if (axes[i] >= model->dim && cloud) { /* where the posterior is now */
            place_cloud_range(model, cloud, axes[i], &place.low[i], &place.high[i]);
        } else {
            session_axis_range(model, axes[i], &place.low[i], &place.high[i]);
        }
    }
    place_store(&place, &session->state, side);
    session_commit(session, "axes", false);
    return ST_OK;
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
