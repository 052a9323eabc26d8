/* Polynomials with rational coefficients: making them and calculating with them. */
#include "cusp/poly.h"

#include <assert.h>
#include <flint/fmpq_mpoly.h>
#include <stdint.h>
#include <stdlib.h>

#include "cusp/mem.h"
#include "poly_private.h"

struct poly *poly_new(size_t n_vars)
{
    assert(n_vars <= POLY_MAX_VARS);
    struct poly *out = mem_new(1, sizeof *out);
    out->n_vars = n_vars;
    /* FLINT's rings have a variable at least. */
    fmpq_mpoly_ctx_init(out->ring, n_vars ? (slong)n_vars : 1, ORD_LEX);
    fmpq_mpoly_init(out->p, out->ring);
    return out;
}

struct poly *poly_zero(size_t n_vars)
{
    return poly_new(n_vars);
}

struct poly *poly_var(size_t n_vars, size_t i)
{
    assert(i < n_vars);
    struct poly *out = poly_new(n_vars);
    fmpq_mpoly_gen(out->p, (slong)i, out->ring);
    return out;
}

struct poly *poly_integer(size_t n_vars, long value)
{
    struct poly *out = poly_new(n_vars);
    fmpq_mpoly_set_si(out->p, value, out->ring);
    return out;
}

struct poly *poly_copy(const struct poly *a)
{
    struct poly *out = poly_new(a->n_vars);
    fmpq_mpoly_set(out->p, a->p, out->ring);
    return out;
}

void poly_free(struct poly *a)
{
    if (!a)
        return;
    fmpq_mpoly_clear(a->p, a->ring);
    fmpq_mpoly_ctx_clear(a->ring);
    mem_free(a);
}

struct poly *poly_add(const struct poly *a, const struct poly *b)
{
    assert(a->n_vars == b->n_vars);
    struct poly *out = poly_new(a->n_vars);
    fmpq_mpoly_add(out->p, a->p, b->p, out->ring);
    return out;
}

struct poly *poly_sub(const struct poly *a, const struct poly *b)
{
    assert(a->n_vars == b->n_vars);
    struct poly *out = poly_new(a->n_vars);
    fmpq_mpoly_sub(out->p, a->p, b->p, out->ring);
    return out;
}

struct poly *poly_mul(const struct poly *a, const struct poly *b)
{
    assert(a->n_vars == b->n_vars);
    struct poly *out = poly_new(a->n_vars);
    fmpq_mpoly_mul(out->p, a->p, b->p, out->ring);
    return out;
}

/* Coefficients of a power stay below 16 MB. */
static bool power_fits(const struct poly *a, unsigned long exponent)
{
    enum { MAX_BITS = 1 << 27 };
    unsigned long bits = poly_bits(a);
    return bits < MAX_BITS && exponent <= MAX_BITS / (bits + 1);
}

enum status poly_pow(const struct poly *a, unsigned long exponent, struct poly **out)
{
    for (size_t i = 0; i < a->n_vars && !poly_is_constant(a); i++) {
        unsigned long degree = poly_degree_in(a, i);
        if (degree && exponent > POLY_MAX_EXPONENT / degree)
            return ST_LIMIT;
    }
    if (exponent > POLY_MAX_EXPONENT) {
        /* Of constants only 0 and ±1 stay short. */
        struct rat c;
        if (!poly_rat(a, &c) || c.den != 1 || c.num < -1 || c.num > 1)
            return ST_LIMIT;
        exponent = 2 - exponent % 2;
    }
    if (!power_fits(a, exponent))
        return ST_LIMIT;
    struct poly *power = poly_new(a->n_vars);
    if (!fmpq_mpoly_pow_ui(power->p, a->p, exponent, power->ring)) {
        poly_free(power);
        return ST_LIMIT;
    }
    *out = power;
    return ST_OK;
}

enum status poly_divide(const struct poly *a, const struct poly *b, struct poly **out)
{
    assert(a->n_vars == b->n_vars);
    if (poly_is_zero(b))
        return ST_DOMAIN;
    struct poly *quotient = poly_new(a->n_vars);
    if (!fmpq_mpoly_divides(quotient->p, a->p, b->p, quotient->ring)) {
        poly_free(quotient);
        return ST_DOMAIN;
    }
    *out = quotient;
    return ST_OK;
}

struct poly *poly_derivative(const struct poly *a, size_t i)
{
    assert(i < a->n_vars);
    struct poly *out = poly_new(a->n_vars);
    fmpq_mpoly_derivative(out->p, a->p, (slong)i, out->ring);
    return out;
}

struct poly *poly_gcd(const struct poly *a, const struct poly *b)
{
    assert(a->n_vars == b->n_vars);
    struct poly *out = poly_new(a->n_vars);
    /* It fails only where exponents are beyond any that are made here; 1 divides them. */
    if (!fmpq_mpoly_gcd(out->p, a->p, b->p, out->ring))
        fmpq_mpoly_set_si(out->p, 1, out->ring);
    return out;
}

/* Degrees of the composition stay below the limit. */
static bool compose_fits(const struct poly *a, const struct poly *const *with)
{
    unsigned long total = 0;
    for (size_t i = 0; i < a->n_vars; i++) {
        unsigned long outer = poly_degree_in(a, i), inner = poly_degree(with[i]);
        if (outer && inner > POLY_MAX_EXPONENT / outer)
            return false;
        total += outer * inner;
    }
    return total <= (unsigned long)POLY_MAX_EXPONENT * POLY_MAX_VARS;
}

enum status poly_compose(const struct poly *a, const struct poly *const *with, struct poly **out)
{
    if (a->n_vars == 0) {
        *out = poly_copy(a);
        return ST_OK;
    }
    if (!compose_fits(a, with))
        return ST_LIMIT;
    fmpq_mpoly_struct *parts[POLY_MAX_VARS];
    for (size_t i = 0; i < a->n_vars; i++) {
        assert(with[i]->n_vars == with[0]->n_vars);
        /* FLINT reads them only, but does not say so. */
        parts[i] = (fmpq_mpoly_struct *)(uintptr_t)with[i]->p;
    }
    struct poly *made = poly_new(with[0]->n_vars);
    if (!fmpq_mpoly_compose_fmpq_mpoly(made->p, a->p, parts, a->ring, made->ring)) {
        poly_free(made);
        return ST_LIMIT;
    }
    *out = made;
    return ST_OK;
}

struct poly *poly_rename(const struct poly *a, size_t n_vars, const size_t *map)
{
    slong to[POLY_MAX_VARS] = {-1}; /* the variable of a ring without variables becomes 0 */
    for (size_t i = 0; i < a->n_vars; i++) {
        assert(map[i] < n_vars);
        to[i] = (slong)map[i];
    }
    struct poly *out = poly_new(n_vars);
    fmpq_mpoly_compose_fmpq_mpoly_gen(out->p, a->p, to, a->ring, out->ring);
    return out;
}
