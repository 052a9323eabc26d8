/* Gauss rules by Newton's method, the nested Kronrod pairs, Lagrange weights, quasi-random points.
 */
#include "cusp/quadrature.h"

#include <assert.h>
#include <math.h>

#include <gsl/gsl_qrng.h>

#include "cusp/mem.h"

/* P_n and its derivative at x, |x| < 1, by the three-term recurrence. */
static long double legendre(size_t n, long double x, long double *derivative)
{
    long double before = 1, p = x;
    for (size_t k = 2; k <= n; k++) {
        long double m = (long double)k;
        long double next = ((2 * m - 1) * x * p - (m - 1) * before) / m;
        before = p;
        p = next;
    }
    *derivative = (long double)n * (x * p - before) / (x * x - 1);
    return p;
}

void quadrature_legendre(size_t n, double *nodes, double *weights)
{
    const long double pi = 3.14159265358979323846264338327950288L;
    enum { STEPS = 8 }; /* quadratic from 1e-3: four suffice */
    for (size_t i = 0; i < (n + 1) / 2; i++) {
        long double x = cosl(pi * ((long double)i + 0.75L) / ((long double)n + 0.5L));
        if (2 * i + 1 == n) {
            x = 0;
        }
        long double derivative = 1;
        for (int step = 0; step < STEPS; step++) {
            long double p = legendre(n, x, &derivative);
            x -= p / derivative;
        }
        legendre(n, x, &derivative);
        long double weight = 2 / ((1 - x * x) * derivative * derivative);
        nodes[n - 1 - i] = (double)x;
        nodes[i] = i == n - 1 - i ? 0 : -(double)x;
        weights[i] = weights[n - 1 - i] = (double)weight;
    }
}

#define X1 0.991455371120812639206854697526329
#define X2 0.949107912342758524526189684047851
#define X3 0.864864423359769072789712788640926
#define X4 0.741531185599394439863864773280788
#define X5 0.586087235467691130294144691693013
#define X6 0.405845151377397166906606412076961
#define X7 0.207784955007898467600689403773245

#define K1 0.022935322010529224963732008058970
#define K2 0.063092092629978553290700663189204
#define K3 0.104790010322250183839876322541518
#define K4 0.140653259715525918745189590510238
#define K5 0.169004726639267902826583426598550
#define K6 0.190350578064785409913256402421014
#define K7 0.204432940075298892414161999234649
#define K8 0.209482141084727828012999174891714

#define G2 0.129484966168869693270611432679082
#define G4 0.279705391489276667901467771423780
#define G6 0.381830050505118944950369775488975
#define G8 0.417959183673469387755102040816327

void quadrature_kronrod15(const double **nodes, const double **kronrod, const double **gauss)
{
    static const double x[15] = {-X1, -X2, -X3, -X4, -X5, -X6, -X7, 0, X7, X6, X5, X4, X3, X2, X1};
    static const double k[15] = {K1, K2, K3, K4, K5, K6, K7, K8, K7, K6, K5, K4, K3, K2, K1};
    static const double g[15] = {0, G2, 0, G4, 0, G6, 0, G8, 0, G6, 0, G4, 0, G2, 0};
    *nodes = x;
    *kronrod = k;
    *gauss = g;
}

void quadrature_kronrod7(const double **nodes, const double **kronrod, const double **gauss)
{
    static const double x[7] = {
        -0.960491268708020283423507092629080, -0.774596669241483377035853079956480,
        -0.434243749346802558002071502844628, 0,
        0.434243749346802558002071502844628,  0.774596669241483377035853079956480,
        0.960491268708020283423507092629080};
    static const double k[7] = {
        0.104656226026467265193823857192073, 0.268488089868333440728569280666710,
        0.401397414775962222905051818618432, 0.450916538658474142345110087045571,
        0.401397414775962222905051818618432, 0.268488089868333440728569280666710,
        0.104656226026467265193823857192073};
    static const double g[7] = {0, 5.0 / 9, 0, 8.0 / 9, 0, 5.0 / 9, 0};
    *nodes = x;
    *kronrod = k;
    *gauss = g;
}

void quadrature_lagrange(const double *nodes, size_t n, double at, double *weights)
{
    for (size_t j = 0; j < n; j++) {
        weights[j] = 1;
        for (size_t i = 0; i < n; i++) {
            if (i != j) {
                weights[j] *= (at - nodes[i]) / (nodes[j] - nodes[i]);
            }
        }
    }
}

/* Orthonormal Hermite polynomials h_n(x) and h_{n−1}(x) of the normal distribution. */
static long double hermite(size_t n, long double x, long double *before)
{
    long double p = 1;
    *before = 0;
    for (size_t k = 0; k < n; k++) {
        long double next = (x * p - sqrtl((long double)k) * *before) / sqrtl((long double)(k + 1));
        *before = p;
        p = next;
    }
    return p;
}

/* How many roots of h_n lie above x: negative pivots of x − its Jacobi matrix (Sturm). */
static size_t roots_above(size_t n, double x)
{
    size_t above = 0;
    double pivot = 1;
    for (size_t k = 0; k < n; k++) {
        pivot = x - (k > 0 ? (double)k / pivot : 0);
        pivot = pivot == 0 ? 1e-300 : pivot;
        above += pivot < 0;
    }
    return above;
}

/* The root of h_n that has `above` others above it. */
static long double hermite_root(size_t n, size_t above)
{
    double low = 0, high = 2 * sqrt((double)n) + 1;
    while (high - low > 1e-5) { /* roots are at least 0.06 apart for n ≤ 512 */
        double middle = 0.5 * (low + high);
        *(roots_above(n, middle) > above ? &low : &high) = middle;
    }
    long double x = 0.5L * ((long double)low + (long double)high), before;
    enum { STEPS = 4 };
    for (int step = 0; step < STEPS; step++) {
        long double p = hermite(n, x, &before);
        x -= p / (sqrtl((long double)n) * before); /* h_n′ = √n h_{n−1} */
    }
    return x;
}

void quadrature_hermite(size_t n, double *nodes, double *weights)
{
    for (size_t i = 0; i < (n + 1) / 2; i++) {
        long double x = 2 * i + 1 == n ? 0 : hermite_root(n, i), before;
        (void)hermite(n, x, &before);
        double weight = (double)(1 / ((long double)n * before * before));
        nodes[n - 1 - i] = (double)x;
        nodes[i] = i == n - 1 - i ? 0 : -(double)x;
        weights[i] = weights[n - 1 - i] = weight;
    }
}

void quadrature_sobol(size_t n_dims, size_t first, size_t n, double *const *columns)
{
    enum { MOST_SOBOL = 40 };
    assert(n_dims <= QUADRATURE_MOST_DIMS);
    if (n_dims == 0) {
        return;
    }
    gsl_qrng *sequence = gsl_qrng_alloc(
        n_dims <= MOST_SOBOL ? gsl_qrng_sobol : gsl_qrng_reversehalton, (unsigned)n_dims);
    double *point = mem_new(n_dims, sizeof *point);
    assert(sequence); /* fails for dimensions out of range only, or for lack of memory */
    for (size_t i = 0; i < first + n; i++) {
        gsl_qrng_get(sequence, point);
        for (size_t d = 0; i >= first && d < n_dims; d++) {
            columns[d][i - first] = point[d];
        }
    }
    mem_free(point);
    gsl_qrng_free(sequence);
}
