/* Axes: from a value to its place on an axis and back. */
#include "cusp/figure.h"

#include <math.h>

/* The ends in the space where the axis is linear; false if the axis has no extent. */
static bool axis_ends(const struct axis *axis, double *low, double *high)
{
    *low = axis->low;
    *high = axis->high;
    if (axis->scale == SCALE_LOG10) {
        if (!(axis->low > 0 && axis->high > 0))
            return false;
        *low = log10(axis->low);
        *high = log10(axis->high);
    }
    return isfinite(*low) && isfinite(*high) && *low != *high;
}

double axis_position(const struct axis *axis, double value)
{
    double low, high;
    if (!axis_ends(axis, &low, &high))
        return NAN;
    if (axis->scale == SCALE_LOG10)
        value = value > 0 ? log10(value) : NAN;
    if (!isfinite(value))
        return NAN;
    /* Halves, so that a range as wide as double itself does not overflow. */
    return (value / 2 - low / 2) / (high / 2 - low / 2);
}

double axis_value(const struct axis *axis, double position)
{
    double low, high;
    if (!axis_ends(axis, &low, &high))
        return NAN;
    if (position == 0)
        return axis->low;
    if (position == 1)
        return axis->high;
    double value = low * (1 - position) + high * position;
    return axis->scale == SCALE_LOG10 ? pow(10, value) : value;
}
