/* Quadrature rules: Gauss and Kronrod on the line, quasi-random points in a cube. */
#ifndef CUSP_QUADRATURE_H
#define CUSP_QUADRATURE_H

#include <stddef.h>

/* Gauss–Legendre nodes (ascending) and weights on [-1, 1], n in 1..512, to 1e-15: nodes[n],
   weights[n]. */
void quadrature_legendre(size_t n, double *nodes, double *weights);

/* Gauss–Hermite nodes (ascending) and weights of the normal distribution N(0, 1): Σ weights = 1,
   Σ weights f(nodes) = E f for polynomials f of degree < 2 n. n in 1..512; each weight to 1e-13 of
   itself (those below 1e-308 are 0). */
void quadrature_hermite(size_t n, double *nodes, double *weights);

/* Gauss–Laguerre nodes (ascending) and weights of the density e^−x on x ≥ 0: Σ weights = 1. n in
   1..128; each weight to 1e-12 of itself (those below 1e-308 are 0). */
void quadrature_laguerre(size_t n, double *nodes, double *weights);

/* Points `first` to `first + n − 1` of a low-discrepancy sequence in the open cube (0, 1)^n_dims:
   columns[d][i]. Sobol's up to 40 dimensions, reversed Halton's beyond, up to
   QUADRATURE_MOST_DIMS; each of weight 1/n. The same numbers give the same points. */
enum { QUADRATURE_MOST_DIMS = 1229 };
void quadrature_sobol(size_t n_dims, size_t first, size_t n, double *const *columns);

/* Weights that carry the values of a polynomial of degree n − 1 at n distinct nodes to the point
   `at`: weights[n] (Lagrange). */
void quadrature_lagrange(const double *nodes, size_t n, double at, double *weights);

/* The nested pair G7 ⊂ K15 on [-1, 1]: nodes[15] ascending, kronrod[15], gauss[15] (0 at the nodes
   that G7 lacks). Piessens et al. 1983 (QUADPACK). */
void quadrature_kronrod15(const double **nodes, const double **kronrod, const double **gauss);

/* Likewise the pair G3 ⊂ K7: nodes[7], kronrod[7], gauss[7]. */
void quadrature_kronrod7(const double **nodes, const double **kronrod, const double **gauss);

#endif
