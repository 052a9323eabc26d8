/* The asymptotic lines that a model's claim gives: λ log n − (m−1) log log n, and d/2 log n. */
#include "view_theory.h"

#include <math.h>

#include "view_curves.h"
#include "view_text.h"
#include "cusp/text.h"

struct claim claim_of(const struct model *model, struct arena *arena)
{
    const struct model_expect *expect = model_expectation(model);
    struct claim claim = {
        .multiplicity = 1, .lambda = "", .rlct = NAN, .regular = model_regular_rlct(model)};
    if (expect != NULL && expect->rlct.den > 0) {
        claim.known = true;
        claim.rlct = rat_value(expect->rlct);
        claim.lambda = say_rat(arena, expect->rlct);
        claim.multiplicity = expect->multiplicity > 0 ? expect->multiplicity : 1;
        claim.is_regular = claim.multiplicity == 1 && claim.rlct == claim.regular;
    }
    return claim;
}

double theory_value(const struct claim *claim, double n)
{
    if (!(n >= 1))
        return NAN;
    double log_n = log(n), value = claim->rlct * log_n;
    if (claim->multiplicity > 1)
        value = log_n > 0 ? value - (double)(claim->multiplicity - 1) * log(log_n) : NAN;
    return value;
}

double loss_offset(const struct side *side, double n)
{
    return side->model->has_zero ? 0 : n * side->model->kl_min;
}

double slope_now(const struct side *side, double n)
{
    struct evidence evidence;
    if (side->posterior != NULL && side->posterior->n == n)
        return side->posterior->evidence.mean_nk - loss_offset(side, n);
    if (curves_at(side->curves, n, &evidence))
        return evidence.mean_nk - loss_offset(side, n);
    return NAN;
}

/* For one side; brief: without the part in brackets. */
static const char *slope_text(const struct snapshot *snapshot, size_t side, bool brief,
                              struct arena *arena)
{
    double slope = slope_now(&snapshot->sides[side], snapshot->state.n);
    if (isnan(slope))
        return "slope not known yet";
    struct claim claim = claim_of(snapshot->sides[side].model, arena);
    const char *now = say(arena, "slope now %.2f", slope);
    const char *half = say_half(arena, snapshot->sides[side].model->dim);
    if (!claim.known)
        return brief ? say(arena, "%s (d/2 = %s)", now, half)
                     : say(arena, "%s (λ not given; d/2 = %s)", now, half);
    if (claim.is_regular)
        return say(arena, "%s → d/2 = %s", now, half);
    if (claim.multiplicity == 1 || brief)
        return say(arena, "%s → λ = %s", now, claim.lambda);
    return say(arena, "%s → λ = %s (m = %ld: log log n slows it)", now, claim.lambda,
               claim.multiplicity);
}

const char *slopes_note(const struct snapshot *snapshot, const struct area *area,
                        struct arena *arena)
{
    if (snapshot->n_sides < 2)
        return SAY_FIT(arena, area, slope_text(snapshot, 0, false, arena),
                       slope_text(snapshot, 0, true, arena));
    const char *full[2], *brief[2];
    for (size_t s = 0; s < 2; s++) {
        full[s] = slope_text(snapshot, s, false, arena);
        brief[s] = slope_text(snapshot, s, true, arena);
    }
    /* The second half starts under the second model's column. */
    int room = say_room(area), left = (int)utf8_width(full[0]), gap = area->width / 2 - 2 - left;
    int right = (int)utf8_width(full[1]);
    if (gap < 3 || left + gap + right > room)
        gap = 3;
    return SAY_FIT(arena, area, say(arena, "%s%*s%s", full[0], gap, "", full[1]),
                   say(arena, "%s   %s", brief[0], brief[1]),
                   say(arena, "%s, %s", brief[0], brief[1]), brief[0]);
}

size_t sides_with_curves(const struct snapshot *snapshot)
{
    size_t count = 0;
    for (size_t s = 0; s < snapshot->n_sides; s++)
        count += snapshot->sides[s].curves != NULL && snapshot->sides[s].curves->n_rows > 1;
    return count;
}

const char *side_label(const struct snapshot *snapshot, size_t side)
{
    const struct model *model = snapshot->sides[side].model;
    return model->title[0] != '\0' ? model->title : model->name;
}
