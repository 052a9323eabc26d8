/* The estimators' descriptors, one a row of estimators.def, and what several of them share. */
#ifndef CUSP_INFER_ESTIMATORS_H
#define CUSP_INFER_ESTIMATORS_H

#include "cusp/estimator.h"

#define ESTIMATOR(name) extern const struct estimator estimator_##name;
#include "estimators.def"
#undef ESTIMATOR

/* Who is told of an estimate on its way. */
struct listener {
    void (*progress)(const struct estimate *so_far, void *context);
    void *context;
};

/* One more step of the estimate, which is from now on its value; told to the listener. */
void estimate_push(struct estimate *estimate, const struct listener *listener, double work,
                   double lambda, double error);

/* n L_n(w*) in nats, or n K(w*); w* is setup->at, or the truth; where that is not in the model or
   not known, the least K. ST_DOMAIN if it is not finite. */
CUSP_MUST_USE enum status estimator_reference(const struct estimator_setup *setup, double *out);

/* The setup without its ball: estimators of the whole box mean all of it. */
struct estimator_setup estimator_whole(const struct estimator_setup *setup);

/* finite_n_lambda of the whole box. */
struct quantity estimator_target(const struct estimator_setup *setup, double beta,
                                 const struct cancel *cancel);

/* The point w* itself. */
const double *estimator_point(const struct estimator_setup *setup);

#endif
