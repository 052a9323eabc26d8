/* Which polynomials in the free variables vanish at real points: proofs only, else "it may". */
#include <flint/fmpz_poly.h>
#include <flint/fmpq_poly.h>

#include "cusp/mem.h"
#include "ideal_private.h"
#include "newton_private.h"

static bool is_unit_variable(const struct germ *germ, size_t i)
{
    for (size_t u = 0; u < germ->n_units; u++)
        if (poly_n_terms(germ->unit[u]) == 1 && poly_degree(germ->unit[u]) == 1 &&
            poly_uses(germ->unit[u], i))
            return true;
    return false;
}

/* All exponents even, all coefficients of one sign, and some term that cannot be 0. */
static int sign_of_even(const struct germ *germ, const struct poly *p)
{
    unsigned long e[POLY_MAX_VARS];
    int sign = 0;
    bool positive = false;
    for (size_t t = 0; t < poly_n_terms(p); t++) {
        poly_exponents(p, t, e);
        bool sure = true;
        for (size_t i = 0; i < p->n_vars; i++) {
            if (e[i] & 1)
                return 0;
            sure = sure && (!e[i] || is_unit_variable(germ, i));
        }
        struct poly *c = poly_coefficient(p, t);
        const int s = poly_sign(c);
        poly_free(c);
        if (sign && s != sign)
            return 0;
        sign = s;
        positive = positive || sure;
    }
    return positive ? sign : 0;
}

/* The only variable of p; SIZE_MAX: there are others, or none. */
static size_t only_variable(const struct poly *p)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < p->n_vars; i++) {
        if (!poly_uses(p, i))
            continue;
        if (found != SIZE_MAX)
            return SIZE_MAX;
        found = i;
    }
    return found;
}

static long count_roots(const struct poly *p, size_t i)
{
    fmpq_poly_t q;
    fmpz_poly_t z;
    fmpq_poly_init(q);
    fmpz_poly_init(z);
    long roots = -1;
    if (fmpq_mpoly_get_fmpq_poly(q, p->p, (slong)i, p->ring)) {
        fmpq_poly_get_numerator(z, q);
        if (fmpz_poly_is_squarefree(z))
            roots = fmpz_poly_num_real_roots(z);
    }
    fmpq_poly_clear(q);
    fmpz_poly_clear(z);
    return roots;
}

static int definite_sign(const struct germ *germ, const struct poly *p, int depth);

/* A v² + B v + C with B² − 4 A C < 0 everywhere has the sign of A. */
static int sign_of_quadratic(const struct germ *germ, const struct poly *p, size_t i, int depth)
{
    struct poly *a = ring_coefficient(p, i, 2), *b = ring_coefficient(p, i, 1);
    struct poly *c = ring_coefficient(p, i, 0), *four = poly_integer(p->n_vars, 4);
    struct poly *square = poly_mul(b, b), *ac = poly_mul(a, c), *ac4 = poly_mul(ac, four);
    struct poly *discriminant = poly_sub(square, ac4);
    int sign = 0;
    if (definite_sign(germ, discriminant, depth + 1) < 0)
        sign = definite_sign(germ, a, depth + 1);
    poly_free(a);
    poly_free(b);
    poly_free(c);
    poly_free(four);
    poly_free(square);
    poly_free(ac);
    poly_free(ac4);
    poly_free(discriminant);
    return sign;
}

/* The sign that p has at all points, if that can be told; else 0. */
static int definite_sign(const struct germ *germ, const struct poly *p, int depth)
{
    if (poly_is_zero(p) || depth > 4)
        return 0;
    int sign = sign_of_even(germ, p);
    if (sign)
        return sign;
    const size_t only = only_variable(p);
    if (only != SIZE_MAX && count_roots(p, only) == 0) {
        struct rat origin[POLY_MAX_VARS];
        for (size_t i = 0; i < p->n_vars; i++)
            origin[i] = (struct rat){0, 1};
        return ring_sign_at(p, origin);
    }
    for (size_t i = 0; i < p->n_vars && !sign; i++)
        if (poly_degree_in(p, i) == 2)
            sign = sign_of_quadratic(germ, p, i, depth);
    return sign;
}

static bool factor_never_zero(const struct germ *germ, const struct poly *q)
{
    struct poly *monic = ring_primitive(q);
    bool known = false;
    for (size_t u = 0; u < germ->n_units && !known; u++)
        known = poly_equal(germ->unit[u], monic);
    poly_free(monic);
    return known || definite_sign(germ, q, 0) != 0;
}

bool real_never_zero(const struct germ *germ, const struct poly *p)
{
    if (poly_is_zero(p))
        return false;
    if (poly_is_constant(p) || factor_never_zero(germ, p))
        return true;
    if (ring_too_big(p))
        return false;
    struct arena arena;
    arena_init(&arena);
    struct poly_factors factors;
    bool never = false;
    if (poly_factor(p, &arena, &factors) == ST_OK) {
        never = true;
        for (size_t f = 0; f < factors.n && never; f++)
            never = factor_never_zero(germ, factors.factor[f]);
        poly_factors_done(&factors);
    }
    arena_done(&arena);
    return never;
}

/* p changes sign in the connected space of the free variables, so its zeros have codimension 1;
   those of the units on them less. */
bool real_has_zero(const struct germ *germ, const struct poly *p)
{
    (void)germ;
    const size_t only = only_variable(p);
    if (only != SIZE_MAX) {
        const long roots = count_roots(p, only);
        if (roots >= 0)
            return roots > 0;
    }
    struct rat point[POLY_MAX_VARS];
    bool above = false, below = false;
    uint32_t state = 12345;
    for (int trial = 0; trial < 400 && !(above && below); trial++) {
        for (size_t i = 0; i < p->n_vars; i++) {
            state = state * 1664525u + 1013904223u;
            point[i] = ideal_rat((long)(state >> 20) % 41 - 20, 1 + (long)(state >> 10) % 7);
        }
        const int sign = ring_sign_at(p, point);
        above = above || sign > 0;
        below = below || sign < 0;
    }
    return above && below;
}

bool real_no_common_zero(const struct germ *germ, const struct poly *p, const struct poly *q)
{
    if (poly_is_zero(p) || poly_is_zero(q))
        return false;
    if (real_never_zero(germ, p) || real_never_zero(germ, q))
        return true;
    for (size_t i = 0; i < p->n_vars; i++) {
        if (!poly_uses(p, i) || ring_too_big(p) || ring_too_big(q))
            continue;
        struct poly *r = poly_new(p->n_vars);
        const bool done =
            fmpq_mpoly_resultant(r->p, p->p, q->p, (slong)i, p->ring) && real_never_zero(germ, r);
        poly_free(r);
        if (done)
            return true;
    }
    return false;
}

/* All variables of q must be known not to be 0, as those of a blow-up are. */
bool real_smooth(const struct germ *germ, const struct poly *q)
{
    size_t map[POLY_MAX_VARS] = {0}, dim = 0, of[POLY_MAX_VARS], n = 1, effort = 4;
    const char *how = "";
    for (size_t i = 0; i < q->n_vars; i++) {
        if (!poly_uses(q, i))
            continue;
        if (!is_unit_variable(germ, i) || dim == NEWTON_MAX_VARS)
            return false;
        of[dim] = i;
        map[i] = dim++;
    }
    struct poly *all[NEWTON_MAX_VARS + 1] = {poly_rename(q, dim, map)};
    for (size_t j = 0; j < dim; j++) {
        struct poly *slope = poly_derivative(q, of[j]);
        all[n++] = poly_rename(slope, dim, map);
        poly_free(slope);
    }
    const bool smooth = dim && newton_common_zero(all, n, &effort, &how) == ZERO_NONE;
    for (size_t i = 0; i < n; i++)
        poly_free(all[i]);
    return smooth;
}
