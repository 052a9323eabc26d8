/* The table of operations: names, arities, and values against identities and known numbers. */
#include "tap.h"

#include "cusp/op.h"

#include <math.h>
#include <string.h>

static double one(enum op op, double a)
{
    return op_value(op, 0, a, 0, 0);
}

static void near(double got, double want)
{
    if (!(fabs(got - want) <= 4e-16 * fabs(want)) && got != want) {
        fail_msg("%.17g is not %.17g", got, want);
    }
}

static void test_table(void **state)
{
    (void)state;
    for (enum op op = 0; op < OP_COUNT; op++) {
        const struct op_info *info = op_info(op);
        assert_non_null(info->name);
        assert_true(strlen(info->help) > 0);
        assert_in_range(info->arity, 0, 3);
        assert_int_equal(op_find_function(info->name), op_is_function(op) ? op : OP_COUNT);
    }
    assert_int_equal(op_find_function("relu"), OP_RELU);
    assert_int_equal(op_find_function("if"), OP_IF);
    assert_int_equal(op_find_function("+"), OP_COUNT);
    assert_int_equal(op_find_function("neg"), OP_COUNT);
    assert_int_equal(op_find_function("and"), OP_COUNT);
    assert_int_equal(op_find_function("tahn"), OP_COUNT);
    assert_int_equal(op_find_function(""), OP_COUNT);
}

static void test_powers(void **state)
{
    (void)state;
    for (int e = -20; e <= 20; e++) {
        double want = pow(-1.375, e);
        double got = op_value(OP_POWI, e, -1.375, 0, 0);
        assert_true(fabs(got - want) <= 1e-14 * fabs(want));
    }
    near(op_value(OP_POWI, 0, 0, 0, 0), 1);
    near(op_value(OP_POWI, -1, 0, 0, 0), (double)INFINITY);
    near(op_value(OP_POWI, -2147483647 - 1, 1, 0, 0), 1);
    near(op_value(OP_POW, 0, 2.385, 1.5, 0), pow(2.385, 1.5));
    assert_true(isnan(op_value(OP_POW, 0, -2.385, 2, 0)));
    assert_true(isnan(one(OP_SQRT, -1e-9)));
    assert_true(isnan(one(OP_LOG, -1e-9)));
}

static void test_stable_activations(void **state)
{
    (void)state;
    near(one(OP_SIGMOID, -745), 4.94065645841247e-324);
    near(one(OP_SIGMOID, 745), 1);
    near(one(OP_SIGMOID, -40), exp(-40.0));
    near(one(OP_SOFTPLUS, -40), exp(-40.0));
    near(one(OP_SOFTPLUS, 1000), 1000);
    near(one(OP_SOFTPLUS, 0), M_LN2);
    /* Mills' ratio: gelu(−10) = −10 Φ(−10), Φ(−10) = 7.61985302416052606597e-24. */
    assert_true(fabs(one(OP_GELU, -10) / -7.61985302416052606597e-23 - 1) < 1e-14);
    near(one(OP_GELU, -(double)INFINITY), 0);
    near(one(OP_SWISH, -(double)INFINITY), 0);
    near(one(OP_SWISH, -800), 0);
    /* x²/2 − x³/3 + x⁴/4 … for small x. */
    assert_true(fabs(one(OP_LOG1P_GAP, 2.385e-150) / (0.5 * 2.385e-150 * 2.385e-150) - 1) < 1e-15);
    assert_true(fabs(one(OP_LOG1P_GAP, -2.385e-9) / (2.8441125e-18 + 4.522e-27) - 1) < 1e-11);
    assert_true(fabs(one(OP_LOG1P_GAP, -0.5) - (M_LN2 - 0.5)) < 1e-16);
    assert_true(fabs(one(OP_LOG1P_GAP, 1) - (1 - M_LN2)) < 1e-16);
    near(one(OP_LOG1P_GAP, 0), 0);
    near(one(OP_LOG1P_GAP, -1), (double)INFINITY);
    near(one(OP_LOG1P_GAP, (double)INFINITY), (double)INFINITY);
    assert_true(isnan(one(OP_LOG1P_GAP, -1.0000001)));
    for (double x = -0.999; x < 40; x += 0.00137) {
        double sum = 0;
        for (int k = 60; k >= 2; k--) {
            sum = x * (1.0 / k - sum); /* Σ (−1)^k x^(k−1) / k */
        }
        double expected = fabs(x) < 0.5 ? x * sum : x - log1p(x);
        assert_true(fabs(one(OP_LOG1P_GAP, x) / expected - 1) < 2e-15 || x == 0);
    }
    for (double x = -6; x <= 6; x += 0.37) {
        assert_true(fabs(one(OP_SIGMOID, x) + one(OP_SIGMOID, -x) - 1) < 1e-15);
        assert_true(fabs(one(OP_SOFTPLUS, x) - one(OP_SOFTPLUS, -x) - x) < 1e-14);
        assert_true(fabs(one(OP_GELU, x) - one(OP_GELU, -x) * -1 - x * erf(x * M_SQRT1_2)) < 1e-14);
        assert_true(fabs(one(OP_SWISH, x) - x * one(OP_SIGMOID, x)) < 1e-15);
    }
}

static void test_kinks_and_logic(void **state)
{
    (void)state;
    near(one(OP_RELU, -2.5), 0);
    near(one(OP_RELU, 2.5), 2.5);
    near(one(OP_LEAKY_RELU, -2.5), -0.025);
    near(one(OP_STEP, 0), 0);
    near(one(OP_STEP, 1e-300), 1);
    near(one(OP_SIGN, -3.7), -1);
    near(one(OP_SIGN, 0), 0);
    near(op_value(OP_MIN, 0, 1.5, -2.5, 0), -2.5);
    near(op_value(OP_MAX, 0, 1.5, -2.5, 0), 1.5);
    assert_true(isnan(one(OP_RELU, (double)NAN)));
    assert_true(isnan(op_value(OP_MIN, 0, (double)NAN, 1, 0)));
    assert_true(isnan(op_value(OP_MAX, 0, 1, (double)NAN, 0)));
    near(op_value(OP_LT, 0, 1, 2, 0), 1);
    near(op_value(OP_GE, 0, 1, 2, 0), 0);
    near(op_value(OP_NE, 0, 1, 2, 0), 1);
    near(op_value(OP_AND, 0, 3, 0, 0), 0);
    near(op_value(OP_OR, 0, 3, 0, 0), 1);
    near(one(OP_NOT, 0), 1);
    near(op_value(OP_IF, 0, 1, 2.5, 3.5), 2.5);
    near(op_value(OP_IF, 0, 0, 2.5, 3.5), 3.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_powers),
        cmocka_unit_test(test_stable_activations),
        cmocka_unit_test(test_kinks_and_logic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
