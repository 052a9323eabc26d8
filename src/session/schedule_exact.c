/* When λ, its resolution, the estimators and the learning curves are asked for. */
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "session_private.h"

/* Whether the answer that is there is about the model as it is. */
bool run_has_now(const struct run *run, enum work_kind kind)
{
    const struct request *have = &run->slots[kind].have;
    return have->model != NULL && model_same(have->model, run->model);
}

/* Whether λ at the cursor is that of the place where it stands now. */
static bool here_is_now(const struct run *run)
{
    const double *at = run->slots[WORK_RLCT_HERE].have.rest;
    bool same = run_has_now(run, WORK_RLCT_HERE);
    for (size_t i = 0; i < run->model->dim; i++)
        same = same && at[i] == run->place.cursor[i];
    return same;
}

/* λ at the cursor, where that is on W0. */
static void see_to_here(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    if (!run->is.on_zero_set) {
        slot_cancel(session, &run->slots[WORK_RLCT_HERE]);
        run_clear(run, WORK_RLCT_HERE);
        return;
    }
    struct request want = {.model = run->model};
    memcpy(want.rest, run->place.cursor, run->model->dim * sizeof *want.rest);
    see_to(session, index, WORK_RLCT_HERE, &want, NULL);
}

const struct rlct *run_resolved(const struct run *run)
{
    const struct rlct *here = run->is.rlct_here;
    if (here != NULL && here->resolution != NULL && run_has_now(run, WORK_RLCT_HERE))
        return here;
    return run_has_now(run, WORK_RLCT) ? run->is.rlct : NULL;
}

static void see_to_hand(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    if (!session->state.by_hand || run->model->dim != 2 || index >= SIDES_MAX) {
        slot_cancel(session, &run->slots[WORK_HAND]);
        run_clear(run, WORK_HAND);
        return;
    }
    const struct rlct *resolved = run_resolved(run);
    struct request want = {.model = run->model,
                           .here = resolved != NULL && resolved == run->is.rlct_here};
    if (want.here)
        memcpy(want.rest, run->place.cursor, run->model->dim * sizeof *want.rest);
    snprintf(want.moves, sizeof want.moves, "%s", session->state.moves[index]);
    see_to(session, index, WORK_HAND, &want, NULL);
}

/* The resolution on the screen, and the chart of it that is looked at. */
const struct resolution *run_resolution(const struct session *session, const struct run *run)
{
    if (session->state.by_hand)
        return run->is.hand != NULL ? &run->is.hand->hand.resolution : NULL;
    const struct rlct *resolved = run_resolved(run);
    return resolved != NULL ? resolved->resolution : NULL;
}

static void see_to_chart(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    const struct resolution *resolution = run_resolution(session, run);
    size_t chart = index < SIDES_MAX ? session->state.chart[index] : 0;
    if (resolution != NULL && chart >= resolution->n_charts)
        chart = 0;
    if (resolution == run->is.charted && chart == run->is.chart_at)
        return;
    chart_picture_free(run->is.chart);
    run->is.chart = resolution != NULL && resolution->n_vars == 2
                        ? chart_picture_new(resolution, chart, NULL, NULL, 0)
                        : NULL;
    run->is.charted = resolution;
    run->is.chart_at = chart;
}

static void poke(void *context)
{
    jobs_poke(context);
}

/* A study writes on a board of its own, which is shown from the moment it is asked for. */
static void see_to_study(struct session *session, size_t index, enum work_kind kind,
                         const struct request *want, struct board **board)
{
    struct run *run = &session->runs[index];
    struct slot *slot = &run->slots[kind];
    if (slot_has(run, kind, want) || (slot->asked && request_same(&slot->asked->request, want))) {
        see_to(session, index, kind, want, NULL);
        return;
    }
    board_unref(*board);
    *board = board_new(poke, session->jobs);
    struct inputs inputs = {.board = *board};
    ask(session, index, kind, want, &inputs);
}

/* A preset of what goes wrong, on the first side. */
static void see_to_failure(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    const char *name = session->state.failure;
    if (index != 0 || name[0] == '\0' || failure_named(name) == NULL ||
        !(session->needs & SESSION_ESTIMATES)) {
        slot_cancel(session, &run->slots[WORK_FAILURE]);
        run_clear(run, WORK_FAILURE);
        return;
    }
    bool on_data = model_has_data(run->model) && !run->model->file_data;
    struct request want = {.model = run->model,
                           .n = model_n_of(run->model, session->state.n),
                           .data_seed = on_data ? session->state.data_seed : 0};
    want.mended = session->state.mended;
    snprintf(want.moves, sizeof want.moves, "%s", name);
    see_to(session, index, WORK_FAILURE, &want, NULL);
}

static void see_to_studies(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    const struct model *model = run->model;
    const struct state *state = &session->state;
    uint64_t seed = model_has_data(model) && !model->file_data ? state->data_seed : 0;
    bool resting = !state->playing || session->synchronous;
    if ((session->needs & SESSION_ESTIMATES) && resting) {
        struct request want = {.model = model, .n = model_n_of(model, state->n), .data_seed = seed};
        see_to_study(session, index, WORK_ESTIMATES, &want, &run->is.estimates_board);
    } else if (!(session->needs & SESSION_ESTIMATES)) {
        slot_cancel(session, &run->slots[WORK_ESTIMATES]);
    }
    if ((session->needs & SESSION_LEARN) && model->likelihood != NULL) {
        struct request want = {.model = model, .data_seed = seed, .beta = state->beta};
        see_to_study(session, index, WORK_LEARNED, &want, &run->is.learned_board);
    } else {
        slot_cancel(session, &run->slots[WORK_LEARNED]);
    }
}

/* A process is split off for λ: it waits until the pictures are there. */
static bool pictures_come(const struct session *session)
{
    static const enum work_kind kinds[] = {WORK_LANDSCAPE, WORK_POSTERIOR, WORK_COARSE, WORK_FINE};
    bool come = false;
    for (size_t side = 0; side < SIDES_MAX; side++)
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            come = come || session->runs[side].slots[kinds[i]].asked != NULL;
    return come && !session->synchronous;
}

void see_to_exact(struct session *session, size_t index)
{
    const struct run *run = &session->runs[index];
    if (index == RUN_PREVIEW)
        return;
    if (session->needs & SESSION_RLCT) {
        struct request want = {.model = run->model};
        if (!pictures_come(session)) {
            see_to(session, index, WORK_RLCT, &want, NULL);
            see_to_here(session, index);
        }
        see_to_hand(session, index);
        see_to_chart(session, index);
    }
    see_to_failure(session, index);
    see_to_studies(session, index);
}

bool run_look_at_boards(struct run *run)
{
    struct results *is = &run->is;
    bool changed = false;
    if (is->estimates_board != NULL) {
        unsigned long version = board_version(is->estimates_board);
        if (version != is->estimates_version || is->estimates_of != is->estimates_board) {
            estimates_free(is->estimates);
            board_unref(is->estimates_of);
            is->estimates_of = board_ref(is->estimates_board);
            is->estimates = board_estimates(is->estimates_board);
            is->estimates_version = version;
            changed = true;
        }
    }
    if (is->learned_board != NULL) {
        unsigned long version = board_version(is->learned_board);
        if (version != is->learned_version) {
            learned_free(is->learned);
            is->learned = board_learned(is->learned_board);
            is->learned_version = version;
            changed = true;
        }
    }
    return changed;
}

static const char *why_of(const struct run *run, enum work_kind kind, const char *words)
{
    return run_has_now(run, kind) && run->slots[kind].status != ST_OK ? words : "";
}

/* The estimate by SGLD that is shown: of the preset, or among all estimators. */
static void fill_llc(const struct session *session, const struct run *run, struct side *side)
{
    const struct results *is = &run->is;
    side->llc_why = "";
    if (session->state.failure[0] != '\0' && run == &session->runs[0]) {
        side->failure = failure_named(session->state.failure);
        side->mended = session->state.mended;
        side->llc = is->llc;
        side->llc_why = why_of(run, WORK_FAILURE, is->llc_why);
        return;
    }
    for (size_t i = 0; is->estimates != NULL && i < is->estimates->n_rows; i++) {
        const struct estimate_row *row = &is->estimates->rows[i];
        if (row->done && row->estimate.sgld != NULL && side->llc == NULL)
            side->llc = &row->estimate;
    }
}

void fill_exact(const struct session *session, const struct run *run, struct side *side)
{
    const struct results *is = &run->is;
    side->rlct = run_has_now(run, WORK_RLCT) ? is->rlct : NULL;
    side->rlct_why = why_of(run, WORK_RLCT, is->rlct_why);
    side->rlct_here = here_is_now(run) ? is->rlct_here : NULL;
    side->rlct_here_why = why_of(run, WORK_RLCT_HERE, is->rlct_here_why);
    side->resolved = run_resolved(run);
    side->chart = is->chart;
    side->hand = session->state.by_hand && is->hand != NULL ? &is->hand->hand : NULL;
    side->hand_why = session->state.by_hand ? why_of(run, WORK_HAND, is->hand_why) : "";
    side->estimates = is->estimates;
    fill_llc(session, run, side);
    side->learned = is->learned;
    side->learned_why = run->model->likelihood == NULL ? "a potential has no data to learn from"
                                                       : why_of(run, WORK_LEARNED, is->learned_why);
}
