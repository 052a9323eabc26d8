/* Independent posterior draws from the subdivision, where boxes are no good: rejection from an
 * envelope over the lines, then along one line. */
#include <math.h>

#include "integral_private.h"

#include "cusp/mem.h"

enum { RESTARTS_MAX = 12, TRIES_MAX = 100000 };

/* A piecewise constant function above the density of the outer coordinates, one step a leaf. */
struct envelope {
    double *height;     /* [n_leaves] */
    double *cumulative; /* [n_leaves] of height × territory */
};

static double territory_size(const struct integral *integral, const struct leaf *leaf)
{
    double size = 1;
    for (size_t level = 0; level + 1 < integral->dim; level++)
        size *= leaf->high[level] - leaf->low[level];
    return size;
}

/* A leaf's integral at n: from its nodes, or between the checked n, where its logarithm is nearly
 * straight. */
static double leaf_value(const struct integral *integral, struct line_maker *maker,
                         const struct leaf *leaf, double n)
{
    if (leaf->line != NULL)
        return line_masses(maker, leaf->line, n, NULL, NULL);
    size_t i = 1, count = integral->engine.wanted.count;
    if (count == 1)
        return leaf->value[0];
    while (i + 1 < count && integral->checks[i] < n)
        i++;
    double a = leaf->value[i - 1], b = leaf->value[i];
    double t =
        log(n / integral->checks[i - 1]) / log(integral->checks[i] / integral->checks[i - 1]);
    if (!(a > 0) || !(b > 0))
        return fmax(a * fmax(1 - t, 0), b);
    return exp((1 - t) * log(a) + t * log(b));
}

static void envelope_make(const struct integral *integral, struct line_maker *maker, double n,
                          double slack, struct envelope *envelope)
{
    size_t count = integral->n_leaves;
    double *g = mem_new(count, sizeof *g), sum = 0, most = 0;
    for (size_t l = 0; l < count; l++) {
        g[l] = leaf_value(integral, maker, &integral->leaves[l], n);
        most = fmax(most, g[l]);
    }
    for (size_t l = 0; l < count; l++) {
        double high = g[l];
        if (l > 0)
            high = fmax(high, g[l - 1]);
        if (l + 1 < count)
            high = fmax(high, g[l + 1]);
        envelope->height[l] = slack * high + 1e-12 * most;
        sum += envelope->height[l] * territory_size(integral, &integral->leaves[l]);
        envelope->cumulative[l] = sum;
    }
    mem_free(g);
}

static size_t choose(const double *cumulative, size_t count, double u)
{
    double target = u * cumulative[count - 1];
    size_t low = 0, high = count - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cumulative[middle] > target)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* φ̃ e^(−n (K − kl_ref)) at y of the line. */
static double density_at(struct line_maker *maker, double n, double y)
{
    double k, log_prior = 0;
    maker->w[maker->axis] = y;
    program_point(maker->model->kl, maker->space, maker->w, &k);
    if (maker->model->log_prior != NULL) {
        program_point(maker->model->log_prior, maker->space, maker->w, &log_prior);
        log_prior -= maker->log_prior_max;
    }
    double value = exp(log_prior - n * (k - maker->rule.kl_ref));
    return isnan(value) ? 0 : value;
}

/* A point of the line from its density at n; mass: of its panels. False if the line holds nothing.
 */
static bool draw_along(struct line_maker *maker, const struct line *line, double n,
                       const double *mass, struct rng *rng, double *y)
{
    double total = 0;
    for (size_t i = 0; i < line->n_panels; i++)
        total += mass[i];
    double target = rng_uniform(rng) * total;
    size_t i = 0;
    while (i + 1 < line->n_panels && target >= mass[i])
        target -= mass[i++];
    if (!(total > 0))
        return false;
    const struct panel *p = &line->panels[i];
    double bound = fmax(density_at(maker, n, p->a), density_at(maker, n, p->b));
    for (size_t j = p->first; j < p->first + p->order; j++)
        bound = fmax(bound, density_at(maker, n, line->y[j]));
    if (maker->model->log_prior != NULL)
        bound *= 1.5;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        *y = p->a + (p->b - p->a) * rng_uniform(rng);
        if (rng_uniform(rng) * bound <= density_at(maker, n, *y))
            return true;
    }
    return false;
}

struct drawing {
    const struct integral *integral;
    struct line_maker maker;
    struct envelope envelope;
    struct line line;
    double *mass;
    size_t capacity;
    double excess; /* how far a line once rose above the envelope; ≤ 1: never */
};

/* Makes the line at the chosen outer coordinates; *value gets its integral at n. */
static void visit(struct drawing *d, double n, double *value)
{
    line_make(&d->maker, false, &d->line);
    if (d->line.n_panels > d->capacity) {
        d->capacity = 2 * d->line.n_panels;
        d->mass = mem_resize(d->mass, d->capacity, sizeof *d->mass);
    }
    *value = line_masses(&d->maker, &d->line, n, d->mass, NULL);
}

static bool draw_one(struct drawing *d, double n, struct rng *rng, double *w)
{
    const struct integral *integral = d->integral;
    size_t inner = integral->engine.axis[integral->dim - 1];
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        double value, y;
        size_t l = choose(d->envelope.cumulative, integral->n_leaves, rng_uniform(rng));
        const struct leaf *leaf = &integral->leaves[l];
        for (size_t level = 0; level + 1 < integral->dim; level++) {
            double x = leaf->low[level] + (leaf->high[level] - leaf->low[level]) * rng_uniform(rng);
            d->maker.w[integral->engine.axis[level]] = w[integral->engine.axis[level]] = x;
        }
        if (integral->dim > 1) {
            visit(d, n, &value);
            d->excess = fmax(d->excess, value / d->envelope.height[l]);
            if (rng_uniform(rng) * d->envelope.height[l] > value)
                continue;
        }
        if (!draw_along(&d->maker, &d->line, n, d->mass, rng, &y))
            continue;
        w[inner] = y;
        return true;
    }
    return false;
}

enum status integral_draws(const struct integral *integral, double n, size_t n_draws,
                           struct rng *rng, double *draws)
{
    struct drawing d = {.integral = integral};
    const struct rng start = *rng;
    double slack = 1.3, unused;
    enum status status = ST_OK;
    if (!(n >= integral->n_min && n <= integral->n_max))
        return ST_DOMAIN;
    if (integral_box_draws(integral, n, n_draws, rng, draws) == ST_OK)
        return ST_OK;
    d.maker = line_maker_fork(&integral->engine.maker);
    d.maker.rule.edges = NULL;
    d.envelope.height = mem_new(integral->n_leaves, sizeof(double));
    d.envelope.cumulative = mem_new(integral->n_leaves, sizeof(double));
    line_init(&d.line);
    if (integral->dim == 1)
        visit(&d, n, &unused);
    for (int restart = 0; restart < RESTARTS_MAX && status == ST_OK; restart++) {
        *rng = start;
        d.excess = 0;
        envelope_make(integral, &d.maker, n, slack, &d.envelope);
        for (size_t i = 0; i < n_draws && d.excess <= 1 && status == ST_OK; i++)
            if (!draw_one(&d, n, rng, draws + i * integral->dim))
                status = ST_UNABLE;
        if (d.excess <= 1)
            break;
        slack *= 1.2 * d.excess;
        if (restart + 1 == RESTARTS_MAX)
            status = ST_UNABLE;
    }
    line_done(&d.line);
    mem_free(d.mass);
    mem_free(d.envelope.height);
    mem_free(d.envelope.cumulative);
    line_maker_join(&d.maker);
    return status;
}
