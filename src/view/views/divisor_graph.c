/* Divisors: who meets whom, as a tree from the winner, with (N, k) and the ratios as bars. */
#include "cusp/view.h"

#include <math.h>
#include <stdint.h>

#include "../view_exact.h"
#include "../view_text.h"
#include "../views.h"
#include "cusp/text.h"

enum { BAR_LEAST = 6, BAR_MOST = 60, GAP = 2, STEM_MOST = 16 };

static bool divisors_applies(const struct snapshot *snapshot, size_t side)
{
    if (side >= snapshot->n_sides)
        return false;
    const struct resolution *r = shown_resolution(snapshot, side);
    if (r != NULL)
        return r->n_divisors > 0;
    return exact_awaited(snapshot, side);
}

/* A factor of K without a real branch through the point: one would meet, in a real point, what
   gives λ there. */
static bool not_here(const struct resolution *r, size_t divisor)
{
    if (r->divisors[divisor].exceptional || r->n_divisors < 2 || r->lambda.den <= 0)
        return false;
    for (size_t i = 0; i < r->n_meetings; i++)
        if (r->meetings[i].a == divisor || r->meetings[i].b == divisor)
            return false;
    return !r->divisors[divisor].wins;
}

struct node {
    size_t divisor;
    const char *name, *numbers, *ratio;
};

struct graph {
    struct arena *arena;
    const struct resolution *r;
    unsigned char *seen;  /* [n_divisors] */
    unsigned char *drawn; /* [n_meetings]: a branch of the tree, or the same pair as one */
    struct node *nodes;
    size_t n_nodes;
};

/* The other end of a meeting that this divisor takes part in; SIZE_MAX if it does not. */
static size_t across(const struct graph *g, size_t meeting, size_t divisor)
{
    const struct resolution_meeting *m = &g->r->meetings[meeting];
    if (m->a >= g->r->n_divisors || m->b >= g->r->n_divisors || m->a == m->b)
        return SIZE_MAX;
    return m->a == divisor ? m->b : m->b == divisor ? m->a : SIZE_MAX;
}

/* How often two divisors meet; the meetings are marked as drawn. */
static size_t meet(struct graph *g, size_t a, size_t b)
{
    size_t count = 0;
    for (size_t i = 0; i < g->r->n_meetings; i++)
        if (across(g, i, a) == b) {
            g->drawn[i] = 1;
            count++;
        }
    return count;
}

static void add_node(struct graph *g, size_t divisor, const char *branch, size_t times)
{
    const struct resolution_divisor *d = &g->r->divisors[divisor];
    const char *often = times > 1 ? say(g->arena, " ×%zu", times) : "";
    g->nodes[g->n_nodes++] = (struct node){
        .divisor = divisor,
        .name =
            say(g->arena, "%s%s%s%s", branch, d->exceptional ? "" : "▸", not_null(d->name), often),
        .numbers = say_numbers(d, g->arena),
        .ratio =
            not_here(g->r, divisor)
                ? "not here"
                : say(g->arena, "%s%s", d->multiplicity == 0 ? "–" : say_ratio(d->ratio, g->arena),
                      d->wins ? " ◀" : ""),
    };
}

struct visit {
    size_t divisor, from, times;
    const char *stem; /* of the line above its children */
    bool last;
};

/* Its unseen neighbours, the strict transforms last; returns how many. */
static size_t neighbours(struct graph *g, size_t divisor, size_t *out)
{
    size_t count = 0;
    for (int strict = 0; strict < 2; strict++)
        for (size_t i = 0; i < g->r->n_meetings; i++) {
            size_t other = across(g, i, divisor);
            if (other == SIZE_MAX || g->seen[other] ||
                g->r->divisors[other].exceptional == (strict == 1))
                continue;
            g->seen[other] = 1;
            out[count++] = other;
        }
    return count;
}

static void walk_graph(struct graph *g, size_t root)
{
    size_t n = g->r->n_divisors, depth = 1;
    struct visit *stack = arena_new(g->arena, n + 1, sizeof *stack);
    size_t *found = arena_new(g->arena, n + 1, sizeof *found);
    stack[0] = (struct visit){.divisor = root, .from = SIZE_MAX, .stem = NULL};
    g->seen[root] = 1;
    while (depth > 0) {
        struct visit v = stack[--depth];
        bool deep = v.stem != NULL && utf8_width(v.stem) >= STEM_MOST;
        add_node(g, v.divisor,
                 v.stem == NULL ? ""
                                : say(g->arena, "%s%s", v.stem,
                                      deep     ? "…"
                                      : v.last ? "└─"
                                               : "├─"),
                 v.times);
        const char *under = v.stem == NULL ? ""
                            : deep         ? v.stem
                                           : say(g->arena, "%s%s", v.stem, v.last ? "  " : "│ ");
        size_t count = neighbours(g, v.divisor, found);
        for (size_t i = count; i-- > 0;)
            stack[depth++] = (struct visit){.divisor = found[i],
                                            .from = v.divisor,
                                            .times = meet(g, v.divisor, found[i]),
                                            .stem = under,
                                            .last = i + 1 == count};
    }
}

/* The winner that meets most others first, an exceptional one if there is any; then the rest. */
static void walk_all(struct graph *g)
{
    size_t n = g->r->n_divisors, root = SIZE_MAX, most = 0;
    for (size_t i = 0; i < n; i++) {
        size_t meets = 0;
        for (size_t k = 0; k < g->r->n_meetings; k++)
            meets += across(g, k, i) != SIZE_MAX;
        /* A strict transform is a branch of what it meets. */
        meets += g->r->divisors[i].exceptional ? g->r->n_meetings : 0;
        if (g->r->divisors[i].wins && (root == SIZE_MAX || meets > most)) {
            root = i;
            most = meets;
        }
    }
    if (root != SIZE_MAX)
        walk_graph(g, root);
    for (size_t i = 0; i < n; i++)
        if (!g->seen[i])
            walk_graph(g, i);
}

static int column_width(const struct graph *g, int column, const char *heading)
{
    size_t width = utf8_width(heading);
    for (size_t i = 0; i < g->n_nodes; i++) {
        const struct node *node = &g->nodes[i];
        size_t own = utf8_width(column == 0   ? node->name
                                : column == 1 ? node->numbers
                                              : node->ratio);
        width = own > width ? own : width;
    }
    return width < 4096 ? (int)width : 4096;
}

static const char *padded(struct arena *arena, const char *text, int width)
{
    text = say_cut(arena, text, width);
    return say(arena, "%s%*s", text, width - (int)utf8_width(text), "");
}

static const char *bar_text(struct arena *arena, double share, int width)
{
    int cells = isfinite(share) ? (int)lround(share * width) : 0;
    const char *out = "";
    for (int i = 0; i < (cells < 1 && share > 0 ? 1 : cells); i++)
        out = say(arena, "%s█", out);
    return out;
}

static enum role node_role(const struct resolution_divisor *d)
{
    return d->wins ? ROLE_SINGULAR_POINT : d->exceptional ? ROLE_PLAIN : ROLE_SINGULAR;
}

static void add_table(struct line_list *lines, const struct graph *g, int width, size_t rows)
{
    static const char *const headings[3] = {"divisor", "(N, k)", "(k + 1)/N"};
    int columns[3], used = 0;
    for (int k = 0; k < 3; k++) {
        columns[k] = column_width(g, k, headings[k]);
        used += columns[k] + GAP;
    }
    int bar = width - used;
    bar = bar > BAR_MOST ? BAR_MOST : bar < BAR_LEAST ? 0 : bar;
    double most = 0;
    for (size_t i = 0; i < g->r->n_divisors; i++)
        if (g->r->divisors[i].ratio.den > 0)
            most = fmax(most, rat_value(g->r->divisors[i].ratio));
    if (rows > g->n_nodes) {
        const char *head = say(g->arena, "%s  %s  %s", padded(g->arena, headings[0], columns[0]),
                               padded(g->arena, headings[1], columns[1]), headings[2]);
        line_list_verbatim(lines, head, width, ROLE_DIM);
    }
    size_t shown = rows >= g->n_nodes ? g->n_nodes : rows > 0 ? rows - 1 : 0;
    for (size_t i = 0; i < shown; i++) {
        const struct node *node = &g->nodes[i];
        const struct resolution_divisor *d = &g->r->divisors[node->divisor];
        double share = d->ratio.den > 0 && most > 0 && !not_here(g->r, node->divisor)
                           ? rat_value(d->ratio) / most
                           : 0;
        const char *text = say(g->arena, "%s  %s  %s", padded(g->arena, node->name, columns[0]),
                               padded(g->arena, node->numbers, columns[1]),
                               padded(g->arena, node->ratio, columns[2]));
        if (bar > 0)
            text = say(g->arena, "%s  %s", text, bar_text(g->arena, share, bar));
        line_list_verbatim(lines, text, width, node_role(d));
    }
    if (shown < g->n_nodes)
        line_list_verbatim(lines, say(g->arena, "… and %zu more", g->n_nodes - shown), width,
                           ROLE_DIM);
}

/* Meetings that close a circle, and what the strict transforms are. */
static void add_rest(struct line_list *lines, const struct graph *g, int width)
{
    const struct resolution *r = g->r;
    for (size_t i = 0; i < r->n_meetings; i++) {
        const struct resolution_meeting *m = &r->meetings[i];
        if (g->drawn[i] || m->a >= r->n_divisors || m->b >= r->n_divisors)
            continue;
        line_list_verbatim(lines,
                           say(g->arena, "also %s meets %s: %s", not_null(r->divisors[m->a].name),
                               not_null(r->divisors[m->b].name), say_pretty(m->where, g->arena)),
                           width, ROLE_PLAIN);
    }
    for (size_t i = 0; i < r->n_divisors; i++)
        if (!r->divisors[i].exceptional)
            line_list_verbatim(lines,
                               say(g->arena,
                                   not_here(r, i) ? "▸%s: %s = 0 has no real branch here"
                                                  : "▸%s: the curve %s = 0 itself",
                                   not_null(r->divisors[i].name),
                                   say_pretty(r->divisors[i].of, g->arena)),
                               width, ROLE_DIM);
}

static void divisors_build(const struct snapshot *snapshot, size_t side, const struct area *area,
                           struct arena *arena, struct figure *out)
{
    const struct resolution *r = shown_resolution(snapshot, side);
    if (r == NULL || r->n_divisors == 0) {
        exact_missing(snapshot, side, "Divisors", "the divisors", "no blow-up was needed", area,
                      arena, out);
        return;
    }
    struct graph g = {.arena = arena, .r = r};
    g.seen = arena_new(arena, r->n_divisors, 1);
    g.drawn = arena_new(arena, r->n_meetings + 1, 1);
    g.nodes = arena_new(arena, r->n_divisors, sizeof *g.nodes);
    walk_all(&g);
    struct line_list lines = {.arena = arena};
    int width = say_room(area) > 0 ? say_room(area) : 1;
    size_t rows = area->height > 2 ? (size_t)area->height - 2 : 1;
    add_table(&lines, &g, width, rows);
    if (rows > lines.count + 1) {
        line_list_verbatim(&lines, " ", width, ROLE_PLAIN);
        add_rest(&lines, &g, width);
    }
    size_t exceptional = 0;
    for (size_t i = 0; i < r->n_divisors; i++)
        exceptional += r->divisors[i].exceptional;
    *out = (struct figure){
        .kind = FIGURE_TEXT,
        .title = SAY_FIT(
            arena, area,
            say(arena, "Divisors: who meets whom, and (k + 1)/N of each of %zu", r->n_divisors),
            say(arena, "Divisors: %zu exceptional, %zu of the curve", exceptional,
                r->n_divisors - exceptional),
            "Divisors"),
        .note = say_outcome(snapshot, side, r, area, arena),
        .lines = lines.items,
        .n_lines = lines.count,
    };
}

const struct view view_divisors = {
    .name = "divisors",
    .title = "Divisors",
    .help = "The dual graph of the resolution: each exceptional divisor E under one that it "
            "meets, the curve's own branches as ▸C. K vanishes to the power N along it and the "
            "Jacobian to the power k; the least (k + 1)/N wins and is λ.",
    .topic = TOPIC_RESOLUTION,
    .needs = SESSION_RLCT | SESSION_ZEROS,
    .min_width = 24,
    .min_height = 5,
    .weight = 3,
    .applies = divisors_applies,
    .build = divisors_build,
};
