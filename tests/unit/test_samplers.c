/* Every sampler of the table on the same targets: posterior means against exact values. */
#include "fixture_model.h"

#include <math.h>
#include <string.h>

#include "cusp/chains.h"
#include "cusp/integral.h"
#include "cusp/mem.h"
#include "cusp/num_init.h"

/* Moments by integration at n, or as given. */
static const struct stage {
    const char *text;
    double n;
} stages[] = {
    {"param x, y in [-6, 6]; potential K = 0.5*(x - 0.4)^2 + 0.5*((y + 0.9 + 0.7*x)/0.3)^2", 1.7},
    {"param w1, w2 in [-2, 2]; potential K = w1^2*w2^2", 100},
    {"param x, y in [-1.5, 1.5]; potential K = 4*(y - x^2)^2 + (x - 0.6)^2/8", 5},
    {"param x in [-3, 3]; param y in [-2, 2]; potential K = 0.1*(x - 0.5)^2; prior "
     "density(exp(-(x*exp(-y))^2/2 - y - y^2/2))",
     1},                                                                     /* a funnel */
    {"param x in [0, 2]; potential K = x; prior x ~ exponential(0.7)", 3.5}, /* leans on a wall */
    {"param x, y in [-1, 2]; potential K = x^4 + (x*y)^2; prior density(exp(-(x-y)^2)*(1 + x^2))",
     20},
};

enum { STAGES = sizeof stages / sizeof *stages, CHAINS = 32, WARMUP = 300, DRAWS = 400 };

/* How many standard errors a mean may be off, over all comparisons of this file. */
#define MOST_Z 4.2
#define MOST_RHAT \
    1.3 /* mala is slow along narrow valleys; its errors are then large, and said so */

/* Samplers of one small step a transition get more of them. */
static size_t draws_of(const char *sampler)
{
    return strcmp(sampler, "mala") == 0 || strcmp(sampler, "rw") == 0 ? 4 * DRAWS : DRAWS;
}

static struct chains run(const struct target *target, const char *sampler, size_t warmup,
                         uint64_t seed, size_t threads)
{
    struct chains chains;
    struct chains_options options = {.sampler = sampler,
                                     .n_chains = CHAINS,
                                     .n_warmup = warmup,
                                     .n_draws = draws_of(sampler),
                                     .threads = threads,
                                     .seed = seed};
    assert_int_equal(chains_run(target, &options, NULL, &chains), ST_OK);
    return chains;
}

static int misses(const char *what, const char *sampler, const char *text, double got,
                  double wanted, double error, struct mixing m)
{
    double z = (got - wanted) / sqrt(m.mcse * m.mcse + error * error);
    if (fabs(z) <= MOST_Z && m.rhat < MOST_RHAT)
        return 0;
    print_message("%s, %s, %s: %.6g, wanted %.6g: z = %.2f, R-hat %.3f, size %.0f\n", sampler, text,
                  what, got, wanted, z, m.rhat, m.ess_bulk);
    return 1;
}

static int check_stage(const struct model *model, const struct stage *stage,
                       const struct integral *integral, const struct sampler *sampler)
{
    struct target target = {.model = model, .n = stage->n, .beta = 1};
    struct chains chains = run(&target, sampler->name, WARMUP, 17, 0);
    double mean[INTEGRAL_MAX_DIM], sd[INTEGRAL_MAX_DIM];
    struct evidence row;
    int faults = 0;
    assert_int_equal(integral_moments(integral, stage->n, mean, sd), ST_OK);
    assert_int_equal(integral_evidence(integral, &stage->n, 1, &row), ST_OK);
    struct mixing of_lik = mixing_of(chains.log_lik, CHAINS, chains.n_draws, chains.n_draws, 1);
    faults += misses("n K", sampler->name, stage->text, -of_lik.mean, row.mean_nk,
                     row.mean_nk_error, of_lik);
    for (size_t k = 0; k < model->dim; k++) {
        struct mixing m = chains_mixing(&chains, k);
        double *draws = chains.draws + k * CHAINS * chains.n_draws;
        faults += misses("mean", sampler->name, stage->text, m.mean, mean[k], 1e-4, m);
        for (size_t i = 0; i < CHAINS * chains.n_draws; i++) {
            assert_true(draws[i] >= model->params[k].low && draws[i] <= model->params[k].high);
            draws[i] = (draws[i] - mean[k]) * (draws[i] - mean[k]);
        }
        m = chains_mixing(&chains, k);
        faults += misses("variance", sampler->name, stage->text, m.mean, sd[k] * sd[k], 1e-4, m);
    }
    assert_true(chains.acceptance > 0.1 && chains.acceptance <= 1);
    assert_true(chains.step > 0 && chains.evaluations >= CHAINS * (DRAWS + WARMUP));
    chains_done(&chains);
    return faults;
}

static void means_agree_with_integrals(void **state)
{
    (void)state;
    int faults = 0;
    for (size_t i = 0; i < STAGES; i++) {
        struct model *model = fixture_model(stages[i].text);
        struct integral_options options = {.n_max = stages[i].n > 10 ? stages[i].n : 10};
        struct integral *integral = NULL;
        assert_int_equal(integral_new(model, &options, NULL, &integral), ST_OK);
        for (size_t s = 0; samplers[s] != NULL; s++)
            faults += check_stage(model, &stages[i], integral, samplers[s]);
        integral_free(integral);
        model_unref(model);
    }
    assert_int_equal(faults, 0);
}

/* Ten independent parameters with spreads a thousandfold apart. */
static void scales_are_learnt(void **state)
{
    (void)state;
    struct model *model = fixture_model(
        "param a, b, c, d, e, f, g, h, i, j in [-3, 3]; potential K = 0.5*a^2 + 0.5*b^2*4 + "
        "0.5*c^2*16 + 0.5*d^2*64 + 0.5*e^2*256 + 0.5*f^2*1024 + 0.5*g^2*4096 + 0.5*h^2*16384 + "
        "0.5*i^2*65536 + 0.5*j^2*262144");
    struct target target = {.model = model, .n = 7.3, .beta = 1};
    int faults = 0;
    for (size_t s = 0; samplers[s] != NULL; s++) {
        struct chains chains = run(&target, samplers[s]->name, 4 * WARMUP, 29, 0);
        struct mixing m = mixing_of(chains.log_lik, CHAINS, chains.n_draws, chains.n_draws, 1);
        faults += misses("n K", samplers[s]->name, "ten scales", -m.mean, 5, 0, m);
        chains_done(&chains);
    }
    assert_int_equal(faults, 0);
    model_unref(model);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    struct model *model = fixture_model(stages[2].text);
    struct target target = {.model = model, .n = 5, .beta = 1};
    for (size_t s = 0; samplers[s] != NULL; s++) {
        struct chains one = run(&target, samplers[s]->name, WARMUP, 3, 1);
        struct chains three = run(&target, samplers[s]->name, WARMUP, 3, 3);
        struct chains other = run(&target, samplers[s]->name, WARMUP, 4, 3);
        size_t bytes = one.dim * one.n_chains * one.n_draws * sizeof(double);
        assert_memory_equal(one.draws, three.draws, bytes);
        assert_memory_not_equal(one.draws, other.draws, bytes);
        assert_true(one.step == three.step && one.evaluations == three.evaluations);
        chains_done(&one);
        chains_done(&three);
        chains_done(&other);
    }
    model_unref(model);
}

static void starts_can_be_given(void **state)
{
    (void)state;
    struct model *model = fixture_model(stages[1].text);
    struct target target = {.model = model, .n = 100, .beta = 1};
    double start[2 * 3] = {0.37, -0.41, 1.19, 0.02, 0.03, -0.01};
    struct chains_options options = {
        .sampler = "rw", .n_chains = 3, .n_warmup = 1, .n_draws = 1, .seed = 1, .start = start};
    struct chains chains;
    assert_int_equal(chains_run(&target, &options, NULL, &chains), ST_OK);
    assert_int_equal(chains.n_chains, 3);
    chains_done(&chains);
    options.sampler = "no such";
    assert_int_equal(chains_run(&target, &options, NULL, &chains), ST_INPUT);
    model_unref(model);
}

static void runs_can_be_cancelled(void **state)
{
    (void)state;
    struct model *model = fixture_model(stages[1].text);
    struct target target = {.model = model, .n = 100, .beta = 1};
    atomic_uint current = 2;
    struct cancel cancel = {&current, 1};
    struct chains chains;
    struct chains_options options = {.seed = 1};
    assert_int_equal(chains_run(&target, &options, &cancel, &chains), ST_CANCELLED);
    assert_null(chains.draws);
    model_unref(model);
}

/* log φ, ℓ and the gradient against differences, also where the prior's form is not known. */
static void targets_have_their_gradients(void **state)
{
    (void)state;
    static const char *const text[] = {
        "param x in [-2, 3]; param y in [-1, 1]; potential K = x^2*y^4 + tanh(x - y)^2; prior x ~ "
        "normal(0.3, 0.7)",
        "param x, y in [-1, 2]; potential K = (x*y)^2; prior density(exp(-(x-y)^2)*(1 + x^2))",
        "param x, y in [0, 2]; potential K = (x*y)^2; prior x ~ exponential(1.3)",
    };
    for (size_t t = 0; t < sizeof text / sizeof *text; t++) {
        struct model *model = fixture_model(text[t]);
        struct target_space *space = target_space_new(model, 3);
        struct target target = {.model = model, .n = 6.4, .beta = 0.45};
        double x[3] = {0.61, 0.61 + 1e-5, 0.61}, y[3] = {0.37, 0.37, 0.37 + 1e-5};
        double log_prior[3], log_lik[3], gx[3], gy[3];
        const double *const w[2] = {x, y};
        double *const gradient[2] = {gx, gy};
        target_eval(&target, space, w, 3, log_prior, log_lik, gradient);
        double at = log_prior[0] + 0.45 * log_lik[0];
        double dx = (log_prior[1] + 0.45 * log_lik[1] - at) / 1e-5;
        double dy = (log_prior[2] + 0.45 * log_lik[2] - at) / 1e-5;
        assert_true(fabs(dx - gx[0]) < 1e-3 * (1 + fabs(dx)));
        assert_true(fabs(dy - gy[0]) < 1e-3 * (1 + fabs(dy)));
        double alone;
        target_eval(&target, space, w, 1, &alone, log_lik, NULL);
        assert_true(fabs(alone - log_prior[0]) < 1e-12);
        target_space_free(space);
        model_unref(model);
    }
}

/* The density integrates to 1 on the box. */
static void priors_are_normalised(void **state)
{
    (void)state;
    struct model *model =
        fixture_model("param x in [-2, 3]; potential K = x^2; prior x ~ normal(0.3, 0.7)");
    struct target_space *space = target_space_new(model, 5000);
    struct target target = {.model = model, .n = 1, .beta = 1};
    static double x[5000], log_prior[5000], log_lik[5000];
    const double *const w[1] = {x};
    double total = 0;
    for (size_t i = 0; i < 5000; i++)
        x[i] = -2 + 5 * ((double)i + 0.5) / 5000;
    target_eval(&target, space, w, 5000, log_prior, log_lik, NULL);
    for (size_t i = 0; i < 5000; i++)
        total += exp(log_prior[i]) * 5 / 5000;
    assert_true(fabs(total - 1) < 1e-6);
    assert_true(fabs(log_lik[10] + x[10] * x[10]) < 1e-12);
    target_space_free(space);
    model_unref(model);
}

static void the_table_is_in_order(void **state)
{
    (void)state;
    for (size_t s = 0; samplers[s] != NULL; s++) {
        const struct sampler *sampler = samplers[s];
        assert_ptr_equal(sampler_named(sampler->name), sampler);
        assert_true(strlen(sampler->title) > 0 && strlen(sampler->help) > 0);
        assert_true(sampler->target_acceptance > 0 && sampler->target_acceptance < 1);
        assert_true(sampler->first_step(1) > 0 && sampler->first_step(64) > 0);
    }
    assert_null(sampler_named("no such"));
}

static int start(void **state)
{
    (void)state;
    num_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_in_order),
        cmocka_unit_test(priors_are_normalised),
        cmocka_unit_test(targets_have_their_gradients),
        cmocka_unit_test(means_agree_with_integrals),
        cmocka_unit_test(scales_are_learnt),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(starts_can_be_given),
        cmocka_unit_test(runs_can_be_cancelled),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
