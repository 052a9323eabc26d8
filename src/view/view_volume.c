/* What the two views of the volume of {K < ε} share. */
#include "view_volume.h"

#include <math.h>

bool volume_rows(const struct side *side, size_t *first, size_t *end)
{
    const struct curves *c = side->curves;
    if (c == NULL || c->volume == NULL || c->eps == NULL)
        return false;
    *end = c->n_eps;
    *first = 0;
    while (*first < *end && !(c->volume[*first] > 0 && c->eps[*first] > 0))
        (*first)++;
    return *end - *first >= 2;
}

bool volume_range(const struct snapshot *snapshot, double *low, double *high)
{
    *low = INFINITY;
    *high = 0;
    for (size_t s = 0; s < snapshot->n_sides; s++) {
        size_t first, end;
        if (!volume_rows(&snapshot->sides[s], &first, &end))
            continue;
        *low = fmin(*low, snapshot->sides[s].curves->eps[first]);
        *high = fmax(*high, snapshot->sides[s].curves->eps[end - 1]);
    }
    return *low < *high;
}

/* The row i with eps[i] <= ε <= eps[i+1]; false if there is none. */
static bool volume_interval(const struct side *side, double eps, size_t *at)
{
    size_t first, end;
    if (!volume_rows(side, &first, &end))
        return false;
    const double *e = side->curves->eps;
    if (!(eps >= e[first]) || !(eps <= e[end - 1]))
        return false;
    *at = first;
    while (*at + 2 < end && e[*at + 1] < eps)
        (*at)++;
    return true;
}

double volume_slope(const struct side *side, double eps)
{
    size_t i;
    if (!volume_interval(side, eps, &i))
        return NAN;
    const struct curves *c = side->curves;
    return log(c->volume[i + 1] / c->volume[i]) / log(c->eps[i + 1] / c->eps[i]);
}

double volume_at(const struct side *side, double eps)
{
    size_t i;
    if (!volume_interval(side, eps, &i))
        return NAN;
    const struct curves *c = side->curves;
    return c->volume[i] * pow(eps / c->eps[i], volume_slope(side, eps));
}
