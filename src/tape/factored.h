/* A program prepared for summing over rows: what does not depend on the row is taken out. */
#ifndef CUSP_TAPE_FACTORED_H
#define CUSP_TAPE_FACTORED_H

#include "program_private.h"

/* out = constant · scale(w) · Σ_r weight_r core(w, r). */
struct factored_output {
    uint32_t core;  /* an output of cores, or FACTORED_ONE: 1 */
    uint32_t scale; /* an output of scales, or FACTORED_ONE */
    double constant;
};

#define FACTORED_ONE UINT32_MAX

struct factored {
    uint64_t signature; /* of the program it was made from */
    size_t n_free, n_variables, n_outputs;
    struct program *cores, *scales; /* of all the variables */
    struct factored_output *outputs;
};

#endif
