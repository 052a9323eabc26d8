/* Runs of particles that are kept: rungs of the ladder of n, clouds beside it, the data behind. */
#include "clouds.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "work.h"

bool model_has_data(const struct model *model)
{
    return model->likelihood != NULL;
}

double model_n_max(const struct model *model)
{
    if (!model_has_data(model)) {
        return INTEGRAL_MAX_N;
    }
    double rows = (double)data_limit(model);
    return model->file_data ? fmax(rows, 1) : fmin(rows, CLOUDS_STREAM_MAX);
}

double model_n_of(const struct model *model, double n)
{
    if (!model_has_data(model)) {
        return n;
    }
    /* what was meant as 1000 may have come as 999.9999999999 */
    return fmin(fmax(floor(n * (1 + 1e-12)), 1), model_n_max(model));
}

struct clouds *clouds_new(const struct model *model, uint64_t data_seed, double beta, bool rough)
{
    struct clouds *clouds = mem_new(1, sizeof *clouds);
    clouds->references = 1;
    clouds->model = model_ref(model_counted(model));
    clouds->data_seed = data_seed;
    clouds->beta = beta;
    clouds->rough = rough;
    clouds->of_data = model_has_data(model);
    clouds->n_max = model_n_max(model);
    clouds->ladder = mem_new(CLOUDS_LADDER_MAX, sizeof *clouds->ladder);
    clouds->n_ladder =
        rough ? 0
              : particles_ladder(clouds->n_max, clouds->of_data, CLOUDS_LADDER_MAX, clouds->ladder);
    clouds->rungs = mem_new(clouds->n_ladder + 1, sizeof(struct particles *));
    clouds->entropy = mem_new(clouds->n_ladder + 1, sizeof *clouds->entropy);
    clouds->seconds = mem_new(clouds->n_ladder + 1, sizeof *clouds->seconds);
    clouds->region_mass = mem_new((clouds->n_ladder + 1) * (model->n_regions + 1), sizeof(double));
    clouds->region_error = mem_new((clouds->n_ladder + 1) * (model->n_regions + 1), sizeof(double));
    for (size_t i = 0; i < CLOUDS_OTHERS; i++) {
        clouds->others[i].free_energy = mem_new(clouds->n_ladder + 1, sizeof(double));
    }
    return clouds;
}

struct clouds *clouds_ref(struct clouds *clouds)
{
    clouds->references++;
    return clouds;
}

void clouds_unref(struct clouds *clouds)
{
    if (!clouds || --clouds->references > 0) {
        return;
    }
    for (size_t i = 0; i < clouds->reached; i++) {
        particles_unref(clouds->rungs[i]);
    }
    for (size_t i = 0; i < CLOUDS_EXACT_MAX; i++) {
        particles_unref(clouds->exact[i]);
    }
    for (size_t i = 0; i < CLOUDS_OTHERS; i++) {
        particles_unref(clouds->others[i].last);
        mem_free(clouds->others[i].free_energy);
    }
    data_unref(clouds->data);
    model_unref(clouds->model);
    mem_free(clouds->ladder);
    mem_free(clouds->rungs);
    mem_free(clouds->entropy);
    mem_free(clouds->seconds);
    mem_free(clouds->region_mass);
    mem_free(clouds->region_error);
    mem_free(clouds);
}

bool clouds_match(const struct clouds *clouds, const struct model *model, uint64_t data_seed,
                  double beta)
{
    return clouds && clouds->data_seed == data_seed && clouds->beta == beta &&
           model_same(clouds->model, model);
}

static size_t particles_bytes(const struct particles *particles)
{
    return particles ? particles->n_particles * (particles->dim + 1) * sizeof(double) : 0;
}

size_t clouds_bytes(const struct clouds *clouds)
{
    size_t bytes = 0;
    for (size_t i = 0; i < clouds->reached; i++) {
        bytes += particles_bytes(clouds->rungs[i]);
    }
    for (size_t i = 0; i < CLOUDS_EXACT_MAX; i++) {
        bytes += particles_bytes(clouds->exact[i]);
    }
    for (size_t i = 0; i < CLOUDS_OTHERS; i++) {
        bytes += particles_bytes(clouds->others[i].last);
    }
    if (clouds->data) {
        bytes += clouds->data->n * (clouds->data->n_columns + 1) * sizeof(double);
    }
    return bytes;
}

size_t clouds_rungs_below(const struct clouds *clouds, double n)
{
    size_t count = 0;
    while (count < clouds->n_ladder && clouds->ladder[count] <= n) {
        count++;
    }
    return count;
}

struct particles *clouds_at(const struct clouds *clouds, double n)
{
    size_t below = clouds_rungs_below(clouds, n);
    if (below > 0 && clouds->ladder[below - 1] == n) {
        return below <= clouds->reached ? clouds->rungs[below - 1] : NULL;
    }
    for (size_t i = 0; i < CLOUDS_EXACT_MAX && clouds->exact[i]; i++) {
        if (clouds->exact[i]->n == n) {
            return clouds->exact[i];
        }
    }
    return NULL;
}

struct particles *clouds_below(const struct clouds *clouds, double n)
{
    struct particles *exact = clouds_at(clouds, n);
    if (exact) {
        return exact;
    }
    size_t below = clouds_rungs_below(clouds, n);
    size_t at = below < clouds->reached ? below : clouds->reached;
    return at > 0 ? clouds->rungs[at - 1] : NULL;
}

void clouds_put(struct clouds *clouds, struct particles *particles, double entropy, double seconds,
                const double *mass, const double *error)
{
    size_t next = clouds->reached, n_regions = clouds->model->n_regions;
    if (next < clouds->n_ladder && clouds->ladder[next] == particles->n) {
        clouds->seconds[next] = seconds + (next > 0 ? clouds->seconds[next - 1] : 0);
        if (n_regions > 0) {
            memcpy(clouds->region_mass + next * n_regions, mass, n_regions * sizeof *mass);
            memcpy(clouds->region_error + next * n_regions, error, n_regions * sizeof *error);
        }
        clouds->rungs[next] = particles_ref(particles);
        clouds->entropy[next] = entropy;
        clouds->reached++;
        clouds->version++;
        return;
    }
    if (clouds_at(clouds, particles->n)) {
        return;
    }
    particles_unref(clouds->exact[CLOUDS_EXACT_MAX - 1]);
    memmove(clouds->exact + 1, clouds->exact, (CLOUDS_EXACT_MAX - 1) * sizeof *clouds->exact);
    clouds->exact[0] = particles_ref(particles);
}

void clouds_put_data(struct clouds *clouds, struct data *data)
{
    if (data && (!clouds->data || clouds->data->n < data->n)) {
        data_unref(clouds->data);
        clouds->data = data_ref(data);
    }
}

/* ---- what is shown of a run ------------------------------------------------------------------ */

struct trace *clouds_trace(const struct clouds *clouds)
{
    if (clouds->reached == 0) {
        return NULL;
    }
    struct trace *trace = mem_new(1, sizeof *trace);
    trace->n_rows = clouds->reached;
    trace->rows = mem_new(clouds->reached, sizeof *trace->rows);
    for (size_t i = 0; i < clouds->reached; i++) {
        const struct particles *particles = clouds->rungs[i];
        trace->rows[i] = (struct trace_row){
            .n = particles->n,
            .log_z = particles->log_z,
            .log_z_error = particles->log_z_error,
            .mean_nk = particles->mean_nk,
            .mean_nk_error = particles->mean_nk_error,
            .ess = particles->ess,
            .rhat = particles->rhat,
            .acceptance = particles->acceptance,
            .entropy = clouds->entropy[i],
            .disagree = particles->disagree,
        };
    }
    size_t n_regions = clouds->model->n_regions, count = clouds->reached * n_regions;
    if (n_regions > 0) {
        trace->region_mass = mem_new(count, sizeof(double));
        trace->region_error = mem_new(count, sizeof(double));
        memcpy(trace->region_mass, clouds->region_mass, count * sizeof(double));
        memcpy(trace->region_error, clouds->region_error, count * sizeof(double));
    }
    return trace;
}

void trace_free(struct trace *trace)
{
    if (trace) {
        mem_free(trace->rows);
        mem_free(trace->region_mass);
        mem_free(trace->region_error);
        mem_free(trace);
    }
}

/* Mean over this data set and the others that have come as far as row i. */
static void mean_row(const struct clouds *clouds, size_t i, struct learning *learning)
{
    double values[CLOUDS_OTHERS + 1] = {learning->free_energy[i]}, sum = values[0], squares = 0;
    size_t count = 1;
    for (size_t k = 0; k < CLOUDS_OTHERS; k++) {
        const struct other_run *other = &clouds->others[k];
        if (i < other->n_rows && isfinite(other->free_energy[i])) {
            values[count++] = other->free_energy[i];
            sum += other->free_energy[i];
        }
    }
    double mean = sum / (double)count;
    for (size_t k = 0; k < count; k++) {
        squares += (values[k] - mean) * (values[k] - mean);
    }
    bool enough = count >= 3;
    learning->mean_sets[i] = count;
    learning->mean_free_energy[i] = enough ? mean : NAN;
    learning->mean_error[i] = enough ? sqrt(squares / (double)(count - 1) / (double)count) : NAN;
    if (enough && count > learning->n_sets) {
        learning->n_sets = count;
    }
}

struct learning *clouds_learning(const struct clouds *clouds)
{
    size_t rows = clouds->reached;
    bool known = rows > 0 && (!clouds->of_data || isfinite(clouds->entropy[0]));
    if (!known) {
        return NULL;
    }
    struct learning *learning = mem_new(1, sizeof *learning);
    learning->of_data = clouds->of_data;
    learning->n_rows = rows;
    learning->n_sets = 1;
    learning->n = mem_new(rows, sizeof(double));
    learning->free_energy = mem_new(rows, sizeof(double));
    learning->error = mem_new(rows, sizeof(double));
    bool others = false;
    for (size_t k = 0; k < CLOUDS_OTHERS; k++) {
        others |= clouds->others[k].n_rows > 0;
    }
    if (others) {
        learning->mean_free_energy = mem_new(rows, sizeof(double));
        learning->mean_error = mem_new(rows, sizeof(double));
        learning->mean_sets = mem_new(rows, sizeof(size_t));
    }
    for (size_t i = 0; i < rows; i++) {
        const struct particles *particles = clouds->rungs[i];
        double entropy = clouds->of_data ? particles->n * clouds->beta * clouds->entropy[i] : 0;
        learning->n[i] = particles->n;
        learning->free_energy[i] = -particles->log_z - entropy;
        learning->error[i] = particles->log_z_error;
        if (others) {
            mean_row(clouds, i, learning);
        }
    }
    return learning;
}

void learning_free(struct learning *learning)
{
    if (learning) {
        mem_free(learning->n);
        mem_free(learning->free_energy);
        mem_free(learning->error);
        mem_free(learning->mean_free_energy);
        mem_free(learning->mean_error);
        mem_free(learning->mean_sets);
        mem_free(learning);
    }
}
