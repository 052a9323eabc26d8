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

/* log likelihood and its gradient at n points w[v][i], summed over the data, with noise N(0,
   0.25²): out[o][i], the gradient after the value. y = w2 tanh(w0 x + w1) + w5 tanh(w3 x + w4). */
void peer_tanh_network(const double *const *w, size_t n, const double *x, const double *y,
                       size_t n_data, double *const *out);

/* Likewise y = w12 + Σ_k w[4k+3] relu(w[4k] x1 + w[4k+1] x2 + w[4k+2]), k < 3. */
void peer_relu_network(const double *const *w, size_t n, const double *x1, const double *x2,
                       const double *y, size_t n_data, double *const *out);

#endif
