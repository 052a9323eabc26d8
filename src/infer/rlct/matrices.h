/* Models whose mean is a product of matrices of parameters, recognised from their exact ideal. */
#ifndef CUSP_MATRICES_H
#define CUSP_MATRICES_H

#include "cusp/exact.h"
#include "cusp/text.h"

enum { MATRICES_MAX_LAYERS = 5 };

/* W_L … W_1 = T with W_s of widths[s] × widths[s − 1], every entry a parameter of its own. */
struct matrices {
    size_t n_layers;
    size_t widths[MATRICES_MAX_LAYERS + 1]; /* inputs first, outputs last */
    size_t *entry[MATRICES_MAX_LAYERS];     /* [widths[s + 1]][widths[s]]: parameters */
    long rank;                              /* of T */
};

/* True if the ideal of K is that of such a product minus T, the prior is positive, and a point of
   W0 where every W_s has the rank of T, which is where λ is least, lies inside the box, or is the
   one asked for: at[dim], NULL: the box is asked for. The arena's. */
bool matrices_of(const struct model *model, const double *at, struct arena *arena,
                 struct matrices *out);

#endif
