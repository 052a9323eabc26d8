/* Convergence: every estimate of λ on its way, against the share of its work, with exact λ. */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_estimates.h"
#include "../view_exact.h"
#include "../view_text.h"
#include "../view_theory.h"
#include "../views.h"

enum { ROLES = 6, CURVES_MAX = 12, STEPS_MAX = 300 };
#define SHARE_LEAST 1e-3

static const enum role roles[ROLES] = {ROLE_CLASS_1, ROLE_CLASS_2, ROLE_CLASS_3,
                                       ROLE_CLASS_4, ROLE_CLASS_5, ROLE_CLASS_6};

/* It was kept how the estimate came about. */
static bool has_way(const struct estimate_row *row)
{
    const struct estimate *e = &row->estimate;
    return row->estimator != NULL && e->n_steps > 1 && e->steps[e->n_steps - 1].work > 0;
}

/* λ̂ against work, as a share of all its work so far. */
static bool add_steps(struct curve_list *list, const struct estimate_row *row, size_t which)
{
    const struct estimate *e = &row->estimate;
    if (!has_way(row))
        return false;
    size_t n = e->n_steps < STEPS_MAX ? e->n_steps : STEPS_MAX;
    double *x, *y, all = e->steps[e->n_steps - 1].work;
    struct curve *curve = curve_list_line(list, n, &x, &y);
    for (size_t i = 0; i < n; i++) {
        const struct estimate_step *step = &e->steps[(i + 1) * e->n_steps / n - 1];
        x[i] = fmax(step->work / all, SHARE_LEAST);
        y[i] = step->lambda;
    }
    curve->role = roles[which % ROLES];
    curve->style = which < ROLES ? LINE_SOLID : LINE_DASHED;
    curve->name =
        say(list->arena, "%s%s", not_null(row->estimator->name), e->caution[0] != '\0' ? " !" : "");
    return true;
}

static void add_level(struct curve_list *list, double y, enum role role, enum line_style style,
                      const char *name)
{
    if (!isfinite(y))
        return;
    struct curve *curve = curve_list_level(list, SHARE_LEAST, 1, y);
    curve->role = role;
    curve->style = style;
    curve->name = name;
}

/* Where the first curve begins. */
static double first_share(const struct estimates *e)
{
    double out = 0.5;
    size_t shown = 0;
    for (size_t i = 0; i < e->n_rows && shown < CURVES_MAX; i++) {
        const struct estimate *one = &e->rows[i].estimate;
        if (!has_way(&e->rows[i]))
            continue;
        shown++;
        size_t first = (one->n_steps < STEPS_MAX ? 1 : one->n_steps / STEPS_MAX) - 1;
        double share = one->steps[first].work / one->steps[one->n_steps - 1].work;
        out = share > SHARE_LEAST ? fmin(out, share) : SHARE_LEAST;
    }
    return out;
}

/* Where the last half of each run lies, with the lines of theory. */
static void range_of(const struct estimates *e, double *low, double *high)
{
    size_t shown = 0;
    for (size_t i = 0; i < e->n_rows && shown < CURVES_MAX; i++) {
        const struct estimate *one = &e->rows[i].estimate;
        if (!has_way(&e->rows[i]))
            continue;
        shown++;
        for (size_t k = one->n_steps / 4; k < one->n_steps; k++) {
            if (!isfinite(one->steps[k].lambda))
                continue;
            *low = fmin(*low, one->steps[k].lambda);
            *high = fmax(*high, one->steps[k].lambda);
        }
    }
}

static void convergence_build(const struct snapshot *snapshot, size_t side, const struct area *area,
                              struct arena *arena, struct figure *out)
{
    const struct side *s = &snapshot->sides[side];
    const struct estimates *e = s->estimates;
    const char *title = "Estimates of λ on their way";
    struct curve_list list = {.arena = arena};
    struct claim claim = claim_of(s, arena);
    size_t shown = 0;
    if (e != NULL && claim.known)
        add_level(&list, claim.rlct, ROLE_THEORY, LINE_DASHED, say(arena, "λ = %s", claim.lambda));
    if (e != NULL && e->finite.standing != UNKNOWN)
        add_level(&list, e->finite.value, ROLE_HERE, LINE_DOTTED,
                  e->on_data ? "on these data" : "right at n");
    for (size_t i = 0; e != NULL && i < e->n_rows && shown < CURVES_MAX; i++)
        if (add_steps(&list, &e->rows[i], shown))
            shown++;
    if (shown == 0) {
        estimates_missing(snapshot, side, title, area, arena, out);
        return;
    }
    double settled = claim.known ? claim.rlct : claim.regular;
    double low = settled, high = settled;
    if (e->finite.standing != UNKNOWN && isfinite(e->finite.value)) {
        low = fmin(low, e->finite.value);
        high = fmax(high, e->finite.value);
    }
    range_of(e, &low, &high);
    high = fmin(high, 3 * settled);
    low = fmax(low, -settled);
    double margin = fmax(0.08 * (high - low), 1e-3 * fabs(settled) + 1e-9);
    const char *n = say_number(arena, e->n, 4);
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area, say(arena, "%s at n = %s, against work", title, n),
                         say(arena, "%s at n = %s", title, n), title, "λ̂ on its way"),
        .note = estimates_note(snapshot, side, area, arena),
        .x = {.label = "share of the work",
              .unit = "",
              .low = fmax(first_share(e), 0.02),
              .high = 1,
              .scale = SCALE_LOG10},
        .y = {.label = "λ̂", .unit = "", .low = low - margin, .high = high + margin},
        .curves = list.items,
        .n_curves = list.count,
    };
    figure_marks(s, !estimates_done(e), out);
}

const struct view view_convergence = {
    .name = "convergence",
    .title = "Estimates on their way",
    .help = "How each estimate of λ came to where it is: its value against the share of its "
            "work that was done, with exact λ (dashed) and what is right at this n (dotted).",
    .topic = TOPIC_ESTIMATORS,
    .min_width = 30,
    .min_height = 8,
    .needs = SESSION_RLCT | SESSION_ESTIMATES,
    .weight = 4,
    .applies = estimates_apply,
    .build = convergence_build,
};
