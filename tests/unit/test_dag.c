/* The expression graph: sharing, folding, identities, derivatives, copies, polynomials, generators.
 */
#include "tap.h"

#include <math.h>
#include <stdlib.h>

#include "cusp/dag.h"
#include "cusp/program.h"

#define assert_close(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static double at(const struct dag *dag, uint32_t y, const double *w)
{
    struct program *program = program_new(dag, &y, 1);
    struct program_space *space = program_space_new();
    double value;
    program_point(program, space, w, &value);
    program_free(program);
    program_space_free(space);
    return value;
}

static uint32_t num(struct dag *dag, double value)
{
    return dag_const(dag, value);
}

static uint32_t two(struct dag *dag, enum op op, uint32_t a, uint32_t b)
{
    return dag_op(dag, op, a, b, 0);
}

static uint32_t one(struct dag *dag, enum op op, uint32_t a)
{
    return dag_op(dag, op, a, 0, 0);
}

static void equal_expressions_are_one_node(void **state)
{
    (void)state;
    struct dag *dag = dag_new(2);
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1);
    assert_int_equal(x, dag_var(dag, 0));
    assert_int_not_equal(x, y);
    assert_int_equal(two(dag, OP_ADD, x, y), two(dag, OP_ADD, y, x));
    assert_int_equal(two(dag, OP_MUL, x, y), two(dag, OP_MUL, y, x));
    assert_int_not_equal(two(dag, OP_SUB, x, y), two(dag, OP_SUB, y, x));
    assert_int_equal(one(dag, OP_TANH, x), one(dag, OP_TANH, x));
    assert_int_equal(num(dag, 2.385), num(dag, 2.385));
    assert_int_equal(num(dag, (double)NAN), num(dag, -(double)NAN));
    size_t n = dag_n_nodes(dag);
    two(dag, OP_ADD, y, x);
    assert_int_equal(dag_n_nodes(dag), n);
    dag_free(dag);
}

static void constants_fold(void **state)
{
    (void)state;
    struct dag *dag = dag_new(1);
    double value;
    assert_true(dag_is_const(dag, two(dag, OP_ADD, num(dag, 2.385), num(dag, 1.25)), &value));
    assert_true(value == 2.385 + 1.25);
    assert_true(dag_is_const(dag, one(dag, OP_EXP, num(dag, 0.75)), &value));
    assert_true(value == exp(0.75));
    assert_true(dag_is_const(dag, two(dag, OP_POW, num(dag, -2.5), num(dag, 3)), &value));
    assert_true(value == -15.625);
    assert_true(dag_is_const(dag, two(dag, OP_POW, num(dag, -2.5), num(dag, 0.3)), &value));
    assert_true(isnan(value));
    assert_true(
        dag_is_const(dag, dag_op(dag, OP_IF, num(dag, 0), num(dag, 4.5), num(dag, 7.5)), &value));
    assert_true(value == 7.5);
    assert_false(dag_is_const(dag, dag_var(dag, 0), &value));
    dag_free(dag);
}

static void identities_hold(void **state)
{
    (void)state;
    struct dag *dag = dag_new(2);
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1), zero = num(dag, 0), unit = num(dag, 1);
    uint32_t log_x = one(dag, OP_LOG, x);
    assert_int_equal(two(dag, OP_ADD, x, zero), x);
    assert_int_equal(two(dag, OP_MUL, unit, x), x);
    assert_int_equal(two(dag, OP_MUL, x, zero), zero);
    assert_int_not_equal(two(dag, OP_MUL, log_x, zero), zero);
    assert_int_equal(two(dag, OP_SUB, x, x), zero);
    assert_int_not_equal(two(dag, OP_SUB, log_x, log_x), zero);
    assert_int_equal(two(dag, OP_DIV, x, unit), x);
    assert_int_equal(one(dag, OP_NEG, one(dag, OP_NEG, x)), x);
    assert_int_equal(two(dag, OP_ADD, x, one(dag, OP_NEG, y)), two(dag, OP_SUB, x, y));
    assert_int_equal(one(dag, OP_NEG, two(dag, OP_SUB, x, y)), two(dag, OP_SUB, y, x));
    assert_int_equal(two(dag, OP_ADD, x, x), two(dag, OP_MUL, x, num(dag, 2)));
    assert_int_equal(two(dag, OP_MIN, x, x), x);
    assert_int_equal(dag_op(dag, OP_IF, two(dag, OP_LT, x, y), y, y), y);
    dag_free(dag);
}

static void powers_merge(void **state)
{
    (void)state;
    struct dag *dag = dag_new(2);
    uint32_t x = dag_var(dag, 0);
    assert_int_equal(two(dag, OP_MUL, x, x), dag_powi(dag, x, 2));
    assert_int_equal(two(dag, OP_MUL, dag_powi(dag, x, 2), x), dag_powi(dag, x, 3));
    assert_int_equal(two(dag, OP_MUL, dag_powi(dag, x, 2), dag_powi(dag, x, 5)),
                     dag_powi(dag, x, 7));
    assert_int_equal(dag_powi(dag, dag_powi(dag, x, 2), 3), dag_powi(dag, x, 6));
    assert_int_equal(dag_powi(dag, dag_powi(dag, x, 2), -3), dag_powi(dag, x, -6));
    assert_int_equal(two(dag, OP_POW, x, num(dag, 4)), dag_powi(dag, x, 4));
    assert_int_equal(two(dag, OP_POW, x, num(dag, 0.5)), one(dag, OP_SQRT, x));
    assert_int_equal(dag_powi(dag, x, 0), num(dag, 1));
    assert_int_equal(dag_powi(dag, x, 1), x);
    assert_int_equal(dag_powi(dag, one(dag, OP_NEG, x), 4), dag_powi(dag, x, 4));
    /* A pole stays a pole. */
    assert_int_not_equal(two(dag, OP_MUL, dag_powi(dag, x, 2), dag_powi(dag, x, -1)), x);
    assert_int_not_equal(dag_powi(dag, dag_powi(dag, x, -1), -1), x);
    assert_int_equal(dag_node(dag, two(dag, OP_POW, x, num(dag, 2.5)))->op, OP_POW);
    dag_free(dag);
}

static void a_long_chain_does_not_overflow(void **state)
{
    (void)state;
    struct dag *dag = dag_new(1);
    uint32_t x = dag_var(dag, 0), y = x;
    for (int i = 0; i < 300000; i++) {
        y = one(dag, i % 2 ? OP_TANH : OP_SIN, y);
    }
    uint32_t slope;
    dag_gradient(dag, y, &slope);
    double w = 0.385;
    assert_true(isfinite(at(dag, slope, &w)));
    int degree;
    assert_false(dag_is_polynomial(dag, y, &degree));
    struct dag *other = dag_new(1);
    uint32_t map = dag_var(other, 0);
    assert_true(at(dag, y, &w) == at(other, dag_copy(dag, y, other, &map), &w));
    dag_free(other);
    dag_free(dag);
}

static void a_full_graph_says_so(void **state)
{
    (void)state;
    struct dag *dag = dag_new(1);
    uint32_t y = dag_var(dag, 0);
    for (int i = 0; i < DAG_MAX_NODES + 10; i++) {
        y = one(dag, i % 2 ? OP_TANH : OP_SIN, y);
    }
    assert_true(dag_full(dag));
    assert_true(dag_n_nodes(dag) <= DAG_MAX_NODES);
    double value;
    assert_true(dag_is_const(dag, y, &value) && isnan(value));
    assert_int_equal(num(dag, 1e300), y);
    dag_free(dag);
}

static void derivatives_have_known_forms(void **state)
{
    (void)state;
    struct dag *dag = dag_new(2);
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1), gradient[2], hessian[3];
    uint32_t k = two(dag, OP_MUL, dag_powi(dag, x, 2), dag_powi(dag, y, 2));
    dag_gradient(dag, k, gradient);
    dag_hessian(dag, k, hessian);
    const double w[2] = {1.385, -0.72};
    assert_close(at(dag, gradient[0], w), 2 * w[0] * w[1] * w[1], 1e-14);
    assert_close(at(dag, gradient[1], w), 2 * w[0] * w[0] * w[1], 1e-14);
    assert_close(at(dag, hessian[0], w), 2 * w[1] * w[1], 1e-14);
    assert_close(at(dag, hessian[1], w), 4 * w[0] * w[1], 1e-14);
    assert_close(at(dag, hessian[2], w), 2 * w[0] * w[0], 1e-14);
    dag_gradient(dag, num(dag, 3.5), gradient);
    assert_int_equal(gradient[0], num(dag, 0));
    dag_free(dag);
}

/* The derivative of y by the first variable at w. */
static double slope_at(struct dag *dag, uint32_t y, double w)
{
    uint32_t slope;
    dag_gradient(dag, y, &slope);
    return at(dag, slope, &w);
}

static void kinks_take_the_branch_that_is_taken(void **state)
{
    (void)state;
    struct dag *dag = dag_new(1);
    uint32_t x = dag_var(dag, 0), zero = num(dag, 0);
    assert_true(slope_at(dag, one(dag, OP_RELU, x), 0) == 0);
    assert_true(slope_at(dag, one(dag, OP_RELU, x), 2.5) == 1);
    assert_true(slope_at(dag, one(dag, OP_ABS, x), 0) == 0);
    assert_true(slope_at(dag, one(dag, OP_ABS, x), -2.5) == -1);
    assert_true(slope_at(dag, one(dag, OP_LEAKY_RELU, x), -2.5) == 0.01);
    uint32_t twice = two(dag, OP_MUL, x, num(dag, 3));
    assert_true(slope_at(dag, two(dag, OP_MIN, x, twice), 0) == 1);
    assert_true(slope_at(dag, two(dag, OP_MAX, twice, x), 0) == 3);
    assert_true(slope_at(dag, two(dag, OP_MAX, x, twice), 2.5) == 3);
    /* What is undefined in the branch not taken does not spoil the other. */
    uint32_t root = dag_op(dag, OP_IF, two(dag, OP_GT, x, zero), one(dag, OP_SQRT, x), zero);
    assert_true(slope_at(dag, root, -1.5) == 0);
    assert_close(slope_at(dag, root, 2.25), 1 / 3.0, 1e-15);
    uint32_t both = dag_op(dag, OP_IF, two(dag, OP_GT, x, zero), one(dag, OP_LOG, x),
                           one(dag, OP_LOG, one(dag, OP_NEG, x)));
    assert_close(slope_at(dag, both, -2.5), -0.4, 1e-15);
    assert_close(slope_at(dag, both, 2.5), 0.4, 1e-15);
    uint32_t nested = dag_op(dag, OP_IF, two(dag, OP_GT, x, num(dag, -4)), both, x);
    assert_true(slope_at(dag, nested, -5.5) == 1);
    dag_free(dag);
}

static void slopes_at_the_edge_of_a_domain(void **state)
{
    (void)state;
    struct dag *dag = dag_new(1);
    uint32_t x = dag_var(dag, 0);
    assert_true(slope_at(dag, two(dag, OP_POW, x, num(dag, 2.5)), 0) == 0);
    assert_true(isinf(slope_at(dag, one(dag, OP_SQRT, x), 0)));
    assert_true(slope_at(dag, dag_powi(dag, x, 2), 0) == 0);
    assert_true(slope_at(dag, one(dag, OP_LOG, x), 0) == (double)INFINITY);
    assert_true(slope_at(dag, two(dag, OP_POW, num(dag, 0), x), 1.5) == 0);
    dag_free(dag);
}

static void polynomials_are_known(void **state)
{
    (void)state;
    struct dag *dag = dag_new(2);
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1);
    uint32_t cusp = dag_powi(dag, two(dag, OP_SUB, dag_powi(dag, x, 2), dag_powi(dag, y, 3)), 2);
    int degree = -1;
    assert_true(dag_is_polynomial(dag, cusp, &degree));
    assert_int_equal(degree, 6);
    assert_true(dag_is_polynomial(dag, two(dag, OP_DIV, cusp, num(dag, 7)), &degree));
    assert_false(dag_is_polynomial(dag, two(dag, OP_DIV, cusp, x), NULL));
    assert_false(dag_is_polynomial(dag, two(dag, OP_MUL, cusp, one(dag, OP_EXP, y)), NULL));
    assert_true(dag_is_polynomial(dag, num(dag, 2.385), &degree));
    assert_int_equal(degree, 0);
    uint32_t huge = dag_powi(dag, two(dag, OP_ADD, dag_powi(dag, x, 2000000000), y), 2000000000);
    assert_true(dag_is_polynomial(dag, huge, &degree));
    dag_free(dag);
}

static void generators_of_sums_of_squares(void **state)
{
    (void)state;
    struct dag *dag = dag_new(3);
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1), z = dag_var(dag, 2), out[4];
    uint32_t crossing =
        two(dag, OP_MUL, num(dag, 0.5), two(dag, OP_MUL, dag_powi(dag, x, 2), dag_powi(dag, y, 4)));
    assert_int_equal(dag_generators(dag, crossing, out, 4), 1);
    assert_int_equal(out[0], two(dag, OP_MUL, x, y));
    uint32_t circle = two(dag, OP_ADD, dag_powi(dag, x, 2), dag_powi(dag, y, 2));
    uint32_t f = two(dag, OP_SUB, circle, num(dag, 1));
    assert_int_equal(dag_generators(dag, dag_powi(dag, f, 2), out, 4), 1);
    assert_int_equal(out[0], f);
    assert_int_equal(dag_generators(dag, dag_powi(dag, circle, 2), out, 4), 2);
    assert_int_equal(out[0], x);
    assert_int_equal(out[1], y);
    /* A line and a dot: z² (x² + y²). */
    assert_int_equal(dag_generators(dag, two(dag, OP_MUL, dag_powi(dag, z, 2), circle), out, 4), 2);
    double w[3] = {0.7, -1.2, 2.5};
    assert_close(fabs(at(dag, out[0], w)), 0.7 * 2.5, 1e-15);
    assert_close(fabs(at(dag, out[1], w)), 1.2 * 2.5, 1e-15);
    /* Positive factors have no zeros; a positive constant is a generator without. */
    uint32_t warm = two(dag, OP_MUL, one(dag, OP_EXP, z), dag_powi(dag, f, 4));
    assert_int_equal(dag_generators(dag, warm, out, 4), 1);
    assert_int_equal(out[0], f);
    uint32_t lifted = two(dag, OP_ADD, dag_powi(dag, x, 2), num(dag, 0.25));
    assert_int_equal(dag_generators(dag, lifted, out, 4), 2);
    double value = 0;
    assert_true(dag_is_const(dag, out[0], &value) || dag_is_const(dag, out[1], &value));
    assert_true(value > 0);
    dag_free(dag);
}

/* Σ_q (b f(a x_q))² with numbers x_q, each term as h if wanted. */
static uint32_t rows_of(struct dag *dag, enum op f, bool gap, const double *x, size_t n)
{
    uint32_t a = dag_var(dag, 0), b = dag_var(dag, 1), sum = num(dag, 0);
    for (size_t q = 0; q < n; q++) {
        uint32_t inside = one(dag, f, two(dag, OP_MUL, a, num(dag, x[q])));
        uint32_t residual = two(dag, OP_MUL, b, inside);
        uint32_t term =
            gap ? one(dag, OP_LOG1P_GAP, one(dag, OP_EXPM1, residual)) : dag_powi(dag, residual, 2);
        sum = two(dag, OP_ADD, sum, two(dag, OP_MUL, num(dag, 0.1 + x[q] * x[q]), term));
    }
    return sum;
}

static void generators_are_stripped_of_what_has_no_zeros(void **state)
{
    (void)state;
    static const double x[] = {-1.7, -0.385, 0.72, 2.1};
    static const enum op odd[] = {OP_TANH,  OP_ERF,        OP_EXPM1, OP_GELU,
                                  OP_SWISH, OP_LEAKY_RELU, OP_LOG1P};
    struct dag *dag = dag_new(4);
    uint32_t a = dag_var(dag, 0), b = dag_var(dag, 1), c = dag_var(dag, 2), d = dag_var(dag, 3);
    uint32_t out[8], ab = two(dag, OP_MUL, a, b);
    for (size_t k = 0; k < sizeof odd / sizeof *odd; k++) {
        assert_int_equal(dag_generators(dag, rows_of(dag, odd[k], k % 2 == 0, x, 4), out, 8), 1);
        assert_int_equal(out[0], ab);
    }
    assert_int_equal(dag_generators(dag, rows_of(dag, OP_RELU, false, x, 4), out, 8), 2);
    double w[4] = {1.3, 0.7, 0, 0}, v[4] = {-1.3, 0.7, 0, 0};
    assert_true((at(dag, out[0], w) != 0) != (at(dag, out[1], w) != 0));
    assert_true((at(dag, out[0], w) != 0) != (at(dag, out[0], v) != 0));
    assert_int_equal(dag_generators(dag, rows_of(dag, OP_RELU, true, x + 2, 2), out, 8), 1);
    assert_int_equal(out[0], two(dag, OP_MUL, b, one(dag, OP_RELU, a)));
    /* A difference of one function at two places; a factor common to both. */
    uint32_t u = two(dag, OP_MUL, a, c), tu = one(dag, OP_TANH, u), td = one(dag, OP_TANH, d);
    uint32_t gap = one(dag, OP_LOG1P_GAP, two(dag, OP_SUB, tu, td));
    assert_int_equal(dag_generators(dag, gap, out, 8), 1);
    assert_int_equal(out[0], two(dag, OP_SUB, u, d));
    gap = dag_powi(dag, two(dag, OP_SUB, two(dag, OP_MUL, b, tu), two(dag, OP_MUL, b, td)), 2);
    assert_int_equal(dag_generators(dag, gap, out, 8), 1);
    assert_int_equal(out[0], two(dag, OP_MUL, b, two(dag, OP_SUB, u, d)));
    gap = dag_powi(dag, two(dag, OP_ADD, tu, td), 4);
    assert_int_equal(dag_generators(dag, gap, out, 8), 1);
    assert_int_equal(out[0], two(dag, OP_ADD, u, d));
    gap = dag_powi(dag, two(dag, OP_ADD, one(dag, OP_EXP, u), one(dag, OP_EXP, d)), 2);
    assert_int_equal(dag_generators(dag, gap, out, 8), 1);
    assert_true(at(dag, out[0], (double[]){0, 0, 0, 0}) > 0);
    uint32_t cubes = two(dag, OP_SUB, dag_powi(dag, a, 3), dag_powi(dag, b, 3));
    assert_int_equal(dag_generators(dag, dag_powi(dag, cubes, 2), out, 8), 1);
    assert_int_equal(out[0], two(dag, OP_SUB, a, b));
    /* b tanh(u) − d tanh(u): a product of two sums' parts. */
    gap = dag_powi(dag, two(dag, OP_SUB, two(dag, OP_MUL, b, tu), two(dag, OP_MUL, d, tu)), 2);
    assert_int_equal(dag_generators(dag, gap, out, 8), 1);
    w[2] = 0.4, w[3] = 0.7;
    assert_close(at(dag, out[0], w), 0, 0);
    w[3] = 0.9;
    assert_close(fabs(at(dag, out[0], w)), 1.3 * 0.4 * 0.2, 1e-15);
    dag_free(dag);
}

/* Σ_q (a b x_q + c d x_q)² and Σ_q (a x_q + c)²: rows that say the same, rows that do not. */
static void multiples_are_one_generator(void **state)
{
    (void)state;
    struct dag *dag = dag_new(4);
    uint32_t a = dag_var(dag, 0), b = dag_var(dag, 1), c = dag_var(dag, 2), d = dag_var(dag, 3);
    uint32_t same = num(dag, 0), other = num(dag, 0), out[8];
    for (int q = 0; q < 5; q++) {
        uint32_t x = num(dag, 0.385 - 0.21 * q);
        uint32_t ax = two(dag, OP_MUL, a, x), cx = two(dag, OP_MUL, x, c);
        uint32_t f = two(dag, OP_ADD, two(dag, OP_MUL, ax, b), two(dag, OP_MUL, d, cx));
        same = two(dag, OP_ADD, same, dag_powi(dag, f, 2));
        other = two(dag, OP_ADD, other, dag_powi(dag, two(dag, OP_ADD, ax, c), 2));
    }
    assert_int_equal(dag_generators(dag, same, out, 8), 1);
    assert_int_equal(dag_generators(dag, other, out, 8), 5);
    assert_int_equal(dag_generators(dag, two(dag, OP_DIV, other, num(dag, 5)), out, 8), 5);
    dag_free(dag);
}

static void what_shows_no_squares_has_no_generators(void **state)
{
    (void)state;
    struct dag *dag = dag_new(2);
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1), out[2];
    assert_int_equal(dag_generators(dag, x, out, 2), 0);
    assert_int_equal(dag_generators(dag, dag_powi(dag, x, 3), out, 2), 0);
    uint32_t difference = two(dag, OP_SUB, dag_powi(dag, x, 2), dag_powi(dag, y, 2));
    assert_int_equal(dag_generators(dag, difference, out, 2), 0);
    uint32_t negative = two(dag, OP_MUL, num(dag, -2.5), dag_powi(dag, x, 2));
    assert_int_equal(dag_generators(dag, negative, out, 2), 0);
    /* Shared parts within shared parts: more paths than there is time for. */
    uint32_t f = two(dag, OP_ADD, dag_powi(dag, x, 2), dag_powi(dag, y, 2));
    for (int i = 0; i < 60; i++) {
        f = two(dag, OP_ADD, dag_powi(dag, f, 2), dag_powi(dag, f, 4));
    }
    assert_true(dag_generators(dag, f, out, 2) <= 2);
    /* More generators than there is room for. */
    uint32_t sum = num(dag, 0);
    for (int i = 0; i < 5; i++) {
        sum = two(dag, OP_ADD, sum, dag_powi(dag, two(dag, OP_SUB, x, num(dag, i * 1.5)), 2));
    }
    assert_int_equal(dag_generators(dag, sum, out, 2), 0);
    dag_free(dag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_expressions_are_one_node),
        cmocka_unit_test(constants_fold),
        cmocka_unit_test(identities_hold),
        cmocka_unit_test(powers_merge),
        cmocka_unit_test(a_long_chain_does_not_overflow),
        cmocka_unit_test(a_full_graph_says_so),
        cmocka_unit_test(derivatives_have_known_forms),
        cmocka_unit_test(kinks_take_the_branch_that_is_taken),
        cmocka_unit_test(slopes_at_the_edge_of_a_domain),
        cmocka_unit_test(polynomials_are_known),
        cmocka_unit_test(generators_of_sums_of_squares),
        cmocka_unit_test(generators_are_stripped_of_what_has_no_zeros),
        cmocka_unit_test(multiples_are_one_generator),
        cmocka_unit_test(what_shows_no_squares_has_no_generators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
