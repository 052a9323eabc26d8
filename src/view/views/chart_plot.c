/* Chart: the curve in the chart that is looked at, the exceptional divisors as its axes. */
#include "cusp/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../view_curves.h"
#include "../view_exact.h"
#include "../view_text.h"
#include "../views.h"

/* The window before the curve has come. */
#define WINDOW 1.5
/* Narrower than this, the legend leaves out the divisors' equations. */
enum { BRIEF_WIDTH = 64 };

static bool chart_applies(const struct snapshot *snapshot, size_t side)
{
    if (side >= snapshot->n_sides)
        return false;
    const struct resolution *r = shown_resolution(snapshot, side);
    if (r != NULL)
        return r->n_vars == 2;
    return snapshot->state.by_hand ? snapshot->sides[side].model->dim == 2
                                   : exact_awaited(snapshot, side);
}

/* All its pieces as one curve, so that the legend names it once. */
static void add_curve(struct curve_list *list, const struct chart_picture *picture)
{
    size_t count = 0, k = 0;
    for (size_t c = 0; c < picture->n_curves; c++)
        count += picture->n[c] + 1;
    if (count == 0)
        return;
    double *x, *y;
    struct curve *curve = curve_list_line(list, count, &x, &y);
    for (size_t c = 0; c < picture->n_curves; c++) {
        for (size_t i = 0; i < picture->n[c]; i++, k++) {
            x[k] = picture->x[c][i];
            y[k] = picture->y[c][i];
        }
        x[k] = y[k] = NAN;
        k++;
    }
    curve->role = ROLE_SINGULAR;
    curve->name = "strict transform";
}

/* Its own axes are all there is of the strict transform: they are drawn as divisors. */
static bool only_axes(const struct resolution *r, size_t chart)
{
    const struct resolution_chart *c = &r->charts[chart];
    if (c->n_terms != 1)
        return false;
    for (size_t i = 0; i < 2; i++)
        if (c->exponents[0][i] > 0 && chart_divisor(r, chart, i) == NULL)
            return false;
    return true;
}

/* A coordinate that is a divisor's equation: the axis on which it is 0. */
static void add_axis(struct curve_list *list, const struct resolution *r, size_t chart, size_t i,
                     const double low[2], const double high[2], bool brief)
{
    const struct resolution_divisor *d = chart_divisor(r, chart, i);
    if (d == NULL)
        return;
    double *x, *y;
    struct curve *curve = curve_list_line(list, 2, &x, &y);
    for (size_t k = 0; k < 2; k++) {
        double end = k == 0 ? low[1 - i] : high[1 - i];
        x[k] = i == 0 ? 0 : end;
        y[k] = i == 0 ? end : 0;
    }
    curve->role = d->wins ? ROLE_SINGULAR_POINT : (i == 0 ? ROLE_CLASS_1 : ROLE_CLASS_4);
    curve->style = d->wins ? LINE_SOLID : i == 0 ? LINE_DASHED : LINE_DOTTED;
    const char *name = not_null(r->charts[chart].names[i]);
    const char *equation = brief ? "" : say(list->arena, "%s = 0, ", name);
    curve->name = say(list->arena, "%s: %s%s%s", not_null(d->name), equation,
                      say_numbers(d, list->arena), d->wins ? " ◀" : "");
}

enum point_kind { POINT_CROSSING, POINT_CENTRE, POINT_OPEN, POINT_KINDS };

static enum point_kind kind_of(const struct resolution_point *p)
{
    return p->n_children > 0 ? POINT_CENTRE : p->normal_crossing ? POINT_CROSSING : POINT_OPEN;
}

static void add_points(struct curve_list *list, const struct resolution_chart *chart)
{
    static const struct {
        const char *name;
        enum role role;
        enum marker marker;
    } looks[POINT_KINDS] = {
        [POINT_CROSSING] = {"normal crossing", ROLE_GOOD, MARKER_RING},
        [POINT_CENTRE] = {"blown up", ROLE_HERE, MARKER_DIAMOND},
        [POINT_OPEN] = {"no normal crossing", ROLE_WARNING, MARKER_CROSS},
    };
    for (int kind = 0; kind < POINT_KINDS; kind++) {
        size_t count = 0;
        for (size_t i = 0; i < chart->n_points; i++)
            count += (int)kind_of(&chart->points[i]) == kind;
        if (count == 0)
            continue;
        double *x, *y;
        struct curve *curve = curve_list_line(list, count, &x, &y);
        for (size_t i = 0, k = 0; i < chart->n_points; i++) {
            const struct resolution_point *p = &chart->points[i];
            if ((int)kind_of(p) != kind)
                continue;
            x[k] = p->decimal[0] != NULL ? strtod(p->decimal[0], NULL) : NAN;
            y[k++] = p->decimal[1] != NULL ? strtod(p->decimal[1], NULL) : NAN;
        }
        curve->role = looks[kind].role;
        curve->marker = looks[kind].marker;
        curve->no_line = true;
        curve->name = looks[kind].name;
    }
}

static const char *chart_note(const struct resolution *r, size_t index, const struct area *area,
                              struct arena *arena)
{
    const struct resolution_chart *c = &r->charts[index];
    const char *total = say_pretty(c->total, arena), *jacobian = say_pretty(c->jacobian, arena);
    const char *best = "";
    for (size_t i = 0; i < 2; i++) {
        const struct resolution_divisor *d = chart_divisor(r, index, i);
        if (d != NULL && d->wins)
            best = say(arena, "; %s wins: (k + 1)/N = %s is the least", not_null(d->name),
                       say_rat(arena, d->ratio));
    }
    const char *is = c->normal_crossing ? "a normal crossing everywhere" : "not yet normal";
    return SAY_FIT(arena, area,
                   say(arena, "K = %s here, Jacobian %s: %s%s", total, jacobian, is, best),
                   say(arena, "K = %s, Jacobian %s: %s", total, jacobian,
                       c->normal_crossing ? "normal" : "not yet normal"),
                   say(arena, "K = %s, Jacobian %s", total, jacobian), say(arena, "K = %s", total));
}

static void chart_build(const struct snapshot *snapshot, size_t side, const struct area *area,
                        struct arena *arena, struct figure *out)
{
    const struct side *s = &snapshot->sides[side];
    const struct resolution *r = shown_resolution(snapshot, side);
    if (r == NULL || r->n_vars != 2) {
        exact_missing(snapshot, side, "Chart", "the charts",
                      r == NULL ? "no blow-up was needed"
                                : "a picture of a chart needs two parameters",
                      area, arena, out);
        return;
    }
    size_t index = shown_chart(snapshot, side);
    const struct resolution_chart *c = &r->charts[index];
    const struct chart_picture *picture =
        s->chart != NULL && s->chart->chart == index ? s->chart : NULL;
    double low[2] = {-WINDOW, -WINDOW}, high[2] = {WINDOW, WINDOW};
    if (picture != NULL) {
        memcpy(low, picture->low, sizeof low);
        memcpy(high, picture->high, sizeof high);
    }
    struct curve_list list = {.arena = arena};
    bool brief = area->width < BRIEF_WIDTH;
    add_axis(&list, r, index, 0, low, high, brief);
    add_axis(&list, r, index, 1, low, high, brief);
    if (picture != NULL && !only_axes(r, index))
        add_curve(&list, picture);
    add_points(&list, c);
    const char *how =
        c->parent < r->n_charts ? say_pretty(c->substitution, arena) : "K itself, about the point";
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area, say(arena, "Chart %zu: %s", index, how),
                         say(arena, "Chart %zu", index)),
        .note = chart_note(r, index, area, arena),
        .x = {.label = not_null(c->names[0]), .unit = "", .low = low[0], .high = high[0]},
        .y = {.label = not_null(c->names[1]), .unit = "", .low = low[1], .high = high[1]},
        .equal_aspect = true,
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(s, picture == NULL && s->busy, out);
}

const struct view view_chart = {
    .name = "chart",
    .title = "Chart",
    .help = "W0 in one chart of the resolution. The axes that are drawn are exceptional divisors "
            "E with (N, k), the powers of K and of the Jacobian along them; where the curve still "
            "touches or doubles back, another blow-up is needed.",
    .topic = TOPIC_RESOLUTION,
    .needs = SESSION_RLCT | SESSION_ZEROS,
    .min_width = 24,
    .min_height = 8,
    .weight = 4,
    .applies = chart_applies,
    .build = chart_build,
};
