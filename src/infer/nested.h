/* Private to infer: one run of nested sampling, live points inside {K < k} that shrinks. */
#ifndef CUSP_INFER_NESTED_H
#define CUSP_INFER_NESTED_H

#include "cusp/cancel.h"
#include "cusp/model.h"
#include "cusp/rng.h"

struct nested_run {
    const struct model *model;
    size_t n_live, n_moves;
    double *w;       /* [n_live][dim] */
    double *kl;      /* [n_live] */
    double *label;   /* [n_live]: orders points of equal K */
    size_t *heap;    /* [n_live]: the worst first */
    double *scratch; /* [4 × dim] */
    struct program_space *space;
    struct rng rng;
    size_t deaths;
    size_t stuck; /* points that no move could change */
    double evaluations;
};

/* w: [dim][stride] prior draws first … first + n_live − 1, which are copied. */
void nested_start(struct nested_run *run, const struct model *model, const double *w, size_t stride,
                  size_t first, size_t n_live, uint64_t seed);
void nested_done(struct nested_run *run);

/* Replaces the worst until all have K ≤ level; deaths counts how many. Stops when cancelled, or
   after `most` deaths more. */
void nested_advance(struct nested_run *run, double level, size_t most, const struct cancel *cancel);

#endif
