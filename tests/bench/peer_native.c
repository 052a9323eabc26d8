/* Grids by plain loops, compiled with -O3 -march=native. */
#include "peer.h"

void peer_crossing(const double *x, size_t n, double *out)
{
    for (size_t iy = 0; iy < n; iy++) {
        for (size_t ix = 0; ix < n; ix++) {
            out[iy * n + ix] = x[ix] * x[ix] * x[iy] * x[iy];
        }
    }
}

void peer_cusp(const double *x, size_t n, double *out)
{
    for (size_t iy = 0; iy < n; iy++) {
        for (size_t ix = 0; ix < n; ix++) {
            double f = x[ix] * x[ix] - x[iy] * x[iy] * x[iy];
            out[iy * n + ix] = f * f;
        }
    }
}
