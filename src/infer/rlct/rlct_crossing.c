/* An upper bound of λ: a factor of K that changes its sign in the box is 0 on a hypersurface there.
 */
#include <stdio.h>
#include <string.h>

#include "rlct_private.h"

enum { TRIES = 160, STEPS = 16, MOST_TERMS = 400 };

/* The ends of a side as constants; sides of pieces end at 0. */
struct side {
    struct poly *low, *width;
};

static struct poly *constant(const char *text)
{
    struct poly *out = NULL;
    return poly_number(0, text, strlen(text), &out) == ST_OK ? out : poly_zero(0);
}

/* False: the piece has no volume. */
static bool side_of(const struct exact *exact, const struct exact_piece *piece, size_t i,
                    struct side *out)
{
    const int sign = piece->signs ? piece->signs[i] : 0;
    struct poly *low = constant(exact->low[i]), *high = constant(exact->high[i]);
    if (sign > 0 && poly_sign(low) < 0) {
        poly_free(low);
        low = poly_zero(0);
    }
    if (sign < 0 && poly_sign(high) > 0) {
        poly_free(high);
        high = poly_zero(0);
    }
    *out = (struct side){low, poly_sub(high, low)};
    poly_free(high);
    return poly_sign(out->width) > 0 && !(sign > 0 && poly_sign(low) < 0) &&
           !(sign < 0 && poly_sign(low) > 0);
}

/* low + width k/16 with k from 1 to 15: inside. */
static struct poly *inside(const struct side *side, unsigned long k)
{
    char text[32];
    snprintf(text, sizeof text, "%lu/%d", k, STEPS);
    struct poly *t = constant(text), *part = poly_mul(side->width, t);
    struct poly *out = poly_add(side->low, part);
    poly_free(t);
    poly_free(part);
    return out;
}

static int sign_at(const struct poly *f, const struct side *sides, size_t dim,
                   unsigned long *random)
{
    struct poly *at[POLY_MAX_VARS] = {NULL}, *value = NULL;
    for (size_t i = 0; i < dim; i++) {
        *random = *random * 6364136223846793005UL + 1442695040888963407UL;
        at[i] = inside(&sides[i], 1 + (*random >> 33) % (STEPS - 1));
    }
    int sign =
        poly_compose(f, (const struct poly *const *)at, &value) == ST_OK ? poly_sign(value) : 0;
    poly_free(value);
    for (size_t i = 0; i < dim; i++)
        poly_free(at[i]);
    return sign;
}

static bool changes_sign(const struct poly *f, const struct side *sides, size_t dim)
{
    bool seen[2] = {false, false};
    unsigned long random = 20110901;
    for (int i = 0; i < TRIES && !(seen[0] && seen[1]); i++) {
        int sign = sign_at(f, sides, dim, &random);
        if (sign)
            seen[sign > 0] = true;
    }
    return seen[0] && seen[1];
}

/* The prior is not 0, or infinite, along all of f = 0. */
static bool prior_is_apart(const struct exact *exact, const struct poly *f)
{
    for (size_t p = 0; p < exact->n_prior; p++) {
        struct poly *common = poly_gcd(f, exact->prior[p].f);
        bool apart = poly_is_constant(common);
        poly_free(common);
        if (!apart)
            return false;
    }
    return true;
}

static void look_at(struct rlct_work *work, const struct exact_piece *piece,
                    const struct side *sides, struct rat *upper, const char **why)
{
    struct poly_factors factors;
    if (poly_factor(piece->generators[0], work->arena, &factors) != ST_OK)
        return;
    for (size_t f = 0; f < factors.n; f++) {
        const struct poly *q = factors.factor[f];
        long order;
        if (__builtin_mul_overflow((long)factors.power[f], piece->power, &order))
            continue;
        struct rat bound = {1, order};
        if ((upper->den && rlct_order(bound, *upper) >= 0) || !prior_is_apart(&work->exact, q) ||
            !changes_sign(q, sides, work->exact.dim))
            continue;
        *upper = bound;
        *why = arena_textf(work->arena,
                           "%s changes its sign inside the box, so that it is 0 on a hypersurface, "
                           "and K is at most a constant times its power %ld",
                           poly_text(q, work->exact.names, POLY_PRETTY, 8, work->arena), order);
    }
    poly_factors_done(&factors);
}

bool rlct_crossing(struct rlct_work *work, struct rat *upper, const char **why)
{
    const struct exact *exact = &work->exact;
    *upper = (struct rat){0, 0};
    for (size_t p = 0; p < exact->n_pieces && !exact->local; p++) {
        const struct exact_piece *piece = &exact->pieces[p];
        struct side *sides = arena_new(work->arena, exact->dim, sizeof *sides);
        bool volume = piece->n_generators == 1 && poly_n_terms(piece->generators[0]) <= MOST_TERMS;
        if (!volume)
            continue;
        for (size_t i = 0; i < exact->dim; i++)
            volume = side_of(exact, piece, i, &sides[i]) && volume;
        if (volume)
            look_at(work, piece, sides, upper, why);
        for (size_t i = 0; i < exact->dim; i++) {
            poly_free(sides[i].low);
            poly_free(sides[i].width);
        }
    }
    return upper->den != 0;
}
