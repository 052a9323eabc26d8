/* What a cloud of particles says, and how far its islands agree. */
#include "particles_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/mixing.h"

/* Beyond these the islands do not tell the same story. */
#define MOST_RHAT 1.1
#define MOST_SPREAD 1.5     /* of log Z, standard deviation over islands */
#define LEAST_ESS_SHARE 2.0 /* effective draws of an island, of a region's mass */

/* Mean of island means, its standard error, and how many independent draws that is worth. */
struct island_mean {
    double mean, error, ess;
};

/* A standard error from few islands is itself uncertain: this factor gives z-scores, which are
   Student's, a variance of 1. */
static double few_islands(size_t m)
{
    return m > 3 ? sqrt(((double)m - 1) / ((double)m - 3)) : 1;
}

static struct island_mean mean_over_islands(const double *x, size_t n_islands, size_t n)
{
    size_t each = n / n_islands;
    double mean = 0, within = 0, between = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t j = 0; j < n_islands; j++) {
        double own = 0;
        for (size_t i = j * each; i < (j + 1) * each; i++) {
            own += x[i] / (double)each;
            within += (x[i] - mean) * (x[i] - mean) / (double)n;
        }
        between += (own - mean) * (own - mean);
    }
    struct island_mean out = {mean, NAN, NAN};
    if (n_islands > 1) {
        double m = (double)n_islands, square = between / (m - 1) / m;
        out.error = sqrt(square) * few_islands(n_islands);
        out.ess = square > 0 ? fmin(within / square, (double)n) : (within > 0 ? (double)n : 0);
    }
    return out;
}

static double log_mean(const double *x, size_t n, size_t left_out)
{
    double high = -INFINITY, sum = 0, count = (double)n - (left_out < n);
    for (size_t i = 0; i < n; i++)
        high = i != left_out ? fmax(high, x[i]) : high;
    for (size_t i = 0; i < n && high > -INFINITY; i++)
        sum += i != left_out ? exp(x[i] - high) : 0;
    return high > -INFINITY ? high + log(sum / count) : -INFINITY;
}

/* log of the mean Z, and its standard error by leaving islands out one by one. */
static void evidence_of(struct particles *particles)
{
    size_t m = particles->n_islands;
    const double *x = particles->island_log_z;
    double mean = 0, sum = 0, left_out[PARTICLES_MAX_ISLANDS];
    particles->log_z = log_mean(x, m, m);
    for (size_t i = 0; i < m; i++)
        mean += (left_out[i] = log_mean(x, m, m > 1 ? i : m)) / (double)m;
    for (size_t i = 0; i < m; i++)
        sum += (left_out[i] - mean) * (left_out[i] - mean);
    particles->log_z_error = m > 1 ? sqrt(sum * ((double)m - 1) / (double)m) * few_islands(m) : NAN;
}

/* ℓ of the truth, or where it is not known the greatest ℓ seen. */
static double reference_log_lik(const struct data *data, const struct particles *particles)
{
    if (particles->n == 0 || (data == NULL))
        return 0;
    double entropy = data_entropy(data, (size_t)particles->n);
    if (isfinite(entropy))
        return -particles->n * entropy;
    double high = -INFINITY;
    for (size_t i = 0; i < particles->n_particles; i++)
        high = fmax(high, particles->log_lik[i]);
    return high;
}

static void add_why(struct particles *particles, const char *text)
{
    size_t used = strlen(particles->why);
    particles->disagree = true;
    snprintf(particles->why + used, sizeof particles->why - used, "%s%s", used > 0 ? "; " : "",
             text);
}

static double spread_of(const double *x, size_t n)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return n > 1 ? sqrt(sum / (double)(n - 1)) : 0;
}

static void judge_evidence(struct particles *particles)
{
    size_t lost = 0;
    char text[96];
    for (size_t i = 0; i < particles->n_islands; i++)
        lost += !(particles->island_log_z[i] > -INFINITY);
    if (lost > 0) {
        snprintf(text, sizeof text, "the likelihood was 0 everywhere in %zu of %zu islands", lost,
                 particles->n_islands);
        add_why(particles, text);
        return;
    }
    double spread = spread_of(particles->island_log_z, particles->n_islands);
    if (spread > MOST_SPREAD) {
        snprintf(text, sizeof text, "log Z differs by ±%.2g between islands", spread);
        add_why(particles, text);
    }
}

static void judge_mixing(const struct model *model, struct particles *particles)
{
    size_t m = particles->n_islands, each = particles->n_particles / m, worst = 0;
    char text[96];
    if (m < 2)
        return;
    for (size_t k = 0; k <= particles->dim; k++) {
        const double *x =
            k < particles->dim ? particles->w + k * particles->n_particles : particles->log_lik;
        double rhat = mixing_of(x, m, each, each, 1).rhat;
        if (rhat > particles->rhat || (isnan(particles->rhat) && !isnan(rhat))) {
            particles->rhat = rhat;
            worst = k;
        }
    }
    if (particles->rhat > MOST_RHAT) {
        snprintf(text, sizeof text, "R-hat of %.40s is %.3g",
                 worst < particles->dim ? model->params[worst].name : "the likelihood",
                 particles->rhat);
        add_why(particles, text);
    }
}

/* Tests of all regions at all particles: inside[n_regions][n_particles]. */
static double *region_table(const struct model *model, const struct particles *particles)
{
    size_t n = particles->n_particles;
    double *inside = mem_new(model->n_regions, n * sizeof *inside);
    double **out = mem_new(model->n_regions, sizeof *out);
    const double *vars[SYNTAX_MAX_PARAMS];
    int steps[SYNTAX_MAX_PARAMS];
    struct program_space *space = program_space_new();
    for (size_t k = 0; k < model->dim; k++) {
        vars[k] = particles->w + k * n;
        steps[k] = 1;
    }
    for (size_t r = 0; r < model->n_regions; r++)
        out[r] = inside + r * n;
    program_eval(model->region_tests, space, vars, steps, n, out);
    for (size_t i = 0; i < model->n_regions * n; i++)
        inside[i] = inside[i] != 0 && !isnan(inside[i]) ? 1 : 0;
    program_space_free(space);
    mem_free(out);
    return inside;
}

static void judge_regions(const struct model *model, struct particles *particles)
{
    size_t n = particles->n_particles, m = particles->n_islands, each = n / m;
    if (model->n_regions == 0 || m < 2)
        return;
    double *inside = region_table(model, particles);
    for (size_t r = 0; r < model->n_regions; r++) {
        struct island_mean mean = mean_over_islands(inside + r * n, m, n);
        double low = 1, high = 0;
        for (size_t j = 0; j < m; j++) {
            double share = 0;
            for (size_t i = 0; i < each; i++)
                share += inside[r * n + j * each + i] / (double)each;
            low = fmin(low, share);
            high = fmax(high, share);
        }
        if (mean.ess < LEAST_ESS_SHARE * (double)m && high - low > 0.1) {
            char text[96];
            snprintf(text, sizeof text, "islands put %.2g to %.2g of the mass in %.40s", low, high,
                     model->regions[r]);
            add_why(particles, text);
        }
    }
    mem_free(inside);
}

void particles_summarise(const struct model *model, const struct data *data,
                         struct particles *particles)
{
    struct island_mean mean =
        mean_over_islands(particles->log_lik, particles->n_islands, particles->n_particles);
    evidence_of(particles);
    particles->mean_nk = reference_log_lik(data, particles) - mean.mean;
    particles->mean_nk_error = mean.error;
    particles->ess = mean.ess;
    particles->rhat = NAN;
    judge_evidence(particles);
    judge_mixing(model, particles);
    judge_regions(model, particles);
}

void particles_axis(const struct model *model, const struct particles *particles, size_t axis,
                    double *out)
{
    size_t n = particles->n_particles;
    if (axis < model->dim) {
        memcpy(out, particles->w + axis * n, n * sizeof *out);
        return;
    }
    struct program_space *space = program_space_new();
    double *values = mem_new(model->n_observables, n * sizeof *values);
    double **outs = mem_new(model->n_observables, sizeof *outs);
    const double *vars[SYNTAX_MAX_PARAMS];
    int steps[SYNTAX_MAX_PARAMS];
    for (size_t k = 0; k < model->dim; k++) {
        vars[k] = particles->w + k * n;
        steps[k] = 1;
    }
    for (size_t o = 0; o < model->n_observables; o++)
        outs[o] = values + o * n;
    program_eval(model->observable_values, space, vars, steps, n, outs);
    memcpy(out, outs[axis - model->dim], n * sizeof *out);
    program_space_free(space);
    mem_free(values);
    mem_free(outs);
}

void particles_regions(const struct model *model, const struct particles *particles, double *mass,
                       double *error)
{
    if (model->n_regions == 0)
        return;
    double *inside = region_table(model, particles);
    for (size_t r = 0; r < model->n_regions; r++) {
        struct island_mean mean = mean_over_islands(inside + r * particles->n_particles,
                                                    particles->n_islands, particles->n_particles);
        mass[r] = mean.mean;
        error[r] = mean.error;
    }
    mem_free(inside);
}

size_t particles_ladder(double n_max, bool whole, size_t max, double *n)
{
    size_t count = 0;
    for (int k = 0; count < max; k++) {
        double exact = pow(10, k / 10.0), rounded = exact;
        if (whole || exact < 1e6)
            rounded = floor(exact + 0.5);
        rounded = k % 10 == 0 ? pow(10, k / 10) : rounded;
        if (rounded > n_max)
            break;
        if (count == 0 || rounded > n[count - 1])
            n[count++] = rounded;
    }
    if (count > 0 && count < max && n[count - 1] < n_max)
        n[count++] = whole ? floor(n_max) : n_max;
    return count > 1 && n[count - 1] == n[count - 2] ? count - 1 : count;
}
