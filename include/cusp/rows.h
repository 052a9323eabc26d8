/* Programs summed or repeated over rows of numbers: observations, or nodes of a quadrature. */
#ifndef CUSP_ROWS_H
#define CUSP_ROWS_H

#include "cusp/program.h"

/* A table whose column c gives variable n_free + c of a program its value in each row. Borrowed by
   whoever is handed it. */
struct rows {
    size_t n, n_columns;
    const double *const *column; /* [n_columns][n] */
    const double *weight;        /* [n], finite, ≥ 0; NULL: all 1 */
};

/* out[o][i] = Σ_r weight[r] · program_o(w_i, row r) at n_points points: vars[v] is variable v <
   n_free at each point, out: [n_outputs] arrays of n_points. The program has n_free +
   rows->n_columns variables. Sums are compensated enough to be good to 1e-14 of Σ |terms|. Lanes
   run over points or over rows, whichever is more; the same call gives the same bits. 0 rows give
   0. */
void program_sum(const struct program *program, struct program_space *space, size_t n_free,
                 const double *const *vars, size_t n_points, const struct rows *rows,
                 double *const *out);

/* A program of n_free variables with a copy of the rows inside; every evaluator takes it
   (program_eval, _eval_grid, _point, _interval).
   summed: out_o = Σ_r weight_r out_o(w, row r), as many outputs as `outputs`.
   else:   out[r·n_outputs + o] = weight_r out_o(w, row r). */
struct program *program_new_rows(const struct dag *dag, const uint32_t *outputs, size_t n_outputs,
                                 size_t n_free, const struct rows *rows, bool summed);

#endif
