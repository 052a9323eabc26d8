/* Distributions: one const descriptor a file, one row of distributions.def each. */
#ifndef CUSP_DISTRIBUTION_H
#define CUSP_DISTRIBUTION_H

#include "cusp/dag.h"
#include "cusp/rng.h"

#include <stdbool.h>
#include <stddef.h>

enum support {
    SUPPORT_REAL,
    SUPPORT_POSITIVE, /* y ≥ 0 */
    SUPPORT_INTERVAL, /* its first two arguments */
    SUPPORT_COUNTS,   /* 0, 1, 2 … */
    SUPPORT_TRIALS,   /* 0 .. its first argument */
    SUPPORT_BINARY,   /* 0, 1 */
    SUPPORT_LABELS,   /* 1 .. n_args */
    SUPPORT_OF_PARTS, /* a mixture's */
};

enum { DISTRIBUTION_MAX_NODES = 4096 };

/* args: nodes of the arguments (fixed-number arguments are constant nodes); values: numbers.
   Every node builder is free of cancellation near equality and never yields NaN inside the
   arguments' domain. A NULL member means that there is no closed form. Counts are tested to be
   whole where y is a number and by log_density_at; a graph over a variable y tests its range. */
struct distribution {
    const char *name, *usage, *help; /* "normal", "normal(mean, sd)", one sentence */
    const char *const *arg_names;    /* "mean", "sd"; the last stands for all that follow */
    size_t min_args, max_args;       /* max_args 0: any number */
    enum support support;
    bool discrete;

    uint32_t (*log_density)(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args);
    /* Its two halves: log p(y) for y in the support, finite for all arguments (a probability of 0
       counts as 1e-300) so that mixtures can weigh it; and whether y is there; NULL: always. */
    uint32_t (*core)(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args);
    uint32_t (*inside)(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args);
    /* p(y) itself for y in the support where that is a plain formula that does not underflow,
       exactly 0 where it is; NULL or UINT32_MAX: it is not. */
    uint32_t (*density)(struct dag *dag, uint32_t y, const uint32_t *args, size_t n_args);
    /* log p_args(y) − log p_args0(y) where both have the same kind; NULL: the difference */
    uint32_t (*log_ratio)(struct dag *dag, uint32_t y, const uint32_t *args, const uint32_t *args0,
                          size_t n_args);
    uint32_t (*mean)(struct dag *dag, const uint32_t *args, size_t n_args);
    uint32_t (*variance)(struct dag *dag, const uint32_t *args, size_t n_args);
    uint32_t (*kl)(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args);
    size_t (*residuals)(struct dag *dag, const uint32_t *truth, const uint32_t *args, size_t n_args,
                        uint32_t *out);
    void (*fisher)(struct dag *dag, const uint32_t *args, size_t n_args, uint32_t *upper);

    const char *(*fault)(const double *values, size_t n_args); /* NULL: sensible */
    /* The members from here on want arguments without fault. */
    double (*sample)(struct rng *rng, const double *values, size_t n_args);
    double (*log_density_at)(const double *values, size_t n_args, double y);
    size_t (*nodes)(const double *values, size_t n_args, int level, size_t max, double *y,
                    double *weight);
    /* log P(low ≤ Y ≤ high), −∞ where that is 0; NULL for the discrete. */
    double (*log_mass)(const double *values, size_t n_args, double low, double high);
    void (*range)(const double *values, size_t n_args, double *low, double *high);
};

/* The rows of distributions.def in order, NULL-terminated. */
extern const struct distribution *const distributions[];
const struct distribution *distribution_named(const char *name); /* NULL if none */

#endif
