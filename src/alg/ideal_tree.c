/* The tree of charts of blow-ups in several variables as a resolution that can be shown. */
#include <string.h>

#include "ideal_private.h"

static struct rat divisor_ratio(const struct ideal_chart *chart, long power)
{
    if (chart->multiplicity <= 0)
        return ideal_infinite();
    return ideal_divide(ideal_add(chart->jacobian_order, (struct rat){1, 1}),
                        (struct rat){chart->multiplicity * power, 1});
}

static size_t count(const struct ideal_chart *charts)
{
    size_t n = 0;
    for (; charts; charts = charts->next)
        n++;
    return n;
}

/* Charts by number: parents come before children. */
static void sort(const struct ideal_chart **list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct ideal_chart *one = list[i];
        size_t j = i;
        for (; j > 0 && list[j - 1]->number > one->number; j--)
            list[j] = list[j - 1];
        list[j] = one;
    }
}

static size_t index_of(const struct ideal_chart *const *list, size_t n,
                       const struct ideal_chart *chart)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == chart)
            return i + 1; /* 0 is the start */
    return 0;
}

/* One divisor for each blow-up, seen first in its first chart. */
static size_t divisor_of(const struct resolution *r, size_t *blow_ups,
                         const struct ideal_chart *chart)
{
    size_t d = 0;
    while (d < r->n_divisors && blow_ups[d] != chart->blow_up)
        d++;
    return d;
}

static void fill_divisors(struct work *work, struct resolution *r,
                          const struct ideal_chart *const *list, size_t n, size_t *blow_ups,
                          long power)
{
    for (size_t i = 0; i < n; i++) {
        if (divisor_of(r, blow_ups, list[i]) < r->n_divisors)
            continue;
        blow_ups[r->n_divisors] = list[i]->blow_up;
        struct resolution_divisor *divisor = &r->divisors[r->n_divisors++];
        divisor->name = work_text(work, "E%zu", r->n_divisors);
        divisor->of = "";
        divisor->multiplicity = list[i]->multiplicity * power;
        divisor->jacobian = list[i]->jacobian_order;
        divisor->ratio = divisor_ratio(list[i], power);
        divisor->exceptional = true;
        divisor->chart = i + 1;
        divisor->wins = divisor->ratio.den > 0 && !ideal_compare(divisor->ratio, r->lambda);
    }
}

/* Divisors that are coordinates of one chart meet at its origin. */
static void fill_meetings(struct work *work, struct resolution *r, size_t n_vars)
{
    size_t capacity = 0;
    for (size_t c = 0; c < r->n_charts; c++)
        for (size_t i = 0; i < n_vars; i++)
            for (size_t j = 0; j < i; j++) {
                const size_t a = r->charts[c].divisor[j], b = r->charts[c].divisor[i];
                if (a == SIZE_MAX || b == SIZE_MAX)
                    continue;
                bool known = false;
                for (size_t m = 0; m < r->n_meetings; m++)
                    known = known || (r->meetings[m].a == a && r->meetings[m].b == b) ||
                            (r->meetings[m].a == b && r->meetings[m].b == a);
                if (known)
                    continue;
                r->meetings = arena_grow(work->arena, r->meetings, r->n_meetings, &capacity,
                                         sizeof *r->meetings);
                r->meetings[r->n_meetings++] = (struct resolution_meeting){
                    .a = a,
                    .b = b,
                    .where = work_text(work, "chart %zu, %s = %s = 0", c, r->charts[c].names[j],
                                       r->charts[c].names[i]),
                    .wins = r->divisors[a].wins && r->divisors[b].wins,
                };
            }
}

/* The centres that were blown up in chart `index`, as its points. */
static void fill_points(struct work *work, struct resolution *r, size_t index, size_t n_vars,
                        bool crossing)
{
    struct resolution_chart *chart = &r->charts[index];
    size_t capacity = 0, last = 0;
    for (size_t c = 1; c < r->n_charts; c++) {
        if (r->charts[c].parent != index)
            continue;
        if (!chart->n_points || r->charts[c].blow_up != last) {
            chart->points = arena_grow(work->arena, chart->points, chart->n_points, &capacity,
                                       sizeof *chart->points);
            struct resolution_point *point = &chart->points[chart->n_points++];
            *point = (struct resolution_point){.normal_crossing = crossing};
            for (size_t i = 0; i < RESOLUTION_MAX_VARS; i++) {
                point->coordinate[i] = point->decimal[i] = i < n_vars ? "0" : "";
                point->children[i] = SIZE_MAX;
            }
        }
        last = r->charts[c].blow_up;
        struct resolution_point *point = &chart->points[chart->n_points - 1];
        r->charts[c].centre = chart->n_points - 1;
        if (point->n_children < RESOLUTION_MAX_VARS)
            point->children[point->n_children++] = c;
    }
}

static void fill_start(struct work *work, struct resolution *r, const struct germ *start)
{
    struct resolution_chart *first = &r->charts[0];
    struct germ all;
    germ_copy(&all, start);
    first->parent = SIZE_MAX;
    first->centre_text = first->substitution = "";
    first->total = first->strict = germ_show_ideal(work, &all);
    first->jacobian = germ_show_monomial(work, &all, all.h);
    if (!*first->jacobian)
        first->jacobian = "1";
    for (size_t i = 0; i < RESOLUTION_MAX_VARS; i++) {
        first->names[i] = i < work->n_vars ? start->name[i] : "";
        first->divisor[i] = SIZE_MAX;
    }
    germ_done(&all);
}

struct resolution *ideal_tree(struct work *work, const struct ideal_chart *charts,
                              const struct germ *start, const struct found *found, long power)
{
    struct resolution *r = arena_new(work->arena, 1, sizeof *r);
    const size_t n = count(charts);
    const struct ideal_chart **list = arena_new(work->arena, n + 1, sizeof *list);
    size_t at = 0;
    for (const struct ideal_chart *c = charts; c; c = c->next)
        list[at++] = c;
    sort(list, n);
    r->n_vars = work->n_vars;
    r->lambda = ideal_divide(found->lambda, (struct rat){power, 1});
    r->multiplicity = found->m;
    r->n_charts = n + 1;
    r->charts = arena_new(work->arena, n + 1, sizeof *r->charts);
    r->divisors = arena_new(work->arena, n + 1, sizeof *r->divisors);
    size_t *blow_ups = arena_new(work->arena, n + 1, sizeof *blow_ups);
    fill_start(work, r, start);
    fill_divisors(work, r, list, n, blow_ups, power);
    r->n_blow_ups = r->n_divisors;
    for (size_t i = 0; i < n; i++) {
        struct resolution_chart *chart = &r->charts[i + 1];
        *chart = (struct resolution_chart){
            .parent = index_of(list, n, list[i]->parent),
            .blow_up = divisor_of(r, blow_ups, list[i]) + 1,
            .depth = list[i]->depth,
            .centre_text = list[i]->centre,
            .substitution = list[i]->substitution,
            .total = list[i]->total,
            .jacobian = *list[i]->jacobian ? list[i]->jacobian : "1",
            .strict = list[i]->strict,
        };
        for (size_t v = 0; v < RESOLUTION_MAX_VARS; v++) {
            chart->names[v] = v < work->n_vars ? list[i]->names[v] : "";
            chart->divisor[v] = SIZE_MAX;
            if (v < work->n_vars && list[i]->of[v]) {
                const size_t d = divisor_of(r, blow_ups, list[i]->of[v]);
                chart->divisor[v] = d < r->n_divisors ? d : SIZE_MAX;
            }
        }
    }
    for (size_t c = 0; c < r->n_charts; c++)
        fill_points(work, r, c, work->n_vars, false);
    fill_meetings(work, r, work->n_vars);
    return r;
}
