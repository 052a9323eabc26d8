/* The posterior of a model of one to three parameters by integration: nodes graded towards the
   valleys of K serve every n at once. */
#ifndef CUSP_INTEGRAL_H
#define CUSP_INTEGRAL_H

#include "cusp/cancel.h"
#include "cusp/model.h"
#include "cusp/rng.h"

/* Nodes (w_i, weight_i, K_i) with Σ weight_i g(w_i) e^(−n K_i) ≈ ∫ g φ e^(−nK) for 1 ≤ n ≤ 1e12.
 * Immutable. */
struct integral;

enum { INTEGRAL_MAX_DIM = 3 };
#define INTEGRAL_MAX_N 1e12

struct integral_options {
    double
        tolerance; /* relative, of Z; 0: 1e-8, 2.5e-7 and 4e-5 for one, two and three dimensions */
    double n_max;  /* greatest n asked later; 0: INTEGRAL_MAX_N */
    double n_min;  /* least n asked later; 0: 1 */
    const double *edges[INTEGRAL_MAX_DIM]; /* cell edges, ascending, inside the box, for
                                              integral_cells; NULL: none */
    size_t n_edges[INTEGRAL_MAX_DIM];
    size_t threads; /* used in three dimensions; 0: one a processor; results do not depend on it */
    bool evidence_only; /* only integral_evidence and integral_volume will be asked: less memory */
    size_t budget;      /* greatest number of evaluations of K; 0: a default by dimension */
};

/* log Z_n and what follows from it; error is a bound on |log Z_n − truth|. */
struct evidence {
    double n;
    double log_z, free_energy;
    double mean_nk; /* n E[K] = dF/d log n, the running λ̂(n) */
    double error;   /* absolute, of log_z */
    double mean_nk_error;
};

/* ST_UNABLE if dim > INTEGRAL_MAX_DIM; ST_CANCELLED; ST_DOMAIN if ∫φ e^(−K) is not finite and > 0.
 */
CUSP_MUST_USE enum status integral_new(const struct model *model,
                                       const struct integral_options *options,
                                       const struct cancel *cancel, struct integral **out);
void integral_free(struct integral *integral);

/* rows[count] at n[count], each in [n_min, n_max]; ST_DOMAIN otherwise. */
CUSP_MUST_USE enum status integral_evidence(const struct integral *integral, const double *n,
                                            size_t count, struct evidence *rows);

/* V(ε) = prior volume of {K < ε}, for each eps[count] > 0, with an error bound each. */
CUSP_MUST_USE enum status integral_volume(const struct integral *integral, const double *eps,
                                          size_t count, double *volume, double *error);

/* Posterior mass of each cell of the grid over axes ax, ay (ax == ay: one axis) whose edges were
   given in the options (other axes integrated out): mass[iy·nx + ix], nx = n_edges[ax] − 1; sums to
   at most 1 (the rest lies outside). */
CUSP_MUST_USE enum status integral_cells(const struct integral *integral, double n, size_t ax,
                                         size_t ay, double *mass);

/* Share of the prior volume taken by the densest set {n K − log φ ≤ c} that holds `mass` of the
 * posterior. */
CUSP_MUST_USE enum status integral_credible_volume(const struct integral *integral, double n,
                                                   double mass, double *share);

/* Posterior mass and local free energy −log ∫_region φ e^(−nK) of each region of the model, with
 * error bounds. */
CUSP_MUST_USE enum status integral_regions(const struct integral *integral, double n, double *mass,
                                           double *free_energy, double *error);

/* Independent draws from the posterior at n: draws[n_draws][dim]. Same rng state, same draws. */
CUSP_MUST_USE enum status integral_draws(const struct integral *integral, double n, size_t n_draws,
                                         struct rng *rng, double *draws);

/* Posterior mean and standard deviation of each parameter: mean[dim], sd[dim]. */
CUSP_MUST_USE enum status integral_moments(const struct integral *integral, double n, double *mean,
                                           double *sd);

/* Nodes that are kept: 24 bytes each. */
size_t integral_n_nodes(const struct integral *integral);

#endif
