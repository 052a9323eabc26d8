/* Exact fractions, and the names of how a number is known. */
#include "cusp/quantity.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>

const char *standing_name(enum standing standing)
{
    switch (standing) {
    case EXACT:
        return "exact";
    case LOWER_BOUND:
        return "lower bound";
    case UPPER_BOUND:
        return "upper bound";
    case ESTIMATE:
        return "estimate";
    case UNKNOWN:
        return "unknown";
    }
    return "unknown";
}

double rat_value(struct rat r)
{
    return r.den == 0 ? (double)NAN : (double)r.num / (double)r.den;
}

void rat_text(char *out, size_t size, struct rat r)
{
    if (size == 0) {
        return;
    }
    if (r.den == 0) {
        out[0] = '\0';
    } else if (r.den == 1) {
        snprintf(out, size, "%ld", r.num);
    } else {
        snprintf(out, size, "%ld/%ld", r.num, r.den);
    }
}

/* The simplest fraction in [low, high], 0 ≤ low ≤ high, by walking down the Stern–Brocot tree with
   continued fractions: whole parts that agree are common to all, the first that differ decide. */
static bool simplest(double low, double high, long max_den, struct rat *out)
{
    double h1 = 1, h0 = 0, k1 = 0, k0 = 1; /* convergents h/k, last and the one before */
    for (;;) {
        double whole = ceil(low);
        bool last = whole <= high;
        if (!last) {
            whole = floor(low);
        }
        double h = whole * h1 + h0, k = whole * k1 + k0;
        if (k > (double)max_den || h >= (double)LONG_MAX) {
            return false;
        }
        if (last) {
            *out = (struct rat){(long)h, (long)k};
            return true;
        }
        h0 = h1;
        h1 = h;
        k0 = k1;
        k1 = k;
        double next_low = 1 / (high - whole), next_high = 1 / (low - whole);
        low = next_low;
        high = next_high;
    }
}

bool rat_near(double x, double tolerance, long max_den, struct rat *out)
{
    if (!isfinite(x) || !(tolerance >= 0) || max_den < 1) {
        return false;
    }
    tolerance = fmax(tolerance, 4 * DBL_EPSILON * fabs(x)); /* the walk rounds */
    double low = fabs(x) - tolerance, high = fabs(x) + tolerance;
    if (low <= 0) {
        *out = (struct rat){0, 1};
        return true;
    }
    if (!simplest(low, high, max_den, out)) {
        return false;
    }
    if (x < 0) {
        out->num = -out->num;
    }
    return true;
}
