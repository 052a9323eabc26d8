/* Reading an expression graph: copies into another graph, and polynomials. */
#include "dag_private.h"

#include <limits.h>
#include <math.h>

#include "cusp/mem.h"

uint32_t dag_copy(const struct dag *from, uint32_t y, struct dag *to, const uint32_t *map)
{
    unsigned char *reached = dag_reach(from, y);
    uint32_t *copy = mem_new((size_t)y + 1, sizeof *copy);
    for (size_t id = 0; id <= y; id++) {
        if (!reached[id]) {
            continue;
        }
        const struct dag_node node = from->nodes[id];
        if (node.op == OP_CONST) {
            copy[id] = dag_const(to, node.value);
        } else if (node.op == OP_VAR) {
            copy[id] = map[node.variable];
        } else if (node.op == OP_POWI) {
            copy[id] = dag_powi(to, copy[node.args[0]], node.exponent);
        } else {
            copy[id] =
                dag_op(to, node.op, copy[node.args[0]], copy[node.args[1]], copy[node.args[2]]);
        }
    }
    uint32_t result = copy[y];
    mem_free(reached);
    mem_free(copy);
    return result;
}

static int degree_sum(int a, int b)
{
    int sum;
    return __builtin_add_overflow(a, b, &sum) ? INT_MAX : sum;
}

static int degree_product(int a, int b)
{
    int product;
    return __builtin_mul_overflow(a, b, &product) ? INT_MAX : product;
}

/* The degree of a node over those of its arguments; −1 if it is no polynomial. */
static int node_degree(const struct dag *dag, const struct dag_node *node, const int *degree)
{
    int a = degree[node->args[0]], b = degree[node->args[1]];
    double value;
    switch ((int)node->op) {
    case OP_CONST:
        return isfinite(node->value) ? 0 : -1;
    case OP_VAR:
        return 1;
    case OP_NEG:
        return a;
    case OP_ADD:
    case OP_SUB:
        return a < 0 || b < 0 ? -1 : a > b ? a : b;
    case OP_MUL:
        return a < 0 || b < 0 ? -1 : degree_sum(a, b);
    case OP_DIV:
        return dag_is_const(dag, node->args[1], &value) && isfinite(value) && value != 0 ? a : -1;
    case OP_POWI:
        return a < 0 || node->exponent < 0 ? -1 : degree_product(a, node->exponent);
    }
    return -1;
}

bool dag_is_polynomial(const struct dag *dag, uint32_t y, int *degree)
{
    unsigned char *reached = dag_reach(dag, y);
    int *degrees = mem_new((size_t)y + 1, sizeof *degrees);
    bool polynomial = true;
    for (size_t id = 0; id <= y && polynomial; id++) {
        if (reached[id]) {
            degrees[id] = node_degree(dag, &dag->nodes[id], degrees);
            polynomial = degrees[id] >= 0;
        }
    }
    if (polynomial && degree) {
        *degree = degrees[y];
    }
    mem_free(reached);
    mem_free(degrees);
    return polynomial;
}
