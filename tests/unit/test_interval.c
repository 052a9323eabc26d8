/* Enclosures: known ranges, edges of domains, kinks, infinite ends, underflow. */
#include "tap.h"

#include <float.h>
#include <math.h>

#include "cusp/dag.h"
#include "cusp/interval.h"
#include "cusp/program.h"

static struct interval apply1(enum op op, double low, double high)
{
    struct interval a = interval_of(low, high);
    return interval_op(op, 0, a, a, a);
}

static struct interval apply2(enum op op, double al, double ah, double bl, double bh)
{
    struct interval a = interval_of(al, ah), b = interval_of(bl, bh);
    return interval_op(op, 0, a, b, b);
}

static struct interval power(int exponent, double low, double high)
{
    struct interval a = interval_of(low, high);
    return interval_op(OP_POWI, exponent, a, a, a);
}

/* Encloses [low, high] and exceeds it by no more than slack. */
static void assert_range(struct interval got, double low, double high, double slack)
{
    if (!(got.low <= low && got.high >= high && got.low >= low - slack &&
          got.high <= high + slack)) {
        fail_msg("[%.17g, %.17g] for [%.17g, %.17g]", got.low, got.high, low, high);
    }
}

static const double tiny = 1e-14;

static void arithmetic_has_known_ranges(void **state)
{
    (void)state;
    assert_range(apply2(OP_ADD, 1.25, 2.5, -0.385, 0.72), 0.865, 3.22, tiny);
    assert_range(apply2(OP_SUB, 1.25, 2.5, -0.385, 0.72), 0.53, 2.885, tiny);
    assert_range(apply2(OP_MUL, 1.25, 2.5, -0.385, 0.72), -0.9625, 1.8, tiny);
    assert_range(apply2(OP_MUL, -1.25, 2.5, -0.5, 0.72), -1.25, 1.8, tiny);
    assert_range(apply2(OP_MUL, -3.5, -1.25, -2, -0.5), 0.625, 7, tiny);
    assert_range(apply2(OP_DIV, -1.25, 2.5, 0.5, 4), -2.5, 5, tiny);
    assert_range(apply2(OP_DIV, 1.25, 2.5, -4, -0.5), -5, -0.3125, tiny);
    assert_range(apply1(OP_NEG, -1.25, 2.5), -2.5, 1.25, 0);
    struct interval sum = apply2(OP_ADD, 0.1, 0.1, 0.2, 0.2);
    assert_true(sum.low < sum.high && sum.defined && !sum.kink);
}

static void zero_ends_stay_zero(void **state)
{
    (void)state;
    assert_true(apply2(OP_ADD, 0, 1, 0, 1).low == 0);
    assert_true(apply2(OP_MUL, 0, 1.5, 0, 2.5).low == 0);
    assert_true(apply2(OP_MUL, 0, 1.5, 1, INFINITY).low == 0);
    assert_true(power(2, -1.5, 2.5).low == 0);
    assert_true(power(4, 0, 2.5).low == 0);
    assert_true(power(3, 0, 2.5).low == 0);
    assert_true(apply1(OP_TANH, 0, 2.5).low == 0);
    assert_true(apply1(OP_EXP, -800, 1).low == 0);
    struct interval square = power(2, -1, 1),
                    root = interval_op(OP_SQRT, 0, square, square, square);
    assert_true(root.defined && root.low == 0);
}

static void powers_have_known_ranges(void **state)
{
    (void)state;
    assert_range(power(2, -1.5, 2.5), 0, 6.25, tiny);
    assert_range(power(2, -2.5, -1.5), 2.25, 6.25, tiny);
    assert_range(power(3, -1.5, 2.5), -3.375, 15.625, tiny);
    assert_range(power(4, -2.5, 1.5), 0, 39.0625, 1e-13);
    assert_range(power(7, -1.5, -0.5), -17.0859375, -0.0078125, 1e-13);
    assert_range(power(-2, 0.5, 2), 0.25, 4, tiny);
    assert_range(power(-1, -2, -0.5), -2, -0.5, tiny);
    assert_range(power(-3, -2, -0.5), -8, -0.125, tiny);
    assert_false(power(-1, -1, 2).defined);
    assert_true(power(-1, -1, 2).low == -(double)INFINITY);
    assert_false(power(-2, 0, 2).defined);
    assert_true(power(-2, 0, 2).high == (double)INFINITY);
    assert_range(apply2(OP_POW, 0.25, 4, 0.5, 1.5), 0.125, 8, 1e-13);
    assert_range(apply2(OP_POW, 0.25, 4, -0.5, 1.5), 0.125, 8, 1e-13);
    assert_range(apply2(OP_POW, 0, 4, 1.5, 1.5), 0, 8, 1e-13);
    assert_false(apply2(OP_POW, -1, 4, 1.5, 1.5).defined);
    assert_false(apply2(OP_POW, 0, 4, -1.5, 1.5).defined);
}

static void waves_turn_where_they_should(void **state)
{
    (void)state;
    assert_range(apply1(OP_SIN, 0.5, 1.25), sin(0.5), sin(1.25), tiny);
    assert_range(apply1(OP_SIN, 0.5, 2.25), sin(0.5), 1, tiny);
    assert_range(apply1(OP_SIN, -2.25, 0.5), -1, sin(0.5), tiny);
    assert_range(apply1(OP_SIN, 2, 4), sin(4), sin(2), tiny);
    assert_range(apply1(OP_SIN, -1, 9), -1, 1, 0);
    assert_range(apply1(OP_SIN, 1e15, 1e15 + 0.25), -1, 1, 0);
    assert_range(apply1(OP_COS, -0.5, 0.25), cos(0.5), 1, tiny);
    assert_range(apply1(OP_COS, 0.5, 3), cos(3), cos(0.5), tiny);
    assert_range(apply1(OP_COS, 3, 3.5), -1, cos(3.5), tiny);
    assert_range(apply1(OP_COS, 100.75, 101), cos(101), cos(100.75), tiny);
}

static void valleys_know_their_floor(void **state)
{
    (void)state;
    assert_range(apply1(OP_GELU, -3, 1), -0.16997120747990366, 0.841344746068543, tiny);
    assert_range(apply1(OP_GELU, -0.5, 1), -0.154268769362993, 0.841344746068543, tiny);
    assert_range(apply1(OP_GELU, -3, -2), -0.0455002638963584, -0.00404969409489031, tiny);
    assert_range(apply1(OP_SWISH, -3, 1), -0.27846454276107380, 0.731058578630005, tiny);
    assert_range(apply1(OP_SWISH, -1e5, -500), -500 * exp(-500), 0, 1e-200);
    assert_true(apply1(OP_GELU, -1e5, -30).high == 0);
    assert_range(apply1(OP_GELU, -INFINITY, -40), 0, 0, 1e-200);
    assert_range(apply1(OP_LOG1P_GAP, -0.5, 1), 0, 1 - M_LN2, tiny);
    assert_range(apply1(OP_LOG1P_GAP, 1, 2), 1 - M_LN2, 2 - log(3), tiny);
    assert_range(apply1(OP_LOG1P_GAP, -0.75, -0.5), M_LN2 - 0.5, 2 * M_LN2 - 0.75, tiny);
    assert_range(apply1(OP_LOG1P_GAP, 1e-9, 2e-9), 4.9999999966666667e-19, 1.9999999973333333e-18,
                 tiny);
    assert_true(apply1(OP_LOG1P_GAP, 0, 0).high == 0);
    assert_true(apply1(OP_LOG1P_GAP, -1, 1).defined);
    assert_true(apply1(OP_LOG1P_GAP, -1, 1).high == (double)INFINITY);
    assert_true(apply1(OP_LOG1P_GAP, 0, INFINITY).high == (double)INFINITY);
    assert_false(apply1(OP_LOG1P_GAP, -1.5, 1).defined);
    assert_false(apply1(OP_LOG1P_GAP, -3, -2).defined);
}

static void functions_stay_in_their_range(void **state)
{
    (void)state;
    assert_range(apply1(OP_TANH, -50, 50), -1, 1, 0);
    assert_range(apply1(OP_ERF, -50, 50), -1, 1, 0);
    assert_range(apply1(OP_SIGMOID, -1e4, 1e4), 0, 1, 0);
    assert_range(apply1(OP_SOFTPLUS, -1, 1), 0.313261687518223, 1.31326168751822, tiny);
    assert_range(apply1(OP_EXPM1, -INFINITY, 1), -1, expm1(1), tiny);
    assert_range(apply1(OP_LOG, 0.5, 2), -M_LN2, M_LN2, tiny);
    assert_range(apply1(OP_LOG1P, 0, 1), 0, M_LN2, tiny);
    assert_true(apply1(OP_EXP, 720, 730).low < INFINITY);
}

static void poles_and_domains_are_seen(void **state)
{
    (void)state;
    struct interval quotient = apply2(OP_DIV, 1.5, 2.5, -0.5, 0.5);
    assert_false(quotient.defined);
    assert_true(quotient.low == -(double)INFINITY && quotient.high == (double)INFINITY);
    assert_false(apply2(OP_DIV, 1.5, 2.5, 0, 0.5).defined);
    assert_false(apply1(OP_LOG, 0, 1).defined);
    assert_false(apply1(OP_LOG, -2, -1).defined);
    assert_false(apply1(OP_LOG1P, -1, 1).defined);
    assert_false(apply1(OP_SQRT, -0.5, 1).defined);
    assert_true(apply1(OP_SQRT, 0, 1).defined);
    assert_range(apply1(OP_SQRT, -0.5, 2.25), 0, 1.5, tiny);
    assert_false(interval_of((double)NAN, 1).defined);
    assert_false(interval_of(2, 1).defined);
    struct interval bad = quotient, good = interval_of(1, 2);
    assert_false(interval_op(OP_ADD, 0, good, bad, good).defined);
}

static void kinks_are_seen_inside_and_on_the_edge(void **state)
{
    (void)state;
    static const enum op at_zero[] = {OP_ABS, OP_RELU, OP_LEAKY_RELU, OP_STEP, OP_SIGN};
    for (size_t i = 0; i < sizeof at_zero / sizeof *at_zero; i++) {
        assert_true(apply1(at_zero[i], -1.5, 2.5).kink);
        assert_true(apply1(at_zero[i], 0, 2.5).kink);
        assert_true(apply1(at_zero[i], -1.5, 0).kink);
        assert_false(apply1(at_zero[i], 0.5, 2.5).kink);
        assert_false(apply1(at_zero[i], -2.5, -0.5).kink);
    }
    assert_true(apply2(OP_MIN, 0, 2, 1, 3).kink);
    assert_false(apply2(OP_MIN, 0, 2, 2.5, 3).kink);
    assert_true(apply2(OP_LT, 0, 2, 2, 3).kink);
    assert_range(apply2(OP_LT, 0, 1.5, 2, 3), 1, 1, 0);
    assert_range(apply2(OP_GE, 0, 2, 1, 3), 0, 1, 0);
    assert_range(apply1(OP_ABS, -2.5, 1.5), 0, 2.5, 0);
    assert_range(apply1(OP_RELU, -2.5, 1.5), 0, 1.5, 0);
    assert_range(apply1(OP_LEAKY_RELU, -2.5, 1.5), -0.025, 1.5, tiny);
    struct interval kinked = apply1(OP_ABS, -1, 1), one = interval_of(1, 1);
    assert_true(interval_op(OP_EXP, 0, kinked, one, one).kink);
}

static void conditions_choose_or_join(void **state)
{
    (void)state;
    struct interval a = interval_of(1.5, 2.5), b = interval_of(-4, 0.5);
    struct interval yes = interval_of(1, 1), no = interval_of(0, 0), either = interval_of(0, 1);
    struct interval bad = apply1(OP_LOG, -2, -1);
    assert_range(interval_op(OP_IF, 0, yes, a, b), 1.5, 2.5, 0);
    assert_range(interval_op(OP_IF, 0, no, a, b), -4, 0.5, 0);
    assert_range(interval_op(OP_IF, 0, either, a, b), -4, 2.5, 0);
    assert_true(interval_op(OP_IF, 0, either, a, b).kink);
    assert_false(interval_op(OP_IF, 0, yes, a, b).kink);
    assert_true(interval_op(OP_IF, 0, yes, a, bad).defined);
    assert_false(interval_op(OP_IF, 0, either, a, bad).defined);
    assert_range(interval_op(OP_AND, 0, yes, either, no), 0, 1, 0);
    assert_range(interval_op(OP_AND, 0, no, either, no), 0, 0, 0);
    assert_range(interval_op(OP_OR, 0, yes, either, no), 1, 1, 0);
    assert_range(interval_op(OP_NOT, 0, no, no, no), 1, 1, 0);
}

static void overflow_and_underflow_are_enclosed(void **state)
{
    (void)state;
    struct interval big = apply2(OP_MUL, 1e200, 1e300, 1e200, 1e300);
    assert_true(big.low <= DBL_MAX && big.high == (double)INFINITY && big.defined);
    struct interval small = apply2(OP_MUL, 1e-200, 1e-190, 1e-200, 1e-190);
    assert_true(small.low == 0 && small.high > 0);
    small = apply2(OP_MUL, -1e-190, -1e-200, 1e-200, 1e-190);
    assert_true(small.low < 0 && small.high == 0);
    small = apply1(OP_EXP, -INFINITY, -800);
    assert_true(small.low == 0 && small.high > 0);
    struct interval all = interval_of(-INFINITY, INFINITY);
    struct interval product = interval_op(OP_MUL, 0, all, all, all);
    assert_true(product.low == -(double)INFINITY && product.high == (double)INFINITY);
    product = interval_op(OP_MUL, 0, all, interval_of(0, 0), all);
    assert_true(product.low == 0 && product.high == 0);
}

static void a_program_encloses_its_outputs(void **state)
{
    (void)state;
    struct dag *dag = dag_new(2);
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1), out[3];
    out[0] = dag_powi(dag, dag_op(dag, OP_SUB, dag_powi(dag, x, 2), dag_powi(dag, y, 3), 0), 2);
    out[1] = dag_const(dag, 2.385);
    out[2] = dag_op(dag, OP_RELU, x, 0, 0);
    struct program *program = program_new(dag, out, 3);
    struct program_space *space = program_space_new();
    struct interval w[2] = {interval_of(-0.5, 1), interval_of(0.5, 1)}, got[3];
    program_interval(program, space, w, got);
    assert_range(got[0], 0, 1, tiny);
    assert_range(got[1], 2.385, 2.385, 0);
    assert_true(got[2].kink && !got[0].kink);
    program_free(program);
    program_space_free(space);
    dag_free(dag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_has_known_ranges),
        cmocka_unit_test(zero_ends_stay_zero),
        cmocka_unit_test(powers_have_known_ranges),
        cmocka_unit_test(waves_turn_where_they_should),
        cmocka_unit_test(valleys_know_their_floor),
        cmocka_unit_test(functions_stay_in_their_range),
        cmocka_unit_test(poles_and_domains_are_seen),
        cmocka_unit_test(kinks_are_seen_inside_and_on_the_edge),
        cmocka_unit_test(conditions_choose_or_join),
        cmocka_unit_test(overflow_and_underflow_are_enclosed),
        cmocka_unit_test(a_program_encloses_its_outputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
