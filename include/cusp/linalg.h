/* Small dense linear algebra on row-major arrays of double. */
#ifndef CUSP_LINALG_H
#define CUSP_LINALG_H

#include "cusp/status.h"

#include <stdbool.h>
#include <stddef.h>

/* Eigenvalues of a symmetric matrix a[n][n], descending, into values[n]; if vectors is not NULL,
   vectors[i][·] is the unit eigenvector of values[i].  ST_DOMAIN if an entry is not finite. */
CUSP_MUST_USE enum status linalg_eigen(const double *a, size_t n, double *values, double *vectors);

/* Singular values of a[m][n], descending, into values[min(m, n)]; right singular vectors into
   v[n][n] by rows if v is not NULL (the last n − rank rows span the null space).  ST_DOMAIN if an
   entry is not finite. */
CUSP_MUST_USE enum status linalg_svd(const double *a, size_t m, size_t n, double *values,
                                     double *v);

/* The shortest x[n] that minimises |a x − b| for a[m][n], b[m]; singular values below
   rcond × the largest count as 0. rank may be NULL. */
CUSP_MUST_USE enum status linalg_least_squares(const double *a, size_t m, size_t n, const double *b,
                                               double rcond, double *x, size_t *rank);

/* a = L Lᵀ of a symmetric positive definite a[n][n] (its upper triangle is neither read nor
   written), L in place of its lower triangle. False if a is not positive definite; a is then
   spoilt. Allocates nothing. */
CUSP_MUST_USE bool linalg_cholesky(double *a, size_t n);

/* Solves L Lᵀ x = b for that L, x[n] in place of b. */
void linalg_cholesky_solve(const double *l, size_t n, double *b);

#endif
