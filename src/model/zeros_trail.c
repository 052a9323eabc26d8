/* W0 on a plane through a model whose K cannot be read as a formula: projected within the plane
 * from a grid, grown along curves, linked up. */
#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "zeros_many.h"
#include "zeros_private.h"

enum {
    GRID = 30,        /* starts a side */
    EVALUATIONS = 10, /* of one start, about */
    OUT_STEPS = 6,
    KNOWN_RUN = 6, /* points beside known ones before a walk is on a known curve */
    POINTS_MOST = 6000,
    BUCKETS = 4096,
};

#define WORK_MOST 3e10   /* operations */
#define STEP (1.0 / 250) /* in u, unless asked otherwise */
#define STEP_LEAST (1.0 / 1000)
#define SAME 1e-6       /* in u: closer points are one */
#define SAME_ALONE 1e-3 /* likewise isolated ones, where F is flat */
#define TOO_NEAR 0.55   /* × step: a point known already */
#define DRIFT 0.25      /* × a step: how far beside its guess a point may lie */
#define TURN 0.9        /* cosine of the turn in one step */
#define SHORTEST 0.05   /* × step: a curve that cannot be followed by less ends */
#define FLAT 1e-10      /* of slope²: an eigenvalue that is 0 */

/* A point of a curve, with the direction in which it is to be continued (unit, in u). */
struct trail_point {
    double w[2], along[2];
    bool singular;
    size_t next; /* in its bucket */
};

struct trail {
    struct many many;
    struct many_space *space;
    struct rng rng;
    double rest[SYNTAX_MAX_PARAMS], step;
    size_t axis[2];
    struct trail_point *point;
    size_t n, capacity;
    size_t bucket[BUCKETS]; /* index + 1 of the first */
    struct zero_set *out;
};

static void whole(const struct trail *trail, const double *plane, double *w)
{
    memcpy(w, trail->rest, trail->many.dim * sizeof *w);
    w[trail->axis[0]] = plane[0];
    w[trail->axis[1]] = plane[1];
}

static double low(const struct trail *trail, int k)
{
    return trail->many.low[trail->axis[k]];
}

static double side(const struct trail *trail, int k)
{
    return trail->many.side[trail->axis[k]];
}

/* --- points by place -------------------------------------------------------------------------- */

static size_t bucket_of(const struct trail *trail, const double *w, int dx, int dy)
{
    long x = (long)floor((w[0] - low(trail, 0)) / side(trail, 0) / trail->step) + dx;
    long y = (long)floor((w[1] - low(trail, 1)) / side(trail, 1) / trail->step) + dy;
    return ((size_t)x * 2654435761u + (size_t)y * 40503u) % BUCKETS;
}

static double apart(const struct trail *trail, const double *a, const double *b)
{
    return hypot((a[0] - b[0]) / side(trail, 0), (a[1] - b[1]) / side(trail, 1));
}

static bool is_known(const struct trail *trail, const double *w)
{
    for (int k = 0; k < 9; k++)
        for (size_t i = trail->bucket[bucket_of(trail, w, k % 3 - 1, k / 3 - 1)]; i > 0;
             i = trail->point[i - 1].next)
            if (apart(trail, trail->point[i - 1].w, w) < TOO_NEAR * trail->step)
                return true;
    return false;
}

static void add(struct trail *trail, const double *w, const double *along, bool singular)
{
    size_t *bucket = &trail->bucket[bucket_of(trail, w, 0, 0)];
    MEM_GROW(trail->point, trail->n, trail->capacity);
    trail->point[trail->n++] =
        (struct trail_point){{w[0], w[1]}, {along[0], along[1]}, singular, *bucket};
    *bucket = trail->n;
}

/* --- zeros in the plane ----------------------------------------------------------------------- */

/* Projects whole vectors within the plane; returns how many reached a zero of K, moved to the
   front. */
static size_t project(struct trail *trail, size_t n, double *w)
{
    const struct many *many = &trail->many;
    size_t d = many->dim, kept = 0;
    double *size = mem_new(2 * n + 1, sizeof *size), *kl = size + n;
    many_project(many, trail->space, n, w, size, 0);
    many_kl(many, trail->space, n, w, kl);
    for (size_t i = 0; i < n; i++) {
        if (kl[i] < trail->out->kl_min) {
            trail->out->kl_min = kl[i];
            memcpy(trail->out->kl_min_at, w + i * d, d * sizeof *w);
        }
        if (fabs(kl[i]) <= many->model->kl_tolerance) {
            trail->out->residual_max = fmax(trail->out->residual_max, fabs(kl[i]));
            memmove(w + kept++ * d, w + i * d, d * sizeof *w);
        }
    }
    mem_free(size);
    return kept;
}

/* The direction in which F does not change, of a symmetric 2 × 2 matrix; false if all or none. */
static bool flat_direction(const struct trail *trail, const double *normal, double *along)
{
    size_t d = trail->many.dim, x = trail->axis[0], y = trail->axis[1];
    double a = normal[x * d + x], b = normal[x * d + y], c = normal[y * d + y];
    double angle = 0.5 * atan2(2 * b, a - c), mean = (a + c) / 2, half = hypot((a - c) / 2, b);
    double flat = FLAT * trail->many.slope * trail->many.slope;
    along[0] = -sin(angle);
    along[1] = cos(angle);
    return mean - half <= flat && mean + half > flat;
}

/* --- pieces ----------------------------------------------------------------------------------- */

static void deliver(struct trail *trail, size_t dimension, size_t n, const double *w,
                    const bool *singular, bool closed)
{
    struct zero_set *out = trail->out;
    size_t d = trail->many.dim;
    out->components = mem_resize(out->components, out->n_components + 1, sizeof *out->components);
    struct zero_component *c = &out->components[out->n_components++];
    *c = (struct zero_component){.dimension = dimension,
                                 .n_points = n,
                                 .points = mem_new(n, d * sizeof *w),
                                 .rank = mem_new(n, sizeof *c->rank),
                                 .singular = mem_new(n, sizeof *c->singular),
                                 .region = mem_new(n, sizeof *c->region),
                                 .closed = closed,
                                 .label = -1};
    memcpy(c->points, w, n * d * sizeof *w);
    for (size_t i = 0; i < n; i++)
        c->singular[i] = singular != NULL && singular[i];
}

/* Points that are on no curve, each once. */
static void deliver_alone(struct trail *trail, size_t n, const double *w)
{
    size_t d = trail->many.dim;
    const bool singular = true;
    for (size_t i = 0; i < n; i++) {
        double plane[2] = {w[i * d + trail->axis[0]], w[i * d + trail->axis[1]]};
        bool known = is_known(trail, plane);
        for (size_t k = 0; k < trail->out->n_components && !known; k++)
            known = trail->out->components[k].dimension == 0 &&
                    many_distance(&trail->many, trail->out->components[k].points, w + i * d) <
                        SAME_ALONE;
        if (!known)
            deliver(trail, 0, 1, w + i * d, &singular, false);
    }
}

/* Sorts n zeros by what W0 is there: an area as one cloud, where a curve may pass into the trail,
   the others to the front of w; returns how many those are. */
static size_t sort_out(struct trail *trail, size_t n, double *w)
{
    const struct many *many = &trail->many;
    size_t d = many->dim, n_area = 0, n_alone = 0;
    struct many_place *place = mem_new(n + 1, sizeof *place);
    double *normal = mem_new(n + 1, d * (d + 1) * sizeof *normal), *area = normal + n * d * d;
    many_look(many, trail->space, n, w, &trail->rng, place);
    many_normal(many, trail->space, n, w, normal);
    for (size_t i = 0; i < n; i++) {
        double along[2], plane[2] = {w[i * d + trail->axis[0]], w[i * d + trail->axis[1]]};
        bool flat = flat_direction(trail, normal + i * d * d, along);
        if (flat && (place[i].dimension != 2 || !place[i].settled)) {
            add(trail, plane, along, false);
            continue;
        }
        if (!place[i].settled)
            many_explore(many, trail->space, w + i * d, &trail->rng, &place[i]);
        if (place[i].dimension == 2)
            memcpy(area + n_area++ * d, w + i * d, d * sizeof *w);
        else
            memmove(w + n_alone++ * d, w + i * d, d * sizeof *w);
    }
    if (n_area > 0)
        deliver(trail, 2, n_area, area, NULL, false);
    mem_free(normal);
    mem_free(place);
    return n_alone;
}

/* --- curves ----------------------------------------------------------------------------------- */

/* The place a step of h along from w, in the box; false if the box ends the step before its half.
 */
static bool guess(const struct trail *trail, const struct trail_point *from, double h, double *to)
{
    for (int k = 0; k < 2; k++) {
        to[k] = from->w[k] + h * from->along[k] * side(trail, k);
        to[k] = fmin(fmax(to[k], low(trail, k)), low(trail, k) + side(trail, k));
    }
    return apart(trail, from->w, to) >= 0.5 * h;
}

/* Moves `to` onto the curve that comes from `from` and sets its direction; false if there is none
   near it, of about the same direction. */
static bool correct(struct trail *trail, const struct trail_point *from, double h,
                    struct trail_point *to)
{
    const struct many *many = &trail->many;
    size_t d = many->dim;
    double w[SYNTAX_MAX_PARAMS], begin[2] = {to->w[0], to->w[1]};
    double *normal = mem_new(d * d, sizeof *normal);
    whole(trail, to->w, w);
    bool good = project(trail, 1, w) == 1;
    for (int k = 0; k < 2; k++)
        to->w[k] = w[trail->axis[k]];
    good = good && apart(trail, begin, to->w) <= DRIFT * h;
    if (good) {
        many_normal(many, trail->space, 1, w, normal);
        to->singular = !flat_direction(trail, normal, to->along);
        if (to->singular) /* where curves cross: straight on */
            memcpy(to->along, from->along, sizeof to->along);
        double turn = to->along[0] * from->along[0] + to->along[1] * from->along[1];
        for (int k = 0; k < 2 && turn < 0; k++)
            to->along[k] = -to->along[k];
        good = fabs(turn) >= TURN;
    }
    mem_free(normal);
    return good;
}

/* Appends the point where the curve leaves the box, close to `at`. */
static void walk_out(struct trail *trail, struct trail_point at, struct zeros_path *path)
{
    double w[SYNTAX_MAX_PARAMS], start[2] = {at.w[0], at.w[1]};
    for (int k = 0; k < OUT_STEPS; k++) {
        struct trail_point to = at;
        guess(trail, &at, trail->step, to.w);
        double moved = apart(trail, at.w, to.w);
        if (moved < SAME || !correct(trail, &at, trail->step, &to))
            break;
        at = to;
    }
    if (apart(trail, start, at.w) < SAME)
        return;
    whole(trail, at.w, w);
    zeros_path_add(path, w, false);
}

/* Follows the curve from a point on it, appending points; true if it comes back to it. */
static bool walk(struct trail *trail, struct trail_point at, struct zeros_path *path)
{
    struct trail_point start = at;
    double h = trail->step, w[SYNTAX_MAX_PARAMS];
    size_t run = 0;
    for (size_t n = 0; n < POINTS_MOST && run < KNOWN_RUN && !cancel_wanted(trail->many.cancel);) {
        struct trail_point to = at;
        if (!guess(trail, &at, h, to.w)) {
            walk_out(trail, at, path);
            return false;
        }
        if (!correct(trail, &at, h, &to)) {
            h /= 2;
            if (h < SHORTEST * trail->step)
                return false;
            continue;
        }
        double turn = to.along[0] * start.along[0] + to.along[1] * start.along[1];
        bool closed = n > 8 && turn > 0.8 && apart(trail, to.w, start.w) <= 0.75 * h;
        whole(trail, closed ? start.w : to.w, w);
        zeros_path_add(path, w, to.singular);
        if (closed)
            return true;
        run = is_known(trail, to.w) ? run + 1 : 0;
        at = to;
        h = fmin(2 * h, trail->step);
        n++;
    }
    return false;
}

/* Follows a curve both ways from each point that is on none so far. */
static void walk_all(struct trail *trail)
{
    size_t d = trail->many.dim, n = trail->n, n_left = 0;
    struct trail_point *seed = mem_new(n + 1, sizeof *seed);
    memcpy(seed, trail->point, n * sizeof *seed);
    trail->n = 0;
    memset(trail->bucket, 0, sizeof trail->bucket);
    for (size_t i = 0; i < n && trail->n < POINTS_MOST; i++) {
        struct zeros_path path;
        double w[SYNTAX_MAX_PARAMS];
        if (is_known(trail, seed[i].w))
            continue;
        zeros_path_init(&path, d);
        whole(trail, seed[i].w, w);
        zeros_path_add(&path, w, false);
        bool closed = walk(trail, seed[i], &path);
        if (!closed) {
            struct trail_point back = seed[i];
            back.along[0] = -back.along[0];
            back.along[1] = -back.along[1];
            zeros_path_reverse(&path);
            walk(trail, back, &path);
        }
        for (size_t k = 0; k < path.n && path.n > 1; k++) {
            double plane[2] = {path.w[k * d + trail->axis[0]], path.w[k * d + trail->axis[1]]};
            add(trail, plane, seed[i].along, path.singular[k]);
        }
        if (path.n > 1)
            deliver(trail, 1, path.n, path.w, path.singular, closed);
        else
            seed[n_left++] = seed[i];
        zeros_path_done(&path);
    }
    for (size_t i = 0; i < n_left; i++) {
        double w[SYNTAX_MAX_PARAMS];
        whole(trail, seed[i].w, w);
        deliver_alone(trail, 1, w);
    }
    mem_free(seed);
}

static void trace(struct trail *trail)
{
    size_t d = trail->many.dim, n = (size_t)GRID * GRID;
    double *w = mem_new(n, d * sizeof *w), plane[2];
    for (size_t i = 0; i < n; i++) {
        plane[0] = low(trail, 0) + side(trail, 0) * ((double)(i % GRID) + 0.5137) / GRID;
        plane[1] = low(trail, 1) + side(trail, 1) * ((double)(i / GRID) + 0.4831) / GRID;
        whole(trail, plane, w + i * d);
    }
    n = sort_out(trail, project(trail, n, w), w);
    walk_all(trail);
    deliver_alone(trail, n, w);
    mem_free(w);
}

static void set_ranks(struct trail *trail)
{
    struct many *many = &trail->many;
    size_t d = many->dim;
    memset(many->held, 0, sizeof many->held);
    for (size_t i = 0; i < trail->out->n_components; i++) {
        struct zero_component *c = &trail->out->components[i];
        double *normal = mem_new(c->n_points, d * d * sizeof *normal);
        many_normal(many, trail->space, c->n_points, c->points, normal);
        for (size_t k = 0; k < c->n_points; k++)
            c->rank[k] = many_hessian_rank(many, normal + k * d * d);
        mem_free(normal);
    }
}

enum status zeros_many_slice(const struct model *model, const double *rest, size_t ax, size_t ay,
                             const struct zeros_options *options, const struct cancel *cancel,
                             struct zero_set *out)
{
    struct trail *trail = mem_new(1, sizeof *trail);
    many_init(&trail->many, model, cancel);
    trail->out = out;
    trail->axis[0] = ax;
    trail->axis[1] = ay;
    /* A coarser step might lead from one curve to another. */
    trail->step =
        options != NULL && options->step > 0 ? fmin(fmax(options->step, STEP_LEAST), STEP) : STEP;
    memcpy(trail->rest, rest, model->dim * sizeof *rest);
    for (size_t v = 0; v < model->dim; v++)
        trail->many.held[v] = v != ax && v != ay;
    out->complete = true;
    out->kl_min = INFINITY;
    memcpy(out->kl_min_at, rest, model->dim * sizeof *rest);
    if (trail->many.cost * GRID * GRID * EVALUATIONS > WORK_MOST) {
        out->complete = false;
        out->why = "a plane of W0 is not traced, since K is costly";
    } else {
        trail->rng = rng_stream(options != NULL ? options->seed : 1, 0);
        trail->space = many_space_new(&trail->many);
        trace(trail);
        if (zeros_many_has_rank(model))
            set_ranks(trail);
        many_space_free(trail->space);
    }
    mem_free(trail->point);
    many_done(&trail->many);
    mem_free(trail);
    out->has_zero = out->n_components > 0;
    if (out->has_zero || !isfinite(out->kl_min))
        out->kl_min = out->has_zero ? 0 : model->kl_min;
    if (cancel_wanted(cancel)) {
        zeros_done(out);
        return ST_CANCELLED;
    }
    return ST_OK;
}
