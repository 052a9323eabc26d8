/* Nested sampling: the worst live point is replaced by a copy of another that slices have moved
   within the contour. */
#include "nested.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

/* Slices after which a copy has forgotten where it came from. */
enum { MOVES = 6, MOVES_EACH = 6, SHRINKS = 200 };

/* The point `a` dies before `b`. */
static bool worse(const struct nested_run *run, size_t a, size_t b)
{
    if (run->kl[a] != run->kl[b])
        return run->kl[a] > run->kl[b];
    return run->label[a] > run->label[b];
}

static void sift(struct nested_run *run, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1, own = run->heap[at];
        if (child >= run->n_live)
            return;
        if (child + 1 < run->n_live && worse(run, run->heap[child + 1], run->heap[child]))
            child++;
        if (!worse(run, run->heap[child], own))
            return;
        run->heap[at] = run->heap[child];
        run->heap[child] = own;
        at = child;
    }
}

static double kl_at(struct nested_run *run, const double *w)
{
    double kl = NAN;
    program_point(run->model->kl, run->space, w, &kl);
    run->evaluations++;
    return isnan(kl) ? INFINITY : kl;
}

static double log_prior_at(struct nested_run *run, const double *w)
{
    double value = 0;
    if (run->model->log_prior != NULL)
        program_point(run->model->log_prior, run->space, w, &value);
    return isnan(value) ? -INFINITY : value;
}

void nested_start(struct nested_run *run, const struct model *model, const double *w, size_t stride,
                  size_t first, size_t n_live, uint64_t seed)
{
    *run = (struct nested_run){.model = model, .n_live = n_live};
    run->n_moves = MOVES + MOVES_EACH * model->dim;
    run->w = mem_new(n_live, model->dim * sizeof *run->w);
    run->kl = mem_new(2 * n_live, sizeof *run->kl);
    run->label = run->kl + n_live;
    run->heap = mem_new(n_live, sizeof *run->heap);
    run->scratch = mem_new(4, model->dim * sizeof *run->scratch);
    run->space = program_space_new();
    run->rng = rng_stream(seed, 0x9e57 + first);
    for (size_t i = 0; i < n_live; i++) {
        for (size_t k = 0; k < model->dim; k++)
            run->w[i * model->dim + k] = w[k * stride + first + i];
        run->kl[i] = kl_at(run, run->w + i * model->dim);
        run->label[i] = rng_uniform(&run->rng);
        run->heap[i] = i;
    }
    for (size_t i = n_live; i-- > 0;)
        sift(run, i);
}

void nested_done(struct nested_run *run)
{
    mem_free(run->w);
    mem_free(run->kl);
    mem_free(run->heap);
    mem_free(run->scratch);
    program_space_free(run->space);
    *run = (struct nested_run){0};
}

static size_t other(struct nested_run *run, size_t not_a, size_t not_b)
{
    size_t at = not_a;
    while (at == not_a || at == not_b)
        at = (size_t)(rng_uniform(&run->rng) * (double)run->n_live) % run->n_live;
    return at;
}

/* An axis, or the way from one live point to another. */
static void choose_way(struct nested_run *run, size_t dead, size_t parent, double *way)
{
    size_t dim = run->model->dim;
    memset(way, 0, dim * sizeof *way);
    if (dim == 1 || rng_uniform(&run->rng) < 0.5) {
        way[(size_t)(rng_uniform(&run->rng) * (double)dim) % dim] = 1;
        return;
    }
    size_t a = other(run, dead, parent), b = other(run, dead, parent);
    for (size_t k = 0; k < dim; k++)
        way[k] = run->w[a * dim + k] - run->w[b * dim + k];
}

/* The stretch of the line within the box. */
static void chord(const struct model *model, const double *w, const double *way, double *low,
                  double *high)
{
    *low = -INFINITY;
    *high = INFINITY;
    for (size_t k = 0; k < model->dim; k++) {
        if (way[k] == 0)
            continue;
        double a = (model->params[k].low - w[k]) / way[k];
        double b = (model->params[k].high - w[k]) / way[k];
        *low = fmax(*low, fmin(a, b));
        *high = fmin(*high, fmax(a, b));
    }
}

/* The contour of the dead point. */
struct contour {
    double kl, label;
};

/* One slice (Neal 2003) along a line: the bracket is the whole chord and shrinks to the point. */
static bool slice(struct nested_run *run, const struct contour *contour, const double *way,
                  double *w, double *kl, double *label)
{
    size_t dim = run->model->dim;
    double low, high, *trial = run->scratch + 2 * dim;
    double floor = log_prior_at(run, w) + log(rng_uniform(&run->rng));
    chord(run->model, w, way, &low, &high);
    for (size_t tries = 0; tries < SHRINKS && low < high && isfinite(high - low); tries++) {
        double at = low + (high - low) * rng_uniform(&run->rng);
        for (size_t k = 0; k < dim; k++) {
            trial[k] = fmin(fmax(w[k] + at * way[k], run->model->params[k].low),
                            run->model->params[k].high);
        }
        double value = kl_at(run, trial), mark = rng_uniform(&run->rng);
        bool inside = value < contour->kl || (value == contour->kl && mark < contour->label);
        if (inside && (run->model->log_prior == NULL || log_prior_at(run, trial) > floor)) {
            memcpy(w, trial, dim * sizeof *w);
            *kl = value;
            *label = mark;
            return true;
        }
        if (at < 0)
            low = at;
        else
            high = at;
    }
    return false;
}

static void replace(struct nested_run *run, size_t dead)
{
    size_t dim = run->model->dim, moved = 0, parent = other(run, dead, dead);
    struct contour contour = {run->kl[dead], run->label[dead]};
    double *w = run->scratch, *way = run->scratch + dim;
    double kl = run->kl[parent], label = run->label[parent];
    memcpy(w, run->w + parent * dim, dim * sizeof *w);
    for (size_t i = 0; i < run->n_moves; i++) {
        choose_way(run, dead, parent, way);
        moved += slice(run, &contour, way, w, &kl, &label);
    }
    run->stuck += moved == 0;
    memcpy(run->w + dead * dim, w, dim * sizeof *w);
    run->kl[dead] = kl;
    run->label[dead] = label;
}

void nested_advance(struct nested_run *run, double level, size_t most, const struct cancel *cancel)
{
    for (size_t i = 0; i < most && run->kl[run->heap[0]] > level; i++) {
        if (i % 16 == 0 && cancel_wanted(cancel))
            return;
        replace(run, run->heap[0]);
        run->deaths++;
        sift(run, 0);
    }
}
