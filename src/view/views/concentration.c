/* Concentration: the free energy F_n against log n, with the lines that the theory draws beside it.
 */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
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

/* F_n of a side without n min K, on its rows. */
static const double *add_energy(struct curve_list *list, const struct snapshot *snapshot, size_t s)
{
    const struct side *side = &snapshot->sides[s];
    const struct curves *c = side->curves;
    double *x, *y;
    struct curve *curve = curve_list_line(list, c->n_rows, &x, &y);
    for (size_t i = 0; i < c->n_rows; i++) {
        x[i] = c->rows[i].n;
        y[i] = c->rows[i].free_energy - loss_offset(side, c->rows[i].n);
    }
    curve->role = s == 0 ? ROLE_SINGULAR : ROLE_REGULAR;
    curve->name = side_label(snapshot, s);
    return y;
}

static const char *theory_name(const struct claim *claim, struct arena *arena)
{
    if (claim->multiplicity == 1)
        return say(arena, "λ = %s", claim->lambda);
    return say(arena, "λ = %s, m = %ld", claim->lambda, claim->multiplicity);
}

/* The claim's line through the last row, where it is most nearly true. */
static void add_theory(struct curve_list *list, const struct snapshot *snapshot, size_t s,
                       const double *energy)
{
    const struct curves *c = snapshot->sides[s].curves;
    struct claim claim = claim_of(snapshot->sides[s].model, list->arena);
    if (!claim.known)
        return;
    size_t last = c->n_rows - 1;
    double constant = energy[last] - theory_value(&claim, c->rows[last].n);
    double *x, *y;
    struct curve *curve = curve_list_line(list, c->n_rows, &x, &y);
    for (size_t i = 0; i < c->n_rows; i++) {
        bool early = claim.multiplicity > 1 && c->rows[i].n < THEORY_FROM;
        x[i] = c->rows[i].n;
        y[i] = early ? NAN : constant + theory_value(&claim, c->rows[i].n);
    }
    curve->role = ROLE_THEORY;
    curve->style = LINE_DASHED;
    curve->name = theory_name(&claim, list->arena);
}

/* d/2 log n from where F_n starts: what the same number of parameters costs a regular model. */
static void add_regular(struct curve_list *list, const struct snapshot *snapshot, size_t s,
                        const double *energy, bool named)
{
    const struct curves *c = snapshot->sides[s].curves;
    struct claim claim = claim_of(snapshot->sides[s].model, list->arena);
    if (claim.is_regular)
        return;
    size_t last = c->n_rows - 1;
    double *x, *y;
    struct curve *curve = curve_list_line(list, 2, &x, &y);
    x[0] = c->rows[0].n;
    x[1] = c->rows[last].n;
    y[0] = energy[0];
    y[1] = energy[0] + claim.regular * log(x[1] / x[0]);
    curve->role = ROLE_THEORY_REGULAR;
    curve->style = LINE_DOTTED;
    curve->name =
        named ? say(list->arena, "d/2 log n, d = %zu", snapshot->sides[s].model->dim) : NULL;
}

/* Top of the axis: from what n = 1e12 can cost at most, so that it does not depend on n. */
static void energy_range(const struct snapshot *snapshot, const double *const energy[],
                         struct axis *axis)
{
    axis->low = 0;
    axis->high = 1;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        if (energy[s] == NULL)
            continue;
        const struct curves *c = snapshot->sides[s].curves;
        double cap = energy[s][0] + (0.5 * (double)snapshot->sides[s].model->dim + 1) *
                                        log(c->rows[c->n_rows - 1].n);
        for (size_t i = 0; i < c->n_rows; i++) {
            if (!isfinite(energy[s][i]))
                continue;
            axis->high = fmax(axis->high, fmin(energy[s][i], cap));
            axis->low = fmin(axis->low, energy[s][i]);
        }
        axis->high = fmax(axis->high, energy[s][0] + 0.5 * (double)snapshot->sides[s].model->dim *
                                                         log(c->rows[c->n_rows - 1].n));
    }
    axis->high = ceil(axis->high / 5) * 5;
    axis->low = axis->low < 0 ? floor(axis->low / 5) * 5 : 0;
}

static void concentration_build(const struct snapshot *snapshot, size_t side_index,
                                const struct area *area, struct arena *arena, struct figure *out)
{
    (void)side_index;
    if (sides_with_curves(snapshot) == 0) {
        figure_missing(&snapshot->sides[0], "Concentration: free energy F_n against log n",
                       "the free energy", area, arena, out);
        return;
    }
    struct curve_list list = {.arena = arena};
    const double *energy[SIDES_MAX] = {NULL};
    bool coarse = false, offset = false, dotted = false;
    size_t dim = 0;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct side *side = &snapshot->sides[s];
        if (side->curves == NULL || side->curves->n_rows < 2)
            continue;
        energy[s] = add_energy(&list, snapshot, s);
        add_theory(&list, snapshot, s, energy[s]);
        add_regular(&list, snapshot, s, energy[s], !dotted || dim != side->model->dim);
        dotted = true;
        dim = side->model->dim;
        coarse = coarse || side->curves->coarse;
        offset = offset || !side->model->has_zero;
    }
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        struct evidence now;
        if (energy[s] != NULL && curves_at(snapshot->sides[s].curves, snapshot->state.n, &now))
            curve_list_point(&list, now.n,
                             now.free_energy - loss_offset(&snapshot->sides[s], now.n));
    }
    const char *what = offset ? "F_n − n min K" : "F_n";
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area,
                         say(arena,
                             "Concentration: free energy %s against log n (dashed: λ log n − (m−1) "
                             "log log n)",
                             what),
                         say(arena, "Concentration: free energy %s against log n", what),
                         say(arena, "Free energy %s against log n", what), say(arena, "%s", what)),
        .note = slopes_note(snapshot, area, arena),
        .x = {.label = "n", .unit = "", .low = 1, .high = INTEGRAL_MAX_N, .scale = SCALE_LOG10},
        .y = {.label = what, .unit = "nats"},
        .curves = list.items,
        .n_curves = list.count,
    };
    energy_range(snapshot, energy, &out->y);
    figure_marks(&snapshot->sides[0], coarse, out);
}

const struct view view_concentration = {
    .name = "concentration",
    .title = "Concentration",
    .help =
        "The free energy F_n, minus the log of the evidence, against log n. Its slope is the "
        "effective number of parameters: λ for a singular model (dashed), d/2 for a regular one "
        "(dotted).",
    .shared = true,
    .min_width = 30,
    .min_height = 6,
    .weight = 5,
    .applies = concentration_applies,
    .build = concentration_build,
};
