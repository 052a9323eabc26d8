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
/* K of a likelihood is integrated over for every n if it takes no longer for one. */
#define OWN_SECONDS 2.0
/* And its volumes, of a K that is integrated over in no longer than this. */
#define VOLUME_FROM_SECONDS 0.2

/* ---- asking ---------------------------------------------------------------------------------- */

void ask(struct session *session, size_t index, enum work_kind kind, const struct request *request,
         const struct inputs *inputs)
{
    static const struct inputs none = {0};
    struct run *run = &session->runs[index];
    struct slot *slot = &run->slots[kind];
    slot_cancel(session, slot);
    struct work *work = work_new(kind, request, inputs ? inputs : &none);
    bool shared = kind == WORK_CLOUD || kind == WORK_EMPIRICAL; /* one of these at a time */
    work->run = index;
    work->serial = ++session->serial;
    work->seed = session->seed;
    work->threads = session->synchronous || shared ? session->threads : 1;
    unsigned mine = atomic_fetch_add_explicit(&slot->generation, 1, memory_order_relaxed) + 1;
    work->job.cancel = (struct cancel){&slot->generation, mine};
    slot->asked = work;
    jobs_add(session->jobs, &work->job);
}

/* Whether a job under way for something else is left to end. It is, if what it makes is a step of
   the same turning and worth seeing: else turning fast would show nothing until the hand rests. */
static bool let_finish(struct session *session, struct slot *slot, enum work_kind kind)
{
    bool step = kind == WORK_POSTERIOR || kind == WORK_COARSE || kind == WORK_PREDICTIVE ||
                kind == WORK_FISHER ||
                (kind == WORK_WEIGHTS && slot->asked && slot->asked->request.coarse);
    if (!slot->asked || !step) {
        return false;
    }
    if (jobs_remove(session->jobs, &slot->asked->job)) { /* not begun: no loss */
        work_free(slot->asked);
        slot->asked = NULL;
        return false;
    }
    return true;
}

bool slot_has(const struct run *run, enum work_kind kind, const struct request *want)
{
    return request_same(&run->slots[kind].have, want);
}

bool see_to(struct session *session, size_t index, enum work_kind kind, const struct request *want,
            const struct inputs *inputs)
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
        ask(session, index, kind, want, inputs);
    }
    return false;
}

static size_t limit(size_t value, size_t low, size_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* The plane's own cells; an integral over three parameters has fewer. */
struct request plane_request(const struct session *session, const struct run *run)
{
    struct request request = {.model = run->model, .nx = session->nx, .ny = session->ny};
    memcpy(request.axes, run->place.axes, sizeof request.axes);
    memcpy(request.low, run->place.low, sizeof request.low);
    memcpy(request.high, run->place.high, sizeof request.high);
    if (run->place.axes[0] == run->place.axes[1]) {
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

static void keep_landscape(struct run *run, const struct request *have)
{
    struct landscape *landscape = landscape_new(have, NULL);
    run_clear(run, WORK_LANDSCAPE);
    run->is.landscape = landscape;
    request_set(&run->slots[WORK_LANDSCAPE].have, have);
}

/* What is cheap is computed here and now; else a coarse one first, here or in the background. */
static void see_to_landscape(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    if (!place_is_plain(run->model, &run->place)) {
        slot_cancel(session, &run->slots[WORK_LANDSCAPE]);
        run_clear(run, WORK_LANDSCAPE); /* K is no function of observables */
        return;
    }
    struct request want = plane_request(session, run);
    add_rest(run, &want);
    want.rank = session->state.rank_overlay;
    if (slot_has(run, WORK_LANDSCAPE, &want)) {
        slot_cancel(session, &run->slots[WORK_LANDSCAPE]);
        return;
    }
    if (landscape_cost(&want) <= HERE_SECONDS) {
        slot_cancel(session, &run->slots[WORK_LANDSCAPE]);
        keep_landscape(run, &want);
        return;
    }
    struct request coarse = want;
    coarse.coarse = true;
    coarse.nx = limit(want.nx / COARSE_SHARE, 2, want.nx);
    coarse.ny = limit(want.ny / COARSE_SHARE, 1, want.ny);
    bool there = session->synchronous || slot_has(run, WORK_LANDSCAPE, &coarse);
    if (!there && landscape_cost(&coarse) < 2 * HERE_SECONDS) {
        keep_landscape(run, &coarse);
        there = true;
    }
    see_to(session, index, WORK_LANDSCAPE, there ? &want : &coarse, NULL);
}

void adopt(struct session *session, struct run *run, enum work_kind kind,
           const struct request *want, struct held_integral **present)
{
    struct held_integral *cached = slot_has(run, kind, want) ? NULL : cache_find(session, want);
    if (cached) {
        held_ref(cached);
        cached->serial = ++session->serial;
        run_clear(run, kind);
        *present = cached;
        request_set(&run->slots[kind].have, want);
    }
}

struct request integral_request(const struct session *session, const struct run *run)
{
    struct request want = plane_request(session, run);
    const struct model *model = run->model;
    if (!place_is_plain(model, &run->place)) {
        for (size_t i = 0; i < 2; i++) {
            want.axes[i] = i < model->dim ? i : 0;
            want.low[i] = model->params[want.axes[i]].low;
            want.high[i] = model->params[want.axes[i]].high;
        }
        want.ny = model->dim == 1 ? 1 : session->ny;
    }
    if (model->dim == 3) {
        want.nx = limit(want.nx, CELLS_MIN, CELLS_MAX_3D);
        want.ny = limit(want.ny, CELLS_MIN, CELLS_MAX_3D);
    }
    return want;
}

/* The finest integral there is for the plane as it is now, NULL if none yet. */
static struct held_integral *see_to_integral(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    struct request want = integral_request(session, run);
    adopt(session, run, WORK_FINE, &want, &run->is.fine);
    struct request coarse = want;
    coarse.coarse = true;
    coarse.nx = limit(want.nx / COARSE_SHARE, CELLS_MIN, 32);
    coarse.ny = want.ny == 1 ? 1 : limit(want.ny / COARSE_SHARE, CELLS_MIN, 32);
    bool skip = session->synchronous ||
                (run->is.fine_seconds > 0 && run->is.fine_seconds < COARSE_SKIP_SECONDS) ||
                slot_has(run, WORK_FINE, &want);
    bool coarse_there = slot_has(run, WORK_COARSE, &coarse);
    if (!coarse_there && !skip) {
        coarse_there = see_to(session, index, WORK_COARSE, &coarse, NULL);
    }
    if (see_to(session, index, WORK_FINE, &want, NULL) && run->is.fine) {
        slot_cancel(session, &run->slots[WORK_COARSE]);
        return run->is.fine;
    }
    return coarse_there ? run->is.coarse : NULL;
}

static bool slow_posterior(const struct run *run, double n)
{
    const struct request *coarse = &run->slots[WORK_COARSE].have;
    const struct request *fine = &run->slots[WORK_FINE].have;
    return run->is.posterior_seconds > POSTERIOR_SLOW_SECONDS && run->is.coarse &&
           model_same(coarse->model, fine->model) && coarse->low[0] == fine->low[0] &&
           coarse->low[1] == fine->low[1] && coarse->high[0] == fine->high[0] &&
           coarse->high[1] == fine->high[1] && coarse->axes[0] == fine->axes[0] &&
           coarse->axes[1] == fine->axes[1] && run->slots[WORK_POSTERIOR].have.n != n;
}

/* The picture at n that an integral is to give: of its own plane, or of observables. */
static struct request picture_request(const struct session *session, const struct run *run,
                                      const struct held_integral *held)
{
    struct request want = held->request;
    if (!place_is_plain(run->model, &run->place)) {
        want = plane_request(session, run);
        want.coarse = held->request.coarse;
    }
    want.n = session->state.n;
    want.beta = session->state.beta;
    return want;
}

/* While a knob turns faster than integrals come, those that come are shown although they are past.
 */
static void see_to_passing(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    struct held_integral *held = run->is.coarse;
    if (held && held->serial > run->is.shown_serial) {
        struct request want = picture_request(session, run, held);
        want.model = held->request.model;
        struct inputs inputs = {.integral = held};
        see_to(session, index, WORK_POSTERIOR, &want, &inputs);
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
    if (held == run->is.fine && slow_posterior(run, session->state.n)) {
        held = run->is.coarse;
    }
    struct request want = picture_request(session, run, held);
    want.model = run->model;
    want.plain = exact != NULL && exact == run->is.plain;
    struct inputs inputs = {.integral = held, .plain = want.plain ? run->is.plain : NULL};
    see_to(session, index, WORK_POSTERIOR, &want, &inputs);
}

/* Numbers against n and ε: from the coarse integral at first. */
static void see_to_curves(struct session *session, size_t index, struct held_integral *exact)
{
    struct run *run = &session->runs[index];
    struct held_integral *held = exact ? exact : run->is.coarse;
    if (!held || !model_same(held->request.model, run->model)) {
        return;
    }
    struct request want = {
        .model = run->model, .coarse = held->request.coarse, .beta = session->state.beta};
    struct inputs inputs = {.integral = held};
    bool there = see_to(session, index, WORK_CURVES, &want, &inputs);
    /* a volume takes many times as long */
    bool dear = run->model->likelihood && integral_seconds(run->model) > VOLUME_FROM_SECONDS;
    if (there && !want.coarse && run->is.curves && !dear) {
        see_to(session, index, WORK_VOLUME, &want, &inputs);
    }
}

/* The integral that numbers come from; three parameters are so dear that the picture's has to do.
 */
static struct held_integral *see_to_plain(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    struct request want = {.model = run->model};
    if (run->model->dim == 3) {
        return run->is.fine && model_same(run->is.fine->request.model, run->model) ? run->is.fine
                                                                                   : NULL;
    }
    adopt(session, run, WORK_PLAIN, &want, &run->is.plain);
    return see_to(session, index, WORK_PLAIN, &want, NULL) ? run->is.plain : NULL;
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

/* K itself against n and ε, beside the posterior on data: where K is known and can be integrated.
 */
static void see_to_own_curves(struct session *session, size_t index)
{
    const struct model *model = session->runs[index].model;
    if (!model->likelihood->has_truth || integral_seconds(model) > OWN_SECONDS) {
        return;
    }
    struct run *run = &session->runs[index];
    struct request want = {.model = model};
    adopt(session, run, WORK_PLAIN, &want, &run->is.plain);
    if (see_to(session, index, WORK_PLAIN, &want, NULL) && run->is.plain) {
        see_to_curves(session, index, run->is.plain);
    }
}

/* ---- the cursor ------------------------------------------------------------------------------ */

/* Derivatives at one point are quick for most models, and then there at once. */
static void see_to_fisher(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    const struct model *model = run->model;
    struct request want = {.model = model};
    memcpy(want.rest, run->place.cursor, model->dim * sizeof *want.rest);
    if (run->is.fisher_model && slot_has(run, WORK_FISHER, &want)) {
        slot_cancel(session, &run->slots[WORK_FISHER]);
        return;
    }
    double seconds = run->is.fisher_seconds;
    bool quick =
        seconds > 0 ? seconds < HERE_SECONDS : !model->likelihood && model->dim <= INTEGRAL_MAX_DIM;
    if (!quick) {
        see_to(session, index, WORK_FISHER, &want, NULL);
        return;
    }
    slot_cancel(session, &run->slots[WORK_FISHER]);
    run_clear(run, WORK_FISHER);
    double start = seconds_now();
    if (fisher_at(model, run->place.cursor, &run->is.fisher) != ST_OK) {
        /* the class says so: UNDEFINED */
        run->is.fisher.point_class = POINT_UNDEFINED;
    }
    run->is.fisher_seconds = seconds_now() - start;
    run->is.fisher_model = model_ref(run->model);
    memcpy(run->is.fisher_at, want.rest, sizeof run->is.fisher_at);
    request_set(&run->slots[WORK_FISHER].have, &want);
}

static void see_to_cursor(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    const struct model *model = run->model;
    see_to_fisher(session, index);
    double half[2], kl = NAN;
    place_half_cell(session, &run->place, half);
    struct program_space *space = program_space_new();
    program_point(model->kl, space, run->place.cursor, &kl);
    program_space_free(space);
    const struct zero_set *zeros = model->dim > 2 ? run->is.slice : run->is.zeros;
    run->is.on_zero_set = kl <= model->kl_tolerance ||
                          (place_is_plain(model, &run->place) &&
                           place_near_zero(zeros, &run->place, run->place.cursor, half, NULL));
}

static void see_to_zeros(struct session *session, size_t index)
{
    struct run *run = &session->runs[index];
    const struct model *model = run->model;
    if (model->likelihood && !model->likelihood->has_truth) {
        return; /* of real data W0 is not known */
    }
    struct request want = {.model = model};
    bool later = session->state.playing && !session->synchronous && model_is_sampled(model) &&
                 !run->slots[WORK_ZEROS].asked && !slot_has(run, WORK_ZEROS, &want);
    if (later) { /* both processors carry the particles on */
        return;
    }
    see_to(session, index, WORK_ZEROS, &want, NULL);
    if (model->dim > 2 && place_is_plain(model, &run->place)) {
        memcpy(want.axes, run->place.axes, sizeof want.axes);
        add_rest(run, &want);
        see_to(session, index, WORK_SLICE, &want, NULL);
    } else {
        slot_cancel(session, &run->slots[WORK_SLICE]);
        run_clear(run, WORK_SLICE);
    }
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
    if (!model || !related(run->model, model)) {
        run_done(session, run);
    } else if (!same_axes) { /* pictures of another plane */
        static const enum work_kind kinds[] = {WORK_LANDSCAPE, WORK_POSTERIOR, WORK_SLICE,
                                               WORK_COARSE, WORK_FINE};
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            slot_cancel(session, &run->slots[kinds[i]]);
            run_clear(run, kinds[i]);
        }
    }
    if (!model) {
        return;
    }
    if (run->model != model) {
        model_unref(run->model);
        run->model = model_ref(model);
        run->is.has_range = false;
        network_kinds(model, &run->is.is_network, &run->is.truth_is_network);
    }
    run->place = *place;
    if (!run->is.has_range || !same_axes) {
        for (size_t i = 0; i < 2; i++) {
            session_axis_range(model, place->axes[i], &run->is.axis_low[i], &run->is.axis_high[i]);
        }
        run->is.has_range = true;
    }
    if (session->needs & SESSION_LANDSCAPE) {
        see_to_landscape(session, index);
    }
    if (session->needs & SESSION_ZEROS) {
        see_to_zeros(session, index);
    }
    if (model_is_sampled(model)) {
        see_to_clouds(session, index);
        if ((session->needs & SESSION_CURVES) && model->likelihood) {
            see_to_own_curves(session, index);
        }
    } else if (session->needs & (SESSION_POSTERIOR | SESSION_CURVES)) {
        see_to_integrals(session, index);
    }
    see_to_cursor(session, index);
    see_to_exact(session, index);
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
        } else { /* what is there stays; nothing more is computed */
            for (int kind = 0; kind < WORK_KINDS; kind++) {
                slot_cancel(session, &session->runs[side].slots[kind]);
            }
        }
    }
    see_to_preview(session);
}
