/* The estimate by SGLD that several views look at. */
#include "view_llc.h"

#include "view_text.h"

bool llc_applies(const struct snapshot *snapshot, size_t side)
{
    if (side >= snapshot->n_sides)
        return false;
    const struct model *model = snapshot->sides[side].model;
    return model->likelihood == NULL || model->likelihood->has_truth;
}

const struct sgld_run *llc_run(const struct snapshot *snapshot, size_t side_index,
                               const char *title, const struct area *area, struct arena *arena,
                               struct figure *out)
{
    const struct side *side = &snapshot->sides[side_index];
    if (side->llc != NULL && side->llc->sgld != NULL && side->llc->sgld->n_draws > 0)
        return side->llc->sgld;
    struct side words = *side;
    if (side->llc != NULL && side->llc->lambda.name != NULL)
        words.why = say(arena, "%s says %s: it has no chains to look at", side->llc->lambda.name,
                        say_mean(arena, side->llc->lambda.value, side->llc->lambda.error));
    else if (side->llc_why != NULL && side->llc_why[0] != '\0')
        words.why = side->llc_why;
    figure_missing(&words, title, "chains of stochastic gradient Langevin dynamics", area, arena,
                   out);
    return NULL;
}

const char *llc_prefix(const struct side *side, struct arena *arena)
{
    if (side->failure == NULL)
        return "";
    return say(arena, "%s%s: ", side->failure->title, side->mended ? ", mended" : "");
}
