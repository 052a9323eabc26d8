/* What the losses of a run of SGLD say: λ̂ on its way and at last, how far to trust it, its slope.
 */
#include "sgld_private.h"

#include <math.h>

#include "cusp/mem.h"

enum { MOST_BINS = 256 }; /* of a chain, whose means stand for it in autocovariances */

static double mean_of(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

/* The variance of a chain's mean: means of bins, their autocovariances summed as far as Geyer's
   initial positive sequence goes. Geyer 1992. */
static double variance_of_mean(const double *x, size_t n)
{
    double bins[MOST_BINS] = {0};
    size_t width = (n + MOST_BINS - 1) / MOST_BINS, count = n / width;
    if (count < 4)
        return NAN;
    for (size_t b = 0; b < count; b++)
        bins[b] = mean_of(x + b * width, width);
    double mean = mean_of(bins, count), sum = 0, last = INFINITY;
    for (size_t b = 0; b < count; b++)
        bins[b] -= mean;
    for (size_t lag = 0; lag + 1 < count; lag += 2) {
        double even = 0, odd = 0;
        for (size_t b = 0; b + lag < count; b++)
            even += bins[b] * bins[b + lag];
        for (size_t b = 0; b + lag + 1 < count; b++)
            odd += bins[b] * bins[b + lag + 1];
        double pair = fmin(even + odd, last);
        if (!(pair > 0)) {
            sum += lag == 0 ? even / 2 : 0;
            break;
        }
        last = pair;
        sum += lag == 0 ? pair - even / 2 : pair;
    }
    return 2 * sum / (double)count / (double)count;
}

/* Split R̂ of the losses of the chains that did not break. Gelman and others 2013. */
static double split_rhat(const struct sgld_run *run, const size_t *breaks)
{
    size_t half = run->n_draws / 2, halves = 0;
    double within = 0, sum = 0, squares = 0;
    if (half < 2)
        return NAN;
    for (size_t c = 0; c < run->n_chains; c++) {
        if (breaks[c] < run->n_draws)
            continue;
        for (size_t h = 0; h < 2; h++, halves++) {
            const double *x = run->loss + c * run->n_draws + (h == 0 ? 0 : run->n_draws - half);
            double mean = mean_of(x, half) - run->reference, spread = 0;
            for (size_t i = 0; i < half; i++) {
                double d = x[i] - run->reference - mean;
                spread += d * d;
            }
            within += spread / (double)(half - 1);
            sum += mean;
            squares += mean * mean;
        }
    }
    if (halves < 2 || !(within > 0))
        return NAN;
    within /= (double)halves;
    double between =
        fmax(squares - sum * sum / (double)halves, 0) / (double)(halves - 1); /* of means */
    return sqrt(((double)(half - 1) / (double)half * within + between) / within);
}

/* running[i]: over the chains that had not broken by then. */
static void follow(struct sgld_run *run, const size_t *breaks)
{
    double *sums = mem_new(run->n_chains, sizeof *sums), heat = run->n * run->beta;
    for (size_t i = 0; i < run->n_draws; i++) {
        double total = 0;
        size_t alive = 0;
        for (size_t c = 0; c < run->n_chains; c++) {
            if (i >= breaks[c])
                continue;
            sums[c] += run->loss[c * run->n_draws + i] - run->reference;
            total += sums[c];
            alive++;
        }
        run->running[i] = alive > 0 ? heat * total / (double)alive / (double)(i + 1) : NAN;
    }
    for (size_t c = 0; c < run->n_chains; c++)
        run->chain_lambda[c] =
            breaks[c] < run->n_draws ? NAN : heat * sums[c] / (double)run->n_draws;
    mem_free(sums);
}

/* Least squares of the running λ̂ on log i over the last half is Σ a_j λ_j over the draws: its size
   over what chance alone would give it, were the draws stationary. error: of λ̂, of all chains. */
static double slope_of(const struct sgld_run *run, double error)
{
    size_t n = run->n_draws, first = n / 2;
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
    if (n < 8 || !(error > 0))
        return NAN;
    double *x = mem_new(n, sizeof *x);
    for (size_t i = first; i < n; i++) {
        x[i] = log((double)(i + 1));
        mean_x += x[i] / (double)(n - first);
        mean_y += run->running[i] / (double)(n - first);
    }
    for (size_t i = first; i < n; i++) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (run->running[i] - mean_y);
    }
    double weight = 0, squares = 0;
    for (size_t i = n; i-- > 0;) {
        weight += i >= first ? (x[i] - mean_x) / xx / (double)(i + 1) : 0;
        squares += weight * weight;
    }
    mem_free(x);
    return xy / xx / (error * sqrt((double)n * squares));
}

void sgld_summary(struct sgld_run *run, const size_t *breaks)
{
    double heat = run->n * run->beta, sum = 0, squares = 0, variance = 0;
    size_t sound = 0, below = 0, draws = 0;
    follow(run, breaks);
    run->first_break = run->n_draws;
    for (size_t c = 0; c < run->n_chains; c++) {
        for (size_t i = 0; i < breaks[c]; i++, draws++)
            below += run->loss[c * run->n_draws + i] < run->reference;
        if (breaks[c] < run->n_draws) {
            run->n_broken++;
            run->first_break = breaks[c] < run->first_break ? breaks[c] : run->first_break;
            continue;
        }
        double lambda = run->chain_lambda[c];
        variance += variance_of_mean(run->loss + c * run->n_draws, run->n_draws) * heat * heat;
        squares += sound > 0 ? (lambda - sum / (double)sound) * (lambda - sum / (double)sound) *
                                   (double)sound / (double)(sound + 1)
                             : 0;
        sum += lambda;
        sound++;
    }
    run->below = draws > 0 ? (double)below / (double)draws : NAN;
    run->lambda = run->error = run->slope = run->rhat = NAN;
    if (sound == 0)
        return;
    run->lambda = sum / (double)sound;
    double own = sqrt(variance) / (double)sound;
    double between = sound > 1 ? sqrt(squares / (double)(sound - 1) / (double)sound) : 0;
    run->error = fmax(own, between);
    run->slope = run->n_broken == 0 ? slope_of(run, run->error) : NAN;
    run->rhat = split_rhat(run, breaks);
}
