/* The local learning coefficient: by integration, by particles and by SGLD, of the same law. */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/estimator.h"
#include "fixture_model.h"

#define CROSSING "param w1, w2 in [-1, 1]\nK = w1^2*w2^2\n"
#define TANH                              \
    "param a, b in [-3, 3]\n"             \
    "input x ~ uniform(-2, 2)\n"          \
    "output y ~ normal(b*tanh(a*x), 1)\n" \
    "truth y ~ normal(0.8*tanh(0.9*x), 1)\n"

static struct estimate estimate_of(const char *name, const struct estimator_setup *setup)
{
    struct estimate out;
    char why[200];
    enum status status =
        estimate_run(estimator_named(name), setup, NULL, NULL, NULL, &out, why, sizeof why);
    if (status != ST_OK)
        fail_msg("%s: %s", name, why);
    assert_int_equal(out.lambda.standing, ESTIMATE);
    assert_true(out.n_steps > 0 && out.seconds >= 0 && strlen(out.work_name) > 0);
    return out;
}

static void assert_near(double got, double expected, double tolerance, const char *what)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%s: got %.6g, expected %.6g ± %.2g", what, got, expected, tolerance);
}

/* γ = 0 and the whole box: n β E_β[K]. */
static void whole_box(void **state)
{
    (void)state;
    struct model *model = fixture_model(CROSSING);
    struct estimator_setup setup = {.model = model, .n = 1000};
    struct estimate out = estimate_of("llc-local", &setup);
    assert_near(out.lambda.value, 0.355879, 1e-5, "beta = 1/log n");
    assert_string_equal(out.caution, "");
    estimate_done(&out);
    setup.sgld.beta = 1;
    out = estimate_of("llc-local", &setup);
    assert_near(out.lambda.value, 0.387277, 1e-5, "beta = 1");
    estimate_done(&out);
    model_unref(model);
}

/* K = ½ Σ h w²: each axis gives ½ nβh/(nβh + γ) far from the walls. */
static void pull_on_a_quadratic(void **state)
{
    (void)state;
    static const char *texts[] = {"param x in [-9, 9]\nK = 1.3*x^2\n",
                                  "param x, y in [-9, 9]\nK = 1.3*x^2 + 0.2*y^2\n",
                                  "param x, y, z in [-9, 9]\nK = 1.3*x^2 + 0.2*y^2 + 2*z^2\n",
                                  "param w[5] in [-9, 9]\nK = 1.3*w[1]^2 + 0.2*w[2]^2 + 2*w[3]^2 "
                                  "+ w[4]^2 + 0.7*w[5]^2\n"};
    static const double h[] = {2.6, 0.4, 4, 2, 1.4};
    static const double at[] = {0, 0, 0, 0, 0};
    static const size_t dims[] = {1, 2, 3, 5};
    for (size_t i = 0; i < 4; i++) {
        struct model *model = fixture_model(texts[i]);
        struct estimator_setup setup = {.model = model, .n = 200, .at = at, .sgld.gamma = 31};
        double heat = 200 / log(200), expected = 0;
        for (size_t k = 0; k < dims[i]; k++)
            expected += 0.5 * heat * h[k] / (heat * h[k] + 31);
        struct estimate out = estimate_of("llc-local", &setup);
        assert_near(out.lambda.value, expected, dims[i] > 3 ? 4 * out.lambda.error + 1e-3 : 3e-4,
                    texts[i]);
        assert_true(dims[i] <= 3 || out.lambda.error < 0.1);
        assert_int_equal(out.target.standing, dims[i] > 3 ? UNKNOWN : ESTIMATE);
        estimate_done(&out);
        model_unref(model);
    }
}

/* Two zeros of different λ: what is near w* decides. */
static void point_decides(void **state)
{
    (void)state;
    struct model *model = fixture_model("param x in [-2, 2]\nK = (x - 1)^2*(x + 1)^4\n");
    static const double simple[] = {1}, double_root[] = {-1};
    struct estimator_setup setup = {.model = model, .n = 1e7, .at = simple, .sgld.gamma = 100};
    struct estimate near = estimate_of("llc-local", &setup);
    setup.at = double_root;
    struct estimate far = estimate_of("llc-local", &setup);
    assert_near(near.lambda.value, 0.5, 0.01, "simple root");
    assert_near(far.lambda.value, 0.25, 0.02, "double root");
    estimate_done(&near);
    estimate_done(&far);
    setup.radius = 0.5;
    setup.sgld.gamma = 0;
    far = estimate_of("llc-local", &setup);
    setup.at = simple;
    near = estimate_of("llc-local", &setup);
    assert_near(near.lambda.value, 0.5, 0.01, "simple root, ball");
    assert_near(far.lambda.value, 0.25, 0.02, "double root, ball");
    estimate_done(&near);
    estimate_done(&far);
    model_unref(model);
}

/* The same law three ways, of K and of data. */
static void chains_agree_with_integration(void **state)
{
    (void)state;
    struct model *model = fixture_model(TANH);
    struct data *data = NULL;
    static const double at[] = {0.9, 0.8};
    assert_int_equal(data_new(model, 3, 100, NULL, NULL, &data), ST_OK);
    for (size_t i = 0; i < 2; i++) {
        struct estimator_setup setup = {.model = model,
                                        .data = i == 0 ? NULL : data,
                                        .n = 100,
                                        .at = at,
                                        .seed = 5 + i,
                                        .sgld = {.gamma = 8, .step = 2e-3, .draws = 6000}};
        struct estimate chains = estimate_of("llc-sgld", &setup);
        struct estimate exact = estimate_of("llc-local", &setup);
        assert_int_equal(chains.target.standing, ESTIMATE);
        assert_near(chains.target.value, exact.lambda.value, 0.01, "target");
        assert_near(chains.lambda.value, chains.target.value, 3.5 * chains.lambda.error + 0.02,
                    "chains");
        assert_non_null(chains.sgld);
        assert_near(chains.steps[chains.n_steps - 1].lambda, chains.lambda.value, 1e-12, "last");
        estimate_done(&chains);
        estimate_done(&exact);
    }
    data_unref(data);
    model_unref(model);
}

/* What γ alone does to the value is said. */
static void tight_pull_is_told(void **state)
{
    (void)state;
    struct model *model = fixture_model(CROSSING);
    struct estimator_setup setup = {
        .model = model, .n = 1000, .sgld = {.step = 1e-4, .gamma = NAN}};
    struct estimate out = estimate_of("llc-sgld", &setup);
    assert_string_equal(out.sgld->chosen, "");
    if (strstr(out.caution, "held too tightly: with γ = 100") == NULL)
        fail_msg("%s", out.caution);
    estimate_done(&out);
    model_unref(model);
}

/* Left open, settings are chosen so that the value is that of integration without a pull. */
static void open_settings_suit_the_model(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double n, target;
    } cases[] = {{CROSSING, 1000, 0.355879},
                 {"param w1, w2 in [-2, 2]\nK = 1/2*w1^2*w2^2\n", 1000, 0.389111},
                 {"param w in [-2, 2]\nK = w^4\n", 1000, 0.25},
                 {"param x, y in [-9, 9]\nK = 1.3*x^2 + 200*y^2\n", 300, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model *model = fixture_model(cases[i].text);
        struct estimator_setup setup = {.model = model, .n = cases[i].n, .seed = 3};
        struct estimate out = estimate_of("llc-sgld", &setup);
        const struct sgld_options *chosen = &out.sgld->options;
        assert_true(chosen->walls && chosen->gamma == 0 && chosen->draws >= 10000);
        assert_true(out.sgld->acceptance > 0.99 && out.sgld->rhat < 1.1);
        assert_near(out.target.value, cases[i].target, 1e-4, "target");
        assert_near(out.lambda.value - out.sgld->step_bias, out.target.value, 3 * out.lambda.error,
                    cases[i].text);
        assert_true(out.lambda.error < 0.1 * out.lambda.value);
        assert_ptr_equal(out.lambda.why, out.sgld->chosen);
        assert_non_null(strstr(out.lambda.why, "chosen: ε = "));
        /* the rest is chosen beside a pull and draws that are given */
        setup.sgld.gamma = 12.5;
        setup.sgld.draws = 700;
        struct estimate held = estimate_of("llc-sgld", &setup);
        assert_true(held.sgld->options.gamma == 12.5 && held.sgld->n_draws == 700);
        assert_true(held.sgld->options.step > 0 && held.sgld->options.burn_in == 70);
        estimate_done(&held);
        estimate_done(&out);
        model_unref(model);
    }
}

/* A prior that is not flat is no law of SGLD: a weak pull holds the chains instead. */
static void weak_pull_beside_a_prior(void **state)
{
    (void)state;
    struct model *model = fixture_model("param w in [-8, 8]\nK = w^2/2\nprior w ~ normal(0, 1)\n");
    struct estimator_setup setup = {.model = model, .n = 100, .seed = 3};
    struct estimate chains = estimate_of("llc-sgld", &setup);
    struct estimate exact = estimate_of("llc-local", &setup);
    assert_near(chains.sgld->options.gamma, 1.0 / 16, 1e-12, "gamma");
    assert_near(exact.lambda.value, 0.5 * 100 / log(100) / (100 / log(100) + 1.0 / 16), 1e-4,
                "exact");
    assert_near(chains.target.value, exact.lambda.value, 1e-9, "target");
    assert_near(chains.lambda.value, exact.lambda.value, 4 * chains.lambda.error, "chains");
    estimate_done(&chains);
    estimate_done(&exact);
    model_unref(model);
}

/* At (0, 0) K of data may have a saddle, and its least is elsewhere. */
static void integral_about_a_saddle(void **state)
{
    (void)state;
    struct model *model = fixture_model("param a, b in [-2, 2]\n"
                                        "input x ~ normal(0, 1)\n"
                                        "output y ~ normal(a*b*x, 1)\n"
                                        "truth y ~ normal(0, 1)\n");
    struct data *data = NULL;
    static const double at[] = {0, 0};
    assert_int_equal(data_new(model, 1, 1000, NULL, NULL, &data), ST_OK);
    double s = 0, t = 0, mean = 0, mass = 0, beta = 1 / log(1000);
    for (size_t i = 0; i < 1000; i++) {
        s += data->column[0][i] * data->column[0][i];
        t += data->column[0][i] * data->column[1][i];
    }
    /* u = ab has density log(4/|u|), with |u| = 4 e^(−v) */
    for (double v = 0.0005; v < 50; v += 0.001)
        for (int sign = -1; sign <= 1; sign += 2) {
            double u = sign * 4 * exp(-v), loss = beta * (s * u * u / 2 - t * u);
            double weight = v * fabs(u) * exp(-loss);
            mean += loss * weight;
            mass += weight;
        }
    struct estimator_setup setup = {.model = model, .data = data, .n = 1000, .at = at};
    struct estimate whole = estimate_of("llc-local", &setup);
    assert_near(whole.lambda.value, mean / mass, 1e-5, "no pull");
    setup.sgld.gamma = 1e-7; /* by the integral of the held law */
    struct estimate held = estimate_of("llc-local", &setup);
    assert_near(held.lambda.value, mean / mass, 4 * held.lambda.error + 1e-4, "hardly held");
    estimate_done(&whole);
    estimate_done(&held);
    data_unref(data);
    model_unref(model);
}

struct heard {
    size_t calls;
    double work, last;
};

static void hear(const struct estimate *so_far, void *context)
{
    struct heard *heard = context;
    double work = so_far->steps[so_far->n_steps - 1].work;
    assert_true(work > heard->work && work - heard->work <= 600);
    assert_true(so_far->lambda.value == so_far->steps[so_far->n_steps - 1].lambda);
    heard->calls++;
    heard->work = work;
    heard->last = so_far->lambda.value;
}

/* Told every few hundred draws, and the result is that of a run which is not. */
static void told_on_its_way(void **state)
{
    (void)state;
    struct model *model = fixture_model(CROSSING);
    struct estimator_setup setup = {.model = model, .n = 1000, .seed = 2};
    struct heard heard = {0};
    struct estimate out;
    char why[200];
    assert_int_equal(estimate_run(estimator_named("llc-sgld"), &setup, NULL, hear, &heard, &out,
                                  why, sizeof why),
                     ST_OK);
    struct estimate quiet = estimate_of("llc-sgld", &setup);
    assert_true(heard.calls >= 40 && heard.work == (double)out.sgld->n_draws);
    assert_true(out.lambda.value == quiet.lambda.value && out.lambda.error == quiet.lambda.error);
    assert_near(heard.last, out.lambda.value, 1e-12, "the last told");
    estimate_done(&out);
    estimate_done(&quiet);
    model_unref(model);
}

static void refusals(void **state)
{
    (void)state;
    struct model *model =
        fixture_model("param w[4] in [-1, 1]\nK = w[1]^2*w[2]^2 + w[3]^2*w[4]^2\n");
    struct estimator_setup setup = {.model = model, .n = 100, .radius = 0.3};
    struct estimate out;
    char why[200];
    assert_int_equal(
        estimate_run(estimator_named("llc-local"), &setup, NULL, NULL, NULL, &out, why, sizeof why),
        ST_UNABLE);
    assert_non_null(strstr(why, "three parameters"));
    estimate_done(&out);
    setup.radius = 0;
    setup.sgld.mse = true;
    assert_int_equal(
        estimate_run(estimator_named("llc-sgld"), &setup, NULL, NULL, NULL, &out, why, sizeof why),
        ST_DOMAIN);
    assert_non_null(strstr(why, "normal output"));
    estimate_done(&out);
    atomic_uint current = 1;
    struct cancel cancel = {&current, 0};
    setup.sgld.mse = false;
    assert_int_equal(estimate_run(estimator_named("llc-sgld"), &setup, &cancel, NULL, NULL, &out,
                                  why, sizeof why),
                     ST_CANCELLED);
    estimate_done(&out);
    assert_int_equal(estimate_run(estimator_named("llc-local"), &setup, &cancel, NULL, NULL, &out,
                                  why, sizeof why),
                     ST_CANCELLED);
    estimate_done(&out);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_box),
        cmocka_unit_test(pull_on_a_quadratic),
        cmocka_unit_test(point_decides),
        cmocka_unit_test(chains_agree_with_integration),
        cmocka_unit_test(tight_pull_is_told),
        cmocka_unit_test(open_settings_suit_the_model),
        cmocka_unit_test(weak_pull_beside_a_prior),
        cmocka_unit_test(integral_about_a_saddle),
        cmocka_unit_test(told_on_its_way),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests_name("llc", tests, NULL, NULL);
}
