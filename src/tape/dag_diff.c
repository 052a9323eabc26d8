/* Derivatives of expressions by reverse sweeps over the graph. */
#include "dag_private.h"

#include <math.h>

#include "cusp/mem.h"

static const uint32_t NO_ADJOINT = UINT32_MAX;

struct sweep {
    struct dag *dag;
    uint32_t *adjoint; /* [y + 1], NO_ADJOINT where nothing has come yet */
};

static bool is_const_value(const struct dag *dag, uint32_t id, double wanted)
{
    double value;
    return dag_is_const(dag, id, &value) && value == wanted;
}

/* A branch not taken must not spoil the derivative of the one taken: where the weight may be masked
   and the other factor infinite or undefined, the product is 0 wherever the weight is. */
static uint32_t guard(struct dag *dag, uint32_t weight, uint32_t product, bool harmless)
{
    if (harmless || !(dag->traits[weight] & DAG_MASKED)) {
        return product;
    }
    return dag_op(dag, OP_IF, weight, product, dag_const(dag, 0));
}

static uint32_t times(struct dag *dag, uint32_t weight, uint32_t factor)
{
    uint32_t product = dag_op(dag, OP_MUL, weight, factor, 0);
    return guard(dag, weight, product, (dag->traits[factor] & DAG_TOTAL) != 0);
}

static uint32_t over(struct dag *dag, uint32_t weight, uint32_t divisor)
{
    uint32_t quotient = dag_op(dag, OP_DIV, weight, divisor, 0);
    return guard(dag, weight, quotient, dag_node(dag, divisor)->op == OP_CONST);
}

/* The sum of two adjoints; two branches of one condition make one node. */
static uint32_t plus(struct dag *dag, uint32_t a, uint32_t b)
{
    const struct dag_node x = *dag_node(dag, a), y = *dag_node(dag, b);
    if (x.op == OP_IF && y.op == OP_IF && x.args[0] == y.args[0]) {
        if (is_const_value(dag, x.args[2], 0) && is_const_value(dag, y.args[1], 0)) {
            return dag_op(dag, OP_IF, x.args[0], x.args[1], y.args[2]);
        }
        if (is_const_value(dag, x.args[1], 0) && is_const_value(dag, y.args[2], 0)) {
            return dag_op(dag, OP_IF, x.args[0], y.args[1], x.args[2]);
        }
    }
    return dag_op(dag, OP_ADD, a, b, 0);
}

static void give(struct sweep *sweep, uint32_t to, uint32_t share)
{
    struct dag *dag = sweep->dag;
    if (dag_node(dag, to)->op == OP_CONST || is_const_value(dag, share, 0)) {
        return;
    }
    uint32_t *adjoint = &sweep->adjoint[to];
    *adjoint = *adjoint == NO_ADJOINT ? share : plus(dag, *adjoint, share);
}

static uint32_t unary(struct dag *dag, enum op op, uint32_t a)
{
    return dag_op(dag, op, a, 0, 0);
}

/* 1 − x. */
static uint32_t complement(struct dag *dag, uint32_t x)
{
    return dag_op(dag, OP_SUB, dag_const(dag, 1), x, 0);
}

/* scale · exp(rate · a²) */
static uint32_t bell(struct dag *dag, uint32_t a, double scale, double rate)
{
    uint32_t exponent = dag_op(dag, OP_MUL, dag_powi(dag, a, 2), dag_const(dag, rate), 0);
    return dag_op(dag, OP_MUL, unary(dag, OP_EXP, exponent), dag_const(dag, scale), 0);
}

/* Φ(a) + a φ(a), of the normal distribution. */
static uint32_t gelu_slope(struct dag *dag, uint32_t a)
{
    uint32_t z = dag_op(dag, OP_MUL, a, dag_const(dag, M_SQRT1_2), 0);
    uint32_t half = dag_const(dag, 0.5);
    uint32_t cdf = dag_op(dag, OP_MUL, unary(dag, OP_ERF, z), half, 0);
    cdf = dag_op(dag, OP_ADD, cdf, half, 0);
    uint32_t density = bell(dag, a, 0.5 * M_SQRT1_2 * M_2_SQRTPI, -0.5);
    return dag_op(dag, OP_ADD, cdf, dag_op(dag, OP_MUL, a, density, 0), 0);
}

static uint32_t swish_slope(struct dag *dag, uint32_t a, uint32_t y)
{
    uint32_t s = unary(dag, OP_SIGMOID, a);
    return dag_op(dag, OP_ADD, s, dag_op(dag, OP_MUL, y, complement(dag, s), 0), 0);
}

/* The slope of a smooth function y = f(a) that is finite wherever f is. */
static uint32_t smooth_slope(struct dag *dag, enum op op, uint32_t a, uint32_t y)
{
    switch ((int)op) {
    case OP_EXP:
        return y;
    case OP_EXPM1:
        return unary(dag, OP_EXP, a);
    case OP_SIN:
        return unary(dag, OP_COS, a);
    case OP_COS:
        return unary(dag, OP_NEG, unary(dag, OP_SIN, a));
    case OP_TANH:
        return complement(dag, dag_powi(dag, y, 2));
    case OP_ERF:
        return bell(dag, a, M_2_SQRTPI, -1);
    case OP_SIGMOID:
        return dag_op(dag, OP_MUL, y, complement(dag, y), 0);
    case OP_SOFTPLUS:
        return unary(dag, OP_SIGMOID, a);
    case OP_GELU:
        return gelu_slope(dag, a);
    case OP_SWISH:
        return swish_slope(dag, a, y);
    case OP_ABS:
        return unary(dag, OP_SIGN, a);
    case OP_RELU:
        return unary(dag, OP_STEP, a);
    case OP_LEAKY_RELU:
        return dag_op(dag, OP_IF, unary(dag, OP_STEP, a), dag_const(dag, 1), dag_const(dag, 0.01));
    }
    return dag_const(dag, 0);
}

static void share_pow(struct sweep *sweep, const struct dag_node *node, uint32_t y, uint32_t weight)
{
    struct dag *dag = sweep->dag;
    uint32_t a = node->args[0], b = node->args[1], zero = dag_const(dag, 0);
    uint32_t lower = dag_op(dag, OP_ADD, b, dag_const(dag, -1), 0);
    uint32_t slope = dag_op(dag, OP_MUL, b, dag_op(dag, OP_POW, a, lower, 0), 0);
    give(sweep, a, times(dag, weight, slope));
    if (dag_node(dag, b)->op != OP_CONST) {
        /* y log a tends to 0 with a where y does. */
        uint32_t log_a = unary(dag, OP_LOG, a);
        uint32_t positive = dag_op(dag, OP_GT, a, zero, 0);
        slope = dag_op(dag, OP_IF, positive, dag_op(dag, OP_MUL, y, log_a, 0), zero);
        give(sweep, b, times(dag, weight, slope));
    }
}

/* The weight where the condition (or where not) picks the argument, else 0. */
static uint32_t picked(struct dag *dag, uint32_t condition, uint32_t weight, bool where)
{
    uint32_t zero = dag_const(dag, 0);
    return dag_op(dag, OP_IF, condition, where ? weight : zero, where ? zero : weight);
}

static void share_power(struct sweep *sweep, const struct dag_node *node, uint32_t weight)
{
    struct dag *dag = sweep->dag;
    double exponent = node->exponent;
    /* INT_MIN − 1 is no exponent; its slope is out of every range anyway. */
    uint32_t lower = node->exponent > -INT32_MAX ? dag_powi(dag, node->args[0], node->exponent - 1)
                                                 : dag_const(dag, (double)NAN);
    uint32_t slope = dag_op(dag, OP_MUL, lower, dag_const(dag, exponent), 0);
    give(sweep, node->args[0], times(dag, weight, slope));
}

static void share_sum(struct sweep *sweep, const struct dag_node *node, uint32_t y, uint32_t weight)
{
    struct dag *dag = sweep->dag;
    uint32_t a = node->args[0], b = node->args[1];
    switch ((int)node->op) {
    case OP_ADD:
        give(sweep, a, weight);
        give(sweep, b, weight);
        break;
    case OP_SUB:
        give(sweep, a, weight);
        give(sweep, b, unary(dag, OP_NEG, weight));
        break;
    case OP_MUL:
        give(sweep, a, times(dag, weight, b));
        give(sweep, b, times(dag, weight, a));
        break;
    case OP_DIV:
        give(sweep, a, over(dag, weight, b));
        if (dag_node(dag, b)->op != OP_CONST) {
            uint32_t slope = unary(dag, OP_NEG, dag_op(dag, OP_DIV, y, b, 0));
            give(sweep, b, times(dag, weight, slope));
        }
        break;
    }
}

/* Hands the weight of node y on to its arguments. */
static void share(struct sweep *sweep, uint32_t y, uint32_t weight)
{
    struct dag *dag = sweep->dag;
    const struct dag_node node = *dag_node(dag, y);
    uint32_t a = node.args[0], b = node.args[1], condition;
    switch (node.op) {
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
        share_sum(sweep, &node, y, weight);
        break;
    case OP_NEG:
        give(sweep, a, unary(dag, OP_NEG, weight));
        break;
    case OP_POWI:
        share_power(sweep, &node, weight);
        break;
    case OP_POW:
        share_pow(sweep, &node, y, weight);
        break;
    case OP_SQRT:
        give(sweep, a, times(dag, weight, dag_op(dag, OP_DIV, dag_const(dag, 0.5), y, 0)));
        break;
    case OP_LOG:
        give(sweep, a, over(dag, weight, a));
        break;
    case OP_LOG1P:
        give(sweep, a, over(dag, weight, dag_op(dag, OP_ADD, a, dag_const(dag, 1), 0)));
        break;
    case OP_LOG1P_GAP:
        give(sweep, a,
             times(dag, weight,
                   dag_op(dag, OP_DIV, a, dag_op(dag, OP_ADD, a, dag_const(dag, 1), 0), 0)));
        break;
    case OP_EXP:
    case OP_EXPM1:
    case OP_SIN:
    case OP_COS:
    case OP_TANH:
    case OP_ERF:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_GELU:
    case OP_SWISH:
    case OP_ABS:
    case OP_RELU:
    case OP_LEAKY_RELU:
        give(sweep, a, times(dag, weight, smooth_slope(dag, node.op, a, y)));
        break;
    case OP_MIN:
    case OP_MAX:
        condition = dag_op(dag, node.op == OP_MIN ? OP_LE : OP_GE, a, b, 0);
        give(sweep, a, picked(dag, condition, weight, true));
        give(sweep, b, picked(dag, condition, weight, false));
        break;
    case OP_IF:
        give(sweep, b, picked(dag, a, weight, true));
        give(sweep, node.args[2], picked(dag, a, weight, false));
        break;
    case OP_CONST:
    case OP_VAR:
    case OP_STEP:
    case OP_SIGN:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
    case OP_NOT:
    case OP_COUNT:
        break;
    }
}

void dag_gradient(struct dag *dag, uint32_t y, uint32_t *out)
{
    uint32_t zero = dag_const(dag, 0);
    for (size_t v = 0; v < dag->n_variables; v++) {
        out[v] = zero;
    }
    if (dag_node(dag, y)->op == OP_CONST) {
        return;
    }
    struct sweep sweep = {.dag = dag, .adjoint = mem_new((size_t)y + 1, sizeof(uint32_t))};
    for (size_t id = 0; id <= y; id++) {
        sweep.adjoint[id] = NO_ADJOINT;
    }
    sweep.adjoint[y] = dag_const(dag, 1);
    for (size_t id = (size_t)y + 1; id-- > 0;) {
        if (sweep.adjoint[id] == NO_ADJOINT) {
            continue;
        }
        if (dag->nodes[id].op == OP_VAR) {
            out[dag->nodes[id].variable] = sweep.adjoint[id];
        } else {
            share(&sweep, (uint32_t)id, sweep.adjoint[id]);
        }
    }
    mem_free(sweep.adjoint);
}

void dag_hessian(struct dag *dag, uint32_t y, uint32_t *out)
{
    size_t n = dag->n_variables;
    uint32_t *gradient = mem_new(n + 1, sizeof *gradient);
    uint32_t *row = mem_new(n + 1, sizeof *row);
    dag_gradient(dag, y, gradient);
    for (size_t i = 0; i < n; i++) {
        dag_gradient(dag, gradient[i], row);
        for (size_t j = i; j < n; j++) {
            *out++ = row[j];
        }
    }
    mem_free(gradient);
    mem_free(row);
}
