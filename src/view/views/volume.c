/* Volume: V(ε), the prior volume of {K < ε}, against ε on log scales; its slope tends to λ. */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_text.h"
#include "../view_theory.h"
#include "../view_volume.h"
#include "../views.h"

static bool volume_applies(const struct snapshot *snapshot, size_t side)
{
    (void)side;
    return curves_apply(snapshot);
}

static void add_side(struct curve_list *list, const struct snapshot *snapshot, size_t s)
{
    const struct side *side = &snapshot->sides[s];
    size_t first, end;
    if (!volume_rows(side, &first, &end))
        return;
    const struct curves *c = side->curves;
    double *x, *y;
    struct curve *curve = curve_list_line(list, end - first, &x, &y);
    for (size_t i = first; i < end; i++) {
        x[i - first] = c->eps[i];
        y[i - first] = c->volume[i];
    }
    curve->role = s == 0 ? ROLE_SINGULAR : ROLE_REGULAR;
    curve->name = side_label(snapshot, s);
    struct claim claim = claim_of(side, list->arena);
    if (!claim.known || !side->model->has_zero)
        return;
    double *tx, *ty;
    struct curve *theory = curve_list_line(list, end - first, &tx, &ty);
    double anchor = theory_value(&claim, 1 / c->eps[first]);
    for (size_t i = first; i < end; i++) {
        tx[i - first] = c->eps[i];
        ty[i - first] = c->eps[i] < 0.1
                            ? c->volume[first] * exp(anchor - theory_value(&claim, 1 / c->eps[i]))
                            : NAN;
    }
    theory->role = ROLE_THEORY;
    theory->style = LINE_DASHED;
    const char *log_part = claim.multiplicity == 1 ? ""
                           : claim.multiplicity == 2
                               ? " log 1/ε"
                               : say(list->arena, " (log 1/ε)^%ld", claim.multiplicity - 1);
    theory->name = say(list->arena, "ε^λ%s, λ = %s", log_part, claim.lambda);
}

static double least_volume(const struct snapshot *snapshot)
{
    double least = 0.1;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        size_t first, end;
        if (volume_rows(&snapshot->sides[s], &first, &end))
            least = fmin(least, snapshot->sides[s].curves->volume[first]);
    }
    return pow(10, floor(log10(least)));
}

static const char *side_note(const struct snapshot *snapshot, size_t s, double eps, bool brief,
                             struct arena *arena)
{
    const struct side *side = &snapshot->sides[s];
    double slope = volume_slope(side, eps);
    if (isnan(slope))
        return "V not known here";
    struct claim claim = claim_of(side, arena);
    const char *limit = claim.known ? say(arena, " → λ = %s", claim.lambda) : "";
    const char *volume = say_number(arena, volume_at(side, eps), 2);
    if (brief)
        return say(arena, "slope %.2f%s", slope, limit);
    return say(arena, "V = %s, slope %.2f%s", volume, slope, limit);
}

static void volume_build(const struct snapshot *snapshot, size_t side_index,
                         const struct area *area, struct arena *arena, struct figure *out)
{
    (void)side_index;
    double low, high;
    if (!volume_range(snapshot, &low, &high)) {
        curves_missing(snapshot, "Volume V(ε) of {K < ε}", "the volume of {K < ε}", area, arena,
                       out);
        return;
    }
    struct curve_list list = {.arena = arena};
    bool coarse = false;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        add_side(&list, snapshot, s);
        coarse = coarse || (snapshot->sides[s].curves != NULL && snapshot->sides[s].curves->coarse);
    }
    double eps = fmin(fmax(1 / snapshot->state.n, low), high);
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        double now = volume_at(&snapshot->sides[s], eps);
        if (!isnan(now))
            curve_list_point(&list, eps, now);
    }
    const char *at = say(arena, "at ε = 1/n = %s", say_number(arena, 1 / snapshot->state.n, 2));
    const char *full = side_note(snapshot, 0, eps, false, arena);
    const char *brief = side_note(snapshot, 0, eps, true, arena);
    if (snapshot->n_sides > 1) {
        full = say(arena, "%s   %s", full, side_note(snapshot, 1, eps, false, arena));
        brief = say(arena, "%s   %s", brief, side_note(snapshot, 1, eps, true, arena));
    }
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area, "Volume V(ε): share of the prior where K < ε",
                         "Volume V(ε) of {K < ε}", "Volume V(ε)"),
        .note =
            SAY_FIT(arena, area, say(arena, "%s: %s", at, full), say(arena, "%s: %s", at, brief),
                    brief, side_note(snapshot, 0, eps, true, arena)),
        .x = {.label = "ε", .unit = "nats", .low = low, .high = high, .scale = SCALE_LOG10},
        .y = {.label = "V(ε)",
              .unit = "",
              .low = least_volume(snapshot),
              .high = 1,
              .scale = SCALE_LOG10},
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(&snapshot->sides[0], coarse, out);
}

const struct view view_volume = {
    .name = "volume",
    .title = "Volume",
    .help =
        "V(ε), the share of the prior where K is below ε, on log scales. The slope at small ε is "
        "λ: the smaller, the more parameters are nearly true.",
    .shared = true,
    .needs = SESSION_CURVES,
    .min_width = 30,
    .min_height = 6,
    .weight = 4,
    .applies = volume_applies,
    .build = volume_build,
};
