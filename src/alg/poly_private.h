/* What the files of this room share about polynomials. */
#ifndef CUSP_POLY_PRIVATE_H
#define CUSP_POLY_PRIVATE_H

#include <flint/fmpq_mpoly.h>

#include "cusp/poly.h"

struct poly {
    size_t n_vars;
    fmpq_mpoly_ctx_t ring; /* ORD_LEX */
    fmpq_mpoly_t p;
};

/* Takes p, which belongs to no ring of its own: an empty polynomial to be filled. */
struct poly *poly_new(size_t n_vars);
/* Length of the longest coefficient, roughly and not too short. */
unsigned long poly_bits(const struct poly *a);

enum { POLY_EASY_DEGREE = 20 }; /* of two variables: factored without hesitation */
/* poly_factor for two variables, with cheap proofs before the general way; if `reduced` factors of
   a degree beyond that with the same power may be left together (plane_factor.c). */
CUSP_MUST_USE enum status poly_factor_plane(const struct poly *f, bool reduced, struct arena *arena,
                                            struct poly_factors *out);

#endif
