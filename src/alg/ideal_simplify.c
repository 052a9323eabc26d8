/* Simpler generators of the same germ: units dropped, common factors out, regular directions split
   off. */
#include <limits.h>

#include "cusp/mem.h"
#include "ideal_private.h"

static void replace(struct germ *germ, size_t i, struct poly *with)
{
    poly_free(germ->g[i]);
    germ->g[i] = with;
}

static void drop(struct germ *germ, size_t i)
{
    poly_free(germ->g[i]);
    germ->g[i] = germ->g[--germ->n];
}

static void keep_only(struct germ *germ, struct poly *g)
{
    while (germ->n)
        drop(germ, 0);
    germ_add(germ, g);
}

/* g without factors that are units here, monic. */
static struct poly *without_units(const struct germ *germ, const struct poly *g)
{
    struct poly *out = NULL;
    struct arena arena;
    arena_init(&arena);
    struct poly_factors factors;
    if (!ring_too_big(g) && poly_factor(g, &arena, &factors) == ST_OK) {
        out = poly_integer(g->n_vars, 1);
        for (size_t f = 0; f < factors.n; f++) {
            if (germ_is_unit(germ, factors.factor[f]))
                continue;
            struct poly *power = NULL;
            if (poly_pow(factors.factor[f], factors.power[f], &power) != ST_OK)
                continue; /* cannot be: g itself has that power */
            struct poly *product = poly_mul(out, power);
            poly_free(out);
            poly_free(power);
            out = product;
        }
        poly_factors_done(&factors);
        struct poly *monic = ring_primitive(out);
        poly_free(out);
        out = monic;
    }
    arena_done(&arena);
    return out ? out : ring_primitive(g);
}

/* Large powers are fine among monomials; elsewhere they would be multiplied out. */
static bool powers_too_large(const struct germ *germ)
{
    bool large = false, sums = false;
    for (size_t g = 0; g < germ->n; g++) {
        large = large || poly_degree(germ->g[g]) > IDEAL_DEGREE;
        sums = sums || poly_n_terms(germ->g[g]) > 1;
    }
    return large && sums;
}

static bool tidy(struct germ *germ)
{
    if (powers_too_large(germ))
        return false;
    for (size_t i = 0; i < germ->n;) {
        if (poly_is_zero(germ->g[i])) {
            drop(germ, i);
            continue;
        }
        if (ring_too_big(germ->g[i]))
            return false;
        replace(germ, i, without_units(germ, germ->g[i]));
        if (poly_is_constant(germ->g[i])) {
            keep_only(germ, poly_integer(germ->g[i]->n_vars, 1));
            return true;
        }
        i++;
    }
    return true;
}

void germ_pull(struct work *work, struct germ *germ)
{
    unsigned long common[POLY_MAX_VARS] = {0}, e[POLY_MAX_VARS];
    bool any = false;
    for (size_t i = 0; i < work->n_vars && germ->n; i++) {
        if (germ->role[i] != ROLE_GERM)
            continue;
        unsigned long least = ULONG_MAX;
        for (size_t g = 0; g < germ->n; g++)
            for (size_t t = 0; t < poly_n_terms(germ->g[g]); t++) {
                poly_exponents(germ->g[g], t, e);
                least = e[i] < least ? e[i] : least;
            }
        common[i] = least;
        germ->k[i] += (long)least;
        any = any || least;
    }
    for (size_t g = 0; g < germ->n && any; g++)
        replace(germ, g, ring_shift_down(germ->g[g], common));
}

/* g_j modulo g_i where that has fewer terms; true if something became less. */
static bool reduce_once(struct germ *germ)
{
    for (size_t i = 0; i < germ->n; i++)
        for (size_t j = 0; j < germ->n; j++) {
            if (i == j)
                continue;
            struct poly *rest = ring_remainder(germ->g[j], germ->g[i]);
            const bool less = poly_n_terms(rest) < poly_n_terms(germ->g[j]);
            if (less && poly_is_zero(rest)) {
                poly_free(rest);
                drop(germ, j);
                return true;
            }
            if (less) {
                replace(germ, j, ring_primitive(rest));
                poly_free(rest);
                return true;
            }
            poly_free(rest);
        }
    return false;
}

/* A and B with g = A x_i + B; A a unit here, B 0 here. */
static bool linear_in(const struct germ *germ, const struct poly *g, size_t i, struct poly **a,
                      struct poly **b)
{
    if (poly_degree_in(g, i) != 1)
        return false;
    *a = ring_coefficient(g, i, 1);
    *b = ring_coefficient(g, i, 0);
    struct poly *value = germ_value(germ, *b);
    const bool vanishes = poly_is_zero(value);
    poly_free(value);
    const bool pure = poly_is_zero(*b);
    const bool may = pure || (!germ->k[i] && !germ->h[i].num && !germ->one_sided[i]);
    if (vanishes && may && germ_is_unit(germ, *a))
        return true;
    poly_free(*a);
    poly_free(*b);
    return false;
}

static bool all_free_of(const struct germ *germ, size_t i, size_t except)
{
    for (size_t g = 0; g < germ->n; g++)
        if (g != except && poly_uses(germ->g[g], i))
            return false;
    return true;
}

static bool has_k(const struct work *work, const struct germ *germ)
{
    for (size_t i = 0; i < work->n_vars; i++)
        if (germ->k[i])
            return true;
    return false;
}

/* Generator g has become the coordinate x_i and the others are free of it. */
static void split_off(struct work *work, struct germ *germ, size_t g, size_t i)
{
    if (has_k(work, germ)) {
        replace(germ, g, poly_var(work->n_vars, i));
        return;
    }
    drop(germ, g);
    germ->role[i] = ROLE_GONE;
    germ->base = ideal_add(germ->base, ideal_add(germ->h[i], (struct rat){1, 1}));
    work->used_elimination = true;
    if (germ->n)
        germ_say(work, germ, "%s² is a summand of its own, λ adds; left is %s.", germ->name[i],
                 germ_show_ideal(work, germ));
}

/* The generator g = A x_i + B becomes the coordinate; true if that was done. */
static bool eliminate(struct work *work, struct germ *germ)
{
    size_t best_g = 0, best_i = 0, cost = SIZE_MAX;
    for (size_t g = 0; g < germ->n; g++)
        for (size_t i = 0; i < work->n_vars; i++) {
            struct poly *a, *b;
            if (germ->role[i] != ROLE_GERM || !linear_in(germ, germ->g[g], i, &a, &b))
                continue;
            const bool idle = poly_is_zero(b) && all_free_of(germ, i, g) && has_k(work, germ);
            const size_t price = 4 * poly_n_terms(b) + poly_n_terms(a) + poly_degree(b) +
                                 (poly_is_constant(a) ? 0 : 3);
            poly_free(a);
            poly_free(b);
            if (!idle && price < cost) {
                cost = price;
                best_g = g;
                best_i = i;
            }
        }
    if (cost == SIZE_MAX)
        return false;
    struct poly *a, *b;
    if (!linear_in(germ, germ->g[best_g], best_i, &a, &b))
        return false;
    if (!poly_is_zero(b)) {
        const char *was = germ->name[best_i];
        const char *sum = germ_show(work, germ, germ->g[best_g]);
        germ->name[best_i] = work_text(work, "%s'", was);
        germ_say(work, germ, "%s = %s is a coordinate in place of %s.", germ->name[best_i], sum,
                 was);
    }
    struct poly *zero = poly_zero(work->n_vars), *minus = poly_sub(zero, b);
    for (size_t g = 0; g < germ->n; g++)
        if (g != best_g && poly_uses(germ->g[g], best_i))
            replace(germ, g, ring_solve(germ->g[g], best_i, minus, a));
    poly_free(zero);
    poly_free(minus);
    poly_free(a);
    poly_free(b);
    split_off(work, germ, best_g, best_i);
    return true;
}

/* g is not linear in x_i but ∂g/∂x_i is a unit and no other generator has x_i. */
static bool implicit(struct work *work, struct germ *germ)
{
    for (size_t g = 0; g < germ->n; g++)
        for (size_t i = 0; i < work->n_vars; i++) {
            if (germ->role[i] != ROLE_GERM || germ->k[i] || germ->h[i].num || germ->one_sided[i] ||
                poly_n_terms(germ->g[g]) < 2 || !poly_uses(germ->g[g], i) ||
                !all_free_of(germ, i, g))
                continue;
            struct poly *value = germ_value(germ, germ->g[g]);
            struct poly *slope = poly_derivative(germ->g[g], i);
            const bool ok = poly_is_zero(value) && germ_is_unit(germ, slope);
            poly_free(value);
            poly_free(slope);
            if (!ok)
                continue;
            const char *was = germ->name[i], *sum = germ_show(work, germ, germ->g[g]);
            germ->name[i] = work_text(work, "%s'", was);
            germ_say(work, germ,
                     "%s = %s is a coordinate in place of %s (its derivative is not 0).",
                     germ->name[i], sum, was);
            split_off(work, germ, g, i);
            return true;
        }
    return false;
}

static size_t total_terms(const struct germ *germ)
{
    size_t sum = 0;
    for (size_t g = 0; g < germ->n; g++)
        sum += poly_n_terms(germ->g[g]);
    return sum;
}

/* x_i' = A x_i + B in all generators, if that makes them simpler: fewer terms, or a Newton
   polyhedron that bounds λ better. */
static bool change(struct work *work, struct germ *germ, const struct poly *form, size_t i)
{
    struct poly *a, *b;
    if (!linear_in(germ, form, i, &a, &b))
        return false;
    if (poly_is_zero(b)) {
        poly_free(a);
        poly_free(b);
        return false;
    }
    struct germ moved;
    germ_copy(&moved, germ);
    struct poly *x = poly_var(work->n_vars, i), *to = poly_sub(x, b);
    bool small = true;
    for (size_t g = 0; g < moved.n && small; g++) {
        if (poly_uses(moved.g[g], i))
            replace(&moved, g, ring_solve(moved.g[g], i, to, a));
        replace(&moved, g, without_units(&moved, moved.g[g]));
        small = !ring_too_big(moved.g[g]);
    }
    poly_free(x);
    poly_free(to);
    poly_free(a);
    poly_free(b);
    bool better = false;
    if (small) {
        const struct rat before = germ_newton_bound(germ, NULL),
                         after = germ_newton_bound(&moved, NULL);
        const int order = before.den > 0 && after.den > 0 ? ideal_compare(after, before) : 1;
        better = (order < 0 && total_terms(&moved) <= 2 * total_terms(germ) + 4) ||
                 (order == 0 && total_terms(&moved) < total_terms(germ));
    }
    if (!better) {
        germ_done(&moved);
        return false;
    }
    const char *was = germ->name[i], *sum = germ_show(work, germ, form);
    for (size_t g = 0; g < germ->n; g++) {
        poly_free(germ->g[g]);
        germ->g[g] = moved.g[g];
        moved.g[g] = NULL;
    }
    germ_done(&moved);
    germ->name[i] = work_text(work, "%s'", was);
    germ_say(work, germ, "With %s = %s in place of %s: %s.", germ->name[i], sum, was,
             germ_show_ideal(work, germ));
    work->used_change = true;
    return true;
}

/* Terms of the least weight. */
static struct poly *face_part(const struct germ *germ, const struct poly *p, const struct rat *w)
{
    struct rat least = ideal_infinite();
    struct poly *out = poly_new(p->n_vars);
    for (int pass = 0; pass < 2; pass++)
        for (size_t t = 0; t < poly_n_terms(p); t++) {
            unsigned long e[POLY_MAX_VARS];
            poly_exponents(p, t, e);
            struct rat weight = {0, 1};
            for (size_t i = 0; i < p->n_vars; i++)
                if (germ->role[i] == ROLE_GERM)
                    weight = ideal_add(weight, ideal_times(w[i], (struct rat){(long)e[i], 1}));
            const int order = ideal_compare(weight, least);
            if (pass == 0 && order < 0)
                least = weight;
            if (pass == 1 && order == 0) {
                fmpq_t c;
                fmpq_init(c);
                fmpq_mpoly_get_term_coeff_fmpq(c, p->p, (slong)t, p->ring);
                fmpq_mpoly_push_term_fmpq_ui(out->p, c, e, out->ring);
                fmpq_clear(c);
            }
        }
    return out;
}

static bool change_by_factors(struct work *work, struct germ *germ, const struct poly *p)
{
    bool changed = false;
    struct arena arena;
    arena_init(&arena);
    struct poly_factors factors;
    if (poly_n_terms(p) > 1 && !ring_too_big(p) && poly_factor(p, &arena, &factors) == ST_OK) {
        for (size_t f = 0; f < factors.n && !changed; f++)
            for (size_t i = 0; i < work->n_vars && !changed; i++)
                if (poly_n_terms(factors.factor[f]) > 1 && germ->role[i] == ROLE_GERM)
                    changed = change(work, germ, factors.factor[f], i);
        poly_factors_done(&factors);
    }
    arena_done(&arena);
    return changed;
}

/* A change of coordinates that straightens a factor of a generator, or of its part on the face that
   bounds λ. */
static bool straighten(struct work *work, struct germ *germ)
{
    struct rat w[POLY_MAX_VARS];
    bool changed = false;
    for (size_t g = 0; g < germ->n && !changed; g++)
        changed = change_by_factors(work, germ, germ->g[g]);
    const struct rat bound = changed ? ideal_infinite() : germ_newton_bound(germ, w);
    for (size_t g = 0; g < germ->n && !changed && bound.den > 0; g++) {
        struct poly *face = face_part(germ, germ->g[g], w);
        changed = change_by_factors(work, germ, face);
        poly_free(face);
    }
    return changed;
}

static void forget_unused(const struct work *work, struct germ *germ)
{
    for (size_t i = 0; i < work->n_vars; i++) {
        if (germ->role[i] == ROLE_GONE || germ->k[i] || !all_free_of(germ, i, SIZE_MAX))
            continue;
        germ->role[i] = ROLE_GONE; /* K does not depend on it */
        for (size_t u = 0; u < germ->n_units;) {
            if (!poly_uses(germ->unit[u], i)) {
                u++;
                continue;
            }
            poly_free(germ->unit[u]);
            germ->unit[u] = germ->unit[--germ->n_units];
        }
    }
}

bool germ_simplify(struct work *work, struct germ *germ)
{
    for (int round = 0; round < 60; round++) {
        if (!tidy(germ))
            return false;
        germ_pull(work, germ);
        if (!tidy(germ))
            return false;
        while (reduce_once(germ))
            continue;
        if (germ_idle(work, germ) || eliminate(work, germ) || implicit(work, germ) ||
            straighten(work, germ))
            continue;
        forget_unused(work, germ);
        return true;
    }
    return false;
}
