/* Programs over rows against plain loops over program_point. */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/dag.h"
#include "cusp/mem.h"
#include "cusp/rows.h"

static const char *const isas[] = {"generic", "sse2", "avx2", "avx512f"};

enum { N_FREE = 3, N_COLUMNS = 2, N_OUTPUTS = 14 };

/* Outputs that depend on everything, on one side only, on nothing, and products of all kinds. */
static void build(struct dag *dag, uint32_t outputs[N_OUTPUTS])
{
    uint32_t a = dag_var(dag, 0), b = dag_var(dag, 1), c = dag_var(dag, 2);
    uint32_t x = dag_var(dag, 3), y = dag_var(dag, 4);
    uint32_t z = dag_op(dag, OP_ADD, dag_op(dag, OP_MUL, a, x, 0), c, 0);
    uint32_t t = dag_op(dag, OP_TANH, z, 0, 0);
    uint32_t r = dag_op(dag, OP_SUB, dag_op(dag, OP_MUL, b, t, 0), y, 0);
    uint32_t e = dag_op(dag, OP_EXP, b, 0, 0);
    outputs[0] = dag_powi(dag, r, 2);
    outputs[1] = dag_op(dag, OP_MUL, r, t, 0);
    outputs[2] = dag_op(dag, OP_SIN, x, 0, 0);
    outputs[3] = e;
    outputs[4] = dag_op(dag, OP_MUL, dag_op(dag, OP_MUL, e, x, 0), z, 0);
    outputs[5] = dag_const(dag, 2.385);
    /* Sums of many terms, through relu; the gradient of a residual; masks. */
    uint32_t h =
        dag_op(dag, OP_RELU, dag_op(dag, OP_ADD, z, dag_op(dag, OP_MUL, b, y, 0), 0), 0, 0);
    uint32_t k =
        dag_op(dag, OP_RELU, dag_op(dag, OP_SUB, dag_op(dag, OP_MUL, c, y, 0), z, 0), 0, 0);
    uint32_t f = dag_op(dag, OP_ADD, dag_op(dag, OP_MUL, h, b, 0), dag_op(dag, OP_MUL, k, e, 0), 0);
    f = dag_op(dag, OP_ADD, dag_op(dag, OP_ADD, f, t, 0), dag_op(dag, OP_SUB, x, c, 0), 0);
    uint32_t loss = dag_powi(dag, dag_op(dag, OP_DIV, dag_op(dag, OP_SUB, y, f, 0), e, 0), 2),
             slopes[5];
    dag_gradient(dag, loss, slopes);
    outputs[6] = loss;
    outputs[7] = slopes[0];
    outputs[8] = slopes[1];
    outputs[9] = slopes[2];
    outputs[10] = dag_op(dag, OP_MUL, dag_op(dag, OP_NEG, f, 0, 0), f, 0);
    outputs[11] = dag_op(dag, OP_IF, dag_op(dag, OP_LT, x, a, 0), dag_op(dag, OP_MUL, b, t, 0),
                         dag_const(dag, 0));
    outputs[12] = dag_op(dag, OP_IF, dag_op(dag, OP_LT, x, a, 0), dag_const(dag, 0),
                         dag_op(dag, OP_MUL, b, t, 0));
    outputs[13] = dag_op(dag, OP_DIV, dag_op(dag, OP_MUL, c, x, 0),
                         dag_op(dag, OP_MUL, e, dag_op(dag, OP_EXP, y, 0, 0), 0), 0);
}

struct table {
    double memory[N_COLUMNS + 1][2100];
    const double *columns[N_COLUMNS];
    struct rows rows;
};

static void fill(struct table *table, size_t n, bool weighted)
{
    for (size_t r = 0; r < n; r++) {
        table->memory[0][r] = 1.7 * sin(0.7 * (double)r + 0.3);
        table->memory[1][r] = 0.9 * cos(1.3 * (double)r);
        table->memory[2][r] = 0.25 + fmod(0.617 * (double)r, 2);
    }
    table->columns[0] = table->memory[0];
    table->columns[1] = table->memory[1];
    table->rows = (struct rows){.n = n,
                                .n_columns = N_COLUMNS,
                                .column = table->columns,
                                .weight = weighted ? table->memory[2] : NULL};
}

static double parameter(size_t v, size_t i)
{
    return (v == 0 ? 1.31 : v == 1 ? -0.83 : 0.41) + 0.6 * sin((double)(3 * v + 1) * (double)i);
}

/* Σ over rows by one point at a time, and Σ |terms| for the tolerance. */
static void plain_sum(const struct program *body, struct program_space *space, const double *w,
                      const struct rows *rows, double *sum, double *size)
{
    double at[N_FREE + N_COLUMNS], term[N_OUTPUTS];
    long double total[N_OUTPUTS] = {0};
    memset(size, 0, N_OUTPUTS * sizeof *size);
    memcpy(at, w, N_FREE * sizeof *at);
    for (size_t r = 0; r < rows->n; r++) {
        for (size_t c = 0; c < N_COLUMNS; c++) {
            at[N_FREE + c] = rows->column[c][r];
        }
        program_point(body, space, at, term);
        for (size_t o = 0; o < N_OUTPUTS; o++) {
            double weighted = rows->weight ? rows->weight[r] * term[o] : term[o];
            total[o] += weighted;
            size[o] += fabs(weighted);
        }
    }
    for (size_t o = 0; o < N_OUTPUTS; o++) {
        sum[o] = (double)total[o];
    }
}

static void check_sizes(size_t n_rows, size_t n_points, bool weighted)
{
    struct dag *dag = dag_new(N_FREE + N_COLUMNS);
    uint32_t outputs[N_OUTPUTS];
    build(dag, outputs);
    struct program *body = program_new(dag, outputs, N_OUTPUTS);
    struct program_space *space = program_space_new(), *plain = program_space_new();
    struct table *table = mem_new(1, sizeof *table);
    fill(table, n_rows, weighted);
    struct program *summed = program_new_rows(dag, outputs, N_OUTPUTS, N_FREE, &table->rows, true);
    double *memory = mem_new((N_FREE + 2 * N_OUTPUTS) * (n_points + 1), sizeof *memory);
    double *at = memory;
    const double *vars[N_FREE];
    double *out[N_OUTPUTS], *again[N_OUTPUTS];
    for (size_t v = 0; v < N_FREE; v++, at += n_points) {
        vars[v] = at;
        for (size_t i = 0; i < n_points; i++) {
            at[i] = parameter(v, i);
        }
    }
    for (size_t o = 0; o < N_OUTPUTS; o++, at += 2 * n_points) {
        out[o] = at;
        again[o] = at + n_points;
    }
    program_sum(body, space, N_FREE, vars, n_points, &table->rows, out);
    program_eval(summed, space, vars, (int[]){1, 1, 1}, n_points, again);
    for (size_t i = 0; i < n_points; i += 1 + n_points / 7) {
        double w[N_FREE] = {vars[0][i], vars[1][i], vars[2][i]};
        double expected[N_OUTPUTS], size[N_OUTPUTS], single[N_OUTPUTS];
        plain_sum(body, plain, w, &table->rows, expected, size);
        program_point(summed, space, w, single);
        for (size_t o = 0; o < N_OUTPUTS; o++) {
            /* The terms may differ by a few units in the last place, and more where they cancel. */
            double allowed = (o < 6 ? 4e-15 : 1e-13) * size[o];
            assert_true(fabs(out[o][i] - expected[o]) <= allowed);
            assert_true(out[o][i] == again[o][i]);
            assert_true(fabs(single[o] - expected[o]) <= allowed);
        }
    }
    mem_free(memory);
    mem_free(table);
    program_space_free(space);
    program_space_free(plain);
    program_free(summed);
    program_free(body);
    dag_free(dag);
}

static void sums_are_those_of_a_loop(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 7, 8, 33, 100, 700, 2085};
    const char *before = program_isa();
    for (size_t k = 0; k < 4; k++) {
        if (program_use_isa(isas[k]) != ST_OK) {
            continue;
        }
        for (size_t r = 0; r < 9; r++) {
            for (size_t p = 0; p < 9; p++) {
                if (sizes[r] * sizes[p] < 400000) {
                    check_sizes(sizes[r], sizes[p], (r + p) % 2 == 0);
                }
            }
        }
    }
    assert_int_equal(program_use_isa(before), ST_OK);
}

/* Enclosures of boxes hold the values inside; of a point they are tight. */
static void enclosures_hold_the_sums(void **state)
{
    (void)state;
    struct dag *dag = dag_new(N_FREE + N_COLUMNS);
    uint32_t outputs[N_OUTPUTS];
    build(dag, outputs);
    struct table *table = mem_new(1, sizeof *table);
    fill(table, 37, true);
    struct program *summed = program_new_rows(dag, outputs, N_OUTPUTS, N_FREE, &table->rows, true);
    struct program *each = program_new_rows(dag, outputs, N_OUTPUTS, N_FREE, &table->rows, false);
    struct program_space *space = program_space_new();
    enum { N_EACH = 37 * N_OUTPUTS };
    static struct interval ranges[N_EACH];
    static double values[N_EACH];
    assert_int_equal(program_n_outputs(summed), N_OUTPUTS);
    assert_int_equal(program_n_outputs(each), N_EACH);
    assert_int_equal(program_n_variables(each), N_FREE);
    for (int wide = 0; wide < 2; wide++) {
        struct interval box[N_FREE];
        for (size_t v = 0; v < N_FREE; v++) {
            double low = parameter(v, 5);
            box[v] = interval_of(low, low + 0.125 * wide);
        }
        for (size_t i = 0; i <= 8; i++) {
            double w[N_FREE];
            for (size_t v = 0; v < N_FREE; v++) {
                w[v] = box[v].low + (box[v].high - box[v].low) * (double)((i * (v + 3)) % 9) / 8;
            }
            program_interval(summed, space, box, ranges);
            program_point(summed, space, w, values);
            for (size_t o = 0; o < N_OUTPUTS; o++) {
                double slack = 1e-11 * (1 + fabs(values[o]));
                assert_true(ranges[o].defined);
                assert_true(values[o] >= ranges[o].low - slack * !wide);
                assert_true(values[o] <= ranges[o].high + slack * !wide);
                assert_true(wide || ranges[o].high - ranges[o].low < slack);
            }
            program_interval(each, space, box, ranges);
            program_point(each, space, w, values);
            for (size_t o = 0; o < N_EACH; o++) {
                double slack = 1e-13 * (1 + fabs(values[o]));
                assert_true(values[o] >= ranges[o].low - slack);
                assert_true(values[o] <= ranges[o].high + slack);
            }
        }
    }
    mem_free(table);
    program_free(summed);
    program_free(each);
    program_space_free(space);
    dag_free(dag);
}

/* Side by side, at points and over a grid. */
static void repeated_outputs_and_grids(void **state)
{
    (void)state;
    enum { N_ROWS = 11, NX = 9, NY = 5, N_GRID = NX * NY, N_EACH = N_ROWS * N_OUTPUTS };
    struct dag *dag = dag_new(N_FREE + N_COLUMNS);
    uint32_t outputs[N_OUTPUTS];
    build(dag, outputs);
    struct table *table = mem_new(1, sizeof *table);
    fill(table, N_ROWS, true);
    struct program *summed = program_new_rows(dag, outputs, N_OUTPUTS, N_FREE, &table->rows, true);
    struct program *each = program_new_rows(dag, outputs, N_OUTPUTS, N_FREE, &table->rows, false);
    struct program *body = program_new(dag, outputs, N_OUTPUTS);
    struct program_space *space = program_space_new();
    static double memory[N_EACH][N_GRID], sums[N_OUTPUTS][N_GRID];
    double *outs[N_EACH], *sum_outs[N_OUTPUTS], x[NX], y[NY], rest[N_FREE] = {0.7, 0, 0.3};
    for (size_t o = 0; o < N_EACH; o++) {
        outs[o] = memory[o];
    }
    for (size_t o = 0; o < N_OUTPUTS; o++) {
        sum_outs[o] = sums[o];
    }
    for (size_t i = 0; i < NX; i++) {
        x[i] = -1 + 0.31 * (double)i;
    }
    for (size_t i = 0; i < NY; i++) {
        y[i] = 0.8 - 0.37 * (double)i;
    }
    program_eval_grid(each, space, 1, 2, rest, x, NX, y, NY, outs);
    program_eval_grid(summed, space, 1, 2, rest, x, NX, y, NY, sum_outs);
    for (size_t i = 0; i < N_GRID; i++) {
        double at[N_FREE + N_COLUMNS] = {rest[0], x[i % NX], y[i / NX]}, term[N_OUTPUTS];
        double single[N_EACH];
        program_point(each, space, at, single);
        double total[N_OUTPUTS] = {0}, size[N_OUTPUTS] = {0};
        for (size_t r = 0; r < N_ROWS; r++) {
            at[N_FREE] = table->columns[0][r];
            at[N_FREE + 1] = table->columns[1][r];
            program_point(body, space, at, term);
            for (size_t o = 0; o < N_OUTPUTS; o++) {
                double wanted = table->rows.weight[r] * term[o], got = memory[r * N_OUTPUTS + o][i];
                assert_true(fabs(got - wanted) <= 1e-13 * (1 + fabs(wanted)));
                assert_true(fabs(single[r * N_OUTPUTS + o] - wanted) <= 1e-13 * (1 + fabs(wanted)));
                total[o] += wanted;
                size[o] += fabs(wanted);
            }
        }
        for (size_t o = 0; o < N_OUTPUTS; o++) {
            assert_true(fabs(sums[o][i] - total[o]) <= 1e-13 * size[o]);
        }
    }
    mem_free(table);
    program_free(summed);
    program_free(each);
    program_free(body);
    program_space_free(space);
    dag_free(dag);
}

/* Many terms that cancel: the error is one of their size, not of their number. */
static void long_sums_keep_their_digits(void **state)
{
    (void)state;
    enum { N_ROWS = 300001 };
    struct dag *dag = dag_new(2);
    uint32_t y = dag_op(dag, OP_MUL, dag_var(dag, 0), dag_var(dag, 1), 0);
    y = dag_op(dag, OP_SIN, y, 0, 0);
    struct program *program = program_new(dag, &y, 1);
    struct program_space *space = program_space_new();
    double *x = mem_new(N_ROWS, sizeof *x), size = 0;
    long double total = 0;
    for (size_t r = 0; r < N_ROWS; r++) {
        x[r] = 0.1 + fmod(0.618033988749895 * (double)r, 1);
        double term = sin(1.31 * x[r]);
        total += term;
        size += term;
    }
    const double *const columns[1] = {x};
    struct rows rows = {.n = N_ROWS, .n_columns = 1, .column = columns};
    double w[3] = {1.31, 1.31, 1.31}, out[3];
    program_sum(program, space, 1, (const double *const[]){w}, 3, &rows, (double *const[]){out});
    for (int i = 0; i < 3; i++) {
        assert_true(fabs(out[i] - (double)total) <= 1e-14 * size);
    }
    /* Lanes over points, as many rows as may be. */
    rows.n = 95;
    enum { N_POINTS = 4500 };
    static double many[N_POINTS], sums[N_POINTS];
    for (int i = 0; i < N_POINTS; i++) {
        many[i] = 0.4 + 1e-3 * i;
    }
    program_sum(program, space, 1, (const double *const[]){many}, N_POINTS, &rows,
                (double *const[]){sums});
    for (int i = 0; i < N_POINTS; i += 499) {
        long double plain = 0;
        for (size_t r = 0; r < rows.n; r++) {
            plain += sin(many[i] * x[r]);
        }
        assert_true(fabs(sums[i] - (double)plain) <= 95e-14);
    }
    mem_free(x);
    program_free(program);
    program_space_free(space);
    dag_free(dag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_a_loop),
        cmocka_unit_test(enclosures_hold_the_sums),
        cmocka_unit_test(repeated_outputs_and_grids),
        cmocka_unit_test(long_sums_keep_their_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
