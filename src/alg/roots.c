/* Real roots of polynomials over the rationals, isolated by Descartes' rule of signs. */
#include "field_private.h"

#include "cusp/mem.h"

#include <stdlib.h>

void roots_squarefree(fmpz_poly_t out, const fmpz_poly_t p)
{
    fmpz_poly_t d;
    fmpz_poly_init(d);
    fmpz_poly_derivative(d, p);
    fmpz_poly_gcd(d, d, p);
    if (fmpz_poly_degree(d) > 0) {
        fmpz_poly_div(out, p, d);
    } else {
        fmpz_poly_set(out, p);
    }
    fmpz_poly_clear(d);
}

void intervals_clear(struct intervals *intervals)
{
    for (size_t i = 0; i < intervals->n; i++) {
        fmpq_clear(&intervals->end[i][0]);
        fmpq_clear(&intervals->end[i][1]);
    }
    mem_free(intervals->end);
    *intervals = (struct intervals){0};
}

/* p(low + (high − low) t) with integer coefficients: the interval becomes (0, 1). */
static void to_unit(fmpz_poly_t out, const fmpz_poly_t p, const fmpq_t low, const fmpq_t high)
{
    fmpq_poly_t q, line;
    fmpq_t width;
    fmpq_poly_init(q);
    fmpq_poly_init(line);
    fmpq_init(width);
    fmpq_sub(width, high, low);
    fmpq_poly_set_coeff_fmpq(line, 0, low);
    fmpq_poly_set_coeff_fmpq(line, 1, width);
    fmpq_poly_set_fmpz_poly(q, p);
    fmpq_poly_compose(q, q, line);
    fmpq_poly_get_numerator(out, q);
    fmpz_poly_primitive_part(out, out);
    fmpq_clear(width);
    fmpq_poly_clear(line);
    fmpq_poly_clear(q);
}

/* Sign changes of the coefficients of (1 + t)^n p(1 / (1 + t)), up to 2: a bound of the number of
   roots in (0, 1), and that number itself if 0 or 1. */
static int descartes(const fmpz_poly_t p)
{
    fmpz_poly_t q;
    fmpz_t one;
    fmpz_poly_init(q);
    fmpz_init_set_si(one, 1);
    fmpz_poly_reverse(q, p, fmpz_poly_length(p));
    fmpz_poly_taylor_shift(q, q, one);
    int changes = 0, last = 0;
    for (slong i = 0; i < fmpz_poly_length(q) && changes < 2; i++) {
        int sign = fmpz_sgn(q->coeffs + i);
        changes += sign && last && sign != last;
        last = sign ? sign : last;
    }
    fmpz_clear(one);
    fmpz_poly_clear(q);
    return changes;
}

/* A part (k / 2^level, (k + 1) / 2^level) of (0, 1), moved to (0, 1). */
struct part {
    fmpz_poly_t p;
    fmpz_t k;
    ulong level;
};

struct search {
    struct part *part;
    size_t n, capacity;
};

static struct part *push(struct search *search, ulong level)
{
    MEM_GROW(search->part, search->n, search->capacity);
    struct part *part = &search->part[search->n++];
    fmpz_poly_init(part->p);
    fmpz_init(part->k);
    part->level = level;
    return part;
}

static void add_interval(struct intervals *out, const fmpz_t k, ulong level, ulong size,
                         const fmpq_t low, const fmpq_t high)
{
    MEM_GROW(out->end, out->n, out->capacity);
    fmpq_t width, at;
    fmpq_init(width);
    fmpq_init(at);
    fmpq_sub(width, high, low);
    for (ulong side = 0; side < 2; side++) {
        fmpz_add_ui(fmpq_numref(at), k, side * size);
        fmpz_one(fmpq_denref(at));
        fmpq_div_2exp(at, at, level);
        fmpq *end = &out->end[out->n][side];
        fmpq_init(end);
        fmpq_mul(end, at, width);
        fmpq_add(end, end, low);
    }
    out->n++;
    fmpq_clear(at);
    fmpq_clear(width);
}

/* Sign of p at a rational point. */
static int sign_at(const fmpz_poly_t p, const fmpq_t x)
{
    fmpq_t y;
    fmpq_init(y);
    fmpz_poly_evaluate_fmpq(y, p, x);
    int sign = fmpq_sgn(y);
    fmpq_clear(y);
    return sign;
}

/* Halves an interval around its root. */
static void halve(const fmpz_poly_t p, fmpq end[2])
{
    fmpq_t middle;
    fmpq_init(middle);
    fmpq_add(middle, &end[0], &end[1]);
    fmpq_div_2exp(middle, middle, 1);
    int sign = sign_at(p, middle);
    if (sign == 0) {
        fmpq_set(&end[0], middle);
        fmpq_set(&end[1], middle);
    } else if (sign == sign_at(p, &end[0])) {
        fmpq_set(&end[0], middle);
    } else {
        fmpq_set(&end[1], middle);
    }
    fmpq_clear(middle);
}

/* Ends that are roots (of neighbours, or the ends of the range), and ends in common, are moved. */
static void tidy(const fmpz_poly_t p, struct intervals *out)
{
    for (size_t i = 0; i < out->n; i++) {
        fmpq *end = out->end[i];
        if (fmpq_equal(&end[0], &end[1])) {
            continue;
        }
        int low = sign_at(p, &end[0]), high = sign_at(p, &end[1]);
        fmpq_t inner;
        fmpq_init(inner);
        /* Next to a root at one end the sign is found by going inwards until it is that of the
           other end's opposite: one root lies between. */
        for (ulong k = 2; low == 0 || high == 0; k++) {
            fmpq_t width;
            fmpq_init(width);
            fmpq_sub(width, &end[1], &end[0]);
            fmpq_div_2exp(width, width, k);
            fmpq_t a, b;
            fmpq_init(a);
            fmpq_init(b);
            fmpq_add(a, &end[0], width);
            fmpq_sub(b, &end[1], width);
            int sa = low ? low : sign_at(p, a), sb = high ? high : sign_at(p, b);
            if (sa * sb < 0) {
                if (!low) {
                    fmpq_set(&end[0], a);
                }
                if (!high) {
                    fmpq_set(&end[1], b);
                }
                low = sa;
                high = sb;
            }
            fmpq_clear(a);
            fmpq_clear(b);
            fmpq_clear(width);
        }
        fmpq_clear(inner);
    }
    for (size_t i = 0; i + 1 < out->n; i++) {
        while (fmpq_cmp(&out->end[i][1], &out->end[i + 1][0]) >= 0) {
            fmpq *wide =
                fmpq_equal(&out->end[i][0], &out->end[i][1]) ? out->end[i + 1] : out->end[i];
            halve(p, wide);
            if (wide == out->end[i]) {
                if (!fmpq_equal(&out->end[i + 1][0], &out->end[i + 1][1])) {
                    halve(p, out->end[i + 1]);
                }
            }
        }
    }
}

static int compare_intervals(const void *a, const void *b)
{
    const fmpq *x = a, *y = b;
    return fmpq_cmp(x, y);
}

void roots_isolate(const fmpz_poly_t p, const fmpq_t low, const fmpq_t high, struct intervals *out)
{
    if (fmpz_poly_degree(p) < 1 || fmpq_cmp(low, high) >= 0) {
        return;
    }
    struct search search = {0};
    struct part *first = push(&search, 0);
    to_unit(first->p, p, low, high);
    if (fmpz_is_zero(first->p->coeffs)) { /* a root at the low end does not count */
        fmpz_poly_shift_right(first->p, first->p, 1);
    }
    fmpz_t two, one;
    fmpz_init_set_si(one, 1);
    fmpz_init_set_si(two, 2);
    while (search.n > 0) {
        struct part part = search.part[--search.n];
        int changes = descartes(part.p);
        if (changes == 1) {
            add_interval(out, part.k, part.level, 1, low, high);
        } else if (changes > 1) {
            /* q(t) = 2^n p(t / 2), then q(t + 1). */
            slong n = fmpz_poly_length(part.p);
            for (slong i = 0; i < n; i++) {
                fmpz_mul_2exp(part.p->coeffs + i, part.p->coeffs + i, (ulong)(n - 1 - i));
            }
            struct part *left = push(&search, part.level + 1);
            fmpz_poly_set(left->p, part.p);
            fmpz_mul(left->k, part.k, two);
            fmpz_poly_taylor_shift(part.p, part.p, one);
            struct part *right = push(&search, part.level + 1);
            left = right - 1;
            fmpz_add_ui(right->k, left->k, 1);
            if (fmpz_is_zero(part.p->coeffs)) {
                add_interval(out, right->k, part.level + 1, 0, low, high);
                fmpz_poly_shift_right(part.p, part.p, 1);
            }
            fmpz_poly_primitive_part(right->p, part.p);
        }
        fmpz_poly_clear(part.p);
        fmpz_clear(part.k);
    }
    fmpz_clear(one);
    fmpz_clear(two);
    mem_free(search.part);
    if (out->n > 1) {
        qsort(out->end, out->n, sizeof *out->end, compare_intervals);
    }
    tidy(p, out);
}

void roots_refine(const fmpz_poly_t p, fmpq end[2], ulong halvings)
{
    for (ulong i = 0; i < halvings && !fmpq_equal(&end[0], &end[1]); i++) {
        halve(p, end);
    }
}

size_t roots_count(const fmpz_poly_t p, const fmpq_t low, const fmpq_t high)
{
    struct intervals all = {0};
    roots_isolate(p, low, high, &all);
    size_t n = all.n;
    intervals_clear(&all);
    return n;
}

size_t roots_count_closed(const fmpz_poly_t p, const fmpq_t low, const fmpq_t high)
{
    return roots_count(p, low, high) + (sign_at(p, low) == 0) + (sign_at(p, high) == 0);
}
