/* The posterior at one n as pictures: mass of each cell, levels that hold 50 % and 95 %, moments.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "work.h"

void posterior_free(struct posterior *posterior)
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
        mem_free(posterior->knob_values);
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
    scatter_free(concentration->scatter);
    marginals_free(concentration->marginals);
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

void posterior_sum_up(struct posterior *p)
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

struct posterior *posterior_new(const struct request *request, size_t ax, size_t ay)
{
    const struct model *model = request->model;
    const size_t axes[2] = {ax, ay};
    struct posterior *p = mem_new(1, sizeof *p);
    p->n = request->n;
    p->beta = request->beta;
    p->data_seed = request->data_seed;
    p->knob_values = mem_new(model->n_knobs + 1, sizeof *p->knob_values);
    for (size_t i = 0; i < model->n_knobs; i++) {
        p->knob_values[i] = model->knobs[i].value;
    }
    p->coarse = request->coarse || request->rough;
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
    return p;
}

/* The n at which an integral stands for the posterior of a request. */
static double integral_n(const struct held_integral *held, const struct request *request)
{
    return held->of_data ? request->n : request->n * request->beta;
}

static enum status plane_new(const struct held_integral *held, const struct request *request,
                             size_t ax, size_t ay, struct posterior **out)
{
    struct posterior *p = posterior_new(request, ax, ay);
    enum status status = integral_cells(held->integral, integral_n(held, request), ax, ay, p->mass);
    if (status != ST_OK) {
        posterior_free(p);
        return status;
    }
    posterior_sum_up(p);
    *out = p;
    return ST_OK;
}

/* An integral over data measures K from the best w; what is shown, from the truth if it is known.
 */
static void shift_evidence(const struct held_integral *held, const struct request *request,
                           struct posterior *p)
{
    p->evidence.n = request->n;
    if (!held->of_data) {
        return;
    }
    double best = held->log_scale / request->beta; /* ℓ(ŵ) */
    p->evidence.log_z += held->log_scale;
    p->evidence.free_energy = -p->evidence.log_z;
    p->evidence.mean_nk /= request->beta;
    p->evidence.mean_nk_error /= request->beta;
    if (isfinite(held->entropy)) {
        p->evidence.mean_nk -= best + request->n * held->entropy;
    }
}

/* What does not depend on the plane. */
static enum status add_numbers(const struct held_integral *held, const struct held_integral *exact,
                               const struct request *request, struct posterior *p)
{
    const struct model *model = request->model;
    double n = integral_n(held, request);
    enum status status = integral_evidence(exact->integral, &n, 1, &p->evidence);
    if (status == ST_OK) {
        shift_evidence(held, request, p);
        status = integral_credible_volume(held->integral, n, 0.95, &p->share_95);
    }
    if (status == ST_OK) {
        p->mean = mem_new(model->dim, sizeof *p->mean);
        p->sd = mem_new(model->dim, sizeof *p->sd);
        status = integral_moments(held->integral, n, p->mean, p->sd);
    }
    if (status == ST_OK && model->n_regions > 0) {
        p->region_mass = mem_new(model->n_regions, sizeof *p->region_mass);
        p->region_free_energy = mem_new(model->n_regions, sizeof *p->region_free_energy);
        p->region_error = mem_new(model->n_regions, sizeof *p->region_error);
        status = integral_regions(exact->integral, n, p->region_mass, p->region_free_energy,
                                  p->region_error);
        for (size_t i = 0; i < model->n_regions && held->of_data; i++) {
            p->region_free_energy[i] -= held->log_scale;
        }
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
    to->share_95_error = from->share_95_error;
    to->mean = copy_doubles(from->mean, model->dim);
    to->sd = copy_doubles(from->sd, model->dim);
    to->region_mass = copy_doubles(from->region_mass, model->n_regions);
    to->region_free_energy = copy_doubles(from->region_free_energy, model->n_regions);
    to->region_error = copy_doubles(from->region_error, model->n_regions);
}

static const size_t planes[3][2] = {{0, 1}, {0, 2}, {1, 2}};

static enum status add_projections(const struct work *work, const struct draws *draws,
                                   struct concentration *out)
{
    const struct request *request = &work->request;
    enum status status = ST_OK;
    for (size_t i = 0; i < 3 && status == ST_OK; i++) {
        size_t ax = planes[i][0], ay = planes[i][1];
        if (cancel_wanted(&work->job.cancel)) {
            return ST_CANCELLED;
        }
        if (request->axes[0] == ax && request->axes[1] == ay) {
            out->projections[i] = out->plane;
            continue;
        }
        if (work->inputs.cloud) {
            out->projections[i] = density_plane(request, draws, ax, ay);
        } else {
            status = plane_new(work->inputs.integral, request, ax, ay, &out->projections[i]);
        }
        if (status == ST_OK) {
            copy_numbers(request->model, out->plane, out->projections[i]);
        }
    }
    return status;
}

enum status concentration_new(const struct work *work, struct concentration *out)
{
    const struct request *request = &work->request;
    const struct model *model = request->model;
    const struct held_integral *held = work->inputs.integral, *plain = work->inputs.plain;
    const struct particles *cloud = work->inputs.cloud;
    bool observables = request->axes[0] >= model->dim || request->axes[1] >= model->dim;
    bool points = cloud || held->of_data || observables;
    struct draws draws = {0};
    enum status status = points ? draws_of(work, &draws) : ST_OK;
    if (status == ST_OK && (cloud || observables)) {
        out->plane = density_plane(request, &draws, request->axes[0], request->axes[1]);
    } else if (status == ST_OK) {
        status = plane_new(held, request, request->axes[0], request->axes[1], &out->plane);
    }
    if (status == ST_OK) {
        if (cloud) {
            cloud_numbers(model, cloud, out->plane);
        } else {
            status = add_numbers(held, plain ? plain : held, request, out->plane);
        }
    }
    if (status == ST_OK && model->dim == 3) {
        status = add_projections(work, &draws, out);
    }
    if (status == ST_OK && points) {
        out->scatter = scatter_new(request, &draws);
        out->marginals = marginals_new(request, &draws);
    }
    draws_done(&draws);
    if (status != ST_OK) {
        concentration_done(out);
    }
    return status;
}
