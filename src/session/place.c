/* Where on a model one looks: the plane, its window, the cursor, and what lies near it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "session_private.h"

enum { RANGE_DRAWS = 512 };
/* An observable's axis goes as far as all but this share of the prior on either side, and a little
   beyond. */
#define RANGE_SHARE 0.005
#define RANGE_MARGIN 0.05

/* ---- axes ------------------------------------------------------------------------------------ */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Draws from the prior, or evenly from the box where it cannot be drawn from: w[dim][RANGE_DRAWS].
 */
static double *prior_draws_new(const struct model *model)
{
    double *w = mem_new(model->dim * RANGE_DRAWS, sizeof *w);
    struct particles_options options = {.n_particles = RANGE_DRAWS, .seed = 1, .threads = 1};
    struct particles *prior = NULL;
    const char *why = NULL;
    if (model->log_prior && particles_start(model, 1, &options, NULL, &why, &prior) == ST_OK) {
        size_t n = prior->n_particles < RANGE_DRAWS ? prior->n_particles : RANGE_DRAWS;
        for (size_t v = 0; v < model->dim; v++) {
            for (size_t i = 0; i < RANGE_DRAWS; i++) {
                w[v * RANGE_DRAWS + i] = prior->w[v * prior->n_particles + i % n];
            }
        }
        particles_unref(prior);
        return w;
    }
    struct rng rng = rng_stream(1, 0);
    for (size_t i = 0; i < RANGE_DRAWS; i++) {
        for (size_t v = 0; v < model->dim; v++) {
            const struct model_param *param = &model->params[v];
            w[v * RANGE_DRAWS + i] = param->low + (param->high - param->low) * rng_uniform(&rng);
        }
    }
    return w;
}

/* Outward to round numbers. */
static void round_range(double *low, double *high)
{
    double width = *high - *low;
    if (!(width > 0) || !isfinite(width)) {
        double middle = isfinite(*low) ? *low : 0;
        *low = middle - 1;
        *high = middle + 1;
        return;
    }
    double grain = pow(10, floor(log10(width)) - 1);
    double from = *low >= 0 ? fmax(*low - RANGE_MARGIN * width, 0) : *low - RANGE_MARGIN * width;
    double to = *high <= 0 ? fmin(*high + RANGE_MARGIN * width, 0) : *high + RANGE_MARGIN * width;
    *low = grain * floor(from / grain);
    *high = grain * ceil(to / grain);
}

/* The range of most of the finite ones; sorts them. */
static void range_of(double *values, size_t n, double *low, double *high)
{
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(values[i])) {
            values[known++] = values[i];
        }
    }
    qsort(values, known, sizeof *values, ascending);
    *low = known ? values[(size_t)(RANGE_SHARE * (double)(known - 1))] : NAN;
    *high = known ? values[(size_t)ceil((1 - RANGE_SHARE) * (double)(known - 1))] : NAN;
    round_range(low, high);
}

void session_axis_range(const struct model *model, size_t axis, double *low, double *high)
{
    if (axis < model->dim) {
        *low = model->params[axis].low;
        *high = model->params[axis].high;
        return;
    }
    double *w = prior_draws_new(model), *values = mem_new(RANGE_DRAWS, sizeof *values);
    struct draws draws = {.dim = model->dim, .n = RANGE_DRAWS, .w = w};
    draws_axis(model, &draws, axis, values);
    range_of(values, RANGE_DRAWS, low, high);
    mem_free(values);
    mem_free(w);
}

void place_cloud_range(const struct model *model, const struct particles *cloud, size_t axis,
                       double *low, double *high)
{
    double *values = mem_new(cloud->n_particles, sizeof *values);
    particles_axis(model, cloud, axis, values);
    range_of(values, cloud->n_particles, low, high);
    mem_free(values);
}

bool place_is_plain(const struct model *model, const struct place *place)
{
    return place->axes[0] < model->dim && place->axes[1] < model->dim;
}

bool place_axes_fit(const struct model *model, size_t ax, size_t ay)
{
    size_t axes = model->dim + model->n_observables;
    bool line = ax == ay;
    return ax < axes && ay < axes && (!line || (model->dim == 1 && ax == 0));
}

void place_of_point(const struct model *model, const struct place *place, const double *w,
                    double out[2])
{
    double *values = NULL;
    if (!place_is_plain(model, place)) {
        struct program_space *space = program_space_new();
        values = mem_new(model->n_observables, sizeof *values);
        program_point(model->observable_values, space, w, values);
        program_space_free(space);
    }
    for (size_t i = 0; i < 2; i++) {
        size_t axis = place->axes[i];
        out[i] = axis < model->dim ? w[axis] : values[axis - model->dim];
        out[i] = isfinite(out[i]) ? out[i] : NAN;
    }
    mem_free(values);
}

static void choose_axes(const struct model *model, struct place *place)
{
    place->axes[0] = 0;
    place->axes[1] = model->dim > 1 ? 1 : 0;
    if (model->view[0] != model->view[1] && place_axes_fit(model, model->view[0], model->view[1])) {
        place->axes[0] = model->view[0];
        place->axes[1] = model->view[1];
    }
}

/* ---- points ---------------------------------------------------------------------------------- */

/* The point that tells most: where a claim of `expect` is made, the least rlct first; else where K
   is least. A slice of three dimensions is then taken off the middle, where it is generic: through
   the origin of w1² w2² w3² all of it would be zero. */
static void choose_cursor(const struct model *model, const size_t axes[2], double *cursor)
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
    if (best || model->dim != 3 || axes[0] >= 3 || axes[1] >= 3) {
        return;
    }
    size_t across = 3 - axes[0] - axes[1];
    const struct model_param *param = &model->params[across];
    double was = cursor[across], k = NAN;
    struct program_space *space = program_space_new();
    cursor[across] = param->low + 0.7 * (param->high - param->low);
    program_point(model->kl, space, cursor, &k);
    program_space_free(space);
    if (!(k <= model->kl_tolerance)) {
        cursor[across] = was;
    }
}

void place_default(const struct model *model, struct place *place)
{
    memset(place, 0, sizeof *place);
    choose_axes(model, place);
    for (size_t i = 0; i < 2; i++) {
        session_axis_range(model, place->axes[i], &place->low[i], &place->high[i]);
    }
    choose_cursor(model, place->axes, place->cursor);
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

struct nearest {
    double distance; /* squared, in half cells */
    bool reached;    /* within half a cell along both axes */
    bool singular;
    double w[SYNTAX_MAX_PARAMS];
};

/* A stretch of W0 in the plane, seen from w in half cells: from a to a + s. */
struct stretch {
    const double *a, *b;
    double from[2], along[2];
    bool singular;
};

/* A singular point within reach wins over nearer plain ones, so that a crossing can be caught. */
static void consider(struct nearest *nearest, const struct stretch *stretch, size_t dim)
{
    const double *d = stretch->from, *s = stretch->along;
    double length = s[0] * s[0] + s[1] * s[1];
    double t = length > 0 ? fmin(fmax(-(d[0] * s[0] + d[1] * s[1]) / length, 0), 1) : 0;
    double x = d[0] + t * s[0], y = d[1] + t * s[1];
    double distance = x * x + y * y;
    /* a rounding beside half a cell still counts */
    bool reached = fabs(x) <= 1 + 1e-9 && fabs(y) <= 1 + 1e-9;
    bool singular = stretch->singular && reached;
    if (nearest->singular != singular ? nearest->singular : !(distance < nearest->distance)) {
        return;
    }
    nearest->distance = distance;
    nearest->reached = reached;
    nearest->singular = singular;
    for (size_t i = 0; i < dim; i++) {
        nearest->w[i] = stretch->a[i] + t * (stretch->b[i] - stretch->a[i]);
    }
}

static void consider_component(struct nearest *nearest, const struct zero_component *part,
                               const struct place *place, const double *w, const double half[2],
                               size_t dim)
{
    size_t axes = place->axes[0] == place->axes[1] ? 1 : 2;
    for (size_t i = 0; i < part->n_points; i++) {
        const double *a = part->points + i * dim;
        bool last = i + 1 == part->n_points;
        bool curve = part->dimension == 1 && (!last || (part->closed && i > 0));
        struct stretch stretch = {.a = a, .b = a, .singular = part->singular[i]};
        for (size_t j = 0; j < axes; j++) {
            stretch.from[j] = (a[place->axes[j]] - w[place->axes[j]]) / half[j];
        }
        consider(nearest, &stretch, dim);
        if (!curve) {
            continue;
        }
        stretch.b = part->points + (last ? 0 : i + 1) * dim;
        stretch.singular = false;
        for (size_t j = 0; j < axes; j++) {
            stretch.along[j] = (stretch.b[place->axes[j]] - a[place->axes[j]]) / half[j];
        }
        consider(nearest, &stretch, dim);
    }
}

bool place_near_zero(const struct zero_set *zeros, const struct place *place, const double *w,
                     const double half[2], double *out)
{
    if (!zeros || zeros->dim == 0 || place->axes[0] >= zeros->dim || place->axes[1] >= zeros->dim) {
        return false;
    }
    struct nearest nearest = {.distance = INFINITY};
    for (size_t i = 0; i < zeros->n_components; i++) {
        consider_component(&nearest, &zeros->components[i], place, w, half, zeros->dim);
    }
    if (!nearest.reached) {
        return false;
    }
    if (out) {
        memcpy(out, nearest.w, zeros->dim * sizeof *out);
    }
    return true;
}
