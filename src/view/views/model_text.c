/* Model: what it is in words: formula, what it shows, where it comes from, what is claimed of it.
 */
#include "cusp/view.h"

#include <math.h>

#include "../view_text.h"
#include "../view_theory.h"
#include "../views.h"

static bool model_applies(const struct snapshot *snapshot, size_t side)
{
    (void)snapshot;
    (void)side;
    return true;
}

static void add_expectations(struct line_list *lines, const struct model *model, int width)
{
    for (size_t i = 0; i < model->n_expects; i++) {
        const struct model_expect *e = &model->expects[i];
        if (e->rlct.den == 0)
            continue;
        const char *m = e->multiplicity > 0 ? say(lines->arena, ", m = %ld", e->multiplicity) : "";
        const char *at =
            e->has_at ? say(lines->arena, " at %s", say_point(lines->arena, model, e->at)) : "";
        line_list_wrap(
            lines, say(lines->arena, "claimed: λ = %s%s%s", say_rat(lines->arena, e->rlct), m, at),
            width, ROLE_PLAIN);
    }
}

static void add_numbers(struct line_list *lines, const struct model *model, int width)
{
    struct arena *arena = lines->arena;
    for (size_t i = 0; i < model->dim; i++) {
        const struct model_param *p = &model->params[i];
        line_list_wrap(lines,
                       say(arena, "parameter %s in [%s, %s]", p->name, say_number(arena, p->low, 4),
                           say_number(arena, p->high, 4)),
                       width, ROLE_PLAIN);
    }
    for (size_t i = 0; i < model->n_knobs; i++) {
        const struct model_knob *k = &model->knobs[i];
        line_list_wrap(lines,
                       say(arena, "knob %s = %s in [%s, %s]", k->name,
                           say_number(arena, k->value, 4), say_number(arena, k->low, 4),
                           say_number(arena, k->high, 4)),
                       width, ROLE_PLAIN);
    }
    for (size_t i = 0; i < model->n_regions; i++)
        line_list_wrap(lines, say(arena, "region \"%s\"", model->regions[i]), width, ROLE_PLAIN);
    if (model->log_prior == NULL)
        line_list_wrap(lines, "prior: uniform on the box", width, ROLE_DIM);
}

static void model_build_view(const struct snapshot *snapshot, size_t side_index,
                             const struct area *area, struct arena *arena, struct figure *out)
{
    const struct model *model = snapshot->sides[side_index].model;
    struct claim claim = claim_of(model, arena);
    struct line_list lines = {.arena = arena};
    int width = say_room(area);
    line_list_wrap(&lines, model->formula, width, side_index == 0 ? ROLE_SINGULAR : ROLE_REGULAR);
    if (model->about[0] != '\0')
        line_list_wrap(&lines, model->about, width, ROLE_PLAIN);
    add_expectations(&lines, model, width);
    add_numbers(&lines, model, width);
    if (model->cite[0] != '\0')
        line_list_wrap(&lines, say(arena, "from: %s", model->cite), width, ROLE_DIM);
    const char *note = say(arena, "%zu parameter%s", model->dim, model->dim == 1 ? "" : "s");
    const char *longer = note, *brief = note;
    if (claim.known) {
        longer =
            claim.is_regular
                ? say(arena, "regular: each tenfold n costs %.2f nats", claim.regular * log(10))
                : say(arena, "each tenfold n costs %.2f nats in the end; a regular model %.2f",
                      claim.rlct * log(10), claim.regular * log(10));
        brief = say(arena, "λ = %s, m = %ld", claim.lambda, claim.multiplicity);
        note = say(arena, "λ = %s, m = %ld, d/2 = %s", claim.lambda, claim.multiplicity,
                   say_half(arena, model->dim));
    }
    *out = (struct figure){
        .kind = FIGURE_TEXT,
        .title = SAY_FIT(arena, area, side_label(snapshot, side_index), model->name, "Model"),
        .note = SAY_FIT(arena, area, longer, note, brief),
        .lines = lines.items,
        .n_lines = lines.count,
    };
}

const struct view view_model = {
    .name = "model",
    .title = "Model",
    .help = "The model in words: its formula, what it shows, where it comes from, its parameters "
            "and what "
            "is claimed of its λ and m.",
    .min_width = 20,
    .min_height = 5,
    .weight = 3,
    .applies = model_applies,
    .build = model_build_view,
};
