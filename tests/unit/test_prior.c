/* Priors: log densities and normalisers against numerical integrals, and what is refused. */
#include "model_help.h"

/* log ∫ exp(log φ̃) over one parameter's box, by a fine Simpson rule between the breaks given. */
static double log_integral(const struct model *model, double low, double high)
{
    enum { N = 40000 };
    double total = 0, h = (high - low) / N;
    struct program_space *space = program_space_new();
    for (int i = 0; i <= N; i++) {
        double w = i == N ? high : low + h * i, value;
        program_point(model->log_prior, space, &w, &value);
        total += (i == 0 || i == N ? 1 : i % 2 ? 4 : 2) * exp(value);
    }
    program_space_free(space);
    return log(total * h / 3);
}

static void assert_norm(const char *text, double low, double high)
{
    struct model *model = model_of(text);
    assert_non_null(model->log_prior);
    double expected = log_integral(model, low, high);
    if (!(fabs(model->log_prior_norm - expected) < 1e-9))
        fail_msg("%s: %.15g, by integration %.15g", text, model->log_prior_norm, expected);
    model_unref(model);
}

static void test_uniform(void **state)
{
    (void)state;
    struct model *model = model_of("param x in [-1, 3], y in [0, 0.5]; potential K = x^2*y^2");
    assert_null(model->log_prior);
    assert_close(model->log_prior_norm, log(2), 1e-15);
    model_unref(model);
    model = model_of("param x in [-1, 3]; potential K = x^2; prior x ~ uniform(-5, 5)");
    assert_null(model->log_prior);
    assert_close(model->log_prior_norm, log(4), 1e-15);
    model_unref(model);
    model = model_of("param x in [-1, 3]; potential K = x^2; prior x ~ uniform(0.5, 5)");
    const double in = 0.7, out = 0.3;
    assert_close(model->log_prior_norm, log(2.5), 1e-15);
    assert_true(value_at(model->log_prior, &in) == 0);
    assert_true(value_at(model->log_prior, &out) == -INFINITY);
    model_unref(model);
}

static void test_normal(void **state)
{
    (void)state;
    assert_norm("param x in [-2, 3]; potential K = x^2; prior x ~ normal(0.385, 1.1)", -2, 3);
    assert_norm("param x in [1, 3]; potential K = x^2; prior x ~ normal(0, 0.25)", 1, 3);
    assert_norm("param x in [-3, -1]; potential K = x^2; prior x ~ normal(0, 0.25)", -3, -1);
    assert_norm("param x in [1, 1.001]; potential K = x^2; prior x ~ normal(0.4, 2)", 1, 1.001);
    assert_norm("param x in [-0.1, 0.1]; potential K = x^2; prior x ~ normal(0, 1)", -0.1, 0.1);
}

/* So far out that erfc underflows: ∫_a^∞ exp(−t²/2) dt = exp(−a²/2)/a (1 − 1/a² + 3/a⁴ − …). */
static void test_normal_far_tail(void **state)
{
    (void)state;
    struct model *model =
        model_of("param x in [50, 60]; potential K = x^2; prior x ~ normal(0, 1)");
    double a = 50, expected = -a * a / 2 - log(a) + log1p(-1 / (a * a) + 3 / (a * a * a * a));
    assert_close(model->log_prior_norm, expected, 1e-12);
    model_unref(model);
}

static void test_exponential(void **state)
{
    (void)state;
    assert_norm("param x in [0.5, 3]; potential K = x^2; prior x ~ exponential(1.7)", 0.5, 3);
    struct model *model =
        model_of("param x in [-1, 3]; potential K = x^2; prior x ~ exponential(2)");
    const double out = -0.5;
    assert_true(value_at(model->log_prior, &out) == -INFINITY);
    assert_close(model->log_prior_norm, log((1 - exp(-6)) / 2), 1e-14);
    model_unref(model);
}

/* Parameters without a prior of their own stay uniform; arrays take it component by component. */
static void test_several(void **state)
{
    (void)state;
    struct model *model = model_of("param v[2] in [-2, 2], u in [0, 3]; potential K = u^2*v[1]^2;"
                                   "prior v ~ normal(0, 0.5)");
    const double w[] = {0.3, -0.4, 1};
    double one = log(0.5 * sqrt(2 * M_PI) * erf(2 / 0.5 / sqrt(2)));
    assert_close(model->log_prior_norm, 2 * one + log(3), 1e-14);
    assert_close(value_at(model->log_prior, w), -(0.09 + 0.16) / (2 * 0.25), 1e-14);
    model_unref(model);
    model = model_of("param v[2] in [-2, 2]; potential K = v[1]^2*v[2]^2;"
                     "prior v[2] ~ exponential(1); prior v[1] ~ normal(1, 2)");
    const double v[] = {0.3, 0.4};
    assert_close(value_at(model->log_prior, v), -0.49 / 8 - 0.4, 1e-14);
    model_unref(model);
}

/* Parts whose support the box leaves, lies in, or meets halfway. */
static void test_mixture(void **state)
{
    (void)state;
    assert_norm("param x in [-2, 3]; potential K = x^2;"
                "prior x ~ mixture(0.3: normal(0.385, 0.41), 0.7: normal(-1.1, 0.6))",
                -2, 3);
    assert_norm("param x in [0.1, 3]; potential K = x^2; prior x ~ mixture(0.5: exponential(2),"
                "0.5: mixture(0.2: normal(1, 0.3), 0.8: uniform(0, 4)))",
                0.1, 3);
    struct model *model = model_of("param x in [-1, 3]; potential K = x^2;"
                                   "prior x ~ mixture(0.25: uniform(0, 2), 0.75: uniform(1, 5))");
    const double w[] = {-0.5, 0.5, 1.5, 2.5}, expected[] = {0, 0.125, 0.3125, 0.1875};
    for (size_t i = 0; i < 4; i++)
        if (!(fabs(exp(value_at(model->log_prior, &w[i])) - expected[i]) < 1e-15))
            fail_msg("density at %g: %g", w[i], exp(value_at(model->log_prior, &w[i])));
    assert_close(model->log_prior_norm, log(0.25 + 0.75 / 2), 1e-14);
    model_unref(model);
}

static void test_density(void **state)
{
    (void)state;
    struct model *model =
        model_of("param x in [-2, 2]; potential K = x^2; prior density(abs(x)^1.5)");
    const double w = -1.2;
    assert_true(isnan(model->log_prior_norm));
    assert_close(value_at(model->log_prior, &w), 1.5 * log(1.2), 1e-14);
    model_unref(model);
    model = model_of("param x in [-2, 2]; potential K = x^2; prior density(exp(-1e4*x^2))");
    assert_close(value_at(model->log_prior, &w), -1.44e4, 1e-14);
    model_unref(model);
}

static void test_refused(void **state)
{
    (void)state;
    const char *const head = "param x in [-2, 2]; potential K = x^2; ";
    static const struct {
        const char *prior, *message;
    } rows[] = {
        {"prior density(x - 1)", "the prior is negative: density(x=0) = -1"},
        {"prior density((x - 0.3)^2 - 1e-7)", "the prior is negative: density(x=0.3) = -1e-7"},
        {"prior density(1/x^2)", "the prior is not finite: density(x=0) is ∞"},
        {"prior density(0*x)", "the prior is zero everywhere in its box"},
        {"knob s = 0 in [0, 1]; prior x ~ normal(0, s)", "normal(mean, sd) needs sd > 0"},
        {"knob s = 0 in [0, 1]; prior x ~ exponential(s)", "exponential(rate) needs rate > 0"},
        {"prior x ~ uniform(3, 4)", "this prior is zero everywhere in the parameter's box"},
        {"knob s = 1 in [0, 1]; prior x ~ uniform(1, s)", "uniform(low, high) needs low < high"},
        {"prior x ~ mixture(0.5: uniform(3, 4), 0.5: uniform(5, 6))",
         "this prior is zero everywhere in the parameter's box"},
        {"knob p = 0.5 in [0, 1]; prior x ~ mixture(p: normal(0, 1), 0.6: normal(1, 1))",
         "the weights are not between 0 and 1 or do not add up to 1"},
        {"prior jeffreys", "the Jeffreys prior needs a likelihood; a potential alone does not "
                           "define it"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        snprintf(text, sizeof text, "%s%s", head, rows[i].prior);
        assert_refused(text, rows[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uniform),         cmocka_unit_test(test_normal),
        cmocka_unit_test(test_normal_far_tail), cmocka_unit_test(test_exponential),
        cmocka_unit_test(test_several),         cmocka_unit_test(test_density),
        cmocka_unit_test(test_mixture),         cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
