/* Which results are wanted, which are there, and which have to be asked for. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "session_private.h"

/* A landscape dearer than this is computed in the background. */
#define HERE_SECONDS 2e-3
/* A fine integral, or a fine posterior, cheaper than this needs no coarse one before it. */
#define COARSE_SKIP_SECONDS 15e-3
#define POSTERIOR_SLOW_SECONDS 40e-3
enum { COARSE_SHARE = 4, CELLS_MAX_3D = 40, CELLS_MIN = 8 };

/* ---- asking ---------------------------------------------------------------------------------- */

static void ask(struct session *session, size_t index, enum work_kind kind,
                const struct request *request, struct held_integral *integral)
{
    struct run *run = &session->runs[index];
    struct slot *slot = &run->slots[kind];
    slot_cancel(session, slot);
    struct work *work = work_new(kind, request, integral, request->plain ? run->plain : NULL);
    work->run = index;
    work->serial = ++session->serial;
    work->seed = session->seed;
    work->threads = session->synchronous ? session->threads : 1;
    unsigned mine = atomic_fetch_add_explicit(&slot->generation, 1, memory_order_relaxed) + 1;
    work->job.cancel = (struct cancel){&slot->generation, mine};
    slot->asked = work;
    jobs_add(session->jobs, &work->job);
}

/* Whether a job under way for something else is left to end. It is, if what it makes is a step of
   the same turning and worth seeing: else turning fast would show nothing until the hand rests. */
static bool let_finish(struct session *session, struct slot *slot, enum work_kind kind)
{
    if (!slot->asked || (kind != WORK_POSTERIOR && kind != WORK_COARSE)) {
        return false;
    }
    if (jobs_remove(session->jobs, &slot->asked->job)) { /* not begun: no loss */
        work_free(slot->asked);
        slot->asked = NULL;
        return false;
    }
    return true;
}

static bool has(const struct run *run, enum work_kind kind, const struct request *want)
{
    return request_same(&run->slots[kind].have, want);
}

/* Sees to one result: it is there, or on its way, or is asked for. True if it is there. */
static bool see_to(struct session *session, size_t index, enum work_kind kind,
                   const struct request *want, struct held_integral *integral)
{
    struct slot *slot = &session->runs[index].slots[kind];
    if (request_same(&slot->have, want)) {
        slot_cancel(session, slot);
        return true;
    }
    if (slot->asked && request_same(&slot->asked->request, want)) {
        return false;
    }
    if (!let_finish(session, slot, kind)) {
        ask(session, index, kind, want, integral);
    }
    return false;
}

static size_t limit(size_t value, size_t low, size_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* The plane's own cells; an integral over three parameters has fewer. */
static struct request plane_request(const struct session *session, const struct run *run)
{
    struct request request = {.model = run->model, .nx = session->nx, .ny = session->ny};
    memcpy(request.axes, run->place.axes, sizeof request.axes);
    memcpy(request.low, run->place.low, sizeof request.low);
    memcpy(request.high, run->place.high, sizeof request.high);
    if (run->model->dim == 1) {
        request.ny = 1;
    }
    return request;
}

static void add_rest(const struct run *run, struct request *request)
{
    for (size_t i = 0; i < run->model->dim; i++) {
        if (i != run->place.axes[0] && i != run->place.axes[1]) {
            request->rest[i] = run->place.cursor[i];
        }
    }
}

static void see_to_landscape(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    struct request want = plane_request(session, run);
    add_rest(run, &want);
    want.rank = session->state.rank_overlay;
    if (has(run, WORK_LANDSCAPE, &want)) {
        slot_cancel(session, &run->slots[WORK_LANDSCAPE]);
        return;
    }
    struct request here = want;
    if (landscape_cost(&here) > HERE_SECONDS && !session->synchronous) {
        here.coarse = true;
        here.nx = limit(want.nx / COARSE_SHARE, 2, want.nx);
        here.ny = limit(want.ny / COARSE_SHARE, 1, want.ny);
        see_to(session, index, WORK_LANDSCAPE, &want, NULL);
    }
    if (landscape_cost(&here) < 2 * HERE_SECONDS && !has(run, WORK_LANDSCAPE, &here)) {
        bool pending = here.coarse;
        struct landscape *landscape = landscape_new(&here, NULL);
        run_clear(run, WORK_LANDSCAPE);
        run->landscape = landscape;
        request_set(&run->slots[WORK_LANDSCAPE].have, &here);
        if (!pending) {
            slot_cancel(session, &run->slots[WORK_LANDSCAPE]);
        }
    } else if (!here.coarse) {
        see_to(session, index, WORK_LANDSCAPE, &want, NULL);
    }
}

/* An integral that was computed before and is still kept is the present one. */
static void adopt(struct session *session, struct run *run, enum work_kind kind,
                  const struct request *want, struct held_integral **present)
{
    struct held_integral *cached = has(run, kind, want) ? NULL : cache_find(session, want);
    if (cached) {
        held_ref(cached);
        cached->serial = ++session->serial;
        run_clear(run, kind);
        *present = cached;
        request_set(&run->slots[kind].have, want);
    }
}

/* The finest integral there is for the plane as it is now, NULL if none yet. */
static struct held_integral *see_to_integral(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    struct request want = plane_request(session, run);
    if (run->model->dim == 3) {
        want.nx = limit(want.nx, CELLS_MIN, CELLS_MAX_3D);
        want.ny = limit(want.ny, CELLS_MIN, CELLS_MAX_3D);
    }
    adopt(session, run, WORK_FINE, &want, &run->fine);
    struct request coarse = want;
    coarse.coarse = true;
    coarse.nx = limit(want.nx / COARSE_SHARE, CELLS_MIN, 32);
    coarse.ny = run->model->dim == 1 ? 1 : limit(want.ny / COARSE_SHARE, CELLS_MIN, 32);
    bool skip = session->synchronous ||
                (run->fine_seconds > 0 && run->fine_seconds < COARSE_SKIP_SECONDS) ||
                has(run, WORK_FINE, &want);
    bool coarse_there = has(run, WORK_COARSE, &coarse);
    if (!coarse_there && !skip) {
        coarse_there = see_to(session, index, WORK_COARSE, &coarse, NULL);
    }
    if (see_to(session, index, WORK_FINE, &want, NULL) && run->fine) {
        slot_cancel(session, &run->slots[WORK_COARSE]);
        return run->fine;
    }
    return coarse_there ? run->coarse : NULL;
}

static bool slow_posterior(const struct run *run, double n)
{
    const struct request *coarse = &run->slots[WORK_COARSE].have;
    const struct request *fine = &run->slots[WORK_FINE].have;
    return run->posterior_seconds > POSTERIOR_SLOW_SECONDS && run->coarse &&
           model_same(coarse->model, fine->model) && coarse->low[0] == fine->low[0] &&
           coarse->low[1] == fine->low[1] && coarse->high[0] == fine->high[0] &&
           coarse->high[1] == fine->high[1] && coarse->axes[0] == fine->axes[0] &&
           coarse->axes[1] == fine->axes[1] && run->slots[WORK_POSTERIOR].have.n != n;
}

/* While a knob turns faster than integrals come, those that come are shown although they are past.
 */
static void see_to_passing(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    struct held_integral *held = run->coarse;
    if (held && held->serial > run->shown_serial) {
        struct request want = held->request;
        want.n = session->state.n;
        see_to(session, index, WORK_POSTERIOR, &want, held);
    }
}

static void see_to_posterior(struct session *session, size_t index, struct held_integral *held,
                             const struct held_integral *exact)
{
    struct run *run = &session->runs[index];
    if (!held) {
        see_to_passing(session, index);
        return;
    }
    if (held == run->fine && slow_posterior(run, session->state.n)) {
        held = run->coarse;
    }
    struct request want = held->request;
    want.model = run->model;
    want.n = session->state.n;
    want.plain = exact != NULL && exact == run->plain;
    see_to(session, index, WORK_POSTERIOR, &want, held);
}

/* Numbers against n and ε: from the coarse integral at first. */
static void see_to_curves(struct session *session, size_t index, struct held_integral *exact)
{
    struct run *run = &session->runs[index];
    struct held_integral *held = exact ? exact : run->coarse;
    if (!held || !model_same(held->request.model, run->model)) {
        return;
    }
    struct request want = {.model = run->model, .coarse = held->request.coarse};
    bool there = see_to(session, index, WORK_CURVES, &want, held);
    if (there && !want.coarse && run->curves) {
        see_to(session, index, WORK_VOLUME, &want, held);
    }
}

/* The integral that numbers come from; three parameters are so dear that the picture's has to do.
 */
static struct held_integral *see_to_plain(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    struct request want = {.model = run->model};
    if (run->model->dim == 3) {
        return run->fine && model_same(run->fine->request.model, run->model) ? run->fine : NULL;
    }
    adopt(session, run, WORK_PLAIN, &want, &run->plain);
    return see_to(session, index, WORK_PLAIN, &want, NULL) ? run->plain : NULL;
}

static void see_to_integrals(struct session *session, size_t index)
{
    bool numbers = session->needs & SESSION_CURVES, picture = session->needs & SESSION_POSTERIOR;
    bool dear = session->runs[index].model->dim == 3;
    struct held_integral *exact = numbers && !dear ? see_to_plain(session, index) : NULL;
    struct held_integral *held = picture || dear ? see_to_integral(session, index) : NULL;
    if (numbers && dear) {
        exact = see_to_plain(session, index);
    }
    if (picture) {
        see_to_posterior(session, index, held, exact);
    }
    if (numbers) {
        see_to_curves(session, index, exact);
    }
}

/* ---- the cursor ------------------------------------------------------------------------------ */

static void see_to_cursor(struct session *session, struct run *run)
{
    const struct model *model = run->model;
    size_t bytes = model->dim * sizeof(double);
    if (run->fisher_model != model || memcmp(run->fisher_at, run->place.cursor, bytes) != 0) {
        run_clear_fisher(run);
        if (fisher_at(model, run->place.cursor, &run->fisher) != ST_OK) {
            /* the class says so: UNDEFINED */
            run->fisher.point_class = POINT_UNDEFINED;
        }
        run->fisher_model = model_ref(run->model);
        memcpy(run->fisher_at, run->place.cursor, bytes);
    }
    double half[2];
    place_half_cell(session, &run->place, half);
    const struct zero_set *zeros = model->dim > 2 ? run->slice : run->zeros;
    run->on_zero_set = run->fisher.kl <= model->kl_tolerance ||
                       place_near_zero(zeros, &run->place, run->place.cursor, half, NULL);
}

/* ---- one run, all runs ----------------------------------------------------------------------- */

/* Results stay on the screen while a knob turns; those of another model do not. */
static bool related(const struct model *a, const struct model *b)
{
    return a == b || (a && b && a->dim == b->dim && strcmp(a->text, b->text) == 0);
}

static void see_to_run(struct session *session, size_t index, struct model *model,
                       const struct place *place)
{
    struct run *run = &session->runs[index];
    bool same_axes = run->place.axes[0] == place->axes[0] && run->place.axes[1] == place->axes[1];
    if (!model || !related(run->model, model) || !same_axes) {
        run_done(session, run);
    }
    if (!model) {
        return;
    }
    if (run->model != model) {
        model_unref(run->model);
        run->model = model_ref(model);
    }
    run->place = *place;
    if (session->needs & SESSION_LANDSCAPE) {
        see_to_landscape(session, index);
    }
    if (session->needs & SESSION_ZEROS) {
        struct request want = {.model = model};
        see_to(session, index, WORK_ZEROS, &want, NULL);
        if (model->dim > 2) {
            memcpy(want.axes, place->axes, sizeof want.axes);
            add_rest(run, &want);
            see_to(session, index, WORK_SLICE, &want, NULL);
        }
    }
    if (model->dim > INTEGRAL_MAX_DIM) {
        snprintf(run->why, sizeof run->why,
                 "cusp integrates over at most three parameters; this model has %zu", model->dim);
    } else if (session->needs & (SESSION_POSTERIOR | SESSION_CURVES)) {
        see_to_integrals(session, index);
    }
    see_to_cursor(session, run);
}

static void see_to_preview(struct session *session)
{
    struct run *run = &session->runs[RUN_PREVIEW];
    if (!session->state.catalogue_open || session->n_rows == 0) {
        session->preview_entry = SIZE_MAX;
        run_done(session, run);
        return;
    }
    size_t entry = session->rows[session->state.catalogue_row];
    if (entry == session->preview_entry) {
        if (run->model) {
            struct place place = run->place;
            see_to_run(session, RUN_PREVIEW, run->model, &place);
        }
        return;
    }
    session->preview_entry = entry;
    struct diags diags;
    diags_init(&diags);
    struct model *model = NULL;
    struct place place = {0};
    if (catalogue_load(&session->catalogue, session->catalogue.entries[entry].name, NULL, 0, &diags,
                       &model) == ST_OK) {
        place_default(model, &place);
        if (session->message_is_error) {
            session->message[0] = '\0';
        }
    } else {
        session_message(session, true, "%s: %s", session->catalogue.entries[entry].name,
                        diags.count ? diags.items[0].message : "cannot be read");
    }
    see_to_run(session, RUN_PREVIEW, model, &place);
    model_unref(model);
    diags_done(&diags);
}

void session_refresh(struct session *session)
{
    session_filter(session);
    for (size_t side = 0; side < SIDES_MAX; side++) {
        bool shown = !session->state.catalogue_open && (side == 0 || session->state.compare);
        struct place place = place_of(&session->state, side);
        if (shown || !session->models[side]) {
            see_to_run(session, side, session->models[side], &place);
        }
    }
    see_to_preview(session);
}
