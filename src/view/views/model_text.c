/* Model: what it is in words: formula, what it shows, where it comes from, what is claimed of it.
 */
#include "cusp/view.h"

#include <math.h>

#include "../view_run.h"
#include "../view_exact.h"
#include "../view_text.h"
#include "../view_theory.h"
#include "../views.h"
#include "cusp/likelihood.h"

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

/* So many parameters of one range are said on one line. */
enum { PARAMS_TOGETHER = 3 };

/* The truth, how K was had, and the data. */
static void add_likelihood(struct line_list *lines, const struct snapshot *snapshot, size_t side,
                           int width)
{
    const struct likelihood *l = snapshot->sides[side].model->likelihood;
    struct arena *arena = lines->arena;
    if (l == NULL)
        return;
    if (l->truth_formula != NULL && l->truth_formula[0] != '\0')
        line_list_wrap(lines, say(arena, "truth: %s", l->truth_formula), width, ROLE_PLAIN);
    if (!l->has_truth)
        line_list_wrap(lines,
                       "K and W0 are unknown: what stands for K is L_N − min L_N of the data",
                       width, ROLE_WARNING);
    else if (l->in_model_unknown)
        line_list_wrap(lines,
                       say(arena, "no true parameter was found: the least K is %s",
                           say_number(arena, snapshot->sides[side].model->kl_min, 3)),
                       width, ROLE_WARNING);
    if (l->has_truth && l->kl_how != NULL && l->kl_how[0] != '\0')
        line_list_wrap(
            lines,
            say(arena, "K by %s, relative error %s", l->kl_how, say_number(arena, l->kl_error, 1)),
            width, ROLE_DIM);
    if (isfinite(l->truth_entropy))
        line_list_wrap(lines,
                       say(arena, "entropy of the truth: S = %s nats an observation",
                           say_number(arena, l->truth_entropy, 4)),
                       width, ROLE_DIM);
    line_list_wrap(lines, say(arena, "data: %s", say_at(snapshot, side, snapshot->state.n, arena)),
                   width, ROLE_DIM);
}

static void add_numbers(struct line_list *lines, const struct model *model, int width)
{
    struct arena *arena = lines->arena;
    for (size_t i = 0; i < model->dim; i++) {
        const struct model_param *p = &model->params[i];
        /* A vector of parameters with one range is one line. */
        size_t last = i;
        while (last + 1 < model->dim && model->params[last + 1].low == p->low &&
               model->params[last + 1].high == p->high)
            last++;
        if (last >= i + PARAMS_TOGETHER) {
            line_list_wrap(lines,
                           say(arena, "%zu parameters %s to %s in [%s, %s]", last - i + 1, p->name,
                               model->params[last].name, say_number(arena, p->low, 4),
                               say_number(arena, p->high, 4)),
                           width, ROLE_PLAIN);
            i = last;
            continue;
        }
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
    line_list_wrap(lines,
                   model->log_prior == NULL ? "prior: uniform on the box"
                                            : "prior: as the model's text says",
                   width, ROLE_DIM);
}

/* What was proved, beside what the file says. */
static void add_computed(struct line_list *lines, const struct side *side, int width)
{
    const char *lambda = say_lambda(side->rlct, lines->arena);
    if (lambda[0] == '\0')
        return;
    const char *method = not_null(side->rlct->method);
    line_list_wrap(lines,
                   say(lines->arena, "proved: %s%s", lambda,
                       method[0] != '\0' ? say(lines->arena, " (%s)", method) : ""),
                   width, ROLE_PLAIN);
}

static void model_build_view(const struct snapshot *snapshot, size_t side_index,
                             const struct area *area, struct arena *arena, struct figure *out)
{
    const struct model *model = snapshot->sides[side_index].model;
    struct claim claim = claim_of(&snapshot->sides[side_index], arena);
    struct line_list lines = {.arena = arena};
    int width = say_room(area);
    line_list_wrap(&lines, model->formula, width, side_index == 0 ? ROLE_SINGULAR : ROLE_REGULAR);
    add_likelihood(&lines, snapshot, side_index, width);
    if (model->about[0] != '\0')
        line_list_wrap(&lines, model->about, width, ROLE_PLAIN);
    add_expectations(&lines, model, width);
    add_computed(&lines, &snapshot->sides[side_index], width);
    add_numbers(&lines, model, width);
    if (model->cite[0] != '\0')
        line_list_wrap(&lines, say(arena, "from: %s", model->cite), width, ROLE_DIM);
    const char *note = say(arena, "%zu parameter%s", model->dim, model->dim == 1 ? "" : "s");
    const char *longer = say(arena, "%s; a regular model of as many pays %s log n", note,
                             say_half(arena, model->dim));
    const char *brief = note;
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
    .needs = SESSION_RLCT,
    .min_width = 20,
    .min_height = 5,
    .weight = 3,
    .applies = model_applies,
    .build = model_build_view,
};
