/* What the files of mere bounds share: pieces of W0 that are proved to be there. */
#ifndef CUSP_RLCT_BOUNDS_H
#define CUSP_RLCT_BOUNDS_H

#include "rlct_private.h"

/* A smooth piece of W0, by a point of it and its dimension. Near the point K is at most a constant
   times the distance from the piece to the power `order`. */
struct zero_piece {
    double *at; /* [dim] */
    size_t dimension;
    int order;       /* 2; 1 where K is only Lipschitz */
    const char *why; /* a sentence: why K is 0 on it, and why it has that dimension */
    bool lies_at;    /* of a point asked for: the point itself lies on it */
};

/* --- rlct_bounds_network.c: networks whose units can play the truth's part -------------------- */

/* The piece of the greatest dimension that is seen. at: one through that point; NULL: anywhere
   inside the box. False: none is. */
bool rlct_network_piece(struct rlct_work *work, const double *at, struct zero_piece *out);
/* A free constant is added to the mean, so that every point of W0 has λ ≥ 1/2. */
bool rlct_network_shifts(struct rlct_work *work);

/* --- rlct_bounds_zero.c: potentials that vanish on a subspace along the axes ------------------ */

bool rlct_axis_piece(struct rlct_work *work, const double *at, struct zero_piece *out);

#endif
