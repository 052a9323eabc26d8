/* Exchanges of variables that carry a germ to itself, so that strata they exchange count once. */
#include "cusp/mem.h"
#include "ideal_private.h"

static bool same_role(const struct germ *germ, size_t i, size_t j)
{
    return germ->role[i] == ROLE_GERM && germ->role[j] == ROLE_GERM && germ->k[i] == germ->k[j] &&
           !ideal_compare(germ->h[i], germ->h[j]) && !germ->one_sided[i] && !germ->one_sided[j];
}

/* Terms in which i has the exponent that j has in as many others: cheap, and rarely so by chance.
 */
static bool may_swap(const struct germ *germ, size_t i, size_t j)
{
    unsigned long sum[2] = {0, 0}, square[2] = {0, 0}, e[POLY_MAX_VARS];
    for (size_t g = 0; g < germ->n; g++)
        for (size_t t = 0; t < poly_n_terms(germ->g[g]); t++) {
            poly_exponents(germ->g[g], t, e);
            sum[0] += e[i];
            sum[1] += e[j];
            square[0] += e[i] * e[i];
            square[1] += e[j] * e[j];
        }
    return sum[0] == sum[1] && square[0] == square[1];
}

/* Generators go to generators, up to factors. */
static bool carries(const struct germ *germ, const size_t *map)
{
    for (size_t g = 0; g < germ->n; g++) {
        struct poly *moved = poly_rename(germ->g[g], germ->g[g]->n_vars, map);
        struct poly *monic = ring_primitive(moved);
        bool found = false;
        for (size_t o = 0; o < germ->n && !found; o++) /* simplified, so monic */
            found = poly_equal(germ->g[o], monic);
        poly_free(moved);
        poly_free(monic);
        if (!found)
            return false;
    }
    return true;
}

static void add(struct symmetries *all, const size_t *map, size_t n_vars)
{
    if (all->n == IDEAL_SYMMETRIES)
        return;
    for (size_t i = 0; i < n_vars; i++)
        all->map[all->n][i] = map[i];
    all->n++;
}

static void swap_in(size_t *map, size_t i, size_t j)
{
    const size_t was = map[i];
    map[i] = map[j];
    map[j] = was;
}

void germ_symmetries(const struct work *work, const struct germ *germ, struct symmetries *all)
{
    const size_t n = work->n_vars;
    size_t map[POLY_MAX_VARS], pair[IDEAL_VARS * IDEAL_VARS][2], n_pairs = 0;
    all->n = 0;
    for (size_t i = 0; i < n; i++) {
        map[i] = i;
        if (germ->role[i] == ROLE_FREE)
            return;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (same_role(germ, i, j) && may_swap(germ, i, j)) {
                pair[n_pairs][0] = i;
                pair[n_pairs++][1] = j;
            }
    for (size_t p = 0; p < n_pairs; p++) {
        swap_in(map, pair[p][0], pair[p][1]);
        if (carries(germ, map))
            add(all, map, n);
        for (size_t q = p + 1; q < n_pairs; q++) {
            if (pair[q][0] == pair[p][0] || pair[q][1] == pair[p][1] || pair[q][0] == pair[p][1] ||
                pair[q][1] == pair[p][0])
                continue;
            swap_in(map, pair[q][0], pair[q][1]);
            if (carries(germ, map))
                add(all, map, n);
            swap_in(map, pair[q][0], pair[q][1]);
        }
        swap_in(map, pair[p][0], pair[p][1]);
    }
}

bool symmetries_seen(const struct symmetries *all, const struct work *work, const long *weight,
                     uint32_t set, uint32_t whole)
{
    uint32_t queue[256];
    size_t n = 1;
    queue[0] = set;
    for (size_t at = 0; at < n; at++)
        for (size_t s = 0; s < all->n; s++) {
            uint32_t image = 0, centre = 0;
            bool keeps = true;
            for (size_t i = 0; i < work->n_vars; i++) {
                keeps = keeps && weight[i] == weight[all->map[s][i]];
                if (queue[at] & (1u << i))
                    image |= 1u << all->map[s][i];
                if (whole & (1u << i))
                    centre |= 1u << all->map[s][i];
            }
            if (!keeps || centre != whole)
                continue;
            if (image > set)
                return true; /* the largest of each orbit is looked at, and first */
            bool known = false;
            for (size_t q = 0; q < n && !known; q++)
                known = queue[q] == image;
            if (!known && n < 256)
                queue[n++] = image;
        }
    return false;
}
