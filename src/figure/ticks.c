/* Nice tick positions on linear and logarithmic axes. */
#include "cusp/figure.h"

#include <math.h>

/* A tick this close to the end of the range, in steps, still counts as inside. */
static const double EDGE = 1e-9;
static const double STEP_LEAST = 1e-300; /* below it a step loses digits */

/* m × 10^e with m = 1, 2 or 5. */
struct step {
    int mantissa, exponent;
};

static struct step step_at_least(double raw)
{
    int exponent = (int)floor(log10(raw));
    double fraction = raw / pow(10, exponent);
    if (fraction <= 1 + EDGE)
        return (struct step){1, exponent};
    if (fraction <= 2 + EDGE)
        return (struct step){2, exponent};
    if (fraction <= 5 + EDGE)
        return (struct step){5, exponent};
    return (struct step){1, exponent + 1};
}

static struct step step_next(struct step step)
{
    switch (step.mantissa) {
    case 1:
        return (struct step){2, step.exponent};
    case 2:
        return (struct step){5, step.exponent};
    }
    return (struct step){1, step.exponent + 1};
}

/* i steps; divides by a power of ten where it can, because 3 / 10 is 0.3 and 3 × 0.1 is not. */
static double step_times(struct step step, double i)
{
    double m = i * step.mantissa;
    return step.exponent < 0 && step.exponent > -300 ? m / pow(10, -step.exponent)
                                                     : m * pow(10, step.exponent);
}

static size_t add_tick(double value, size_t n, size_t max, double *out)
{
    if (n == max || (n > 0 && !(value > out[n - 1])))
        return n;
    out[n] = value == 0 ? 0 : value;
    return n + 1;
}

static size_t linear_ticks(double low, double high, size_t max, double *out)
{
    double half_span = high / 2 - low / 2;
    struct step step = step_at_least(fmax(half_span / (double)max * 2, STEP_LEAST));
    for (;;) {
        double size = step_times(step, 1);
        double first = ceil(low / size - EDGE), last = floor(high / size + EDGE);
        if (!isfinite(size) || !isfinite(first) || !isfinite(last))
            return 0;
        if (last - first + 1 > (double)max) {
            step = step_next(step);
            continue;
        }
        size_t n = 0;
        size_t count = last < first ? 0 : (size_t)(last - first + 1);
        for (size_t i = 0; i < count; i++)
            n = add_tick(step_times(step, first + (double)i), n, max, out);
        return n;
    }
}

/* 1, 2 and 5 times each power of ten within the range. */
static size_t one_two_five(double low, double high, size_t max, double *out)
{
    static const double mantissas[] = {1, 2, 5};
    int first = (int)floor(log10(low)), last = (int)floor(log10(high));
    size_t n = 0, wanted = 0;
    for (int e = first; e <= last; e++)
        for (size_t m = 0; m < 3; m++) {
            double value = step_times((struct step){(int)mantissas[m], e}, 1);
            if (value < low * (1 - EDGE) || value > high * (1 + EDGE))
                continue;
            wanted++;
            n = add_tick(value, n, max, out);
        }
    return wanted <= max ? n : 0;
}

static size_t log_ticks(double low, double high, size_t max, double *out)
{
    int first = (int)ceil(log10(low) - EDGE), last = (int)floor(log10(high) + EDGE);
    if (last - first < 1) {
        size_t n = one_two_five(low, high, max, out);
        if (n < 2)
            n = linear_ticks(low, high, max, out);
        if (n > 0 || first != last)
            return n;
    }
    size_t n = 0;
    for (int stride = 1; stride <= 1000; stride++) {
        /* Multiples of the stride, so that the ticks do not wander when the range moves. */
        int from = (int)ceil((double)first / stride), to = (int)floor((double)last / stride);
        if (to - from + 1 > (double)max)
            continue;
        for (int i = from; i <= to; i++)
            n = add_tick(step_times((struct step){1, i * stride}, 1), n, max, out);
        break;
    }
    return n;
}

size_t figure_ticks(double low, double high, enum scale scale, size_t max, double *out)
{
    if (low > high) {
        double swap = low;
        low = high;
        high = swap;
    }
    if (max == 0 || !isfinite(low) || !isfinite(high) || !(low < high))
        return 0;
    switch (scale) {
    case SCALE_LINEAR:
        return linear_ticks(low, high, max, out);
    case SCALE_LOG10:
        return low > 0 ? log_ticks(low, high, max, out) : 0;
    }
    return 0;
}
