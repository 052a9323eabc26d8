/* The binomial distribution, by its number of trials and the probability of success. */
#include "distribution_parts.h"

#include <math.h>

static const char *const arg_names[] = {"trials", "p"};
enum { TRIALS, P, POLYNOMIAL_MAX = 64, PICK_MAX = 16 };

/* Above it log n! has lost the digits that tell one count from the next. */
#define TRIALS_MOST 1e12

static uint32_t failures(struct dag *dag, uint32_t y, const uint32_t *args)
{
    return term_sub(dag, args[TRIALS], y);
}

static uint32_t inside(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    uint32_t from = dag_op(dag, OP_GT, y, dag_const(dag, -0.5), 0);
    uint32_t to = dag_op(dag, OP_LT, y, term_shift(dag, args[TRIALS], 0.5), 0);
    return dag_op(dag, OP_AND, term_whole(dag, y), dag_op(dag, OP_AND, from, to, 0), 0);
}

static uint32_t log_choices(struct dag *dag, uint32_t y, const uint32_t *args)
{
    double k, n;
    if (dag_is_const(dag, y, &k) && dag_is_const(dag, args[TRIALS], &n) && k >= 0 && k <= n) {
        int sign;
        return dag_const(dag, (double)(lgammal_r((long double)n + 1, &sign) -
                                       lgammal_r((long double)k + 1, &sign) -
                                       lgammal_r((long double)(n - k) + 1, &sign)));
    }
    uint32_t parts =
        term_add(dag, term_log_factorial(dag, y), term_log_factorial(dag, failures(dag, y, args)));
    return term_sub(dag, term_log_factorial(dag, args[TRIALS]), parts);
}

static uint32_t core(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    uint32_t yes = term_mul(dag, y, term_log_floored(dag, args[P]));
    uint32_t no =
        term_mul(dag, failures(dag, y, args), term_log_floored(dag, term_complement(dag, args[P])));
    return term_add(dag, log_choices(dag, y, args), term_add(dag, yes, no));
}

/* count · log p, which is 0 for count = 0 whatever p is. */
static uint32_t weighed_log(struct dag *dag, uint32_t count, uint32_t p, uint32_t log_p)
{
    double value;
    if (dag_is_const(dag, count, &value))
        return value > 0 ? term_scale(dag, value, log_p) : dag_const(dag, 0);
    uint32_t zero = dag_const(dag, 0);
    if (dag_node(dag, p)->op == OP_SIGMOID)
        return term_mul(dag, count, log_p);
    uint32_t some = dag_op(dag, OP_GT, count, dag_const(dag, 0.5), 0);
    return term_if(dag, some, term_mul(dag, count, log_p), zero);
}

static uint32_t log_density(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    uint32_t yes = weighed_log(dag, y, args[P], term_log(dag, args[P]));
    uint32_t no =
        weighed_log(dag, failures(dag, y, args), args[P], term_log_complement(dag, args[P]));
    uint32_t log_p = term_add(dag, log_choices(dag, y, args), term_add(dag, yes, no));
    return term_within(dag, inside(dag, y, args, n_args), log_p);
}

static double choices(double n, double k)
{
    double product = 1;
    for (double i = 1; i <= k; i++)
        product = product * (n - k + i) / i;
    return product;
}

static uint32_t polynomial(struct dag *dag, double n, double k, uint32_t p)
{
    uint32_t yes = dag_powi(dag, p, (int)k);
    uint32_t no = dag_powi(dag, term_complement(dag, p), (int)(n - k));
    return term_scale(dag, choices(n, k), term_mul(dag, yes, no));
}

/* A polynomial for each y; where y is not a number and they are few, that of the y at hand. */
static uint32_t density(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    double k, n;
    if (!dag_is_const(dag, args[TRIALS], &n) || !(n >= 0) || n > POLYNOMIAL_MAX)
        return TERM_NONE;
    if (dag_is_const(dag, y, &k))
        return k >= 0 && k <= n && k == floor(k) ? polynomial(dag, n, k, args[P]) : TERM_NONE;
    if (n > PICK_MAX)
        return TERM_NONE;
    uint32_t picked = polynomial(dag, n, n, args[P]);
    for (k = n - 1; k >= 0; k--) {
        uint32_t up_to = dag_op(dag, OP_LT, y, dag_const(dag, k + 0.5), 0);
        picked = term_if(dag, up_to, polynomial(dag, n, k, args[P]), picked);
    }
    return picked;
}

static uint32_t log_ratio(struct dag *dag, uint32_t y, const uint32_t *args, const uint32_t *args0,
                          size_t n_args)
{
    (void)n_args;
    if (args[TRIALS] != args0[TRIALS])
        return TERM_NONE;
    uint32_t one = dag_const(dag, 1), zero = dag_const(dag, 0);
    uint32_t yes = bernoulli_distribution.log_ratio(dag, one, &args[P], &args0[P], 1);
    uint32_t no = bernoulli_distribution.log_ratio(dag, zero, &args[P], &args0[P], 1);
    return term_add(dag, weighed_log(dag, y, args0[P], yes),
                    weighed_log(dag, failures(dag, y, args), args0[P], no));
}

static uint32_t mean(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return term_mul(dag, args[TRIALS], args[P]);
}

static uint32_t variance(struct dag *dag, const uint32_t *args, size_t n_args)
{
    return term_mul(dag, mean(dag, args, n_args), term_complement(dag, args[P]));
}

static uint32_t kl(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    if (truth[TRIALS] != args[TRIALS])
        return TERM_NONE;
    return term_mul(dag, args[TRIALS], bernoulli_distribution.kl(dag, &truth[P], &args[P], 1));
}

static size_t residuals(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args,
                        uint32_t *out)
{
    (void)n_args;
    if (truth[TRIALS] != args[TRIALS])
        return 0;
    size_t n = bernoulli_distribution.residuals(dag, &truth[P], &args[P], 1, out);
    for (size_t i = 0; i < n; i++)
        out[i] = term_mul(dag, term_of(dag, OP_SQRT, args[TRIALS]), out[i]);
    return n;
}

/* The number of trials is no parameter: it is whole. */
static void fisher(struct dag *dag, const uint32_t *args, size_t n_args, uint32_t *upper)
{
    (void)n_args;
    upper[0] = upper[1] = dag_const(dag, 0);
    bernoulli_distribution.fisher(dag, &args[P], 1, &upper[2]);
    upper[2] = term_mul(dag, args[TRIALS], upper[2]);
}

static const char *fault(const double *values, size_t n_args)
{
    (void)n_args;
    double n = values[TRIALS];
    if (!(n >= 0) || !isfinite(n) || n != floor(n))
        return "the number of trials is not a whole number, 0 or more";
    if (n > TRIALS_MOST)
        return "there are more than 1e12 trials";
    return values[P] >= 0 && values[P] <= 1 ? NULL : "the probability is not between 0 and 1";
}

static double log_density_at(const double *values, size_t n_args, double y)
{
    (void)n_args;
    double n = values[TRIALS], p = values[P];
    if (!(y >= 0) || y > n || y != floor(y))
        return -INFINITY;
    int sign;
    long double choose = lgammal_r((long double)n + 1, &sign) -
                         lgammal_r((long double)y + 1, &sign) -
                         lgammal_r((long double)(n - y) + 1, &sign);
    long double yes = y > 0 ? (long double)y * logl((long double)p) : 0;
    long double no = n > y ? (long double)(n - y) * log1pl(-(long double)p) : 0;
    return (double)(choose + yes + no);
}

static double mode(const double *values)
{
    return fmin(floor((values[TRIALS] + 1) * values[P]), values[TRIALS]);
}

static double up(const double *values, double k)
{
    return (values[TRIALS] - k) / (k + 1) * (values[P] / (1 - values[P]));
}

static double sample(struct rng *rng, const double *values, size_t n_args)
{
    double y, n = values[TRIALS], p = values[P], variance = n * p * (1 - p);
    if (distribution_count_smooth(rng, n * p, variance, variance * (1 - 2 * p), n, &y))
        return y;
    double u = rng_uniform(rng);
    if (values[P] <= 0 || values[P] >= 1)
        return values[P] <= 0 ? 0 : values[TRIALS];
    return distribution_count_inverse(&binomial_distribution, values, n_args, mode(values),
                                      values[TRIALS], u, up);
}

static size_t nodes(const double *values, size_t n_args, int level, size_t max, double *y,
                    double *weight)
{
    (void)level;
    return distribution_count_nodes(&binomial_distribution, values, n_args, mode(values),
                                    values[TRIALS], max, y, weight);
}

static void range(const double *values, size_t n_args, double *low, double *high)
{
    (void)n_args;
    double center = values[TRIALS] * values[P], spread = 5 * sqrt(center * (1 - values[P])) + 1;
    *low = fmax(0, floor(center - spread));
    *high = fmin(values[TRIALS], ceil(center + spread));
}

const struct distribution binomial_distribution = {
    DISTRIBUTION_ROW(binomial),
    .arg_names = arg_names,
    .support = SUPPORT_TRIALS,
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
    .range = range,
};
