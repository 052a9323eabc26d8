/* Interval operations in place, for evaluators that keep their enclosures in arrays. */
#ifndef CUSP_TAPE_INTERVAL_PRIVATE_H
#define CUSP_TAPE_INTERVAL_PRIVATE_H

#include "cusp/interval.h"

#include <float.h>
#include <math.h>

/* *out ← op(*a, *b, *c); out may be any of them. Arguments past the operation's arity are not read.
 */
void interval_apply(enum op op, int exponent, const struct interval *a, const struct interval *b,
                    const struct interval *c, struct interval *out);

/* The two ends of an enclosure. */
struct ends {
    double low, high;
};

/* Widens a number that was rounded to nearest to the next double or the one after (Rump 2009). An
   overflow says only that the truth is past the largest double. */
static inline double interval_down(double x)
{
    double r = x - (fabs(x) * 0x1.0000000000001p-53 + DBL_TRUE_MIN);
    return r == r ? r : x > 0 ? DBL_MAX : -INFINITY;
}

static inline double interval_up(double x)
{
    return -interval_down(-x);
}

/* Widens a number that may err by n units in the last place. */
static inline double interval_down_by(double x, double n)
{
    double finite = x == INFINITY ? DBL_MAX : x;
    double r = finite - (fabs(finite) * ((n + 1) * DBL_EPSILON) + n * DBL_TRUE_MIN);
    return r == r ? r : -INFINITY;
}

static inline double interval_up_by(double x, double n)
{
    return -interval_down_by(-x, n);
}

/* The product of two ends, rounded down or up. An infinite end is never attained, so 0 · ∞ is 0;
   the sign of what underflowed to 0 is still known. */
static inline double interval_low_product(double a, double b)
{
    double p = a * b;
    if (p != 0 && p == p) {
        return interval_down(p);
    }
    return a == 0 || b == 0 || (a > 0) == (b > 0) ? 0 : -DBL_TRUE_MIN;
}

static inline double interval_high_product(double a, double b)
{
    return -interval_low_product(-a, b);
}

/* A sum that comes out 0 is exact: addition does not underflow. */
static inline struct ends interval_add(double al, double ah, double bl, double bh)
{
    double low = al + bl, high = ah + bh;
    return (struct ends){low == 0 ? 0 : interval_down(low), high == 0 ? 0 : interval_up(high)};
}

static inline struct ends interval_multiply(double al, double ah, double bl, double bh)
{
    if (al >= 0) {
        return (struct ends){interval_low_product(bl >= 0 ? al : ah, bl),
                             interval_high_product(bh >= 0 ? ah : al, bh)};
    }
    if (ah <= 0) {
        return (struct ends){interval_low_product(bh >= 0 ? al : ah, bh),
                             interval_high_product(bl >= 0 ? ah : al, bl)};
    }
    if (bl >= 0) {
        return (struct ends){interval_low_product(al, bh), interval_high_product(ah, bh)};
    }
    if (bh <= 0) {
        return (struct ends){interval_low_product(ah, bl), interval_high_product(al, bl)};
    }
    double l1 = interval_low_product(al, bh), l2 = interval_low_product(ah, bl);
    double h1 = interval_high_product(al, bl), h2 = interval_high_product(ah, bh);
    return (struct ends){l1 < l2 ? l1 : l2, h1 > h2 ? h1 : h2};
}

static inline struct ends interval_square(double low, double high)
{
    double a = fabs(low), b = fabs(high);
    double near = low <= 0 && high >= 0 ? 0 : a < b ? a : b, far = a < b ? b : a;
    return (struct ends){interval_low_product(near, near), interval_high_product(far, far)};
}

static inline struct ends interval_cube(double low, double high)
{
    double l = low * (low * low), h = high * (high * high);
    l = low == 0 ? 0 : interval_down_by(l, 2);
    h = high == 0 ? 0 : interval_up_by(h, 2);
    return (struct ends){low > 0 && l < 0 ? 0 : l, high < 0 && h > 0 ? 0 : h};
}

/* Functions that are not monotone, and powers; all assume low ≤ high. */
struct ends interval_sin(double low, double high);
struct ends interval_cos(double low, double high);
struct ends interval_gelu(double low, double high);
struct ends interval_swish(double low, double high);
struct ends interval_log1p_gap(double low, double high, bool *defined);
struct ends interval_powi(double low, double high, int exponent, bool *defined);
struct ends interval_pow(struct ends base, struct ends exponent, bool *defined);
struct ends interval_divide(struct ends a, struct ends b, bool *defined);

#endif
