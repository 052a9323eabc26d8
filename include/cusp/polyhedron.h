/* Newton polyhedra: exact vertices, facets, distance and the nondegeneracy check. */
#ifndef CUSP_POLYHEDRON_H
#define CUSP_POLYHEDRON_H

#include "cusp/poly.h"
#include "cusp/resolution.h"

/* Γ₊ = hull of the exponents of all terms of all generators + the orthant. */
struct newton {
    size_t n_vars;
    size_t n_points;
    long *points; /* [n_points][n_vars]: exponents that occur, without those others make idle */
    bool *vertex; /* [n_points] */
    size_t n_facets;
    long *normals; /* [n_facets][n_vars] ≥ 0, in lowest terms: ⟨normal, α⟩ ≥ offset */
    long *offsets; /* [n_facets] */
    bool *compact; /* [n_facets] */
    bool *hit;     /* [n_facets]: the ray h + 1 leaves the polyhedron through it */
    struct rat distance; /* t with t (h + 1) on its boundary … */
    struct rat ratio;    /* … and 1 / t = min ⟨normal, h + 1⟩ / offset */
    long multiplicity;   /* codimension of the face that is hit */
    struct rat *ray;     /* [n_vars]: h + 1 */
    enum { FACES_UNKNOWN, FACES_NONDEGENERATE, FACES_DEGENERATE } faces;
    const char *face;    /* the face polynomials that decide; "" if none */
    const char *checked; /* how that is known, or why not */
    const char *why;     /* that, and what it means for λ */
    /* K ≍ (Σ f²)^(power/2): 1 for |f| itself, 2 for squares. */
    long power;
    struct rat lambda; /* ratio / power: λ of K if the faces are nondegenerate, else at least λ */
    const char *at;    /* the point whose terms these are, in words; "": the origin */
};

/* Of Σ f_i² (or of one f): generators in the same n ≤ 8 variables, at the origin; h[n]: orders of
   the prior, NULL: 0. All of it is the arena's. The nondegeneracy check is that the generators'
   parts on every compact face have no common zero with all coordinates real and not 0 (Lin 2011,
   sos-nondegenerate; Saia 1996); it says UNKNOWN where it cannot tell. ST_DOMAIN: a generator is
   not 0 at the origin; ST_LIMIT: too many faces. */
CUSP_MUST_USE enum status newton_polyhedron(const struct poly *const *generators, size_t n,
                                            const struct rat *h, const char *const *names,
                                            struct arena *arena, struct newton *out);

/* What the polyhedron says of λ where K ≍ (Σ f²)^(power/2): power, lambda and the end of why. It is
   1 until then. */
void newton_of_power(struct newton *newton, long power, struct arena *arena);

/* λ and m of monomials alone, without faces: the least of ⟨w, h + 1⟩ over weights w ≥ 0 with ⟨w, α⟩
   ≥ 1 for every exponent α[n][n_vars], and n_vars − dim of its set of solutions + … the
   codimension. Of Σ |x^α|, so halve it for squares. den 0 if there is no point. */
struct rat monomial_rlct(const long *points, size_t n, size_t n_vars, const struct rat *h,
                         long *multiplicity);

#endif
