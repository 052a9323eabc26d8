/* Sequential Monte Carlo against closed forms, integrals and other samplers. */
#include "fixture_model.h"

#include <math.h>
#include <string.h>

#include "cusp/chains.h"
#include "cusp/integral.h"
#include "cusp/mem.h"
#include "cusp/network.h"
#include "cusp/num_init.h"
#include "cusp/particles.h"
#include "cusp/quadrature.h"

enum { SEEDS = 200 };

static struct data *stream(const struct model *model, uint64_t seed, size_t n)
{
    struct data *data = NULL;
    assert_int_equal(data_new(model, seed, n, NULL, NULL, &data), ST_OK);
    return data;
}

static struct particles *cloud(const struct model *model, const struct data *data, double n,
                               double beta, const struct particles_options *options)
{
    struct particles *prior = NULL, *out = NULL;
    const char *why = NULL;
    assert_int_equal(particles_start(model, beta, options, NULL, &why, &prior), ST_OK);
    assert_int_equal(
        particles_advance(model, data, prior, n, beta, options, NULL, NULL, NULL, &out), ST_OK);
    particles_unref(prior);
    return out;
}

/* Moments of z-scores that should be those of a standard normal. */
struct scores {
    size_t n;
    double sum, squares;
};

static void score(struct scores *scores, double got, double wanted, double error)
{
    double z = (got - wanted) / error;
    scores->n++;
    scores->sum += z;
    scores->squares += z * z;
    assert_true(fabs(z) < 4.5);
}

static void assert_standard(const char *what, const struct scores *scores)
{
    double n = (double)scores->n, mean = scores->sum / n;
    double variance = (scores->squares - n * mean * mean) / (n - 1);
    if (fabs(mean) * sqrt(n) > 3 || variance < 0.7 || variance > 1.4)
        fail_msg("%s: z-scores have mean %.3f and variance %.3f over %zu runs", what, mean,
                 variance, scores->n);
}

/* y = a + b x + noise, a and b ~ N(0, 1): y is normal with covariance 1 + X Xᵀ. */
static double linear_evidence(const struct data *data)
{
    double n = (double)data->n, xx = 1, x1 = 0, ones = 1 + n, y1 = 0, yx = 0, yy = 0;
    for (size_t i = 0; i < data->n; i++) {
        double x = data->column[0][i], y = data->column[1][i];
        xx += x * x;
        x1 += x;
        y1 += y;
        yx += y * x;
        yy += y * y;
    }
    double det = ones * xx - x1 * x1;
    double explained = (xx * y1 * y1 - 2 * x1 * y1 * yx + ones * yx * yx) / det;
    return -0.5 * n * log(2 * M_PI) - 0.5 * log(det) - 0.5 * (yy - explained);
}

static void linear_regression_has_its_evidence(void **state)
{
    (void)state;
    struct model *model = fixture_model(
        "param a, b in [-20, 20]; input x ~ uniform(-1, 1); output y ~ normal(a + b*x, 1); "
        "truth y ~ normal(0.5 - 0.3*x, 1); prior a ~ normal(0, 1); prior b ~ normal(0, 1)");
    struct scores scores = {0};
    for (size_t s = 1; s <= SEEDS; s++) {
        struct data *data = stream(model, 1000 + s, 60);
        struct particles_options options = {.n_particles = 1024, .n_islands = 16, .seed = s};
        struct particles *particles = cloud(model, data, 60, 1, &options);
        score(&scores, particles->log_z, linear_evidence(data), particles->log_z_error);
        assert_true(particles->log_z_error < 0.4);
        particles_unref(particles);
        data_unref(data);
    }
    assert_standard("linear regression", &scores);
    model_unref(model);
}

static void coins_have_their_evidence(void **state)
{
    (void)state;
    struct model *model =
        fixture_model("param p in [0, 1]; output y ~ bernoulli(p); truth y ~ bernoulli(0.3)");
    struct scores scores = {0};
    for (size_t s = 1; s <= SEEDS; s++) {
        struct data *data = stream(model, 2000 + s, 150);
        struct particles_options options = {.n_particles = 1024, .n_islands = 16, .seed = s};
        struct particles *particles = cloud(model, data, 150, 1, &options);
        double heads = 0;
        for (size_t i = 0; i < data->n; i++)
            heads += data->column[0][i];
        double wanted = lgamma(heads + 1) + lgamma(150 - heads + 1) - lgamma(152);
        score(&scores, particles->log_z, wanted, particles->log_z_error);
        particles_unref(particles);
        data_unref(data);
    }
    assert_standard("beta-binomial", &scores);
    model_unref(model);
}

/* log Z and E[ℓ] of a data set by integration of its own model. */
static void integrate(const struct model *model, const struct data *data, size_t n, double *log_z,
                      double *mean_nk)
{
    struct model *own = NULL;
    struct integral *integral = NULL;
    struct evidence row;
    const char *why = NULL;
    double scale, at = (double)n;
    struct integral_options options = {.n_max = at > 10 ? at : 10};
    assert_int_equal(model_empirical(model, data, n, 1, &scale, &why, &own), ST_OK);
    assert_int_equal(integral_new(own, &options, NULL, &integral), ST_OK);
    assert_int_equal(integral_evidence(integral, &at, 1, &row), ST_OK);
    *log_z = scale + row.log_z;
    *mean_nk = -at * data_entropy(data, n) - scale + row.mean_nk;
    integral_free(integral);
    model_unref(own);
}

static void singular_regressions_agree_with_integrals(void **state)
{
    (void)state;
    static const char *const text[] = {
        "param w1, w2 in [-3, 3]; input x ~ uniform(-1, 1); output y ~ normal(w1*w2*x, 1); truth "
        "y ~ normal(0, 1)",
        "param w in [-3, 3]; input x ~ uniform(-1, 1); output y ~ normal(w^2*x, 1); truth y ~ "
        "normal(0, 1)"};
    struct scores evidence = {0}, means = {0};
    for (size_t t = 0; t < 2; t++) {
        struct model *model = fixture_model(text[t]);
        struct data *data = stream(model, 31, 1000);
        for (size_t n = 10; n <= 1000; n *= 10) {
            double log_z, mean_nk;
            integrate(model, data, n, &log_z, &mean_nk);
            for (size_t s = 1; s <= 10; s++) {
                struct particles_options options = {
                    .n_particles = 1024, .n_islands = 16, .seed = s};
                struct particles *particles = cloud(model, data, (double)n, 1, &options);
                score(&evidence, particles->log_z, log_z, particles->log_z_error);
                score(&means, particles->mean_nk, mean_nk, particles->mean_nk_error);
                particles_unref(particles);
            }
        }
        data_unref(data);
        model_unref(model);
    }
    assert_standard("evidence", &evidence);
    assert_standard("means", &means);
}

static const char two_tanh[] =
    "param a1, b1, c1, a2, b2, c2 in [-10, 10]; input x ~ uniform(-3, 3); output y ~ "
    "normal(c1*tanh(a1*x + b1) + c2*tanh(a2*x + b2), 0.25); truth y ~ normal(tanh(x), 0.25); prior "
    "a1 ~ normal(0, 1); prior b1 ~ normal(0, 1); prior c1 ~ normal(0, 1); prior a2 ~ normal(0, 1); "
    "prior b2 ~ normal(0, 1); prior c2 ~ normal(0, 1)";

/* log Z = ∫ E_β[ℓ] dβ from 0 to 1, in t = β^(1/5), by no-U-turn chains; its error from theirs. Also
   the mean of ℓ at β = 1. */
static void thermodynamic(const struct model *model, const struct data_rows *rows, double *log_z,
                          double *error, struct mixing *last)
{
    enum { NODES = 14, CHAINS = 16, DRAWS = 300 };
    double t[NODES], weight[NODES], square = 0;
    quadrature_legendre(NODES, t, weight);
    *log_z = 0;
    for (size_t k = 0; k <= NODES; k++) {
        double at = k < NODES ? (1 + t[k]) / 2 : 1;
        struct target target = {.model = model, .rows = rows, .n = rows->n_obs, .beta = pow(at, 5)};
        size_t draws = k < NODES ? DRAWS : 4 * DRAWS;
        struct chains_options options = {
            .n_chains = CHAINS, .n_warmup = 300, .n_draws = draws, .seed = 77 + k};
        struct chains chains;
        assert_int_equal(chains_run(&target, &options, NULL, &chains), ST_OK);
        struct mixing m = mixing_of(chains.log_lik, CHAINS, draws, draws, 1);
        if (k < NODES) {
            double share = 0.5 * weight[k] * 5 * pow(at, 4);
            *log_z += share * m.mean;
            square += share * share * m.mcse * m.mcse;
        } else {
            *last = m;
        }
        chains_done(&chains);
    }
    *error = sqrt(square);
}

static void assert_half(const char *what, const double *x, const struct particles *particles)
{
    size_t m = particles->n_islands, each = particles->n_particles / m;
    double mean = 0, square = 0, shares[PARTICLES_MAX_ISLANDS] = {0};
    for (size_t i = 0; i < particles->n_particles; i++)
        shares[i / each] += (x[i] > 0) / (double)each;
    for (size_t j = 0; j < m; j++)
        mean += shares[j] / (double)m;
    for (size_t j = 0; j < m; j++)
        square += (shares[j] - mean) * (shares[j] - mean) / (double)(m * (m - 1));
    if (!(fabs(mean - 0.5) < 4 * sqrt(square)) || sqrt(square) > 0.05)
        fail_msg("%s: share %.3f ± %.3f", what, mean, sqrt(square));
}

static void two_tanh_units_agree_with_chains(void **state)
{
    (void)state;
    struct model *model = fixture_model(two_tanh);
    struct data *data = stream(model, 7, 100);
    struct data_rows rows;
    struct mixing chains;
    double log_z, error;
    assert_int_equal(data_reduce(model, data, 100, &rows), ST_OK);
    thermodynamic(model, &rows, &log_z, &error, &chains);
    struct particles_options options = {.n_particles = 8192, .n_islands = 16, .seed = 5};
    struct particles *particles = cloud(model, data, 100, 1, &options);
    double smc = -100 * data_entropy(data, 100) - particles->mean_nk;
    double z = (smc - chains.mean) / hypot(chains.mcse, particles->mean_nk_error);
    double z_evidence = (particles->log_z - log_z) / hypot(error, particles->log_z_error);
    if (!(fabs(z) < 3) || !(fabs(z_evidence) < 3) || chains.rhat > 1.05)
        fail_msg("n L_n: %.4f ± %.4f against %.4f ± %.4f; log Z: %.4f ± %.4f against %.4f ± %.4f",
                 smc, particles->mean_nk_error, chains.mean, chains.mcse, particles->log_z,
                 particles->log_z_error, log_z, error);
    assert_true(particles->log_z_error < 0.1 && error < 0.1 && chains.mcse < 0.1);
    assert_false(particles->disagree);
    size_t n = particles->n_particles;
    double *difference = mem_new(n, sizeof *difference);
    for (size_t i = 0; i < n; i++)
        difference[i] = fabs(particles->w[2 * n + i]) - fabs(particles->w[5 * n + i]);
    assert_half("sign of the first unit", particles->w + 2 * n, particles);
    assert_half("sign of the second unit", particles->w + 5 * n, particles);
    assert_half("order of the units", difference, particles);
    mem_free(difference);
    particles_unref(particles);
    data_rows_done(&rows);
    data_unref(data);
    model_unref(model);
}

static void threads_change_no_bit(void **state)
{
    (void)state;
    struct model *model = fixture_model(two_tanh);
    struct data *data = stream(model, 9, 100);
    struct particles *runs[3];
    for (size_t t = 0; t < 3; t++) {
        struct particles_options options = {
            .n_particles = 256, .n_islands = 4, .seed = 11, .threads = t + 1};
        runs[t] = cloud(model, data, 100, 1, &options);
    }
    for (size_t t = 1; t < 3; t++) {
        assert_memory_equal(runs[0]->w, runs[t]->w, 6 * 256 * sizeof(double));
        assert_memory_equal(runs[0]->log_lik, runs[t]->log_lik, 256 * sizeof(double));
        assert_memory_equal(runs[0]->island_log_z, runs[t]->island_log_z, 4 * sizeof(double));
        assert_true(runs[0]->evaluations == runs[t]->evaluations);
    }
    for (size_t t = 0; t < 3; t++)
        particles_unref(runs[t]);
    data_unref(data);
    model_unref(model);
}

/* Two ReLU units against two that come together at θ = π/2. */
static const char two_phases[] =
    "knob theta = 1 in [0.5, 1.6]; param w[2,2] in [-8, 8]; param b[2], q[2], c in [-8, 8]; input "
    "x[2] ~ uniform(-1, 1); output y ~ normal(c + sum(i in 1..2, q[i]*relu(w[i,1]*x[1] + "
    "w[i,2]*x[2] + b[i])), 1); truth y ~ normal(relu(cos(theta)*x[1] + sin(theta)*x[2] - 0.3) + "
    "relu(-cos(theta)*x[1] + sin(theta)*x[2] - 0.3), 1); prior w ~ normal(0, 1); prior b ~ "
    "normal(0, 1); prior q ~ normal(0, 1); prior c ~ normal(0, 1); let u[i in 1..2] = "
    "abs(q[i])*sqrt(w[i,1]^2 + w[i,2]^2); region \"non-degenerate\" : abs(u[1] - 1) < 0.3 and "
    "abs(u[2] - 1) < 0.3";

static void the_phases_have_their_shares(void **state)
{
    (void)state;
    struct model *model = fixture_model(two_phases);
    struct particles_options options = {.seed = 3};
    struct particles *particles = cloud(model, NULL, 1e4, 0.3, &options);
    double mass, error;
    particles_regions(model, particles, &mass, &error);
    if (!(mass > 0.72 - 3 * error) || !(mass < 0.78 + 3 * error) || error > 0.05)
        fail_msg("non-degenerate share %.3f ± %.3f", mass, error);
    particles_unref(particles);
    model_unref(model);
}

static void a_dead_unit_has_its_share(void **state)
{
    (void)state;
    struct diags diags;
    struct model *model = fixture_model(two_phases), *merged = NULL;
    struct network network;
    diags_init(&diags);
    assert_int_equal(model_with(model, "theta", M_PI / 2, &diags, &merged), ST_OK);
    assert_true(network_of(merged, &network));
    struct particles_options options = {.seed = 4};
    struct particles *particles = cloud(merged, NULL, 1e4, 0.3, &options);
    double share = 0, w[9];
    size_t n = particles->n_particles;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 9; k++)
            w[k] = particles->w[k * n + i];
        share += (network_unit_dead(merged, &network, w, 0, 0) ||
                  network_unit_dead(merged, &network, w, 1, 0)) /
                 (double)n;
    }
    if (share < 0.27 || share > 0.49)
        fail_msg("share of dead units %.3f", share);
    network_done(&network);
    particles_unref(particles);
    model_unref(merged);
    model_unref(model);
    diags_done(&diags);
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
        cmocka_unit_test(linear_regression_has_its_evidence),
        cmocka_unit_test(coins_have_their_evidence),
        cmocka_unit_test(singular_regressions_agree_with_integrals),
        cmocka_unit_test(two_tanh_units_agree_with_chains),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(the_phases_have_their_shares),
        cmocka_unit_test(a_dead_unit_has_its_share),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
