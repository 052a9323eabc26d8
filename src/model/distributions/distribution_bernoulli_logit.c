/* The Bernoulli distribution, by the log odds of 1. */
#include "distribution_parts.h"

#include <math.h>

static const char *const arg_names[] = {"log_odds"};

static uint32_t is_one(struct dag *dag, uint32_t y)
{
    return dag_op(dag, OP_GT, y, dag_const(dag, 0.5), 0);
}

/* The probability of 1, as a node and as a number. */
static uint32_t yes_of(struct dag *dag, uint32_t theta)
{
    return term_of(dag, OP_SIGMOID, theta);
}

static double yes_at(double theta)
{
    return op_value(OP_SIGMOID, 0, theta, 0, 0);
}

static uint32_t no_of(struct dag *dag, uint32_t theta)
{
    return term_of(dag, OP_SIGMOID, term_neg(dag, theta));
}

static uint32_t inside(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    return bernoulli_distribution.inside(dag, y, args, n_args);
}

/* sigmoid(θ) for 1, sigmoid(−θ) for 0. */
static uint32_t density(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    uint32_t sign = term_shift(dag, term_scale(dag, 2, y), -1);
    return yes_of(dag, term_mul(dag, sign, args[0]));
}

static uint32_t core(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    return term_log(dag, density(dag, y, args, n_args));
}

static uint32_t log_density(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    return distribution_log_density(&bernoulli_logit_distribution, dag, y, args, n_args);
}

/* log(p/p0) = −log(1 + q0 (e^−d − 1)) and log(q/q0) = −log(1 + p0 (e^d − 1)), d = θ − θ0. */
static uint32_t log_ratio(struct dag *dag, uint32_t y, const uint32_t *args, const uint32_t *args0,
                          size_t n_args)
{
    (void)n_args;
    if (args[0] == args0[0])
        return dag_const(dag, 0);
    uint32_t d = term_sub(dag, args[0], args0[0]);
    uint32_t less = term_of(dag, OP_EXPM1, term_neg(dag, d)), more = term_of(dag, OP_EXPM1, d);
    uint32_t one = term_of(dag, OP_LOG1P, term_mul(dag, no_of(dag, args0[0]), less));
    uint32_t zero = term_of(dag, OP_LOG1P, term_mul(dag, yes_of(dag, args0[0]), more));
    return term_if(dag, is_one(dag, y), term_neg(dag, one), term_neg(dag, zero));
}

static uint32_t mean(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return yes_of(dag, args[0]);
}

static uint32_t variance(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return term_mul(dag, yes_of(dag, args[0]), no_of(dag, args[0]));
}

/* e^K = q0 e^(−p0 d) + p0 e^(q0 d): the terms of first order in d cancel as formulas, so that with
   G(x) = e^x − 1 − x, K = log(1 + q0 G(−p0 d) + p0 G(q0 d)). */
static uint32_t kl(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    if (args[0] == truth[0])
        return dag_const(dag, 0);
    uint32_t d = term_sub(dag, args[0], truth[0]);
    uint32_t p0 = yes_of(dag, truth[0]), q0 = no_of(dag, truth[0]);
    uint32_t down = term_exp_gap(dag, term_neg(dag, term_mul(dag, p0, d)));
    uint32_t up = term_exp_gap(dag, term_mul(dag, q0, d));
    return term_of(dag, OP_LOG1P, term_add(dag, term_mul(dag, q0, down), term_mul(dag, p0, up)));
}

static size_t residuals(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args,
                        uint32_t *out)
{
    uint32_t sd = term_of(dag, OP_SQRT, variance(dag, truth, n_args));
    out[0] = args[0] == truth[0] ? dag_const(dag, 0)
                                 : term_mul(dag, sd, term_sub(dag, args[0], truth[0]));
    return 1;
}

static void fisher(struct dag *dag, const uint32_t *args, size_t n_args, uint32_t *upper)
{
    upper[0] = variance(dag, args, n_args);
}

static const char *fault(const double *values, size_t n_args)
{
    (void)n_args;
    return isfinite(values[0]) ? NULL : "the log odds are not finite";
}

static double sample(struct rng *rng, const double *values, size_t n_args)
{
    (void)n_args;
    return rng_uniform(rng) < yes_at(values[0]);
}

static double log_density_at(const double *values, size_t n_args, double y)
{
    (void)n_args;
    if (y != 0 && y != 1)
        return -INFINITY;
    return -op_value(OP_SOFTPLUS, 0, y == 1 ? -values[0] : values[0], 0, 0);
}

static size_t nodes(const double *values, size_t n_args, int level, size_t max, double *y,
                    double *weight)
{
    (void)n_args;
    (void)level;
    return distribution_binary_nodes(yes_at(-values[0]), yes_at(values[0]), max, y, weight);
}

const struct distribution bernoulli_logit_distribution = {
    DISTRIBUTION_ROW(bernoulli_logit),
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
