/* Quadrature rules on [-1, 1] and their tables. */
#ifndef CUSP_QUADRATURE_H
#define CUSP_QUADRATURE_H

#include <stddef.h>

/* Gauss–Legendre nodes (ascending) and weights on [-1, 1], n in 1..64, to 1e-15: nodes[n],
 * weights[n]. */
void quadrature_legendre(size_t n, double *nodes, double *weights);

/* Weights that carry the values of a polynomial of degree n − 1 at n distinct nodes to the point
   `at`: weights[n] (Lagrange). */
void quadrature_lagrange(const double *nodes, size_t n, double at, double *weights);

/* The nested pair G7 ⊂ K15 on [-1, 1]: nodes[15] ascending, kronrod[15], gauss[15] (0 at the nodes
   that G7 lacks). Piessens et al. 1983 (QUADPACK). */
void quadrature_kronrod15(const double **nodes, const double **kronrod, const double **gauss);

/* Likewise the pair G3 ⊂ K7: nodes[7], kronrod[7], gauss[7]. */
void quadrature_kronrod7(const double **nodes, const double **kronrod, const double **gauss);

#endif
