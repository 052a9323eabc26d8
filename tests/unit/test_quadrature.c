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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_legendre),
        cmocka_unit_test(test_kronrod),
        cmocka_unit_test(lagrange_carries_polynomials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
