/* The density of states: moments of the measure of K on octaves, and sums of e^(−nK) against it. */
#include "states.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* Octave and place of a positive normal k by its bits: k = 2^e (1.5 + t / 2). */
static int locate(double k, double *t)
{
    uint64_t bits;
    memcpy(&bits, &k, sizeof bits);
    int exponent = (int)(bits >> 52) - 1023;
    bits = (bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000);
    double fraction;
    memcpy(&fraction, &bits, sizeof fraction);
    *t = 2 * fraction - 3;
    return exponent - STATES_LEAST;
}

_Static_assert(STATES_LEAST == -60, "the least octave is written out below");

static int place(double k, double *t)
{
    if (!(k >= 0x1p-60))
        return -1;
    int octave = locate(k, t);
    if (octave >= STATES_OCTAVES) {
        *t = 1;
        return STATES_OCTAVES - 1;
    }
    return octave;
}

int states_powers(double k, double power[STATES_ORDER])
{
    double t = 0, p = 1;
    int octave = place(k, &t);
    for (int j = 0; j < STATES_ORDER; j++) {
        power[j] = p;
        p *= t;
    }
    return octave;
}

void states_add(struct states *states, double k, double weight)
{
    double t = 0;
    int octave = place(k, &t);
    if (octave < 0) {
        states->rest += weight;
        states->rest_k += weight * k;
        return;
    }
    double *moment = states->moment[octave], t2 = t * t, even = weight, odd = weight * t;
    for (int j = 0; j < STATES_ORDER; j += 2) { /* two chains: half the latency */
        moment[j] += even;
        moment[j + 1] += odd;
        even *= t2;
        odd *= t2;
    }
}

void states_accumulate(struct states *to, const struct states *from, double share)
{
    const double *source = &from->moment[0][0];
    double *target = &to->moment[0][0];
    to->rest += share * from->rest;
    to->rest_k += share * from->rest_k;
    for (size_t i = 0; i < (size_t)STATES_OCTAVES * STATES_ORDER; i++)
        target[i] += share * source[i];
}

/* Monomial coefficients of the Chebyshev polynomials T_0 … T_(ORDER−1). */
static void chebyshev_monomials(double c[STATES_ORDER][STATES_ORDER])
{
    memset(c, 0, sizeof(double) * STATES_ORDER * STATES_ORDER);
    c[0][0] = 1;
    c[1][1] = 1;
    for (int m = 2; m < STATES_ORDER; m++)
        for (int j = 0; j < STATES_ORDER; j++)
            c[m][j] = (j > 0 ? 2 * c[m - 1][j - 1] : 0) - c[m - 2][j];
}

void states_factors_make(double n, int with_k, struct states_factors *factors)
{
    double monomial[STATES_ORDER][STATES_ORDER], node[STATES_ORDER],
        cosine[STATES_ORDER][STATES_ORDER];
    chebyshev_monomials(monomial);
    factors->n = n;
    for (int i = 0; i < STATES_ORDER; i++) {
        node[i] = cos(pi * (i + 0.5) / STATES_ORDER);
        for (int m = 0; m < STATES_ORDER; m++)
            cosine[m][i] =
                (m == 0 ? 1.0 : 2.0) / STATES_ORDER * cos(pi * m * (i + 0.5) / STATES_ORDER);
    }
    for (int o = 0; o < STATES_OCTAVES; o++) {
        double base = ldexp(1, o + STATES_LEAST), value[STATES_ORDER], *out = factors->factor[o];
        memset(out, 0, sizeof(double) * STATES_ORDER);
        if (n * base > 740)
            continue;
        for (int i = 0; i < STATES_ORDER; i++) {
            double k = base * (1.5 + 0.5 * node[i]);
            value[i] = exp(-n * k) * (with_k ? k : 1);
        }
        for (int m = 0; m < STATES_ORDER; m++) {
            double coefficient = 0;
            for (int i = 0; i < STATES_ORDER; i++)
                coefficient += cosine[m][i] * value[i];
            for (int j = 0; j <= m; j++)
                out[j] += coefficient * monomial[m][j];
        }
    }
}

double states_sum(const struct states *states, const struct states_factors *factors, int with_k)
{
    double sum = with_k ? states->rest_k : states->rest - factors->n * states->rest_k;
    for (int o = 0; o < STATES_OCTAVES; o++) {
        const double *m = states->moment[o], *f = factors->factor[o];
        double even = 0, odd = 0;
        if (m[0] == 0 || (f[0] == 0 && f[1] == 0))
            continue;
        for (int j = 0; j < STATES_ORDER; j += 2) {
            even += m[j] * f[j];
            odd += m[j + 1] * f[j + 1];
        }
        sum += even + odd;
    }
    return sum;
}

double states_bound(const struct states *states, double n)
{
    double bound = 1e-13 * (states->rest + n * states->rest_k);
    for (int o = 0; o < STATES_OCTAVES; o++) {
        double mass = states->moment[o][0], base = ldexp(1, o + STATES_LEAST);
        double half = n * base / 2, worst = 4 * exp(-n * base);
        if (mass == 0 || n * base > 740)
            continue;
        /* 2 (τ/2)^m / m! times the value at the middle (Chebyshev interpolation of an exponential)
         */
        double term = 3 * exp(-3 * half);
        for (int m = 1; m <= STATES_ORDER; m++)
            term *= half / 2 / m;
        bound += mass * (term < worst ? term : worst) + 1e-13 * mass * exp(-n * base);
    }
    return bound;
}

void ladder_rungs(double *rung)
{
    for (int i = 0; i < LADDER_SIZE; i++)
        rung[i] = exp2((double)LADDER_LEAST + (double)i / LADDER_STEPS);
}

size_t ladder_locate(const double *rung, double k, double *upper)
{
    *upper = 0;
    if (!(k > rung[0]))
        return 0;
    if (k >= rung[LADDER_SIZE - 1]) {
        *upper = 1;
        return LADDER_SIZE - 2;
    }
    double t;
    size_t i = (size_t)(locate(k, &t) + STATES_LEAST - LADDER_LEAST) * LADDER_STEPS;
    while (i + 2 < LADDER_SIZE && rung[i + 1] <= k)
        i++;
    *upper = (k - rung[i]) / (rung[i + 1] - rung[i]);
    return i;
}
