/* The exponential distribution, by its rate. */
#include "distribution_parts.h"

#include <math.h>

#include "cusp/quadrature.h"

static const char *const arg_names[] = {"rate"};
enum { RULE_MAX = 128 };

static uint32_t inside(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)args;
    (void)n_args;
    return dag_op(dag, OP_GE, y, dag_const(dag, 0), 0);
}

static uint32_t core(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return term_sub(dag, term_log(dag, args[0]), term_mul(dag, args[0], y));
}

static uint32_t log_density(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    return distribution_log_density(&exponential_distribution, dag, y, args, n_args);
}

static uint32_t log_ratio(struct dag *dag, uint32_t y, const uint32_t *args, const uint32_t *args0,
                          size_t n_args)
{
    (void)n_args;
    uint32_t fall = term_mul(dag, term_sub(dag, args[0], args0[0]), y);
    return term_sub(dag, term_log_quotient(dag, args[0], args0[0]), fall);
}

static uint32_t mean(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return dag_powi(dag, args[0], -1);
}

static uint32_t variance(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return dag_powi(dag, args[0], -2);
}

/* t − 1 − log t with t = rate/rate0. */
static uint32_t kl(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return term_quotient_gap(dag, args[0], truth[0]);
}

static size_t residuals(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args,
                        uint32_t *out)
{
    (void)n_args;
    out[0] = term_log_excess(dag, args[0], truth[0]);
    return 1;
}

static void fisher(struct dag *dag, const uint32_t *args, size_t n_args, uint32_t *upper)
{
    (void)n_args;
    upper[0] = dag_powi(dag, args[0], -2);
}

static const char *fault(const double *values, size_t n_args)
{
    (void)n_args;
    if (!(values[0] > 0))
        return "the rate is not positive";
    return isfinite(values[0]) ? NULL : "the rate is not finite";
}

static double sample(struct rng *rng, const double *values, size_t n_args)
{
    (void)n_args;
    return -log(rng_uniform(rng)) / values[0];
}

static double log_density_at(const double *values, size_t n_args, double y)
{
    (void)n_args;
    return y >= 0 ? log(values[0]) - values[0] * y : -INFINITY;
}

static size_t nodes(const double *values, size_t n_args, int level, size_t max, double *y,
                    double *weight)
{
    (void)n_args;
    size_t n = distribution_rule_size(level, RULE_MAX, max);
    if (n > 0)
        quadrature_laguerre(n, y, weight);
    for (size_t i = 0; i < n; i++)
        y[i] /= values[0];
    return n;
}

static double log_mass(const double *values, size_t n_args, double low, double high)
{
    (void)n_args;
    double from = fmax(low, 0);
    return from < high ? -values[0] * from + log(-expm1(-values[0] * (high - from))) : -INFINITY;
}

static void range(const double *values, size_t n_args, double *low, double *high)
{
    (void)n_args;
    *low = 0;
    *high = 8 / values[0];
}

const struct distribution exponential_distribution = {
    DISTRIBUTION_ROW(exponential),
    .arg_names = arg_names,
    .support = SUPPORT_POSITIVE,
    .log_density = log_density,
    .core = core,
    .inside = inside,
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
    .log_mass = log_mass,
    .range = range,
};
