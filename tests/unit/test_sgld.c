/* SGLD: laws that are known exactly, the bias of its steps, its errors, batches and diagnosis. */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/integral.h"
#include "cusp/rng.h"
#include "cusp/sgld.h"
#include "cusp/text.h"
#include "fixture_model.h"
#include "../../src/infer/sgld_private.h"

#define CROSSING "param w1, w2 in [-1, 1]\nK = w1^2*w2^2\n"
#define LINE                            \
    "param a, b in [-3, 3]\n"           \
    "input x ~ uniform(-2, 2)\n"        \
    "output y ~ normal(a*x + b, 0.7)\n" \
    "truth y ~ normal(0.5*x - 0.3, 0.7)\n"
#define TANH                              \
    "param a, b in [-3, 3]\n"             \
    "input x ~ uniform(-2, 2)\n"          \
    "output y ~ normal(b*tanh(a*x), 1)\n" \
    "truth y ~ normal(0.8*tanh(0.9*x), 1)\n"

static const double ORIGIN[2] = {0, 0};
static const double LINE_TRUTH[2] = {0.5, -0.3};

static struct sgld_run run_of(const struct model *model, const struct data *data, double n,
                              const double *at, const struct sgld_options *options)
{
    struct sgld_run run;
    assert_int_equal(sgld_run(model, data, n, at, options, 1, NULL, &run), ST_OK);
    return run;
}

static struct data *data_of(const struct model *model, uint64_t seed, size_t n)
{
    struct data *data = NULL;
    assert_int_equal(data_new(model, seed, n, NULL, NULL, &data), ST_OK);
    return data;
}

static void assert_near(double got, double expected, double tolerance, const char *what)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%s: got %.6g, expected %.6g ± %.2g", what, got, expected, tolerance);
}

/* --- the law of the steps --------------------------------------------------------------------- */

/* For K = ½ Σ h_k w_k² each step is an autoregression: with c = nβ h_k + γ its variance is 1/(c (1
   − ε c/4)). */
static double variance_of(double c, double step)
{
    return 1 / (c * (1 - step * c / 4));
}

static void quadratic_is_exact(void **state)
{
    (void)state;
    struct model *model = fixture_model("param x, y in [-20, 20]\nK = 1.7*x^2/2 + 0.4*y^2/2\n");
    static const double gammas[] = {0, 37.5};
    for (size_t i = 0; i < 2; i++) {
        struct sgld_options options = {.step = 0.0137,
                                       .gamma = gammas[i],
                                       .chains = 8,
                                       .draws = 60000,
                                       .burn_in = 500,
                                       .seed = 11 + i};
        struct sgld_run run = run_of(model, NULL, 500, ORIGIN, &options);
        double heat = 500 / log(500);
        double cx = heat * 1.7 + gammas[i], cy = heat * 0.4 + gammas[i];
        double vx = variance_of(cx, options.step), vy = variance_of(cy, options.step), mean = 0;
        for (size_t j = 0; j < run.n_chains * run.n_draws; j++)
            mean += run.distance[j] * run.distance[j] / (double)(run.n_chains * run.n_draws);
        assert_near(run.lambda, heat * (1.7 * vx + 0.4 * vy) / 2, 3.5 * run.error, "lambda");
        assert_near(mean, vx + vy, 0.03 * (vx + vy), "distance");
        assert_true(run.error < 0.02 * run.lambda);
        assert_true(fabs(run.rhat - 1) < 0.01);
        assert_true(run.acceptance > 0.3 && run.acceptance < 0.9);
        assert_int_equal(run.n_broken, 0);
        sgld_done(&run);
    }
    model_unref(model);
}

/* −log density of a step from x to y, up to a constant. */
static double step_cost(double x, double force, double y, double step)
{
    double away = y - (x - step / 2 * force);
    return away * away / (2 * step);
}

/* The same walk by a loop of its own, mirrored at the walls; and how often a Metropolis test would
   accept: the way back leads to the mirror image of where the step came from. */
static double plain_walk(double step, double heat, uint64_t seed, size_t draws, double *accepted)
{
    struct rng rng = rng_stream(seed, 12345);
    double w[2] = {0, 0}, sum = 0;
    for (size_t i = 0; i < draws; i++) {
        double to[2], image[2], log_ratio = heat * w[0] * w[0] * w[1] * w[1];
        sum += w[0] * w[0] * w[1] * w[1];
        for (size_t k = 0; k < 2; k++) {
            double force = heat * 2 * w[k] * w[1 - k] * w[1 - k];
            double out = w[k] - step / 2 * force + sqrt(step) * rng_normal(&rng);
            double wall = out > 1 ? 2 : -2;
            log_ratio += step_cost(w[k], force, out, step);
            to[k] = fabs(out) > 1 ? wall - out : out;
            image[k] = fabs(out) > 1 ? wall - w[k] : w[k];
        }
        for (size_t k = 0; k < 2; k++)
            log_ratio -= step_cost(to[k], heat * 2 * to[k] * to[1 - k] * to[1 - k], image[k], step);
        log_ratio -= heat * to[0] * to[0] * to[1] * to[1];
        *accepted += fmin(1, exp(log_ratio));
        memcpy(w, to, sizeof w);
    }
    return heat * sum / (double)draws;
}

static void walls_are_mirrors(void **state)
{
    (void)state;
    enum { WALKS = 8, DRAWS = 60000 };
    struct model *model = fixture_model(CROSSING);
    struct sgld_options options = {.step = 1e-2, .walls = true, .chains = WALKS, .draws = DRAWS};
    struct sgld_run run = run_of(model, NULL, 1000, ORIGIN, &options);
    double walks[WALKS], mean = 0, square = 0, accepted = 0;
    for (size_t i = 0; i < WALKS; i++) {
        walks[i] = plain_walk(options.step, 1000 / log(1000), i, DRAWS, &accepted);
        mean += walks[i] / WALKS;
    }
    for (size_t i = 0; i < WALKS; i++)
        square += (walks[i] - mean) * (walks[i] - mean) / (WALKS - 1) / WALKS;
    assert_near(run.lambda, mean, 3.5 * hypot(run.error, sqrt(square)), "mirrored walk");
    assert_near(run.acceptance, accepted / WALKS / DRAWS, 0.002, "acceptance");
    assert_near(run.lambda, 0.4947, 3.5 * run.error + 0.001, "its long average");
    sgld_done(&run);
    model_unref(model);
}

/* n β E_β[K] on [−1, 1]², and how far from it steps of a given size end, stopped at the walls. */
static void bias_grows_with_the_step(void **state)
{
    (void)state;
    static const struct {
        double step, value, rounding;
        size_t draws;
    } curve[] = {
        {4e-4, 0.3607, 0.00005, 150000}, {4e-3, 0.40, 0.005, 60000}, {1e-2, 0.51, 0.005, 60000}};
    struct model *model = fixture_model(CROSSING);
    struct integral *integral = NULL;
    struct evidence row;
    double heat = 1000 / log(1000);
    assert_int_equal(integral_new(model, &(struct integral_options){0}, NULL, &integral), ST_OK);
    assert_int_equal(integral_evidence(integral, &heat, 1, &row), ST_OK);
    assert_near(row.mean_nk, 0.355879, 1e-6, "by integration");
    integral_free(integral);
    for (size_t i = 0; i < 3; i++) {
        struct sgld_options options = {.step = curve[i].step,
                                       .clamp = true,
                                       .chains = 16,
                                       .draws = curve[i].draws,
                                       .burn_in = 5000,
                                       .seed = 3};
        struct sgld_run run = run_of(model, NULL, 1000, ORIGIN, &options);
        assert_near(run.lambda, curve[i].value, 3 * run.error + curve[i].rounding, "curve");
        assert_true(run.error < 0.011);
        assert_true(i == 0 || run.lambda > row.mean_nk + 3 * run.error);
        sgld_done(&run);
    }
    model_unref(model);
}

/* Runs of the usual length: their errors say how far they are from a long one. */
static void errors_are_honest(void **state)
{
    (void)state;
    enum { RUNS = 100 };
    struct model *model = fixture_model(CROSSING);
    struct sgld_options options = {
        .step = 4e-3, .walls = true, .chains = 16, .draws = 80000, .burn_in = 1000, .seed = 77};
    struct sgld_run run = run_of(model, NULL, 1000, ORIGIN, &options);
    double truth = run.lambda, squares = 0, said = 0;
    sgld_done(&run);
    options.chains = options.draws = 0;
    size_t within = 0;
    for (uint64_t i = 0; i < RUNS; i++) {
        options.seed = 1000 + i;
        run = run_of(model, NULL, 1000, ORIGIN, &options);
        double away = run.lambda - truth;
        squares += away * away / RUNS;
        said += run.error * run.error / RUNS;
        within += fabs(away) <= 2 * run.error;
        sgld_done(&run);
    }
    assert_true(within >= 85);
    assert_near(sqrt(said / squares), 1.15, 0.35, "said over true error");
    model_unref(model);
}

/* --- data ------------------------------------------------------------------------------------- */

static void regular_model_by_likelihood(void **state)
{
    (void)state;
    struct model *model = fixture_model(LINE);
    struct data *data = data_of(model, 4, 300);
    struct sgld_options options = {.step = 1e-3, .of_mle = true, .draws = 8000, .seed = 5};
    struct sgld_run run = run_of(model, data, 300, LINE_TRUTH, &options);
    char words[200];
    assert_near(run.lambda, 1, 3.5 * run.error + 0.02, "d/2");
    assert_true(run.below == 0);
    sgld_diagnosis(&run, words, sizeof words);
    assert_string_equal(words, "");
    /* Least squares, in closed form: the gradient of the loss vanishes there. */
    double sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (size_t i = 0; i < 300; i++) {
        double x = data->column[0][i], y = data->column[1][i];
        sx += x;
        sy += y;
        sxx += x * x;
        sxy += x * y;
    }
    double slope = (300 * sxy - sx * sy) / (300 * sxx - sx * sx);
    assert_near(run.at[0], slope, 1e-6, "slope");
    assert_near(run.at[1], (sy - slope * sx) / 300, 1e-6, "intercept");
    sgld_done(&run);
    data_unref(data);
    model_unref(model);
}

static void batches_agree_with_all(void **state)
{
    (void)state;
    struct model *model = fixture_model(TANH);
    struct data *data = data_of(model, 9, 200);
    static const double at[2] = {0.9, 0.8};
    struct sgld_options options = {
        .step = 4e-4, .gamma = 3, .draws = 4000, .burn_in = 200, .seed = 6};
    struct sgld_run all = run_of(model, data, 200, at, &options);
    options.batch = 50;
    struct sgld_run some = run_of(model, data, 200, at, &options);
    assert_near(some.lambda, all.lambda, 3.5 * hypot(some.error, all.error), "batches");
    assert_near(some.reference, all.reference, 1e-12, "reference on all the data");
    sgld_done(&all);
    sgld_done(&some);
    data_unref(data);
    model_unref(model);
}

/* Batches hold no observation twice, and each as often as any other, alone and in pairs. */
static void batches_are_drawn_without_replacement(void **state)
{
    (void)state;
    enum { ROWS = 23, BATCH = 7, TIMES = 40000 };
    struct model *model = fixture_model(TANH);
    struct data *data = data_of(model, 9, ROWS);
    struct sgld_source source = {.model = model, .data = data, .n = ROWS, .scale = 1};
    struct sgld_loss loss;
    double alone[ROWS] = {0}, pairs[ROWS] = {0}, chi = 0, chi_pairs = 0;
    sgld_loss_init(&loss, &source, 1, BATCH, rng_stream(3, 4));
    for (size_t i = 0; i < TIMES; i++) {
        unsigned seen = 0;
        sgld_loss_draw(&loss);
        for (size_t j = 0; j < BATCH; j++) {
            assert_true(loss.order[j] < ROWS && !(seen >> loss.order[j] & 1));
            seen |= 1U << loss.order[j];
            assert_true(loss.columns[j] == data->column[0][loss.order[j]]);
            assert_true(loss.columns[BATCH + j] == data->column[1][loss.order[j]]);
        }
        for (size_t r = 0; r < ROWS; r++) {
            alone[r] += seen >> r & 1;
            pairs[r] += (seen >> r & 1) && (seen >> (r + 1) % ROWS & 1);
        }
    }
    double share = (double)BATCH / ROWS, both = share * (BATCH - 1) / (ROWS - 1);
    for (size_t r = 0; r < ROWS; r++) {
        chi += pow(alone[r] - TIMES * share, 2) / (TIMES * share * (1 - share));
        chi_pairs += pow(pairs[r] - TIMES * both, 2) / (TIMES * both * (1 - both));
    }
    assert_true(chi < 55 && chi_pairs < 55);
    sgld_loss_done(&loss);
    data_unref(data);
    model_unref(model);
}

static void assert_same(const struct sgld_run *a, const struct sgld_run *b)
{
    assert_memory_equal(a->loss, b->loss, a->n_chains * a->n_draws * sizeof *a->loss);
    assert_memory_equal(a->running, b->running, a->n_draws * sizeof *a->running);
    assert_true(a->lambda == b->lambda && a->error == b->error && a->acceptance == b->acceptance);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    struct model *model = fixture_model(TANH);
    struct data *data = data_of(model, 9, 200);
    static const double at[2] = {0.9, 0.8};
    for (size_t i = 0; i < 3; i++) {
        struct sgld_options options = {.step = 4e-4, .gamma = 3, .draws = 300, .batch = i * 20};
        const struct data *given = i == 2 ? NULL : data;
        struct sgld_run one, many;
        assert_int_equal(sgld_run(model, given, 200, at, &options, 1, NULL, &one), ST_OK);
        assert_int_equal(sgld_run(model, given, 200, at, &options, 3, NULL, &many), ST_OK);
        assert_same(&one, &many);
        sgld_done(&many);
        options.seed = 1;
        assert_int_equal(sgld_run(model, given, 200, at, &options, 3, NULL, &many), ST_OK);
        assert_true(many.lambda != one.lambda);
        sgld_done(&one);
        sgld_done(&many);
    }
    data_unref(data);
    model_unref(model);
}

static void first_draw_is_the_point(void **state)
{
    (void)state;
    struct model *model = fixture_model(CROSSING);
    static const double at[2] = {0.31, -0.27};
    struct sgld_run run = run_of(model, NULL, 100, at, &(struct sgld_options){.draws = 40});
    assert_near(run.loss[0], 0.31 * 0.31 * 0.27 * 0.27, 1e-16, "K(w*)");
    assert_true(run.distance[0] == 0 && run.distance[1] > 0);
    assert_near(run.reference, run.loss[0], 1e-16, "reference");
    assert_near(run.running[39], run.lambda, 1e-12, "running ends in lambda");
    double mean = 0;
    for (size_t c = 0; c < run.n_chains; c++)
        mean += run.chain_lambda[c] / (double)run.n_chains;
    assert_near(mean, run.lambda, 1e-12, "mean of chains");
    sgld_done(&run);
    model_unref(model);
}

/* --- what goes wrong -------------------------------------------------------------------------- */

static void chains_that_break(void **state)
{
    (void)state;
    struct model *model = fixture_model(CROSSING);
    struct sgld_options options = {.step = 0.1, .draws = 400};
    struct sgld_run run;
    char words[300];
    assert_int_equal(sgld_run(model, NULL, 1000, ORIGIN, &options, 1, NULL, &run), ST_UNABLE);
    assert_int_equal(run.n_broken, 4);
    assert_true(run.first_break > 0 && run.first_break < 100);
    assert_true(isnan(run.lambda) && isnan(run.error) && isnan(run.running[399]));
    for (size_t i = 0; i < 4; i++)
        assert_true(isfinite(run.loss[i * 400]) && isnan(run.loss[i * 400 + 399]));
    sgld_diagnosis(&run, words, sizeof words);
    assert_non_null(strstr(words, "step too large: 4 of 4 chains ran off to infinity at ε = 0.1"));
    for (size_t size = 1; size < 90; size++) { /* cut off, never past its end or within a rune */
        sgld_diagnosis(&run, words, size);
        assert_true(strlen(words) < size && utf8_valid(words, strlen(words), NULL));
    }
    sgld_done(&run);
    model_unref(model);
}

/* √x has no value beyond the wall: that is not the step's fault. */
static void chains_that_leave_the_domain(void **state)
{
    (void)state;
    struct model *model = fixture_model("param x in [0, 2]\nK = sqrt(x)^3\n");
    static const double at[1] = {0.01};
    struct sgld_options options = {.step = 1e-3};
    struct sgld_run run;
    char words[300];
    assert_int_equal(sgld_run(model, NULL, 100, at, &options, 1, NULL, &run), ST_UNABLE);
    sgld_diagnosis(&run, words, sizeof words);
    assert_non_null(strstr(words, "no walls: 4 of 4 chains went where the loss is not defined"));
    sgld_done(&run);
    options.walls = true;
    assert_int_equal(sgld_run(model, NULL, 100, at, &options, 1, NULL, &run), ST_OK);
    sgld_done(&run);
    model_unref(model);
}

static void squared_error_is_scaled(void **state)
{
    (void)state;
    struct model *model = fixture_model(LINE);
    struct data *data = data_of(model, 4, 300);
    struct sgld_options options = {.step = 1e-3, .draws = 30, .mse = true, .seed = 2};
    struct sgld_run run = run_of(model, data, 300, LINE_TRUTH, &options);
    double mean = 0;
    for (size_t i = 0; i < 300; i++) {
        double x = data->column[0][i], y = data->column[1][i], r = y - 0.5 * x + 0.3;
        mean += r * r / 300;
    }
    assert_near(run.reference, mean, 1e-12, "mean squared error at the truth");
    assert_near(run.loss_scale, 2 * 0.49, 1e-12, "2 sigma^2");
    sgld_done(&run);
    data_unref(data);
    model_unref(model);
}

static void refusals(void **state)
{
    (void)state;
    struct model *line = fixture_model(LINE), *crossing = fixture_model(CROSSING);
    struct data *data = data_of(line, 4, 30);
    struct sgld_options plain = {0}, batch = {.batch = 31}, mse = {.mse = true},
                        many = {.chains = 1000, .draws = (size_t)1 << 20},
                        crowd = {.chains = 1025, .draws = 10}, late = {.burn_in = SIZE_MAX};
    struct sgld_run run;
    struct model *spread = fixture_model("param a, s in [0.5, 3]\ninput x ~ uniform(-2, 2)\n"
                                         "output y ~ normal(a*x, s)\ntruth y ~ normal(x, 1)\n");
    static const double ones[2] = {1, 1};
    const double bad[] = {0, -3, NAN, INFINITY};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(sgld_run(crossing, NULL, bad[i], ORIGIN, &plain, 1, NULL, &run),
                         ST_DOMAIN);
    assert_int_equal(sgld_run(line, data, 31, LINE_TRUTH, &plain, 1, NULL, &run), ST_DOMAIN);
    assert_int_equal(sgld_run(line, data, 10.5, LINE_TRUTH, &plain, 1, NULL, &run), ST_DOMAIN);
    assert_int_equal(sgld_run(line, data, 30, LINE_TRUTH, &batch, 1, NULL, &run), ST_DOMAIN);
    assert_int_equal(sgld_run(crossing, NULL, 30, ORIGIN, &mse, 1, NULL, &run), ST_DOMAIN);
    assert_int_equal(sgld_run(spread, NULL, 30, ones, &mse, 1, NULL, &run), ST_DOMAIN);
    assert_int_equal(sgld_run(crossing, NULL, 30, ORIGIN, &many, 1, NULL, &run), ST_LIMIT);
    assert_int_equal(sgld_run(crossing, NULL, 30, ORIGIN, &crowd, 1, NULL, &run), ST_LIMIT);
    assert_int_equal(sgld_run(crossing, NULL, 30, ORIGIN, &late, 1, NULL, &run), ST_LIMIT);
    assert_null(run.loss);
    atomic_uint current = 1;
    struct cancel cancel = {&current, 0};
    assert_int_equal(sgld_run(crossing, NULL, 30, ORIGIN, &plain, 1, &cancel, &run), ST_CANCELLED);
    assert_null(run.loss);
    data_unref(data);
    model_unref(line);
    model_unref(crossing);
    model_unref(spread);
}

static void regions_are_counted(void **state)
{
    (void)state;
    struct model *model = fixture_model("param x in [-1, 1]\nK = 0.001*x^2\nregion \"a\": x > 0.5\n"
                                        "region \"all\": x < 7\n");
    static const double at[1] = {0};
    struct sgld_options options = {.step = 0.05, .walls = true, .draws = 20000};
    struct sgld_run run = run_of(model, NULL, 10, at, &options);
    assert_int_equal(run.n_regions, 2);
    assert_near(run.region_share[0], 0.25, 0.03, "a quarter of a flat law");
    assert_true(run.region_share[1] == 1);
    sgld_done(&run);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quadratic_is_exact),
        cmocka_unit_test(walls_are_mirrors),
        cmocka_unit_test(bias_grows_with_the_step),
        cmocka_unit_test(errors_are_honest),
        cmocka_unit_test(regular_model_by_likelihood),
        cmocka_unit_test(batches_agree_with_all),
        cmocka_unit_test(batches_are_drawn_without_replacement),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(first_draw_is_the_point),
        cmocka_unit_test(chains_that_break),
        cmocka_unit_test(chains_that_leave_the_domain),
        cmocka_unit_test(squared_error_is_scaled),
        cmocka_unit_test(refusals),
        cmocka_unit_test(regions_are_counted),
    };
    return cmocka_run_group_tests_name("sgld", tests, NULL, NULL);
}
