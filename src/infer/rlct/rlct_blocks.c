/* λ of the whole box where K falls apart into functions of one or two parameters each. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rlct_private.h"

enum { MOST_PARTS = 32 };

/* λ and m of |f| over a box; λ with den 0: f has no zero in it. */
struct value {
    struct rat lambda;
    long m;
};

struct blocks {
    struct rlct_work *work;
    const struct exact *exact;
    const char **low, **high; /* of the piece */
};

static uint64_t variables_of(const struct poly *p)
{
    uint64_t set = 0;
    for (size_t i = 0; i < poly_n_vars(p); i++)
        if (poly_uses(p, i))
            set |= (uint64_t)1 << i;
    return set;
}

/* Sets joined where they meet, or where a factor of the prior does; the number that is left. */
static size_t join(const struct exact *exact, uint64_t *sets, size_t n)
{
    for (size_t round = 0; round < exact->n_prior; round++) /* one may tie what another has tied */
        for (size_t f = 0; f < exact->n_prior; f++) {
            uint64_t tied = variables_of(exact->prior[f].f);
            for (size_t s = 0; s < n; s++)
                sets[s] |= sets[s] & tied ? tied : 0;
        }
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (sets[i] & sets[j]) {
                sets[i] |= sets[j];
                sets[j] = sets[--n];
                j = i;
            }
    return n;
}

static struct rat reduced(long num, long den)
{
    long a = num, b = den;
    while (b) {
        long rest = a % b;
        a = b;
        b = rest;
    }
    return a > 0 ? (struct rat){num / a, den / a} : (struct rat){num, den};
}

static bool times(struct rat *a, long factor, long divisor)
{
    long num, den;
    if (__builtin_mul_overflow(a->num, factor, &num) ||
        __builtin_mul_overflow(a->den, divisor, &den))
        return false;
    *a = reduced(num, den);
    return true;
}

static bool add(struct rat *a, struct rat b)
{
    long left, right, num, den;
    if (__builtin_mul_overflow(a->num, b.den, &left) ||
        __builtin_mul_overflow(b.num, a->den, &right) ||
        __builtin_add_overflow(left, right, &num) || __builtin_mul_overflow(a->den, b.den, &den))
        return false;
    *a = reduced(num, den);
    return true;
}

static const char *names_of(const struct blocks *blocks, uint64_t set)
{
    const char *text = "";
    for (size_t i = 0; i < blocks->exact->dim; i++)
        if (set >> i & 1)
            text = arena_textf(blocks->work->arena, "%s%s%s", text, *text ? ", " : "",
                               blocks->exact->names[i]);
    return text;
}

/* --- one block in the plane ------------------------------------------------------------------- */

static struct poly *in_plane(const struct poly *p, const size_t *map)
{
    return poly_rename(p, 2, map);
}

/* f itself if it is one, else Σ f². */
static struct poly *function_of(const struct poly *const *f, size_t n, const size_t *map)
{
    struct poly *sum = poly_zero(2);
    for (size_t i = 0; i < n; i++) {
        struct poly *p = in_plane(f[i], map);
        struct poly *term = n > 1 ? poly_mul(p, p) : poly_copy(p);
        struct poly *next = poly_add(sum, term);
        poly_free(p);
        poly_free(term);
        poly_free(sum);
        sum = next;
    }
    return sum;
}

static void say(const struct blocks *blocks, const struct poly *const *f, size_t n, uint64_t set,
                const struct value *value)
{
    const char *text = "";
    char lambda[64] = "+∞ (no zero)";
    for (size_t i = 0; i < n && i < 4; i++)
        text =
            arena_textf(blocks->work->arena, "%s%s%s", text, i ? ", " : "",
                        poly_text(f[i], blocks->exact->names, POLY_PRETTY, 8, blocks->work->arena));
    if (value->lambda.den)
        rat_text(lambda, sizeof lambda, value->lambda);
    rlct_step(
        blocks->work,
        arena_textf(
            blocks->work->arena, "The block of %s, over all of its own box%s: λ(|(%s%s)|) = %s%s.",
            names_of(blocks, set), set & (set - 1) ? ", by blowing up points of the plane" : "",
            text, n > 4 ? ", …" : "", lambda,
            value->lambda.den ? arena_textf(blocks->work->arena, " with multiplicity %ld", value->m)
                              : ""));
}

/* Up to two parameters; an idle one stands in for those that are missing. */
static bool solve_plane(const struct blocks *blocks, const struct poly *const *f, size_t n,
                        uint64_t set, struct value *out)
{
    const struct exact *exact = blocks->exact;
    struct plane_problem problem = {.names = {"t", "t"}, .low = {"-1", "-1"}, .high = {"1", "1"}};
    size_t map[POLY_MAX_VARS] = {0}, used = 0;
    for (size_t i = 0; i < exact->dim; i++) {
        if (!(set >> i & 1))
            continue;
        if (used == 2)
            return false;
        problem.names[used] = exact->names[i];
        problem.low[used] = blocks->low[i];
        problem.high[used] = blocks->high[i];
        map[i] = used++;
    }
    struct prior_factor *prior = arena_new(blocks->work->arena, exact->n_prior + 1, sizeof *prior);
    struct poly **moved = arena_new(blocks->work->arena, exact->n_prior + 1, sizeof *moved);
    for (size_t p = 0; p < exact->n_prior; p++) {
        if (!(variables_of(exact->prior[p].f) & set))
            continue;
        moved[problem.n_prior] = in_plane(exact->prior[p].f, map);
        prior[problem.n_prior] =
            (struct prior_factor){moved[problem.n_prior], exact->prior[p].power};
        problem.n_prior++;
    }
    struct poly *kl = function_of(f, n, map);
    struct plane_result result;
    const char *why = "";
    problem.kl = kl;
    problem.prior = prior;
    bool ok = plane_rlct(&problem, NULL, blocks->work->arena, &result, &why) == ST_OK;
    for (size_t p = 0; p < problem.n_prior; p++)
        poly_free(moved[p]);
    poly_free(kl);
    if (!ok)
        return false;
    *out = (struct value){{0, 0}, 0};
    if (result.has_zero) {
        *out = (struct value){result.lambda, result.multiplicity};
        ok = result.lambda.den && (n == 1 || times(&out->lambda, 2, 1));
    }
    if (ok)
        say(blocks, f, n, set, out);
    return ok;
}

/* --- products and sums ------------------------------------------------------------------------ */

/* Π of functions in different parameters: the least λ, and m adds where it is the same. */
static bool solve_factors(const struct blocks *blocks, const struct poly_factors *factors,
                          struct value *out)
{
    uint64_t sets[MOST_PARTS];
    size_t n = 0;
    for (size_t f = 0; f < factors->n; f++) {
        if (n == MOST_PARTS)
            return false;
        sets[n++] = variables_of(factors->factor[f]);
    }
    n = join(blocks->exact, sets, n);
    *out = (struct value){{0, 0}, 0};
    for (size_t s = 0; s < n; s++) {
        struct poly *product = poly_integer(blocks->exact->dim, 1);
        bool ok = true;
        for (size_t f = 0; f < factors->n && ok; f++) {
            struct poly *power = NULL;
            if (!(variables_of(factors->factor[f]) & sets[s]))
                continue;
            ok = poly_pow(factors->factor[f], factors->power[f], &power) == ST_OK;
            struct poly *next = ok ? poly_mul(product, power) : poly_copy(product);
            poly_free(power);
            poly_free(product);
            product = next;
        }
        struct value one = {{0, 0}, 0};
        const struct poly *const only = product;
        ok = ok && solve_plane(blocks, &only, 1, sets[s], &one);
        poly_free(product);
        if (!ok)
            return false;
        int order = !one.lambda.den    ? 1
                    : !out->lambda.den ? -1
                                       : rlct_order(one.lambda, out->lambda);
        if (order < 0)
            *out = one;
        else if (order == 0)
            out->m += one.m;
    }
    if (n > 1)
        rlct_step(blocks->work, "Of a product in different parameters λ is the least, and m adds "
                                "where it is the same.");
    return true;
}

static bool solve_block(const struct blocks *blocks, const struct poly *const *f, size_t n,
                        uint64_t set, struct value *out)
{
    if ((set & (set - 1)) == 0 || __builtin_popcountll(set) == 2)
        return solve_plane(blocks, f, n, set, out);
    if (n != 1)
        return false;
    struct poly_factors factors;
    if (poly_factor(f[0], blocks->work->arena, &factors) != ST_OK)
        return false;
    bool ok = solve_factors(blocks, &factors, out);
    poly_factors_done(&factors);
    return ok;
}

/* Σ f² in different parameters: λ adds, and m − 1. */
static bool solve_piece(struct blocks *blocks, const struct exact_piece *piece, struct value *out)
{
    uint64_t sets[MOST_PARTS];
    size_t n = 0;
    const struct poly **part =
        arena_new(blocks->work->arena, piece->n_generators + 1, sizeof *part);
    *out = (struct value){{0, 1}, 1};
    for (size_t g = 0; g < piece->n_generators; g++) {
        if (poly_is_zero(piece->generators[g]))
            continue;
        if (poly_is_constant(piece->generators[g])) {
            *out = (struct value){{0, 0}, 0};
            return true;
        }
        if (n == MOST_PARTS)
            return false;
        sets[n++] = variables_of(piece->generators[g]);
    }
    if (n == 0)
        return false;
    n = join(blocks->exact, sets, n);
    for (size_t s = 0; s < n; s++) {
        struct value one;
        size_t n_part = 0;
        for (size_t g = 0; g < piece->n_generators; g++)
            if (variables_of(piece->generators[g]) & sets[s])
                part[n_part++] = piece->generators[g];
        if (!solve_block(blocks, part, n_part, sets[s], &one))
            return false;
        if (!one.lambda.den) {
            *out = one;
            return true;
        }
        if (!add(&out->lambda, one.lambda))
            return false;
        out->m += one.m - 1;
    }
    if (n > 1)
        rlct_step(blocks->work, "Of a sum of squares in different parameters λ adds, and m − 1.");
    return times(&out->lambda, 1, piece->power);
}

static double number_value(const char *text)
{
    const char *slash = strchr(text, '/');
    double value = strtod(text, NULL);
    return slash ? value / strtod(slash + 1, NULL) : value;
}

/* The box where the parameters have the piece's signs; false: it is empty. */
static bool box_of(struct blocks *blocks, const struct exact_piece *piece)
{
    const struct exact *exact = blocks->exact;
    blocks->low = arena_new(blocks->work->arena, exact->dim, sizeof *blocks->low);
    blocks->high = arena_new(blocks->work->arena, exact->dim, sizeof *blocks->high);
    for (size_t i = 0; i < exact->dim; i++) {
        const int sign = piece->signs ? piece->signs[i] : 0;
        const double low = number_value(exact->low[i]), high = number_value(exact->high[i]);
        blocks->low[i] = sign > 0 && low < 0 ? "0" : exact->low[i];
        blocks->high[i] = sign < 0 && high > 0 ? "0" : exact->high[i];
        if ((sign > 0 && high <= 0) || (sign < 0 && low >= 0))
            return false;
    }
    return true;
}

bool rlct_blocks(struct rlct_work *work, struct rat *lambda, long *multiplicity)
{
    struct blocks blocks = {.work = work, .exact = &work->exact};
    const size_t n_steps = work->rlct->n_steps;
    *lambda = (struct rat){0, 0};
    *multiplicity = 0;
    bool ok = !work->exact.local && work->exact.dim <= RESOLUTION_MAX_VARS;
    for (size_t p = 0; p < work->exact.n_pieces && ok; p++) {
        struct value one;
        if (!box_of(&blocks, &work->exact.pieces[p]))
            continue;
        ok = solve_piece(&blocks, &work->exact.pieces[p], &one);
        if (ok)
            rlct_least(lambda, multiplicity, one.lambda, one.m);
    }
    ok = ok && lambda->den;
    if (!ok)
        work->rlct->n_steps = n_steps; /* an argument that leads nowhere is not shown */
    return ok;
}
