/* A plane problem taken apart: components of K and the prior, the box, the special points. */
#ifndef CUSP_SCENE_PRIVATE_H
#define CUSP_SCENE_PRIVATE_H

#include "plane_private.h"

struct scene {
    const struct plane_problem *problem;
    struct arena *arena;
    struct field *rationals;
    fmpq_t low[2], high[2], content;
    struct component *component; /* all factors of K and of the prior, each once */
    size_t n, capacity;
    bool reduced; /* components of high degree may be products of different factors */
    const char *why;
};

/* at: the only point that will be asked for, or NULL. ST_INPUT, ST_DOMAIN, ST_UNABLE: scene->why.
   scene_clear in any case. */
CUSP_MUST_USE enum status scene_begin(struct scene *scene, const struct plane_problem *problem,
                                      const char *const *at, struct arena *arena);
void scene_clear(struct scene *scene);
CUSP_MUST_USE enum status scene_number(struct scene *scene, const char *text, fmpq_t out);
/* A rational point with the edges through it; rows[2] in the rationals, the caller's. ST_DOMAIN: it
   is outside of the box, or K is not 0 there. */
CUSP_MUST_USE enum status scene_at(struct scene *scene, const char *const *at, nf_elem_struct *rows,
                                   struct place *place);
/* The edges of the box through a point of the closed box. */
void scene_walls(const struct scene *scene, struct place *place);

/* A polynomial in two variables at x = a (axis 0) or y = a (axis 1). */
void scene_slice(const struct field *field, const fmpq_mpoly_t p, const fmpq_mpoly_ctx_t ring,
                 int axis, const nf_elem_t a, struct upoly *out);
/* The same at a rational number, with integer coefficients. */
void scene_slice_rational(const fmpq_mpoly_t p, const fmpq_mpoly_ctx_t ring, int axis,
                          const fmpq_t a, fmpz_poly_t out);

/* The resultant of two polynomials with respect to y, in x; false: too large. */
bool scene_resultant(const fmpq_mpoly_t f, const fmpq_mpoly_t g, const fmpq_mpoly_ctx_t ring,
                     fmpz_poly_t out);
/* The factors of ∂f/∂y, each once; cleared and freed by the caller. */
fmpq_mpoly_struct *scene_vertical(const struct poly *f, slong *n);
void scene_vertical_free(const struct poly *f, fmpq_mpoly_struct *factor, slong n);

/* A point of the open box where two components that are smooth there, and no third one, cross
   transversally; proved by interval arithmetic (plane_crossing.c). */
struct crossing {
    size_t pair[2];
    arb_ptr at, box; /* [2] each: it is in `at`, and the only one of the two in `box` */
};
struct crossings {
    struct crossing *crossing;
    size_t n, capacity;
};
/* false: not all that is special over x (over a real root of q in the box, not at its ends) could
   be proved to be simple crossings, tangencies to an edge apart; nothing is added then. */
bool scene_crossings(struct scene *scene, const arb_t x, struct crossings *out);
bool scene_crossings_over(struct scene *scene, const fmpz_poly_t q, struct crossings *out);
CUSP_MUST_USE enum status crossing_show(struct scene *scene, const struct crossing *crossing,
                                        struct plane_point *out);
void crossings_clear(struct crossings *crossings, size_t keep); /* but the first `keep` */

/* Real points of the closed box where the reduced curve or its meeting with the edges is special,
   in any order (plane_points.c). */
struct special {
    struct field *field;
    nf_elem_struct *at; /* [2] */
};
struct specials {
    struct special *special;
    size_t n, capacity;
    struct crossings crossings; /* those whose coordinates would need a large field */
};
CUSP_MUST_USE enum status scene_specials(struct scene *scene, struct specials *out);
void specials_clear(struct specials *specials);

/* Whether a component has smooth real points in the open box (plane_curve.c); of a high degree and
   if only one point is asked for, whether a coarse grid shows them. */
CUSP_MUST_USE enum status scene_has_curve(struct scene *scene, size_t i, bool *out);
/* Whether a component meets the edges in smooth points, crossing them or running along. */
bool scene_crosses_boundary(const struct scene *scene, size_t i);

#endif
