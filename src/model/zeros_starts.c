/* Where the search for W0 begins: all over the box, by the prior, on thin sets, and for networks at
 * arrangements of the truth's units. Starts only: each has to reach a zero by itself. */
#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "zeros_many.h"

enum {
    KINDS = 8,  /* of starts, in turn */
    SWEEPS = 6, /* over the coordinates, for a draw from the prior */
    UNITS_MOST = 64,
};

#define SCALE_LOG 1.1 /* units are scaled by up to e^±this */
#define NOISE 0.05    /* in u */

static double uniform_in(const struct many *many, size_t v, struct rng *rng)
{
    return many->low[v] + rng_uniform(rng) * many->side[v];
}

static void anywhere(const struct many *many, struct rng *rng, double *w)
{
    for (size_t v = 0; v < many->dim; v++)
        w[v] = uniform_in(many, v, rng);
}

static size_t below(struct rng *rng, size_t n)
{
    size_t k = (size_t)(rng_uniform(rng) * (double)n);
    return k < n ? k : n - 1;
}

/* Some coordinates 0, or equal to the one before up to sign: where products and sums degenerate. */
static void thin_set(const struct many *many, struct rng *rng, double *w)
{
    double share = rng_uniform(rng);
    bool pairs = rng_uniform(rng) < 0.3;
    anywhere(many, rng, w);
    for (size_t v = 0; v < many->dim; v++) {
        double value = pairs && v > 0 ? (rng_uniform(rng) < 0.5 ? 1 : -1) * w[v - 1] : 0;
        if (rng_uniform(rng) < share && value >= many->low[v] && value <= many->high[v])
            w[v] = value;
    }
}

/* --- networks --------------------------------------------------------------------------------- */

struct arrangement {
    const struct many *many;
    const struct network *network, *truth;
    struct rng *rng;
    double *w;
};

static void set(const struct arrangement *a, const struct network_coefficient *c, double value)
{
    if (c->kind == VALUE_PARAM && c->number != 0) {
        double to = value / c->number;
        a->w[c->param] = fmin(fmax(to, a->many->low[c->param]), a->many->high[c->param]);
    }
}

static double get(const struct arrangement *a, const struct network_coefficient *c)
{
    return c->kind == VALUE_PARAM ? c->number * a->w[c->param] : c->number;
}

static bool is_homogeneous(enum op act)
{
    return act == OP_RELU || act == OP_LEAKY_RELU;
}

/* Unit i becomes share × the truth's unit k at some scale, turned round if sign is −1. */
static void copy_unit(const struct arrangement *a, size_t i, size_t k, double share, double sign)
{
    struct network_unit *to = &a->network->units[i];
    const struct network_unit *from = &a->truth->units[k];
    double scale = 1, q = share * from->q.number;
    if (to->q.kind == VALUE_NUMBER)
        scale = to->q.number != 0 && q / to->q.number > 0 ? q / to->q.number : 1;
    else if (is_homogeneous(a->network->act))
        scale = exp(SCALE_LOG * (2 * rng_uniform(a->rng) - 1));
    for (size_t j = 0; j < a->network->n_inputs; j++)
        set(a, &to->w[j], sign * scale * from->w[j].number);
    set(a, &to->b, sign * scale * from->b.number);
    set(a, &to->q, q / scale);
}

/* The same boundary as unit k, and its outgoing weight taken back if the truth has no such unit. */
static void copy_own(const struct arrangement *a, size_t i, size_t k)
{
    const struct network_unit *to = &a->network->units[i], *from = &a->network->units[k];
    for (size_t j = 0; j < a->network->n_inputs; j++)
        set(a, &to->w[j], get(a, &from->w[j]));
    set(a, &to->b, get(a, &from->b));
    set(a, &to->q, -get(a, &from->q));
}

static void no_weight(const struct arrangement *a, size_t i)
{
    const struct network_unit *unit = &a->network->units[i];
    for (size_t j = 0; j < a->network->n_inputs; j++)
        set(a, &unit->w[j], 0);
    set(a, &unit->b, 0);
}

/* Turns unit i so that it is not active around the middle of the inputs. */
static void push_bias(const struct arrangement *a, size_t i)
{
    const struct network_unit *unit = &a->network->units[i];
    double sum = 0;
    for (size_t j = 0; j < a->network->n_inputs; j++)
        sum += fabs(get(a, &unit->w[j]));
    set(a, &unit->b, -(1 + rng_uniform(a->rng)) * sum);
}

/* A unit the truth has no place for. place[k] is the unit that holds the truth's unit k. */
static void spare_unit(const struct arrangement *a, size_t i, const size_t *place, size_t n_true)
{
    switch (below(a->rng, 6)) {
    case 0:
        set(a, &a->network->units[i].q, 0);
        break;
    case 1:
        push_bias(a, i);
        break;
    case 2:
        no_weight(a, i);
        break;
    case 3:
        set(a, &a->network->units[i].q, 0);
        no_weight(a, i);
        break;
    default:
        if (n_true > 0) {
            size_t k = below(a->rng, n_true);
            double share = 3 * rng_uniform(a->rng) - 1;
            copy_unit(a, i, k, share, 1);
            copy_unit(a, place[k], k, 1 - share, 1);
        } else if (i > 0) {
            copy_own(a, i, below(a->rng, i));
        }
    }
}

static void shuffle(struct rng *rng, size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t k = below(rng, i), swap = order[k];
        order[k] = order[i - 1];
        order[i - 1] = swap;
    }
}

/* The truth itself, with nothing in units to spare. */
static void arrange_plainly(const struct arrangement *a)
{
    size_t n = a->network->n_units, n_true = a->truth->n_units;
    for (size_t i = 0; i < n; i++) {
        const struct network_unit *to = &a->network->units[i];
        const struct network_unit *from = i < n_true ? &a->truth->units[i] : NULL;
        for (size_t j = 0; j < a->network->n_inputs; j++)
            set(a, &to->w[j], from ? from->w[j].number : 0);
        set(a, &to->b, from ? from->b.number : 0);
        set(a, &to->q, from ? from->q.number : 0);
    }
    set(a, &a->network->c, a->truth->c.number);
}

/* Units in random order, some turned round with what that adds to c; spare ones without effect. */
static void arrange(const struct arrangement *a)
{
    size_t order[UNITS_MOST], n = a->network->n_units, n_true = a->truth->n_units;
    if (n > UNITS_MOST)
        return;
    shuffle(a->rng, order, n);
    if (rng_uniform(a->rng) < 0.3)
        for (size_t i = 0; i < n; i++)
            order[i] = i;
    size_t placed = n_true < n ? n_true : n;
    double turned = rng_uniform(a->rng), c = a->truth->c.number;
    for (size_t k = 0; k < placed; k++) {
        const struct network_unit *unit = &a->truth->units[k];
        bool turn = turned < 0.3 || (turned < 0.5 && rng_uniform(a->rng) < 0.5);
        copy_unit(a, order[k], k, 1, turn ? -1 : 1);
        c += turn ? unit->q.number * unit->b.number : 0;
    }
    set(a, &a->network->c, c);
    for (size_t k = placed; k < n; k++)
        spare_unit(a, order[k], order, placed);
    if (rng_uniform(a->rng) < 0.3)
        for (size_t v = 0; v < a->many->dim; v++)
            a->w[v] =
                fmin(fmax(a->w[v] + NOISE * rng_normal(a->rng) * a->many->side[v], a->many->low[v]),
                     a->many->high[v]);
}

/* --- prior ------------------------------------------------------------------------------------ */

/* Metropolis steps, one coordinate at a time over its whole side, for the points index[n]. */
static void draw_prior(const struct many *many, uint64_t seed, const size_t *index, size_t n,
                       double *w)
{
    const struct program *prior = many->model->log_prior;
    size_t d = many->dim;
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    if (prior == NULL || n == 0)
        return;
    double *x = mem_new(n, (d + 3) * sizeof *x), *now = x + n * d, *next = now + n, *to = next + n;
    struct rng *rng = mem_new(n, sizeof *rng);
    struct program_space *space = program_space_new();
    for (size_t i = 0; i < n; i++) {
        rng[i] = rng_stream(seed ^ 0x5072696f72ULL, index[i]);
        for (size_t v = 0; v < d; v++)
            x[v * n + i] = w[index[i] * d + v];
    }
    for (size_t v = 0; v < d; v++) {
        vars[v] = x + v * n;
        step[v] = 1;
    }
    program_eval(prior, space, vars, step, n, &now);
    for (size_t k = 0; k < SWEEPS * d && !cancel_wanted(many->cancel); k++) {
        size_t v = k % d;
        for (size_t i = 0; i < n; i++)
            to[i] = uniform_in(many, v, &rng[i]);
        vars[v] = to;
        program_eval(prior, space, vars, step, n, &next);
        vars[v] = x + v * n;
        for (size_t i = 0; i < n; i++)
            if (log(rng_uniform(&rng[i])) < next[i] - now[i] || !isfinite(now[i])) {
                now[i] = next[i];
                x[v * n + i] = to[i];
            }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t v = 0; v < d; v++)
            w[index[i] * d + v] = x[v * n + i];
    mem_free(rng);
    mem_free(x);
    program_space_free(space);
}

void many_starts(const struct many *many, const struct network *network,
                 const struct network *truth, uint64_t seed, size_t n, double *w)
{
    size_t d = many->dim, n_drawn = 0, *drawn = mem_new(n + 1, sizeof *drawn);
    for (size_t i = 0; i < n; i++) {
        struct rng rng = rng_stream(seed, i);
        size_t kind = i % KINDS;
        anywhere(many, &rng, w + i * d);
        if (kind == 1 || kind == 2)
            drawn[n_drawn++] = i;
        else if (kind == 3)
            thin_set(many, &rng, w + i * d);
    }
    draw_prior(many, seed, drawn, n_drawn, w);
    for (size_t i = 0; i < n && network != NULL && truth != NULL; i++) {
        struct rng rng = rng_stream(seed ^ 0x556e697473ULL, i);
        struct arrangement a = {many, network, truth, &rng, w + i * d};
        if (i == 0)
            arrange_plainly(&a);
        else if (i % KINDS >= 4)
            arrange(&a);
    }
    mem_free(drawn);
}
