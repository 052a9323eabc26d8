/* The posterior at one n as pictures: mass of each cell, levels that hold 50 % and 95 %, moments.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "work.h"

static void posterior_free(struct posterior *posterior)
{
    if (posterior) {
        mem_free(posterior->mass);
        mem_free(posterior->marginal_x);
        mem_free(posterior->marginal_y);
        mem_free(posterior->mean);
        mem_free(posterior->sd);
        mem_free(posterior->region_mass);
        mem_free(posterior->region_free_energy);
        mem_free(posterior->region_error);
        mem_free(posterior);
    }
}

void concentration_done(struct concentration *concentration)
{
    bool shared = false;
    for (size_t i = 0; i < 3; i++) {
        shared |= concentration->projections[i] == concentration->plane;
        posterior_free(concentration->projections[i]);
    }
    if (!shared) {
        posterior_free(concentration->plane);
    }
    memset(concentration, 0, sizeof *concentration);
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* The mass of the lightest cell among those that, heaviest first, hold `share` of the total. */
static double level_of(const double *sorted, size_t count, double total, double share)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += sorted[i];
        if (sum >= share * total) {
            return sorted[i];
        }
    }
    return count ? sorted[count - 1] : 0;
}

static void sum_up(struct posterior *p)
{
    size_t count = p->nx * p->ny;
    double *sorted = mem_new(count, sizeof *sorted);
    for (size_t iy = 0; iy < p->ny; iy++) {
        for (size_t ix = 0; ix < p->nx; ix++) {
            double mass = p->mass[iy * p->nx + ix];
            p->marginal_x[ix] += mass;
            p->marginal_y[iy] += mass;
            p->mass_inside += mass;
        }
    }
    memcpy(sorted, p->mass, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, descending);
    p->level_50 = level_of(sorted, count, p->mass_inside, 0.5);
    p->level_95 = level_of(sorted, count, p->mass_inside, 0.95);
    mem_free(sorted);
}

/* Cells, window and what follows from them; axes of the integral's request or any two of three. */
static enum status plane_new(const struct held_integral *held, double n, size_t ax, size_t ay,
                             struct posterior **out)
{
    const struct request *request = &held->request;
    const size_t axes[2] = {ax, ay};
    struct posterior *p = mem_new(1, sizeof *p);
    p->n = n;
    p->coarse = request->coarse;
    size_t cells[2];
    for (size_t i = 0; i < 2; i++) {
        p->axes[i] = axes[i];
        cells[i] = request_cells(request, axes[i], &p->low[i], &p->high[i]);
    }
    p->nx = cells[0];
    p->ny = ax == ay ? 1 : cells[1];
    p->mass = mem_new(p->nx * p->ny, sizeof *p->mass);
    p->marginal_x = mem_new(p->nx, sizeof *p->marginal_x);
    p->marginal_y = mem_new(p->ny, sizeof *p->marginal_y);
    enum status status = integral_cells(held->integral, n, ax, ay, p->mass);
    if (status != ST_OK) {
        posterior_free(p);
        return status;
    }
    sum_up(p);
    *out = p;
    return ST_OK;
}

/* What does not depend on the plane. */
static enum status add_numbers(const struct held_integral *held, const struct held_integral *exact,
                               struct posterior *p)
{
    const struct model *model = held->request.model;
    enum status status = integral_evidence(exact->integral, &p->n, 1, &p->evidence);
    if (status == ST_OK) {
        status = integral_credible_volume(held->integral, p->n, 0.95, &p->share_95);
    }
    if (status == ST_OK) {
        p->mean = mem_new(model->dim, sizeof *p->mean);
        p->sd = mem_new(model->dim, sizeof *p->sd);
        status = integral_moments(held->integral, p->n, p->mean, p->sd);
    }
    if (status == ST_OK && model->n_regions > 0) {
        p->region_mass = mem_new(model->n_regions, sizeof *p->region_mass);
        p->region_free_energy = mem_new(model->n_regions, sizeof *p->region_free_energy);
        p->region_error = mem_new(model->n_regions, sizeof *p->region_error);
        status = integral_regions(exact->integral, p->n, p->region_mass, p->region_free_energy,
                                  p->region_error);
    }
    return status;
}

static double *copy_doubles(const double *from, size_t count)
{
    double *to = NULL;
    if (from) {
        to = mem_new(count, sizeof *to);
        memcpy(to, from, count * sizeof *to);
    }
    return to;
}

static void copy_numbers(const struct model *model, const struct posterior *from,
                         struct posterior *to)
{
    to->evidence = from->evidence;
    to->share_95 = from->share_95;
    to->mean = copy_doubles(from->mean, model->dim);
    to->sd = copy_doubles(from->sd, model->dim);
    to->region_mass = copy_doubles(from->region_mass, model->n_regions);
    to->region_free_energy = copy_doubles(from->region_free_energy, model->n_regions);
    to->region_error = copy_doubles(from->region_error, model->n_regions);
}

static enum status add_projections(const struct held_integral *held, double n,
                                   const struct cancel *cancel, struct concentration *out)
{
    static const size_t planes[3][2] = {{0, 1}, {0, 2}, {1, 2}};
    const struct request *request = &held->request;
    enum status status = ST_OK;
    for (size_t i = 0; i < 3 && status == ST_OK; i++) {
        size_t ax = planes[i][0], ay = planes[i][1];
        if (cancel_wanted(cancel)) {
            return ST_CANCELLED;
        }
        if (request->axes[0] == ax && request->axes[1] == ay) {
            out->projections[i] = out->plane;
            continue;
        }
        status = plane_new(held, n, ax, ay, &out->projections[i]);
        if (status == ST_OK) {
            copy_numbers(request->model, out->plane, out->projections[i]);
        }
    }
    return status;
}

enum status concentration_new(const struct held_integral *held, const struct held_integral *plain,
                              double n, const struct cancel *cancel, struct concentration *out)
{
    const struct request *request = &held->request;
    enum status status = plane_new(held, n, request->axes[0], request->axes[1], &out->plane);
    if (status == ST_OK) {
        status = add_numbers(held, plain ? plain : held, out->plane);
    }
    if (status == ST_OK && request->model->dim == 3) {
        status = add_projections(held, n, cancel, out);
    }
    if (status != ST_OK) {
        concentration_done(out);
    }
    return status;
}
