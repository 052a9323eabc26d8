/* Independent posterior draws by the million: rejection from boxes under each of which an enclosure
   of K gives a bound of the density. */
#include <math.h>
#include <string.h>

#include "integral_private.h"

#include "cusp/mem.h"

enum {
    FEWEST_BOXES = 256,
    MOST_BOXES = 1 << 16,
    BATCH = 1024,       /* points tried at a time */
    SPLIT_COST = 8,     /* of one more split, in points tried */
    LOOK_EVERY = 16,    /* splits between two looks at whether more are worth it */
    EXPONENT_MAX = 700, /* of a bound that says nothing yet */
};

/* A share of points kept that is good enough, and one that the other way of drawing beats. */
static const double good_share = 0.65, least_share = 0.01;

/* A split that leaves more than this share of a box gains little. */
#define GAIN_LEAST 0.9

struct box {
    double low[INTEGRAL_MAX_DIM], high[INTEGRAL_MAX_DIM];
    double log_bound; /* of φ̃ e^(−n (K − kl_ref)) in it */
    double mass;      /* volume × e^log_bound */
    double waste;     /* at most so much of it is not the posterior's */
};

struct boxes {
    const struct model *model;
    size_t dim;
    double n, kl_ref, log_prior_max;
    struct program_space *space;
    struct box *box; /* a heap by waste until all are split */
    size_t count;
    double mass;
    bool failed;   /* a bound came out as NaN */
    double *share; /* alias table (Walker 1977): box i, or else other[i] */
    uint32_t *other;
};

/* --- the boxes -------------------------------------------------------------------------------- */

static void bound(struct boxes *boxes, struct box *box)
{
    struct interval w[INTEGRAL_MAX_DIM], k, prior = interval_of(0, 0);
    double volume = 1;
    for (size_t v = 0; v < boxes->dim; v++) {
        w[v] = interval_of(box->low[v], box->high[v]);
        volume *= box->high[v] - box->low[v];
    }
    program_interval(boxes->model->kl, boxes->space, w, &k);
    if (boxes->model->log_prior != NULL) {
        program_interval(boxes->model->log_prior, boxes->space, w, &prior);
        prior.low -= boxes->log_prior_max;
        prior.high -= boxes->log_prior_max;
    }
    /* Where K or the prior has no value, no point is kept; an enclosure holds all those it has. K
       itself does not fall below its least, only its enclosures do. */
    if (!k.defined || !prior.defined)
        prior.low = -INFINITY;
    double least = boxes->model->has_zero ? greater(k.low, boxes->kl_ref) : k.low;
    double top = prior.high - boxes->n * (least - boxes->kl_ref);
    double bottom = prior.low - boxes->n * (k.high - boxes->kl_ref);
    box->log_bound = lesser(top, EXPONENT_MAX);
    box->mass = volume * exp(box->log_bound);
    box->waste = box->mass - volume * exp(lesser(bottom, box->log_bound));
    if (isnan(box->mass) || isnan(box->waste))
        boxes->failed = true;
}

static void sift_down(struct boxes *boxes, size_t at)
{
    struct box moved = boxes->box[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= boxes->count)
            break;
        if (child + 1 < boxes->count && boxes->box[child + 1].waste > boxes->box[child].waste)
            child++;
        if (!(boxes->box[child].waste > moved.waste))
            break;
        boxes->box[at] = boxes->box[child];
        at = child;
    }
    boxes->box[at] = moved;
}

static void sift_up(struct boxes *boxes, size_t at)
{
    struct box moved = boxes->box[at];
    while (at > 0 && boxes->box[(at - 1) / 2].waste < moved.waste) {
        boxes->box[at] = boxes->box[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    boxes->box[at] = moved;
}

static double side(const struct boxes *boxes, const struct box *box, size_t v)
{
    const struct model_param *param = &boxes->model->params[v];
    return (box->high[v] - box->low[v]) / (param->high - param->low);
}

/* Halves the most wasteful box across the axis that leaves least; where none leaves much less, the
   gain may come only once all sides are short, so that the longest is halved. */
static void split(struct boxes *boxes)
{
    struct box best[2], whole = boxes->box[0];
    double least = INFINITY, longest = 0;
    for (size_t v = 0; v < boxes->dim; v++)
        longest = greater(longest, side(boxes, &whole, v));
    for (size_t v = 0; v < boxes->dim; v++) {
        struct box half[2] = {whole, whole};
        half[0].high[v] = half[1].low[v] = whole.low[v] + (whole.high[v] - whole.low[v]) / 2;
        bound(boxes, &half[0]);
        bound(boxes, &half[1]);
        double left = half[0].mass + half[1].mass;
        bool by_length = left > GAIN_LEAST * whole.mass;
        if (by_length) /* after those that gain, by length */
            left = whole.mass * (2 - side(boxes, &whole, v) / longest);
        if (left < least) {
            least = left;
            best[0] = half[0];
            best[1] = half[1];
        }
    }
    if (!(least < INFINITY)) {
        boxes->failed = true;
        return;
    }
    boxes->mass += best[0].mass + best[1].mass - boxes->box[0].mass;
    boxes->box[0] = best[0];
    sift_down(boxes, 0);
    boxes->box[boxes->count++] = best[1];
    sift_up(boxes, boxes->count - 1);
}

static double total_mass(const struct boxes *boxes)
{
    double sum = 0;
    for (size_t i = 0; i < boxes->count; i++)
        sum += boxes->box[i].mass;
    return sum;
}

/* Splits while that saves more than it costs; z is the posterior's own mass. False if boxes are no
   good here. */
static bool subdivide(struct boxes *boxes, double z, size_t n_draws)
{
    size_t most = 4 * n_draws < FEWEST_BOXES ? FEWEST_BOXES
                  : 4 * n_draws > MOST_BOXES ? MOST_BOXES
                                             : 4 * n_draws;
    struct box whole = {0};
    for (size_t v = 0; v < boxes->dim; v++) {
        whole.low[v] = boxes->model->params[v].low;
        whole.high[v] = boxes->model->params[v].high;
    }
    boxes->box = mem_new(most, sizeof *boxes->box);
    bound(boxes, &whole);
    boxes->box[0] = whole;
    boxes->count = 1;
    boxes->mass = whole.mass;
    while (!boxes->failed && boxes->count < most) {
        if (boxes->count % LOOK_EVERY == 0) {
            boxes->mass = total_mass(boxes); /* differences round */
            double share = z / boxes->mass;
            if (share >= good_share ||
                (share > 0.05 && SPLIT_COST * (double)boxes->count > (double)n_draws / share))
                break;
        }
        split(boxes);
    }
    boxes->mass = total_mass(boxes);
    return !boxes->failed && z >= least_share * boxes->mass;
}

static void make_table(struct boxes *boxes)
{
    size_t n = boxes->count, n_small = 0, n_large = 0;
    uint32_t *small = mem_new(n, sizeof *small), *large = mem_new(n, sizeof *large);
    boxes->share = mem_new(n, sizeof *boxes->share);
    boxes->other = mem_new(n, sizeof *boxes->other);
    for (size_t i = 0; i < n; i++) {
        boxes->share[i] = boxes->box[i].mass / boxes->mass * (double)n;
        boxes->other[i] = (uint32_t)i;
        if (boxes->share[i] < 1)
            small[n_small++] = (uint32_t)i;
        else
            large[n_large++] = (uint32_t)i;
    }
    while (n_small > 0 && n_large > 0) {
        uint32_t from = small[--n_small], to = large[n_large - 1];
        boxes->other[from] = to;
        boxes->share[to] -= 1 - boxes->share[from];
        if (boxes->share[to] < 1) {
            n_large--;
            small[n_small++] = to;
        }
    }
    while (n_small > 0) /* 1 but for rounding */
        boxes->share[small[--n_small]] = 1;
    mem_free(small);
    mem_free(large);
}

/* --- the draws -------------------------------------------------------------------------------- */

struct batch {
    double w[INTEGRAL_MAX_DIM][BATCH], k[BATCH], prior[BATCH], log_bound[BATCH], u[BATCH];
};

static void try_points(const struct boxes *boxes, struct rng *rng, struct batch *batch)
{
    static const int step[INTEGRAL_MAX_DIM] = {1, 1, 1};
    const double *vars[INTEGRAL_MAX_DIM] = {batch->w[0], batch->w[1], batch->w[2]};
    double *k = batch->k, *prior = batch->prior;
    for (size_t i = 0; i < BATCH; i++) {
        double place = rng_uniform(rng) * (double)boxes->count;
        size_t at = (size_t)place < boxes->count ? (size_t)place : boxes->count - 1;
        if (place - (double)at >= boxes->share[at])
            at = boxes->other[at];
        const struct box *box = &boxes->box[at];
        for (size_t v = 0; v < boxes->dim; v++)
            batch->w[v][i] = box->low[v] + (box->high[v] - box->low[v]) * rng_uniform(rng);
        batch->u[i] = rng_uniform(rng);
        batch->log_bound[i] = box->log_bound;
    }
    program_eval(boxes->model->kl, boxes->space, vars, step, BATCH, &k);
    if (boxes->model->log_prior != NULL)
        program_eval(boxes->model->log_prior, boxes->space, vars, step, BATCH, &prior);
}

static bool is_kept(const struct boxes *boxes, const struct batch *batch, size_t i)
{
    double log_density = -boxes->n * (batch->k[i] - boxes->kl_ref);
    if (boxes->model->log_prior != NULL)
        log_density += batch->prior[i] - boxes->log_prior_max;
    double log_ratio = log_density - batch->log_bound[i];
    double u = batch->u[i];
    /* 1 + x ≤ e^x ≤ 1 / (1 − x) for x ≤ 0 settles most without the exponential; NaN is refused */
    if (u <= 1 + log_ratio)
        return true;
    if (!(u * (1 - log_ratio) <= 1))
        return false;
    return u <= exp(log_ratio);
}

static void draw(const struct boxes *boxes, size_t n_draws, struct rng *rng, double *draws)
{
    struct batch *batch = mem_new(1, sizeof *batch);
    size_t done = 0;
    while (done < n_draws) {
        try_points(boxes, rng, batch);
        for (size_t i = 0; i < BATCH && done < n_draws; i++) {
            if (!is_kept(boxes, batch, i))
                continue;
            for (size_t v = 0; v < boxes->dim; v++)
                draws[done * boxes->dim + v] = batch->w[v][i];
            done++;
        }
    }
    mem_free(batch);
}

enum status integral_box_draws(const struct integral *integral, double n, size_t n_draws,
                               struct rng *rng, double *draws)
{
    struct evidence row;
    const struct line_maker *maker = &integral->engine.maker;
    if (n_draws == 0 || integral_evidence(integral, &n, 1, &row) != ST_OK)
        return ST_UNABLE;
    struct boxes boxes = {.model = integral->model,
                          .dim = integral->dim,
                          .n = n,
                          .kl_ref = maker->rule.kl_ref,
                          .log_prior_max = maker->log_prior_max};
    boxes.space = program_space_new();
    double z = exp(row.log_z + n * boxes.kl_ref + integral->log_norm);
    bool fine = subdivide(&boxes, z, n_draws);
    if (fine) {
        make_table(&boxes);
        draw(&boxes, n_draws, rng, draws);
    }
    program_space_free(boxes.space);
    mem_free(boxes.box);
    mem_free(boxes.share);
    mem_free(boxes.other);
    return fine ? ST_OK : ST_UNABLE;
}
