/* Polynomials in the two coordinates of a chart over a number field: shifts and blow-ups. */
#include "plane_private.h"

#include "cusp/mem.h"

#include <stdlib.h>

enum { MOST_DENSE = 4000 }; /* degree of a polynomial in one variable that is shifted */

void lpoly_init(struct lpoly *p)
{
    *p = (struct lpoly){0};
}

void lpoly_clear(const struct field *field, struct lpoly *p)
{
    for (slong i = 0; i < p->n; i++) {
        nf_elem_clear(&p->term[i].c, field->nf);
    }
    mem_free(p->term);
    *p = (struct lpoly){0};
}

/* Room for n terms; their numbers are made by add. */
static void reserve(struct lpoly *p, slong n)
{
    if (n > p->capacity) {
        p->term = mem_resize(p->term, (size_t)n, sizeof *p->term);
        p->capacity = n;
    }
}

static struct lterm *add(const struct field *field, struct lpoly *p, ulong a, ulong b)
{
    if (p->n == p->capacity) {
        reserve(p, p->capacity ? 2 * p->capacity : 4);
    }
    struct lterm *term = &p->term[p->n++];
    term->e[0] = a;
    term->e[1] = b;
    nf_elem_init(&term->c, field->nf);
    return term;
}

void lpoly_from(const struct field *field, struct lpoly *to, const fmpq_mpoly_t p,
                const fmpq_mpoly_ctx_t ring)
{
    fmpq_t c;
    fmpq_init(c);
    slong n = fmpq_mpoly_length(p, ring);
    reserve(to, n);
    for (slong i = 0; i < n; i++) {
        ulong e[2];
        fmpq_mpoly_get_term_exp_ui(e, p, i, ring);
        fmpq_mpoly_get_term_coeff_fmpq(c, p, i, ring);
        nf_elem_set_fmpq(&add(field, to, e[0], e[1])->c, c, field->nf);
    }
    fmpq_clear(c);
}

void lpoly_variable(const struct field *field, struct lpoly *to, int which)
{
    nf_elem_one(&add(field, to, which == 0, which == 1)->c, field->nf);
}

void lpoly_embed(const struct field *from, const struct lpoly *p, const struct field *to,
                 const nf_elem_struct *image, struct lpoly *out)
{
    reserve(out, p->n);
    for (slong i = 0; i < p->n; i++) {
        struct lterm *term = add(to, out, p->term[i].e[0], p->term[i].e[1]);
        if (image) {
            field_embed(from, &p->term[i].c, to, image, &term->c);
        } else {
            nf_elem_set(&term->c, &p->term[i].c, to->nf);
        }
    }
}

static int by_first(const void *a, const void *b)
{
    const struct lterm *x = a, *y = b;
    for (int k = 0; k < 2; k++) {
        if (x->e[k] != y->e[k]) {
            return x->e[k] < y->e[k] ? -1 : 1;
        }
    }
    return 0;
}

static void sort(struct lpoly *p)
{
    for (slong i = 0; i + 1 < p->n; i++) {
        if (by_first(&p->term[i], &p->term[i + 1]) > 0) {
            qsort(p->term, (size_t)p->n, sizeof *p->term, by_first);
            return;
        }
    }
}

static void swap_variables(struct lpoly *p)
{
    for (slong i = 0; i < p->n; i++) {
        ulong e = p->term[i].e[0];
        p->term[i].e[0] = p->term[i].e[1];
        p->term[i].e[1] = e;
    }
}

/* p(u, v + b): one row of equal powers of u after the other. */
static bool shift_second(const struct field *field, struct lpoly *p, const nf_elem_t b)
{
    if (nf_elem_is_zero(b, field->nf)) {
        return true;
    }
    sort(p);
    struct lpoly out;
    struct upoly row;
    nf_elem_struct *work = field_row(field, 1);
    lpoly_init(&out);
    upoly_init(&row);
    bool fine = true;
    for (slong i = 0, end; fine && i < p->n; i = end) {
        for (end = i; end < p->n && p->term[end].e[0] == p->term[i].e[0]; end++) {
        }
        ulong top = p->term[end - 1].e[1];
        fine = top <= MOST_DENSE && out.n <= PLANE_MOST_TERMS;
        if (!fine) {
            break;
        }
        row.n = (slong)top + 1;
        upoly_fit(field, &row, row.n);
        for (slong j = 0; j < row.n; j++) {
            nf_elem_zero(row.c + j, field->nf);
        }
        for (slong k = i; k < end; k++) {
            nf_elem_set(row.c + p->term[k].e[1], &p->term[k].c, field->nf);
        }
        for (slong k = 0; k + 1 < row.n; k++) {
            for (slong j = row.n - 1; j-- > k;) {
                nf_elem_mul(work, row.c + j + 1, b, field->nf);
                nf_elem_add(row.c + j, row.c + j, work, field->nf);
            }
        }
        for (slong j = 0; j < row.n; j++) {
            if (!nf_elem_is_zero(row.c + j, field->nf)) {
                nf_elem_set(&add(field, &out, p->term[i].e[0], (ulong)j)->c, row.c + j, field->nf);
            }
        }
    }
    field_row_free(field, work, 1);
    upoly_clear(field, &row);
    lpoly_clear(field, p);
    *p = out;
    return fine;
}

bool lpoly_shift(const struct field *field, struct lpoly *p, const nf_elem_t a, const nf_elem_t b)
{
    if (!shift_second(field, p, b)) {
        return false;
    }
    if (nf_elem_is_zero(a, field->nf)) {
        return true;
    }
    swap_variables(p);
    bool fine = shift_second(field, p, a);
    swap_variables(p);
    return fine;
}

ulong lpoly_order(const struct lpoly *p)
{
    ulong order = ULONG_MAX;
    for (slong i = 0; i < p->n; i++) {
        ulong e = p->term[i].e[0] + p->term[i].e[1];
        order = e < order ? e : order;
    }
    return order;
}

bool lpoly_blow_up(const struct field *field, const struct lpoly *p, ulong order, int which,
                   struct lpoly *out)
{
    lpoly_embed(field, p, field, NULL, out);
    for (slong i = 0; i < out->n; i++) {
        ulong *e = out->term[i].e;
        e[which] = e[0] + e[1] - order;
        if (e[which] > LONG_MAX / 4) {
            return false;
        }
    }
    return true;
}

bool lpoly_restrict(const struct field *field, const struct lpoly *p, int which, struct upoly *out)
{
    ulong top = 0;
    bool any = false;
    for (slong i = 0; i < p->n; i++) {
        if (p->term[i].e[which] == 0) {
            any = true;
            top = p->term[i].e[1 - which] > top ? p->term[i].e[1 - which] : top;
        }
    }
    if (top > MOST_DENSE) {
        return false;
    }
    out->n = any ? (slong)top + 1 : 0;
    upoly_fit(field, out, out->n);
    for (slong i = 0; i < out->n; i++) {
        nf_elem_zero(out->c + i, field->nf);
    }
    for (slong i = 0; i < p->n; i++) {
        if (p->term[i].e[which] == 0) {
            nf_elem_set(out->c + p->term[i].e[1 - which], &p->term[i].c, field->nf);
        }
    }
    return true;
}

void lpoly_at(const struct field *field, const struct lpoly *p, const nf_elem_t a,
              const nf_elem_t b, nf_elem_t out)
{
    nf_elem_struct *work = field_row(field, 3);
    for (slong i = 0; i < p->n; i++) {
        nf_elem_pow(work, a, p->term[i].e[0], field->nf);
        nf_elem_pow(work + 1, b, p->term[i].e[1], field->nf);
        nf_elem_mul(work, work, work + 1, field->nf);
        nf_elem_mul(work, work, &p->term[i].c, field->nf);
        nf_elem_add(work + 2, work + 2, work, field->nf);
    }
    nf_elem_set(out, work + 2, field->nf);
    field_row_free(field, work, 3);
}

const nf_elem_struct *lpoly_constant(const struct lpoly *p)
{
    return p->n == 1 && p->term[0].e[0] == 0 && p->term[0].e[1] == 0 ? &p->term[0].c : NULL;
}

bool lpoly_is_variable(const struct field *field, const struct lpoly *p, int which)
{
    return p->n == 1 && p->term[0].e[which] == 1 && p->term[0].e[1 - which] == 0 &&
           nf_elem_is_one(&p->term[0].c, field->nf);
}

bool lpoly_multiply(const struct field *field, const struct lpoly *p, const struct lpoly *q,
                    slong most_terms, struct lpoly *out)
{
    if (p->n * q->n > most_terms) {
        return false;
    }
    struct lpoly all;
    lpoly_init(&all);
    for (slong i = 0; i < p->n; i++) {
        for (slong j = 0; j < q->n; j++) {
            struct lterm *term = add(field, &all, p->term[i].e[0] + q->term[j].e[0],
                                     p->term[i].e[1] + q->term[j].e[1]);
            nf_elem_mul(&term->c, &p->term[i].c, &q->term[j].c, field->nf);
        }
    }
    sort(&all);
    for (slong i = 0, end; i < all.n; i = end) {
        struct lterm *sum = &all.term[i];
        for (end = i + 1; end < all.n && by_first(sum, &all.term[end]) == 0; end++) {
            nf_elem_add(&sum->c, &sum->c, &all.term[end].c, field->nf);
        }
        if (!nf_elem_is_zero(&sum->c, field->nf)) {
            nf_elem_set(&add(field, out, sum->e[0], sum->e[1])->c, &sum->c, field->nf);
        }
    }
    lpoly_clear(field, &all);
    return true;
}

/* Greater total degree last, as one writes a germ: x^2 - y^3. */
static int by_degree(const void *a, const void *b)
{
    const struct lterm *x = *(const struct lterm *const *)a, *y = *(const struct lterm *const *)b;
    ulong d = x->e[0] + x->e[1], e = y->e[0] + y->e[1];
    if (d != e) {
        return d < e ? -1 : 1;
    }
    return x->e[0] > y->e[0] ? -1 : x->e[0] < y->e[0];
}

/* The greatest common divisor of all rational numbers in the coefficients. */
static void common_content(const struct field *field, const struct lpoly *p, fmpq_t out)
{
    fmpq_poly_t c;
    fmpq_t part;
    fmpq_poly_init(c);
    fmpq_init(part);
    fmpq_zero(out);
    for (slong i = 0; i < p->n; i++) {
        nf_elem_get_fmpq_poly(c, &p->term[i].c, field->nf);
        fmpq_poly_content(part, c);
        fmpq_gcd(out, out, part);
    }
    fmpq_clear(part);
    fmpq_poly_clear(c);
}

bool lpoly_normalize(const struct field *field, struct lpoly *p, nf_elem_t taken)
{
    if (p->n == 0) {
        return false;
    }
    fmpq_t content;
    fmpq_init(content);
    common_content(field, p, content);
    const struct lterm *first = &p->term[0];
    for (slong i = 1; i < p->n; i++) {
        const struct lterm *next = &p->term[i];
        first = by_degree(&next, &first) < 0 ? next : first;
    }
    if (field_sign(field, &first->c) < 0) {
        fmpq_neg(content, content);
    }
    bool any = !fmpq_is_one(content);
    nf_elem_set_fmpq(taken, content, field->nf);
    for (slong i = 0; any && i < p->n; i++) {
        nf_elem_scalar_div_fmpq(&p->term[i].c, &p->term[i].c, content, field->nf);
    }
    fmpq_clear(content);
    return any;
}

/* --- as text ---------------------------------------------------------------------------------- */

static void add_power(struct text *out, const char *name, ulong e, const char *before)
{
    if (e > 1) {
        text_addf(out, "%s%s^%lu", before, name, e);
    } else if (e == 1) {
        text_addf(out, "%s%s", before, name);
    }
}

static void add_term(const struct field *field, const struct lterm *term,
                     const char *const names[2], bool first, struct text *out)
{
    struct text number;
    text_init(&number);
    size_t n_parts = field_text_coefficient(field, &term->c, &number);
    const char *s = text_get(&number);
    bool constant = term->e[0] == 0 && term->e[1] == 0;
    bool negative = n_parts == 1 && s[0] == '-';
    s += negative;
    text_add(out, first ? (negative ? "-" : "") : negative ? " - " : " + ");
    const char *before = "";
    if (constant || !(s[0] == '1' && s[1] == 0)) {
        text_addf(out, n_parts > 1 && !(constant && first) ? "(%s)" : "%s", s);
        before = " ";
    }
    add_power(out, names[0], term->e[0], before);
    add_power(out, names[1], term->e[1], term->e[0] ? " " : before);
    text_done(&number);
}

void lpoly_text(const struct field *field, const struct lpoly *p, const char *const names[2],
                slong most_terms, struct text *out)
{
    if (p->n == 0) {
        text_add(out, "0");
        return;
    }
    const struct lterm **order = mem_new((size_t)p->n, sizeof *order);
    for (slong i = 0; i < p->n; i++) {
        order[i] = &p->term[i];
    }
    qsort(order, (size_t)p->n, sizeof *order, by_degree);
    for (slong i = 0; i < p->n && i < most_terms; i++) {
        add_term(field, order[i], names, i == 0, out);
    }
    if (p->n > most_terms) {
        text_addf(out, " + … (%ld terms)", (long)p->n);
    }
    mem_free(order);
}
