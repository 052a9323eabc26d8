/* The table of distributions, and what counts of all kinds have in common. */
#include "distribution_parts.h"

#include <math.h>
#include <string.h>

const struct distribution *const distributions[] = {
#define DISTRIBUTION(id, min, max, is_discrete, usage_text, help_text) &id##_distribution,
#include "cusp/distributions.def"
#undef DISTRIBUTION
    NULL,
};

const struct distribution *distribution_named(const char *name)
{
    for (size_t i = 0; distributions[i] != NULL; i++)
        if (strcmp(distributions[i]->name, name) == 0)
            return distributions[i];
    return NULL;
}

uint32_t distribution_log_density(const struct distribution *kind, struct dag *dag, uint32_t y,
                                  const uint32_t *args, size_t n_args)
{
    uint32_t core = kind->core(dag, y, args, n_args);
    return kind->inside == NULL ? core : term_within(dag, kind->inside(dag, y, args, n_args), core);
}

size_t distribution_rule_size(int level, size_t most, size_t max)
{
    enum { FIRST = 4, LEVELS = 20 };
    if (level < 0 || level > LEVELS)
        return 0;
    size_t n = (size_t)FIRST << level;
    return n <= most && n <= max ? n : 0;
}

/* The last double that has a neighbour at distance 1. */
#define LARGEST_COUNT 0x1p53
/* With a variance above this, Cornish and Fisher's first two terms are right to 1e-4 of a count. */
#define SMOOTH_VARIANCE 1e8

/* Below this share of the mode's, terms of a falling sequence sum up to less than 1e-17. */
#define NEGLIGIBLE 1e-20

size_t distribution_count_nodes(const struct distribution *kind, const double *values,
                                size_t n_args, double mode, double most, size_t max, double *y,
                                double *weight)
{
    double peak = kind->log_density_at(values, n_args, mode), least = peak + log(NEGLIGIBLE);
    double low = mode, high = mode;
    if (!(mode <= LARGEST_COUNT) || !isfinite(peak))
        return 0;
    while (low > 0 && mode - low <= (double)max &&
           kind->log_density_at(values, n_args, low - 1) > least)
        low--;
    while (high < most && high - low <= (double)max &&
           kind->log_density_at(values, n_args, high + 1) > least)
        high++;
    if (high - low + 1 > (double)max)
        return 0;
    size_t n = 0;
    for (double k = low; k <= high; k++) {
        y[n] = k;
        weight[n++] = exp(kind->log_density_at(values, n_args, k));
    }
    return n;
}

double distribution_count_inverse(const struct distribution *kind, const double *values,
                                  size_t n_args, double mode, double most, double u,
                                  double (*up)(const double *values, double k))
{
    double peak = exp(kind->log_density_at(values, n_args, mode)), p = peak, below = 0;
    /* P(Y ≤ mode), smallest terms last: each is a fixed share of the one before, so rounding is
       that of the sum. */
    for (double k = mode; p > peak * NEGLIGIBLE; k--) {
        below += p;
        if (k <= 0)
            break;
        p /= up(values, k - 1);
    }
    double k = mode, at = below;
    p = peak;
    if (u <= below) {
        while (k > 0 && at - p >= u) {
            at -= p;
            p /= up(values, k - 1);
            k--;
        }
        return k;
    }
    while (k < most && at < u && p > peak * NEGLIGIBLE) {
        p *= up(values, k);
        at += p;
        k++;
    }
    return k;
}

size_t distribution_binary_nodes(double no, double yes, size_t max, double *y, double *weight)
{
    const double p[] = {no, yes};
    size_t n = 0;
    if (max < (size_t)(no > 0) + (yes > 0))
        return 0;
    for (size_t k = 0; k < 2; k++) {
        if (p[k] > 0) {
            y[n] = (double)k;
            weight[n++] = p[k];
        }
    }
    return n;
}

void distribution_binary_range(const double *values, size_t n_args, double *low, double *high)
{
    (void)values;
    (void)n_args;
    *low = 0;
    *high = 1;
}

bool distribution_count_smooth(struct rng *rng, double mean, double variance, double third,
                               double most, double *y)
{
    if (!(variance > SMOOTH_VARIANCE))
        return false;
    double z = rng_normal(rng), skewed = third / variance * (z * z - 1) / 6;
    *y = fmin(fmax(floor(mean + sqrt(variance) * z + skewed + 0.5), 0), most);
    return true;
}
