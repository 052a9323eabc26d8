/* Learning curves of single data sets against closed forms, at any temperature; refusals, threads.
 */
#include "model_help.h"

#include <stdlib.h>
#include <unistd.h>

#include <gsl/gsl_sf_psi.h>

#include "cusp/data.h"
#include "cusp/learning.h"
#include "cusp/mem.h"
#include "cusp/num_init.h"
#include "cusp/quadrature.h"

#define HALF_LOG_TWO_PI 0.91893853320467274178

static struct learning_curve curve_of(const struct model *model,
                                      const struct learning_options *options)
{
    struct learning_curve curve;
    char why[200];
    enum status status =
        learning_curve_run(model, options, NULL, NULL, NULL, &curve, why, sizeof why);
    if (status != ST_OK)
        fail_msg("%s: %s", status_name(status), why);
    assert_int_equal(curve.n_rows, options->count);
    return curve;
}

static struct data *data_of(const struct model *model, uint64_t seed, size_t n)
{
    struct data *data = NULL;
    assert_int_equal(data_new(model, seed, n, NULL, NULL, &data), ST_OK);
    return data;
}

/* |got − wanted| at most a share of what it is, and covered by the error that is said. */
static void assert_row(const char *what, const struct learning_row *row, const double *wanted,
                       double tolerance, double inner_times)
{
    for (size_t k = 0; k < LEARN_KINDS; k++) {
        double off = fabs(row->mean[k] - wanted[k]), scale = 1 / row->n + fabs(wanted[k]);
        double allowed = fmax(tolerance * scale, inner_times * row->inner[k]);
        if (!(off <= allowed) || !(row->inner[k] <= 0.5 * scale))
            fail_msg("%s, n = %g: %s %.9g, wanted %.9g, off %.2g, inner %.2g", what, row->n,
                     learning_name((enum learning_kind)k), row->mean[k], wanted[k], off,
                     row->inner[k]);
    }
}

/* --- linear regression with normal priors ----------------------------------------------------- */

enum { MOST = 4 };

/* w ~ N(0, 1), y = Σ w_k x^k + s ε: the posterior at a temperature is N(mean, cov). */
struct conjugate {
    size_t dim;
    double s, mean[MOST], cov[MOST][MOST], log_z;
};

static double power(double x, size_t k)
{
    double value = 1;
    while (k-- > 0)
        value *= x;
    return value;
}

static struct conjugate conjugate_of(size_t dim, double s, double beta, const struct data *data,
                                     size_t n)
{
    struct conjugate c = {.dim = dim, .s = s};
    double a[MOST][2 * MOST] = {{0}}, right[MOST] = {0}, yy = 0, log_det = 0, v = s * s;
    for (size_t i = 0; i < dim; i++)
        a[i][i] = a[i][dim + i] = 1;
    for (size_t r = 0; r < n; r++) {
        double x = data->column[0][r], y = data->column[1][r];
        yy += y * y;
        for (size_t i = 0; i < dim; i++) {
            right[i] += beta * power(x, i) * y / v;
            for (size_t j = 0; j < dim; j++)
                a[i][j] += beta * power(x, i + j) / v;
        }
    }
    for (size_t i = 0; i < dim; i++) { /* Gauss and Jordan; positive definite */
        double pivot = a[i][i];
        log_det += log(pivot);
        for (size_t j = 0; j < 2 * dim; j++)
            a[i][j] /= pivot;
        for (size_t k = 0; k < dim; k++) {
            double by = k == i ? 0 : a[k][i];
            for (size_t j = 0; j < 2 * dim; j++)
                a[k][j] -= by * a[i][j];
        }
    }
    double fit = 0;
    for (size_t i = 0; i < dim; i++) {
        for (size_t j = 0; j < dim; j++) {
            c.cov[i][j] = a[i][dim + j];
            c.mean[i] += c.cov[i][j] * right[j];
        }
        fit += c.mean[i] * right[i];
    }
    c.log_z = -beta * (double)n * (HALF_LOG_TWO_PI + log(s)) - beta * yy / (2 * v) + fit / 2 -
              log_det / 2;
    return c;
}

/* Mean and variance of the regression function at x. */
static void predict(const struct conjugate *c, double x, double *mean, double *variance)
{
    *mean = *variance = 0;
    for (size_t i = 0; i < c->dim; i++) {
        *mean += c->mean[i] * power(x, i);
        for (size_t j = 0; j < c->dim; j++)
            *variance += power(x, i + j) * c->cov[i][j];
    }
}

/* log E p^a for a residual r and a variance u of the function. */
static double log_power(double a, double r, double u, double s)
{
    double v = s * s;
    return -a * (HALF_LOG_TWO_PI + log(s)) - log1p(a * u / v) / 2 - a * r * r / (2 * (v + a * u));
}

static double mean_loss(const struct conjugate *c, const struct data *data, size_t n)
{
    double sum = 0, mean, u;
    for (size_t i = 0; i < n; i++) {
        predict(c, data->column[0][i], &mean, &u);
        double r = data->column[1][i] - mean;
        sum += HALF_LOG_TWO_PI + log(c->s) + (r * r + u) / (2 * c->s * c->s);
    }
    return sum / (double)n;
}

static void conjugate_row(size_t dim, double s, double beta, const double *truth,
                          const struct data *data, size_t n, double *wanted)
{
    struct conjugate c = conjugate_of(dim, s, beta, data, n);
    struct conjugate warm = conjugate_of(dim, s, 1 / log((double)n), data, n);
    double entropy = data_entropy(data, n), m = (double)n, v = s * s;
    double train = 0, variance = 0, loo = 0, mean, u, node[40], weight[40];
    for (size_t i = 0; i < n; i++) {
        predict(&c, data->column[0][i], &mean, &u);
        double r = data->column[1][i] - mean;
        train -= log_power(1, r, u, s);
        loo += log_power(-beta, r, u, s) - log_power(1 - beta, r, u, s);
        variance += (2 * u * u + 4 * r * r * u) / (4 * v * v);
    }
    wanted[LEARN_FREE_ENERGY] = -c.log_z - m * beta * entropy;
    wanted[LEARN_TRAIN_LOSS] = train / m - entropy;
    wanted[LEARN_LOO] = loo / m - entropy;
    wanted[LEARN_VARIANCE] = variance;
    wanted[LEARN_FLUCTUATION] = beta * variance / 2;
    wanted[LEARN_WAIC] = train / m - entropy + beta * variance / m;
    wanted[LEARN_GIBBS_TRAIN] = mean_loss(&c, data, n) - entropy;
    wanted[LEARN_SLOPE] = m * beta * wanted[LEARN_GIBBS_TRAIN];
    wanted[LEARN_WBIC] = m * (mean_loss(&warm, data, n) - entropy);
    wanted[LEARN_GEN_LOSS] = wanted[LEARN_GIBBS_GEN] = 0;
    quadrature_hermite(40, node, weight);
    for (size_t k = 0; k < 40; k++) { /* x ~ normal(0.3, 1) */
        double x = 0.3 + node[k], f = 0;
        predict(&c, x, &mean, &u);
        for (size_t i = 0; i < dim; i++)
            f += truth[i] * power(x, i);
        double off = (mean - f) * (mean - f);
        wanted[LEARN_GIBBS_GEN] += weight[k] * (off + u) / (2 * v);
        wanted[LEARN_GEN_LOSS] += weight[k] * (log1p(u / v) + (v + off) / (v + u) - 1) / 2;
    }
}

static void linear_regression_by_integration(void **state)
{
    (void)state;
    static const double truth[] = {-0.3, 0.7}, sizes[] = {4, 25, 300};
    static const double betas[] = {1, 0.6, 1.7};
    struct model *model = model_of(
        "param b, a in [-9, 9]; input x ~ normal(0.3, 1); output y ~ normal(a*x + b, 0.5); "
        "truth y ~ normal(0.7*x - 0.3, 0.5); prior a ~ normal(0, 1); prior b ~ normal(0, 1)");
    for (size_t t = 0; t < 3; t++) {
        struct learning_options options = {.n = sizes,
                                           .count = 3,
                                           .n_sets = 1,
                                           .data_seed = 31 + t,
                                           .seed = 1,
                                           .beta = betas[t],
                                           .n_draws = 20000,
                                           .threads = 1};
        struct learning_curve curve = curve_of(model, &options);
        struct data *data = data_of(model, 31 + t, 300);
        assert_string_equal(curve.method, "integration over 2 parameters");
        for (size_t r = 0; r < 3; r++) {
            double wanted[LEARN_KINDS];
            conjugate_row(2, 0.5, betas[t], truth, data, (size_t)sizes[r], wanted);
            assert_row("linear regression", &curve.rows[r], wanted, 2e-3, 3);
        }
        data_unref(data);
        learning_curve_done(&curve);
    }
    model_unref(model);
}

/* Fewer points than carry the posterior: systematic draws, with an error that says so. */
static void few_draws_are_honest(void **state)
{
    (void)state;
    static const double truth[] = {-0.3, 0.7}, sizes[] = {40};
    struct model *model = model_of(
        "param b, a in [-9, 9]; input x ~ normal(0.3, 1); output y ~ normal(a*x + b, 0.5); "
        "truth y ~ normal(0.7*x - 0.3, 0.5); prior a ~ normal(0, 1); prior b ~ normal(0, 1)");
    enum { SETS = 12 };
    struct learning_options options = {
        .n = sizes, .count = 1, .n_sets = SETS, .data_seed = 5, .seed = 1, .n_draws = 60};
    struct learning_curve curve = curve_of(model, &options);
    double mean[LEARN_KINDS] = {0};
    for (size_t i = 0; i < SETS; i++) {
        double wanted[LEARN_KINDS];
        struct data *data = data_of(model, 5 + i, 40);
        conjugate_row(2, 0.5, 1, truth, data, 40, wanted);
        for (size_t k = 0; k < LEARN_KINDS; k++)
            mean[k] += wanted[k] / SETS;
        data_unref(data);
    }
    assert_row("few draws", &curve.rows[0], mean, 1e-3, 4);
    assert_true(curve.rows[0].inner[LEARN_VARIANCE] > 1e-4);
    learning_curve_done(&curve);
    model_unref(model);
}

static void four_parameters_by_draws(void **state)
{
    (void)state;
    static const double truth[] = {-0.3, 0.7, 0, 0.2}, sizes[] = {10, 50};
    struct model *model = model_of(
        "param a, b, c, d in [-9, 9]; input x ~ normal(0.3, 1); output y ~ normal(a + b*x + c*x^2 "
        "+ d*x^3, 0.5); truth y ~ normal(-0.3 + 0.7*x + 0.2*x^3, 0.5); prior a ~ normal(0, 1); "
        "prior b ~ normal(0, 1); prior c ~ normal(0, 1); prior d ~ normal(0, 1)");
    enum { SETS = 8 };
    struct learning_options options = {
        .n = sizes, .count = 2, .n_sets = SETS, .data_seed = 5, .seed = 1};
    struct learning_curve curve = curve_of(model, &options);
    for (size_t r = 0; r < 2; r++) {
        double mean[LEARN_KINDS] = {0};
        for (size_t i = 0; i < SETS; i++) {
            double wanted[LEARN_KINDS];
            struct data *data = data_of(model, 5 + i, 50);
            conjugate_row(4, 0.5, 1, truth, data, (size_t)sizes[r], wanted);
            for (size_t k = 0; k < LEARN_KINDS; k++)
                mean[k] += wanted[k] / SETS;
            data_unref(data);
        }
        assert_row("polynomial", &curve.rows[r], mean, 1e-2, 5);
    }
    learning_curve_done(&curve);
    model_unref(model);
}

/* --- tosses of a coin ------------------------------------------------------------------------- */

/* p ~ beta(u, v) under a uniform prior: one toss has chance u / (u + v), its log a known variance.
 */
static void coin_row(double beta, double q, double ones, double n, double entropy, double *wanted)
{
    double zeros = n - ones, u = beta * ones + 1, v = beta * zeros + 1, w = u + v;
    double warm = 1 / log(n), wu = warm * ones + 1, wv = warm * zeros + 1;
    double yes = log(u / w), no = log(v / w);
    double mean_yes = gsl_sf_psi(u) - gsl_sf_psi(w), mean_no = gsl_sf_psi(v) - gsl_sf_psi(w);
    double loss = -(ones * mean_yes + zeros * mean_no);
    double variance =
        ones * (gsl_sf_psi_1(u) - gsl_sf_psi_1(w)) + zeros * (gsl_sf_psi_1(v) - gsl_sf_psi_1(w));
    double loo =
        -ones *
            (lgamma(u + 1 - beta) - lgamma(w + 1 - beta) - lgamma(u - beta) + lgamma(w - beta)) -
        zeros * (lgamma(v + 1 - beta) - lgamma(w + 1 - beta) - lgamma(v - beta) + lgamma(w - beta));
    double truth = -q * log(q) - (1 - q) * log1p(-q);
    wanted[LEARN_FREE_ENERGY] = -lgamma(u) - lgamma(v) + lgamma(w) - beta * n * entropy;
    wanted[LEARN_TRAIN_LOSS] = -(ones * yes + zeros * no) / n - entropy;
    wanted[LEARN_GEN_LOSS] = -(q * yes + (1 - q) * no) - truth;
    wanted[LEARN_GIBBS_TRAIN] = loss / n - entropy;
    wanted[LEARN_GIBBS_GEN] = -(q * mean_yes + (1 - q) * mean_no) - truth;
    wanted[LEARN_VARIANCE] = variance;
    wanted[LEARN_FLUCTUATION] = beta * variance / 2;
    wanted[LEARN_WAIC] = wanted[LEARN_TRAIN_LOSS] + beta * variance / n;
    wanted[LEARN_LOO] = loo / n - entropy;
    wanted[LEARN_SLOPE] = beta * (loss - n * entropy);
    wanted[LEARN_WBIC] = -ones * (gsl_sf_psi(wu) - gsl_sf_psi(wu + wv)) -
                         zeros * (gsl_sf_psi(wv) - gsl_sf_psi(wu + wv)) - n * entropy;
}

static void coin(void **state)
{
    (void)state;
    static const double sizes[] = {12, 150, 2000}, betas[] = {1, 0.4};
    struct model *model =
        model_of("param p in [0, 1]; output y ~ bernoulli(p); truth y ~ bernoulli(0.3)");
    for (size_t t = 0; t < 2; t++) {
        struct learning_options options = {.n = sizes,
                                           .count = 3,
                                           .n_sets = 1,
                                           .data_seed = 70 + t,
                                           .seed = 1,
                                           .beta = betas[t],
                                           .threads = 1};
        struct learning_curve curve = curve_of(model, &options);
        struct data *data = data_of(model, 70 + t, 2000);
        for (size_t r = 0; r < 3; r++) {
            double wanted[LEARN_KINDS], ones = 0;
            for (size_t i = 0; i < (size_t)sizes[r]; i++)
                ones += data->column[0][i];
            coin_row(betas[t], 0.3, ones, sizes[r], data_entropy(data, (size_t)sizes[r]), wanted);
            assert_row("coin", &curve.rows[r], wanted, 2e-3, 3);
        }
        data_unref(data);
        learning_curve_done(&curve);
    }
    model_unref(model);
}

/* --- identities over data sets ---------------------------------------------------------------- */

/* E[G_n] = E[F_{n+1}] − E[F_n], and E[LOO_{n+1}] = E[G_n]; a density that is a mixture. */
static void generalisation_is_growth_of_free_energy(void **state)
{
    (void)state;
    static const double sizes[] = {6, 7};
    static const char *const texts[] = {
        "param w1, w2 in [-2, 2]; input x ~ normal(0, 1); output y ~ normal(w1*w2*x, 1); "
        "truth y ~ normal(0.4*x, 1)",
        "param a in [0, 1], b in [-3, 3]; output y ~ mixture(1 - a: normal(0, 1), a: normal(b, "
        "1)); truth y ~ mixture(0.5: normal(0, 1), 0.5: normal(1.3, 1))",
    };
    for (size_t t = 0; t < 2; t++) {
        struct model *model = model_of(texts[t]);
        struct learning_options options = {
            .n = sizes, .count = 2, .n_sets = 200, .data_seed = 100, .seed = 1, .n_draws = 500};
        struct learning_curve curve = curve_of(model, &options);
        const struct learning_row *six = &curve.rows[0], *seven = &curve.rows[1];
        double growth = seven->mean[LEARN_FREE_ENERGY] - six->mean[LEARN_FREE_ENERGY];
        double gain = six->mean[LEARN_GEN_LOSS], loo = seven->mean[LEARN_LOO];
        /* F_7 − F_6 is −log of a prediction: as spread as one term of LOO over the set */
        double error = hypot(seven->error[LEARN_LOO] * sqrt(7), six->error[LEARN_GEN_LOSS]);
        if (!(fabs(growth - gain) <= 4 * error) ||
            !(fabs(loo - gain) <= 4 * hypot(seven->error[LEARN_LOO], six->error[LEARN_GEN_LOSS])))
            fail_msg("%s: F grows by %.4f, G %.4f ± %.4f, LOO %.4f", texts[t], growth, gain,
                     six->error[LEARN_GEN_LOSS], loo);
        learning_curve_done(&curve);
        model_unref(model);
    }
}

/* --- what is asked ---------------------------------------------------------------------------- */

static void count_calls(const struct learning_curve *so_far, void *context)
{
    size_t *calls = context;
    assert_true(so_far->n_sets > 0 && isfinite(so_far->rows[0].mean[LEARN_WAIC]));
    ++*calls;
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    static const double sizes[] = {5, 30};
    static const char *const texts[] = {
        "param w1, w2 in [-1, 1]; input x ~ normal(0, 1); output y ~ normal(w1*w2*x, 1); "
        "truth y ~ normal(0, 1)",
        "param a[2], b[2] in [-3, 3]; input x ~ uniform(-2, 2); output y ~ "
        "normal(b[1]*tanh(a[1]*x) "
        "+ b[2]*tanh(a[2]*x), 1); truth y ~ normal(0, 1)",
    };
    for (size_t t = 0; t < 2; t++) {
        struct model *model = model_of(texts[t]);
        struct learning_options options = {
            .n = sizes, .count = 2, .n_sets = 18, .data_seed = 3, .seed = 2, .n_draws = 100};
        struct learning_curve curve[2];
        size_t calls = 0;
        char why[200];
        for (size_t k = 0; k < 2; k++) {
            options.threads = 1 + 2 * k;
            assert_int_equal(learning_curve_run(model, &options, NULL, count_calls, &calls,
                                                &curve[k], why, sizeof why),
                             ST_OK);
        }
        assert_int_equal(calls, 4);
        assert_memory_equal(curve[0].rows, curve[1].rows, 2 * sizeof *curve[0].rows);
        learning_curve_done(&curve[0]);
        learning_curve_done(&curve[1]);
        model_unref(model);
    }
}

static void refusals(void **state)
{
    (void)state;
    static const double good[] = {10, 20}, one[] = {1}, falling[] = {20, 10}, half[] = {10.5};
    struct learning_options options = {.n = good, .count = 2, .n_sets = 2, .data_seed = 1};
    struct learning_curve curve;
    char why[200];
    struct model *potential = model_of("param x in [-1, 1]; potential K = x^2");
    assert_int_equal(
        learning_curve_run(potential, &options, NULL, NULL, NULL, &curve, why, sizeof why),
        ST_UNABLE);
    assert_string_equal(why, "a potential has no data to learn from");
    model_unref(potential);
    struct model *model =
        model_of("param p in [0, 1]; output y ~ bernoulli(p); truth y ~ bernoulli(0.3)");
    const double *const bad[] = {one, falling, half};
    for (size_t k = 0; k < 3; k++) {
        options.n = bad[k];
        options.count = k == 1 ? 2 : 1;
        assert_int_equal(
            learning_curve_run(model, &options, NULL, NULL, NULL, &curve, why, sizeof why),
            ST_DOMAIN);
        assert_true(why[0] != '\0');
    }
    atomic_uint generation = 1;
    struct cancel cancel = {.current = &generation, .mine = 0};
    options.n = good;
    options.count = 2;
    assert_int_equal(
        learning_curve_run(model, &options, &cancel, NULL, NULL, &curve, why, sizeof why),
        ST_CANCELLED);
    assert_null(curve.rows);
    model_unref(model);
}

/* A file has no truth: what can be had of it is absolute, and one data set has no spread. */
static void data_of_a_file(void **state)
{
    (void)state;
    char path[] = "/tmp/cusp-test-learning-XXXXXX", text[256];
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    fputs("y\n1\n0\n1\n1\n0\n1\n1\n0\n1\n1\n", file);
    fclose(file);
    snprintf(text, sizeof text,
             "param p in [0, 1]; output y ~ bernoulli(p); truth data \"%s\", y = y", path);
    struct model *model = model_of(text);
    static const double sizes[] = {5, 10};
    struct learning_options options = {.n = sizes, .count = 2, .n_sets = 9};
    struct learning_curve curve = curve_of(model, &options);
    double wanted[LEARN_KINDS];
    coin_row(1, 0.7, 7, 10, 0, wanted);
    assert_int_equal(curve.n_sets, 1);
    for (size_t k = 0; k < LEARN_KINDS; k++) {
        bool unknown = k == LEARN_GEN_LOSS || k == LEARN_GIBBS_GEN;
        assert_int_equal(isnan(curve.rows[1].mean[k]), unknown);
        assert_true(isnan(curve.rows[1].error[k]));
        if (!unknown)
            assert_close(curve.rows[1].mean[k], wanted[k], 1e-3);
    }
    learning_curve_done(&curve);
    model_unref(model);
    remove(path);
}

static void names_and_theory(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEARN_KINDS; i++) {
        enum learning_kind kind = (enum learning_kind)i;
        assert_true(learning_title(kind)[0] != '\0' && learning_symbol(kind)[0] != '\0');
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(learning_name(kind), learning_name((enum learning_kind)j));
        assert_true(isfinite(learning_theory(kind, 50, 1.3, 0.75, 2, 0.4)));
    }
    /* a regular model of d parameters at β = 1: λ = ν = d/2 */
    assert_close(learning_theory(LEARN_GEN_LOSS, 200, 1, 1.5, 1, 1.5), 1.5 / 200, 1e-15);
    assert_close(learning_theory(LEARN_TRAIN_LOSS, 200, 1, 1.5, 1, 1.5), -1.5 / 200, 1e-15);
    assert_close(learning_theory(LEARN_GIBBS_GEN, 200, 1, 1.5, 1, 1.5), 3.0 / 200, 1e-15);
    assert_close(learning_theory(LEARN_GEN_LOSS, 10, 0.5, 0.75, 1, 0.4), 0.11, 1e-14);
    assert_close(learning_theory(LEARN_GIBBS_TRAIN, 10, 0.5, 0.75, 1, 0.4), 0.11, 1e-14);
    assert_close(learning_theory(LEARN_FREE_ENERGY, 1000, 1, 0.5, 2, 0.4),
                 0.5 * log(1000) - log(log(1000)), 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_regression_by_integration),
        cmocka_unit_test(few_draws_are_honest),
        cmocka_unit_test(four_parameters_by_draws),
        cmocka_unit_test(coin),
        cmocka_unit_test(generalisation_is_growth_of_free_energy),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(refusals),
        cmocka_unit_test(data_of_a_file),
        cmocka_unit_test(names_and_theory),
    };
    num_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
