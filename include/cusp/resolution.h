/* Resolutions of singularities as plain data, and of plane curves by blowing up real points. */
#ifndef CUSP_RESOLUTION_H
#define CUSP_RESOLUTION_H

#include "cusp/poly.h"

/* A divisor over the point: exceptional, or the strict transform of a factor of K (or of the
   prior). Near it K is the N-th and the volume element the k-th power of its equation, up to a
   positive factor. */
struct resolution_divisor {
    const char *name;       /* "E1", "C1" */
    const char *of;         /* the factor's text; "" if exceptional */
    long multiplicity;      /* N */
    struct rat jacobian;    /* k; with the prior's order of vanishing */
    struct rat ratio;       /* (k + 1) / N; den 0: N = 0 */
    bool exceptional, wins; /* wins: ratio is λ */
    size_t chart;           /* where it is first seen; SIZE_MAX if nowhere */
};

/* Two divisors meet in a real point. */
struct resolution_meeting {
    size_t a, b;
    const char *where; /* "chart 3, v = 1" */
    bool wins;         /* counts for m: all that meet here win */
};

enum { RESOLUTION_MAX_VARS = 8 };

/* A real point of a chart that matters: a centre of a later blow-up, or a crossing. */
struct resolution_point {
    const char *coordinate[RESOLUTION_MAX_VARS]; /* exact: "0", "1/2", "√2" */
    const char *decimal[RESOLUTION_MAX_VARS];    /* 17 digits */
    bool normal_crossing;
    size_t children[RESOLUTION_MAX_VARS]; /* charts of its blow-up; SIZE_MAX: none */
    size_t n_children;
};

/* Coordinates around a centre. Chart 0 is the given plane, moved so that the point is the origin.
 */
struct resolution_chart {
    size_t parent;  /* SIZE_MAX: of chart 0 */
    size_t blow_up; /* which one made it, from 1; 0: of chart 0 */
    size_t depth;
    size_t centre;            /* index into the parent's points */
    const char *centre_text;  /* "x = 0, y = 0" in the parent's coordinates */
    const char *substitution; /* "x = u, y = u v" with names as below */
    const char *names[RESOLUTION_MAX_VARS];
    const char *total;    /* K here: "u^6 v^2 (v - 1)^2", factored as far as it is known */
    const char *jacobian; /* "u^2 v" */
    const char *strict;   /* the reduced strict transform; "1" if it is empty */
    size_t divisor[RESOLUTION_MAX_VARS]; /* whose equation coordinate i is; SIZE_MAX: none */
    bool normal_crossing;                /* everywhere in it where it has to be */
    size_t n_points;
    struct resolution_point *points;
    /* The reduced strict transform for a picture (two variables): Σ coefficient · u^i v^j. */
    size_t n_terms;
    unsigned long (*exponents)[2];
    const char **coefficients; /* decimals */
};

struct resolution {
    size_t n_vars, n_charts, n_divisors, n_meetings, n_blow_ups;
    struct resolution_chart *charts;
    struct resolution_divisor *divisors;
    struct resolution_meeting *meetings;
    struct rat lambda;
    long multiplicity;
};

/* --- plane curves ----------------------------------------------------------------------------- */

/* |f|^power as a factor of the prior density. */
struct prior_factor {
    const struct poly *f;
    struct rat power; /* > −1 */
};

/* K(x, y) on a box with a prior φ = positive · Π |f|^power. Numbers as text, exactly. */
struct plane_problem {
    const struct poly *kl; /* two variables, not 0 */
    const char *names[2];
    const char *low[2], *high[2];
    const struct prior_factor *prior;
    size_t n_prior;
};

struct plane_point {
    /* Exact, and 17 digits. Of a simple crossing that would need a large number field "near …", no
       number: then the chart of its resolution has the two components as coordinates. */
    const char *coordinate[2], *decimal[2];
    struct rat lambda; /* of the box near it: on the boundary, of its inside */
    long multiplicity;
    bool singular;    /* of the reduced curve */
    bool on_boundary; /* of the box */
    struct resolution *resolution;
};

struct plane_component {
    const char *factor;
    long power;
    bool has_curve;    /* real smooth points of it lie in the open box; of a degree beyond 20 and at
                          one point only: are seen on a coarse grid */
    struct rat lambda; /* 1 / power, with the prior's order along it */
};

struct plane_result {
    bool has_zero;     /* in the closed box */
    struct rat lambda; /* of the closed box; den 0: no zero */
    long multiplicity;
    struct rat inside; /* of the open box alone; den 0: no zero there */
    long inside_multiplicity;
    struct rat boundary; /* the least at points of the boundary; den 0: W0 does not touch it */
    long boundary_multiplicity;
    size_t n_points; /* every real singular point of the reduced curve in the box, every point where
                        it touches the boundary in other than a transversal crossing of an edge */
    struct plane_point *points;
    size_t n_components;
    struct plane_component *components;
    size_t winner;   /* point that has λ and m; SIZE_MAX: no point but components do */
    const char *why; /* one or two sentences */
};

/* at: a point (two numbers as text), where λ is then meant locally (of the box near it); NULL: the
   whole box. ST_DOMAIN: K is not 0 at the point (why says so). ST_UNABLE: why. Everything is the
   arena's. Real resolution by point blow-ups: Watanabe 2009, ch. 2–3; Kollár 2007, §1; real
   divisors only. */
CUSP_MUST_USE enum status plane_rlct(const struct plane_problem *problem, const char *const *at,
                                     struct arena *arena, struct plane_result *out,
                                     const char **why);

/* --- by hand ---------------------------------------------------------------------------------- */

/* A person's own resolution at one point. Moves are text: "CHART CENTRE" separated by ";", where
   CHART is a chart's number and CENTRE "#i" (point i of its list) or two rational numbers "1/2,0".
 */
struct hand {
    struct resolution resolution; /* of the charts made so far; λ only when done */
    size_t n_open;                /* points left that are no normal crossings, over all charts */
    size_t n_needed;              /* blow-ups of the shortest way */
    size_t n_wasted;              /* blow-ups of points that were normal crossings, or not of W0 */
    bool done;
    const char *verdict; /* what the last move did, one sentence */
};
/* ST_INPUT: a move is not possible; why says which. */
CUSP_MUST_USE enum status plane_by_hand(const struct plane_problem *problem, const char *const *at,
                                        const char *moves, struct arena *arena, struct hand *out,
                                        const char **why);

#endif
