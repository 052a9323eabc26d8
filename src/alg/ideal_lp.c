/* Exact fractions and small linear programs for Newton polyhedra and weights. */
#include <assert.h>
#include <flint/fmpq.h>
#include <flint/fmpz.h>
#include <limits.h>

#include "cusp/mem.h"
#include "ideal_private.h"

static long gcd_of(long a, long b)
{
    while (b) {
        const long r = a % b;
        a = b;
        b = r;
    }
    return a < 0 ? -a : a;
}

static struct rat too_long(void)
{
    return (struct rat){1, -1};
}

bool ideal_overflow(struct rat a)
{
    return a.den < 0;
}

struct rat ideal_infinite(void)
{
    return (struct rat){0, 0};
}

struct rat ideal_rat(long num, long den)
{
    assert(den != 0);
    if (num == LONG_MIN || den == LONG_MIN)
        return too_long();
    const long g = gcd_of(num, den) * (den < 0 ? -1 : 1);
    return (struct rat){num / g, den / g};
}

struct rat ideal_add(struct rat a, struct rat b)
{
    if (ideal_overflow(a) || ideal_overflow(b))
        return too_long();
    if (!a.den || !b.den)
        return ideal_infinite();
    long left, right, num, den;
    if (__builtin_mul_overflow(a.num, b.den, &left) ||
        __builtin_mul_overflow(b.num, a.den, &right) || __builtin_add_overflow(left, right, &num) ||
        __builtin_mul_overflow(a.den, b.den, &den))
        return too_long();
    return ideal_rat(num, den);
}

struct rat ideal_times(struct rat a, struct rat b)
{
    if (ideal_overflow(a) || ideal_overflow(b))
        return too_long();
    if (!a.den || !b.den)
        return ideal_infinite();
    long num, den;
    if (__builtin_mul_overflow(a.num, b.num, &num) || __builtin_mul_overflow(a.den, b.den, &den))
        return too_long();
    return ideal_rat(num, den);
}

struct rat ideal_divide(struct rat a, struct rat b)
{
    assert(b.num > 0 && b.den > 0);
    return ideal_times(a, (struct rat){b.den, b.num});
}

int ideal_compare(struct rat a, struct rat b)
{
    if (!a.den || !b.den)
        return !a.den - !b.den;
    fmpq_t x, y;
    fmpq_init(x);
    fmpq_init(y);
    fmpq_set_si(x, a.num, (ulong)a.den);
    fmpq_set_si(y, b.num, (ulong)b.den);
    const int order = fmpq_cmp(x, y);
    fmpq_clear(x);
    fmpq_clear(y);
    return (order > 0) - (order < 0);
}

/* max c·y with M y ≤ b, y ≥ 0, where b ≥ 0: the simplex method from y = 0, Bland's rule. Columns:
   y, then slacks, then the right side; the last row holds the reduced costs. */
struct tableau {
    size_t rows, cols;
    fmpq *cell;
    size_t *basis;
};

static fmpq *at(const struct tableau *t, size_t row, size_t col)
{
    return t->cell + row * (t->cols + t->rows + 1) + col;
}

static void tableau_init(struct tableau *t, size_t rows, size_t cols)
{
    *t = (struct tableau){.rows = rows, .cols = cols};
    t->cell = mem_new((rows + 1) * (cols + rows + 1), sizeof *t->cell);
    t->basis = mem_new(rows + 1, sizeof *t->basis);
    for (size_t i = 0; i < (rows + 1) * (cols + rows + 1); i++)
        fmpq_init(t->cell + i);
    for (size_t r = 0; r < rows; r++) {
        fmpq_one(at(t, r, cols + r));
        t->basis[r] = cols + r;
    }
}

static void tableau_done(struct tableau *t)
{
    for (size_t i = 0; i < (t->rows + 1) * (t->cols + t->rows + 1); i++)
        fmpq_clear(t->cell + i);
    mem_free(t->cell);
    mem_free(t->basis);
}

static void pivot(struct tableau *t, size_t row, size_t col)
{
    const size_t width = t->cols + t->rows + 1;
    fmpq_t factor, part;
    fmpq_init(factor);
    fmpq_init(part);
    fmpq_set(factor, at(t, row, col));
    for (size_t c = 0; c < width; c++)
        fmpq_div(at(t, row, c), at(t, row, c), factor);
    for (size_t r = 0; r <= t->rows; r++) {
        if (r == row || fmpq_is_zero(at(t, r, col)))
            continue;
        fmpq_set(factor, at(t, r, col));
        for (size_t c = 0; c < width; c++) {
            fmpq_mul(part, factor, at(t, row, c));
            fmpq_sub(at(t, r, c), at(t, r, c), part);
        }
    }
    t->basis[row] = col;
    fmpq_clear(factor);
    fmpq_clear(part);
}

/* False: unbounded. */
static bool tableau_run(struct tableau *t, const bool *banned)
{
    const size_t columns = t->cols + t->rows;
    fmpq_t best, ratio;
    fmpq_init(best);
    fmpq_init(ratio);
    bool bounded = true;
    for (;;) {
        size_t col = 0;
        while (col < columns && ((banned && banned[col]) || fmpq_sgn(at(t, t->rows, col)) >= 0))
            col++;
        if (col == columns)
            break;
        size_t row = t->rows;
        for (size_t r = 0; r < t->rows; r++) {
            if (fmpq_sgn(at(t, r, col)) <= 0)
                continue;
            fmpq_div(ratio, at(t, r, columns), at(t, r, col));
            const int order = row == t->rows ? -1 : fmpq_cmp(ratio, best);
            if (order < 0 || (order == 0 && t->basis[r] < t->basis[row])) {
                row = r;
                fmpq_set(best, ratio);
            }
        }
        if (row == t->rows) {
            bounded = false;
            break;
        }
        pivot(t, row, col);
    }
    fmpq_clear(best);
    fmpq_clear(ratio);
    return bounded;
}

static struct rat rat_of(const fmpq *q)
{
    if (!fmpz_fits_si(fmpq_numref(q)) || !fmpz_fits_si(fmpq_denref(q)))
        return too_long();
    return (struct rat){fmpz_get_si(fmpq_numref(q)), fmpz_get_si(fmpq_denref(q))};
}

/* Column c can be positive without leaving the optimum. */
static bool can_be_positive(const struct tableau *optimum, size_t c, const bool *banned)
{
    const size_t columns = optimum->cols + optimum->rows;
    for (size_t r = 0; r < optimum->rows; r++)
        if (optimum->basis[r] == c && fmpq_sgn(at(optimum, r, columns)) > 0)
            return true;
    if (banned[c])
        return false;
    struct tableau t;
    tableau_init(&t, optimum->rows, optimum->cols);
    for (size_t r = 0; r < t.rows; r++) {
        t.basis[r] = optimum->basis[r];
        for (size_t j = 0; j <= columns; j++)
            fmpq_set(at(&t, r, j), at(optimum, r, j));
    }
    fmpq_set_si(at(&t, t.rows, c), -1, 1);
    for (size_t r = 0; r < t.rows; r++)
        if (t.basis[r] == c)
            for (size_t j = 0; j <= columns; j++)
                fmpq_add(at(&t, t.rows, j), at(&t, t.rows, j), at(&t, r, j));
    const bool positive = !tableau_run(&t, banned) || fmpq_sgn(at(&t, t.rows, columns)) > 0;
    tableau_done(&t);
    return positive;
}

static size_t rank_of(fmpq *m, size_t rows, size_t cols)
{
    size_t rank = 0;
    fmpq_t factor, part;
    fmpq_init(factor);
    fmpq_init(part);
    for (size_t c = 0; c < cols && rank < rows; c++) {
        size_t r = rank;
        while (r < rows && fmpq_is_zero(m + r * cols + c))
            r++;
        if (r == rows)
            continue;
        for (size_t j = 0; j < cols; j++)
            fmpq_swap(m + r * cols + j, m + rank * cols + j);
        for (r = rank + 1; r < rows; r++) {
            if (fmpq_is_zero(m + r * cols + c))
                continue;
            fmpq_div(factor, m + r * cols + c, m + rank * cols + c);
            for (size_t j = 0; j < cols; j++) {
                fmpq_mul(part, factor, m + rank * cols + j);
                fmpq_sub(m + r * cols + j, m + r * cols + j, part);
            }
        }
        rank++;
    }
    fmpq_clear(factor);
    fmpq_clear(part);
    return rank;
}

static size_t rank_of_longs(const long *rows, size_t n, size_t n_vars, size_t extra)
{
    const size_t all = n + (extra < n_vars);
    fmpq *m = mem_new(all * n_vars + 1, sizeof *m);
    for (size_t i = 0; i < all * n_vars; i++) {
        fmpq_init(m + i);
        fmpq_set_si(m + i, i < n * n_vars ? rows[i] : i - n * n_vars == extra, 1);
    }
    const size_t rank = rank_of(m, all, n_vars);
    for (size_t i = 0; i < all * n_vars; i++)
        fmpq_clear(m + i);
    mem_free(m);
    return rank;
}

/* The weights that attain λ form a face of {w ≥ 0, ⟨w, α⟩ ≥ 1}; constraints that are tight on all
   of it are those whose dual variable can be positive (strict complementarity). */
static long codimension(const struct tableau *t, const long *points, size_t n_vars)
{
    const size_t n = t->cols, columns = t->cols + t->rows;
    bool *banned = mem_new(columns, sizeof *banned);
    for (size_t c = 0; c < columns; c++)
        banned[c] = fmpq_sgn(at(t, t->rows, c)) > 0;
    long *tight = mem_new(columns * n_vars, sizeof *tight);
    size_t n_tight = 0;
    for (size_t c = 0; c < columns; c++) {
        if (!can_be_positive(t, c, banned))
            continue;
        for (size_t j = 0; j < n_vars; j++)
            tight[n_tight * n_vars + j] = c < n ? points[c * n_vars + j] : c - n == j;
        n_tight++;
    }
    const size_t rank = rank_of_longs(tight, n_tight, n_vars, n_vars);
    mem_free(tight);
    mem_free(banned);
    return (long)(n_vars - rank) + 1;
}

struct rat ideal_monomials(const long *points, size_t n, size_t n_vars, const struct rat *h,
                           long *multiplicity, struct rat *weights)
{
    *multiplicity = 0;
    if (!n || !n_vars)
        return ideal_infinite();
    struct tableau t;
    tableau_init(&t, n_vars, n);
    for (size_t j = 0; j < n_vars; j++) {
        for (size_t i = 0; i < n; i++)
            fmpq_set_si(at(&t, j, i), points[i * n_vars + j], 1);
        const struct rat volume = h ? h[j] : (struct rat){0, 1};
        fmpq_set_si(at(&t, j, n + n_vars), volume.num, (ulong)volume.den);
        fmpq_add_si(at(&t, j, n + n_vars), at(&t, j, n + n_vars), 1);
    }
    for (size_t i = 0; i < n; i++)
        fmpq_set_si(at(&t, n_vars, i), -1, 1);
    struct rat lambda = ideal_infinite();
    if (tableau_run(&t, NULL)) { /* else a constant is among them */
        lambda = rat_of(at(&t, n_vars, n + n_vars));
        *multiplicity = codimension(&t, points, n_vars);
        for (size_t j = 0; weights && j < n_vars; j++)
            weights[j] = rat_of(at(&t, n_vars, n + j));
    }
    tableau_done(&t);
    return lambda;
}

/* max Σ t_i with t_i ≤ w_i, t_i ≤ 1, ⟨w, row⟩ = 0 is n_vars exactly if there are such weights. */
bool ideal_positive_weights(const long *rows, size_t n, size_t n_vars, long *weights)
{
    struct tableau t;
    tableau_init(&t, 2 * n + 2 * n_vars, 2 * n_vars);
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < n_vars; j++) {
            fmpq_set_si(at(&t, 2 * r, j), rows[r * n_vars + j], 1);
            fmpq_set_si(at(&t, 2 * r + 1, j), -rows[r * n_vars + j], 1);
        }
    for (size_t j = 0; j < n_vars; j++) {
        fmpq_set_si(at(&t, 2 * n + j, n_vars + j), 1, 1);
        fmpq_set_si(at(&t, 2 * n + j, j), -1, 1);
        fmpq_set_si(at(&t, 2 * n + n_vars + j, n_vars + j), 1, 1);
        fmpq_set_si(at(&t, 2 * n + n_vars + j, t.rows + t.cols), 1, 1);
        fmpq_set_si(at(&t, t.rows, n_vars + j), -1, 1);
    }
    bool ok =
        tableau_run(&t, NULL) && fmpq_cmp_si(at(&t, t.rows, t.rows + t.cols), (long)n_vars) == 0;
    fmpz_t scale, value;
    fmpz_init_set_ui(scale, 1);
    fmpz_init(value);
    for (int pass = 0; ok && pass < 2; pass++)
        for (size_t r = 0; r < t.rows; r++) {
            if (t.basis[r] >= n_vars)
                continue;
            const fmpq *w = at(&t, r, t.rows + t.cols);
            if (pass == 0) {
                fmpz_lcm(scale, scale, fmpq_denref(w));
            } else {
                fmpz_divexact(value, scale, fmpq_denref(w));
                fmpz_mul(value, value, fmpq_numref(w));
                ok = ok && fmpz_fits_si(value);
                weights[t.basis[r]] = ok ? fmpz_get_si(value) : 0;
            }
        }
    fmpz_clear(scale);
    fmpz_clear(value);
    tableau_done(&t);
    return ok;
}

bool ideal_moves(const long *rows, size_t n, size_t n_vars, size_t j)
{
    return rank_of_longs(rows, n, n_vars, j) > rank_of_longs(rows, n, n_vars, n_vars);
}

/* Over the field of two elements: the row e_j must not be a sum of the others. */
bool ideal_reflects(const long *rows, size_t n, size_t n_vars, size_t j, const bool *fixed)
{
    uint32_t pivots[IDEAL_VARS] = {0}, target = 1u << j;
    for (size_t r = 0; r < n; r++) {
        uint32_t bits = 0;
        for (size_t i = 0; i < n_vars; i++)
            if ((rows[r * n_vars + i] & 1) && !(fixed && fixed[i]))
                bits |= 1u << i;
        for (size_t i = 0; i < n_vars && bits; i++) {
            if (!(bits & (1u << i)))
                continue;
            if (pivots[i]) {
                bits ^= pivots[i];
            } else {
                pivots[i] = bits;
                bits = 0;
            }
        }
    }
    if (fixed && fixed[j])
        return false;
    for (size_t i = 0; i < n_vars; i++)
        if ((target & (1u << i)) && pivots[i])
            target ^= pivots[i];
    return target != 0;
}
