/* Univariate polynomials over a number field: division, common divisors, irreducible factors. */
#include "field_private.h"

#include <flint/fmpq_mpoly.h>

#include "cusp/mem.h"

void upoly_init(struct upoly *p)
{
    *p = (struct upoly){0};
}

void upoly_clear(const struct field *field, struct upoly *p)
{
    field_row_free(field, p->c, p->capacity);
    *p = (struct upoly){0};
}

void upoly_fit(const struct field *field, struct upoly *p, slong n)
{
    if (n > p->capacity) {
        p->c = mem_resize(p->c, (size_t)n, sizeof *p->c);
        for (slong i = p->capacity; i < n; i++) {
            nf_elem_init(p->c + i, field->nf);
            nf_elem_zero(p->c + i, field->nf);
        }
        p->capacity = n;
    }
}

void upoly_trim(const struct field *field, struct upoly *p)
{
    while (p->n > 0 && nf_elem_is_zero(p->c + p->n - 1, field->nf)) {
        p->n--;
    }
}

void upoly_set(const struct field *field, struct upoly *to, const struct upoly *p)
{
    upoly_fit(field, to, p->n);
    for (slong i = 0; i < p->n; i++) {
        nf_elem_set(to->c + i, p->c + i, field->nf);
    }
    to->n = p->n;
}

bool upoly_equal(const struct field *field, const struct upoly *p, const struct upoly *q)
{
    bool equal = p->n == q->n;
    for (slong i = 0; equal && i < p->n; i++) {
        equal = nf_elem_equal(p->c + i, q->c + i, field->nf);
    }
    return equal;
}

void upoly_monic(const struct field *field, struct upoly *p)
{
    if (p->n == 0 || nf_elem_is_one(p->c + p->n - 1, field->nf)) {
        return;
    }
    nf_elem_struct *inverse = field_row(field, 1);
    nf_elem_inv(inverse, p->c + p->n - 1, field->nf);
    for (slong i = 0; i < p->n; i++) {
        nf_elem_mul(p->c + i, p->c + i, inverse, field->nf);
    }
    field_row_free(field, inverse, 1);
}

void upoly_derivative(const struct field *field, struct upoly *to, const struct upoly *p)
{
    slong n = p->n > 0 ? p->n - 1 : 0;
    upoly_fit(field, to, n);
    for (slong i = 0; i < n; i++) {
        nf_elem_scalar_mul_si(to->c + i, p->c + i + 1, i + 1, field->nf);
    }
    to->n = n;
}

void upoly_divide(const struct field *field, struct upoly *p, const struct upoly *q,
                  struct upoly *quotient)
{
    nf_elem_struct *work = field_row(field, 3);
    nf_elem_inv(work, q->c + q->n - 1, field->nf);
    slong n = p->n >= q->n ? p->n - q->n + 1 : 0;
    if (quotient) {
        upoly_fit(field, quotient, n);
        quotient->n = n;
    }
    for (slong k = n; k-- > 0;) {
        nf_elem_mul(work + 1, p->c + k + q->n - 1, work, field->nf);
        if (quotient) {
            nf_elem_set(quotient->c + k, work + 1, field->nf);
        }
        if (nf_elem_is_zero(work + 1, field->nf)) {
            continue;
        }
        for (slong i = 0; i < q->n; i++) {
            nf_elem_mul(work + 2, work + 1, q->c + i, field->nf);
            nf_elem_sub(p->c + k + i, p->c + k + i, work + 2, field->nf);
        }
    }
    upoly_trim(field, p);
    field_row_free(field, work, 3);
}

void upoly_to_rational(const struct field *field, fmpq_poly_t to, const struct upoly *p)
{
    fmpq_t c;
    fmpq_init(c);
    fmpq_poly_zero(to);
    for (slong i = p->n; i-- > 0;) {
        nf_elem_get_coeff_fmpq(c, p->c + i, 0, field->nf);
        fmpq_poly_set_coeff_fmpq(to, i, c);
    }
    fmpq_clear(c);
}

void upoly_from_rational(const struct field *field, struct upoly *to, const fmpq_poly_t p)
{
    fmpq_t c;
    fmpq_init(c);
    upoly_fit(field, to, fmpq_poly_length(p));
    to->n = fmpq_poly_length(p);
    for (slong i = 0; i < to->n; i++) {
        fmpq_poly_get_coeff_fmpq(c, p, i);
        nf_elem_set_fmpq(to->c + i, c, field->nf);
    }
    fmpq_clear(c);
}

void upoly_gcd(const struct field *field, struct upoly *p, struct upoly *q)
{
    if (field->degree == 1) {
        fmpq_poly_t a, b;
        fmpq_poly_init(a);
        fmpq_poly_init(b);
        upoly_to_rational(field, a, p);
        upoly_to_rational(field, b, q);
        fmpq_poly_gcd(a, a, b);
        upoly_from_rational(field, p, a);
        fmpq_poly_clear(a);
        fmpq_poly_clear(b);
        return;
    }
    struct upoly a = *p, b = *q;
    while (b.n > 0) {
        /* Monic remainders keep the numbers small. */
        upoly_monic(field, &b);
        upoly_divide(field, &a, &b, NULL);
        struct upoly c = a;
        a = b;
        b = c;
    }
    upoly_monic(field, &a);
    *p = a;
    *q = b;
}

static struct upoly *new_factor(struct ufactors *out, ulong power)
{
    MEM_GROW(out->factor, out->n, out->capacity);
    struct ufactor *factor = &out->factor[out->n++];
    upoly_init(&factor->p);
    factor->power = power;
    return &factor->p;
}

static enum status factor_rational(const struct field *field, const struct upoly *p,
                                   struct ufactors *out, const char **why)
{
    if (p->n > FIELD_MOST_FACTORED + 1) {
        *why = "a polynomial in one variable of degree over 400 would have to be factored";
        return ST_UNABLE;
    }
    fmpq_poly_t q;
    fmpz_poly_t z;
    fmpz_poly_factor_t factors;
    fmpq_poly_init(q);
    fmpz_poly_init(z);
    fmpz_poly_factor_init(factors);
    upoly_to_rational(field, q, p);
    fmpq_poly_get_numerator(z, q);
    fmpz_poly_factor(factors, z);
    for (slong i = 0; i < factors->num; i++) {
        fmpq_poly_set_fmpz_poly(q, factors->p + i);
        fmpq_poly_make_monic(q, q);
        upoly_from_rational(field, new_factor(out, (ulong)factors->exp[i]), q);
    }
    fmpz_poly_factor_clear(factors);
    fmpz_poly_clear(z);
    fmpq_poly_clear(q);
    return ST_OK;
}

/* N(z) = Π over the conjugates of p(z − s γ): a polynomial over the rationals, up to a constant. */
static void norm(const struct field *field, const struct upoly *p, slong s, fmpz_poly_t out)
{
    fmpq_mpoly_ctx_t ring; /* t = γ, z */
    fmpq_mpoly_t sum, m, point, c;
    fmpq_poly_t coefficient;
    fmpq_mpoly_ctx_init(ring, 2, ORD_LEX);
    fmpq_mpoly_init(sum, ring);
    fmpq_mpoly_init(m, ring);
    fmpq_mpoly_init(point, ring);
    fmpq_mpoly_init(c, ring);
    fmpq_poly_init(coefficient);
    fmpq_t number;
    fmpq_init(number);
    fmpq_mpoly_gen(point, 0, ring);
    fmpq_mpoly_scalar_mul_si(point, point, -s, ring);
    fmpq_mpoly_gen(c, 1, ring);
    fmpq_mpoly_add(point, point, c, ring);
    for (slong i = p->n; i-- > 0;) {
        nf_elem_get_fmpq_poly(coefficient, p->c + i, field->nf);
        fmpq_mpoly_mul(sum, sum, point, ring);
        for (slong k = 0; k < fmpq_poly_length(coefficient); k++) {
            const ulong at[2] = {(ulong)k, 0};
            fmpq_poly_get_coeff_fmpq(number, coefficient, k);
            fmpq_mpoly_zero(c, ring);
            fmpq_mpoly_set_coeff_fmpq_ui(c, number, at, ring);
            fmpq_mpoly_add(sum, sum, c, ring);
        }
    }
    for (slong k = 0; k <= field->degree; k++) {
        const ulong at[2] = {(ulong)k, 0};
        fmpq_poly_get_coeff_fmpq(number, field->nf->pol, k);
        fmpq_mpoly_set_coeff_fmpq_ui(m, number, at, ring);
    }
    fmpq_mpoly_resultant(sum, m, sum, 0, ring);
    fmpz_poly_zero(out);
    for (slong i = 0; i < fmpq_mpoly_length(sum, ring); i++) {
        ulong at[2];
        fmpq_mpoly_get_term_exp_ui(at, sum, i, ring);
        fmpz_poly_set_coeff_fmpz(out, (slong)at[1], sum->zpoly->coeffs + i);
    }
    fmpq_clear(number);
    fmpq_poly_clear(coefficient);
    fmpq_mpoly_clear(c, ring);
    fmpq_mpoly_clear(point, ring);
    fmpq_mpoly_clear(m, ring);
    fmpq_mpoly_clear(sum, ring);
    fmpq_mpoly_ctx_clear(ring);
}

slong upoly_norm(const struct field *field, const struct upoly *p, fmpz_poly_t out)
{
    for (slong k = 0;; k++) {
        slong s = k % 2 ? (k + 1) / 2 : -k / 2;
        norm(field, p, s, out);
        if (fmpz_poly_is_squarefree(out)) {
            return s;
        }
    }
}

/* p(z + s γ) for p over the rationals, as a polynomial over the field. */
static void shifted(const struct field *field, const fmpz_poly_t p, slong s, struct upoly *out)
{
    nf_elem_struct *step = field_row(field, 2);
    slong n = fmpz_poly_length(p);
    nf_elem_gen(step, field->nf);
    nf_elem_scalar_mul_si(step, step, s, field->nf);
    upoly_fit(field, out, n);
    out->n = n;
    for (slong i = 0; i < n; i++) {
        nf_elem_set_fmpz(out->c + i, p->coeffs + i, field->nf);
    }
    for (slong i = 0; i + 1 < n; i++) {
        for (slong j = n - 1; j-- > i;) {
            nf_elem_mul(step + 1, out->c + j + 1, step, field->nf);
            nf_elem_add(out->c + j, out->c + j, step + 1, field->nf);
        }
    }
    field_row_free(field, step, 2);
}

static enum status too_large(const char **why)
{
    *why = "it needs a number field of a degree beyond 40";
    return ST_UNABLE;
}

bool upoly_is_definite(const struct field *field, const struct upoly *p)
{
    if (p->n != 3) {
        return false;
    }
    nf_elem_struct *work = field_row(field, 2);
    nf_elem_mul(work, p->c + 1, p->c + 1, field->nf);
    nf_elem_mul(work + 1, p->c, p->c + 2, field->nf);
    nf_elem_scalar_mul_si(work + 1, work + 1, 4, field->nf);
    nf_elem_sub(work, work, work + 1, field->nf);
    bool definite = field_sign(field, work) < 0;
    field_row_free(field, work, 2);
    return definite;
}

/* Trager's way: factors of a squarefree polynomial are its common divisors with those of its norm.
 */
static enum status factor_squarefree(const struct field *field, const struct upoly *p,
                                     struct ufactors *out, const char **why)
{
    if (p->n <= 2 || upoly_is_definite(field, p)) {
        upoly_set(field, new_factor(out, 1), p);
        return ST_OK;
    }
    if ((p->n - 1) * field->degree > 2 * FIELD_MOST_DEGREE) {
        return too_large(why);
    }
    fmpz_poly_t n;
    fmpz_poly_factor_t factors;
    struct upoly rest;
    fmpz_poly_init(n);
    fmpz_poly_factor_init(factors);
    upoly_init(&rest);
    slong s = upoly_norm(field, p, n);
    fmpz_poly_factor(factors, n);
    for (slong i = 0; i < factors->num; i++) {
        struct upoly *factor = new_factor(out, 1);
        if (factors->num == 1) {
            upoly_set(field, factor, p);
            break;
        }
        shifted(field, factors->p + i, s, factor);
        upoly_set(field, &rest, p);
        upoly_gcd(field, factor, &rest);
    }
    upoly_clear(field, &rest);
    fmpz_poly_factor_clear(factors);
    fmpz_poly_clear(n);
    return ST_OK;
}

/* How often q divides p, which is changed. */
static ulong power_in(const struct field *field, struct upoly *p, const struct upoly *q)
{
    struct upoly quotient, rest;
    ulong power = 0;
    upoly_init(&quotient);
    upoly_init(&rest);
    while (p->n >= q->n) {
        upoly_set(field, &rest, p);
        upoly_divide(field, &rest, q, &quotient);
        if (rest.n > 0) {
            break;
        }
        upoly_set(field, p, &quotient);
        power++;
    }
    upoly_clear(field, &quotient);
    upoly_clear(field, &rest);
    return power;
}

enum status upoly_factor(const struct field *field, const struct upoly *p, struct ufactors *out,
                         const char **why)
{
    if (p->n <= 1) {
        return ST_OK;
    }
    if (p->n == 2) {
        struct upoly *factor = new_factor(out, 1);
        upoly_set(field, factor, p);
        upoly_monic(field, factor);
        return ST_OK;
    }
    if (field->degree == 1) {
        return factor_rational(field, p, out, why);
    }
    struct upoly whole, common, other, reduced;
    upoly_init(&whole);
    upoly_init(&common);
    upoly_init(&other);
    upoly_init(&reduced);
    upoly_set(field, &whole, p);
    upoly_monic(field, &whole);
    upoly_set(field, &common, &whole);
    upoly_derivative(field, &other, &whole);
    upoly_gcd(field, &common, &other);
    upoly_set(field, &other, &whole);
    upoly_divide(field, &other, &common, &reduced);
    size_t begin = out->n;
    enum status status = factor_squarefree(field, &reduced, out, why);
    for (size_t i = begin; i < out->n; i++) {
        out->factor[i].power = power_in(field, &whole, &out->factor[i].p);
    }
    upoly_clear(field, &whole);
    upoly_clear(field, &common);
    upoly_clear(field, &other);
    upoly_clear(field, &reduced);
    return status;
}

void ufactors_clear(const struct field *field, struct ufactors *factors)
{
    for (size_t i = 0; i < factors->n; i++) {
        upoly_clear(field, &factors->factor[i].p);
    }
    mem_free(factors->factor);
    *factors = (struct ufactors){0};
}
