/* Whether polynomials have a common zero at all, by a Gröbner basis. */
#include <calcium/utils_flint.h>
#include <flint/fmpq_mpoly.h>

#include "cusp/poly.h"
#include "poly_private.h"

bool poly_no_common_zero(const struct poly *const *f, size_t n)
{
    enum { MAX_BASIS = 60, MAX_TERMS = 300, MAX_BITS = 4000 };
    if (n == 0)
        return false;
    size_t n_vars = f[0]->n_vars ? f[0]->n_vars : 1;
    fmpz_mpoly_ctx_t ring;
    fmpz_mpoly_ctx_init(ring, (slong)n_vars, ORD_DEGREVLEX);
    fmpz_mpoly_vec_t ideal, basis;
    fmpz_mpoly_vec_init(ideal, 0, ring);
    fmpz_mpoly_vec_init(basis, 0, ring);
    fmpz_mpoly_t p;
    fmpz_mpoly_init(p, ring);
    slong to[POLY_MAX_VARS];
    for (size_t i = 0; i < n_vars; i++)
        to[i] = (slong)i;
    bool unit = false;
    for (size_t k = 0; k < n; k++) {
        fmpz_mpoly_compose_fmpz_mpoly_gen(p, f[k]->p->zpoly, to, f[k]->ring->zctx, ring);
        if (fmpz_mpoly_is_zero(p, ring))
            continue;
        unit = unit || fmpz_mpoly_is_fmpz(p, ring);
        fmpz_mpoly_vec_append(ideal, p, ring);
    }
    if (!unit && ideal->length > 0 &&
        fmpz_mpoly_buchberger_naive_with_limits(basis, ideal, MAX_BASIS, MAX_TERMS, MAX_BITS,
                                                ring)) {
        for (slong k = 0; k < basis->length; k++) {
            fmpz_mpoly_struct *b = fmpz_mpoly_vec_entry(basis, k);
            unit = unit || (!fmpz_mpoly_is_zero(b, ring) && fmpz_mpoly_is_fmpz(b, ring));
        }
    }
    fmpz_mpoly_clear(p, ring);
    fmpz_mpoly_vec_clear(ideal, ring);
    fmpz_mpoly_vec_clear(basis, ring);
    fmpz_mpoly_ctx_clear(ring);
    return unit;
}
