/* How well draws mix: rank-normalised split R̂, effective sample sizes and standard errors.
   Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, Bayesian Analysis 16(2). */
#include "cusp/mixing.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "cusp/mem.h"

/* Draws in split chains, one half after another: x[n_halves][length]. */
struct halves {
    size_t n_halves, length, total;
    double *x, *z, *centred;
};

struct place {
    double value;
    size_t index;
};

/* The standard normal's quantile. Wichura 1988, Algorithm AS 241 (PPND7): 1e-7 relative. */
static double normal_quantile(double p)
{
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179) /
               (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1);
    }
    double r = sqrt(-log(q < 0 ? p : 1 - p)), x;
    if (r <= 5) {
        r -= 1.6;
        x = (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) /
            ((0.12021132975 * r + 0.73700164250) * r + 1);
    } else {
        r -= 5;
        x = (((0.017337203 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150) /
            ((0.012258202635 * r + 0.24197894225) * r + 1);
    }
    return q < 0 ? -x : x;
}

static int by_value(const void *a, const void *b)
{
    double x = ((const struct place *)a)->value, y = ((const struct place *)b)->value;
    return (x > y) - (x < y);
}

/* z ← normal scores of the ranks of x; equal values share the mean of their ranks. */
static void rank_normalise(const double *x, size_t total, struct place *sorted, double *z)
{
    for (size_t i = 0; i < total; i++)
        sorted[i] = (struct place){x[i], i};
    qsort(sorted, total, sizeof *sorted, by_value);
    for (size_t i = 0; i < total;) {
        size_t end = i + 1;
        while (end < total && sorted[end].value == sorted[i].value)
            end++;
        double rank = (double)(i + end + 1) / 2;
        double score = normal_quantile((rank - 0.375) / ((double)total + 0.25));
        for (; i < end; i++)
            z[sorted[i].index] = score;
    }
}

static double mean_of(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

/* Variances within chains and of chains' means: W, and var⁺ = (L − 1)/L W + B/L. */
struct spread {
    double within, pooled;
};

static struct spread spread_of(const double *x, size_t n_halves, size_t length, double *centred)
{
    double within = 0, between = 0, grand = mean_of(x, n_halves * length);
    for (size_t c = 0; c < n_halves; c++) {
        double mean = mean_of(x + c * length, length), sum = 0;
        for (size_t i = 0; i < length; i++) {
            double d = x[c * length + i] - mean;
            centred[c * length + i] = d;
            sum += d * d;
        }
        within += sum / (double)(length - 1);
        between += (mean - grand) * (mean - grand);
    }
    within /= (double)n_halves;
    between /= (double)(n_halves - 1);
    return (struct spread){within, within * (double)(length - 1) / (double)length + between};
}

static double split_rhat(const double *z, size_t n_halves, size_t length, double *centred)
{
    struct spread s = spread_of(z, n_halves, length, centred);
    return sqrt(s.pooled / s.within);
}

/* Autocorrelation at a lag over all chains: 1 − (W − mean autocovariance)/var⁺. */
static double autocorrelation(const double *centred, size_t n_halves, size_t length, size_t lag,
                              struct spread s)
{
    double sum = 0;
    for (size_t c = 0; c < n_halves; c++) {
        const double *x = centred + c * length;
        for (size_t i = 0; i + lag < length; i++)
            sum += x[i] * x[i + lag];
    }
    /* Divided by the length at every lag, as the source has it: long lags weigh less. */
    return 1 - (s.within - sum / (double)(n_halves * length)) / s.pooled;
}

/* Geyer's initial monotone sequence of pairs of autocorrelations. */
static double effective_size(const double *x, size_t n_halves, size_t length, double *centred)
{
    struct spread s = spread_of(x, n_halves, length, centred);
    double total = (double)(n_halves * length);
    if (!(s.pooled > 0))
        return 0;
    double sum = 0, last = INFINITY, even = 1;
    for (size_t lag = 0; lag + 1 < length; lag += 2) {
        if (lag > 0)
            even = autocorrelation(centred, n_halves, length, lag, s);
        double odd = autocorrelation(centred, n_halves, length, lag + 1, s), pair = even + odd;
        if (!(pair > 0)) {
            sum += fmax(even, 0) / 2; /* the positive half of the pair that ends it */
            break;
        }
        last = fmin(last, pair);
        sum += last;
    }
    double tau = fmax(2 * sum - 1, 1 / log10(total));
    return total / tau;
}

static double tail_size(const double *x, const struct place *sorted, struct halves *h, double share)
{
    double position = share * (double)(h->total - 1);
    size_t at = (size_t)position;
    double low = sorted[at].value, high = sorted[at + 1 < h->total ? at + 1 : at].value;
    double quantile = low + (position - (double)at) * (high - low);
    for (size_t i = 0; i < h->total; i++)
        h->z[i] = x[i] <= quantile ? 1 : 0;
    return effective_size(h->z, h->n_halves, h->length, h->centred);
}

static double folded_rhat(struct halves *h, struct place *sorted)
{
    /* sorted is of x. */
    size_t half = h->total / 2;
    double median =
        h->total % 2 ? sorted[half].value : (sorted[half - 1].value + sorted[half].value) / 2;
    for (size_t i = 0; i < h->total; i++)
        h->centred[i] = fabs(h->x[i] - median);
    rank_normalise(h->centred, h->total, sorted, h->z);
    return split_rhat(h->z, h->n_halves, h->length, h->centred);
}

static bool split_chains(const double *draws, size_t n_chains, size_t n_draws, size_t stride_chain,
                         size_t stride_draw, double *x)
{
    size_t length = n_draws / 2;
    bool varies = false;
    for (size_t c = 0; c < n_chains; c++) {
        for (size_t half = 0; half < 2; half++) {
            /* The middle draw of an odd number belongs to neither half. */
            size_t from = half == 0 ? 0 : n_draws - length;
            for (size_t i = 0; i < length; i++) {
                double value = draws[c * stride_chain + (from + i) * stride_draw];
                *x++ = value;
                varies = varies || value != draws[0];
            }
        }
    }
    return varies;
}

struct mixing mixing_of(const double *draws, size_t n_chains, size_t n_draws, size_t stride_chain,
                        size_t stride_draw)
{
    struct mixing mixing = {NAN, NAN, NAN, NAN, NAN, NAN};
    if (n_chains == 0 || n_draws < 4)
        return mixing;
    struct halves h = {.n_halves = 2 * n_chains, .length = n_draws / 2};
    h.total = h.n_halves * h.length;
    h.x = mem_new(h.total, 3 * sizeof *h.x);
    h.z = h.x + h.total;
    h.centred = h.z + h.total;
    struct place *sorted = mem_new(h.total, sizeof *sorted);
    bool varies = split_chains(draws, n_chains, n_draws, stride_chain, stride_draw, h.x);
    mixing.mean = mean_of(h.x, h.total);
    if (varies) {
        double sum = 0;
        for (size_t i = 0; i < h.total; i++)
            sum += (h.x[i] - mixing.mean) * (h.x[i] - mixing.mean);
        mixing.sd = sqrt(sum / (double)(h.total - 1));
        mixing.mcse = mixing.sd / sqrt(effective_size(h.x, h.n_halves, h.length, h.centred));
        rank_normalise(h.x, h.total, sorted, h.z);
        mixing.rhat = split_rhat(h.z, h.n_halves, h.length, h.centred);
        mixing.ess_bulk = effective_size(h.z, h.n_halves, h.length, h.centred);
        mixing.ess_tail = fmin(tail_size(h.x, sorted, &h, 0.05), tail_size(h.x, sorted, &h, 0.95));
        double folded = folded_rhat(&h, sorted);
        mixing.rhat = folded > mixing.rhat ? folded : mixing.rhat;
    } else {
        mixing.sd = mixing.mcse = mixing.ess_bulk = mixing.ess_tail = 0;
    }
    mem_free(sorted);
    mem_free(h.x);
    return mixing;
}
