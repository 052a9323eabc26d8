/* Matrices of exact fractions. */
#ifndef CUSP_MATRICES_PRIVATE_H
#define CUSP_MATRICES_PRIVATE_H

#include "cusp/poly.h"

/* Every polynomial made on the way, to be freed together. */
struct fractions {
    struct poly **made;
    size_t n, capacity;
};
const struct poly *fractions_keep(struct fractions *pool, struct poly *made);
void fractions_done(struct fractions *pool);
double fraction_value(const struct poly *constant);

/* Constants; not owned. */
struct fraction_matrix {
    size_t n_rows, n_columns;
    const struct poly **entry; /* [n_rows][n_columns] */
};
void fraction_matrix_init(struct fraction_matrix *matrix, size_t n_rows, size_t n_columns,
                          struct arena *arena);
/* To reduced row echelon form, in place; returns the rank. pivots[rank]: their columns. */
size_t fraction_matrix_reduce(struct fraction_matrix *matrix, struct fractions *pool,
                              size_t *pivots);

#endif
