/* What is asked for where the posterior is that of particles: steps of n, pictures, other data. */
#include <math.h>
#include <stdio.h>

#include "session_private.h"

/* A knob that turns is to show something within this time. */
#define WAIT_SECONDS 0.3

bool model_is_sampled(const struct model *model)
{
    return model->likelihood != NULL || model->dim > INTEGRAL_MAX_DIM;
}

/* Time passes by itself: steps are taken ahead, and none beside the ladder. */
static bool is_playing(const struct session *session)
{
    return session->state.playing && !session->synchronous;
}

static struct request cloud_request(const struct run *run, double n)
{
    const struct clouds *clouds = run->is.clouds;
    return (struct request){.model = run->model,
                            .n = n,
                            .beta = clouds->beta,
                            .data_seed = clouds->data_seed,
                            .sampled = true};
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* These can wait: what they have is kept. */
static void put_off_learning(struct session *session)
{
    for (size_t i = 0; i < RUNS; i++) {
        slot_cancel(session, &session->runs[i].slots[WORK_LEARNING]);
    }
}

/* The run goes up the ladder as far as n, then beside it to n itself. */
static void see_to_steps(struct session *session, size_t index, double n)
{
    struct run *run = &session->runs[index];
    struct clouds *clouds = run->is.clouds;
    struct slot *slot = &run->slots[WORK_CLOUD];
    size_t below = clouds_rungs_below(clouds, n), reached = clouds->reached;
    bool ahead = is_playing(session) && reached >= below;
    struct inputs inputs = {.data = clouds->data, .clouds = clouds};
    double to = n;
    if (reached < below || (ahead && reached < clouds->n_ladder)) {
        to = clouds->ladder[reached];
        inputs.cloud = reached > 0 ? clouds->rungs[reached - 1] : NULL;
    } else if (!ahead && !clouds_at(clouds, n)) {
        inputs.cloud = below > 0 ? clouds->rungs[below - 1] : NULL;
    } else {
        slot_cancel(session, slot);
        return;
    }
    struct request want = cloud_request(run, to);
    if (slot->asked && request_same(&slot->asked->request, &want)) {
        return;
    }
    put_off_learning(session);
    ask(session, index, WORK_CLOUD, &want, &inputs);
}

/* What is on the screen belongs to this run. */
static bool shows_run(const struct run *run)
{
    const struct request *have = &run->slots[WORK_POSTERIOR].have;
    return !have->model || clouds_match(run->is.clouds, have->model, have->data_seed, have->beta);
}

/* While what is on the screen is of another knob, a rough run first, if the run itself takes long.
   True if nothing else is to be done before it has come. */
static bool see_to_rough(struct session *session, size_t index, double n)
{
    struct run *run = &session->runs[index];
    struct clouds *clouds = run->is.clouds;
    struct slot *slot = &run->slots[WORK_CLOUD];
    bool under_way = slot->asked && slot->asked->request.rough;
    bool arrived = clouds->reached >= clouds_rungs_below(clouds, n);
    const struct clouds *rough = run->is.rough;
    bool there = rough && clouds_match(rough, run->model, clouds->data_seed, clouds->beta) &&
                 (clouds_at(rough, n) || rough->status != ST_OK);
    if (session->synchronous || !run->is.slow || arrived || shows_run(run) || there) {
        return false;
    }
    if (under_way) { /* to the end, even if it is past by then: so that turning shows something */
        return true;
    }
    struct request want = cloud_request(run, n);
    want.rough = true;
    struct clouds *next = clouds_new(run->model, clouds->data_seed, clouds->beta, true);
    struct inputs inputs = {.data = clouds->data, .clouds = next};
    put_off_learning(session);
    ask(session, index, WORK_CLOUD, &want, &inputs);
    clouds_unref(next);
    return true;
}

/* The same run on other streams of data, one after another, once nothing else is wanted. */
static void see_to_learning(struct session *session, size_t index, double n)
{
    struct run *run = &session->runs[index];
    const struct clouds *clouds = run->is.clouds;
    struct slot *slot = &run->slots[WORK_LEARNING];
    size_t rungs = clouds_rungs_below(clouds, n), other = 0;
    bool wanted = index != RUN_PREVIEW && (session->needs & SESSION_CURVES) &&
                  run->model->likelihood && run->model->likelihood->has_truth &&
                  !is_playing(session) && rungs > 0 && clouds->reached >= rungs &&
                  !run->slots[WORK_CLOUD].asked && !run->slots[WORK_EMPIRICAL].asked;
    while (other < CLOUDS_OTHERS &&
           (clouds->others[other].failed || clouds->others[other].n_rows >= rungs)) {
        other++;
    }
    if (!wanted || other == CLOUDS_OTHERS) {
        slot_cancel(session, slot);
        return;
    }
    const struct other_run *run_of = &clouds->others[other];
    struct request want = cloud_request(run, clouds->ladder[rungs - 1]);
    want.nx = other; /* which, and from where: part of what it is */
    want.ny = run_of->n_rows;
    if (slot->asked && request_same(&slot->asked->request, &want)) {
        return;
    }
    struct inputs inputs = {.cloud = run_of->last,
                            .clouds = run->is.clouds,
                            .other = other,
                            .n_rows = run_of->n_rows,
                            .n_to = want.n};
    ask(session, index, WORK_LEARNING, &want, &inputs);
}

/* ---- pictures -------------------------------------------------------------------------------- */

/* The posterior on the data by integration, if it can be had for this n: NULL, or it is there. */
static struct held_integral *see_to_empirical(struct session *session, size_t index, double n)
{
    struct run *run = &session->runs[index];
    const struct model *model = run->model;
    struct slot *slot = &run->slots[WORK_EMPIRICAL];
    double dear = run->is.empirical_dear;
    const struct clouds *clouds = run->is.clouds;
    bool wanted = (session->needs & (SESSION_POSTERIOR | SESSION_PREDICTIVE)) &&
                  model->likelihood && model->dim <= INTEGRAL_MAX_DIM && !(dear > 0 && n >= dear);
    if (!wanted) {
        slot_cancel(session, slot);
        return NULL;
    }
    struct request want = integral_request(session, run);
    want.n = n;
    want.beta = clouds->beta;
    want.data_seed = clouds->data_seed;
    adopt(session, run, WORK_EMPIRICAL, &want, &run->is.empirical);
    if (is_playing(session) || (clouds->status == ST_OK && !clouds_at(clouds, n))) {
        slot_cancel(session, slot); /* particles are quicker: first they */
    } else {
        struct inputs inputs = {.data = run->is.clouds->data, .clouds = run->is.clouds};
        see_to(session, index, WORK_EMPIRICAL, &want, &inputs);
    }
    return slot_has(run, WORK_EMPIRICAL, &want) ? run->is.empirical : NULL;
}

/* First without labels; these come when nothing else is under way. */
static void see_to_weights(struct session *session, size_t index, const struct request *numbers,
                           const struct inputs *inputs)
{
    struct run *run = &session->runs[index];
    struct request want = *numbers, coarse = *numbers;
    coarse.coarse = true;
    if (slot_has(run, WORK_WEIGHTS, &want)) {
        return;
    }
    bool there = slot_has(run, WORK_WEIGHTS, &coarse);
    if (there && (is_playing(session) || run->slots[WORK_CLOUD].asked || want.rough)) {
        return;
    }
    see_to(session, index, WORK_WEIGHTS, there ? &want : &coarse, inputs);
}

/* The run whose particles are shown, and which of them; NULL: what is shown stays. The past stays
   on the screen until the new run, or a rough one, has come as far. */
static struct clouds *choose_cloud(const struct run *run, double n, struct particles **cloud)
{
    struct clouds *clouds = run->is.clouds, *rough = run->is.rough;
    bool arrived = clouds->reached >= clouds_rungs_below(clouds, n);
    const struct request *have = &run->slots[WORK_POSTERIOR].have;
    bool own = shows_run(run), shown = own && !(have->model && have->rough);
    arrived = arrived && (!own || shown || have->n != n || clouds_at(clouds, n));
    *cloud = clouds_below(clouds, n);
    if (*cloud && (arrived || shown)) {
        return clouds;
    }
    *cloud = rough && !shown ? rough->exact[0] : NULL;
    return *cloud ? rough : NULL;
}

static void see_to_pictures(struct session *session, size_t index, double n,
                            struct held_integral *held)
{
    struct run *run = &session->runs[index];
    struct particles *cloud = NULL;
    struct clouds *clouds = held ? run->is.clouds : choose_cloud(run, n, &cloud);
    if (!clouds) {
        return;
    }
    struct request picture = plane_request(session, run);
    picture.model = held ? run->model : clouds->model; /* a rough run may be past */
    picture.n = held ? n : cloud->n;
    picture.beta = clouds->beta;
    picture.data_seed = clouds->data_seed;
    picture.sampled = !held;
    picture.rough = !held && clouds->rough;
    if (held && place_is_plain(run->model, &run->place)) { /* in the cells that it has */
        picture.nx = held->request.nx;
        picture.ny = held->request.ny;
    }
    struct inputs inputs = {
        .integral = held, .cloud = cloud, .data = clouds->data, .clouds = clouds};
    struct request numbers = {.model = picture.model,
                              .n = picture.n,
                              .beta = picture.beta,
                              .data_seed = picture.data_seed,
                              .sampled = picture.sampled,
                              .rough = picture.rough};
    if (session->needs & SESSION_POSTERIOR) {
        see_to(session, index, WORK_POSTERIOR, &picture, &inputs);
    }
    if (!run->model->likelihood) {
        return;
    }
    if (session->needs & SESSION_PREDICTIVE) {
        see_to(session, index, WORK_PREDICTIVE, &numbers, &inputs);
    }
    if ((session->needs & SESSION_POSTERIOR) && run->is.is_network) {
        see_to_weights(session, index, &numbers, &inputs);
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void show_run(struct run *run)
{
    const struct clouds *clouds = run->is.clouds;
    run->is.version = clouds->version;
    trace_free(run->is.trace);
    learning_free(run->is.learning);
    run->is.trace = clouds_trace(clouds);
    run->is.learning = clouds_learning(clouds);
}

/* Whether a run took longer to n than one cares to wait for a picture, or has not come there. */
static bool is_slow(const struct clouds *clouds, double n)
{
    if (!clouds || clouds->status != ST_OK) {
        return false;
    }
    size_t below = clouds_rungs_below(clouds, n);
    return clouds->reached < below || (below > 0 && clouds->seconds[below - 1] > WAIT_SECONDS);
}

void see_to_clouds(struct session *session, size_t index)
{
    static const enum work_kind kinds[] = {WORK_CLOUD, WORK_LEARNING, WORK_EMPIRICAL};
    struct run *run = &session->runs[index];
    if (!(session->needs & (SESSION_POSTERIOR | SESSION_PREDICTIVE | SESSION_CURVES))) {
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            slot_cancel(session, &run->slots[kinds[i]]);
        }
        return;
    }
    struct clouds *clouds = session_clouds(session, run->model);
    bool other = clouds != run->is.clouds;
    double n = model_n_of(run->model, session->state.n);
    if (other) {
        const struct work *asked = run->slots[WORK_CLOUD].asked;
        if (!asked || !asked->request.rough) { /* a rough one goes to its end */
            slot_cancel(session, &run->slots[WORK_CLOUD]);
        }
        if (run->is.clouds && !run->is.clouds->rough) {
            run->is.slow = is_slow(run->is.clouds, n) || (run->is.slow && !shows_run(run));
        }
        slot_cancel(session, &run->slots[WORK_LEARNING]);
        clouds_unref(run->is.clouds);
        run->is.clouds = clouds_ref(clouds);
    }
    if (other || run->is.version != clouds->version) {
        show_run(run);
    }
    snprintf(run->is.why, sizeof run->is.why, "%s", clouds->why);
    if (clouds->status == ST_OK && !see_to_rough(session, index, n)) {
        see_to_steps(session, index, n);
    }
    struct held_integral *held = see_to_empirical(session, index, n);
    if (held) {
        run->is.why[0] = '\0'; /* particles can be done without */
    }
    see_to_pictures(session, index, n, held);
    if (clouds->status == ST_OK) {
        see_to_learning(session, index, n);
    }
}

double clouds_play_limit(const struct session *session)
{
    double limit = INFINITY;
    size_t sides = session->state.compare ? SIDES_MAX : 1;
    for (size_t side = 0; side < sides; side++) {
        const struct clouds *clouds = session->runs[side].is.clouds;
        if (session->models[side] && clouds && clouds->status == ST_OK &&
            clouds->reached < clouds->n_ladder) {
            limit = fmin(limit, clouds->ladder[clouds->reached]);
        }
    }
    return limit;
}

double run_progress(const struct run *run)
{
    const struct clouds *clouds = run->is.clouds;
    const struct work *asked = run->slots[WORK_CLOUD].asked;
    if (!clouds || !asked) {
        return 0;
    }
    double from = asked->inputs.cloud ? asked->inputs.cloud->n : 0;
    double now = atomic_load_explicit(&asked->progress, memory_order_relaxed);
    return fmax(fmax(from, now), 1);
}

bool run_is_past(const struct session *session, const struct run *run)
{
    const struct request *have = &run->slots[WORK_POSTERIOR].have;
    const struct state *state = &session->state;
    return run->is.concentration.plane && have->model &&
           (have->n != model_n_of(run->model, state->n) || have->beta != state->beta ||
            !model_same(have->model, run->model) ||
            (run->is.clouds && have->data_seed != run->is.clouds->data_seed));
}
