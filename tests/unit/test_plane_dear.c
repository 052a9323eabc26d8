/* Plane curves whose points or factors would be dear: what is proved without a field or a factor.
 */
#include "tap.h"

#include "plane_help.h"

#include <math.h>
#include <stdio.h>

struct row {
    const char *kl, *low, *high, *at[2];
    struct rat lambda;
    long multiplicity;
};

static void assert_lambda(const char *what, struct rat lambda, long m, struct rat want, long want_m)
{
    if (lambda.num != want.num || lambda.den != want.den || m != want_m) {
        print_error("%s: λ = %ld/%ld, m = %ld\n", what, lambda.num, lambda.den, m);
    }
    assert_int_equal(lambda.num, want.num);
    assert_int_equal(lambda.den, want.den);
    assert_int_equal(m, want_m);
}

/* λ and m over [−1, 1] × [low, high], with the points. */
static void tall_box(const char *kl, const char *low, const char *high, struct rat lambda, long m,
                     struct arena *arena, struct plane_result *result)
{
    struct poly *p = plane_read(kl, NULL, NULL);
    struct plane_problem problem = plane_box(p, "-1", "1");
    const char *why = "";
    problem.low[1] = low;
    problem.high[1] = high;
    arena_init(arena);
    enum status status = plane_rlct(&problem, NULL, arena, result, &why);
    assert_string_equal(why, "");
    assert_int_equal(status, ST_OK);
    assert_lambda(kl, result->lambda, result->multiplicity, lambda, m);
    poly_free(p);
}

/* Curves that meet in points of high degree. */
static void test_crossings(void **state)
{
    (void)state;
    struct arena arena;
    struct plane_result result;
    /* x^9 + x^7 - x - 1/3 has three real roots in (−1, 1), all irrational of degree 9. */
    tall_box("(y - x^9 + x)^2*(y + x^7 - 1/3)^2", "-2", "2", (struct rat){1, 2}, 2, &arena,
             &result);
    size_t n = 0;
    for (size_t i = 0; i < result.n_points; i++) {
        const struct plane_point *point = &result.points[i];
        if (point->on_boundary) {
            continue;
        }
        n++;
        double x = strtod(point->decimal[0], NULL), y = strtod(point->decimal[1], NULL);
        double x3 = x * x * x;
        assert_true(fabs(y - x3 * x3 * x3 + x) < 1e-14);
        assert_true(fabs(y + x3 * x3 * x - 1. / 3) < 1e-14);
        assert_true(point->singular && point->multiplicity == 2);
        assert_int_equal(point->resolution->n_divisors, 2);
        assert_string_equal(point->resolution->charts[0].total, "u^2 v^2");
        assert_memory_equal(point->coordinate[0], "near ", 5);
    }
    assert_int_equal(n, 3);
    arena_done(&arena);
    tall_box("(y - x^9 + x)^2*(y + x^7 - 1/3)^4", "-2", "2", (struct rat){1, 4}, 1, &arena,
             &result);
    arena_done(&arena);
    /* A third one through the same points, and a tangency there: with all coordinates after all. */
    tall_box("(y - x^9 + x)^2*(y + x^7 - 1/3)^2*(2y - x^9 + x + x^7 - 1/3)^2", "-2", "2",
             (struct rat){1, 3}, 1, &arena, &result);
    arena_done(&arena);
    tall_box("(y - x^7 + x)^2*(y - x^7 + x + (y - 1/3)^2)^2", "-2", "2", (struct rat){3, 8}, 1,
             &arena, &result);
    arena_done(&arena);
    /* The same over one x: two of four crossings are outside of the box. */
    tall_box("(x^9 + x - 1 + (y^2 - 2)*(y^2 - 3))^2*(x^9 + x - 1 + y*(y^2 - 2)*(y^2 - 3))^4", "0",
             "8/5", (struct rat){1, 4}, 1, &arena, &result);
    arena_done(&arena);
    tall_box("(-x^3 - x + 2y^2 + 2y - 6)^2*(x^12 + 4x^10 - 2x^9 + 6x^8 - 6x^7 + 4x^6 - 6x^5 + x^4"
             " - 2x^3 + y^6 + 3y^5 - 3/2*y^4 - 8y^3 + 9/4*y^2 + 27/4*y - 27/8)^2"
             "*(x^6 + 2x^4 - 2x^3 + x^2 - 2x - y^6 - 3y^5 + 5y^3 - 3y + 2)^4",
             "0", "1", (struct rat){5, 24}, 1, &arena, &result);
    arena_done(&arena);
    tall_box("(x^9 + 3x^7 - 2x^6 + 3x^5 - 4x^4 + 2x^3 - 2x^2 + x + y^4 - 10y^2 + 25)^2"
             "*(-x^6 - 2x^4 + 4x^3*y^2 - 19x^3 - x^2 + 4x*y^2 - 19x + 4y^4 - 42y^2 + 439/4)^2",
             "-3", "-1", (struct rat){1, 2}, 2, &arena, &result);
    arena_done(&arena);
}

/* Polynomials of high degree: known to be irreducible at once, or not taken apart at a point. */
static void test_factors(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"(y - x^12)^2*(y + x^11)^2", "-1", "1", {"0", "0"}, {3, 11}, 1},
        {"(x - y^21)^2*(y + x^2)^2", "-1", "1", {"0", "0"}, {1, 2}, 2},
        {"(x - y^21)^2*(y + x^2)^4", "-1", "1", {"0", "0"}, {1, 4}, 1},
        {"(x - y^21)^2*(y + x^2)^4*x^2", "0", "1", {"0", "0"}, {1, 4}, 2},
        {"(x^60 + y^60 - 1)^2", "-2", "2", {"1", "0"}, {1, 2}, 1},
        {"(x + y^15)^2 + (y^3 - x^7*y^8)^2", "-1", "1", {"0", "0"}, {2, 3}, 1},
        {"(x^2 - y^14 + x^15)^2 + (y^2 + x*y^13 + x^12*y^3)^2", "-1", "1", {"0", "0"}, {1, 2}, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct poly *kl = plane_read(row->kl, NULL, NULL);
        struct plane_problem problem = plane_box(kl, row->low, row->high);
        struct arena arena;
        struct plane_result result;
        const char *why = NULL;
        arena_init(&arena);
        assert_int_equal(plane_rlct(&problem, row->at, &arena, &result, &why), ST_OK);
        assert_lambda(row->kl, result.lambda, result.multiplicity, row->lambda, row->multiplicity);
        arena_done(&arena);
        poly_free(kl);
    }
    struct arena arena;
    struct plane_result result;
    tall_box("(x^60 + y^60 - 1)^2", "-2", "2", (struct rat){1, 2}, 1, &arena, &result);
    assert_int_equal(result.n_components, 1);
    arena_done(&arena);
    /* Two curves of degree 11, told apart over the whole box. */
    tall_box("(x^11 + y^10 - 3)^2*(y - x^2)^4", "-2", "2", (struct rat){1, 4}, 1, &arena, &result);
    assert_int_equal(result.n_components, 2);
    arena_done(&arena);
}

/* Factors in a chart are primitive and begin with a positive term. */
static void test_content(void **state)
{
    (void)state;
    static const struct {
        const char *kl, *at[2], *total, *blown_up;
    } cases[] = {
        {"(x - 1/2)^2 + (y - 1/2)^2", {"1/2", "1/2"}, "(x'^2 + y'^2)", "u1^2 (1 + v1^2)"},
        {"2*(x - 1/2)^2 + 2*(y - 1/2)^2", {"1/2", "1/2"}, "2 (x'^2 + y'^2)", "2 u1^2 (1 + v1^2)"},
        {"(x^2 - y)^2*y^2", {"0", "0"}, "y^2 (y - x^2)^2", "u1^4 v1^2 (u1 - v1)^2"},
        {"(3*x - 2*y - 1/2)^2", {"1/2", "1/2"}, "(3 x' - 2 y')^2", NULL},
        {"x^2 - y^3", {"0", "0"}, "(x^2 - y^3)", "u1^2 (1 - u1 v1^3)"},
        {"y^3 - x^2", {"0", "0"}, "-1 (x^2 - y^3)", "-1 u1^2 (1 - u1 v1^3)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct poly *kl = plane_read(cases[i].kl, NULL, NULL);
        struct plane_problem problem = plane_box(kl, "-1", "1");
        struct arena arena;
        struct plane_result result;
        const char *why = NULL;
        arena_init(&arena);
        assert_int_equal(plane_rlct(&problem, cases[i].at, &arena, &result, &why), ST_OK);
        const struct resolution *r = result.points[0].resolution;
        assert_string_equal(r->charts[0].total, cases[i].total);
        if (cases[i].blown_up) {
            assert_string_equal(r->charts[1].total, cases[i].blown_up);
        }
        arena_done(&arena);
        poly_free(kl);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crossings),
        cmocka_unit_test(test_factors),
        cmocka_unit_test(test_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
