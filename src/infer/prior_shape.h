/* Private to infer: what a prior looks like, found by probing it, so that it can be drawn from. */
#ifndef CUSP_INFER_PRIOR_SHAPE_H
#define CUSP_INFER_PRIOR_SHAPE_H

#include "cusp/model.h"
#include "cusp/rng.h"

#include <stdbool.h>
#include <stddef.h>

/* separable: log φ̃ = Σ_i slope_i w_i + bend_i w_i² + constant inside [low, high] and −∞ elsewhere
   in the box: any product of truncated uniform, normal and exponential densities. Otherwise low and
   high are the box and nothing is known. */
struct prior_shape {
    size_t dim;
    bool separable;
    double low[SYNTAX_MAX_PARAMS], high[SYNTAX_MAX_PARAMS];
    double slope[SYNTAX_MAX_PARAMS], bend[SYNTAX_MAX_PARAMS];
};

void prior_shape_find(const struct model *model, struct program_space *space,
                      struct prior_shape *shape);

/* A draw of parameter i from a separable prior, exactly. */
double prior_shape_draw(const struct prior_shape *shape, size_t i, struct rng *rng);

#endif
