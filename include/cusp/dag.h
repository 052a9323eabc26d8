/* Expressions as a hash-consed graph: equal expressions are one node, constants are folded,
   derivatives are more nodes. */
#ifndef CUSP_DAG_H
#define CUSP_DAG_H

#include "cusp/op.h"
#include "cusp/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dag;

/* A node; indices are stable for the life of the graph, arguments come before their users. */
struct dag_node {
    enum op op;
    int exponent; /* OP_POWI: ≥ 2, or ≤ −1 */
    uint32_t args[3];
    uint32_t variable; /* OP_VAR */
    double value;      /* OP_CONST */
};

enum { DAG_MAX_NODES = 4000000 };

struct dag *dag_new(size_t n_variables);
void dag_free(struct dag *dag);

size_t dag_n_variables(const struct dag *dag);
size_t dag_n_nodes(const struct dag *dag);
const struct dag_node *dag_node(const struct dag *dag, uint32_t id);

/* Builders: fold constants and use plain identities (x+0, x·1, x·0 only if x is finite everywhere
   it is defined, x−x, …). Past DAG_MAX_NODES they return the id of a NaN constant and dag_full is
   true. */
uint32_t dag_const(struct dag *dag, double value);
uint32_t dag_var(struct dag *dag, uint32_t variable);
uint32_t dag_op(struct dag *dag, enum op op, uint32_t a, uint32_t b,
                uint32_t c);                                  /* unused args: 0 */
uint32_t dag_powi(struct dag *dag, uint32_t a, int exponent); /* any exponent; 0 → 1, 1 → a */
bool dag_full(const struct dag *dag);

/* True if the node is a constant; its value then in *value. */
bool dag_is_const(const struct dag *dag, uint32_t id, double *value);

/* ∂y/∂variable for all variables by one reverse sweep: out[n_variables]. At a kink the derivative
   is that of the branch taken there (relu: 0 at 0; abs: 0 at 0; min, max: of the first when equal).
 */
void dag_gradient(struct dag *dag, uint32_t y, uint32_t *out);

/* ∂²y/∂i∂j, i ≤ j, row-major upper triangle: out[n (n + 1) / 2]. */
void dag_hessian(struct dag *dag, uint32_t y, uint32_t *out);

/* A copy of y in another graph, each variable v replaced by map[v] there. */
uint32_t dag_copy(const struct dag *from, uint32_t y, struct dag *to, const uint32_t *map);

/* True if y is a polynomial in the variables; its total degree then in *degree (may be NULL). */
bool dag_is_polynomial(const struct dag *dag, uint32_t y, int *degree);

/* Splits y into factors and summands where that shows: if y = Σ c f^(2k) … with c > 0, or
   log1p_gap(f) in place of a square, lists generators f with y = 0 exactly where all f = 0. Each f
   is a product's radical (x² y⁴ → x y): what cannot change where it is 0 is stripped, numbers and
   functions that vanish only at 0 (tanh(3 x) → x), f(u) − f(v) → u − v for increasing f, factors
   common to a sum; relu(−2 x) → relu(−x). Generators that are multiples of one another are listed
   once. A positive constant summand is a generator without zeros. Writes at most max ids to out and
   returns how many; 0 if y is not visibly such a sum or has more generators than max. */
size_t dag_generators(struct dag *dag, uint32_t y, uint32_t *out, size_t max);

/* Writes y as Σ_k coefficient_k · basis_k, where a coefficient holds only variables < n_free and a
   basis node only others; bases are distinct, products of powers set out in one order. Returns how
   many terms, each in coefficient[max] and basis[max]; 0 if y is no such sum (tanh(a x)), has more
   than max terms or is 0. Adds nodes to dag. */
size_t dag_collect(struct dag *dag, uint32_t y, size_t n_free, size_t max, uint32_t *coefficient,
                   uint32_t *basis);

#endif
