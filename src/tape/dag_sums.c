/* Sums of products: their common factors, and which are multiples of which. */
#include "dag_terms.h"

#include <math.h>
#include <stdlib.h>

enum { MAX_TERMS = 16, MAX_STACK = 64, MAX_POWER = 1000 };

struct sum {
    struct dag_term terms[MAX_TERMS];
    size_t n;
};

bool dag_term_multiply(struct dag_term *term, uint32_t base, int64_t exponent)
{
    for (size_t i = 0; i < term->n_factors; i++) {
        if (term->factors[i].base == base) {
            term->factors[i].exponent += exponent;
            return true;
        }
    }
    if (term->n_factors == DAG_MAX_FACTORS) {
        return false;
    }
    term->factors[term->n_factors++] = (struct dag_factor){base, exponent};
    return true;
}

/* The node as a product of powers, exactly: no function is looked into. */
static bool read_product(const struct dag *dag, uint32_t y, double sign, struct dag_term *term)
{
    struct dag_factor stack[MAX_STACK] = {{y, 1}};
    size_t height = 1;
    *term = (struct dag_term){.coefficient = sign};
    while (height > 0) {
        struct dag_factor at = stack[--height];
        const struct dag_node *node = dag_node(dag, at.base);
        if (height + 2 > MAX_STACK || llabs(at.exponent) > MAX_POWER) {
            return false;
        }
        if (node->op == OP_CONST) {
            term->coefficient *= pow(node->value, (double)at.exponent);
        } else if (node->op == OP_NEG) {
            term->coefficient *= at.exponent % 2 ? -1 : 1;
            stack[height++] = (struct dag_factor){node->args[0], at.exponent};
        } else if (node->op == OP_MUL || node->op == OP_DIV) {
            int64_t second = node->op == OP_MUL ? at.exponent : -at.exponent;
            stack[height++] = (struct dag_factor){node->args[0], at.exponent};
            stack[height++] = (struct dag_factor){node->args[1], second};
        } else if (node->op == OP_POWI && abs(node->exponent) <= MAX_POWER) {
            stack[height++] = (struct dag_factor){node->args[0], at.exponent * node->exponent};
        } else if (!dag_term_multiply(term, at.base, at.exponent)) {
            return false;
        }
    }
    return isfinite(term->coefficient) && term->coefficient != 0;
}

static bool read_sum(const struct dag *dag, uint32_t y, struct sum *sum)
{
    struct {
        uint32_t node;
        double sign;
    } stack[MAX_STACK] = {{y, 1}};
    size_t height = 1;
    sum->n = 0;
    while (height > 0) {
        uint32_t id = stack[--height].node;
        double sign = stack[height].sign;
        const struct dag_node *node = dag_node(dag, id);
        if (height + 2 > MAX_STACK) {
            return false;
        }
        if (node->op == OP_ADD || node->op == OP_SUB) {
            stack[height].node = node->args[1];
            stack[height++].sign = node->op == OP_SUB ? -sign : sign;
            stack[height].node = node->args[0];
            stack[height++].sign = sign;
        } else if (node->op == OP_NEG) {
            stack[height].node = node->args[0];
            stack[height++].sign = -sign;
        } else if (sum->n == MAX_TERMS || !read_product(dag, id, sign, &sum->terms[sum->n++])) {
            return false;
        }
    }
    return sum->n > 1;
}

static int64_t exponent_in(const struct dag_term *term, uint32_t base)
{
    for (size_t i = 0; i < term->n_factors; i++) {
        if (term->factors[i].base == base) {
            return term->factors[i].exponent;
        }
    }
    return 0;
}

/* The power of the base that all terms share: what is nearest to 0, or 0 if signs differ. */
static int64_t common_exponent(const struct sum *sum, uint32_t base)
{
    int64_t common = exponent_in(&sum->terms[0], base);
    for (size_t i = 1; i < sum->n; i++) {
        int64_t here = exponent_in(&sum->terms[i], base);
        if (here == 0 || (here > 0) != (common > 0)) {
            return 0;
        }
        common = llabs(here) < llabs(common) ? here : common;
    }
    return common;
}

static uint32_t build_term(struct dag *dag, const struct dag_term *term)
{
    uint32_t product = dag_const(dag, term->coefficient);
    for (size_t i = 0; i < term->n_factors; i++) {
        const struct dag_factor *factor = &term->factors[i];
        uint32_t power = dag_powi(dag, factor->base, (int)factor->exponent);
        product = dag_op(dag, OP_MUL, product, power, 0);
    }
    return product;
}

/* Draws the common factors out of the sum into *common; false if there are none. */
static bool draw_out(struct sum *sum, struct dag_term *common)
{
    *common = (struct dag_term){.coefficient = 1};
    const struct dag_term first = sum->terms[0];
    for (size_t k = 0; k < first.n_factors; k++) {
        uint32_t base = first.factors[k].base;
        int64_t exponent = common_exponent(sum, base);
        if (exponent == 0) {
            continue;
        }
        dag_term_multiply(common, base, exponent);
        for (size_t i = 0; i < sum->n; i++) {
            dag_term_multiply(&sum->terms[i], base, -exponent);
        }
    }
    return common->n_factors > 0;
}

static bool increases(enum op op)
{
    switch ((int)op) {
    case OP_TANH:
    case OP_ERF:
    case OP_EXP:
    case OP_EXPM1:
    case OP_LOG:
    case OP_LOG1P:
    case OP_SQRT:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_LEAKY_RELU:
        return true;
    }
    return false;
}

/* f(u) ± f(v) → u ± v. */
static uint32_t strip_function(struct dag *dag, uint32_t y, const struct sum *sum)
{
    const struct dag_term *p = &sum->terms[0], *q = &sum->terms[1];
    if (sum->n != 2 || p->n_factors != 1 || q->n_factors != 1 ||
        fabs(p->coefficient) != fabs(q->coefficient) ||
        p->factors[0].exponent != q->factors[0].exponent || p->factors[0].exponent < 0 ||
        p->factors[0].exponent % 2 == 0) {
        return y;
    }
    uint32_t u = p->factors[0].base, v = q->factors[0].base;
    const struct dag_node at_u = *dag_node(dag, u), at_v = *dag_node(dag, v);
    bool same = (p->coefficient > 0) == (q->coefficient > 0);
    bool function = at_u.op == at_v.op && increases(at_u.op);
    function = function && (!same || at_u.op == OP_TANH || at_u.op == OP_ERF);
    if (!function && p->factors[0].exponent == 1) {
        return y;
    }
    u = function ? at_u.args[0] : u;
    v = function ? at_v.args[0] : v;
    if (same) {
        uint32_t plain = dag_op(dag, OP_ADD, u, v, 0);
        return p->coefficient > 0 ? plain : dag_op(dag, OP_NEG, plain, 0, 0);
    }
    return p->coefficient > 0 ? dag_op(dag, OP_SUB, u, v, 0) : dag_op(dag, OP_SUB, v, u, 0);
}

uint32_t dag_simpler_sum(struct dag *dag, uint32_t y)
{
    struct sum sum;
    struct dag_term common;
    if (!read_sum(dag, y, &sum)) {
        return y;
    }
    if (!draw_out(&sum, &common)) {
        return strip_function(dag, y, &sum);
    }
    uint32_t rest = dag_const(dag, 0);
    for (size_t i = 0; i < sum.n; i++) {
        rest = dag_op(dag, OP_ADD, rest, build_term(dag, &sum.terms[i]), 0);
    }
    return dag_op(dag, OP_MUL, build_term(dag, &common), rest, 0);
}

/* True if both are products of the same powers, whatever the coefficients. */
static bool same_powers(const struct dag_term *a, const struct dag_term *b)
{
    bool same = a->n_factors == b->n_factors;
    for (size_t i = 0; same && i < a->n_factors; i++) {
        same = exponent_in(b, a->factors[i].base) == a->factors[i].exponent;
    }
    return same;
}

bool dag_proportional(const struct dag *dag, uint32_t a, uint32_t b)
{
    static const double tolerance = 1e-13;
    struct sum p, q;
    if (!read_sum(dag, a, &p) || !read_sum(dag, b, &q) || p.n != q.n) {
        return false;
    }
    double ratio = 0;
    while (p.n > 0) {
        const struct dag_term *term = &p.terms[--p.n];
        size_t j = 0;
        while (j < q.n && !same_powers(term, &q.terms[j])) {
            j++;
        }
        if (j == q.n) {
            return false;
        }
        double here = term->coefficient / q.terms[j].coefficient;
        if (ratio != 0 && !(fabs(here - ratio) <= tolerance * fabs(ratio))) {
            return false;
        }
        ratio = here;
        q.terms[j] = q.terms[--q.n];
    }
    return true;
}
