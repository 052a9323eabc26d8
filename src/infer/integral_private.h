/* Private to infer: what an integral keeps. */
#ifndef CUSP_INTEGRAL_PRIVATE_H
#define CUSP_INTEGRAL_PRIVATE_H

#include "outer_private.h"

enum { CHECKS_MAX = 32 };

/* A leaf: one line with its weight in the whole integral. Nodes are kept for one and two
 * dimensions. */
struct leaf {
    const struct line *line;    /* NULL in three dimensions */
    double w[INTEGRAL_MAX_DIM]; /* outer coordinates, by parameter */
    double kronrod, gauss;
    const struct outer_panel *at[2]; /* its panel on each outer axis, and which node of it */
    unsigned char node[2];
    double low[2],
        high[2]; /* stretch of each outer axis that it stands for (between neighbouring nodes) */
    const double *value; /* [count] its integral at the checked n */
};

/* What streams of nodes leave behind in three dimensions. */
struct collected {
    struct states
        *states; /* whole, then regions, then those of weight w_i and w_i² for each axis */
    float
        *plane[3]; /* [ny][nx][LADDER_SIZE] over axis pairs (0,1), (0,2), (1,2) of the parameters */
    double ladder[LADDER_SIZE]; /* whole box */
    double *region_least;       /* [n_regions] least K */
};

struct integral {
    const struct model *model;
    struct model *held; /* the reference that keeps model alive */
    size_t dim;
    double n_min, n_max;
    double *edges[INTEGRAL_MAX_DIM];
    size_t n_edges[INTEGRAL_MAX_DIM];
    double checks[CHECKS_MAX];
    struct engine engine;
    struct outer_set set;     /* dim ≥ 2 */
    struct line line, halved; /* dim 1 */
    double unresolved;        /* dim 1: length on which K could not be followed */
    struct leaf *leaves;
    size_t n_leaves;
    double rung[LADDER_SIZE];
    struct collected collected; /* dim 3 */
    double log_norm;            /* log ∫φ̃ on the box, less log_prior_max of the lines */
    double log_norm_error;
    double *region_least; /* [n_regions] least K − kl_ref in each; ∞ if empty */
};

/* Relative error of Z at n from the checks next to it, in two dimensions or more; without the gap
   of the outer rule where that is known at n itself. */
double integral_check_error(const struct integral *integral, double n, bool with_gap);

/* Cells along an axis of the parameters; 0: none were asked for. */
static inline size_t integral_cells_along(const struct integral *integral, size_t axis)
{
    return integral->n_edges[axis] > 1 ? integral->n_edges[axis] - 1 : 0;
}

/* Which of the collected planes two different axes span. */
static inline size_t integral_plane_of(size_t ax, size_t ay)
{
    return ax + ay - 1;
}

/* Σ over leaves, by the Kronrod weights, of e^(−n (K − kl_ref)) φ̃; *gap gets Σ over outer panels
 *|Kronrod − Gauss|, sum_k gets Σ K e^(−n …) if not NULL. region < 0: the whole. least: K is
 *measured from kl_ref + least. */
double integral_sum(const struct integral *integral, struct line_maker *maker, double n, int region,
                    double least, double *gap, double *sum_k, double *gap_k);

CUSP_MUST_USE enum status integral_collect(struct integral *integral);

/* Draws as integral_draws has them, far faster where boxes can cover the posterior closely enough
   for so many of them; ST_UNABLE where they cannot, and rng is then as it was. */
CUSP_MUST_USE enum status integral_box_draws(const struct integral *integral, double n,
                                             size_t n_draws, struct rng *rng, double *draws);

#endif
