/* Gauss–Laguerre rules: roots isolated by Sturm counts, then Newton's method. */
#include "cusp/quadrature.h"

#include <math.h>

/* L_n(x) and x L_n'(x) by the three-term recurrence. */
static long double laguerre(size_t n, long double x, long double *slope)
{
    long double before = 1, p = 1 - x;
    for (size_t k = 1; k < n; k++) {
        long double m = (long double)k;
        long double next = ((2 * m + 1 - x) * p - m * before) / (m + 1);
        before = p;
        p = next;
    }
    *slope = (long double)n * (p - before);
    return p;
}

/* How many roots of L_n lie below x: eigenvalues of the matrix with 2k + 1 on the diagonal and k
   beside it, by the signs of its pivots. */
static size_t count_below(size_t n, long double x)
{
    const long double tiny = 1e-300L;
    size_t count = 0;
    long double pivot = 1;
    for (size_t k = 0; k < n; k++) {
        long double m = (long double)k;
        pivot = 2 * m + 1 - x - (k > 0 ? m * m / pivot : 0);
        if (pivot == 0)
            pivot = tiny;
        count += pivot < 0;
    }
    return count;
}

void quadrature_laguerre(size_t n, double *nodes, double *weights)
{
    enum { HALVINGS = 50, STEPS = 4 };
    for (size_t i = 0; i < n; i++) {
        long double low = i > 0 ? (long double)nodes[i - 1] : 0, high = 4 * (long double)n + 2;
        for (int step = 0; step < HALVINGS; step++) {
            long double middle = (low + high) / 2;
            if (count_below(n, middle) > i)
                high = middle;
            else
                low = middle;
        }
        long double x = (low + high) / 2, slope = 1;
        for (int step = 0; step < STEPS; step++) {
            long double p = laguerre(n, x, &slope);
            x -= p * x / slope;
        }
        laguerre(n, x, &slope);
        nodes[i] = (double)x;
        weights[i] = (double)(x / (slope * slope));
    }
}
