/* Programs: a graph's live nodes put in an order that keeps few values alive at once. */
#include "program_private.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "cusp/mem.h"

static const uint32_t UNPLACED = UINT32_MAX;

/* What lowering knows of the graph: arrays over its nodes up to the largest output. */
struct lowering {
    const struct dag *dag;
    struct program *program;
    unsigned char *reached;
    uint32_t *need;  /* registers to compute the node, as if nothing were shared (Sethi, Ullman
                        1970) */
    uint32_t *value; /* its number in the program, or UNPLACED */
};

static void mark_reached(struct lowering *low, const uint32_t *outputs, size_t n_outputs,
                         size_t n_nodes)
{
    for (size_t o = 0; o < n_outputs; o++) {
        low->reached[outputs[o]] = 1;
    }
    for (size_t id = n_nodes; id-- > 0;) {
        if (low->reached[id]) {
            const struct dag_node *node = dag_node(low->dag, (uint32_t)id);
            for (int i = 0; i < op_info(node->op)->arity; i++) {
                low->reached[node->args[i]] = 1;
            }
        }
    }
}

/* The node's arguments, most demanding first. */
static int ordered_args(const struct lowering *low, const struct dag_node *node, uint32_t args[3])
{
    int arity = op_info(node->op)->arity;
    for (int i = 0; i < arity; i++) {
        int at = i;
        for (; at > 0 && low->need[args[at - 1]] < low->need[node->args[i]]; at--) {
            args[at] = args[at - 1];
        }
        args[at] = node->args[i];
    }
    return arity;
}

static void count_needs(struct lowering *low, size_t n_nodes)
{
    for (size_t id = 0; id < n_nodes; id++) {
        if (!low->reached[id]) {
            continue;
        }
        const struct dag_node *node = dag_node(low->dag, (uint32_t)id);
        uint32_t args[3];
        int arity = ordered_args(low, node, args);
        uint32_t need = arity > 0;
        for (int i = 0; i < arity; i++) {
            uint32_t with = low->need[args[i]] + (uint32_t)i;
            need = with > need ? with : need;
        }
        low->need[id] = need;
    }
}

/* Numbers the leaves; returns how many steps there will be. */
static size_t place_leaves(struct lowering *low, size_t n_nodes)
{
    struct program *program = low->program;
    size_t n_steps = 0;
    for (size_t id = 0; id < n_nodes; id++) {
        low->value[id] = UNPLACED;
        if (!low->reached[id]) {
            continue;
        }
        const struct dag_node *node = dag_node(low->dag, (uint32_t)id);
        if (node->op == OP_VAR) {
            low->value[id] = node->variable;
        } else if (node->op == OP_CONST) {
            low->value[id] = (uint32_t)(program->n_variables + program->n_consts++);
        } else {
            n_steps++;
        }
    }
    program->consts = mem_new(program->n_consts + 1, sizeof *program->consts);
    program->const_boxes = mem_new(program->n_consts + 1, sizeof *program->const_boxes);
    for (size_t id = 0; id < n_nodes; id++) {
        const struct dag_node *node = dag_node(low->dag, (uint32_t)id);
        if (low->reached[id] && node->op == OP_CONST) {
            size_t at = low->value[id] - program->n_variables;
            program->consts[at] = node->value;
            program->const_boxes[at] = interval_of(node->value, node->value);
        }
    }
    return n_steps;
}

static void emit(struct lowering *low, uint32_t id)
{
    struct program *program = low->program;
    const struct dag_node *node = dag_node(low->dag, id);
    struct program_step *step = &program->steps[program->n_steps];
    *step = (struct program_step){.op = node->op, .exponent = node->exponent};
    for (int i = 0; i < op_info(node->op)->arity; i++) {
        step->args[i] = low->value[node->args[i]];
    }
    low->value[id] = (uint32_t)(program->n_variables + program->n_consts + program->n_steps++);
}

/* Emits the node after all it depends on. The stack holds each waiting node at most once an
   argument, so a graph of any depth will do. */
static void place(struct lowering *low, uint32_t output, uint32_t **stack, size_t *capacity)
{
    size_t height = 0;
    MEM_GROW(*stack, height, *capacity);
    (*stack)[height++] = output;
    while (height > 0) {
        uint32_t id = (*stack)[height - 1];
        if (low->value[id] != UNPLACED) {
            height--;
            continue;
        }
        uint32_t args[3];
        int arity = ordered_args(low, dag_node(low->dag, id), args);
        bool ready = true;
        for (int i = arity; i-- > 0;) {
            if (low->value[args[i]] == UNPLACED) {
                while (height >= *capacity) {
                    MEM_GROW(*stack, *capacity, *capacity);
                }
                (*stack)[height++] = args[i];
                ready = false;
            }
        }
        if (ready) {
            emit(low, id);
            height--;
        }
    }
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    for (; n >= 8; n -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    for (; n > 0; n--, at++) {
        hash = (hash ^ *at) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return hash;
}

static uint64_t sign(const struct program *program)
{
    uint64_t sizes[4] = {program->n_variables, program->n_consts, program->n_steps,
                         program->n_outputs};
    uint64_t hash = hash_bytes(0x243f6a8885a308d3u, sizes, sizeof sizes);
    hash = hash_bytes(hash, program->consts, program->n_consts * sizeof *program->consts);
    hash = hash_bytes(hash, program->steps, program->n_steps * sizeof *program->steps);
    hash = hash_bytes(hash, program->outputs, program->n_outputs * sizeof *program->outputs);
    return hash ? hash : 1; /* 0: no program */
}

static void count_uses(struct program *program)
{
    program->n_uses = mem_new(program_n_values(program) + 1, sizeof *program->n_uses);
    for (size_t s = 0; s < program->n_steps; s++) {
        const struct program_step *step = &program->steps[s];
        for (int i = 0; i < op_info(step->op)->arity; i++) {
            program->n_uses[step->args[i]]++;
        }
    }
    for (size_t o = 0; o < program->n_outputs; o++) {
        program->n_uses[program->outputs[o]]++;
    }
}

static size_t count_nodes(const uint32_t *outputs, size_t n_outputs)
{
    size_t n_nodes = 0;
    for (size_t o = 0; o < n_outputs; o++) {
        n_nodes = outputs[o] >= n_nodes ? (size_t)outputs[o] + 1 : n_nodes;
    }
    return n_nodes;
}

struct program *program_new(const struct dag *dag, const uint32_t *outputs, size_t n_outputs)
{
    struct program *program = mem_new(1, sizeof *program);
    size_t n_nodes = count_nodes(outputs, n_outputs);
    struct lowering low = {.dag = dag,
                           .program = program,
                           .reached = mem_new(n_nodes + 1, 1),
                           .need = mem_new(n_nodes + 1, sizeof(uint32_t)),
                           .value = mem_new(n_nodes + 1, sizeof(uint32_t))};
    program->n_variables = dag_n_variables(dag);
    mark_reached(&low, outputs, n_outputs, n_nodes);
    count_needs(&low, n_nodes);
    program->steps = mem_new(place_leaves(&low, n_nodes) + 1, sizeof *program->steps);
    program->n_outputs = n_outputs;
    program->outputs = mem_new(n_outputs + 1, sizeof *program->outputs);
    uint32_t *stack = NULL;
    size_t capacity = 0;
    for (size_t o = 0; o < n_outputs; o++) {
        place(&low, outputs[o], &stack, &capacity);
        program->outputs[o] = low.value[outputs[o]];
    }
    count_uses(program);
    program->signature = sign(program);
    mem_free(stack);
    mem_free(low.reached);
    mem_free(low.need);
    mem_free(low.value);
    return program;
}

void program_free(struct program *program)
{
    if (!program) {
        return;
    }
    rows_free(program->rows);
    mem_free(program->consts);
    mem_free(program->const_boxes);
    mem_free(program->steps);
    mem_free(program->outputs);
    mem_free(program->n_uses);
    mem_free(program);
}

size_t program_n_outputs(const struct program *program)
{
    return program->n_outputs;
}

size_t program_n_variables(const struct program *program)
{
    return program->n_variables;
}

size_t program_n_steps(const struct program *program)
{
    return program->n_steps;
}
