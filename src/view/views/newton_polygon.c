/* Newton polygon: the exponents of K, the diagonal, and the face it leaves through. */
#include "cusp/view.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "../view_curves.h"
#include "../view_exact.h"
#include "../view_text.h"
#include "../views.h"

/* Points of the boundary besides its corners; it is exact at both. */
enum { BOUNDARY_STEPS = 240, POINTS_MAX = 2000 };
#define ON_FACE 1e-9

static bool newton_applies(const struct snapshot *snapshot, size_t side)
{
    if (side >= snapshot->n_sides)
        return false;
    const struct newton *newton = shown_newton(snapshot, side);
    if (newton != NULL)
        return newton->n_vars > 1;
    return exact_awaited(snapshot, side);
}

/* The polyhedron cut by the plane of two exponents through the point where the ray leaves it. */
struct section {
    const struct newton *newton;
    size_t axis[2];
    double t;
};

/* The ray's direction: 1 + the prior's order. */
static double ray_of(const struct newton *newton, size_t axis)
{
    return newton->ray != NULL ? rat_value(newton->ray[axis]) : 1;
}

static double normal_of(const struct section *s, size_t facet, size_t axis)
{
    return (double)s->newton->normals[facet * s->newton->n_vars + axis];
}

/* What a facet asks of the two exponents of the plane. */
static double offset_in(const struct section *s, size_t facet)
{
    double out = (double)s->newton->offsets[facet];
    for (size_t i = 0; i < s->newton->n_vars; i++)
        if (i != s->axis[0] && i != s->axis[1])
            out -= normal_of(s, facet, i) * s->t * ray_of(s->newton, i);
    return out;
}

/* The least second exponent at a first one, and the facet that asks for it; +∞ left of all. */
static double boundary_at(const struct section *s, double a, size_t *facet)
{
    double least = 0;
    *facet = SIZE_MAX;
    for (size_t f = 0; f < s->newton->n_facets; f++) {
        double na = normal_of(s, f, s->axis[0]), nb = normal_of(s, f, s->axis[1]);
        double offset = offset_in(s, f), rest = offset - na * a;
        if (nb <= 0) {
            if (rest > ON_FACE * fmax(1, fabs(offset)))
                return INFINITY;
            continue;
        }
        if (rest / nb > least + ON_FACE ||
            (s->newton->hit[f] && fabs(rest / nb - least) <= ON_FACE)) {
            least = fmax(least, rest / nb);
            *facet = f;
        }
    }
    return least;
}

/* Where the polyhedron begins on the first axis. */
static double leftmost(const struct section *s, bool *hit)
{
    double out = 0;
    *hit = false;
    for (size_t f = 0; f < s->newton->n_facets; f++) {
        double na = normal_of(s, f, s->axis[0]);
        if (normal_of(s, f, s->axis[1]) > 0 || na <= 0)
            continue;
        double at = offset_in(s, f) / na;
        if (at >= out - ON_FACE && at > 0) {
            *hit = (at > out + ON_FACE ? false : *hit) || s->newton->hit[f];
            out = fmax(out, at);
        }
    }
    return out;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* First exponents to draw the boundary at: even steps and the corners. */
static double *steps_of(const struct section *s, double from, double to, size_t *count,
                        struct arena *arena)
{
    const struct newton *newton = s->newton;
    double *out = arena_new(arena, BOUNDARY_STEPS + 1 + newton->n_points, sizeof *out);
    *count = 0;
    for (size_t i = 0; i <= BOUNDARY_STEPS; i++)
        out[(*count)++] = from + (to - from) * (double)i / BOUNDARY_STEPS;
    for (size_t i = 0; i < newton->n_points; i++) {
        double a = (double)newton->points[i * newton->n_vars + s->axis[0]];
        if (newton->vertex[i] && a > from && a < to)
            out[(*count)++] = a;
    }
    qsort(out, *count, sizeof *out, ascending);
    return out;
}

static void add_boundary(struct curve_list *list, const struct section *s, const double high[2])
{
    bool left_hit;
    size_t count, marked = 0;
    double from = leftmost(s, &left_hit);
    double *a = steps_of(s, from, high[0], &count, list->arena);
    double *x, *y, *hx, *hy;
    struct curve *curve = curve_list_line(list, count + 1, &x, &y);
    curve->role = ROLE_CONTOUR;
    curve->name = "Newton polygon";
    curve = curve_list_line(list, 2 * count + 2, &hx, &hy);
    x[0] = from;
    y[0] = high[1];
    for (size_t i = 0; i < count; i++) {
        size_t facet;
        double b = boundary_at(s, a[i], &facet);
        x[i + 1] = a[i];
        y[i + 1] = isfinite(b) ? b : NAN;
        if (i == 0 && left_hit) {
            hx[marked] = from;
            hy[marked++] = high[1];
            hx[marked] = from;
            hy[marked++] = b;
        }
        bool hit = facet != SIZE_MAX && s->newton->hit[facet];
        hx[marked] = a[i];
        hy[marked++] = hit ? b : NAN;
    }
    curve->n = marked;
    curve->role = ROLE_SINGULAR_POINT;
    curve->name = "face that is hit";
}

static void add_points(struct curve_list *list, const struct section *s, bool vertices)
{
    const struct newton *newton = s->newton;
    size_t count = 0;
    double *x, *y;
    for (size_t i = 0; i < newton->n_points; i++)
        count += newton->vertex[i] == vertices;
    if (count == 0)
        return;
    double share = (double)POINTS_MAX / (double)count;
    struct curve *curve = curve_list_line(list, count, &x, &y);
    size_t k = 0;
    for (size_t i = 0, j = 0; i < newton->n_points; i++) {
        if (newton->vertex[i] != vertices || !thinned_keeps(j++, share))
            continue;
        x[k] = (double)newton->points[i * newton->n_vars + s->axis[0]];
        y[k++] = (double)newton->points[i * newton->n_vars + s->axis[1]];
    }
    curve->n = k;
    curve->role = vertices ? ROLE_SINGULAR : ROLE_DIM;
    curve->marker = vertices ? MARKER_DOT : MARKER_RING;
    curve->no_line = true;
    curve->name = vertices ? "vertex" : "exponent";
}

static void add_ray(struct curve_list *list, const struct section *s, const double high[2])
{
    double *x, *y, rx = ray_of(s->newton, s->axis[0]), ry = ray_of(s->newton, s->axis[1]);
    double end = fmin(high[0] / rx, high[1] / ry);
    struct curve *curve = curve_list_line(list, 2, &x, &y);
    x[1] = end * rx;
    y[1] = end * ry;
    curve->role = ROLE_THEORY;
    curve->style = LINE_DASHED;
    curve->name = rx == 1 && ry == 1 ? "diagonal" : "ray of the prior";
    curve = curve_list_point(list, s->t * rx, s->t * ry);
    curve->marker = MARKER_DIAMOND;
    curve->name = "leaves at t";
}

static void ranges(const struct section *s, double high[2])
{
    const struct newton *newton = s->newton;
    for (size_t k = 0; k < 2; k++)
        high[k] = isfinite(s->t) ? s->t * ray_of(newton, s->axis[k]) : 1;
    for (size_t i = 0; i < newton->n_points; i++)
        for (size_t k = 0; k < 2 && newton->vertex[i]; k++)
            high[k] = fmax(high[k], (double)newton->points[i * newton->n_vars + s->axis[k]]);
    for (size_t k = 0; k < 2; k++)
        high[k] = ceil(1.2 * high[k] + 0.5);
}

static bool is_diagonal(const struct newton *newton)
{
    for (size_t i = 0; i < newton->n_vars; i++)
        if (ray_of(newton, i) != 1)
            return false;
    return true;
}

/* The exact λ that the same result gives. */
static const struct rlct *result_of(const struct snapshot *snapshot, size_t side,
                                    const struct newton *newton)
{
    const struct side *s = &snapshot->sides[side];
    const struct rlct *order[] = {s->rlct_here, s->resolved, s->rlct};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (order[i] != NULL && order[i]->newton == newton)
            return order[i];
    return NULL;
}

static const char *power_words(long power, struct arena *arena)
{
    return power == 2 ? "²" : say(arena, "^%ld", power);
}

/* "1/t", "1/(2t)". */
static const char *value_words(long power, struct arena *arena)
{
    return power > 1 ? say(arena, "1/(%ldt)", power) : "1/t";
}

/* "t = 12/5, 1/t = 5/12; no face is degenerate, so λ = 5/12, m = 1". K is the power-th power of the
   size of what the polygon is of, and its share of 1/t is what is compared with λ. */
static const char *newton_note(const struct snapshot *snapshot, size_t side,
                               const struct newton *newton, const struct area *area,
                               struct arena *arena)
{
    if (newton->ratio.den <= 0)
        return SAY_FIT(arena, area, "K is not 0 at this point: the polygon is everything");
    const struct rlct *rlct = result_of(snapshot, side, newton);
    bool known = newton->power > 0 && newton->lambda.den > 0;
    const char *t = say_rat(arena, newton->distance);
    const char *ratio = say_rat(arena, known ? newton->lambda : newton->ratio);
    const char *exact = say_lambda(rlct, arena);
    bool met = rlct != NULL && rlct->lambda.standing == EXACT && known &&
               rlct->lambda.value == rat_value(newton->lambda);
    const char *meets = met ? ", which λ meets" : "";
    const char *bound = value_words(newton->power, arena);
    const char *where =
        say(arena, "the %s leaves at t = %s: %s = %s%s", is_diagonal(newton) ? "diagonal" : "ray",
            t, bound, ratio,
            newton->power > 1 ? say(arena, " (of f: K ≍ |f|%s)", power_words(newton->power, arena))
                              : "");
    switch (newton->faces) {
    case FACES_NONDEGENERATE:
        return SAY_FIT(
            arena, area,
            say(arena, "%s; the faces are nondegenerate, so this gives λ, and m = %ld%s", where,
                newton->multiplicity, exact[0] != '\0' ? say(arena, " (%s)", exact) : ""),
            say(arena, "%s, nondegenerate: it gives λ, m = %ld", where, newton->multiplicity),
            say(arena, "%s = %s gives λ: nondegenerate", bound, ratio),
            say(arena, "%s = %s", bound, ratio));
    case FACES_DEGENERATE:
        return SAY_FIT(arena, area,
                       say(arena, "%s; a face is degenerate, so it is only an upper bound of λ%s%s",
                           where, exact[0] != '\0' ? say(arena, " (%s)", exact) : "", meets),
                       meets[0] != '\0' ? say(arena, "%s, a bound that λ meets: degenerate", where)
                                        : say(arena, "%s, an upper bound only: degenerate", where),
                       say(arena, "%s = %s, an upper bound%s%s", bound, ratio,
                           exact[0] != '\0' ? "; " : "", exact),
                       meets[0] != '\0' ? say(arena, "%s = %s, a bound that λ meets", bound, ratio)
                                        : say(arena, "%s = %s, an upper bound only", bound, ratio),
                       say(arena, "%s = %s", bound, ratio));
    case FACES_UNKNOWN:
        return SAY_FIT(arena, area,
                       say(arena, "%s; not known whether a face is degenerate: an upper bound%s",
                           where, exact[0] != '\0' ? say(arena, " (%s)", exact) : ""),
                       say(arena, "%s, an upper bound", where),
                       say(arena, "%s = %s, an upper bound", bound, ratio),
                       say(arena, "%s = %s", bound, ratio));
    }
    return "";
}

static const char *variable(const struct model *model, size_t n_vars, size_t axis,
                            struct arena *arena)
{
    return n_vars == model->dim ? model_axis_name(model, axis)
                                : say(arena, "variable %zu", axis + 1);
}

static void newton_build(const struct snapshot *snapshot, size_t side, const struct area *area,
                         struct arena *arena, struct figure *out)
{
    const struct side *s = &snapshot->sides[side];
    const struct newton *newton = shown_newton(snapshot, side);
    if (newton == NULL || newton->n_vars < 2) {
        exact_missing(snapshot, side, "Newton polygon", "the Newton polygon",
                      "there is no polygon to show", area, arena, out);
        return;
    }
    struct section section = {.newton = newton, .axis = {0, 1}};
    const size_t *axes = snapshot->state.axes[side];
    if (axes[0] < newton->n_vars && axes[1] < newton->n_vars && axes[0] != axes[1]) {
        section.axis[0] = axes[0];
        section.axis[1] = axes[1];
    }
    section.t = newton->distance.den > 0 ? rat_value(newton->distance) : 0;
    double high[2];
    ranges(&section, high);
    struct curve_list list = {.arena = arena};
    add_boundary(&list, &section, high);
    add_points(&list, &section, false);
    add_points(&list, &section, true);
    add_ray(&list, &section, high);
    const char *x = variable(s->model, newton->n_vars, section.axis[0], arena);
    const char *y = variable(s->model, newton->n_vars, section.axis[1], arena);
    const char *kind = newton->n_vars == 2 ? "Newton polygon" : "Newton polyhedron, cut at t";
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title =
            SAY_FIT(arena, area,
                    say(arena, "%s: exponents of %s and %s, the diagonal and its face", kind, x, y),
                    say(arena, "%s: exponents of %s and %s", kind, x, y), kind, "Newton"),
        .note = newton_note(snapshot, side, newton, area, arena),
        .x = {.label = say(arena, "exponent of %s", x), .unit = "", .low = 0, .high = high[0]},
        .y = {.label = say(arena, "exponent of %s", y), .unit = "", .low = 0, .high = high[1]},
        .equal_aspect = true,
        .curves = list.items,
        .n_curves = list.count,
    };
}

const struct view view_newton = {
    .name = "newton",
    .title = "Newton polygon",
    .help = "Each term of K is a point, its exponents; the polygon is all that lies above and to "
            "the right of them. The diagonal enters it at (t, t), and 1/t (of K = f² as a "
            "polygon of f: half of it) is λ if the terms on the faces have no further zeros, else "
            "only an upper bound.",
    .topic = TOPIC_RESOLUTION,
    .needs = SESSION_RLCT | SESSION_ZEROS,
    .min_width = 24,
    .min_height = 8,
    .weight = 3,
    .applies = newton_applies,
    .build = newton_build,
};
