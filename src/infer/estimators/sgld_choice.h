/* Private to the estimators: settings of SGLD that are left to them. */
#ifndef CUSP_INFER_SGLD_CHOICE_H
#define CUSP_INFER_SGLD_CHOICE_H

#include "cusp/estimator.h"

/* γ of the law that the LLC is of, for the setup. A step given means that the rest is meant as in
   the field: 100 where γ is NaN. With the step left open, γ = 0 or NaN is open too: none where the
   prior is flat on the box, whose walls then bound the law; else one whose spread is half of the
   box's least half side, so that it hardly matters. */
double sgld_choose_gamma(const struct estimator_setup *setup);

/* The setup's settings, and where its step is open those that suit the model: walls, γ, a batch if
   all the data cost too much, the largest step (by halving) that a Metropolis test nearly always
   accepts, as many draws as cost about half a second at most. words: what was chosen; "" if
   nothing was. They depend on nothing but the setup. ST_DOMAIN, ST_LIMIT, as sgld_run. */
CUSP_MUST_USE enum status sgld_choose(const struct estimator_setup *setup,
                                      const struct cancel *cancel, struct sgld_options *options,
                                      char *words, size_t size);

#endif
