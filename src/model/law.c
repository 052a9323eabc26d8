/* Distributions of the model file as trees: lowering, checks, and what they do with numbers. */
#include "law.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/rng.h"
#include "terms.h"

/* By how much a sum of weights may miss 1 through rounding. */
static const double weights_tolerance = 1e-9;

struct lowering {
    struct lower *lower;
    struct dag *dag;
    struct diags *diags;
    const struct syntax *syntax;
};

static enum status fault_at(const struct lowering *at, struct span span, const char *message)
{
    diags_add(at->diags, SEV_ERROR, at->syntax->file, at->syntax->source, span, "%s", message);
    return ST_INPUT;
}

void law_free(struct law *law)
{
    if (law == NULL)
        return;
    for (size_t i = 0; i < law->n_parts; i++)
        law_free(law->parts[i]);
    mem_free(law->parts);
    mem_free(law->args);
    mem_free(law);
}

bool law_discrete(const struct law *law)
{
    return law->n_parts > 0 ? law_discrete(law->parts[0]) : law->kind->discrete;
}

bool law_same_kind(const struct law *a, const struct law *b)
{
    if (a->kind != b->kind || a->n_args != b->n_args || a->n_parts != b->n_parts)
        return false;
    for (size_t i = 0; i < a->n_parts; i++)
        if (!law_same_kind(a->parts[i], b->parts[i]))
            return false;
    return true;
}

/* --- what constant arguments tell ------------------------------------------------------------- */

/* Constant arguments that no value of the others makes sensible. */
static const char *constant_fault(const struct dag *dag, const struct law *law)
{
    enum { TRIES = 5 };
    double *values = mem_new(law->n_args, sizeof *values), known = 0;
    const char *first = NULL, *why = NULL;
    size_t n_known = 0;
    for (size_t i = 0; i < law->n_args; i++) {
        if (dag_is_const(dag, law->args[i], &values[i])) {
            known = values[i];
            n_known++;
        }
    }
    if (n_known == 0) { /* all may differ from each other as they like */
        mem_free(values);
        return NULL;
    }
    const double tries[TRIES] = {0.5, 0, 1, known - 1, known + 1};
    for (size_t t = 0; t < TRIES; t++) {
        for (size_t i = 0; i < law->n_args; i++)
            if (!dag_is_const(dag, law->args[i], &values[i]))
                values[i] = tries[t];
        why = law->kind->fault(values, law->n_args);
        first = t == 0 ? why : first;
        if (why == NULL || n_known == law->n_args)
            break;
    }
    mem_free(values);
    return why == NULL ? NULL : first;
}

/* Whether the arguments are probabilities of which one follows from the others. */
static bool are_shares(const struct law *law)
{
    return law->n_parts > 0 || law->kind->support == SUPPORT_LABELS;
}

static bool all_constant(const struct dag *dag, const struct law *law)
{
    double value;
    for (size_t i = 0; i < law->n_args; i++)
        if (!dag_is_const(dag, law->args[i], &value))
            return false;
    return true;
}

/* Random values of all variables: parameters in their boxes, others anywhere near 0. */
static void random_point(const struct lowering *at, struct rng *rng, double *out)
{
    for (size_t v = 0; v < dag_n_variables(at->dag); v++)
        out[v] = rng_normal(rng);
    for (size_t i = 0; i < at->syntax->n_symbols; i++) {
        const struct symbol *s = at->syntax->symbols[i];
        if (s->kind != SYM_PARAM)
            continue;
        for (size_t k = 0; k < s->count && s->first + k < dag_n_variables(at->dag); k++)
            out[s->first + k] = s->low_value + (s->high_value - s->low_value) * rng_uniform(rng);
    }
}

/* The value of a node where the variables have these values. */
static double value_at(const struct dag *dag, uint32_t node, const double *w)
{
    size_t n = dag_n_variables(dag);
    struct dag *numbers = dag_new(n);
    uint32_t *map = mem_new(n + 1, sizeof *map);
    double value = NAN;
    for (size_t v = 0; v < n; v++)
        map[v] = dag_const(numbers, w[v]);
    (void)dag_is_const(numbers, dag_copy(dag, node, numbers, map), &value);
    mem_free(map);
    dag_free(numbers);
    return value;
}

/* The probabilities must add up to 1 whatever the parameters are. */
static bool sums_to_one(const struct lowering *at, const struct law *law)
{
    enum { POINTS = 4, SEED = 20090101 };
    uint32_t total = dag_const(at->dag, 0);
    double *w = mem_new(dag_n_variables(at->dag) + 1, sizeof *w);
    struct rng rng = rng_stream(SEED, 0);
    bool fine = true;
    for (size_t i = 0; i < law->n_args; i++)
        total = term_add(at->dag, total, law->args[i]);
    for (int i = 0; i < POINTS && fine; i++) {
        random_point(at, &rng, w);
        double sum = value_at(at->dag, total, w);
        fine = isnan(sum) || fabs(sum - 1) <= weights_tolerance * (double)law->n_args;
    }
    mem_free(w);
    return fine;
}

static bool reaches_parameter(const struct dag *dag, uint32_t node, size_t dim, char *seen)
{
    if (seen[node])
        return false;
    seen[node] = 1;
    const struct dag_node *n = dag_node(dag, node);
    if (n->op == OP_VAR)
        return n->variable < dim;
    for (int i = 0; i < op_info(n->op)->arity; i++)
        if (reaches_parameter(dag, n->args[i], dim, seen))
            return true;
    return false;
}

static bool depends_on_parameter(const struct lowering *at, uint32_t node)
{
    char *seen = mem_new((size_t)node + 1, 1);
    bool depends = reaches_parameter(at->dag, node, at->syntax->dim, seen);
    mem_free(seen);
    return depends;
}

static enum status check(const struct lowering *at, const struct law *law)
{
    const char *why = NULL;
    if (!are_shares(law) || all_constant(at->dag, law))
        why = constant_fault(at->dag, law);
    if (why != NULL)
        return fault_at(at, law->at, why);
    if (are_shares(law) && !sums_to_one(at, law))
        return fault_at(at, law->at,
                        law->n_parts > 0
                            ? "the weights of a mixture must add up to 1 whatever the "
                              "parameters are; write the last as 1 minus the others"
                            : "the probabilities must add up to 1 whatever the parameters "
                              "are; write the last as 1 minus the others");
    if (law->kind->support == SUPPORT_TRIALS && depends_on_parameter(at, law->args[0]))
        return fault_at(at, law->at, "the number of trials cannot depend on a parameter");
    for (size_t i = 1; i < law->n_parts; i++)
        if (law_discrete(law->parts[i]) != law_discrete(law->parts[0]))
            return fault_at(at, law->parts[i]->at,
                            "a mixture is of distributions that are all discrete or all "
                            "continuous");
    return ST_OK;
}

static enum status lower_law(const struct lowering *at, const struct distribution_expr *expr,
                             struct law **out)
{
    struct law *law = mem_new(1, sizeof *law);
    enum status status = ST_OK;
    law->kind = distribution_named(expr->name);
    law->at = expr->at;
    law->n_args = law->n_flat = expr->n_args;
    law->args = mem_new(expr->n_args + 1, sizeof *law->args);
    law->parts = mem_new(expr->n_components + 1, sizeof *law->parts);
    for (size_t i = 0; i < expr->n_args; i++)
        if (lower_expr(at->lower, expr->args[i], &law->args[i]) != ST_OK)
            status = ST_INPUT;
    for (size_t i = 0; i < expr->n_components; i++) {
        if (lower_law(at, expr->components[i], &law->parts[law->n_parts]) != ST_OK) {
            status = ST_INPUT;
            continue;
        }
        law->n_flat += law->parts[law->n_parts]->n_flat;
        law->n_parts++;
    }
    if (law->kind == NULL)
        status = fault_at(at, expr->at, "there is no such distribution");
    if (status == ST_OK)
        status = check(at, law);
    if (status != ST_OK) {
        law_free(law);
        law = NULL;
    }
    *out = law;
    return status;
}

enum status law_lower(struct lower *lower, const struct distribution_expr *expr,
                      struct diags *diags, const struct syntax *syntax, struct law **out)
{
    struct lowering at = {lower, lower_dag(lower), diags, syntax};
    return lower_law(&at, expr, out);
}

/* --- supports --------------------------------------------------------------------------------- */

/* The ends of a support as far as they are numbers; NaN: an end that is not. */
static void support_ends(const struct dag *dag, const struct law *law, double *low, double *high)
{
    *low = -INFINITY;
    *high = INFINITY;
    switch (law->kind->support) {
    case SUPPORT_REAL:
        break;
    case SUPPORT_POSITIVE:
    case SUPPORT_COUNTS:
        *low = 0;
        break;
    case SUPPORT_INTERVAL:
        *low = *high = NAN;
        (void)dag_is_const(dag, law->args[0], low);
        (void)dag_is_const(dag, law->args[1], high);
        break;
    case SUPPORT_TRIALS:
        *low = 0;
        *high = NAN;
        (void)dag_is_const(dag, law->args[0], high);
        break;
    case SUPPORT_BINARY:
        *low = 0;
        *high = 1;
        break;
    case SUPPORT_LABELS:
        *low = 1;
        *high = (double)law->n_args;
        break;
    case SUPPORT_OF_PARTS:
        for (size_t i = 0; i < law->n_parts; i++) {
            double l, h;
            support_ends(dag, law->parts[i], &l, &h);
            /* An end that is not known makes the whole's unknown. */
            *low = i == 0 ? l : isnan(l) || l < *low ? l : *low;
            *high = i == 0 ? h : isnan(h) || h > *high ? h : *high;
        }
        break;
    }
}

const char *law_support_fault(const struct law *truth, const struct law *model,
                              const struct dag *dag)
{
    double low0, high0, low, high;
    if (law_discrete(truth) && !law_discrete(model))
        return "the truth gives whole numbers and the output a density: no y has a probability "
               "under the model";
    if (!law_discrete(truth) && law_discrete(model))
        return "the truth gives real numbers and the output only whole ones";
    support_ends(dag, truth, &low0, &high0);
    support_ends(dag, model, &low, &high);
    if (low0 < low)
        return low == 0   ? "the truth can give y below 0, which the output never does"
               : low == 1 ? "the truth can give y = 0, which the output never does"
                          : "the truth can give y below all that the output gives";
    if (high0 > high)
        return high == 1 ? "the truth can give y above 1, which the output never does"
                         : "the truth can give y above all that the output gives";
    return NULL;
}

bool law_support_nested(const struct law *truth, const struct law *model, const struct dag *dag)
{
    double low0, high0, low, high;
    support_ends(dag, truth, &low0, &high0);
    support_ends(dag, model, &low, &high);
    return law_discrete(truth) == law_discrete(model) && low0 >= low && high0 <= high;
}

/* --- numbers ---------------------------------------------------------------------------------- */

void law_flat(const struct law *law, uint32_t *out)
{
    memcpy(out, law->args, law->n_args * sizeof *out);
    out += law->n_args;
    for (size_t i = 0; i < law->n_parts; out += law->parts[i++]->n_flat)
        law_flat(law->parts[i], out);
}

const char *law_fault(const struct law *law, const double *flat)
{
    const char *why = law->kind->fault(flat, law->n_args);
    flat += law->n_args;
    for (size_t i = 0; i < law->n_parts && why == NULL; flat += law->parts[i++]->n_flat)
        why = law_fault(law->parts[i], flat);
    return why;
}

double law_sample(const struct law *law, const double *flat, struct rng *rng)
{
    if (law->n_parts == 0)
        return law->kind->sample(rng, flat, law->n_args);
    /* One uniform number chooses the part; a part of weight 0 is never chosen. */
    double u = rng_uniform(rng), total = 0;
    const double *part = flat + law->n_args, *chosen = part;
    const struct law *of = law->parts[0];
    for (size_t i = 0; i < law->n_parts && total <= u; part += law->parts[i++]->n_flat) {
        if (flat[i] > 0) {
            of = law->parts[i];
            chosen = part;
        }
        total += flat[i];
    }
    return law_sample(of, chosen, rng);
}

/* What a law says of a point or an interval: log of Σ weight · exp(of a leaf). One look at each
   part, since mixtures nest: two would make 2^depth. */
static double log_weighted(const struct law *law, const double *flat, double low, double high,
                           double (*of_leaf)(const struct law *leaf, const double *flat, double low,
                                             double high))
{
    if (law->n_parts == 0)
        return of_leaf(law, flat, low, high);
    double most = -INFINITY, total = 0; /* the sum is exp(most) · total */
    const double *part = flat + law->n_args;
    for (size_t i = 0; i < law->n_parts; part += law->parts[i++]->n_flat) {
        double log_p = log(flat[i]) + log_weighted(law->parts[i], part, low, high, of_leaf);
        if (log_p > most) {
            total = total * exp(most - log_p) + 1;
            most = log_p;
        } else if (log_p > -INFINITY) {
            total += exp(log_p - most);
        }
    }
    return most == -INFINITY ? -INFINITY : most + log(total);
}

static double leaf_log_density(const struct law *leaf, const double *flat, double y, double unused)
{
    (void)unused;
    return leaf->kind->log_density_at(flat, leaf->n_args, y);
}

double law_log_density_at(const struct law *law, const double *flat, double y)
{
    return log_weighted(law, flat, y, y, leaf_log_density);
}

static double leaf_log_mass(const struct law *leaf, const double *flat, double low, double high)
{
    return leaf->kind->log_mass(flat, leaf->n_args, low, high);
}

double law_log_mass(const struct law *law, const double *flat, double low, double high)
{
    return log_weighted(law, flat, low, high, leaf_log_mass);
}

struct node {
    double y, weight;
};

static int compare_nodes(const void *a, const void *b)
{
    double x = ((const struct node *)a)->y, y = ((const struct node *)b)->y;
    return (x > y) - (x < y);
}

/* Adds up the weights of nodes that are equal; returns how many are left, ascending. */
static size_t merge_nodes(size_t n, double *y, double *weight)
{
    struct node *nodes = mem_new(n + 1, sizeof *nodes);
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        nodes[i] = (struct node){y[i], weight[i]};
    qsort(nodes, n, sizeof *nodes, compare_nodes);
    for (size_t i = 0; i < n; i++) {
        if (left > 0 && y[left - 1] == nodes[i].y) {
            weight[left - 1] += nodes[i].weight;
        } else {
            y[left] = nodes[i].y;
            weight[left++] = nodes[i].weight;
        }
    }
    mem_free(nodes);
    return left;
}

size_t law_nodes(const struct law *law, const double *flat, int level, size_t max, double *y,
                 double *weight)
{
    if (law->n_parts == 0)
        return law->kind->nodes(flat, law->n_args, level, max, y, weight);
    const double *part = flat + law->n_args;
    size_t n = 0;
    for (size_t i = 0; i < law->n_parts; part += law->parts[i++]->n_flat) {
        if (!(flat[i] > 0))
            continue;
        size_t added = law_nodes(law->parts[i], part, level, max - n, y + n, weight + n);
        if (added == 0)
            return 0;
        for (size_t k = n; k < n + added; k++)
            weight[k] *= flat[i];
        n += added;
        if (law_discrete(law))
            n = merge_nodes(n, y, weight);
    }
    return n;
}

void law_range(const struct law *law, const double *flat, double *low, double *high)
{
    if (law->n_parts == 0) {
        law->kind->range(flat, law->n_args, low, high);
        return;
    }
    const double *part = flat + law->n_args;
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < law->n_parts; part += law->parts[i++]->n_flat) {
        double l, h;
        if (!(flat[i] > 0))
            continue;
        law_range(law->parts[i], part, &l, &h);
        *low = fmin(*low, l);
        *high = fmax(*high, h);
    }
}
