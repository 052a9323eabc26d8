/* Blow-ups along coordinate subspaces, weighted ones too: all real points over the centre, and a
   search for good centres. */
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "ideal_private.h"

enum { CENTRES = 40, WIDTH = 3, MAX_WEIGHT = 12 };

struct centre {
    long weight[IDEAL_VARS]; /* 0: not in it */
    size_t size;
};

struct trial {
    struct centre centre;
    struct found found;
    struct germs hard;
    size_t cost;
};

/* --- charts ----------------------------------------------------------------------------------- */

static const char *centre_text(struct work *work, const struct germ *germ,
                               const struct centre *centre)
{
    const char *text = "";
    for (size_t i = 0; i < work->n_vars; i++)
        if (centre->weight[i])
            text = work_text(work, "%s%s%s = 0", text, *text ? ", " : "", germ->name[i]);
    return text;
}

static const char *substitution_text(struct work *work, const struct germ *from,
                                     const struct germ *to, const struct centre *centre, size_t i,
                                     bool negative)
{
    const char *text = "";
    for (size_t j = 0; j < work->n_vars; j++) {
        if (!centre->weight[j])
            continue;
        struct rat powers[IDEAL_VARS] = {{0, 1}};
        for (size_t v = 0; v < work->n_vars; v++)
            powers[v] = (struct rat){0, 1};
        powers[i] = (struct rat){centre->weight[j], 1};
        if (j != i)
            powers[j] = (struct rat){1, 1};
        text = work_text(work, "%s%s%s = %s%s", text, *text ? ", " : "", from->name[j],
                         j == i && negative ? "−" : "", germ_show_monomial(work, to, powers));
    }
    return text;
}

/* The germ in the chart where x_i = ± u^weight, at x_j ≠ 0 for j in `nonzero`, 0 for the others. */
static struct germ chart_germ(struct work *work, const struct germ *germ,
                              const struct centre *centre, size_t i, uint32_t nonzero,
                              bool negative)
{
    struct germ out;
    germ_copy(&out, germ);
    long map[IDEAL_VARS][IDEAL_VARS] = {{0}};
    bool minus[IDEAL_VARS] = {false};
    minus[i] = negative;
    long k = 0;
    struct rat h = {-1, 1};
    for (size_t j = 0; j < work->n_vars; j++) {
        map[j][j] = 1;
        const long w = centre->weight[j];
        if (!w)
            continue;
        map[j][i] = w;
        k += w * germ->k[j];
        h = ideal_add(h,
                      ideal_times((struct rat){w, 1}, ideal_add(germ->h[j], (struct rat){1, 1})));
        if (j == i)
            continue;
        out.name[j] = work_text(work, "%s_%zu", germ->name[j], germ->depth + 1);
        if (nonzero & (1u << j)) {
            out.role[j] = ROLE_FREE;
            out.k[j] = 0;
            out.h[j] = (struct rat){0, 1};
            out.of[j] = NULL;
            germ_add_unit(&out, poly_var(work->n_vars, j));
        }
    }
    out.k[i] = k;
    out.h[i] = h;
    out.name[i] = work_text(work, "u%zu", germ->depth + 1);
    out.depth = germ->depth + 1;
    for (size_t g = 0; g < out.n; g++) {
        struct poly *p = ring_monomials(out.g[g], map, minus);
        poly_free(out.g[g]);
        out.g[g] = p;
    }
    return out;
}

/* A record of the chart for the tree, with the orders on its exceptional divisor. */
static struct ideal_chart *record_chart(struct work *work, const struct germ *germ,
                                        const struct centre *centre, size_t i)
{
    struct germ all = chart_germ(work, germ, centre, i, 0, false);
    struct ideal_chart *chart = arena_new(work->arena, 1, sizeof *chart);
    chart->parent = germ->chart;
    chart->number = ++work->n_charts;
    chart->blow_up = work->n_blow_ups;
    chart->depth = all.depth;
    chart->centre = centre_text(work, germ, centre);
    chart->substitution = substitution_text(work, germ, &all, centre, i, false);
    long least = IDEAL_DEGREE * MAX_WEIGHT;
    unsigned long e[POLY_MAX_VARS], common[POLY_MAX_VARS] = {0};
    for (size_t g = 0; g < all.n; g++)
        for (size_t t = 0; t < poly_n_terms(all.g[g]); t++) {
            poly_exponents(all.g[g], t, e);
            least = (long)e[i] < least ? (long)e[i] : least;
        }
    common[i] = (unsigned long)least;
    all.k[i] += least;
    for (size_t g = 0; g < all.n; g++) {
        struct poly *p = ring_shift_down(all.g[g], common);
        poly_free(all.g[g]);
        all.g[g] = p;
    }
    chart->total = germ_show_ideal(work, &all);
    chart->jacobian = germ_show_monomial(work, &all, all.h);
    struct germ strict;
    germ_copy(&strict, &all);
    memset(strict.k, 0, sizeof strict.k);
    chart->strict = germ_show_ideal(work, &strict);
    germ_done(&strict);
    for (size_t v = 0; v < work->n_vars; v++) {
        chart->names[v] = all.name[v];
        chart->k[v] = all.k[v];
        chart->h[v] = all.h[v];
        chart->of[v] = v == i ? chart : germ->of[v];
    }
    chart->exceptional = i;
    chart->multiplicity = all.k[i];
    chart->jacobian_order = all.h[i];
    germ_done(&all);
    return chart;
}

static size_t size_of(const struct germ *germ)
{
    size_t sum = 6;
    for (size_t g = 0; g < germ->n; g++)
        sum += poly_n_terms(germ->g[g]) * 2 + poly_degree(germ->g[g]);
    return sum;
}

static void set_cost(struct trial *trial)
{
    trial->cost = 0;
    for (size_t l = 0; l < trial->hard.n; l++)
        trial->cost += size_of(&trial->hard.items[l]);
    if (!trial->found.ok)
        trial->cost = SIZE_MAX;
}

/* No blow-up: the free variables apart by a polynomial that may help. */
static bool try_split(struct work *work, struct germ *germ, struct trial *trial)
{
    found_init(&trial->found);
    work->used++;
    if (!germ_split(work, germ, true, &trial->found, &trial->hard))
        return false;
    set_cost(trial);
    return true;
}

/* Blows up and simplifies; stops when it costs more than `limit`. */
static void try_centre(struct work *work, const struct germ *germ, const struct symmetries *same,
                       struct trial *trial, size_t limit)
{
    const struct centre *centre = &trial->centre;
    struct ideal_chart *charts[IDEAL_VARS] = {NULL};
    found_init(&trial->found);
    trial->cost = 0;
    work->n_blow_ups++;
    uint32_t all = 0;
    for (size_t i = 0; i < work->n_vars; i++)
        if (centre->weight[i])
            all |= 1u << i;
    for (uint32_t nonzero = all; nonzero; nonzero = (nonzero - 1) & all) {
        if (symmetries_seen(same, work, centre->weight, nonzero, all))
            continue;
        size_t i = IDEAL_VARS;
        for (size_t j = 0; j < work->n_vars; j++)
            if ((nonzero & (1u << j)) && (i == IDEAL_VARS || centre->weight[j] < centre->weight[i]))
                i = j;
        if (!charts[i]) {
            charts[i] = record_chart(work, germ, centre, i);
            charts[i]->next = trial->found.charts;
            trial->found.charts = charts[i];
        }
        for (int sign = 0; sign < (centre->weight[i] % 2 ? 1 : 2); sign++) {
            struct germ part = chart_germ(work, germ, centre, i, nonzero, sign == 1);
            part.chart = part.of[i] = charts[i];
            germ_pull(work, &part);
            germ_say(work, &part, "Chart %s%s: %s.",
                     substitution_text(work, germ, &part, centre, i, sign == 1),
                     nonzero & ~(1u << i) ? " with the other quotients not all 0" : "",
                     germ_show_ideal(work, &part));
            work->used++;
            germ_expand(work, &part, &trial->found, &trial->hard);
        }
        set_cost(trial);
        if (trial->cost >= limit)
            return;
    }
}

/* --- centres ---------------------------------------------------------------------------------- */

/* Every generator is 0 where all variables of the set are. */
static bool vanishes_on(const struct germ *germ, uint32_t set)
{
    unsigned long e[POLY_MAX_VARS];
    for (size_t g = 0; g < germ->n; g++)
        for (size_t t = 0; t < poly_n_terms(germ->g[g]); t++) {
            poly_exponents(germ->g[g], t, e);
            bool in = false;
            for (size_t i = 0; i < germ->g[g]->n_vars; i++)
                in = in || ((set & (1u << i)) && e[i]);
            if (!in)
                return false;
        }
    return true;
}

static void add_centre(struct trial *trials, size_t *n, const struct centre *centre)
{
    for (size_t t = 0; t < *n; t++)
        if (!memcmp(trials[t].centre.weight, centre->weight, sizeof centre->weight))
            return;
    if (*n < CENTRES && centre->size >= 2)
        trials[(*n)++] = (struct trial){.centre = *centre};
}

static long common_divisor(long a, long b)
{
    while (b) {
        const long r = a % b;
        a = b;
        b = r;
    }
    return a;
}

/* Weights of the face of the Newton polyhedron that bounds λ, as integers. */
static void add_newton_centre(const struct work *work, const struct germ *germ,
                              struct trial *trials, size_t *n)
{
    struct rat w[POLY_MAX_VARS];
    const struct rat bound = germ_newton_bound(germ, w);
    if (bound.den <= 0)
        return;
    struct centre centre = {.size = 0};
    struct rat scale = {1, 1};
    for (size_t i = 0; i < work->n_vars; i++) {
        const struct rat scaled = ideal_times(scale, w[i]);
        if (ideal_overflow(scaled))
            return;
        scale = ideal_times(scale, (struct rat){scaled.den, 1});
    }
    long common = 0;
    for (size_t i = 0; i < work->n_vars; i++) {
        const struct rat scaled = ideal_times(scale, w[i]);
        if (scaled.den != 1)
            return;
        centre.weight[i] = scaled.num;
        centre.size += scaled.num > 0;
        common = common_divisor(common, scaled.num);
    }
    for (size_t i = 0; i < work->n_vars && common; i++) {
        centre.weight[i] /= common;
        if (centre.weight[i] > MAX_WEIGHT)
            return;
    }
    add_centre(trials, n, &centre);
}

static size_t bits_in(uint32_t set)
{
    size_t n = 0;
    for (; set; set &= set - 1)
        n++;
    return n;
}

/* Smallest sets on which the generators vanish, the whole point, the face of the polyhedron. */
static size_t list_centres(const struct work *work, const struct germ *germ, struct trial *trials)
{
    uint32_t used = 0;
    size_t n = 0;
    for (size_t i = 0; i < work->n_vars; i++)
        for (size_t g = 0; germ->role[i] == ROLE_GERM && g < germ->n; g++)
            if (poly_uses(germ->g[g], i))
                used |= 1u << i;
    uint32_t minimal[CENTRES];
    size_t n_minimal = 0;
    for (size_t size = 2; size <= bits_in(used) && n < CENTRES; size++)
        for (uint32_t set = 1; set <= used && n < CENTRES; set++) {
            if ((set & ~used) || bits_in(set) != size || !vanishes_on(germ, set))
                continue;
            bool above = false;
            for (size_t m = 0; m < n_minimal; m++)
                above = above || (set & minimal[m]) == minimal[m];
            if (above && set != used && size > 3)
                continue;
            if (!above && n_minimal < CENTRES)
                minimal[n_minimal++] = set;
            struct centre centre = {.size = size};
            for (size_t i = 0; i < work->n_vars; i++)
                centre.weight[i] = (set >> i) & 1;
            add_centre(trials, &n, &centre);
        }
    add_newton_centre(work, germ, trials, &n);
    return n;
}

/* --- search ----------------------------------------------------------------------------------- */

static int by_cost(const void *a, const void *b)
{
    const struct trial *x = a, *y = b;
    return (x->cost > y->cost) - (x->cost < y->cost);
}

static struct found give_up(struct work *work, struct germ *germ, const char *why)
{
    struct found out;
    found_init(&out);
    out.ok = false;
    out.upper = germ_newton_bound(germ, NULL);
    if (!work->why)
        work->why = why;
    germ_done(germ);
    return out;
}

/* Looks at each centre, then follows the best. The germ is used up. */
struct found germ_search(struct work *work, struct germ *germ, size_t depth)
{
    if (!depth)
        return give_up(work, germ, "more blow-ups in a row would be needed than were looked at");
    for (size_t i = 0; i < work->n_vars; i++)
        if (germ->one_sided[i])
            return give_up(work, germ, "a side of the point was asked for");
    struct trial *trials = mem_new(CENTRES + 2, sizeof *trials);
    const struct lines so_far = germ->lines;
    germ->lines = (struct lines){NULL, NULL};
    const bool split = try_split(work, germ, &trials[0]);
    const size_t n = split + list_centres(work, germ, trials + split);
    struct symmetries same;
    germ_symmetries(work, germ, &same);
    const char *why = work->why;
    size_t limit = SIZE_MAX, tried = split;
    if (split && trials[0].cost != SIZE_MAX)
        limit = trials[0].hard.n ? 2 * trials[0].cost + 20 : 0;
    for (; tried < n && work->used < work->budget && limit; tried++) {
        try_centre(work, germ, &same, &trials[tried], limit);
        if (trials[tried].found.ok && !trials[tried].hard.n)
            limit = 0;
        else if (trials[tried].cost < limit / 2)
            limit = 2 * trials[tried].cost + 20;
    }
    qsort(trials, tried, sizeof *trials, by_cost);
    struct found out;
    found_init(&out);
    out.ok = false;
    out.upper = germ_newton_bound(germ, NULL);
    if (tried && trials[0].cost != SIZE_MAX)
        work->why = why; /* what failed elsewhere does not matter */
    for (size_t t = 0; t < tried && t < WIDTH && !out.ok; t++) {
        struct trial *trial = &trials[t];
        if (trial->cost == SIZE_MAX)
            break;
        struct found all;
        found_init(&all);
        if (trial->centre.size)
            germ_say(work, germ, "Blow up %s%s.", centre_text(work, germ, &trial->centre),
                     same.n
                         ? "; charts that an exchange of variables carries to others are left out"
                         : "");
        lines_add(&all.lines, germ->lines);
        germ->lines = (struct lines){NULL, NULL};
        found_least(&all, &trial->found);
        for (size_t l = 0; l < trial->hard.n && all.ok; l++) {
            struct found one = germ_solve(work, &trial->hard.items[l], depth - 1);
            found_least(&all, &one);
        }
        if (all.ok || ideal_compare(all.upper, out.upper) < 0) {
            const bool ok = all.ok;
            const struct rat upper =
                ideal_compare(all.upper, out.upper) < 0 ? all.upper : out.upper;
            if (ok)
                out = all;
            out.upper = upper;
        }
    }
    if (out.ok) {
        struct lines lines = so_far;
        lines_add(&lines, out.lines);
        out.lines = lines;
        work->why = why;
        work->used_blow_up = true;
    } else if (!work->why) {
        work->why = work->used >= work->budget ? "the budget of charts is used up"
                                               : "no centre of a blow-up was found";
    }
    for (size_t t = 0; t < tried; t++)
        germs_done(&trials[t].hard);
    mem_free(trials);
    germ_done(germ);
    return out;
}
