/* Expressions parted into functions of some variables times functions of the others. */
#include "tap.h"

#include <math.h>

#include "cusp/dag.h"
#include "cusp/program.h"
#include "cusp/rng.h"

enum { N_FREE = 3, N_VARIABLES = 5, MAX_TERMS = 32 }; /* a, b, c of w; x, z beside them */

struct stage {
    struct dag *dag;
    uint32_t a, b, c, x, z;
};

static struct stage stage_new(void)
{
    struct dag *dag = dag_new(N_VARIABLES);
    return (struct stage){
        dag, dag_var(dag, 0), dag_var(dag, 1), dag_var(dag, 2), dag_var(dag, 3), dag_var(dag, 4)};
}

static uint32_t add(const struct stage *s, uint32_t u, uint32_t v)
{
    return dag_op(s->dag, OP_ADD, u, v, 0);
}

static uint32_t mul(const struct stage *s, uint32_t u, uint32_t v)
{
    return dag_op(s->dag, OP_MUL, u, v, 0);
}

static uint32_t fun(const struct stage *s, enum op op, uint32_t u)
{
    return dag_op(s->dag, op, u, 0, 0);
}

static double at(const struct dag *dag, uint32_t node, const double *w)
{
    double value;
    struct program *program = program_new(dag, &node, 1);
    struct program_space *space = program_space_new();
    program_point(program, space, w, &value);
    program_space_free(space);
    program_free(program);
    return value;
}

static void swap_values(double *w, const double *other, size_t from, size_t to)
{
    for (size_t v = from; v < to; v++)
        w[v] = other[v];
}

/* y is the sum of n terms; coefficients do not see x, z, and bases do not see a, b, c. */
static void assert_parts(const struct stage *s, uint32_t y, size_t n)
{
    uint32_t coefficient[MAX_TERMS], basis[MAX_TERMS];
    assert_int_equal(dag_collect(s->dag, y, N_FREE, MAX_TERMS, coefficient, basis), n);
    for (uint64_t task = 0; task < 10; task++) {
        struct rng rng = rng_stream(7, task);
        double w[N_VARIABLES], other[N_VARIABLES], sum = 0, size = 0;
        for (size_t v = 0; v < N_VARIABLES; v++) {
            w[v] = 0.3 + 2 * rng_uniform(&rng);
            other[v] = 0.3 + 2 * rng_uniform(&rng);
        }
        for (size_t k = 0; k < n; k++) {
            double of_w[N_VARIABLES], of_x[N_VARIABLES];
            swap_values(of_w, w, 0, N_VARIABLES);
            swap_values(of_x, w, 0, N_VARIABLES);
            swap_values(of_w, other, N_FREE, N_VARIABLES);
            swap_values(of_x, other, 0, N_FREE);
            double term = at(s->dag, coefficient[k], of_w) * at(s->dag, basis[k], of_x);
            sum += term;
            size += fabs(term);
            for (size_t j = 0; j < k; j++)
                assert_true(basis[j] != basis[k]);
        }
        assert_true(fabs(sum - at(s->dag, y, w)) <= 1e-13 * size);
    }
}

static void sums_are_parted(void **state)
{
    (void)state;
    struct stage s = stage_new();
    uint32_t one = dag_const(s.dag, 1), two = dag_const(s.dag, 2);
    uint32_t ax = mul(&s, s.a, s.x), bz = mul(&s, s.b, s.z);
    assert_parts(&s, mul(&s, mul(&s, s.a, s.b), s.x), 1);
    assert_parts(&s, mul(&s, s.a, mul(&s, s.b, s.x)), 1);
    assert_parts(&s, fun(&s, OP_NEG, add(&s, ax, s.c)), 2);
    assert_parts(&s, add(&s, ax, add(&s, mul(&s, s.b, s.x), s.x)), 1);
    assert_parts(&s, dag_op(s.dag, OP_SUB, add(&s, ax, bz), ax, 0), 1);
    assert_parts(&s, dag_powi(s.dag, add(&s, ax, s.b), 5), 6);
    assert_parts(&s, dag_powi(s.dag, ax, 200), 1);
    assert_parts(&s, mul(&s, add(&s, s.a, s.x), add(&s, s.b, add(&s, s.x, one))), 4);
    assert_parts(&s, dag_op(s.dag, OP_DIV, add(&s, ax, s.c), s.b, 0), 2);
    assert_parts(&s, dag_op(s.dag, OP_DIV, add(&s, ax, s.c), s.x, 0), 2);
    assert_parts(&s, mul(&s, fun(&s, OP_TANH, s.a), fun(&s, OP_SIN, mul(&s, s.x, s.z))), 1);
    assert_parts(&s, mul(&s, fun(&s, OP_EXP, s.a), add(&s, s.x, two)), 1);
    assert_parts(&s, s.a, 1);
    assert_parts(&s, s.z, 1);
    assert_parts(&s, two, 1);
    dag_free(s.dag);
}

/* One basis where products were written in another order, or with other powers. */
static void products_have_one_form(void **state)
{
    (void)state;
    struct stage s = stage_new();
    uint32_t xxz = mul(&s, mul(&s, s.x, s.z), s.x), xzx = mul(&s, dag_powi(s.dag, s.x, 2), s.z);
    assert_parts(&s, add(&s, mul(&s, s.a, xxz), mul(&s, s.b, xzx)), 1);
    uint32_t cube = mul(&s, mul(&s, s.a, s.x), dag_powi(s.dag, mul(&s, s.b, s.x), 2));
    assert_parts(&s, add(&s, cube, mul(&s, s.c, dag_powi(s.dag, s.x, 3))), 1);
    uint32_t size = fun(&s, OP_ABS, s.x);
    uint32_t square = dag_powi(s.dag, mul(&s, s.b, size), 2);
    assert_parts(&s, add(&s, square, mul(&s, s.c, dag_powi(s.dag, s.x, 2))), 1);
    dag_free(s.dag);
}

static void others_are_refused(void **state)
{
    (void)state;
    struct stage s = stage_new();
    uint32_t ax = mul(&s, s.a, s.x), coefficient[MAX_TERMS], basis[MAX_TERMS];
    const uint32_t refused[] = {
        fun(&s, OP_TANH, ax),
        add(&s, s.b, fun(&s, OP_RELU, add(&s, s.a, s.x))),
        dag_op(s.dag, OP_DIV, s.a, add(&s, s.a, s.x), 0),
        dag_powi(s.dag, add(&s, ax, s.b), -1),
        dag_powi(s.dag, add(&s, ax, s.b), 40),     /* 41 terms */
        dag_powi(s.dag, add(&s, ax, s.b), 100000), /* more than are waited for */
        dag_const(s.dag, 0),
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_int_equal(dag_collect(s.dag, refused[i], N_FREE, MAX_TERMS, coefficient, basis), 0);
    uint32_t three = add(&s, ax, add(&s, s.b, mul(&s, s.c, s.z)));
    assert_int_equal(dag_collect(s.dag, three, N_FREE, 3, coefficient, basis), 3);
    assert_int_equal(dag_collect(s.dag, three, N_FREE, 2, coefficient, basis), 0);
    dag_free(s.dag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_parted),
        cmocka_unit_test(products_have_one_form),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
