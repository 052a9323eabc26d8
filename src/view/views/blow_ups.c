/* Resolution: the blow-ups as a tree of charts, the one looked at in full, and the verdict. */
#include "cusp/view.h"

#include <stdint.h>
#include <string.h>

#include "../view_chart_tree.h"
#include "../view_exact.h"
#include "../view_text.h"
#include "../views.h"
#include "cusp/text.h"

static bool resolution_applies(const struct snapshot *snapshot, size_t side)
{
    if (side >= snapshot->n_sides)
        return false;
    if (snapshot->state.by_hand && snapshot->sides[side].model->dim == 2)
        return true;
    return shown_resolution(snapshot, side) != NULL || exact_awaited(snapshot, side);
}

/* Rows that are kept for the chart looked at, where there are enough. */
enum { DETAIL_ROWS = 7, DETAIL_FROM = 14, POINTS_MOST = 30 };

/* "the person's last move did this", how far it is, what to press. */
static void add_hand(struct line_list *lines, const struct snapshot *snapshot, size_t side,
                     int width)
{
    const struct side *s = &snapshot->sides[side];
    const struct hand *hand = s->hand;
    bool refused = not_null(s->hand_why)[0] != '\0';
    if (refused)
        line_list_wrap(lines, say(lines->arena, "not possible: %s", s->hand_why), width,
                       ROLE_WARNING);
    else if (hand != NULL && not_null(hand->verdict)[0] != '\0')
        line_list_wrap(lines, hand->verdict, width, hand->done ? ROLE_GOOD : ROLE_PLAIN);
    if (hand == NULL)
        return;
    const char *done = say_count(hand->resolution.n_blow_ups, "blow-up", lines->arena);
    const char *score =
        say(lines->arena, "%s made, %zu needed%s%s", done, hand->n_needed,
            hand->n_wasted > 0
                ? say(lines->arena, ", %zu wasted on points that needed none", hand->n_wasted)
                : "",
            hand->done ? ""
                       : say(lines->arena, "; %s left to blow up",
                             say_count(hand->n_open, "point", lines->arena)));
    line_list_wrap(lines, score, width, ROLE_PLAIN);
}

/* "u = 0 is E1: (N, k) = (4, 1), (1 + 1)/4 = 1/2 ◀ least" for each coordinate that is one. */
static void add_divisors(struct line_list *lines, const struct resolution *r, size_t chart,
                         int width)
{
    const struct resolution_chart *c = &r->charts[chart];
    for (size_t i = 0; i < r->n_vars && i < RESOLUTION_MAX_VARS; i++) {
        const struct resolution_divisor *d = chart_divisor(r, chart, i);
        if (d == NULL)
            continue;
        const char *axis =
            say(lines->arena, "%s = 0 is %s", not_null(c->names[i]), not_null(d->name));
        const char *numbers = say_numbers(d, lines->arena);
        const char *quotient = say_quotient(d, lines->arena), *least = d->wins ? " ◀ least" : "";
        const char *text =
            say(lines->arena, "%s: (N, k) = %s, (k + 1)/N = %s%s", axis, numbers, quotient, least);
        if (utf8_width(text) > (size_t)width)
            text = say(lines->arena, "%s %s: %s%s", axis, numbers, quotient, least);
        line_list_verbatim(lines, text, width, d->wins ? ROLE_SINGULAR_POINT : ROLE_PLAIN);
    }
}

static void add_points(struct line_list *lines, const struct resolution *r, size_t chart,
                       bool by_hand, int width)
{
    const struct resolution_chart *c = &r->charts[chart];
    for (size_t i = 0; i < c->n_points && i < POINTS_MOST; i++) {
        const struct resolution_point *p = &c->points[i];
        const char *at = say_chart_point(r, p, lines->arena), *what;
        enum role role = ROLE_PLAIN;
        if (p->n_children > 0) {
            const char *to = "";
            for (size_t k = 0; k < p->n_children && k < RESOLUTION_MAX_VARS; k++)
                if (p->children[k] != SIZE_MAX)
                    to =
                        say(lines->arena, "%s%s%zu", to, to[0] == '\0' ? "" : ", ", p->children[k]);
            what = say(lines->arena, "blown up: charts %s", to);
        } else if (p->normal_crossing) {
            what = "✓ normal crossing";
            role = ROLE_GOOD;
        } else {
            what = by_hand ? "✕ no normal crossing: blow it up" : "✕ no normal crossing";
            role = ROLE_WARNING;
        }
        line_list_wrap(lines, say(lines->arena, "#%zu %s  %s", i, at, what), width, role);
    }
    if (c->n_points > POINTS_MOST)
        line_list_verbatim(lines,
                           say(lines->arena, "… and %zu more points", c->n_points - POINTS_MOST),
                           width, ROLE_DIM);
}

/* The chart looked at. */
static void add_detail(struct line_list *lines, const struct resolution *r, size_t chart,
                       bool by_hand, int width)
{
    struct arena *arena = lines->arena;
    const struct resolution_chart *c = &r->charts[chart];
    const char *head = say(arena, "Chart %zu: the parameters, moved to the point", chart);
    if (c->parent < r->n_charts)
        head = say(arena, "Chart %zu: chart %zu blown up at %s, by %s", chart, c->parent,
                   say_pretty(c->centre_text, arena), say_pretty(c->substitution, arena));
    line_list_verbatim(lines, " ", width, ROLE_PLAIN);
    line_list_wrap(lines, head, width, ROLE_HERE);
    const char *total = say_pretty(c->total, arena), *jacobian = say_pretty(c->jacobian, arena);
    const char *both = say(arena, "K = %s, Jacobian %s", total, jacobian);
    if (utf8_width(both) <= (size_t)(width > 0 ? width : 0)) {
        line_list_verbatim(lines, both, width, ROLE_PLAIN);
    } else {
        line_list_verbatim(lines, say(arena, "K = %s", total), width, ROLE_PLAIN);
        line_list_verbatim(lines, say(arena, "Jacobian %s", jacobian), width, ROLE_PLAIN);
    }
    add_divisors(lines, r, chart, width);
    add_points(lines, r, chart, by_hand, width);
}

static const char *hand_note(const struct snapshot *snapshot, size_t side, const struct area *area,
                             struct arena *arena)
{
    const struct hand *hand = snapshot->sides[side].hand;
    const struct resolution *r = shown_resolution(snapshot, side);
    if (hand->done)
        return say_verdict(r, area, arena);
    const char *left = say_count(hand->n_open, "point", arena);
    return SAY_FIT(arena, area,
                   say(arena,
                       "%s left without a normal crossing: ↑↓ to a chart with ✕, then the number "
                       "of the point blows it up",
                       left),
                   say(arena, "%s left: blow up one of the ✕ points", left),
                   say(arena, "%s left", left));
}

static void resolution_build(const struct snapshot *snapshot, size_t side, const struct area *area,
                             struct arena *arena, struct figure *out)
{
    bool by_hand = snapshot->state.by_hand;
    const struct side *s = &snapshot->sides[side];
    const struct resolution *r = shown_resolution(snapshot, side);
    const char *title = by_hand ? "Resolution by hand" : "Resolution";
    if (r == NULL) {
        struct side why = *s;
        if (by_hand && not_null(s->hand_why)[0] != '\0') {
            why.why = s->hand_why;
            figure_missing(&why, title, "the charts", area, arena, out);
            return;
        }
        exact_missing(snapshot, side, title, "the resolution", "no blow-up was needed", area, arena,
                      out);
        return;
    }
    size_t chart = shown_chart(snapshot, side);
    int width = say_room(area) > 0 ? say_room(area) : 1;
    int room = area->height > 2 ? area->height - 2 : 1;
    struct line_list lines = {.arena = arena}, below = {.arena = arena};
    if (by_hand)
        add_hand(&lines, snapshot, side, width);
    add_detail(&below, r, chart, by_hand, width);
    const struct rlct *rlct = shown_rlct(snapshot, side);
    if (!by_hand && rlct != NULL && not_null(rlct->why)[0] != '\0') {
        line_list_verbatim(&below, " ", width, ROLE_PLAIN);
        line_list_wrap(&below, rlct->why, width, ROLE_DIM);
    }
    int left = room - (int)lines.count, kept = (int)below.count;
    if (kept > DETAIL_ROWS && (size_t)left < r->n_charts + 1 + below.count)
        kept = left >= DETAIL_FROM ? DETAIL_ROWS : 0;
    if ((size_t)left < r->n_charts + 1 + (size_t)kept && left < DETAIL_FROM)
        kept = 0;
    chart_tree_lines(&lines, r, chart, by_hand, width, left - kept);
    for (int i = 0; i < kept; i++)
        line_list_verbatim(&lines, below.items[i].text[0] != '\0' ? below.items[i].text : " ",
                           width, below.items[i].role);
    const char *where = rlct != NULL && !by_hand && not_null(rlct->at_text)[0] != '\0'
                            ? say(arena, " at %s", say_pretty(rlct->at_text, arena))
                            : "";
    *out = (struct figure){
        .kind = FIGURE_TEXT,
        .title = SAY_FIT(
            arena, area,
            say(arena, "%s%s: %s, %s", title, where, say_count(r->n_blow_ups, "blow-up", arena),
                say_count(r->n_charts, "chart", arena)),
            say(arena, "%s%s: %s", title, where, say_count(r->n_blow_ups, "blow-up", arena)),
            say(arena, "%s: %s", title, say_count(r->n_blow_ups, "blow-up", arena)), title),
        .note = by_hand ? hand_note(snapshot, side, area, arena)
                        : say_outcome(snapshot, side, r, area, arena),
        .lines = lines.items,
        .n_lines = lines.count,
    };
}

const struct view view_resolution = {
    .name = "resolution",
    .title = "Resolution",
    .help =
        "The blow-ups that turn K, near a singular point of W0, into products of powers, chart by "
        "chart. Each exceptional divisor E has N, its power in K, and k, its power in the "
        "Jacobian; the least (k + 1)/N is λ, and as many of them as meet there make m.",
    .topic = TOPIC_RESOLUTION,
    .needs = SESSION_RLCT | SESSION_ZEROS,
    .min_width = 30,
    .min_height = 6,
    .weight = 5,
    .applies = resolution_applies,
    .build = resolution_build,
};
