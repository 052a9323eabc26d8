/* Sparse polynomials, as far as the zero set needs them: monomial content, square root, difference
 * of squares. */
#include "zeros_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    POLY_VARIABLES = 8,
    POLY_TERMS = 256,
    POLY_WORK = 100000,
    POLY_DEPTH = 200,
    POLY_POWER = 60
};

#define POLY_ROUNDING 1e-14 /* of the terms that cancelled: the rest is rounding */

struct poly_term {
    double c;
    unsigned char e[POLY_VARIABLES];
};

/* Terms by falling exponents (lexicographic), each monomial once. */
struct poly {
    size_t n;
    struct poly_term *term;
    size_t capacity;
};

struct poly_reader {
    const struct dag *dag;
    size_t n_variables;
    long work; /* what is left of POLY_WORK */
};

static void poly_done(struct poly *p)
{
    mem_free(p->term);
    *p = (struct poly){0};
}

static void poly_push(struct poly *p, struct poly_term term)
{
    MEM_GROW(p->term, p->n, p->capacity);
    p->term[p->n++] = term;
}

static int compare_terms(const void *a, const void *b)
{
    const struct poly_term *s = a, *t = b;
    return memcmp(t->e, s->e, sizeof s->e);
}

/* Sorts, merges like terms, drops what cancelled. What is small is judged against what cancelled:
   variables may differ in scale by any power of ten. */
static void poly_tidy(struct poly *p)
{
    size_t n = 0;
    if (p->n == 0)
        return;
    qsort(p->term, p->n, sizeof *p->term, compare_terms);
    for (size_t i = 0; i < p->n;) {
        struct poly_term sum = p->term[i];
        double size = fabs(sum.c);
        for (i++; i < p->n && memcmp(p->term[i].e, sum.e, sizeof sum.e) == 0; i++) {
            sum.c += p->term[i].c;
            size += fabs(p->term[i].c);
        }
        if (fabs(sum.c) > POLY_ROUNDING * size)
            p->term[n++] = sum;
    }
    p->n = n;
}

/* True if the product stays small; *out is a new polynomial. */
static bool poly_multiply(const struct poly *a, const struct poly *b, struct poly *out)
{
    *out = (struct poly){0};
    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++) {
            struct poly_term t = {.c = a->term[i].c * b->term[j].c};
            for (size_t v = 0; v < POLY_VARIABLES; v++) {
                unsigned e = (unsigned)a->term[i].e[v] + b->term[j].e[v];
                if (e > POLY_POWER)
                    return false;
                t.e[v] = (unsigned char)e;
            }
            poly_push(out, t);
        }
    poly_tidy(out);
    return out->n <= POLY_TERMS;
}

static bool poly_read(struct poly_reader *r, uint32_t id, int depth, struct poly *out);

static bool read_sum(struct poly_reader *r, const struct dag_node *node, int depth,
                     struct poly *out)
{
    double sign = node->op == OP_SUB ? -1 : 1;
    struct poly b = {0};
    bool fine = poly_read(r, node->args[0], depth, out) && poly_read(r, node->args[1], depth, &b);
    if (fine) {
        for (size_t i = 0; i < b.n; i++) {
            b.term[i].c *= sign;
            poly_push(out, b.term[i]);
        }
        poly_tidy(out);
        r->work -= (long)out->n;
    }
    poly_done(&b);
    return fine && out->n <= POLY_TERMS;
}

static bool read_product(struct poly_reader *r, const struct dag_node *node, int depth,
                         struct poly *out)
{
    struct poly a = {0}, b = {0};
    bool fine = poly_read(r, node->args[0], depth, &a) && poly_read(r, node->args[1], depth, &b);
    r->work -= (long)(a.n * b.n);
    fine = fine && r->work > 0 && poly_multiply(&a, &b, out);
    poly_done(&a);
    poly_done(&b);
    return fine;
}

static bool read_power(struct poly_reader *r, const struct dag_node *node, int depth,
                       struct poly *out)
{
    struct poly base = {0};
    bool fine = node->exponent >= 2 && node->exponent <= POLY_POWER &&
                poly_read(r, node->args[0], depth, &base);
    if (fine)
        poly_push(out, (struct poly_term){.c = 1});
    for (int i = 0; fine && i < node->exponent; i++) {
        struct poly next;
        r->work -= (long)(out->n * base.n);
        fine = r->work > 0 && poly_multiply(out, &base, &next);
        if (r->work > 0) {
            poly_done(out);
            *out = next;
        }
    }
    poly_done(&base);
    return fine;
}

/* True if node id is a polynomial small enough; *out (empty before) is the caller's either way. */
static bool poly_read(struct poly_reader *r, uint32_t id, int depth, struct poly *out)
{
    const struct dag_node *node = dag_node(r->dag, id);
    double value;
    if (depth > POLY_DEPTH || --r->work <= 0)
        return false;
    if (dag_is_const(r->dag, id, &value)) {
        if (!isfinite(value))
            return false;
        if (value != 0)
            poly_push(out, (struct poly_term){.c = value});
        return true;
    }
    if (node->op == OP_VAR) {
        struct poly_term t = {.c = 1};
        t.e[node->variable] = 1;
        poly_push(out, t);
        return true;
    }
    if (node->op == OP_ADD || node->op == OP_SUB)
        return read_sum(r, node, depth + 1, out);
    if (node->op == OP_MUL)
        return read_product(r, node, depth + 1, out);
    if (node->op == OP_POWI)
        return read_power(r, node, depth + 1, out);
    value = node->op == OP_NEG ? -1 : 0;
    if (node->op == OP_DIV && dag_is_const(r->dag, node->args[1], &value))
        value = value != 0 ? 1 / value : 0;
    if (value == 0 || !isfinite(value) || !poly_read(r, node->args[0], depth + 1, out))
        return false;
    for (size_t i = 0; i < out->n; i++)
        out->term[i].c *= value;
    return true;
}

static uint32_t poly_write(struct dag *dag, const struct poly *p)
{
    uint32_t sum = dag_const(dag, 0);
    for (size_t i = 0; i < p->n; i++) {
        uint32_t product = dag_const(dag, 1);
        for (size_t v = 0; v < POLY_VARIABLES; v++)
            if (p->term[i].e[v] > 0)
                product = dag_op(dag, OP_MUL, product,
                                 dag_powi(dag, dag_var(dag, (uint32_t)v), p->term[i].e[v]), 0);
        product = dag_op(dag, OP_MUL, dag_const(dag, p->term[i].c), product, 0);
        sum = i == 0 ? product : dag_op(dag, OP_ADD, sum, product, 0);
    }
    return sum;
}

/* The least exponents of each variable, divided out. True if there were any. */
static bool poly_take_content(struct poly *p, unsigned char *content)
{
    bool any = false;
    for (size_t v = 0; v < POLY_VARIABLES; v++) {
        content[v] = p->n > 0 ? p->term[0].e[v] : 0;
        for (size_t i = 0; i < p->n; i++)
            content[v] = p->term[i].e[v] < content[v] ? p->term[i].e[v] : content[v];
        any = any || content[v] > 0;
    }
    for (size_t i = 0; i < p->n; i++)
        for (size_t v = 0; v < POLY_VARIABLES; v++)
            p->term[i].e[v] = (unsigned char)(p->term[i].e[v] - content[v]);
    return any;
}

static bool term_root(const struct poly_term *t, struct poly_term *root)
{
    *root = (struct poly_term){.c = sqrt(fabs(t->c))};
    for (size_t v = 0; v < POLY_VARIABLES; v++) {
        if (t->e[v] % 2 != 0)
            return false;
        root->e[v] = t->e[v] / 2;
    }
    return true;
}

/* rest := p − q². */
static bool poly_square_rest(const struct poly *p, const struct poly *q, struct poly *rest)
{
    if (!poly_multiply(q, q, rest))
        return false;
    for (size_t i = 0; i < rest->n; i++)
        rest->term[i].c = -rest->term[i].c;
    for (size_t i = 0; i < p->n; i++)
        poly_push(rest, p->term[i]);
    poly_tidy(rest);
    return true;
}

/* True if |p| = q²: term by term from the leading one, as by hand. q is the caller's either way. */
static bool poly_root(const struct poly *p, struct poly *q)
{
    struct poly_term lead;
    *q = (struct poly){0};
    if (p->n == 0 || p->term[0].c < 0 || !term_root(&p->term[0], &lead))
        return false;
    poly_push(q, lead);
    for (size_t step = 0; step < p->n; step++) {
        struct poly rest;
        struct poly_term t = {0};
        bool fine = poly_square_rest(p, q, &rest);
        if (fine && rest.n == 0) {
            poly_done(&rest);
            return true;
        }
        if (fine) {
            t.c = rest.term[0].c / (2 * lead.c);
            for (size_t v = 0; v < POLY_VARIABLES; v++) {
                fine = fine && rest.term[0].e[v] >= lead.e[v];
                t.e[v] = (unsigned char)(rest.term[0].e[v] - lead.e[v]);
            }
            fine = fine && compare_terms(&q->term[q->n - 1], &t) < 0;
        }
        poly_done(&rest);
        if (!fine)
            return false;
        poly_push(q, t);
    }
    return false;
}

static bool poly_of(const struct dag *dag, uint32_t y, struct poly *out)
{
    struct poly_reader reader = {dag, dag_n_variables(dag), POLY_WORK};
    *out = (struct poly){0};
    return reader.n_variables <= POLY_VARIABLES && poly_read(&reader, y, 0, out) && out->n > 0;
}

bool zeros_poly_root(struct dag *dag, uint32_t y, uint32_t *root)
{
    struct poly p, q = {0};
    bool fine = poly_of(dag, y, &p) && p.n > 1 && poly_root(&p, &q);
    if (fine)
        *root = poly_write(dag, &q);
    poly_done(&p);
    poly_done(&q);
    return fine;
}

/* a² − b² = (a − b)(a + b), for two single terms. */
static bool two_squares(struct dag *dag, const struct poly *p, uint32_t *out)
{
    struct poly_term a, b;
    if (p->n != 2 || p->term[0].c * p->term[1].c >= 0 || !term_root(&p->term[0], &a) ||
        !term_root(&p->term[1], &b))
        return false;
    struct poly_term pair[2] = {a, b};
    struct poly sum = {.n = 2, .term = pair};
    out[0] = poly_write(dag, &sum);
    pair[1].c = -b.c;
    out[1] = poly_write(dag, &sum);
    return true;
}

size_t zeros_poly_factors(struct dag *dag, uint32_t y, uint32_t *out, size_t max)
{
    unsigned char content[POLY_VARIABLES];
    struct poly p, q = {0};
    size_t n = 0;
    if (!poly_of(dag, y, &p) || max < POLY_VARIABLES + 2) {
        poly_done(&p);
        return 0;
    }
    bool gained = poly_take_content(&p, content);
    for (size_t v = 0; v < POLY_VARIABLES; v++)
        if (content[v] > 0)
            out[n++] = dag_var(dag, (uint32_t)v);
    if (p.term[0].c < 0)
        for (size_t i = 0; i < p.n; i++)
            p.term[i].c = -p.term[i].c;
    if (p.n > 1 && poly_root(&p, &q)) {
        out[n++] = poly_write(dag, &q);
        gained = true;
    } else if (two_squares(dag, &p, out + n)) {
        n += 2;
        gained = true;
    } else if (gained) {
        out[n++] = poly_write(dag, &p);
    }
    poly_done(&p);
    poly_done(&q);
    return gained ? n : 0;
}
