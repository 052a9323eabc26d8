/* Phases: the mass of each region against log n, and where the lead changes hands. */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_run.h"
#include "../view_text.h"
#include "../views.h"

static bool phases_applies(const struct snapshot *snapshot, size_t side)
{
    return side < snapshot->n_sides && snapshot->sides[side].model->n_regions > 1;
}

/* F_a − F_b at row i; NaN outside the rows. */
static double energy_gap(const struct curves *c, size_t n_regions, size_t a, size_t b, size_t i)
{
    if (i >= c->n_rows)
        return NAN;
    const double *f = c->region_free_energy + i * n_regions;
    return f[a] - f[b];
}

/* Where F_a − F_b is 0 between rows i and i + 1. Between them it is α + β log n + γ n, as theory
   has it for two phases, through the two rows and the next one. */
static double crossing_between(const struct curves *c, size_t n_regions, size_t a, size_t b,
                               size_t i)
{
    size_t third = i + 2 < c->n_rows ? i + 2 : i - 1;
    double n0 = c->rows[i].n, n1 = c->rows[i + 1].n;
    double d0 = energy_gap(c, n_regions, a, b, i), d1 = energy_gap(c, n_regions, a, b, i + 1);
    double d2 = energy_gap(c, n_regions, a, b, third), gamma = 0;
    double slope = (d1 - d0) / log(n1 / n0), per_n = (n1 - n0) / log(n1 / n0);
    if (isfinite(d2)) {
        double n2 = c->rows[third].n, reach = log(n2 / n0);
        gamma = (d2 - d0 - slope * reach) / (n2 - n0 - per_n * reach);
    }
    double beta = slope - gamma * per_n, low = n0, high = n1;
    for (int k = 0; k < 60; k++) {
        double middle = sqrt(low * high);
        double gap = d0 + beta * log(middle / n0) + gamma * (middle - n0);
        if ((gap > 0) == (d0 > 0))
            low = middle;
        else
            high = middle;
    }
    return sqrt(low * high);
}

/* The last n at which regions a and b have the same free energy; NaN if they never cross. */
static double crossing_n(const struct curves *c, size_t n_regions, size_t a, size_t b)
{
    double out = NAN;
    for (size_t i = 0; i + 1 < c->n_rows; i++) {
        double before = energy_gap(c, n_regions, a, b, i);
        double after = energy_gap(c, n_regions, a, b, i + 1);
        if (isfinite(before) && isfinite(after) && (before > 0) != (after > 0))
            out = crossing_between(c, n_regions, a, b, i);
    }
    return out;
}

static size_t region_with_most(const double *mass, size_t n_regions)
{
    size_t best = 0;
    for (size_t i = 1; i < n_regions; i++)
        best = mass[i] > mass[best] ? i : best;
    return best;
}

static const char *phases_note(const struct side *side, const struct area *area,
                               struct arena *arena)
{
    const struct curves *c = side->curves;
    size_t n_regions = side->model->n_regions;
    size_t early = region_with_most(c->region_mass, n_regions);
    size_t late = region_with_most(c->region_mass + (c->n_rows - 1) * n_regions, n_regions);
    const char *first = side->model->regions[early], *last = side->model->regions[late];
    if (early == late || c->region_free_energy == NULL)
        return SAY_FIT(arena, area, say(arena, "%s leads at every n shown", first),
                       say(arena, "%s leads", first));
    const char *n = say_number(arena, crossing_n(c, n_regions, early, late), 3);
    return SAY_FIT(
        arena, area,
        say(arena, "the free energies cross at n = %s: %s leads before, %s after", n, first, last),
        say(arena, "cross at n = %s: then %s leads", n, last), say(arena, "cross at n = %s", n));
}

/* --- from particles --- */

/* The last n between rows at which two regions have equal mass; NaN if they never do. */
static double run_crossing(const struct trace *t, size_t n_regions, size_t a, size_t b)
{
    double out = NAN;
    for (size_t i = 0; i + 1 < t->n_rows; i++) {
        const double *m0 = t->region_mass + i * n_regions, *m1 = m0 + n_regions;
        double before = m0[a] - m0[b], after = m1[a] - m1[b];
        if (!isfinite(before) || !isfinite(after) || (before > 0) == (after > 0))
            continue;
        double share = before / (before - after);
        out = t->rows[i].n * pow(t->rows[i + 1].n / t->rows[i].n, share);
    }
    return out;
}

static const char *run_note(const struct snapshot *snapshot, size_t side_index,
                            const struct area *area, struct arena *arena)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct trace *t = side->trace;
    size_t n_regions = side->model->n_regions, last = t->n_rows - 1;
    const char *warning = trust_warning(side, area, arena);
    if (warning != NULL)
        return warning;
    size_t early = region_with_most(t->region_mass, n_regions);
    size_t late = region_with_most(t->region_mass + last * n_regions, n_regions);
    double error = t->region_error != NULL ? t->region_error[last * n_regions + late] : 0;
    const char *name = side->model->regions[late];
    const char *share = say_percent(arena, t->region_mass[last * n_regions + late]);
    const char *holds = error > 0
                            ? say(arena, "%s holds %s ± %s at n = %s", name, share,
                                  say_percent(arena, error), say_number(arena, t->rows[last].n, 3))
                            : say(arena, "%s holds %s at n = %s", name, share,
                                  say_number(arena, t->rows[last].n, 3));
    double n = run_crossing(t, n_regions, early, late);
    if (early == late || !isfinite(n))
        return SAY_FIT(arena, area, holds, say(arena, "%s leads", name));
    return SAY_FIT(arena, area,
                   say(arena, "%s; it takes the lead from %s near n = %s", holds,
                       side->model->regions[early], say_number(arena, n, 3)),
                   say(arena, "%s leads from n = %s", name, say_number(arena, n, 3)),
                   say(arena, "%s leads", name));
}

static void add_run(struct curve_list *list, const struct side *side, size_t r, struct curve *base)
{
    const struct trace *t = side->trace;
    size_t n_regions = side->model->n_regions;
    double *x, *y, *low, *high;
    struct curve style = *base, *curve = curve_list_line(list, t->n_rows, &x, &y);
    low = arena_new(list->arena, t->n_rows, sizeof *low);
    high = arena_new(list->arena, t->n_rows, sizeof *high);
    for (size_t i = 0; i < t->n_rows; i++) {
        double error = t->region_error != NULL ? t->region_error[i * n_regions + r] : 0;
        x[i] = t->rows[i].n;
        y[i] = t->region_mass[i * n_regions + r];
        low[i] = fmax(y[i] - error, 0);
        high[i] = fmin(y[i] + error, 1);
    }
    curve->role = style.role;
    curve->style = style.style;
    curve->name = side->model->regions[r];
    curve->marker = t->n_rows == 1 ? MARKER_DOT : MARKER_NONE;
    if (t->region_error != NULL) {
        curve->low = low;
        curve->high = high;
    }
}

static bool has_run(const struct side *side)
{
    return side->trace != NULL && side->trace->n_rows > 0 && side->trace->region_mass != NULL;
}

static void phases_build(const struct snapshot *snapshot, size_t side_index,
                         const struct area *area, struct arena *arena, struct figure *out)
{
    static const enum line_style styles[] = {LINE_SOLID, LINE_DASHED, LINE_DOTTED};
    static const enum role roles[] = {ROLE_SINGULAR, ROLE_REGULAR, ROLE_PLAIN, ROLE_DIM};
    const struct side *side = &snapshot->sides[side_index];
    const struct curves *c = side->curves;
    size_t n_regions = side->model->n_regions;
    const char *title = "Which region leads: its mass against log n";
    if (n_regions == 0) {
        struct side why = *side;
        why.why = "this model names no regions";
        figure_missing(&why, title, "", area, arena, out);
        return;
    }
    bool run = has_run(side);
    if (!run && (c == NULL || c->n_rows < 2 || c->region_mass == NULL)) {
        figure_missing(side, title, "the regions", area, arena, out);
        return;
    }
    struct curve_list list = {.arena = arena};
    for (size_t r = 0; r < n_regions; r++) {
        struct curve base = {.role = roles[r % 4], .style = styles[r % 3]};
        if (run) {
            add_run(&list, side, r, &base);
            continue;
        }
        double *x, *y;
        struct curve *curve = curve_list_line(&list, c->n_rows, &x, &y);
        for (size_t i = 0; i < c->n_rows; i++) {
            x[i] = c->rows[i].n;
            y[i] = c->region_mass[i * n_regions + r];
        }
        curve->role = roles[r % 4];
        curve->style = styles[r % 3];
        curve->name = side->model->regions[r];
    }
    const struct posterior *p = side->posterior;
    for (size_t r = 0; p != NULL && p->region_mass != NULL && r < n_regions; r++)
        curve_list_point(&list, p->n, p->region_mass[r]);
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area, title, "Region mass against log n", "Phases"),
        .note = run ? run_note(snapshot, side_index, area, arena) : phases_note(side, area, arena),
        .x = {.label = "n",
              .unit = "",
              .low = 1,
              .high = sheet_n_max(snapshot),
              .scale = SCALE_LOG10},
        .y = {.label = "share of the mass", .unit = "", .low = 0, .high = 1},
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(side, !run && c->coarse, out);
}

const struct view view_phases = {
    .name = "phases",
    .title = "Phases",
    .help =
        "The share of the posterior in each region as n grows. Where two curves cross, their free "
        "energies are equal and the posterior changes phase.",
    .needs = SESSION_ALL,
    .min_width = 30,
    .min_height = 6,
    .weight = 4,
    .applies = phases_applies,
    .build = phases_build,
};
