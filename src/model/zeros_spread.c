/* Spreads points evenly over a curve or surface: a hashed grid keeps them apart, growth along the
 * set fills the gaps. */
#include "zeros_cloud.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { SPREAD_TABLE = 1 << 14, SPREAD_TRIES = 10, CURVE_TRIES = 24, MEASURE_CELLS = 12 };

#define SPREAD_LEAST 1e-6 /* in u */

/* Points at least `radius` (in u) from each other, found by place. */
struct spread {
    const struct zeros_problem *p;
    double radius;
    size_t *head, *next;
    size_t next_capacity;
    struct zeros_path points;
};

static size_t hash_cell(const long *cell, size_t dim)
{
    uint64_t h = UINT64_C(0x9e3779b97f4a7c15);
    for (size_t v = 0; v < dim; v++) {
        h ^= (uint64_t)cell[v];
        h *= UINT64_C(0xbf58476d1ce4e5b9);
        h ^= h >> 29;
    }
    return (size_t)(h % SPREAD_TABLE);
}

/* Cells in the first three axes only: enough to part points, and 27 neighbours at most. */
static size_t cell_of(const struct spread *spread, const double *w, long *cell)
{
    const struct zeros_problem *p = spread->p;
    size_t n = p->dim < 3 ? p->dim : 3;
    for (size_t v = 0; v < n; v++)
        cell[v] = (long)floor((w[v] - p->low[v]) / p->side[v] / spread->radius);
    return n;
}

static void spread_init(struct spread *spread, const struct zeros_problem *p, double radius)
{
    *spread = (struct spread){.p = p, .radius = fmax(radius, SPREAD_LEAST)};
    spread->head = mem_new(SPREAD_TABLE, sizeof *spread->head);
    for (size_t i = 0; i < SPREAD_TABLE; i++)
        spread->head[i] = SIZE_MAX;
    zeros_path_init(&spread->points, p->dim);
}

static void spread_done(struct spread *spread)
{
    mem_free(spread->head);
    mem_free(spread->next);
    zeros_path_done(&spread->points);
}

/* True if a point lies within `reach` ≤ radius of w. */
static bool spread_near(const struct spread *spread, const double *w, double reach)
{
    long cell[3] = {0, 0, 0}, at[3];
    size_t n = cell_of(spread, w, cell), count = n == 3 ? 27 : n == 2 ? 9 : 3;
    for (size_t k = 0; k < count; k++) {
        at[0] = cell[0] + (long)(k % 3) - 1;
        at[1] = cell[1] + (long)(k / 3 % 3) - 1;
        at[2] = cell[2] + (long)(k / 9) - 1;
        for (size_t i = spread->head[hash_cell(at, n)]; i != SIZE_MAX; i = spread->next[i])
            if (zeros_distance(spread->p, spread->points.w + i * spread->p->dim, w) < reach)
                return true;
    }
    return false;
}

/* Adds w unless a point is nearer than the radius. */
static void spread_add(struct spread *spread, const double *w)
{
    long cell[3] = {0, 0, 0};
    if (spread_near(spread, w, spread->radius))
        return;
    size_t index = spread->points.n, slot = hash_cell(cell, cell_of(spread, w, cell));
    zeros_path_add(&spread->points, w, false);
    if (index == spread->next_capacity) {
        spread->next_capacity = index ? 2 * index : 256;
        spread->next = mem_resize(spread->next, spread->next_capacity, sizeof *spread->next);
    }
    spread->next[index] = spread->head[slot];
    spread->head[slot] = index;
}

double spread_measure(const struct zeros_problem *p, const struct zeros_path *points,
                      size_t dimension)
{
    struct spread cells;
    size_t n = 0, d = p->dim;
    bool *seen = mem_new((size_t)MEASURE_CELLS * MEASURE_CELLS * MEASURE_CELLS, sizeof *seen);
    spread_init(&cells, p, 1.0 / MEASURE_CELLS);
    for (size_t i = 0; i < points->n; i++) {
        long at[3] = {0, 0, 0};
        size_t place = 0, axes = cell_of(&cells, points->w + i * d, at);
        for (size_t v = 0; v < axes; v++) {
            long last = MEASURE_CELLS - 1, c = at[v] < 0 ? 0 : at[v] > last ? last : at[v];
            place = place * MEASURE_CELLS + (size_t)c;
        }
        n += !seen[place];
        seen[place] = true;
    }
    spread_done(&cells);
    mem_free(seen);
    /* A surface in general position meets about 1.5 cells for each that its area would fill. */
    return (double)n / 1.5 * pow(1.0 / MEASURE_CELLS, (double)dimension);
}

void spread_grow(struct cloud *cloud, struct cloud_class *class, double radius, size_t max)
{
    struct zeros_problem *p = cloud->p;
    const struct zeros_system *s = p->systems[class->system];
    struct spread spread;
    size_t d = p->dim;
    int tries = class->dimension == 1 ? CURVE_TRIES : SPREAD_TRIES;
    spread_init(&spread, p, radius);
    for (size_t i = 0; i < class->points.n; i++)
        spread_add(&spread, class->points.w + i * d);
    for (size_t i = 0; i < spread.points.n && spread.points.n < max; i++)
        for (int k = 0; k < tries && !zeros_stopped(p); k++) {
            double from[SYNTAX_MAX_PARAMS], to[SYNTAX_MAX_PARAMS], t[SYNTAX_MAX_PARAMS];
            double length = radius * (1 + rng_uniform(&cloud->rng));
            memcpy(from, spread.points.w + i * d, d * sizeof *from);
            if (!cloud_tangent(cloud, s, from, t))
                break;
            for (size_t v = 0; v < d; v++)
                to[v] = from[v] + length * t[v] * p->side[v];
            if (!zeros_inside(p, to) || spread_near(&spread, to, 0.7 * radius) ||
                !zeros_newton(p, s, to) || zeros_distance(p, from, to) > 3 * radius)
                continue;
            spread_add(&spread, to);
        }
    zeros_path_done(&class->points);
    class->points = spread.points;
    spread.points = (struct zeros_path){.dim = d};
    spread_done(&spread);
}
