/* A distribution of the model file, lowered into a graph over parameters and inputs; mixtures are
   trees of laws. */
#ifndef CUSP_LAW_H
#define CUSP_LAW_H

#include "cusp/distribution.h"
#include "model_parts.h"

/* Distributions on so few labels are summed label by label. */
enum { LAW_MAX_LABELS = 65 };

struct law {
    const struct distribution *kind; /* of a mixture: the row "mixture", whose args are weights */
    struct span at;
    size_t n_args;
    uint32_t *args; /* [n_args] nodes */
    size_t n_parts;
    struct law **parts; /* [n_parts] of a mixture */
    size_t n_flat;      /* arguments of it and of all parts below, in order: own first */
};

/* ST_INPUT with diagnostics, also for constant arguments that the kind refuses. */
CUSP_MUST_USE enum status law_lower(struct lower *lower, const struct distribution_expr *expr,
                                    struct diags *diags, const struct syntax *syntax,
                                    struct law **out);
void law_free(struct law *law);

bool law_discrete(const struct law *law);
/* The same kind at the same place of the tree (arguments may differ): their KL may be closed. */
bool law_same_kind(const struct law *a, const struct law *b);
/* Nothing that `truth` can give is impossible under `model` by its support alone; else why not. */
const char *law_support_fault(const struct law *truth, const struct law *model,
                              const struct dag *dag);

/* Everything that `truth` can give is surely in the support of `model`. */
bool law_support_nested(const struct law *truth, const struct law *model, const struct dag *dag);

/* log p(y); −∞ outside the support (through OP_IF, without NaN on either branch). */
uint32_t law_log_density(struct dag *dag, const struct law *law, uint32_t y);
/* Likewise for y known to be in the support of another law, so that it is not tested in vain. */
uint32_t law_log_density_on(struct dag *dag, const struct law *known, const struct law *law,
                            uint32_t y);
/* r = p_model(y) / p_truth(y) − 1, exactly 0 where the two are the same node, without cancellation
   where parts of a mixture coincide with the truth: Σ_c p_c expm1(log D_c(y) − log p0(y)). */
uint32_t law_ratio(struct dag *dag, const struct law *truth, const struct law *model, uint32_t y);
/* r − log(1 + r) ≥ 0 of that r, the summand of K: zero with r, and right also where the model gives
   y so little probability that r itself rounds to −1. */
uint32_t law_gap(struct dag *dag, const struct law *truth, const struct law *model, uint32_t y);
uint32_t law_mean(struct dag *dag, const struct law *law);
uint32_t law_variance(struct dag *dag, const struct law *law);
/* KL(truth ‖ model) ≥ 0 in closed form and without cancellation; UINT32_MAX if there is none. */
uint32_t law_kl(struct dag *dag, const struct law *truth, const struct law *model);
/* r_i, at most n_flat of the model of them, with KL = 0 exactly where all are 0 and KL = ½ Σ r_i² +
   O(r³): whitened residuals. Returns how many; 0 if there is no closed form. */
size_t law_residuals(struct dag *dag, const struct law *truth, const struct law *model,
                     uint32_t *out);
/* Fisher information of the flat arguments in closed form, upper triangle by rows
   [n_flat (n_flat + 1) / 2]; false if there is none (mixtures, very many labels). */
bool law_fisher(struct dag *dag, const struct law *law, uint32_t *out);

/* All arguments of the tree: out[n_flat] nodes, in the order that `flat` has below. */
void law_flat(const struct law *law, uint32_t *out);
/* With the arguments' values flat[n_flat]: */
const char *law_fault(const struct law *law, const double *flat); /* NULL if all are sensible */
double law_sample(const struct law *law, const double *flat, struct rng *rng);
double law_log_density_at(const struct law *law, const double *flat, double y);
/* Nodes and weights with Σ weight g(y) ≈ E[g(Y)]; level 0, 1, 2 … doubles their number; discrete
   laws list the support until 1e-17 of the mass is left. Returns how many; more than max: 0. */
size_t law_nodes(const struct law *law, const double *flat, int level, size_t max, double *y,
                 double *weight);
/* log P(low ≤ Y ≤ high) of a continuous law, −∞ where that is 0. */
double law_log_mass(const struct law *law, const double *flat, double low, double high);
/* Where nearly all of it lies (for axes and grids). */
void law_range(const struct law *law, const double *flat, double *low, double *high);

#endif
