/* Marginals: the posterior density of each parameter by itself. */
#include "cusp/view.h"

#include <math.h>

#include "../view_plane.h"
#include "../view_run.h"
#include "../view_text.h"
#include "../views.h"

/* One marginal: its axis, its range and its masses. */
struct marginal {
    size_t axis, n;
    double low, high;
    const double *mass;
};

enum { MARGINALS_MAX = 3 };

static size_t push_marginal(struct marginal *out, size_t count, const struct posterior *p, size_t k)
{
    const double *mass = k == 0 ? p->marginal_x : p->marginal_y;
    size_t n = k == 0 ? p->nx : p->ny;
    for (size_t i = 0; i < count; i++)
        if (out[i].axis == p->axes[k])
            return count;
    if (mass == NULL || n < 2 || count == MARGINALS_MAX || !(p->low[k] < p->high[k]))
        return count;
    out[count] = (struct marginal){
        .axis = p->axes[k], .n = n, .low = p->low[k], .high = p->high[k], .mass = mass};
    return count + 1;
}

static size_t marginals_of(const struct side *side, struct marginal *out)
{
    size_t count = 0;
    if (side->posterior == NULL)
        return 0;
    count = push_marginal(out, count, side->posterior, 0);
    count = push_marginal(out, count, side->posterior, 1);
    for (size_t i = 0; i < 3 && side->model->dim == 3; i++) {
        if (side->projections[i] == NULL)
            continue;
        count = push_marginal(out, count, side->projections[i], 0);
        count = push_marginal(out, count, side->projections[i], 1);
    }
    return count;
}

static bool marginals_applies(const struct snapshot *snapshot, size_t side)
{
    if (side >= snapshot->n_sides)
        return false;
    return snapshot->sides[side].model->dim > 1 || side_is_statistical(&snapshot->sides[side]);
}

static double marginals_top(const struct snapshot *snapshot)
{
    double top = 0;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        struct marginal m[MARGINALS_MAX];
        size_t count = marginals_of(&snapshot->sides[s], m);
        for (size_t i = 0; i < count; i++)
            top = fmax(top, density_top(m[i].mass, m[i].n, m[i].high - m[i].low));
    }
    return round_up_125(top);
}

static const char *marginals_note(const struct side *side, const struct area *area,
                                  const struct marginal *m, size_t count, struct arena *arena)
{
    const struct posterior *p = side->posterior;
    const char *full = "", *brief = "";
    size_t sharpest = 0;
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        const char *name = model_axis_name(side->model, m[i].axis);
        /* Against the flat density over the same window, which is 1 / (high − low). */
        double over_flat = density_top(m[i].mass, m[i].n, 1.0);
        sharpest = over_flat > most ? i : sharpest;
        most = fmax(most, over_flat);
        if (m[i].axis >= side->model->dim || p->mean == NULL || p->sd == NULL)
            continue;
        const char *gap = full[0] == '\0' ? "" : ", ";
        full = say(arena, "%s%s%s = %s", full, gap, name,
                   say_mean(arena, p->mean[m[i].axis], p->sd[m[i].axis]));
        brief = say(arena, "%s%s%s ± %s", brief, gap, name, say_number(arena, p->sd[m[i].axis], 2));
    }
    const char *peak =
        say(arena, "%s peaks at %s times the flat density",
            model_axis_name(side->model, m[sharpest].axis), say_number(arena, most, 2));
    if (full[0] == '\0')
        return SAY_FIT(arena, area, peak, "marginals");
    return SAY_FIT(arena, area, say(arena, "%s; %s", full, peak), full, brief);
}

/* --- a row of its own for every parameter and observable --- */

/* Mean and standard deviation of a histogram. */
static void moments(const double *mass, size_t n, double low, double high, double *mean, double *sd)
{
    double total = 0, first = 0, second = 0;
    for (size_t i = 0; i < n; i++) {
        double x = cell_centre(low, high, n, i);
        if (!isfinite(mass[i]))
            continue;
        total += mass[i];
        first += mass[i] * x;
        second += mass[i] * x * x;
    }
    *mean = total > 0 ? first / total : NAN;
    *sd = total > 0 ? sqrt(fmax(second / total - *mean * *mean, 0)) : NAN;
}

/* Greatest mass of a bin against that of a flat histogram. */
static double over_flat(const double *mass, size_t n)
{
    double top = 0, total = 0;
    for (size_t i = 0; i < n; i++) {
        total += isfinite(mass[i]) ? mass[i] : 0;
        top = mass[i] > top ? mass[i] : top;
    }
    return total > 0 ? top * (double)n / total : 0;
}

static bool rows_known(const struct marginals *m)
{
    return m != NULL && m->n_axes > 0 && m->n_bins > 0;
}

static void build_rows(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                       struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct marginals *m = side->marginals;
    struct figure_row *rows = arena_new(arena, m->n_axes, sizeof *rows);
    size_t count = 0, sharpest = 0;
    double most = 0;
    for (size_t k = 0; k < m->n_axes; k++) {
        const double *mass = m->mass + k * m->n_bins;
        if (!(m->low[k] < m->high[k]))
            continue;
        double mean, sd, over = over_flat(mass, m->n_bins);
        moments(mass, m->n_bins, m->low[k], m->high[k], &mean, &sd);
        rows[count++] = (struct figure_row){
            .label = model_axis_name(side->model, k),
            .low = m->low[k],
            .high = m->high[k],
            .n = m->n_bins,
            .value = mass,
            .role = k >= side->model->dim ? ROLE_PLAIN
                    : side_index == 0     ? ROLE_SINGULAR
                                          : ROLE_REGULAR,
            .note = say_mean(arena, mean, sd),
        };
        sharpest = over > most ? k : sharpest;
        most = fmax(most, over);
    }
    const char *at = say_at(snapshot, side_index, m->n, arena);
    const char *peak = say(arena, "%s is known best: its peak is %s times the flat density",
                           model_axis_name(side->model, sharpest), say_number(arena, most, 2));
    const char *brief = say(arena, "%s is known best", model_axis_name(side->model, sharpest));
    *out = (struct figure){
        .kind = FIGURE_ROWS,
        .title = SAY_FIT(arena, area,
                         say(arena, "Marginals at %s: %zu parameters and observables", at, count),
                         say(arena, "Marginals at %s", at), "Marginals"),
        .rows = rows,
        .n_rows = count,
    };
    out->note = SAY_FIT(arena, area, peak, brief);
    const char *warning = trust_warning(side, area, arena);
    if (warning != NULL)
        out->note = warning;
    if (side_is_past(snapshot, side_index))
        out->note = past_note(snapshot, side_index, area, arena);
    figure_marks(side, side_is_past(snapshot, side_index), out);
}

static void marginals_build(const struct snapshot *snapshot, size_t side_index,
                            const struct area *area, struct arena *arena, struct figure *out)
{
    static const enum line_style styles[] = {LINE_SOLID, LINE_DASHED, LINE_DOTTED};
    static const enum role roles[] = {ROLE_SINGULAR, ROLE_REGULAR, ROLE_PLAIN};
    const struct side *side = &snapshot->sides[side_index];
    if (rows_known(side->marginals)) {
        build_rows(snapshot, side_index, area, arena, out);
        return;
    }
    struct marginal m[MARGINALS_MAX];
    size_t count = marginals_of(side, m);
    double n = side->posterior != NULL ? side->posterior->n : snapshot->state.n;
    const char *title = say(arena, "Marginals at %s", say_at(snapshot, side_index, n, arena));
    if (count == 0) {
        figure_missing(side, title, "the marginals", area, arena, out);
        return;
    }
    struct curve_list list = {.arena = arena};
    double low = INFINITY, high = -INFINITY;
    for (size_t k = 0; k < count; k++) {
        double *x, *y, width = m[k].high - m[k].low;
        struct curve *curve = curve_list_line(&list, m[k].n, &x, &y);
        for (size_t i = 0; i < m[k].n; i++) {
            x[i] = cell_centre(m[k].low, m[k].high, m[k].n, i);
            y[i] = m[k].mass[i] * (double)m[k].n / width;
        }
        curve->role = roles[k];
        curve->style = styles[k];
        curve->name = model_axis_name(side->model, m[k].axis);
        low = fmin(low, m[k].low);
        high = fmax(high, m[k].high);
    }
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area, say(arena, "%s: each parameter by itself", title), title,
                         "Marginals"),
        .note = marginals_note(side, area, m, count, arena),
        .x = {.label = "parameter", .unit = "", .low = low, .high = high},
        .y = {.label = "density", .unit = "", .low = 0, .high = marginals_top(snapshot)},
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(side, side->posterior->coarse || side_is_past(snapshot, side_index), out);
}

const struct view view_marginals = {
    .name = "marginals",
    .title = "Marginals",
    .help =
        "The posterior density of each parameter by itself, the others summed out: a bell for a "
        "regular model, a spike on broad shoulders where W0 has directions to spread along.",
    .needs = SESSION_POSTERIOR,
    .min_width = 24,
    .min_height = 6,
    .weight = 3,
    .applies = marginals_applies,
    .build = marginals_build,
};
