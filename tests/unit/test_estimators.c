/* Estimators of λ: each hits what it is after at finite n, with an error that is one. */
#include "fixture_model.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "cusp/estimator.h"
#include "cusp/num_init.h"

#define CROSSING "param w1, w2 in [-1, 1]; potential K = w1^2*w2^2"
#define BOWL "param a, b in [-3, 3]; potential K = a^2/2 + b^2"
#define TANH                                                                                       \
    "param a, b in [-3, 3]; input x ~ uniform(-2, 2); output y ~ normal(b*tanh(a*x), 1); truth y " \
    "~ normal(0, 1)"
#define LINE                                                                                     \
    "param a, b in [-3, 3]; input x ~ uniform(-2, 2); output y ~ normal(a + b*x, 1); truth y ~ " \
    "normal(0.5 + x, 1)"

/* A local estimator has a target of its own, and steps whose bias is tested elsewhere. */
static bool is_local(const struct estimator *estimator)
{
    return strncmp(estimator->name, "llc", 3) == 0;
}

static void assert_near(double got, double wanted, double tolerance)
{
    if (!(fabs(got - wanted) <= tolerance))
        fail_msg("got %.9g, wanted %.9g within %g", got, wanted, tolerance);
}

static struct estimator_setup setup_of(const struct model *model, const struct data *data, double n)
{
    return (struct estimator_setup){.model = model,
                                    .data = data,
                                    .n = n,
                                    .seed = 7,
                                    .threads = 1,
                                    .n_particles = 1024,
                                    .sgld = {.gamma = NAN, .draws = 200}};
}

static struct estimate run(const struct estimator *estimator, const struct estimator_setup *setup)
{
    struct estimate estimate;
    char why[200];
    enum status status =
        estimate_run(estimator, setup, NULL, NULL, NULL, &estimate, why, sizeof why);
    if (status != ST_OK)
        fail_msg("%s: %s", estimator->name, why);
    return estimate;
}

static void every_row_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; estimators[i] != NULL; i++) {
        const struct estimator *e = estimators[i];
        assert_true(e->name && e->title && e->formula && e->distrust && e->source && e->run);
        assert_true(strlen(e->distrust) > 20 && e->distrust[strlen(e->distrust) - 1] == '.');
        assert_ptr_equal(estimator_named(e->name), e);
    }
    assert_null(estimator_named("no-such"));
}

static void finite_n_is_exact(void **state)
{
    (void)state;
    struct model *model = fixture_model(CROSSING);
    struct estimator_setup setup = setup_of(model, NULL, 1000);
    struct quantity slope = finite_n_lambda(&setup, 1, NULL);
    struct quantity wbic = finite_n_lambda(&setup, 1 / log(1000), NULL);
    assert_true(slope.standing == ESTIMATE && wbic.standing == ESTIMATE);
    assert_near(slope.value, 0.387277, 1e-6);
    assert_near(wbic.value, 0.355879, 1e-6);
    /* measured from a point that is not a zero */
    static const double at[2] = {0.1, 0.2};
    setup.at = at;
    assert_near(finite_n_lambda(&setup, 1, NULL).value, slope.value - 1000 * 0.0004, 1e-9);
    model_unref(model);
}

/* n E[w²] on |w| < r is ½ − x e^(−x²) / (√π erf x), x = r √n. */
static void a_ball_is_exact(void **state)
{
    (void)state;
    struct model *model = fixture_model("param w in [-2, 1]; potential K = w^2");
    for (double r = 0.01; r < 1; r *= 5) {
        struct estimator_setup setup = setup_of(model, NULL, 300);
        double x = r * sqrt(300), wanted = 0.5 - x * exp(-x * x) / (sqrt(acos(-1)) * erf(x));
        setup.radius = r;
        struct quantity got = finite_n_lambda(&setup, 1, NULL);
        assert_true(got.standing == ESTIMATE && got.error < 1e-4);
        assert_near(got.value, wanted, 2e-6);
    }
    model_unref(model);
    /* the disc of radius r about a point of one arm, against a box so narrow that both are one */
    model = fixture_model("param w1, w2 in [-1, 1]; potential K = w1^2 + w2^2");
    struct estimator_setup setup = setup_of(model, NULL, 100);
    setup.radius = 0.1;
    /* ∫ t e^(−t) / ∫ e^(−t) over 0 < t < n r² = 1 */
    assert_near(finite_n_lambda(&setup, 1, NULL).value, (1 - 2 / exp(1)) / (1 - 1 / exp(1)), 1e-5);
    model_unref(model);
}

static void hits_its_target(const char *text, size_t n_data, double n, double regular)
{
    struct model *model = fixture_model(text);
    struct data *data = NULL;
    if (n_data > 0)
        assert_int_equal(data_new(model, 3, n_data, NULL, NULL, &data), ST_OK);
    struct estimator_setup setup = setup_of(model, data, n);
    setup.cache = estimator_cache_new();
    for (size_t i = 0; estimators[i] != NULL; i++) {
        if ((estimators[i]->refuses && estimators[i]->refuses(&setup)) ||
            (n_data > 0 && is_local(estimators[i])))
            continue;
        struct estimate e = run(estimators[i], &setup);
        assert_true(isfinite(e.lambda.value) && e.n_steps > 0 && e.seconds > 0);
        assert_true(e.lambda.standing == ESTIMATE && e.lambda.error >= 0);
        assert_near(e.steps[e.n_steps - 1].lambda, e.lambda.value, 0.2);
        /* volumes just above a least K that is not 0 cannot be integrated */
        bool has_target = model->has_zero || isnan(e.multiplicity);
        if (!is_local(estimators[i]) && has_target) {
            if (e.target.standing != ESTIMATE || !(e.lambda.error < 0.25))
                fail_msg("%s of %s: ± %.3g, target %s", estimators[i]->name, text, e.lambda.error,
                         e.target.why);
            double error = hypot(e.lambda.error, e.target.error);
            if (!(fabs(e.lambda.value - e.target.value) <= 4 * error))
                fail_msg("%s of %s: %.5f ± %.5f, after %.5f", estimators[i]->name, text,
                         e.lambda.value, error, e.target.value);
            if (regular > 0 && e.multiplicity != 2)
                assert_near(e.target.value, regular, 0.05);
        }
        estimate_done(&e);
    }
    estimator_cache_free(setup.cache);
    data_unref(data);
    model_unref(model);
}

static void targets_are_hit(void **state)
{
    (void)state;
    hits_its_target(BOWL, 0, 100, 1);
    hits_its_target(CROSSING, 0, 100, 0);
    hits_its_target(LINE, 60, 60, 0);
    hits_its_target(TANH, 30, 30, 0);
    hits_its_target("param x in [-1, 2]; potential K = 0.3 + x^4", 0, 200, 0);
}

/* z-scores over seeds vary by about 1. */
static void errors_are_honest(void **state)
{
    (void)state;
    enum { SEEDS = 8 };
    struct model *model = fixture_model("param w1, w2 in [-1, 1]; potential K = w1^2*w2^2");
    struct estimator_setup setup = setup_of(model, NULL, 30);
    setup.cache = estimator_cache_new();
    for (size_t i = 0; estimators[i] != NULL; i++) {
        double squares = 0;
        if (is_local(estimators[i]) || strcmp(estimators[i]->name, "volume") == 0 ||
            (estimators[i]->refuses && estimators[i]->refuses(&setup)))
            continue;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            setup.seed = 50 + seed;
            struct estimate e = run(estimators[i], &setup);
            double z = (e.lambda.value - e.target.value) / e.lambda.error;
            squares += z * z / SEEDS;
            estimate_done(&e);
        }
        /* χ² of 8: from 0.1 to 3.3 in all but one case in a thousand */
        if (!(squares > 0.1 && squares < 3.3))
            fail_msg("%s: z² is %.3g on average", estimators[i]->name, squares);
    }
    estimator_cache_free(setup.cache);
    model_unref(model);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    struct model *model = fixture_model(LINE);
    struct data *data = NULL;
    struct estimator_cache *cache = estimator_cache_new();
    assert_int_equal(data_new(model, 1, 40, NULL, NULL, &data), ST_OK);
    for (size_t i = 0; estimators[i] != NULL; i++) {
        struct estimator_setup one = setup_of(model, data, 40), three = one;
        one.n_particles = three.n_particles = 256;
        three.threads = 3;
        one.cache = three.cache = cache;
        struct estimate a = run(estimators[i], &one), b = run(estimators[i], &three);
        assert_true(a.lambda.value == b.lambda.value && a.lambda.error == b.lambda.error);
        assert_true(a.target.value == b.target.value ||
                    (isnan(a.target.value) && isnan(b.target.value)));
        assert_int_equal(a.n_steps, b.n_steps);
        estimate_done(&a);
        estimate_done(&b);
    }
    estimator_cache_free(cache);
    data_unref(data);
    model_unref(model);
}

/* For a regular model on data d/2 = ν, and the fluctuation says so. */
static void fluctuation_of_a_regular_model(void **state)
{
    (void)state;
    struct model *model = fixture_model(LINE);
    double sum = 0;
    enum { SETS = 4 };
    for (uint64_t seed = 1; seed <= SETS; seed++) {
        struct data *data = NULL;
        assert_int_equal(data_new(model, seed, 200, NULL, NULL, &data), ST_OK);
        struct estimator_setup setup = setup_of(model, data, 200);
        struct estimate e = run(estimator_named("fluctuation"), &setup);
        assert_string_equal(e.lambda.name, "nu");
        sum += e.target.value / SETS;
        estimate_done(&e);
        data_unref(data);
    }
    assert_near(sum, 1, 0.12); /* √(2 (1 + 1/5)/200) of a set, over four sets */
    model_unref(model);
}

struct heard {
    size_t calls;
    double work;
    atomic_uint generation;
};

static void hear(const struct estimate *so_far, void *context)
{
    struct heard *heard = context;
    assert_true(so_far->steps[so_far->n_steps - 1].work >= heard->work);
    heard->work = so_far->steps[so_far->n_steps - 1].work;
    heard->calls++;
    atomic_fetch_add(&heard->generation, 1);
}

static void progress_and_cancel(void **state)
{
    (void)state;
    struct model *model = fixture_model(CROSSING);
    struct estimator_setup setup = setup_of(model, NULL, 100);
    setup.n_particles = 512;
    for (size_t i = 0; estimators[i] != NULL; i++) {
        struct heard heard = {0};
        struct cancel cancel = {&heard.generation, 1};
        struct estimate e;
        char why[200];
        if (is_local(estimators[i]) || (estimators[i]->refuses && estimators[i]->refuses(&setup)))
            continue;
        assert_int_equal(
            estimate_run(estimators[i], &setup, NULL, hear, &heard, &e, why, sizeof why), ST_OK);
        assert_int_equal(heard.calls, e.n_steps);
        estimate_done(&e);
        atomic_store(&heard.generation, 1);
        heard.work = 0;
        assert_int_equal(
            estimate_run(estimators[i], &setup, &cancel, hear, &heard, &e, why, sizeof why),
            ST_CANCELLED);
        estimate_done(&e);
    }
    model_unref(model);
}

static void refused(const char *name, const struct estimator_setup *setup, const char *reason)
{
    struct estimate e;
    char why[200];
    assert_int_equal(
        estimate_run(estimator_named(name), setup, NULL, NULL, NULL, &e, why, sizeof why),
        ST_UNABLE);
    if (strstr(why, reason) == NULL)
        fail_msg("%s: %s", name, why);
    assert_true(isnan(e.lambda.value) && e.steps == NULL);
    estimate_done(&e);
}

static void what_cannot_be_had_is_refused(void **state)
{
    (void)state;
    struct model *model = fixture_model(CROSSING);
    struct estimator_setup setup = setup_of(model, NULL, 100);
    refused("fluctuation", &setup, "of data");
    setup.n = 2;
    refused("wbic", &setup, "1/log n");
    refused("volume", &setup, "8 or more");
    setup.n = NAN;
    refused("slope", &setup, "from 1 on");
    model_unref(model);
    model = fixture_model(LINE);
    struct data *data = NULL;
    assert_int_equal(data_new(model, 1, 20, NULL, NULL, &data), ST_OK);
    setup = setup_of(model, data, 21);
    refused("slope", &setup, "fewer observations");
    data_unref(data);
    model_unref(model);
    /* beyond three parameters there is a value and no target */
    model = fixture_model("param w[4] in [-1, 1]; potential K = sum(i in 1..4, w[i]^2)");
    setup = setup_of(model, NULL, 200);
    struct estimate e = run(estimator_named("wbic"), &setup);
    assert_true(e.target.standing == UNKNOWN && strlen(e.target.why) > 5);
    assert_true(fabs(e.lambda.value - 2) < 5 * e.lambda.error + 0.01);
    estimate_done(&e);
    model_unref(model);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(finite_n_is_exact),
        cmocka_unit_test(a_ball_is_exact),
        cmocka_unit_test(targets_are_hit),
        cmocka_unit_test(errors_are_honest),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(fluctuation_of_a_regular_model),
        cmocka_unit_test(progress_and_cancel),
        cmocka_unit_test(what_cannot_be_had_is_refused),
    };
    num_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
