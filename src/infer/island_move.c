/* How an island's particles are renewed: resampled, then moved by waste-free chains whose every
   state is a particle. Dau and Chopin 2022, JRSS B 84(1). */
#include "island.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { MOST_THIN = 8, MOST_LEAPS = 32, STAGE_TASK = 0xfffffe, LEAST_CELLS = 32, LEAST_SAVING = 3 };

/* Trajectories go about so far, in units of scale; farther where few rows make them cheap. */
#define REACH 1.2
#define REACH_BY_FORCE 2.0
/* What may be left of the correlation from the first to the last state of a chain. */
#define LEFT_OVER 0.1
/* A change of weights counts for at least this part of the greatest there is. */
#define LEAST_CHANGE 0.3

/* β ℓ of few rows may differ by so much from that of all. */
#define MOST_FORCE_ERROR 0.3

static struct rng stream(const struct island *island, size_t chain)
{
    /* The top bit keeps clear of the streams of data. */
    return rng_stream(island->path->options->seed, (UINT64_C(1) << 63) +
                                                       ((uint64_t)island->stage << 32) +
                                                       ((uint64_t)island->index << 24) + chain);
}

/* Standard deviations under the weights, kept off 0. */
static void tune_scale(struct island *island)
{
    const struct model *model = island->path->model;
    double high = -INFINITY;
    for (size_t i = 0; i < island->n; i++)
        high = fmax(high, island->log_weight[i]);
    for (size_t k = 0; k < model->dim; k++) {
        double total = 0, mean = 0, square = 0;
        double width = model->params[k].high - model->params[k].low;
        for (size_t i = 0; i < island->n; i++) {
            double weight = exp(island->log_weight[i] - high), old = mean;
            if (!(weight > 0))
                continue;
            total += weight;
            mean += weight / total * (island->w[k][i] - old);
            square += weight * (island->w[k][i] - old) * (island->w[k][i] - mean);
        }
        island->scale[k] = fmax(sqrt(square / total), 1e-12 * width);
    }
}

/* Systematic resampling in order, so that neighbours, which have ancestors in common, stand for one
   another. Starts of the chains go to the flock. */
static void resample(struct island *island)
{
    struct rng rng = stream(island, STAGE_TASK);
    struct flock *flock = island->flock;
    double high = -INFINITY, total = 0, sum = 0;
    for (size_t i = 0; i < island->n; i++)
        high = fmax(high, island->log_weight[i]);
    for (size_t i = 0; i < island->n; i++)
        total += exp(island->log_weight[i] - high);
    double u = rng_uniform(&rng);
    size_t at = 0, last = 0;
    for (size_t i = 0; i < island->n && at < flock->n; i++) {
        double weight = exp(island->log_weight[i] - high);
        sum += weight;
        last = weight > 0 ? i : last;
        while (at < flock->n && ((double)at + u) * total < sum * (double)flock->n) {
            for (size_t k = 0; k < flock->dim; k++)
                flock->w[k][at] = island->w[k][i];
            at++;
        }
    }
    for (; at < flock->n; at++) { /* what rounding left over */
        for (size_t k = 0; k < flock->dim; k++)
            flock->w[k][at] = island->w[k][last];
    }
}

/* State number `place` of every chain becomes a particle; a chain's particles are neighbours. */
static void keep_states(struct island *island, size_t place)
{
    const struct flock *flock = island->flock;
    size_t length = island->n / flock->n;
    for (size_t c = 0; c < flock->n; c++) {
        size_t i = c * length + place;
        for (size_t k = 0; k < flock->dim; k++)
            island->next[k * island->n + i] = flock->w[k][c];
        island->next[flock->dim * island->n + i] = flock->log_prior[c];
        island->next[(flock->dim + 1) * island->n + i] = flock->log_lik[c];
    }
}

static void take_next(struct island *island)
{
    size_t dim = island->flock->dim, bytes = island->n * sizeof *island->next;
    for (size_t k = 0; k < dim; k++)
        memcpy(island->w[k], island->next + k * island->n, bytes);
    memcpy(island->log_prior, island->next + dim * island->n, bytes);
    memcpy(island->log_lik, island->next + (dim + 1) * island->n, bytes);
}

/* Σ (x_i − x_{i + lag})² / 2 over the chains' states, in units of the variance: 1 − correlation. */
static double variogram(const struct island *island, const double *x, size_t lag)
{
    size_t length = island->n / island->flock->n, count = 0;
    double mean = 0, variance = 0, sum = 0;
    for (size_t i = 0; i < island->n; i++)
        mean += x[i] / (double)island->n;
    for (size_t i = 0; i < island->n; i++)
        variance += (x[i] - mean) * (x[i] - mean) / (double)island->n;
    for (size_t i = 0; i + lag < island->n; i++) {
        if (i % length + lag < length) {
            sum += (x[i] - x[i + lag]) * (x[i] - x[i + lag]) / 2;
            count++;
        }
    }
    return variance > 0 && count > 0 ? sum / variance / (double)count : 1;
}

/* The correlation, from state to state, of what can be forgotten at all. A chain that stays in one
   of several modes has correlations a + (1 − a) s^lag; this is s. */
static double stickiness(const struct island *island)
{
    size_t length = island->n / island->flock->n;
    double one = 0, two = 0, likelihood = 1 - variogram(island, island->log_lik, 1);
    if (length > 2) {
        for (size_t k = 0; k < island->flock->dim; k++) {
            one += variogram(island, island->w[k], 1);
            two += variogram(island, island->w[k], 2);
        }
    }
    double others = one > 0 ? two / one - 1 : 0;
    return fmin(fmax(fmax(likelihood, others), 0.01), 0.99);
}

/* So many transitions between particles that the chains forget where they began, as far as the
   weights have changed what they should know. */
static void tune_thin(struct island *island)
{
    size_t length = island->n / island->flock->n;
    double one = log(stickiness(island)) / (double)island->thin;
    double change = fmin(fmax(log(island->share) / log(LEAST_SHARE), LEAST_CHANGE), 1);
    double wanted = ceil(change * log(LEFT_OVER) / one / (double)(length - 1));
    wanted = fmin(wanted, 2.0 * (double)island->thin);
    wanted = fmax(wanted, floor(0.5 * (double)island->thin));
    island->thin = (size_t)fmin(fmax(wanted, 1), MOST_THIN);
}

static double mean_accepted(const struct flock *flock)
{
    double sum = 0;
    for (size_t c = 0; c < flock->n; c++)
        sum += flock->accepted[c];
    return sum / (double)flock->n;
}

static size_t leaps_of(const struct target *target, double step)
{
    double reach = target->force != NULL ? REACH_BY_FORCE : REACH;
    return (size_t)fmin(fmax(reach / step + 0.5, 1), MOST_LEAPS);
}

/* Modes far apart make standard deviations large where each mode is narrow; the gradient knows how
   narrow. Between the two, in logarithms. */
static void soften_scale(struct island *island)
{
    const struct flock *flock = island->flock;
    double share = island->path->sampler->by_gradient;
    for (size_t k = 0; k < flock->dim; k++) {
        double sum = 0;
        for (size_t c = 0; c < flock->n; c++)
            sum += fabs(flock->gradient[k][c]);
        if (sum > 0 && isfinite(sum))
            island->scale[k] =
                pow(island->scale[k], 1 - share) * pow((double)flock->n / sum, share);
    }
}

/* The spread over the chains of what the force's rows get wrong of β ℓ. */
static double force_error(struct island *island, const struct target *target)
{
    struct flock *flock = island->flock;
    struct target soft = *target;
    double mean = 0, sum = 0, *error = island->trial;
    soft.rows = &island->force.rows;
    target_eval(&soft, island->space, (const double *const *)flock->w, flock->n, flock->log_prior,
                error, NULL);
    target_eval(target, island->space, (const double *const *)flock->w, flock->n, flock->log_prior,
                flock->log_lik, NULL);
    for (size_t c = 0; c < flock->n; c++) {
        error[c] = target->beta * (error[c] - flock->log_lik[c]);
        mean += error[c] / (double)flock->n;
    }
    for (size_t c = 0; c < flock->n; c++)
        sum += (error[c] - mean) * (error[c] - mean);
    return sqrt(sum / (double)(flock->n - 1));
}

/* Whether few rows may stand for many along trajectories at all. */
static bool force_is_useful(const struct island *island, const struct target *target)
{
    return island->path->sampler->uses_gradient && target->rows == &island->own.rows &&
           !target->rows->is_reduced && island->path->reduced == NULL;
}

/* The fewest cells that are true enough at where chains start; 0 if that is no saving. */
static size_t choose_cells(struct island *island, const struct target *target)
{
    size_t n = target->rows != NULL ? target->rows->rows.n : 0;
    for (size_t cells = LEAST_CELLS; LEAST_SAVING * cells <= n; cells *= 2) {
        if (!force_fill(&island->force, island->path->model, target->rows, cells) ||
            LEAST_SAVING * island->force.rows.rows.n > n)
            return 0;
        if (force_error(island, target) < MOST_FORCE_ERROR)
            return cells;
    }
    return 0;
}

static void find_force(struct island *island, const struct stage *stage, struct target *target,
                       struct stage *tuned)
{
    if (!force_is_useful(island, target))
        return;
    tuned->cells = stage != NULL ? stage->cells : choose_cells(island, target);
    if (stage != NULL && stage->cells > 0 &&
        !force_fill(&island->force, island->path->model, target->rows, stage->cells))
        tuned->cells = 0;
    if (tuned->cells > 0)
        target->force = &island->force.rows;
}

/* One transition of all chains; a step that is not given follows their acceptance. */
static void move_once(struct island *island, const struct target *target, bool adapts)
{
    const struct sampler *sampler = island->path->sampler;
    struct tuning tuning = {island->step, island->scale, leaps_of(target, island->step)};
    sampler->move(target, island->space, island->flock, &tuning, island->scratch);
    double accepted = mean_accepted(island->flock);
    island->acceptance += accepted;
    if (adapts)
        island->step *=
            exp((accepted - sampler->target_acceptance) / sqrt(1.0 + (double)island->n_moves));
    island->n_moves++;
}

static void run_chains(struct island *island, const struct target *target, bool adapts)
{
    const struct symmetry *symmetry = &island->path->symmetry;
    struct flock *flock = island->flock;
    size_t length = island->n / flock->n;
    keep_states(island, 0);
    island->acceptance = 0;
    island->n_moves = 0;
    for (size_t place = 1; place < length; place++) {
        for (size_t k = 0; k < island->thin; k++) {
            island->cancelled = island->cancelled || cancel_wanted(island->path->cancel);
            if (island->cancelled)
                return;
            move_once(island, target, adapts);
        }
        if (symmetry->any)
            symmetry_move(symmetry, target, island->space, flock, island->scratch);
        keep_states(island, place);
    }
    island->acceptance /= (double)island->n_moves;
    take_next(island);
}

void island_move(struct island *island, const struct stage *stage, struct stage *tuned)
{
    struct flock *flock = island->flock;
    bool uses_gradient = island->path->sampler->uses_gradient;
    struct target target;
    *tuned = (struct stage){.spot = island->spot};
    tune_scale(island);
    resample(island);
    for (size_t c = 0; c < flock->n; c++)
        flock->rng[c] = stream(island, c);
    path_target(island->path, &island->spot, &island->own, &target);
    find_force(island, stage, &target, tuned);
    flock_evaluate(&target, island->space, flock, uses_gradient);
    if (uses_gradient)
        soften_scale(island);
    if (stage != NULL) {
        memcpy(island->scale, stage->scale, sizeof island->scale);
        island->step = stage->step;
        island->thin = stage->thin;
    }
    run_chains(island, &target, stage == NULL);
    if (stage == NULL && !island->cancelled)
        tune_thin(island);
    memcpy(tuned->scale, island->scale, sizeof island->scale);
    tuned->step = island->step;
    tuned->thin = island->thin;
}
