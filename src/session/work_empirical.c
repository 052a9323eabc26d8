/* The posterior on a data set by integration, where that is affordable. */
#include <math.h>

#include "cusp/mem.h"
#include "work.h"

/* Seconds that such an integral may take. */
#define SECONDS_MOST 4.0
/* An error of log Z beyond this is worse than that of particles. */
#define ERROR_MOST 0.02
#define PICTURE_TOLERANCE 1e-4
#define PICTURE_TOLERANCE_3D 1e-3

/* Seconds by the length of the program for K, as measured on a machine of 2023. */
double integral_seconds(const struct model *model)
{
    static const double least[] = {0, 0, 0.02, 0.7}, step[] = {0, 3e-6, 2.3e-3, 3e-2};
    return model->dim > INTEGRAL_MAX_DIM || model->kl_node == MODEL_NO_NODE
               ? INFINITY
               : least[model->dim] + step[model->dim] * (double)program_n_steps(model->kl);
}

static enum status integrate(struct work *work, const struct model *empirical,
                             struct integral **out)
{
    const struct request *request = &work->request;
    struct integral_options options = {
        .tolerance = request->model->dim == 3 ? PICTURE_TOLERANCE_3D : PICTURE_TOLERANCE,
        .n_min = request->n,
        .n_max = request->n,
        .threads = work->threads,
    };
    double *edges[INTEGRAL_MAX_DIM] = {0};
    for (size_t i = 0; i < request->model->dim; i++) {
        double low, high;
        size_t cells = request_cells(request, i, &low, &high);
        edges[i] = edges_new(low, high, cells);
        options.edges[i] = edges[i];
        options.n_edges[i] = cells + 1;
    }
    enum status status = integral_new(empirical, &options, &work->job.cancel, out);
    for (size_t i = 0; i < INTEGRAL_MAX_DIM; i++) {
        mem_free(edges[i]);
    }
    return status;
}

void run_empirical(struct work *work)
{
    const struct request *request = &work->request;
    const struct data *data = NULL;
    struct model *empirical = NULL;
    struct integral *integral = NULL;
    double log_scale = 0;
    work->status = work_data(work, request->data_seed, request->n, &data);
    if (work->status == ST_OK) {
        work->status = model_empirical(request->model, data, (size_t)request->n, request->beta,
                                       &log_scale, &work->why, &empirical);
    }
    if (work->status == ST_OK && integral_seconds(empirical) > SECONDS_MOST) {
        work->status = ST_UNABLE;
    }
    if (work->status == ST_OK) {
        work->status = integrate(work, empirical, &integral);
    }
    if (work->status == ST_OK) {
        struct evidence evidence;
        work->status = integral_evidence(integral, &request->n, 1, &evidence);
        if (work->status == ST_OK && !(evidence.error <= ERROR_MOST)) {
            work->status = ST_UNABLE;
        }
    }
    model_unref(empirical);
    if (work->status != ST_OK) {
        integral_free(integral);
        return;
    }
    struct held_integral *held = mem_new(1, sizeof *held);
    atomic_init(&held->references, 1);
    held->integral = integral;
    held->of_data = true;
    held->log_scale = log_scale;
    held->entropy = data_entropy(data, (size_t)request->n);
    request_set(&held->request, request);
    work->integral = held;
}
