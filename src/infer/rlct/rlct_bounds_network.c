/* Smooth pieces of W0 of a network whose units can play the truth's part. */
#include <math.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "cusp/network.h"
#include "cusp/syntax.h"
#include "rlct_bounds.h"

enum { MOST_UNITS = 6, MOST_ARRANGEMENTS = 4096 };
#define MARGIN 1e-6 /* of a side: what counts as inside the box */

/* One way to be true: unit i plays the truth's of[i]; n_units of the truth: it is off, q = 0; one
   more: it is dead on all inputs. */
struct trial {
    const struct model *model;
    const struct network *network, *truth;
    size_t of[MOST_UNITS];
    double *at;
    bool taken[SYNTAX_MAX_PARAMS], bounded, local;
    size_t dimension;
};

/* Moments of all orders exist for every distribution of the language; bounded are those with a
   range of their own. */
static bool inputs_bounded(const struct model *model)
{
    struct diags diags;
    struct syntax *syntax = NULL;
    diags_init(&diags);
    bool bounded = syntax_parse("model", model->text, strlen(model->text), model->settings,
                                model->n_settings, &diags, &syntax) == ST_OK;
    for (size_t i = 0; bounded && i < syntax->n_inputs; i++) {
        const struct distribution_expr *law = syntax->inputs[i].distribution;
        bounded = law && strcmp(law->name, "uniform") == 0;
    }
    syntax_free(syntax);
    diags_done(&diags);
    return bounded;
}

static bool is_free(const struct network_coefficient *c)
{
    return c->kind == VALUE_PARAM;
}

/* The coefficient shall be `value`: it is, or its parameter can be, inside the box; each parameter
   once. At a point asked for it must be there already. */
static bool set(struct trial *trial, const struct network_coefficient *c, double value)
{
    if (!is_free(c))
        return c->number == value;
    if (trial->taken[c->param] || c->number == 0)
        return false;
    trial->taken[c->param] = true;
    const struct model_param *param = &trial->model->params[c->param];
    double w = value / c->number, margin = MARGIN * (param->high - param->low);
    if (trial->local)
        return trial->at[c->param] == w;
    trial->at[c->param] = w;
    return w > param->low + margin && w < param->high - margin;
}

/* It may be anything: a dimension more if it is a parameter. */
static bool let_be(struct trial *trial, const struct network_coefficient *c)
{
    if (!is_free(c))
        return true;
    if (trial->taken[c->param] || c->number == 0)
        return false;
    trial->taken[c->param] = true;
    trial->dimension++;
    const struct model_param *param = &trial->model->params[c->param];
    if (trial->local)
        return true;
    double inside = 0.05 * (param->high - param->low);
    trial->at[c->param] = fmin(fmax(0, param->low + inside), param->high - inside);
    return true;
}

static bool switch_off(struct trial *trial, const struct network_unit *unit)
{
    bool fine = set(trial, &unit->q, 0) && let_be(trial, &unit->b);
    for (size_t j = 0; j < trial->network->n_inputs && fine; j++)
        fine = let_be(trial, &unit->w[j]);
    return fine;
}

static double value_of(const struct trial *trial, const struct network_coefficient *c)
{
    return is_free(c) ? c->number * trial->at[c->param] : c->number;
}

/* relu of what is below 0 for all inputs: an open set on which K does not depend on the unit. */
static bool let_die(struct trial *trial, const struct network_unit *unit)
{
    const struct likelihood *likelihood = trial->model->likelihood;
    if (trial->network->act != OP_RELU || !trial->bounded)
        return false;
    bool fine = let_be(trial, &unit->q) && let_be(trial, &unit->b);
    for (size_t j = 0; j < trial->network->n_inputs && fine; j++)
        fine = let_be(trial, &unit->w[j]);
    if (fine && !trial->local && is_free(&unit->b)) {
        const struct model_param *b = &trial->model->params[unit->b.param];
        double inside = 0.05 * (b->high - b->low);
        trial->at[unit->b.param] = unit->b.number > 0 ? b->low + inside : b->high - inside;
    }
    double most = fine ? value_of(trial, &unit->b) : 1;
    for (size_t j = 0; j < trial->network->n_inputs && fine; j++) {
        double w = value_of(trial, &unit->w[j]);
        most += fmax(w * likelihood->input_low[j], w * likelihood->input_high[j]);
    }
    return fine && most < -MARGIN;
}

static bool is_homogeneous(enum op act)
{
    return act == OP_RELU || act == OP_LEAKY_RELU;
}

/* Of relu: (w, b, q) may become (t w, t b, q / t). */
static bool can_scale(const struct trial *trial, const struct network_unit *unit)
{
    bool scales = is_homogeneous(trial->network->act) && is_free(&unit->q) &&
                  (is_free(&unit->b) || unit->b.number == 0);
    for (size_t j = 0; j < trial->network->n_inputs && scales; j++)
        scales = is_free(&unit->w[j]) || unit->w[j].number == 0;
    return scales;
}

/* The units that share unit t of the truth: their q add up to its own. */
static bool share(struct trial *trial, size_t t)
{
    const struct network_unit *part = &trial->truth->units[t];
    size_t n = 0, n_free = 0;
    double sum = 0;
    bool fine = part->q.number != 0;
    for (size_t i = 0; i < trial->network->n_units; i++)
        n += trial->of[i] == t;
    for (size_t i = 0; i < trial->network->n_units && fine; i++) {
        const struct network_unit *unit = &trial->network->units[i];
        if (trial->of[i] != t)
            continue;
        fine = set(trial, &unit->b, part->b.number);
        for (size_t j = 0; j < trial->network->n_inputs && fine; j++)
            fine = set(trial, &unit->w[j], part->w[j].number);
        if (fine && trial->local && is_free(&unit->q))
            fine = set(trial, &unit->q, value_of(trial, &unit->q));
        else if (fine)
            fine = set(trial, &unit->q, part->q.number / (double)n);
        double q = fine ? value_of(trial, &unit->q) : 0;
        fine = fine && q != 0;
        sum += q;
        n_free += is_free(&unit->q);
        trial->dimension += fine && can_scale(trial, unit);
    }
    trial->dimension += n_free > 0 ? n_free - 1 : 0;
    return fine && n > 0 && fabs(sum - part->q.number) <= 1e-14 * fabs(part->q.number);
}

static bool try_it(struct trial *trial)
{
    memset(trial->taken, 0, sizeof trial->taken);
    trial->dimension = 0;
    bool fine = set(trial, &trial->network->c, trial->truth->c.number);
    for (size_t i = 0; i < trial->network->n_units && fine; i++) {
        const struct network_unit *unit = &trial->network->units[i];
        if (trial->of[i] == trial->truth->n_units)
            fine = switch_off(trial, unit);
        else if (trial->of[i] > trial->truth->n_units)
            fine = let_die(trial, unit);
    }
    for (size_t t = 0; t < trial->truth->n_units && fine; t++)
        fine = share(trial, t);
    return fine;
}

/* K by quadrature agrees: the noise is the truth's too. */
static bool is_zero(const struct model *model, const double *at)
{
    struct program_space *space = program_space_new();
    double kl = NAN;
    program_point(model->kl, space, at, &kl);
    program_space_free(space);
    return isfinite(kl) && fabs(kl) <= fmax(model->kl_tolerance, 1e-12 * model->kl_scale);
}

static const char *words(struct rlct_work *work, const struct trial *trial)
{
    size_t n_off = 0, n_dead = 0, n_shared = 0, n_scaled = 0;
    for (size_t i = 0; i < trial->network->n_units; i++) {
        n_off += trial->of[i] == trial->truth->n_units;
        n_dead += trial->of[i] > trial->truth->n_units;
        for (size_t k = 0; k < i; k++)
            n_shared += trial->of[i] == trial->of[k] && trial->of[i] < trial->truth->n_units;
        n_scaled +=
            trial->of[i] < trial->truth->n_units && can_scale(trial, &trial->network->units[i]);
    }
    struct text text;
    text_init(&text);
    text_add(&text, "the units can play the truth's part, so that K = 0");
    if (n_off)
        text_addf(&text, "; %zu with q = 0, whose inner weights are then free", n_off);
    if (n_dead)
        text_addf(&text, "; %zu dead on all inputs, whose weights are then free", n_dead);
    if (n_shared)
        text_add(&text, "; some share a part, so that their q may be divided at will");
    if (n_scaled)
        text_addf(&text, "; in %zu the scale may pass from the inner weights to q", n_scaled);
    text_addf(
        &text,
        ". Together that is a smooth piece of W0 of dimension %zu of %zu. The mean is Lipschitz "
        "in the parameters, so that K is at most a constant times the squared distance from it",
        trial->dimension, trial->model->dim);
    const char *out = arena_text(work->arena, text_get(&text), text.length);
    text_done(&text);
    return out;
}

static bool next(struct trial *trial)
{
    size_t i = 0, last = trial->truth->n_units + 1;
    while (i < trial->network->n_units && trial->of[i] == last)
        trial->of[i++] = 0;
    if (i == trial->network->n_units)
        return false;
    trial->of[i]++;
    return true;
}

static void search(struct rlct_work *work, struct trial *trial, const double *at,
                   struct zero_piece *out, bool *found)
{
    const struct model *model = work->model;
    size_t made = 0;
    trial->bounded = inputs_bounded(model);
    trial->local = at != NULL;
    do {
        for (size_t i = 0; i < model->dim; i++)
            trial->at[i] = at ? at[i] : 0.5 * (model->params[i].low + model->params[i].high);
        if (!try_it(trial) || (*found && trial->dimension <= out->dimension) ||
            !is_zero(model, trial->at))
            continue;
        if (!*found)
            out->at = arena_new(work->arena, model->dim, sizeof *out->at);
        memcpy(out->at, trial->at, model->dim * sizeof *out->at);
        out->dimension = trial->dimension;
        out->order = 2;
        out->lies_at = true;
        out->why = words(work, trial);
        *found = true;
    } while (++made < MOST_ARRANGEMENTS && next(trial));
}

static bool has_law(const struct model *model)
{
    const struct likelihood *likelihood = model->likelihood;
    return likelihood && likelihood->has_truth &&
           (strcmp(likelihood->output_kind, "normal") == 0 ||
            strcmp(likelihood->output_kind, "bernoulli_logit") == 0);
}

bool rlct_network_piece(struct rlct_work *work, const double *at, struct zero_piece *out)
{
    struct network network, truth;
    bool found = false;
    if (!has_law(work->model) || !network_of(work->model, &network))
        return false;
    if (network_of_truth(work->model, &truth)) {
        struct trial trial = {.model = work->model,
                              .network = &network,
                              .truth = &truth,
                              .at = arena_new(work->arena, work->model->dim, sizeof *trial.at)};
        bool same = network.n_inputs == truth.n_inputs && network.n_units <= MOST_UNITS &&
                    (truth.n_units == 0 || network.act == truth.act);
        if (same)
            search(work, &trial, at, out, &found);
        network_done(&truth);
    }
    network_done(&network);
    return found;
}

bool rlct_network_shifts(struct rlct_work *work)
{
    struct network network;
    if (!work->model->likelihood || !work->model->likelihood->has_truth ||
        strcmp(work->model->likelihood->output_kind, "normal") != 0 ||
        !network_of(work->model, &network))
        return false;
    bool shifts = is_free(&network.c) && network.c.number != 0;
    for (size_t i = 0; i < network.n_units && shifts; i++) {
        const struct network_unit *unit = &network.units[i];
        shifts = !(is_free(&unit->q) && unit->q.param == network.c.param) &&
                 !(is_free(&unit->b) && unit->b.param == network.c.param);
        for (size_t j = 0; j < network.n_inputs && shifts; j++)
            shifts = !(is_free(&unit->w[j]) && unit->w[j].param == network.c.param);
    }
    network_done(&network);
    return shifts;
}
