/* Follows a curve of W0 in the plane: predictor along the tangent, corrector across it. */
#include "zeros_plane.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    CORRECT_STEPS = 12,
    EXIT_STEPS = 30,
    KNOWN_RUN = 6,        /* points on a traced curve before a trace counts as known */
    TRACE_POINTS = 60000, /* of one trace */
    TRACE_TRIALS = 400000
};

#define TRACE_SHORTEST 1e-13   /* in u: no step can be made */
#define TRACE_DRIFT 0.25       /* of a step: how far the corrector may move */
#define TRACE_TURN 0.94        /* cosine of the turn in one step */
#define TRACE_KNOWN_REACH 0.02 /* of the step */
#define CORRECT_DONE 1e-15     /* in u */
#define CORRECT_RESIDUAL 1e-11 /* in u: distance to the curve that is still "on" it */
#define CORRECT_ROUNDING 1e-14 /* of a weighted generator */
#define TRACE_ON_BOX 1e-14     /* in u: outside by rounding */

/* JᵀJ and JᵀF of a system at a point: the direction across the curve and the distance to it. */
struct normal {
    double across[2]; /* unit, in u */
    double size;      /* of the Jacobian across */
    double offset;    /* in u, along across: where the curve is by linearisation */
    double residual;  /* |F| */
};

static bool normal_at(struct plane *plane, const struct zeros_system *s, const double *w,
                      struct normal *out)
{
    struct zeros_problem *p = plane->p;
    double *f = p->work + 3 * s->n, *jac = f + s->n;
    double a = 0, b = 0, c = 0, g[2] = {0, 0}, r = 0, x, y;
    if (!zeros_eval(p, s, w, f, jac))
        return false;
    for (size_t i = 0; i < s->n; i++) {
        const double *row = jac + 2 * i;
        a += row[0] * row[0];
        b += row[0] * row[1];
        c += row[1] * row[1];
        g[0] += row[0] * f[i];
        g[1] += row[1] * f[i];
        r += f[i] * f[i];
    }
    double lambda = (a + c) / 2 + hypot((a - c) / 2, b);
    if (!(lambda > 0))
        return false;
    if (a >= c) {
        x = lambda - c;
        y = b;
    } else {
        x = b;
        y = lambda - a;
    }
    double length = hypot(x, y);
    if (!(length > 0)) {
        x = length = 1;
        y = 0;
    }
    out->across[0] = x / length;
    out->across[1] = y / length;
    out->size = sqrt(lambda);
    out->offset = -(out->across[0] * g[0] + out->across[1] * g[1]) / lambda;
    out->residual = sqrt(r);
    return true;
}

/* Within rounding of the box: on it. */
static void settle(const struct zeros_problem *p, double *w)
{
    for (int v = 0; v < 2; v++) {
        double slack = TRACE_ON_BOX * p->side[v];
        if (w[v] < p->low[v] && w[v] > p->low[v] - slack)
            w[v] = p->low[v];
        if (w[v] > p->high[v] && w[v] < p->high[v] + slack)
            w[v] = p->high[v];
    }
}

bool plane_correct(struct plane *plane, const struct zeros_system *s, double *w, double *tangent)
{
    const struct zeros_problem *p = plane->p;
    struct normal n;
    double last = INFINITY;
    for (int i = 0; i < CORRECT_STEPS; i++) {
        if (!normal_at(plane, s, w, &n))
            return false;
        double move = fabs(n.offset);
        if (move > 4 * plane->step || (i > 2 && move > last && move > CORRECT_RESIDUAL))
            return false;
        if (move <= CORRECT_DONE || (move <= CORRECT_RESIDUAL && move >= last / 2))
            break;
        last = move;
        for (int v = 0; v < 2; v++)
            w[v] += n.offset * n.across[v] * p->side[v];
    }
    if (n.residual > CORRECT_RESIDUAL * n.size + CORRECT_ROUNDING)
        return false;
    settle(p, w);
    double t[2] = {-n.across[1], n.across[0]};
    double sign = t[0] * tangent[0] + t[1] * tangent[1] < 0 ? -1 : 1;
    tangent[0] = sign * t[0];
    tangent[1] = sign * t[1];
    return true;
}

/* The point where the curve meets the line w[axis] = bound, near out (which lies on that line). */
static bool meet_bound(struct plane *plane, const struct zeros_system *s, int axis, double *out)
{
    struct zeros_problem *p = plane->p;
    double *f = p->work + 3 * s->n, *jac = f + s->n;
    int free_axis = 1 - axis;
    for (int i = 0; i < EXIT_STEPS; i++) {
        double top = 0, bottom = 0;
        if (!zeros_eval(p, s, out, f, jac))
            return false;
        for (size_t k = 0; k < s->n; k++) {
            top += jac[2 * k + (size_t)free_axis] * f[k];
            bottom += jac[2 * k + (size_t)free_axis] * jac[2 * k + (size_t)free_axis];
        }
        double move = bottom > 0 ? -top / bottom : 0;
        if (fabs(move) > plane->step)
            return false;
        out[free_axis] += move * p->side[free_axis];
        if (fabs(move) <= CORRECT_DONE)
            break;
    }
    settle(p, out);
    return zeros_inside(p, out) && zeros_is_zero(p, out);
}

/* The exact point where the curve from `in` (inside) to `past` (outside) leaves the box. */
static bool leave_box(struct plane *plane, const struct zeros_system *s, const double *in,
                      const double *past, double reach, double *out)
{
    const struct zeros_problem *p = plane->p;
    for (int axis = 0; axis < 2; axis++) {
        double bound = past[axis] < p->low[axis] ? p->low[axis] : p->high[axis];
        if (past[axis] >= p->low[axis] && past[axis] <= p->high[axis])
            continue;
        double share = (bound - in[axis]) / (past[axis] - in[axis]);
        out[1 - axis] = in[1 - axis] + share * (past[1 - axis] - in[1 - axis]);
        out[axis] = bound;
        if (meet_bound(plane, s, axis, out) && zeros_distance(p, in, out) <= 2 * reach)
            return true;
    }
    return false;
}

/* State of one trace. */
struct walk {
    struct plane *plane;
    const struct zeros_system *s;
    double w[2], t[2], h;
    double start[2], start_t[2];
};

/* One accepted step of length ≤ h: the new point and tangent in next, t. */
static bool walk_try(struct walk *k, double *next, double *t)
{
    const struct zeros_problem *p = k->plane->p;
    double guess[2];
    for (int v = 0; v < 2; v++) {
        guess[v] = next[v] = k->w[v] + k->h * k->t[v] * p->side[v];
        t[v] = k->t[v];
    }
    return plane_correct(k->plane, k->s, next, t) &&
           zeros_distance(p, guess, next) <= TRACE_DRIFT * k->h &&
           t[0] * k->t[0] + t[1] * k->t[1] >= TRACE_TURN &&
           (!zeros_inside(p, next) || zeros_is_zero(k->plane->p, next));
}

/* True if the step from k->w to next passes the start of the trace, in the same direction. */
static bool walk_closes(const struct walk *k, const double *next, size_t n_steps)
{
    const struct zeros_problem *p = k->plane->p;
    double along = 0;
    if (n_steps < 4)
        return false;
    for (int v = 0; v < 2; v++)
        along += (k->start[v] - k->w[v]) / p->side[v] * k->t[v];
    return along > 0 && zeros_distance(p, k->w, k->start) <= 1.2 * k->h &&
           plane_segment_distance(p, k->start, k->w, next) <= TRACE_DRIFT * k->h &&
           k->t[0] * k->start_t[0] + k->t[1] * k->start_t[1] > 0.8;
}

/* The node that the step enters, if any; `away` tells whether the start node has been left. */
static size_t walk_hits(const struct walk *k, size_t system, const double *next, size_t start_node,
                        bool *away)
{
    const struct plane *plane = k->plane;
    if (start_node != SIZE_MAX && !*away)
        *away = zeros_distance(plane->p, next, plane->node[start_node].w) >
                1.5 * plane->node[start_node].radius;
    return plane_node_hit(plane, system, k->w, next, *away ? SIZE_MAX : start_node);
}

struct plane_trace plane_follow(struct plane *plane, size_t system, const double *w,
                                const double *tangent, size_t start_node, bool loop,
                                struct zeros_path *path)
{
    struct zeros_problem *p = plane->p;
    struct walk k = {.plane = plane, .s = p->systems[system], .h = plane->step};
    size_t n = 0, known = 0;
    bool away = false;
    memcpy(k.w, w, sizeof k.w);
    memcpy(k.t, tangent, sizeof k.t);
    memcpy(k.start, w, sizeof k.start);
    memcpy(k.start_t, tangent, sizeof k.start_t);
    if (start_node != SIZE_MAX)
        k.h = plane->node[start_node].radius / 4;
    for (size_t trial = 0; trial < TRACE_TRIALS && n < TRACE_POINTS; trial++) {
        double next[2], t[2], out[2];
        if (zeros_stopped(p))
            break;
        bool stepped = walk_try(&k, next, t);
        if (stepped && !zeros_inside(p, next)) {
            if (leave_box(plane, k.s, k.w, next, k.h, out)) {
                if (zeros_distance(p, k.w, out) > TRACE_SHORTEST)
                    zeros_path_add(path, out, false);
                return (struct plane_trace){END_BOX, SIZE_MAX};
            }
            stepped = false;
        }
        if (!stepped) {
            k.h /= 2;
            if (k.h < TRACE_SHORTEST)
                return (struct plane_trace){END_STALL, SIZE_MAX};
            continue;
        }
        if (loop && walk_closes(&k, next, n)) {
            zeros_path_add(path, k.start, false);
            return (struct plane_trace){END_CLOSED, SIZE_MAX};
        }
        size_t node = walk_hits(&k, system, next, start_node, &away);
        if (node != SIZE_MAX)
            return (struct plane_trace){END_NODE, node};
        zeros_path_add(path, next, false);
        n++;
        known =
            plane_index_near(plane, system, next, TRACE_KNOWN_REACH * plane->step) ? known + 1 : 0;
        if (known >= KNOWN_RUN)
            return (struct plane_trace){END_KNOWN, SIZE_MAX};
        memcpy(k.w, next, sizeof k.w);
        memcpy(k.t, t, sizeof k.t);
        k.h = fmin(2 * k.h, plane->step);
    }
    if (!zeros_stopped(p))
        p->why = "a curve was too long or too wild to follow to its end";
    return (struct plane_trace){END_LIMIT, SIZE_MAX};
}
