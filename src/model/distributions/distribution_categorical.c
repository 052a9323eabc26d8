/* The categorical distribution: labels 1, 2 … by their probabilities. */
#include "distribution_parts.h"

#include <math.h>

#include "cusp/mem.h"

static const char *const arg_names[] = {"p1", "p2", "p"};
static const double sum_tolerance = 1e-9;

static uint32_t inside(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)args;
    uint32_t from = dag_op(dag, OP_GT, y, dag_const(dag, 0.5), 0);
    uint32_t to = dag_op(dag, OP_LT, y, dag_const(dag, (double)n_args + 0.5), 0);
    return dag_op(dag, OP_AND, term_whole(dag, y), dag_op(dag, OP_AND, from, to, 0), 0);
}

/* The value of label y; of the last where y is beyond it. */
static uint32_t pick(struct dag *dag, uint32_t y, const uint32_t *values, size_t n_args)
{
    uint32_t picked = values[n_args - 1];
    for (size_t i = n_args - 1; i-- > 0;) {
        uint32_t up_to = dag_op(dag, OP_LT, y, dag_const(dag, (double)i + 1.5), 0);
        picked = term_if(dag, up_to, values[i], picked);
    }
    return picked;
}

/* The picked one of values made of the probabilities one by one. */
static uint32_t pick_of(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args,
                        uint32_t (*of)(struct dag *dag, uint32_t p))
{
    uint32_t *values = mem_new(n_args, sizeof *values);
    for (size_t i = 0; i < n_args; i++)
        values[i] = of(dag, args[i]);
    uint32_t picked = pick(dag, y, values, n_args);
    mem_free(values);
    return picked;
}

static uint32_t core(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    return pick_of(dag, y, args, n_args, term_log_floored);
}

static uint32_t log_density(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    return term_within(dag, inside(dag, y, args, n_args), pick_of(dag, y, args, n_args, term_log));
}

static uint32_t log_ratio(struct dag *dag, uint32_t y, const uint32_t *args, const uint32_t *args0,
                          size_t n_args)
{
    uint32_t *values = mem_new(n_args, sizeof *values);
    for (size_t i = 0; i < n_args; i++)
        values[i] = term_log_quotient(dag, args[i], args0[i]);
    uint32_t picked = pick(dag, y, values, n_args);
    mem_free(values);
    return picked;
}

static uint32_t moment(struct dag *dag, const uint32_t *args, size_t n_args, int power)
{
    uint32_t total = dag_const(dag, 0);
    for (size_t i = 0; i < n_args; i++)
        total = term_add(dag, total, term_scale(dag, pow((double)i + 1, power), args[i]));
    return total;
}

static uint32_t mean(struct dag *dag, const uint32_t *args, size_t n_args)
{
    return moment(dag, args, n_args, 1);
}

static uint32_t variance(struct dag *dag, const uint32_t *args, size_t n_args)
{
    return term_sub(dag, moment(dag, args, n_args, 2), term_square(dag, mean(dag, args, n_args)));
}

static uint32_t kl(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args)
{
    /* Σ p0 h(p/p0 − 1), in which a label that the truth never gives leaves p. */
    uint32_t total = dag_const(dag, 0);
    for (size_t i = 0; i < n_args; i++) {
        uint32_t term = term_is(dag, truth[i], 0)
                            ? args[i]
                            : term_mul(dag, truth[i], term_quotient_gap(dag, args[i], truth[i]));
        total = term_add(dag, total, term);
    }
    return total;
}

static size_t residuals(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args,
                        uint32_t *out)
{
    for (size_t i = 0; i < n_args; i++) {
        if (term_is(dag, truth[i], 0))
            return 0; /* K is then of first order */
        uint32_t sd = term_of(dag, OP_SQRT, truth[i]);
        out[i] = args[i] == truth[i] ? dag_const(dag, 0)
                                     : term_div(dag, term_sub(dag, args[i], truth[i]), sd);
    }
    return n_args;
}

/* On directions that keep the sum of the probabilities: Σ dp²/p. */
static void fisher(struct dag *dag, const uint32_t *args, size_t n_args, uint32_t *upper)
{
    for (size_t i = 0; i < n_args; i++)
        for (size_t j = i; j < n_args; j++)
            *upper++ = j == i ? dag_powi(dag, args[i], -1) : dag_const(dag, 0);
}

static const char *fault(const double *values, size_t n_args)
{
    double total = 0;
    for (size_t i = 0; i < n_args; i++) {
        if (!(values[i] >= 0 && values[i] <= 1 + sum_tolerance))
            return "a probability is not between 0 and 1";
        total += values[i];
    }
    return fabs(total - 1) <= sum_tolerance * (double)n_args
               ? NULL
               : "the probabilities do not add up to 1";
}

static double sample(struct rng *rng, const double *values, size_t n_args)
{
    double u = rng_uniform(rng), total = 0;
    size_t last = 0;
    for (size_t i = 0; i < n_args; i++) {
        if (values[i] > 0)
            last = i;
        total += values[i];
        if (u < total)
            return (double)i + 1;
    }
    return (double)last + 1;
}

static double log_density_at(const double *values, size_t n_args, double y)
{
    return y >= 1 && y <= (double)n_args && y == floor(y) ? log(values[(size_t)y - 1]) : -INFINITY;
}

static size_t nodes(const double *values, size_t n_args, int level, size_t max, double *y,
                    double *weight)
{
    (void)level;
    size_t n = 0;
    for (size_t i = 0; i < n_args; i++) {
        if (!(values[i] > 0))
            continue;
        if (n == max)
            return 0;
        y[n] = (double)i + 1;
        weight[n++] = values[i];
    }
    return n;
}

static void range(const double *values, size_t n_args, double *low, double *high)
{
    (void)values;
    *low = 1;
    *high = (double)n_args;
}

const struct distribution categorical_distribution = {
    DISTRIBUTION_ROW(categorical),
    .arg_names = arg_names,
    .support = SUPPORT_LABELS,
    .log_density = log_density,
    .core = core,
    .inside = inside,
    .density = pick,
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
    .range = range,
};
