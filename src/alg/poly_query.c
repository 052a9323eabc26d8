/* Polynomials with rational coefficients: what they are, term by term. */
#include <assert.h>
#include <flint/fmpq_mpoly.h>
#include <flint/fmpq_mpoly_factor.h>

#include "cusp/mem.h"
#include "cusp/poly.h"
#include "poly_private.h"

size_t poly_n_vars(const struct poly *a)
{
    return a->n_vars;
}

bool poly_is_zero(const struct poly *a)
{
    return fmpq_mpoly_is_zero(a->p, a->ring);
}

bool poly_is_constant(const struct poly *a)
{
    return fmpq_mpoly_is_fmpq(a->p, a->ring);
}

bool poly_equal(const struct poly *a, const struct poly *b)
{
    return a->n_vars == b->n_vars && fmpq_mpoly_equal(a->p, b->p, a->ring);
}

int poly_sign(const struct poly *a)
{
    assert(poly_is_constant(a));
    fmpq_t c;
    fmpq_init(c);
    fmpq_mpoly_get_fmpq(c, a->p, a->ring);
    int sign = fmpq_sgn(c);
    fmpq_clear(c);
    return sign;
}

bool poly_rat(const struct poly *a, struct rat *out)
{
    if (!poly_is_constant(a))
        return false;
    fmpq_t c;
    fmpq_init(c);
    fmpq_mpoly_get_fmpq(c, a->p, a->ring);
    bool fits = fmpz_fits_si(fmpq_numref(c)) && fmpz_fits_si(fmpq_denref(c));
    if (fits)
        *out = (struct rat){fmpz_get_si(fmpq_numref(c)), fmpz_get_si(fmpq_denref(c))};
    fmpq_clear(c);
    return fits;
}

size_t poly_n_terms(const struct poly *a)
{
    return (size_t)fmpq_mpoly_length(a->p, a->ring);
}

unsigned long poly_degree(const struct poly *a)
{
    if (poly_is_zero(a))
        return 0;
    return (unsigned long)fmpq_mpoly_total_degree_si(a->p, a->ring);
}

unsigned long poly_degree_in(const struct poly *a, size_t i)
{
    assert(i < a->n_vars);
    if (poly_is_zero(a))
        return 0;
    return (unsigned long)fmpq_mpoly_degree_si(a->p, (slong)i, a->ring);
}

bool poly_uses(const struct poly *a, size_t i)
{
    return poly_degree_in(a, i) > 0;
}

void poly_exponents(const struct poly *a, size_t t, unsigned long *exponents)
{
    assert(t < poly_n_terms(a));
    if (a->n_vars)
        fmpq_mpoly_get_term_exp_ui(exponents, a->p, (slong)t, a->ring);
}

unsigned long poly_bits(const struct poly *a)
{
    slong bits = fmpz_mpoly_max_bits(a->p->zpoly);
    return (unsigned long)(bits < 0 ? -bits : bits) + 2 * fmpq_height_bits(a->p->content);
}

struct poly *poly_coefficient(const struct poly *a, size_t t)
{
    assert(t < poly_n_terms(a));
    struct poly *out = poly_new(a->n_vars);
    fmpq_t c;
    fmpq_init(c);
    fmpq_mpoly_get_term_coeff_fmpq(c, a->p, (slong)t, a->ring);
    fmpq_mpoly_set_fmpq(out->p, c, out->ring);
    fmpq_clear(c);
    return out;
}

/* Factors without content; what they lose goes to the unit. */
static void take_factor(fmpq_mpoly_t from, unsigned long power, fmpq_t unit, struct poly *to)
{
    fmpq_t content;
    fmpq_init(content);
    fmpq_mpoly_swap(to->p, from, to->ring);
    fmpq_pow_si(content, to->p->content, (slong)power);
    fmpq_mul(unit, unit, content);
    fmpq_one(to->p->content);
    fmpq_clear(content);
}

enum status poly_factor(const struct poly *a, struct arena *arena, struct poly_factors *out)
{
    *out = (struct poly_factors){0};
    if (poly_is_zero(a))
        return ST_UNABLE;
    if (a->n_vars == 2 && poly_degree(a) > POLY_EASY_DEGREE)
        return poly_factor_plane(a, false, arena, out);
    fmpq_mpoly_factor_t factors;
    fmpq_mpoly_factor_init(factors, a->ring);
    enum status status = ST_UNABLE;
    if (!fmpq_mpoly_factor(factors, a->p, a->ring))
        goto out;
    fmpq_mpoly_factor_sort(factors, a->ring);
    size_t n = (size_t)factors->num;
    out->factor = arena_new(arena, n + 1, sizeof *out->factor);
    out->power = arena_new(arena, n + 1, sizeof *out->power);
    for (size_t i = 0; i < n; i++) {
        /* A power that does not fit belongs to no polynomial that could be made. */
        assert(fmpz_fits_si(factors->exp + i));
        out->power[i] = fmpz_get_ui(factors->exp + i);
        out->factor[i] = poly_new(a->n_vars);
        take_factor(factors->poly + i, out->power[i], factors->constant, out->factor[i]);
        out->n++;
    }
    out->unit = poly_new(a->n_vars);
    fmpq_mpoly_set_fmpq(out->unit->p, factors->constant, out->unit->ring);
    status = ST_OK;
out:
    fmpq_mpoly_factor_clear(factors, a->ring);
    return status;
}

void poly_factors_done(struct poly_factors *factors)
{
    for (size_t i = 0; i < factors->n; i++)
        poly_free(factors->factor[i]);
    poly_free(factors->unit);
    *factors = (struct poly_factors){0};
}
