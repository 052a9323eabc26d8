/* Eigenvalues of symmetric matrices up to 3×3 without allocating, for maps of many points. */
#include "model_parts.h"

#include <math.h>

/* One rotation that makes a[p][q] zero. Golub and Van Loan 4th ed. 8.5.2. */
static void rotate(double *a, size_t n, size_t p, size_t q)
{
    double apq = a[p * n + q];
    if (apq == 0)
        return;
    double theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
    double t = copysign(1, theta) / (fabs(theta) + hypot(theta, 1));
    double c = 1 / hypot(t, 1), s = t * c;
    a[p * n + p] -= t * apq;
    a[q * n + q] += t * apq;
    a[p * n + q] = a[q * n + p] = 0;
    for (size_t k = 0; k < n; k++) {
        if (k == p || k == q)
            continue;
        double akp = a[k * n + p], akq = a[k * n + q];
        a[k * n + p] = a[p * n + k] = c * akp - s * akq;
        a[k * n + q] = a[q * n + k] = s * akp + c * akq;
    }
}

void small_eigen(double *a, size_t n, double *values)
{
    enum { SWEEPS = 12 };
    const double nothing = 1e-17; /* beside the diagonal: below its rounding */
    for (size_t sweep = 0; sweep < SWEEPS; sweep++) {
        double off = 0, on = 0;
        for (size_t i = 0; i < n; i++) {
            on = fmax(on, fabs(a[i * n + i]));
            for (size_t j = i + 1; j < n; j++)
                off = fmax(off, fabs(a[i * n + j]));
        }
        if (off <= nothing * on || off == 0)
            break;
        for (size_t p = 0; p + 1 < n; p++)
            for (size_t q = p + 1; q < n; q++)
                rotate(a, n, p, q);
    }
    for (size_t i = 0; i < n; i++)
        values[i] = a[i * n + i];
}

void unpack_symmetric(const double *upper, size_t dim, double *out)
{
    for (size_t i = 0, k = 0; i < dim; i++)
        for (size_t j = i; j < dim; j++, k++)
            out[i * dim + j] = out[j * dim + i] = upper[k];
}
