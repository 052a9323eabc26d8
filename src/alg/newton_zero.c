/* Whether polynomials have a common zero with all coordinates real and not 0. */
#include <flint/fmpq_mpoly.h>
#include <flint/fmpq_poly.h>
#include <flint/fmpz_poly.h>
#include <string.h>

#include "cusp/mem.h"
#include "newton_private.h"
#include "poly_private.h"

/* --- by signs of coefficients ----------------------------------------------------------------- */

/* All terms have one sign where the signs of the variables are those of `orthant` (bit i: w_i < 0).
 */
static bool one_sign(const struct poly *g, size_t orthant)
{
    unsigned long exponents[NEWTON_MAX_VARS];
    int sign = 0;
    for (slong t = 0; t < fmpq_mpoly_length(g->p, g->ring); t++) {
        poly_exponents(g, (size_t)t, exponents);
        int own = fmpz_sgn(g->p->zpoly->coeffs + t);
        for (size_t i = 0; i < g->n_vars; i++) {
            if (orthant >> i & 1 && exponents[i] % 2)
                own = -own;
        }
        if (sign && own != sign)
            return false;
        sign = own;
    }
    return true;
}

static bool excluded_by_signs(struct poly *const *g, size_t n, size_t orthant)
{
    for (size_t k = 0; k < n; k++) {
        if (one_sign(g[k], orthant))
            return true;
    }
    return false;
}

/* --- one variable: Sturm ---------------------------------------------------------------------- */

static enum newton_zero line_zero(struct poly *const *g, size_t n, const char **how)
{
    struct poly *common = poly_copy(g[0]);
    for (size_t k = 1; k < n; k++) {
        struct poly *next = poly_gcd(common, g[k]);
        poly_free(common);
        common = next;
    }
    fmpq_poly_t over;
    fmpz_poly_t p;
    fmpq_poly_init(over);
    fmpz_poly_init(p);
    enum newton_zero zero = ZERO_UNKNOWN;
    *how = "its degree is too high";
    if (poly_degree(common) <= 3000 && fmpq_mpoly_get_fmpq_poly(over, common->p, 0, common->ring)) {
        fmpq_poly_get_numerator(p, over);
        slong order = 0;
        while (fmpz_is_zero(fmpz_poly_get_coeff_ptr(p, order)))
            order++;
        fmpz_poly_shift_right(p, p, order);
        /* Roots are counted in square-free polynomials. */
        fmpz_poly_t slope, shared;
        fmpz_poly_init(slope);
        fmpz_poly_init(shared);
        fmpz_poly_derivative(slope, p);
        fmpz_poly_gcd(shared, p, slope);
        if (fmpz_poly_length(p) > 1)
            fmpz_poly_div(p, p, shared);
        bool some = fmpz_poly_length(p) > 1 && fmpz_poly_num_real_roots(p) > 0;
        zero = some ? ZERO_SOME : ZERO_NONE;
        *how = some ? "along an edge, by Sturm's theorem" : "Sturm's theorem";
        fmpz_poly_clear(slope);
        fmpz_poly_clear(shared);
    }
    fmpq_poly_clear(over);
    fmpz_poly_clear(p);
    poly_free(common);
    return zero;
}

/* --- a zero that is found --------------------------------------------------------------------- */

/* Points to try: a few small fractions in every coordinate. */
enum { N_TRIES = 600 };

struct trial {
    fmpq at[NEWTON_MAX_VARS];
    fmpq *pointers[NEWTON_MAX_VARS];
    size_t orthant;
};

static void trial_init(struct trial *trial)
{
    for (size_t i = 0; i < NEWTON_MAX_VARS; i++) {
        fmpq_init(trial->at + i);
        trial->pointers[i] = trial->at + i;
    }
}

static void trial_done(struct trial *trial)
{
    for (size_t i = 0; i < NEWTON_MAX_VARS; i++)
        fmpq_clear(trial->at + i);
}

/* The first 2^n are all the points of ±1; then fractions by a fixed sequence. */
static void trial_set(struct trial *trial, size_t n_vars, size_t step, uint64_t *seed)
{
    static const int above[] = {1, 2, 1, 3, 1, 3, 2, 5}, below[] = {1, 1, 2, 1, 3, 2, 3, 1};
    bool ones = step < (size_t)1 << n_vars;
    trial->orthant = 0;
    for (size_t i = 0; i < n_vars; i++) {
        *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t pick = ones ? 0 : (size_t)(*seed >> 61);
        bool negative = ones ? step >> i & 1 : *seed >> 60 & 1;
        fmpq_set_si(trial->at + i, negative ? -above[pick] : above[pick], (ulong)below[pick]);
        if (negative)
            trial->orthant |= (size_t)1 << i;
    }
}

static int sign_at(const struct poly *g, const struct trial *trial)
{
    fmpq_t value;
    fmpq_init(value);
    int sign = 2; /* cannot be evaluated */
    if (fmpq_mpoly_evaluate_all_fmpq(value, g->p, trial->pointers, g->ring))
        sign = fmpq_sgn(value);
    fmpq_clear(value);
    return sign;
}

static bool all_vanish(struct poly *const *g, size_t n, const struct trial *trial)
{
    for (size_t k = 0; k < n; k++) {
        if (sign_at(g[k], trial) != 0)
            return false;
    }
    return true;
}

static bool zero_tried(struct poly *const *g, size_t n)
{
    struct trial trial;
    trial_init(&trial);
    uint64_t seed = 2385;
    bool found = false;
    for (size_t k = 0; k < N_TRIES && !found; k++) {
        trial_set(&trial, g[0]->n_vars, k, &seed);
        found = all_vanish(g, n, &trial);
    }
    trial_done(&trial);
    return found;
}

/* A polynomial with both signs in one orthant, which is connected, vanishes in it. */
static bool changes_sign(const struct poly *factor)
{
    struct trial trial;
    trial_init(&trial);
    uint64_t seed = 2385;
    bool plus[1 << NEWTON_MAX_VARS] = {false}, minus[1 << NEWTON_MAX_VARS] = {false};
    bool changes = false;
    for (size_t k = 0; k < N_TRIES && !changes; k++) {
        trial_set(&trial, factor->n_vars, k, &seed);
        int sign = sign_at(factor, &trial);
        if (sign == 1)
            plus[trial.orthant] = true;
        if (sign == -1)
            minus[trial.orthant] = true;
        changes = plus[trial.orthant] && minus[trial.orthant];
    }
    trial_done(&trial);
    return changes;
}

/* A common factor that changes sign. */
static bool common_factor_vanishes(struct poly *const *g, size_t n)
{
    struct poly *common = poly_copy(g[0]);
    for (size_t k = 1; k < n; k++) {
        struct poly *next = poly_gcd(common, g[k]);
        poly_free(common);
        common = next;
    }
    bool found = false;
    struct arena arena;
    struct poly_factors factors = {0};
    arena_init(&arena);
    if (!poly_is_constant(common) && poly_factor(common, &arena, &factors) == ST_OK) {
        for (size_t k = 0; k < factors.n && !found; k++)
            found = changes_sign(factors.factor[k]);
    }
    poly_factors_done(&factors);
    arena_done(&arena);
    poly_free(common);
    return found;
}

/* --- no zero, not even a complex one ---------------------------------------------------------- */

/* With 1 − z Π x_i, which vanishes off the axes for one z. */
static bool no_zero_off_axes(struct poly *const *g, size_t n)
{
    static const size_t map[NEWTON_MAX_VARS] = {0, 1, 2, 3, 4, 5, 6, 7};
    size_t n_vars = g[0]->n_vars;
    struct poly **list = mem_new(n + 1, sizeof *list);
    for (size_t k = 0; k < n; k++)
        list[k] = poly_rename(g[k], n_vars + 1, map);
    struct poly *product = poly_integer(n_vars + 1, 1);
    for (size_t i = 0; i <= n_vars; i++) {
        struct poly *x = poly_var(n_vars + 1, i), *next = poly_mul(product, x);
        poly_free(x);
        poly_free(product);
        product = next;
    }
    struct poly *one = poly_integer(n_vars + 1, 1);
    list[n] = poly_sub(one, product);
    bool none = poly_no_common_zero((const struct poly *const *)list, n + 1);
    for (size_t k = 0; k <= n; k++)
        poly_free(list[k]);
    poly_free(product);
    poly_free(one);
    mem_free(list);
    return none;
}

static bool small_enough(struct poly *const *g, size_t n)
{
    size_t n_terms = 0;
    for (size_t k = 0; k < n; k++) {
        if (poly_degree(g[k]) > 24)
            return false;
        n_terms += poly_n_terms(g[k]);
    }
    return n_terms <= 120;
}

enum newton_zero newton_common_zero(struct poly *const *g, size_t n, size_t *effort,
                                    const char **how)
{
    size_t n_vars = g[0]->n_vars;
    bool excluded = true;
    for (size_t orthant = 0; orthant < (size_t)1 << n_vars && excluded; orthant++) {
        excluded = excluded_by_signs(g, n, orthant);
    }
    *how = "signs of the coefficients";
    if (excluded)
        return ZERO_NONE;
    if (n_vars == 1)
        return line_zero(g, n, how);
    *how = "too many faces need more than signs and Sturm's theorem";
    if (*effort == 0)
        return ZERO_UNKNOWN;
    --*effort;
    *how = "its degree is too high";
    for (size_t k = 0; k < n; k++) {
        if (poly_degree(g[k]) > 400 || poly_n_terms(g[k]) > 2000)
            return ZERO_UNKNOWN;
    }
    *how = "there is one with small fractions as coordinates";
    if (zero_tried(g, n))
        return ZERO_SOME;
    *how = "a common factor changes its sign";
    if (common_factor_vanishes(g, n))
        return ZERO_SOME;
    *how = "the ideal holds 1 off the axes, by a Gröbner basis";
    if (n > 1 && small_enough(g, n) && no_zero_off_axes(g, n))
        return ZERO_NONE;
    *how = "neither signs, Sturm's theorem nor a Gröbner basis decide it";
    return ZERO_UNKNOWN;
}
