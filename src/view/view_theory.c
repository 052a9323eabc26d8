/* The asymptotic lines that a model's claim gives: λ log n − (m−1) log log n, and d/2 log n. */
#include "view_theory.h"

#include <math.h>

#include "view_curves.h"
#include "view_exact.h"
#include "view_run.h"
#include "view_series.h"
#include "view_text.h"
#include "cusp/text.h"

/* What is claimed of a statistical model is of the truth that its file begins with; but a regular
   one is regular whatever the truth is. */
static void take_claim(const struct model *model, struct claim *claim, struct arena *arena)
{
    const struct model_expect *expect = model_expectation(model);
    bool turned = false;
    for (size_t i = 0; i < model->n_knobs; i++)
        turned = turned || model->knobs[i].value != model->knobs[i].start;
    if (expect == NULL || expect->rlct.den <= 0)
        return;
    if (turned && model->likelihood != NULL && rat_value(expect->rlct) != claim->regular)
        return;
    claim->known = true;
    claim->rlct = rat_value(expect->rlct);
    claim->lambda = say_rat(arena, expect->rlct);
    claim->multiplicity = expect->multiplicity > 0 ? expect->multiplicity : 1;
}

struct claim claim_of(const struct side *side, struct arena *arena)
{
    const struct rlct *found = side->rlct;
    struct claim claim = {.multiplicity = 1,
                          .lambda = "",
                          .between = "",
                          .rlct = NAN,
                          .low = NAN,
                          .high = NAN,
                          .regular = model_regular_rlct(side->model)};
    take_claim(side->model, &claim, arena);
    if (found != NULL && !found->local && found->lambda.standing == EXACT) {
        const struct quantity *q = &found->lambda;
        bool claimed = claim.known && fabs(claim.rlct - q->value) < 1e-12 * fabs(q->value);
        claim.known = claim.exact = true;
        claim.rlct = q->exact.den > 0 ? rat_value(q->exact) : q->value;
        claim.lambda = q->exact.den > 0 ? say_rat(arena, q->exact) : say_number(arena, q->value, 5);
        /* Where m was not found, what the file says of the same λ holds. */
        if (found->multiplicity > 0 || !claimed)
            claim.multiplicity = found->multiplicity > 0 ? found->multiplicity : 1;
    } else if (found != NULL && !found->local) {
        claim.between = say_lambda(found, arena);
        claim.low = found->lower.standing != UNKNOWN ? found->lower.value : NAN;
        claim.high = found->upper.standing != UNKNOWN ? found->upper.value : NAN;
    }
    claim.is_regular = claim.known && claim.multiplicity == 1 && claim.rlct == claim.regular;
    return claim;
}

const char *claim_text(const struct claim *claim, const char *unknown, struct arena *arena)
{
    if (claim->known)
        return say(arena, "λ = %s%s", claim->lambda, claim->exact ? " exactly" : "");
    return claim->between[0] != '\0' ? claim->between : unknown;
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
    if (!side_is_statistical(side) && side->posterior != NULL && side->posterior->n == n)
        return side->posterior->evidence.mean_nk - loss_offset(side, n);
    if (curves_at(side->curves, n, &evidence))
        return evidence.mean_nk - loss_offset(side, n);
    return NAN;
}

/* On data: F_n − n S_n now and how fast it rose over the last decade of n. */
static const char *slope_on_data(const struct snapshot *snapshot, size_t index, bool brief,
                                 struct arena *arena)
{
    const struct side *side = &snapshot->sides[index];
    struct series series = series_of(side, arena);
    double n = side->data_n > 0 ? side->data_n : snapshot->state.n, slope, error;
    double value = series_at(&series, n, false);
    bool unknown = side_has_no_truth(side);
    const char *what = unknown ? "F_n" : series.of_data ? "F_n − nS_n" : "F_n";
    const char *now = isfinite(value) ? say(arena, "%s = %s now", what, say_number(arena, value, 3))
                                      : "not run to this n yet";
    if (unknown)
        return brief ? now : say(arena, "%s (the truth is not known, nor its part nS_n)", now);
    if (!series_slope(&series, n, &slope, &error))
        return now;
    struct claim claim = claim_of(side, arena);
    const char *half = say_half(arena, side->model->dim);
    const char *minus = slope <= -0.005 ? "−" : "";
    const char *rise = error >= 0.005 ? say(arena, "slope %s%.2f ± %.2f", minus, fabs(slope), error)
                                      : say(arena, "slope %s%.2f", minus, fabs(slope));
    const char *to = say(arena, " (%s, d/2 = %s)", claim_text(&claim, "λ not given", arena), half);
    if (brief)
        return say(arena, "%s%s", rise, to);
    const char *of = series.mean != NULL ? " of the mean" : "";
    return say(arena, "%s, %s%s over the last decade%s", now, rise, of, to);
}

/* For one side; brief: without the part in brackets. */
static const char *slope_text(const struct snapshot *snapshot, size_t side, bool data, bool brief,
                              struct arena *arena)
{
    if (data && snapshot->sides[side].learning != NULL &&
        snapshot->sides[side].learning->n_rows > 0)
        return slope_on_data(snapshot, side, brief, arena);
    if (!data && snapshot->sides[side].curves == NULL && snapshot->sides[side].model->dim > 3)
        return "slope: up to three parameters";
    double slope = slope_now(&snapshot->sides[side], snapshot->state.n);
    if (data && side_has_no_truth(&snapshot->sides[side]))
        return brief ? "truth not known: no F_n − nS_n"
                     : "the truth of these data is not known, so neither is F_n − nS_n";
    if (isnan(slope))
        return "slope not known yet";
    struct claim claim = claim_of(&snapshot->sides[side], arena);
    const char *now = say(arena, "slope now %.2f", slope);
    const char *half = say_half(arena, snapshot->sides[side].model->dim);
    if (!claim.known)
        return brief ? say(arena, "%s (d/2 = %s)", now, half)
                     : say(arena, "%s (%s; d/2 = %s)", now,
                           claim_text(&claim, "λ not given", arena), half);
    if (claim.is_regular)
        return say(arena, "%s → d/2 = %s", now, half);
    const char *exactly = claim.exact && !brief ? " exactly" : "";
    if (claim.multiplicity == 1 || brief)
        return say(arena, "%s → λ = %s%s", now, claim.lambda, exactly);
    return say(arena, "%s → λ = %s%s (m = %ld: log log n slows it)", now, claim.lambda, exactly,
               claim.multiplicity);
}

const char *slopes_note(const struct snapshot *snapshot, bool data, const struct area *area,
                        struct arena *arena)
{
    if (snapshot->n_sides < 2)
        return SAY_FIT(arena, area, slope_text(snapshot, 0, data, false, arena),
                       slope_text(snapshot, 0, data, true, arena));
    const char *full[2], *brief[2];
    for (size_t s = 0; s < 2; s++) {
        full[s] = slope_text(snapshot, s, data, false, arena);
        brief[s] = slope_text(snapshot, s, data, true, arena);
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

bool curves_apply(const struct snapshot *snapshot)
{
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        const struct side *side = &snapshot->sides[s];
        if (side->curves != NULL ||
            (side->model->dim <= INTEGRAL_MAX_DIM && !side_has_no_truth(side)))
            return true;
    }
    return false;
}

void curves_missing(const struct snapshot *snapshot, const char *title, const char *what,
                    const struct area *area, struct arena *arena, struct figure *out)
{
    struct side side = snapshot->sides[0];
    bool none = !curves_apply(snapshot);
    if (none && side_has_no_truth(&side))
        side.why = "K is not known: the truth is known only through data";
    else if (none)
        side.why = say(arena, "%s is integrated in up to three parameters; this model has %zu",
                       what, side.model->dim);
    figure_missing(&side, title, what, area, arena, out);
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
