/* What the files about degeneracy share. */
#ifndef CUSP_FISHER_PARTS_H
#define CUSP_FISHER_PARTS_H

#include "cusp/fisher.h"

/* Decides, for a zero w of K whose Hessian has not full rank, between DEGENERATE and SINGULAR: sets
   point_class, singularity, zero_dim_known and zero_dim of *fisher. */
void fisher_classify(const struct model *model, struct program_space *space, const double *w,
                     struct fisher *fisher);

#endif
