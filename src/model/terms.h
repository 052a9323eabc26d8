/* Short names for building nodes of a graph, and formulas that keep their digits. */
#ifndef CUSP_TERMS_H
#define CUSP_TERMS_H

#include "cusp/dag.h"

#define TERM_NONE UINT32_MAX

static inline uint32_t term_add(struct dag *dag, uint32_t a, uint32_t b)
{
    return dag_op(dag, OP_ADD, a, b, 0);
}

static inline uint32_t term_sub(struct dag *dag, uint32_t a, uint32_t b)
{
    return dag_op(dag, OP_SUB, a, b, 0);
}

static inline uint32_t term_mul(struct dag *dag, uint32_t a, uint32_t b)
{
    return dag_op(dag, OP_MUL, a, b, 0);
}

static inline uint32_t term_div(struct dag *dag, uint32_t a, uint32_t b)
{
    return dag_op(dag, OP_DIV, a, b, 0);
}

static inline uint32_t term_of(struct dag *dag, enum op op, uint32_t a)
{
    return dag_op(dag, op, a, 0, 0);
}

static inline uint32_t term_neg(struct dag *dag, uint32_t a)
{
    return dag_op(dag, OP_NEG, a, 0, 0);
}

static inline uint32_t term_square(struct dag *dag, uint32_t a)
{
    return dag_powi(dag, a, 2);
}

/* factor · a */
static inline uint32_t term_scale(struct dag *dag, double factor, uint32_t a)
{
    return dag_op(dag, OP_MUL, a, dag_const(dag, factor), 0);
}

/* a + number */
static inline uint32_t term_shift(struct dag *dag, uint32_t a, double number)
{
    return dag_op(dag, OP_ADD, a, dag_const(dag, number), 0);
}

/* 1 − a; of a sigmoid, the sigmoid of the other sign. */
uint32_t term_complement(struct dag *dag, uint32_t a);

/* if(condition, yes, no) */
static inline uint32_t term_if(struct dag *dag, uint32_t condition, uint32_t yes, uint32_t no)
{
    return dag_op(dag, OP_IF, condition, yes, no);
}

/* True if a is the constant `value`. */
bool term_is(const struct dag *dag, uint32_t a, double value);

/* log a; of exp(f) it is f, of sigmoid(f) it is −softplus(−f). */
uint32_t term_log(struct dag *dag, uint32_t a);
/* log(1 − a) for a probability a. */
uint32_t term_log_complement(struct dag *dag, uint32_t a);
/* log(a + 1e-300), so that a = 0 keeps a sum of logs finite and its derivatives right. */
uint32_t term_log_floored(struct dag *dag, uint32_t a);
/* log(a / b) as log1p of the relative difference: exact to rounding where a is near b. */
uint32_t term_log_quotient(struct dag *dag, uint32_t a, uint32_t b);
/* (a − b) / b; 0 if they are one node. */
uint32_t term_excess(struct dag *dag, uint32_t a, uint32_t b);
/* A residual of a against b with the slope of a/b − 1 at a = b: log a − log b where a is exp(f),
   which keeps it as plain as f, else (a − b)/b. */
uint32_t term_log_excess(struct dag *dag, uint32_t a, uint32_t b);
/* f with a = exp(f) or sigmoid(f) (op); a constant's counterpart too; TERM_NONE if it is neither.
 */
uint32_t term_inverse(struct dag *dag, enum op op, uint32_t a);

/* e^x − 1 − x ≥ 0 to rounding for all x, also where e^x − 1 rounds to −1. */
uint32_t term_exp_gap(struct dag *dag, uint32_t x);
/* t − 1 − log t ≥ 0 to rounding, from t > 0 and its excess t − 1, each accurate by itself. */
uint32_t term_ratio_gap(struct dag *dag, uint32_t t, uint32_t excess);
/* t − 1 − log t with t = a/b. */
uint32_t term_quotient_gap(struct dag *dag, uint32_t a, uint32_t b);
/* log Γ(a + 1) for a ≥ 0. */
uint32_t term_log_factorial(struct dag *dag, uint32_t a);
/* 1 if a number is whole; 1 where a is not a number but a node, whose value is not known here. */
uint32_t term_whole(struct dag *dag, uint32_t a);
/* if(inside, value, −∞) */
uint32_t term_within(struct dag *dag, uint32_t inside, uint32_t value);

#endif
