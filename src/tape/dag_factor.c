/* Sums of squares that show: what must vanish for an expression to be 0. */
#include "dag_terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"

enum {
    MAX_GENERATORS = 256, /* of one sum */
    MAX_STACK = 64,
    MAX_DEPTH = 16,      /* of sums within factors */
    MAX_VISITS = 100000, /* shared parts are visited once a path: a bound on all paths */
};

/* A product of distinct bases; without any, the positive constant. */
struct generator {
    uint32_t bases[DAG_MAX_FACTORS];
    size_t n_bases;
    double constant;
};

struct generator_list {
    struct generator items[MAX_GENERATORS];
    size_t n;
};

struct search {
    struct dag *dag;
    size_t visits;
};

static bool sum_generators(struct search *search, uint32_t y, int depth,
                           struct generator_list *list);
static bool term_generators(struct search *search, struct dag_factor from, int depth,
                            struct generator_list *list);

/* relu(c u) = |c| relu(±u): the number c drawn out of the argument. */
static bool split_relu(struct dag *dag, struct dag_factor at, struct dag_term *term)
{
    uint32_t u = dag_node(dag, at.base)->args[0];
    double scale = 1, value;
    for (;;) {
        const struct dag_node *node = dag_node(dag, u);
        bool times = node->op == OP_MUL, over = node->op == OP_DIV;
        if (node->op == OP_NEG) {
            scale = -scale;
            u = node->args[0];
        } else if ((times || over) && dag_is_const(dag, node->args[1], &value)) {
            scale = times ? scale * value : scale / value;
            u = node->args[0];
        } else if (times && dag_is_const(dag, node->args[0], &value)) {
            scale *= value;
            u = node->args[1];
        } else {
            break;
        }
    }
    if (scale != 1 && scale != 0 && isfinite(scale)) {
        term->coefficient *= pow(fabs(scale), (double)at.exponent);
        uint32_t signed_u = scale > 0 ? u : dag_op(dag, OP_NEG, u, 0, 0);
        at.base = dag_op(dag, OP_RELU, signed_u, 0, 0);
    }
    return dag_term_multiply(term, at.base, at.exponent);
}

/* One step of splitting a product: false if it has too many factors to see through. */
static bool split(struct dag *dag, struct dag_factor at, struct dag_factor *stack, size_t *height,
                  struct dag_term *term)
{
    const struct dag_node *node = dag_node(dag, at.base);
    uint32_t a = node->args[0], b = node->args[1];
    if (*height + 2 > MAX_STACK || llabs(at.exponent) > INT32_MAX / 4) {
        return false;
    }
    switch ((int)node->op) {
    case OP_CONST:
        term->coefficient *= pow(node->value, (double)at.exponent);
        return true;
    case OP_NEG:
        term->coefficient *= at.exponent % 2 ? -1 : 1;
        stack[(*height)++] = (struct dag_factor){a, at.exponent};
        return true;
    case OP_MUL:
    case OP_DIV:
        stack[(*height)++] = (struct dag_factor){a, at.exponent};
        stack[(*height)++] =
            (struct dag_factor){b, node->op == OP_MUL ? at.exponent : -at.exponent};
        return true;
    case OP_POWI:
        if (llabs((int64_t)node->exponent) > 1000) {
            return false;
        }
        stack[(*height)++] = (struct dag_factor){a, at.exponent * node->exponent};
        return true;
    case OP_ABS: /* has the sign and the zeros of a square */
    case OP_LOG1P_GAP:
        stack[(*height)++] = (struct dag_factor){a, 2 * at.exponent};
        return true;
    case OP_SQRT: /* has the sign and the zeros of its argument, where it is defined */
    case OP_TANH:
    case OP_ERF:
    case OP_EXPM1:
    case OP_LOG1P:
    case OP_LEAKY_RELU:
    case OP_GELU:
    case OP_SWISH:
        stack[(*height)++] = (struct dag_factor){a, at.exponent};
        return true;
    case OP_RELU:
        return split_relu(dag, at, term);
    case OP_EXP:
    case OP_SIGMOID:
    case OP_SOFTPLUS: /* positive everywhere */
        return true;
    }
    return dag_term_multiply(term, at.base, at.exponent);
}

static bool collect(struct search *search, struct dag_factor from, struct dag_term *term)
{
    struct dag_factor stack[MAX_STACK] = {from};
    size_t height = 1;
    *term = (struct dag_term){.coefficient = 1};
    while (height > 0) {
        struct dag_factor at = stack[--height];
        if (++search->visits > MAX_VISITS || !split(search->dag, at, stack, &height, term)) {
            return false;
        }
    }
    return true;
}

static bool generator_multiply(struct generator *generator, uint32_t base)
{
    for (size_t i = 0; i < generator->n_bases; i++) {
        if (generator->bases[i] == base) {
            return true;
        }
    }
    if (generator->n_bases == DAG_MAX_FACTORS) {
        return false;
    }
    generator->bases[generator->n_bases++] = base;
    return true;
}

/* list ← all products of one of list with one of by: a product is 0 where either factor is. */
static bool list_multiply(struct generator_list *list, const struct generator_list *by)
{
    if (list->n * by->n > MAX_GENERATORS) {
        return false;
    }
    struct generator_list old = *list;
    list->n = 0;
    for (size_t i = 0; i < old.n; i++) {
        for (size_t j = 0; j < by->n; j++) {
            struct generator product = old.items[i];
            product.constant *= by->items[j].constant;
            for (size_t k = 0; k < by->items[j].n_bases; k++) {
                if (!generator_multiply(&product, by->items[j].bases[k])) {
                    return false;
                }
            }
            list->items[list->n++] = product;
        }
    }
    return true;
}

/* The generators of one factor to its power; true and none if it is positive. */
static bool factor_generators(struct search *search, struct dag_factor factor, int depth,
                              struct generator_list *list)
{
    bool even = factor.exponent % 2 == 0;
    list->n = 0;
    if (factor.exponent == 0) {
        return true;
    }
    enum op op = dag_node(search->dag, factor.base)->op;
    bool squares = op == OP_ADD && sum_generators(search, factor.base, depth + 1, list);
    if (!squares && (op == OP_ADD || op == OP_SUB) && depth < MAX_DEPTH) {
        uint32_t simpler = dag_simpler_sum(search->dag, factor.base);
        if (simpler != factor.base) {
            struct dag_factor rest = {simpler, factor.exponent};
            return term_generators(search, rest, depth + 1, list);
        }
    }
    if (!squares && !even && op != OP_RELU) {
        return false;
    }
    if (factor.exponent < 0) { /* a reciprocal has no zeros */
        list->n = 0;
    } else if (!squares) {
        list->n = 1;
        list->items[0] = (struct generator){.bases = {factor.base}, .n_bases = 1, .constant = 1};
    }
    return true;
}

/* The lists are large, so they live on the heap: sums nest. */
static bool term_generators(struct search *search, struct dag_factor from, int depth,
                            struct generator_list *list)
{
    struct dag_term term;
    if (!collect(search, from, &term) || !(term.coefficient > 0) || isinf(term.coefficient)) {
        return false;
    }
    struct generator_list *of_factor = mem_new(1, sizeof *of_factor);
    list->n = 1;
    list->items[0] = (struct generator){.constant = sqrt(term.coefficient)};
    bool good = true;
    for (size_t i = 0; good && i < term.n_factors; i++) {
        good = factor_generators(search, term.factors[i], depth, of_factor);
        if (good && of_factor->n > 0) {
            good = list_multiply(list, of_factor);
        }
    }
    mem_free(of_factor);
    return good;
}

/* True if both are 0 at the same places for one of the reasons that show. */
static bool generator_equal(const struct dag *dag, const struct generator *a,
                            const struct generator *b)
{
    bool equal = a->n_bases == b->n_bases;
    for (size_t i = 0; equal && i < a->n_bases; i++) {
        bool found = false;
        for (size_t j = 0; !found && j < b->n_bases; j++) {
            found = a->bases[i] == b->bases[j];
        }
        for (size_t j = 0; !found && j < b->n_bases; j++) {
            found = dag_proportional(dag, a->bases[i], b->bases[j]);
        }
        equal = found;
    }
    return equal;
}

static bool list_join(const struct dag *dag, struct generator_list *list,
                      const struct generator_list *more)
{
    for (size_t i = 0; i < more->n; i++) {
        bool known = false;
        for (size_t j = 0; j < list->n && !known; j++) {
            known = generator_equal(dag, &list->items[j], &more->items[i]);
        }
        if (!known) {
            if (list->n == MAX_GENERATORS) {
                return false;
            }
            list->items[list->n++] = more->items[i];
        }
    }
    return true;
}

static bool join_terms(struct search *search, uint32_t y, int depth, struct generator_list *list,
                       struct generator_list *of_term)
{
    uint32_t stack[2 * MAX_GENERATORS] = {y};
    size_t height = 1;
    while (height > 0) {
        uint32_t at = stack[--height];
        const struct dag_node *node = dag_node(search->dag, at);
        if (++search->visits > MAX_VISITS || height + 2 > 2 * MAX_GENERATORS) {
            return false;
        }
        if (node->op == OP_ADD) {
            stack[height++] = node->args[1];
            stack[height++] = node->args[0];
        } else if (!term_generators(search, (struct dag_factor){at, 1}, depth, of_term) ||
                   !list_join(search->dag, list, of_term)) {
            return false;
        }
    }
    return true;
}

static bool sum_generators(struct search *search, uint32_t y, int depth,
                           struct generator_list *list)
{
    list->n = 0;
    if (depth > MAX_DEPTH) {
        return false;
    }
    struct generator_list *of_term = mem_new(1, sizeof *of_term);
    bool good = join_terms(search, y, depth, list, of_term);
    mem_free(of_term);
    return good;
}

size_t dag_generators(struct dag *dag, uint32_t y, uint32_t *out, size_t max)
{
    struct search search = {.dag = dag};
    struct generator_list *list = mem_new(1, sizeof *list);
    size_t n = 0;
    if (sum_generators(&search, y, 0, list) && list->n <= max) {
        for (; n < list->n; n++) {
            const struct generator *generator = &list->items[n];
            out[n] = generator->n_bases ? generator->bases[0] : dag_const(dag, generator->constant);
            for (size_t i = 1; i < generator->n_bases; i++) {
                out[n] = dag_op(dag, OP_MUL, out[n], generator->bases[i], 0);
            }
        }
    }
    mem_free(list);
    return n;
}
