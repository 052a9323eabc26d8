/* Losses: what each chain of SGLD saw, against the loss at the point it began from. */
#include "cusp/view.h"

#include <math.h>

#include "../view_curves.h"
#include "../view_llc.h"
#include "../view_text.h"
#include "../views.h"

enum { LOSS_POINTS = 300, LOSS_CHAINS = 4 };

static void losses_build(const struct snapshot *snapshot, size_t side_index,
                         const struct area *area, struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct sgld_run *run = llc_run(snapshot, side_index, "Loss trace", area, arena, out);
    if (run == NULL)
        return;
    static const enum role roles[LOSS_CHAINS] = {ROLE_CLASS_1, ROLE_CLASS_2, ROLE_CLASS_3,
                                                 ROLE_CLASS_4};
    struct curve_list list = {.arena = arena};
    double low = run->reference, high = run->reference, last = fmax((double)run->n_draws, 2);
    size_t n = run->n_draws < LOSS_POINTS ? run->n_draws : LOSS_POINTS;
    for (size_t chain = 0; chain < run->n_chains && chain < LOSS_CHAINS; chain++) {
        double *x, *y;
        struct curve *curve = curve_list_line(&list, n, &x, &y);
        for (size_t i = 0; i < n; i++) {
            size_t draw = i * run->n_draws / n;
            x[i] = (double)(draw + 1);
            y[i] = run->loss[chain * run->n_draws + draw];
            y[i] = isfinite(y[i]) ? y[i] : NAN;
            low = fmin(low, y[i]);
            high = fmax(high, y[i]);
        }
        curve->role = roles[chain];
    }
    struct curve *reference = curve_list_level(&list, 1, last, run->reference);
    reference->role = ROLE_HERE;
    reference->style = LINE_DASHED;
    reference->name = say(arena, "L(w*) = %s", say_number(arena, run->reference, 4));
    double margin = fmax(0.06 * (high - low), 1e-12 + 1e-6 * fabs(high));
    const char *below = say_percent(arena, run->below);
    *out = (struct figure){
        .kind = FIGURE_PLOT,
        .title = SAY_FIT(arena, area,
                         side->failure != NULL
                             ? say(arena, "%sloss of each chain", llc_prefix(side, arena))
                             : "Loss of each chain, draw by draw",
                         "Loss of each chain", "Losses"),
        .note =
            SAY_FIT(arena, area,
                    run->n_broken > 0
                        ? say(arena, "%zu of %zu chains ran off to infinity; their lines end there",
                              run->n_broken, run->n_chains)
                        : say(arena, "%s of the draws lie below L(w*)%s", below,
                              run->below > 0.05
                                  ? ": w* is not the bottom of its valley, or the loss is noisy"
                                  : ": w* is the bottom of its valley"),
                    run->n_broken > 0
                        ? say(arena, "%zu of %zu chains ran off", run->n_broken, run->n_chains)
                        : "",
                    say(arena, "%s of draws below L(w*)", below), say(arena, "%s below", below)),
        .x = {.label = "draws", .unit = "", .low = 1, .high = last},
        .y = {.label = "loss", .unit = "nats", .low = low - margin, .high = high + margin},
        .curves = list.items,
        .n_curves = list.count,
    };
}

const struct view view_losses = {
    .name = "losses",
    .title = "Loss trace",
    .help =
        "The loss each chain of the estimate by SGLD saw, draw by draw, and that at w*. A chain "
        "that jumps away has too large a step; one that falls below L(w*) did not begin at the "
        "bottom.",
    .topic = TOPIC_ESTIMATORS,
    .min_width = 28,
    .min_height = 6,
    .weight = 3,
    .needs = SESSION_RLCT | SESSION_ESTIMATES,
    .applies = llc_applies,
    .build = losses_build,
};
