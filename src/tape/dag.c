/* The store of an expression graph: nodes, hash-consing and what is known of each node. */
#include "dag_private.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "cusp/mem.h"

enum { FIRST_CAPACITY = 64 };

struct dag *dag_new(size_t n_variables)
{
    struct dag *dag = mem_new(1, sizeof *dag);
    dag->n_variables = n_variables;
    dag->capacity = FIRST_CAPACITY;
    dag->nodes = mem_new(dag->capacity, sizeof *dag->nodes);
    dag->traits = mem_new(dag->capacity, sizeof *dag->traits);
    dag->table_size = 2 * FIRST_CAPACITY;
    dag->table = mem_new(dag->table_size, sizeof *dag->table);
    return dag;
}

void dag_free(struct dag *dag)
{
    if (!dag) {
        return;
    }
    mem_free(dag->nodes);
    mem_free(dag->traits);
    mem_free(dag->table);
    mem_free(dag);
}

size_t dag_n_variables(const struct dag *dag)
{
    return dag->n_variables;
}

size_t dag_n_nodes(const struct dag *dag)
{
    return dag->n_nodes;
}

const struct dag_node *dag_node(const struct dag *dag, uint32_t id)
{
    assert(id < dag->n_nodes);
    return &dag->nodes[id];
}

bool dag_full(const struct dag *dag)
{
    return dag->full;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 29);
}

static uint64_t node_hash(const struct dag_node *node)
{
    uint64_t hash = mix((uint64_t)node->op, (uint32_t)node->exponent);
    hash = mix(hash, ((uint64_t)node->args[0] << 32) | node->args[1]);
    hash = mix(hash, ((uint64_t)node->args[2] << 32) | node->variable);
    return mix(hash, bits_of(node->value));
}

static bool node_equal(const struct dag_node *a, const struct dag_node *b)
{
    return a->op == b->op && a->exponent == b->exponent && a->args[0] == b->args[0] &&
           a->args[1] == b->args[1] && a->args[2] == b->args[2] && a->variable == b->variable &&
           bits_of(a->value) == bits_of(b->value);
}

static unsigned char powi_traits(int exponent, unsigned char of_arg)
{
    return exponent > 0 ? of_arg & (DAG_TOTAL | DAG_TRUTH | DAG_MASKED) : 0;
}

static bool is_nonzero_const(const struct dag *dag, uint32_t id)
{
    const struct dag_node *node = &dag->nodes[id];
    return node->op == OP_CONST && isfinite(node->value) && node->value != 0;
}

static bool is_zero_const(const struct dag *dag, uint32_t id)
{
    const struct dag_node *node = &dag->nodes[id];
    return node->op == OP_CONST && node->value == 0;
}

static unsigned char node_traits(const struct dag *dag, const struct dag_node *node)
{
    int arity = op_info(node->op)->arity;
    unsigned char arg[3] = {0, 0, 0};
    unsigned char total = DAG_TOTAL;
    for (int i = 0; i < arity; i++) {
        arg[i] = dag->traits[node->args[i]];
        total &= arg[i];
    }
    switch (node->op) {
    case OP_CONST:
        return (isfinite(node->value) ? DAG_TOTAL : 0) |
               (node->value == 0 || node->value == 1 ? DAG_TRUTH : 0);
    case OP_VAR:
        return DAG_TOTAL;
    case OP_ADD:
    case OP_SUB:
        return total | (arg[0] & arg[1] & DAG_MASKED);
    case OP_MUL:
        return total | ((arg[0] | arg[1]) & DAG_MASKED) | (arg[0] & arg[1] & DAG_TRUTH);
    case OP_DIV:
        return (is_nonzero_const(dag, node->args[1]) ? total : 0) | (arg[0] & DAG_MASKED);
    case OP_POWI:
        return powi_traits(node->exponent, arg[0]);
    case OP_NEG:
        return total | (arg[0] & DAG_MASKED);
    case OP_IF:
        return total | (arg[1] & arg[2] & DAG_TRUTH) |
               (is_zero_const(dag, node->args[1]) || is_zero_const(dag, node->args[2]) ||
                        (arg[1] & arg[2] & DAG_MASKED)
                    ? DAG_MASKED
                    : 0);
    case OP_STEP:
        return total | DAG_MASKED | (total ? DAG_TRUTH : 0);
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
    case OP_NOT:
        return DAG_TOTAL | DAG_TRUTH | DAG_MASKED;
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
    case OP_SIGN:
    case OP_MIN:
    case OP_MAX:
        return total;
    case OP_POW:
    case OP_SQRT:
    case OP_LOG:
    case OP_LOG1P:
    case OP_LOG1P_GAP:
    case OP_COUNT:
        break;
    }
    return 0;
}

/* The place of the node in the table, or the free place where it belongs. */
static size_t table_place(const struct dag *dag, const struct dag_node *node)
{
    size_t mask = dag->table_size - 1;
    size_t at = (size_t)node_hash(node) & mask;
    while (dag->table[at] != 0 && !node_equal(&dag->nodes[dag->table[at] - 1], node)) {
        at = (at + 1) & mask;
    }
    return at;
}

static void grow(struct dag *dag)
{
    dag->capacity *= 2;
    dag->nodes = mem_resize(dag->nodes, dag->capacity, sizeof *dag->nodes);
    dag->traits = mem_resize(dag->traits, dag->capacity, sizeof *dag->traits);
    mem_free(dag->table);
    dag->table_size = 2 * dag->capacity;
    dag->table = mem_new(dag->table_size, sizeof *dag->table);
    for (size_t id = 0; id < dag->n_nodes; id++) {
        dag->table[table_place(dag, &dag->nodes[id])] = (uint32_t)id + 1;
    }
}

static uint32_t append(struct dag *dag, const struct dag_node *node, size_t at)
{
    if (dag->n_nodes == dag->capacity) {
        grow(dag);
        at = table_place(dag, node);
    }
    uint32_t id = (uint32_t)dag->n_nodes++;
    dag->nodes[id] = *node;
    dag->traits[id] = node_traits(dag, node);
    dag->table[at] = id + 1;
    return id;
}

/* The id of that very node, new or old; no identities are tried. */
static uint32_t intern(struct dag *dag, const struct dag_node *node)
{
    size_t at = table_place(dag, node);
    if (dag->table[at] != 0) {
        return dag->table[at] - 1;
    }
    if (dag->n_nodes < DAG_MAX_NODES - 1) {
        return append(dag, node, at);
    }
    /* The last place is kept for the NaN that stands for all that no longer fits. */
    dag->full = true;
    const struct dag_node nan_node = {.op = OP_CONST, .value = (double)NAN};
    at = table_place(dag, &nan_node);
    return dag->table[at] != 0 ? dag->table[at] - 1 : append(dag, &nan_node, at);
}

uint32_t dag_const(struct dag *dag, double value)
{
    const struct dag_node node = {.op = OP_CONST, .value = isnan(value) ? (double)NAN : value};
    return intern(dag, &node);
}

uint32_t dag_var(struct dag *dag, uint32_t variable)
{
    assert(variable < dag->n_variables);
    const struct dag_node node = {.op = OP_VAR, .variable = variable};
    return intern(dag, &node);
}

bool dag_is_const(const struct dag *dag, uint32_t id, double *value)
{
    const struct dag_node *node = dag_node(dag, id);
    if (node->op != OP_CONST) {
        return false;
    }
    *value = node->value;
    return true;
}

uint32_t dag_fold(struct dag *dag, enum op op, int exponent, uint32_t a, uint32_t b, uint32_t c)
{
    int arity = op_info(op)->arity;
    struct dag_node node = {.op = op, .exponent = exponent, .args = {a, 0, 0}};
    if (arity > 1) {
        node.args[1] = b;
    }
    if (arity > 2) {
        node.args[2] = c;
    }
    double value[3] = {0, 0, 0};
    bool constant = true;
    for (int i = 0; i < arity; i++) {
        constant = constant && dag_is_const(dag, node.args[i], &value[i]);
    }
    if (constant) {
        return dag_const(dag, op_value(op, exponent, value[0], value[1], value[2]));
    }
    return intern(dag, &node);
}

unsigned char *dag_reach(const struct dag *dag, uint32_t y)
{
    unsigned char *reached = mem_new((size_t)y + 1, 1);
    reached[y] = 1;
    for (size_t id = (size_t)y + 1; id-- > 0;) {
        if (!reached[id]) {
            continue;
        }
        const struct dag_node *node = &dag->nodes[id];
        for (int i = 0; i < op_info(node->op)->arity; i++) {
            reached[node->args[i]] = 1;
        }
    }
    return reached;
}
