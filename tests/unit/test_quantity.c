/* Fractions found from decimals, and the names of standings. */
#include "tap.h"

#include "cusp/quantity.h"

#include <limits.h>
#include <math.h>
#include <string.h>

static void expect_near(double x, double tolerance, long max_den, long num, long den)
{
    struct rat r = {0, 0};
    assert_true(rat_near(x, tolerance, max_den, &r));
    assert_int_equal(r.num, num);
    assert_int_equal(r.den, den);
}

static void test_near(void **state)
{
    (void)state;
    expect_near(5.0 / 12, 1e-9, 1000, 5, 12);
    expect_near(-2.0 / 3, 1e-9, 1000, -2, 3);
    expect_near(0.49999, 1e-4, 100, 1, 2);
    expect_near(3.14159265, 2e-3, 1000, 22, 7);
    expect_near(3.14159265, 1e-6, 1000, 355, 113);
    expect_near(1e-9, 1e-6, 10, 0, 1);
    expect_near(7, 0, 10, 7, 1);
    expect_near(0.75, 0, 10, 3, 4);
    struct rat r;
    assert_false(rat_near(M_SQRT2, 1e-12, 1000, &r));
    assert_false(rat_near((double)NAN, 1, 1000, &r));
    assert_false(rat_near((double)INFINITY, 1, 1000, &r));
    assert_false(rat_near(1e30, 1, 1000, &r));
}

/* Against trying every denominator. */
static void test_near_is_the_simplest(void **state)
{
    (void)state;
    for (int i = 1; i < 400; i++) {
        double x = fmod(i * 0.61803398875, 1), tolerance = 0.002;
        long den = 1;
        while (ceil((x - tolerance) * (double)den) > floor((x + tolerance) * (double)den)) {
            den++;
        }
        struct rat r;
        assert_true(rat_near(x, tolerance, 1000, &r));
        assert_int_equal(r.den, den);
        assert_true(fabs(rat_value(r) - x) <= tolerance);
    }
}

static void test_text(void **state)
{
    (void)state;
    char out[48];
    rat_text(out, sizeof out, (struct rat){5, 12});
    assert_string_equal(out, "5/12");
    rat_text(out, sizeof out, (struct rat){-3, 1});
    assert_string_equal(out, "-3");
    rat_text(out, sizeof out, (struct rat){1, 0});
    assert_string_equal(out, "");
    assert_true(isnan(rat_value((struct rat){1, 0})));
    for (enum standing standing = EXACT; standing <= UNKNOWN; standing++) {
        assert_true(strlen(standing_name(standing)) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_near),
        cmocka_unit_test(test_near_is_the_simplest),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
