/* A tree of boxes with Gauss points that serves the posteriors of every data set up to some n. */
#include <math.h>
#include <string.h>

#include "learning_private.h"

#include "cusp/mem.h"
#include "cusp/quadrature.h"

enum { MAX_DIM = 3, MAX_POINTS = 64, MAX_DEPTH = 80, BLOCK = 64 };

/* Over one box log φ may change by this much. */
#define PRIOR_WIDTH 4.0

/* A greater K is as good as infinite. */
#define FAR 1e6

struct cell {
    double low[MAX_DIM], high[MAX_DIM];
    unsigned depth;
};

struct builder {
    const struct model *model;
    struct pool_range range;
    double width;
    size_t dim, order, n_points, most;
    double node[8], share[8]; /* on [0, 1] */
    double w[MAX_DIM][MAX_POINTS], weight[MAX_POINTS], kl[MAX_POINTS], log_prior[MAX_POINTS];
    struct program_space *space;
    struct cell *stack;
    size_t n_stack, stack_capacity;
    double *points; /* [n][dim + 2]: w, log a, K */
    size_t n, capacity;
    double prior_sum; /* Σ weight φ̃ over all leaves */
};

static size_t order_of(size_t dim)
{
    static const size_t order[] = {0, 8, 4, 3};
    return order[dim];
}

static void place(struct builder *b, const struct cell *cell)
{
    for (size_t i = 0; i < b->n_points; i++) {
        size_t rest = i;
        b->weight[i] = 1;
        for (size_t v = 0; v < b->dim; v++) {
            double side = cell->high[v] - cell->low[v];
            b->w[v][i] = cell->low[v] + side * b->node[rest % b->order];
            b->weight[i] *= side * b->share[rest % b->order];
            rest /= b->order;
        }
    }
}

static void evaluate(struct builder *b)
{
    const double *vars[MAX_DIM];
    static const int step[MAX_DIM] = {1, 1, 1};
    double *out = b->kl;
    for (size_t v = 0; v < b->dim; v++)
        vars[v] = b->w[v];
    program_eval(b->model->kl, b->space, vars, step, b->n_points, &out);
    memset(b->log_prior, 0, sizeof b->log_prior);
    out = b->log_prior;
    if (b->model->log_prior != NULL)
        program_eval(b->model->log_prior, b->space, vars, step, b->n_points, &out);
    for (size_t i = 0; i < b->n_points; i++) {
        b->kl[i] = isnan(b->kl[i]) ? INFINITY : fmax(b->kl[i] - b->model->kl_min, 0);
        if (isnan(b->log_prior[i]))
            b->log_prior[i] = -INFINITY;
    }
}

/* The greatest n at which a K this small matters: n K = pool_reach(n). */
static double reach_of(const struct builder *b, double kl)
{
    double n = kl > 0 ? (45 + sqrt(2025 + 4 * 4050 * kl)) / (2 * kl) : INFINITY;
    return fmin(n, b->range.high);
}

/* √(nK) as far as it has to be followed: beyond 4 little of a posterior is left, and steps may grow
   with it. */
static double stretch(double u)
{
    return u <= 4 ? u : 4 * (1 + log(u / 4));
}

/* How far √(nK) and log φ move along an axis, in widths: the most of any fibre. root gets the most
   that √K moves between neighbours. */
static double movement(const struct builder *b, size_t axis, double n, double *root)
{
    size_t stride = 1;
    double most = 0, prior_top = -INFINITY;
    for (size_t v = 0; v < axis; v++)
        stride *= b->order;
    for (size_t i = 0; i < b->n_points; i++)
        prior_top = fmax(prior_top, b->log_prior[i]);
    for (size_t i = 0; i < b->n_points && prior_top > -INFINITY; i++) {
        if (i / stride % b->order != 0)
            continue;
        double sum = 0;
        for (size_t k = 1; k < b->order; k++) {
            size_t at = i + k * stride, before = at - stride;
            double u = sqrt(fmin(b->kl[at], FAR)), v = sqrt(fmin(b->kl[before], FAR));
            double p = fmax(b->log_prior[at], prior_top - 50);
            double q = fmax(b->log_prior[before], prior_top - 50);
            *root = fmax(*root, fabs(u - v));
            sum += fabs(stretch(sqrt(n) * u) - stretch(sqrt(n) * v)) / b->width +
                   fabs(p - q) / PRIOR_WIDTH;
        }
        most = fmax(most, sum);
    }
    return most;
}

/* The axis to cut, or dim. Between points K may be less than at them: by as much as it moves from
   one to the next. */
static size_t axis_to_cut(const struct builder *b, const struct cell *cell)
{
    double least = INFINITY, root = 0, most = 1;
    size_t axis = b->dim;
    for (size_t i = 0; i < b->n_points; i++)
        least = fmin(least, b->kl[i]);
    for (size_t v = 0; v < b->dim; v++)
        (void)movement(b, v, 1, &root);
    double low = fmax(sqrt(least) - root, 0), n = reach_of(b, low * low);
    if (cell->depth >= MAX_DEPTH || n < b->range.low || least == INFINITY)
        return b->dim;
    for (size_t v = 0; v < b->dim; v++) {
        double moves = movement(b, v, n, &root);
        if (moves > most) {
            most = moves;
            axis = v;
        }
    }
    return axis;
}

static void keep(struct builder *b)
{
    for (size_t i = 0; i < b->n_points; i++) {
        double prior = b->weight[i] * exp(b->log_prior[i]);
        b->prior_sum += prior;
        if (!(b->kl[i] * b->range.low <= pool_reach(b->range.low)) || !(prior > 0))
            continue;
        if (b->n == b->capacity) {
            b->capacity = b->capacity > 0 ? 2 * b->capacity : 4096;
            b->points = mem_resize(b->points, b->capacity, (b->dim + 2) * sizeof *b->points);
        }
        double *point = b->points + b->n++ * (b->dim + 2);
        for (size_t v = 0; v < b->dim; v++)
            point[v] = b->w[v][i];
        point[b->dim] = log(b->weight[i]) + b->log_prior[i];
        point[b->dim + 1] = b->kl[i];
    }
}

static void push(struct builder *b, const struct cell *cell)
{
    MEM_GROW(b->stack, b->n_stack, b->stack_capacity);
    b->stack[b->n_stack++] = *cell;
}

/* The first half is done first, so that neighbours in space are neighbours in the list. */
static void cut(struct builder *b, const struct cell *cell, size_t axis)
{
    struct cell half = *cell;
    double middle = (cell->low[axis] + cell->high[axis]) / 2;
    half.depth++;
    half.low[axis] = middle;
    push(b, &half);
    half.low[axis] = cell->low[axis];
    half.high[axis] = middle;
    push(b, &half);
}

static void take(struct builder *b, struct pool *out)
{
    double norm = b->model->log_prior == NULL          ? log(model_box_volume(b->model))
                  : isfinite(b->model->log_prior_norm) ? b->model->log_prior_norm
                                                       : log(b->prior_sum);
    *out = (struct pool){.dim = b->dim, .n = b->n, .least = b->model->kl_min};
    out->w = mem_new(b->n + 1, b->dim * sizeof *out->w);
    out->log_a = mem_new(b->n + 1, sizeof *out->log_a);
    out->kl = mem_new(b->n + 1, sizeof *out->kl);
    for (size_t i = 0; i < b->n; i++) {
        const double *point = b->points + i * (b->dim + 2);
        for (size_t v = 0; v < b->dim; v++)
            out->w[v * b->n + i] = point[v];
        out->log_a[i] = point[b->dim] - norm;
        out->kl[i] = point[b->dim + 1] + b->model->kl_min;
    }
}

enum status pool_tree(const struct model *model, struct pool_range range, double width, size_t most,
                      const struct cancel *cancel, struct pool *out)
{
    if (model->dim > MAX_DIM)
        return ST_UNABLE;
    struct builder *b = mem_new(1, sizeof *b);
    struct cell cell = {.depth = 0};
    enum status status = ST_OK;
    *b = (struct builder){.model = model, .range = range, .width = width, .dim = model->dim};
    b->order = order_of(b->dim);
    b->most = most;
    b->n_points = 1;
    b->space = program_space_new();
    quadrature_legendre(b->order, b->node, b->share);
    for (size_t k = 0; k < b->order; k++) {
        b->node[k] = (1 + b->node[k]) / 2;
        b->share[k] /= 2;
    }
    for (size_t v = 0; v < b->dim; v++) {
        b->n_points *= b->order;
        cell.low[v] = model->params[v].low;
        cell.high[v] = model->params[v].high;
    }
    push(b, &cell);
    for (size_t k = 0; b->n_stack > 0 && status == ST_OK; k++) {
        cell = b->stack[--b->n_stack];
        place(b, &cell);
        evaluate(b);
        size_t axis = axis_to_cut(b, &cell);
        if (axis < b->dim)
            cut(b, &cell, axis);
        else
            keep(b);
        if (b->n + b->n_stack * b->n_points > b->most)
            status = ST_UNABLE;
        else if (k % BLOCK == 0 && cancel_wanted(cancel))
            status = ST_CANCELLED;
    }
    if (status == ST_OK)
        take(b, out);
    program_space_free(b->space);
    mem_free(b->stack);
    mem_free(b->points);
    mem_free(b);
    return status;
}

void pool_done(struct pool *pool)
{
    mem_free(pool->w);
    mem_free(pool->log_a);
    mem_free(pool->kl);
    *pool = (struct pool){0};
}
