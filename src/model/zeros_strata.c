/* Local structure of a cloud: tangents, whether more of W0 passes near, connected components. */
#include "zeros_cloud.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { EMBEDDED_PROBES = 14 };

#define TANGENT_LEAST 1e-3 /* of a random vector: less of it left is no direction */
/* × radius: points of one component are at most this far from the next. */
#define LINK_CURVE 3.5
#define LINK_SURFACE 2.3

static void random_direction(struct cloud *cloud, double *direction)
{
    size_t d = cloud->p->dim;
    double sum = 0;
    for (size_t v = 0; v < d; v++) {
        direction[v] = rng_normal(&cloud->rng);
        sum += direction[v] * direction[v];
    }
    for (size_t v = 0; v < d; v++)
        direction[v] /= sqrt(sum);
}

/* Removes from x its parts along the rows, made orthonormal one after the other. */
static void remove_rows(double *rows, size_t m, size_t d, double slope, double *x)
{
    for (size_t i = 0; i < m; i++) {
        double *row = rows + i * d, size = 0, part = 0;
        for (size_t k = 0; k < i; k++) {
            double dot = 0;
            for (size_t v = 0; v < d; v++)
                dot += row[v] * rows[k * d + v];
            for (size_t v = 0; v < d; v++)
                row[v] -= dot * rows[k * d + v];
        }
        for (size_t v = 0; v < d; v++)
            size += row[v] * row[v];
        size = sqrt(size);
        for (size_t v = 0; v < d; v++)
            row[v] = size > ZEROS_RANK_TOLERANCE * slope ? row[v] / size : 0;
        for (size_t v = 0; v < d; v++)
            part += row[v] * x[v];
        for (size_t v = 0; v < d; v++)
            x[v] -= part * row[v];
    }
}

bool cloud_tangent(struct cloud *cloud, const struct zeros_system *s, const double *w,
                   double *direction)
{
    struct zeros_problem *p = cloud->p;
    size_t m = s->n, d = p->dim;
    double *f = p->work + m * (1 + d), *rows = f + m, size = 0;
    random_direction(cloud, direction);
    if (!zeros_eval(p, s, w, f, rows))
        return false;
    remove_rows(rows, m, d, s->slope, direction);
    for (size_t v = 0; v < d; v++)
        size += direction[v] * direction[v];
    size = sqrt(size);
    if (size < TANGENT_LEAST)
        return false;
    for (size_t v = 0; v < d; v++)
        direction[v] /= size;
    return true;
}

bool cloud_is_embedded(struct cloud *cloud, const struct zeros_system *s, size_t dimension,
                       const double *w, double reach)
{
    struct zeros_problem *p = cloud->p;
    size_t d = p->dim;
    for (int i = 0; i < EMBEDDED_PROBES; i++) {
        double direction[SYNTAX_MAX_PARAMS], start[SYNTAX_MAX_PARAMS];
        random_direction(cloud, direction);
        for (size_t v = 0; v < d; v++)
            start[v] = w[v] + reach * direction[v] * p->side[v];
        for (size_t k = 0; k < p->n_systems; k++) {
            const struct zeros_system *other = p->systems[k];
            double q[SYNTAX_MAX_PARAMS], back[SYNTAX_MAX_PARAMS];
            if (cloud->piece[k] <= dimension)
                continue;
            memcpy(q, start, d * sizeof *q);
            /* Slow convergence to a degenerate point may stop anywhere near it. */
            if (!zeros_newton(p, other, q) || zeros_distance(p, q, w) > 3 * reach ||
                !zeros_may_vanish(p, other, q))
                continue;
            memcpy(back, q, d * sizeof *q);
            if (!zeros_newton(p, s, back) || zeros_distance(p, q, back) > 0.05 * reach)
                return true;
        }
    }
    return false;
}

/* --- components ---------------------------------------------------------------------------------
 */

/* The unvisited point nearest to w within reach; SIZE_MAX if none. */
static size_t nearest(const struct zeros_problem *p, const struct zeros_path *points,
                      const bool *visited, const double *w, double reach)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < points->n; i++) {
        double distance = visited[i] ? INFINITY : zeros_distance(p, points->w + i * p->dim, w);
        if (distance <= reach) {
            reach = distance;
            best = i;
        }
    }
    return best;
}

/* A curve: points in order, by walking to the nearest one left, in both directions. */
static void deliver_curve(struct cloud *cloud, const struct zeros_path *points, double reach)
{
    struct zeros_problem *p = cloud->p;
    size_t d = p->dim;
    bool *visited = mem_new(points->n + 1, sizeof *visited);
    for (size_t start = 0; start < points->n; start++) {
        struct zeros_path path;
        if (visited[start])
            continue;
        zeros_path_init(&path, d);
        for (int way = 0; way < 2; way++) {
            size_t i = start;
            if (way == 1)
                zeros_path_reverse(&path);
            else
                zeros_path_add(&path, points->w + i * d, points->singular[i]);
            visited[start] = true;
            while ((i = nearest(p, points, visited, path.w + (path.n - 1) * d, reach)) !=
                   SIZE_MAX) {
                visited[i] = true;
                zeros_path_add(&path, points->w + i * d, points->singular[i]);
            }
        }
        bool closed = path.n > 8 && zeros_distance(p, path.w, path.w + (path.n - 1) * d) <= reach;
        if (closed) {
            double first[SYNTAX_MAX_PARAMS];
            memcpy(first, path.w, d * sizeof *first);
            zeros_path_add(&path, first, path.singular[0]);
        }
        zeros_result_add(p, cloud->out, &path, 1, closed);
    }
    mem_free(visited);
}

/* A surface: whatever hangs together. */
static void deliver_surface(struct cloud *cloud, const struct zeros_path *points, size_t dimension,
                            double reach)
{
    struct zeros_problem *p = cloud->p;
    size_t d = p->dim, *queue = mem_new(points->n + 1, sizeof *queue);
    bool *visited = mem_new(points->n + 1, sizeof *visited);
    for (size_t start = 0; start < points->n; start++) {
        struct zeros_path path;
        size_t n = 0;
        if (visited[start])
            continue;
        zeros_path_init(&path, d);
        visited[start] = true;
        queue[n++] = start;
        for (size_t i = 0; i < n; i++) {
            const double *w = points->w + queue[i] * d;
            zeros_path_add(&path, w, points->singular[queue[i]]);
            for (size_t k = 0; k < points->n; k++)
                if (!visited[k] && fabs(points->w[k * d] - w[0]) <= reach * p->side[0] &&
                    zeros_distance(p, points->w + k * d, w) <= reach) {
                    visited[k] = true;
                    queue[n++] = k;
                }
        }
        zeros_result_add(p, cloud->out, &path, dimension, false);
    }
    mem_free(queue);
    mem_free(visited);
}

void cloud_deliver(struct cloud *cloud, struct cloud_class *class, double radius)
{
    struct zeros_problem *p = cloud->p;
    size_t d = p->dim;
    if (class->dimension == 0 || d > 3) {
        for (size_t i = 0; i < class->points.n && class->dimension == 0; i++) {
            struct zeros_path path;
            zeros_path_init(&path, d);
            zeros_path_add(&path, class->points.w + i * d, class->points.singular[i]);
            zeros_result_add(p, cloud->out, &path, 0, false);
        }
        if (class->dimension > 0)
            zeros_result_add(p, cloud->out, &class->points, class->dimension, false);
    } else if (class->dimension == 1) {
        deliver_curve(cloud, &class->points, LINK_CURVE * radius);
    } else {
        deliver_surface(cloud, &class->points, class->dimension, LINK_SURFACE * radius);
    }
    zeros_path_done(&class->points);
}
