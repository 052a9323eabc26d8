/* Draws from a ladder of posteriors e^(−nK), weighted as one mixture, for any data set to reweigh.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "learning_private.h"

#include "cusp/mem.h"
#include "cusp/particles.h"

enum { RUNGS_MAX = 64, ROUNDS = 200 };

#define SETTLED 1e-9 /* of log Z from one round to the next */

struct rungs {
    size_t count, n_each;
    double n[RUNGS_MAX];
    double log_z[RUNGS_MAX];
};

/* From the prior through half of the least n to the greatest, twice as much each time: data sets
   spread about the population's posterior on both sides. */
static void place_rungs(struct pool_range range, struct rungs *rungs)
{
    double n = range.high;
    size_t count = 0;
    for (; count < RUNGS_MAX - 1 && n > range.low / 2; n /= 2)
        rungs->n[count++] = n;
    rungs->n[count++] = 0;
    for (size_t i = 0; i < count / 2; i++) {
        double swap = rungs->n[i];
        rungs->n[i] = rungs->n[count - 1 - i];
        rungs->n[count - 1 - i] = swap;
    }
    rungs->count = count;
}

static void copy_cloud(const struct particles *cloud, size_t begin, struct pool *pool)
{
    for (size_t v = 0; v < pool->dim; v++)
        memcpy(pool->w + v * pool->n + begin, cloud->w + v * cloud->n_particles,
               cloud->n_particles * sizeof *pool->w);
}

static enum status draw_rungs(const struct model *model, struct rungs *rungs, uint64_t seed,
                              size_t threads, const struct cancel *cancel, char *why,
                              size_t why_size, struct pool *pool)
{
    struct particles_options options = {
        .n_particles = rungs->n_each, .n_islands = 4, .seed = seed, .threads = threads};
    struct particles *now = NULL, *next = NULL;
    const char *words = NULL;
    enum status status = particles_start(model, 1, &options, cancel, &words, &now);
    if (status != ST_OK) {
        snprintf(why, why_size, "%s", words != NULL ? words : "the prior cannot be drawn from");
        return status;
    }
    for (size_t k = 0; k < rungs->count && status == ST_OK; k++) {
        if (k > 0) {
            status = particles_advance(model, NULL, now, rungs->n[k], 1, &options, cancel, NULL,
                                       NULL, &next);
            if (status != ST_OK)
                break;
            particles_unref(now);
            now = next;
        }
        rungs->log_z[k] = k > 0 ? now->log_z : 0;
        copy_cloud(now, k * rungs->n_each, pool);
    }
    particles_unref(now);
    if (status != ST_OK && status != ST_CANCELLED)
        snprintf(why, why_size, "its posterior could not be sampled");
    return status;
}

static void evaluate_kl(const struct model *model, struct pool *pool)
{
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    struct program_space *space = program_space_new();
    for (size_t v = 0; v < pool->dim; v++) {
        vars[v] = pool->w + v * pool->n;
        step[v] = 1;
    }
    program_eval(model->kl, space, vars, step, pool->n, &pool->kl);
    program_space_free(space);
    pool->least = model->kl_min;
    for (size_t i = 0; i < pool->n; i++)
        if (isnan(pool->kl[i]))
            pool->kl[i] = INFINITY;
}

/* log of the mixture's density at a K, over the prior's. */
static double log_mixture(const struct rungs *rungs, double kl)
{
    double top = -INFINITY, sum = 0, term[RUNGS_MAX];
    for (size_t k = 0; k < rungs->count; k++) {
        term[k] = (rungs->n[k] > 0 ? -rungs->n[k] * kl : 0) - rungs->log_z[k];
        top = fmax(top, term[k]);
    }
    for (size_t k = 0; k < rungs->count; k++)
        sum += exp(term[k] - top);
    return top + log(sum * (double)rungs->n_each);
}

/* The Z of all rungs that agree with one another (Shirts and Chodera 2008); that of the prior
   is 1. */
static void settle(struct rungs *rungs, struct pool *pool)
{
    for (int round = 0; round < ROUNDS; round++) {
        double moved = 0, sum[RUNGS_MAX] = {0};
        for (size_t i = 0; i < pool->n; i++) {
            pool->log_a[i] = -log_mixture(rungs, pool->kl[i]);
            for (size_t k = 0; k < rungs->count; k++) {
                double lost = rungs->n[k] > 0 ? rungs->n[k] * pool->kl[i] : 0;
                sum[k] += exp(pool->log_a[i] - lost - rungs->log_z[k]);
            }
        }
        for (size_t k = rungs->count; k-- > 0;) {
            double by = log(sum[k]) - log(sum[0]);
            rungs->log_z[k] += by;
            moved = fmax(moved, fabs(by));
        }
        if (!(moved > SETTLED))
            break;
    }
    for (size_t i = 0; i < pool->n; i++)
        pool->log_a[i] = -log_mixture(rungs, pool->kl[i]);
}

enum status pool_draws(const struct model *model, struct pool_range range, size_t n_each,
                       uint64_t seed, size_t threads, const struct cancel *cancel, char *why,
                       size_t why_size, struct pool *out)
{
    struct rungs rungs = {.n_each = n_each};
    place_rungs(range, &rungs);
    *out = (struct pool){.dim = model->dim, .n = rungs.count * n_each, .random = true};
    out->w = mem_new(out->n, out->dim * sizeof *out->w);
    out->log_a = mem_new(out->n, sizeof *out->log_a);
    out->kl = mem_new(out->n, sizeof *out->kl);
    enum status status = draw_rungs(model, &rungs, seed, threads, cancel, why, why_size, out);
    if (status != ST_OK) {
        pool_done(out);
        return status;
    }
    evaluate_kl(model, out);
    settle(&rungs, out);
    return ST_OK;
}
