/* Concentration: the free energy F_n against log n, with the lines that the theory draws beside it.
 */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_run.h"
#include "../view_series.h"
#include "../view_text.h"
#include "../view_theory.h"
#include "../views.h"

/* log log n is wild below this n, so the line with m > 1 starts here. */
#define THEORY_FROM 10.0

static bool concentration_applies(const struct snapshot *snapshot, size_t side)
{
    (void)side;
    return snapshot->n_sides > 0;
}

/* Columns of a model's name in the legend. */
enum { LABEL_MAX = 18 };

/* One more line through the series' n, with its error as a band. */
static struct curve *add_rows(struct curve_list *list, const struct series *series,
                              const double *value, const double *error)
{
    double *x, *y, *low, *high;
    struct curve *curve = curve_list_line(list, series->n_rows, &x, &y);
    low = arena_new(list->arena, series->n_rows, sizeof *low);
    high = arena_new(list->arena, series->n_rows, sizeof *high);
    for (size_t i = 0; i < series->n_rows; i++) {
        x[i] = series->n[i];
        y[i] = value[i];
        low[i] = error != NULL ? value[i] - error[i] : NAN;
        high[i] = error != NULL ? value[i] + error[i] : NAN;
    }
    if (error != NULL) {
        curve->low = low;
        curve->high = high;
    }
    if (series->n_rows == 1)
        curve->marker = MARKER_DOT;
    return curve;
}

/* F_n of a side: integrated; or of this data set, thin beside the mean over several. */
static void add_energy(struct curve_list *list, const struct snapshot *snapshot, size_t s,
                       const struct series *series)
{
    enum role role = s == 0 ? ROLE_SINGULAR : ROLE_REGULAR;
    const char *label = side_label(snapshot, s);
    if (series->mean != NULL) {
        struct curve *mean = add_rows(list, series, series->mean, series->mean_error);
        mean->role = role;
        mean->style = LINE_DASHED;
        mean->name =
            series->sets_least < series->sets_most
                ? say(list->arena, "mean of %zu–%zu sets", series->sets_least, series->sets_most)
                : say(list->arena, "mean of %zu sets", series->sets_most);
    }
    struct curve *curve = add_rows(list, series, series->value, series->error);
    curve->role = role;
    curve->name = series->of_data && snapshot->n_sides < 2
                      ? "this data set"
                      : (series->of_data ? say_cut(list->arena, label, LABEL_MAX) : label);
}

static const char *theory_name(const struct claim *claim, struct arena *arena)
{
    if (claim->multiplicity == 1)
        return say(arena, "λ = %s", claim->lambda);
    return say(arena, "λ = %s, m = %ld", claim->lambda, claim->multiplicity);
}

/* Where the claim's line is anchored: the last row, where it is most nearly true; on data the mean
   distance over the later half, as one row is as good as another. */
static double theory_constant(const struct series *series, const struct claim *claim)
{
    size_t last = series->n_rows - 1;
    if (!series->of_data)
        return series->value[last] - theory_value(claim, series->n[last]);
    double sum = 0, count = 0;
    for (size_t i = series->n_rows / 2; i < series->n_rows; i++) {
        bool mean = series->mean != NULL && isfinite(series->mean[i]);
        double gap =
            (mean ? series->mean[i] : series->value[i]) - theory_value(claim, series->n[i]);
        if (isfinite(gap)) {
            sum += gap;
            count++;
        }
    }
    return count > 0 ? sum / count : NAN;
}

/* The n of a theory line: those of the rows, and on to the end of the axis for data. */
enum { THEORY_POINTS = 60 };

static void add_theory(struct curve_list *list, const struct snapshot *snapshot, size_t s,
                       const struct series *series, double n_max)
{
    struct claim claim = claim_of(&snapshot->sides[s], list->arena);
    if (!claim.known || side_has_no_truth(&snapshot->sides[s]))
        return;
    double constant = theory_constant(series, &claim);
    double first = series->n[0], last = fmax(series->n[series->n_rows - 1], n_max);
    double *x, *y;
    struct curve *curve = curve_list_line(list, THEORY_POINTS, &x, &y);
    for (size_t i = 0; i < THEORY_POINTS; i++) {
        x[i] = first * pow(last / first, (double)i / (THEORY_POINTS - 1));
        bool early = claim.multiplicity > 1 && x[i] < THEORY_FROM;
        y[i] = early ? NAN : constant + theory_value(&claim, x[i]);
    }
    curve->role = ROLE_THEORY;
    curve->style = LINE_DASHED;
    curve->name = theory_name(&claim, list->arena);
}

/* d/2 log n from where F_n starts: what the same number of parameters costs a regular model. */
static void add_regular(struct curve_list *list, const struct snapshot *snapshot, size_t s,
                        const struct series *series, double n_max, bool named)
{
    struct claim claim = claim_of(&snapshot->sides[s], list->arena);
    if (claim.is_regular)
        return;
    double *x, *y;
    struct curve *curve = curve_list_line(list, 2, &x, &y);
    x[0] = series->n[0];
    x[1] = fmax(series->n[series->n_rows - 1], n_max);
    y[0] = series->mean != NULL && isfinite(series->mean[0]) ? series->mean[0] : series->value[0];
    y[1] = y[0] + claim.regular * log(x[1] / x[0]);
    curve->role = ROLE_THEORY_REGULAR;
    curve->style = LINE_DOTTED;
    curve->name =
        named ? say(list->arena, "d/2 log n, d = %zu", snapshot->sides[s].model->dim) : NULL;
}

static void take_in(struct axis *axis, const double *value, size_t n, double cap)
{
    for (size_t i = 0; value != NULL && i < n; i++) {
        if (!isfinite(value[i]))
            continue;
        axis->high = fmax(axis->high, fmin(value[i], cap));
        axis->low = fmin(axis->low, value[i]);
    }
}

/* Top of the axis: from what the last n can cost at most, so that it does not depend on n. */
static void energy_range(const struct snapshot *snapshot, const struct series *series, double n_max,
                         struct axis *axis)
{
    axis->low = 0;
    axis->high = 1;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct series *one = &series[s];
        if (one->n_rows == 0)
            continue;
        double half = 0.5 * (double)snapshot->sides[s].model->dim;
        double start = isfinite(one->value[0]) ? one->value[0] : 0;
        bool unknown = one->of_data && side_has_no_truth(&snapshot->sides[s]);
        double cap = unknown ? INFINITY : start + (half + 1) * log(n_max);
        take_in(axis, one->value, one->n_rows, cap);
        take_in(axis, one->mean, one->n_rows, cap);
        /* Where d/2 log n lies far above all there is, it may leave the picture. */
        double regular = start + half * log(n_max);
        axis->high = fmax(axis->high, one->of_data ? fmin(regular, 3 * axis->high) : regular);
    }
    axis->high = ceil(axis->high / 5) * 5;
    axis->low = axis->low < 0 ? -round_up_125(-axis->low) : 0;
}

static const char *quantity(const struct snapshot *snapshot, const struct series *series,
                            struct arena *arena)
{
    bool data = false, offset = false, rows = false, potential = false;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        data = data || series[s].of_data;
        potential = potential || (series[s].n_rows > 0 && !series[s].of_data);
        rows = rows || (series[s].n_rows > 0 && side_has_no_truth(&snapshot->sides[s]));
        offset = offset || !snapshot->sides[s].model->has_zero;
    }
    /* S_n is not known without a truth: F_n itself. */
    if (data && potential && !offset && !rows)
        return "F_n (data: − nS_n)";
    return say(arena, "F_n%s%s", data && !rows ? " − nS_n" : "",
               offset && !rows ? " − n min K" : "");
}

static void concentration_build(const struct snapshot *snapshot, size_t side_index,
                                const struct area *area, struct arena *arena, struct figure *out)
{
    (void)side_index;
    struct series series[SIDES_MAX] = {{0}};
    size_t known = 0;
    double n_max = sheet_n_max(snapshot);
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        series[s] = series_of(&snapshot->sides[s], arena);
        known += series[s].n_rows > 0;
    }
    if (known == 0) {
        struct side why = snapshot->sides[0];
        if (side_has_no_truth(&why))
            why.why = why.posterior != NULL
                          ? say(arena,
                                "F_n grows like n times the entropy of the truth, nS_n, which is "
                                "not known of these data: F_n = %s at n = %s has nothing to be "
                                "compared with",
                                say_number(arena, why.posterior->evidence.free_energy, 4),
                                say_number(arena, why.posterior->n, 4))
                          : "the truth of these data is not known, so neither is F_n − nS_n";
        figure_missing(&why, "Concentration: free energy F_n against log n", "the free energy",
                       area, arena, out);
        return;
    }
    struct curve_list list = {.arena = arena};
    bool coarse = false, dotted = false;
    size_t dim = 0;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        if (series[s].n_rows == 0)
            continue;
        size_t d = snapshot->sides[s].model->dim;
        add_energy(&list, snapshot, s, &series[s]);
        add_theory(&list, snapshot, s, &series[s], n_max);
        add_regular(&list, snapshot, s, &series[s], n_max, !dotted || dim != d);
        dotted = true;
        dim = d;
        coarse = coarse || series[s].coarse;
    }
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct side *side = &snapshot->sides[s];
        struct evidence now;
        double n = snapshot->state.n, value = NAN;
        if (side->learning != NULL && side->learning->n_rows > 0) {
            n = side->data_n > 0 ? side->data_n : n;
            value = series_at(&series[s], n, false);
        } else if (curves_at(side->curves, n, &now)) {
            value = now.free_energy - loss_offset(side, n);
        }
        if (isfinite(value))
            curve_list_point(&list, n, value);
    }
    const char *what = quantity(snapshot, series, arena);
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area,
                         say(arena,
                             "Concentration: free energy %s against log n (dashed: λ log n − (m−1) "
                             "log log n)",
                             what),
                         say(arena, "Concentration: free energy %s against log n", what),
                         say(arena, "Free energy %s against log n", what), say(arena, "%s", what)),
        .note = slopes_note(snapshot, true, area, arena),
        .x = {.label = "n", .unit = "", .low = 1, .high = n_max, .scale = SCALE_LOG10},
        .y = {.label = what, .unit = "nats"},
        .curves = list.items,
        .n_curves = list.count,
    };
    energy_range(snapshot, series, n_max, &out->y);
    figure_marks(&snapshot->sides[0], coarse, out);
}

const struct view view_concentration = {
    .name = "concentration",
    .title = "Concentration",
    .help =
        "The free energy F_n, minus the log of the evidence, against log n; on data less what the "
        "truth itself costs, n S_n. Its slope is the effective number of parameters: λ for a "
        "singular model (dashed), d/2 for a regular one (dotted).",
    .shared = true,
    .needs = SESSION_CURVES | SESSION_POSTERIOR | SESSION_RLCT,
    .min_width = 30,
    .min_height = 6,
    .weight = 5,
    .applies = concentration_applies,
    .build = concentration_build,
};
