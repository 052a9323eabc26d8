/* The Bernoulli distribution, by its probability of 1. */
#include "distribution_parts.h"

#include <math.h>

static const char *const arg_names[] = {"p"};

/* Of a number, whether it is 1; of a node, which is 0 or 1, whether it is beyond the middle. */
static uint32_t is_one(struct dag *dag, uint32_t y)
{
    return dag_op(dag, OP_GT, y, dag_const(dag, 0.5), 0);
}

static uint32_t inside(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)args;
    (void)n_args;
    uint32_t from = dag_op(dag, OP_GT, y, dag_const(dag, -0.5), 0);
    uint32_t to = dag_op(dag, OP_LT, y, dag_const(dag, 1.5), 0);
    return dag_op(dag, OP_AND, term_whole(dag, y), dag_op(dag, OP_AND, from, to, 0), 0);
}

/* y a + (1 − y) b, which picks one without a switch. */
static uint32_t either(struct dag *dag, uint32_t y, uint32_t a, uint32_t b)
{
    uint32_t not = term_sub(dag, dag_const(dag, 1), y);
    return term_add(dag, term_mul(dag, y, a), term_mul(dag, not, b));
}

static uint32_t core(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return either(dag, y, term_log_floored(dag, args[0]),
                  term_log_floored(dag, term_complement(dag, args[0])));
}

static uint32_t log_density(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    uint32_t log_p =
        term_if(dag, is_one(dag, y), term_log(dag, args[0]), term_log_complement(dag, args[0]));
    return term_within(dag, inside(dag, y, args, n_args), log_p);
}

static uint32_t density(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return either(dag, y, args[0], term_complement(dag, args[0]));
}

/* Both as log odds, if the truth's or the model's is written so. */
static bool by_log_odds(struct dag *dag, uint32_t truth, uint32_t p, uint32_t *theta0,
                        uint32_t *theta)
{
    if (dag_node(dag, truth)->op != OP_SIGMOID && dag_node(dag, p)->op != OP_SIGMOID)
        return false;
    *theta0 = term_inverse(dag, OP_SIGMOID, truth);
    *theta = term_inverse(dag, OP_SIGMOID, p);
    return *theta0 != TERM_NONE && *theta != TERM_NONE;
}

/* q/q0 − 1, without the rounding of q and q0. */
static uint32_t complement_excess(struct dag *dag, uint32_t p, uint32_t p0)
{
    if (p == p0)
        return dag_const(dag, 0);
    return term_div(dag, term_sub(dag, p0, p), term_complement(dag, p0));
}

static uint32_t log_ratio(struct dag *dag, uint32_t y, const uint32_t *args, const uint32_t *args0,
                          size_t n_args)
{
    uint32_t theta0, theta, p = args[0], p0 = args0[0];
    if (by_log_odds(dag, p0, p, &theta0, &theta))
        return bernoulli_logit_distribution.log_ratio(dag, y, &theta, &theta0, n_args);
    return term_if(dag, is_one(dag, y), term_log_quotient(dag, p, p0),
                   term_of(dag, OP_LOG1P, complement_excess(dag, p, p0)));
}

static uint32_t mean(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)dag;
    (void)n_args;
    return args[0];
}

static uint32_t variance(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return term_mul(dag, args[0], term_complement(dag, args[0]));
}

static uint32_t kl(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args)
{
    uint32_t theta0, theta, p = args[0], p0 = truth[0];
    if (p == p0)
        return dag_const(dag, 0);
    if (term_is(dag, p0, 0))
        return term_neg(dag, term_log_complement(dag, p));
    if (term_is(dag, p0, 1))
        return term_neg(dag, term_log(dag, p));
    if (by_log_odds(dag, p0, p, &theta0, &theta))
        return bernoulli_logit_distribution.kl(dag, &theta0, &theta, n_args);
    uint32_t of_no = term_of(dag, OP_LOG1P_GAP, complement_excess(dag, p, p0));
    return term_add(dag, term_mul(dag, p0, term_quotient_gap(dag, p, p0)),
                    term_mul(dag, term_complement(dag, p0), of_no));
}

static size_t residuals(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args,
                        uint32_t *out)
{
    uint32_t theta0, theta, p = args[0], p0 = truth[0];
    if (by_log_odds(dag, p0, p, &theta0, &theta))
        return bernoulli_logit_distribution.residuals(dag, &theta0, &theta, n_args, out);
    if (term_is(dag, p0, 0) || term_is(dag, p0, 1))
        return 0; /* K is then of first order */
    uint32_t sd = term_of(dag, OP_SQRT, variance(dag, truth, n_args));
    out[0] = p == p0 ? dag_const(dag, 0) : term_div(dag, term_sub(dag, p, p0), sd);
    return 1;
}

static void fisher(struct dag *dag, const uint32_t *args, size_t n_args, uint32_t *upper)
{
    upper[0] = dag_powi(dag, variance(dag, args, n_args), -1);
}

static const char *fault(const double *values, size_t n_args)
{
    (void)n_args;
    return values[0] >= 0 && values[0] <= 1 ? NULL : "the probability is not between 0 and 1";
}

static double sample(struct rng *rng, const double *values, size_t n_args)
{
    (void)n_args;
    return rng_uniform(rng) < values[0];
}

static double log_density_at(const double *values, size_t n_args, double y)
{
    (void)n_args;
    return y == 1 ? log(values[0]) : y == 0 ? log1p(-values[0]) : -INFINITY;
}

static size_t nodes(const double *values, size_t n_args, int level, size_t max, double *y,
                    double *weight)
{
    (void)n_args;
    (void)level;
    return distribution_binary_nodes(1 - values[0], values[0], max, y, weight);
}

const struct distribution bernoulli_distribution = {
    DISTRIBUTION_ROW(bernoulli),
    .arg_names = arg_names,
    .support = SUPPORT_BINARY,
    .log_density = log_density,
    .core = core,
    .inside = inside,
    .density = density,
    .log_ratio = log_ratio,
    .mean = mean,
    .variance = variance,
    .kl = kl,
    .residuals = residuals,
    .fisher = fisher,
    .fault = fault,
    .sample = sample,
    .log_density_at = log_density_at,
    .nodes = nodes,
    .range = distribution_binary_range,
};
