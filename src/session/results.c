/* The results of the models on the screen: held, given up, cached, replaced by those that come. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "session_private.h"

/* The cache keeps no more than this many nodes of integrals that nothing else holds. */
enum { CACHE_NODES = 400000 };
/* Runs of particles that are not on the screen are kept up to so many bytes in all. */
enum { KEPT_BYTES = 160 << 20 };

/* ---- results of a run ------------------------------------------------------------------------ */

void run_clear_fisher(struct run *run)
{
    if (run->is.fisher_model) {
        fisher_done(&run->is.fisher);
        model_unref(run->is.fisher_model);
        run->is.fisher_model = NULL;
    }
    run->is.on_zero_set = false;
}

static void clear_held(struct held_integral **held)
{
    held_unref(*held);
    *held = NULL;
}

/* The chart is of a resolution that goes. */
static void clear_chart(struct results *is)
{
    chart_picture_free(is->chart);
    is->chart = NULL;
    is->charted = NULL;
}

static void clear_result(struct run *run, enum work_kind kind)
{
    struct results *is = &run->is;
    switch (kind) {
    case WORK_POSTERIOR:
        concentration_done(&is->concentration);
        particles_unref(is->cloud);
        is->cloud = NULL;
        break;
    case WORK_COARSE:
        clear_held(&is->coarse);
        break;
    case WORK_LANDSCAPE:
        landscape_free(is->landscape);
        is->landscape = NULL;
        break;
    case WORK_FISHER:
        run_clear_fisher(run);
        break;
    case WORK_ZEROS:
        zero_set_free(is->zeros);
        is->zeros = NULL;
        mem_free(is->labels);
        is->labels = NULL;
        break;
    case WORK_SLICE:
        zero_set_free(is->slice);
        is->slice = NULL;
        break;
    case WORK_FINE:
        clear_held(&is->fine);
        break;
    case WORK_PLAIN:
        clear_held(&is->plain);
        break;
    case WORK_EMPIRICAL:
        clear_held(&is->empirical);
        break;
    case WORK_CURVES:
        curves_free(is->curves);
        is->curves = NULL;
        request_clear(&run->slots[WORK_VOLUME].have);
        break;
    case WORK_PREDICTIVE:
        predictive_free(is->predictive);
        is->predictive = NULL;
        break;
    case WORK_WEIGHTS:
        weights_free(is->weights);
        is->weights = NULL;
        break;
    case WORK_RLCT:
        clear_chart(is);
        rlct_free(is->rlct);
        is->rlct = NULL;
        break;
    case WORK_RLCT_HERE:
        clear_chart(is);
        rlct_free(is->rlct_here);
        is->rlct_here = NULL;
        break;
    case WORK_HAND:
        clear_chart(is);
        hand_play_free(is->hand);
        is->hand = NULL;
        break;
    case WORK_FAILURE:
        estimate_free(is->llc);
        is->llc = NULL;
        break;
    case WORK_ESTIMATES: /* what the boards show stays until there is something newer */
    case WORK_LEARNED:
    case WORK_VOLUME: /* it goes with the curves */
    case WORK_CLOUD:  /* these are the runs' */
    case WORK_LEARNING:
    case WORK_KINDS:
        break;
    }
}

void run_clear(struct run *run, enum work_kind kind)
{
    clear_result(run, kind);
    request_clear(&run->slots[kind].have);
    run->slots[kind].status = ST_OK;
}

void slot_cancel(struct session *session, struct slot *slot)
{
    if (!slot->asked) {
        return;
    }
    atomic_fetch_add_explicit(&slot->generation, 1, memory_order_relaxed);
    if (jobs_remove(session->jobs, &slot->asked->job)) {
        work_free(slot->asked);
    }
    slot->asked = NULL;
}

void run_done(struct session *session, struct run *run)
{
    for (int kind = 0; kind < WORK_KINDS; kind++) {
        slot_cancel(session, &run->slots[kind]);
        run_clear(run, (enum work_kind)kind);
    }
    run_clear_fisher(run);
    trace_free(run->is.trace);
    learning_free(run->is.learning);
    chart_picture_free(run->is.chart);
    estimates_free(run->is.estimates);
    learned_free(run->is.learned);
    board_unref(run->is.estimates_board);
    board_unref(run->is.estimates_of);
    board_unref(run->is.learned_board);
    clouds_unref(run->is.clouds);
    clouds_unref(run->is.rough);
    memset(&run->is, 0, sizeof run->is);
    model_unref(run->model);
    run->model = NULL;
}

void run_move(struct session *session, struct run *from, struct run *to)
{
    run_done(session, to);
    for (int kind = 0; kind < WORK_KINDS; kind++) {
        slot_cancel(session, &from->slots[kind]);
        to->slots[kind].have = from->slots[kind].have;
        to->slots[kind].status = from->slots[kind].status;
        memset(&from->slots[kind].have, 0, sizeof from->slots[kind].have);
    }
    to->model = from->model;
    to->place = from->place;
    to->is = from->is;
    from->model = NULL;
    memset(&from->is, 0, sizeof from->is);
    run_done(session, from);
}

/* ---- the cache of integrals ------------------------------------------------------------------ */

struct held_integral *cache_find(const struct session *session, const struct request *request)
{
    for (size_t i = 0; i < CACHE_MAX && session->cache[i]; i++) {
        if (request_same(&session->cache[i]->request, request)) {
            return session->cache[i];
        }
    }
    return NULL;
}

static void cache_add(struct session *session, struct held_integral *held)
{
    held_ref(held);
    size_t nodes = 0, kept = 1;
    struct held_integral *next[CACHE_MAX] = {held};
    for (size_t i = 0; i < CACHE_MAX && session->cache[i]; i++) {
        struct held_integral *old = session->cache[i];
        bool idle = atomic_load_explicit(&old->references, memory_order_relaxed) == 1;
        nodes += idle ? integral_n_nodes(old->integral) : 0;
        if (old == held || kept == CACHE_MAX || nodes > CACHE_NODES) {
            held_unref(old);
        } else {
            next[kept++] = old;
        }
    }
    memcpy(session->cache, next, sizeof next);
}

/* ---- the runs of particles that are kept ----------------------------------------------------- */

void session_trim(struct session *session)
{
    size_t bytes = 0, kept = 0;
    for (size_t i = 0; i < RUNS_KEPT && session->kept[i]; i++) {
        struct clouds *clouds = session->kept[i];
        bytes += clouds_bytes(clouds);
        bool empty = i > 0 && clouds->reached == 0; /* a knob was turned through here */
        /* nothing shows it or works on it */
        if ((bytes > KEPT_BYTES || empty) && clouds->references == 1) {
            bytes -= clouds_bytes(clouds);
            clouds_unref(clouds);
        } else {
            session->kept[kept++] = clouds;
        }
    }
    for (; kept < RUNS_KEPT && session->kept[kept]; kept++) {
        session->kept[kept] = NULL;
    }
}

struct clouds *session_clouds(struct session *session, const struct model *model)
{
    const struct state *state = &session->state;
    uint64_t seed = model_has_data(model) && !model->file_data ? state->data_seed : 0;
    size_t at = 0;
    while (at < RUNS_KEPT && session->kept[at] &&
           !clouds_match(session->kept[at], model, seed, state->beta)) {
        at++;
    }
    bool found = at < RUNS_KEPT && session->kept[at];
    struct clouds *clouds = found ? session->kept[at] : clouds_new(model, seed, state->beta, false);
    if (at == RUNS_KEPT) {
        clouds_unref(session->kept[--at]);
    }
    memmove(session->kept + 1, session->kept, at * sizeof *session->kept);
    session->kept[0] = clouds;
    if (!found) {
        session_trim(session);
    }
    return clouds;
}

/* What a job on particles made belongs to its run, whether or not it is still asked for. */
static void keep_cloud(struct work *work)
{
    struct clouds *clouds = work->inputs.clouds;
    clouds_put_data(clouds, work->data);
    if (work->status == ST_OK) {
        clouds_put(clouds, work->cloud, work->entropy, work->seconds, work->region_mass,
                   work->region_error);
    } else if (work->status != ST_CANCELLED) {
        clouds->status = work->status;
        snprintf(clouds->why, sizeof clouds->why, "%s",
                 work->why ? work->why : status_name(work->status));
    }
}

static void keep_learning(struct work *work)
{
    struct clouds *clouds = work->inputs.clouds;
    struct other_run *other = &clouds->others[work->inputs.other];
    if (other->n_rows == work->inputs.n_rows && work->n_new > 0) {
        memcpy(other->free_energy + other->n_rows, work->free_energy,
               work->n_new * sizeof *work->free_energy);
        other->n_rows += work->n_new;
        particles_unref(other->last);
        other->last = work->cloud;
        work->cloud = NULL;
        clouds->version++;
    }
    other->failed = work->status != ST_OK && work->status != ST_CANCELLED;
}

/* ---- results that came ----------------------------------------------------------------------- */

static void say_why(struct run *run, enum work_kind kind, enum status status)
{
    bool integral = kind == WORK_FINE || kind == WORK_COARSE || kind == WORK_PLAIN;
    if (integral || kind == WORK_POSTERIOR || kind == WORK_CURVES || kind == WORK_VOLUME) {
        snprintf(run->is.why, sizeof run->is.why, "the posterior could not be integrated: %s",
                 status_name(status));
    }
}

static void take_posterior(struct run *run, struct work *work)
{
    run->is.concentration = work->concentration;
    memset(&work->concentration, 0, sizeof work->concentration);
    run->is.cloud = work->inputs.cloud ? particles_ref(work->inputs.cloud) : NULL;
    if (work->inputs.integral) {
        run->is.shown_serial = work->inputs.integral->serial;
        if (!work->request.coarse) {
            run->is.posterior_seconds = work->seconds;
        }
    }
}

static void take_curves(struct run *run, struct work *work)
{
    if (run->is.curves) { /* what is known of the volume stays until it is known better */
        curves_take_volume(work->curves, run->is.curves);
        curves_free(run->is.curves);
    }
    run->is.curves = work->curves;
    work->curves = NULL;
}

static void take_fisher(struct run *run, struct work *work)
{
    run->is.fisher = work->fisher;
    memset(&work->fisher, 0, sizeof work->fisher);
    run->is.fisher_model = model_ref(model_counted(work->request.model));
    memcpy(run->is.fisher_at, work->request.rest, sizeof run->is.fisher_at);
    run->is.fisher_seconds = work->seconds;
}

static void take_result(struct session *session, struct run *run, struct work *work)
{
    struct results *is = &run->is;
    switch (work->kind) {
    case WORK_POSTERIOR:
        take_posterior(run, work);
        break;
    case WORK_COARSE:
        is->coarse = work->integral;
        is->coarse->serial = work->serial;
        work->integral = NULL;
        break;
    case WORK_LANDSCAPE:
        is->landscape = work->landscape;
        work->landscape = NULL;
        break;
    case WORK_FISHER:
        take_fisher(run, work);
        break;
    case WORK_ZEROS:
        is->zeros = work->zeros;
        is->labels = work->labels;
        work->zeros = NULL;
        work->labels = NULL;
        break;
    case WORK_SLICE:
        is->slice = work->zeros;
        work->zeros = NULL;
        break;
    case WORK_FINE:
        is->fine = work->integral;
        is->fine->serial = work->serial;
        work->integral = NULL;
        is->fine_seconds = work->seconds;
        cache_add(session, is->fine);
        break;
    case WORK_PLAIN:
        is->plain = work->integral;
        work->integral = NULL;
        cache_add(session, is->plain);
        break;
    case WORK_EMPIRICAL:
        is->empirical = work->integral;
        work->integral = NULL;
        cache_add(session, is->empirical);
        break;
    case WORK_CURVES:
        take_curves(run, work);
        break;
    case WORK_VOLUME:
        if (is->curves) {
            curves_take_volume(is->curves, work->curves);
        }
        break;
    case WORK_PREDICTIVE:
        is->predictive = work->predictive;
        work->predictive = NULL;
        break;
    case WORK_WEIGHTS:
        is->weights = work->weights;
        work->weights = NULL;
        break;
    case WORK_RLCT:
        is->rlct = work->rlct;
        work->rlct = NULL;
        break;
    case WORK_RLCT_HERE:
        is->rlct_here = work->rlct;
        work->rlct = NULL;
        break;
    case WORK_HAND:
        is->hand = work->hand;
        work->hand = NULL;
        break;
    case WORK_FAILURE:
        is->llc = work->estimate;
        work->estimate = NULL;
        break;
    case WORK_ESTIMATES: /* it is on the board */
    case WORK_LEARNED:
    case WORK_CLOUD:
    case WORK_LEARNING:
    case WORK_KINDS:
        break;
    }
}

/* Why λ, a study or a move by hand has no result. */
static void keep_words(struct run *run, const struct work *work)
{
    struct results *is = &run->is;
    char *place = work->kind == WORK_RLCT        ? is->rlct_why
                  : work->kind == WORK_RLCT_HERE ? is->rlct_here_why
                  : work->kind == WORK_HAND      ? is->hand_why
                  : work->kind == WORK_LEARNED   ? is->learned_why
                  : work->kind == WORK_FAILURE   ? is->llc_why
                                                 : NULL;
    if (place) {
        snprintf(place, sizeof is->rlct_why, "%s",
                 work->words[0] ? work->words : status_name(work->status));
    }
}

/* Particles can do without an integral over the data; potentials cannot. */
static void take_failure(struct session *session, struct run *run, struct work *work)
{
    if (work->kind == WORK_EMPIRICAL) {
        double n = work->request.n;
        run->is.empirical_dear = run->is.empirical_dear > 0 ? fmin(run->is.empirical_dear, n) : n;
        return;
    }
    keep_words(run, work);
    if (work->kind == WORK_HAND && work->status == ST_INPUT && work->run < SIDES_MAX) {
        session_refuse_move(session, work->run, work->words);
    }
    if (!model_is_sampled(run->model)) {
        say_why(run, work->kind, work->status);
    }
    if (work->kind == WORK_FINE) { /* what is on the screen is not this model's */
        run_clear(run, WORK_POSTERIOR);
        run_clear(run, WORK_CURVES);
    }
}

bool session_apply(struct session *session, struct work *work)
{
    struct run *run = &session->runs[work->run];
    struct slot *slot = &run->slots[work->kind];
    enum work_kind kind = work->kind;
    bool particles = kind == WORK_CLOUD || kind == WORK_LEARNING;
    if (work->job.ran && kind == WORK_CLOUD) {
        keep_cloud(work);
    } else if (work->job.ran && kind == WORK_LEARNING) {
        keep_learning(work);
    }
    if (slot->asked != work) {
        work_free(work);
        return false;
    }
    slot->asked = NULL;
    if (!work->job.ran || work->status == ST_CANCELLED) {
        work_free(work);
        return false;
    }
    if (kind == WORK_CLOUD && work->request.rough) {
        clouds_unref(run->is.rough);
        run->is.rough = clouds_ref(work->inputs.clouds);
        if (run->is.clouds && clouds_match(run->is.clouds, work->request.model,
                                           work->request.data_seed, work->request.beta)) {
            clouds_put_data(run->is.clouds, work->data);
        }
    }
    if (particles) {
        session_trim(session);
        work_free(work);
        return true;
    }
    if (kind == WORK_EMPIRICAL || kind == WORK_PREDICTIVE) {
        if (run->is.clouds && work->inputs.clouds == run->is.clouds) {
            clouds_put_data(run->is.clouds, work->data);
        }
    }
    if (kind != WORK_CURVES || work->status != ST_OK) {
        run_clear(run, kind);
    }
    slot->status = work->status;
    request_set(&slot->have, &work->request);
    if (work->status == ST_OK) {
        take_result(session, run, work);
        if (kind == WORK_FINE || kind == WORK_COARSE || kind == WORK_PLAIN) {
            run->is.why[0] = '\0';
        }
    } else {
        take_failure(session, run, work);
    }
    work_free(work);
    return true;
}
