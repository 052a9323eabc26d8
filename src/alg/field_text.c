/* How numbers of a field read: as coordinates, as coefficients, as decimals. */
#include "field_private.h"

#include <arb.h>

#include <string.h>

static void add_fmpz(struct text *out, const fmpz_t x)
{
    char *s = fmpz_get_str(NULL, 10, x);
    text_add(out, s);
    flint_free(s);
}

static void add_fmpq(struct text *out, const fmpq_t x)
{
    char *s = fmpq_get_str(NULL, 10, x);
    text_add(out, s);
    flint_free(s);
}

/* q √n: "√2", "-√2/2", "3√2". */
static void add_surd(struct text *out, const fmpq_t q, const fmpz_t n)
{
    fmpz_t size;
    fmpz_init(size);
    fmpz_abs(size, fmpq_numref(q));
    if (fmpq_sgn(q) < 0) {
        text_add(out, "-");
    }
    if (!fmpz_is_one(size)) {
        add_fmpz(out, size);
    }
    text_add(out, "√");
    add_fmpz(out, n);
    if (!fmpz_is_one(fmpq_denref(q))) {
        text_add(out, "/");
        add_fmpz(out, fmpq_denref(q));
    }
    fmpz_clear(size);
}

/* p + q √n. */
static size_t add_quadratic(struct text *out, const fmpq_t p, const fmpq_t q, const fmpz_t n)
{
    if (fmpq_is_zero(q)) {
        add_fmpq(out, p);
        return 1;
    }
    if (fmpq_is_zero(p)) {
        add_surd(out, q, n);
        return 1;
    }
    fmpq_t size;
    fmpq_init(size);
    fmpq_abs(size, q);
    add_fmpq(out, p);
    text_add(out, fmpq_sgn(q) < 0 ? " - " : " + ");
    add_surd(out, size, n);
    fmpq_clear(size);
    return 2;
}

/* Σ coefficient · name^i. */
static size_t add_polynomial(struct text *out, const fmpq_poly_t p, const char *name)
{
    fmpq_t c;
    fmpq_init(c);
    size_t n_terms = 0;
    for (slong i = fmpq_poly_length(p); i-- > 0;) {
        fmpq_poly_get_coeff_fmpq(c, p, i);
        if (fmpq_is_zero(c)) {
            continue;
        }
        bool negative = fmpq_sgn(c) < 0;
        text_add(out, n_terms == 0 ? (negative ? "-" : "") : negative ? " - " : " + ");
        fmpq_abs(c, c);
        bool one = fmpq_is_one(c);
        if (!one || i == 0) {
            add_fmpq(out, c);
        }
        if (i > 0) {
            text_addf(out, i > 1 ? "%s%s^%ld" : "%s%s", one ? "" : " ", name, (long)i);
        }
        n_terms++;
    }
    if (n_terms == 0) {
        text_add(out, "0");
    }
    fmpq_clear(c);
    return n_terms;
}

static void add_ball(struct text *out, const arb_t x, slong digits)
{
    char *s = arb_get_str(x, digits, ARB_STR_NO_RADIUS);
    size_t n = strlen(s);
    if (strchr(s, '.') && !strchr(s, 'e')) { /* 1.5000 is 1.5 */
        while (s[n - 1] == '0') {
            n--;
        }
        n -= s[n - 1] == '.';
    }
    text_add_bytes(out, s, n);
    flint_free(s);
}

static void add_root(struct text *out, const qqbar_t x)
{
    fmpq_poly_t p;
    arb_t ball;
    fmpq_poly_init(p);
    arb_init(ball);
    fmpq_poly_set_fmpz_poly(p, QQBAR_POLY(x));
    text_add(out, "root of ");
    add_polynomial(out, p, "t");
    text_add(out, " near ");
    qqbar_get_arb(ball, x, 128);
    add_ball(out, ball, 6);
    arb_clear(ball);
    fmpq_poly_clear(p);
}

void field_text_generator(const struct field *field, struct text *out)
{
    add_root(out, field->root);
}

static void surd_parts(const struct field *field, const nf_elem_t x, fmpq_t p, fmpq_t q)
{
    fmpq_t c;
    fmpq_init(c);
    nf_elem_get_coeff_fmpq(p, x, 0, field->nf);
    nf_elem_get_coeff_fmpq(c, x, 1, field->nf);
    fmpq_mul(q, c, field->surd_q);
    fmpq_addmul(p, c, field->surd_p);
    fmpq_clear(c);
}

static size_t add_simple(const struct field *field, const nf_elem_t x, struct text *out)
{
    fmpq_t p, q;
    fmpq_init(p);
    fmpq_init(q);
    size_t n_terms = 1;
    if (field->surd) {
        surd_parts(field, x, p, q);
        n_terms = add_quadratic(out, p, q, field->surd_n);
    } else {
        nf_elem_get_coeff_fmpq(p, x, 0, field->nf);
        add_fmpq(out, p);
    }
    fmpq_clear(p);
    fmpq_clear(q);
    return n_terms;
}

void field_text_coordinate(const struct field *field, const nf_elem_t x, struct text *out)
{
    if (field->degree == 1 || field->surd || nf_elem_is_rational(x, field->nf)) {
        add_simple(field, x, out);
        return;
    }
    fmpq_poly_t p;
    qqbar_t value;
    fmpq_poly_init(p);
    qqbar_init(value);
    nf_elem_get_fmpq_poly(p, x, field->nf);
    qqbar_evaluate_fmpq_poly(value, p, field->root);
    if (qqbar_degree(value) == 2) {
        fmpz_t a, b, n, q;
        fmpq_t first, second;
        fmpz_init(a);
        fmpz_init(b);
        fmpz_init(n);
        fmpz_init(q);
        fmpq_init(first);
        fmpq_init(second);
        field_quadratic(value, a, b, n, q);
        fmpq_set_fmpz_frac(first, a, q);
        fmpq_set_fmpz_frac(second, b, q);
        add_quadratic(out, first, second, n);
        fmpq_clear(first);
        fmpq_clear(second);
        fmpz_clear(a);
        fmpz_clear(b);
        fmpz_clear(n);
        fmpz_clear(q);
    } else {
        add_root(out, value);
    }
    qqbar_clear(value);
    fmpq_poly_clear(p);
}

size_t field_text_coefficient(const struct field *field, const nf_elem_t x, struct text *out)
{
    if (field->degree == 1 || field->surd) {
        return add_simple(field, x, out);
    }
    fmpq_poly_t p;
    fmpq_poly_init(p);
    nf_elem_get_fmpq_poly(p, x, field->nf);
    size_t n_terms = add_polynomial(out, p, "a");
    fmpq_poly_clear(p);
    return n_terms;
}

void field_text_decimal(const struct field *field, const nf_elem_t x, slong digits,
                        struct text *out)
{
    if (nf_elem_is_zero(x, field->nf)) {
        text_add(out, "0");
        return;
    }
    arb_t ball;
    arb_init(ball);
    /* Balls of numbers other than 0 become as narrow as one likes. */
    for (slong precision = 128;; precision *= 2) {
        field_ball(field, x, precision, ball);
        if (arb_rel_accuracy_bits(ball) > 4 * digits) {
            break;
        }
    }
    add_ball(out, ball, digits);
    arb_clear(ball);
}
