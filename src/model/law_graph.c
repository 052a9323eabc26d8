/* Laws as nodes of a graph: log densities, ratios to the truth, divergences; mixtures as the flat
   list of their leaves. */
#include "law.h"

#include <math.h>
#include <string.h>

#include "cusp/mem.h"
#include "terms.h"

/* In place of log 0 where only the order of sizes matters. */
static const double log_nothing = -1e6;
/* So many labels are summed one by one. */
enum { LABELS_MAX = LAW_MAX_LABELS };
/* Beyond it a sum over y is shorter than the square of the arguments. */
enum { FISHER_MOST_ARGS = 64 };

struct leaf {
    const struct law *law;
    uint32_t weight;
};

struct leaves {
    size_t n;
    struct leaf *leaf;
};

static size_t count_leaves(const struct law *law)
{
    size_t n = law->n_parts == 0;
    for (size_t i = 0; i < law->n_parts; i++)
        n += count_leaves(law->parts[i]);
    return n;
}

static void list_leaves(struct dag *dag, const struct law *law, uint32_t weight,
                        struct leaves *leaves)
{
    if (law->n_parts == 0)
        leaves->leaf[leaves->n++] = (struct leaf){law, weight};
    for (size_t i = 0; i < law->n_parts; i++)
        list_leaves(dag, law->parts[i], term_mul(dag, weight, law->args[i]), leaves);
}

/* To be freed: leaves.leaf. */
static struct leaves leaves_of(struct dag *dag, const struct law *law)
{
    struct leaves leaves = {.leaf = mem_new(count_leaves(law), sizeof *leaves.leaf)};
    list_leaves(dag, law, dag_const(dag, 1), &leaves);
    return leaves;
}

/* The very same distribution: kinds and argument nodes. */
static bool is_same(const struct law *a, const struct law *b)
{
    if (a->kind != b->kind || a->n_args != b->n_args || a->n_parts != b->n_parts)
        return false;
    for (size_t i = 0; i < a->n_args; i++)
        if (a->args[i] != b->args[i])
            return false;
    for (size_t i = 0; i < a->n_parts; i++)
        if (!is_same(a->parts[i], b->parts[i]))
            return false;
    return true;
}

/* --- densities -------------------------------------------------------------------------------- */

/* Whether y is in the support. truth: y is known to be in its support; NULL: nothing is known. */
static uint32_t leaf_inside(struct dag *dag, const struct law *truth, const struct law *law,
                            uint32_t y)
{
    if (law->kind->inside == NULL || (truth != NULL && law_support_nested(truth, law, dag)))
        return dag_const(dag, 1);
    return law->kind->inside(dag, y, law->args, law->n_args);
}

/* p(y) of one leaf, 0 outside; TERM_NONE if it has no plain formula. */
static uint32_t leaf_density(struct dag *dag, const struct law *truth, const struct law *law,
                             uint32_t y)
{
    uint32_t inside = leaf_inside(dag, truth, law, y), nothing = dag_const(dag, 0);
    if (law->kind->density == NULL || term_is(dag, inside, 0))
        return law->kind->density == NULL ? TERM_NONE : nothing;
    uint32_t p = law->kind->density(dag, y, law->args, law->n_args);
    return p == TERM_NONE ? p : term_if(dag, inside, p, nothing);
}

/* p(y) as a plain sum, where every leaf has a density that does not underflow; else TERM_NONE. */
static uint32_t plain_density(struct dag *dag, const struct law *truth, const struct law *law,
                              uint32_t y)
{
    struct leaves leaves = leaves_of(dag, law);
    uint32_t total = dag_const(dag, 0);
    for (size_t i = 0; i < leaves.n && total != TERM_NONE; i++) {
        uint32_t p = leaf_density(dag, truth, leaves.leaf[i].law, y);
        total = p == TERM_NONE ? TERM_NONE
                               : term_add(dag, total, term_mul(dag, leaves.leaf[i].weight, p));
    }
    mem_free(leaves.leaf);
    return total;
}

/* log Σ_c weight_c e^(log_c) over the leaves whose y is inside. The sum is taken relative to
   log Σ_c e^(log_c), without the weights: that is smooth, is as large as the largest of them, and
   holds for weights of 0 with all derivatives. */
static uint32_t log_sum(struct dag *dag, const struct law *truth, const struct leaves *leaves,
                        uint32_t y, const uint32_t *logs)
{
    uint32_t zero = dag_const(dag, 0), total = zero, scale = TERM_NONE;
    for (size_t i = 0; i < leaves->n; i++) {
        uint32_t inside = leaf_inside(dag, truth, leaves->leaf[i].law, y);
        if (term_is(dag, inside, 0))
            continue;
        uint32_t log_p = term_if(dag, inside, logs[i], dag_const(dag, log_nothing));
        scale = scale == TERM_NONE
                    ? log_p
                    : term_add(dag, scale, term_of(dag, OP_SOFTPLUS, term_sub(dag, log_p, scale)));
    }
    if (scale == TERM_NONE)
        return dag_const(dag, -INFINITY);
    for (size_t i = 0; i < leaves->n; i++) {
        uint32_t inside = leaf_inside(dag, truth, leaves->leaf[i].law, y);
        if (term_is(dag, inside, 0))
            continue;
        uint32_t p = term_of(dag, OP_EXP, term_sub(dag, logs[i], scale));
        p = term_mul(dag, leaves->leaf[i].weight, p);
        total = term_add(dag, total, term_if(dag, inside, p, zero));
    }
    return term_add(dag, scale, term_of(dag, OP_LOG, total));
}

static uint32_t log_density(struct dag *dag, const struct law *truth, const struct law *law,
                            uint32_t y)
{
    if (law->n_parts == 0 && truth != NULL && law_support_nested(truth, law, dag) &&
        !law->kind->discrete)
        return law->kind->core(dag, y, law->args, law->n_args);
    if (law->n_parts == 0)
        return law->kind->log_density(dag, y, law->args, law->n_args);
    if (law->n_parts == 1)
        return log_density(dag, truth, law->parts[0], y);
    uint32_t plain = plain_density(dag, truth, law, y);
    if (plain != TERM_NONE)
        return term_of(dag, OP_LOG, plain);
    struct leaves leaves = leaves_of(dag, law);
    uint32_t *logs = mem_new(leaves.n, sizeof *logs);
    for (size_t i = 0; i < leaves.n; i++) {
        const struct law *leaf = leaves.leaf[i].law;
        logs[i] = leaf->kind->core(dag, y, leaf->args, leaf->n_args);
    }
    uint32_t out = log_sum(dag, truth, &leaves, y, logs);
    mem_free(logs);
    mem_free(leaves.leaf);
    return out;
}

uint32_t law_log_density(struct dag *dag, const struct law *law, uint32_t y)
{
    return log_density(dag, NULL, law, y);
}

uint32_t law_log_density_on(struct dag *dag, const struct law *known, const struct law *law,
                            uint32_t y)
{
    return log_density(dag, known, law, y);
}

/* --- ratios ----------------------------------------------------------------------------------- */

/* log p_leaf(y) − log p0(y), finite for all arguments. */
static uint32_t leaf_log_ratio(struct dag *dag, const struct law *truth, const struct law *leaf,
                               uint32_t y, uint32_t log_p0)
{
    if (is_same(truth, leaf))
        return dag_const(dag, 0);
    if (truth->kind == leaf->kind && leaf->kind->log_ratio != NULL && !leaf->kind->discrete)
        return leaf->kind->log_ratio(dag, y, leaf->args, truth->args, leaf->n_args);
    return term_sub(dag, leaf->kind->core(dag, y, leaf->args, leaf->n_args), log_p0);
}

/* log p_model(y) − log p_truth(y) */
static uint32_t log_ratio(struct dag *dag, const struct law *truth, const struct law *model,
                          uint32_t y)
{
    if (is_same(truth, model))
        return dag_const(dag, 0);
    if (model->n_parts == 0 && truth->kind == model->kind && model->kind->log_ratio != NULL &&
        truth->n_args == model->n_args) {
        uint32_t ratio = model->kind->log_ratio(dag, y, model->args, truth->args, model->n_args);
        if (ratio != TERM_NONE)
            return ratio;
    }
    uint32_t log_p0 = log_density(dag, truth, truth, y);
    if (model->n_parts == 0)
        return term_sub(dag, log_density(dag, truth, model, y), log_p0);
    struct leaves leaves = leaves_of(dag, model);
    uint32_t *logs = mem_new(leaves.n, sizeof *logs);
    for (size_t i = 0; i < leaves.n; i++)
        logs[i] = leaf_log_ratio(dag, truth, leaves.leaf[i].law, y, log_p0);
    uint32_t out = log_sum(dag, truth, &leaves, y, logs);
    mem_free(logs);
    mem_free(leaves.leaf);
    return out;
}

/* Σ_c weight_c (p_c(y) − p0): the excess of a plain density over p0, since weights add up to 1. */
static uint32_t plain_excess(struct dag *dag, const struct law *truth, const struct law *model,
                             uint32_t y, uint32_t p0)
{
    struct leaves leaves = leaves_of(dag, model);
    uint32_t total = dag_const(dag, 0);
    for (size_t i = 0; i < leaves.n; i++) {
        uint32_t p = leaf_density(dag, truth, leaves.leaf[i].law, y);
        if (p != p0)
            total =
                term_add(dag, total, term_mul(dag, leaves.leaf[i].weight, term_sub(dag, p, p0)));
    }
    mem_free(leaves.leaf);
    return total;
}

/* p(y) and p0(y) as plain sums if both are and the truth is not surely without y. */
static bool are_plain(struct dag *dag, const struct law *truth, const struct law *model, uint32_t y,
                      uint32_t *p0, uint32_t *p)
{
    *p0 = plain_density(dag, truth, truth, y);
    if (*p0 == TERM_NONE || term_is(dag, *p0, 0))
        return false;
    *p = plain_density(dag, truth, model, y);
    return *p != TERM_NONE;
}

uint32_t law_ratio(struct dag *dag, const struct law *truth, const struct law *model, uint32_t y)
{
    uint32_t p0, p;
    if (is_same(truth, model))
        return dag_const(dag, 0);
    if (are_plain(dag, truth, model, y, &p0, &p))
        return term_div(dag, plain_excess(dag, truth, model, y, p0), p0);
    return term_of(dag, OP_EXPM1, log_ratio(dag, truth, model, y));
}

uint32_t law_gap(struct dag *dag, const struct law *truth, const struct law *model, uint32_t y)
{
    uint32_t p0, p;
    if (is_same(truth, model))
        return dag_const(dag, 0);
    if (are_plain(dag, truth, model, y, &p0, &p))
        return term_ratio_gap(dag, term_div(dag, p, p0),
                              term_div(dag, plain_excess(dag, truth, model, y, p0), p0));
    return term_exp_gap(dag, log_ratio(dag, truth, model, y));
}

/* --- moments ---------------------------------------------------------------------------------- */

uint32_t law_mean(struct dag *dag, const struct law *law)
{
    if (law->n_parts == 0)
        return law->kind->mean(dag, law->args, law->n_args);
    uint32_t total = dag_const(dag, 0);
    for (size_t i = 0; i < law->n_parts; i++)
        total = term_add(dag, total, term_mul(dag, law->args[i], law_mean(dag, law->parts[i])));
    return total;
}

uint32_t law_variance(struct dag *dag, const struct law *law)
{
    if (law->n_parts == 0)
        return law->kind->variance(dag, law->args, law->n_args);
    uint32_t mean = law_mean(dag, law), total = dag_const(dag, 0);
    for (size_t i = 0; i < law->n_parts; i++) {
        uint32_t off = term_square(dag, term_sub(dag, law_mean(dag, law->parts[i]), mean));
        uint32_t spread = term_add(dag, law_variance(dag, law->parts[i]), off);
        total = term_add(dag, total, term_mul(dag, law->args[i], spread));
    }
    return total;
}

/* --- divergences ------------------------------------------------------------------------------ */

/* The first and last label of a law that has few; false otherwise. */
static bool few_labels(const struct dag *dag, const struct law *law, double *first, double *last)
{
    double trials = 0;
    switch (law->kind->support) {
    case SUPPORT_BINARY:
        *first = 0;
        *last = 1;
        return true;
    case SUPPORT_LABELS:
        *first = 1;
        *last = (double)law->n_args;
        return law->n_args <= LABELS_MAX;
    case SUPPORT_TRIALS:
        *first = 0;
        if (!dag_is_const(dag, law->args[0], &trials))
            return false;
        *last = trials;
        return trials < LABELS_MAX;
    case SUPPORT_OF_PARTS:
        for (size_t i = 0; i < law->n_parts; i++) {
            double from, to;
            if (!few_labels(dag, law->parts[i], &from, &to))
                return false;
            *first = i == 0 ? from : fmin(*first, from);
            *last = i == 0 ? to : fmax(*last, to);
        }
        return law->n_parts > 0;
    case SUPPORT_REAL:
    case SUPPORT_POSITIVE:
    case SUPPORT_INTERVAL:
    case SUPPORT_COUNTS:
        break;
    }
    return false;
}

/* How many residuals the sum over labels has; 0 if it is not done so. Two labels add up to 1, so
   that one residual tells both. */
static size_t n_summed(const struct dag *dag, const struct law *truth, const struct law *model,
                       double *first, double *last)
{
    double first0, last0;
    if (!few_labels(dag, truth, &first0, &last0) || !few_labels(dag, model, first, last))
        return 0;
    *first = fmin(first0, *first);
    *last = fmax(last0, *last);
    size_t n = *last == *first + 1 ? 1 : (size_t)(*last - *first + 1);
    return n <= model->n_flat ? n : 0;
}

/* Σ_y p0(y) (t − 1 − log t) with t = p(y)/p0(y), over all labels of truth and model. */
static uint32_t summed_kl(struct dag *dag, const struct law *truth, const struct law *model)
{
    double first, last;
    uint32_t total = dag_const(dag, 0);
    if (n_summed(dag, truth, model, &first, &last) == 0)
        return TERM_NONE;
    for (double k = first; k <= last; k++) {
        uint32_t y = dag_const(dag, k), p0 = plain_density(dag, NULL, truth, y);
        uint32_t p = plain_density(dag, NULL, model, y);
        if (p0 == TERM_NONE || p == TERM_NONE)
            return TERM_NONE;
        uint32_t term = term_is(dag, p0, 0) ? p : term_mul(dag, p0, law_gap(dag, truth, model, y));
        total = term_add(dag, total, term);
    }
    return total;
}

uint32_t law_kl(struct dag *dag, const struct law *truth, const struct law *model)
{
    if (is_same(truth, model))
        return dag_const(dag, 0);
    if (truth->n_parts == 0 && law_same_kind(truth, model) && model->kind->kl != NULL) {
        uint32_t kl = model->kind->kl(dag, truth->args, model->args, model->n_args);
        if (kl != TERM_NONE)
            return kl;
    }
    return summed_kl(dag, truth, model);
}

/* (p − p0)/√p0 of each label; of two, the second alone over its standard deviation. */
static size_t summed_residuals(struct dag *dag, const struct law *truth, const struct law *model,
                               uint32_t *out)
{
    double first, last;
    size_t n = n_summed(dag, truth, model, &first, &last);
    for (size_t i = 0; i < n; i++) {
        uint32_t y = dag_const(dag, n == 1 ? last : first + (double)i);
        uint32_t p0 = plain_density(dag, NULL, truth, y), variance = p0;
        if (p0 == TERM_NONE || plain_density(dag, NULL, model, y) == TERM_NONE ||
            term_is(dag, p0, 0) || term_is(dag, p0, 1))
            return 0; /* where p0 is 0, K is of first order */
        if (n == 1)
            variance = term_mul(dag, p0, term_complement(dag, p0));
        out[i] =
            term_div(dag, plain_excess(dag, NULL, model, y, p0), term_of(dag, OP_SQRT, variance));
    }
    return n;
}

size_t law_residuals(struct dag *dag, const struct law *truth, const struct law *model,
                     uint32_t *out)
{
    if (truth->n_parts == 0 && law_same_kind(truth, model) && model->kind->residuals != NULL) {
        size_t n = model->kind->residuals(dag, truth->args, model->args, model->n_args, out);
        if (n > 0)
            return n;
    }
    return summed_residuals(dag, truth, model, out);
}

bool law_fisher(struct dag *dag, const struct law *law, uint32_t *out)
{
    if (law->n_parts > 0 || law->kind->fisher == NULL || law->n_args > FISHER_MOST_ARGS)
        return false;
    law->kind->fisher(dag, law->args, law->n_args, out);
    return true;
}
