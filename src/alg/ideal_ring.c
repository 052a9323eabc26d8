/* What resolving needs of polynomials: substitutions, values at 0, signs at points. */
#include <assert.h>

#include "cusp/mem.h"
#include "ideal_private.h"

static void push(struct poly *out, const struct poly *a, slong t, const ulong *exponents,
                 bool negate)
{
    fmpq_t c;
    fmpq_init(c);
    fmpq_mpoly_get_term_coeff_fmpq(c, a->p, t, a->ring);
    if (negate)
        fmpq_neg(c, c);
    fmpq_mpoly_push_term_fmpq_ui(out->p, c, exponents, out->ring);
    fmpq_clear(c);
}

static void settle(struct poly *out)
{
    fmpq_mpoly_sort_terms(out->p, out->ring);
    fmpq_mpoly_combine_like_terms(out->p, out->ring);
}

struct poly *ring_at_zero(const struct poly *a, const bool *zero)
{
    struct poly *out = poly_new(a->n_vars);
    ulong e[POLY_MAX_VARS];
    const slong n = fmpq_mpoly_length(a->p, a->ring);
    for (slong t = 0; t < n; t++) {
        fmpq_mpoly_get_term_exp_ui(e, a->p, t, a->ring);
        bool keep = true;
        for (size_t i = 0; i < a->n_vars; i++)
            keep = keep && !(zero[i] && e[i]);
        if (keep)
            push(out, a, t, e, false);
    }
    return out;
}

struct poly *ring_coefficient(const struct poly *a, size_t i, unsigned long exponent)
{
    struct poly *out = poly_new(a->n_vars);
    const slong vars[1] = {(slong)i};
    const ulong exps[1] = {exponent};
    fmpq_mpoly_get_coeff_vars_ui(out->p, a->p, vars, exps, 1, a->ring);
    return out;
}

struct poly *ring_solve(const struct poly *a, size_t i, const struct poly *numerator,
                        const struct poly *divisor)
{
    /* Horner, with one more factor of the divisor a step. */
    const unsigned long degree = poly_degree_in(a, i);
    struct poly *sum = ring_coefficient(a, i, degree);
    struct poly *power = poly_integer(a->n_vars, 1);
    for (unsigned long d = degree; d-- > 0;) {
        struct poly *next = poly_mul(sum, numerator);
        struct poly *higher = poly_mul(power, divisor);
        struct poly *c = ring_coefficient(a, i, d);
        struct poly *part = poly_mul(c, higher);
        poly_free(sum);
        sum = poly_add(next, part);
        poly_free(next);
        poly_free(power);
        power = higher;
        poly_free(c);
        poly_free(part);
        if (ring_too_big(sum))
            break; /* the caller looks, and gives up */
    }
    poly_free(power);
    return sum;
}

struct poly *ring_monomials(const struct poly *a, long map[IDEAL_VARS][IDEAL_VARS],
                            const bool *negative)
{
    struct poly *out = poly_new(a->n_vars);
    ulong e[POLY_MAX_VARS], to[POLY_MAX_VARS];
    const slong n = fmpq_mpoly_length(a->p, a->ring);
    for (slong t = 0; t < n; t++) {
        fmpq_mpoly_get_term_exp_ui(e, a->p, t, a->ring);
        bool minus = false;
        for (size_t i = 0; i < a->n_vars; i++)
            to[i] = 0;
        for (size_t j = 0; j < a->n_vars; j++) {
            minus ^= negative[j] && (e[j] & 1);
            for (size_t i = 0; i < a->n_vars; i++)
                to[i] += e[j] * (ulong)map[j][i];
        }
        push(out, a, t, to, minus);
    }
    settle(out);
    return out;
}

struct poly *ring_shift_down(const struct poly *a, const unsigned long *exponents)
{
    struct poly *out = poly_new(a->n_vars);
    ulong e[POLY_MAX_VARS];
    const slong n = fmpq_mpoly_length(a->p, a->ring);
    for (slong t = 0; t < n; t++) {
        fmpq_mpoly_get_term_exp_ui(e, a->p, t, a->ring);
        for (size_t i = 0; i < a->n_vars; i++) {
            assert(e[i] >= exponents[i]);
            e[i] -= exponents[i];
        }
        push(out, a, t, e, false);
    }
    settle(out);
    return out;
}

struct poly *ring_remainder(const struct poly *a, const struct poly *b)
{
    struct poly *out = poly_new(a->n_vars);
    struct poly *quotient = poly_new(a->n_vars);
    fmpq_mpoly_divrem(quotient->p, out->p, a->p, b->p, a->ring);
    poly_free(quotient);
    return out;
}

struct poly *ring_set(const struct poly *a, size_t i, long value)
{
    struct poly *out = poly_new(a->n_vars);
    fmpq_t v;
    fmpq_init(v);
    fmpq_set_si(v, value, 1);
    const int fits = fmpq_mpoly_evaluate_one_fmpq(out->p, a->p, (slong)i, v, a->ring);
    assert(fits);
    (void)fits;
    fmpq_clear(v);
    return out;
}

struct poly *ring_primitive(const struct poly *a)
{
    struct poly *out = poly_copy(a);
    if (!poly_is_zero(a))
        fmpq_mpoly_make_monic(out->p, a->p, a->ring);
    return out;
}

bool ring_too_big(const struct poly *a)
{
    const size_t n = poly_n_terms(a);
    return n > IDEAL_TERMS || (n > 1 && poly_degree(a) > IDEAL_DEGREE);
}

int ring_sign_at(const struct poly *a, const struct rat *point)
{
    fmpq *values = mem_new(a->n_vars + 1, sizeof *values);
    fmpq **pointers = mem_new(a->n_vars + 1, sizeof *pointers);
    for (size_t i = 0; i < a->n_vars; i++) {
        fmpq_init(values + i);
        fmpq_set_si(values + i, point[i].num, (ulong)point[i].den);
        pointers[i] = values + i;
    }
    fmpq_t value;
    fmpq_init(value);
    const int fits = fmpq_mpoly_evaluate_all_fmpq(value, a->p, pointers, a->ring);
    assert(fits);
    (void)fits;
    const int sign = fmpq_sgn(value);
    fmpq_clear(value);
    for (size_t i = 0; i < a->n_vars; i++)
        fmpq_clear(values + i);
    mem_free(values);
    mem_free(pointers);
    return sign;
}

void ring_differences(const struct poly *a, long **rows, size_t *n, size_t *capacity)
{
    const size_t dim = a->n_vars, terms = poly_n_terms(a);
    unsigned long first[POLY_MAX_VARS], e[POLY_MAX_VARS];
    if (terms)
        poly_exponents(a, 0, first);
    for (size_t t = 1; t < terms; t++) {
        poly_exponents(a, t, e);
        if (*n == *capacity) {
            *capacity = *capacity ? 2 * *capacity : 16;
            *rows = mem_resize(*rows, *capacity * dim, sizeof **rows);
        }
        for (size_t i = 0; i < dim; i++)
            (*rows)[*n * dim + i] = (long)e[i] - (long)first[i];
        ++*n;
    }
}
