/* Coordinate subspaces on which a potential is 0, by exact folding of its graph. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "rlct_bounds.h"

enum { MOST_NODES = 1500, MOST_FREE = 10, MOST_POINTS = 12, N_SAMPLES = 3 };
#define NEAR 1e-5 /* of a side: how far around a sample K is enclosed */
#define TINY 1e-280

/* A node once some variables have numbers: a number that no rounding has touched, or the same as an
   earlier node. */
struct folded {
    bool number;
    double value;
    uint32_t same; /* the node it is */
};

/* A sum or product that a double holds exactly. */
static bool exact_sum(double a, double b, double *out)
{
    double sum = a + b, part = sum - a;
    double error = (a - (sum - part)) + (b - part);
    *out = sum;
    return isfinite(sum) && error == 0;
}

static bool exact_product(double a, double b, double *out)
{
    *out = a * b;
    if (a == 0 || b == 0)
        return true;
    return isfinite(*out) && fabs(*out) > TINY && fma(a, b, -*out) == 0;
}

static bool exact_power(double a, int exponent, double *out)
{
    int n = exponent < 0 ? -exponent : exponent;
    bool fine = n <= 64;
    *out = 1;
    for (int k = 0; k < n && fine; k++)
        fine = exact_product(*out, a, out);
    if (fine && exponent < 0) {
        double inverse = 1 / *out;
        fine = *out != 0 && isfinite(inverse) && fma(inverse, *out, -1.0) == 0;
        *out = inverse;
    }
    return fine;
}

/* Functions at the numbers where their values are known exactly. */
static bool exact_value(enum op op, double a, double *out)
{
    bool at_one = op == OP_LOG,
         any = op == OP_ABS || op == OP_RELU || op == OP_SIGN || op == OP_NEG;
    if (op == OP_SQRT) {
        *out = sqrt(a);
        return a == 0 || (a > TINY && isfinite(a) && fma(*out, *out, -a) == 0);
    }
    switch ((int)op) {
    case OP_LOG:
    case OP_EXP:
    case OP_EXPM1:
    case OP_LOG1P:
    case OP_LOG1P_GAP:
    case OP_SIN:
    case OP_COS:
    case OP_TANH:
    case OP_ERF:
    case OP_SIGMOID:
    case OP_GELU:
    case OP_SWISH:
    case OP_LEAKY_RELU:
    case OP_ABS:
    case OP_RELU:
    case OP_SIGN:
    case OP_NEG:
        *out = op_value(op, 0, a, 0, 0);
        return any || a == (at_one ? 1 : 0);
    default:
        return false;
    }
}

static bool both_numbers(enum op op, double a, double b, double *out)
{
    switch ((int)op) {
    case OP_ADD:
        return exact_sum(a, b, out);
    case OP_SUB:
        return exact_sum(a, -b, out);
    case OP_MUL:
        return exact_product(a, b, out);
    case OP_DIV:
        *out = a / b;
        return b != 0 && isfinite(*out) && (a == 0 || fabs(*out) > TINY) && fma(*out, b, -a) == 0;
    case OP_MIN:
        *out = fmin(a, b);
        return true;
    case OP_MAX:
        *out = fmax(a, b);
        return true;
    case OP_POW:
        *out = a;
        return (a == 0 || a == 1) && b > 0;
    default:
        return false;
    }
}

/* x + 0, x · 1 and the like: true if the node is a number, or is args[*which]. */
static bool plain(enum op op, const struct folded *a, const struct folded *b, struct folded *out)
{
    bool a0 = a->number && a->value == 0, b0 = b->number && b->value == 0;
    bool a1 = a->number && a->value == 1, b1 = b->number && b->value == 1;
    bool alike = !a->number && !b->number && a->same == b->same;
    const struct folded none = {.number = true};
    if ((op == OP_MUL && (a0 || b0)) || (op == OP_DIV && a0) || (op == OP_SUB && alike)) {
        *out = none;
        return true;
    }
    if ((op == OP_ADD && a0) || (op == OP_MUL && a1)) {
        *out = *b;
        return true;
    }
    if (((op == OP_ADD || op == OP_SUB) && b0) || ((op == OP_MUL || op == OP_DIV) && b1) ||
        ((op == OP_MIN || op == OP_MAX) && alike)) {
        *out = *a;
        return true;
    }
    return false;
}

static bool same_fold(const struct folded *a, const struct folded *b)
{
    return a->number == b->number && (a->number ? a->value == b->value : a->same == b->same);
}

/* An earlier node with the same operation on the same arguments. */
static uint32_t find_same(const struct dag *dag, const struct folded *list, uint32_t id)
{
    const struct dag_node *node = dag_node(dag, id);
    int arity = op_info(node->op)->arity;
    for (uint32_t k = 0; k < id; k++) {
        const struct dag_node *other = dag_node(dag, k);
        if (other->op != node->op || other->exponent != node->exponent || list[k].number ||
            list[k].same != k || node->op == OP_VAR)
            continue;
        bool straight = true, crossed = node->op == OP_ADD || node->op == OP_MUL;
        for (int i = 0; i < arity && straight; i++)
            straight = same_fold(&list[node->args[i]], &list[other->args[i]]);
        crossed = crossed && same_fold(&list[node->args[0]], &list[other->args[1]]) &&
                  same_fold(&list[node->args[1]], &list[other->args[0]]);
        if (straight || crossed)
            return k;
    }
    return id;
}

static struct folded fold(const struct dag *dag, const struct folded *list, uint32_t id,
                          const double *at, unsigned fixed)
{
    const struct dag_node *node = dag_node(dag, id);
    struct folded out = {.same = id};
    const struct folded *a = &list[node->args[0]], *b = &list[node->args[1]];
    int arity = op_info(node->op)->arity;
    if (node->op == OP_CONST || (node->op == OP_VAR && fixed >> node->variable & 1)) {
        out.number = true;
        out.value = node->op == OP_CONST ? node->value : at[node->variable];
        return out;
    }
    if (arity == 0)
        return out;
    if (arity == 1 && a->number) {
        out.number = node->op == OP_POWI ? exact_power(a->value, node->exponent, &out.value)
                                         : exact_value(node->op, a->value, &out.value);
        if (out.number)
            return out;
    }
    if (arity == 2 && a->number && b->number) {
        out.number = both_numbers(node->op, a->value, b->value, &out.value);
        if (out.number)
            return out;
    }
    if (arity == 2 && plain(node->op, a, b, &out))
        return out;
    out = (struct folded){.same = find_same(dag, list, id)};
    return out;
}

/* K is 0 wherever the fixed coordinates are those of the point. */
static bool vanishes(const struct model *model, const double *at, unsigned fixed,
                     struct folded *list)
{
    for (uint32_t id = 0; id <= model->kl_node; id++)
        list[id] = fold(model->dag, list, id, at, fixed);
    return list[model->kl_node].number && list[model->kl_node].value == 0;
}

/* --- how fast K grows ------------------------------------------------------------------------- */

static void box_around(const struct model *model, const double *at, struct interval *box)
{
    for (size_t i = 0; i < model->dim; i++) {
        double near = NEAR * (model->params[i].high - model->params[i].low);
        box[i] = interval_of(at[i] - near, at[i] + near);
    }
}

static bool is_tame(const struct interval *values, size_t n, bool kinks)
{
    for (size_t k = 0; k < n; k++) {
        if (!values[k].defined || !isfinite(values[k].low) || !isfinite(values[k].high) ||
            (values[k].kink && !kinks))
            return false;
    }
    return true;
}

/* K has a jump nowhere: its only kinks are those of continuous functions. */
static bool is_continuous(const struct model *model)
{
    for (uint32_t id = 0; id <= model->kl_node; id++) {
        enum op op = dag_node(model->dag, id)->op;
        if (!op_info(op)->smooth && op != OP_ABS && op != OP_RELU && op != OP_LEAKY_RELU &&
            op != OP_MIN && op != OP_MAX)
            return false;
    }
    return true;
}

/* 2: K is twice differentiable around the point, 1: Lipschitz, 0: neither is known. */
static int order_at(const struct model *model, const double *at)
{
    size_t dim = model->dim, n = program_n_outputs(model->kl_hess);
    struct interval box[SYNTAX_MAX_PARAMS], *values = mem_new(n, sizeof *values);
    struct program_space *space = program_space_new();
    int order = 0;
    box_around(model, at, box);
    program_interval(model->kl_hess, space, box, values);
    if (is_tame(values, n, false)) {
        order = 2;
    } else if (is_continuous(model)) {
        program_interval(model->kl_grad, space, box, values);
        order = is_tame(values, dim + 1, true) ? 1 : 0;
    }
    program_space_free(space);
    mem_free(values);
    return order;
}

/* A point of the subspace inside the box where K grows slowly. */
static bool sample(const struct model *model, const double *at, bool local, unsigned fixed,
                   struct zero_piece *out)
{
    static const double shares[N_SAMPLES] = {0, 0.381, -0.287};
    for (size_t k = 0; k < N_SAMPLES; k++) {
        for (size_t i = 0; i < model->dim; i++) {
            const struct model_param *param = &model->params[i];
            double side = param->high - param->low, reach = local ? 1e-3 : 1, w = at[i];
            if (!(fixed >> i & 1)) {
                w += shares[k] * side * reach;
                w = fmin(fmax(w, param->low + 1e-3 * side), param->high - 1e-3 * side);
                if (local && fabs(w - at[i]) > 2e-3 * side)
                    return false;
            }
            out->at[i] = w;
        }
        out->order = order_at(model, out->at);
        if (out->order)
            return true;
    }
    return false;
}

static bool is_inside(const struct model *model, const double *at, unsigned fixed)
{
    for (size_t i = 0; i < model->dim; i++) {
        const struct model_param *param = &model->params[i];
        double margin = 2 * NEAR * (param->high - param->low);
        if (fixed >> i & 1 && !(at[i] > param->low + margin && at[i] < param->high - margin))
            return false;
    }
    return true;
}

static const char *words(struct rlct_work *work, const double *at, unsigned fixed, int order)
{
    struct text text;
    text_init(&text);
    text_add(&text, "K is 0 wherever ");
    for (size_t i = 0, n = 0; i < work->model->dim; i++) {
        if (fixed >> i & 1)
            text_addf(&text, "%s%s = %s", n++ ? ", " : "", work->model->params[i].name,
                      exact_number(at[i], work->arena));
    }
    if (fixed == 0)
        text_add(&text, "one looks");
    text_add(&text, order == 2
                        ? ", and twice differentiable there, so that it grows no faster than "
                          "the square of the distance"
                        : ", and grows no faster than the distance, for its slope is bounded");
    const char *out = arena_text(work->arena, text_get(&text), text.length);
    text_done(&text);
    return out;
}

/* The least number of fixed coordinates; ties: the first. */
static bool best_mask(struct rlct_work *work, const double *at, bool local, struct folded *list,
                      struct zero_piece *out)
{
    const struct model *model = work->model;
    unsigned all = (1U << model->dim) - 1;
    if (!vanishes(model, at, all, list))
        return false;
    for (size_t n = 0; n <= model->dim; n++) {
        for (unsigned fixed = 0; fixed <= all; fixed++) {
            if ((size_t)__builtin_popcount(fixed) != n || !is_inside(model, at, fixed) ||
                !vanishes(model, at, fixed, list) || !sample(model, at, local, fixed, out))
                continue;
            out->dimension = model->dim - n;
            out->lies_at = true;
            out->why = words(work, at, fixed, out->order);
            return true;
        }
    }
    return false;
}

/* Points worth a look: the origin, those of `expect`, a round one where K was found least. */
static size_t points_of(const struct model *model, double (*out)[SYNTAX_MAX_PARAMS])
{
    size_t n = 1;
    memset(out[0], 0, sizeof out[0]);
    for (size_t i = 0; i < model->n_expects && n < MOST_POINTS - 1; i++) {
        if (model->expects[i].has_at)
            memcpy(out[n++], model->expects[i].at, model->dim * sizeof **out);
    }
    for (size_t i = 0; i < model->dim; i++) {
        struct rat near;
        double side = model->params[i].high - model->params[i].low;
        out[n][i] = rat_near(model->kl_min_at[i], 1e-6 * side, 1000, &near) ? rat_value(near)
                                                                            : model->kl_min_at[i];
    }
    return n + 1;
}

bool rlct_axis_piece(struct rlct_work *work, const double *at, struct zero_piece *out)
{
    const struct model *model = work->model;
    if (model->likelihood || model->kl_node == MODEL_NO_NODE || model->kl_node >= MOST_NODES ||
        model->dim > MOST_FREE)
        return false;
    struct folded *list = mem_new(model->kl_node + 1, sizeof *list);
    double points[MOST_POINTS][SYNTAX_MAX_PARAMS];
    bool found = false;
    size_t n = at ? 1 : points_of(model, points);
    for (size_t k = 0; k < n; k++) {
        struct zero_piece one = {.at = arena_new(work->arena, model->dim, sizeof *one.at)};
        if (!best_mask(work, at ? at : points[k], at != NULL, list, &one))
            continue;
        if (!found || (double)(model->dim - one.dimension) / one.order <
                          (double)(model->dim - out->dimension) / out->order)
            *out = one;
        found = true;
    }
    mem_free(list);
    return found;
}
