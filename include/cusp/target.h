/* What is sampled: the prior times the likelihood at some n and β, over blocks of points. */
#ifndef CUSP_TARGET_H
#define CUSP_TARGET_H

#include "cusp/data.h"
#include "cusp/model.h"

/* log π(w) = log φ(w) + β ℓ(w) on the model's box; ℓ is 0 where β is; with ℓ(w) = Σ_{i ≤ n} log
   p(y_i | x_i, w), or −n K(w) of a potential. Borrows model and rows. */
struct target {
    const struct model *model;
    const struct data_rows *rows; /* NULL: a potential, or K in place of data */
    double n;                     /* of a potential; any real */
    double beta;
    const struct data_rows *force; /* fewer rows whose gradient stands for that of `rows` along
                                      trajectories, which stay exact; NULL: none */
    double prior_off; /* log φ counts 1 − prior_off: 0 but while a prior is tempered in */
};

/* Scratch of one thread. */
struct target_space;
struct target_space *target_space_new(const struct model *model, size_t max_points);
void target_space_free(struct target_space *space);

/* At n_points points w[dim] arrays of n_points: log φ normalised on the box (up to a constant where
   its normaliser is not known), ℓ untempered, and, unless NULL, ∂ log π / ∂w as [dim] arrays of
   n_points. −∞ where a prior or likelihood is 0, also in place of NaN. Points must lie in the box.
 */
void target_eval(const struct target *target, struct target_space *space, const double *const *w,
                 size_t n_points, double *log_prior, double *log_lik, double *const *gradient);

#endif
