/* Forms: sums of products of powers kept as they were written, so that squares are seen. */
#include "exact_parts.h"

#include <string.h>

#include "cusp/mem.h"

enum { MAX_DISTRIBUTED = 256 };

static struct exact_form *form_new(struct exact_walk *walk, size_t n)
{
    struct exact_form *form = arena_new(walk->arena, 1, sizeof *form);
    form->n = n;
    form->terms = arena_new(walk->arena, n ? n : 1, sizeof *form->terms);
    return form;
}

struct exact_form *exact_form_of(struct exact_walk *walk, const struct poly *poly)
{
    if (poly == NULL)
        return NULL;
    struct exact_form *form = form_new(walk, poly_is_zero(poly) ? 0 : 1);
    form->whole = poly;
    if (form->n == 0)
        return form;
    struct exact_term *term = form->terms;
    if (poly_is_constant(poly)) {
        term->coefficient = poly;
        return form;
    }
    term->coefficient = exact_integer(walk, 1);
    term->n = 1;
    term->factors = arena_new(walk->arena, 1, sizeof *term->factors);
    term->factors[0] = (struct exact_factor){.base = poly, .power = {1, 1}};
    return form;
}

/* --- written out ------------------------------------------------------------------------------ */

static const struct poly *factor_whole(struct exact_walk *walk, const struct exact_factor *factor)
{
    if (factor->power.den != 1) {
        exact_fail(walk, ST_UNABLE, "(%s)^(%ld/%ld) is not a polynomial",
                   exact_poly_words(walk, factor->base), factor->power.num, factor->power.den);
        return NULL;
    }
    const struct poly *base = factor->base;
    long power = factor->power.num;
    if (power < 0)
        base = exact_atom_of(walk, OP_DIV, base, 0,
                             arena_textf(walk->arena, "1/(%s)", exact_poly_words(walk, base)));
    if (base != NULL && factor->absolute && power % 2 != 0)
        base = exact_atom_of(walk, OP_ABS, base, 0,
                             arena_textf(walk->arena, "abs(%s)", exact_poly_words(walk, base)));
    return exact_pow(walk, base, (unsigned long)(power < 0 ? -power : power));
}

static const struct poly *term_whole(struct exact_walk *walk, const struct exact_term *term)
{
    const struct poly *whole = term->coefficient;
    for (size_t i = 0; i < term->n && whole != NULL; i++)
        whole = exact_mul(walk, whole, factor_whole(walk, &term->factors[i]));
    return whole;
}

/* Pairwise, so that n terms cost n log n. */
static const struct poly *sum_whole(struct exact_walk *walk, const struct exact_term *terms,
                                    size_t n)
{
    if (n == 1)
        return term_whole(walk, terms);
    const struct poly *a = sum_whole(walk, terms, n / 2);
    const struct poly *b = a ? sum_whole(walk, terms + n / 2, n - n / 2) : NULL;
    const struct poly *sum = exact_add(walk, a, b);
    if (sum != NULL && poly_n_terms(sum) > EXACT_MAX_TERMS) {
        exact_fail(walk, ST_LIMIT, "written out, a sum has more than %d terms",
                   (int)EXACT_MAX_TERMS);
        return NULL;
    }
    return sum;
}

const struct poly *exact_form_whole(struct exact_walk *walk, struct exact_form *form)
{
    if (form == NULL)
        return NULL;
    if (form->whole == NULL)
        form->whole = form->n == 0 ? exact_integer(walk, 0) : sum_whole(walk, form->terms, form->n);
    return form->whole;
}

bool exact_form_constant(struct exact_walk *walk, struct exact_form *form,
                         const struct poly **value)
{
    if (form == NULL)
        return false;
    for (size_t t = 0; form->whole == NULL && t < form->n; t++)
        if (form->terms[t].n > 0 && form->n < 3)
            return false;
    *value = exact_form_whole(walk, form);
    return *value != NULL && poly_is_constant(*value);
}

bool exact_form_is_squares(const struct exact_form *form)
{
    for (size_t t = 0; t < form->n; t++) {
        const struct exact_term *term = &form->terms[t];
        if (poly_sign(term->coefficient) <= 0)
            return false;
        for (size_t i = 0; i < term->n; i++)
            if (term->factors[i].power.den != 1 || term->factors[i].power.num % 2 != 0)
                return false;
    }
    return true;
}

/* --- sums ------------------------------------------------------------------------------------- */

struct exact_form *exact_form_sum(struct exact_walk *walk, const struct exact_form *const *forms,
                                  const bool *minus, size_t n)
{
    size_t total = 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        if (forms[i] == NULL)
            return NULL;
        total += forms[i]->n;
    }
    if (total > EXACT_MAX_ADDENDS) {
        exact_fail(walk, ST_LIMIT, "a sum of more than %d terms", (int)EXACT_MAX_ADDENDS);
        return NULL;
    }
    struct exact_form *sum = form_new(walk, total);
    const struct poly *zero = NULL;
    for (size_t i = 0; i < n; i++)
        for (size_t t = 0; t < forms[i]->n; t++) {
            struct exact_term *term = &sum->terms[at++];
            *term = forms[i]->terms[t];
            if (minus[i]) {
                zero = zero ? zero : exact_integer(walk, 0);
                term->coefficient = exact_sub(walk, zero, term->coefficient);
            }
        }
    return sum;
}

struct exact_form *exact_form_add(struct exact_walk *walk, const struct exact_form *a,
                                  const struct exact_form *b, bool minus)
{
    const struct exact_form *forms[] = {a, b};
    const bool signs[] = {false, minus};
    return exact_form_sum(walk, forms, signs, 2);
}

/* --- products --------------------------------------------------------------------------------- */

static struct rat rat_of(long num, long den)
{
    long a = num < 0 ? -num : num, b = den;
    while (b != 0) {
        long r = a % b;
        a = b;
        b = r;
    }
    return a ? (struct rat){num / a, den / a} : (struct rat){0, 1};
}

/* Exponents stay small enough for sums and products of them. */
static bool rat_fits(struct rat r)
{
    return r.den <= 1000000 && r.num <= 1000000000 && r.num >= -1000000000;
}

/* Adds base^power to a term; |b| b^2 = |b|^3, |b| b stays two factors. */
static bool term_multiply(struct exact_walk *walk, struct exact_term *term,
                          const struct exact_factor *factor)
{
    for (size_t i = 0; i < term->n; i++) {
        struct exact_factor *own = &term->factors[i];
        bool even = own->power.den == 1 && own->power.num % 2 == 0;
        bool also = factor->power.den == 1 && factor->power.num % 2 == 0;
        if (own->base != factor->base && !poly_equal(own->base, factor->base))
            continue;
        if (own->absolute != factor->absolute && !even && !also)
            continue;
        struct rat p = own->power, q = factor->power;
        struct rat sum = rat_of(p.num * q.den + q.num * p.den, p.den * q.den);
        if (!rat_fits(sum))
            return exact_fail(walk, ST_LIMIT, "an exponent is too large");
        own->absolute = even ? factor->absolute : own->absolute;
        own->power = sum;
        if (sum.num == 0)
            *own = term->factors[--term->n];
        return true;
    }
    term->factors[term->n++] = *factor;
    return true;
}

static bool term_product(struct exact_walk *walk, const struct exact_term *a,
                         const struct exact_term *b, struct exact_term *out)
{
    bool plain = a->n == 0 || b->n == 0;
    out->coefficient = exact_is_one(a->coefficient) ? b->coefficient
                       : exact_is_one(b->coefficient)
                           ? a->coefficient
                           : exact_mul(walk, a->coefficient, b->coefficient);
    if (out->coefficient == NULL)
        return false;
    if (plain) {
        out->n = a->n + b->n;
        out->factors = a->n ? a->factors : b->factors;
        return true;
    }
    out->factors = arena_new(walk->arena, a->n + b->n, sizeof *out->factors);
    memcpy(out->factors, a->factors, a->n * sizeof *a->factors);
    out->n = a->n;
    for (size_t i = 0; i < b->n; i++)
        if (!term_multiply(walk, out, &b->factors[i]))
            return false;
    return true;
}

/* One term, by writing it out if it has more. */
static const struct exact_form *as_one(struct exact_walk *walk, const struct exact_form *form)
{
    if (form->n <= 1)
        return form;
    struct exact_form *copy = arena_new(walk->arena, 1, sizeof *copy);
    *copy = *form;
    return exact_form_of(walk, exact_form_whole(walk, copy));
}

struct exact_form *exact_form_mul(struct exact_walk *walk, const struct exact_form *a,
                                  const struct exact_form *b)
{
    if (a == NULL || b == NULL)
        return NULL;
    bool scale = (a->n == 1 && a->terms[0].n == 0) || (b->n == 1 && b->terms[0].n == 0);
    bool squares = exact_form_is_squares(a) && exact_form_is_squares(b);
    if (!scale && (!squares || a->n * b->n > MAX_DISTRIBUTED)) {
        a = as_one(walk, a);
        b = a ? as_one(walk, b) : NULL;
        if (a == NULL || b == NULL)
            return NULL;
    }
    struct exact_form *product = form_new(walk, a->n * b->n);
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++)
            if (!term_product(walk, &a->terms[i], &b->terms[j], &product->terms[i * b->n + j]))
                return NULL;
    return product;
}

/* --- powers ----------------------------------------------------------------------------------- */

/* √(p/q) if that is a fraction; 4/9 → 2/3. */
static const struct poly *constant_root(struct exact_walk *walk, const struct poly *c)
{
    struct rat r;
    if (!poly_rat(c, &r) || r.num < 0 || r.num > 1000000000000 || r.den > 1000000000000)
        return NULL;
    long p = 0, q = 1;
    for (long step = 1 << 20; step > 0; step /= 2) {
        p += (p + step) * (p + step) <= r.num ? step : 0;
        q += (q + step) * (q + step) <= r.den ? step : 0;
    }
    if (p * p != r.num || q * q != r.den)
        return NULL;
    const char *text = arena_textf(walk->arena, "%ld/%ld", p, q);
    struct poly *out = NULL;
    if (poly_number(walk->n_vars, text, strlen(text), &out) != ST_OK)
        return NULL;
    return exact_keep(walk, out);
}

static const struct poly *constant_power(struct exact_walk *walk, const struct poly *c,
                                         struct rat power)
{
    if (exact_is_one(c))
        return c;
    const struct poly *root = power.den == 2 ? constant_root(walk, c) : power.den == 1 ? c : NULL;
    if (root == NULL) {
        const char *text = arena_textf(walk->arena, "(%s)^(%ld/%ld)", exact_poly_words(walk, c),
                                       power.num, power.den);
        double value = exact_value(walk, c, NULL, NULL);
        value = op_value(OP_POW, 0, value, (double)power.num / (double)power.den, 0);
        return exact_atom_of(walk, OP_CONST, NULL, value, text);
    }
    unsigned long size = (unsigned long)(power.num < 0 ? -power.num : power.num);
    const struct poly *value = exact_pow(walk, root, size);
    if (power.num >= 0 || value == NULL)
        return value;
    if (poly_is_zero(value)) {
        exact_fail(walk, ST_UNABLE, "a division by 0");
        return NULL;
    }
    return exact_quotient(walk, exact_integer(walk, 1), value);
}

static struct exact_form *term_power(struct exact_walk *walk, const struct exact_term *term,
                                     struct rat power)
{
    struct exact_form *form = form_new(walk, 1);
    struct exact_term *out = form->terms;
    const struct poly *c = constant_power(walk, term->coefficient, power);
    if (c == NULL)
        return NULL;
    out->factors = arena_new(walk->arena, term->n + 1, sizeof *out->factors);
    out->n = term->n;
    for (size_t i = 0; i < term->n; i++) {
        struct exact_factor factor = term->factors[i];
        bool even = factor.power.den == 1 && factor.power.num % 2 == 0;
        if (!rat_fits((struct rat){power.num, power.den}))
            return NULL;
        factor.power = rat_of(factor.power.num * power.num, factor.power.den * power.den);
        if (!rat_fits(factor.power)) {
            exact_fail(walk, ST_LIMIT, "an exponent is too large");
            return NULL;
        }
        /* (f²)^(1/2) = |f|; a product to a fraction of a power has no sign of its own. */
        factor.absolute = factor.absolute || (power.den != 1 && (even || term->n > 1));
        out->factors[i] = factor;
    }
    if (poly_is_constant(c)) {
        out->coefficient = c;
    } else {
        out->coefficient = exact_integer(walk, 1);
        out->factors[out->n++] = (struct exact_factor){.base = c, .power = {1, 1}};
    }
    return form;
}

struct exact_form *exact_form_pow(struct exact_walk *walk, const struct exact_form *a,
                                  struct rat power)
{
    if (a == NULL)
        return NULL;
    if (power.num == 0)
        return exact_form_of(walk, exact_integer(walk, 1));
    if (a->n == 0) {
        if (power.num > 0)
            return exact_form_of(walk, exact_integer(walk, 0));
        exact_fail(walk, ST_UNABLE, "a division by 0");
        return NULL;
    }
    bool odd = power.den == 1 && power.num > 1 && power.num % 2 != 0;
    if (a->n > 1 && a->n <= 16 && odd && exact_form_is_squares(a)) {
        struct rat less = {power.num - 1, 1};
        return exact_form_mul(walk, exact_form_pow(walk, a, less), a);
    }
    if (power.num == 1 && power.den == 1)
        return exact_form_sum(walk, &a, &(const bool){false}, 1);
    const struct exact_form *one = as_one(walk, a);
    return one && one->n ? term_power(walk, one->terms, power) : exact_form_pow(walk, one, power);
}

struct exact_form *exact_form_abs(struct exact_walk *walk, const struct exact_form *a)
{
    const struct exact_form *one = a ? as_one(walk, a) : NULL;
    if (one == NULL || one->n == 0)
        return one ? exact_form_of(walk, exact_integer(walk, 0)) : NULL;
    struct exact_form *form = form_new(walk, 1);
    struct exact_term *out = form->terms;
    *out = one->terms[0];
    if (poly_sign(out->coefficient) < 0)
        out->coefficient = exact_sub(walk, exact_integer(walk, 0), out->coefficient);
    out->factors = arena_new(walk->arena, out->n + 1, sizeof *out->factors);
    for (size_t i = 0; i < out->n; i++) {
        out->factors[i] = one->terms[0].factors[i];
        out->factors[i].absolute = true;
    }
    return form;
}
