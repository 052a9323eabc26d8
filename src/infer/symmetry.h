/* Private to infer: jumps between parameters of a network that make the same function, or nearly.
 */
#ifndef CUSP_INFER_SYMMETRY_H
#define CUSP_INFER_SYMMETRY_H

#include "cusp/network.h"
#include "target_private.h"

struct symmetry {
    bool any;
    struct network network;
    bool *whole; /* [n_units]: all coefficients are parameters that stand nowhere else, or 0 */
    size_t n_whole;
    bool is_odd;         /* act(−z) = −act(z) */
    bool is_homogeneous; /* act(αz) = α act(z) for α > 0 */
    double tilt;         /* act(z) − act(−z) = tilt z, else NaN */
};

void symmetry_init(struct symmetry *symmetry, const struct model *model);
void symmetry_done(struct symmetry *symmetry);

/* One jump of every chain, accepted or not so that the target stays: two units change places, one
   changes its sign or its scale, some turn round. scratch: [(dim + 3) × n]. */
void symmetry_move(const struct symmetry *symmetry, const struct target *target,
                   struct target_space *space, struct flock *flock, double *scratch);

#endif
