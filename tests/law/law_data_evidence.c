/* Evidence of data sets by integration, against closed forms and quadratures of other kinds. */
#include "../unit/model_help.h"

#include "cusp/data.h"
#include "cusp/integral.h"
#include "cusp/mem.h"
#include "cusp/quadrature.h"

#define HALF_LOG_TWO_PI 0.91893853320467274178

static struct data *data_of(const struct model *model, uint64_t seed, size_t n)
{
    struct data *data = NULL;
    assert_int_equal(data_new(model, seed, n, NULL, NULL, &data), ST_OK);
    return data;
}

/* log ∫ φ Π p(y_i | x_i, w)^β dw by the empirical model; *error gets the bound it gives. */
static double log_evidence(const struct model *model, const struct data *data, double beta,
                           double *error)
{
    struct model *empirical = NULL;
    struct integral *integral = NULL;
    struct evidence row;
    const char *why = "";
    double log_scale = NAN, n = (double)data->n;
    if (model_empirical(model, data, data->n, beta, &log_scale, &why, &empirical) != ST_OK)
        fail_msg("%s", why);
    struct integral_options options = {.evidence_only = true, .n_max = n};
    assert_int_equal(integral_new(empirical, &options, NULL, &integral), ST_OK);
    assert_int_equal(integral_evidence(integral, &n, 1, &row), ST_OK);
    integral_free(integral);
    model_unref(empirical);
    *error = row.error;
    return log_scale + row.log_z;
}

static void assert_evidence(const char *what, const struct model *model, const struct data *data,
                            double beta, double wanted, double tolerance)
{
    double error, got = log_evidence(model, data, beta, &error);
    double miss = fabs(got - wanted), rounding = 1e-13 * fabs(wanted);
    if (!(miss <= tolerance) || !(miss <= error + rounding + 1e-10) || !(error <= 100 * tolerance))
        fail_msg("%s, n = %zu: log Z %.12g, wanted %.12g, off %.2g, error said %.2g", what, data->n,
                 got, wanted, got - wanted, error);
}

/* --- closed forms ----------------------------------------------------------------------------- */

/* y = X w + s ε with w ~ N(0, 1): y ~ N(0, s² + X Xᵀ), by the determinant and inverse of 2 × 2. The
   box is so wide that what it cuts off does not show. */
static void linear_regression(void **state)
{
    (void)state;
    const double s = 0.5;
    struct model *model = model_of(
        "param a, b in [-9, 9]; input x ~ normal(0.3, 1); output y ~ normal(a*x + b, 0.5); "
        "truth y ~ normal(0.7*x - 0.3, 0.5); prior a ~ normal(0, 1); prior b ~ normal(0, "
        "1)");
    static const size_t sizes[] = {1, 3, 10, 100, 1000, 10000};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        size_t n = sizes[k];
        struct data *data = data_of(model, 40 + k, n);
        long double xx = 0, x1 = 0, xy = 0, y1 = 0, yy = 0;
        for (size_t i = 0; i < n; i++) {
            long double x = data->column[0][i], y = data->column[1][i];
            xx += x * x;
            x1 += x;
            xy += x * y;
            y1 += y;
            yy += y * y;
        }
        long double v = (long double)s * s, m = (long double)n;
        long double aa = xx + v, bb = m + v, det = aa * bb - x1 * x1;
        long double fit = (bb * xy * xy - 2 * x1 * xy * y1 + aa * y1 * y1) / det;
        long double log_z =
            -m * (HALF_LOG_TWO_PI + logl(s)) - logl(det / (v * v)) / 2 - (yy - fit) / (2 * v);
        assert_evidence("linear regression", model, data, 1, (double)log_z, 1e-6);
        data_unref(data);
    }
    model_unref(model);
}

/* ∫ p^k (1 − p)^(n − k) dp = B(k + 1, n − k + 1), at other temperatures too. */
static void beta_binomial(void **state)
{
    (void)state;
    struct model *model =
        model_of("param p in [0, 1]; output y ~ bernoulli(p); truth y ~ bernoulli(0.3)");
    static const size_t sizes[] = {10, 100, 1000};
    static const double betas[] = {1, 0.2};
    for (size_t k = 0; k < 3; k++) {
        struct data *data = data_of(model, 50 + k, sizes[k]);
        double ones = 0;
        for (size_t i = 0; i < data->n; i++)
            ones += data->column[0][i];
        for (size_t b = 0; b < 2; b++) {
            double up = betas[b] * ones + 1, down = betas[b] * ((double)data->n - ones) + 1;
            assert_evidence("beta-binomial", model, data, betas[b],
                            lgamma(up) + lgamma(down) - lgamma(up + down), 1e-8);
        }
        data_unref(data);
    }
    model_unref(model);
}

/* --- quadratures of another kind -------------------------------------------------------------- */

/* Σ over a double exponential rule on [low, high] (Takahasi and Mori 1974) of f − top,
   exponentiated: ends may be singular. */
static double rule_sum(double low, double high, double (*log_f)(double, const void *),
                       const void *context, double top)
{
    const double step = 1.0 / 64;
    double sum = 0;
    for (int i = -5 * 64; i <= 5 * 64; i++) {
        double t = i * step, s = 1.5707963267948966 * sinh(t), c = cosh(s);
        double weight = 1.5707963267948966 * cosh(t) / (c * c) * step * (high - low) / 2;
        double share = 1 / (1 + exp(2 * fabs(s))); /* of the side, from the nearer end */
        double x = s < 0 ? low + (high - low) * share : high - (high - low) * share;
        if (weight > 0 && x > low && x < high)
            sum += weight * exp(log_f(x, context) - top);
    }
    return sum;
}

struct product {
    double xx, xy, yy, n;
};

/* Under the uniform prior on [−2, 2]² the product t of both has density log(4 / |t|) / 8. */
static double log_product(double t, const void *context)
{
    const struct product *p = context;
    double density = log(4 / fabs(t)) / 8;
    return log(density) - p->n * HALF_LOG_TWO_PI - (p->yy - 2 * t * p->xy + t * t * p->xx) / 2;
}

/* Where it is largest, the integrand is cut into pieces as wide as it is. */
static double integrate_product(const struct product *p)
{
    double mean = p->xy / p->xx, width = 1 / sqrt(p->xx), sum = 0;
    double edges[64], top = log_product(mean == 0 ? 1e-3 * width : mean, p);
    size_t n = 0;
    for (int k = -20; k <= 20; k++)
        edges[n++] = fmin(fmax(mean + 2 * k * width, -4), 4);
    edges[n++] = 0;
    edges[n++] = -4;
    edges[n++] = 4;
    for (size_t i = 1; i < n; i++) /* ascending */
        for (size_t j = i; j > 0 && edges[j] < edges[j - 1]; j--) {
            double swap = edges[j];
            edges[j] = edges[j - 1];
            edges[j - 1] = swap;
        }
    for (size_t i = 1; i < n; i++)
        if (edges[i] > edges[i - 1])
            sum += rule_sum(edges[i - 1], edges[i], log_product, p, top);
    return log(sum) + top;
}

static void product_of_weights(void **state)
{
    (void)state;
    static const char *const truths[] = {"0", "0.6*x"};
    static const size_t sizes[] = {1, 10, 100, 1000, 100000};
    for (size_t t = 0; t < 2; t++) {
        char text[256];
        snprintf(text, sizeof text,
                 "param w1, w2 in [-2, 2]; input x ~ uniform(-2, 2); output y ~ normal(w1*w2*x, "
                 "1); truth y ~ normal(%s, 1)",
                 truths[t]);
        struct model *model = model_of(text);
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            struct data *data = data_of(model, 60 + k, sizes[k]);
            struct product product = {.n = (double)sizes[k]};
            for (size_t i = 0; i < data->n; i++) {
                double x = data->column[0][i], y = data->column[1][i];
                product.xx += x * x;
                product.xy += x * y;
                product.yy += y * y;
            }
            assert_evidence("y = w1 w2 x", model, data, 1, integrate_product(&product), 1e-6);
            data_unref(data);
        }
        model_unref(model);
    }
}

/* A tanh unit keeps all of its rows; a product rule of Gauss and Legendre on many panels. */
static void tanh_unit(void **state)
{
    (void)state;
    enum { PANELS = 40, ORDER = 8, SIDE = PANELS * ORDER, N = 100 };
    struct model *model =
        model_of("param a, b in [-3, 3]; input x ~ uniform(-2, 2); output y ~ normal(b*tanh(a*x), "
                 "1); truth y ~ normal(0, 1)");
    struct data *data = data_of(model, 70, N);
    double node[ORDER], weight[ORDER], sum = 0, at[SIDE], share[SIDE];
    quadrature_legendre(ORDER, node, weight);
    for (size_t i = 0; i < SIDE; i++) {
        double half = 3.0 / PANELS;
        at[i] = -3 + half * (2 * (double)(i / ORDER) + 1 + node[i % ORDER]);
        share[i] = half * weight[i % ORDER] / 6;
    }
    for (size_t i = 0; i < SIDE; i++) {
        double yy = 0, yh = 0, hh = 0;
        for (size_t k = 0; k < N; k++) {
            double y = data->column[1][k], h = tanh(at[i] * data->column[0][k]);
            yy += y * y;
            yh += y * h;
            hh += h * h;
        }
        for (size_t j = 0; j < SIDE; j++) {
            double b = at[j];
            sum += share[i] * share[j] * exp(-(yy - 2 * b * yh + b * b * hh) / 2 + N / 2.0);
        }
    }
    assert_evidence("tanh unit", model, data, 1, log(sum) - N / 2.0 - N * HALF_LOG_TWO_PI, 1e-6);
    data_unref(data);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_regression),
        cmocka_unit_test(beta_binomial),
        cmocka_unit_test(product_of_weights),
        cmocka_unit_test(tanh_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
