/* The evidence at any n from a finished integral. */
#include "cusp/integral.h"

#include <math.h>

#include "integral_private.h"

#include "cusp/mem.h"

void integral_free(struct integral *integral)
{
    if (integral == NULL)
        return;
    outer_set_done(&integral->set, &integral->engine);
    line_done(&integral->line);
    line_done(&integral->halved);
    line_maker_done(&integral->engine.maker);
    mem_free(integral->engine.floor);
    mem_free(integral->engine.seeds[0]);
    mem_free(integral->engine.seeds[1]);
    for (size_t i = 0; i < INTEGRAL_MAX_DIM; i++) {
        mem_free(integral->edges[i]);
        mem_free(integral->collected.plane[i]);
    }
    mem_free(integral->collected.states);
    mem_free(integral->engine.factors);
    mem_free(integral->collected.region_least);
    mem_free(integral->region_least);
    mem_free(integral->leaves);
    model_unref(integral->held);
    mem_free(integral);
}

double integral_check_error(const struct integral *integral, double n, bool with_gap)
{
    const struct engine *engine = &integral->engine;
    const struct outer_set *set = &integral->set;
    double worst = 0;
    for (size_t i = 0; i < engine->wanted.count; i++) {
        bool beside = (i + 1 == engine->wanted.count || integral->checks[i + 1] >= n) &&
                      (i == 0 || integral->checks[i - 1] <= n);
        double error = outer_error(set, i) - (with_gap ? 0 : set->gap[i]);
        if (beside && set->sum[i] > 0)
            worst = greater(worst, error / set->sum[i]);
    }
    return worst;
}

/* Masses of a line's panels at n, those of one region or of all; K measured from `least` above
 * kl_ref. */
static double leaf_sum(struct line_maker *maker, const struct line *line, double n, int region,
                       double least, double *sum_k)
{
    if (region < 0 && least == 0)
        return line_masses(maker, line, n, NULL, sum_k);
    double total = 0;
    for (size_t i = 0; i < line->n_panels; i++) {
        const struct panel *p = &line->panels[i];
        if ((region >= 0 && !(p->regions >> region & 1U)) ||
            n * (p->k_low - least) > maker->negligible)
            continue;
        for (size_t j = p->first; j < p->first + p->order; j++) {
            double term = line->weight[j] * exp(-n * (line->k[j] - least));
            total += term;
            if (sum_k != NULL && term > 0)
                *sum_k += term * line->k[j];
        }
    }
    return total;
}

/* The same by the densities of states of the outer panels; *gap_k is of sum_k. */
static double states_total(const struct integral *integral, double n, double *gap, double *sum_k,
                           double *gap_k)
{
    struct states_factors *factors = mem_new(2, sizeof *factors);
    double total = 0;
    states_factors_make(n, 0, &factors[0]);
    states_factors_make(n, 1, &factors[1]);
    *gap = 0;
    for (size_t i = 0; i < integral->set.n_panels; i++) {
        const struct states *states = integral->set.panels[i]->states;
        double kronrod = states_sum(&states[0], &factors[0], 0);
        total += kronrod;
        *gap +=
            fabs(kronrod - states_sum(&states[1], &factors[0], 0)) + states_bound(&states[0], n);
        if (sum_k == NULL)
            continue;
        double with_k = states_sum(&states[0], &factors[1], 1);
        *sum_k += with_k;
        *gap_k += fabs(with_k - states_sum(&states[1], &factors[1], 1));
    }
    mem_free(factors);
    return total;
}

double integral_sum(const struct integral *integral, struct line_maker *maker, double n, int region,
                    double least, double *gap, double *sum_k, double *gap_k)
{
    if (!integral->engine.direct && region < 0 && least == 0)
        return states_total(integral, n, gap, sum_k, gap_k);
    double total = 0, with_k = 0, kronrod = 0, gauss = 0, kronrod_k = 0, gauss_k = 0;
    *gap = 0;
    for (size_t l = 0; l < integral->n_leaves; l++) {
        const struct leaf *leaf = &integral->leaves[l];
        double k_sum = 0;
        double value = leaf_sum(maker, leaf->line, n, region, least, sum_k != NULL ? &k_sum : NULL);
        kronrod += leaf->kronrod * value;
        gauss += leaf->gauss * value;
        kronrod_k += leaf->kronrod * k_sum;
        gauss_k += leaf->gauss * k_sum;
        if (l + 1 == integral->n_leaves || integral->leaves[l + 1].at[0] != leaf->at[0]) {
            total += kronrod;
            with_k += kronrod_k;
            *gap += fabs(kronrod - gauss);
            if (gap_k != NULL)
                *gap_k += fabs(kronrod_k - gauss_k);
            kronrod = gauss = kronrod_k = gauss_k = 0;
        }
    }
    if (sum_k != NULL)
        *sum_k += with_k;
    return total;
}

/* Relative error of a line's own sum at n: against the halved panels, and the rounding of K.
 *gap_k: likewise, absolute, of its sum with K. */
static double line_error(const struct integral *integral, struct line_maker *maker, double n,
                         double sum, double sum_k, double *gap_k)
{
    double again_k = 0, again = line_masses(maker, &integral->halved, n, NULL, &again_k);
    double rounding = n * line_rounding(maker, &integral->halved, n);
    *gap_k = 2 * fabs(again_k - sum_k);
    return (2 * fabs(again - sum) + integral->unresolved) / sum + lesser(rounding, 1e6);
}

static struct evidence evidence_at(const struct integral *integral, struct line_maker *maker,
                                   double n)
{
    double gap = 0, sum_k = 0, gap_k = 0, sum, relative;
    if (integral->dim == 3) {
        struct states_factors *factors = mem_new(2, sizeof *factors);
        states_factors_make(n, 0, &factors[0]);
        states_factors_make(n, 1, &factors[1]);
        sum = states_sum(integral->collected.states, &factors[0], 0);
        sum_k = states_sum(integral->collected.states, &factors[1], 1);
        mem_free(factors);
        relative = 1.5 * integral_check_error(integral, n, true) +
                   states_bound(integral->collected.states, n) / sum;
    } else {
        sum = integral_sum(integral, maker, n, -1, 0, &gap, &sum_k, &gap_k);
        relative = integral->dim == 1 ? line_error(integral, maker, n, sum, sum_k, &gap_k)
                                      : gap / sum + integral_check_error(integral, n, false);
    }
    double kl_ref = maker->rule.kl_ref;
    struct evidence row = {.n = n};
    row.log_z = log(sum) - n * kl_ref - integral->log_norm;
    row.free_energy = -row.log_z;
    row.mean_nk = n * (sum_k / sum + kl_ref);
    /* the sum itself is rounded, and so is the logarithm */
    row.error = -log1p(-lesser(relative, 0.999999)) + integral->log_norm_error + 4e-15 +
                4.5e-16 * (fabs(row.log_z) + n * fabs(kl_ref));
    /* the same errors differentiated by log n: what moves the sum at n moves its slope by a few
     * times as much */
    row.mean_nk_error = n * gap_k / sum + 8 * (relative + 4e-15) * greater(1, n * sum_k / sum) +
                        4.5e-16 * fabs(row.mean_nk);
    return row;
}

enum status integral_evidence(const struct integral *integral, const double *n, size_t count,
                              struct evidence *rows)
{
    for (size_t i = 0; i < count; i++)
        if (!(n[i] >= integral->n_min * (1 - 1e-12) && n[i] <= integral->n_max * (1 + 1e-12)))
            return ST_DOMAIN;
    struct line_maker maker = line_maker_fork(&integral->engine.maker);
    enum status status = ST_OK;
    for (size_t i = 0; i < count; i++) {
        rows[i] = evidence_at(integral, &maker, n[i]);
        if (!isfinite(rows[i].log_z))
            status = ST_DOMAIN;
    }
    line_maker_join(&maker);
    return status;
}

size_t integral_n_nodes(const struct integral *integral)
{
    size_t n = 0;
    for (size_t l = 0; l < integral->n_leaves; l++)
        n += integral->leaves[l].line != NULL ? integral->leaves[l].line->n_nodes : 0;
    return n;
}
