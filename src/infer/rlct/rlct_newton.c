/* The Newton polyhedron of K at a point of W0, for the picture and for what it says of λ. */
#include <string.h>

#include "rlct_private.h"

enum { MOST_DEGREE = 1000, MOST_TERMS = 3000 };

/* f around a point: variables are the distance from it. NULL: too large, or the point is no
   fraction. */
static struct poly *around(const struct poly *f, const char *const *at)
{
    size_t n = poly_n_vars(f);
    struct poly *with[RESOLUTION_MAX_VARS] = {NULL}, *out = NULL;
    bool fine = n <= RESOLUTION_MAX_VARS;
    for (size_t i = 0; i < n && fine; i++) {
        struct poly *x = poly_var(n, i), *a = NULL;
        fine = poly_number(n, at[i], strlen(at[i]), &a) == ST_OK;
        if (fine)
            with[i] = poly_add(x, a);
        poly_free(x);
        poly_free(a);
    }
    if (fine && poly_compose(f, (const struct poly *const *)with, &out) != ST_OK)
        out = NULL;
    for (size_t i = 0; i < RESOLUTION_MAX_VARS; i++)
        poly_free(with[i]);
    return out;
}

static long common(long a, long b)
{
    while (b) {
        long rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The polynomial whose power f is, and that power: of (x² − y³)² it is x² − y³. The caller's. */
static struct poly *root_of(const struct poly *f, struct arena *arena, long *power)
{
    struct poly_factors factors;
    *power = 1;
    if (poly_factor(f, arena, &factors) != ST_OK)
        return poly_copy(f);
    long shared = 0;
    for (size_t k = 0; k < factors.n; k++)
        shared = common((long)factors.power[k], shared);
    struct poly *root = shared > 1 ? poly_integer(poly_n_vars(f), 1) : poly_copy(f);
    for (size_t k = 0; k < factors.n && shared > 1 && root; k++) {
        struct poly *part = NULL, *next = NULL;
        if (poly_pow(factors.factor[k], factors.power[k] / (unsigned long)shared, &part) == ST_OK)
            next = poly_mul(root, part);
        poly_free(part);
        poly_free(root);
        root = next;
    }
    poly_factors_done(&factors);
    *power = shared > 1 && root ? shared : 1;
    return root ? root : poly_copy(f);
}

/* Adds the order of |f|^power at the origin, if f is a monomial times what is not 0 there. */
static bool add_order(const struct poly *f, struct rat power, struct rat *h)
{
    size_t n = poly_n_vars(f), n_terms = poly_n_terms(f);
    unsigned long least[RESOLUTION_MAX_VARS], e[RESOLUTION_MAX_VARS];
    for (size_t t = 0; t < n_terms; t++) {
        poly_exponents(f, t, e);
        for (size_t i = 0; i < n; i++)
            least[i] = t == 0 || e[i] < least[i] ? e[i] : least[i];
    }
    bool monomial = false;
    for (size_t t = 0; t < n_terms && !monomial; t++) {
        poly_exponents(f, t, e);
        monomial = memcmp(e, least, n * sizeof *e) == 0;
    }
    for (size_t i = 0; i < n && monomial; i++) {
        long more = 0, left = 0, right = 0;
        if (__builtin_mul_overflow((long)least[i], power.num, &more) ||
            __builtin_mul_overflow(h[i].num, power.den, &left) ||
            __builtin_mul_overflow(more, h[i].den, &right) ||
            __builtin_add_overflow(left, right, &h[i].num) ||
            __builtin_mul_overflow(h[i].den, power.den, &h[i].den))
            return false;
        long shared = common(h[i].den, h[i].num < 0 ? -h[i].num : h[i].num);
        h[i] = (struct rat){h[i].num / shared, h[i].den / shared};
    }
    return monomial;
}

/* Orders of the prior; false: it has none in these coordinates. */
static bool prior_orders(const struct exact *exact, const char *const *at, struct rat *h)
{
    bool fine = true;
    for (size_t i = 0; i < exact->dim; i++)
        h[i] = (struct rat){0, 1};
    for (size_t k = 0; k < exact->n_prior && fine; k++) {
        struct poly *f = around(exact->prior[k].f, at);
        fine = f && !poly_is_zero(f) && add_order(f, exact->prior[k].power, h);
        poly_free(f);
    }
    for (size_t i = 0; i < exact->dim && fine; i++)
        fine = h[i].num + h[i].den > 0;
    return fine;
}

static bool is_small(struct poly *const *f, size_t n)
{
    size_t n_terms = 0;
    for (size_t g = 0; g < n; g++) {
        if (!f[g] || poly_degree(f[g]) > MOST_DEGREE)
            return false;
        n_terms += poly_n_terms(f[g]);
    }
    return n > 0 && n_terms <= MOST_TERMS;
}

/* The generators of a piece, or K alone, around the point, without those that are 0. */
static size_t generators_around(struct rlct_work *work, const struct exact_piece *piece,
                                const char *const *at, struct poly **out, long *power)
{
    struct poly *only[1] = {work->exact.kl};
    struct poly *const *from = piece && piece->n_generators ? piece->generators : only;
    size_t n = piece && piece->n_generators ? piece->n_generators : 1, kept = 0;
    *power = piece && piece->n_generators ? piece->power : 1;
    for (size_t g = 0; g < n; g++) {
        if (!from[g] || poly_is_zero(from[g]))
            continue;
        long own = 1;
        struct poly *root =
            n == 1 && is_small(from, 1) ? root_of(from[g], work->arena, &own) : poly_copy(from[g]);
        *power *= own;
        out[kept++] = around(root, at);
        poly_free(root);
    }
    return kept;
}

const struct newton *rlct_newton(struct rlct_work *work, const struct exact_piece *piece,
                                 const char *const *at, const char *at_text)
{
    const struct exact *exact = &work->exact;
    if (exact->dim == 0 || exact->dim > RESOLUTION_MAX_VARS)
        return NULL;
    size_t most = piece && piece->n_generators ? piece->n_generators : 1;
    struct poly **f = arena_new(work->arena, most, sizeof(struct poly *));
    struct rat h[RESOLUTION_MAX_VARS];
    long power = 1;
    size_t n = generators_around(work, piece, at, f, &power);
    struct newton *newton = arena_new(work->arena, 1, sizeof *newton);
    const char *names[RESOLUTION_MAX_VARS];
    for (size_t i = 0; i < exact->dim; i++) {
        names[i] = strcmp(at[i], "0") == 0 ? exact->names[i]
                                           : arena_textf(work->arena, "%s0", exact->names[i]);
    }
    bool found =
        is_small(f, n) && prior_orders(exact, at, h) &&
        newton_polyhedron((const struct poly *const *)f, n, h, names, work->arena, newton) == ST_OK;
    if (found) {
        newton_of_power(newton, power, work->arena);
        newton->at = at_text;
    }
    for (size_t g = 0; g < n; g++)
        poly_free(f[g]);
    return found ? newton : NULL;
}
