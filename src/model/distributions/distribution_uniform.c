/* The uniform distribution between two ends. */
#include "distribution_parts.h"

#include <math.h>

#include "cusp/quadrature.h"

static const char *const arg_names[] = {"low", "high"};
enum { LOW, HIGH, RULE_MAX = 512 };

static uint32_t length(struct dag *dag, const uint32_t *args)
{
    return term_sub(dag, args[HIGH], args[LOW]);
}

static uint32_t inside(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    uint32_t from = dag_op(dag, OP_GE, y, args[LOW], 0);
    return dag_op(dag, OP_AND, from, dag_op(dag, OP_LE, y, args[HIGH], 0), 0);
}

static uint32_t core(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)y;
    (void)n_args;
    return term_neg(dag, term_log(dag, length(dag, args)));
}

static uint32_t log_density(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    return distribution_log_density(&uniform_distribution, dag, y, args, n_args);
}

static uint32_t mean(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return term_scale(dag, 0.5, term_add(dag, args[LOW], args[HIGH]));
}

static uint32_t variance(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return term_scale(dag, 1.0 / 12, term_square(dag, length(dag, args)));
}

/* The log of how much longer the model's interval is, if the truth's lies in it; else infinite. */
static uint32_t kl(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    uint32_t below = term_sub(dag, truth[LOW], args[LOW]);
    uint32_t above = term_sub(dag, args[HIGH], truth[HIGH]);
    uint32_t zero = dag_const(dag, 0);
    uint32_t nested = dag_op(dag, OP_AND, dag_op(dag, OP_GE, below, zero, 0),
                             dag_op(dag, OP_GE, above, zero, 0), 0);
    uint32_t more = term_div(dag, term_add(dag, below, above), length(dag, truth));
    /* Where they are not nested the logarithm is not taken; it is then of a sum of sizes. */
    uint32_t safe = term_if(dag, nested, more, zero);
    return term_if(dag, nested, term_of(dag, OP_LOG1P, safe), dag_const(dag, INFINITY));
}

static const char *fault(const double *values, size_t n_args)
{
    (void)n_args;
    if (!isfinite(values[LOW]) || !isfinite(values[HIGH]))
        return "an end of the interval is not finite";
    return values[LOW] < values[HIGH] ? NULL : "the interval's low end is not below its high end";
}

static double sample(struct rng *rng, const double *values, size_t n_args)
{
    (void)n_args;
    return values[LOW] + (values[HIGH] - values[LOW]) * rng_uniform(rng);
}

static double log_density_at(const double *values, size_t n_args, double y)
{
    (void)n_args;
    return y >= values[LOW] && y <= values[HIGH] ? -log(values[HIGH] - values[LOW]) : -INFINITY;
}

static size_t nodes(const double *values, size_t n_args, int level, size_t max, double *y,
                    double *weight)
{
    (void)n_args;
    size_t n = distribution_rule_size(level, RULE_MAX, max);
    double middle = (values[LOW] + values[HIGH]) / 2, half = (values[HIGH] - values[LOW]) / 2;
    if (n > 0)
        quadrature_legendre(n, y, weight);
    for (size_t i = 0; i < n; i++) {
        y[i] = middle + half * y[i];
        weight[i] /= 2;
    }
    return n;
}

static double log_mass(const double *values, size_t n_args, double low, double high)
{
    (void)n_args;
    double from = fmax(low, values[LOW]), to = fmin(high, values[HIGH]);
    return from < to ? log((to - from) / (values[HIGH] - values[LOW])) : -INFINITY;
}

static void range(const double *values, size_t n_args, double *low, double *high)
{
    (void)n_args;
    *low = values[LOW];
    *high = values[HIGH];
}

const struct distribution uniform_distribution = {
    DISTRIBUTION_ROW(uniform),
    .arg_names = arg_names,
    .support = SUPPORT_INTERVAL,
    .log_density = log_density,
    .core = core,
    .inside = inside,
    .mean = mean,
    .variance = variance,
    .kl = kl,
    .fault = fault,
    .sample = sample,
    .log_density_at = log_density_at,
    .nodes = nodes,
    .log_mass = log_mass,
    .range = range,
};
