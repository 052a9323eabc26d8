/* Axes map values to places and back; roles have names. */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/figure.h"

static void assert_near(double a, double b)
{
    assert_true(fabs(a - b) <= 1e-12 * (1 + fabs(b)));
}

static void linear_places(void **state)
{
    (void)state;
    struct axis axis = {"w1", "", -2, 3, SCALE_LINEAR};
    assert_near(axis_position(&axis, -2), 0);
    assert_near(axis_position(&axis, 0.5), 0.5);
    assert_near(axis_position(&axis, 5.5), 1.5);
    assert_near(axis_value(&axis, 0.2), -1);
    assert_true(isnan(axis_position(&axis, NAN)));
    assert_true(isnan(axis_position(&axis, INFINITY)));
}

static void log_places(void **state)
{
    (void)state;
    struct axis axis = {"n", "", 1, 1e12, SCALE_LOG10};
    assert_near(axis_position(&axis, 1e3), 0.25);
    assert_near(axis_value(&axis, 0.75), 1e9);
    assert_true(isnan(axis_position(&axis, 0)));
    assert_true(isnan(axis_position(&axis, -3.5)));
    axis.low = 0;
    assert_true(isnan(axis_position(&axis, 10)));
}

static void value_undoes_position(void **state)
{
    (void)state;
    const struct axis axes[] = {{"a", "", -0.385, 17.25, SCALE_LINEAR},
                                {"b", "", 17.25, -0.385, SCALE_LINEAR},
                                {"c", "", 2.385e-7, 61.7, SCALE_LOG10}};
    for (size_t i = 0; i < 3; i++)
        for (double place = -0.3; place < 1.4; place += 0.1)
            assert_near(axis_position(&axes[i], axis_value(&axes[i], place)), place);
}

static void wide_and_empty_ranges(void **state)
{
    (void)state;
    struct axis wide = {"w", "", -1.7e308, 1.7e308, SCALE_LINEAR};
    struct axis empty = {"w", "", 2.385, 2.385, SCALE_LINEAR};
    assert_near(axis_position(&wide, 0), 0.5);
    assert_true(isnan(axis_position(&empty, 2.385)));
    assert_true(isnan(axis_value(&empty, 0.5)));
}

static void roles_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < ROLE_COUNT; i++) {
        assert_true(strlen(role_name((enum role)i)) > 0);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(role_name((enum role)i), role_name((enum role)j));
    }
    assert_string_equal(role_name(ROLE_RANK_1), "rank 1");
    assert_string_equal(role_name(ROLE_COUNT), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_places),         cmocka_unit_test(log_places),
        cmocka_unit_test(value_undoes_position), cmocka_unit_test(wide_and_empty_ranges),
        cmocka_unit_test(roles_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
