/* Numbers of a posterior from particles: evidence, moments, regions, the share of the densest. */
#include <math.h>
#include <stdlib.h>

#include "cusp/mem.h"
#include "work.h"

/* The share of the densest 95 % is not told if its error is more than this part of it. */
#define SHARE_ERROR_MOST 0.5
#define DENSEST 0.95

static void moments(const struct particles *cloud, struct posterior *p)
{
    size_t n = cloud->n_particles;
    p->mean = mem_new(cloud->dim, sizeof *p->mean);
    p->sd = mem_new(cloud->dim, sizeof *p->sd);
    for (size_t v = 0; v < cloud->dim; v++) {
        const double *w = cloud->w + v * n;
        double sum = 0, squares = 0;
        for (size_t i = 0; i < n; i++) {
            sum += w[i];
        }
        double mean = sum / (double)n;
        for (size_t i = 0; i < n; i++) {
            squares += (w[i] - mean) * (w[i] - mean);
        }
        p->mean[v] = mean;
        p->sd[v] = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
    }
}

static void regions(const struct model *model, const struct particles *cloud, struct posterior *p)
{
    size_t n = model->n_regions;
    if (n == 0) {
        return;
    }
    p->region_mass = mem_new(n, sizeof *p->region_mass);
    p->region_free_energy = mem_new(n, sizeof *p->region_free_energy);
    p->region_error = mem_new(n, sizeof *p->region_error);
    particles_regions(model, cloud, p->region_mass, p->region_error);
    for (size_t i = 0; i < n; i++) {
        p->region_free_energy[i] = -cloud->log_z - log(p->region_mass[i]);
    }
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* log π up to a constant: log φ̃ + β ℓ. */
static double *log_density_new(const struct model *model, const struct particles *cloud)
{
    size_t n = cloud->n_particles;
    double *density = mem_new(n, sizeof *density);
    if (model->log_prior) {
        const double *vars[SYNTAX_MAX_PARAMS];
        int step[SYNTAX_MAX_PARAMS];
        for (size_t v = 0; v < model->dim; v++) {
            vars[v] = cloud->w + v * n;
            step[v] = 1;
        }
        struct program_space *space = program_space_new();
        program_eval(model->log_prior, space, vars, step, n, &density);
        program_space_free(space);
    }
    for (size_t i = 0; i < n; i++) {
        density[i] += cloud->beta * cloud->log_lik[i];
    }
    return density;
}

/* The prior volume of {π ≥ c} is E[1{π ≥ c} Z / e^(βℓ)] under the posterior, which is bounded
   there. Its error: how far the islands differ, and that of Z. */
static void densest_share(const struct model *model, const struct particles *cloud,
                          struct posterior *p)
{
    size_t n = cloud->n_particles, islands = cloud->n_islands, each = n / islands;
    double *density = log_density_new(model, cloud), *sorted = mem_new(n, sizeof *sorted);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = density[i];
    }
    qsort(sorted, n, sizeof *sorted, descending);
    double level = sorted[(size_t)(DENSEST * (double)(n - 1))];
    double mean = 0, squares = 0;
    for (size_t k = 0; k < islands; k++) {
        double sum = 0;
        for (size_t i = k * each; i < (k + 1) * each; i++) {
            if (density[i] >= level) {
                sum += exp(cloud->log_z - cloud->beta * cloud->log_lik[i]);
            }
        }
        sum /= (double)each;
        mean += sum;
        squares += sum * sum;
    }
    double count = (double)islands;
    mean /= count;
    double spread = count > 1 ? fmax(squares / count - mean * mean, 0) / (count - 1) : INFINITY;
    double of_z = mean * cloud->log_z_error;
    p->share_95 = fmin(mean, 1);
    p->share_95_error = sqrt(spread + of_z * of_z);
    if (!(p->share_95_error <= SHARE_ERROR_MOST * mean) || cloud->disagree) {
        p->share_95 = NAN;
        p->share_95_error = NAN;
    }
    mem_free(density);
    mem_free(sorted);
}

void cloud_numbers(const struct model *model, const struct particles *cloud,
                   struct posterior *posterior)
{
    posterior->evidence = (struct evidence){
        .n = cloud->n,
        .log_z = cloud->log_z,
        .free_energy = -cloud->log_z,
        .mean_nk = cloud->mean_nk,
        .error = cloud->log_z_error,
        .mean_nk_error = cloud->mean_nk_error,
    };
    moments(cloud, posterior);
    regions(model, cloud, posterior);
    densest_share(model, cloud, posterior);
}
