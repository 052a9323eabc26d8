/* Paths of points, and how they become components of a zero set with a rank at every point. */
#include "zeros_private.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

#define RESULT_TINY 1e-15 /* × the box's side */

void zeros_path_init(struct zeros_path *path, size_t dim)
{
    *path = (struct zeros_path){.dim = dim};
}

void zeros_path_done(struct zeros_path *path)
{
    mem_free(path->w);
    mem_free(path->singular);
    *path = (struct zeros_path){.dim = path->dim};
}

void zeros_path_add(struct zeros_path *path, const double *w, bool singular)
{
    if (path->n == path->capacity) {
        path->capacity = path->capacity ? 2 * path->capacity : 32;
        path->w = mem_resize(path->w, path->capacity * path->dim, sizeof *path->w);
        path->singular = mem_resize(path->singular, path->capacity, sizeof *path->singular);
    }
    memcpy(path->w + path->n * path->dim, w, path->dim * sizeof *w);
    path->singular[path->n++] = singular;
}

void zeros_path_reverse(struct zeros_path *path)
{
    for (size_t i = 0, j = path->n; i + 1 < j; i++) {
        j--;
        for (size_t v = 0; v < path->dim; v++) {
            double swap = path->w[i * path->dim + v];
            path->w[i * path->dim + v] = path->w[j * path->dim + v];
            path->w[j * path->dim + v] = swap;
        }
        bool flag = path->singular[i];
        path->singular[i] = path->singular[j];
        path->singular[j] = flag;
    }
}

/* Writes 0 for −3e-37: rounding of the search, where 0 is as good a zero. */
static void tidy(struct zeros_problem *p, double *w)
{
    for (size_t v = 0; v < p->dim; v++) {
        double old = w[v], before = fabs(zeros_kl(p, w));
        if (old == 0 || fabs(old) > RESULT_TINY * p->side[v] || p->low[v] > 0 || p->high[v] < 0)
            continue;
        w[v] = 0;
        if (!(fabs(zeros_kl(p, w)) <= fmax(before, RESULT_TINY * p->tolerance)))
            w[v] = old;
    }
}

static void keep_zeros(struct zeros_problem *p, struct zeros_path *path, double *residual)
{
    size_t n = 0, d = path->dim;
    for (size_t i = 0; i < path->n; i++) {
        double *w = path->w + i * d;
        tidy(p, w);
        if (!zeros_is_zero(p, w))
            continue;
        *residual = fmax(*residual, fabs(zeros_kl(p, w)));
        memmove(path->w + n * d, w, d * sizeof *w);
        path->singular[n++] = path->singular[i];
    }
    path->n = n;
}

void zeros_result_add(struct zeros_problem *p, struct zero_set *out, struct zeros_path *path,
                      size_t dimension, bool closed)
{
    size_t before = path->n;
    keep_zeros(p, path, &out->residual_max);
    if (path->n > 0) {
        out->components =
            mem_resize(out->components, out->n_components + 1, sizeof *out->components);
        out->components[out->n_components++] = (struct zero_component){
            .dimension = dimension,
            .n_points = path->n,
            .points = path->w,
            .rank = mem_new(path->n, sizeof *out->components->rank),
            .singular = path->singular,
            .closed = closed && path->n == before,
            .region = mem_new(path->n, sizeof *out->components->region),
            .label = -1,
        };
        *path = (struct zeros_path){.dim = path->dim};
    }
    zeros_path_done(path);
}
