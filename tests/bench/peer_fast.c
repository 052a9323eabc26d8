/* The mean over the data, and gradients of two networks, compiled with -O3 -ffast-math
   -march=native: tanh by the C library's vectors. */
#define PEER_TANH peer_tanh_fast
#include "peer_tanh.h"

#include <math.h>

void peer_tanh_network(const double *const *w, size_t n, const double *x, const double *y,
                       size_t n_data, double *const *out)
{
    for (size_t i = 0; i < n; i++) {
        double a = w[0][i], b = w[1][i], c = w[2][i], d = w[3][i], e = w[4][i], f = w[5][i];
        double value = 0, ga = 0, gb = 0, gc = 0, gd = 0, ge = 0, gf = 0;
        for (size_t j = 0; j < n_data; j++) {
            double t = tanh(a * x[j] + b), u = tanh(d * x[j] + e);
            double r = y[j] - c * t - f * u;
            double rt = r * (1 - t * t), ru = r * (1 - u * u);
            value += r * r;
            ga += rt * x[j];
            gb += rt;
            gc += r * t;
            gd += ru * x[j];
            ge += ru;
            gf += r * u;
        }
        out[0][i] = -8 * value;
        out[1][i] = 16 * c * ga;
        out[2][i] = 16 * c * gb;
        out[3][i] = 16 * gc;
        out[4][i] = 16 * f * gd;
        out[5][i] = 16 * f * ge;
        out[6][i] = 16 * gf;
    }
}

void peer_relu_network(const double *const *w, size_t n, const double *x1, const double *x2,
                       const double *y, size_t n_data, double *const *out)
{
    for (size_t i = 0; i < n; i++) {
        double a0 = w[0][i], b0 = w[1][i], c0 = w[2][i], q0 = w[3][i];
        double a1 = w[4][i], b1 = w[5][i], c1 = w[6][i], q1 = w[7][i];
        double a2 = w[8][i], b2 = w[9][i], c2 = w[10][i], q2 = w[11][i], bias = w[12][i];
        double value = 0, gbias = 0, ga0 = 0, gb0 = 0, gc0 = 0, gq0 = 0, ga1 = 0, gb1 = 0;
        double gc1 = 0, gq1 = 0, ga2 = 0, gb2 = 0, gc2 = 0, gq2 = 0;
        for (size_t j = 0; j < n_data; j++) {
            double z0 = a0 * x1[j] + b0 * x2[j] + c0, z1 = a1 * x1[j] + b1 * x2[j] + c1;
            double z2 = a2 * x1[j] + b2 * x2[j] + c2;
            double h0 = z0 > 0 ? z0 : 0, h1 = z1 > 0 ? z1 : 0, h2 = z2 > 0 ? z2 : 0;
            double r = y[j] - bias - q0 * h0 - q1 * h1 - q2 * h2;
            double r0 = z0 > 0 ? r : 0, r1 = z1 > 0 ? r : 0, r2 = z2 > 0 ? r : 0;
            value += r * r;
            gbias += r;
            gq0 += r * h0;
            gc0 += r0;
            ga0 += r0 * x1[j];
            gb0 += r0 * x2[j];
            gq1 += r * h1;
            gc1 += r1;
            ga1 += r1 * x1[j];
            gb1 += r1 * x2[j];
            gq2 += r * h2;
            gc2 += r2;
            ga2 += r2 * x1[j];
            gb2 += r2 * x2[j];
        }
        const double g[13] = {q0 * ga0, q0 * gb0, q0 * gc0, gq0,      q1 * ga1, q1 * gb1, q1 * gc1,
                              gq1,      q2 * ga2, q2 * gb2, q2 * gc2, gq2,      gbias};
        out[0][i] = -8 * value;
        for (int v = 0; v < 13; v++) {
            out[1 + v][i] = 16 * g[v];
        }
    }
}
