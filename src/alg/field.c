/* Real number fields with one embedding each: making them, signs, and how their elements read. */
#include "field_private.h"

#include <arb.h>
#include <arb_poly.h>

#include "cusp/mem.h"

#include <string.h>

static struct field *field_new(const qqbar_t root)
{
    struct field *field = mem_new(1, sizeof *field);
    fmpq_poly_t minimal;
    fmpq_poly_init(minimal);
    fmpq_poly_set_fmpz_poly(minimal, QQBAR_POLY(root));
    fmpq_poly_make_monic(minimal, minimal);
    field->n_users = 1;
    field->degree = qqbar_degree(root);
    nf_init(field->nf, minimal);
    fmpq_poly_clear(minimal);
    qqbar_init(field->root);
    qqbar_set(field->root, root);
    fmpq_init(field->surd_p);
    fmpq_init(field->surd_q);
    fmpz_init(field->surd_n);
    return field;
}

struct field *field_rationals(void)
{
    qqbar_t zero;
    qqbar_init(zero);
    struct field *field = field_new(zero);
    qqbar_clear(zero);
    return field;
}

void field_quadratic(const qqbar_t x, fmpz_t a, fmpz_t b, fmpz_t n, fmpz_t q)
{
    enum {
        MOST_BITS = 40
    }; /* larger discriminants are not searched for squares: that takes time */
    qqbar_get_quadratic(a, b, n, q, x, qqbar_height_bits(x) <= MOST_BITS ? 2 : 0);
}

struct field *field_of_root(const qqbar_t root)
{
    struct field *field = field_new(root);
    if (field->degree == 2) {
        fmpz_t a, b, q;
        fmpz_init(a);
        fmpz_init(b);
        fmpz_init(q);
        field_quadratic(root, a, b, field->surd_n, q);
        fmpq_set_fmpz_frac(field->surd_p, a, q);
        fmpq_set_fmpz_frac(field->surd_q, b, q);
        field->surd = true;
        fmpz_clear(a);
        fmpz_clear(b);
        fmpz_clear(q);
    }
    return field;
}

const fmpq_poly_struct *field_minimal(const struct field *field)
{
    return field->nf->pol;
}

struct field *field_keep(struct field *field)
{
    field->n_users++;
    return field;
}

void field_drop(struct field *field)
{
    if (field && --field->n_users == 0) {
        nf_clear(field->nf);
        qqbar_clear(field->root);
        fmpq_clear(field->surd_p);
        fmpq_clear(field->surd_q);
        fmpz_clear(field->surd_n);
        mem_free(field);
    }
}

nf_elem_struct *field_row(const struct field *field, slong n)
{
    nf_elem_struct *row = mem_new((size_t)n, sizeof *row);
    for (slong i = 0; i < n; i++) {
        nf_elem_init(row + i, field->nf);
        nf_elem_zero(row + i, field->nf);
    }
    return row;
}

void field_row_free(const struct field *field, nf_elem_struct *row, slong n)
{
    for (slong i = 0; row && i < n; i++) {
        nf_elem_clear(row + i, field->nf);
    }
    mem_free(row);
}

void field_ball(const struct field *field, const nf_elem_t x, slong precision, arb_t out)
{
    fmpq_poly_t p;
    fmpq_poly_init(p);
    nf_elem_get_fmpq_poly(p, x, field->nf);
    if (fmpq_poly_length(p) <= 1) {
        fmpq_t c;
        fmpq_init(c);
        fmpq_poly_get_coeff_fmpq(c, p, 0);
        arb_set_fmpq(out, c, precision);
        fmpq_clear(c);
    } else {
        arb_t at;
        arb_poly_t q;
        arb_init(at);
        arb_poly_init(q);
        qqbar_get_arb(at, field->root, precision);
        arb_poly_set_fmpq_poly(q, p, precision);
        arb_poly_evaluate(out, q, at, precision);
        arb_poly_clear(q);
        arb_clear(at);
    }
    fmpq_poly_clear(p);
}

int field_sign(const struct field *field, const nf_elem_t x)
{
    if (nf_elem_is_zero(x, field->nf)) {
        return 0;
    }
    int sign = 0;
    if (field->degree == 1) {
        fmpq_t c;
        fmpq_init(c);
        nf_elem_get_coeff_fmpq(c, x, 0, field->nf);
        sign = fmpq_sgn(c);
        fmpq_clear(c);
        return sign;
    }
    arb_t ball;
    arb_init(ball);
    /* An element that is not 0 leaves 0 at some precision: this ends. */
    for (slong precision = 64; !sign; precision *= 2) {
        field_ball(field, x, precision, ball);
        sign = arb_is_positive(ball) ? 1 : arb_is_negative(ball) ? -1 : 0;
    }
    arb_clear(ball);
    return sign;
}

int field_compare(const struct field *field, const nf_elem_t x, const fmpq_t with)
{
    nf_elem_struct *difference = field_row(field, 1);
    nf_elem_sub_fmpq(difference, x, with, field->nf);
    int sign = field_sign(field, difference);
    field_row_free(field, difference, 1);
    return sign;
}

void field_embed(const struct field *from, const nf_elem_t x, const struct field *to,
                 const nf_elem_t image, nf_elem_t out)
{
    fmpq_poly_t p;
    fmpq_t c;
    fmpq_poly_init(p);
    fmpq_init(c);
    nf_elem_get_fmpq_poly(p, x, from->nf);
    nf_elem_struct *sum = field_row(to, 1);
    for (slong i = fmpq_poly_length(p); i-- > 0;) {
        if (i + 1 < fmpq_poly_length(p)) {
            nf_elem_mul(sum, sum, image, to->nf);
        }
        fmpq_poly_get_coeff_fmpq(c, p, i);
        nf_elem_add_fmpq(sum, sum, c, to->nf);
    }
    nf_elem_set(out, sum, to->nf);
    field_row_free(to, sum, 1);
    fmpq_clear(c);
    fmpq_poly_clear(p);
}
