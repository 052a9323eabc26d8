/* Where on a model one looks: the plane, its window, the cursor, and what lies near it. */
#include <math.h>
#include <string.h>

#include "session_private.h"

static void choose_axes(const struct model *model, struct place *place)
{
    place->axes[0] = 0;
    place->axes[1] = model->dim > 1 ? 1 : 0;
    if (model->dim > 1 && model->view[0] < model->dim && model->view[1] < model->dim &&
        model->view[0] != model->view[1]) {
        place->axes[0] = model->view[0];
        place->axes[1] = model->view[1];
    }
}

/* The point that tells most: where a claim of `expect` is made, the least rlct first; else where K
   is least. */
static void choose_cursor(const struct model *model, double *cursor)
{
    const struct model_expect *best = NULL;
    for (size_t i = 0; i < model->n_expects; i++) {
        const struct model_expect *claim = &model->expects[i];
        if (claim->has_at && claim->rlct.den != 0 &&
            (!best || rat_value(claim->rlct) < rat_value(best->rlct))) {
            best = claim;
        }
    }
    for (size_t i = 0; i < model->dim; i++) {
        const struct model_param *param = &model->params[i];
        double at = best ? best->at[i] : model->kl_min_at[i];
        cursor[i] = fmin(fmax(at, param->low), param->high);
    }
}

void place_default(const struct model *model, struct place *place)
{
    memset(place, 0, sizeof *place);
    choose_axes(model, place);
    for (size_t i = 0; i < 2; i++) {
        place->low[i] = model->params[place->axes[i]].low;
        place->high[i] = model->params[place->axes[i]].high;
    }
    choose_cursor(model, place->cursor);
}

struct place place_of(const struct state *state, size_t side)
{
    struct place place;
    memcpy(place.axes, state->axes[side], sizeof place.axes);
    memcpy(place.low, state->low[side], sizeof place.low);
    memcpy(place.high, state->high[side], sizeof place.high);
    memcpy(place.cursor, state->cursor[side], sizeof place.cursor);
    return place;
}

void place_store(const struct place *place, struct state *state, size_t side)
{
    memcpy(state->axes[side], place->axes, sizeof place->axes);
    memcpy(state->low[side], place->low, sizeof place->low);
    memcpy(state->high[side], place->high, sizeof place->high);
    memcpy(state->cursor[side], place->cursor, sizeof place->cursor);
}

void place_half_cell(const struct session *session, const struct place *place, double half[2])
{
    half[0] = 0.5 * (place->high[0] - place->low[0]) / (double)session->nx;
    half[1] = place->axes[0] == place->axes[1]
                  ? half[0]
                  : 0.5 * (place->high[1] - place->low[1]) / (double)session->ny;
}

/* Distance in half cells (greatest over the axes) from w to a + t (b − a), least over t in 0..1:
   a convex piecewise linear function of t, so its minimum is at an end or where two pieces meet. */
static double segment_distance(const double da[2], const double db[2], double *at)
{
    double best = INFINITY;
    double sx = db[0] - da[0], sy = db[1] - da[1];
    const double tries[6] = {0,
                             1,
                             sx != 0 ? -da[0] / sx : 0,
                             sy != 0 ? -da[1] / sy : 0,
                             sx != sy ? (da[1] - da[0]) / (sx - sy) : 0,
                             sx != -sy ? -(da[0] + da[1]) / (sx + sy) : 0};
    for (size_t i = 0; i < 6; i++) {
        double t = fmin(fmax(tries[i], 0), 1);
        double distance = fmax(fabs(da[0] + t * sx), fabs(da[1] + t * sy));
        if (distance < best) {
            best = distance;
            *at = t;
        }
    }
    return best;
}

struct nearest {
    double distance; /* in half cells */
    bool singular;
    double w[SYNTAX_MAX_PARAMS];
};

/* A singular point within reach wins over nearer plain ones, so that a crossing can be caught. */
static void consider(struct nearest *nearest, double distance, bool singular, const double *a,
                     const double *b, double t, size_t dim)
{
    bool reach = distance <= 1;
    if (nearest->singular && !(singular && distance < nearest->distance)) {
        return;
    }
    if (!(distance < nearest->distance || (singular && reach))) {
        return;
    }
    nearest->distance = distance;
    nearest->singular = singular && reach;
    for (size_t i = 0; i < dim; i++) {
        nearest->w[i] = a[i] + t * (b[i] - a[i]);
    }
}

static void consider_component(struct nearest *nearest, const struct zero_component *part,
                               const struct place *place, const double *w, const double half[2],
                               size_t dim)
{
    size_t ax = place->axes[0], ay = place->axes[1];
    for (size_t i = 0; i < part->n_points; i++) {
        const double *a = part->points + i * dim;
        double da[2] = {(a[ax] - w[ax]) / half[0], ax == ay ? 0 : (a[ay] - w[ay]) / half[1]};
        consider(nearest, fmax(fabs(da[0]), fabs(da[1])), part->singular[i], a, a, 0, dim);
        bool last = i + 1 == part->n_points;
        if (part->dimension != 1 || (last && !(part->closed && i > 0))) {
            continue;
        }
        const double *b = part->points + (last ? 0 : i + 1) * dim;
        double db[2] = {(b[ax] - w[ax]) / half[0], ax == ay ? 0 : (b[ay] - w[ay]) / half[1]};
        double t = 0;
        double distance = segment_distance(da, db, &t);
        consider(nearest, distance, false, a, b, t, dim);
    }
}

bool place_near_zero(const struct zero_set *zeros, const struct place *place, const double *w,
                     const double half[2], double *out)
{
    if (!zeros || zeros->dim == 0) {
        return false;
    }
    struct nearest nearest = {.distance = INFINITY};
    for (size_t i = 0; i < zeros->n_components; i++) {
        consider_component(&nearest, &zeros->components[i], place, w, half, zeros->dim);
    }
    /* a rounding beside half a cell still counts */
    if (nearest.distance > 1 + 1e-9) {
        return false;
    }
    if (out) {
        memcpy(out, nearest.w, zeros->dim * sizeof *out);
    }
    return true;
}
