/* The charts of a resolution as an indented list: columns that are shed as the room shrinks. */
#include "view_chart_tree.h"

#include <stdint.h>
#include <string.h>

#include "view_exact.h"
#include "cusp/text.h"

enum column {
    COLUMN_TREE,
    COLUMN_CENTRE,
    COLUMN_SUBSTITUTION,
    COLUMN_TOTAL,
    COLUMN_STATE,
    COLUMNS
};
enum { GAP = 2, TOTAL_LEAST = 16, INDENT_MOST = 12, MARK_WIDTH = 2, POINTS_NAMED = 6 };

static const char *const headings[COLUMNS] = {"chart", "centre", "substitution", "K there", ""};

struct tree_row {
    size_t chart;
    const char *cell[COLUMNS], *brief; /* brief: the state in a sign */
};

/* Charts with children behind their parents, and how each branch is drawn. */
struct walk {
    struct arena *arena;
    const struct resolution *r;
    size_t *first, *next; /* [n_charts]: first child, next sibling; SIZE_MAX none */
    unsigned char *seen;
    struct tree_row *rows;
    size_t n_rows;
    bool by_hand;
};

static void link_children(struct walk *w)
{
    size_t n = w->r->n_charts;
    w->first = arena_new(w->arena, n, sizeof *w->first);
    w->next = arena_new(w->arena, n, sizeof *w->next);
    for (size_t i = 0; i < n; i++)
        w->first[i] = w->next[i] = SIZE_MAX;
    for (size_t i = n; i-- > 0;) {
        size_t parent = w->r->charts[i].parent;
        if (parent >= n || parent == i)
            continue;
        w->next[i] = w->first[parent];
        w->first[parent] = i;
    }
}

static const char *state_of(const struct walk *w, size_t chart, const char **brief)
{
    const struct resolution_chart *c = &w->r->charts[chart];
    const char *open = "", *blown = "";
    size_t n_open = 0, n_blown = 0;
    for (size_t i = 0; i < c->n_points; i++) {
        const struct resolution_point *p = &c->points[i];
        if (p->n_children > 0 && ++n_blown <= POINTS_NAMED)
            blown = say(w->arena, "%s%s%s", blown, blown[0] == '\0' ? "" : ", ",
                        say_chart_point(w->r, p, w->arena));
        else if (p->n_children == 0 && !p->normal_crossing && ++n_open <= POINTS_NAMED)
            open = say(w->arena, "%s #%zu", open, i);
    }
    if (n_open > POINTS_NAMED)
        open = say(w->arena, "%s …", open);
    if (open[0] != '\0') {
        *brief = w->by_hand ? say(w->arena, "✕%s", open) : "✕";
        return say(w->arena, "✕ to blow up:%s", open);
    }
    if (blown[0] != '\0') {
        *brief = "◆";
        return say(w->arena, "◆ blown up at %s", say_cut(w->arena, blown, 24));
    }
    *brief = c->normal_crossing ? "✓" : "";
    return c->normal_crossing ? "✓ normal crossing" : "";
}

static void add_row(struct walk *w, size_t chart, const char *branch)
{
    struct tree_row *row = &w->rows[w->n_rows++];
    row->chart = chart;
    row->cell[COLUMN_TREE] = branch;
}

/* The texts of a row that is shown. */
static void fill_row(const struct walk *w, struct tree_row *row)
{
    const struct resolution_chart *c = &w->r->charts[row->chart];
    row->cell[COLUMN_TREE] = say(w->arena, "%s%zu", row->cell[COLUMN_TREE], row->chart);
    bool root = c->parent >= w->r->n_charts;
    row->cell[COLUMN_CENTRE] = root ? "" : say_pretty(c->centre_text, w->arena);
    row->cell[COLUMN_SUBSTITUTION] = root ? "" : say_pretty(c->substitution, w->arena);
    row->cell[COLUMN_TOTAL] = say_pretty(c->total, w->arena);
    row->cell[COLUMN_STATE] = state_of(w, row->chart, &row->brief);
}

/* The chart and all under it; stem: what stands before its children's branches. */
static void walk_chart(struct walk *w, size_t root)
{
    /* A stack of charts to come, each with the stem of its own line. */
    size_t n = w->r->n_charts, depth = 0;
    size_t *stack = arena_new(w->arena, n + 1, sizeof *stack);
    const char **stem = arena_new(w->arena, n + 1, sizeof *stem);
    stack[0] = root;
    stem[0] = NULL;
    for (depth = 1; depth > 0;) {
        size_t chart = stack[--depth];
        const char *own = stem[depth];
        if (w->seen[chart])
            continue;
        w->seen[chart] = 1;
        bool last = w->next[chart] == SIZE_MAX;
        bool deep = own != NULL && utf8_width(own) >= INDENT_MOST;
        add_row(w, chart,
                own == NULL ? ""
                            : say(w->arena, "%s%s", own,
                                  deep   ? "…"
                                  : last ? "└ "
                                         : "├ "));
        const char *under = own == NULL ? ""
                            : deep      ? own
                                        : say(w->arena, "%s%s", own, last ? "  " : "│ ");
        size_t begin = depth;
        for (size_t i = w->first[chart]; i != SIZE_MAX && depth < n; i = w->next[i]) {
            stack[depth] = i;
            stem[depth++] = under;
        }
        /* The first child comes first off the stack. */
        for (size_t a = begin, b = depth; a + 1 < b; a++) {
            b--;
            size_t swap = stack[a];
            stack[a] = stack[b];
            stack[b] = swap;
        }
    }
}

static int widest(const struct tree_row *rows, size_t n, enum column column, bool brief)
{
    size_t out = brief ? 0 : utf8_width(headings[column]);
    for (size_t i = 0; i < n; i++) {
        size_t width = utf8_width(brief ? rows[i].brief : rows[i].cell[column]);
        out = width > out ? width : out;
    }
    return out < 4096 ? (int)out : 4096;
}

/* Widths of the columns, 0 for those there is no room for. */
static void fit_columns(const struct tree_row *rows, size_t n, int width, int *out, bool *brief)
{
    static const struct {
        bool shown[COLUMNS], brief;
    } plans[] = {
        {{true, true, true, true, true}, false},   {{true, false, true, true, true}, false},
        {{true, false, true, true, true}, true},   {{true, false, false, true, true}, true},
        {{true, false, false, false, true}, true},
    };
    for (size_t p = 0; p < sizeof plans / sizeof *plans; p++) {
        int used = MARK_WIDTH;
        *brief = plans[p].brief;
        for (int c = 0; c < COLUMNS; c++) {
            bool state = c == COLUMN_STATE;
            out[c] = plans[p].shown[c] ? widest(rows, n, (enum column)c, state && *brief) : 0;
            if (c != COLUMN_TOTAL)
                used += out[c] + (out[c] > 0 && c > 0 ? GAP : 0);
        }
        int rest = width - used - GAP, wanted = out[COLUMN_TOTAL];
        if (wanted > rest)
            out[COLUMN_TOTAL] = rest > 0 ? rest : 0;
        if (rest >= (wanted < TOTAL_LEAST ? wanted : TOTAL_LEAST))
            return;
    }
}

static const char *padded(struct arena *arena, const char *text, int width)
{
    text = say_cut(arena, text, width);
    return say(arena, "%s%*s", text, width - (int)utf8_width(text), "");
}

static const char *line_of(struct arena *arena, const char *const *cell, const char *state,
                           const int *width, bool selected)
{
    const char *out = selected ? "▸ " : "  ";
    for (int c = 0; c < COLUMNS; c++)
        if (width[c] > 0)
            out = say(arena, "%s%*s%s", out, c == 0 ? 0 : GAP, "",
                      padded(arena, c == COLUMN_STATE ? state : cell[c], width[c]));
    return out;
}

void chart_tree_lines(struct line_list *lines, const struct resolution *r, size_t selected,
                      bool by_hand, int width, int rows)
{
    struct walk w = {.arena = lines->arena, .r = r, .by_hand = by_hand};
    w.seen = arena_new(w.arena, r->n_charts, 1);
    w.rows = arena_new(w.arena, r->n_charts, sizeof *w.rows);
    link_children(&w);
    for (size_t i = 0; i < r->n_charts; i++)
        if (!w.seen[i] && (i == 0 || r->charts[i].parent >= r->n_charts))
            walk_chart(&w, i);
    size_t at = 0, room = rows > 0 ? (size_t)rows : 1;
    bool heading = room > w.n_rows || room > 4;
    room -= heading ? 1 : 0;
    for (size_t i = 0; i < w.n_rows; i++)
        at = w.rows[i].chart == selected ? i : at;
    size_t count = w.n_rows < room ? w.n_rows : room, first = 0;
    if (at >= count / 2)
        first = at - count / 2;
    if (first + count > w.n_rows)
        first = w.n_rows - count;
    for (size_t i = first; i < first + count; i++)
        fill_row(&w, &w.rows[i]);
    int columns[COLUMNS];
    bool brief;
    fit_columns(w.rows + first, count, width, columns, &brief);
    if (heading) {
        const char *names[COLUMNS];
        memcpy(names, headings, sizeof names);
        if (count < w.n_rows)
            names[COLUMN_TOTAL] = say(w.arena, "K there (%zu of %zu charts)", count, w.n_rows);
        line_list_verbatim(lines, line_of(w.arena, names, "", columns, false), width, ROLE_DIM);
    }
    for (size_t i = first; i < first + count; i++) {
        const struct tree_row *row = &w.rows[i];
        const char *state = brief ? row->brief : row->cell[COLUMN_STATE];
        bool here = row->chart == selected;
        line_list_verbatim(lines, line_of(w.arena, row->cell, state, columns, here), width,
                           here ? ROLE_HERE : ROLE_PLAIN);
    }
}
