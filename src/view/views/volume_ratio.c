/* Volume ratio: R(ε) = V(ε) ε^−λ, flat when m = 1 and climbing by equal steps a decade when m = 2.
 */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_text.h"
#include "../view_theory.h"
#include "../view_volume.h"
#include "../views.h"

/* A step a decade below this share of R counts as flat. */
#define FLAT_STEP 0.01

static bool ratio_applies(const struct snapshot *snapshot, size_t side)
{
    (void)side;
    for (size_t s = 0; s < snapshot->n_sides && curves_apply(snapshot); s++) {
        const struct model_expect *expect = model_expectation(snapshot->sides[s].model);
        if (expect != NULL && expect->rlct.den > 0)
            return true;
    }
    return false;
}

/* R of a side at ε; NaN where V or λ is not known. */
static double ratio_at(const struct side *side, const struct claim *claim, double eps)
{
    return claim->known ? volume_at(side, eps) * pow(eps, -claim->rlct) : NAN;
}

static void add_side(struct curve_list *list, const struct snapshot *snapshot, size_t s,
                     double *top)
{
    const struct side *side = &snapshot->sides[s];
    struct claim claim = claim_of(side, list->arena);
    size_t first, end;
    if (!claim.known || !volume_rows(side, &first, &end))
        return;
    const struct curves *c = side->curves;
    double *x, *y;
    struct curve *curve = curve_list_line(list, end - first, &x, &y);
    for (size_t i = first; i < end; i++) {
        x[i - first] = c->eps[i];
        y[i - first] = c->volume[i] * pow(c->eps[i], -claim.rlct);
        *top = isfinite(y[i - first]) ? fmax(*top, y[i - first]) : *top;
    }
    curve->role = s == 0 ? ROLE_SINGULAR : ROLE_REGULAR;
    curve->name = say(list->arena, "%s: λ = %s, m = %ld", side_label(snapshot, s), claim.lambda,
                      claim.multiplicity);
}

/* What the last decades of ε say. */
static const char *side_note(const struct snapshot *snapshot, size_t s, struct arena *arena)
{
    const struct side *side = &snapshot->sides[s];
    struct claim claim = claim_of(side, arena);
    size_t first, end;
    if (!claim.known)
        return "λ not given";
    if (!volume_rows(side, &first, &end))
        return "V not known yet";
    double least = side->curves->eps[first];
    double step_1 = ratio_at(side, &claim, least) - ratio_at(side, &claim, 10 * least);
    double step_2 = ratio_at(side, &claim, 10 * least) - ratio_at(side, &claim, 100 * least);
    if (isnan(step_1) || isnan(step_2))
        return "too few decades of ε";
    if (fabs(step_1) < FLAT_STEP * ratio_at(side, &claim, least))
        return "flat: m = 1";
    return say(arena, "the last decades add %s and %s: %s", say_number(arena, step_2, 2),
               say_number(arena, step_1, 2),
               fabs(step_1 - step_2) < 0.1 * fabs(step_1) ? "equal steps, m = 2"
               : step_1 > step_2                          ? "growing steps, m above 2"
                                                          : "shrinking steps, towards m = 1");
}

static void ratio_build(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                        struct arena *arena, struct figure *out)
{
    (void)side_index;
    double low, high, top = 0;
    struct curve_list list = {.arena = arena};
    for (size_t s = 0; s < snapshot->n_sides; s++)
        add_side(&list, snapshot, s, &top);
    if (list.count == 0 || !volume_range(snapshot, &low, &high)) {
        curves_missing(snapshot, "Volume ratio R(ε) = V(ε) ε^−λ", "the volume of {K < ε}", area,
                       arena, out);
        return;
    }
    const char *first = side_note(snapshot, 0, arena);
    const char *both =
        snapshot->n_sides > 1 ? say(arena, "%s   %s", first, side_note(snapshot, 1, arena)) : first;
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area, "Volume ratio R(ε) = V(ε) ε^−λ: flat means m = 1",
                         "Volume ratio R(ε) = V(ε) ε^−λ", "Ratio R(ε)"),
        .note = SAY_FIT(arena, area, both, first),
        .x = {.label = "ε", .unit = "nats", .low = low, .high = high, .scale = SCALE_LOG10},
        .y = {.label = "R(ε)", .unit = "", .low = 0, .high = round_up_125(1.05 * top)},
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(&snapshot->sides[0], false, out);
}

const struct view view_volume_ratio = {
    .name = "volume-ratio",
    .title = "Volume ratio",
    .help =
        "R(ε) = V(ε) ε^−λ takes the power out of the volume and shows the multiplicity m: flat for "
        "m = 1, equal steps a decade for m = 2.",
    .shared = true,
    .needs = SESSION_CURVES,
    .min_width = 30,
    .min_height = 6,
    .weight = 4,
    .applies = ratio_applies,
    .build = ratio_build,
};
