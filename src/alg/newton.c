/* Newton polyhedra: the points that matter, the distance along h + 1, and the face that is hit. */
#include <assert.h>
#include <flint/fmpq.h>
#include <flint/fmpz_mat.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/polyhedron.h"
#include "cusp/text.h"
#include "newton_private.h"

enum { MAX_POINTS = 2000, MAX_TERMS = 200000 };

/* One exponent with its sum, so that what makes others idle comes first. */
struct exponent {
    unsigned long sum;
    unsigned long at[NEWTON_MAX_VARS];
};

static int exponent_order(const void *a, const void *b)
{
    const struct exponent *x = a, *y = b;
    if (x->sum != y->sum)
        return x->sum < y->sum ? -1 : 1;
    for (size_t i = 0; i < NEWTON_MAX_VARS; i++) {
        if (x->at[i] != y->at[i])
            return x->at[i] > y->at[i] ? -1 : 1;
    }
    return 0;
}

static bool makes_idle(const struct exponent *small, const struct exponent *large)
{
    for (size_t i = 0; i < NEWTON_MAX_VARS; i++) {
        if (small->at[i] > large->at[i])
            return false;
    }
    return true;
}

/* All exponents, sorted; the caller's. */
static struct exponent *collect(const struct poly *const *generators, size_t n, size_t *n_out)
{
    size_t total = 0;
    for (size_t g = 0; g < n; g++)
        total += poly_n_terms(generators[g]);
    if (total > MAX_TERMS)
        return NULL;
    struct exponent *all = mem_new(total + 1, sizeof *all);
    size_t k = 0;
    for (size_t g = 0; g < n; g++) {
        for (size_t t = 0; t < poly_n_terms(generators[g]); t++, k++) {
            poly_exponents(generators[g], t, all[k].at);
            for (size_t i = 0; i < NEWTON_MAX_VARS; i++)
                all[k].sum += all[k].at[i];
        }
    }
    qsort(all, total, sizeof *all, exponent_order);
    *n_out = total;
    return all;
}

/* Points of the polyhedron that no other point makes idle. */
static enum status keep_points(struct exponent *all, size_t n, struct arena *arena,
                               struct newton *out)
{
    if (n == 0 || all[0].sum == 0) {
        out->why = n ? "a generator is not 0 at the origin" : "there is no generator but 0";
        return ST_DOMAIN;
    }
    size_t kept = 0;
    for (size_t k = 0; k < n; k++) {
        bool idle = false;
        for (size_t j = 0; j < kept && !idle; j++)
            idle = makes_idle(&all[j], &all[k]);
        if (idle)
            continue;
        if (kept == MAX_POINTS) {
            out->why = "the Newton polyhedron has more than 2000 points";
            return ST_LIMIT;
        }
        all[kept++] = all[k];
    }
    out->n_points = kept;
    out->points = arena_new(arena, kept, out->n_vars * sizeof *out->points);
    out->vertex = arena_new(arena, kept, sizeof *out->vertex);
    for (size_t k = 0; k < kept; k++) {
        for (size_t i = 0; i < out->n_vars; i++) {
            out->points[k * out->n_vars + i] = (long)all[k].at[i];
        }
    }
    return ST_OK;
}

/* Rank of the normals of some facets. */
static size_t normals_rank(const struct newton *newton, const bool *of)
{
    fmpz_mat_t normals;
    fmpz_mat_init(normals, (slong)newton->n_facets, (slong)newton->n_vars);
    for (size_t f = 0; f < newton->n_facets; f++) {
        if (!of[f])
            continue;
        for (size_t i = 0; i < newton->n_vars; i++) {
            fmpz_set_si(fmpz_mat_entry(normals, (slong)f, (slong)i),
                        newton->normals[f * newton->n_vars + i]);
        }
    }
    size_t rank = (size_t)fmpz_mat_rank(normals);
    fmpz_mat_clear(normals);
    return rank;
}

bool newton_tight(const struct newton *newton, size_t facet, size_t point)
{
    const long *normal = newton->normals + facet * newton->n_vars;
    const long *at = newton->points + point * newton->n_vars;
    fmpz_t sum, step;
    fmpz_init(sum);
    fmpz_init(step);
    for (size_t i = 0; i < newton->n_vars; i++) {
        fmpz_set_si(step, normal[i]);
        fmpz_mul_si(step, step, at[i]);
        fmpz_add(sum, sum, step);
    }
    bool tight = fmpz_cmp_si(sum, newton->offsets[facet]) == 0;
    fmpz_clear(sum);
    fmpz_clear(step);
    return tight;
}

static void find_vertices(struct newton *out)
{
    bool *tight = mem_new(out->n_facets, sizeof *tight);
    for (size_t k = 0; k < out->n_points; k++) {
        for (size_t f = 0; f < out->n_facets; f++)
            tight[f] = newton_tight(out, f, k);
        out->vertex[k] = normals_rank(out, tight) == out->n_vars;
    }
    mem_free(tight);
}

static bool rat_of(const fmpq_t x, struct rat *out)
{
    if (!fmpz_fits_si(fmpq_numref(x)) || !fmpz_fits_si(fmpq_denref(x)))
        return false;
    *out = (struct rat){fmpz_get_si(fmpq_numref(x)), fmpz_get_si(fmpq_denref(x))};
    return true;
}

/* ⟨normal, h + 1⟩ / offset. */
static void facet_ratio(const struct newton *newton, size_t facet, const struct rat *h, fmpq_t out)
{
    fmpq_t step;
    fmpq_init(step);
    fmpq_zero(out);
    for (size_t i = 0; i < newton->n_vars; i++) {
        if (h)
            fmpq_set_si(step, h[i].num, (ulong)h[i].den);
        fmpq_add_si(step, step, 1);
        fmpz_t normal;
        fmpz_init_set_si(normal, newton->normals[facet * newton->n_vars + i]);
        fmpq_mul_fmpz(step, step, normal);
        fmpq_add(out, out, step);
        fmpz_clear(normal);
        fmpq_zero(step);
    }
    fmpz_t offset;
    fmpz_init_set_si(offset, newton->offsets[facet]);
    fmpq_div_fmpz(out, out, offset);
    fmpz_clear(offset);
    fmpq_clear(step);
}

static enum status find_distance(const struct rat *h, struct arena *arena, struct newton *out)
{
    out->hit = arena_new(arena, out->n_facets, sizeof *out->hit);
    fmpq_t ratio, least;
    fmpq_init(ratio);
    fmpq_init(least);
    bool any = false;
    for (size_t f = 0; f < out->n_facets; f++) {
        if (out->offsets[f] == 0)
            continue;
        facet_ratio(out, f, h, ratio);
        int order = any ? fmpq_cmp(ratio, least) : -1;
        if (order < 0) {
            memset(out->hit, 0, out->n_facets * sizeof *out->hit);
            fmpq_set(least, ratio);
        }
        if (order <= 0)
            out->hit[f] = true;
        any = true;
    }
    assert(any); /* the origin is outside, so some facet cuts it off */
    bool fits = rat_of(least, &out->ratio);
    fmpq_inv(least, least);
    fits = rat_of(least, &out->distance) && fits;
    out->ray = arena_new(arena, out->n_vars, sizeof *out->ray);
    for (size_t i = 0; i < out->n_vars && fits; i++) {
        fmpq_set_si(ratio, h ? h[i].num : 0, h ? (ulong)h[i].den : 1);
        fmpq_add_si(ratio, ratio, 1);
        fits = rat_of(ratio, &out->ray[i]);
    }
    fmpq_clear(ratio);
    fmpq_clear(least);
    if (!fits) {
        out->why = "the distance of the Newton polyhedron is a fraction too long to be written";
        return ST_LIMIT;
    }
    out->multiplicity = (long)normals_rank(out, out->hit);
    return ST_OK;
}

/* What it means for λ, in words. */
static const char *meaning(const struct newton *newton, struct arena *arena)
{
    char lambda[48];
    struct text text;
    rat_text(lambda, sizeof lambda, newton->lambda);
    text_init(&text);
    text_add(&text, newton->checked);
    if (newton->faces == FACES_NONDEGENERATE) {
        text_addf(
            &text,
            "; so near the point K is as large as its terms on the corners, and the polyhedron "
            "gives λ itself: %s",
            lambda);
    } else if (newton->faces == FACES_DEGENERATE) {
        text_addf(
            &text,
            "; there the terms cancel and K is smaller than they are, so the polyhedron gives "
            "only an upper bound: λ is at most %s",
            lambda);
    } else {
        text_addf(&text,
                  "; the terms may cancel there, so the polyhedron gives only an upper bound for "
                  "all that is known: λ is at most %s",
                  lambda);
    }
    const char *out = arena_text(arena, text_get(&text), text.length);
    text_done(&text);
    return out;
}

void newton_of_power(struct newton *newton, long power, struct arena *arena)
{
    fmpq_t value;
    fmpq_init(value);
    fmpq_set_si(value, newton->ratio.num, (ulong)newton->ratio.den);
    fmpz_mul_si(fmpq_denref(value), fmpq_denref(value), power);
    fmpq_canonicalise(value);
    newton->power = power;
    if (!rat_of(value, &newton->lambda))
        newton->lambda = (struct rat){0, 0};
    fmpq_clear(value);
    newton->why = meaning(newton, arena);
}

enum status newton_polyhedron(const struct poly *const *generators, size_t n, const struct rat *h,
                              const char *const *names, struct arena *arena, struct newton *out)
{
    *out = (struct newton){.face = "", .why = "", .checked = "", .at = ""};
    if (n == 0)
        return ST_DOMAIN;
    out->n_vars = poly_n_vars(generators[0]);
    if (out->n_vars == 0 || out->n_vars > NEWTON_MAX_VARS) {
        out->why = "Newton polyhedra are drawn up for 1 to 8 variables";
        return ST_LIMIT;
    }
    size_t n_all = 0;
    struct exponent *all = collect(generators, n, &n_all);
    if (!all) {
        out->why = "there are more than 200000 terms";
        return ST_LIMIT;
    }
    enum status status = keep_points(all, n_all, arena, out);
    mem_free(all);
    if (status == ST_OK)
        status = newton_facets(arena, out);
    if (status == ST_OK)
        status = find_distance(h, arena, out);
    if (status != ST_OK)
        return status;
    find_vertices(out);
    newton_check(generators, n, names, arena, out);
    out->checked = out->why;
    newton_of_power(out, 1, arena);
    return ST_OK;
}
