/* Fisher information of likelihoods: closed forms, the Hessian of K beside it, ranks, Jeffreys. */
#include "model_help.h"

#include "cusp/fisher.h"
#include "cusp/likelihood.h"

static struct fisher fisher_of(const struct model *model, const double *w)
{
    struct fisher fisher;
    assert_int_equal(fisher_at(model, w, &fisher), ST_OK);
    return fisher;
}

static void assert_near(double got, double expected, double room)
{
    if (!(fabs(got - expected) <= room))
        fail_msg("got %.17g, expected %.17g", got, expected);
}

/* y = a b x + noise: I = E[x²] [[b², ab], [ab, a²]] / σ², whatever the truth. */
static void test_product(void **state)
{
    (void)state;
    static const char *const truths[] = {"0", "0.7*x", "sin(x)"};
    static const double points[][2] = {{1.3, -0.7}, {0.4, 0}, {0, 0}};
    static const size_t ranks[] = {1, 1, 0};
    for (size_t t = 0; t < 3; t++) {
        char text[256];
        snprintf(text, sizeof text,
                 "param a, b in [-2, 2]; input x ~ uniform(-1, 2); output y ~ normal(a*b*x, 0.5); "
                 "truth y ~ normal(%s, 0.5)",
                 truths[t]);
        struct model *model = model_of(text);
        for (size_t i = 0; i < 3; i++) {
            const double *w = points[i];
            struct fisher fisher = fisher_of(model, w);
            assert_near(fisher.matrix[0], w[1] * w[1] / 0.25, 1e-12);
            assert_near(fisher.matrix[1], w[0] * w[1] / 0.25, 1e-12);
            assert_near(fisher.matrix[3], w[0] * w[0] / 0.25, 1e-12);
            assert_int_equal(fisher.rank, ranks[i]);
            fisher_done(&fisher);
        }
        model_unref(model);
    }
}

/* At true parameters the Hessian of K is I; elsewhere it has one more term, here −t x² E[x²]. */
static void test_hessian(void **state)
{
    (void)state;
    const double at_truth[2] = {2, 0.35}, off[2] = {1.2, 0.9};
    struct text text;
    struct model *model = model_of("param a, b in [-3, 3]; input x ~ uniform(-1, 2); "
                                   "output y ~ normal(a*b*x, 1); truth y ~ normal(0.7*x, 1)");
    struct fisher fisher = fisher_of(model, at_truth);
    text_init(&text);
    for (size_t i = 0; i < 4; i++)
        assert_near(fisher.hessian[i], fisher.matrix[i], 1e-12);
    assert_int_equal(fisher.point_class, POINT_DEGENERATE);
    assert_true(fisher.of_likelihood && fisher.has_truth);
    fisher_hessian_sentence(&fisher, &text);
    assert_string_equal(text_get(&text),
                        "the Hessian of K is the Fisher information here, as at every true "
                        "parameter");
    fisher_done(&fisher);
    fisher = fisher_of(model, off);
    assert_near(fisher.hessian[0], fisher.matrix[0], 1e-12);
    assert_near(fisher.hessian[1] - fisher.matrix[1], 1.2 * 0.9 - 0.7, 1e-12);
    text_clear(&text);
    fisher_hessian_sentence(&fisher, &text);
    assert_non_null(strstr(text_get(&text), "misfit"));
    assert_int_equal(fisher.rank, 1);
    assert_near(fisher.hessian_eigenvalues[0] + fisher.hessian_eigenvalues[1],
                fisher.hessian[0] + fisher.hessian[3], 1e-12);
    fisher_done(&fisher);
    text_done(&text);
    model_unref(model);
}

static void test_closed_forms(void **state)
{
    (void)state;
    const double w[2] = {0.35, 1.7};
    struct model *model =
        model_of("param p in [0.01, 0.99]; output y ~ binomial(7, p); truth y ~ binomial(7, 0.6)");
    struct fisher fisher = fisher_of(model, w);
    assert_near(fisher.matrix[0], 7 / (0.35 * 0.65), 1e-11);
    fisher_done(&fisher);
    model_unref(model);
    model = model_of("param m in [-2, 2], s in [0.5, 3]; output y ~ normal(m, s); "
                     "truth y ~ normal(0, 1)");
    fisher = fisher_of(model, w);
    assert_near(fisher.matrix[0], 1 / (1.7 * 1.7), 1e-13);
    assert_near(fisher.matrix[1], 0, 1e-15);
    assert_near(fisher.matrix[3], 2 / (1.7 * 1.7), 1e-13);
    assert_int_equal(fisher.rank, 2);
    fisher_done(&fisher);
    model_unref(model);
}

/* A mixture has no closed form: at b near 0, I_bb = a² + O(b), I_ab and I_aa vanish. */
static void test_mixture(void **state)
{
    (void)state;
    const double on[2] = {0.4, 0}, off[2] = {0.3, 1.1};
    struct model *model = model_of("param a in [0, 1], b in [-2, 2]; "
                                   "output y ~ mixture(1 - a: normal(0, 1), a: normal(b, 1)); "
                                   "truth y ~ mixture(0.7: normal(0, 1), 0.3: normal(1.1, 1))");
    struct fisher fisher = fisher_of(model, on);
    assert_near(fisher.matrix[0], 0, 1e-12);
    assert_near(fisher.matrix[1], 0, 1e-12);
    assert_near(fisher.matrix[3], 0.16, 1e-9);
    assert_int_equal(fisher.rank, 1);
    fisher_done(&fisher);
    fisher =
        fisher_of(model, off); /* the truth: I by nodes of the model, K″ by nodes of the truth */
    for (size_t i = 0; i < 4; i++)
        assert_near(fisher.hessian[i], fisher.matrix[i], 1e-8);
    assert_int_equal(fisher.point_class, POINT_REGULAR);
    fisher_done(&fisher);
    signed char rank[9];
    const double x[3] = {0, 0.4, 1}, y[3] = {-1, 0, 1.3}, rest[2] = {0, 0};
    fisher_rank_map(model, 0, 1, rest, x, 3, y, 3, NULL, rank);
    const signed char expected[9] = {1, 2, 2, 0, 1, 1, 1, 2, 2};
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(rank[i], expected[i]);
    model_unref(model);
}

static void test_rank_map(void **state)
{
    (void)state;
    signed char rank[9];
    const double x[3] = {-1, 0, 2}, y[3] = {-1, 0, 1.3}, rest[2] = {0, 0};
    struct model *model = model_of("param a, b in [-2, 2]; input x ~ uniform(-1, 1); "
                                   "output y ~ normal(b*tanh(a*x), 1); truth y ~ normal(x, 1)");
    fisher_rank_map(model, 0, 1, rest, x, 3, y, 3, NULL, rank);
    const signed char expected[9] = {2, 1, 2, 1, 0, 1, 2, 1, 2};
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(rank[i], expected[i]);
    model_unref(model);
}

/* ½ log det I(w) of the tanh unit against its integrals by Simpson's rule; −∞ on W0. */
static void test_jeffreys(void **state)
{
    (void)state;
    enum { N = 2000 };
    const double w[2] = {1.1, -0.6}, on[2] = {0.7, 0}, near[2] = {0.02, 0.9};
    struct model *model =
        model_of("param a, b in [-2, 2]; input x ~ uniform(-1, 1); output y ~ normal(b*tanh(a*x), "
                 "1); truth y ~ normal(0, 1); prior jeffreys");
    const double *points[2] = {w, near};
    for (size_t k = 0; k < 2; k++) {
        long double aa = 0, ab = 0, bb = 0;
        for (int i = 0; i <= N; i++) {
            long double x = -1 + 2.0L * i / N, t = tanhl((long double)points[k][0] * x);
            long double da = (long double)points[k][1] * x * (1 - t * t);
            long double share = (i == 0 || i == N ? 1 : i % 2 ? 4 : 2) / 3.0L / N;
            aa += share * da * da;
            ab += share * da * t;
            bb += share * t * t;
        }
        assert_near(value_at(model->log_prior, points[k]), (double)logl(aa * bb - ab * ab) / 2,
                    k == 0 ? 1e-9 : 1e-5);
    }
    assert_true(value_at(model->log_prior, on) == -INFINITY);
    assert_true(isnan(model->log_prior_norm));
    model_unref(model);
    model = model_of("param p in [0.01, 0.99]; output y ~ binomial(7, p); "
                     "truth y ~ binomial(7, 0.6); prior jeffreys");
    const double p = 0.35, q = 0.6;
    assert_near(value_at(model->log_prior, &p) - value_at(model->log_prior, &q),
                0.5 * (log(q * (1 - q)) - log(p * (1 - p))), 1e-12);
    model_unref(model);
    assert_refused("x^2 + y^2; prior jeffreys", "the Jeffreys prior needs a likelihood…");
    assert_refused("param a, b in [-2, 2]; input x ~ uniform(-1, 1); output y ~ normal(a*b*x, 1); "
                   "truth y ~ normal(0, 1); prior jeffreys",
                   "the Jeffreys prior is zero everywhere…");
    assert_refused("param a[4] in [-2, 2]; output y ~ normal(a[1], 1); truth y ~ normal(0, 1); "
                   "prior jeffreys",
                   "the Jeffreys prior is available for up to three parameters");
}

static void test_potential(void **state)
{
    (void)state;
    const double w[2] = {0.3, 0.5};
    struct model *model = model_of("x^2*y^2");
    struct fisher fisher = fisher_of(model, w);
    struct text text;
    text_init(&text);
    fisher_hessian_sentence(&fisher, &text);
    assert_string_equal(text_get(&text), "");
    for (size_t i = 0; i < 4; i++)
        assert_true(fisher.hessian[i] == fisher.matrix[i]);
    assert_false(fisher.of_likelihood);
    text_done(&text);
    fisher_done(&fisher);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_product),      cmocka_unit_test(test_hessian),
        cmocka_unit_test(test_closed_forms), cmocka_unit_test(test_mixture),
        cmocka_unit_test(test_rank_map),     cmocka_unit_test(test_jeffreys),
        cmocka_unit_test(test_potential),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
