/* Real roots of polynomials over a number field, each in a field that holds it. */
#include "field_private.h"

#include "cusp/mem.h"

static struct real_root *new_root(struct real_roots *out, struct field *field)
{
    MEM_GROW(out->root, out->n, out->capacity);
    struct real_root *root = &out->root[out->n++];
    *root = (struct real_root){.field = field, .value = field_row(field, 1)};
    return root;
}

static bool within(const struct real_root *root, const fmpq *low, const fmpq *high)
{
    return (!low || field_compare(root->field, root->value, low) >= 0) &&
           (!high || field_compare(root->field, root->value, high) <= 0);
}

void real_roots_clear(struct real_roots *roots)
{
    for (size_t i = 0; i < roots->n; i++) {
        struct real_root *root = &roots->root[i];
        field_row_free(root->field, root->value, 1);
        field_row_free(root->field, root->image, root->image ? 1 : 0);
        field_drop(root->field);
    }
    mem_free(roots->root);
    *roots = (struct real_roots){0};
}

static void drop_last(struct real_roots *roots)
{
    struct real_roots last = {.n = 1, .root = mem_new(1, sizeof *last.root)};
    last.root[0] = roots->root[--roots->n];
    real_roots_clear(&last);
}

/* γ in Q(ζ), where ζ = β + s γ: the common root of its minimal polynomial and of p(ζ − s t). */
static void generator_in(const struct field *field, const struct upoly *p, slong s,
                         const struct field *larger, nf_elem_t out)
{
    struct upoly m, g, power;
    nf_elem_struct *work = field_row(larger, 2);
    upoly_init(&m);
    upoly_init(&g);
    upoly_from_rational(larger, &m, field_minimal(field));
    slong n = p->n - 1 + field->degree;
    upoly_fit(larger, &g, n);
    g.n = n;
    /* (ζ − s t)^i, Horner's rule is not simpler since coefficients are polynomials in t. */
    upoly_init(&power);
    upoly_fit(larger, &power, p->n);
    power.n = 1;
    nf_elem_one(power.c, larger->nf);
    fmpq_poly_t coefficient;
    fmpq_t c;
    fmpq_poly_init(coefficient);
    fmpq_init(c);
    nf_elem_struct *zeta = work + 1;
    nf_elem_gen(zeta, larger->nf);
    for (slong i = 0; i < p->n; i++) {
        nf_elem_get_fmpq_poly(coefficient, p->c + i, field->nf);
        for (slong k = 0; k < fmpq_poly_length(coefficient); k++) {
            fmpq_poly_get_coeff_fmpq(c, coefficient, k);
            for (slong j = 0; j < power.n; j++) {
                nf_elem_scalar_mul_fmpq(work, power.c + j, c, larger->nf);
                nf_elem_add(g.c + j + k, g.c + j + k, work, larger->nf);
            }
        }
        if (i + 1 < p->n) {
            power.n++;
            for (slong j = power.n; j-- > 0;) {
                nf_elem_mul(power.c + j, power.c + j, zeta, larger->nf);
                if (j > 0) {
                    nf_elem_scalar_mul_si(work, power.c + j - 1, s, larger->nf);
                    nf_elem_sub(power.c + j, power.c + j, work, larger->nf);
                }
            }
        }
    }
    upoly_trim(larger, &g);
    upoly_gcd(larger, &m, &g);
    nf_elem_neg(out, m.c, larger->nf);
    fmpq_clear(c);
    fmpq_poly_clear(coefficient);
    upoly_clear(larger, &power);
    upoly_clear(larger, &m);
    upoly_clear(larger, &g);
    field_row_free(larger, work, 2);
}

/* Whether a number of the larger field, a conjugate of γ, is γ. */
static bool is_generator(const struct field *field, const struct field *larger, const nf_elem_t x)
{
    qqbar_t value;
    fmpq_poly_t p;
    arb_t a, b;
    qqbar_init(value);
    fmpq_poly_init(p);
    arb_init(a);
    arb_init(b);
    slong n = field->degree;
    qqbar_ptr all = _qqbar_vec_init(n);
    qqbar_conjugates(all, field->root);
    bool same = false, decided = false;
    for (slong precision = 64; !decided; precision *= 2) {
        field_ball(larger, x, precision, a);
        slong touching = 0;
        same = false;
        for (slong i = 0; i < n; i++) {
            if (!qqbar_is_real(all + i)) {
                continue;
            }
            qqbar_get_arb(b, all + i, precision);
            if (arb_overlaps(a, b)) {
                touching++;
                same = qqbar_equal(all + i, field->root);
            }
        }
        decided = touching == 1;
    }
    _qqbar_vec_clear(all, n);
    arb_clear(a);
    arb_clear(b);
    fmpq_poly_clear(p);
    qqbar_clear(value);
    return same;
}

static enum status extend(struct field *field, const struct upoly *p, const fmpq *low,
                          const fmpq *high, struct real_roots *out, const char **why)
{
    slong degree = (p->n - 1) * field->degree;
    if (degree > FIELD_MOST_DEGREE) {
        *why = "it needs a number field of a degree beyond 40";
        return ST_UNABLE;
    }
    fmpz_poly_t minimal;
    fmpz_poly_init(minimal);
    slong s = 0;
    if (field->degree == 1) {
        fmpq_poly_t q;
        fmpq_poly_init(q);
        upoly_to_rational(field, q, p);
        fmpq_poly_get_numerator(minimal, q);
        fmpq_poly_clear(q);
    } else {
        s = upoly_norm(field, p, minimal);
        fmpz_poly_primitive_part(minimal, minimal);
    }
    bool any = true;
    if (field->degree == 1 && low && high) {
        any = roots_count_closed(minimal, low, high) > 0;
    }
    qqbar_ptr all = _qqbar_vec_init(degree);
    if (any) {
        qqbar_roots_fmpz_poly(all, minimal, QQBAR_ROOTS_IRREDUCIBLE);
    }
    for (slong i = degree; any && i-- > 0;) { /* they come from the greatest down */
        if (!qqbar_is_real(all + i)) {
            continue;
        }
        struct field *larger = field_of_root(all + i);
        struct real_root *root = new_root(out, larger);
        root->image = field_row(larger, 1);
        if (field->degree > 1) {
            generator_in(field, p, s, larger, root->image);
        }
        nf_elem_scalar_mul_si(root->value, root->image, -s, larger->nf);
        nf_elem_struct *zeta = field_row(larger, 1);
        nf_elem_gen(zeta, larger->nf);
        nf_elem_add(root->value, root->value, zeta, larger->nf);
        field_row_free(larger, zeta, 1);
        if ((field->degree > 1 && !is_generator(field, larger, root->image)) ||
            !within(root, low, high)) {
            drop_last(out);
        }
    }
    _qqbar_vec_clear(all, degree);
    fmpz_poly_clear(minimal);
    return ST_OK;
}

enum status upoly_real_roots(struct field *field, const struct upoly *p, const fmpq *low,
                             const fmpq *high, struct real_roots *out, const char **why)
{
    if (p->n != 2) {
        bool none = p->n < 2 || upoly_is_definite(field, p);
        return none ? ST_OK : extend(field, p, low, high, out, why);
    }
    struct real_root *root = new_root(out, field_keep(field));
    nf_elem_div(root->value, p->c, p->c + 1, field->nf);
    nf_elem_neg(root->value, root->value, field->nf);
    if (!within(root, low, high)) {
        drop_last(out);
    }
    return ST_OK;
}
