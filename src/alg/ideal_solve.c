/* A germ taken apart: strata, sums and products in different variables, then blow-ups. */
#include "cusp/mem.h"
#include "ideal_private.h"

static uint32_t variables_of(const struct work *work, const struct germ *germ, const struct poly *p)
{
    uint32_t set = 0;
    for (size_t i = 0; i < work->n_vars; i++)
        if (germ->role[i] != ROLE_GONE && poly_uses(p, i))
            set |= 1u << i;
    return set;
}

/* The sets of variables joined where they meet; the number of those left. */
static size_t join(uint32_t *sets, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (sets[i] & sets[j]) {
                sets[i] |= sets[j];
                sets[j] = sets[--n];
                j = i;
            }
    return n;
}

/* A unit may tie variables together as well. */
static size_t join_units(const struct work *work, const struct germ *germ, uint32_t *sets, size_t n)
{
    for (size_t u = 0; u < germ->n_units; u++) {
        const uint32_t tied = variables_of(work, germ, germ->unit[u]);
        for (size_t s = 0; s < n; s++)
            sets[s] |= sets[s] & tied ? tied : 0;
    }
    return join(sets, n);
}

static struct germ part_of(const struct germ *germ)
{
    struct germ part;
    germ_copy(&part, germ);
    while (part.n)
        poly_free(part.g[--part.n]);
    part.base = (struct rat){0, 1};
    return part;
}

/* Σ of ideals in different variables: λ adds, and m − 1. */
static bool solve_sum(struct work *work, struct germ *germ, size_t depth, struct found *out)
{
    uint32_t sets[64];
    size_t n = 0;
    for (size_t i = 0; i < work->n_vars; i++)
        if (germ->k[i])
            return false;
    for (size_t g = 0; g < germ->n && germ->n <= 64; g++)
        sets[n++] = variables_of(work, germ, germ->g[g]);
    n = join_units(work, germ, sets, n);
    if (n < 2)
        return false;
    germ_say(work, germ, "The sum of %zu parts in different variables: λ adds, and m − 1.", n);
    struct found sum = {.ok = true, .lambda = germ->base, .upper = germ->base, .m = 1};
    lines_add(&sum.lines, germ->lines);
    for (size_t s = 0; s < n; s++) {
        struct germ part = part_of(germ);
        for (size_t g = 0; g < germ->n; g++)
            if (variables_of(work, germ, germ->g[g]) & sets[s])
                germ_add(&part, poly_copy(germ->g[g]));
        germ_say(work, &part, "Part %zu: %s.", s + 1, germ_show_ideal(work, &part));
        struct found one = germ_solve(work, &part, depth);
        sum.ok = sum.ok && one.ok;
        sum.lambda = ideal_add(sum.lambda, one.lambda);
        sum.upper = ideal_add(sum.upper, one.upper);
        sum.m = sum.m && one.m ? sum.m + one.m - 1 : 0;
        lines_add(&sum.lines, one.lines);
        struct found only_charts;
        found_init(&only_charts);
        only_charts.charts = sum.charts;
        struct found more = {.ok = true,
                             .lambda = ideal_infinite(),
                             .upper = ideal_infinite(),
                             .charts = one.charts};
        found_least(&only_charts, &more);
        sum.charts = only_charts.charts;
    }
    sum.ok = sum.ok && !ideal_overflow(sum.lambda);
    work->used_sum = true;
    germ_done(germ);
    *out = sum;
    return true;
}

/* The part of x^k, and of one generator's factors, in the variables of the set. */
static struct germ factor_part(const struct work *work, const struct germ *germ,
                               const struct poly_factors *factors, uint32_t set)
{
    struct germ part = part_of(germ);
    struct poly *product = poly_integer(work->n_vars, 1);
    for (size_t f = 0; f < factors->n; f++) {
        struct poly *power = NULL;
        if (!(variables_of(work, germ, factors->factor[f]) & set) ||
            poly_pow(factors->factor[f], factors->power[f], &power) != ST_OK)
            continue;
        struct poly *next = poly_mul(product, power);
        poly_free(power);
        poly_free(product);
        product = next;
    }
    germ_add(&part, product);
    for (size_t i = 0; i < work->n_vars; i++)
        if (!(set & (1u << i)))
            part.k[i] = 0;
    return part;
}

/* Π of functions in different variables: λ is the least, and m adds where it is the same. */
static bool solve_product(struct work *work, struct germ *germ, size_t depth, struct found *out)
{
    if (germ->n != 1)
        return false;
    struct arena arena;
    arena_init(&arena);
    struct poly_factors factors;
    uint32_t sets[64];
    size_t n = 0;
    bool done = false;
    if (poly_factor(germ->g[0], &arena, &factors) == ST_OK) {
        for (size_t f = 0; f < factors.n && n < 32; f++)
            sets[n++] = variables_of(work, germ, factors.factor[f]);
        for (size_t i = 0; i < work->n_vars; i++)
            if (germ->k[i])
                sets[n++] = 1u << i;
        n = factors.n <= 32 ? join_units(work, germ, sets, n) : 0;
        if (n >= 2 && !germ->base.num) {
            germ_say(work, germ,
                     "A product of %zu factors in different variables: the least λ, and m adds.",
                     n);
            struct found product;
            found_init(&product);
            lines_add(&product.lines, germ->lines);
            for (size_t s = 0; s < n; s++) {
                struct germ part = factor_part(work, germ, &factors, sets[s]);
                germ_say(work, &part, "Factor %zu: %s.", s + 1, germ_show_ideal(work, &part));
                struct found one = germ_solve(work, &part, depth);
                const bool tie = product.lambda.den > 0 && one.lambda.den > 0 &&
                                 !ideal_compare(product.lambda, one.lambda);
                const long m = product.m && one.m ? product.m + one.m : 0;
                found_least(&product, &one);
                if (tie)
                    product.m = m;
            }
            germ_done(germ);
            *out = product;
            work->used_product = true;
            done = true;
        }
        poly_factors_done(&factors);
    }
    arena_done(&arena);
    return done;
}

struct found germ_solve(struct work *work, struct germ *germ, size_t depth)
{
    struct found all;
    struct germs hard = {NULL, 0, 0};
    found_init(&all);
    germ_expand(work, germ, &all, &hard);
    for (size_t l = 0; l < hard.n && all.ok; l++) {
        struct found one;
        if (!solve_sum(work, &hard.items[l], depth, &one) &&
            !solve_product(work, &hard.items[l], depth, &one))
            one = germ_search(work, &hard.items[l], depth);
        found_least(&all, &one);
    }
    germs_done(&hard);
    return all;
}
