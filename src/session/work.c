/* The jobs: each turns a request and immutable inputs into a result of its own. */
#include "work.h"

#include <math.h>
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

static bool is_knob(const struct model *model, const char *name)
{
    for (size_t i = 0; i < model->n_knobs; i++) {
        if (strcmp(model->knobs[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Every const that was set in one has the same value in the other; knobs say for themselves. */
static bool consts_same(const struct model *a, const struct model *b)
{
    for (size_t i = 0; i < a->n_settings; i++) {
        const char *name = a->settings[i].name;
        double in_a = a->settings[i].value, in_b = NAN; /* the last setting of a name counts */
        for (size_t j = i + 1; j < a->n_settings; j++) {
            in_a = strcmp(a->settings[j].name, name) == 0 ? a->settings[j].value : in_a;
        }
        for (size_t j = 0; j < b->n_settings; j++) {
            in_b = strcmp(b->settings[j].name, name) == 0 ? b->settings[j].value : in_b;
        }
        if (!is_knob(a, name) && in_a != in_b) {
            return false;
        }
    }
    return true;
}

bool model_same(const struct model *a, const struct model *b)
{
    if (a == b) {
        return true;
    }
    if (!a || !b || a->n_knobs != b->n_knobs || strcmp(a->text, b->text) != 0) {
        return false;
    }
    for (size_t i = 0; i < a->n_knobs; i++) {
        if (a->knobs[i].value != b->knobs[i].value) {
            return false;
        }
    }
    return consts_same(a, b) && consts_same(b, a);
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
    return a->nx == b->nx && a->ny == b->ny && a->n == b->n && a->beta == b->beta &&
           a->data_seed == b->data_seed && a->rank == b->rank && a->coarse == b->coarse &&
           a->plain == b->plain && a->sampled == b->sampled && a->rough == b->rough &&
           a->here == b->here && a->mended == b->mended && strcmp(a->moves, b->moves) == 0;
}

struct model *model_counted(const struct model *model)
{
    return (struct model *)(uintptr_t)model;
}

void request_set(struct request *request, const struct request *from)
{
    struct request copy = *from;
    if (copy.model) {
        model_ref(model_counted(copy.model));
    }
    request_clear(request);
    *request = copy;
}

void request_clear(struct request *request)
{
    model_unref(model_counted(request->model));
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
    if (work->kind == WORK_SLICE) {
        work->status = zeros_slice(request->model, request->rest, request->axes[0],
                                   request->axes[1], &options, &work->job.cancel, work->zeros);
        return;
    }
    work->status = zeros_find(request->model, &options, &work->job.cancel, work->zeros);
    if (work->status == ST_OK) {
        work->labels = zero_labels_new(request->model, work->zeros);
    }
}

static void run_fisher(struct work *work)
{
    if (fisher_at(work->request.model, work->request.rest, &work->fisher) != ST_OK) {
        work->fisher.point_class = POINT_UNDEFINED;
    }
    work->status = ST_OK;
}

double *edges_new(double low, double high, size_t cells)
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
    case WORK_FISHER:
    case WORK_WEIGHTS:
    case WORK_PREDICTIVE:
    case WORK_CLOUD:
    case WORK_EMPIRICAL:
    case WORK_LEARNING:
    case WORK_ZEROS:
    case WORK_SLICE:
    case WORK_VOLUME:
    case WORK_RLCT:
    case WORK_RLCT_HERE:
    case WORK_HAND:
    case WORK_FAILURE:
    case WORK_ESTIMATES:
    case WORK_LEARNED:
    case WORK_KINDS:
        break;
    }
    return 0;
}

size_t request_cells(const struct request *request, size_t i, double *low, double *high)
{
    for (size_t axis = 0; axis < 2; axis++) {
        if (request->axes[axis] == i) {
            *low = request->low[axis];
            *high = request->high[axis];
            return axis == 0 ? request->nx : request->ny;
        }
    }
    *low = request->model->params[i].low;
    *high = request->model->params[i].high;
    return request->nx < request->ny ? request->nx : request->ny;
}

/* K of a likelihood is a long program: what an integral of it may cost is bounded by time, so that
   it never holds up what is seen at once. */
#define PLAIN_SECONDS 3.0
#define STEP_SECONDS 3e-9

static size_t integral_budget(const struct work *work)
{
    const struct model *model = work->request.model;
    if (model->likelihood) {
        double points = PLAIN_SECONDS / (STEP_SECONDS * (double)(program_n_steps(model->kl) + 1));
        return (size_t)fmax(points, 2e5);
    }
    /* a hard potential in three dimensions is not to hold up the explorer for long */
    return model->dim == 3 ? (work->kind == WORK_COARSE ? 30000000 : 200000000) : 0;
}

static void run_integral(struct work *work)
{
    const struct request *request = &work->request;
    const struct model *model = request->model;
    struct integral_options options = {
        .tolerance = tolerance_of(work),
        .evidence_only = work->kind == WORK_PLAIN,
        .threads = work->threads,
        .budget = integral_budget(work),
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
        work->status = concentration_new(work, &work->concentration);
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
    case WORK_FISHER:
        run_fisher(work);
        break;
    case WORK_ZEROS:
    case WORK_SLICE:
        run_zeros(work);
        break;
    case WORK_CURVES:
        work->status =
            curves_new(work->inputs.integral, work->request.beta, &job->cancel, &work->curves);
        break;
    case WORK_VOLUME:
        work->status = volume_new(work->inputs.integral, &work->curves);
        break;
    case WORK_WEIGHTS:
        run_weights(work);
        break;
    case WORK_PREDICTIVE:
        run_predictive(work);
        break;
    case WORK_CLOUD:
        run_cloud(work);
        break;
    case WORK_EMPIRICAL:
        run_empirical(work);
        break;
    case WORK_LEARNING:
        run_learning(work);
        break;
    case WORK_RLCT:
    case WORK_RLCT_HERE:
        run_rlct(work);
        break;
    case WORK_HAND:
        run_hand(work);
        break;
    case WORK_FAILURE:
        run_failure(work);
        break;
    case WORK_ESTIMATES:
        run_estimates(work);
        break;
    case WORK_LEARNED:
        run_learned(work);
        break;
    case WORK_KINDS:
        break;
    }
    work->seconds = seconds_now() - start;
}

static int lane_of(enum work_kind kind, const struct request *request)
{
    const struct model *model = request->model;
    bool search =
        kind == WORK_ZEROS || kind == WORK_SLICE || kind == WORK_PLAIN || kind == WORK_VOLUME;
    if (kind == WORK_CLOUD || kind == WORK_EMPIRICAL || kind == WORK_LEARNING) {
        return LANE_LONG;
    }
    if (kind == WORK_RLCT || kind == WORK_RLCT_HERE || kind == WORK_HAND) {
        return LANE_EXACT;
    }
    if (kind == WORK_FAILURE || kind == WORK_ESTIMATES || kind == WORK_LEARNED) {
        return LANE_STUDY;
    }
    if (kind == WORK_WEIGHTS) {
        return request->coarse ? LANE_QUICK : LANE_SEARCH;
    }
    return search && (model->likelihood || model->dim > INTEGRAL_MAX_DIM) ? LANE_SEARCH
                                                                          : LANE_QUICK;
}

struct work *work_new(enum work_kind kind, const struct request *request,
                      const struct inputs *inputs)
{
    struct work *work = mem_new(1, sizeof *work);
    /* what is quick goes before three dimensions, which would hold up the other side */
    bool last = request->model->dim == 3 && !request->model->likelihood;
    work->job.priority = (int)kind + (last ? (int)WORK_KINDS : 0);
    if (kind == WORK_LEARNING) {
        work->job.priority = 2 * (int)WORK_KINDS;
    }
    work->job.lane = lane_of(kind, request);
    work->job.run = run;
    work->kind = kind;
    request_set(&work->request, request);
    work->inputs = *inputs;
    held_ref(inputs->integral);
    held_ref(inputs->plain);
    if (inputs->cloud) {
        particles_ref(inputs->cloud);
    }
    if (inputs->data) {
        data_ref(inputs->data);
    }
    if (inputs->clouds) {
        clouds_ref(inputs->clouds);
    }
    board_ref(inputs->board);
    atomic_init(&work->progress, 0);
    work->status = ST_CANCELLED;
    return work;
}

static void inputs_done(struct inputs *inputs)
{
    held_unref(inputs->integral);
    held_unref(inputs->plain);
    particles_unref(inputs->cloud);
    data_unref(inputs->data);
    clouds_unref(inputs->clouds);
    board_unref(inputs->board);
}

void work_free(struct work *work)
{
    if (!work) {
        return;
    }
    if (work->kind == WORK_FISHER) {
        fisher_done(&work->fisher);
    }
    request_clear(&work->request);
    inputs_done(&work->inputs);
    held_unref(work->integral);
    zero_set_free(work->zeros);
    mem_free(work->labels);
    landscape_free(work->landscape);
    concentration_done(&work->concentration);
    curves_free(work->curves);
    predictive_free(work->predictive);
    weights_free(work->weights);
    particles_unref(work->cloud);
    data_unref(work->data);
    rlct_free(work->rlct);
    hand_play_free(work->hand);
    estimate_free(work->estimate);
    mem_free(work->free_energy);
    mem_free(work->region_mass);
    mem_free(work->region_error);
    mem_free(work);
}

void work_drop(struct job *job)
{
    work_free((struct work *)job);
}
