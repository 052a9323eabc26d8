/* LLC: the running estimate of the local learning coefficient by SGLD, draw by draw. */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_estimates.h"
#include "../view_llc.h"
#include "../view_text.h"
#include "../views.h"

enum { LLC_POINTS = 400, RUN_OFF = 4 };

static void widen(double y, double *low, double *high)
{
    if (isfinite(y)) {
        *low = fmin(*low, y);
        *high = fmax(*high, y);
    }
}

static void add_running(struct curve_list *list, const struct sgld_run *run, double *low,
                        double *high)
{
    size_t n = run->n_draws < LLC_POINTS ? run->n_draws : LLC_POINTS;
    double *x, *y;
    struct curve *curve = curve_list_line(list, n, &x, &y);
    for (size_t i = 0; i < n; i++) {
        size_t draw = (i + 1) * run->n_draws / n - 1;
        x[i] = (double)(draw + 1);
        y[i] = run->running[draw];
        if (draw >= run->n_draws / 20)
            widen(y[i], low, high);
    }
    curve->role = ROLE_SINGULAR;
    curve->name = "estimate";
}

static void add_level(struct curve_list *list, double last, double y, enum role role,
                      enum line_style style, const char *name, double *low, double *high)
{
    struct curve *level = curve_list_level(list, 1, last, y);
    level->role = role;
    level->style = style;
    level->name = name;
    widen(y, low, high);
}

static const char *llc_note(const struct side *side, const struct sgld_run *run,
                            const struct area *area, struct arena *arena)
{
    const struct estimate *llc = side->llc;
    const char *mean = run->n_broken == run->n_chains ? "every chain broke"
                                                      : say_mean(arena, run->lambda, run->error);
    const char *caution = llc->caution[0] != '\0' ? llc->caution : "nothing looks wrong";
    const char *brief = caution_brief(caution, arena);
    return SAY_FIT(arena, area, say(arena, "estimate %s: %s", mean, caution),
                   say(arena, "estimate %s: %s", mean, brief), say(arena, "%s: %s", mean, brief),
                   say(arena, "estimate %s", mean));
}

static void llc_build(const struct snapshot *snapshot, size_t side_index, const struct area *area,
                      struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct sgld_run *run =
        llc_run(snapshot, side_index, "Local learning coefficient", area, arena, out);
    if (run == NULL)
        return;
    struct curve_list list = {.arena = arena};
    double low = 0, high = 0, last = fmax((double)run->n_draws, 2);
    add_running(&list, run, &low, &high);
    if (side->llc->target.standing != UNKNOWN)
        add_level(&list, last, side->llc->target.value, ROLE_HERE, LINE_DOTTED,
                  say(arena, "at this n: %s", say_number(arena, side->llc->target.value, 4)), &low,
                  &high);
    if (side->rlct != NULL && side->rlct->lambda.standing == EXACT)
        add_level(&list, last, side->rlct->lambda.value, ROLE_THEORY, LINE_DASHED,
                  say(arena, "λ = %s", say_rat(arena, side->rlct->lambda.exact)), &low, &high);
    /* A chain that ran off would hide all else: it leaves the picture. */
    double top = side->rlct != NULL && side->rlct->lambda.standing == EXACT
                     ? side->rlct->lambda.value
                     : 0.5 * (double)side->model->dim;
    if (isfinite(run->lambda))
        top = fmax(top, run->lambda);
    high = fmin(high, RUN_OFF * top);
    low = fmax(low, -RUN_OFF * top);
    double margin = fmax(0.08 * (high - low), 0.02);
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area,
                         say(arena, "%sλ by SGLD, mean of %zu chains so far, n = %s",
                             llc_prefix(side, arena), run->n_chains, say_number(arena, run->n, 4)),
                         say(arena, "%sλ by SGLD", llc_prefix(side, arena)), "λ by SGLD"),
        .note = llc_note(side, run, area, arena),
        .x = {.label = "draws", .unit = "", .low = 1, .high = last, .scale = SCALE_LOG10},
        .y = {.label = "estimate", .unit = "", .low = low - margin, .high = high + margin},
        .curves = list.items,
        .n_curves = list.count,
    };
}

const struct view view_llc = {
    .name = "llc",
    .title = "Local learning coefficient",
    .help =
        "The usual estimate of λ for networks: chains of noisy gradient steps about a point, and "
        "n β times how far their loss lies above its own. It has settled when the line is flat; "
        "what it should settle at is the dotted line, not λ.",
    .topic = TOPIC_ESTIMATORS,
    .min_width = 28,
    .min_height = 6,
    .weight = 4,
    .needs = SESSION_RLCT | SESSION_ESTIMATES,
    .applies = llc_applies,
    .build = llc_build,
};
