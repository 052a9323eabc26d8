/* Diagnosis: whether an estimate by SGLD can be trusted, in words and numbers. */
#include "cusp/view.h"

#include <math.h>

#include "../view_llc.h"
#include "../view_text.h"
#include "../views.h"

static void add(struct line_list *list, int width, enum role role, const char *text)
{
    line_list_wrap(list, text, width, role);
}

static double farthest(const struct sgld_run *run)
{
    double most = 0;
    for (size_t i = 0; i < run->n_chains * run->n_draws; i++)
        most = isfinite(run->distance[i]) ? fmax(most, run->distance[i]) : most;
    return most;
}

static void add_numbers(struct line_list *list, const struct side *side, const struct sgld_run *run,
                        int width)
{
    struct arena *arena = list->arena;
    add(list, width, ROLE_PLAIN,
        say(arena, "estimate %s from %zu chains of %zu draws, β = %s",
            run->n_broken == run->n_chains ? "none" : say_mean(arena, run->lambda, run->error),
            run->n_chains, run->n_draws, say_number(arena, run->beta, 3)));
    if (side->llc->target.standing != UNKNOWN)
        add(list, width, ROLE_PLAIN,
            say(arena, "it should be %s at n = %s, by integration",
                say_number(arena, side->llc->target.value, 4), say_number(arena, run->n, 4)));
    add(list, width, ROLE_PLAIN,
        say(arena,
            "R-hat = %.3f, acceptance %s, below L(w*): %s, farthest from w*: %s, broken: %zu",
            run->rhat, say_percent(arena, run->acceptance), say_percent(arena, run->below),
            say_number(arena, farthest(run), 3), run->n_broken));
}

static void diagnosis_build(const struct snapshot *snapshot, size_t side_index,
                            const struct area *area, struct arena *arena, struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    const struct sgld_run *run = llc_run(snapshot, side_index, "Diagnosis", area, arena, out);
    if (run == NULL)
        return;
    struct line_list list = {.arena = arena};
    int width = say_room(area);
    const char *caution = side->llc->caution;
    if (side->failure != NULL)
        add(&list, width, ROLE_SINGULAR,
            side->mended ? say(arena, "Mended: %s", side->failure->mend) : side->failure->shows);
    add(&list, width, caution[0] != '\0' ? ROLE_WARNING : ROLE_GOOD,
        caution[0] != '\0' ? caution : "Nothing looks wrong with this run.");
    if (side->failure != NULL && !side->mended)
        add(&list, width, ROLE_GOOD, say(arena, "What to do: %s", side->failure->mend));
    add_numbers(&list, side, run, width);
    const char *of = side->llc->target_text;
    if (side->failure != NULL)
        add(&list, width, ROLE_DIM,
            side->mended ? "F shows the fault again; `:failure off` leaves the preset."
                         : "F puts it right; `:failure off` leaves the preset.");
    else
        add(&list, width, ROLE_DIM,
            "Press f, then enter, for a list of presets of what goes wrong.");
    if (side->llc->target.standing != UNKNOWN && of != NULL && of[0] != '\0')
        add(&list, width, ROLE_DIM, say(arena, "What is estimated: %s", of));
    *out = (struct figure){
        .kind = FIGURE_TEXT,
        .title = SAY_FIT(arena, area,
                         side->failure != NULL ? say(arena, "%sdiagnosis", llc_prefix(side, arena))
                                               : "Diagnosis of λ by SGLD",
                         "Diagnosis"),
        .note = "",
        .lines = list.items,
        .n_lines = list.count,
    };
}

const struct view view_diagnosis = {
    .name = "diagnosis",
    .title = "Diagnosis",
    .help =
        "Whether the estimate of λ by SGLD can be trusted: what its chains did, what that means, "
        "and what to change. Presets of each fault are opened by the command failure.",
    .topic = TOPIC_ESTIMATORS,
    .min_width = 28,
    .min_height = 5,
    .weight = 2,
    .needs = SESSION_RLCT | SESSION_ESTIMATES,
    .applies = llc_applies,
    .build = diagnosis_build,
};
