/* Private to infer: points shared by all data sets, and what one data set makes of them. */
#ifndef CUSP_LEARNING_PRIVATE_H
#define CUSP_LEARNING_PRIVATE_H

#include "cusp/learning.h"

#include "cusp/program.h"

/* Points and weights with Σ exp(log_a_j) g(w_j) ≈ ∫ g φ dw for every g that is a posterior's
   weight at the n and temperatures it was made for: nodes of a quadrature, or draws from a ladder
   of posteriors e^(−nK) weighted as one mixture. */
struct pool {
    size_t dim, n;
    double *w;     /* [dim][n] */
    double *log_a; /* [n], with the normalised prior */
    double *kl;    /* [n] */
    double least;  /* of kl: what relevance is measured from */
    bool random;   /* draws */
};

/* For which n a pool is made: nβ from low to high. */
struct pool_range {
    double low, high;
};

/* nK beyond this carries nothing of a posterior on n observations: the likelihood ratio's own
   spread √(2nK) counted in, and at small n that of the inputs. */
static inline double pool_reach(double n)
{
    return 45 * (1 + 90 / n);
}

/* A tree of boxes with Gauss points, cut until √(nK) changes by at most `width` over one at every n
   at which it matters. ST_UNABLE if that takes more than `most` points. */
CUSP_MUST_USE enum status pool_tree(const struct model *model, struct pool_range range,
                                    double width, size_t most, const struct cancel *cancel,
                                    struct pool *out);
/* Draws: n_each from each of a ladder of posteriors of K. */
CUSP_MUST_USE enum status pool_draws(const struct model *model, struct pool_range range,
                                     size_t n_each, uint64_t seed, size_t threads,
                                     const struct cancel *cancel, char *why, size_t why_size,
                                     struct pool *out);
void pool_done(struct pool *pool);

/* Nodes over the truth's inputs and output: E g(x, y) ≈ Σ weight g. */
struct truth_nodes {
    size_t n, n_columns;
    double **column;   /* [n_columns][n], y last */
    double *weight;    /* [n] */
    double *log_truth; /* [n] */
    bool gap;          /* r − log(1 + r) is better than −log(1 + r), r = p/q − 1 */
    double error;      /* greatest relative error of K by them at points of the pool */
    double change;     /* of G_n relative to itself, from half as many nodes of each */
};
/* As many as posteriors at nβ in the range need. ST_UNABLE where the truth is not known or its
   nodes do not give K. */
CUSP_MUST_USE enum status truth_nodes_new(const struct model *model, const struct pool *pool,
                                          struct pool_range range, struct truth_nodes *out);
void truth_nodes_done(struct truth_nodes *nodes);

/* What all data sets share. */
struct learning_work {
    const struct model *model;
    const struct learning_options *options;
    double beta;
    size_t n_draws;
    const struct truth_nodes *nodes; /* [count], of each n; NULL: no generalisation loss */
    struct program *ratios; /* of variables (l, c, β): e^(l−c), e^(−β(l−c)), and at β other than 1
                               e^((1−β)(l−c)) */
    const struct cancel *cancel;
};

/* values[count][LEARN_KINDS] of one data set; NaN: cannot be had. */
CUSP_MUST_USE enum status learning_set(const struct learning_work *work, const struct pool *pool,
                                       uint64_t data_seed, uint64_t salt, double *values);

#endif
