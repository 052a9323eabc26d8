/* Draws from boxes, and where boxes cannot cover the posterior: both against its own moments. */
#include "model_help.h"

#include "cusp/integral.h"
#include "cusp/mem.h"

enum { DRAWS = 20000 };

struct drawn {
    const char *text;
    double n;
};

static const struct drawn drawn[] = {
    {"param x in [-1,1]; potential K = (x - 0.2)^2*(x + 0.6)^4", 50},
    {"param x, y in [-1,1]; potential K = x^2*y^2; prior x ~ normal(0, 0.5); prior y ~ normal(0.4, "
     "1)",
     3000},
    {"param x, y in [-1,1]; potential K = (x^2 - y^3)^2", 1e9},
    {"param x, y in [-1,1]; potential K = (x^2 - y^3)^2 + 0.5", 1e3},
    {"param x, y in [-1,1]; potential K = (x^2 - y^3)^2; prior density(exp(x)*abs(y))", 200},
    {"param x, y in [-1,1]; potential K = abs(x*y - 0.1)", 500},
    {"param x, y in [-1,1]; potential K = (y - sin(20*x)/2)^2", 1e7}, /* a thin and long valley */
    {"param x, y in [-1,1]; potential K = (y - sin(9*x)/2)^2", 1e11}, /* too thin for boxes */
    {"param x, y, z in [-1,1]; potential K = (x*y*z)^2", 1e4},
    {"param x, y, z in [-1,1]; potential K = (x^2 + y^2 - z^2)^2", 1e3},
};

static void draw(const struct integral *integral, double n, size_t dim, double *draws)
{
    struct rng rng = rng_stream(8, dim);
    assert_int_equal(integral_draws(integral, n, DRAWS, &rng, draws), ST_OK);
}

/* Mean of n K within 5 of its standard errors of the integral's own, and of each parameter. */
static void assert_moments(const struct model *model, const struct integral *integral, double n,
                           const double *draws)
{
    struct evidence row;
    double mean[3], sd[3], sum = 0, square = 0, k;
    struct program_space *space = program_space_new();
    assert_int_equal(integral_evidence(integral, &n, 1, &row), ST_OK);
    assert_int_equal(integral_moments(integral, n, mean, sd), ST_OK);
    for (size_t i = 0; i < DRAWS; i++) {
        program_point(model->kl, space, draws + i * model->dim, &k);
        sum += n * k;
        square += n * k * n * k;
    }
    double error = sqrt((square / DRAWS - sum / DRAWS * (sum / DRAWS)) / DRAWS);
    if (!(fabs(sum / DRAWS - row.mean_nk) <= 5 * error + row.mean_nk_error))
        fail_msg("E nK is %g ± %g, not %g", sum / DRAWS, error, row.mean_nk);
    for (size_t v = 0; v < model->dim; v++) {
        sum = 0;
        for (size_t i = 0; i < DRAWS; i++)
            sum += draws[i * model->dim + v];
        if (!(fabs(sum / DRAWS - mean[v]) <= 5 * sd[v] / sqrt(DRAWS) + 1e-3))
            fail_msg("E w%zu is %g, not %g", v + 1, sum / DRAWS, mean[v]);
    }
    program_space_free(space);
}

static void draws_have_the_posterior_s_moments(void **state)
{
    (void)state;
    for (size_t d = 0; d < sizeof drawn / sizeof *drawn; d++) {
        struct model *model = model_of(drawn[d].text);
        struct integral *integral = NULL;
        struct integral_options options = {.n_max = drawn[d].n, .tolerance = 1e-4};
        double *draws = mem_new(DRAWS * model->dim, sizeof *draws);
        double *again = mem_new(DRAWS * model->dim, sizeof *again);
        assert_int_equal(integral_new(model, &options, NULL, &integral), ST_OK);
        draw(integral, drawn[d].n, model->dim, draws);
        assert_moments(model, integral, drawn[d].n, draws);
        draw(integral, drawn[d].n, model->dim, again);
        assert_memory_equal(draws, again, DRAWS * model->dim * sizeof *draws);
        for (size_t i = 0; i < DRAWS * model->dim; i++)
            assert_true(draws[i] >= -1 && draws[i] <= 1);
        mem_free(draws);
        mem_free(again);
        integral_free(integral);
        model_unref(model);
    }
}

static void no_draws_are_fine(void **state)
{
    (void)state;
    struct model *model = model_of(drawn[2].text);
    struct integral *integral = NULL;
    struct integral_options options = {.n_max = 100};
    struct rng rng = rng_stream(1, 1);
    double w[2];
    assert_int_equal(integral_new(model, &options, NULL, &integral), ST_OK);
    assert_int_equal(integral_draws(integral, 100, 0, &rng, NULL), ST_OK);
    assert_int_equal(integral_draws(integral, 100, 1, &rng, w), ST_OK);
    integral_free(integral);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_have_the_posterior_s_moments),
        cmocka_unit_test(no_draws_are_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
