/* What the files about plane curves share: polynomials in a chart, and the tree of blow-ups. */
#ifndef CUSP_PLANE_PRIVATE_H
#define CUSP_PLANE_PRIVATE_H

#include "field_private.h"
#include "poly_private.h"

#include "cusp/resolution.h"

enum {
    PLANE_MOST_BLOW_UPS = 400, /* over one point; more: unable */
    PLANE_MOST_TERMS = 100000, /* of a polynomial in a chart */
    PLANE_MOST_WALLS = 2,      /* edges of the box through a point */
};

/* --- polynomials in two variables over a field (local_poly.c) --------------------------------- */

struct lterm {
    ulong e[2];
    nf_elem_struct c; /* not 0 */
};
struct lpoly {
    struct lterm *term; /* no exponents twice */
    slong n, capacity;
};

void lpoly_init(struct lpoly *p);
void lpoly_clear(const struct field *field, struct lpoly *p);
void lpoly_from(const struct field *field, struct lpoly *to, const fmpq_mpoly_t p,
                const fmpq_mpoly_ctx_t ring);
void lpoly_variable(const struct field *field, struct lpoly *to, int which);
void lpoly_embed(const struct field *from, const struct lpoly *p, const struct field *to,
                 const nf_elem_struct *image, struct lpoly *out); /* image NULL: a copy */
/* p(u + a, v + b) in place; false if it became too large. */
bool lpoly_shift(const struct field *field, struct lpoly *p, const nf_elem_t a, const nf_elem_t b);
ulong lpoly_order(const struct lpoly *p); /* least total degree; p is not 0 */
/* p(u, u v) / u^order (which = 0) or p(u v, v) / v^order (which = 1); false: exponents overflow. */
bool lpoly_blow_up(const struct field *field, const struct lpoly *p, ulong order, int which,
                   struct lpoly *out);
/* p(0, v) (which = 0) or p(u, 0) (which = 1); false if its degree is beyond all measure. */
bool lpoly_restrict(const struct field *field, const struct lpoly *p, int which, struct upoly *out);
void lpoly_at(const struct field *field, const struct lpoly *p, const nf_elem_t a,
              const nf_elem_t b, nf_elem_t out);
/* Makes it primitive, the term that is written first positive; what was taken from it if anything.
 */
bool lpoly_normalize(const struct field *field, struct lpoly *p, nf_elem_t taken);
const nf_elem_struct *lpoly_constant(const struct lpoly *p); /* NULL: not one */
bool lpoly_is_variable(const struct field *field, const struct lpoly *p, int which);
void lpoly_text(const struct field *field, const struct lpoly *p, const char *const names[2],
                slong most_terms, struct text *out);
/* p q into out; false if too large for a picture. */
bool lpoly_multiply(const struct field *field, const struct lpoly *p, const struct lpoly *q,
                    slong most_terms, struct lpoly *out);

/* --- blow-ups (plane_tree.c) ------------------------------------------------------------------ */

struct branch_divisor {
    const char *of;               /* text of the factor or edge; NULL: exceptional */
    long power;                   /* N */
    fmpq_t prior;                 /* k */
    unsigned walls;               /* bit j: wall j's equation holds it to an odd power */
    bool exceptional, edge, over; /* over: above the point that is resolved */
    bool seen;                    /* it is in the closure of the inside */
    size_t chart;
};

struct branch {
    size_t divisor;
    struct lpoly p;
};

struct spot {
    struct field *field;   /* where its coordinates and image are */
    nf_elem_struct *at;    /* [2] */
    nf_elem_struct *image; /* of the chart's γ; NULL: the same field */
    size_t through[3];     /* divisors, at most three of them */
    size_t n_through;      /* 3: or more */
    bool normal_crossing, over;
    bool seen;       /* touched by the inside */
    size_t child[2]; /* charts; SIZE_MAX: not blown up */
};

struct chart {
    size_t parent, spot, blow_up, depth;
    int which;              /* 0: x = u, y = u v; 1: x = u v, y = v */
    size_t exceptional;     /* the divisor that was made with it; SIZE_MAX of chart 0 */
    struct field *field;    /* of everything in it */
    nf_elem_struct *centre; /* [2] in this field, coordinates of the parent */
    nf_elem_struct *unit;   /* [1] what is left of branches that became constants, in K */
    int wall_sign[PLANE_MOST_WALLS];
    struct branch *branch;
    size_t n_branches;
    struct spot *spot_list;
    size_t n_spots, spot_capacity;
};

struct tree {
    struct branch_divisor *divisor;
    size_t n_divisors, divisor_capacity;
    struct chart **chart;
    size_t n_charts, chart_capacity;
    size_t n_blow_ups;
    size_t n_walls;
    const char *why; /* of ST_UNABLE */
};

/* A factor of K or of the prior, or an edge that is none of them. */
struct component {
    const struct poly *f; /* irreducible over the rationals */
    long power;
    fmpq_t prior;
    const char *text;
};

/* Where a tree begins: the point (a, b) of the plane, and the walls through it: wall j is
   side · (coordinate axis − what it is at the point) ≥ 0. */
struct place {
    struct field *field;
    const nf_elem_struct *at[2];
    size_t n_walls;
    struct {
        int axis, side;
        const char *text;
    } wall[PLANE_MOST_WALLS];
};

CUSP_MUST_USE enum status tree_begin(struct tree *tree, const struct component *component, size_t n,
                                     const fmpq_t content, const struct place *place);
CUSP_MUST_USE enum status tree_blow_up(struct tree *tree, size_t chart, size_t spot);
/* Blows up until nothing is left. */
CUSP_MUST_USE enum status tree_resolve(struct tree *tree);
/* A rational point of a chart as a spot, in the chart where it was first seen. */
CUSP_MUST_USE enum status tree_locate(struct tree *tree, size_t *chart, const fmpq_t a,
                                      const fmpq_t b, size_t *spot);
size_t tree_n_open(const struct tree *tree);
/* λ and m of what is resolved; says which divisors and spots the inside touches. den 0: none. */
CUSP_MUST_USE enum status tree_lambda(struct tree *tree, struct rat *lambda, long *multiplicity);
void tree_clear(struct tree *tree);
/* As plain data. */
CUSP_MUST_USE enum status tree_show(const struct tree *tree, const struct place *place,
                                    const char *const names[2], struct rat lambda,
                                    long multiplicity, struct arena *arena, struct resolution *out);

/* (prior + 1) / power; den 0 if power is 0; false: too large. */
bool plane_ratio(const fmpq_t prior, long power, struct rat *out);
bool plane_rat(const fmpq_t x, struct rat *out);
/* −1, 0, 1; "none" is greater than all. */
int plane_rat_compare(struct rat a, struct rat b);

#endif
