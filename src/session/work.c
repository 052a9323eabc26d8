/* The jobs: each turns a request and immutable inputs into a result of its own. */
#include "work.h"

#include <string.h>
#include <time.h>

#include "cusp/mem.h"

/* Relative errors of Z. An eye sees a hundredth of a cell's brightness; three parameters take long.
   Numbers come from a plain integral, which is as exact as the default. */
#define COARSE_TOLERANCE 1e-2
#define COARSE_TOLERANCE_3D 3e-2
#define FINE_TOLERANCE 1e-3
#define FINE_TOLERANCE_3D 1e-3

double seconds_now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

bool model_same(const struct model *a, const struct model *b)
{
    if (a == b) {
        return true;
    }
    if (!a || !b || a->n_knobs != b->n_knobs || a->n_settings != b->n_settings ||
        strcmp(a->text, b->text) != 0) {
        return false;
    }
    for (size_t i = 0; i < a->n_knobs; i++) {
        if (a->knobs[i].value != b->knobs[i].value) {
            return false;
        }
    }
    for (size_t i = 0; i < a->n_settings; i++) {
        if (strcmp(a->settings[i].name, b->settings[i].name) != 0 ||
            a->settings[i].value != b->settings[i].value) {
            return false;
        }
    }
    return true;
}

bool request_same(const struct request *a, const struct request *b)
{
    if (!a->model || !b->model || !model_same(a->model, b->model)) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        if (a->axes[i] != b->axes[i] || a->low[i] != b->low[i] || a->high[i] != b->high[i]) {
            return false;
        }
    }
    for (size_t i = 0; i < SYNTAX_MAX_PARAMS; i++) {
        if (a->rest[i] != b->rest[i]) {
            return false;
        }
    }
    return a->nx == b->nx && a->ny == b->ny && a->n == b->n && a->rank == b->rank &&
           a->coarse == b->coarse && a->plain == b->plain;
}

/* Models are immutable but for their count of references, which is atomic. */
static struct model *counted(const struct model *model)
{
    return (struct model *)(uintptr_t)model;
}

void request_set(struct request *request, const struct request *from)
{
    struct request copy = *from;
    if (copy.model) {
        model_ref(counted(copy.model));
    }
    request_clear(request);
    *request = copy;
}

void request_clear(struct request *request)
{
    model_unref(counted(request->model));
    memset(request, 0, sizeof *request);
}

void held_ref(struct held_integral *held)
{
    if (held) {
        atomic_fetch_add_explicit(&held->references, 1, memory_order_relaxed);
    }
}

void held_unref(struct held_integral *held)
{
    if (held && atomic_fetch_sub_explicit(&held->references, 1, memory_order_acq_rel) == 1) {
        integral_free(held->integral);
        request_clear(&held->request);
        mem_free(held);
    }
}

void zero_set_free(struct zero_set *zeros)
{
    if (zeros) {
        zeros_done(zeros);
        mem_free(zeros);
    }
}

static void run_zeros(struct work *work)
{
    struct zeros_options options = {.seed = work->seed, .threads = work->threads};
    const struct request *request = &work->request;
    work->zeros = mem_new(1, sizeof *work->zeros);
    work->status = work->kind == WORK_ZEROS
                       ? zeros_find(request->model, &options, &work->job.cancel, work->zeros)
                       : zeros_slice(request->model, request->rest, request->axes[0],
                                     request->axes[1], &options, &work->job.cancel, work->zeros);
}

/* Edges of `cells` equal cells. */
static double *edges_new(double low, double high, size_t cells)
{
    double *edges = mem_new(cells + 1, sizeof *edges);
    for (size_t i = 0; i <= cells; i++) {
        edges[i] = low + (high - low) * (double)i / (double)cells;
    }
    edges[cells] = high;
    return edges;
}

static double tolerance_of(const struct work *work)
{
    bool dear = work->request.model->dim == 3;
    switch (work->kind) {
    case WORK_COARSE:
        return dear ? COARSE_TOLERANCE_3D : COARSE_TOLERANCE;
    case WORK_FINE:
        return dear ? FINE_TOLERANCE_3D : FINE_TOLERANCE;
    case WORK_PLAIN:
    case WORK_POSTERIOR:
    case WORK_CURVES:
    case WORK_LANDSCAPE:
    case WORK_ZEROS:
    case WORK_SLICE:
    case WORK_VOLUME:
    case WORK_KINDS:
        break;
    }
    return 0;
}

size_t request_cells(const struct request *request, size_t i, double *low, double *high)
{
    *low = request->model->params[i].low;
    *high = request->model->params[i].high;
    size_t cells = request->nx < request->ny ? request->nx : request->ny;
    for (size_t axis = 2; axis-- > 0;) {
        if (request->axes[axis] == i) {
            *low = request->low[axis];
            *high = request->high[axis];
            cells = axis == 0 ? request->nx : request->ny;
        }
    }
    return cells;
}

static void run_integral(struct work *work)
{
    const struct request *request = &work->request;
    const struct model *model = request->model;
    struct integral_options options = {
        .tolerance = tolerance_of(work),
        .evidence_only = work->kind == WORK_PLAIN,
        .threads = work->threads,
        /* a hard potential in three dimensions is not to hold up the explorer for long */
        .budget = model->dim == 3 ? (work->kind == WORK_COARSE ? 30000000 : 200000000) : 0,
    };
    double *edges[INTEGRAL_MAX_DIM] = {0};
    for (size_t i = 0; i < model->dim && work->kind != WORK_PLAIN; i++) {
        double low, high;
        size_t cells = request_cells(request, i, &low, &high);
        edges[i] = edges_new(low, high, cells);
        options.edges[i] = edges[i];
        options.n_edges[i] = cells + 1;
    }
    struct integral *integral = NULL;
    work->status = integral_new(model, &options, &work->job.cancel, &integral);
    if (work->status == ST_OK) {
        struct held_integral *held = mem_new(1, sizeof *held);
        atomic_init(&held->references, 1);
        held->integral = integral;
        request_set(&held->request, request);
        work->integral = held;
    }
    for (size_t i = 0; i < INTEGRAL_MAX_DIM; i++) {
        mem_free(edges[i]);
    }
}

static void run(struct job *job)
{
    struct work *work = (struct work *)job;
    double start = seconds_now();
    switch (work->kind) {
    case WORK_POSTERIOR:
        work->status = concentration_new(work->integral, work->plain, work->request.n, &job->cancel,
                                         &work->concentration);
        break;
    case WORK_COARSE:
    case WORK_PLAIN:
    case WORK_FINE:
        run_integral(work);
        break;
    case WORK_LANDSCAPE:
        work->landscape = landscape_new(&work->request, &job->cancel);
        work->status = cancel_wanted(&job->cancel) ? ST_CANCELLED : ST_OK;
        break;
    case WORK_ZEROS:
    case WORK_SLICE:
        run_zeros(work);
        break;
    case WORK_CURVES:
        work->status = curves_new(work->integral, &job->cancel, &work->curves);
        break;
    case WORK_VOLUME:
        work->status = volume_new(work->integral, &work->curves);
        break;
    case WORK_KINDS:
        break;
    }
    work->seconds = seconds_now() - start;
}

struct work *work_new(enum work_kind kind, const struct request *request,
                      struct held_integral *integral, struct held_integral *plain)
{
    struct work *work = mem_new(1, sizeof *work);
    /* what is quick goes before three dimensions, which would hold up the other side */
    work->job.priority = (int)kind + (request->model->dim == 3 ? WORK_KINDS : 0);
    work->job.run = run;
    work->kind = kind;
    request_set(&work->request, request);
    held_ref(integral);
    work->integral = integral;
    held_ref(plain);
    work->plain = plain;
    work->status = ST_CANCELLED;
    return work;
}

void work_free(struct work *work)
{
    if (!work) {
        return;
    }
    request_clear(&work->request);
    held_unref(work->integral);
    held_unref(work->plain);
    zero_set_free(work->zeros);
    landscape_free(work->landscape);
    concentration_done(&work->concentration);
    curves_free(work->curves);
    mem_free(work);
}

void work_drop(struct job *job)
{
    work_free((struct work *)job);
}
