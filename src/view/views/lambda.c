/* Slope: the running learning coefficient n E[K] = dF/d log n against log n, with its limits. */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_run.h"
#include "../view_text.h"
#include "../view_theory.h"
#include "../views.h"

static bool lambda_applies(const struct snapshot *snapshot, size_t side)
{
    (void)side;
    return curves_apply(snapshot);
}

static void add_side(struct curve_list *list, const struct snapshot *snapshot, size_t s)
{
    const struct side *side = &snapshot->sides[s];
    const struct curves *c = side->curves;
    double *x, *y, *low, *high;
    struct curve *curve = curve_list_line(list, c->n_rows, &x, &y);
    low = arena_new(list->arena, c->n_rows, sizeof *low);
    high = arena_new(list->arena, c->n_rows, sizeof *high);
    for (size_t i = 0; i < c->n_rows; i++) {
        x[i] = c->rows[i].n;
        y[i] = c->rows[i].mean_nk - loss_offset(side, x[i]);
        low[i] = y[i] - c->rows[i].mean_nk_error;
        high[i] = y[i] + c->rows[i].mean_nk_error;
    }
    curve->role = s == 0 ? ROLE_SINGULAR : ROLE_REGULAR;
    curve->name = side_label(snapshot, s);
    curve->low = low;
    curve->high = high;
    double first = c->rows[0].n, last = c->rows[c->n_rows - 1].n;
    struct claim claim = claim_of(side, list->arena);
    if (claim.known && !claim.is_regular) {
        struct curve *limit = curve_list_level(list, first, last, claim.rlct);
        limit->role = ROLE_THEORY;
        limit->style = LINE_DASHED;
        limit->name = say(list->arena, claim.exact ? "λ = %s exactly" : "λ = %s", claim.lambda);
    }
    /* What is proved where λ itself is not. */
    const double ends[2] = {claim.low, claim.high};
    for (size_t k = 0; !claim.known && k < 2; k++) {
        if (isnan(ends[k]) || ends[k] == claim.regular)
            continue;
        struct curve *end = curve_list_level(list, first, last, ends[k]);
        end->role = ROLE_THEORY;
        end->style = LINE_DASHED;
        end->name =
            say(list->arena, "λ %s %s", k == 0 ? "≥" : "≤", say_number(list->arena, ends[k], 4));
    }
    struct curve *regular = curve_list_level(list, first, last, claim.regular);
    regular->role = ROLE_THEORY_REGULAR;
    regular->style = LINE_DOTTED;
    regular->name = s > 0 && snapshot->sides[0].model->dim == side->model->dim
                        ? NULL
                        : say(list->arena, "d/2 = %s", say_half(list->arena, side->model->dim));
}

/* Up to a little above what the slope can settle at; a bump on the way is clipped at twice that. */
static double slope_top(const struct snapshot *snapshot, struct arena *arena)
{
    double settled = 0, greatest = 0;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct side *side = &snapshot->sides[s];
        if (side->curves == NULL)
            continue;
        struct claim claim = claim_of(side, arena);
        settled = fmax(settled, fmax(claim.regular, claim.known ? claim.rlct : 0));
        for (size_t i = 0; i < side->curves->n_rows; i++) {
            double y = side->curves->rows[i].mean_nk - loss_offset(side, side->curves->rows[i].n);
            greatest = isfinite(y) ? fmax(greatest, y) : greatest;
        }
    }
    settled = settled > 0 ? settled : 0.5;
    return ceil(1.1 * fmax(settled, fmin(greatest, 2 * settled)) / 0.25) * 0.25;
}

static void lambda_build(const struct snapshot *snapshot, size_t side_index,
                         const struct area *area, struct arena *arena, struct figure *out)
{
    (void)side_index;
    if (sides_with_curves(snapshot) == 0) {
        curves_missing(snapshot, "Running slope λ(n) = n E[K]", "the slope n E[K]", area, arena,
                       out);
        return;
    }
    struct curve_list list = {.arena = arena};
    bool coarse = false, statistical = false;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct curves *c = snapshot->sides[s].curves;
        if (c == NULL || c->n_rows < 2)
            continue;
        add_side(&list, snapshot, s);
        statistical = statistical || side_is_statistical(&snapshot->sides[s]);
        coarse = coarse || c->coarse;
    }
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        double now = slope_now(&snapshot->sides[s], snapshot->state.n);
        if (!isnan(now))
            curve_list_point(&list, snapshot->state.n, now);
    }
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area,
                         statistical ? "Running slope λ(n) = n E[K] of K itself, without data"
                                     : "Running slope λ(n) = n E[K] = dF/d log n, and its limits",
                         "Running slope λ(n) = n E[K]", "Slope λ(n)"),
        .note = slopes_note(snapshot, false, area, arena),
        .x = {.label = "n",
              .unit = "",
              .low = 1,
              .high = sheet_n_max(snapshot),
              .scale = SCALE_LOG10},
        .y = {.label = "λ(n)", .unit = "", .low = 0, .high = slope_top(snapshot, arena)},
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(&snapshot->sides[0], coarse, out);
}

const struct view view_lambda = {
    .name = "lambda",
    .title = "Running slope",
    .help =
        "How steep the free energy is at each n: n E[K], the running estimate of λ. Dashed: the λ "
        "it tends to. Dotted: d/2, the slope of a regular model.",
    .shared = true,
    .needs = SESSION_CURVES | SESSION_POSTERIOR | SESSION_RLCT,
    .min_width = 30,
    .min_height = 6,
    .weight = 4,
    .applies = lambda_applies,
    .build = lambda_build,
};
