/* What the posterior says of y: its mean and bands beside the truth and the data. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "cusp/mem.h"
#include "work.h"

enum {
    GRID = 96,
    GRID_DENSITY = 128,
    GRID_COUNTS = 512, /* values of a discrete y that are shown */
    FUNCTIONS = 12,
    POINTS = 400,
    BARS = 30,
    BAND_DRAWS = 256, /* of the posterior, for the band of y itself */
    PREDICTED = 4,    /* draws of y for each of these */
    NEWTON_STEPS = 40,
    NEAR_LEAST = 20, /* observations near the rest that are wanted */
};
#define BAND_LOW 0.05
#define BAND_HIGH 0.95
#define NORMAL_QUANTILE 1.6448536269514722 /* of BAND_HIGH */
#define QUANTILE_ENOUGH 1e-4               /* of the deviation: less than an eye sees */
/* Observations are near the rest within this share of an input's range; widened if they are few. */
#define NEAR_SHARE 0.05
#define NEAR_SHARE_MOST 0.2

struct context {
    const struct model *model;
    const struct likelihood *likelihood;
    const struct draws *draws;
    const struct data *data;
    size_t n_data; /* observations that are in */
    uint64_t seed;
    struct program_space *space;
    const double *vars[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    int step[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    double at[LIKELIHOOD_MAX_INPUTS + 1]; /* x, y */
    double *values, *more;                /* [draws->n] */
};

/* Moves the finite values to the front; how many these are. */
static size_t keep_finite(double *values, size_t n)
{
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(values[i])) {
            values[known++] = values[i];
        }
    }
    return known;
}

/* The k-th least, counted from 0; reorders them (Hoare's selection). */
static double select_least(double *values, size_t n, size_t k)
{
    size_t low = 0, high = n - 1;
    while (low < high) {
        double pivot = values[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;;) {
            while (values[i] < pivot) {
                i++;
            }
            while (values[j] > pivot) {
                j--;
            }
            if (i >= j) {
                break;
            }
            double held = values[i];
            values[i++] = values[j];
            values[j--] = held;
        }
        /* values[low .. j] ≤ pivot ≤ values[j + 1 .. high] */
        if (k <= j) {
            high = j;
        } else {
            low = j + 1;
        }
    }
    return values[k];
}

static double quantile(double *values, size_t n, double share)
{
    return n > 0 ? select_least(values, n, (size_t)floor(share * (double)(n - 1) + 0.5)) : NAN;
}

/* ---- bands ----------------------------------------------------------------------------------- */

/* A program at the context's place for all draws; exponentiated if it is a log. */
static void evaluate(struct context *c, const struct program *program, bool is_log, double *out)
{
    program_eval(program, c->space, c->vars, c->step, c->draws->n, &out);
    for (size_t i = 0; i < c->draws->n && is_log; i++) {
        out[i] = exp(out[i]);
    }
}

static double evaluate_truth(struct context *c, const struct program *program, bool is_log)
{
    double point[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1], out = NAN;
    for (size_t v = 0; v < c->model->dim; v++) {
        point[v] = c->draws->w[v * c->draws->n]; /* it is ignored */
    }
    memcpy(point + c->model->dim, c->at, (c->likelihood->n_inputs + 1) * sizeof(double));
    program_point(program, c->space, point, &out);
    return is_log ? exp(out) : out;
}

/* c->values are those of all draws at grid point g. */
static void add_band(struct context *c, size_t g, struct predictive *p)
{
    size_t n = c->draws->n;
    for (size_t k = 0; k < p->n_functions; k++) {
        p->functions[k * p->n_grid + g] = c->values[(2 * k + 1) * n / (2 * p->n_functions)];
    }
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += c->values[i];
    }
    p->mean[g] = sum / (double)n;
    size_t known = keep_finite(c->values, n);
    p->low[g] = quantile(c->values, known, BAND_LOW);
    p->high[g] = quantile(c->values, known, BAND_HIGH);
}

/* P(y ≤ t) under normal outputs of the given means and deviations, and its derivative. */
static double mixture_below(const double *mean, const double *sd, size_t n, double t,
                            double *density)
{
    double sum = 0;
    *density = 0;
    for (size_t i = 0; i < n; i++) {
        double z = sd[i] > 0 ? (t - mean[i]) / sd[i] : 0;
        sum += sd[i] > 0 ? 0.5 * erfc(-z * M_SQRT1_2) : t >= mean[i];
        *density += sd[i] > 0 ? exp(-0.5 * z * z) / (sd[i] * sqrt(2 * M_PI)) : 0;
    }
    *density /= (double)n;
    return sum / (double)n;
}

/* Newton's steps from the quantile of one normal of the same mean and variance, kept within what
   the sign of the error has shown. */
static double mixture_quantile(const double *mean, const double *sd, size_t n, double share)
{
    double low = INFINITY, high = -INFINITY, sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        low = fmin(low, mean[i] - 4 * sd[i]);
        high = fmax(high, mean[i] + 4 * sd[i]);
        sum += mean[i];
        squares += mean[i] * mean[i] + sd[i] * sd[i];
    }
    double middle = sum / (double)n, total = sqrt(fmax(squares / (double)n - middle * middle, 0));
    double t = middle + (share < 0.5 ? -1 : 1) * NORMAL_QUANTILE * total;
    for (int i = 0; i < NEWTON_STEPS && high > low; i++) {
        double density, below = mixture_below(mean, sd, n, t, &density) - share;
        *(below < 0 ? &low : &high) = t;
        double next = density > 0 ? t - below / density : low;
        next = next > low && next < high ? next : 0.5 * (low + high);
        if (fabs(next - t) <= QUANTILE_ENOUGH * total) {
            return next;
        }
        t = next;
    }
    return t;
}

/* Of a normal output from its mean and deviation, else from draws of y, the same random numbers at
   every x. c->values: the means. */
static void add_noise_band(struct context *c, size_t g, struct predictive *p)
{
    size_t n = c->draws->n, used = n < BAND_DRAWS ? n : BAND_DRAWS, known = 0;
    double first[BAND_DRAWS], second[BAND_DRAWS], drawn[BAND_DRAWS * PREDICTED];
    if (strcmp(c->likelihood->output_kind, "normal") == 0) {
        evaluate(c, c->likelihood->sd, false, c->more);
        for (size_t k = 0; k < used; k++) {
            size_t i = k * n / used;
            if (isfinite(c->values[i]) && isfinite(c->more[i])) {
                first[known] = c->values[i];
                second[known++] = c->more[i];
            }
        }
        p->noise_low[g] = known ? mixture_quantile(first, second, known, BAND_LOW) : NAN;
        p->noise_high[g] = known ? mixture_quantile(first, second, known, BAND_HIGH) : NAN;
        return;
    }
    for (size_t k = 0; k < used; k++) {
        struct rng rng = rng_stream(c->seed, k);
        double w[SYNTAX_MAX_PARAMS];
        for (size_t v = 0; v < c->model->dim; v++) {
            w[v] = c->draws->w[v * n + k * n / used];
        }
        for (size_t j = 0; j < PREDICTED; j++) {
            drawn[known++] = likelihood_predict(c->model, c->space, w, c->at, &rng);
        }
    }
    known = keep_finite(drawn, known);
    p->noise_low[g] = quantile(drawn, known, BAND_LOW);
    p->noise_high[g] = quantile(drawn, known, BAND_HIGH);
}

/* ---- data ------------------------------------------------------------------------------------ */

/* Whether the other inputs of observation i are within `share` of their ranges from the rest. */
static bool near_rest(const struct context *c, size_t i, double share, const double *rest)
{
    for (size_t k = 1; k < c->likelihood->n_inputs; k++) {
        double range = c->likelihood->input_high[k] - c->likelihood->input_low[k];
        if (!(fabs(c->data->column[k][i] - rest[k]) <= share * range)) {
            return false;
        }
    }
    return true;
}

static size_t count_near(const struct context *c, double share, const double *rest)
{
    size_t count = 0;
    for (size_t i = 0; i < c->n_data; i++) {
        count += near_rest(c, i, share, rest);
    }
    return count;
}

static void say_rest(const struct context *c, struct predictive *p, size_t near)
{
    size_t n = c->likelihood->n_inputs, length = 0;
    for (size_t k = 1; k < n && length + 1 < sizeof p->label; k++) {
        bool same = k + 1 < n && p->rest[k] == p->rest[k + 1];
        int added =
            same ? snprintf(p->label + length, sizeof p->label - length,
                            "%s = ", c->likelihood->input_names[k])
                 : snprintf(p->label + length, sizeof p->label - length, "%s = %.3g%s",
                            c->likelihood->input_names[k], p->rest[k], k + 1 < n ? ", " : "");
        length += added > 0 ? (size_t)added : 0;
    }
    if (n > 1 && length + 1 < sizeof p->label) {
        snprintf(p->label + length, sizeof p->label - length,
                 " and %zu of %zu observations near it", near, c->n_data);
    }
}

/* Those near the rest, thinned evenly. */
static void add_observations(const struct context *c, struct predictive *p)
{
    double share = NEAR_SHARE;
    size_t near = count_near(c, share, p->rest), seen = 0;
    while (near < NEAR_LEAST && share < NEAR_SHARE_MOST && c->likelihood->n_inputs > 1) {
        share *= 2;
        near = count_near(c, share, p->rest);
    }
    p->n_data = near < POINTS ? near : POINTS;
    p->data_x = mem_new(p->n_data + 1, sizeof *p->data_x);
    p->data_y = mem_new(p->n_data + 1, sizeof *p->data_y);
    size_t shown = 0;
    for (size_t i = 0; i < c->n_data && shown < p->n_data; i++) {
        if (!near_rest(c, i, share, p->rest)) {
            continue;
        }
        if (seen++ == shown * near / p->n_data) {
            p->data_x[shown] = c->data->column[0][i];
            p->data_y[shown++] = c->data->column[c->likelihood->n_inputs][i];
        }
    }
    say_rest(c, p, near);
}

/* A histogram of y: shares of counts, or densities. */
static void add_bars(const struct context *c, double low, double high, struct predictive *p)
{
    size_t bars = p->discrete ? p->n_grid : BARS;
    double width = p->discrete ? 1 : (high - low) / BARS, from = p->discrete ? low - 0.5 : low;
    p->n_data = bars;
    p->data_x = mem_new(bars, sizeof *p->data_x);
    p->data_y = mem_new(bars, sizeof *p->data_y);
    for (size_t i = 0; i < bars; i++) {
        p->data_x[i] = from + ((double)i + 0.5) * width;
    }
    const double *y = c->data->column[c->likelihood->n_inputs];
    for (size_t i = 0; i < c->n_data; i++) {
        double at = floor((y[i] - from) / width);
        if (at >= 0 && at < (double)bars) {
            p->data_y[(size_t)at] += 1 / ((double)c->n_data * width);
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static struct predictive *predictive_new(const struct context *c, double n)
{
    const struct likelihood *likelihood = c->likelihood;
    struct predictive *p = mem_new(1, sizeof *p);
    p->n = n;
    p->is_density = !likelihood->is_regression;
    p->discrete = likelihood->discrete;
    p->rest = mem_new(likelihood->n_inputs + 1, sizeof *p->rest);
    for (size_t k = 0; k < likelihood->n_inputs; k++) {
        p->rest[k] = 0.5 * (likelihood->input_low[k] + likelihood->input_high[k]);
    }
    return p;
}

static void reserve_grid(const struct context *c, size_t n, double low, double high,
                         struct predictive *p)
{
    p->n_grid = n;
    p->x = mem_new(n, sizeof *p->x);
    p->mean = mem_new(n, sizeof *p->mean);
    p->low = mem_new(n, sizeof *p->low);
    p->high = mem_new(n, sizeof *p->high);
    p->n_functions = c->draws->n < FUNCTIONS ? c->draws->n : FUNCTIONS;
    p->functions = mem_new(p->n_functions * n, sizeof *p->functions);
    if (c->likelihood->has_truth) {
        p->truth = mem_new(n, sizeof *p->truth);
    }
    if (!p->is_density) {
        p->noise_low = mem_new(n, sizeof *p->noise_low);
        p->noise_high = mem_new(n, sizeof *p->noise_high);
    }
    for (size_t i = 0; i < n; i++) {
        p->x[i] = n > 1 ? low + (high - low) * (double)i / (double)(n - 1) : low;
    }
}

static enum status fill(struct context *c, const struct cancel *cancel, struct predictive *p)
{
    const struct likelihood *likelihood = c->likelihood;
    size_t inputs = likelihood->n_inputs;
    memcpy(c->at, p->rest, inputs * sizeof *c->at);
    double low, high;
    if (p->is_density) {
        low = likelihood->output_low;
        high = likelihood->output_high;
        size_t n = GRID_DENSITY;
        if (p->discrete) {
            low = ceil(low);
            high = fmin(floor(high), low + GRID_COUNTS - 1);
            n = high > low ? (size_t)(high - low) + 1 : 1;
        }
        reserve_grid(c, n, low, high, p);
        add_bars(c, low, high, p);
    } else {
        reserve_grid(c, GRID, likelihood->input_low[0], likelihood->input_high[0], p);
        add_observations(c, p);
    }
    for (size_t g = 0; g < p->n_grid; g++) {
        if (cancel_wanted(cancel)) {
            return ST_CANCELLED;
        }
        c->at[p->is_density ? inputs : 0] = p->x[g];
        evaluate(c, p->is_density ? likelihood->log_lik : likelihood->mean, p->is_density,
                 c->values);
        if (p->truth) {
            p->truth[g] = evaluate_truth(
                c, p->is_density ? likelihood->truth_log_lik : likelihood->truth_mean,
                p->is_density);
        }
        if (!p->is_density) {
            add_noise_band(c, g, p);
        }
        add_band(c, g, p);
    }
    return ST_OK;
}

void run_predictive(struct work *work)
{
    const struct request *request = &work->request;
    struct draws draws = {0};
    struct context c = {.model = request->model,
                        .likelihood = request->model->likelihood,
                        .seed = work->seed,
                        .n_data = (size_t)request->n};
    work->status = work_data(work, request->data_seed, request->n, &c.data);
    if (work->status == ST_OK) {
        work->status = draws_of(work, &draws);
    }
    if (work->status != ST_OK) {
        return;
    }
    c.draws = &draws;
    c.space = program_space_new();
    c.values = mem_new(2 * draws.n, sizeof *c.values);
    c.more = c.values + draws.n;
    for (size_t v = 0; v < draws.dim; v++) {
        c.vars[v] = draws.w + v * draws.n;
        c.step[v] = 1;
    }
    for (size_t k = 0; k <= c.likelihood->n_inputs; k++) {
        c.vars[draws.dim + k] = &c.at[k];
    }
    struct predictive *p = predictive_new(&c, request->n);
    work->status = fill(&c, &work->job.cancel, p);
    if (work->status == ST_OK) {
        work->predictive = p;
    } else {
        predictive_free(p);
    }
    mem_free(c.values);
    program_space_free(c.space);
    draws_done(&draws);
}

void predictive_free(struct predictive *predictive)
{
    if (predictive) {
        mem_free(predictive->x);
        mem_free(predictive->truth);
        mem_free(predictive->mean);
        mem_free(predictive->low);
        mem_free(predictive->high);
        mem_free(predictive->noise_low);
        mem_free(predictive->noise_high);
        mem_free(predictive->functions);
        mem_free(predictive->data_x);
        mem_free(predictive->data_y);
        mem_free(predictive->rest);
        mem_free(predictive);
    }
}
