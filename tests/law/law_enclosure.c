/* Every operation and random expressions: points of a box lie in its enclosure, and all evaluators
   agree to the last places. */
#include "tap.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "cusp/dag.h"
#include "cusp/interval.h"
#include "cusp/program.h"

/* Splitmix64 (Steele, Lea, Flood 2014). */
struct stream {
    uint64_t at;
};

static uint64_t draw(struct stream *stream)
{
    uint64_t z = stream->at += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double uniform(struct stream *stream, double low, double high)
{
    return low + (high - low) * ((double)(draw(stream) >> 11) * 0x1p-53);
}

/* Boxes of all sizes, about places of all sizes; some with an end at 0. */
static struct interval random_box(struct stream *stream)
{
    double centre = uniform(stream, -1, 1) * pow(10, uniform(stream, -3, 2));
    double width = pow(10, uniform(stream, -17, 1.5)) * (draw(stream) % 4 ? 1 : fabs(centre));
    double low = centre, high = centre + width;
    if (draw(stream) % 8 == 0) {
        low = high < 0 ? low : 0;
        high = high < 0 ? 0 : high;
    }
    if (draw(stream) % 8 == 0) {
        high = low;
    }
    return interval_of(low, high);
}

static double point_of(struct stream *stream, struct interval box, int i)
{
    double t = uniform(stream, box.low, box.high);
    return i == 0 ? box.low : i == 1 ? box.high : fmin(fmax(t, box.low), box.high);
}

static bool is_piecewise_value(enum op op)
{
    return op == OP_STEP || op == OP_SIGN || (op >= OP_LT && op <= OP_NOT);
}

static void check_point(enum op op, int exponent, const struct interval box[3],
                        struct interval range, const double w[3])
{
    double y = op_value(op, exponent, w[0], w[1], w[2]);
    bool inside = isnan(y) ? !range.defined : y >= range.low && y <= range.high;
    /* A pole touched at an edge has an infinite value: it is undefined there. */
    if (!inside) {
        fail_msg("%s^%d: f(%.17g, %.17g, %.17g) = %.17g outside [%.17g, %.17g] of [%.17g, %.17g], "
                 "[%.17g, %.17g]",
                 op_info(op)->name, exponent, w[0], w[1], w[2], y, range.low, range.high,
                 box[0].low, box[0].high, box[1].low, box[1].high);
    }
}

static void check_operation(enum op op, int exponent)
{
    struct stream stream = {(uint64_t)op * 1000 + (uint64_t)(exponent + 100)};
    for (int b = 0; b < 1500; b++) {
        struct interval box[3] = {random_box(&stream), random_box(&stream), random_box(&stream)};
        struct interval range = interval_op(op, exponent, box[0], box[1], box[2]);
        assert_true(range.low <= range.high);
        double first = 0;
        for (int i = 0; i < 12; i++) {
            double w[3];
            for (int v = 0; v < 3; v++) {
                w[v] = point_of(&stream, box[v], i);
            }
            check_point(op, exponent, box, range, w);
            double y = op_value(op, exponent, w[0], w[1], w[2]);
            first = i == 0 ? y : first;
            if (is_piecewise_value(op) && y != first) {
                assert_true(range.kink);
            }
        }
    }
}

static void points_lie_in_the_enclosure_of_every_operation(void **state)
{
    (void)state;
    for (enum op op = OP_ADD; op < OP_COUNT; op++) {
        if (op != OP_POWI) {
            check_operation(op, 0);
        }
    }
    for (int exponent = -5; exponent <= 9; exponent++) {
        if (exponent != 0 && exponent != 1) {
            check_operation(OP_POWI, exponent);
        }
    }
}

/* The function in long double, whose 64 bits are the truth beside a double's 53. */
static bool truth(enum op op, long double x, long double *y)
{
    switch ((int)op) {
    case OP_SQRT:
        *y = sqrtl(x);
        return true;
    case OP_EXP:
        *y = expl(x);
        return true;
    case OP_EXPM1:
        *y = expm1l(x);
        return true;
    case OP_LOG:
        *y = logl(x);
        return true;
    case OP_LOG1P:
        *y = log1pl(x);
        return true;
    case OP_LOG1P_GAP: /* the terms of the series that 64 bits hold where that cancels */
        *y = fabsl(x) < 1e-3L ? x * x *
                                    (0.5L - x / 3 + x * x / 4 - x * x * x / 5 + x * x * x * x / 6 -
                                     x * x * x * x * x / 7 + x * x * x * x * x * x / 8)
                              : x - log1pl(x);
        return true;
    case OP_SIN:
        *y = sinl(x);
        return true;
    case OP_COS:
        *y = cosl(x);
        return true;
    case OP_TANH:
        *y = tanhl(x);
        return true;
    case OP_ERF:
        *y = erfl(x);
        return true;
    case OP_SIGMOID:
        *y = x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x));
        return true;
    case OP_SOFTPLUS:
        *y = (x > 0 ? x : 0) + log1pl(expl(-fabsl(x)));
        return true;
    case OP_GELU:
        *y = 0.5L * x * erfcl(-x * 0.707106781186547524400844362104849039L);
        return true;
    case OP_SWISH:
        *y = x < 0 ? x * expl(x) / (1 + expl(x)) : x / (1 + expl(-x));
        return true;
    }
    return false;
}

static void enclosures_of_single_points_hold_the_truth(void **state)
{
    (void)state;
    if (LDBL_MANT_DIG < 64) {
        skip();
    }
    struct stream stream = {2385};
    for (enum op op = OP_ADD; op < OP_COUNT; op++) {
        for (int i = 0; i < 10000; i++) {
            double x = uniform(&stream, -1, 1) * pow(10, uniform(&stream, -9, 2.8));
            long double y = 0;
            if (!truth(op, x, &y) || isnan(y)) {
                continue;
            }
            struct interval box = interval_of(x, x), range = interval_op(op, 0, box, box, box);
            if (!(range.low <= y && y <= range.high)) {
                fail_msg("%s(%.17g) = %.20Lg outside [%.17g, %.17g]", op_info(op)->name, x, y,
                         range.low, range.high);
            }
        }
    }
}

enum { N = 2, N_POINTS = 77, N_TERMS = 25 };

/* A random expression of the two variables; most are defined over most boxes. */
static uint32_t random_expression(struct dag *dag, struct stream *stream)
{
    uint32_t made[N_TERMS + 4] = {dag_var(dag, 0), dag_var(dag, 1), dag_const(dag, 0.385),
                                  dag_const(dag, -1.72)};
    size_t n = 4;
    while (n < N_TERMS + 4) {
        enum op op = OP_ADD + (enum op)(draw(stream) % (OP_COUNT - OP_ADD));
        uint32_t a = made[draw(stream) % n], b = made[draw(stream) % n], c = made[draw(stream) % n];
        if (op == OP_POWI) {
            made[n++] = dag_powi(dag, a, 2 + (int)(draw(stream) % 4));
        } else if (op == OP_EXP || op == OP_EXPM1 || op == OP_POW) {
            made[n++] = dag_op(dag, OP_EXP, dag_op(dag, OP_SIN, a, 0, 0), 0, 0);
        } else {
            made[n++] = dag_op(dag, op, a, b, c);
        }
        double value;
        n -= dag_is_const(dag, made[n - 1], &value);
    }
    uint32_t y = made[n - 1];
    for (size_t i = n - 4; i < n - 1; i++) {
        y = dag_op(dag, OP_ADD, y, dag_op(dag, OP_TANH, made[i], 0, 0), 0);
    }
    return y;
}

/* How far evaluators may differ at w: some widths of the enclosure of that very point, which counts
   every rounding; infinite where a switch or the edge of a domain is too near to tell. */
static double tolerance_at(const struct program *program, struct program_space *space,
                           const double *w)
{
    struct interval box[N], range;
    for (int v = 0; v < N; v++) {
        box[v] = interval_of(w[v], w[v]);
    }
    program_interval(program, space, box, &range);
    return range.kink || !range.defined ? INFINITY : 8 * (range.high - range.low) + 1e-300;
}

static void check_evaluators(const struct program *program, struct program_space *space,
                             const double *x, const double *y)
{
    static const char *const isas[] = {"avx512f", "avx2", "sse2", "generic"};
    static double line[N_POINTS], grid[N_POINTS * N_POINTS];
    for (int isa = 0; isa < 4; isa++) {
        if (program_use_isa(isas[isa]) != ST_OK) {
            continue;
        }
        program_eval(program, space, (const double *const[]){x, y}, (int[]){1, 1}, N_POINTS,
                     (double *const[]){line});
        program_eval_grid(program, space, 0, 1, (double[]){0, 0}, x, N_POINTS, y, N_POINTS,
                          (double *const[]){grid});
        for (int i = 0; i < N_POINTS; i++) {
            double w[N] = {x[i], y[i]}, alone, tolerance = tolerance_at(program, space, w);
            program_point(program, space, w, &alone);
            if (isinf(tolerance) || isnan(alone)) {
                continue;
            }
            assert_true(fabs(line[i] - alone) <= tolerance);
            assert_true(fabs(grid[i * N_POINTS + i] - alone) <= tolerance);
        }
    }
}

static void check_enclosure(const struct program *program, struct program_space *space,
                            const struct interval *box, const double *x, const double *y)
{
    struct interval range;
    program_interval(program, space, box, &range);
    for (int i = 0; i < N_POINTS; i++) {
        double value, w[N] = {x[i], y[i]};
        program_point(program, space, w, &value);
        if (isnan(value)) {
            assert_false(range.defined);
        } else if (!(value >= range.low && value <= range.high)) {
            /* The point's own rounding errors aside. */
            double tolerance = tolerance_at(program, space, w);
            assert_true(value >= range.low - tolerance && value <= range.high + tolerance);
        }
    }
}

static void random_expressions_are_enclosed_and_agree(void **state)
{
    (void)state;
    struct stream stream = {20230};
    struct program_space *space = program_space_new();
    for (int e = 0; e < 400; e++) {
        struct dag *dag = dag_new(N);
        uint32_t y = random_expression(dag, &stream);
        struct program *program = program_new(dag, &y, 1);
        dag_free(dag);
        struct interval box[N] = {random_box(&stream), random_box(&stream)};
        double xs[N_POINTS], ys[N_POINTS];
        for (int i = 0; i < N_POINTS; i++) {
            xs[i] = point_of(&stream, box[0], i);
            ys[i] = point_of(&stream, box[1], i);
        }
        check_enclosure(program, space, box, xs, ys);
        check_evaluators(program, space, xs, ys);
        program_free(program);
    }
    program_space_free(space);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_lie_in_the_enclosure_of_every_operation),
        cmocka_unit_test(enclosures_of_single_points_hold_the_truth),
        cmocka_unit_test(random_expressions_are_enclosed_and_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
