/* Pictures from points: a density smoothed as far as the points are apart, scatter, marginals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "work.h"

/* A point is spread over about the distance within which so many others lie: a share of the square
   root of their number, at least so many. */
#define NEIGHBOURS_SHARE 0.8
enum { NEIGHBOURS_LEAST = 6 };
/* Half-width of the spread: at least half a cell, at most this share of the grid. */
#define SPREAD_LEAST 0.5
#define SPREAD_SHARE 0.125
#define SPREAD_REACH 3.0
enum { BINS = 48, POINTS_MOST = 1024, DRAWS = 2048 };

/* ---- draws ----------------------------------------------------------------------------------- */

enum status draws_of(const struct work *work, struct draws *out)
{
    *out = (struct draws){0};
    const struct particles *cloud = work->inputs.cloud;
    if (cloud) {
        *out = (struct draws){.dim = cloud->dim,
                              .n = cloud->n_particles,
                              .n_islands = cloud->n_islands,
                              .w = cloud->w};
        return ST_OK;
    }
    const struct held_integral *held = work->inputs.integral;
    const struct request *request = &work->request;
    size_t dim = request->model->dim;
    double *rows = mem_new(DRAWS * dim, sizeof *rows);
    struct rng rng = rng_stream(work->seed, WORK_POSTERIOR);
    double n = held->of_data ? request->n : request->n * request->beta;
    enum status status = integral_draws(held->integral, n, DRAWS, &rng, rows);
    if (status == ST_OK) {
        out->dim = dim;
        out->n = DRAWS;
        out->own = mem_new(DRAWS * dim, sizeof *out->own);
        for (size_t i = 0; i < DRAWS; i++) {
            for (size_t v = 0; v < dim; v++) {
                out->own[v * DRAWS + i] = rows[i * dim + v];
            }
        }
        out->w = out->own;
    }
    mem_free(rows);
    return status;
}

void draws_done(struct draws *draws)
{
    mem_free(draws->own);
    *draws = (struct draws){0};
}

void draws_axis(const struct model *model, const struct draws *draws, size_t axis, double *out)
{
    if (axis < model->dim) {
        memcpy(out, draws->w + axis * draws->n, draws->n * sizeof *out);
        return;
    }
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    for (size_t v = 0; v < model->dim; v++) {
        vars[v] = draws->w + v * draws->n;
        step[v] = 1;
    }
    double **outs = mem_new(model->n_observables, sizeof *outs);
    double *values = mem_new(model->n_observables * draws->n, sizeof *values);
    for (size_t i = 0; i < model->n_observables; i++) {
        outs[i] = values + i * draws->n;
    }
    struct program_space *space = program_space_new();
    program_eval(model->observable_values, space, vars, step, draws->n, outs);
    program_space_free(space);
    memcpy(out, outs[axis - model->dim], draws->n * sizeof *out);
    mem_free(values);
    mem_free(outs);
}

/* ---- density --------------------------------------------------------------------------------- */

/* How many points lie in the cells below and left of each corner: [ny + 1][nx + 1]. */
static unsigned *counts_new(const int *column, const int *row, size_t n, size_t nx, size_t ny)
{
    size_t width = nx + 1;
    unsigned *counts = mem_new(width * (ny + 1), sizeof *counts);
    for (size_t i = 0; i < n; i++) {
        if (column[i] >= 0) {
            counts[((size_t)row[i] + 1) * width + (size_t)column[i] + 1]++;
        }
    }
    for (size_t iy = 1; iy <= ny; iy++) {
        unsigned along = 0;
        for (size_t ix = 1; ix <= nx; ix++) {
            along += counts[iy * width + ix];
            counts[iy * width + ix] = along + counts[(iy - 1) * width + ix];
        }
    }
    return counts;
}

static unsigned count_box(const unsigned *counts, size_t nx, size_t ny, int column, int row,
                          int reach)
{
    size_t left = column > reach ? (size_t)(column - reach) : 0;
    size_t low = row > reach ? (size_t)(row - reach) : 0;
    size_t right = (size_t)(column + reach + 1), high = (size_t)(row + reach + 1);
    right = right < nx ? right : nx;
    high = high < ny ? high : ny;
    size_t width = nx + 1;
    return counts[high * width + right] - counts[low * width + right] -
           counts[high * width + left] + counts[low * width + left];
}

/* Shares of a normal spread about `at` (in cells) that fall on cells first .. last, made to sum to
   1. */
static void spread_shares(double at, double spread, int first, int last, double *share)
{
    double scale = 1 / (spread * sqrt(2.0)), sum = 0;
    double before = erf((first - at) * scale);
    for (int i = first; i <= last; i++) {
        double after = erf((i + 1 - at) * scale);
        share[i - first] = after - before;
        sum += share[i - first];
        before = after;
    }
    for (int i = first; i <= last; i++) {
        share[i - first] /= sum;
    }
}

/* In cells of the grid; column −1: not on it. */
struct gridded {
    double *u, *v;
    int *column, *row;
    size_t inside;
};

static bool place_on(double x, double low, double high, size_t cells, double *at, int *cell)
{
    *at = (x - low) / (high - low) * (double)cells;
    if (!(*at >= 0 && *at <= (double)cells)) {
        return false;
    }
    *cell = *at < (double)cells ? (int)*at : (int)cells - 1;
    return true;
}

static void grid_points(struct gridded *grid, const double *u, const double *v, size_t n,
                        const double low[2], const double high[2], size_t nx, size_t ny)
{
    grid->u = mem_new(n, sizeof(double));
    grid->v = mem_new(n, sizeof(double));
    grid->column = mem_new(n, sizeof(int));
    grid->row = mem_new(n, sizeof(int));
    grid->inside = 0;
    for (size_t i = 0; i < n; i++) {
        bool on = place_on(u[i], low[0], high[0], nx, &grid->u[i], &grid->column[i]);
        if (v) {
            on = on && place_on(v[i], low[1], high[1], ny, &grid->v[i], &grid->row[i]);
        } else {
            grid->v[i] = 0.5;
        }
        if (on) {
            grid->inside++;
        } else {
            grid->column[i] = -1;
        }
    }
}

static void add_point(double u, double v, double spread, bool line, size_t nx, size_t ny,
                      double weight, double *across, double *mass)
{
    double reach = SPREAD_REACH * spread;
    int left = (int)fmax(floor(u - reach), 0), low = 0, high = 0;
    int right = (int)fmin(floor(u + reach), (double)nx - 1);
    double *up = across + nx;
    spread_shares(u, spread, left, right, across);
    up[0] = 1;
    if (!line) {
        low = (int)fmax(floor(v - reach), 0);
        high = (int)fmin(floor(v + reach), (double)ny - 1);
        spread_shares(v, spread, low, high, up);
    }
    for (int iy = low; iy <= high; iy++) {
        double share = weight * up[iy - low];
        double *row = mass + (size_t)iy * nx;
        for (int ix = left; ix <= right; ix++) {
            row[ix] += share * across[ix - left];
        }
    }
}

void density_cells(const double *u, const double *v, size_t n, size_t n_all, const double low[2],
                   const double high[2], size_t nx, size_t ny, double *mass)
{
    struct gridded grid;
    grid_points(&grid, u, v, n, low, high, nx, ny);
    unsigned *counts = counts_new(grid.column, grid.row, n, nx, ny);
    double *shares = mem_new(nx + ny, sizeof *shares);
    double smaller = v && ny < nx ? (double)ny : (double)nx;
    int most = (int)fmax(ceil(2 * SPREAD_SHARE * smaller), 1);
    unsigned neighbours = (unsigned)ceil(NEIGHBOURS_SHARE * sqrt((double)grid.inside));
    neighbours = neighbours < NEIGHBOURS_LEAST ? NEIGHBOURS_LEAST : neighbours;
    for (size_t i = 0; i < n; i++) {
        int column = grid.column[i], row = grid.row[i], reach = 0;
        if (column < 0) {
            continue;
        }
        while (reach < most && count_box(counts, nx, ny, column, row, reach) < neighbours) {
            reach++;
        }
        double spread = fmax(0.5 * reach, SPREAD_LEAST);
        add_point(grid.u[i], grid.v[i], spread, !v, nx, ny, 1 / (double)n_all, shares, mass);
    }
    mem_free(shares);
    mem_free(counts);
    mem_free(grid.u);
    mem_free(grid.v);
    mem_free(grid.column);
    mem_free(grid.row);
}

struct posterior *density_plane(const struct request *request, const struct draws *draws, size_t ax,
                                size_t ay)
{
    struct posterior *posterior = posterior_new(request, ax, ay);
    double *u = mem_new(draws->n, sizeof *u), *v = NULL;
    draws_axis(request->model, draws, ax, u);
    if (ax != ay) {
        v = mem_new(draws->n, sizeof *v);
        draws_axis(request->model, draws, ay, v);
    }
    density_cells(u, v, draws->n, draws->n, posterior->low, posterior->high, posterior->nx,
                  posterior->ny, posterior->mass);
    posterior_sum_up(posterior);
    posterior->n_particles = draws->n;
    mem_free(u);
    mem_free(v);
    return posterior;
}

/* ---- points, marginals ----------------------------------------------------------------------- */

/* At most POINTS_MOST, the same share of every island. */
struct scatter *scatter_new(const struct request *request, const struct draws *draws)
{
    struct scatter *scatter = mem_new(1, sizeof *scatter);
    scatter->n = draws->n < POINTS_MOST ? draws->n : POINTS_MOST;
    double *values = mem_new(draws->n, sizeof *values);
    double **to[2] = {&scatter->x, &scatter->y};
    for (size_t axis = 0; axis < 2; axis++) {
        draws_axis(request->model, draws, request->axes[axis], values);
        *to[axis] = mem_new(scatter->n, sizeof(double));
        for (size_t i = 0; i < scatter->n; i++) {
            (*to[axis])[i] = values[i * draws->n / scatter->n];
        }
    }
    mem_free(values);
    return scatter;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A range for the values that moves in steps of an eighth and doubles or halves, so that it stays
   the same while they move a little. low, high: how far it may reach. */
static void steady_range(const double *sorted, size_t n, double *low, double *high)
{
    double from = sorted[0], to = sorted[n - 1], box = *high - *low;
    double wanted = 1.25 * (to - from), width = box;
    if (!(wanted > 0)) {
        wanted = 1e-12 * box;
    }
    if (!(wanted <= 0.5 * box)) {
        return;
    }
    while (width >= 2 * wanted && width > 1e-12 * box) {
        width *= 0.5;
    }
    double grain = width / 8;
    double left = *low + grain * floor((0.5 * (from + to) - 0.5 * width - *low) / grain + 0.5);
    *low = fmax(*low, fmin(left, *high - width));
    *high = fmin(*high, *low + width);
}

struct marginals *marginals_new(const struct request *request, const struct draws *draws)
{
    const struct model *model = request->model;
    struct marginals *marginals = mem_new(1, sizeof *marginals);
    size_t axes = model->dim + model->n_observables, n = draws->n;
    marginals->n = request->n;
    marginals->n_axes = axes;
    marginals->n_bins = BINS;
    marginals->low = mem_new(axes, sizeof(double));
    marginals->high = mem_new(axes, sizeof(double));
    marginals->mass = mem_new(axes * BINS, sizeof(double));
    double *values = mem_new(n, sizeof *values), *sorted = mem_new(n, sizeof *sorted);
    for (size_t axis = 0; axis < axes; axis++) {
        draws_axis(model, draws, axis, values);
        size_t known = 0;
        for (size_t i = 0; i < n; i++) {
            if (isfinite(values[i])) {
                sorted[known++] = values[i];
            }
        }
        double low = 0, high = 1;
        if (axis < model->dim) {
            low = model->params[axis].low;
            high = model->params[axis].high;
        } else if (known > 0) { /* powers of two about the greatest size */
            double most = 0;
            for (size_t i = 0; i < known; i++) {
                most = fmax(most, fabs(sorted[i]));
            }
            high = most > 0 ? exp2(ceil(log2(most) + 1e-9)) : 1;
            low = -high;
        }
        if (known > 0) {
            qsort(sorted, known, sizeof *sorted, ascending);
            steady_range(sorted, known, &low, &high);
        }
        marginals->low[axis] = low;
        marginals->high[axis] = high;
        const double from[2] = {low, 0}, to[2] = {high, 1};
        density_cells(values, NULL, n, n, from, to, BINS, 1, marginals->mass + axis * BINS);
    }
    mem_free(values);
    mem_free(sorted);
    return marginals;
}

void scatter_free(struct scatter *scatter)
{
    if (scatter) {
        mem_free(scatter->x);
        mem_free(scatter->y);
        mem_free(scatter);
    }
}

void marginals_free(struct marginals *marginals)
{
    if (marginals) {
        mem_free(marginals->low);
        mem_free(marginals->high);
        mem_free(marginals->mass);
        mem_free(marginals);
    }
}
