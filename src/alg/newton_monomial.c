/* λ of monomials by linear programming: the simplex method in exact fractions. */
#include <flint/fmpq_mat.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/polyhedron.h"

/* Max Σ y over y ≥ 0 with Σ y_α α ≤ h + 1, which is dual to the least of ⟨w, h + 1⟩. The tableau
   has a row a variable w, a column a point, a slack for each row, and the right side; then rows of
   what is maximised. basis[row]: the column that is 1 there and 0 elsewhere. */
struct simplex {
    fmpq_mat_t tableau;
    size_t n_rows, n_columns; /* without the objective and the right side */
    size_t *basis;
    bool *barred; /* columns that may not come in */
};

static fmpq *entry(const struct simplex *simplex, size_t row, size_t column)
{
    return fmpq_mat_entry(simplex->tableau, (slong)row, (slong)column);
}

static void pivot(struct simplex *simplex, size_t row, size_t column)
{
    fmpq_t factor;
    fmpq_init(factor);
    fmpq_inv(factor, entry(simplex, row, column));
    for (size_t j = 0; j <= simplex->n_columns; j++) {
        fmpq_mul(entry(simplex, row, j), entry(simplex, row, j), factor);
    }
    for (size_t i = 0; i <= simplex->n_rows; i++) {
        if (i == row || fmpq_is_zero(entry(simplex, i, column)))
            continue;
        fmpq_set(factor, entry(simplex, i, column));
        for (size_t j = 0; j <= simplex->n_columns; j++) {
            fmpq_submul(entry(simplex, i, j), factor, entry(simplex, row, j));
        }
    }
    simplex->basis[row] = column;
    fmpq_clear(factor);
}

/* The row that leaves when the column comes in, by Bland's rule; n_rows: none. */
static size_t leaving(const struct simplex *simplex, size_t column)
{
    size_t out = simplex->n_rows;
    fmpq_t ratio, least;
    fmpq_init(ratio);
    fmpq_init(least);
    for (size_t i = 0; i < simplex->n_rows; i++) {
        if (fmpq_sgn(entry(simplex, i, column)) <= 0)
            continue;
        fmpq_div(ratio, entry(simplex, i, simplex->n_columns), entry(simplex, i, column));
        int order = out == simplex->n_rows ? -1 : fmpq_cmp(ratio, least);
        if (order < 0 || (order == 0 && simplex->basis[i] < simplex->basis[out])) {
            out = i;
            fmpq_set(least, ratio);
        }
    }
    fmpq_clear(ratio);
    fmpq_clear(least);
    return out;
}

/* The last row holds what a column adds to the objective, with the sign changed. */
static void maximise(struct simplex *simplex)
{
    for (;;) {
        size_t column = 0;
        while (
            column < simplex->n_columns &&
            (simplex->barred[column] || fmpq_sgn(entry(simplex, simplex->n_rows, column)) >= 0)) {
            column++;
        }
        if (column == simplex->n_columns)
            return;
        size_t row = leaving(simplex, column);
        if (row == simplex->n_rows)
            return; /* cannot be: every point has a positive exponent */
        pivot(simplex, row, column);
    }
}

/* Whether a column can be positive in some best solution: barred are those that would worsen it. */
static bool can_be_positive(struct simplex *simplex, size_t column)
{
    if (simplex->barred[column])
        return false;
    for (size_t j = 0; j <= simplex->n_columns; j++) {
        fmpq_zero(entry(simplex, simplex->n_rows, j));
    }
    fmpq_set_si(entry(simplex, simplex->n_rows, column), -1, 1);
    for (size_t i = 0; i < simplex->n_rows; i++) {
        if (simplex->basis[i] != column)
            continue;
        if (fmpq_sgn(entry(simplex, i, simplex->n_columns)) > 0)
            return true;
        for (size_t j = 0; j <= simplex->n_columns; j++) {
            fmpq_add(entry(simplex, simplex->n_rows, j), entry(simplex, simplex->n_rows, j),
                     entry(simplex, i, j));
        }
    }
    maximise(simplex);
    return fmpq_sgn(entry(simplex, simplex->n_rows, simplex->n_columns)) > 0;
}

/* Codimension of the least face that holds the point where the ray leaves: its directions are those
   of the points and slacks that can be used. */
static long codimension(struct simplex *simplex, const long *points, size_t n, size_t n_vars)
{
    for (size_t j = 0; j < simplex->n_columns; j++) {
        simplex->barred[j] = fmpq_sgn(entry(simplex, simplex->n_rows, j)) > 0;
    }
    fmpz_mat_t span;
    fmpz_mat_init(span, (slong)(n + n_vars), (slong)n_vars + 1);
    for (size_t j = 0; j < n + n_vars; j++) {
        if (!can_be_positive(simplex, j))
            continue;
        for (size_t i = 0; i < n_vars; i++) {
            fmpz_set_si(fmpz_mat_entry(span, (slong)j, (slong)i),
                        j < n ? points[j * n_vars + i] : j - n == i);
        }
        fmpz_set_si(fmpz_mat_entry(span, (slong)j, (slong)n_vars), j < n);
    }
    long rank = fmpz_mat_rank(span);
    fmpz_mat_clear(span);
    return (long)n_vars + 1 - rank;
}

static void simplex_start(struct simplex *simplex, const long *points, size_t n, size_t n_vars,
                          const struct rat *h)
{
    *simplex = (struct simplex){.n_rows = n_vars, .n_columns = n + n_vars};
    fmpq_mat_init(simplex->tableau, (slong)n_vars + 1, (slong)simplex->n_columns + 1);
    simplex->basis = mem_new(n_vars, sizeof *simplex->basis);
    simplex->barred = mem_new(simplex->n_columns, sizeof *simplex->barred);
    for (size_t i = 0; i < n_vars; i++) {
        for (size_t j = 0; j < n; j++) {
            fmpq_set_si(entry(simplex, i, j), points[j * n_vars + i], 1);
        }
        fmpq_set_si(entry(simplex, i, n + i), 1, 1);
        fmpq *right = entry(simplex, i, simplex->n_columns);
        if (h)
            fmpq_set_si(right, h[i].num, (ulong)h[i].den);
        fmpq_add_si(right, right, 1);
        simplex->basis[i] = n + i;
    }
    for (size_t j = 0; j < n; j++)
        fmpq_set_si(entry(simplex, n_vars, j), -1, 1);
}

struct rat monomial_rlct(const long *points, size_t n, size_t n_vars, const struct rat *h,
                         long *multiplicity)
{
    struct rat out = {0, 0};
    *multiplicity = 0;
    if (n == 0)
        return out;
    for (size_t k = 0; k < n; k++) {
        bool origin = true;
        for (size_t i = 0; i < n_vars; i++)
            origin = origin && points[k * n_vars + i] == 0;
        if (origin)
            return out; /* no zero there */
    }
    struct simplex simplex;
    simplex_start(&simplex, points, n, n_vars, h);
    maximise(&simplex);
    const fmpq *best = entry(&simplex, n_vars, simplex.n_columns);
    if (fmpz_fits_si(fmpq_numref(best)) && fmpz_fits_si(fmpq_denref(best))) {
        out = (struct rat){fmpz_get_si(fmpq_numref(best)), fmpz_get_si(fmpq_denref(best))};
        *multiplicity = codimension(&simplex, points, n, n_vars);
    }
    fmpq_mat_clear(simplex.tableau);
    mem_free(simplex.basis);
    mem_free(simplex.barred);
    return out;
}
