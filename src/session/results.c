/* The results of the models on the screen: held, given up, cached, replaced by those that come. */
#include <stdio.h>
#include <string.h>

#include "session_private.h"

/* The cache keeps no more than this many nodes of integrals that nothing else holds. */
enum { CACHE_NODES = 400000 };

/* ---- results of a run ------------------------------------------------------------------------ */

void run_clear_fisher(struct run *run)
{
    if (run->fisher_model) {
        fisher_done(&run->fisher);
        model_unref(run->fisher_model);
        run->fisher_model = NULL;
    }
    run->on_zero_set = false;
}

void run_clear(struct run *run, enum work_kind kind)
{
    switch (kind) {
    case WORK_POSTERIOR:
        concentration_done(&run->concentration);
        break;
    case WORK_COARSE:
        held_unref(run->coarse);
        run->coarse = NULL;
        break;
    case WORK_LANDSCAPE:
        landscape_free(run->landscape);
        run->landscape = NULL;
        break;
    case WORK_ZEROS:
        zero_set_free(run->zeros);
        run->zeros = NULL;
        break;
    case WORK_SLICE:
        zero_set_free(run->slice);
        run->slice = NULL;
        break;
    case WORK_FINE:
        held_unref(run->fine);
        run->fine = NULL;
        break;
    case WORK_PLAIN:
        held_unref(run->plain);
        run->plain = NULL;
        break;
    case WORK_CURVES:
        curves_free(run->curves);
        run->curves = NULL;
        request_clear(&run->slots[WORK_VOLUME].have);
        break;
    case WORK_VOLUME: /* it goes with the curves */
        break;
    case WORK_KINDS:
        break;
    }
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
    model_unref(run->model);
    run->model = NULL;
    run->why[0] = '\0';
    run->fine_seconds = run->posterior_seconds = 0;
    run->shown_serial = 0;
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
    to->zeros = from->zeros;
    to->slice = from->slice;
    to->landscape = from->landscape;
    to->coarse = from->coarse;
    to->plain = from->plain;
    to->fine = from->fine;
    to->concentration = from->concentration;
    to->curves = from->curves;
    to->fine_seconds = from->fine_seconds;
    to->posterior_seconds = from->posterior_seconds;
    to->shown_serial = from->shown_serial;
    memcpy(to->why, from->why, sizeof to->why);
    from->model = NULL;
    from->zeros = from->slice = NULL;
    from->landscape = NULL;
    from->coarse = from->plain = from->fine = NULL;
    memset(&from->concentration, 0, sizeof from->concentration);
    from->curves = NULL;
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

/* ---- results that came ----------------------------------------------------------------------- */

static void say_why(struct run *run, enum work_kind kind, enum status status)
{
    bool integral = kind == WORK_FINE || kind == WORK_COARSE || kind == WORK_PLAIN;
    if (integral || kind == WORK_POSTERIOR || kind == WORK_CURVES || kind == WORK_VOLUME) {
        snprintf(run->why, sizeof run->why, "the posterior could not be integrated: %s",
                 status_name(status));
    }
}

static void take_result(struct session *session, struct run *run, struct work *work)
{
    switch (work->kind) {
    case WORK_POSTERIOR:
        run->concentration = work->concentration;
        run->shown_serial = work->integral->serial;
        memset(&work->concentration, 0, sizeof work->concentration);
        if (!work->request.coarse) {
            run->posterior_seconds = work->seconds;
        }
        break;
    case WORK_COARSE:
        run->coarse = work->integral;
        run->coarse->serial = work->serial;
        work->integral = NULL;
        break;
    case WORK_LANDSCAPE:
        run->landscape = work->landscape;
        work->landscape = NULL;
        break;
    case WORK_ZEROS:
        run->zeros = work->zeros;
        work->zeros = NULL;
        break;
    case WORK_SLICE:
        run->slice = work->zeros;
        work->zeros = NULL;
        break;
    case WORK_FINE:
        run->fine = work->integral;
        run->fine->serial = work->serial;
        work->integral = NULL;
        run->fine_seconds = work->seconds;
        cache_add(session, run->fine);
        break;
    case WORK_PLAIN:
        run->plain = work->integral;
        work->integral = NULL;
        cache_add(session, run->plain);
        break;
    case WORK_CURVES:
        if (run->curves) { /* what is known of the volume stays until it is known better */
            curves_take_volume(work->curves, run->curves);
            curves_free(run->curves);
        }
        run->curves = work->curves;
        work->curves = NULL;
        break;
    case WORK_VOLUME:
        if (run->curves) {
            curves_take_volume(run->curves, work->curves);
        }
        break;
    case WORK_KINDS:
        break;
    }
}

bool session_apply(struct session *session, struct work *work)
{
    struct run *run = &session->runs[work->run];
    struct slot *slot = &run->slots[work->kind];
    if (slot->asked != work) {
        work_free(work);
        return false;
    }
    slot->asked = NULL;
    if (!work->job.ran || work->status == ST_CANCELLED) {
        work_free(work);
        return false;
    }
    if (work->kind != WORK_CURVES || work->status != ST_OK) {
        run_clear(run, work->kind);
    }
    slot->status = work->status;
    request_set(&slot->have, &work->request);
    if (work->status == ST_OK) {
        take_result(session, run, work);
        if (work->kind == WORK_FINE || work->kind == WORK_COARSE || work->kind == WORK_PLAIN) {
            run->why[0] = '\0';
        }
    } else {
        say_why(run, work->kind, work->status);
        if (work->kind == WORK_FINE) { /* what is on the screen is not this model's */
            run_clear(run, WORK_POSTERIOR);
            run_clear(run, WORK_CURVES);
        }
    }
    work_free(work);
    return true;
}
