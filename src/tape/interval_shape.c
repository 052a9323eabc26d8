/* Enclosures of functions that turn, of powers and of quotients. */
#include "interval_private.h"

#include <float.h>
#include <limits.h>
#include <math.h>

/* As in interval.c; erfc errs by up to 5. */
static const double library_ulps = 4;
static const double composed_ulps = 12;

static double lesser(double a, double b)
{
    return a < b ? a : b;
}

static double greater(double a, double b)
{
    return a > b ? a : b;
}

/* True if a whole number may lie between from and to, whose rounding errors the slack covers. */
static bool holds_whole(double from, double to)
{
    static const double slack = 1e-15;
    return floor(to + slack * (1 + fabs(to))) >= ceil(from - slack * (1 + fabs(from)));
}

/* A wave of period 2π with its crests at whole `from`, its troughs halfway between. */
static struct ends wave(double at_low, double at_high, double from, double to)
{
    static const double far = 1e9; /* periods; beyond, the slack would swallow a good part of one */
    struct ends ends = {-1, 1};
    if (!(fabs(from) < far && fabs(to) < far)) {
        return ends;
    }
    if (!holds_whole(from + 0.5, to + 0.5)) {
        double least = lesser(at_low, at_high);
        ends.low = least == 0 ? 0 : greater(interval_down_by(least, library_ulps), -1);
    }
    if (!holds_whole(from, to)) {
        double most = greater(at_low, at_high);
        ends.high = most == 0 ? 0 : lesser(interval_up_by(most, library_ulps), 1);
    }
    return ends;
}

struct ends interval_sin(double low, double high)
{
    static const double turn = 0.5 * M_1_PI;
    return wave(sin(low), sin(high), low * turn - 0.25, high * turn - 0.25);
}

struct ends interval_cos(double low, double high)
{
    static const double turn = 0.5 * M_1_PI;
    return wave(cos(low), cos(high), low * turn, high * turn);
}

/* A function that falls to its one minimum and then rises, 0 in the limit on the left. */
struct valley {
    double before, after; /* the place of the minimum lies between */
    double least;         /* just below the minimum */
    struct ends (*at)(double x);
};

static struct ends valley_range(const struct valley *valley, double low, double high)
{
    struct ends left = valley->at(low), right = valley->at(high);
    struct ends ends = {valley->least, greater(left.high, right.high)};
    if (high <= valley->before) {
        ends.low = greater(right.low, valley->least);
    } else if (low >= valley->after) {
        ends.low = greater(left.low, valley->least);
    }
    return ends;
}

static struct ends gelu_at(double x)
{
    /* Below, erfc leaves the range of normal doubles. */
    static const double edge = -37, edge_bound = -1e-298;
    if (x < edge) {
        return (struct ends){edge_bound, 0};
    }
    /* The rounding of its argument grows x²-fold in the tail of erfc. */
    double ulps = composed_ulps + (x < 0 ? x * x : 0);
    double y = op_value(OP_GELU, 0, x, 0, 0);
    return x == 0 ? (struct ends){0, 0}
                  : (struct ends){interval_down_by(y, ulps), interval_up_by(y, ulps)};
}

struct ends interval_gelu(double low, double high)
{
    static const struct valley valley = {.before = -0.75179152469356457,
                                         .after = -0.75179152469356435,
                                         .least = -0.16997120747990372,
                                         .at = gelu_at};
    return valley_range(&valley, low, high);
}

static struct ends log1p_gap_at(double x)
{
    double y = op_value(OP_LOG1P_GAP, 0, x, 0, 0);
    return x == 0 ? (struct ends){0, 0}
                  : (struct ends){interval_down_by(y, composed_ulps),
                                  interval_up_by(y, composed_ulps)};
}

/* Its pole at −1 is a limit, not outside its domain. */
struct ends interval_log1p_gap(double low, double high, bool *defined)
{
    static const struct valley valley = {.before = 0, .after = 0, .least = 0, .at = log1p_gap_at};
    if (low < -1) {
        *defined = false;
        if (high < -1) {
            return (struct ends){-INFINITY, INFINITY};
        }
        low = -1;
    }
    struct ends ends = valley_range(&valley, low, high);
    return low == -1 ? (struct ends){ends.low, INFINITY} : ends;
}

static struct ends swish_at(double x)
{
    static const double edge = -700, edge_bound = -1e-300;
    if (x < edge) {
        return (struct ends){edge_bound, 0};
    }
    double y = op_value(OP_SWISH, 0, x, 0, 0);
    return x == 0 ? (struct ends){0, 0}
                  : (struct ends){interval_down_by(y, composed_ulps),
                                  interval_up_by(y, composed_ulps)};
}

struct ends interval_swish(double low, double high)
{
    static const struct valley valley = {.before = -1.2784645427610742,
                                         .after = -1.2784645427610735,
                                         .least = -0.27846454276107385,
                                         .at = swish_at};
    return valley_range(&valley, low, high);
}

/* x^n for n ≥ 1; the signs of what underflows are kept. */
static struct ends power_at(double x, int n)
{
    if (x == 0) {
        return (struct ends){0, 0};
    }
    double square = x * x, y = n == 4 ? square * square : op_value(OP_POWI, n, x, 0, 0);
    /* n − 1 roundings of half a unit each. */
    return (struct ends){interval_down_by(y, n), interval_up_by(y, n)};
}

static struct ends positive_power(double low, double high, int n)
{
    struct ends left = power_at(low, n), right = power_at(high, n);
    if (n % 2 != 0) {
        return (struct ends){low >= 0 ? greater(left.low, 0) : left.low,
                             high <= 0 ? lesser(right.high, 0) : right.high};
    }
    if (low < 0 && high > 0) {
        return (struct ends){0, greater(left.high, right.high)};
    }
    return low >= 0 ? (struct ends){greater(left.low, 0), right.high}
                    : (struct ends){greater(right.low, 0), left.high};
}

struct ends interval_powi(double low, double high, int exponent, bool *defined)
{
    if (exponent == 2) {
        return interval_square(low, high);
    }
    if (exponent == 3) {
        return interval_cube(low, high);
    }
    if (exponent > 0) {
        return positive_power(low, high, exponent);
    }
    bool even = exponent % 2 == 0;
    if (low <= 0 && high >= 0) {
        *defined = false;
        return (struct ends){even ? 0 : -INFINITY, INFINITY};
    }
    /* −(INT_MIN + 1): one power less makes no difference to an enclosure of what is past range. */
    if (exponent < -INT_MAX) {
        return (struct ends){0, INFINITY};
    }
    struct ends power = positive_power(low, high, -exponent);
    /* The power's end at 0 is an underflow, not a pole. */
    if (power.low >= 0) {
        return (struct ends){greater(interval_down(1 / power.high), 0),
                             power.low > 0 ? interval_up(1 / power.low) : INFINITY};
    }
    return (struct ends){power.high < 0 ? interval_down(1 / power.high) : -INFINITY,
                         lesser(interval_up(1 / power.low), 0)};
}

struct ends interval_pow(struct ends base, struct ends exponent, bool *defined)
{
    if (base.high < 0) {
        *defined = false;
        return (struct ends){-INFINITY, INFINITY};
    }
    if (base.low < 0) {
        *defined = false;
        base.low = 0;
    }
    if (base.low == 0 && exponent.low < 0) {
        *defined = false;
    }
    base.low = fabs(base.low); /* −0 to the power −1 is −∞ */
    base.high = fabs(base.high);
    /* Monotone in each argument while the other stays: the extremes are at corners. */
    double corner[4] = {pow(base.low, exponent.low), pow(base.low, exponent.high),
                        pow(base.high, exponent.low), pow(base.high, exponent.high)};
    double least = INFINITY, most = 0;
    for (int i = 0; i < 4; i++) {
        least = lesser(corner[i], least);
        most = greater(corner[i], most);
    }
    return (struct ends){greater(interval_down_by(least, library_ulps), 0),
                         interval_up_by(most, library_ulps)};
}

static double low_quotient(double a, double b)
{
    double q = a / b;
    return q != 0 ? interval_down(q) : a == 0 || (a > 0) == (b > 0) ? 0 : -DBL_TRUE_MIN;
}

static double high_quotient(double a, double b)
{
    double q = a / b;
    return q != 0 ? interval_up(q) : a == 0 || (a > 0) != (b > 0) ? 0 : DBL_TRUE_MIN;
}

struct ends interval_divide(struct ends a, struct ends b, bool *defined)
{
    if (b.low <= 0 && b.high >= 0) {
        *defined = false;
        return (struct ends){-INFINITY, INFINITY};
    }
    if (b.low > 0) {
        return (struct ends){low_quotient(a.low, a.low >= 0 ? b.high : b.low),
                             high_quotient(a.high, a.high >= 0 ? b.low : b.high)};
    }
    return (struct ends){low_quotient(a.high, a.high >= 0 ? b.high : b.low),
                         high_quotient(a.low, a.low >= 0 ? b.low : b.high)};
}
