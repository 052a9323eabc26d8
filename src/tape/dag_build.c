/* Builders of expressions: constants are folded and plain identities used that keep every value. */
#include "dag_private.h"

#include <assert.h>
#include <float.h>
#include <limits.h>
#include <math.h>

static uint32_t build_mul(struct dag *dag, uint32_t a, uint32_t b);
static uint32_t build_neg(struct dag *dag, uint32_t a);

static bool is_total(const struct dag *dag, uint32_t id)
{
    return (dag->traits[id] & DAG_TOTAL) != 0;
}

static bool is_op(const struct dag *dag, uint32_t id, enum op op)
{
    return dag->nodes[id].op == op;
}

static uint32_t arg_of(const struct dag *dag, uint32_t id, int i)
{
    return dag->nodes[id].args[i];
}

/* Constants last, else the older node first. */
static void order_pair(const struct dag *dag, uint32_t *a, uint32_t *b)
{
    bool a_const = is_op(dag, *a, OP_CONST), b_const = is_op(dag, *b, OP_CONST);
    if ((a_const && !b_const) || (a_const == b_const && *a > *b)) {
        uint32_t swap = *a;
        *a = *b;
        *b = swap;
    }
}

/* Scaling by it is exact, range aside. */
static bool is_power_of_two(double x)
{
    int exponent;
    return isfinite(x) && fabs(frexp(x, &exponent)) == 0.5;
}

static uint32_t build_sub(struct dag *dag, uint32_t a, uint32_t b)
{
    double value;
    if (dag_is_const(dag, b, &value)) {
        return value == 0 ? a : dag_fold(dag, OP_ADD, 0, a, dag_const(dag, -value), 0);
    }
    if (dag_is_const(dag, a, &value) && value == 0) {
        return build_neg(dag, b);
    }
    if (a == b && is_total(dag, a)) {
        return dag_const(dag, 0);
    }
    if (is_op(dag, b, OP_NEG)) {
        return dag_op(dag, OP_ADD, a, arg_of(dag, b, 0), 0);
    }
    return dag_fold(dag, OP_SUB, 0, a, b, 0);
}

static uint32_t build_add(struct dag *dag, uint32_t a, uint32_t b)
{
    order_pair(dag, &a, &b);
    double value;
    if (dag_is_const(dag, b, &value)) {
        return value == 0 ? a : dag_fold(dag, OP_ADD, 0, a, b, 0);
    }
    if (a == b) {
        return build_mul(dag, a, dag_const(dag, 2));
    }
    if (is_op(dag, b, OP_NEG)) {
        return build_sub(dag, a, arg_of(dag, b, 0));
    }
    if (is_op(dag, a, OP_NEG)) {
        return build_sub(dag, b, arg_of(dag, a, 0));
    }
    return dag_fold(dag, OP_ADD, 0, a, b, 0);
}

static uint32_t build_neg(struct dag *dag, uint32_t a)
{
    double value;
    if (is_op(dag, a, OP_NEG)) {
        return arg_of(dag, a, 0);
    }
    if (is_op(dag, a, OP_SUB)) {
        return build_sub(dag, arg_of(dag, a, 1), arg_of(dag, a, 0));
    }
    if (is_op(dag, a, OP_MUL) && dag_is_const(dag, arg_of(dag, a, 1), &value)) {
        return build_mul(dag, arg_of(dag, a, 0), dag_const(dag, -value));
    }
    return dag_fold(dag, OP_NEG, 0, a, 0, 0);
}

static uint32_t mul_by_const(struct dag *dag, uint32_t a, double value)
{
    if (value == 1) {
        return a;
    }
    if (value == -1) {
        return build_neg(dag, a);
    }
    if (value == 0 && is_total(dag, a)) {
        return dag_const(dag, 0);
    }
    if (is_op(dag, a, OP_NEG)) {
        return mul_by_const(dag, arg_of(dag, a, 0), -value);
    }
    double inner;
    if (is_op(dag, a, OP_MUL) && dag_is_const(dag, arg_of(dag, a, 1), &inner) &&
        (is_power_of_two(value) || is_power_of_two(inner)) && isnormal(value * inner)) {
        return mul_by_const(dag, arg_of(dag, a, 0), value * inner);
    }
    return dag_fold(dag, OP_MUL, 0, a, dag_const(dag, value), 0);
}

/* x^m · x^n with both exponents on the same side of 0, so that a pole stays a pole. */
static bool merge_powers(struct dag *dag, uint32_t a, uint32_t b, uint32_t *product)
{
    bool a_power = is_op(dag, a, OP_POWI), b_power = is_op(dag, b, OP_POWI);
    uint32_t a_base = a_power ? arg_of(dag, a, 0) : a, b_base = b_power ? arg_of(dag, b, 0) : b;
    int m = a_power ? dag->nodes[a].exponent : 1, n = b_power ? dag->nodes[b].exponent : 1;
    int sum;
    if (a_base != b_base || (m > 0) != (n > 0) || __builtin_add_overflow(m, n, &sum)) {
        return false;
    }
    *product = dag_powi(dag, a_base, sum);
    return true;
}

static uint32_t build_mul(struct dag *dag, uint32_t a, uint32_t b)
{
    order_pair(dag, &a, &b);
    double value;
    if (dag_is_const(dag, b, &value)) {
        if (is_op(dag, a, OP_CONST)) {
            return dag_fold(dag, OP_MUL, 0, a, b, 0);
        }
        return mul_by_const(dag, a, value);
    }
    bool a_neg = is_op(dag, a, OP_NEG), b_neg = is_op(dag, b, OP_NEG);
    if (a_neg || b_neg) {
        uint32_t product =
            build_mul(dag, a_neg ? arg_of(dag, a, 0) : a, b_neg ? arg_of(dag, b, 0) : b);
        return a_neg && b_neg ? product : build_neg(dag, product);
    }
    uint32_t product;
    if (merge_powers(dag, a, b, &product)) {
        return product;
    }
    return dag_fold(dag, OP_MUL, 0, a, b, 0);
}

static uint32_t build_div(struct dag *dag, uint32_t a, uint32_t b)
{
    double value;
    bool a_const = is_op(dag, a, OP_CONST);
    if (dag_is_const(dag, b, &value) && !a_const && is_power_of_two(value) && isnormal(1 / value)) {
        return mul_by_const(dag, a, 1 / value);
    }
    if (dag_is_const(dag, a, &value) && value == 1) {
        return dag_powi(dag, b, -1);
    }
    bool a_neg = is_op(dag, a, OP_NEG), b_neg = is_op(dag, b, OP_NEG);
    if (a_neg || b_neg) {
        uint32_t quotient =
            build_div(dag, a_neg ? arg_of(dag, a, 0) : a, b_neg ? arg_of(dag, b, 0) : b);
        return a_neg && b_neg ? quotient : build_neg(dag, quotient);
    }
    return dag_fold(dag, OP_DIV, 0, a, b, 0);
}

uint32_t dag_powi(struct dag *dag, uint32_t a, int exponent)
{
    if (exponent == 0) {
        return dag_const(dag, 1);
    }
    if (exponent == 1 || (exponent > 0 && (dag->traits[a] & DAG_TRUTH))) {
        return a;
    }
    const struct dag_node node = *dag_node(dag, a);
    int product;
    if (node.op == OP_POWI && (node.exponent > 0 || exponent > 0) &&
        !__builtin_mul_overflow(node.exponent, exponent, &product)) {
        return dag_powi(dag, node.args[0], product);
    }
    if ((node.op == OP_NEG || node.op == OP_ABS) && exponent % 2 == 0) {
        return dag_powi(dag, node.args[0], exponent);
    }
    if (node.op == OP_NEG) {
        return build_neg(dag, dag_powi(dag, node.args[0], exponent));
    }
    return dag_fold(dag, OP_POWI, exponent, a, 0, 0);
}

static uint32_t build_pow(struct dag *dag, uint32_t a, uint32_t b)
{
    double value;
    if (dag_is_const(dag, b, &value)) {
        if (value == floor(value) && fabs(value) <= INT_MAX) {
            return dag_powi(dag, a, (int)value);
        }
        if (value == 0.5) {
            return dag_fold(dag, OP_SQRT, 0, a, 0, 0);
        }
    }
    return dag_fold(dag, OP_POW, 0, a, b, 0);
}

static uint32_t build_abs(struct dag *dag, uint32_t a)
{
    const struct dag_node node = *dag_node(dag, a);
    if (node.op == OP_NEG) {
        return build_abs(dag, node.args[0]);
    }
    if (node.op == OP_ABS || (node.op == OP_POWI && node.exponent % 2 == 0)) {
        return a;
    }
    return dag_fold(dag, OP_ABS, 0, a, 0, 0);
}

static uint32_t build_if(struct dag *dag, uint32_t c, uint32_t a, uint32_t b)
{
    double condition, yes, no;
    if (dag_is_const(dag, c, &condition)) {
        return condition != 0 ? a : b;
    }
    if (a == b) {
        return a;
    }
    if (is_op(dag, c, OP_NOT)) {
        return build_if(dag, arg_of(dag, c, 0), b, a);
    }
    if ((dag->traits[c] & DAG_TRUTH) && dag_is_const(dag, a, &yes) && yes == 1 &&
        dag_is_const(dag, b, &no) && no == 0) {
        return c;
    }
    return dag_fold(dag, OP_IF, 0, c, a, b);
}

uint32_t dag_op(struct dag *dag, enum op op, uint32_t a, uint32_t b, uint32_t c)
{
    switch (op) {
    case OP_ADD:
        return build_add(dag, a, b);
    case OP_SUB:
        return build_sub(dag, a, b);
    case OP_MUL:
        return build_mul(dag, a, b);
    case OP_DIV:
        return build_div(dag, a, b);
    case OP_NEG:
        return build_neg(dag, a);
    case OP_POWI:
    case OP_POW:
        return build_pow(dag, a, b);
    case OP_ABS:
        return build_abs(dag, a);
    case OP_IF:
        return build_if(dag, a, b, c);
    case OP_MIN:
    case OP_MAX:
        return a == b ? a : dag_fold(dag, op, 0, a, b, 0);
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
        order_pair(dag, &a, &b);
        return dag_fold(dag, op, 0, a, b, 0);
    case OP_SQRT:
    case OP_EXP:
    case OP_EXPM1:
    case OP_LOG:
    case OP_LOG1P:
    case OP_LOG1P_GAP:
    case OP_SIN:
    case OP_COS:
    case OP_TANH:
    case OP_ERF:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_GELU:
    case OP_SWISH:
    case OP_RELU:
    case OP_LEAKY_RELU:
    case OP_STEP:
    case OP_SIGN:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_NOT:
        return dag_fold(dag, op, 0, a, b, c);
    case OP_CONST:
    case OP_VAR:
    case OP_COUNT:
        break;
    }
    assert(op_info(op)->arity > 0); /* an operation without arguments has a builder of its own */
    return dag_const(dag, (double)NAN);
}
