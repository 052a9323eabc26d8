/* Private to infer: what finite n makes of λ and its kin, by integration: the estimators' targets.
 */
#ifndef CUSP_INFER_FINITE_N_H
#define CUSP_INFER_FINITE_N_H

#include "cusp/estimator.h"

/* The tempered posterior of a setup's model and data for a range of β. u(w) = n (L_n(w) −
   L_n(w*)), or n (K(w) − K(w*)). */
struct finite {
    const struct integral *integral;
    struct estimator_cache *cache, *own; /* where it lies; own: only this one's, else NULL */
    struct model *cut; /* local: a copy of the model with the ball as its one region */
    struct program *ball;
    double n, low, high; /* range of β */
    double offset;       /* u = n K of the integral + offset */
};

/* ST_UNABLE, ST_DOMAIN with why (static text). Local if setup->radius > 0. */
CUSP_MUST_USE enum status finite_new(const struct estimator_setup *setup, double beta_low,
                                     double beta_high, const struct cancel *cancel,
                                     const char **why, struct finite *out);
void finite_done(struct finite *finite);

/* β E_β[u], absolute error in *error. NaN where it cannot be had. */
double finite_mean(const struct finite *finite, double beta, double *error);
/* β² Var_β[u]. */
double finite_variance(const struct finite *finite, double beta, double *error);
/* −log ∫ φ e^(−β u). */
double finite_free_energy(const struct finite *finite, double beta, double *error);

/* A target that was worked out, or UNKNOWN and why not. */
struct quantity finite_quantity(double value, double error);
struct quantity finite_unknown(enum status status, const char *why);

#endif
