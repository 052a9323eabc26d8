/* The list of what was found: pieces with their generators, steps of the argument. */
#include "exact_parts.h"

#include <stdarg.h>
#include <string.h>

#include "cusp/mem.h"

/* Pairs of a generator and a term: beyond that reduction takes longer than it helps. */
enum { MAX_REDUCED = 100000 };

struct exact_piece_found *exact_add_piece(struct exact_found *found, long power)
{
    struct arena *arena = found->walk->arena;
    found->pieces = arena_grow(arena, found->pieces, found->n_pieces, &found->piece_capacity,
                               sizeof *found->pieces);
    struct exact_piece_found *piece = &found->pieces[found->n_pieces++];
    *piece = (struct exact_piece_found){.power = power};
    piece->signs = arena_new(arena, found->walk->dim + 1, sizeof *piece->signs);
    return piece;
}

bool exact_flat(struct exact_found *found, const int *signs)
{
    size_t dim = found->walk->dim;
    found->flat = arena_new(found->walk->arena, dim + 1, sizeof *found->flat);
    if (signs != NULL)
        memcpy(found->flat, signs, dim * sizeof *signs);
    found->how =
        signs == NULL ? "K is 0 everywhere" : "K is 0 wherever the inner weights have some signs";
    return true;
}

static bool is_multiple(const struct poly *a, const struct poly *b)
{
    if (poly_n_terms(a) != poly_n_terms(b) || poly_degree(a) != poly_degree(b))
        return false;
    struct poly *p = poly_coefficient(a, 0), *q = poly_coefficient(b, 0);
    struct poly *x = poly_mul(a, q), *y = poly_mul(b, p);
    bool equal = poly_equal(x, y);
    poly_free(p);
    poly_free(q);
    poly_free(x);
    poly_free(y);
    return equal;
}

void exact_add_generator(struct exact_found *found, struct exact_piece_found *piece,
                         const struct poly *f)
{
    if (f == NULL || poly_is_zero(f))
        return;
    for (size_t i = 0; i < piece->n; i++)
        if (is_multiple(piece->generators[i], f))
            return;
    piece->generators = arena_grow(found->walk->arena, piece->generators, piece->n,
                                   &piece->capacity, sizeof(struct poly *));
    piece->generators[piece->n++] = f;
}

void exact_step(struct exact_found *found, const char *format, ...)
{
    va_list args;
    found->steps = arena_grow(found->walk->arena, found->steps, found->n_steps,
                              &found->step_capacity, sizeof *found->steps);
    va_start(args, format);
    found->steps[found->n_steps++] = arena_textv(found->walk->arena, format, args);
    va_end(args);
}

/* --- plainer combinations --------------------------------------------------------------------- */

/* The term of f with these exponents; SIZE_MAX: none. */
static size_t find_term(const struct exact_walk *walk, const struct poly *f,
                        const unsigned long *exponents)
{
    unsigned long own[POLY_MAX_VARS];
    for (size_t t = 0; t < poly_n_terms(f); t++) {
        poly_exponents(f, t, own);
        if (memcmp(own, exponents, walk->n_vars * sizeof *own) == 0)
            return t;
    }
    return SIZE_MAX;
}

/* Its term of the highest degree, the first of these. */
static size_t pivot_of(const struct exact_walk *walk, const struct poly *f,
                       unsigned long *exponents)
{
    unsigned long best = 0, own[POLY_MAX_VARS];
    size_t at = 0;
    for (size_t t = 0; t < poly_n_terms(f); t++) {
        unsigned long degree = 0;
        poly_exponents(f, t, own);
        for (size_t i = 0; i < walk->n_vars; i++)
            degree += own[i];
        if (t == 0 || degree > best) {
            best = degree;
            at = t;
            memcpy(exponents, own, walk->n_vars * sizeof *own);
        }
    }
    return at;
}

/* f − c g, so that f lacks g's pivot (whose coefficient in g is 1). */
static const struct poly *without(struct exact_walk *walk, const struct poly *f,
                                  const struct poly *g, const unsigned long *pivot)
{
    size_t t = find_term(walk, f, pivot);
    if (t == SIZE_MAX)
        return f;
    const struct poly *c = exact_keep(walk, poly_coefficient(f, t));
    return exact_sub(walk, f, exact_mul(walk, c, g));
}

void exact_reduce(struct exact_found *found, struct exact_piece_found *piece)
{
    struct exact_walk *walk = found->walk;
    size_t n = 0, terms = 0;
    for (size_t i = 0; i < piece->n; i++)
        terms += poly_n_terms(piece->generators[i]);
    if (piece->n < 2 || piece->n * terms > MAX_REDUCED)
        return;
    const struct poly **basis = arena_new(walk->arena, piece->n, sizeof(struct poly *));
    unsigned long *pivots = arena_new(walk->arena, piece->n * walk->n_vars, sizeof *pivots);
    for (size_t i = 0; i < piece->n; i++) {
        const struct poly *f = piece->generators[i];
        for (size_t k = 0; k < n && f != NULL; k++)
            f = without(walk, f, basis[k], pivots + k * walk->n_vars);
        if (f == NULL || poly_is_zero(f))
            continue;
        size_t t = pivot_of(walk, f, pivots + n * walk->n_vars);
        f = exact_quotient(walk, f, exact_keep(walk, poly_coefficient(f, t)));
        for (size_t k = 0; k < n && f != NULL; k++)
            basis[k] = without(walk, basis[k], f, pivots + n * walk->n_vars);
        basis[n++] = f;
    }
    if (walk->status != ST_OK)
        return;
    piece->generators = basis;
    piece->n = piece->capacity = n;
}
