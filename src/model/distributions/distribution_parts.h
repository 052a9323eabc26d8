/* What the files of the distributions share. */
#ifndef CUSP_DISTRIBUTION_PARTS_H
#define CUSP_DISTRIBUTION_PARTS_H

#include "cusp/distribution.h"
#include "../terms.h"

#define DISTRIBUTION(id, min, max, is_discrete, usage_text, help_text)                       \
    extern const struct distribution id##_distribution;                                      \
    enum { id##_min_args = (min), id##_max_args = (max), id##_is_discrete = (is_discrete) }; \
    static const char id##_usage[] = usage_text, id##_help[] = help_text;
#include "cusp/distributions.def"
#undef DISTRIBUTION

/* The members of a descriptor that stand in its row of distributions.def. */
#define DISTRIBUTION_ROW(id)                                                        \
    .name = #id, .usage = id##_usage, .help = id##_help, .min_args = id##_min_args, \
    .max_args = id##_max_args, .discrete = id##_is_discrete

/* Log density of a kind from its core and its support, for the member log_density. */
uint32_t distribution_log_density(const struct distribution *kind, struct dag *dag, uint32_t y,
                                  const uint32_t *args, size_t n_args);

/* Lists k = 0 … most with weight p(k), from the tail below the mode to the tail above, leaving out
   1e-17 of the mass. Returns how many, 0 if they are more than max. */
size_t distribution_count_nodes(const struct distribution *kind, const double *values,
                                size_t n_args, double mode, double most, size_t max, double *y,
                                double *weight);

/* The least k of 0 … most with P(Y ≤ k) ≥ u, by sums from the mode outwards; up(k) = p(k + 1) /
   p(k). */
double distribution_count_inverse(const struct distribution *kind, const double *values,
                                  size_t n_args, double mode, double most, double u,
                                  double (*up)(const double *values, double k));

/* A draw of a count so widely spread that its steps do not matter, from its mean and its second and
   third central moments; false if it is not, and then nothing is drawn. Cornish and Fisher 1938. */
bool distribution_count_smooth(struct rng *rng, double mean, double variance, double third,
                               double most, double *y);

/* 0 and 1 as nodes with their probabilities, those of 0 left out; range of both. Of nodes: how
   many, 0 if they are more than max. */
size_t distribution_binary_nodes(double no, double yes, size_t max, double *y, double *weight);
void distribution_binary_range(const double *values, size_t n_args, double *low, double *high);

/* 4, 8, 16 … nodes of a rule with at most `most`; 0 if they are more than that or than max. */
size_t distribution_rule_size(int level, size_t most, size_t max);

#endif
