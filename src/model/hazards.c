/* The places in a formula that can fail, and a search for points where they do. */
#include "model_parts.h"

#include <math.h>

#include "cusp/mem.h"

enum {
    HAZARDS_MAX = 32,
    HAZARD_STARTS = 4,
    HAZARD_STEPS = 60,
};

/* A divisor counts as 0 where it is this much smaller than it usually is. */
#define HAZARD_TINY 1e-13
#define HAZARD_ROUNDING 1e-14 /* of w or its box: a few roundings */
/* And K must be this much greater than its scale for that to be a pole and not a removable gap. */
#define HAZARD_HUGE 1e10

struct hazard {
    uint32_t node;
    bool zero;     /* fails where the node is 0; else where it is below 0 */
    bool at_zero;  /* fails below 0 and at 0 */
    double offset; /* of log1p: fails where node + offset ≤ 0 */
    const char *what;
};

struct hazards {
    const struct model *model;
    struct hazard items[HAZARDS_MAX];
    size_t count;
    struct program *program; /* out[count × (1 + dim)]: each node and its gradient; NULL if none */
};

static void add_hazard(struct hazards *hazards, struct hazard hazard)
{
    for (size_t i = 0; i < hazards->count; i++)
        if (hazards->items[i].node == hazard.node && hazards->items[i].zero == hazard.zero)
            return;
    if (hazards->count < HAZARDS_MAX)
        hazards->items[hazards->count++] = hazard;
}

/* A product or a power is 0 where a factor is: the factors change sign there, the whole may not. */
static void add_divisor(struct hazards *hazards, uint32_t node, size_t depth)
{
    const struct dag_node *n = dag_node(hazards->model->dag, node);
    if (depth < 8 && n->op == OP_MUL) {
        add_divisor(hazards, n->args[0], depth + 1);
        add_divisor(hazards, n->args[1], depth + 1);
    } else if (depth < 8 && ((n->op == OP_POWI && n->exponent > 0) || n->op == OP_NEG ||
                             n->op == OP_ABS || n->op == OP_SQRT)) {
        add_divisor(hazards, n->args[0], depth + 1);
    } else if (n->op != OP_CONST && n->op != OP_EXP) {
        add_hazard(hazards,
                   (struct hazard){.node = node, .zero = true, .what = "a division by zero"});
    }
}

static void add_node(struct hazards *hazards, const struct dag_node *node)
{
    const struct dag *dag = hazards->model->dag;
    double exponent;
    if (node->op == OP_DIV)
        add_divisor(hazards, node->args[1], 0);
    else if (node->op == OP_POWI && node->exponent < 0)
        add_divisor(hazards, node->args[0], 0);
    else if (node->op == OP_LOG)
        add_hazard(hazards, (struct hazard){.node = node->args[0],
                                            .at_zero = true,
                                            .what = "a logarithm of a number that is not > 0"});
    else if (node->op == OP_LOG1P)
        add_hazard(hazards, (struct hazard){.node = node->args[0],
                                            .at_zero = true,
                                            .offset = 1,
                                            .what = "a logarithm of a number that is not > 0"});
    else if (node->op == OP_SQRT)
        add_hazard(hazards, (struct hazard){.node = node->args[0],
                                            .what = "a square root of a negative number"});
    else if (node->op == OP_POW) {
        add_hazard(hazards,
                   (struct hazard){.node = node->args[0],
                                   .what = "a power of a negative number that is not whole"});
        if (dag_is_const(dag, node->args[1], &exponent) && exponent < 0)
            add_divisor(hazards, node->args[0], 0);
    }
}

unsigned char *model_reached(const struct dag *dag, uint32_t root)
{
    unsigned char *reached = mem_new((size_t)root + 1, 1);
    reached[root] = 1;
    for (uint32_t id = root + 1; id-- > 0;) {
        if (!reached[id])
            continue;
        const struct dag_node *node = dag_node(dag, id);
        for (int k = 0; k < op_info(node->op)->arity; k++)
            reached[node->args[k]] = 1;
    }
    return reached;
}

bool model_node_is_smooth(const struct dag *dag, uint32_t root)
{
    unsigned char *reached = model_reached(dag, root);
    bool smooth = true;
    for (uint32_t id = 0; id <= root && smooth; id++)
        smooth = !reached[id] || op_info(dag_node(dag, id)->op)->smooth;
    mem_free(reached);
    return smooth;
}

struct hazards *hazards_new(const struct model *model)
{
    struct hazards *hazards = mem_new(1, sizeof *hazards);
    size_t dim = model->dim;
    hazards->model = model;
    unsigned char *reached = model_reached(model->dag, model->kl_node);
    for (uint32_t id = 0; id <= model->kl_node; id++)
        if (reached[id])
            add_node(hazards, dag_node(model->dag, id));
    mem_free(reached);
    if (hazards->count == 0)
        return hazards;
    /* Their gradients are made in a graph of their own: the model's stays as it is. */
    struct dag *dag = dag_new(dim);
    uint32_t map[SYNTAX_MAX_PARAMS];
    uint32_t *outputs = mem_new(hazards->count, (1 + dim) * sizeof *outputs);
    for (size_t v = 0; v < dim; v++)
        map[v] = dag_var(dag, (uint32_t)v);
    for (size_t h = 0; h < hazards->count; h++) {
        uint32_t *out = outputs + h * (1 + dim);
        out[0] = dag_copy(model->dag, hazards->items[h].node, dag, map);
        dag_gradient(dag, out[0], out + 1);
    }
    hazards->program = program_new(dag, outputs, hazards->count * (1 + dim));
    mem_free(outputs);
    dag_free(dag);
    return hazards;
}

void hazards_free(struct hazards *hazards)
{
    if (hazards == NULL)
        return;
    program_free(hazards->program);
    mem_free(hazards);
}

static bool fails(const struct hazard *hazard, double value)
{
    value += hazard->offset;
    if (hazard->zero)
        return value == 0;
    return value < 0 || (hazard->at_zero && value == 0);
}

const char *hazards_at(const struct hazards *hazards, struct program_space *space, const double *w)
{
    if (hazards->program == NULL)
        return NULL;
    size_t width = 1 + hazards->model->dim;
    const char *what = NULL;
    double *out = mem_new(hazards->count, width * sizeof *out);
    program_point(hazards->program, space, w, out);
    for (size_t h = 0; h < hazards->count && what == NULL; h++)
        if (fails(&hazards->items[h], out[h * width]))
            what = hazards->items[h].what;
    mem_free(out);
    return what;
}

/* --- search ----------------------------------------------------------------------------------- */

struct hunt {
    const struct hazards *hazards;
    struct program_space *space;
    size_t h;       /* which hazard */
    double typical; /* size of its node over the box */
    double *out;
};

static double hazard_value(struct hunt *hunt, const double *w)
{
    program_point(hunt->hazards->program, hunt->space, w, hunt->out);
    size_t first = hunt->h * (1 + hunt->hazards->model->dim);
    return hunt->out[first] + hunt->hazards->items[hunt->h].offset;
}

/* K may be undefined within a few roundings of w. */
static bool may_be_undefined(struct hunt *hunt, const double *w)
{
    const struct model *model = hunt->hazards->model;
    struct interval box[SYNTAX_MAX_PARAMS], value;
    for (size_t i = 0; i < model->dim; i++) {
        double room =
            HAZARD_ROUNDING * fmax(fabs(w[i]), model->params[i].high - model->params[i].low);
        box[i] = interval_of(fmax(w[i] - room, model->params[i].low),
                             fmin(w[i] + room, model->params[i].high));
    }
    program_interval(model->kl, hunt->space, box, &value);
    return !value.defined || isinf(value.low) || isinf(value.high);
}

/* True if K itself fails at w, or is a pole there as far as doubles can tell. */
static bool confirmed(struct hunt *hunt, const double *w)
{
    const struct model *model = hunt->hazards->model;
    double value;
    program_point(model->kl, hunt->space, w, &value);
    if (!isfinite(value))
        return true;
    return hunt->hazards->items[hunt->h].zero &&
           fabs(hazard_value(hunt, w)) <= HAZARD_TINY * hunt->typical &&
           fabs(value) > HAZARD_HUGE * model->kl_scale && may_be_undefined(hunt, w);
}

/* Steps towards where the node is 0, and a little across. */
static bool walk(struct hunt *hunt, double *w)
{
    const struct model *model = hunt->hazards->model;
    size_t dim = model->dim;
    const double *gradient = hunt->out + hunt->h * (1 + dim) + 1;
    for (int step = 0; step < HAZARD_STEPS; step++) {
        if (confirmed(hunt, w))
            return true;
        double value = hazard_value(hunt, w), square = 0;
        for (size_t i = 0; i < dim; i++)
            square += gradient[i] * gradient[i];
        if (!(square > 0) || !isfinite(square) || !isfinite(value))
            return false;
        double across = hunt->hazards->items[hunt->h].zero || step % 2 == 0 ? 1 : 1.5;
        for (size_t i = 0; i < dim; i++) {
            double to = w[i] - across * value * gradient[i] / square;
            w[i] = fmin(fmax(to, model->params[i].low), model->params[i].high);
        }
    }
    return false;
}

/* Halves the segment from a (node > 0) to b (node < 0) down to neighbouring numbers. */
static bool bisect(struct hunt *hunt, const double *a, const double *b, double *w)
{
    size_t dim = hunt->hazards->model->dim;
    double from = 0, to = 1;
    for (int step = 0; step < 1100 && from < to; step++) {
        double middle = from + (to - from) / 2;
        if (middle == from || middle == to)
            break;
        for (size_t i = 0; i < dim; i++)
            w[i] = a[i] + middle * (b[i] - a[i]);
        double value = hazard_value(hunt, w);
        if (confirmed(hunt, w))
            return true;
        if (value > 0)
            from = middle;
        else
            to = middle;
    }
    return false;
}

static void take_point(const double *points, size_t n, size_t dim, size_t i, double *w)
{
    for (size_t v = 0; v < dim; v++)
        w[v] = points[v * n + i];
}

static bool hunt_one(struct hunt *hunt, const double *points, size_t n, const double *values,
                     double *w)
{
    size_t dim = hunt->hazards->model->dim, high = 0, low = 0, start[HAZARD_STARTS], n_starts = 0;
    const struct hazard *hazard = &hunt->hazards->items[hunt->h];
    for (size_t i = 0; i < n; i++) {
        high = values[i] > values[high] ? i : high;
        low = values[i] < values[low] ? i : low;
    }
    if (hazard->zero && values[high] + hazard->offset > 0 && values[low] + hazard->offset < 0) {
        double a[SYNTAX_MAX_PARAMS], b[SYNTAX_MAX_PARAMS];
        take_point(points, n, dim, high, a);
        take_point(points, n, dim, low, b);
        if (bisect(hunt, a, b, w))
            return true;
    }
    for (; n_starts < HAZARD_STARTS; n_starts++) { /* the points where it is nearest to failing */
        size_t best = n;
        for (size_t i = 0; i < n; i++) {
            double size = hazard->zero ? fabs(values[i]) : values[i];
            bool used = !isfinite(size);
            for (size_t s = 0; s < n_starts && !used; s++)
                used = start[s] == i;
            if (!used && (best == n || size < (hazard->zero ? fabs(values[best]) : values[best])))
                best = i;
        }
        if (best == n)
            break;
        start[n_starts] = best;
        take_point(points, n, dim, best, w);
        if (walk(hunt, w))
            return true;
    }
    return false;
}

bool hazards_search(const struct hazards *hazards, struct program_space *space,
                    const double *points, size_t n, double *w, const char **what)
{
    if (hazards->program == NULL)
        return false;
    size_t dim = hazards->model->dim, width = 1 + dim, n_outputs = hazards->count * width;
    struct hunt hunt = {.hazards = hazards, .space = space};
    const double *vars[SYNTAX_MAX_PARAMS];
    int step[SYNTAX_MAX_PARAMS];
    double *sizes = mem_new(n, sizeof *sizes), *values = mem_new(n, n_outputs * sizeof *values);
    double **out = mem_new(n_outputs, sizeof *out);
    bool found = false;
    hunt.out = mem_new(n_outputs, sizeof *hunt.out);
    for (size_t v = 0; v < dim; v++) {
        vars[v] = points + v * n;
        step[v] = 1;
    }
    for (size_t o = 0; o < n_outputs; o++)
        out[o] = values + o * n;
    program_eval(hazards->program, space, vars, step, n, out);
    for (hunt.h = 0; hunt.h < hazards->count && !found; hunt.h++) {
        size_t kept = 0;
        for (size_t i = 0; i < n; i++)
            if (isfinite(out[hunt.h * width][i]))
                sizes[kept++] = fabs(out[hunt.h * width][i]);
        if (kept == 0)
            continue;
        hunt.typical = probe_select(sizes, kept, kept / 2);
        found = hunt_one(&hunt, points, n, out[hunt.h * width], w);
        *what = hazards->items[hunt.h].what;
    }
    mem_free(hunt.out);
    mem_free(out);
    mem_free(values);
    mem_free(sizes);
    return found;
}
