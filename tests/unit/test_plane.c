/* Real resolution of plane curves: every known λ and m, in many coordinates, and hard input. */
#include "tap.h"

#include "plane_help.h"

#include <limits.h>
#include <stdio.h>

struct row {
    const char *kl, *low, *high, *at[2];
    struct rat lambda;
    long multiplicity;
};

static const char *const ORIGIN[2] = {"0", "0"};

static const struct row ROWS[] = {
    {"x^2 + y^2", "-1", "1", {"0", "0"}, {1, 1}, 1},
    {"x^2", "-1", "1", {"0", "0"}, {1, 2}, 1},
    {"x^2*y^2", "-1", "1", {"0", "0"}, {1, 2}, 2},
    {"x^2*y^4", "-1", "1", {"0", "0"}, {1, 4}, 1},
    {"x^4*y^4", "-1", "1", {"0", "0"}, {1, 4}, 2},
    {"x^2 + y^4", "-1", "1", {"0", "0"}, {3, 4}, 1},
    {"(x^2 + y^2)^2", "-1", "1", {"0", "0"}, {1, 2}, 1},
    {"(x^2 + 2y^2)^2", "-1", "1", {"0", "0"}, {1, 2}, 1},
    {"(x^2 - 2y^2)^2", "-1", "1", {"0", "0"}, {1, 2}, 2},
    {"x^4 + x^2*y^2 + y^4", "-1", "1", {"0", "0"}, {1, 2}, 1},
    {"x^4 + x^2*y^2", "-1", "1", {"0", "0"}, {1, 2}, 2},
    {"(x + y)^2 + y^4", "-1", "1", {"0", "0"}, {3, 4}, 1},
    {"(x^2 - y^2)^2", "-1", "1", {"0", "0"}, {1, 2}, 2},
    {"(x^2 - y^3)^2", "-1", "1", {"0", "0"}, {5, 12}, 1},
    {"(x^2 - y^4)^2", "-1", "1", {"0", "0"}, {3, 8}, 1},
    {"(x*y*(x - y))^2", "-1", "1", {"0", "0"}, {1, 3}, 1},
    {"(x^3 + y^4)^2", "-1", "1", {"0", "0"}, {7, 24}, 1},
    {"(x^3 + x*y^3)^2", "-1", "1", {"0", "0"}, {5, 18}, 1},
    {"(x^3 + y^5)^2", "-1", "1", {"0", "0"}, {4, 15}, 1},
    {"(x*y*(x - y)*(x + y))^2", "-1", "1", {"0", "0"}, {1, 4}, 1},
    {"(x - 1)^2*(x^2 + y^2)^4", "-2", "2", {"0", "0"}, {1, 4}, 1},
    {"(x - 1)^2*(x^2 + y^2)^4", "-2", "2", {"1", "0"}, {1, 2}, 1},
    {"(y^2 - x^3)^2 - x^5*y", "-1", "1", {"0", "0"}, {5, 12}, 1},
    {"((y^2 - x^3)^2 - x^5*y)^2", "-1", "1", {"0", "0"}, {5, 24}, 1},
    {"(x^2 + y^3)^2 + x*y^5", "-1", "1", {"0", "0"}, {5, 12}, 1},
    {"((y^3 - x^4)^2 + x^9)^2", "-1", "1", {"0", "0"}, {7, 48}, 1},
    /* Directions and then tangents in towers of number fields; one of two conjugates is real. */
    {"((x^2 - 2y^2)^2 - 3y^6)^2", "-1", "1", {"0", "0"}, {1, 4}, 2},
    {"((x^2 - 2y^2)^2 - x*y^5)^2", "-1", "1", {"0", "0"}, {1, 4}, 2},
    {"((x^3 - 2y^3)^2 - 5x^8)^2", "-1", "1", {"0", "0"}, {1, 6}, 1},
};
enum { N_ROWS = sizeof ROWS / sizeof ROWS[0] };

static void assert_lambda(const char *what, struct rat lambda, long m, struct rat want, long want_m)
{
    if (lambda.num != want.num || lambda.den != want.den || m != want_m) {
        print_error("%s: λ = %ld/%ld, m = %ld\n", what, lambda.num, lambda.den, m);
    }
    assert_int_equal(lambda.num, want.num);
    assert_int_equal(lambda.den, want.den);
    assert_int_equal(m, want_m);
}

/* λ and m at the origin; side: bits say which sides of the box [−1, 1]² are cut at 0. */
static struct rat at_origin(const struct poly *kl, unsigned cut, long *m)
{
    struct plane_problem problem = plane_box(kl, "-1", "1");
    for (unsigned k = 0; k < 2; k++) {
        problem.high[k] = cut >> (2 * k) & 1U ? "0" : "1";
        problem.low[k] = cut >> (2 * k) & 2U ? "0" : "-1";
    }
    struct arena arena;
    struct plane_result result;
    const char *why = NULL;
    arena_init(&arena);
    enum status status = plane_rlct(&problem, ORIGIN, &arena, &result, &why);
    if (status) {
        print_error("%s\n", why);
    }
    assert_int_equal(status, ST_OK);
    *m = result.multiplicity;
    arena_done(&arena);
    return result.lambda;
}

static void test_truths(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ROWS; i++) {
        const struct row *row = &ROWS[i];
        struct arena arena;
        struct plane_result result;
        const char *why = NULL;
        arena_init(&arena);
        struct poly *kl = plane_read(row->kl, NULL, NULL);
        struct plane_problem problem = plane_box(kl, row->low, row->high);
        assert_int_equal(plane_rlct(&problem, row->at, &arena, &result, &why), ST_OK);
        assert_lambda(row->kl, result.lambda, result.multiplicity, row->lambda, row->multiplicity);
        assert_true(result.has_zero);
        assert_int_equal(result.n_points, 1);
        poly_free(kl);
        arena_done(&arena);
    }
}

/* Linear maps, shears and scalings with rational numbers keep λ and m. */
static void test_coordinates_do_not_matter(void **state)
{
    (void)state;
    static const char *const maps[][2] = {
        {"2/3*x - y", "x + 5/7*y"},   {"x", "y + x^2"}, {"x + 3*y^2", "y"}, {"-7/2*x", "0.125*y"},
        {"y - 2*x + x^2", "3*x + y"},
    };
    for (size_t i = 0; i < N_ROWS; i++) {
        const struct row *row = &ROWS[i];
        if (strcmp(row->at[0], "0") != 0) {
            continue;
        }
        for (size_t k = 0; k < sizeof maps / sizeof maps[0]; k++) {
            struct poly *x = plane_read(maps[k][0], NULL, NULL);
            struct poly *y = plane_read(maps[k][1], NULL, NULL);
            struct poly *kl = plane_read(row->kl, x, y);
            long m = 0;
            struct rat lambda = at_origin(kl, 0, &m);
            assert_lambda(row->kl, lambda, m, row->lambda, row->multiplicity);
            poly_free(kl);
            poly_free(x);
            poly_free(y);
        }
    }
}

static int compare(struct rat a, struct rat b)
{
    return (a.num * b.den > b.num * a.den) - (a.num * b.den < b.num * a.den);
}

/* A neighbourhood is four quadrants: the least of theirs is its λ, the greatest m there its m. */
static void test_quadrants(void **state)
{
    (void)state;
    static const unsigned quadrants[] = {5, 6, 9, 10}, halves[] = {1, 2}, others[] = {4, 8};
    const unsigned *const parts[] = {quadrants, halves, others};
    const size_t n_parts[] = {4, 2, 2};
    static const char *const more[] = {"x^2*y^2*(x - y^2)^2", "((x - y)^2 - x^3)^2",
                                       "((x - y)*(x - 2*y))^2", "(x^2 - y^5)^2*(x + y^2)^4"};
    for (size_t i = 0; i < N_ROWS + 4; i++) {
        if (i < N_ROWS && strcmp(ROWS[i].at[0], "0") != 0) {
            continue;
        }
        const char *text = i < N_ROWS ? ROWS[i].kl : more[i - N_ROWS];
        struct poly *kl = plane_read(text, NULL, NULL);
        long m = 0;
        struct rat whole = at_origin(kl, 0, &m);
        for (size_t p = 0; p < 3; p++) {
            struct rat least = {LONG_MAX / 1000000, 1};
            long most = 0;
            for (size_t q = 0; q < n_parts[p]; q++) {
                long one = 0;
                struct rat lambda = at_origin(kl, parts[p][q], &one);
                int order = compare(lambda, least);
                most = order < 0 ? one : order == 0 && one > most ? one : most;
                least = order < 0 ? lambda : least;
            }
            assert_lambda(text, least, most, whole, m);
        }
        poly_free(kl);
    }
}

/* What only touches the box from outside, by hand: |x| + y² < δ has area ~ δ^(3/2), … */
static void test_edges(void **state)
{
    (void)state;
    static const struct {
        const char *kl;
        unsigned cut; /* 1: x ≤ 0, 2: x ≥ 0, 4: y ≤ 0, 8: y ≥ 0 */
        struct rat lambda;
        long multiplicity;
    } cases[] = {
        {"x^2*y^2", 10, {1, 2}, 2},
        {"(x - y^2)^2", 1, {3, 4}, 1},
        {"(x - y^2)^2", 2, {1, 2}, 1},
        {"(x - y)^2", 6, {1, 1}, 1},
        {"((x - y)*(x - 2*y))^2", 6, {1, 2}, 1},
        {"(x*y)^2*(x - y^2)^2", 1, {3, 10}, 1},
        {"((x - y)^2 - x^3)^2", 6, {1, 2}, 1},
        {"((x - y^2)*(x - 2*y^2))^2", 9, {3, 8}, 1},
        {"x^2", 2, {1, 2}, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct poly *kl = plane_read(cases[i].kl, NULL, NULL);
        long m = 0;
        struct rat lambda = at_origin(kl, cases[i].cut, &m);
        assert_lambda(cases[i].kl, lambda, m, cases[i].lambda, cases[i].multiplicity);
        poly_free(kl);
    }
}

/* x^a − y^b squared has min(1/2, (1/a + 1/b) / 2); the number of blow-ups is that of Euclid's
   algorithm on a and b: the sum of its quotients. */
static void test_quasihomogeneous(void **state)
{
    (void)state;
    for (long a = 2; a <= 7; a++) {
        for (long b = a; b <= 9; b++) {
            char text[64];
            snprintf(text, sizeof text, "(x^%ld - 3*y^%ld)^2", a, b);
            struct poly *kl = plane_read(text, NULL, NULL);
            struct plane_problem problem = plane_box(kl, "-1", "1");
            struct arena arena;
            struct plane_result result;
            const char *why = NULL;
            arena_init(&arena);
            assert_int_equal(plane_rlct(&problem, ORIGIN, &arena, &result, &why), ST_OK);
            assert_true(result.lambda.num * 2 * a * b == result.lambda.den * (a + b));
            assert_int_equal(result.multiplicity, a == 2 && b == 2 ? 2 : 1);
            size_t steps = 0;
            for (long p = a, q = b; p && q; steps++) {
                if (q >= p) {
                    q -= p;
                } else {
                    p -= q;
                }
            }
            if (a == b || b % a != 0) {
                assert_int_equal(result.points[0].resolution->n_blow_ups, steps);
            }
            poly_free(kl);
            arena_done(&arena);
        }
    }
}

static void whole_box(const struct row *row, struct plane_result *result, struct arena *arena,
                      enum status expected)
{
    struct poly *kl = plane_read(row->kl, NULL, NULL);
    struct plane_problem problem = plane_box(kl, row->low, row->high);
    const char *why = NULL;
    arena_init(arena);
    enum status status = plane_rlct(&problem, NULL, arena, result, &why);
    if (status != expected) {
        print_error("%s: %s\n", row->kl, why);
    }
    assert_int_equal(status, expected);
    assert_true(status == ST_OK || strlen(why) > 0);
    if (row->lambda.den) {
        assert_lambda(row->kl, result->lambda, result->multiplicity, row->lambda,
                      row->multiplicity);
    }
    poly_free(kl);
}

static void test_boxes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"(x - 1)^2*(x^2 + y^2)^4", "-2", "2", {0}, {1, 4}, 1},
        {"((x^2 - 2)^2 + y^4)^2", "-2", "2", {0}, {3, 8}, 1},
        {"((x^2 - 2)^3 + (y - x)^4)^2", "-2", "2", {0}, {7, 24}, 1},
        {"(x^3 - x - 1)^2 + (y^2 - 2)^2", "-2", "2", {0}, {1, 1}, 1},
        {"((x^3 - x - 1)^2 + (y^2 - x)^4)^2", "-2", "2", {0}, {3, 8}, 1},
        {"(x^2 + y^2 - 1)^2", "-2", "2", {0}, {1, 2}, 1},
        {"(y^2 - x^2*(x + 1))^2", "-2", "2", {0}, {1, 2}, 2},
        {"((x^2 + y^2)^2 - x^2 + y^2)^2", "-2", "2", {0}, {1, 2}, 2},
        {"(x^2 - 1)^2*(y^2 - 2)^2", "-2", "2", {0}, {1, 2}, 2},
        {"x^2*y^2", "0", "1", {0}, {1, 2}, 2},
        {"x^2*(y - 3)^4", "-2", "2", {0}, {1, 2}, 1},
        {"(x^2 - 1/4)^6*(y - 3)^4*(x^2 + y^2 + 1)", "-2", "2", {0}, {1, 6}, 1},
        {"(x - 2)^2 + y^2", "-2", "2", {0}, {1, 1}, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena arena;
        struct plane_result result;
        whole_box(&rows[i], &result, &arena, ST_OK);
        assert_true(result.has_zero);
        arena_done(&arena);
    }
}

static void test_no_zero(void **state)
{
    (void)state;
    static const char *const none[] = {"3",
                                       "1 + x^2",
                                       "x^2 + y^2 + 1",
                                       "(x - 3)^2",
                                       "(x*y - 9)^2",
                                       "x^4 - x^2*y + y^2 + 1",
                                       "(x^2 + y^2 - 9)^2"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct row row = {none[i], "-2", "2", {0}, {0, 0}, 0};
        struct arena arena;
        struct plane_result result;
        whole_box(&row, &result, &arena, ST_OK);
        assert_false(result.has_zero);
        assert_int_equal(result.lambda.den, 0);
        assert_int_equal(result.n_points, 0);
        arena_done(&arena);
    }
}

/* Curves, isolated points and edges are told apart. */
static void test_parts_of_the_answer(void **state)
{
    (void)state;
    struct arena arena;
    struct plane_result result;
    whole_box(&(struct row){"(x^2 - x^3 + y^2)^4*(x - y)^2", "-2", "2", {0}, {0, 0}, 0}, &result,
              &arena, ST_OK);
    assert_int_equal(result.n_components, 2);
    assert_true(result.components[0].has_curve && result.components[1].has_curve);
    assert_lambda("node off the curve", result.inside, result.inside_multiplicity,
                  (struct rat){1, 5}, 1);
    assert_lambda("its edges", result.boundary, result.boundary_multiplicity, (struct rat){1, 4},
                  1);
    arena_done(&arena);

    /* A circle that touches all four edges from inside, and one from outside. */
    whole_box(&(struct row){"(x^2 + y^2 - 4)^2", "-2", "2", {0}, {1, 2}, 1}, &result, &arena,
              ST_OK);
    assert_int_equal(result.n_points, 4);
    assert_true(result.points[0].on_boundary && !result.points[0].singular);
    assert_true(result.winner == SIZE_MAX);
    arena_done(&arena);
    whole_box(&(struct row){"((x - 3)^2 + y^2 - 1)^2", "-2", "2", {0}, {3, 4}, 1}, &result, &arena,
              ST_OK);
    assert_int_equal(result.n_points, 1);
    assert_false(result.components[0].has_curve);
    assert_int_equal(result.inside.den, 0);
    assert_string_equal(result.points[0].coordinate[0], "2");
    arena_done(&arena);
}

static void test_coordinates_read(void **state)
{
    (void)state;
    struct arena arena;
    struct plane_result result;
    whole_box(&(struct row){"(2*x^2 - 1)^2 + (y^3 - y - 1)^2", "-2", "2", {0}, {1, 1}, 1}, &result,
              &arena, ST_OK);
    assert_int_equal(result.n_points, 2);
    assert_string_equal(result.points[0].coordinate[0], "-√2/2");
    assert_string_equal(result.points[1].coordinate[0], "√2/2");
    assert_string_equal(result.points[0].coordinate[1], "root of t^3 - t - 1 near 1.32472");
    assert_string_equal(result.points[0].decimal[1], "1.324717957244746");
    arena_done(&arena);
}

static void test_prior(void **state)
{
    (void)state;
    static const struct {
        const char *kl, *prior;
        struct rat power, lambda;
        long multiplicity;
    } cases[] = {
        {"x^2*y^2", "x", {1, 1}, {1, 2}, 1},       {"x^2*y^2", "x*y", {-1, 2}, {1, 4}, 2},
        {"x^2", "x", {3, 2}, {5, 4}, 1},           {"x^2 + y^2", "x*y", {1, 1}, {2, 1}, 1},
        {"(x^2 - y^3)^2", "y", {1, 1}, {1, 2}, 1}, {"x^2 + y^2", "x^2 + y^2", {-1, 2}, {1, 2}, 1},
        {"(y - x^2)^2", "y", {5, 1}, {1, 2}, 1},   {"x^2*y^2", "1 + x^2", {9, 1}, {1, 2}, 2},
        {"(y - x^2)^2", "y", {-3, 4}, {3, 8}, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct poly *kl = plane_read(cases[i].kl, NULL, NULL);
        struct poly *f = plane_read(cases[i].prior, NULL, NULL);
        struct prior_factor prior = {f, cases[i].power};
        struct plane_problem problem = plane_box(kl, "-1", "1");
        problem.prior = &prior;
        problem.n_prior = 1;
        struct arena arena;
        struct plane_result result;
        const char *why = NULL;
        arena_init(&arena);
        assert_int_equal(plane_rlct(&problem, ORIGIN, &arena, &result, &why), ST_OK);
        assert_lambda(cases[i].kl, result.lambda, result.multiplicity, cases[i].lambda,
                      cases[i].multiplicity);
        arena_done(&arena);
        poly_free(kl);
        poly_free(f);
    }
}

static void test_charts_of_the_cusp(void **state)
{
    (void)state;
    struct arena arena;
    struct plane_result result;
    whole_box(&(struct row){"(x^2 - y^3)^2", "-0.9", "0.9", {0}, {5, 12}, 1}, &result, &arena,
              ST_OK);
    const struct resolution *r = result.points[result.winner].resolution;
    assert_int_equal(r->n_blow_ups, 3);
    assert_int_equal(r->n_charts, 7);
    assert_int_equal(r->n_divisors, 4);
    assert_int_equal(r->n_meetings, 3);
    const struct resolution_divisor *e3 = &r->divisors[3];
    assert_string_equal(e3->name, "E3");
    assert_int_equal(e3->multiplicity, 12);
    assert_int_equal(e3->jacobian.num, 4);
    assert_true(e3->wins && !r->divisors[0].wins);
    assert_string_equal(r->charts[5].total, "u5^12 v5^4 (1 - v5)^2");
    assert_string_equal(r->charts[5].jacobian, "u5^4 v5");
    assert_string_equal(r->charts[5].substitution, "u3 = u5, v3 = u5 v5");
    assert_string_equal(r->meetings[1].where, "chart 5, u5 = 0, v5 = 1");
    assert_true(r->charts[5].normal_crossing && !r->charts[3].normal_crossing);
    assert_int_equal(r->charts[0].n_terms, 2);
    arena_done(&arena);
}

static void test_hard_input(void **state)
{
    (void)state;
    struct arena arena;
    struct plane_result result;
    whole_box(&(struct row){"(x^61 - y^64)^2", "-1", "1", {0}, {125, 7808}, 1}, &result, &arena,
              ST_OK);
    arena_done(&arena);
    whole_box(&(struct row){"(y - x^1000)^2*y^2", "-1", "1", {0}, {0, 0}, 0}, &result, &arena,
              ST_UNABLE);
    arena_done(&arena);
    whole_box(&(struct row){"(x^100000 - y^99999)", "-1", "1", {0}, {0, 0}, 0}, &result, &arena,
              ST_UNABLE);
    arena_done(&arena);
    /* Coefficients of a thousand digits. */
    char text[2200], digits[1001];
    memset(digits, '7', 1000);
    digits[1000] = 0;
    snprintf(text, sizeof text, "(%s*x^2 - %s1*y^2)^2", digits, digits);
    whole_box(&(struct row){text, "-1", "1", {0}, {1, 2}, 2}, &result, &arena, ST_OK);
    arena_done(&arena);
}

static void test_refusals(void **state)
{
    (void)state;
    struct poly *kl = plane_read("(x - y)^2", NULL, NULL), *zero = poly_zero(2);
    struct arena arena;
    struct plane_result result;
    const char *why = NULL;
    static const struct {
        const char *at[2], *low;
        enum status status;
    } cases[] = {
        {{"1/2", "0"}, "-1", ST_DOMAIN}, {{"3", "3"}, "-1", ST_DOMAIN},
        {{"one", "0"}, "-1", ST_INPUT},  {{"0", "0"}, "2", ST_INPUT},
        {{"0", "0"}, "", ST_INPUT},      {{"0.25", "1/4"}, "-1", ST_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct plane_problem problem = plane_box(kl, cases[i].low, "1");
        arena_init(&arena);
        assert_int_equal(plane_rlct(&problem, cases[i].at, &arena, &result, &why), cases[i].status);
        assert_true(cases[i].status == ST_OK || strlen(why) > 0);
        arena_done(&arena);
    }
    struct plane_problem problem = plane_box(zero, "-1", "1");
    arena_init(&arena);
    assert_int_equal(plane_rlct(&problem, NULL, &arena, &result, &why), ST_INPUT);
    arena_done(&arena);
    poly_free(kl);
    poly_free(zero);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truths),
        cmocka_unit_test(test_coordinates_do_not_matter),
        cmocka_unit_test(test_quadrants),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_quasihomogeneous),
        cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_no_zero),
        cmocka_unit_test(test_parts_of_the_answer),
        cmocka_unit_test(test_coordinates_read),
        cmocka_unit_test(test_prior),
        cmocka_unit_test(test_charts_of_the_cusp),
        cmocka_unit_test(test_hard_input),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
