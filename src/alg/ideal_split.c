/* Where a polynomial of the free variables decides: the germs where it is not 0, and where it is.
 */
#include <string.h>

#include "cusp/mem.h"
#include "ideal_private.h"

static void fail(struct work *work, struct found *found, const char *why)
{
    found->ok = false;
    if (!work->why)
        work->why = why;
}

/* --- a free variable that a torus moves ------------------------------------------------------- */

static bool is_unit_variable(const struct germ *germ, size_t i)
{
    for (size_t u = 0; u < germ->n_units; u++)
        if (poly_n_terms(germ->unit[u]) == 1 && poly_uses(germ->unit[u], i))
            return true;
    return false;
}

/* v_j := ±1. False: a unit would be 0, so there is no such point. */
static bool set_free(struct work *work, struct germ *germ, size_t j, long value)
{
    germ->role[j] = ROLE_GONE;
    for (size_t g = 0; g < germ->n; g++) {
        struct poly *p = ring_set(germ->g[g], j, value);
        poly_free(germ->g[g]);
        germ->g[g] = p;
    }
    struct poly **units = germ->unit;
    const size_t n = germ->n_units;
    germ->unit = NULL;
    germ->n_units = 0;
    bool possible = true;
    for (size_t u = 0; u < n; u++) {
        struct poly *p = ring_set(units[u], j, value);
        poly_free(units[u]);
        possible = possible && !poly_is_zero(p);
        if (poly_is_constant(p))
            poly_free(p);
        else
            germ_add_unit(germ, p);
    }
    mem_free(units);
    germ_say(work, germ, "By homogeneity %s = %ld suffices.", germ->name[j], value);
    return possible;
}

/* If the generators and units are homogeneous for weights that move v_j, the germ is the same at
   v_j = ±1, times a line. */
static bool slice(struct work *work, struct germ *germ, struct found *found, struct germs *hard)
{
    long *rows = NULL;
    size_t n = 0, capacity = 0, j = 0;
    for (size_t g = 0; g < germ->n; g++)
        ring_differences(germ->g[g], &rows, &n, &capacity);
    for (size_t u = 0; u < germ->n_units; u++)
        ring_differences(germ->unit[u], &rows, &n, &capacity);
    while (j < work->n_vars && !(germ->role[j] == ROLE_FREE && is_unit_variable(germ, j) &&
                                 ideal_moves(rows, n, work->n_vars, j)))
        j++;
    const bool both = j < work->n_vars && !ideal_reflects(rows, n, work->n_vars, j, NULL);
    mem_free(rows);
    if (j == work->n_vars)
        return false;
    lines_add(&found->lines, germ->lines);
    germ->lines = (struct lines){NULL, NULL};
    for (long value = 1; value >= (both ? -1 : 1); value -= 2) {
        struct germ part;
        germ_copy(&part, germ);
        if (set_free(work, &part, j, value))
            germ_expand(work, &part, found, hard);
        else
            germ_done(&part);
    }
    return true;
}

/* --- where q = 0 ------------------------------------------------------------------------------ */

/* Units as they are at the germ; false: one is 0 there. */
static bool settle_units(struct germ *germ)
{
    struct poly **units = germ->unit;
    const size_t n = germ->n_units;
    germ->unit = NULL;
    germ->n_units = 0;
    bool possible = true;
    for (size_t u = 0; u < n; u++) {
        struct poly *p = germ_value(germ, units[u]);
        poly_free(units[u]);
        possible = possible && !poly_is_zero(p);
        if (poly_is_zero(p) || poly_is_constant(p))
            poly_free(p);
        else
            germ_add_unit(germ, p);
    }
    mem_free(units);
    return possible;
}

/* q = A v_j + B becomes the coordinate. */
static bool substitute(struct work *work, struct germ *germ, const struct poly *q, size_t j,
                       const struct poly *a, const struct poly *b)
{
    germ_say(work, germ, "Where %s = 0:", germ_show(work, germ, q));
    struct poly *x = poly_var(work->n_vars, j), *to = poly_sub(x, b);
    for (size_t g = 0; g < germ->n; g++)
        if (poly_uses(germ->g[g], j)) {
            struct poly *p = ring_solve(germ->g[g], j, to, a);
            poly_free(germ->g[g]);
            germ->g[g] = p;
        }
    for (size_t u = 0; u < germ->n_units; u++)
        if (poly_uses(germ->unit[u], j)) {
            struct poly *p = ring_solve(germ->unit[u], j, to, a);
            poly_free(germ->unit[u]);
            germ->unit[u] = p;
        }
    poly_free(x);
    poly_free(to);
    const char *sum = germ_show(work, germ, q);
    germ->name[j] = work_text(work, "%s'", germ->name[j]);
    germ_say(work, germ, "with %s = %s: %s", germ->name[j], sum, germ_show_ideal(work, germ));
    germ->role[j] = ROLE_GERM;
    germ->k[j] = 0;
    germ->h[j] = (struct rat){0, 1};
    germ->of[j] = NULL;
    return settle_units(germ);
}

static void add_factor_units(struct germ *germ, const struct poly *p)
{
    germ_add_unit(germ, poly_copy(p));
}

static void zero_stratum(struct work *work, struct germ *germ, const struct poly *q,
                         struct found *found, struct germs *hard);

/* q is linear in v_j, with a coefficient that is no unit: where that is not 0, and where it is. */
static void split_coefficient(struct work *work, struct germ *germ, const struct poly *q,
                              const struct poly *a, struct found *found, struct germs *hard)
{
    struct germ part;
    germ_copy(&part, germ);
    add_factor_units(&part, a);
    zero_stratum(work, &part, q, found, hard);
    struct arena arena;
    arena_init(&arena);
    struct poly_factors factors;
    if (poly_factor(a, &arena, &factors) == ST_OK) {
        for (size_t f = 0; f < factors.n; f++) {
            if (real_never_zero(germ, factors.factor[f]))
                continue;
            germ_copy(&part, germ);
            zero_stratum(work, &part, factors.factor[f], found, hard);
        }
        poly_factors_done(&factors);
    }
    arena_done(&arena);
    germ_done(germ);
}

static bool others_free_of(const struct germ *germ, size_t j, size_t except)
{
    for (size_t g = 0; g < germ->n; g++)
        if (g != except && poly_uses(germ->g[g], j))
            return false;
    return true;
}

/* A generator g that is q · unit where the germs are 0, and alone in having v_j, is a coordinate in
   place of v_j where q = 0, if the derivative by v_j is not 0 there. Where g is the only generator,
   it is enough that at each point some derivative is not 0. */
static bool implicit(struct work *work, struct germ *germ, const struct poly *q)
{
    for (size_t g = 0; g < germ->n; g++) {
        struct poly *value = germ_value(germ, germ->g[g]);
        struct poly *rest = NULL, *twice = NULL;
        bool simple = !poly_is_zero(value) && poly_divide(value, q, &rest) == ST_OK;
        simple = simple && poly_divide(rest, q, &twice) != ST_OK;
        /* The rest may be 0 elsewhere on the divisor, but then that is another stratum. */
        simple = simple && (real_no_common_zero(germ, rest, q));
        poly_free(value);
        poly_free(rest);
        poly_free(twice);
        const bool everywhere = simple && germ->n == 1 && real_smooth(germ, q);
        for (size_t j = 0; j < work->n_vars && simple; j++) {
            if (germ->role[j] != ROLE_FREE || !poly_uses(q, j) || !others_free_of(germ, j, g))
                continue;
            struct poly *slope = poly_derivative(q, j);
            const bool smooth = everywhere || real_no_common_zero(germ, slope, q);
            poly_free(slope);
            if (!smooth)
                continue;
            const char *sum = germ_show(work, germ, germ->g[g]);
            germ_say(work, germ,
                     "Where %s = 0 (smooth, with real points):", germ_show(work, germ, q));
            germ->name[j] = work_text(work, "%s'", germ->name[j]);
            germ_say(work, germ, "%s = %s is a coordinate", germ->name[j], sum);
            poly_free(germ->g[g]);
            germ->g[g] = poly_var(work->n_vars, j);
            germ->role[j] = ROLE_GERM;
            germ->k[j] = 0;
            germ->h[j] = (struct rat){0, 1};
            germ->of[j] = NULL;
            for (size_t u = 0; u < germ->n_units;) {
                if (poly_uses(germ->unit[u], j)) {
                    poly_free(germ->unit[u]);
                    germ->unit[u] = germ->unit[--germ->n_units];
                } else {
                    u++;
                }
            }
            return true;
        }
    }
    return false;
}

/* All points where q, irreducible and no unit, is 0 (it may be more points of the divisor). */
static void zero_stratum(struct work *work, struct germ *germ, const struct poly *q,
                         struct found *found, struct germs *hard)
{
    struct poly *a = NULL, *b = NULL;
    size_t linear = SIZE_MAX;
    for (size_t j = 0; j < work->n_vars; j++) {
        if (germ->role[j] != ROLE_FREE || poly_degree_in(q, j) != 1)
            continue;
        struct poly *slope = ring_coefficient(q, j, 1);
        const bool unit = real_never_zero(germ, slope);
        if (unit || linear == SIZE_MAX) {
            poly_free(a);
            poly_free(b);
            a = slope;
            b = ring_coefficient(q, j, 0);
            linear = j;
            if (unit)
                break;
        } else {
            poly_free(slope);
        }
    }
    if (linear == SIZE_MAX) {
        if (implicit(work, germ, q)) {
            if (real_has_zero(germ, q)) {
                germ_expand(work, germ, found, hard);
            } else {
                fail(work, found,
                     work_text(work, "it is not known whether %s has real zeros",
                               germ_show(work, germ, q)));
                germ_done(germ);
            }
        } else {
            fail(work, found,
                 work_text(work,
                           "the points with %s = 0 of an exceptional divisor are not rational",
                           germ_show(work, germ, q)));
            germ_done(germ);
        }
    } else if (!real_never_zero(germ, a)) {
        split_coefficient(work, germ, q, a, found, hard);
    } else if (substitute(work, germ, q, linear, a, b)) {
        germ_expand(work, germ, found, hard);
    } else {
        germ_done(germ);
    }
    poly_free(a);
    poly_free(b);
}

/* --- which polynomial decides ----------------------------------------------------------------- */

static struct poly *without_monomial(const struct germ *germ, const struct poly *g)
{
    unsigned long common[POLY_MAX_VARS] = {0}, e[POLY_MAX_VARS];
    for (size_t t = 0; t < poly_n_terms(g); t++) {
        poly_exponents(g, t, e);
        for (size_t i = 0; i < g->n_vars; i++)
            common[i] = germ->role[i] == ROLE_GERM && (!t || e[i] < common[i]) ? e[i] : common[i];
    }
    return ring_shift_down(g, common);
}

/* The coefficient of a coordinate that g could be in place of, or g where the germs are 0. */
static struct poly *wanted_slope(const struct work *work, const struct germ *germ,
                                 const struct poly *g, bool also_value)
{
    struct poly *best = NULL, *value = germ_value(germ, g);
    if (!poly_is_zero(value)) {
        if (also_value && !real_never_zero(germ, value))
            return value;
        poly_free(value);
        return NULL;
    }
    poly_free(value);
    for (size_t i = 0; i < work->n_vars; i++) {
        if (germ->role[i] != ROLE_GERM || germ->k[i] || germ->h[i].num || germ->one_sided[i] ||
            poly_degree_in(g, i) != 1)
            continue;
        struct poly *a = ring_coefficient(g, i, 1);
        value = germ_value(germ, a);
        poly_free(a);
        if (!poly_is_zero(value) && !real_never_zero(germ, value) &&
            (!best || poly_n_terms(value) < poly_n_terms(best))) {
            poly_free(best);
            best = value;
        } else {
            poly_free(value);
        }
    }
    return best;
}

/* A polynomial of the free variables that would have to be a unit to go on; NULL: none. more: also
   such as would only help. */
static struct poly *wanted_unit(const struct work *work, const struct germ *germ, bool more)
{
    struct poly *best = NULL;
    for (size_t g = 0; g < germ->n; g++) {
        struct poly *value = germ_value(germ, germ->g[g]);
        if (!poly_is_zero(value) && (!best || poly_n_terms(value) < poly_n_terms(best))) {
            poly_free(best);
            best = value;
        } else {
            poly_free(value);
        }
    }
    if (best)
        return best;
    for (size_t g = 0; g < germ->n && !best; g++) { /* factors in free variables alone */
        struct poly *content = poly_new(work->n_vars);
        slong vars[IDEAL_VARS], n = 0;
        for (size_t i = 0; i < work->n_vars; i++)
            if (germ->role[i] == ROLE_GERM)
                vars[n++] = (slong)i;
        if (n && fmpq_mpoly_content_vars(content->p, germ->g[g]->p, vars, n, content->ring) &&
            !poly_is_constant(content) && !real_never_zero(germ, content))
            best = content;
        else
            poly_free(content);
    }
    if (best)
        return best;
    for (int monomials = 0; monomials < 1 + more && !best; monomials++)
        for (size_t g = 0; g < germ->n; g++) {
            struct poly *p = monomials ? without_monomial(germ, germ->g[g]) : NULL;
            struct poly *wanted = wanted_slope(work, germ, p ? p : germ->g[g], monomials);
            poly_free(p);
            if (wanted && (!best || poly_n_terms(wanted) < poly_n_terms(best))) {
                poly_free(best);
                best = wanted;
            } else {
                poly_free(wanted);
            }
        }
    return best;
}

/* Factor f in one variable is an earlier one with v_j → −v_j, which reflections carry the germ to.
 */
static bool mirrored(const struct work *work, const struct germ *germ,
                     const struct poly_factors *factors, size_t f)
{
    size_t j = SIZE_MAX, used = 0;
    for (size_t i = 0; i < work->n_vars; i++)
        if (poly_uses(factors->factor[f], i)) {
            j = i;
            used++;
        }
    if (used != 1)
        return false;
    long map[IDEAL_VARS][IDEAL_VARS] = {{0}};
    bool negative[IDEAL_VARS] = {false}, found = false;
    for (size_t i = 0; i < work->n_vars; i++)
        map[i][i] = 1;
    negative[j] = true;
    struct poly *image = ring_monomials(factors->factor[f], map, negative);
    struct poly *monic = ring_primitive(image);
    for (size_t e = 0; e < f && !found; e++) {
        struct poly *earlier = ring_primitive(factors->factor[e]);
        found = poly_equal(earlier, monic);
        poly_free(earlier);
    }
    poly_free(image);
    poly_free(monic);
    long *rows = NULL;
    size_t n = 0, capacity = 0;
    for (size_t g = 0; g < germ->n && found; g++)
        ring_differences(germ->g[g], &rows, &n, &capacity);
    for (size_t u = 0; u < germ->n_units && found; u++)
        ring_differences(germ->unit[u], &rows, &n, &capacity);
    found = found && ideal_reflects(rows, n, work->n_vars, j, NULL);
    mem_free(rows);
    return found;
}

bool germ_split(struct work *work, struct germ *germ, bool more, struct found *found,
                struct germs *hard)
{
    struct poly *p = wanted_unit(work, germ, more);
    if (!p)
        return false;
    lines_add(&found->lines, germ->lines);
    germ->lines = (struct lines){NULL, NULL};
    struct germ part;
    germ_copy(&part, germ);
    germ_say(work, &part, "Where %s is not 0:", germ_show(work, germ, p));
    germ_add_unit(&part, poly_copy(p));
    germ_expand(work, &part, found, hard);
    struct arena arena;
    arena_init(&arena);
    struct poly_factors factors;
    if (poly_factor(p, &arena, &factors) == ST_OK) {
        for (size_t f = 0; f < factors.n; f++) {
            if (real_never_zero(germ, factors.factor[f]) || mirrored(work, germ, &factors, f))
                continue;
            germ_copy(&part, germ);
            zero_stratum(work, &part, factors.factor[f], found, hard);
        }
        poly_factors_done(&factors);
    } else {
        fail(work, found, "a polynomial could not be factored");
    }
    arena_done(&arena);
    poly_free(p);
    return true;
}

void germ_expand(struct work *work, struct germ *germ, struct found *found, struct germs *hard)
{
    struct found one;
    for (size_t g = 0; g < germ->n; g++)
        work->stages += 1 + poly_n_terms(germ->g[g]);
    if (work->stages > work->effort) {
        fail(work, found, "the budget is used up");
        germ_done(germ);
        return;
    }
    bool fits = true;
    for (size_t i = 0; i < work->n_vars; i++)
        fits = fits && !ideal_overflow(germ->h[i]);
    if (!fits || !germ_simplify(work, germ)) {
        fail(work, found, "polynomials became too large");
        germ_done(germ);
        return;
    }
    if (germ_finish(work, germ, &one)) {
        found_least(found, &one);
        germ_done(germ);
        return;
    }
    if (germ_pair(work, germ, &one)) {
        found_least(found, &one);
        germ_done(germ);
        return;
    }
    if (slice(work, germ, found, hard) || germ_split(work, germ, false, found, hard)) {
        germ_done(germ);
        return;
    }
    if (germ_nondegenerate(work, germ, &one) || germ_plane(work, germ, &one)) {
        found_least(found, &one);
        germ_done(germ);
        return;
    }
    MEM_GROW(hard->items, hard->n, hard->capacity);
    hard->items[hard->n++] = *germ;
    memset(germ, 0, sizeof *germ);
}

void germs_done(struct germs *germs)
{
    for (size_t i = 0; i < germs->n; i++)
        germ_done(&germs->items[i]);
    mem_free(germs->items);
    *germs = (struct germs){NULL, 0, 0};
}
