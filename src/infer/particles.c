/* Sequential Monte Carlo: independent islands of particles, started at the prior and carried to
   any n. */
#include "cusp/particles.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/parallel.h"
#include "island.h"
#include "particles_private.h"

enum { DEFAULT_PARTICLES = 1024, DEFAULT_ISLANDS = 8, DEFAULT_CHAIN = 4, LEAST_STARTS = 2 };

/* One call under way. */
struct run {
    const struct model *model;
    struct path path;
    struct particles_options options;
    const struct particles *from;
    double n, beta;
    bool starts;
    struct island *islands[PARTICLES_MAX_ISLANDS + 1]; /* and the pilot */
};

/* All set, and in whole chains and islands. */
static enum status complete(const struct particles_options *given, const struct particles *from,
                            struct run *run)
{
    struct particles_options *o = &run->options;
    *o = *given;
    if (from != NULL) {
        o->n_particles = from->n_particles;
        o->n_islands = from->n_islands;
    }
    o->n_particles = o->n_particles > 0 ? o->n_particles : DEFAULT_PARTICLES;
    o->n_islands = o->n_islands > 0 ? o->n_islands : DEFAULT_ISLANDS;
    run->path.sampler = sampler_named(o->sampler != NULL ? o->sampler : "hmc");
    if (run->path.sampler == NULL)
        return ST_INPUT;
    if (o->n_islands > PARTICLES_MAX_ISLANDS)
        return ST_LIMIT;
    size_t each = (o->n_particles + o->n_islands - 1) / o->n_islands;
    each = each < 2 * LEAST_STARTS ? 2 * LEAST_STARTS : each;
    size_t chain = o->chain > 0 ? o->chain : DEFAULT_CHAIN;
    chain = chain < 2 ? 2 : chain;
    chain = chain > each / LEAST_STARTS ? each / LEAST_STARTS : chain;
    if (from != NULL) {
        while (each % chain != 0)
            chain--;
    }
    if (chain < 2)
        return ST_DOMAIN;
    run->path.n_starts = (each + chain - 1) / chain;
    run->path.n_each = run->path.n_starts * chain;
    run->path.options = o;
    return ST_OK;
}

/* The part of a cloud that an island starts from: its own, or for the pilot some of all. */
static void load(struct island *island, const struct particles *from)
{
    size_t m = from->n_islands, n = from->n_particles, length = island->n / island->path->n_starts;
    for (size_t i = 0; i < island->n; i++) {
        size_t at = island->index < m ? island->index * island->n + i : i * m + i % m;
        for (size_t k = 0; k < from->dim; k++)
            island->w[k][i] = from->w[k * n + at];
        island->log_lik[i] = from->log_lik[at];
    }
    if (island->index < m) {
        island->log_z = from->island_log_z[island->index];
        island->dead = !(island->log_z > -INFINITY);
    }
    island->stage = from->n_stages;
    island->spot = (struct spot){.n = from->n, .beta = from->beta};
    if (from->step > 0)
        island->step = from->step;
    island->thin = from->n_moves / (length - 1);
    island->thin = island->thin < 1 ? 1 : island->thin;
    island->n_moves = from->n_moves;
    island->acceptance = from->acceptance;
}

static void run_island(size_t i, void *context)
{
    struct run *run = context;
    struct island *island = island_new(&run->path, i);
    if (i == run->options.n_islands)
        island->recorder = &run->path;
    if (run->starts)
        island_draw(island);
    else
        load(island, run->from);
    island_advance(island, run->n, run->beta);
    run->islands[i] = island;
}

static void gather(const struct island *island, size_t n_particles, struct particles *out)
{
    size_t first = island->index * island->n;
    for (size_t k = 0; k < out->dim; k++)
        memcpy(out->w + k * n_particles + first, island->w[k], island->n * sizeof(double));
    memcpy(out->log_lik + first, island->log_lik, island->n * sizeof(double));
    out->island_log_z[island->index] = island->log_z;
    out->n_stages = island->stage > out->n_stages ? island->stage : out->n_stages;
    out->n_moves = island->n_moves > out->n_moves ? island->n_moves : out->n_moves;
    out->evaluations += island->evaluations;
    if (!island->dead) {
        out->acceptance += island->acceptance;
        out->step += log(island->step);
    }
}

/* Islands where the likelihood vanished take the particles of others; their own evidence is 0. */
static void replace_dead(const struct run *run, struct particles *out)
{
    size_t each = run->path.n_each, m = out->n_islands, donor = 0;
    for (size_t i = 0; i < m; i++) {
        if (!run->islands[i]->dead)
            continue;
        while (run->islands[donor % m]->dead)
            donor++;
        size_t to = i * each, from = donor++ % m * each;
        for (size_t k = 0; k < out->dim; k++)
            memcpy(out->w + k * out->n_particles + to, out->w + k * out->n_particles + from,
                   each * sizeof(double));
        memcpy(out->log_lik + to, out->log_lik + from, each * sizeof(double));
    }
}

/* φ integrates to 1 whatever its normaliser: what tempering it in found is measured from the mean
   over the islands. */
static void normalise_start(const struct run *run, struct particles *out)
{
    double *x = out->island_log_z, high = -INFINITY, sum = 0;
    if (!run->starts)
        return;
    for (size_t i = 0; i < out->n_islands; i++)
        high = fmax(high, x[i]);
    for (size_t i = 0; i < out->n_islands; i++)
        sum += exp(x[i] - high) / (double)out->n_islands;
    for (size_t i = 0; i < out->n_islands; i++)
        x[i] -= high + log(sum);
}

static struct particles *particles_new(size_t dim, size_t n_particles, size_t n_islands)
{
    struct particles *out = mem_new(1, sizeof *out);
    atomic_init(&out->references, 1);
    out->dim = dim;
    out->n_particles = n_particles;
    out->n_islands = n_islands;
    out->w = mem_new(dim, n_particles * sizeof *out->w);
    out->log_lik = mem_new(n_particles, sizeof *out->log_lik);
    out->island_log_z = mem_new(n_islands, sizeof *out->island_log_z);
    return out;
}

static enum status collect(struct run *run, const struct data *data, struct particles **out)
{
    size_t m = run->options.n_islands, alive = 0;
    for (size_t i = 0; i < m; i++) {
        if (run->islands[i] == NULL || run->islands[i]->cancelled)
            return ST_CANCELLED;
        alive += !run->islands[i]->dead;
    }
    if (alive == 0)
        return ST_DOMAIN;
    struct particles *all = particles_new(run->model->dim, run->path.n_each * m, m);
    all->n = run->n;
    all->beta = run->beta;
    all->evaluations = run->from != NULL ? run->from->evaluations : 0;
    all->evaluations += run->islands[m]->evaluations;
    for (size_t i = 0; i < m; i++)
        gather(run->islands[i], all->n_particles, all);
    all->acceptance /= (double)alive;
    all->step = exp(all->step / (double)alive);
    replace_dead(run, all);
    normalise_start(run, all);
    particles_summarise(run->model, data, all);
    *out = all;
    return ST_OK;
}

static enum status run_all(struct run *run, const struct data *data, const struct cancel *cancel,
                           struct particles **out)
{
    run->path.cancel = cancel;
    run_island(run->options.n_islands, run);
    parallel_for(run->options.n_islands, run->options.threads, run_island, run, cancel);
    enum status status = collect(run, data, out);
    for (size_t i = 0; i <= run->options.n_islands; i++)
        island_free(run->islands[i]);
    return status;
}

enum status particles_start(const struct model *model, double beta,
                            const struct particles_options *options, const struct cancel *cancel,
                            const char **why, struct particles **out)
{
    struct run run = {.model = model, .beta = beta, .starts = true};
    *out = NULL;
    *why = "";
    enum status status = path_new(model, NULL, 0, 0, &run.path);
    status = status == ST_OK ? complete(options, NULL, &run) : status;
    status = status == ST_OK ? run_all(&run, NULL, cancel, out) : status;
    path_done(&run.path);
    if (status == ST_DOMAIN) {
        *why = "the prior is 0 at every point that was tried";
        return ST_UNABLE;
    }
    return status;
}

enum status particles_advance(const struct model *model, const struct data *data,
                              const struct particles *from, double n, double beta,
                              const struct particles_options *options, const struct cancel *cancel,
                              void (*progress)(double n, void *context), void *context,
                              struct particles **out)
{
    struct run run = {.model = model, .from = from, .beta = beta};
    *out = NULL;
    run.n = data != NULL ? floor(n) : n;
    if (!(run.n >= from->n) || !(beta > 0) || from->dim != model->dim || isinf(run.n) ||
        (data != NULL && run.n > (double)data->n))
        return ST_DOMAIN;
    enum status status =
        path_new(model, data, data ? (size_t)from->n : 0, data ? (size_t)run.n : 0, &run.path);
    run.path.progress = progress;
    run.path.context = context;
    status = status == ST_OK ? complete(options, from, &run) : status;
    status = status == ST_OK ? run_all(&run, data, cancel, out) : status;
    path_done(&run.path);
    return status;
}

struct particles *particles_ref(struct particles *particles)
{
    atomic_fetch_add_explicit(&particles->references, 1, memory_order_relaxed);
    return particles;
}

void particles_unref(struct particles *particles)
{
    if (particles == NULL ||
        atomic_fetch_sub_explicit(&particles->references, 1, memory_order_acq_rel) > 1)
        return;
    mem_free(particles->w);
    mem_free(particles->log_lik);
    mem_free(particles->island_log_z);
    mem_free(particles);
}
