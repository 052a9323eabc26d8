/* Nodes of W0 in the plane, and the arms that cross the small circle around each. */
#include "zeros_plane.h"

#include <math.h>

#include "cusp/mem.h"

enum {
    SCAN_FIRST = 256, /* samples of the whole circle */
    SCAN_NEXT = 64,   /* of a stretch looked at more closely */
    SCAN_DEPTH = 3,
    ARM_BISECTIONS = 80,
    ARM_NEWTON = 40,
    ARMS_MOST = 64 /* of one node and system */
};

#define ARM_SUSPECT 0.05   /* of the largest |F| on the circle: a minimum below it is looked at */
#define ARM_SAME 1e-8      /* radians */
#define ARM_DONE 1e-16     /* radians: a step that changes nothing */
#define NODE_ON_CURVE 1e-6 /* in u */
#define ARM_ON_BOX 1e-12   /* in u: outside by rounding */

static const double pi = 3.14159265358979323846;

/* The circle around a node, one system on it, and the angles found. */
struct circle {
    struct plane *plane;
    const struct zeros_system *s;
    const double *centre;
    double radius, largest;
    double angle[ARMS_MOST];
    size_t n;
};

static void circle_point(const struct circle *c, double angle, double *w)
{
    const struct zeros_problem *p = c->plane->p;
    w[0] = c->centre[0] + c->radius * cos(angle) * p->side[0];
    w[1] = c->centre[1] + c->radius * sin(angle) * p->side[1];
}

/* |F| at an angle; *sign: of F if there is one generator. NaN counts as far from zero. */
static double circle_value(const struct circle *c, double angle, int *sign)
{
    double w[2], sum = 0, *f = c->plane->p->work + 3 * c->s->n;
    circle_point(c, angle, w);
    *sign = 0;
    if (!zeros_eval(c->plane->p, c->s, w, f, NULL))
        return INFINITY;
    for (size_t i = 0; i < c->s->n; i++)
        sum += f[i] * f[i];
    if (c->s->n == 1)
        *sign = (f[0] > 0) - (f[0] < 0);
    return sqrt(sum);
}

static void add_angle(struct circle *c, double angle)
{
    struct zeros_problem *p = c->plane->p;
    double w[2];
    for (size_t i = 0; i < c->n; i++)
        if (fabs(remainder(c->angle[i] - angle, 2 * pi)) < ARM_SAME)
            return;
    circle_point(c, angle, w);
    if (c->n < ARMS_MOST && zeros_is_zero(p, w))
        c->angle[c->n++] = angle;
}

static void bisect(struct circle *c, double low, double high, int sign_low)
{
    for (int i = 0; i < ARM_BISECTIONS; i++) {
        int sign;
        double middle = low + (high - low) / 2;
        circle_value(c, middle, &sign);
        if (sign == 0 || middle <= low || middle >= high) {
            low = middle;
            break;
        }
        if (sign == sign_low)
            low = middle;
        else
            high = middle;
    }
    add_angle(c, low);
}

/* Newton in the angle, from a minimum of |F| that does not change sign. */
static void polish(struct circle *c, double angle, double reach)
{
    struct zeros_problem *p = c->plane->p;
    double *f = p->work + 3 * c->s->n, *jac = f + c->s->n, start = angle;
    for (int i = 0; i < ARM_NEWTON; i++) {
        double w[2], top = 0, bottom = 0;
        circle_point(c, angle, w);
        if (!zeros_eval(p, c->s, w, f, jac))
            return;
        for (size_t k = 0; k < c->s->n; k++) {
            double slope = c->radius * (jac[2 * k + 1] * cos(angle) - jac[2 * k] * sin(angle));
            top += slope * f[k];
            bottom += slope * slope;
        }
        if (!(bottom > 0))
            break;
        angle -= top / bottom;
        if (!(fabs(angle - start) <= reach))
            return;
        if (fabs(top / bottom) < ARM_DONE)
            break;
    }
    /* A minimum of a flat F has a K below any tolerance; only a true zero is an arm. */
    double w[2];
    circle_point(c, angle, w);
    if (zeros_may_vanish(p, c->s, w))
        add_angle(c, angle);
}

/* Looks for zeros in [low, high]: changes of sign, and minima ever more closely. */
static void scan(struct circle *c, double low, double high, size_t n, int depth)
{
    double value[SCAN_FIRST + 3], step = (high - low) / (double)n;
    int sign[SCAN_FIRST + 3];
    /* One sample more on either side, so that every minimum inside has neighbours. */
    for (size_t i = 0; i < n + 3; i++) {
        value[i] = circle_value(c, low + step * ((double)i - 1), &sign[i]);
        if (depth == 0 && isfinite(value[i]))
            c->largest = fmax(c->largest, value[i]);
    }
    for (size_t i = 1; i <= n; i++) {
        double angle = low + step * ((double)i - 1);
        if (value[i] == 0)
            add_angle(c, angle);
        else if (sign[i] * sign[i + 1] < 0)
            bisect(c, angle, angle + step, sign[i]);
        bool crossed = sign[i] * sign[i + 1] < 0 || sign[i - 1] * sign[i] < 0;
        if (crossed || value[i] == 0 || value[i] > value[i - 1] || value[i] > value[i + 1] ||
            value[i] > ARM_SUSPECT * c->largest)
            continue;
        if (depth + 1 < SCAN_DEPTH)
            scan(c, angle - step, angle + step, SCAN_NEXT, depth + 1);
        else
            polish(c, angle, 4 * step);
    }
}

static void add_arm(struct plane *plane, size_t node, size_t system, const struct circle *c,
                    double angle)
{
    const struct zeros_problem *p = plane->p;
    struct plane_arm arm = {.node = node, .system = system};
    circle_point(c, angle, arm.w);
    for (int v = 0; v < 2; v++) {
        double slack = ARM_ON_BOX * p->side[v];
        if (arm.w[v] < p->low[v] - slack || arm.w[v] > p->high[v] + slack)
            return;
        arm.w[v] = fmin(fmax(arm.w[v], p->low[v]), p->high[v]);
    }
    if (!zeros_is_zero(plane->p, arm.w) ||
        (plane->has_area && plane_area_near(plane, arm.w, plane->node[node].radius / 4)))
        return;
    /* Another system that shares the curve has the same arm. */
    for (size_t i = plane->node[node].first_arm; i < plane->n_arms; i++)
        if (zeros_distance(p, plane->arm[i].w, arm.w) < ARM_SAME * plane->node[node].radius)
            return;
    MEM_GROW(plane->arm, plane->n_arms, plane->arms_capacity);
    plane->arm[plane->n_arms++] = arm;
    plane->node[node].n_arms++;
}

void plane_node_arms(struct plane *plane, size_t node)
{
    struct zeros_problem *p = plane->p;
    plane->node[node].first_arm = plane->n_arms;
    for (size_t k = 0; k < p->n_systems; k++) {
        struct circle c = {.plane = plane,
                           .s = p->systems[k],
                           .centre = plane->node[node].w,
                           .radius = plane->node[node].radius};
        double w[2] = {c.centre[0], c.centre[1]};
        if (!plane->is_curve[k] || !zeros_newton(p, c.s, w) ||
            zeros_distance(p, w, c.centre) > NODE_ON_CURVE)
            continue;
        /* Starting at an odd angle keeps samples off the axes, where symmetric curves lie. */
        scan(&c, 0.1234, 0.1234 + 2 * pi, SCAN_FIRST, 0);
        for (size_t i = 0; i < c.n; i++)
            add_arm(plane, node, k, &c, c.angle[i]);
    }
}

size_t plane_node_add(struct plane *plane, const double *w, double same)
{
    struct plane_node node = {.w = {w[0], w[1]}, .radius = plane->step};
    for (size_t i = 0; i < plane->n_nodes; i++) {
        struct plane_node *other = &plane->node[i];
        double distance = zeros_distance(plane->p, other->w, w);
        if (distance <= same)
            return i;
        /* Discs must not meet; those whose arms are known keep theirs. */
        if (other->n_arms == 0)
            other->radius = fmin(other->radius, distance / 3);
        node.radius = fmin(node.radius, fmax((distance - other->radius) / 2, distance / 8));
    }
    MEM_GROW(plane->node, plane->n_nodes, plane->nodes_capacity);
    plane->node[plane->n_nodes] = node;
    return plane->n_nodes++;
}

size_t plane_node_hit(const struct plane *plane, size_t system, const double *a, const double *b,
                      size_t skip)
{
    const struct zeros_problem *p = plane->p;
    for (size_t i = 0; i < plane->n_nodes; i++) {
        const struct plane_node *node = &plane->node[i];
        double reach = plane->step + node->radius;
        if (i == skip || fabs(node->w[0] - b[0]) > reach * p->side[0] ||
            fabs(node->w[1] - b[1]) > reach * p->side[1])
            continue;
        if (plane_segment_distance(p, node->w, a, b) < 0.9 * node->radius &&
            plane_node_nearest_arm(plane, i, system, b) != SIZE_MAX)
            return i;
    }
    return SIZE_MAX;
}

size_t plane_node_nearest_arm(const struct plane *plane, size_t node, size_t system,
                              const double *w)
{
    const struct plane_node *n = &plane->node[node];
    size_t best = SIZE_MAX;
    double least = INFINITY;
    for (size_t i = n->first_arm; i < n->first_arm + n->n_arms; i++) {
        double distance = zeros_distance(plane->p, plane->arm[i].w, w);
        if (plane->arm[i].system == system && distance < least) {
            least = distance;
            best = i;
        }
    }
    return best;
}
