/* Polynomials in x and y from text, and plane problems around them, for tests and benchmarks. */
#ifndef CUSP_TESTS_PLANE_HELP_H
#define CUSP_TESTS_PLANE_HELP_H

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/arena.h"
#include "cusp/poly.h"
#include "cusp/resolution.h"

struct plane_reader {
    const char *s;
    const struct poly *x, *y; /* what x and y stand for */
};

static struct poly *plane_read_sum(struct plane_reader *r);

static struct poly *plane_read_atom(struct plane_reader *r)
{
    struct poly *p = NULL;
    while (*r->s == ' ') {
        r->s++;
    }
    if (*r->s == '(') {
        r->s++;
        p = plane_read_sum(r);
        r->s++;
    } else if (*r->s == 'x') {
        r->s++;
        p = poly_copy(r->x);
    } else if (*r->s == 'y') {
        r->s++;
        p = poly_copy(r->y);
    } else {
        const char *begin = r->s;
        while (isdigit((unsigned char)*r->s) || *r->s == '.' || *r->s == '/') {
            r->s++;
        }
        if (poly_number(2, begin, (size_t)(r->s - begin), &p)) {
            abort();
        }
    }
    while (*r->s == ' ') {
        r->s++;
    }
    if (*r->s == '^') {
        char *end = NULL;
        struct poly *power = NULL;
        if (poly_pow(p, strtoul(r->s + 1, &end, 10), &power)) {
            abort();
        }
        r->s = end;
        poly_free(p);
        p = power;
    }
    return p;
}

static struct poly *plane_read_product(struct plane_reader *r)
{
    struct poly *p = plane_read_atom(r);
    for (;;) {
        while (*r->s == ' ' || *r->s == '*') {
            r->s++;
        }
        if (!*r->s || strchr("+-)", *r->s)) {
            return p;
        }
        struct poly *q = plane_read_atom(r), *product = poly_mul(p, q);
        poly_free(p);
        poly_free(q);
        p = product;
    }
}

static struct poly *plane_read_sum(struct plane_reader *r)
{
    struct poly *p = poly_zero(2);
    int sign = 1;
    while (*r->s == ' ') {
        r->s++;
    }
    if (*r->s == '-') {
        sign = -1;
        r->s++;
    }
    for (;;) {
        struct poly *q = plane_read_product(r);
        struct poly *sum = sign > 0 ? poly_add(p, q) : poly_sub(p, q);
        poly_free(p);
        poly_free(q);
        p = sum;
        if (*r->s != '+' && *r->s != '-') {
            return p;
        }
        sign = *r->s++ == '+' ? 1 : -1;
    }
}

/* "(x^2 - y^3)^2" with x and y replaced by polynomials (NULL: themselves). The caller's. */
static struct poly *plane_read(const char *s, const struct poly *x, const struct poly *y)
{
    struct poly *own[2] = {poly_var(2, 0), poly_var(2, 1)};
    struct plane_reader r = {s, x ? x : own[0], y ? y : own[1]};
    struct poly *p = plane_read_sum(&r);
    poly_free(own[0]);
    poly_free(own[1]);
    return p;
}

/* A box, of both variables alike. */
static struct plane_problem plane_box(const struct poly *kl, const char *low, const char *high)
{
    return (struct plane_problem){
        .kl = kl, .names = {"x", "y"}, .low = {low, low}, .high = {high, high}};
}

#endif
