/* The gradient and Hessian of every operation against central differences. */
#include "tap.h"

#include <math.h>

#include "cusp/dag.h"
#include "cusp/program.h"

enum { N = 3, N_SECOND = N * (N + 1) / 2 };

/* f = op(a, b, c) with arguments that mix the variables, so that the chain rule is used:
   a = shift + 0.9 x + 0.2 x y, b = 1.3 + 0.5 y − 0.3 x z, c = z² − 0.4 y. */
static uint32_t build(struct dag *dag, enum op op, int exponent, double shift)
{
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1), z = dag_var(dag, 2);
    uint32_t xy = dag_op(dag, OP_MUL, x, y, 0), xz = dag_op(dag, OP_MUL, x, z, 0);
    uint32_t a = dag_op(dag, OP_ADD, dag_op(dag, OP_MUL, x, dag_const(dag, 0.9), 0),
                        dag_op(dag, OP_MUL, xy, dag_const(dag, 0.2), 0), 0);
    a = dag_op(dag, OP_ADD, a, dag_const(dag, shift), 0);
    uint32_t b = dag_op(dag, OP_SUB, dag_op(dag, OP_MUL, y, dag_const(dag, 0.5), 0),
                        dag_op(dag, OP_MUL, xz, dag_const(dag, 0.3), 0), 0);
    b = dag_op(dag, OP_ADD, b, dag_const(dag, 1.3), 0);
    uint32_t c =
        dag_op(dag, OP_SUB, dag_powi(dag, z, 2), dag_op(dag, OP_MUL, y, dag_const(dag, 0.4), 0), 0);
    if (op == OP_POWI) {
        return dag_powi(dag, a, exponent);
    }
    if (op == OP_IF) { /* a condition that both branches see */
        return dag_op(dag, OP_IF, dag_op(dag, OP_LT, a, b, 0), dag_op(dag, OP_MUL, a, c, 0),
                      dag_op(dag, OP_SIN, b, 0, 0));
    }
    return dag_op(dag, op, a, b, c);
}

struct derivatives {
    struct program *value, *gradient, *hessian;
    struct program_space *space;
};

static void differentiate(struct derivatives *d, enum op op, int exponent, double shift)
{
    struct dag *dag = dag_new(N);
    uint32_t y = build(dag, op, exponent, shift), first[N], second[N_SECOND];
    dag_gradient(dag, y, first);
    dag_hessian(dag, y, second);
    d->value = program_new(dag, &y, 1);
    d->gradient = program_new(dag, first, N);
    d->hessian = program_new(dag, second, N_SECOND);
    d->space = program_space_new();
    dag_free(dag);
}

static void derivatives_done(struct derivatives *d)
{
    program_free(d->value);
    program_free(d->gradient);
    program_free(d->hessian);
    program_space_free(d->space);
}

/* The derivative of outputs[n] by variable v: central differences of two widths, extrapolated. */
static void difference(const struct derivatives *d, const struct program *program, const double *w,
                       int v, int n, double *out)
{
    static const double width = 2e-4;
    for (int o = 0; o < n; o++) {
        out[o] = 0;
    }
    for (int k = 0; k < 4; k++) {
        static const double at[4] = {-2, -1, 1, 2}, weight[4] = {1, -8, 8, -1};
        double moved[N], value[N];
        for (int i = 0; i < N; i++) {
            moved[i] = w[i] + (i == v ? at[k] * width : 0);
        }
        program_point(program, d->space, moved, value);
        for (int o = 0; o < n; o++) {
            out[o] += weight[k] * value[o] / (12 * width);
        }
    }
}

static void check(const char *name, double got, double wanted)
{
    static const double tolerance = 2e-8;
    if (!(fabs(got - wanted) <= tolerance * (1 + fabs(wanted)))) {
        fail_msg("%s: derivative %.12g, difference %.12g", name, got, wanted);
    }
}

static void check_at(const struct derivatives *d, const char *name, const double *w)
{
    double first[N], second[N_SECOND], wanted[N];
    program_point(d->gradient, d->space, w, first);
    program_point(d->hessian, d->space, w, second);
    for (int v = 0; v < N; v++) {
        difference(d, d->value, w, v, 1, wanted);
        check(name, first[v], wanted[0]);
        difference(d, d->gradient, w, v, N, wanted);
        for (int i = 0; i <= v; i++) {
            check(name, second[i * N - i * (i - 1) / 2 + v - i], wanted[i]);
        }
    }
}

/* Points with 0.4 ≤ a − shift ≤ 2 and b ≥ 0.7, a ≠ b, away from kinks. */
static const double points[][N] = {{0.385, 0.72, -0.45},
                                   {1.27, 1.15, 0.385},
                                   {0.9, -0.6, -1.1},
                                   {1.62, 0.11, 0.27},
                                   {0.55, 2.1, 0.8}};
enum { N_POINTS = sizeof points / sizeof *points };

static void check_operation(enum op op, int exponent, double shift)
{
    struct derivatives d;
    differentiate(&d, op, exponent, shift);
    for (int p = 0; p < N_POINTS; p++) {
        check_at(&d, op_info(op)->name, points[p]);
    }
    derivatives_done(&d);
}

static void every_operation_where_its_argument_is_positive(void **state)
{
    (void)state;
    for (enum op op = OP_ADD; op < OP_COUNT; op++) {
        if (op != OP_POWI) {
            check_operation(op, 0, 0);
        }
    }
    for (int exponent = -3; exponent <= 7; exponent++) {
        check_operation(OP_POWI, exponent, 0);
    }
}

static void every_total_operation_where_it_is_negative(void **state)
{
    (void)state;
    for (enum op op = OP_ADD; op < OP_COUNT; op++) {
        if (op != OP_POWI && op != OP_POW && op != OP_SQRT && op != OP_LOG && op != OP_LOG1P &&
            op != OP_LOG1P_GAP) {
            check_operation(op, 0, -2.9);
        }
    }
    for (int exponent = -3; exponent <= 7; exponent++) {
        check_operation(OP_POWI, exponent, -2.9);
    }
    check_operation(OP_LOG1P, 0, -0.7);
    check_operation(OP_LOG1P_GAP, 0, -0.7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_where_its_argument_is_positive),
        cmocka_unit_test(every_total_operation_where_it_is_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
