/* Splits {y = 0} into a union of joint zero sets of simpler expressions: products, powers, sums of
 * what is never negative. */
#include "zeros_private.h"

#include <math.h>

#include "cusp/mem.h"

enum {
    SPLIT_DEPTH = 60,
    SPLIT_WORK = 20000,  /* nodes looked at for one split */
    SPLIT_SETS = 48,     /* a union is not distributed beyond this */
    SPLIT_TERMS = 20000, /* of one sum */
    SPLIT_FACTORS = 16
};

struct splitter {
    const struct zeros_problem *p;
    struct dag *dag;
    long work;
};

/* One summand, with the sign it enters with. */
struct summand {
    uint32_t node;
    int sign;
};

static void split_node(struct splitter *s, uint32_t id, int depth, struct zeros_union *out);

/* --- signs --------------------------------------------------------------------------------------
 */

static size_t flatten(struct splitter *s, uint32_t id, struct summand **out);

static int sign_of(struct splitter *s, uint32_t id, int depth);

/* max(a, −a) or min(a, −a): ± |a|. */
static bool is_magnitude(const struct splitter *s, uint32_t id)
{
    const struct dag_node *node = dag_node(s->dag, id);
    for (int i = 0; i < 2; i++) {
        const struct dag_node *arg = dag_node(s->dag, node->args[i]);
        if (arg->op == OP_NEG && arg->args[0] == node->args[1 - i])
            return true;
    }
    return false;
}

static int sign_of_sum(struct splitter *s, uint32_t id, int depth)
{
    struct summand *terms;
    size_t n = flatten(s, id, &terms);
    int sign = 0;
    for (size_t i = 0; i < n; i++) {
        int one = terms[i].sign * sign_of(s, terms[i].node, depth + 1);
        if (one == 0 || (i > 0 && one != sign)) {
            sign = 0;
            break;
        }
        sign = one;
    }
    mem_free(terms);
    return sign;
}

/* 1: never negative; −1: never positive; 0: not known from its form. */
static int sign_of(struct splitter *s, uint32_t id, int depth)
{
    const struct dag_node *node = dag_node(s->dag, id);
    double value;
    if (depth > SPLIT_DEPTH || --s->work <= 0)
        return 0;
    if (dag_is_const(s->dag, id, &value))
        return value >= 0 ? 1 : value < 0 ? -1 : 0;
    switch (node->op) {
    case OP_ADD:
    case OP_SUB:
        return sign_of_sum(s, id, depth);
    case OP_NEG:
        return -sign_of(s, node->args[0], depth + 1);
    case OP_MUL:
        if (node->args[0] == node->args[1])
            return 1;
        return sign_of(s, node->args[0], depth + 1) * sign_of(s, node->args[1], depth + 1);
    case OP_DIV:
        return sign_of(s, node->args[0], depth + 1) * sign_of(s, node->args[1], depth + 1);
    case OP_POWI:
        return node->exponent % 2 == 0 ? 1 : sign_of(s, node->args[0], depth + 1);
    case OP_POW:
    case OP_SQRT:
    case OP_EXP:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
    case OP_ABS:
    case OP_LOG1P_GAP:
    case OP_RELU:
    case OP_STEP:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
    case OP_NOT:
        return 1;
    case OP_TANH:
    case OP_ERF:
    case OP_EXPM1:
    case OP_LOG1P:
    case OP_LEAKY_RELU:
    case OP_SIGN:
    case OP_GELU:
    case OP_SWISH:
        return sign_of(s, node->args[0], depth + 1);
    case OP_MAX:
    case OP_MIN: {
        if (is_magnitude(s, id))
            return node->op == OP_MAX ? 1 : -1;
        int a = sign_of(s, node->args[0], depth + 1), b = sign_of(s, node->args[1], depth + 1);
        int enough = node->op == OP_MAX ? 1 : -1;
        return a == enough || b == enough ? enough : a == b ? a : 0;
    }
    case OP_IF: {
        int a = sign_of(s, node->args[1], depth + 1), b = sign_of(s, node->args[2], depth + 1);
        return a == b ? a : 0;
    }
    case OP_CONST:
    case OP_VAR:
    case OP_LOG:
    case OP_SIN:
    case OP_COS:
    case OP_COUNT:
        return 0;
    }
    return 0;
}

/* The summands of a chain of + − neg, in *out (the caller's). */
static size_t flatten(struct splitter *s, uint32_t id, struct summand **out)
{
    size_t n = 0, capacity = 0, n_stack = 0, stack_capacity = 0;
    struct summand *terms = NULL, *stack = NULL;
    MEM_GROW(stack, n_stack, stack_capacity);
    stack[n_stack++] = (struct summand){id, 1};
    while (n_stack > 0) {
        struct summand top = stack[--n_stack];
        const struct dag_node *node = dag_node(s->dag, top.node);
        bool sum = node->op == OP_ADD || node->op == OP_SUB;
        if ((sum || node->op == OP_NEG) && n + n_stack < SPLIT_TERMS && --s->work > 0) {
            uint32_t first = node->args[0], second = node->args[1];
            int flip = node->op == OP_NEG ? -1 : 1, second_flip = node->op == OP_SUB ? -1 : 1;
            if (sum) {
                MEM_GROW(stack, n_stack, stack_capacity);
                stack[n_stack++] = (struct summand){second, second_flip * top.sign};
            }
            MEM_GROW(stack, n_stack, stack_capacity);
            stack[n_stack++] = (struct summand){first, flip * top.sign};
            continue;
        }
        MEM_GROW(terms, n, capacity);
        terms[n++] = top;
    }
    mem_free(stack);
    *out = terms;
    return n;
}

/* --- splitting ----------------------------------------------------------------------------------
 */

/* One expression with the zeros of id: powers, signs, constants and odd increasing functions
   stripped, also from the factors of a product. */
static uint32_t radical(struct splitter *s, uint32_t id, int depth)
{
    const struct dag_node *node = dag_node(s->dag, id);
    double value;
    if (depth > SPLIT_DEPTH || --s->work <= 0)
        return id;
    if (node->op == OP_NEG || node->op == OP_SQRT || node->op == OP_ABS ||
        (node->op == OP_POWI && node->exponent > 0))
        return radical(s, node->args[0], depth + 1);
    if (node->op == OP_MUL) {
        uint32_t args[2] = {node->args[0], node->args[1]};
        for (int i = 0; i < 2; i++)
            if (dag_is_const(s->dag, args[i], &value) && value != 0)
                return radical(s, args[1 - i], depth + 1);
        uint32_t a = radical(s, args[0], depth + 1), b = radical(s, args[1], depth + 1);
        return a == b ? a : dag_op(s->dag, OP_MUL, a, b, 0);
    }
    return id;
}

/* Adds the sets where all terms vanish, as summands of one sign do where their sum does. */
static void split_terms(struct splitter *s, const struct summand *terms, size_t n, int depth,
                        struct zeros_union *out)
{
    struct zeros_union all = {0};
    zeros_union_add_everything(&all);
    for (size_t i = 0; i < n && all.n > 0; i++) {
        struct zeros_union one = {0};
        split_node(s, terms[i].node, depth + 1, &one);
        if (all.n * one.n > SPLIT_SETS) {
            zeros_union_done(&one);
            zeros_union_add_node(&one, radical(s, terms[i].node, depth + 1));
        }
        zeros_union_intersect(&all, &one);
    }
    for (size_t i = 0; i < all.n; i++)
        zeros_union_add(out, all.set[i]);
    mem_free(all.set);
}

/* ±(op(u) − 1), in any order of terms. */
static bool is_less_one(const struct splitter *s, const struct summand *terms, size_t n, enum op op,
                        uint32_t *u)
{
    double value;
    for (size_t i = 0; n == 2 && i < 2; i++) {
        const struct dag_node *node = dag_node(s->dag, terms[i].node);
        if (node->op == op && dag_is_const(s->dag, terms[1 - i].node, &value) &&
            value * terms[1 - i].sign == -terms[i].sign) {
            *u = node->args[0];
            return true;
        }
    }
    return false;
}

/* a if the summand is ± a², written as an even power or a constant. */
static bool square_root(struct splitter *s, uint32_t id, uint32_t *root)
{
    struct dag_node node = *dag_node(s->dag, id);
    double value;
    if (dag_is_const(s->dag, id, &value) && value > 0) {
        *root = dag_const(s->dag, sqrt(value));
        return true;
    }
    if (node.op == OP_POWI && node.exponent > 0 && node.exponent % 2 == 0) {
        *root = dag_powi(s->dag, node.args[0], node.exponent / 2);
        return true;
    }
    if (node.op == OP_MUL && node.args[0] == node.args[1]) {
        *root = node.args[0];
        return true;
    }
    return false;
}

/* a² − b²: the zeros of a − b and of a + b. True if the sum is that. */
static bool split_two_squares(struct splitter *s, const struct summand *terms, size_t n, int depth,
                              struct zeros_union *out)
{
    uint32_t a, b;
    if (n != 2 || terms[0].sign == terms[1].sign || !square_root(s, terms[0].node, &a) ||
        !square_root(s, terms[1].node, &b))
        return false;
    split_node(s, dag_op(s->dag, OP_SUB, a, b, 0), depth + 1, out);
    split_node(s, dag_op(s->dag, OP_ADD, a, b, 0), depth + 1, out);
    return true;
}

static void split_sine(struct splitter *s, uint32_t u, int depth, struct zeros_union *out);

static void split_sum(struct splitter *s, uint32_t id, int depth, struct zeros_union *out)
{
    uint32_t factors[SPLIT_FACTORS], u;
    struct summand *terms;
    if (sign_of_sum(s, id, depth) != 0) {
        size_t n = flatten(s, id, &terms);
        split_terms(s, terms, n, depth, out);
        mem_free(terms);
        return;
    }
    size_t n = flatten(s, id, &terms);
    bool exponential = is_less_one(s, terms, n, OP_EXP, &u);
    bool cosine = !exponential && is_less_one(s, terms, n, OP_COS, &u);
    bool squares = !exponential && !cosine && split_two_squares(s, terms, n, depth, out);
    mem_free(terms);
    if (squares)
        return;
    if (exponential) {
        split_node(s, u, depth + 1, out);
        return;
    }
    if (cosine) {
        split_sine(s, dag_op(s->dag, OP_MUL, dag_const(s->dag, 0.5), u, 0), depth, out);
        return;
    }
    n = zeros_poly_factors(s->dag, id, factors, SPLIT_FACTORS);
    for (size_t i = 0; i < n; i++)
        split_node(s, factors[i], depth + 1, out);
    if (n == 0)
        zeros_union_add_node(out, id);
}

/* max or min of two. Of one sign: both vanish, or either. Else one vanishes and the other is on the
   right side, which is left to the test that K vanishes. */
static void split_extreme(struct splitter *s, uint32_t id, int depth, struct zeros_union *out)
{
    struct dag_node node = *dag_node(s->dag, id);
    int a = sign_of(s, node.args[0], depth + 1), b = sign_of(s, node.args[1], depth + 1);
    int both_sign = node.op == OP_MAX ? 1 : -1;
    double value;
    if (is_magnitude(s, id)) {
        split_node(s, node.args[0], depth + 1, out);
    } else if (a != 0 && a == b && a == both_sign) {
        struct summand both[2] = {{node.args[0], 1}, {node.args[1], 1}};
        split_terms(s, both, 2, depth, out);
    } else if (dag_is_const(s->dag, node.args[0], &value) ||
               dag_is_const(s->dag, node.args[1], &value)) {
        zeros_union_add_node(out, id);
    } else {
        split_node(s, node.args[0], depth + 1, out);
        split_node(s, node.args[1], depth + 1, out);
    }
}

/* if(c, a, b): either branch vanishes, where it is taken; a branch that is 0 makes an area. */
static void split_if(struct splitter *s, uint32_t id, int depth, struct zeros_union *out)
{
    struct dag_node node = *dag_node(s->dag, id);
    double value;
    for (int i = 1; i < 3; i++)
        if (dag_is_const(s->dag, node.args[i], &value) && value == 0) {
            zeros_union_add_node(out, id);
            return;
        }
    split_node(s, node.args[1], depth + 1, out);
    split_node(s, node.args[2], depth + 1, out);
}

/* True if |u| < π all over the box. */
static bool within_pi(const struct splitter *s, uint32_t u)
{
    struct interval box[SYNTAX_MAX_PARAMS], value;
    struct program *program = program_new(s->dag, &u, 1);
    for (size_t v = 0; v < s->p->dim; v++)
        box[v] = interval_of(s->p->low[v], s->p->high[v]);
    program_interval(program, s->p->space, box, &value);
    program_free(program);
    return value.low > -3.14159 && value.high < 3.14159;
}

/* sin(u), also of ±u and |u|: the zeros of u where there are no others. */
static void split_sine(struct splitter *s, uint32_t u, int depth, struct zeros_union *out)
{
    const struct dag_node *node = dag_node(s->dag, u);
    while (node->op == OP_ABS || node->op == OP_NEG) {
        u = node->args[0];
        node = dag_node(s->dag, u);
    }
    if (within_pi(s, u))
        split_node(s, u, depth + 1, out);
    else
        zeros_union_add_node(out, dag_op(s->dag, OP_SIN, u, 0, 0));
}

/* Adds the sets of {id = 0}. */
static void split_node(struct splitter *s, uint32_t id, int depth, struct zeros_union *out)
{
    struct dag_node node = *dag_node(s->dag, id);
    double value;
    if (depth > SPLIT_DEPTH || --s->work <= 0) {
        zeros_union_add_node(out, id);
        return;
    }
    if (dag_is_const(s->dag, id, &value)) {
        if (value == 0)
            zeros_union_add_everything(out);
        return;
    }
    switch (node.op) {
    case OP_ADD:
    case OP_SUB:
        split_sum(s, id, depth, out);
        return;
    case OP_MUL:
        split_node(s, node.args[0], depth + 1, out);
        if (node.args[1] != node.args[0])
            split_node(s, node.args[1], depth + 1, out);
        return;
    case OP_POWI:
        if (node.exponent > 0)
            split_node(s, node.args[0], depth + 1, out);
        return;
    case OP_POW:
        if (dag_is_const(s->dag, node.args[1], &value) && value > 0)
            split_node(s, node.args[0], depth + 1, out);
        else
            zeros_union_add_node(out, id);
        return;
    case OP_DIV:
    case OP_NEG:
    case OP_SQRT:
    case OP_ABS:
    case OP_EXPM1:
    case OP_LOG1P:
    case OP_LOG1P_GAP:
    case OP_TANH:
    case OP_ERF:
    case OP_LEAKY_RELU:
    case OP_GELU:
    case OP_SWISH:
        split_node(s, node.args[0], depth + 1, out);
        return;
    case OP_EXP:
    case OP_SIGMOID:
    case OP_SOFTPLUS:
        return;
    case OP_MAX:
    case OP_MIN:
        split_extreme(s, id, depth, out);
        return;
    case OP_IF:
        split_if(s, id, depth, out);
        return;
    case OP_SIN:
        split_sine(s, node.args[0], depth, out);
        return;
    case OP_CONST:
    case OP_VAR:
    case OP_LOG:
    case OP_COS:
    case OP_RELU:
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
        zeros_union_add_node(out, id);
        return;
    }
}

void zeros_split(const struct zeros_problem *p, uint32_t y, struct zeros_union *out)
{
    struct splitter s = {p, p->dag, SPLIT_WORK};
    *out = (struct zeros_union){0};
    split_node(&s, y, 0, out);
}

void zeros_split_all(const struct zeros_problem *p, const uint32_t *node, size_t n,
                     struct zeros_union *out)
{
    struct splitter s = {p, p->dag, SPLIT_WORK};
    struct summand *terms = mem_new(n + 1, sizeof *terms);
    for (size_t i = 0; i < n; i++)
        terms[i] = (struct summand){node[i], 1};
    *out = (struct zeros_union){0};
    split_terms(&s, terms, n, 0, out);
    mem_free(terms);
}
