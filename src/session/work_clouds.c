/* Jobs on particles: one step of the ladder of n, and runs on other streams of data. */
#include <math.h>
#include <stdlib.h>

#include "cusp/mem.h"
#include "work.h"

/* Observations are drawn in advance of their need, so that they are copied seldom. */
enum { DATA_FIRST = 256, DATA_GROWTH = 4 };
/* Runs on other data sets are many and their mean is what counts. */
enum { OTHER_PARTICLES = 256, OTHER_ISLANDS = 4 };
/* While a knob turns: a picture soon, and a rough one. */
enum { ROUGH_PARTICLES = 256, ROUGH_ISLANDS = 4 };
/* What such a run has reached is shown after so long. */
#define OTHER_SECONDS 0.4

enum status work_data(struct work *work, uint64_t data_seed, double n, const struct data **out)
{
    const struct model *model = work->request.model;
    *out = NULL;
    if (!model_has_data(model)) {
        return ST_OK;
    }
    const struct data *have = work->inputs.data;
    if (have && (double)have->n >= n) {
        *out = have;
        return ST_OK;
    }
    double wanted = DATA_FIRST, most = model_n_max(model);
    while (wanted < n) {
        wanted *= DATA_GROWTH;
    }
    wanted = model->file_data ? most : fmin(wanted, most);
    enum status status =
        data_new(model, data_seed, (size_t)wanted, have, &work->job.cancel, &work->data);
    *out = work->data;
    return status;
}

static void note_progress(double n, void *context)
{
    struct work *work = context;
    atomic_store_explicit(&work->progress, n, memory_order_relaxed);
}

/* From `from`, or from the prior if that is NULL, to the posterior at n. */
static enum status advance(struct work *work, const struct data *data, const struct particles *from,
                           double n, const struct particles_options *options,
                           struct particles **out)
{
    const struct model *model = work->request.model;
    const struct cancel *cancel = &work->job.cancel;
    double beta = work->request.beta;
    struct particles *prior = NULL;
    enum status status = ST_OK;
    if (!from) {
        status = particles_start(model, beta, options, cancel, &work->why, &prior);
        from = prior;
    }
    if (status == ST_OK) {
        status = particles_advance(model, data, from, n, beta, options, cancel, note_progress, work,
                                   out);
    }
    particles_unref(prior);
    return status;
}

void run_cloud(struct work *work)
{
    const struct request *request = &work->request;
    struct particles_options options = {.seed = work->seed, .threads = work->threads};
    const struct data *data = NULL;
    size_t n_regions = request->model->n_regions;
    if (request->rough) {
        options.n_particles = ROUGH_PARTICLES;
        options.n_islands = ROUGH_ISLANDS;
    }
    work->entropy = NAN;
    work->status = work_data(work, request->data_seed, request->n, &data);
    if (work->status == ST_OK) {
        work->status = advance(work, data, work->inputs.cloud, request->n, &options, &work->cloud);
    }
    if (work->status == ST_OK && data) {
        work->entropy = data_entropy(data, (size_t)request->n);
    }
    if (work->status == ST_OK && n_regions > 0) {
        work->region_mass = mem_new(n_regions, sizeof(double));
        work->region_error = mem_new(n_regions, sizeof(double));
        particles_regions(request->model, work->cloud, work->region_mass, work->region_error);
    }
}

/* The free energies of a run on the stream that follows `other` later, rung by rung. What it has
   reached when it is cancelled is not lost. */
void run_learning(struct work *work)
{
    const struct request *request = &work->request;
    const struct clouds *clouds = work->inputs.clouds; /* of it only what never changes */
    uint64_t seed = request->data_seed + 1 + work->inputs.other;
    struct particles_options options = {.n_particles = OTHER_PARTICLES,
                                        .n_islands = OTHER_ISLANDS,
                                        .seed = work->seed + 1 + work->inputs.other,
                                        .threads = work->threads};
    size_t at = work->inputs.n_rows;
    double start = seconds_now();
    const struct data *data = NULL;
    work->status = work_data(work, seed, work->inputs.n_to, &data);
    work->free_energy = mem_new(clouds->n_ladder + 1, sizeof *work->free_energy);
    while (work->status == ST_OK && at < clouds->n_ladder &&
           clouds->ladder[at] <= work->inputs.n_to) {
        double n = clouds->ladder[at];
        struct particles *next = NULL;
        work->status =
            advance(work, data, work->cloud ? work->cloud : work->inputs.cloud, n, &options, &next);
        if (work->status != ST_OK) {
            break;
        }
        particles_unref(work->cloud);
        work->cloud = next;
        double entropy = data ? data_entropy(data, (size_t)n) : NAN;
        work->free_energy[work->n_new++] = -next->log_z - n * request->beta * entropy;
        at++;
        if (seconds_now() - start > OTHER_SECONDS) {
            break;
        }
    }
    data_unref(work->data); /* drawn again when it is wanted: ten streams would fill memory */
    work->data = NULL;
}
