/* Lowers a syntax tree to a graph: sums and products unrolled, names replaced by what they mean. */
#include "model_parts.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "cusp/mem.h"

/* A named expression refers to another, and that to another: how deep the walk may go. */
#define LOWER_MAX_DEPTH 4000
/* Visits of tree nodes, so that sums within sums end in a diagnostic and not in a long wait. */
#define LOWER_MAX_STEPS 3000000
#define LOWER_MAX_EXPONENT 1000000

struct memo {
    const struct symbol *symbol;
    uint32_t *nodes; /* [symbol->count], node + 1; 0: not yet; NULL: none yet */
};

struct lower {
    const struct syntax *syntax;
    struct dag *dag;
    struct diags *diags;
    struct memo *memos; /* by address of the symbol */
    size_t n_memos;
    size_t depth, steps;
    uint32_t first_input; /* variable of the first component of the inputs; NO_INPUTS: none here */
    bool failed;
};

#define NO_INPUTS UINT32_MAX

static uint32_t lower_node(struct lower *lower, const struct expr *expr);

static int compare_memos(const void *a, const void *b)
{
    const struct memo *x = a, *y = b;
    uintptr_t p = (uintptr_t)x->symbol, q = (uintptr_t)y->symbol;
    return p < q ? -1 : p > q;
}

struct lower *lower_new(const struct syntax *syntax, struct dag *dag, struct diags *diags)
{
    struct lower *lower = mem_new(1, sizeof *lower);
    lower->syntax = syntax;
    lower->dag = dag;
    lower->diags = diags;
    lower->first_input = NO_INPUTS;
    lower->n_memos = syntax->n_symbols;
    lower->memos = mem_new(syntax->n_symbols + 1, sizeof *lower->memos);
    for (size_t i = 0; i < syntax->n_symbols; i++)
        lower->memos[i].symbol = syntax->symbols[i];
    qsort(lower->memos, lower->n_memos, sizeof *lower->memos, compare_memos);
    return lower;
}

void lower_inputs(struct lower *lower, uint32_t first)
{
    lower->first_input = first;
}

struct dag *lower_dag(const struct lower *lower)
{
    return lower->dag;
}

void lower_free(struct lower *lower)
{
    if (lower == NULL)
        return;
    for (size_t i = 0; i < lower->n_memos; i++)
        mem_free(lower->memos[i].nodes);
    mem_free(lower->memos);
    mem_free(lower);
}

/* One diagnostic per whole expression: what follows the first fault is its echo. */
static uint32_t lower_fault(struct lower *lower, struct span at, const char *message)
{
    if (!lower->failed)
        diags_add(lower->diags, SEV_ERROR, lower->syntax->file, lower->syntax->source, at, "%s",
                  message);
    lower->failed = true;
    return dag_const(lower->dag, NAN);
}

static bool lower_whole(struct lower *lower, const struct expr *expr, const char *what, long *out)
{
    double value;
    uint32_t node = lower_node(lower, expr);
    if (lower->failed)
        return false;
    if (!dag_is_const(lower->dag, node, &value) || value != floor(value) || fabs(value) > 1e9) {
        struct text message;
        text_init(&message);
        text_addf(&message, "%s must be a whole number", what);
        lower_fault(lower, expr->at, text_get(&message));
        text_done(&message);
        return false;
    }
    *out = (long)value;
    return true;
}

/* Offset of an indexed name in its array, row by row from 0. */
static bool lower_offset(struct lower *lower, const struct expr *name, size_t *offset, long *index)
{
    const struct symbol *symbol = name->symbol;
    if (name->n_args != symbol->rank) {
        lower_fault(lower, name->at, "wrong number of indices");
        return false;
    }
    *offset = 0;
    for (size_t k = 0; k < symbol->rank; k++) {
        if (!lower_whole(lower, name->args[k], "an index", &index[k]))
            return false;
        if (index[k] < 1 || (size_t)index[k] > symbol->extents[k]) {
            struct text message;
            text_init(&message);
            text_addf(&message, "index %ld of '%s' is out of range; it goes from 1 to %zu",
                      index[k], symbol->name, symbol->extents[k]);
            lower_fault(lower, name->args[k]->at, text_get(&message));
            text_done(&message);
            return false;
        }
        *offset = *offset * symbol->extents[k] + (size_t)(index[k] - 1);
    }
    return true;
}

static uint32_t lower_named_value(struct lower *lower, const struct expr *name)
{
    struct symbol *symbol = name->symbol;
    long index[SYNTAX_MAX_RANK] = {0}, before[SYNTAX_MAX_RANK] = {0};
    size_t offset;
    if (!lower_offset(lower, name, &offset, index))
        return dag_const(lower->dag, NAN);
    struct memo key = {.symbol = symbol};
    struct memo *memo =
        bsearch(&key, lower->memos, lower->n_memos, sizeof *lower->memos, compare_memos);
    if (memo == NULL || symbol->value == NULL)
        return lower_fault(lower, name->at, "this name has no value");
    if (memo->nodes == NULL)
        memo->nodes = mem_new(symbol->count ? symbol->count : 1, sizeof *memo->nodes);
    if (memo->nodes[offset] != 0)
        return memo->nodes[offset] - 1;
    for (size_t k = 0; k < symbol->rank; k++) {
        before[k] = symbol->indices[k]->index_value;
        symbol->indices[k]->index_value = index[k];
    }
    uint32_t node = lower_node(lower, symbol->value);
    for (size_t k = 0; k < symbol->rank; k++)
        symbol->indices[k]->index_value = before[k];
    memo->nodes[offset] = node + 1;
    return node;
}

/* Inputs are variables in the order of their declaration. */
static uint32_t lower_input(struct lower *lower, const struct expr *name)
{
    size_t offset, first = lower->first_input;
    long index[SYNTAX_MAX_RANK];
    if (lower->first_input == NO_INPUTS)
        return lower_fault(lower, name->at, "an input can stand in outputs and their truth only");
    if (!lower_offset(lower, name, &offset, index))
        return dag_const(lower->dag, NAN);
    const struct syntax *syntax = lower->syntax;
    for (size_t i = 0; i < syntax->n_inputs && syntax->inputs[i].symbol != name->symbol; i++)
        first += syntax->inputs[i].symbol->count;
    return dag_var(lower->dag, (uint32_t)(first + offset));
}

static uint32_t lower_name(struct lower *lower, const struct expr *name)
{
    const struct symbol *symbol = name->symbol;
    long index[SYNTAX_MAX_RANK];
    size_t offset;
    switch (symbol->kind) {
    case SYM_CONST:
    case SYM_KNOB:
        return dag_const(lower->dag, symbol->number);
    case SYM_INDEX:
        return dag_const(lower->dag, (double)symbol->index_value);
    case SYM_PARAM:
        if (!lower_offset(lower, name, &offset, index))
            return dag_const(lower->dag, NAN);
        return dag_var(lower->dag, (uint32_t)(symbol->first + offset));
    case SYM_LET:
    case SYM_OBSERVE:
        return lower_named_value(lower, name);
    case SYM_INPUT:
        return lower_input(lower, name);
    case SYM_OUTPUT:
        break;
    }
    return lower_fault(lower, name->at, "an output cannot stand in an expression");
}

static uint32_t lower_range(struct lower *lower, const struct expr *expr)
{
    struct symbol *index = expr->symbol;
    long from, to, before = index->index_value;
    bool product = expr->kind == EX_PROD;
    uint32_t total = dag_const(lower->dag, product ? 1 : 0);
    if (!lower_whole(lower, expr->args[0], "the first value of an index", &from) ||
        !lower_whole(lower, expr->args[1], "the last value of an index", &to))
        return total;
    for (long i = from; i <= to && !lower->failed; i++) {
        index->index_value = i;
        uint32_t term = lower_node(lower, expr->args[2]);
        total = dag_op(lower->dag, product ? OP_MUL : OP_ADD, total, term, 0);
    }
    index->index_value = before;
    return total;
}

/* "^": a whole exponent takes any base; another needs a base that is not negative. */
static uint32_t lower_power(struct lower *lower, const struct expr *expr)
{
    uint32_t base = lower_node(lower, expr->args[0]);
    uint32_t exponent = lower_node(lower, expr->args[1]);
    double value;
    if (dag_is_const(lower->dag, exponent, &value) && value == floor(value) &&
        fabs(value) <= LOWER_MAX_EXPONENT)
        return dag_powi(lower->dag, base, (int)value);
    return dag_op(lower->dag, OP_POW, base, exponent, 0);
}

static bool is_chained(const struct expr *expr)
{
    return expr->kind == EX_OP && expr->n_args == 2 &&
           (expr->op == OP_ADD || expr->op == OP_SUB || expr->op == OP_MUL || expr->op == OP_DIV);
}

/* a + b − c + …: a chain of any length leans to the left, so it is walked and not recursed into. */
static uint32_t lower_chain(struct lower *lower, const struct expr *expr)
{
    size_t length = 0;
    const struct expr *first = expr;
    for (; is_chained(first); first = first->args[0])
        length++;
    const struct expr **links = mem_new(length, sizeof *links);
    for (size_t i = length; i-- > 0; expr = expr->args[0])
        links[i] = expr;
    uint32_t node = lower_node(lower, first);
    for (size_t i = 0; i < length && !lower->failed; i++)
        node = dag_op(lower->dag, links[i]->op, node, lower_node(lower, links[i]->args[1]), 0);
    mem_free(links);
    return node;
}

static uint32_t lower_operation(struct lower *lower, const struct expr *expr)
{
    if (expr->op == OP_POW)
        return lower_power(lower, expr);
    if (is_chained(expr))
        return lower_chain(lower, expr);
    uint32_t args[3] = {0, 0, 0};
    for (size_t i = 0; i < expr->n_args && i < 3; i++)
        args[i] = lower_node(lower, expr->args[i]);
    return dag_op(lower->dag, expr->op, args[0], args[1], args[2]);
}

static uint32_t lower_node(struct lower *lower, const struct expr *expr)
{
    if (lower->failed)
        return dag_const(lower->dag, NAN);
    if (lower->depth >= LOWER_MAX_DEPTH)
        return lower_fault(lower, expr->at,
                           "named expressions depend on one another too deeply here");
    if (lower->steps++ >= LOWER_MAX_STEPS || dag_full(lower->dag))
        return lower_fault(lower, expr->at, "this expression is too large when it is written out");
    uint32_t node = 0;
    lower->depth++;
    switch (expr->kind) {
    case EX_NUMBER:
        node = dag_const(lower->dag, expr->number);
        break;
    case EX_NAME:
        node = lower_name(lower, expr);
        break;
    case EX_OP:
        node = lower_operation(lower, expr);
        break;
    case EX_SUM:
    case EX_PROD:
        node = lower_range(lower, expr);
        break;
    }
    lower->depth--;
    return node;
}

enum status lower_expr(struct lower *lower, const struct expr *expr, uint32_t *out)
{
    lower->failed = false;
    *out = lower_node(lower, expr);
    if (!lower->failed && dag_full(lower->dag))
        lower_fault(lower, expr->at, "this expression is too large when it is written out");
    return lower->failed ? ST_INPUT : ST_OK;
}

enum status lower_number(struct lower *lower, const struct expr *expr, double *out)
{
    uint32_t node;
    enum status status = lower_expr(lower, expr, &node);
    if (status != ST_OK)
        return status;
    if (!dag_is_const(lower->dag, node, out)) {
        lower_fault(lower, expr->at, "this must be a number; it depends on a parameter");
        return ST_INPUT;
    }
    if (!isfinite(*out)) {
        lower_fault(lower, expr->at, "this has no finite value");
        return ST_INPUT;
    }
    return ST_OK;
}
