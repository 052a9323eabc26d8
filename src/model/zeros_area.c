/* Areas of the plane where K vanishes: found on a grid, delivered as its points and those on the
 * rim. */
#include "zeros_plane.h"

#include <math.h>

#include "cusp/mem.h"

enum { AREA_PROBES = 16 };

/* Keep the grid off lines and points that a person would write down. */
#define AREA_SHIFT_X 0.01371823
#define AREA_SHIFT_Y 0.03119247

static const double pi = 3.14159265358979323846;

bool plane_area_near(struct plane *plane, const double *w, double reach)
{
    struct zeros_problem *p = plane->p;
    for (int i = 0; i < AREA_PROBES; i++) {
        double angle = 0.0321 + 2 * pi * i / AREA_PROBES;
        double at[2] = {w[0] + reach * cos(angle) * p->side[0],
                        w[1] + reach * sin(angle) * p->side[1]};
        if (zeros_inside(p, at) && zeros_kl(p, at) <= p->tolerance && zeros_vanishes(p, at))
            return true;
    }
    return false;
}

static void grid_point(const struct zeros_problem *p, size_t i, double *w)
{
    w[0] = p->low[0] + p->side[0] * ((double)(i % AREA_GRID) + 0.5 + AREA_SHIFT_X) / AREA_GRID;
    w[1] = p->low[1] + p->side[1] * ((double)(i / AREA_GRID) + 0.5 + AREA_SHIFT_Y) / AREA_GRID;
}

bool *plane_area_scan(struct plane *plane)
{
    struct zeros_problem *p = plane->p;
    size_t n = AREA_GRID;
    bool *flags = mem_new(n * n, sizeof *flags);
    double *x = mem_new(2 * n + n * n, sizeof *x), *y = x + n, *kl = y + n, w[2];
    for (size_t i = 0; i < n; i++) {
        grid_point(p, i * n + i, w);
        x[i] = w[0];
        y[i] = w[1];
    }
    program_eval_grid(p->kl_program, p->space, 0, 1, w, x, n, y, n, &kl);
    for (size_t i = 0; i < n * n; i++) {
        if (!(kl[i] <= p->tolerance))
            continue;
        grid_point(p, i, w);
        flags[i] = zeros_vanishes(p, w) && plane_area_near(plane, w, 0.1 / AREA_GRID);
        plane->has_area = plane->has_area || flags[i];
    }
    mem_free(x);
    return flags;
}

/* Moves the flagged cells connected with `start` into the path; stack[AREA_GRID²]. */
static void flood(const struct zeros_problem *p, bool *flags, size_t start, size_t *stack,
                  size_t *owner, size_t mark, struct zeros_path *path)
{
    size_t n_stack = 0;
    flags[start] = false;
    stack[n_stack++] = start;
    while (n_stack > 0) {
        size_t i = stack[--n_stack], x = i % AREA_GRID, y = i / AREA_GRID;
        double w[2];
        grid_point(p, i, w);
        zeros_path_add(path, w, false);
        owner[i] = mark;
        size_t next[4] = {x > 0 ? i - 1 : i, x + 1 < AREA_GRID ? i + 1 : i,
                          y > 0 ? i - AREA_GRID : i, y + 1 < AREA_GRID ? i + AREA_GRID : i};
        for (int k = 0; k < 4; k++)
            if (flags[next[k]]) {
                flags[next[k]] = false;
                stack[n_stack++] = next[k];
            }
    }
}

/* The area that owns a grid cell within two of w; 0 if none. */
static size_t owner_near(const struct zeros_problem *p, const size_t *owner, const double *w)
{
    long x = (long)floor((w[0] - p->low[0]) / p->side[0] * AREA_GRID);
    long y = (long)floor((w[1] - p->low[1]) / p->side[1] * AREA_GRID);
    for (long reach = 0; reach <= 2; reach++)
        for (long j = y - reach; j <= y + reach; j++)
            for (long i = x - reach; i <= x + reach; i++)
                if (i >= 0 && j >= 0 && i < AREA_GRID && j < AREA_GRID &&
                    owner[j * AREA_GRID + i] != 0)
                    return owner[j * AREA_GRID + i];
    return 0;
}

void plane_area_deliver(struct plane *plane, bool *flags)
{
    struct zeros_problem *p = plane->p;
    size_t n = AREA_GRID * AREA_GRID, n_areas = 0;
    size_t *stack = mem_new(n, sizeof *stack), *owner = mem_new(n, sizeof *owner);
    struct zeros_path *area = mem_new(1, sizeof *area);
    zeros_path_init(&area[0], 2);
    for (size_t i = 0; i < n; i++) {
        if (!flags[i])
            continue;
        n_areas++;
        area = mem_resize(area, n_areas + 1, sizeof *area);
        zeros_path_init(&area[n_areas], 2);
        flood(p, flags, i, stack, owner, n_areas, &area[n_areas]);
    }
    for (size_t i = 0; i < plane->boundary.n; i++) {
        const double *w = plane->boundary.w + 2 * i;
        zeros_path_add(&area[owner_near(p, owner, w)], w, false);
    }
    /* area[0]: rims of areas too small for the grid. */
    for (size_t i = 0; i <= n_areas; i++)
        zeros_result_add(p, plane->out, &area[i], 2, false);
    mem_free(area);
    mem_free(stack);
    mem_free(owner);
}
