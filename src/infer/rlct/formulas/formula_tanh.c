/* λ of tanh units at the zero function. */
#include "cusp/likelihood.h"
#include "cusp/network.h"
#include "../formulas.h"
#include "cusp/text.h"

#include <math.h>

/* Σ q_i tanh(w_i x), each coefficient a parameter of its own, none else. */
static bool is_plain(const struct model *model, const struct network *network)
{
    bool taken[SYNTAX_MAX_PARAMS] = {false};
    if (network->act != OP_TANH || network->n_inputs != 1 || network->n_units == 0)
        return false;
    if (network->c.kind != VALUE_NUMBER || network->c.number != 0)
        return false;
    if (2 * network->n_units != model->dim)
        return false;
    for (size_t i = 0; i < network->n_units; i++) {
        const struct network_unit *unit = &network->units[i];
        const struct network_coefficient *both[] = {&unit->q, &unit->w[0]};
        if (unit->b.kind != VALUE_NUMBER || unit->b.number != 0)
            return false;
        for (size_t k = 0; k < 2; k++) {
            if (both[k]->kind != VALUE_PARAM || both[k]->number == 0)
                return false;
            if (taken[both[k]->param])
                return false;
            taken[both[k]->param] = true;
        }
    }
    return true;
}

static bool truth_is_zero(const struct model *model)
{
    struct network truth;
    if (!network_of_truth(model, &truth))
        return false;
    bool zero = truth.c.kind == VALUE_NUMBER && truth.c.number == 0;
    for (size_t i = 0; i < truth.n_units; i++) {
        zero = zero && truth.units[i].q.kind == VALUE_NUMBER && truth.units[i].q.number == 0;
    }
    network_done(&truth);
    return zero;
}

/* The origin is inside, or it is the point asked for; the prior does not vanish there. */
static bool origin_counts(const struct model *model, const double *at)
{
    for (size_t i = 0; i < model->dim; i++) {
        if (at && at[i] != 0)
            return false;
        if (!(model->params[i].low < 0 && model->params[i].high > 0))
            return false;
    }
    return model->log_prior == NULL;
}

/* At least so many different sizes of inputs other than 0. By those, and Taylor's series, the ideal
   of Σ q tanh(w x) is that of Σ q w^(2k−1) for k up to the number of units: the matrix x^(2k−1) is
   Vandermonde's up to factors, and all higher sums are in the ideal with small coefficients. */
static bool inputs_differ(const struct model *model, size_t wanted)
{
    const struct likelihood *likelihood = model->likelihood;
    if (!likelihood || !likelihood->has_truth || likelihood->n_inputs != 1)
        return false;
    const struct rows *rows = &likelihood->population;
    double seen[SYNTAX_MAX_PARAMS];
    size_t n = 0;
    if (rows->n_columns == 0 || wanted > SYNTAX_MAX_PARAMS)
        return false;
    for (size_t r = 0; r < rows->n && n < wanted; r++) {
        double x = fabs(rows->column[0][r]);
        bool new = x > 0 && (!rows->weight || rows->weight[r] > 0);
        for (size_t k = 0; k < n && new; k++)
            new = seen[k] != x;
        if (new)
            seen[n++] = x;
    }
    return n == wanted;
}

static bool applies(const struct model *model, const double *at, struct rat *lambda,
                    long *multiplicity, struct text *why)
{
    struct network network;
    if (!origin_counts(model, at))
        return false;
    if (!network_of(model, &network))
        return false;
    long n_units = (long)network.n_units;
    bool fits =
        is_plain(model, &network) && truth_is_zero(model) && inputs_differ(model, network.n_units);
    network_done(&network);
    if (!fits)
        return false;
    long h = 0;
    while ((h + 1) * (h + 1) <= n_units)
        h++;
    long num = n_units + h * h + h, den = 4 * h + 2;
    for (long k = 2; k <= den; k++) {
        while (num % k == 0 && den % k == 0) {
            num /= k;
            den /= k;
        }
    }
    *lambda = (struct rat){num, den};
    *multiplicity = n_units == h * h ? 2 : 1;
    text_addf(why,
              "H = %ld units tanh with the zero function as truth: λ = (H + h² + h)/(4h + 2) with "
              "h = ⌊√H⌋ = %ld, and m = %ld because H %s h².",
              n_units, h, *multiplicity, *multiplicity == 2 ? "=" : "≠");
    return true;
}

const struct rlct_formula formula_tanh = {
    .name = "tanh",
    .title = "tanh units at the zero function",
    .source = "Aoyagi and Nagata 2012, Learning coefficient of generalization error in Bayesian "
              "estimation and Vandermonde matrix-type singularity, Neural Computation 24; Watanabe "
              "2009",
    .applies = applies,
};
