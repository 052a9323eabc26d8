/* What bench_tape compares the tape with: the same numbers by loops in C, compiled in several ways.
 */
#ifndef CUSP_BENCH_PEER_H
#define CUSP_BENCH_PEER_H

#include <stddef.h>

/* out[iy · n + ix] over the grid x × x. */
void peer_crossing(const double *x, size_t n, double *out); /* x² y² */
void peer_cusp(const double *x, size_t n, double *out);     /* (x² − y³)² */

/* out[i] = mean over the data of (tanh(x_i u_j + y_i) − v_j)². */
void peer_tanh_plain(const double *x, const double *y, size_t n, const double *u, const double *v,
                     size_t n_data, double *out);
void peer_tanh_fast(const double *x, const double *y, size_t n, const double *u, const double *v,
                    size_t n_data, double *out);

#endif
