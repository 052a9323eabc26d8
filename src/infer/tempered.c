/* Rounds of sequential Monte Carlo, kept island by island. */
#include "tempered.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/clock.h"
#include "cusp/mem.h"

enum { ROUNDS = 8, ISLANDS = 32, PARTICLES = 8192, LEAST_EACH = 16 };

static size_t total_islands(const struct tempered *t)
{
    return t->n_rounds * t->islands_a_round;
}

static void set_sizes(struct tempered *t)
{
    size_t islands = t->setup->n_islands > 0 ? t->setup->n_islands : ISLANDS;
    size_t particles = t->setup->n_particles > 0 ? t->setup->n_particles : PARTICLES;
    t->n_rounds = islands >= 2 * ROUNDS ? ROUNDS : 2;
    t->islands_a_round = (islands + t->n_rounds - 1) / t->n_rounds;
    t->islands_a_round = t->islands_a_round < 2 ? 2 : t->islands_a_round;
    if (t->islands_a_round > PARTICLES_MAX_ISLANDS)
        t->islands_a_round = PARTICLES_MAX_ISLANDS;
    t->n_each = particles / total_islands(t);
    t->n_each = t->n_each < LEAST_EACH ? LEAST_EACH : t->n_each;
}

/* Means of u and u². */
static void energy_stats(const struct tempered *t, const struct particles *particles, size_t first,
                         size_t count, double *out)
{
    out[0] = out[1] = 0;
    for (size_t i = first; i < first + count; i++) {
        double u = -particles->log_lik[i] - t->reference;
        out[0] += u / (double)count;
        out[1] += u * u / (double)count;
    }
}

static void keep(struct tempered *t, const struct particles *particles, size_t rung)
{
    size_t all = total_islands(t), m = particles->n_islands;
    size_t each = particles->n_particles / m;
    double *row = mem_new(t->n_stats, sizeof *row);
    for (size_t i = 0; i < m; i++) {
        size_t island = t->n_islands + i;
        t->log_z[rung * all + island] = particles->island_log_z[i];
        if (t->stats != NULL)
            t->stats(t, particles, rung, i * each, each, row);
        else
            energy_stats(t, particles, i * each, each, row);
        for (size_t s = 0; s < t->n_stats; s++)
            t->stat[(rung * t->n_stats + s) * all + island] = row[s];
    }
    mem_free(row);
    if (particles->disagree && !t->disagree) {
        t->disagree = true;
        memcpy(t->why, particles->why, sizeof t->why);
    }
}

static enum status round_of(struct tempered *t, size_t round, const struct cancel *cancel,
                            char *why, size_t why_size)
{
    struct rng rng = rng_stream(t->setup->seed, 0x7e3d + 1000 * t->stream + round);
    struct particles_options options = {
        .n_islands = t->islands_a_round,
        .n_particles = t->islands_a_round * t->n_each,
        .seed = rng_bits(&rng),
        .threads = t->setup->threads,
    };
    struct particles *at = NULL, *next = NULL;
    const struct model *model = t->setup->model;
    const char *reason = "";
    enum status status = particles_start(model, t->rungs[0].beta, &options, cancel, &reason, &at);
    for (size_t k = 0; status == ST_OK && k < t->n_rungs; k++) {
        status = particles_advance(model, t->data, at, t->rungs[k].n, t->rungs[k].beta, &options,
                                   cancel, NULL, NULL, &next);
        if (status != ST_OK)
            break;
        particles_unref(at);
        at = next;
        keep(t, at, k);
    }
    if (status == ST_OK) {
        t->evaluations += at->evaluations;
        t->n_islands += t->islands_a_round;
    } else if (status == ST_DOMAIN) {
        reason = "every particle has a likelihood of 0: the data are impossible nearly everywhere";
    }
    particles_unref(at);
    if (status != ST_OK)
        snprintf(why, why_size, "%s", reason);
    return status;
}

enum status tempered_run(struct tempered *t,
                         double (*value)(const struct tempered *, size_t, void *),
                         void *value_context, const struct cancel *cancel,
                         const struct listener *listener, struct estimate *out, char *why,
                         size_t why_size)
{
    double start = clock_seconds();
    enum status status = estimator_reference(t->setup, &t->reference);
    if (status != ST_OK)
        snprintf(why, why_size, "the loss at w* is not finite");
    set_sizes(t);
    t->n_stats = t->stats != NULL ? t->n_stats : 2;
    t->log_z = mem_new(t->n_rungs, total_islands(t) * sizeof *t->log_z);
    t->stat = mem_new(t->n_rungs * t->n_stats, total_islands(t) * sizeof *t->stat);
    out->work_name = "particles";
    for (size_t r = 0; r < t->n_rounds && status == ST_OK; r++) {
        status = round_of(t, r, cancel, why, why_size);
        if (status != ST_OK)
            break;
        double error, now = tempered_error(t, value, value_context, &error);
        out->evaluations = t->evaluations;
        estimate_push(out, listener, (double)(t->n_islands * t->n_each), now, error);
    }
    out->seconds = clock_seconds() - start;
    if (status == ST_OK && t->disagree)
        snprintf(out->caution, sizeof out->caution, "%s", t->why);
    if (status == ST_OK && !isfinite(out->lambda.value)) {
        snprintf(why, why_size, "the particles give no finite number");
        return ST_DOMAIN;
    }
    return status;
}

void tempered_done(struct tempered *t)
{
    mem_free(t->log_z);
    mem_free(t->stat);
    t->log_z = t->stat = NULL;
}

static double greatest(const struct tempered *t, const double *log_z, size_t left_out)
{
    double high = -INFINITY;
    for (size_t i = 0; i < t->n_islands; i++)
        high = i != left_out ? fmax(high, log_z[i]) : high;
    return high;
}

double tempered_mean(const struct tempered *t, size_t rung, size_t stat, size_t left_out)
{
    size_t all = total_islands(t);
    const double *log_z = t->log_z + rung * all;
    const double *x = t->stat + (rung * t->n_stats + stat) * all;
    double high = greatest(t, log_z, left_out), sum = 0, total = 0;
    for (size_t i = 0; i < t->n_islands; i++) {
        double z = i != left_out ? exp(log_z[i] - high) : 0;
        total += z;
        sum += z > 0 ? z * x[i] : 0;
    }
    return sum / total;
}

double tempered_log_z(const struct tempered *t, size_t rung, size_t stat, size_t left_out)
{
    size_t all = total_islands(t);
    const double *log_z = t->log_z + rung * all;
    const double *x = stat != SIZE_MAX ? t->stat + (rung * t->n_stats + stat) * all : NULL;
    double high = greatest(t, log_z, left_out), sum = 0;
    double count = (double)t->n_islands - (left_out < t->n_islands);
    for (size_t i = 0; i < t->n_islands; i++) {
        double z = i != left_out ? exp(log_z[i] - high) : 0;
        sum += z > 0 ? z * (x != NULL ? x[i] : 1) : 0;
    }
    return high + log(sum / count);
}

double tempered_error(const struct tempered *t,
                      double (*value)(const struct tempered *, size_t, void *), void *context,
                      double *error)
{
    double m = (double)t->n_islands, mean = 0, sum = 0;
    double *left_out = mem_new(t->n_islands, sizeof *left_out);
    for (size_t i = 0; i < t->n_islands; i++)
        mean += (left_out[i] = value(t, i, context)) / m;
    for (size_t i = 0; i < t->n_islands; i++)
        sum += (left_out[i] - mean) * (left_out[i] - mean);
    mem_free(left_out);
    /* few islands: z-scores are Student's, this makes their variance 1 */
    *error = sqrt(sum * (m - 1) / m) * (m > 3 ? sqrt((m - 1) / (m - 3)) : 1);
    return value(t, SIZE_MAX, context);
}
