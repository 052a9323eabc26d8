/* The posterior by integration, against closed forms and high-precision references. */
#include "tap.h"

#include <math.h>
#include <stdlib.h>

#include "cusp/integral.h"
#include "cusp/mem.h"
#include "fixture_model.h"

static const double pi = 3.14159265358979323846;
static const double euler = 0.57721566490153286061;

static struct integral *integrate(struct model *model, const struct integral_options *options)
{
    struct integral *integral = NULL;
    assert_int_equal(integral_new(model, options, NULL, &integral), ST_OK);
    return integral;
}

/* Z_n of a model text over its box, without the prior's normalisation. */
static void expect_z(const char *text, double n, double z, double relative)
{
    struct model *model = fixture_model(text);
    struct integral *integral = integrate(model, NULL);
    struct evidence row;
    assert_int_equal(integral_evidence(integral, &n, 1, &row), ST_OK);
    double found = row.log_z + log(model_box_volume(model));
    double miss = fabs(found - log(z));
    if (miss > relative || miss > row.error || row.error > 1e3 * relative)
        print_message("%s n=%g: Z %.15g, wanted %.15g, off %.2g, error said %.2g\n", text, n,
                      exp(found), z, miss, row.error);
    assert_true(miss <= relative);
    assert_true(miss <= row.error);
    assert_true(row.error <= 1e3 * relative);
    integral_free(integral);
    model_unref(model);
}

static void crossing_matches_references(void **state)
{
    (void)state;
    const char *text = "param x, y in [-1,1]; potential K = x^2*y^2";
    expect_z(text, 1e2, 1.1642682537143, 1e-7);
    expect_z(text, 1e4, 0.19805134167373, 1e-7);
    expect_z(text, 1e8, 0.00361300374278327, 1e-7);
    expect_z(text, 1e12, 5.24549406882924e-5, 1e-7);
    for (double n = 1e3; n < 1e12; n *= 7.3)
        expect_z(text, n, sqrt(pi / n) * (log(4 * n) + euler), 1e-7);
}

static void cusp_matches_references(void **state)
{
    (void)state;
    const char *text = "param x, y in [-1,1]; potential K = (x^2 - y^3)^2";
    expect_z(text, 1e2, 0.67980295572911, 1e-7);
    expect_z(text, 1e4, 0.11660238118564, 1e-7);
    expect_z(text, 1e6, 0.018775483173558, 1e-7);
    const char *turned = "param x, y in [-1,1]; potential K = (y^2 - x^3)^2";
    expect_z(turned, 1e2, 0.67980295572911, 1e-7);
    expect_z(turned, 1e6, 0.018775483173558, 1e-7);
}

static void expanded_cusp_knows_its_rounding(void **state)
{
    (void)state;
    /* cancels by 1e-16 where n K ~ 1: good to 1e-6 at n = 1e6, and says so */
    expect_z("param x, y in [-1,1]; potential K = x^4 - 2*x^2*y^3 + y^6", 1e6, 0.018775483173558,
             1e-5);
}

static void sums_factorise(void **state)
{
    (void)state;
    for (double n = 1; n <= 1e12; n *= 31.7) {
        double side = sqrt(pi / n) * erf(sqrt(n));
        expect_z("param x in [-1,1]; potential K = x^2", n, side, 1e-9);
        expect_z("param x, y in [-1,1]; potential K = x^2 + y^2", n, side * side, 1e-7);
        double off = sqrt(pi / n) / 2 * (erf(1.3 * sqrt(n)) + erf(0.7 * sqrt(n)));
        expect_z("param x, y in [-1,1]; potential K = (x - 0.3)^2 + y^2", n, off * side, 1e-7);
    }
    /* ∫ e^(−n w⁴) over [−1, 1] → 2 Γ(5/4) n^(−1/4) */
    for (double n = 1e2; n <= 1e12; n *= 100)
        expect_z("param w in [-1,1]; potential K = w^4", n, 2 * tgamma(1.25) * pow(n, -0.25), 1e-9);
    expect_z("param x, y in [-1,1]; potential K = x^2 + y^4", 1e7,
             sqrt(pi / 1e7) * 2 * tgamma(1.25) * pow(1e7, -0.25), 1e-7);
}

static void circle_is_an_annulus(void **state)
{
    (void)state;
    for (double n = 1e2; n <= 1e12; n *= 1e2) {
        double z = pi * sqrt(pi / n) / 2 * (erf(sqrt(n)) + erf(3 * sqrt(n)));
        expect_z("param x, y in [-2,2]; potential K = (1 - x^2 - y^2)^2", n, z, 1e-7);
    }
}

static void products_on_the_corner(void **state)
{
    (void)state;
    for (double n = 1e2; n <= 1e12; n *= 1e5) {
        double z = sqrt(pi / n) / 4 * (log(n) + euler + 2 * log(2));
        expect_z("param x, y in [0,1]; potential K = x^2*y^2", n, z, 1e-7);
    }
    for (double n = 1e2; n <= 1e12; n *= 1e5) {
        double l = log(n) + euler + log(4);
        double z = sqrt(pi / n) / 32 * (2 * l * l + pi * pi);
        expect_z("param x, y, z in [0,1]; potential K = x^2*y^2*z^2", n, z, 1e-5);
    }
}

static void running_slope_on_the_corner(void **state)
{
    (void)state;
    static const double n[] = {1e2, 1e3, 1e4, 1e6, 1e9},
                        slope[] = {0.348, 0.387, 0.411, 0.437, 0.456};
    struct model *model = fixture_model("param x, y in [0,1]; potential K = x^2*y^2");
    struct integral *integral = integrate(model, NULL);
    struct evidence rows[5];
    assert_int_equal(integral_evidence(integral, n, 5, rows), ST_OK);
    for (int i = 0; i < 5; i++) {
        /* d/d log n of the closed form */
        double exact = 0.5 - 1 / (log(n[i]) + euler + 2 * log(2));
        assert_true(fabs(rows[i].mean_nk - slope[i]) < 6e-4);
        assert_true(fabs(rows[i].mean_nk - exact) < 1e-7 + (i == 0 ? 1e-6 : 0));
    }
    integral_free(integral);
    model_unref(model);
}

static void three_dimensions(void **state)
{
    (void)state;
    double n = 2385, side = sqrt(pi / n);
    expect_z("param x, y, z in [-1,1]; potential K = x^2 + y^2 + z^2", n, side * side * side, 1e-5);
    double crossing = sqrt(pi / n) * (log(4 * n) + euler);
    expect_z("param x, y, z in [-1,1]; potential K = x^2 + y^2*z^2", n, side * crossing, 1e-5);
}

static void narrow_priors_are_followed(void **state)
{
    (void)state;
    struct model *model =
        fixture_model("param w in [-8,8]; potential K = w^2; prior w ~ normal(0, 1)");
    struct integral *integral = integrate(model, NULL);
    for (double n = 1; n <= 1e12; n *= 1e3) {
        struct evidence row;
        assert_int_equal(integral_evidence(integral, &n, 1, &row), ST_OK);
        assert_true(fabs(row.log_z + 0.5 * log1p(2 * n)) < 1e-9);
    }
    integral_free(integral);
    model_unref(model);
    /* W0 far out in the tail of a narrow prior: Z = exp(−n 4/(1 + 2 n s²)) / √(1 + 2 n s²) */
    double s = 0.05, n = 73.1;
    model = fixture_model("param w in [-8,8]; potential K = (w - 2)^2; prior w ~ normal(0, 0.05)");
    integral = integrate(model, NULL);
    struct evidence row;
    assert_int_equal(integral_evidence(integral, &n, 1, &row), ST_OK);
    double exact = -4 * n / (1 + 2 * n * s * s) - 0.5 * log1p(2 * n * s * s);
    print_message("%.12g %.12g error %.2g\n", row.log_z, exact, row.error);
    assert_true(fabs(row.log_z - exact) < 1e-7);
    integral_free(integral);
    model_unref(model);
    /* prior ∝ |w|^h on [−1, 1] with K = w²: λ = (h + 1)/2 */
    model = fixture_model("param w in [-1,1]; potential K = w^2; prior density(abs(w)^3)");
    integral = integrate(model, NULL);
    n = 1e6;
    assert_int_equal(integral_evidence(integral, &n, 1, &row), ST_OK);
    assert_true(fabs(row.log_z - log(2 / (n * n))) < 1e-6); /* ∫ 2 w³ … · 2 */
    assert_true(fabs(row.mean_nk - 2) < 1e-5);
    integral_free(integral);
    model_unref(model);
}

static void no_zero_is_measured_from_its_least(void **state)
{
    (void)state;
    struct model *model =
        fixture_model("param x, y in [-1,1]; potential K = x^2 + (y - 0.2)^2 + 0.37");
    struct integral *integral = integrate(model, NULL);
    for (double n = 1e2; n <= 1e8; n *= 1e3) {
        struct evidence row;
        assert_int_equal(integral_evidence(integral, &n, 1, &row), ST_OK);
        double exact = log(pi / n / 4) - 0.37 * n;
        assert_true(fabs(row.log_z - exact) < 1e-6 + 1e-15 * n);
        assert_true(fabs(row.log_z - exact) <= row.error);
    }
    integral_free(integral);
    model_unref(model);
}

static void volumes_match_closed_forms(void **state)
{
    (void)state;
    double eps[] = {1e-8, 1e-5, 1e-2}, volume[3], error[3];
    struct model *model = fixture_model("param x, y in [-1,1]; potential K = x^2*y^2");
    struct integral *integral = integrate(model, NULL);
    assert_int_equal(integral_volume(integral, eps, 3, volume, error), ST_OK);
    for (int i = 0; i < 3; i++) {
        double s = sqrt(eps[i]), exact = s * (1 - log(s));
        if (!(fabs(volume[i] / exact - 1) < 1e-4) || !(fabs(volume[i] - exact) <= error[i]))
            print_message("eps %g: %.12g, wanted %.12g, error %.2g\n", eps[i], volume[i], exact,
                          error[i]);
        assert_true(fabs(volume[i] / exact - 1) < 1e-4);
        assert_true(fabs(volume[i] - exact) <= error[i]);
    }
    integral_free(integral);
    model_unref(model);
    model = fixture_model("param x, y in [-2,2]; potential K = (1 - x^2 - y^2)^2");
    integral = integrate(model, NULL);
    assert_int_equal(integral_volume(integral, eps, 3, volume, error), ST_OK);
    for (int i = 0; i < 3; i++) {
        double exact = 2 * pi * sqrt(eps[i]) / 16;
        if (!(fabs(volume[i] / exact - 1) < 1e-4) || !(fabs(volume[i] - exact) <= error[i]))
            print_message("eps %g: %.12g, wanted %.12g, error %.2g\n", eps[i], volume[i], exact,
                          error[i]);
        assert_true(fabs(volume[i] / exact - 1) < 1e-4);
        assert_true(fabs(volume[i] - exact) <= error[i]);
    }
    integral_free(integral);
    model_unref(model);
}

static void cells_hold_their_mass(void **state)
{
    (void)state;
    enum { NX = 23, NY = 17 };
    double ex[NX + 1], ey[NY + 1], mass[NX * NY];
    for (int i = 0; i <= NX; i++)
        ex[i] = -1 + 2.0 * i / NX;
    for (int i = 0; i <= NY; i++)
        ey[i] = -1 + 2.0 * i / NY;
    struct integral_options options = {
        .tolerance = 1e-3, .edges = {ex, ey}, .n_edges = {NX + 1, NY + 1}};
    struct model *model = fixture_model("param x, y in [-1,1]; potential K = (x - 0.3)^2 + y^2");
    struct integral *integral = integrate(model, &options);
    for (double n = 1; n <= 1e6; n *= 50) {
        double sum = 0, r = sqrt(n);
        double wx = erf(r * 0.7) + erf(r * 1.3), wy = 2 * erf(r);
        assert_int_equal(integral_cells(integral, n, 0, 1, mass), ST_OK);
        for (int y = 0; y < NY; y++)
            for (int x = 0; x < NX; x++) {
                double px = (erf(r * (ex[x + 1] - 0.3)) - erf(r * (ex[x] - 0.3))) / wx;
                double py = (erf(r * ey[y + 1]) - erf(r * ey[y])) / wy;
                assert_true(fabs(mass[y * NX + x] - px * py) < 2e-3 * px * py + 1e-6);
                sum += mass[y * NX + x];
            }
        assert_true(fabs(sum - 1) < 1e-9);
    }
    integral_free(integral);
    model_unref(model);
}

static void credible_set_of_a_gaussian(void **state)
{
    (void)state;
    struct model *model = fixture_model("param x, y in [-1,1]; potential K = x^2 + y^2");
    struct integral *integral = integrate(model, NULL);
    double share, n = 400;
    assert_int_equal(integral_credible_volume(integral, n, 0.95, &share), ST_OK);
    double exact = pi * -log(0.05) / n / 4;
    assert_true(fabs(share / exact - 1) < 0.01);
    integral_free(integral);
    model_unref(model);
}

/* Draws against the masses of cells: a χ² that must not be far from its expectation. */
static void draws_follow(const char *text, double n)
{
    enum { CELLS = 12, DRAWS = 4000 };
    struct model *model = fixture_model(text);
    double edges[CELLS + 1], *mass = mem_new(CELLS * CELLS, sizeof(double));
    double *draws = mem_new(DRAWS * 3, sizeof(double)),
           *count = mem_new(CELLS * CELLS, sizeof(double));
    for (int i = 0; i <= CELLS; i++)
        edges[i] = -1 + 2.0 * i / CELLS;
    struct integral_options options = {.tolerance = 1e-4,
                                       .edges = {edges, edges, edges},
                                       .n_edges = {CELLS + 1, CELLS + 1, CELLS + 1}};
    struct integral *integral = integrate(model, &options);
    struct rng rng = rng_stream(2385, 7), again = rng_stream(2385, 7);
    size_t ay = model->dim > 1 ? 1 : 0;
    assert_int_equal(integral_cells(integral, n, 0, ay, mass), ST_OK);
    assert_int_equal(integral_draws(integral, n, DRAWS, &rng, draws), ST_OK);
    for (int i = 0; i < DRAWS; i++) {
        const double *w = draws + (size_t)i * model->dim;
        int x = (int)((w[0] + 1) / 2 * CELLS),
            y = model->dim > 1 ? (int)((w[1] + 1) / 2 * CELLS) : 0;
        count[y * CELLS + x]++;
    }
    double chi = 0, cells = 0, rest = DRAWS, rest_mass = 1;
    for (int i = 0; i < CELLS * (model->dim > 1 ? CELLS : 1); i++)
        if (mass[i] * DRAWS >= 8) {
            chi += (count[i] - mass[i] * DRAWS) * (count[i] - mass[i] * DRAWS) / (mass[i] * DRAWS);
            cells++;
            rest -= count[i];
            rest_mass -= mass[i];
        }
    print_message("%s: chi2 %.1f over %.0f cells, rest %.0f of %.1f\n", text, chi, cells, rest,
                  rest_mass * DRAWS);
    assert_true(chi < cells + 5 * sqrt(2 * cells) + 5);
    assert_true(fabs(rest - rest_mass * DRAWS) < 5 * sqrt(rest_mass * DRAWS + 1) + 0.01 * DRAWS);
    double *second = mem_new(DRAWS * 3, sizeof(double));
    assert_int_equal(integral_draws(integral, n, DRAWS, &again, second), ST_OK);
    assert_memory_equal(draws, second, DRAWS * model->dim * sizeof(double));
    mem_free(second);
    integral_free(integral);
    model_unref(model);
    mem_free(mass);
    mem_free(draws);
    mem_free(count);
}

static void draws_are_from_the_posterior(void **state)
{
    (void)state;
    draws_follow("param x in [-1,1]; potential K = (x - 0.2)^2*(x + 0.6)^4", 50);
    draws_follow("param x, y in [-1,1]; potential K = x^2*y^2", 1e4);
    draws_follow("param x, y in [-1,1]; potential K = (x^2 - y^3)^2", 1e5);
    draws_follow("param x, y, z in [-1,1]; potential K = (x^2 - y^2*z)^2", 1e3);
}

static void regions_share_the_mass(void **state)
{
    (void)state;
    /* F−/F+ at n = 10 for theta = 0.4: 2.109 and 1.540 */
    const char *text =
        "param w in [-2,2]; knob t = 0.4 in [0,1]; potential K = (w + 1 - t)^2*(w - 1 + t)^4;"
        "region \"left\": abs(w + 1 - t) < 0.5; region \"right\": abs(w - 1 + t) < 0.5";
    struct model *model = fixture_model(text);
    struct integral *integral = integrate(model, NULL);
    double mass[2], free_energy[2], error[2];
    assert_int_equal(integral_regions(integral, 10, mass, free_energy, error), ST_OK);
    assert_true(fabs(free_energy[0] - 2.109) < 6e-4 + error[0]);
    assert_true(fabs(free_energy[1] - 1.540) < 6e-4 + error[1]);
    integral_free(integral);
    model_unref(model);
}

/* n at which the two regions of K_C weigh the same, by bisection. */
static double crossing_of(double c)
{
    char text[400];
    snprintf(text, sizeof text,
             "param w in [-2,2]; const C = %g; let u = w - 1;"
             "potential K = (w + 1)^2*(u^4 + C/4*(1 - u + 3/4*u^2 - 1/2*u^3));"
             "region \"accurate\": w < 0; region \"simple\": w > 0",
             c);
    struct model *model = fixture_model(text);
    struct integral *integral = integrate(model, NULL);
    double low = 2, high = 2000;
    for (int i = 0; i < 40; i++) {
        double n = sqrt(low * high), mass[2], f[2], error[2];
        assert_int_equal(integral_regions(integral, n, mass, f, error), ST_OK);
        if (f[1] < f[0])
            low = n;
        else
            high = n;
    }
    integral_free(integral);
    model_unref(model);
    return low;
}

static void accuracy_beats_complexity_at_n_c(void **state)
{
    (void)state;
    assert_true(fabs(crossing_of(0.1) - 18.1) < 0.06);
    assert_true(fabs(crossing_of(0.05) - 40.0) < 0.06);
    assert_true(fabs(crossing_of(0.02) - 112.6) < 0.06);
    assert_true(fabs(crossing_of(0.01) - 244.2) < 0.06);
}

static void limits_are_said(void **state)
{
    (void)state;
    struct model *model =
        fixture_model("param a[4] in [-1,1]; potential K = (a[1]*a[4] - a[2]*a[3])^2");
    struct integral *integral;
    assert_int_equal(integral_new(model, NULL, NULL, &integral), ST_UNABLE);
    assert_null(integral);
    model_unref(model);
    model = fixture_model("param x in [-1,1]; potential K = x^2");
    integral = integrate(model, NULL);
    double bad[] = {0.5, 2e12, NAN, -3};
    struct evidence row;
    for (int i = 0; i < 4; i++)
        assert_int_equal(integral_evidence(integral, &bad[i], 1, &row), ST_DOMAIN);
    integral_free(integral);
    atomic_uint generation = 2;
    struct cancel cancel = {&generation, 1};
    assert_int_equal(integral_new(model, NULL, &cancel, &integral), ST_CANCELLED);
    assert_null(integral);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crossing_matches_references),
        cmocka_unit_test(cusp_matches_references),
        cmocka_unit_test(expanded_cusp_knows_its_rounding),
        cmocka_unit_test(sums_factorise),
        cmocka_unit_test(circle_is_an_annulus),
        cmocka_unit_test(products_on_the_corner),
        cmocka_unit_test(running_slope_on_the_corner),
        cmocka_unit_test(three_dimensions),
        cmocka_unit_test(narrow_priors_are_followed),
        cmocka_unit_test(no_zero_is_measured_from_its_least),
        cmocka_unit_test(volumes_match_closed_forms),
        cmocka_unit_test(cells_hold_their_mass),
        cmocka_unit_test(credible_set_of_a_gaussian),
        cmocka_unit_test(draws_are_from_the_posterior),
        cmocka_unit_test(regions_share_the_mass),
        cmocka_unit_test(accuracy_beats_complexity_at_n_c),
        cmocka_unit_test(limits_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
