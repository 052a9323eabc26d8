/* One island of particles: batches as large as its effective size allows, and what they weigh.
   Chopin 2002, Biometrika 89; Del Moral, Doucet and Jasra 2006, JRSS B 68. */
#include "island.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

/* Where a plan is followed, reweighting may leave less. */
#define LEAST_PLANNED 0.1

enum { BISECTIONS = 50, PRIOR_TASK = 0xffffff };

struct island *island_new(const struct path *path, size_t index)
{
    struct island *island = mem_new(1, sizeof *island);
    size_t dim = path->model->dim, n = path->n_each;
    double *numbers = mem_new(n, (dim + 5) * sizeof *numbers);
    *island = (struct island){.path = path, .index = index, .n = n, .thin = 1};
    island->w = mem_new(dim, sizeof *island->w);
    for (size_t k = 0; k < dim; k++)
        island->w[k] = numbers + k * n;
    island->log_prior = numbers + dim * n;
    island->log_lik = island->log_prior + n;
    island->log_weight = island->log_lik + n;
    island->gain = island->log_weight + n;
    island->trial = island->gain + n;
    island->flock = flock_new(dim, path->n_starts);
    size_t scratch = path->sampler->scratch > 4 ? path->sampler->scratch : 4; /* or of a jump */
    island->scratch = mem_new(scratch * dim, path->n_starts * sizeof(double));
    island->next = mem_new(n, (dim + 2) * sizeof *island->next);
    island->space = target_space_new(path->model, n);
    island->step = path->sampler->first_step(dim);
    struct program_space *programs = program_space_new();
    force_init(&island->force, path->model, programs);
    program_space_free(programs);
    return island;
}

void island_free(struct island *island)
{
    if (island == NULL)
        return;
    mem_free(island->w[0]);
    mem_free(island->w);
    flock_free(island->flock);
    mem_free(island->scratch);
    mem_free(island->next);
    target_space_free(island->space);
    own_rows_done(&island->own);
    force_done(&island->force);
    mem_free(island);
}

/* Largest first, so that nothing overflows. */
static double log_mean_exp(const double *x, size_t n)
{
    double high = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++)
        high = fmax(high, x[i]);
    if (!(high > -INFINITY))
        return -INFINITY;
    for (size_t i = 0; i < n; i++)
        sum += exp(x[i] - high);
    return high + log(sum / (double)n);
}

double island_share(const double *log_weight, size_t n)
{
    double high = -INFINITY, sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        high = fmax(high, log_weight[i]);
    if (!(high > -INFINITY))
        return 0;
    for (size_t i = 0; i < n; i++) {
        double weight = exp(log_weight[i] - high);
        sum += weight;
        squares += weight * weight;
    }
    return sum * sum / (squares * (double)n);
}

/* trial ← log_weight + factor × gain; its share. */
static double try_gain(struct island *island, double factor)
{
    for (size_t i = 0; i < island->n; i++)
        island->trial[i] = island->log_weight[i] + factor * island->gain[i];
    return island_share(island->trial, island->n);
}

/* What must be left: half, or where even a touch of the gain forbids more, most of that. */
static double least_share(const struct island *island)
{
    size_t alive = 0;
    for (size_t i = 0; i < island->n; i++)
        alive += island->log_weight[i] > -INFINITY && island->gain[i] > -INFINITY;
    double share = (double)alive / (double)island->n;
    return fmin(LEAST_SHARE, 0.8 * share);
}

/* The greatest factor in (0, most] of the gain that leaves enough, and trial there. */
static double bisect_gain(struct island *island, double most)
{
    double least = least_share(island), low = 0, high = most;
    if (try_gain(island, most) >= least)
        return most;
    for (int k = 0; k < BISECTIONS && high - low > 1e-3 * high; k++) {
        /* By halves of the logarithm until the first success. */
        double middle = low > 0 ? (low + high) / 2 : high / 8;
        if (try_gain(island, middle) >= least)
            low = middle;
        else
            high = middle;
    }
    low = low > 0 ? low : high;
    try_gain(island, low);
    return low;
}

static void take_trial(struct island *island)
{
    memcpy(island->log_weight, island->trial, island->n * sizeof *island->trial);
}

static bool goes_on(struct island *island)
{
    island->cancelled = island->cancelled || cancel_wanted(island->path->cancel);
    return !island->cancelled && !island->dead;
}

static void write_down(struct path *path, const struct stage *stage)
{
    MEM_GROW(path->plan, path->n_plan, path->plan_capacity);
    path->plan[path->n_plan++] = *stage;
}

/* Ends a stage: the evidence grows by the weights' mean; the particles are resampled and moved. */
static void end_stage(struct island *island, const struct stage *stage)
{
    const struct path *path = island->path;
    struct stage tuned;
    double mean = log_mean_exp(island->log_weight, island->n);
    island->log_z += mean;
    island->stage++;
    island->dead = !(mean > -INFINITY);
    if (island->dead)
        return;
    island->share = island_share(island->log_weight, island->n);
    island_move(island, stage, &tuned);
    if (island->recorder != NULL)
        write_down(island->recorder, &tuned);
    else if (path->progress != NULL)
        path->progress(path->data ? (double)path->knots[island->spot.knot] : island->spot.n,
                       path->context);
}

/* ℓ at a spot of all particles. */
static void values_at(struct island *island, const struct spot *spot, double *log_lik)
{
    struct target target;
    path_target(island->path, spot, &island->own, &target);
    target_eval(&target, island->space, (const double *const *)island->w, island->n,
                island->log_prior, log_lik, NULL);
}

void island_draw(struct island *island)
{
    const struct prior_shape *prior = target_prior_shape(island->space);
    struct rng rng = rng_stream(island->path->options->seed,
                                (UINT64_C(1) << 63) + ((uint64_t)island->index << 24) + PRIOR_TASK);
    for (size_t i = 0; i < island->n; i++) {
        for (size_t k = 0; k < prior->dim; k++) {
            double low = prior->low[k], high = prior->high[k];
            island->w[k][i] = prior->separable ? prior_shape_draw(prior, k, &rng)
                                               : low + rng_uniform(&rng) * (high - low);
        }
    }
    island->spot = (struct spot){.prior_off = prior->separable ? 0 : 1};
}

/* gain ← log likelihood of the observations between two knots. */
static void interval_gain(struct island *island, size_t knot)
{
    const struct path *path = island->path;
    struct target target = {.model = path->model, .beta = 1, .rows = &island->own.rows};
    const double *const *w = (const double *const *)island->w;
    if (!path_is_reduced(path, knot)) {
        path_slice(path, path->knots[knot], path->knots[knot + 1], &island->own);
        target_eval(&target, island->space, w, island->n, island->log_prior, island->gain, NULL);
        return;
    }
    target.rows = &path->reduced[knot + 1];
    target_eval(&target, island->space, w, island->n, island->log_prior, island->gain, NULL);
    target.rows = &path->reduced[knot];
    target_eval(&target, island->space, w, island->n, island->log_prior, island->trial, NULL);
    for (size_t i = 0; i < island->n; i++)
        island->gain[i] =
            island->gain[i] > -INFINITY ? island->gain[i] - island->trial[i] : -INFINITY;
}

/* gain ← log φ. */
static void prior_gain(struct island *island)
{
    values_at(island, &island->spot, island->gain);
    memcpy(island->gain, island->log_prior, island->n * sizeof *island->gain);
}

/* gain ← ℓ, or −K, which n and β multiply. */
static void unit_gain(struct island *island)
{
    struct spot unit = island->spot;
    if (island->path->data == NULL)
        unit.n = 1;
    unit.beta = 1;
    values_at(island, &unit, island->gain);
}

/* What ℓ of the spot is in units of that gain. */
static double units(const struct island *island)
{
    return island->path->data == NULL ? island->spot.n : 1;
}

/* Past `part` of the way to the next knot. */
static void take_data(struct spot *spot, double part)
{
    spot->part = part;
    if (part > 1 - 1e-9) {
        spot->knot++;
        spot->part = 0;
    }
}

/* Takes observations in until the weights say stop. */
static void data_stage(struct island *island)
{
    const struct path *path = island->path;
    struct spot *spot = &island->spot;
    bool begun = false;
    while (spot->knot + 1 < path->n_knots) {
        double left = spot->beta * (1 - spot->part);
        interval_gain(island, spot->knot);
        bool all = try_gain(island, left) >= LEAST_SHARE;
        if (all) {
            take_data(spot, 1);
        } else {
            if (begun && island_share(island->log_weight, island->n) < least_share(island))
                break;
            double part = bisect_gain(island, left) / spot->beta;
            take_data(spot, spot->part + part);
        }
        take_trial(island);
        begun = true;
        if (!all)
            break;
    }
}

/* As far towards the goal as the weights allow, by what comes first: prior, β, data or n. */
static void own_stage(struct island *island, const struct spot *goal)
{
    struct spot *spot = &island->spot;
    if (spot->prior_off > 0) {
        prior_gain(island);
        spot->prior_off -= bisect_gain(island, spot->prior_off);
        spot->prior_off = spot->prior_off < 1e-9 ? 0 : spot->prior_off;
    } else if (spot->beta != goal->beta) {
        double sign = goal->beta > spot->beta ? 1 : -1, left = fabs(goal->beta - spot->beta);
        unit_gain(island);
        for (size_t i = 0; i < island->n; i++)
            island->gain[i] *= sign * units(island);
        double part = bisect_gain(island, left);
        spot->beta = part >= left * (1 - 1e-9) ? goal->beta : spot->beta + sign * part;
    } else if (island->path->data != NULL) {
        data_stage(island);
        return;
    } else {
        double left = spot->beta * (goal->n - spot->n);
        unit_gain(island);
        double part = bisect_gain(island, left);
        spot->n = part >= left * (1 - 1e-9) ? goal->n : spot->n + part / spot->beta;
    }
    take_trial(island);
}

static void add_gain(struct island *island, double factor)
{
    for (size_t i = 0; i < island->n; i++)
        island->log_weight[i] += factor * island->gain[i];
}

/* Where a plan says; false, and nothing has changed, if that leaves too few particles. */
static bool planned_stage(struct island *island, const struct spot *to)
{
    struct spot *spot = &island->spot, before = *spot;
    if (spot->prior_off != to->prior_off) {
        prior_gain(island);
        add_gain(island, spot->prior_off - to->prior_off);
    } else if (spot->beta != to->beta) {
        unit_gain(island);
        add_gain(island, (to->beta - spot->beta) * units(island));
    } else if (island->path->data == NULL) {
        unit_gain(island);
        add_gain(island, spot->beta * (to->n - spot->n));
    } else {
        while (spot->knot < to->knot || spot->part < to->part) {
            double end = spot->knot < to->knot ? 1 : to->part;
            interval_gain(island, spot->knot);
            add_gain(island, spot->beta * (end - spot->part));
            take_data(spot, end);
        }
    }
    if (island_share(island->log_weight, island->n) >= LEAST_PLANNED) {
        *spot = *to;
        return true;
    }
    *spot = before;
    return false;
}

static bool arrived(const struct island *island, const struct spot *goal)
{
    const struct spot *spot = &island->spot;
    return spot->prior_off == 0 && spot->beta == goal->beta &&
           (island->path->data != NULL ? spot->knot == goal->knot : spot->n >= goal->n);
}

void island_advance(struct island *island, double n, double beta)
{
    const struct path *path = island->path;
    const struct spot goal = {
        .n = n, .beta = beta, .knot = path->n_knots > 0 ? path->n_knots - 1 : 0};
    if (path->data != NULL ? path->knots[0] == 0 : island->spot.n == 0)
        island->spot.beta = beta; /* without data it has no meaning yet */
    while (!arrived(island, &goal) && goes_on(island)) {
        const struct stage *stage = island->recorder == NULL && island->planned < path->n_plan
                                        ? &path->plan[island->planned]
                                        : NULL;
        memset(island->log_weight, 0, island->n * sizeof *island->log_weight);
        if (stage != NULL && planned_stage(island, &stage->spot)) {
            island->planned++;
        } else {
            memset(island->log_weight, 0, island->n * sizeof *island->log_weight);
            own_stage(island, &goal);
            stage = NULL;
        }
        end_stage(island, stage);
    }
    island->evaluations += target_evaluations(island->space);
}
