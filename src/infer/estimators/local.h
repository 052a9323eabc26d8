/* Private to the estimators: a model confined to the neighbourhood of a point. */
#ifndef CUSP_INFER_LOCAL_H
#define CUSP_INFER_LOCAL_H

#include "cusp/estimator.h"

/* The same K with the prior e^(−γ|w − w*|²/2), in place of the model's own, on the part of its box
   (or of all space) where that has any mass. Borrows all else from the base, which must outlive it;
   must outlive all that is made of it. */
struct local_model {
    struct model model;
    struct model_param params[SYNTAX_MAX_PARAMS];
    struct program *log_prior; /* NULL: uniform */
};

/* gamma 0: no pull. walls: nothing is outside the box. ST_DOMAIN: nothing bounds it, K is not
   finite at w*, or K is not defined outside the box where the law reaches. */
CUSP_MUST_USE enum status local_model_init(struct local_model *local, const struct model *base,
                                           const double *at, double gamma, bool walls);
void local_model_done(struct local_model *local);

/* How often K may be evaluated in one integral, about a second of work; 0: that is too few. */
size_t local_budget(const struct model *model);

/* n β E_β[L − L(w*)] under its law by integration, and the error of that; L is K where the setup
   has no data. ST_UNABLE for more than INTEGRAL_MAX_DIM parameters or too many rows; ST_DOMAIN;
   ST_CANCELLED; why: static text, or NULL. */
CUSP_MUST_USE enum status local_lambda(const struct estimator_setup *setup, const double *at,
                                       double beta, double gamma, bool walls,
                                       const struct cancel *cancel, double *mean, double *error,
                                       const char **why);

#endif
