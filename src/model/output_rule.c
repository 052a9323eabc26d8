/* Nodes of an output law: equal steps for mixtures of normals, else nodes of its own. */
#include "likelihood_parts.h"

#include <math.h>
#include <string.h>

#define STRETCH 8.5 /* standard deviations: beyond is 1e-17 of the mass */

bool rule_normal_stretch(const struct law *law, const double *flat, struct stretch *stretch)
{
    size_t used = law->n_args;
    if (law->n_parts == 0) {
        if (strcmp(law->kind->name, "normal") != 0)
            return false;
        stretch->low = fmin(stretch->low, flat[0] - STRETCH * flat[1]);
        stretch->high = fmax(stretch->high, flat[0] + STRETCH * flat[1]);
        stretch->sd = fmin(stretch->sd, flat[1]);
        return true;
    }
    for (size_t i = 0; i < law->n_parts; i++) {
        if (!rule_normal_stretch(law->parts[i], flat + used, stretch))
            return false;
        used += law->parts[i]->n_flat;
    }
    return true;
}

size_t rule_equal_steps(const struct law *law, const double *flat, double low, double high,
                        size_t n, double *y, double *weight)
{
    double step = (high - low) / (double)n;
    for (size_t k = 0; k < n; k++) {
        y[k] = low + ((double)k + 0.5) * step;
        weight[k] = step * exp(law_log_density_at(law, flat, y[k]));
    }
    return n;
}

size_t rule_of_output(const struct law *law, const double *flat, double *y, double *weight)
{
    enum { LEVEL = 4 };
    const double step =
        0.2; /* of the least standard deviation: Poisson's formula, 1e-10 and less */
    struct stretch stretch = STRETCH_NONE;
    if (!law_discrete(law) && rule_normal_stretch(law, flat, &stretch)) {
        double n = ceil((stretch.high - stretch.low) / (step * stretch.sd));
        if (n < DISTRIBUTION_MAX_NODES)
            return rule_equal_steps(law, flat, stretch.low, stretch.high, (size_t)n, y, weight);
    }
    return law_nodes(law, flat, LEVEL, DISTRIBUTION_MAX_NODES, y, weight);
}
