/* One data set at every n: weights of the pool's points, then sums over observations. */
#include <math.h>
#include <string.h>

#include "learning_private.h"

#include "cusp/likelihood.h"
#include "cusp/mem.h"

/* A sum of shares beyond this or its inverse may have lost terms: it is made again in logarithms.
 */
#define MEAN_LEAST 1e-280
enum {
    BINS = 256, /* of log weight below the greatest, a nat each */
    ROWS_A_STEP = 1024,
};

/* So much of a posterior's mass may be left out; at small n less, as leaving one observation out
   raises what is in the tails. */
#define NEGLECT 1e-6
#define TAILS 600.0

/* A point carries this much: e^−300 of the greatest is nothing whatever their number. */
#define LOG_LEAST (-300.0)

struct set {
    const struct learning_work *work;
    const struct pool *pool;
    struct program_space *space;
    struct data *data;
    double n, beta;
    double n_entropy; /* n S_n; 0 without truth */
    uint64_t salt;
    size_t row; /* of the ladder */

    /* points that still matter, with their log-likelihood above the truth's */
    size_t n_points, n_seen; /* n_seen: observations in `sum` */
    uint32_t *index;
    double *w;      /* [dim][pool->n], packed */
    double *sum;    /* Σ log p over n_seen */
    double *fresh;  /* scratch */
    double *weight; /* posterior's */

    /* the points that carry it */
    size_t n_kept;
    double *kept_w, *kept_q; /* [dim][n], [n] */
    double *log_lik, *ratio, *other[2];
};

static void set_alloc(struct set *s)
{
    size_t n = s->pool->n + 1, dim = s->pool->dim;
    s->index = mem_new(n, sizeof *s->index);
    s->w = mem_new(n * dim, sizeof *s->w);
    s->sum = mem_new(n, sizeof *s->sum);
    s->fresh = mem_new(n, sizeof *s->fresh);
    s->weight = mem_new(n, sizeof *s->weight);
    size_t kept = s->work->n_draws + 2;
    s->kept_w = mem_new(kept * dim, sizeof *s->kept_w);
    double **each[] = {&s->kept_q, &s->log_lik, &s->ratio, &s->other[0], &s->other[1]};
    for (size_t k = 0; k < sizeof each / sizeof *each; k++)
        *each[k] = mem_new(kept, sizeof(double));
}

static void set_done(struct set *s)
{
    double *all[] = {s->w,      s->sum,     s->fresh, s->weight,   s->kept_w,
                     s->kept_q, s->log_lik, s->ratio, s->other[0], s->other[1]};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        mem_free(all[k]);
    mem_free(s->index);
    data_unref(s->data);
    program_space_free(s->space);
}

/* --- log-likelihoods of the pool -------------------------------------------------------------- */

/* Drops points that matter no longer at this n, at any temperature asked for. */
static void keep_near(struct set *s)
{
    double warm = fmin(s->beta, 1 / log(s->n)) * s->n, reach = pool_reach(s->n);
    size_t n = 0, dim = s->pool->dim, all = s->pool->n;
    for (size_t k = 0; k < s->n_points; k++) {
        if (!(warm * (s->pool->kl[s->index[k]] - s->pool->least) <= reach))
            continue;
        s->index[n] = s->index[k];
        s->sum[n] = s->sum[k];
        for (size_t v = 0; v < dim; v++)
            s->w[v * all + n] = s->w[v * all + k];
        n++;
    }
    s->n_points = n;
}

static void point_vars(const struct set *s, const double **vars)
{
    for (size_t v = 0; v < s->pool->dim; v++)
        vars[v] = s->w + v * s->pool->n;
}

/* By as few rows as carry the likelihood; false if they are not few. */
static bool sum_reduced(struct set *s, size_t n, enum status *status)
{
    struct data_rows rows;
    *status = data_reduce(s->work->model, s->data, n, &rows);
    if (*status != ST_OK)
        return true;
    bool few = rows.rows.n <= (n - s->n_seen) / 2 || rows.rows.n <= 8;
    if (few) {
        const double *vars[SYNTAX_MAX_PARAMS];
        point_vars(s, vars);
        program_sum(rows.log_lik, s->space, s->pool->dim, vars, s->n_points, &rows.rows, &s->sum);
        for (size_t k = 0; k < s->n_points; k++)
            s->sum[k] += rows.constant;
        s->n_seen = n;
    }
    data_rows_done(&rows);
    return few;
}

static enum status sum_likelihoods(struct set *s, size_t n)
{
    enum status status = ST_OK;
    keep_near(s);
    if (sum_reduced(s, n, &status))
        return status;
    const double *vars[SYNTAX_MAX_PARAMS], *column[LIKELIHOOD_MAX_INPUTS + 1];
    point_vars(s, vars);
    while (s->n_seen < n) {
        size_t left = n - s->n_seen;
        struct rows rows = {.n = left < ROWS_A_STEP ? left : ROWS_A_STEP,
                            .n_columns = s->data->n_columns,
                            .column = column};
        for (size_t c = 0; c < rows.n_columns; c++)
            column[c] = s->data->column[c] + s->n_seen;
        program_sum(s->work->model->likelihood->log_lik, s->space, s->pool->dim, vars, s->n_points,
                    &rows, &s->fresh);
        for (size_t k = 0; k < s->n_points; k++)
            s->sum[k] += s->fresh[k];
        s->n_seen += rows.n;
        if (cancel_wanted(s->work->cancel))
            return ST_CANCELLED;
    }
    return ST_OK;
}

/* --- the posterior on the pool ---------------------------------------------------------------- */

/* Posterior weights at an inverse temperature, which add to 1; returns log Z of p^β over the
   truth's, −∞ if nothing is possible. */
static double weigh(struct set *s, double beta)
{
    double top = -INFINITY, total = 0;
    for (size_t k = 0; k < s->n_points; k++) {
        double value = s->pool->log_a[s->index[k]] + beta * (s->sum[k] + s->n_entropy);
        s->weight[k] = isnan(value) ? -INFINITY : value;
        top = fmax(top, s->weight[k]);
    }
    if (!isfinite(top))
        return -INFINITY;
    for (size_t k = 0; k < s->n_points; k++) {
        double below = s->weight[k] - top;
        s->weight[k] = below > LOG_LEAST ? exp(below) : 0;
        total += s->weight[k];
    }
    for (size_t k = 0; k < s->n_points; k++)
        s->weight[k] /= total;
    return top + log(total);
}

/* Posterior mean of −Σ log p − n S_n. */
static double mean_loss(const struct set *s)
{
    double sum = 0;
    for (size_t k = 0; k < s->n_points; k++)
        if (s->weight[k] > 0)
            sum -= s->weight[k] * (s->sum[k] + s->n_entropy);
    return sum;
}

static double mean_kl(const struct set *s)
{
    double sum = 0;
    for (size_t k = 0; k < s->n_points; k++)
        if (s->weight[k] > 0)
            sum += s->weight[k] * s->pool->kl[s->index[k]];
    return sum;
}

/* Weights below this add up to NEGLECT at most. */
static double least_weight(const struct set *s)
{
    double mass[BINS] = {0}, top = 0, dropped = 0;
    for (size_t k = 0; k < s->n_points; k++)
        top = fmax(top, s->weight[k]);
    for (size_t k = 0; k < s->n_points; k++) {
        double down = s->weight[k] > 0 ? -log(s->weight[k] / top) : BINS;
        mass[down < BINS ? (size_t)down : BINS - 1] += s->weight[k];
    }
    size_t bin = BINS;
    double neglect = NEGLECT * exp(-TAILS / s->n);
    while (bin > 1 && dropped + mass[bin - 1] <= neglect)
        dropped += mass[--bin];
    return top * exp(-(double)bin);
}

static void keep_point(struct set *s, size_t k, double q)
{
    size_t room = s->work->n_draws + 2;
    for (size_t v = 0; v < s->pool->dim; v++)
        s->kept_w[v * room + s->n_kept] = s->w[v * s->pool->n + k];
    s->kept_q[s->n_kept++] = q;
}

/* The weight c with Σ min(q / c, 1) = n_draws over the weights above `least`, which add to total.
 */
static double threshold(const struct set *s, double least, double total)
{
    double room = (double)s->work->n_draws, c = total / room, before = 0;
    while (c > before) {
        double small = 0, left = room;
        for (size_t k = 0; k < s->n_points; k++) {
            double q = s->weight[k] > least ? s->weight[k] : 0;
            left -= q >= c;
            small += q < c ? q : 0;
        }
        before = c;
        c = left > 0 ? small / left : c;
        c = c > before * (1 + 1e-12) ? c : before;
    }
    return c;
}

/* All points that carry the posterior if they are few; else the heavy ones as they are, and of the
   light ones systematic draws along the pool, whose neighbours are neighbours in space (Fearnhead
   and Clifford 2003). */
static void choose(struct set *s)
{
    double least = least_weight(s), total = 0;
    size_t count = 0;
    for (size_t k = 0; k < s->n_points; k++)
        if (s->weight[k] > least) {
            count++;
            total += s->weight[k];
        }
    double c = count > s->work->n_draws ? threshold(s, least, total) : 0, kept = 0;
    struct rng rng = rng_stream(s->work->options->seed + s->salt, s->data->seed * 64 + s->row);
    double next = c * rng_uniform(&rng);
    s->n_kept = 0;
    for (size_t k = 0; k < s->n_points && s->n_kept <= s->work->n_draws; k++) {
        double q = s->weight[k];
        if (!(q > least))
            continue;
        if (q < c) {
            next -= q;
            if (next >= 0)
                continue;
            next += c;
            q = c;
        }
        keep_point(s, k, q);
        kept += q;
    }
    for (size_t k = 0; k < s->n_kept; k++)
        s->kept_q[k] /= kept;
}

/* --- sums over observations ------------------------------------------------------------------- */

struct moments {
    double d, dd;   /* of l − c */
    double ratio;   /* of e^(l−c) */
    double inverse; /* of e^(−β (l−c)) */
    double rest;    /* of e^((1−β) (l−c)) */
};

/* log p at one observation of all kept points. */
static void log_lik_at(struct set *s, double *const *column, size_t i)
{
    const double *vars[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    int step[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1];
    size_t dim = s->pool->dim, room = s->work->n_draws + 2;
    for (size_t v = 0; v < dim; v++) {
        vars[v] = s->kept_w + v * room;
        step[v] = 1;
    }
    for (size_t c = 0; c < s->data->n_columns; c++) {
        vars[dim + c] = column[c] + i;
        step[dim + c] = 0;
    }
    program_eval(s->work->model->likelihood->log_lik, s->space, vars, step, s->n_kept, &s->log_lik);
}

static void ratios_of(struct set *s, double centre)
{
    const double *vars[] = {s->log_lik, &centre, &s->beta};
    static const int step[] = {1, 0, 0};
    double *out[] = {s->ratio, s->other[0], s->other[1]};
    program_eval(s->work->ratios, s->space, vars, step, s->n_kept, out);
}

/* Four running sums side by side: the processor need not wait for one. */
static double dot(const double *q, const double *x, size_t n)
{
    double sum[4] = {0};
    size_t k = 0;
    for (; k + 4 <= n; k += 4)
        for (size_t j = 0; j < 4; j++)
            sum[j] += q[k + j] * x[k + j];
    for (; k < n; k++)
        sum[0] += q[k] * x[k];
    return sum[0] + sum[1] + (sum[2] + sum[3]);
}

static void first_moments(const struct set *s, double centre, double *mean, double *square)
{
    double one[4] = {0}, two[4] = {0};
    size_t k = 0;
    for (; k + 4 <= s->n_kept; k += 4)
        for (size_t j = 0; j < 4; j++) {
            double d = s->log_lik[k + j] - centre, qd = s->kept_q[k + j] * d;
            one[j] += qd;
            two[j] += qd * d;
        }
    for (; k < s->n_kept; k++) {
        double d = s->log_lik[k] - centre, qd = s->kept_q[k] * d;
        one[0] += qd;
        two[0] += qd * d;
    }
    *mean = one[0] + one[1] + (one[2] + one[3]);
    *square = two[0] + two[1] + (two[2] + two[3]);
}

/* log of Σ q e^(power (l − centre)), which is `sum` unless that is too small or great for a number.
 */
static double log_mean(const struct set *s, double sum, double power, double centre)
{
    double top = -INFINITY, scaled = 0;
    if (sum > MEAN_LEAST && sum < 1 / MEAN_LEAST)
        return log(sum);
    for (size_t k = 0; k < s->n_kept; k++)
        top = fmax(top, power * (s->log_lik[k] - centre));
    if (!isfinite(top))
        return top;
    for (size_t k = 0; k < s->n_kept; k++)
        scaled += s->kept_q[k] * exp(power * (s->log_lik[k] - centre) - top);
    return top + log(scaled);
}

static struct moments moments_at(struct set *s, double centre)
{
    struct moments m = {0};
    first_moments(s, centre, &m.d, &m.dd);
    ratios_of(s, centre);
    m.ratio = dot(s->kept_q, s->ratio, s->n_kept);
    m.inverse = dot(s->kept_q, s->other[0], s->n_kept);
    m.rest = s->beta == 1 ? 1 : dot(s->kept_q, s->other[1], s->n_kept);
    return m;
}

static double centre_at(const struct set *s, size_t i)
{
    if (s->data->log_truth != NULL)
        return s->data->log_truth[i];
    size_t best = 0;
    for (size_t k = 1; k < s->n_kept; k++)
        if (s->kept_q[k] > s->kept_q[best])
            best = k;
    return isfinite(s->log_lik[best]) ? s->log_lik[best] : 0;
}

static enum status training(struct set *s, size_t n, double *values)
{
    double train = 0, variance = 0, loo = 0;
    for (size_t i = 0; i < n; i++) {
        log_lik_at(s, s->data->column, i);
        double centre = centre_at(s, i), offset = s->data->log_truth != NULL ? 0 : centre;
        struct moments m = moments_at(s, centre);
        train -= log_mean(s, m.ratio, 1, centre) + offset;
        variance += fmax(m.dd - m.d * m.d, 0);
        loo += log_mean(s, m.inverse, -s->beta, centre) - log_mean(s, m.rest, 1 - s->beta, centre) -
               offset;
        if (i % 64 == 0 && cancel_wanted(s->work->cancel))
            return ST_CANCELLED;
    }
    values[LEARN_TRAIN_LOSS] = train / s->n;
    values[LEARN_VARIANCE] = variance;
    values[LEARN_FLUCTUATION] = s->beta * variance / 2;
    values[LEARN_WAIC] = train / s->n + s->beta * variance / s->n;
    values[LEARN_LOO] = loo / s->n;
    return ST_OK;
}

static enum status generalisation(struct set *s, double *values)
{
    const struct truth_nodes *nodes = s->work->nodes != NULL ? &s->work->nodes[s->row] : NULL;
    double sum = 0;
    for (size_t i = 0; nodes != NULL && i < nodes->n; i++) {
        log_lik_at(s, nodes->column, i);
        double centre = nodes->log_truth[i];
        ratios_of(s, centre);
        double ratio = dot(s->kept_q, s->ratio, s->n_kept);
        sum += nodes->weight[i] * ((nodes->gap ? ratio - 1 : 0) - log_mean(s, ratio, 1, centre));
        if (i % 64 == 0 && cancel_wanted(s->work->cancel))
            return ST_CANCELLED;
    }
    values[LEARN_GEN_LOSS] = nodes != NULL ? sum : NAN;
    return ST_OK;
}

/* --- all of it -------------------------------------------------------------------------------- */

static enum status at_n(struct set *s, size_t n, double *values)
{
    s->n = (double)n;
    s->n_entropy = s->data->log_truth != NULL ? s->n * data_entropy(s->data, n) : 0;
    enum status status = sum_likelihoods(s, n);
    if (status != ST_OK)
        return status;
    if (weigh(s, 1 / log(s->n)) == -INFINITY)
        return ST_DOMAIN;
    values[LEARN_WBIC] = mean_loss(s);
    values[LEARN_FREE_ENERGY] = -weigh(s, s->beta);
    double loss = mean_loss(s);
    values[LEARN_SLOPE] = s->beta * loss;
    values[LEARN_GIBBS_TRAIN] = loss / s->n;
    values[LEARN_GIBBS_GEN] = s->work->model->likelihood->has_truth ? mean_kl(s) : NAN;
    choose(s);
    status = training(s, n, values);
    return status == ST_OK ? generalisation(s, values) : status;
}

enum status learning_set(const struct learning_work *work, const struct pool *pool,
                         uint64_t data_seed, uint64_t salt, double *values)
{
    const struct learning_options *options = work->options;
    struct set s = {.work = work, .pool = pool, .beta = work->beta, .salt = salt};
    enum status status = data_new(work->model, data_seed, (size_t)options->n[options->count - 1],
                                  NULL, work->cancel, &s.data);
    if (status != ST_OK)
        return status;
    s.space = program_space_new();
    s.n_points = pool->n;
    set_alloc(&s);
    for (size_t k = 0; k < pool->n; k++)
        s.index[k] = (uint32_t)k;
    memcpy(s.w, pool->w, pool->n * pool->dim * sizeof *s.w);
    for (; s.row < options->count && status == ST_OK; s.row++)
        status = at_n(&s, (size_t)options->n[s.row], values + s.row * LEARN_KINDS);
    set_done(&s);
    return status;
}
