/* Quadrature rules: exact on polynomials up to their degree, and on nothing beyond. */
#include "tap.h"

#include "cusp/num_init.h"
#include "cusp/quadrature.h"

#include <math.h>

static double power_sum(size_t n, const double *nodes, const double *weights, unsigned power)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += weights[i] * pow(nodes[i], power);
    }
    return sum;
}

static double power_integral(unsigned power)
{
    return power % 2 == 0 ? 2.0 / (power + 1) : 0;
}

static void test_legendre(void **state)
{
    (void)state;
    num_init();
    for (size_t n = 1; n <= 64; n++) {
        double nodes[64], weights[64];
        quadrature_legendre(n, nodes, weights);
        for (size_t i = 1; i < n; i++) {
            assert_true(nodes[i] > nodes[i - 1]);
        }
        for (unsigned power = 0; power < 2 * n; power++) {
            assert_true(fabs(power_sum(n, nodes, weights, power) - power_integral(power)) < 2e-15);
        }
        double beyond = power_sum(n, nodes, weights, (unsigned)(2 * n));
        assert_true(n > 20 || fabs(beyond - power_integral((unsigned)(2 * n))) > 1e-14);
    }
    double nodes[64], weights[64];
    quadrature_legendre(5, nodes, weights);
    assert_true(fabs(nodes[4] - 0.906179845938664) < 1e-15);
    assert_true(nodes[2] == 0);
    assert_true(fabs(weights[2] - 128.0 / 225) < 1e-15);
}

static void test_kronrod(void **state)
{
    (void)state;
    const double *nodes, *kronrod, *gauss;
    quadrature_kronrod15(&nodes, &kronrod, &gauss);
    for (unsigned power = 0; power <= 22; power++) {
        assert_true(fabs(power_sum(15, nodes, kronrod, power) - power_integral(power)) < 1e-15);
    }
    for (unsigned power = 0; power <= 13; power++) {
        assert_true(fabs(power_sum(15, nodes, gauss, power) - power_integral(power)) < 1e-15);
    }
    double seven[7], weights[7];
    quadrature_legendre(7, seven, weights);
    for (size_t i = 0; i < 7; i++) {
        assert_true(fabs(seven[i] - nodes[2 * i + 1]) < 1e-15);
        assert_true(fabs(weights[i] - gauss[2 * i + 1]) < 1e-15);
    }
}

static void lagrange_carries_polynomials(void **state)
{
    (void)state;
    double nodes[5], weights[5], at_end[5], sum = 0;
    quadrature_legendre(5, nodes, weights);
    quadrature_lagrange(nodes, 5, 1.385, at_end);
    for (int j = 0; j < 5; j++)
        sum += at_end[j] * (nodes[j] * nodes[j] * nodes[j] * nodes[j] - 2.385 * nodes[j]);
    assert_true(fabs(sum - (pow(1.385, 4) - 2.385 * 1.385)) < 1e-12);
}

static void legendre_of_many_nodes(void **state)
{
    (void)state;
    static const size_t sizes[] = {65, 128, 200, 257, 512};
    static double nodes[512], weights[512];
    for (size_t k = 0; k < 5; k++) {
        size_t n = sizes[k];
        quadrature_legendre(n, nodes, weights);
        double waves = 0, sum = 0;
        for (size_t i = 0; i < n; i++) {
            assert_true(weights[i] > 0 && (i == 0 || nodes[i] > nodes[i - 1]));
            waves += weights[i] * cos(0.385 * (double)n * nodes[i]);
            sum += weights[i];
        }
        double exact = 2 * sin(0.385 * (double)n) / (0.385 * (double)n);
        assert_true(fabs(waves - exact) < 5e-15);
        assert_true(fabs(sum - 2) < 5e-15);
    }
}

/* E x^(2k) = (2k − 1)!! and E cos(t x) = exp(−t²/2). */
static void hermite_gives_moments(void **state)
{
    (void)state;
    static double nodes[512], weights[512];
    for (size_t n = 1; n <= 512; n += n < 40 ? 1 : 59) {
        quadrature_hermite(n, nodes, weights);
        double moment = 1, waves = 0;
        for (size_t i = 0; i < n; i++) {
            assert_true(i == 0 || nodes[i] > nodes[i - 1]);
            assert_true(nodes[i] == -nodes[n - 1 - i] && weights[i] == weights[n - 1 - i]);
            waves += weights[i] * cos(2.385 * nodes[i]);
        }
        assert_true(n < 40 || fabs(waves - exp(-0.5 * 2.385 * 2.385)) < 1e-14);
        for (unsigned power = 0; power < 2 * n && power < 60; power += 2) {
            moment *= power > 0 ? power - 1 : 1;
            double sum = power_sum(n, nodes, weights, power);
            assert_true(fabs(sum / moment - 1) < 2e-13);
            assert_true(power + 1 >= 2 * n ||
                        fabs(power_sum(n, nodes, weights, power + 1)) < 1e-13 * moment * 10);
        }
        /* The weights of nodes far out are as good as the others. */
        double tilted = 0;
        for (size_t i = 0; n > 100 && i < n; i++) {
            tilted += weights[i] * exp(4.25 * nodes[i]);
        }
        assert_true(n <= 100 || fabs(tilted / exp(0.5 * 4.25 * 4.25) - 1) < 1e-12);
    }
    quadrature_hermite(3, nodes, weights);
    assert_true(fabs(nodes[2] - sqrt(3)) < 1e-15 && nodes[1] == 0);
    assert_true(fabs(weights[0] - 1.0 / 6) < 1e-16 && fabs(weights[1] - 2.0 / 3) < 1e-15);
    quadrature_hermite(40, nodes, weights);
    assert_true(fabs(weights[39] / 1.461839873869e-29 - 1) < 1e-9);
}

static void quasi_random_points_fill_the_cube(void **state)
{
    (void)state;
    enum { N = 4095, DIMS = 61 };
    static double memory[DIMS][N], tail[DIMS][N];
    static const size_t dims[] = {1, 2, 7, 40, 41, DIMS};
    double *columns[DIMS], *late[DIMS];
    for (size_t d = 0; d < DIMS; d++) {
        columns[d] = memory[d];
        late[d] = tail[d];
    }
    for (size_t k = 0; k < 6; k++) {
        quadrature_sobol(dims[k], 0, N, columns);
        quadrature_sobol(dims[k], 1000, 500, late);
        for (size_t d = 0; d < dims[k]; d++) {
            double mean = 0, product = 0;
            for (size_t i = 0; i < N; i++) {
                assert_true(columns[d][i] > 0 && columns[d][i] < 1);
                mean += columns[d][i] / N;
                product += columns[d][i] * columns[(d + 1) % dims[k]][i] / N;
            }
            assert_true(late[d][17] == columns[d][1017]);
            /* Halton's sequence in a base of hundreds has gone round few times. */
            assert_true(fabs(mean - 0.5) < (dims[k] <= 40 ? 1e-14 : 4e-2));
            double expected = dims[k] == 1 ? 1.0 / 3 : 0.25;
            assert_true(fabs(product - expected) < (dims[k] <= 40 ? 2e-4 : 8e-2));
        }
    }
    quadrature_sobol(0, 0, 5, columns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_legendre),
        cmocka_unit_test(legendre_of_many_nodes),
        cmocka_unit_test(hermite_gives_moments),
        cmocka_unit_test(quasi_random_points_fill_the_cube),
        cmocka_unit_test(test_kronrod),
        cmocka_unit_test(lagrange_carries_polynomials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
