/* Parts an expression into functions of some variables times functions of the others, summed. */
#include "dag_private.h"

#include "cusp/arena.h"
#include "cusp/mem.h"

enum {
    MAX_POWER = 64, /* a higher power of a mixed node is not multiplied out */
    USES_FREE = 1,
    USES_REST = 2,
};

/* A power of a node without free variables that is itself no product. */
struct factor {
    uint32_t atom;
    int exponent;
};

/* coefficient · Π factors, which ascend by atom. */
struct term {
    uint32_t coefficient;
    size_t n_factors;
    struct factor *factors;
};

struct sum {
    size_t n;
    struct term *terms; /* [n], none alike */
};

struct collector {
    struct dag *dag;
    size_t max;
    struct arena arena;
    unsigned char *uses, *needed; /* [y + 1] */
    struct sum *sums;             /* [y + 1] */
    bool failed;
};

/* --- sums ------------------------------------------------------------------------------------- */

static bool same_factors(const struct term *a, const struct term *b)
{
    if (a->n_factors != b->n_factors)
        return false;
    for (size_t i = 0; i < a->n_factors; i++)
        if (a->factors[i].atom != b->factors[i].atom ||
            a->factors[i].exponent != b->factors[i].exponent)
            return false;
    return true;
}

static bool is_zero(const struct dag *dag, uint32_t id)
{
    double value;
    return dag_is_const(dag, id, &value) && value == 0;
}

static struct sum new_sum(struct collector *c)
{
    /* One place more than may be kept, so that too many show. */
    return (struct sum){.terms = arena_new(&c->arena, c->max + 1, sizeof(struct term))};
}

/* sum += sign · term */
static void add_term(struct collector *c, struct sum *sum, struct term term, bool minus)
{
    enum op op = minus ? OP_SUB : OP_ADD;
    for (size_t i = 0; i < sum->n; i++) {
        if (!same_factors(&sum->terms[i], &term))
            continue;
        uint32_t total = dag_op(c->dag, op, sum->terms[i].coefficient, term.coefficient, 0);
        sum->terms[i].coefficient = total;
        if (is_zero(c->dag, total)) {
            sum->n--;
            for (size_t k = i; k < sum->n; k++)
                sum->terms[k] = sum->terms[k + 1];
        }
        return;
    }
    if (sum->n > c->max) {
        c->failed = true;
        return;
    }
    if (minus)
        term.coefficient = dag_op(c->dag, OP_NEG, term.coefficient, 0, 0);
    if (!is_zero(c->dag, term.coefficient))
        sum->terms[sum->n++] = term;
}

static void add_sum(struct collector *c, struct sum *sum, const struct sum *other, bool minus)
{
    for (size_t i = 0; i < other->n && !c->failed; i++)
        add_term(c, sum, other->terms[i], minus);
}

static struct term product(struct collector *c, const struct term *a, const struct term *b)
{
    struct term out = {.coefficient = dag_op(c->dag, OP_MUL, a->coefficient, b->coefficient, 0)};
    size_t i = 0, j = 0;
    out.factors = arena_new(&c->arena, a->n_factors + b->n_factors + 1, sizeof *out.factors);
    while (i < a->n_factors || j < b->n_factors) {
        struct factor *to = &out.factors[out.n_factors++];
        if (j == b->n_factors || (i < a->n_factors && a->factors[i].atom < b->factors[j].atom)) {
            *to = a->factors[i++];
        } else if (i == a->n_factors || b->factors[j].atom < a->factors[i].atom) {
            *to = b->factors[j++];
        } else {
            *to = a->factors[i++];
            if (__builtin_add_overflow(to->exponent, b->factors[j++].exponent, &to->exponent))
                c->failed = true;
        }
    }
    return out;
}

static struct sum multiply(struct collector *c, const struct sum *a, const struct sum *b)
{
    struct sum out = new_sum(c);
    for (size_t i = 0; i < a->n && !c->failed; i++)
        for (size_t j = 0; j < b->n && !c->failed; j++)
            add_term(c, &out, product(c, &a->terms[i], &b->terms[j]), false);
    return out;
}

static struct sum power(struct collector *c, const struct sum *base, int exponent)
{
    struct sum out;
    if (base->n == 1) {
        out = new_sum(c);
        out.n = 1;
        out.terms[0] =
            product(c, &base->terms[0], &(struct term){.coefficient = dag_const(c->dag, 1)});
        out.terms[0].coefficient = dag_powi(c->dag, base->terms[0].coefficient, exponent);
        for (size_t i = 0; i < out.terms[0].n_factors; i++)
            if (__builtin_mul_overflow(out.terms[0].factors[i].exponent, exponent,
                                       &out.terms[0].factors[i].exponent))
                c->failed = true;
        return out;
    }
    out = *base;
    c->failed = c->failed || exponent > MAX_POWER;
    for (int i = 1; i < exponent && !c->failed; i++)
        out = multiply(c, &out, base);
    return out;
}

static struct sum of_coefficient(struct collector *c, uint32_t id)
{
    struct sum out = new_sum(c);
    add_term(c, &out, (struct term){.coefficient = id}, false);
    return out;
}

static struct sum of_atom(struct collector *c, uint32_t id)
{
    struct sum out = new_sum(c);
    struct term term = {.coefficient = dag_const(c->dag, 1), .n_factors = 1};
    term.factors = arena_new(&c->arena, 1, sizeof *term.factors);
    term.factors[0] = (struct factor){id, 1};
    add_term(c, &out, term, false);
    return out;
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* How many arguments of a node are to be parted; 0: it is a coefficient or an atom as a whole. */
static int parted(const struct collector *c, uint32_t id)
{
    const struct dag_node *node = &c->dag->nodes[id];
    bool rest_only = c->uses[id] == USES_REST;
    if (!(c->uses[id] & USES_REST))
        return 0;
    switch ((int)node->op) {
    case OP_ADD:
    case OP_SUB:
        return rest_only ? 0 : 2;
    case OP_MUL:
        return 2;
    case OP_NEG:
        return 1;
    case OP_POWI:
        return node->exponent > 0 ? 1 : 0;
    case OP_DIV:
        return c->uses[node->args[1]] == (USES_FREE | USES_REST) ? 0 : 1;
    }
    return 0;
}

static struct sum divide(struct collector *c, const struct sum *a, uint32_t by)
{
    if (c->uses[by] & USES_REST) {
        struct sum inverse = of_atom(c, dag_powi(c->dag, by, -1));
        return multiply(c, a, &inverse);
    }
    struct sum out = new_sum(c);
    for (size_t i = 0; i < a->n; i++) {
        struct term term = a->terms[i];
        term.coefficient = dag_op(c->dag, OP_DIV, term.coefficient, by, 0);
        add_term(c, &out, term, false);
    }
    return out;
}

static struct sum part(struct collector *c, uint32_t id)
{
    const struct dag_node node = c->dag->nodes[id];
    if (parted(c, id) == 0) {
        if (!(c->uses[id] & USES_REST))
            return of_coefficient(c, id);
        c->failed = c->failed || (c->uses[id] & USES_FREE);
        return of_atom(c, id);
    }
    const struct sum *a = &c->sums[node.args[0]], *b = &c->sums[node.args[1]];
    if (node.op == OP_MUL)
        return multiply(c, a, b);
    if (node.op == OP_POWI)
        return power(c, a, node.exponent);
    if (node.op == OP_DIV)
        return divide(c, a, node.args[1]);
    struct sum out = new_sum(c);
    add_sum(c, &out, a, node.op == OP_NEG);
    if (node.op != OP_NEG)
        add_sum(c, &out, b, node.op == OP_SUB);
    return out;
}

static void find_uses(struct collector *c, uint32_t y, size_t n_free)
{
    for (size_t id = 0; id <= y; id++) {
        const struct dag_node *node = &c->dag->nodes[id];
        if (node->op == OP_VAR)
            c->uses[id] = node->variable < n_free ? USES_FREE : USES_REST;
        for (int i = 0; i < op_info(node->op)->arity; i++)
            c->uses[id] |= c->uses[node->args[i]];
    }
    c->needed[y] = 1;
    for (size_t id = (size_t)y + 1; id-- > 0;)
        for (int i = 0; c->needed[id] && i < parted(c, (uint32_t)id); i++)
            c->needed[c->dag->nodes[id].args[i]] = 1;
}

static uint32_t basis_node(struct dag *dag, const struct term *term)
{
    uint32_t node = dag_const(dag, 1);
    for (size_t i = 0; i < term->n_factors; i++)
        node = dag_op(dag, OP_MUL, node,
                      dag_powi(dag, term->factors[i].atom, term->factors[i].exponent), 0);
    return node;
}

size_t dag_collect(struct dag *dag, uint32_t y, size_t n_free, size_t max, uint32_t *coefficient,
                   uint32_t *basis)
{
    struct collector c = {.dag = dag, .max = max};
    size_t n = 0;
    arena_init(&c.arena);
    c.uses = mem_new((size_t)y + 1, 1);
    c.needed = mem_new((size_t)y + 1, 1);
    c.sums = mem_new((size_t)y + 1, sizeof *c.sums);
    find_uses(&c, y, n_free);
    for (uint32_t id = 0; id <= y && !c.failed; id++)
        if (c.needed[id])
            c.sums[id] = part(&c, id);
    const struct sum *sum = &c.sums[y];
    for (size_t i = 0; !c.failed && i < sum->n; i++) {
        /* Identities of the builders can make one node of two products. */
        uint32_t node = basis_node(dag, &sum->terms[i]);
        size_t k = 0;
        while (k < n && basis[k] != node)
            k++;
        if (k == max) {
            c.failed = true;
        } else if (k < n) {
            coefficient[k] = dag_op(dag, OP_ADD, coefficient[k], sum->terms[i].coefficient, 0);
        } else {
            basis[n] = node;
            coefficient[n++] = sum->terms[i].coefficient;
        }
    }
    bool failed = c.failed || dag_full(dag);
    mem_free(c.uses);
    mem_free(c.needed);
    mem_free(c.sums);
    arena_done(&c.arena);
    return failed ? 0 : n;
}
