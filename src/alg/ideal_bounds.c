/* Bounds of λ from below: by the order of vanishing, and by some of the generators alone. */
#include <limits.h>

#include "ideal_private.h"

static unsigned long order_of(const struct poly *p)
{
    unsigned long e[POLY_MAX_VARS], order = ULONG_MAX;
    for (size_t t = 0; t < poly_n_terms(p); t++) {
        poly_exponents(p, t, e);
        unsigned long sum = 0;
        for (size_t i = 0; i < p->n_vars; i++)
            sum += e[i];
        order = sum < order ? sum : order;
    }
    return order;
}

/* λ(|f|) ≥ 1/ν for one function of order ν, so for more functions: |(f, g)| ≥ |f| makes λ greater
   or equal. Volume x^h with h ≥ 0 only adds. */
struct rat germ_order_bound(const struct work *work, const struct germ *germ)
{
    struct rat best = {0, 1};
    unsigned long k = 0;
    for (size_t i = 0; i < work->n_vars; i++) {
        k += (unsigned long)germ->k[i];
        if (germ->h[i].num < 0)
            return germ->base;
    }
    for (size_t g = 0; g < germ->n; g++) {
        const unsigned long order = order_of(germ->g[g]) + k;
        const struct rat one = {1, (long)order};
        if (order && ideal_compare(one, best) > 0)
            best = one;
    }
    return ideal_add(germ->base, best);
}

/* Generators of low order first. */
void germ_sort(struct germ *germ)
{
    for (size_t i = 1; i < germ->n; i++) {
        struct poly *one = germ->g[i];
        size_t j = i;
        for (; j > 0 && order_of(germ->g[j - 1]) > order_of(one); j--)
            germ->g[j] = germ->g[j - 1];
        germ->g[j] = one;
    }
}

/* The same germ with fewer generators, if that can be solved: a smaller ideal has a smaller λ. */
struct rat germ_part_bound(struct work *work, const struct germ *germ, const char **why)
{
    struct rat best = ideal_infinite();
    const char *reason = work->why;
    for (size_t n = germ->n - (germ->n > 0); n > 0 && !best.den; n--) {
        struct germ part;
        germ_copy(&part, germ);
        while (part.n > n)
            poly_free(part.g[--part.n]);
        const char *text = germ_show_ideal(work, &part);
        work->used = work->stages = 0;
        struct found found = germ_solve(work, &part, 3);
        if (found.ok && found.lambda.den > 0) {
            best = found.lambda;
            *why = work_text(work,
                             "λ of K is at least that of a part of it alone, which is exact: %s%s",
                             text, germ->base.num ? " and regular directions" : "");
        }
    }
    work->why = reason;
    return best;
}
