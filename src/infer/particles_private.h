/* Private to infer: what is said of a cloud of particles once it is made. */
#ifndef CUSP_INFER_PARTICLES_PRIVATE_H
#define CUSP_INFER_PARTICLES_PRIVATE_H

#include "cusp/particles.h"

/* Fills everything that follows from w, log_lik and island_log_z. */
void particles_summarise(const struct model *model, const struct data *data,
                         struct particles *particles);

#endif
