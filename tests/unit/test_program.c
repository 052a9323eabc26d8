/* Programs: every operation, instruction set and kind of operand against op_value. */
#include "tap.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/program.h"

#define assert_close(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static const char *const isas[] = {"avx512f", "avx2", "sse2", "generic"};
enum { N_ISAS = sizeof isas / sizeof *isas };

static const double special[] = {0.0,       -0.0,    1,        -1,           (double)NAN, INFINITY,
                                 -INFINITY, DBL_MAX, -DBL_MAX, DBL_TRUE_MIN, 1e-310,      -1e-310,
                                 DBL_MIN,   2.385,   -0.731,   0.5,          -37.25,      37.25,
                                 -744.3,    709.3,   -710.2,   1e10,         -1e-20,      100.75,
                                 -5.5,      3,       1e-9,     -0.999,       0.25,        6.283};
enum { N_SPECIAL = sizeof special / sizeof *special };

static const int exponents[] = {2, 3, 4, 5, 7, 12, -1, -2, -3};
enum { N_EXPONENTS = sizeof exponents / sizeof *exponents };

/* Below the normal doubles the last place says little. */
static const double underflow = 1e-307;

static double ulps_between(double a, double b)
{
    if (isnan(a) || isnan(b)) {
        return isnan(a) && isnan(b) ? 0 : INFINITY;
    }
    if (a == b || fabs(a - b) <= underflow) {
        return 0;
    }
    if (isinf(a) || isinf(b)) { /* infinity is one place past the largest double */
        double least = fmin(fabs(a), fabs(b));
        return signbit(a) == signbit(b) ? 1 + (DBL_MAX - least) / (DBL_MAX * DBL_EPSILON / 2)
                                        : INFINITY;
    }
    double larger = fmax(fabs(a), fabs(b));
    return fabs(a - b) / (nextafter(larger, INFINITY) - larger);
}

static void check(const char *name, double got, double wanted, double ulps)
{
    if (!(ulps_between(got, wanted) <= ulps)) {
        fail_msg("%s, %s: %.17g where %.17g is right", program_isa(), name, got, wanted);
    }
}

/* All pairs of special values as columns, a third column in step with them. */
enum { N_PAIRS = N_SPECIAL * N_SPECIAL };
struct columns {
    double of[3][N_PAIRS];
};

static void fill_columns(struct columns *columns)
{
    for (int i = 0; i < N_PAIRS; i++) {
        columns->of[0][i] = special[i % N_SPECIAL];
        columns->of[1][i] = special[i / N_SPECIAL];
        columns->of[2][i] = special[(7 * i + 3) % N_SPECIAL];
    }
}

/* The operation on three variables with those of `fixed` the same for all points. */
static void check_operation(enum op op, int exponent, int fixed, struct program_space *space)
{
    static struct columns columns;
    static double out[N_PAIRS];
    fill_columns(&columns);
    struct dag *dag = dag_new(3);
    uint32_t x[3] = {dag_var(dag, 0), dag_var(dag, 1), dag_var(dag, 2)};
    uint32_t y = op == OP_POWI ? dag_powi(dag, x[0], exponent) : dag_op(dag, op, x[0], x[1], x[2]);
    struct program *program = program_new(dag, &y, 1);
    /* 31 is prime to the number of values: each is the fixed one in turn. */
    const int n = fixed ? 62 : N_PAIRS;
    for (int start = 0; start + n <= N_PAIRS; start += fixed ? 31 : N_PAIRS) {
        const double *vars[3];
        int step[3];
        for (int v = 0; v < 3; v++) {
            step[v] = !(fixed & (1 << v));
            vars[v] = columns.of[v] + start;
        }
        double *const outs[1] = {out};
        program_eval(program, space, vars, step, (size_t)n, outs);
        for (int i = 0; i < n; i++) {
            double a = vars[0][step[0] * i], b = vars[1][step[1] * i], c = vars[2][step[2] * i];
            char name[120];
            snprintf(name, sizeof name, "%s^%d(%g, %g, %g)", op_info(op)->name, exponent, a, b, c);
            check(name, out[i], op_value(op, exponent, a, b, c), 4);
            double w[3] = {a, b, c}, alone;
            program_point(program, space, w, &alone);
            check(name, alone, op_value(op, exponent, a, b, c), 0);
        }
    }
    program_free(program);
    dag_free(dag);
}

static void every_operation_on_special_values(void **state)
{
    (void)state;
    struct program_space *space = program_space_new();
    for (int isa = 0; isa < N_ISAS; isa++) {
        if (program_use_isa(isas[isa]) != ST_OK) {
            continue;
        }
        assert_string_equal(program_isa(), isas[isa]);
        for (enum op op = OP_ADD; op < OP_COUNT; op++) {
            for (int fixed = 0; fixed < 1 << op_info(op)->arity; fixed++) {
                for (int e = 0; e < (op == OP_POWI ? N_EXPONENTS : 1); e++) {
                    check_operation(op, op == OP_POWI ? exponents[e] : 0, fixed, space);
                }
            }
        }
    }
    program_space_free(space);
}

static void vector_functions_keep_four_ulps(void **state)
{
    (void)state;
    enum { N = 20000 };
    static double x[N], out[N];
    struct program_space *space = program_space_new();
    for (int isa = 0; isa < N_ISAS; isa++) {
        if (program_use_isa(isas[isa]) != ST_OK) {
            continue;
        }
        for (enum op op = OP_SQRT; op <= OP_SWISH; op++) {
            struct dag *dag = dag_new(1);
            uint32_t y = dag_op(dag, op, dag_var(dag, 0), 0, 0);
            struct program *program = program_new(dag, &y, 1);
            for (int i = 0; i < N; i++) {
                double t = (i + 0.385) / N - 0.5;
                x[i] = (i % 3 == 0 ? 80 : i % 3 == 1 ? 6 : 0.01) * t;
            }
            const double *const vars[1] = {x};
            double *const outs[1] = {out};
            program_eval(program, space, vars, (int[]){1}, N, outs);
            for (int i = 0; i < N; i++) {
                check(op_info(op)->name, out[i], op_value(op, 0, x[i], 0, 0), 4);
            }
            program_free(program);
            dag_free(dag);
        }
    }
    program_space_free(space);
}

/* Expressions that are joined into one instruction, with the value by plain C and the size of what
   cancels in it. */
static size_t fused_expressions(struct dag *dag, uint32_t *out)
{
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1), z = dag_var(dag, 2);
    uint32_t xy = dag_op(dag, OP_MUL, x, y, 0), x2 = dag_powi(dag, x, 2);
    uint32_t d = dag_op(dag, OP_SUB, x, y, 0), s = dag_op(dag, OP_ADD, x, y, 0);
    size_t n = 0;
    out[n++] = dag_op(dag, OP_ADD, xy, z, 0);
    out[n++] = dag_op(dag, OP_SUB, xy, z, 0);
    out[n++] = dag_op(dag, OP_SUB, z, xy, 0);
    out[n++] = dag_powi(dag, d, 2);
    out[n++] = dag_powi(dag, s, 2);
    out[n++] = dag_op(dag, OP_ADD, dag_powi(dag, d, 2), z, 0);
    out[n++] = dag_op(dag, OP_ADD, z, dag_powi(dag, s, 2), 0);
    out[n++] = dag_op(dag, OP_MUL, x2, y, 0);
    out[n++] = dag_op(dag, OP_SUB, x2, y, 0);
    out[n++] = dag_op(dag, OP_SUB, y, x2, 0);
    out[n++] = dag_op(dag, OP_ADD, x2, y, 0);
    out[n++] = dag_op(dag, OP_MUL, dag_op(dag, OP_ADD, x, dag_const(dag, 0.75), 0), z, 0);
    out[n++] = dag_powi(dag, dag_op(dag, OP_SUB, x, dag_const(dag, 0.75), 0), 2);
    return n;
}

static void joined_steps_agree_with_single_ones(void **state)
{
    (void)state;
    enum { N = 203 };
    static double column[3][N], out[N];
    for (int i = 0; i < N; i++) {
        column[0][i] = 2.385 * sin(i + 0.5);
        column[1][i] = 1.7 * cos(3 * i + 0.5);
        column[2][i] = 0.9 * sin(7 * i + 0.25);
    }
    struct program_space *space = program_space_new();
    struct dag *dag = dag_new(3);
    uint32_t y[16];
    size_t n = fused_expressions(dag, y);
    for (int isa = 0; isa < N_ISAS; isa++) {
        if (program_use_isa(isas[isa]) != ST_OK) {
            continue;
        }
        for (size_t e = 0; e < n; e++) {
            struct program *program = program_new(dag, &y[e], 1);
            for (int fixed = 0; fixed < 8; fixed++) {
                const double *const vars[3] = {column[0], column[1], column[2]};
                const int step[3] = {!(fixed & 1), !(fixed & 2), !(fixed & 4)};
                double *const outs[1] = {out};
                program_eval(program, space, vars, step, N, outs);
                for (int i = 0; i < N; i++) {
                    double w[3], alone;
                    for (int v = 0; v < 3; v++) {
                        w[v] = column[v][step[v] * i];
                    }
                    program_point(program, space, w, &alone);
                    assert_true(fabs(out[i] - alone) <= 20 * 4 * DBL_EPSILON);
                }
            }
            program_free(program);
        }
    }
    dag_free(dag);
    program_space_free(space);
}

static uint32_t sample(struct dag *dag, int which)
{
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1), z = dag_var(dag, 2);
    uint32_t xt = dag_op(dag, OP_TANH, x, 0, 0), ye = dag_op(dag, OP_EXP, y, 0, 0);
    switch (which) {
    case 0: /* both axes at once */
        return dag_powi(dag, dag_op(dag, OP_SUB, dag_powi(dag, x, 2), dag_powi(dag, y, 3), 0), 2);
    case 1: /* one axis only */
        return dag_op(dag, OP_ADD, xt, dag_powi(dag, x, 2), 0);
    case 2:
        return dag_op(dag, OP_MUL, ye, y, 0);
    case 3: /* neither */
        return dag_op(dag, OP_SIN, z, 0, 0);
    case 4:
        return dag_const(dag, 2.385);
    case 5:
        return x;
    case 6:
        return y;
    case 7:
        return z;
    case 8:
        return dag_op(dag, OP_IF, dag_op(dag, OP_LT, y, z, 0), xt, ye);
    case 9:
        return dag_op(dag, OP_IF, dag_op(dag, OP_LT, x, y, 0), dag_const(dag, 1.5), ye);
    case 10:
        return dag_op(dag, OP_MAX, ye, dag_op(dag, OP_MUL, xt, y, 0), 0);
    case 11:
        return dag_op(dag, OP_DIV, dag_op(dag, OP_ADD, xt, y, 0), dag_const(dag, 7), 0);
    case 12:
        return xt;
    }
    return ye;
}
enum { N_SAMPLES = 14 };

/* Outputs that share work, twice the same among them, on a grid of awkward sizes. */
static void check_grid(size_t nx, size_t ny, struct program_space *space)
{
    struct dag *dag = dag_new(3);
    uint32_t y[N_SAMPLES + 2];
    for (int i = 0; i < N_SAMPLES; i++) {
        y[i] = sample(dag, i);
    }
    y[N_SAMPLES] = y[0];
    y[N_SAMPLES + 1] = y[3];
    struct program *program = program_new(dag, y, N_SAMPLES + 2);
    double *xs = calloc(nx, sizeof *xs), *ys = calloc(ny, sizeof *ys);
    double *block = calloc(nx * ny * (N_SAMPLES + 2), sizeof *block), *out[N_SAMPLES + 2];
    for (size_t i = 0; i < nx; i++) {
        xs[i] = -1.2 + 2.4 * (double)i / (double)nx;
    }
    for (size_t i = 0; i < ny; i++) {
        ys[i] = 1.1 - 2.1 * (double)i / (double)ny;
    }
    for (int o = 0; o < N_SAMPLES + 2; o++) {
        out[o] = block + (size_t)o * nx * ny;
    }
    const double rest[3] = {9.5, -9.5, 0.385};
    program_eval_grid(program, space, 0, 1, rest, xs, nx, ys, ny, out);
    for (size_t i = 0; i < nx * ny; i++) {
        double alone[N_SAMPLES + 2], w[3] = {xs[i % nx], ys[i / nx], rest[2]};
        program_point(program, space, w, alone);
        for (int o = 0; o < N_SAMPLES + 2; o++) {
            assert_true(fabs(alone[o] - out[o][i]) <= 1e-14 * (1 + fabs(alone[o])));
        }
    }
    /* Turned round: the other axis runs along the lines. */
    program_eval_grid(program, space, 1, 0, rest, ys, ny, xs, nx, out);
    for (size_t i = 0; i < nx * ny; i++) {
        double alone[N_SAMPLES + 2], w[3] = {xs[i / ny], ys[i % ny], rest[2]};
        program_point(program, space, w, alone);
        for (int o = 0; o < N_SAMPLES + 2; o++) {
            assert_true(fabs(alone[o] - out[o][i]) <= 1e-14 * (1 + fabs(alone[o])));
        }
    }
    free(xs);
    free(ys);
    free(block);
    program_free(program);
    dag_free(dag);
}

static void grids_agree_with_points(void **state)
{
    (void)state;
    struct program_space *space = program_space_new();
    for (int isa = 0; isa < N_ISAS; isa++) {
        if (program_use_isa(isas[isa]) == ST_OK) {
            check_grid(1, 1, space);
            check_grid(7, 5, space);
            check_grid(8, 16, space);
            check_grid(131, 9, space);
            check_grid(2051, 3, space);
            check_grid(3, 1500, space);
        }
    }
    program_space_free(space);
}

static void blocks_of_any_length_agree(void **state)
{
    (void)state;
    enum { MOST = 5000 };
    static double x[MOST], y[MOST], z[MOST], out[2][MOST], first[2][MOST];
    struct dag *dag = dag_new(3);
    uint32_t outputs[2] = {sample(dag, 0), sample(dag, 9)};
    struct program *program = program_new(dag, outputs, 2);
    struct program_space *space = program_space_new();
    for (int i = 0; i < MOST; i++) {
        x[i] = sin(i + 0.5);
        y[i] = cos(1.7 * i);
        z[i] = 0.1;
    }
    const double *const vars[3] = {x, y, z};
    const int step[3] = {1, 1, 1};
    program_eval(program, space, vars, step, MOST, (double *const[]){first[0], first[1]});
    for (size_t n = 0; n < MOST; n = n < 70 ? n + 1 : 3 * n) {
        memset(out, 0, sizeof out);
        program_eval(program, space, vars, step, n, (double *const[]){out[0], out[1]});
        assert_memory_equal(out[0], first[0], n * sizeof(double));
        assert_memory_equal(out[1], first[1], n * sizeof(double));
        assert_true(out[0][n] == 0 && out[1][n] == 0);
    }
    program_free(program);
    program_space_free(space);
    dag_free(dag);
}

/* Many values alive at once, and many programs through one workspace. */
static void one_workspace_serves_all(void **state)
{
    (void)state;
    struct program_space *space = program_space_new();
    for (int round = 0; round < 3; round++) {
        for (int size = 1; size < 400; size = 2 * size + 1) {
            struct dag *dag = dag_new(2);
            uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1), term[400], sum = dag_const(dag, 0);
            for (int i = 0; i < size; i++) {
                uint32_t u = dag_op(dag, OP_MUL, x, dag_const(dag, 0.1 * i - 2.385), 0);
                term[i] = dag_op(dag, OP_SIN, dag_op(dag, OP_ADD, u, y, 0), 0, 0);
            }
            for (int i = 0; i < size; i++) {
                uint32_t pair = dag_op(dag, OP_MUL, term[i], term[size - 1 - i], 0);
                sum = dag_op(dag, OP_ADD, sum, pair, 0);
            }
            struct program *program = program_new(dag, &sum, 1);
            dag_free(dag);
            double a[100], b[100], out[100], alone;
            for (int i = 0; i < 100; i++) {
                a[i] = 0.013 * i;
                b[i] = 1 - 0.02 * i;
            }
            program_eval(program, space, (const double *const[]){a, b}, (int[]){1, 1}, 100,
                         (double *const[]){out});
            for (int i = 0; i < 100; i++) {
                program_point(program, space, (double[]){a[i], b[i]}, &alone);
                assert_close(out[i], alone, 1e-13 * size);
            }
            program_free(program);
        }
    }
    program_space_free(space);
}

static void dead_code_is_left_out(void **state)
{
    (void)state;
    struct dag *dag = dag_new(2);
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1);
    dag_op(dag, OP_EXP, y, 0, 0);
    uint32_t out[2] = {dag_op(dag, OP_TANH, x, 0, 0), x};
    struct program *program = program_new(dag, out, 2);
    assert_int_equal(program_n_steps(program), 1);
    assert_int_equal(program_n_outputs(program), 2);
    assert_int_equal(program_n_variables(program), 2);
    program_free(program);
    program = program_new(dag, NULL, 0);
    struct program_space *space = program_space_new();
    program_point(program, space, (double[]){1.5, 2.5}, NULL);
    program_eval(program, space, (const double *const[]){(double[]){1.5}, (double[]){2.5}},
                 (int[]){1, 1}, 1, NULL);
    program_space_free(space);
    program_free(program);
    dag_free(dag);
}

static void an_unknown_instruction_set_is_refused(void **state)
{
    (void)state;
    assert_int_equal(program_use_isa("abacus"), ST_UNABLE);
    assert_int_equal(program_use_isa("generic"), ST_OK);
    assert_string_equal(program_isa(), "generic");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_on_special_values),
        cmocka_unit_test(vector_functions_keep_four_ulps),
        cmocka_unit_test(joined_steps_agree_with_single_ones),
        cmocka_unit_test(grids_agree_with_points),
        cmocka_unit_test(blocks_of_any_length_agree),
        cmocka_unit_test(one_workspace_serves_all),
        cmocka_unit_test(dead_code_is_left_out),
        cmocka_unit_test(an_unknown_instruction_set_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
