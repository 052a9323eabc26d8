/* The Poisson distribution, by its mean. */
#include "distribution_parts.h"

#include <math.h>

static const char *const arg_names[] = {"mean"};

static uint32_t inside(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)args;
    (void)n_args;
    uint32_t from = dag_op(dag, OP_GT, y, dag_const(dag, -0.5), 0);
    return dag_op(dag, OP_AND, term_whole(dag, y), from, 0);
}

static uint32_t with_log(struct dag *dag, uint32_t y, uint32_t lambda, uint32_t log_lambda)
{
    uint32_t rest = term_add(dag, lambda, term_log_factorial(dag, y));
    return term_sub(dag, term_mul(dag, y, log_lambda), rest);
}

static uint32_t core(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return with_log(dag, y, args[0], term_log_floored(dag, args[0]));
}

static uint32_t log_density(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    /* y log λ is 0 for y = 0 whatever λ is. */
    uint32_t some = dag_op(dag, OP_GT, y, dag_const(dag, 0.5), 0), safe = args[0];
    if (dag_node(dag, args[0])->op != OP_EXP)
        safe = term_if(dag, some, args[0], dag_const(dag, 1));
    uint32_t log_p = with_log(dag, y, args[0], term_log(dag, safe));
    return term_within(dag, inside(dag, y, args, n_args), log_p);
}

static uint32_t log_ratio(struct dag *dag, uint32_t y, const uint32_t *args, const uint32_t *args0,
                          size_t n_args)
{
    (void)n_args;
    uint32_t some = dag_op(dag, OP_GT, y, dag_const(dag, 0.5), 0), zero = dag_const(dag, 0);
    uint32_t rise = term_mul(dag, y, term_log_quotient(dag, args[0], args0[0]));
    return term_sub(dag, term_if(dag, some, rise, zero), term_sub(dag, args[0], args0[0]));
}

static uint32_t mean(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)dag;
    (void)n_args;
    return args[0];
}

static uint32_t kl(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    if (term_is(dag, truth[0], 0))
        return args[0];
    return term_mul(dag, truth[0], term_quotient_gap(dag, args[0], truth[0]));
}

static size_t residuals(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args,
                        uint32_t *out)
{
    (void)n_args;
    if (term_is(dag, truth[0], 0))
        return 0; /* K is then of first order */
    uint32_t sd = term_of(dag, OP_SQRT, truth[0]);
    out[0] = term_mul(dag, sd, term_log_excess(dag, args[0], truth[0]));
    return 1;
}

static void fisher(struct dag *dag, const uint32_t *args, size_t n_args, uint32_t *upper)
{
    (void)n_args;
    upper[0] = dag_powi(dag, args[0], -1);
}

static const char *fault(const double *values, size_t n_args)
{
    (void)n_args;
    if (!(values[0] >= 0))
        return "the mean of the counts is negative";
    return isfinite(values[0]) ? NULL : "the mean of the counts is not finite";
}

static double log_density_at(const double *values, size_t n_args, double y)
{
    (void)n_args;
    if (!(y >= 0) || y != floor(y) || isinf(y))
        return -INFINITY;
    int sign;
    long double rise = y > 0 ? (long double)y * logl((long double)values[0]) : 0;
    return (double)(rise - (long double)values[0] - lgammal_r((long double)y + 1, &sign));
}

static double up(const double *values, double k)
{
    return values[0] / (k + 1);
}

static double sample(struct rng *rng, const double *values, size_t n_args)
{
    double y, mean = values[0];
    if (distribution_count_smooth(rng, mean, mean, mean, INFINITY, &y))
        return y;
    double u = rng_uniform(rng);
    if (mean <= 0)
        return 0;
    return distribution_count_inverse(&poisson_distribution, values, n_args, floor(mean), INFINITY,
                                      u, up);
}

static size_t nodes(const double *values, size_t n_args, int level, size_t max, double *y,
                    double *weight)
{
    (void)level;
    return distribution_count_nodes(&poisson_distribution, values, n_args, floor(values[0]),
                                    INFINITY, max, y, weight);
}

static void range(const double *values, size_t n_args, double *low, double *high)
{
    (void)n_args;
    double spread = 5 * sqrt(values[0]) + 2;
    *low = fmax(0, floor(values[0] - spread));
    *high = ceil(values[0] + spread);
}

const struct distribution poisson_distribution = {
    DISTRIBUTION_ROW(poisson),
    .arg_names = arg_names,
    .support = SUPPORT_COUNTS,
    .log_density = log_density,
    .core = core,
    .inside = inside,
    .log_ratio = log_ratio,
    .mean = mean,
    .variance = mean,
    .kl = kl,
    .residuals = residuals,
    .fisher = fisher,
    .fault = fault,
    .sample = sample,
    .log_density_at = log_density_at,
    .nodes = nodes,
    .range = range,
};
