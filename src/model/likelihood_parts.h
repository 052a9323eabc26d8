/* What the files that build likelihood models share. */
#ifndef CUSP_LIKELIHOOD_PARTS_H
#define CUSP_LIKELIHOOD_PARTS_H

#include "likelihood_graph.h"
#include "model_parts.h"

/* --- likelihood.c ----------------------------------------------------------------------------- */

/* Makes model->likelihood with its graph, laws and programs, and reads the file of `truth data`.
   ST_INPUT with diagnostics; what was made until then is the model's. */
CUSP_MUST_USE enum status likelihood_build(const struct syntax *syntax, const char *path,
                                           struct model *model, struct diags *diags);
void likelihood_free(struct likelihood *likelihood); /* NULL is fine */

/* A copy of a node in a graph whose variables are the first of these, or more. */
uint32_t graph_copy(const struct dag *from, uint32_t node, struct dag *to);
/* A program of exactly n_variables for nodes that hold no others. */
struct program *graph_program(const struct dag *from, size_t n_variables, const uint32_t *nodes,
                              size_t n);

/* --- likelihood_text.c ------------------------------------------------------------------------ */

/* "y ~ normal(b tanh(a x), 1)", set for reading or as written; the caller's. */
char *likelihood_formula(const struct syntax *syntax, const struct random_stmt *random,
                         bool pretty);

/* --- likelihood_query.c ----------------------------------------------------------------------- */

/* used[v]: variable v stands in node; [dag_n_variables(dag)]. */
void graph_variables(const struct dag *dag, uint32_t node, bool *used);
/* How many nodes `node` is made of. */
size_t graph_size(const struct dag *dag, uint32_t node);

/* --- output_rule.c ---------------------------------------------------------------------------- */

/* Where a mixture of normals lives, and the spread of its sharpest part. */
struct stretch {
    double low, high, sd;
};
#define STRETCH_NONE ((struct stretch){INFINITY, -INFINITY, INFINITY})

/* Widens a stretch by a law; false if it has parts that are not normal. */
bool rule_normal_stretch(const struct law *law, const double *flat, struct stretch *stretch);

/* n points in equal steps with weights step · p(y): for sums of normal densities as good as any
   rule (Trefethen and Weideman 2014). Returns n. */
size_t rule_equal_steps(const struct law *law, const double *flat, double low, double high,
                        size_t n, double *y, double *weight);

/* Σ weight g(y) ≈ E g(Y) for smooth g: y and weight hold DISTRIBUTION_MAX_NODES. 0 if there is no
   rule. */
size_t rule_of_output(const struct law *law, const double *flat, double *y, double *weight);

/* --- population.c ----------------------------------------------------------------------------- */

/* From likelihood to K: population rows, kl, kl_grad, kl_hess, generators, their Jacobian, kl_node
   where K is written out, kl_error, kl_how, smooth, entropy and ranges. */
CUSP_MUST_USE enum status population_build(const struct syntax *syntax, struct model *model,
                                           struct diags *diags);

/* For real data: K becomes L_N(w) − least, least = L_N(at). */
void population_shift(struct model *model, double least, const double *at);

/* kl, kl_grad, kl_hess from model->kl_node. */
void population_written(struct model *model);

/* --- fisher_information.c --------------------------------------------------------------------- */

/* graph->fisher or graph->fisher_outer, unless fisher is there already; fisher_scale. */
void fisher_build(struct model *model);

/* I(w): matrix[dim][dim]; false where the output has no sensible arguments. */
bool fisher_information(const struct model *model, struct program_space *space, const double *w,
                        double *matrix);

/* --- fisher_jeffreys.c ------------------------------------------------------------------------ */

/* ½ log det I(w) as a node of the model's graph; returns NULL, or why it cannot be had. */
const char *fisher_jeffreys(struct model *model, uint32_t *log_prior);

#endif
