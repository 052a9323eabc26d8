/* What W0 is near one of its points: the rank of the equations there, and where that does not tell
 * the dimension, what is reached by moving on W0. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "cusp/fisher.h"
#include "cusp/linalg.h"
#include "cusp/mem.h"
#include "zeros_many.h"

enum {
    LOOKS = 2,       /* null directions tried at every point */
    MORE_LOOKS = 5,  /* and at those of lower rank than others */
    MOVES_MOST = 40, /* from a point that is explored */
    TOLD = 3,        /* of those, whose piece of W0 is sure, at least */
    BRANCHES = 6,    /* of those, looked at in their turn */
};

/* Eigenvalues of JᵀJ below this share of slope² are 0: singular values below 1e-5 of it. */
#define RANK_SHARE 1e-10
#define RANK_LARGEST 1e-6 /* × RANK_SHARE × the largest eigenvalue: its own rounding */
#define REACH 3e-3        /* in u: the length of a move */
#define REACH_FAR 4e-3    /* in u: of a move from a point that is explored */
#define REACH_WIDE 0.02   /* in u: where K is too flat to tell zeros from what is near them */
#define REACH_WIDEST 0.06
#define REACH_NEXT 2e-4 /* in u: of a move from a point reached by a move */
#define BACK 0.03       /* × reach: a step that lands nearer than this was along W0 */
#define SOLVED 1e-11    /* |F| at most, of what counts as reached */
#define MARGIN 0.02     /* in u: a move may leave the box by this */
#define SPAN_SHARE 0.1  /* of an even spread over all null directions: less is no direction */

/* Eigenvectors of the null space of normal[d][d], rows of null; returns the rank. */
static size_t null_space(const struct many *many, const double *normal, double *null)
{
    size_t d = many->dim, rank = 0;
    double values[SYNTAX_MAX_PARAMS];
    if (linalg_eigen(normal, d, values, null) != ST_OK)
        return d;
    double least = RANK_SHARE * fmax(many->slope * many->slope, RANK_LARGEST * values[0]);
    while (rank < d && values[rank] > least)
        rank++;
    memmove(null, null + rank * d, (d - rank) * d * sizeof *null);
    return rank;
}

int many_hessian_rank(const struct many *many, double *normal)
{
    size_t d = many->dim;
    double values[SYNTAX_MAX_PARAMS], largest = many->model->hess_scale;
    int rank = 0;
    for (size_t v = 0; v < d; v++)
        for (size_t u = 0; u < d; u++)
            normal[v * d + u] /= many->side[v] * many->side[u] * many->weight[0] * many->weight[0];
    if (linalg_eigen(normal, d, values, NULL) != ST_OK)
        return 0;
    largest = fmax(largest, values[0]);
    for (size_t v = 0; v < d; v++)
        rank += values[v] > FISHER_RANK_TOLERANCE * largest;
    return rank;
}

/* to := w + reach × a random unit direction of the k rows of null. */
static void move_along(const struct many *many, const double *w, const double *null, size_t k,
                       double reach, struct rng *rng, double *to)
{
    double part[SYNTAX_MAX_PARAMS], sum = 0;
    size_t d = many->dim;
    for (size_t i = 0; i < k; i++) {
        part[i] = rng_normal(rng);
        sum += part[i] * part[i];
    }
    for (size_t v = 0; v < d; v++) {
        double t = 0;
        for (size_t i = 0; i < k; i++)
            t += part[i] * null[i * d + v];
        to[v] = w[v] + reach * t / sqrt(sum) * many->side[v];
    }
}

/* Takes `looks` steps of `reach` from each place that is settled so far and is not of full rank nor
   (spare) of the highest; one that is off W0 unsettles it. */
static void take_steps(const struct many *many, struct many_space *space, size_t n, const double *w,
                       double reach, size_t looks, size_t spare, struct rng *rng,
                       const double *null, struct many_place *places)
{
    size_t d = many->dim, moves = 0;
    double *to = mem_new(2 * n * looks, (d + 1) * sizeof *to), *at = to + n * looks * d;
    double *size = at + n * looks * d;
    size_t *of = mem_new(n * looks, sizeof *of);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < looks && places[i].settled && places[i].rank < spare; k++) {
            of[moves] = i;
            move_along(many, w + i * d, null + i * d * d, d - places[i].rank, reach, rng,
                       to + moves++ * d);
        }
    memcpy(at, to, moves * d * sizeof *at);
    many_project(many, space, moves, at, size, MARGIN);
    for (size_t k = 0; k < moves; k++)
        if (!(size[k] <= SOLVED) || many_distance(many, at + k * d, to + k * d) > BACK * reach ||
            !many_is_regular(many, space, at + k * d, places[of[k]].rank))
            places[of[k]].settled = false;
    mem_free(of);
    mem_free(to);
}

/* Looks at n places with steps of `reach`; null spaces are written to null[n][d][d]. Where W0 is
   singular a step may be along it by chance: lower ranks are looked at more often. */
static void look(const struct many *many, struct many_space *space, size_t n, const double *w,
                 double reach, struct rng *rng, double *null, struct many_place *places)
{
    size_t d = many->dim, highest = 0;
    double *normal = mem_new(n, d * d * sizeof *normal);
    many_normal(many, space, n, w, normal);
    for (size_t i = 0; i < n; i++) {
        size_t rank = null_space(many, normal + i * d * d, null + i * d * d);
        places[i] = (struct many_place){.rank = rank, .dimension = d - rank, .settled = true};
        highest = rank > highest ? rank : highest;
    }
    take_steps(many, space, n, w, reach, LOOKS, d, rng, null, places);
    take_steps(many, space, n, w, reach, MORE_LOOKS, highest, rng, null, places);
    mem_free(normal);
}

void many_look(const struct many *many, struct many_space *space, size_t n, const double *w,
               struct rng *rng, struct many_place *places)
{
    double *null = mem_new(n, many->dim * many->dim * sizeof *null);
    look(many, space, n, w, REACH, rng, null, places);
    mem_free(null);
}

/* --- moving on W0 ----------------------------------------------------------------------------- */

/* A random place at distance reach from w in any direction. */
static void move_anywhere(const struct many *many, const double *w, double reach, struct rng *rng,
                          double *to)
{
    double sum = 0;
    size_t d = many->dim;
    for (size_t v = 0; v < d; v++) {
        to[v] = many->held[v] ? 0 : rng_normal(rng);
        sum += to[v] * to[v];
    }
    for (size_t v = 0; v < d; v++)
        to[v] = w[v] + reach * to[v] / sqrt(sum) * many->side[v];
}

/* Zeros near w by moves of `reach` along random null directions: to[n][dim] of them, at most n. At
   a kink the null space is that of one side only: half of the moves are in any direction. */
static size_t move_around(const struct many *many, struct many_space *space, const double *w,
                          const double *null, size_t k, double reach, size_t n, struct rng *rng,
                          double *to)
{
    size_t d = many->dim, kept = 0;
    double *size = mem_new(n, sizeof *size);
    for (size_t i = 0; i < n; i++)
        if (i % 2 == 0 || many->model->smooth)
            move_along(many, w, null, k, reach, rng, to + i * d);
        else
            move_anywhere(many, w, reach, rng, to + i * d);
    many_project(many, space, n, to, size, MARGIN);
    for (size_t i = 0; i < n; i++) {
        double distance = many_distance(many, to + i * d, w);
        if (size[i] <= SOLVED && distance > 0.1 * reach && distance < 4 * reach &&
            many_polish(many, space, to + i * d, &size[i], MARGIN))
            memmove(to + kept++ * d, to + i * d, d * sizeof *to);
    }
    mem_free(size);
    return kept;
}

/* How many directions the n offsets to − w point in, k at most. */
static size_t span_of(const struct many *many, const double *w, const double *to, size_t n,
                      size_t k)
{
    size_t d = many->dim, span = 0;
    double values[SYNTAX_MAX_PARAMS], *gram = mem_new(d * d, sizeof *gram);
    for (size_t i = 0; i < n; i++) {
        double length = many_distance(many, to + i * d, w), t[SYNTAX_MAX_PARAMS];
        for (size_t v = 0; v < d; v++)
            t[v] = (to[i * d + v] - w[v]) / many->side[v] / length;
        for (size_t v = 0; v < d; v++)
            for (size_t u = 0; u < d; u++)
                gram[v * d + u] += t[v] * t[u] / (double)n;
    }
    if (n > 0 && linalg_eigen(gram, d, values, NULL) == ST_OK)
        while (span < d && values[span] > SPAN_SHARE / (double)k)
            span++;
    mem_free(gram);
    return span;
}

/* True if from the n zeros around w there are others on the other side of it. A projection may get
   stuck at a kink, but from a rim or a cusp there are none at all. */
static bool is_two_sided(const struct many *many, struct many_space *space, const double *w,
                         const double *to, size_t n, double reach)
{
    size_t d = many->dim;
    size_t good = 0;
    double *other = mem_new(2 * n, (d + 1) * sizeof *other), *at = other + n * d;
    double *size = at + n * d;
    for (size_t i = 0; i < n * d; i++)
        at[i] = other[i] = 2 * w[i % d] - to[i];
    many_project(many, space, n, at, size, MARGIN);
    for (size_t i = 0; i < n; i++)
        good += size[i] <= SOLVED && many_distance(many, at + i * d, other + i * d) <= 0.2 * reach;
    mem_free(other);
    return 3 * good > n;
}

static size_t moves_for(const struct many *many, size_t k)
{
    size_t n = 2 * k + (many->model->smooth ? 8 : 16);
    return n < MOVES_MOST ? n : MOVES_MOST;
}

/* The greatest dimension of W0 at the n points q, each next to a point that is being explored. By
   chance q may lie next to another singular point: where none is settled, one is not trusted. */
static size_t greatest_dimension(const struct many *many, struct many_space *space, const double *q,
                                 size_t n, struct rng *rng)
{
    size_t d = many->dim, settled = 0, most = 0, second = 0;
    double *null = mem_new(n, d * d * sizeof *null), *to = mem_new(MOVES_MOST, d * sizeof *to);
    struct many_place *places = mem_new(n, sizeof *places);
    look(many, space, n, q, REACH_NEXT, rng, null, places);
    for (size_t i = 0; i < n; i++)
        if (places[i].settled && d - places[i].rank > settled)
            settled = d - places[i].rank;
    for (size_t i = 0; i < n && settled == 0; i++) {
        size_t k = d - places[i].rank;
        if (k <= second)
            continue;
        size_t moved = move_around(many, space, q + i * d, null + i * d * d, k, REACH_NEXT,
                                   moves_for(many, k), rng, to);
        size_t span = span_of(many, q + i * d, to, moved, k);
        second = span >= most ? most : span > second ? span : second;
        most = span > most ? span : most;
    }
    mem_free(places);
    mem_free(to);
    mem_free(null);
    return settled > 0 ? settled : n > 2 ? second : most;
}

/* The greatest dimension of the strata through the n points (no less than *dimension), and for how
   many of them it can be told. */
static size_t greatest_stratum(const struct many *many, struct many_space *space, const double *q,
                               size_t n, struct rng *rng, size_t *dimension)
{
    size_t told = 0;
    for (size_t i = 0; i < n; i++) {
        size_t own;
        if (!many_stratum(many, space, q + i * many->dim, rng, &own))
            continue;
        *dimension = own > *dimension ? own : *dimension;
        told++;
    }
    return told;
}

void many_explore(const struct many *many, struct many_space *space, const double *w,
                  struct rng *rng, struct many_place *place)
{
    size_t d = many->dim;
    double *null = mem_new(d * d, sizeof *null), *to = mem_new(MOVES_MOST, d * sizeof *to);
    look(many, space, 1, w, REACH, rng, null, place);
    if (!place->settled) {
        size_t k = d - place->rank, n = 0;
        double reach = REACH_FAR;
        for (int attempt = 0; attempt < 3 && n == 0; attempt++, reach /= 5)
            n = move_around(many, space, w, null, k, reach, moves_for(many, k), rng, to);
        reach *= 5;
        size_t span = span_of(many, w, to, n, k), branches = n < BRANCHES ? n : BRANCHES;
        place->dimension = 0;
        size_t told = greatest_stratum(many, space, to, n, rng, &place->dimension);
        double *wide = mem_new(MOVES_MOST, d * sizeof *wide);
        for (double far = REACH_WIDE; told < TOLD && many->model->smooth && far <= REACH_WIDEST;
             far *= 2.5) {
            size_t others =
                move_around(many, space, w, null, k, far, moves_for(many, k), rng, wide);
            told += greatest_stratum(many, space, wide, others, rng, &place->dimension);
        }
        mem_free(wide);
        place->guessed = told == 0 && many->model->smooth;
        if (told == 0)
            place->dimension = greatest_dimension(many, space, to, branches, rng);
        /* Of one side only where the rank fits: the rim of a piece, at a kink. */
        place->singular = n == 0 || span != place->dimension ||
                          (k != span && !is_two_sided(many, space, w, to, branches, reach));
        /* At a kink a projection may get stuck, so that nothing reached says nothing. */
        place->settled = n > 0 ? place->dimension > 0 : many->model->smooth;
    }
    mem_free(to);
    mem_free(null);
}
