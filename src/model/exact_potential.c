/* A potential's K as squares where it visibly is a sum of them, else as one polynomial. */
#include "exact_parts.h"

#include <math.h>

enum { MAX_FACTORED_TERMS = 400, MAX_FACTORED_DEGREE = 200, MAX_ROOT_TERMS = 1000 };

/* Π |f|^power. */
struct product {
    struct exact_factor *factors; /* base a polynomial in w, power > 0 */
    size_t n, capacity;
};

static void product_add(struct exact_walk *walk, struct product *product, const struct poly *f,
                        struct rat power)
{
    if (f == NULL || poly_is_constant(f))
        return;
    product->factors = arena_grow(walk->arena, product->factors, product->n, &product->capacity,
                                  sizeof *product->factors);
    product->factors[product->n++] = (struct exact_factor){.base = f, .power = power};
}

static bool refuse_power(struct exact_walk *walk, const struct exact_factor *factor)
{
    return exact_fail(walk, ST_UNABLE, "(%s)^(%ld/%ld) is not a polynomial",
                      exact_poly_words(walk, factor->base), factor->power.num, factor->power.den);
}

/* What a term is a multiple of, both ways: factors that keep their sign are left out. */
static bool product_of(struct exact_walk *walk, const struct exact_term *term,
                       struct product *product)
{
    for (size_t i = 0; i < term->n; i++) {
        const struct exact_factor *factor = &term->factors[i];
        const char *why = NULL;
        bool odd = factor->power.den != 1 || factor->power.num % 2 != 0;
        if ((odd || factor->power.num < 0) && exact_sign(walk, factor->base) != 0)
            continue;
        if (factor->power.num < 0)
            return exact_fail(walk, ST_UNABLE, "%s divides and may be 0",
                              exact_poly_words(walk, factor->base));
        const struct poly *f = exact_strip(walk, factor->base, &why);
        if (f == NULL)
            return exact_fail(walk, ST_UNABLE, "%s", why ? why : "this is not a polynomial");
        product_add(walk, product, f, factor->power);
    }
    return true;
}

static bool all_even(const struct product *product)
{
    for (size_t i = 0; i < product->n; i++)
        if (product->factors[i].power.den != 1 || product->factors[i].power.num % 2 != 0)
            return false;
    return true;
}

/* Odd powers of what may be a square itself, or keep its sign in part. */
static bool split_odd(struct exact_walk *walk, struct product *product)
{
    struct product split = {0};
    for (size_t i = 0; i < product->n; i++) {
        const struct exact_factor *factor = &product->factors[i];
        struct poly_factors found = {0};
        bool even = factor->power.den == 1 && factor->power.num % 2 == 0;
        bool small = poly_n_terms(factor->base) <= MAX_FACTORED_TERMS &&
                     poly_degree(factor->base) <= MAX_FACTORED_DEGREE;
        if (even || !small || poly_factor(factor->base, walk->arena, &found) != ST_OK) {
            product_add(walk, &split, factor->base, factor->power);
            continue;
        }
        for (size_t k = 0; k < found.n; k++) {
            const struct poly *f = exact_keep(walk, poly_copy(found.factor[k]));
            struct rat power = {factor->power.num * (long)found.power[k], factor->power.den};
            if ((power.den == 1 && power.num % 2 == 0) || exact_sign(walk, f) == 0)
                product_add(walk, &split, f, power);
        }
        poly_factors_done(&found);
    }
    *product = split;
    return walk->status == ST_OK;
}

/* Π f^(power / by), written out; NULL if that is too long, which is then no failure. */
static const struct poly *product_root(struct exact_walk *walk, const struct product *product,
                                       long by)
{
    const struct poly *out = exact_integer(walk, 1);
    bool sound = walk->status == ST_OK;
    for (size_t i = 0; i < product->n && out != NULL; i++)
        out = exact_mul(walk, out,
                        exact_pow(walk, product->factors[i].base,
                                  (unsigned long)(product->factors[i].power.num / by)));
    if (out == NULL && sound)
        walk->status = ST_OK;
    return out;
}

static bool product_piece(struct exact_found *found, struct product *product)
{
    struct exact_walk *walk = found->walk;
    long common = 0;
    if (!all_even(product) && !split_odd(walk, product))
        return false;
    for (size_t i = 0; i < product->n; i++) {
        long a = product->factors[i].power.num, b = common;
        if (product->factors[i].power.den != 1)
            return refuse_power(walk, &product->factors[i]);
        while (b != 0) {
            long r = a % b;
            a = b;
            b = r;
        }
        common = a;
    }
    long power = all_even(product) ? 2 : 1;
    const struct poly *f = product_root(walk, product, power);
    if (common > power && (f == NULL || poly_n_terms(f) > MAX_ROOT_TERMS)) {
        power = common;
        f = product_root(walk, product, power);
    }
    if (f == NULL)
        return exact_fail(walk, ST_LIMIT, "written out, K is too long");
    exact_add_generator(found, exact_add_piece(found, power), f);
    return true;
}

/* Each addend a square with a positive number before it, up to factors that are never 0. */
static bool squares_piece(struct exact_found *found, const struct exact_form *form)
{
    struct exact_walk *walk = found->walk;
    struct exact_piece_found *piece = exact_add_piece(found, 2);
    for (size_t t = 0; t < form->n; t++) {
        struct product product = {0};
        if (!product_of(walk, &form->terms[t], &product))
            return false;
        const struct poly *f = all_even(&product) ? product_root(walk, &product, 2) : NULL;
        if (f == NULL)
            return exact_fail(walk, ST_LIMIT, "written out, K is too long");
        exact_add_generator(found, piece, f);
    }
    exact_step(found,
               "K is a sum of %zu squares with positive factors: each is at most a "
               "constant times the sum of the squares of the generators",
               form->n);
    return true;
}

static bool whole_piece(struct exact_found *found, const struct poly *whole)
{
    struct exact_walk *walk = found->walk;
    const char *why = NULL;
    struct product product = {0};
    const struct poly *f = exact_strip(walk, whole, &why);
    if (f == NULL)
        return exact_fail(walk, ST_UNABLE, "%s", why ? why : "K is not a polynomial");
    product_add(walk, &product, f, (struct rat){1, 1});
    return product_piece(found, &product);
}

/* A least K below this share of what K usually is may be a zero that was only not hit. */
#define MISSED_ZERO 1e-9

/* K has no zero: K less its least value, if that is seen to be a fraction. */
static bool lifted(struct exact_found *found, const struct poly *whole)
{
    struct exact_walk *walk = found->walk;
    double least = walk->model->kl_min;
    struct rat r;
    char text[64];
    if (!rat_near(least, 1e-9 * (1 + fabs(least)), 1000000, &r))
        return exact_fail(walk, ST_UNABLE, "K has no zero in the box");
    const struct poly *c =
        exact_quotient(walk, exact_integer(walk, r.num), exact_integer(walk, r.den));
    const struct poly *rest = exact_sub(walk, whole, c);
    if (rest == NULL || poly_is_zero(rest) || !whole_piece(found, rest))
        return exact_fail(walk, ST_UNABLE, "K has no zero in the box");
    const struct exact_piece_found *piece = &found->pieces[0];
    double at =
        piece->n == 1 ? exact_value(walk, piece->generators[0], walk->model->kl_min_at, NULL) : NAN;
    if (piece->power != 2 || !(fabs(at) < 1e-3 * (1 + fabs(least)))) {
        found->n_pieces = 0;
        return exact_fail(walk, ST_UNABLE,
                          "K has no zero in the box, and its least value is not "
                          "seen exactly");
    }
    rat_text(text, sizeof text, r);
    found->kl = rest;
    found->how =
        arena_textf(walk->arena, "K is never 0; less its least value %s it is a square", text);
    exact_step(found, "W0 is where K is least, and λ is that of K - %s", text);
    return true;
}

/* The form without factors that keep their sign, of which a negative one turns its term's sign. */
static struct exact_form *without_units(struct exact_walk *walk, const struct exact_form *form)
{
    struct exact_form *out = exact_form_sum(walk, &form, &(const bool){false}, 1);
    const struct poly *zero = exact_integer(walk, 0);
    for (size_t t = 0; out != NULL && t < out->n; t++) {
        struct exact_term *term = &out->terms[t];
        const struct exact_factor *factors = term->factors;
        size_t n = term->n;
        term->factors = arena_new(walk->arena, n + 1, sizeof *term->factors);
        term->n = 0;
        for (size_t i = 0; i < n; i++) {
            bool even = factors[i].power.den == 1 && factors[i].power.num % 2 == 0;
            int sign = even && factors[i].power.num > 0 ? 0 : exact_sign(walk, factors[i].base);
            if (sign == 0)
                term->factors[term->n++] = factors[i];
            else if (sign < 0 && !even && !factors[i].absolute)
                term->coefficient = exact_sub(walk, zero, term->coefficient);
        }
    }
    return out;
}

/* K from its form; whole: it written out, or NULL. */
static bool form_pieces(struct exact_found *found, const struct exact_form *form,
                        const struct poly *whole)
{
    struct exact_walk *walk = found->walk;
    if (form->n == 1) {
        struct product product = {0};
        return product_of(walk, &form->terms[0], &product) && product_piece(found, &product);
    }
    const struct exact_form *bare = exact_form_is_squares(form) ? form : without_units(walk, form);
    if (bare == NULL)
        return false;
    if (exact_form_is_squares(bare))
        return squares_piece(found, bare);
    if (whole == NULL)
        return exact_fail(walk, ST_LIMIT, "written out, K is too long");
    return whole_piece(found, whole);
}

/* found->how is of the pieces. */
bool exact_potential(struct exact_found *found)
{
    struct exact_walk *walk = found->walk;
    struct exact_form *form = exact_lower(walk, walk->syntax->potential);
    if (form == NULL)
        return false;
    const struct poly *whole = exact_form_whole(walk, form);
    if (whole == NULL && walk->status == ST_LIMIT)
        walk->status = ST_OK;
    if (walk->status != ST_OK)
        return false;
    if (form->n == 0 || (whole != NULL && poly_is_zero(whole)))
        return exact_flat(found, NULL);
    if (whole != NULL && !exact_uses_atoms(walk, whole))
        found->kl = whole;
    /* what was only not found, by numbers, exact methods decide */
    const struct model *model = walk->model;
    bool above = !model->has_zero && model->kl_min > MISSED_ZERO * model->kl_scale;
    if (above && found->kl != NULL)
        return lifted(found, whole);
    if (!form_pieces(found, form, whole))
        return false;
    const struct exact_piece_found *piece = &found->pieces[0];
    found->how = piece->power == 1 ? "K is this polynomial"
                 : piece->n == 1   ? "K is a power of one polynomial"
                                   : "K is a sum of squares of polynomials";
    if (found->kl == NULL && whole != NULL)
        found->how =
            arena_textf(walk->arena, "%s, up to factors that are positive on the box", found->how);
    return true;
}
