/* Ticks: nice, ascending, inside the range, never too many. */
#include "tap.h"

#include <math.h>

#include "cusp/figure.h"

static void assert_ticks(double low, double high, enum scale scale, size_t max,
                         const double *expected, size_t n)
{
    double got[32];
    size_t count = figure_ticks(low, high, scale, max, got);
    assert_int_equal(count, n);
    for (size_t i = 0; i < n; i++)
        assert_true(got[i] == expected[i]);
}

static void linear_ticks_are_nice(void **state)
{
    (void)state;
    assert_ticks(-2, 2, SCALE_LINEAR, 5, (double[]){-2, -1, 0, 1, 2}, 5);
    assert_ticks(-2, 2, SCALE_LINEAR, 4, (double[]){-2, 0, 2}, 3);
    assert_ticks(0.07, 0.96, SCALE_LINEAR, 5, (double[]){0.2, 0.4, 0.6, 0.8}, 4);
    assert_ticks(0, 0.3, SCALE_LINEAR, 4, (double[]){0, 0.1, 0.2, 0.3}, 4);
    assert_ticks(2.385, 61.7, SCALE_LINEAR, 3, (double[]){20, 40, 60}, 3);
}

static void log_ticks_are_decades(void **state)
{
    (void)state;
    assert_ticks(1, 1e4, SCALE_LOG10, 6, (double[]){1, 10, 100, 1e3, 1e4}, 5);
    assert_ticks(1, 1e12, SCALE_LOG10, 7, (double[]){1, 1e2, 1e4, 1e6, 1e8, 1e10, 1e12}, 7);
    assert_ticks(0.003, 0.2, SCALE_LOG10, 9, (double[]){0.01, 0.1}, 2);
    assert_ticks(0.15, 7, SCALE_LOG10, 6, (double[]){0.2, 0.5, 1, 2, 5}, 5);
    assert_ticks(1.1, 1.9, SCALE_LOG10, 5, (double[]){1.2, 1.4, 1.6, 1.8}, 4);
}

static void bad_ranges_have_none(void **state)
{
    (void)state;
    double out[8];
    assert_int_equal(figure_ticks(1, 1, SCALE_LINEAR, 8, out), 0);
    assert_int_equal(figure_ticks(NAN, 1, SCALE_LINEAR, 8, out), 0);
    assert_int_equal(figure_ticks(0, INFINITY, SCALE_LINEAR, 8, out), 0);
    assert_int_equal(figure_ticks(-1, 10, SCALE_LOG10, 8, out), 0);
    assert_int_equal(figure_ticks(0, 10, SCALE_LOG10, 8, out), 0);
    assert_int_equal(figure_ticks(0, 10, SCALE_LINEAR, 0, out), 0);
}

static void reversed_ranges_ascend_too(void **state)
{
    (void)state;
    assert_ticks(2, -2, SCALE_LINEAR, 5, (double[]){-2, -1, 0, 1, 2}, 5);
}

static void any_range_keeps_the_contract(void **state)
{
    (void)state;
    static const double ends[] = {-1.7e308, -1e15,  -61.7, -1e-300,   0,     5e-324, 1e-300,
                                  1e-12,    0.2385, 1,     1 + 1e-15, 17.25, 1e15,   1.7e308};
    const size_t n_ends = sizeof ends / sizeof *ends;
    for (size_t i = 0; i < n_ends; i++)
        for (size_t j = i + 1; j < n_ends; j++)
            for (size_t max = 1; max <= 24; max++)
                for (int scale = SCALE_LINEAR; scale <= SCALE_LOG10; scale++) {
                    double out[25] = {[24] = 2.385}, span = ends[j] / 2 - ends[i] / 2;
                    size_t n = figure_ticks(ends[i], ends[j], (enum scale)scale, max, out);
                    assert_true(n <= max);
                    for (size_t k = 0; k < n; k++) {
                        assert_true(out[k] / 2 >= ends[i] / 2 - 1e-6 * span);
                        assert_true(out[k] / 2 <= ends[j] / 2 + 1e-6 * span);
                        assert_true(k == 0 || out[k] > out[k - 1]);
                    }
                    assert_true(out[24] == 2.385);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_ticks_are_nice),
        cmocka_unit_test(log_ticks_are_decades),
        cmocka_unit_test(bad_ranges_have_none),
        cmocka_unit_test(reversed_ranges_ascend_too),
        cmocka_unit_test(any_range_keeps_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
