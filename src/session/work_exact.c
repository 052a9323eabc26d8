/* Jobs on λ itself: the exact value, a resolution by hand, every estimator, learning curves. */
#include <math.h>
#include <stdio.h>

#include "cusp/mem.h"
#include "work.h"

enum { LEARNED_SETS = 100 };

void run_rlct(struct work *work)
{
    bool here = work->kind == WORK_RLCT_HERE;
    struct rlct_options options = {.at = here ? work->request.rest : NULL, .snap = here};
    work->status = rlct_find(work->request.model, &options, &work->job.cancel, work->words,
                             sizeof work->words, &work->rlct);
}

void run_hand(struct work *work)
{
    struct rlct_options options = {.at = work->request.here ? work->request.rest : NULL,
                                   .snap = true};
    work->status = rlct_by_hand(work->request.model, &options, work->request.moves,
                                &work->job.cancel, work->words, sizeof work->words, &work->hand);
}

struct row {
    struct board *board;
    size_t index;
};

static void note_estimate(const struct estimate *so_far, void *context)
{
    const struct row *row = context;
    board_put_progress(row->board, row->index, so_far);
}

static void estimate_all(struct work *work, const struct estimator_setup *setup)
{
    struct board *board = work->inputs.board;
    const struct cancel *cancel = &work->job.cancel;
    struct quantity finite = finite_n_lambda(setup, 1, cancel);
    struct quantity tempered = finite_n_lambda(setup, setup->n > 2 ? 1 / log(setup->n) : 1, cancel);
    board_put_finite(board, finite, tempered);
    for (size_t i = 0; estimators[i] != NULL && !cancel_wanted(cancel); i++) {
        struct estimate estimate = {0};
        struct row row = {board, i};
        char why[160] = "";
        board_put_progress(board, i, &estimate);
        enum status status = estimate_run(estimators[i], setup, cancel, note_estimate, &row,
                                          &estimate, why, sizeof why);
        if (status == ST_CANCELLED)
            estimate_done(&estimate);
        else
            board_put_estimate(board, i, &estimate,
                               status == ST_OK  ? NULL
                               : why[0] != '\0' ? why
                                                : status_name(status));
    }
    work->status = cancel_wanted(cancel) ? ST_CANCELLED : ST_OK;
}

void estimate_free(struct estimate *estimate)
{
    if (estimate != NULL) {
        estimate_done(estimate);
        mem_free(estimate);
    }
}

/* The first observations of the request's stream; NULL for a potential. */
static enum status data_of(struct work *work, double n, struct data **out)
{
    const struct request *request = &work->request;
    *out = NULL;
    if (!model_has_data(request->model))
        return ST_OK;
    enum status status =
        data_new(request->model, request->data_seed, (size_t)n, NULL, &work->job.cancel, out);
    if (status != ST_OK && status != ST_CANCELLED)
        snprintf(work->words, sizeof work->words, "there are no %.0f observations", n);
    return status;
}

/* On the preset's own model and data, whatever the session has opened since. */
void run_failure(struct work *work)
{
    const struct failure *failure = failure_named(work->request.moves);
    struct estimator_setup setup;
    struct model *model = NULL;
    struct data *data = NULL;
    struct diags diags;
    diags_init(&diags);
    work->status = failure_prepare(failure, work->request.mended, &diags, &model, &data, &setup);
    diags_done(&diags);
    if (work->status != ST_OK) {
        snprintf(work->words, sizeof work->words, "the preset's model could not be opened");
        return;
    }
    setup.threads = work->threads;
    work->estimate = mem_new(1, sizeof *work->estimate);
    const char *name = work->request.mended && failure->repair_estimator != NULL
                           ? failure->repair_estimator
                           : failure->estimator;
    work->status = estimate_run(estimator_named(name), &setup, &work->job.cancel, NULL, NULL,
                                work->estimate, work->words, sizeof work->words);
    if (work->status == ST_UNABLE && work->estimate->sgld != NULL)
        work->status = ST_OK; /* every chain broke: that is what is to be seen */
    data_unref(data);
    model_unref(model);
}

void run_estimates(struct work *work)
{
    const struct request *request = &work->request;
    struct data *data = NULL;
    work->status = data_of(work, request->n, &data);
    if (work->status != ST_OK)
        return;
    struct estimator_setup setup = {.model = request->model,
                                    .data = data,
                                    .n = request->n,
                                    .seed = work->seed,
                                    .threads = work->threads};
    setup.cache = estimator_cache_new();
    board_start_estimates(work->inputs.board, request->n, data != NULL);
    estimate_all(work, &setup);
    estimator_cache_free(setup.cache);
    data_unref(data);
}

static void note_learned(const struct learning_curve *so_far, void *context)
{
    board_put_learned(context, so_far);
}

void run_learned(struct work *work)
{
    static const double n[] = {10, 30, 100, 300, 1000};
    const struct request *request = &work->request;
    struct learning_options options = {.n = n,
                                       .count = sizeof n / sizeof *n,
                                       .n_sets = LEARNED_SETS,
                                       .data_seed = request->data_seed,
                                       .seed = work->seed,
                                       .beta = request->beta,
                                       .threads = work->threads};
    struct learning_curve curve = {0};
    work->status = learning_curve_run(request->model, &options, &work->job.cancel, note_learned,
                                      work->inputs.board, &curve, work->words, sizeof work->words);
    if (work->status == ST_OK)
        board_put_learned(work->inputs.board, &curve);
    learning_curve_done(&curve);
}
