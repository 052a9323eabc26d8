/* Posterior mass and local free energy of each region. */
#include <math.h>

#include "integral_private.h"

#include "cusp/mem.h"

/* log ∫ e^(−n (K − kl_ref)) φ̃ over a region (−1: the whole box), with its error. */
static double log_sum(const struct integral *integral, struct line_maker *maker, double n,
                      int region, double least, double *error)
{
    double gap = 0, sum;
    if (integral->dim == 3) {
        struct states_factors *factors = mem_new(1, sizeof *factors);
        states_factors_make(n, 0, factors);
        sum = states_sum(integral->collected.states + region + 1, factors, 0);
        mem_free(factors);
        *error = 1.5 * integral_check_error(integral, n, true) + 1e-6;
        return log(sum);
    }
    sum = integral_sum(integral, maker, n, region, least, &gap, NULL, NULL);
    if (integral->dim == 1) {
        struct leaf halved = {.line = &integral->halved, .kronrod = 1, .gauss = 1};
        struct integral again = *integral;
        double unused;
        again.leaves = &halved;
        double other = integral_sum(&again, maker, n, region, least, &unused, NULL, NULL);
        gap = 2 * fabs(other - sum);
    }
    *error = sum > 0 ? gap / sum + integral->log_norm_error + 1e-12 : INFINITY;
    return log(sum) - n * least;
}

enum status integral_regions(const struct integral *integral, double n, double *mass,
                             double *free_energy, double *error)
{
    const struct model *model = integral->model;
    if (!(n >= integral->n_min && n <= integral->n_max))
        return ST_DOMAIN;
    struct line_maker maker = line_maker_fork(&integral->engine.maker);
    double whole_error;
    double whole = log_sum(integral, &maker, n, -1, 0, &whole_error);
    for (size_t r = 0; r < model->n_regions; r++) {
        double least = integral->region_least[r];
        if (!isfinite(least)) { /* nothing of the box lies in it */
            mass[r] = 0;
            free_energy[r] = INFINITY;
            error[r] = 0;
            continue;
        }
        double value = log_sum(integral, &maker, n, (int)r, least, &error[r]);
        mass[r] = exp(value - whole);
        free_energy[r] = -(value - n * maker.rule.kl_ref - integral->log_norm);
        error[r] += whole_error;
    }
    line_maker_join(&maker);
    return ST_OK;
}
