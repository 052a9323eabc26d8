/* A session: what the person looks at, and the results that have come for it. */
#include "cusp/session.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "session_private.h"

#define N_START 1000.0
#define PLAY_SPEED_START 1.0
/* A longer pause between ticks (suspended, a slow terminal) does not make n leap. */
#define TICK_LONGEST 0.25

/* Workers: one a lane, so that nothing quick waits for anything long. */
enum { NX_START = 96, NY_START = 64, CELLS_LEAST = 4, CELLS_MOST = 1024, WORKERS = LANES };

enum status session_new(const struct session_options *options, struct diags *diags,
                        struct session **out)
{
    struct session *session = mem_new(1, sizeof *session);
    session->synchronous = options->synchronous;
    session->seed = options->seed;
    session->threads = options->threads;
    session->jobs = jobs_new(options->synchronous ? 0 : WORKERS);
    session->needs = SESSION_ALL;
    session->nx = NX_START;
    session->ny = NY_START;
    session->preview_entry = SIZE_MAX;
    session->state.catalogue_open = true;
    session->state.n = N_START;
    session->state.beta = 1;
    session->state.data_seed = 1;
    session->state.play_speed = PLAY_SPEED_START;
    session->state.compare = true;
    for (size_t i = 0; i < RUNS; i++) {
        for (size_t kind = 0; kind < WORK_KINDS; kind++) {
            atomic_init(&session->runs[i].slots[kind].generation, 0);
        }
    }
    text_init(&session->diagnostics);
    enum status status = catalogue_open(options->models_directory, diags, &session->catalogue);
    session->has_catalogue = status == ST_OK;
    session_filter(session);
    undo_init(&session->undo, &session->state, session->models);
    *out = session;
    return status;
}

void session_free(struct session *session)
{
    if (!session) {
        return;
    }
    for (size_t i = 0; i < RUNS; i++) {
        run_done(session, &session->runs[i]); /* cancels */
    }
    jobs_free(session->jobs, work_drop);
    for (size_t i = 0; i < CACHE_MAX; i++) {
        held_unref(session->cache[i]);
    }
    for (size_t i = 0; i < RUNS_KEPT; i++) {
        clouds_unref(session->kept[i]);
    }
    for (size_t i = 0; i < SIDES_MAX; i++) {
        model_unref(session->models[i]);
        stamp_done(&session->stamps[i]);
    }
    undo_done(&session->undo);
    if (session->has_catalogue) {
        catalogue_done(&session->catalogue);
    }
    text_done(&session->diagnostics);
    mem_free(session->rows);
    mem_free(session);
}

/* ---- the picture ----------------------------------------------------------------------------- */

/* Other data sets come by and by: what is on the screen does not wait for them. */
static bool run_busy(const struct run *run)
{
    for (size_t kind = 0; kind < WORK_KINDS; kind++) {
        if (run->slots[kind].asked && kind != WORK_LEARNING && kind != WORK_FAILURE &&
            kind != WORK_ESTIMATES && kind != WORK_LEARNED) {
            return true;
        }
    }
    return false;
}

/* What particles show. */
static void fill_sampled(const struct session *session, const struct run *run, struct side *side)
{
    const struct results *is = &run->is;
    side->particles = is->cloud;
    if (!is->cloud && is->clouds) {
        side->particles = clouds_at(is->clouds, side->data_n);
    }
    side->scatter = is->concentration.scatter;
    side->marginals = is->concentration.marginals;
    side->predictive = is->predictive;
    side->weights = is->weights;
    side->trace = is->trace;
    side->learning = is->learning;
    side->zero_labels = is->labels;
    side->is_network = is->is_network;
    side->truth_is_network = is->truth_is_network;
    side->progress_n = run_progress(run);
    side->is_past = run_is_past(session, run);
}

static void fill_side(const struct session *session, const struct run *run, struct side *side)
{
    const struct results *is = &run->is;
    side->model = run->model;
    side->zeros = is->zeros;
    side->slice = is->slice;
    side->fisher = is->fisher_model ? &is->fisher : NULL;
    side->on_zero_set = is->on_zero_set;
    side->landscape = is->landscape;
    side->posterior = is->concentration.plane;
    for (size_t i = 0; i < 3; i++) {
        side->projections[i] = is->concentration.projections[i];
    }
    side->curves = is->curves;
    side->n_max = session_side_n_max(session, run->model);
    side->data_n = model_n_of(run->model, session->state.n);
    fill_sampled(session, run, side);
    place_of_point(run->model, &run->place, run->place.cursor, side->plane_cursor);
    for (size_t i = 0; i < 2; i++) {
        side->plane_low[i] = is->axis_low[i];
        side->plane_high[i] = is->axis_high[i];
    }
    fill_exact(session, run, side);
    side->why = is->why[0] ? is->why : NULL;
    side->busy = run_busy(run);
}

void session_snapshot(struct session *session, struct snapshot *out)
{
    memset(out, 0, sizeof *out);
    out->state = session->state;
    if (session->state.catalogue_open) {
        const struct run *run = &session->runs[RUN_PREVIEW];
        out->state.compare = false;
        out->state.focus_side = 0;
        if (run->model) {
            fill_side(session, run, &out->sides[0]);
            place_store(&run->place, &out->state, 0);
            out->n_sides = 1;
        }
    } else {
        bool both = session->state.compare && session->models[1];
        out->n_sides = both ? 2 : 1;
        out->state.compare = both;
        for (size_t side = 0; side < out->n_sides; side++) {
            fill_side(session, &session->runs[side], &out->sides[side]);
        }
        if (!both) {
            out->state.focus_side = 0;
        }
    }
    out->catalogue = session->has_catalogue ? &session->catalogue : NULL;
    out->catalogue_rows = session->rows;
    out->n_catalogue_rows = session->n_rows;
    out->message = session->message;
    out->message_is_error = session->message_is_error;
    out->diagnostics = text_get(&session->diagnostics);
    for (size_t side = 0; side < out->n_sides; side++) {
        out->busy |= out->sides[side].busy;
    }
}

int session_wakeup_fd(const struct session *session)
{
    return jobs_fd(session->jobs);
}

bool session_collect(struct session *session)
{
    bool changed = false, any = false;
    for (struct job *job = jobs_take(session->jobs); job; job = jobs_take(session->jobs)) {
        changed |= session_apply(session, (struct work *)job);
        any = true;
    }
    if (any) {
        session_refresh(session);
    }
    for (size_t i = 0; i < SIDES_MAX; i++) {
        changed |= run_look_at_boards(&session->runs[i]);
    }
    return changed;
}

enum status session_wait(struct session *session, int timeout_ms)
{
    double end = seconds_now() + 1e-3 * timeout_ms;
    session_refresh(session);
    for (;;) {
        session_collect(session);
        if (jobs_busy(session->jobs) == 0) {
            return ST_OK;
        }
        int left = -1;
        if (timeout_ms >= 0) {
            double remaining = 1e3 * (end - seconds_now());
            if (remaining <= 0) {
                return ST_CANCELLED;
            }
            left = (int)fmin(ceil(remaining), INT_MAX);
        }
        jobs_wait(session->jobs, left);
    }
}

bool session_busy(const struct session *session)
{
    bool busy = false;
    for (size_t i = 0; i < RUNS; i++) {
        busy |= run_busy(&session->runs[i]);
    }
    return busy;
}

static size_t clamp_cells(size_t cells)
{
    return cells < CELLS_LEAST ? CELLS_LEAST : cells > CELLS_MOST ? CELLS_MOST : cells;
}

void session_set_resolution(struct session *session, size_t nx, size_t ny)
{
    nx = clamp_cells(nx);
    ny = clamp_cells(ny);
    if (nx != session->nx || ny != session->ny) {
        session->nx = nx;
        session->ny = ny;
        session_refresh(session);
    }
}

void session_set_needs(struct session *session, unsigned needs)
{
    session->needs = needs;
    session_refresh(session);
}

void session_add_needs(struct session *session, unsigned needs)
{
    session_set_needs(session, session->needs | needs);
}

/* ---- time, words ----------------------------------------------------------------------------- */

bool session_tick(struct session *session, double now)
{
    if (!session->state.playing) {
        session->last_tick = 0;
        return false;
    }
    double passed = session->last_tick > 0 ? now - session->last_tick : 0;
    session->last_tick = now;
    passed = fmin(fmax(passed, 0), TICK_LONGEST);
    if (passed <= 0) {
        return false;
    }
    double low, high, was = session->state.n;
    double n = was * pow(10, passed * session->state.play_speed);
    session_n_range(session, &low, &high);
    n = was >= high ? low : fmin(n, fmax(clouds_play_limit(session), was));
    session->state.n = fmin(n, high);
    undo_amend(&session->undo, &session->state);
    session_refresh(session);
    return session->state.n != was;
}

void session_message(struct session *session, bool error, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(session->message, sizeof session->message, format, list);
    va_end(list);
    session->message_is_error = error;
}

const struct catalogue *session_catalogue(const struct session *session)
{
    return session->has_catalogue ? &session->catalogue : NULL;
}
