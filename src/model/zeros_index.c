/* Which parts of the plane have been traced: segments in buckets. */
#include "zeros_plane.h"

#include <math.h>

#include "cusp/mem.h"

void plane_index_init(struct plane *plane)
{
    double n = floor(1 / (2 * plane->step));
    plane->n_buckets = (size_t)fmin(fmax(n, 1), 512);
    plane->bucket = mem_new(plane->n_buckets * plane->n_buckets, sizeof *plane->bucket);
    for (size_t i = 0; i < plane->n_buckets * plane->n_buckets; i++)
        plane->bucket[i] = SIZE_MAX;
}

static size_t place(const struct plane *plane, double u)
{
    double n = (double)plane->n_buckets;
    return (size_t)fmin(fmax(floor(u * n), 0), n - 1);
}

static void to_unit(const struct zeros_problem *p, const double *w, double *u)
{
    for (int v = 0; v < 2; v++)
        u[v] = (w[v] - p->low[v]) / p->side[v];
}

void plane_index_add(struct plane *plane, size_t system, const struct zeros_path *path)
{
    for (size_t i = 0; i + 1 < path->n || (i == 0 && path->n == 1); i++) {
        struct plane_segment s = {.system = system};
        size_t last = i + 1 < path->n ? i + 1 : i;
        to_unit(plane->p, path->w + 2 * i, s.a);
        to_unit(plane->p, path->w + 2 * last, s.b);
        size_t x = place(plane, (s.a[0] + s.b[0]) / 2), y = place(plane, (s.a[1] + s.b[1]) / 2);
        size_t *bucket = &plane->bucket[y * plane->n_buckets + x];
        s.next = *bucket;
        MEM_GROW(plane->segment, plane->n_segments, plane->segments_capacity);
        *bucket = plane->n_segments;
        plane->segment[plane->n_segments++] = s;
    }
}

static double unit_distance(const double *u, const double *a, const double *b)
{
    double dx = b[0] - a[0], dy = b[1] - a[1], length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? ((u[0] - a[0]) * dx + (u[1] - a[1]) * dy) / length2 : 0;
    t = fmin(fmax(t, 0), 1);
    return hypot(u[0] - a[0] - t * dx, u[1] - a[1] - t * dy);
}

double plane_segment_distance(const struct zeros_problem *p, const double *w, const double *a,
                              const double *b)
{
    double u[2], ua[2], ub[2];
    to_unit(p, w, u);
    to_unit(p, a, ua);
    to_unit(p, b, ub);
    return unit_distance(u, ua, ub);
}

bool plane_index_near(const struct plane *plane, size_t system, const double *w, double reach)
{
    double u[2];
    to_unit(plane->p, w, u);
    size_t x = place(plane, u[0]), y = place(plane, u[1]), n = plane->n_buckets;
    for (size_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < n; j++)
        for (size_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < n; i++)
            for (size_t k = plane->bucket[j * n + i]; k != SIZE_MAX; k = plane->segment[k].next)
                if ((system == SIZE_MAX || plane->segment[k].system == system) &&
                    unit_distance(u, plane->segment[k].a, plane->segment[k].b) <= reach)
                    return true;
    return false;
}
