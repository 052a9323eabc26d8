/* The no-U-turn sampler: trajectories that double until they turn back, states by multinomial
   weights. Hoffman and Gelman 2014, JMLR 15; Betancourt 2017, arXiv:1701.02434. Without recursion,
   as in Phan, Pradhan and Jankowiak 2019, arXiv:1912.11554, so that all chains leap together. */
#include "cusp/sampler.h"

#include <string.h>

#include "../samplers.h"
#include "../target_private.h"

enum { NUTS_MAX_DEPTH = 10 };

/* Steps vary by this share: narrow places want small ones. */
#define NUTS_JITTER 0.5
/* An energy error beyond this is a divergence. */
#define NUTS_DIVERGENCE 1000.0

/* One chain's numbers; its vectors are columns of the arrays of struct trees. */
enum number {
    ENERGY,      /* at the start */
    LOG_WEIGHT,  /* of the trajectory so far */
    LOG_SUBTREE, /* of the half that is being grown */
    DEPTH,       /* doublings done */
    LEAF,        /* leaves of the growing half so far */
    SIGN,        /* its direction */
    CHANCES,     /* Σ acceptance probabilities */
    LEAVES,
    PRIOR_KEPT, /* log φ and ℓ of the chosen state, and of the growing half's */
    LIK_KEPT,
    PRIOR_SUBTREE,
    LIK_SUBTREE,
    N_NUMBERS
};

enum vector {
    LEFT_Q,
    LEFT_P,
    LEFT_G,
    RIGHT_Q,
    RIGHT_P,
    RIGHT_G,
    KEPT_Q,
    KEPT_G,
    SUBTREE_Q,
    SUBTREE_G,
    SUM,         /* of momenta over the trajectory */
    SUBTREE_SUM, /* over the growing half */
    CHECK_P,     /* then NUTS_MAX_DEPTH of checkpoints' momenta and as many of their sums */
    CHECK_SUM = CHECK_P + NUTS_MAX_DEPTH,
    N_VECTORS = CHECK_SUM + NUTS_MAX_DEPTH
};

struct trees {
    size_t dim, n;
    double *numbers[N_NUMBERS];
    double *vectors; /* [N_VECTORS][n][dim] */
    /* The chains that leap now, packed. */
    double *q[SYNTAX_MAX_PARAMS], *p[SYNTAX_MAX_PARAMS], *g[SYNTAX_MAX_PARAMS];
    double *log_prior, *log_lik, *eps, *who, *step;
};

static double *vector_of(const struct trees *trees, size_t v, size_t chain)
{
    return trees->vectors + (v * trees->n + chain) * trees->dim;
}

static void carve(struct trees *trees, const struct flock *flock, double *scratch)
{
    struct scratch from = {scratch};
    trees->dim = flock->dim;
    trees->n = flock->n;
    trees->vectors = scratch_numbers(&from, N_VECTORS * flock->dim * flock->n);
    scratch_vectors(&from, flock->dim, flock->n, trees->q);
    scratch_vectors(&from, flock->dim, flock->n, trees->p);
    scratch_vectors(&from, flock->dim, flock->n, trees->g);
    for (size_t i = 0; i < N_NUMBERS; i++)
        trees->numbers[i] = scratch_numbers(&from, flock->n);
    trees->log_prior = scratch_numbers(&from, flock->n);
    trees->log_lik = scratch_numbers(&from, flock->n);
    trees->eps = scratch_numbers(&from, flock->n);
    trees->who = scratch_numbers(&from, flock->n);
    trees->step = scratch_numbers(&from, flock->n);
}

static double kinetic_energy(const double *p, size_t dim)
{
    double sum = 0;
    for (size_t k = 0; k < dim; k++)
        sum += p[k] * p[k];
    return sum / 2;
}

static double log_add(double a, double b)
{
    double high = fmax(a, b);
    return high == -INFINITY ? high : high + log1p(exp(-fabs(a - b)));
}

static void begin_subtree(struct trees *trees, struct flock *flock, size_t chain)
{
    trees->numbers[SIGN][chain] = rng_uniform(&flock->rng[chain]) < 0.5 ? -1 : 1;
    trees->numbers[LEAF][chain] = 0;
    trees->numbers[LOG_SUBTREE][chain] = -INFINITY;
    memset(vector_of(trees, SUBTREE_SUM, chain), 0, trees->dim * sizeof(double));
}

static void begin(const struct target *target, struct flock *flock, struct trees *trees,
                  double step, size_t chain)
{
    struct rng *rng = &flock->rng[chain];
    double *p = vector_of(trees, LEFT_P, chain);
    trees->step[chain] = step * (1 + NUTS_JITTER * (2 * rng_uniform(rng) - 1));
    for (size_t k = 0; k < trees->dim; k++) {
        p[k] = rng_normal(rng);
        vector_of(trees, RIGHT_P, chain)[k] = vector_of(trees, SUM, chain)[k] = p[k];
        double q = flock->w[k][chain], g = flock->gradient[k][chain];
        vector_of(trees, LEFT_Q, chain)[k] = vector_of(trees, RIGHT_Q, chain)[k] = q;
        vector_of(trees, LEFT_G, chain)[k] = vector_of(trees, RIGHT_G, chain)[k] = g;
        vector_of(trees, KEPT_Q, chain)[k] = q;
        vector_of(trees, KEPT_G, chain)[k] = g;
    }
    trees->numbers[ENERGY][chain] =
        kinetic_energy(p, trees->dim) -
        log_target(target, flock->log_prior[chain], flock->log_lik[chain]);
    trees->numbers[PRIOR_KEPT][chain] = flock->log_prior[chain];
    trees->numbers[LIK_KEPT][chain] = flock->log_lik[chain];
    trees->numbers[LOG_WEIGHT][chain] = trees->numbers[DEPTH][chain] = 0;
    trees->numbers[CHANCES][chain] = trees->numbers[LEAVES][chain] = 0;
    begin_subtree(trees, flock, chain);
}

/* The end of the trajectory that grows, to and from the packed arrays. */
static void pack(struct trees *trees, size_t lane, size_t chain)
{
    bool forward = trees->numbers[SIGN][chain] > 0;
    const double *q = vector_of(trees, forward ? RIGHT_Q : LEFT_Q, chain);
    const double *p = vector_of(trees, forward ? RIGHT_P : LEFT_P, chain);
    const double *g = vector_of(trees, forward ? RIGHT_G : LEFT_G, chain);
    for (size_t k = 0; k < trees->dim; k++) {
        trees->q[k][lane] = q[k];
        trees->p[k][lane] = p[k];
        trees->g[k][lane] = g[k];
    }
    trees->eps[lane] = trees->numbers[SIGN][chain] * trees->step[chain];
}

static void unpack(struct trees *trees, size_t lane, size_t chain)
{
    bool forward = trees->numbers[SIGN][chain] > 0;
    double *q = vector_of(trees, forward ? RIGHT_Q : LEFT_Q, chain);
    double *p = vector_of(trees, forward ? RIGHT_P : LEFT_P, chain);
    double *g = vector_of(trees, forward ? RIGHT_G : LEFT_G, chain);
    for (size_t k = 0; k < trees->dim; k++) {
        q[k] = trees->q[k][lane];
        p[k] = trees->p[k][lane];
        g[k] = trees->g[k][lane];
    }
}

/* Whether a stretch with these momenta at its ends and this sum of all of them has turned. */
static bool turns(const double *a, const double *b, const double *sum, const double *less,
                  size_t dim)
{
    double with_a = 0, with_b = 0;
    for (size_t k = 0; k < dim; k++) {
        double s = sum[k] - (less != NULL ? less[k] - a[k] : 0) - (a[k] + b[k]) / 2;
        with_a += s * a[k];
        with_b += s * b[k];
    }
    return !(with_a > 0) || !(with_b > 0);
}

static unsigned ones(size_t n)
{
    unsigned count = 0;
    for (; n > 0; n >>= 1)
        count += n & 1;
    return count;
}

/* Whether any balanced stretch that ends with this leaf has turned; remembers even leaves. */
static bool subtree_turns(struct trees *trees, size_t chain, size_t leaf, const double *p)
{
    size_t dim = trees->dim, last = ones(leaf >> 1);
    double *sum = vector_of(trees, SUBTREE_SUM, chain);
    if (leaf % 2 == 0) {
        memcpy(vector_of(trees, CHECK_P + last, chain), p, dim * sizeof *p);
        memcpy(vector_of(trees, CHECK_SUM + last, chain), sum, dim * sizeof *p);
        return false;
    }
    size_t first = last + 1;
    for (size_t rest = leaf; rest % 2 == 1; rest >>= 1)
        first--;
    for (size_t i = last + 1; i-- > first;) {
        if (turns(vector_of(trees, CHECK_P + i, chain), p, sum,
                  vector_of(trees, CHECK_SUM + i, chain), dim))
            return true;
    }
    return false;
}

static void keep_subtree(struct trees *trees, struct flock *flock, size_t chain)
{
    double **x = trees->numbers;
    double chance = exp(fmin(0, x[LOG_SUBTREE][chain] - x[LOG_WEIGHT][chain]));
    if (rng_uniform(&flock->rng[chain]) < chance) {
        size_t bytes = trees->dim * sizeof(double);
        memcpy(vector_of(trees, KEPT_Q, chain), vector_of(trees, SUBTREE_Q, chain), bytes);
        memcpy(vector_of(trees, KEPT_G, chain), vector_of(trees, SUBTREE_G, chain), bytes);
        x[PRIOR_KEPT][chain] = x[PRIOR_SUBTREE][chain];
        x[LIK_KEPT][chain] = x[LIK_SUBTREE][chain];
    }
    x[LOG_WEIGHT][chain] = log_add(x[LOG_WEIGHT][chain], x[LOG_SUBTREE][chain]);
    for (size_t k = 0; k < trees->dim; k++)
        vector_of(trees, SUM, chain)[k] += vector_of(trees, SUBTREE_SUM, chain)[k];
}

/* Adds the leaf just reached to the growing half; false if that ends the half in failure. */
static bool add_leaf(const struct target *target, struct flock *flock, struct trees *trees,
                     size_t lane, size_t chain)
{
    double **x = trees->numbers;
    bool forward = x[SIGN][chain] > 0;
    const double *p = vector_of(trees, forward ? RIGHT_P : LEFT_P, chain);
    double energy = kinetic_energy(p, trees->dim) -
                    log_target(target, trees->log_prior[lane], trees->log_lik[lane]);
    double change = x[ENERGY][chain] - energy;
    x[LEAVES][chain] += 1;
    if (!(change > -NUTS_DIVERGENCE))
        return false;
    x[CHANCES][chain] += exp(fmin(0, change));
    x[LOG_SUBTREE][chain] = log_add(x[LOG_SUBTREE][chain], change);
    if (rng_uniform(&flock->rng[chain]) < exp(change - x[LOG_SUBTREE][chain])) {
        for (size_t k = 0; k < trees->dim; k++) {
            vector_of(trees, SUBTREE_Q, chain)[k] = trees->q[k][lane];
            vector_of(trees, SUBTREE_G, chain)[k] = trees->g[k][lane];
        }
        x[PRIOR_SUBTREE][chain] = trees->log_prior[lane];
        x[LIK_SUBTREE][chain] = trees->log_lik[lane];
    }
    for (size_t k = 0; k < trees->dim; k++)
        vector_of(trees, SUBTREE_SUM, chain)[k] += p[k];
    return !subtree_turns(trees, chain, (size_t)x[LEAF][chain], p);
}

/* Whether the chain leaps on. */
static bool grow(const struct target *target, struct flock *flock, struct trees *trees, size_t lane,
                 size_t chain)
{
    double **x = trees->numbers;
    unpack(trees, lane, chain);
    if (!add_leaf(target, flock, trees, lane, chain))
        return false;
    x[LEAF][chain] += 1;
    if (x[LEAF][chain] < ldexp(1, (int)x[DEPTH][chain]))
        return true;
    keep_subtree(trees, flock, chain);
    x[DEPTH][chain] += 1;
    if (x[DEPTH][chain] >= NUTS_MAX_DEPTH ||
        turns(vector_of(trees, LEFT_P, chain), vector_of(trees, RIGHT_P, chain),
              vector_of(trees, SUM, chain), NULL, trees->dim))
        return false;
    begin_subtree(trees, flock, chain);
    return true;
}

static void finish(struct flock *flock, const struct trees *trees, const double *scale,
                   size_t chain)
{
    double moved = 0;
    for (size_t k = 0; k < trees->dim; k++) {
        double q = vector_of(trees, KEPT_Q, chain)[k], step = (q - flock->w[k][chain]) / scale[k];
        moved += step * step;
        flock->w[k][chain] = q;
        flock->gradient[k][chain] = vector_of(trees, KEPT_G, chain)[k];
    }
    flock->moved[chain] = moved;
    flock->log_prior[chain] = trees->numbers[PRIOR_KEPT][chain];
    flock->log_lik[chain] = trees->numbers[LIK_KEPT][chain];
    flock->accepted[chain] = trees->numbers[CHANCES][chain] / trees->numbers[LEAVES][chain];
}

static void nuts_move(const struct target *given, struct target_space *space, struct flock *flock,
                      const struct tuning *tuning, double *scratch)
{
    struct trees trees;
    size_t active = flock->n;
    /* Every leaf is weighed, so that a cheaper force would not save anything. */
    struct target exact = *given, *target = &exact;
    exact.force = NULL;
    if (!flock->has_gradient)
        flock_evaluate(target, space, flock, true);
    carve(&trees, flock, scratch);
    for (size_t i = 0; i < flock->n; i++) {
        begin(target, flock, &trees, tuning->step, i);
        trees.who[i] = (double)i;
    }
    while (active > 0) {
        size_t kept = 0;
        for (size_t lane = 0; lane < active; lane++)
            pack(&trees, lane, (size_t)trees.who[lane]);
        leapfrog_step(target, space, tuning, active, trees.eps, trees.q, trees.p, trees.g,
                      trees.log_prior, trees.log_lik);
        for (size_t lane = 0; lane < active; lane++) {
            size_t chain = (size_t)trees.who[lane];
            if (grow(target, flock, &trees, lane, chain))
                trees.who[kept++] = (double)chain;
        }
        active = kept;
    }
    for (size_t i = 0; i < flock->n; i++)
        finish(flock, &trees, tuning->scale, i);
}

static double nuts_first_step(size_t dim)
{
    return 0.9 / pow((double)dim, 0.25);
}

const struct sampler sampler_nuts = {
    .name = "nuts",
    .title = "no-U-turn sampler",
    .help = "Hamiltonian trajectories that stop by themselves where they would turn back.",
    .uses_gradient = true,
    .target_acceptance = 0.8,
    .first_step = nuts_first_step,
    .scratch = N_VECTORS + 3 + N_NUMBERS + 5,
    .move = nuts_move,
};
