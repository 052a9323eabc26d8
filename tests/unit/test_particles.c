/* Clouds of particles: evidence and means on potentials, ways along n and β, warnings, odd ends. */
#include "fixture_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cusp/integral.h"
#include "cusp/mem.h"
#include "cusp/num_init.h"
#include "cusp/particles.h"
#include "cusp/sampler.h"

static struct particles *prior_of(const struct model *model, double beta,
                                  const struct particles_options *options)
{
    struct particles *out = NULL;
    const char *why = NULL;
    assert_int_equal(particles_start(model, beta, options, NULL, &why, &out), ST_OK);
    return out;
}

static struct particles *advance(const struct model *model, const struct data *data,
                                 struct particles *from, double n, double beta,
                                 const struct particles_options *options)
{
    struct particles *out = NULL;
    assert_int_equal(particles_advance(model, data, from, n, beta, options, NULL, NULL, NULL, &out),
                     ST_OK);
    particles_unref(from);
    return out;
}

static void assert_within(const char *what, double got, double wanted, double error)
{
    if (!(fabs(got - wanted) <= 4 * error))
        fail_msg("%s: %.5f ± %.5f, wanted %.5f", what, got, error, wanted);
}

static const char *const potentials[] = {
    "param w1, w2 in [-2, 2]; potential K = w1^2*w2^2",
    "param x, y in [-1, 1]; potential K = 100*(y - x^2)^2 + x^2/100",
    "param x, y in [-2, 3]; potential K = x^2; prior density(exp(-(x - y)^2*3)*(1 + x^2))",
    "param x in [0, 3]; param y in [-1, 2]; potential K = x^2 + y^4; prior x ~ exponential(1.7); "
    "prior y ~ normal(0.4, 0.6)",
    "param a, b, c in [-1, 2]; potential K = a^2*b^2*c^2",
};

static void potentials_agree_with_integrals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof potentials / sizeof *potentials; i++) {
        struct model *model = fixture_model(potentials[i]);
        struct integral *integral = NULL;
        struct integral_options all = {.n_max = 1000};
        struct particles_options options = {.n_particles = 2048, .n_islands = 16, .seed = 3};
        struct particles *particles = prior_of(model, 1, &options);
        assert_int_equal(integral_new(model, &all, NULL, &integral), ST_OK);
        assert_true(particles->n == 0 && particles->log_z == 0);
        for (double n = 10; n <= 1000; n *= 10) {
            struct evidence row;
            assert_int_equal(integral_evidence(integral, &n, 1, &row), ST_OK);
            particles = advance(model, NULL, particles, n, 1, &options);
            assert_within(potentials[i], particles->log_z, row.log_z, particles->log_z_error);
            assert_within("n K", particles->mean_nk, row.mean_nk, particles->mean_nk_error);
            assert_true(particles->log_z_error < 0.25 && particles->mean_nk_error < 0.1);
            assert_true(particles->ess > 200 && particles->ess <= 2048);
        }
        particles_unref(particles);
        integral_free(integral);
        model_unref(model);
    }
}

static void every_sampler_moves_particles(void **state)
{
    (void)state;
    struct model *model = fixture_model(potentials[0]);
    struct integral *integral = NULL;
    struct integral_options all = {.n_max = 200};
    struct evidence row;
    double n = 200;
    assert_int_equal(integral_new(model, &all, NULL, &integral), ST_OK);
    assert_int_equal(integral_evidence(integral, &n, 1, &row), ST_OK);
    for (size_t s = 0; samplers[s] != NULL; s++) {
        struct particles_options options = {.sampler = samplers[s]->name, .seed = 8};
        struct particles *particles = prior_of(model, 1, &options);
        particles = advance(model, NULL, particles, n, 1, &options);
        assert_within(samplers[s]->name, particles->log_z, row.log_z, particles->log_z_error);
        particles_unref(particles);
    }
    integral_free(integral);
    model_unref(model);
}

/* ℓ at β is what a fresh run at that β finds, on the way up and down. */
static void temperature_can_change(void **state)
{
    (void)state;
    struct model *model = fixture_model(potentials[0]);
    struct integral *integral = NULL;
    struct integral_options all = {.n_max = 100};
    struct evidence rows[2];
    double n[2] = {40, 100};
    struct particles_options options = {.n_particles = 2048, .n_islands = 16, .seed = 6};
    assert_int_equal(integral_new(model, &all, NULL, &integral), ST_OK);
    assert_int_equal(integral_evidence(integral, n, 2, rows), ST_OK);
    struct particles *particles = prior_of(model, 1, &options);
    particles = advance(model, NULL, particles, 100, 1, &options);
    particles = advance(model, NULL, particles, 100, 0.4, &options);
    assert_within("β = 0.4", particles->log_z, rows[0].log_z, particles->log_z_error);
    assert_within("n K", 0.4 * particles->mean_nk, rows[0].mean_nk, 0.4 * particles->mean_nk_error);
    particles = advance(model, NULL, particles, 100, 1, &options);
    assert_within("β = 1", particles->log_z, rows[1].log_z, particles->log_z_error);
    assert_true(particles->beta == 1);
    particles_unref(particles);
    integral_free(integral);
    model_unref(model);
}

/* Data by any steps give the same answer; a cloud that is advanced stays as it is. */
static void data_can_come_in_steps(void **state)
{
    (void)state;
    struct model *model = fixture_model(
        "param a, b in [-5, 5]; input x ~ uniform(-1, 1); output y ~ normal(a*tanh(b*x), 1); truth "
        "y ~ normal(x, 1)");
    struct data *data = NULL;
    struct particles_options options = {.seed = 12};
    assert_int_equal(data_new(model, 5, 300, NULL, NULL, &data), ST_OK);
    struct particles *prior = prior_of(model, 1, &options), *at_once = NULL;
    assert_int_equal(
        particles_advance(model, data, prior, 300, 1, &options, NULL, NULL, NULL, &at_once), ST_OK);
    struct particles *steps = prior;
    for (double n = 1; n <= 243; n *= 3)
        steps = advance(model, data, steps, n, 1, &options);
    size_t bytes = 2 * steps->n_particles * sizeof(double);
    double *before = mem_new(1, bytes);
    memcpy(before, steps->w, bytes);
    struct particles *end =
        advance(model, data, particles_ref(steps), 300.7, 1, &options); /* 300 of them */
    assert_memory_equal(before, steps->w, bytes);
    assert_true(end->n == 300 && end->n_stages > steps->n_stages);
    assert_within("log Z", end->log_z - at_once->log_z, 0,
                  hypot(end->log_z_error, at_once->log_z_error));
    assert_within("n L", end->mean_nk - at_once->mean_nk, 0,
                  hypot(end->mean_nk_error, at_once->mean_nk_error));
    mem_free(before);
    particles_unref(steps);
    particles_unref(end);
    particles_unref(at_once);
    data_unref(data);
    model_unref(model);
}

static void regions_and_axes(void **state)
{
    (void)state;
    struct model *model = fixture_model(
        "param x in [-2, 2]; potential K = (x + 1)^2*(x - 1)^4; observe u = x^2; region \"left\" : "
        "x < 0; region \"right\" : x >= 0");
    struct integral *integral = NULL;
    struct integral_options all = {.n_max = 60};
    struct particles_options options = {.n_particles = 2048, .n_islands = 16, .seed = 2};
    struct particles *particles = prior_of(model, 1, &options);
    double mass[2], error[2], wanted[2], energy[2], bound[2];
    particles = advance(model, NULL, particles, 60, 1, &options);
    assert_int_equal(integral_new(model, &all, NULL, &integral), ST_OK);
    assert_int_equal(integral_regions(integral, 60, wanted, energy, bound), ST_OK);
    particles_regions(model, particles, mass, error);
    assert_within("left", mass[0], wanted[0], error[0]);
    assert_true(fabs(mass[0] + mass[1] - 1) < 1e-12 && error[0] > 0 && error[0] < 0.1);
    size_t n = particles->n_particles;
    double *x = mem_new(n, 2 * sizeof *x), *u = x + n;
    particles_axis(model, particles, 0, x);
    particles_axis(model, particles, 1, u);
    for (size_t i = 0; i < n; i++)
        assert_true(x[i] == particles->w[i] && fabs(u[i] - x[i] * x[i]) < 1e-14);
    mem_free(x);
    particles_unref(particles);
    integral_free(integral);
    model_unref(model);
}

/* Two wells far apart, narrow from the first: islands of few particles keep to what they began with
   by chance, and say so. */
static void disagreement_is_said(void **state)
{
    (void)state;
    struct model *model = fixture_model(
        "param x, y, z, u, v in [-10, 10]; potential K = 50*min((x-5)^2 + (y-5)^2 + (z-5)^2 + "
        "(u-5)^2 + (v-5)^2, (x+5)^2 + (y+5)^2 + (z+5)^2 + (u+5)^2 + (v+5)^2); region \"up\" : x > "
        "0");
    struct particles_options options = {.n_particles = 64, .n_islands = 8, .seed = 1};
    struct particles *particles = prior_of(model, 1, &options);
    particles = advance(model, NULL, particles, 1e4, 1, &options);
    assert_true(particles->disagree);
    assert_true(strlen(particles->why) > 10);
    assert_true(particles->rhat > 1.1);
    particles_unref(particles);
    model_unref(model);
}

/* The likelihood is 0 but on a small part of the box: what survives is found, or the run ends in
   order. */
static void a_likelihood_that_is_mostly_zero(void **state)
{
    (void)state;
    char folder[] = "/tmp/cusp-test-particles-XXXXXX", table[128], text[128];
    assert_non_null(mkdtemp(folder));
    snprintf(table, sizeof table, "%s/y.csv", folder);
    snprintf(text, sizeof text, "%s/mostly-zero.model", folder);
    FILE *file = fopen(table, "w");
    struct rng rng = rng_stream(19, 1);
    fputs("y\n", file);
    for (size_t i = 0; i < 200; i++)
        fprintf(file, "%.6f\n", 0.04 * rng_uniform(&rng));
    fclose(file);
    file = fopen(text, "w");
    fputs("param p in [0.01, 1]; output y ~ uniform(0, p); truth data \"y.csv\", y = y\n", file);
    fclose(file);
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    assert_int_equal(model_from_file(text, NULL, 0, &diags, &model), ST_OK);
    diags_done(&diags);
    remove(table);
    remove(text);
    rmdir(folder);
    const struct data *data = model_data(model);
    struct particles_options options = {.n_particles = 2048, .n_islands = 16, .seed = 4};
    struct particles *particles = prior_of(model, 1, &options);
    particles = advance(model, data, particles, 200, 1, &options);
    double high = 0;
    for (size_t i = 0; i < 200; i++)
        high = fmax(high, data->column[0][i]);
    /* ∫ p^−200 dp / 0.99 from high to 1 */
    double wanted = log((pow(high, -199) - 1) / 199 / 0.99);
    assert_within("log Z", particles->log_z, wanted, particles->log_z_error);
    for (size_t i = 0; i < particles->n_particles; i++)
        assert_true(particles->w[i] >= high && isfinite(particles->log_lik[i]));
    particles_unref(particles);
    model_unref(model);
}

static void bad_calls_are_refused(void **state)
{
    (void)state;
    struct model *model = fixture_model(potentials[0]);
    struct particles_options options = {.n_particles = 64, .n_islands = 4, .seed = 1};
    struct particles *prior = prior_of(model, 1, &options), *out = NULL;
    const char *why = NULL;
    prior = advance(model, NULL, prior, 5, 1, &options);
    assert_int_equal(particles_advance(model, NULL, prior, 2, 1, &options, NULL, NULL, NULL, &out),
                     ST_DOMAIN);
    assert_int_equal(particles_advance(model, NULL, prior, 9, 0, &options, NULL, NULL, NULL, &out),
                     ST_DOMAIN);
    assert_int_equal(
        particles_advance(model, NULL, prior, NAN, 1, &options, NULL, NULL, NULL, &out), ST_DOMAIN);
    options.sampler = "no such";
    assert_int_equal(particles_advance(model, NULL, prior, 9, 1, &options, NULL, NULL, NULL, &out),
                     ST_INPUT);
    options.sampler = NULL;
    options.n_islands = PARTICLES_MAX_ISLANDS + 1;
    assert_int_equal(particles_start(model, 1, &options, NULL, &why, &out), ST_LIMIT);
    assert_null(out);
    particles_unref(prior);
    particles_unref(NULL);
    model_unref(model);
}

/* At any moment: the generation changes after so many calls for progress. */
struct stopper {
    atomic_uint current;
    atomic_int left;
};

static void count_down(double n, void *context)
{
    struct stopper *stopper = context;
    assert_true(n >= 0);
    if (atomic_fetch_sub(&stopper->left, 1) == 0)
        atomic_fetch_add(&stopper->current, 1);
}

static void runs_can_be_cancelled(void **state)
{
    (void)state;
    struct model *model = fixture_model(potentials[1]);
    struct particles_options options = {.n_particles = 128, .n_islands = 4, .seed = 1};
    struct particles *prior = prior_of(model, 1, &options);
    for (int calls = 0; calls < 12; calls += 3) {
        struct stopper stopper = {0, calls};
        struct cancel cancel = {&stopper.current, 0};
        struct particles *out = NULL;
        assert_int_equal(particles_advance(model, NULL, prior, 1e4, 1, &options, &cancel,
                                           count_down, &stopper, &out),
                         ST_CANCELLED);
        assert_null(out);
    }
    particles_unref(prior);
    model_unref(model);
}

static void sizes_are_made_to_fit(void **state)
{
    (void)state;
    static const size_t sizes[][3] = {{1, 1, 0},   {1000, 7, 0}, {64, 64, 0},
                                      {100, 3, 5}, {10, 2, 50},  {17, 1, 3}};
    struct model *model = fixture_model(potentials[3]);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct particles_options options = {
            .n_particles = sizes[i][0], .n_islands = sizes[i][1], .chain = sizes[i][2], .seed = 5};
        struct particles *particles = prior_of(model, 1, &options);
        assert_true(particles->n_particles >= sizes[i][0]);
        assert_int_equal(particles->n_particles % particles->n_islands, 0);
        particles = advance(model, NULL, particles, 20, 1, &options);
        particles = advance(model, NULL, particles, 30, 1, &options);
        assert_true(isfinite(particles->log_z) && isfinite(particles->mean_nk));
        particles_unref(particles);
    }
    model_unref(model);
}

static void ladders_climb(void **state)
{
    (void)state;
    double n[200];
    size_t count = particles_ladder(1e4, true, 200, n);
    assert_true(n[0] == 1 && n[count - 1] == 1e4);
    for (size_t i = 1; i < count; i++) {
        assert_true(n[i] > n[i - 1] && n[i] == floor(n[i]));
        assert_true(n[i] <= fmax(n[i - 1] + 1, 1.4 * n[i - 1]));
    }
    assert_in_range(count, 30, 50);
    count = particles_ladder(237, true, 200, n);
    assert_true(n[count - 1] == 237);
    count = particles_ladder(1, true, 200, n);
    assert_true(count == 1 && n[0] == 1);
    assert_int_equal(particles_ladder(1e12, false, 20, n), 20);
    count = particles_ladder(1e12, false, 200, n);
    assert_true(n[count - 1] == 1e12);
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
        cmocka_unit_test(potentials_agree_with_integrals),
        cmocka_unit_test(every_sampler_moves_particles),
        cmocka_unit_test(temperature_can_change),
        cmocka_unit_test(data_can_come_in_steps),
        cmocka_unit_test(regions_and_axes),
        cmocka_unit_test(disagreement_is_said),
        cmocka_unit_test(a_likelihood_that_is_mostly_zero),
        cmocka_unit_test(bad_calls_are_refused),
        cmocka_unit_test(runs_can_be_cancelled),
        cmocka_unit_test(sizes_are_made_to_fit),
        cmocka_unit_test(ladders_climb),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
