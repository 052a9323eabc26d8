/* What the views of estimators share: what there is of each, and why the right answer is not λ. */
#include "view_estimates.h"

#include <math.h>
#include <string.h>

#include "view_exact.h"
#include "view_run.h"
#include "view_text.h"
#include "view_theory.h"

bool estimates_apply(const struct snapshot *snapshot, size_t side)
{
    return side < snapshot->n_sides && !side_has_no_truth(&snapshot->sides[side]);
}

bool estimate_is_there(const struct estimate_row *row)
{
    return row->estimate.lambda.name != NULL && isfinite(row->estimate.lambda.value);
}

bool estimates_done(const struct estimates *estimates)
{
    for (size_t i = 0; i < estimates->n_rows; i++)
        if (!estimates->rows[i].done && estimates->rows[i].why[0] == '\0')
            return false;
    return true;
}

/* How far an estimate is from what it is after, or from what is right at this n where that is not
   known, in its own errors. */
static double distance_of(const struct estimates *all, const struct estimate *e)
{
    const struct quantity *target = e->target.standing != UNKNOWN ? &e->target : &all->finite;
    double error = fmax(e->lambda.error, 1e-3 * fabs(e->lambda.value));
    double away = fabs(e->lambda.value - target->value);
    return target->standing != UNKNOWN && isfinite(away) && error > 0 ? away / error : 0;
}

const char *caution_brief(const char *caution, struct arena *arena)
{
    const char *end = strchr(caution, ':');
    return end != NULL ? say(arena, "%.*s", (int)(end - caution), caution) : caution;
}

/* The row that is cautioned and farthest off; NULL: none is cautioned. */
static const struct estimate_row *gravest(const struct estimates *estimates)
{
    const struct estimate_row *out = NULL;
    for (size_t i = 0; i < estimates->n_rows; i++) {
        const struct estimate_row *row = &estimates->rows[i];
        if (row->estimator == NULL || row->estimate.caution[0] == '\0')
            continue;
        if (out == NULL ||
            distance_of(estimates, &row->estimate) > distance_of(estimates, &out->estimate))
            out = row;
    }
    return out;
}

/* "at n = 1000 the right answer is 0.387, not λ = 1/2: …", from long to short. */
static void why_not_lambda(const struct snapshot *snapshot, size_t side, const char *out[2],
                           struct arena *arena)
{
    const struct side *s = &snapshot->sides[side];
    const struct estimates *e = s->estimates;
    struct claim claim = claim_of(s, arena);
    out[0] = out[1] = "";
    if (e->finite.standing == UNKNOWN || !isfinite(e->finite.value)) {
        out[0] = out[1] =
            claim.known ? say(arena, "λ = %s is reached only as n grows without end", claim.lambda)
                        : "λ is reached only as n grows without end";
        return;
    }
    const char *n = say_number(arena, e->n, 4), *now = say_number(arena, e->finite.value, 3);
    if (!claim.known) {
        out[0] = out[1] = say(arena, "at n = %s the right answer is %s, whatever λ is", n, now);
        return;
    }
    if (e->on_data) {
        out[0] = say(arena,
                     "n (E[Ln] − Ln(w*)) is %s on these data, not λ = %s: at β = 1 its mean over "
                     "data sets is λ less the singular fluctuation",
                     now, claim.lambda);
        out[1] = say(arena, "on these data: %s, not λ = %s", now, claim.lambda);
        return;
    }
    double gap = claim.rlct - e->finite.value, log_n = log(e->n);
    if (fabs(gap) < 0.005 * fabs(claim.rlct)) {
        out[0] = say(arena, "at n = %s the right answer is %s: λ = %s but for %s", n, now,
                     claim.lambda, say_number(arena, fabs(gap), 1));
        out[1] = say(arena, "right now: %s, λ = %s", now, claim.lambda);
        return;
    }
    out[1] = say(arena, "right at n = %s: %s, not λ = %s", n, now, claim.lambda);
    if (claim.multiplicity > 1 && log_n > 0)
        out[0] = say(arena,
                     "at n = %s the right answer is %s, not λ = %s: m = %ld takes about "
                     "(m − 1)/log n = %s away, which fades slowly",
                     n, now, claim.lambda, claim.multiplicity,
                     say_number(arena, (double)(claim.multiplicity - 1) / log_n, 2));
    else
        out[0] = say(arena,
                     "at n = %s the right answer is %s, not λ = %s: the box and the terms of K "
                     "beyond the leading one still count",
                     n, now, claim.lambda);
}

const char *estimates_note(const struct snapshot *snapshot, size_t side, const struct area *area,
                           struct arena *arena)
{
    const char *why[2];
    why_not_lambda(snapshot, side, why, arena);
    const struct estimate_row *row = gravest(snapshot->sides[side].estimates);
    if (row == NULL)
        return SAY_FIT(arena, area, why[0], why[1]);
    const char *name = not_null(row->estimator->name);
    const char *caution = say(arena, "! %s: %s", name, row->estimate.caution);
    return SAY_FIT(arena, area, say(arena, "%s; %s", caution, why[0]),
                   say(arena, "%s; %s", caution, why[1]), caution,
                   say(arena, "! %s: %s", name, caution_brief(row->estimate.caution, arena)));
}

void estimates_missing(const struct snapshot *snapshot, size_t side, const char *title,
                       const struct area *area, struct arena *arena, struct figure *out)
{
    struct side s = snapshot->sides[side];
    s.why = NULL;
    if (side_has_no_truth(&s))
        s.why = "estimators of λ need the truth, which is known here only through data";
    else if (s.estimates != NULL && s.estimates->n_rows > 0 && estimates_done(s.estimates))
        s.why = "no estimator keeps track of its way for this model";
    if (s.estimates != NULL && s.why == NULL)
        s.busy = true;
    figure_missing(&s, title, "the estimates", area, arena, out);
}
