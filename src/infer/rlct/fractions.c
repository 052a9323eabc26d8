/* Matrices of exact fractions: reduced row echelon form. */
#include <stdlib.h>

#include "cusp/mem.h"
#include "matrices_private.h"

const struct poly *fractions_keep(struct fractions *pool, struct poly *made)
{
    MEM_GROW(pool->made, pool->n, pool->capacity);
    return pool->made[pool->n++] = made;
}

void fractions_done(struct fractions *pool)
{
    for (size_t i = 0; i < pool->n; i++)
        poly_free(pool->made[i]);
    mem_free(pool->made);
    *pool = (struct fractions){0};
}

double fraction_value(const struct poly *constant)
{
    struct arena arena;
    arena_init(&arena);
    double value =
        poly_is_zero(constant) ? 0 : strtod(poly_coefficient_decimal(constant, 0, &arena), NULL);
    arena_done(&arena);
    return value;
}

void fraction_matrix_init(struct fraction_matrix *matrix, size_t n_rows, size_t n_columns,
                          struct arena *arena)
{
    matrix->n_rows = n_rows;
    matrix->n_columns = n_columns;
    matrix->entry = arena_new(arena, n_rows * n_columns + 1, sizeof *matrix->entry);
}

static void swap_rows(struct fraction_matrix *matrix, size_t a, size_t b)
{
    for (size_t j = 0; j < matrix->n_columns; j++) {
        const struct poly **x = &matrix->entry[a * matrix->n_columns + j];
        const struct poly **y = &matrix->entry[b * matrix->n_columns + j], *z = *x;
        *x = *y;
        *y = z;
    }
}

static const struct poly *divided(struct fractions *pool, const struct poly *a,
                                  const struct poly *b)
{
    struct poly *out = NULL;
    if (poly_divide(a, b, &out) != ST_OK)
        out = poly_zero(poly_n_vars(a)); /* b is not 0 */
    return fractions_keep(pool, out);
}

static void clear_column(struct fraction_matrix *matrix, struct fractions *pool, size_t row,
                         size_t column)
{
    size_t n = matrix->n_columns;
    const struct poly *pivot = matrix->entry[row * n + column];
    for (size_t j = 0; j < n; j++) {
        matrix->entry[row * n + j] = divided(pool, matrix->entry[row * n + j], pivot);
    }
    for (size_t i = 0; i < matrix->n_rows; i++) {
        const struct poly *factor = matrix->entry[i * n + column];
        if (i == row || poly_is_zero(factor))
            continue;
        for (size_t j = 0; j < n; j++) {
            const struct poly *step =
                fractions_keep(pool, poly_mul(factor, matrix->entry[row * n + j]));
            matrix->entry[i * n + j] =
                fractions_keep(pool, poly_sub(matrix->entry[i * n + j], step));
        }
    }
}

size_t fraction_matrix_reduce(struct fraction_matrix *matrix, struct fractions *pool,
                              size_t *pivots)
{
    size_t rank = 0, n = matrix->n_columns;
    for (size_t column = 0; column < n && rank < matrix->n_rows; column++) {
        size_t row = rank;
        while (row < matrix->n_rows && poly_is_zero(matrix->entry[row * n + column]))
            row++;
        if (row == matrix->n_rows)
            continue;
        swap_rows(matrix, rank, row);
        clear_column(matrix, pool, rank, column);
        pivots[rank++] = column;
    }
    return rank;
}
