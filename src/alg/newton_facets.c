/* Facets of Newton polyhedra by double description, in exact integers. */
#include <flint/fmpz_vec.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "newton_private.h"

/* Facets are the extreme rays (w, c) of {w ≥ 0, c ≥ 0, ⟨w, α⟩ ≥ c for all points α} with c as large
   as it can be. Rays of what was put in so far, each with the conditions it meets with equality.
   Motzkin, Raiffa, Thompson, Thrall 1953; Fukuda and Prodon 1996 for which pairs are adjacent. */
struct rays {
    size_t n, capacity, size /* n_vars + 1 */, n_words;
    fmpz *at;        /* [capacity][size] */
    uint64_t *tight; /* [capacity][n_words] */
    fmpz *value;     /* [capacity]: of the condition that is put in */
};

enum { MAX_RAYS = 5000 };
static const size_t max_work = 100000000;

static void rays_reserve(struct rays *rays, size_t n)
{
    if (n <= rays->capacity)
        return;
    size_t capacity = 2 * n;
    rays->at = mem_resize(rays->at, capacity, rays->size * sizeof *rays->at);
    memset(rays->at + rays->capacity * rays->size, 0,
           (capacity - rays->capacity) * rays->size * sizeof *rays->at);
    rays->value = mem_resize(rays->value, capacity, sizeof *rays->value);
    memset(rays->value + rays->capacity, 0, (capacity - rays->capacity) * sizeof *rays->value);
    rays->tight = mem_resize(rays->tight, capacity, rays->n_words * sizeof *rays->tight);
    rays->capacity = capacity;
}

static void rays_done(struct rays *rays)
{
    for (size_t i = 0; i < rays->capacity * rays->size; i++)
        fmpz_clear(rays->at + i);
    for (size_t i = 0; i < rays->capacity; i++)
        fmpz_clear(rays->value + i);
    mem_free(rays->at);
    mem_free(rays->value);
    mem_free(rays->tight);
}

static void set_bit(uint64_t *bits, size_t i)
{
    bits[i / NEWTON_WORD] |= UINT64_C(1) << i % NEWTON_WORD;
}

/* The orthant's: ray k meets all conditions x_i ≥ 0 but its own with equality. */
static void rays_start(struct rays *rays)
{
    rays_reserve(rays, rays->size);
    memset(rays->tight, 0, rays->size * rays->n_words * sizeof *rays->tight);
    for (size_t k = 0; k < rays->size; k++) {
        fmpz_one(rays->at + k * rays->size + k);
        for (size_t i = 0; i < rays->size; i++) {
            if (i != k)
                set_bit(rays->tight + k * rays->n_words, i);
        }
    }
    rays->n = rays->size;
}

/* Two rays span a face if no third one meets all the conditions that both meet. */
static bool adjacent(const struct rays *rays, size_t n, size_t a, size_t b, uint64_t *common)
{
    int count = 0;
    for (size_t w = 0; w < rays->n_words; w++) {
        common[w] = rays->tight[a * rays->n_words + w] & rays->tight[b * rays->n_words + w];
        count += __builtin_popcountll(common[w]);
    }
    if (count + 2 < (int)rays->size)
        return false;
    for (size_t r = 0; r < n; r++) {
        if (r == a || r == b)
            continue;
        bool all = true;
        for (size_t w = 0; w < rays->n_words && all; w++) {
            all = (common[w] & ~rays->tight[r * rays->n_words + w]) == 0;
        }
        if (all)
            return false;
    }
    return true;
}

/* The ray between a (value > 0) and b (value < 0) where the condition is met with equality. */
static void add_between(struct rays *rays, size_t a, size_t b, const uint64_t *common,
                        size_t condition)
{
    rays_reserve(rays, rays->n + 1);
    size_t size = rays->size;
    fmpz *out = rays->at + rays->n * size;
    _fmpz_vec_scalar_mul_fmpz(out, rays->at + b * size, (slong)size, rays->value + a);
    _fmpz_vec_scalar_submul_fmpz(out, rays->at + a * size, (slong)size, rays->value + b);
    fmpz_t content;
    fmpz_init(content);
    _fmpz_vec_content(content, out, (slong)size);
    _fmpz_vec_scalar_divexact_fmpz(out, out, (slong)size, content);
    fmpz_clear(content);
    uint64_t *tight = rays->tight + rays->n * rays->n_words;
    memcpy(tight, common, rays->n_words * sizeof *tight);
    set_bit(tight, condition);
    rays->n++;
}

static void move_ray(struct rays *rays, size_t to, size_t from)
{
    if (to == from)
        return;
    _fmpz_vec_set(rays->at + to * rays->size, rays->at + from * rays->size, (slong)rays->size);
    memcpy(rays->tight + to * rays->n_words, rays->tight + from * rays->n_words,
           rays->n_words * sizeof *rays->tight);
}

/* ⟨w, α⟩ − c for every ray; how many are below 0. */
static size_t measure(struct rays *rays, const long *point)
{
    size_t n_below = 0;
    for (size_t r = 0; r < rays->n; r++) {
        const fmpz *ray = rays->at + r * rays->size;
        fmpz *value = rays->value + r;
        fmpz_neg(value, ray + rays->size - 1);
        for (size_t i = 0; i + 1 < rays->size; i++) {
            fmpz_addmul_ui(value, ray + i, (ulong)point[i]);
        }
        n_below += fmpz_sgn(value) < 0;
    }
    return n_below;
}

static enum status put_in(struct rays *rays, const long *point, size_t condition, size_t *work)
{
    size_t n = rays->n, n_below = measure(rays, point);
    for (size_t r = 0; r < n; r++) {
        if (fmpz_is_zero(rays->value + r))
            set_bit(rays->tight + r * rays->n_words, condition);
    }
    if (n_below == 0)
        return ST_OK;
    uint64_t *common = mem_new(rays->n_words, sizeof *common);
    enum status status = ST_OK;
    for (size_t b = 0; b < n && status == ST_OK; b++) {
        if (fmpz_sgn(rays->value + b) >= 0)
            continue;
        for (size_t a = 0; a < n; a++) {
            if (fmpz_sgn(rays->value + a) <= 0)
                continue;
            *work += n * rays->n_words;
            if (adjacent(rays, n, a, b, common))
                add_between(rays, a, b, common, condition);
        }
        if (rays->n > MAX_RAYS || *work > max_work)
            status = ST_LIMIT;
    }
    mem_free(common);
    size_t kept = 0;
    for (size_t r = 0; r < rays->n; r++) {
        if (r >= n || fmpz_sgn(rays->value + r) >= 0)
            move_ray(rays, kept++, r);
    }
    rays->n = kept;
    return status;
}

/* c is the least of ⟨w, α⟩: some point meets it with equality. */
static bool touches(const struct rays *rays, size_t r)
{
    const uint64_t *tight = rays->tight + r * rays->n_words;
    for (size_t i = rays->size; i < rays->n_words * NEWTON_WORD; i++) {
        if (tight[i / NEWTON_WORD] >> i % NEWTON_WORD & 1)
            return true;
    }
    return false;
}

struct facet {
    long at[NEWTON_MAX_VARS + 1];
    size_t n_vars;
};

static int facet_order(const void *a, const void *b)
{
    const struct facet *x = a, *y = b;
    for (size_t i = 0; i <= x->n_vars; i++) {
        if (x->at[i] != y->at[i])
            return x->at[i] > y->at[i] ? -1 : 1;
    }
    return 0;
}

static enum status write_facets(const struct rays *rays, struct arena *arena, struct newton *out)
{
    struct facet *facets = arena_new(arena, rays->n, sizeof *facets);
    size_t n = 0;
    for (size_t r = 0; r < rays->n; r++) {
        if (!touches(rays, r))
            continue;
        facets[n].n_vars = out->n_vars;
        for (size_t i = 0; i <= out->n_vars; i++) {
            const fmpz *entry = rays->at + r * rays->size + i;
            if (!fmpz_fits_si(entry)) {
                out->why = "a facet of the Newton polyhedron has a normal too long to be written";
                return ST_LIMIT;
            }
            facets[n].at[i] = fmpz_get_si(entry);
        }
        n++;
    }
    qsort(facets, n, sizeof *facets, facet_order);
    out->n_facets = n;
    out->normals = arena_new(arena, n, out->n_vars * sizeof *out->normals);
    out->offsets = arena_new(arena, n, sizeof *out->offsets);
    out->compact = arena_new(arena, n, sizeof *out->compact);
    for (size_t f = 0; f < n; f++) {
        out->compact[f] = true;
        for (size_t i = 0; i < out->n_vars; i++) {
            out->normals[f * out->n_vars + i] = facets[f].at[i];
            if (facets[f].at[i] == 0)
                out->compact[f] = false;
        }
        out->offsets[f] = facets[f].at[out->n_vars];
    }
    return ST_OK;
}

enum status newton_facets(struct arena *arena, struct newton *out)
{
    struct rays rays = {.size = out->n_vars + 1};
    rays.n_words = (rays.size + out->n_points + NEWTON_WORD - 1) / NEWTON_WORD;
    rays_start(&rays);
    size_t work = 0;
    enum status status = ST_OK;
    for (size_t k = 0; k < out->n_points && status == ST_OK; k++) {
        status = put_in(&rays, out->points + k * out->n_vars, rays.size + k, &work);
    }
    if (status == ST_OK)
        status = write_facets(&rays, arena, out);
    else
        out->why = "the Newton polyhedron has too many facets";
    rays_done(&rays);
    return status;
}
