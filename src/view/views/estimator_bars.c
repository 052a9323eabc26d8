/* Estimators: every estimate of λ as a bar with its error, beside exact λ and the right answer at
   this n. */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_estimates.h"
#include "../view_exact.h"
#include "../view_run.h"
#include "../view_text.h"
#include "../view_theory.h"
#include "../views.h"
#include "cusp/text.h"

/* Narrower than this, bars have the short names of estimators. */
enum { LONG_NAMES = 84 };

static enum role bar_role(const struct estimate_row *row, size_t side)
{
    if (row->estimate.caution[0] != '\0')
        return ROLE_WARNING;
    if (!row->done)
        return ROLE_DIM;
    return side == 0 ? ROLE_SINGULAR : ROLE_REGULAR;
}

/* "→ 0.356": what it should find; "!": not to be trusted; "…": still on its way. */
static const char *bar_note(const struct estimate_row *row, struct arena *arena)
{
    const struct estimate *e = &row->estimate;
    const char *mark = e->caution[0] != '\0' ? " !" : row->done ? "" : " …";
    if (e->target.standing == UNKNOWN || !isfinite(e->target.value))
        return mark;
    return say(arena, "→ %s%s", say_number(arena, e->target.value, 3), mark);
}

/* "2 to come, 1 not to be had"; "" if all are there. */
static const char *absent(const struct estimates *e, struct arena *arena)
{
    size_t to_come = 0, never = 0;
    for (size_t i = 0; i < e->n_rows; i++) {
        bool there = e->rows[i].estimator == NULL || estimate_is_there(&e->rows[i]);
        never += !there && (e->rows[i].done || e->rows[i].why[0] != '\0');
        to_come += !there && !e->rows[i].done && e->rows[i].why[0] == '\0';
    }
    const char *out = to_come > 0 ? say(arena, "%zu to come", to_come) : "";
    if (never == 0)
        return out;
    return say(arena, "%s%s%zu not to be had", out, out[0] != '\0' ? ", " : "", never);
}

static const char *bar_name(const struct estimate_row *row, const struct area *area)
{
    const struct estimator *e = row->estimator;
    return not_null(area->width < LONG_NAMES || e->title == NULL ? e->name : e->title);
}

/* Bars of the estimators that can be had, after two of what they are after. */
static size_t make_bars(const struct snapshot *snapshot, size_t side, const struct area *area,
                        struct arena *arena, struct bar *bars)
{
    const struct side *s = &snapshot->sides[side];
    const struct estimates *e = s->estimates;
    struct claim claim = claim_of(s, arena);
    size_t count = 0;
    if (claim.known)
        bars[count++] = (struct bar){.label = claim.exact ? "λ exactly" : "λ (claimed)",
                                     .value = claim.rlct,
                                     .role = ROLE_THEORY,
                                     .note = say(arena, "= %s", claim.lambda)};
    if (e->finite.standing != UNKNOWN && isfinite(e->finite.value))
        bars[count++] = (struct bar){
            .label = e->on_data ? "on these data"
                                : say(arena, "right at n = %s", say_number(arena, e->n, 4)),
            .value = e->finite.value,
            .role = ROLE_HERE,
            .note = e->on_data ? "exact" : "n E[K]"};
    for (size_t i = 0; i < e->n_rows; i++) {
        const struct estimate_row *row = &e->rows[i];
        if (row->estimator == NULL || !estimate_is_there(row))
            continue;
        double value = row->estimate.lambda.value, error = row->estimate.lambda.error;
        bars[count++] = (struct bar){.label = bar_name(row, area),
                                     .value = value,
                                     .error = isfinite(error) ? error : 0,
                                     .role = bar_role(row, side),
                                     .note = bar_note(row, arena)};
    }
    return count;
}

/* From 0 to a little above what is right; what is far off is cut and marked. */
static double top_of(const struct snapshot *snapshot, size_t side, const struct bar *bars,
                     size_t n_bars, struct arena *arena)
{
    struct claim claim = claim_of(&snapshot->sides[side], arena);
    double settled = claim.known ? claim.rlct : claim.regular, most = 0;
    for (size_t i = 0; i < n_bars; i++)
        if (isfinite(bars[i].value))
            most = fmax(most, bars[i].value + bars[i].error);
    settled = settled > 0 ? settled : 0.5;
    double top = 1.1 * fmax(settled, fmin(most, 2.5 * settled));
    double step = pow(10, floor(log10(top))) / 4;
    return ceil(top / step) * step;
}

static void estimators_build(const struct snapshot *snapshot, size_t side, const struct area *area,
                             struct arena *arena, struct figure *out)
{
    const struct side *s = &snapshot->sides[side];
    const struct estimates *e = s->estimates;
    if (e == NULL || e->n_rows == 0) {
        estimates_missing(snapshot, side, "Estimators of λ", area, arena, out);
        return;
    }
    struct bar *bars = arena_new(arena, e->n_rows + 2, sizeof *bars);
    size_t n_bars = make_bars(snapshot, side, area, arena, bars);
    const char *n = say_number(arena, e->n, 4), *on = e->on_data ? "the data" : "K itself";
    if (s->failure != NULL) /* the preset's own run is in the other panels */
        on = say(arena, "%s, usual settings", on);
    const char *rest = absent(e, arena);
    if (rest[0] != '\0')
        rest = say(arena, ": %s", rest);
    if (n_bars == 0) {
        estimates_missing(snapshot, side, "Estimators of λ", area, arena, out);
        return;
    }
    *out = (struct figure){
        .kind = FIGURE_BARS,
        .title = SAY_FIT(
            arena, area,
            say(arena, "Estimators of λ at n = %s on %s (→ what each is after)%s", n, on, rest),
            say(arena, "Estimators of λ at n = %s on %s%s", n, on, rest),
            say(arena, "Estimators at n = %s%s", n, rest), say(arena, "Estimators at n = %s", n),
            "Estimators"),
        .note = estimates_note(snapshot, side, area, arena),
        .x = {.label = "λ", .unit = "", .low = 0, .high = 1},
        .y = {.label = "λ̂",
              .unit = "",
              .low = 0,
              .high = top_of(snapshot, side, bars, n_bars, arena)},
        .bars = bars,
        .n_bars = n_bars,
    };
    figure_marks(s, !estimates_done(e), out);
}

const struct view view_estimators = {
    .name = "estimators",
    .title = "Estimators",
    .help = "Every estimator of λ side by side, with its error, below the exact value and what is "
            "right at this n, which is not λ. The arrow is what that estimator itself is after; ! "
            "marks a run that should not be trusted.",
    .topic = TOPIC_ESTIMATORS,
    .min_width = 30,
    .min_height = 8,
    .needs = SESSION_RLCT | SESSION_ESTIMATES,
    .weight = 4,
    .applies = estimates_apply,
    .build = estimators_build,
};
