/* The normal distribution, by its mean and standard deviation. */
#include "distribution_parts.h"

#include <math.h>

#include "cusp/quadrature.h"

static const char *const arg_names[] = {"mean", "sd"};

#define LOG_SQRT_PI 0.57236494292470008707
/* erfc underflows at 26.5; its asymptotic series is good to rounding from here on. */
#define ERFC_SERIES_FROM 25.0

static const double half_log_2pi = 0.91893853320467274178;
enum { MEAN, SD, RULE_MAX = 512 };

static uint32_t core(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    uint32_t z = term_div(dag, term_sub(dag, y, args[MEAN]), args[SD]);
    uint32_t square = term_scale(dag, -0.5, term_square(dag, z));
    return term_shift(dag, term_sub(dag, square, term_log(dag, args[SD])), -half_log_2pi);
}

/* With d = μ − μ0 and z0 = (y − μ0)/s0: z0 − z = (d + z0 (s − s0))/s. */
static uint32_t log_ratio(struct dag *dag, uint32_t y, const uint32_t *args, const uint32_t *args0,
                          size_t n_args)
{
    (void)n_args;
    uint32_t z0 = term_div(dag, term_sub(dag, y, args0[MEAN]), args0[SD]);
    uint32_t shift = term_sub(dag, args[MEAN], args0[MEAN]);
    if (args[MEAN] == args0[MEAN])
        shift = dag_const(dag, 0);
    if (args[SD] == args0[SD]) {
        uint32_t d = term_div(dag, shift, args[SD]);
        return term_mul(dag, d, term_sub(dag, z0, term_scale(dag, 0.5, d)));
    }
    uint32_t wider = term_sub(dag, args[SD], args0[SD]);
    uint32_t z = term_div(dag, term_sub(dag, y, args[MEAN]), args[SD]);
    uint32_t less = term_div(dag, term_add(dag, shift, term_mul(dag, z0, wider)), args[SD]);
    uint32_t squares = term_scale(dag, 0.5, term_mul(dag, less, term_add(dag, z0, z)));
    return term_sub(dag, squares, term_log_quotient(dag, args[SD], args0[SD]));
}

static uint32_t mean(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)dag;
    (void)n_args;
    return args[MEAN];
}

static uint32_t variance(struct dag *dag, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    return term_square(dag, args[SD]);
}

/* ½ (t − 1 − log t) with t = s0²/s². */
static uint32_t kl_of_sd(struct dag *dag, uint32_t sd0, uint32_t sd)
{
    uint32_t log0 = term_inverse(dag, OP_EXP, sd0), log1 = term_inverse(dag, OP_EXP, sd);
    if (log0 != TERM_NONE && log1 != TERM_NONE && dag_node(dag, sd)->op == OP_EXP) {
        uint32_t log_t = term_scale(dag, 2, term_sub(dag, log0, log1));
        return term_scale(dag, 0.5, term_exp_gap(dag, log_t));
    }
    uint32_t product = term_mul(dag, term_sub(dag, sd0, sd), term_add(dag, sd0, sd));
    uint32_t excess = term_div(dag, product, term_square(dag, sd));
    return term_scale(dag, 0.5, term_of(dag, OP_LOG1P_GAP, excess));
}

static uint32_t kl(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args)
{
    (void)n_args;
    uint32_t total = dag_const(dag, 0);
    if (truth[MEAN] != args[MEAN]) {
        uint32_t d = term_div(dag, term_sub(dag, args[MEAN], truth[MEAN]), args[SD]);
        total = term_scale(dag, 0.5, term_square(dag, d));
    }
    if (truth[SD] != args[SD])
        total = term_add(dag, total, kl_of_sd(dag, truth[SD], args[SD]));
    return total;
}

static size_t residuals(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args,
                        uint32_t *out)
{
    (void)n_args;
    size_t n = 0;
    if (truth[MEAN] != args[MEAN])
        out[n++] = term_div(dag, term_sub(dag, args[MEAN], truth[MEAN]), truth[SD]);
    if (truth[SD] != args[SD])
        out[n++] = term_scale(dag, M_SQRT2, term_log_excess(dag, args[SD], truth[SD]));
    if (n == 0)
        out[n++] = dag_const(dag, 0);
    return n;
}

static void fisher(struct dag *dag, const uint32_t *args, size_t n_args, uint32_t *upper)
{
    (void)n_args;
    upper[0] = dag_powi(dag, args[SD], -2);
    upper[1] = dag_const(dag, 0);
    upper[2] = term_scale(dag, 2, upper[0]);
}

static const char *fault(const double *values, size_t n_args)
{
    (void)n_args;
    if (!isfinite(values[MEAN]))
        return "the mean is not finite";
    return values[SD] > 0 && isfinite(values[SD]) ? NULL : "the standard deviation is not positive";
}

static double sample(struct rng *rng, const double *values, size_t n_args)
{
    (void)n_args;
    return values[MEAN] + values[SD] * rng_normal(rng);
}

static double log_density_at(const double *values, size_t n_args, double y)
{
    (void)n_args;
    double z = (y - values[MEAN]) / values[SD];
    return -0.5 * z * z - log(values[SD]) - half_log_2pi;
}

static size_t nodes(const double *values, size_t n_args, int level, size_t max, double *y,
                    double *weight)
{
    (void)n_args;
    size_t n = distribution_rule_size(level, RULE_MAX, max);
    if (n > 0)
        quadrature_hermite(n, y, weight);
    for (size_t i = 0; i < n; i++)
        y[i] = values[MEAN] + values[SD] * y[i];
    return n;
}

/* log erfc(x) for x ≥ 0, also where erfc itself underflows. Abramowitz and Stegun 7.1.23. */
static double log_erfc(double x)
{
    if (x < ERFC_SERIES_FROM)
        return log(erfc(x));
    double y = 1 / (2 * x * x);
    double series = -y * (1 - 3 * y * (1 - 5 * y * (1 - 7 * y * (1 - 9 * y * (1 - 11 * y)))));
    return -x * x - log(x) - LOG_SQRT_PI + log1p(series);
}

/* log ∫_a^b exp(−t²/2) dt, a < b, either may be far in a tail. */
static double log_gauss_integral(double a, double b)
{
    static const double nodes[] = {0.14887433898163121, 0.43339539412924719, 0.67940956829902441,
                                   0.86506336668898451, 0.97390652851717172};
    static const double weights[] = {0.29552422471475287, 0.26926671930999636, 0.21908636251598204,
                                     0.14945134915058059, 0.06667134430868814};
    if (b <= 0)
        return log_gauss_integral(-b, -a);
    if ((b - a) * (1 + fabs(a)) <
        0.5) { /* the difference of two erf would cancel: Gauss–Legendre */
        double middle = (a + b) / 2, half = (b - a) / 2, total = 0;
        for (size_t i = 0; i < 5; i++) {
            double t = half * nodes[i];
            total += weights[i] * exp(-t * t / 2) * 2 * cosh(middle * t);
        }
        return log(half) + log(total) - middle * middle / 2;
    }
    double x = a * M_SQRT1_2, y = b * M_SQRT1_2;
    if (a <= 0)
        return log(erf(y) - erf(x)) + 0.5 * log(M_PI / 2);
    return log_erfc(x) + log1p(-exp(log_erfc(y) - log_erfc(x))) + 0.5 * log(M_PI / 2);
}

static double log_mass(const double *values, size_t n_args, double low, double high)
{
    (void)n_args;
    double mean = values[MEAN], sd = values[SD];
    return log_gauss_integral((low - mean) / sd, (high - mean) / sd) - half_log_2pi;
}

static void range(const double *values, size_t n_args, double *low, double *high)
{
    (void)n_args;
    *low = values[MEAN] - 4 * values[SD];
    *high = values[MEAN] + 4 * values[SD];
}

const struct distribution normal_distribution = {
    DISTRIBUTION_ROW(normal),
    .arg_names = arg_names,
    .support = SUPPORT_REAL,
    .log_density = core,
    .core = core,
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
