/* Private to infer: the adaptive rule over lines, and what it leaves behind. */
#ifndef CUSP_OUTER_PRIVATE_H
#define CUSP_OUTER_PRIVATE_H

#include "infer_private.h"

struct outer_set;

/* One node of the outer rule: a line (innermost) or the lines of a slice (below). */
struct outer_node {
    double x;
    double kronrod, gauss;   /* weights, with the panel's half length */
    double *value;           /* [total] functionals over the line or the slice */
    struct line *line;       /* innermost level, if nodes are kept; else NULL */
    struct outer_set *slice; /* level above the innermost of three dimensions; else NULL */
};

struct outer_panel {
    double a, b;
    struct outer_node *nodes; /* [order] */
    double *sum;              /* [total] by the Kronrod rule */
    double *gap;              /* [total] |Kronrod − Gauss| */
    double *excess; /* [total] of the gap over what rounding explains: what halving can mend */
    double *below;  /* [total] errors of the lines themselves */
    struct states
        *states; /* [2] by the Kronrod and the Gauss weights; NULL unless nodes are kept */
    int lean;    /* −1, 1: the trouble is at the low or the high end; 0: anywhere */
    int cell;    /* index between edges of this axis; −1: none */
};

struct outer_set {
    struct outer_panel **panels; /* ascending only after outer_sort */
    size_t n_panels, capacity;
    double *sum, *gap, *below, *excess; /* [total] */
};

struct engine {
    const struct model *model;
    size_t dim;
    size_t axis[INTEGRAL_MAX_DIM]; /* outermost first; the last is the innermost */
    struct functionals wanted;
    struct line_maker maker;
    size_t order; /* of the outer Kronrod rule: 7 or 15 */
    const double *nodes, *kronrod, *gauss;
    double tolerance;
    double cut;    /* share of a panel that is cut off at the end where its trouble is */
    size_t budget; /* evaluations of K */
    bool keep_nodes;
    bool drop_lines;                /* keep only what evidence needs */
    bool direct;                    /* sums are taken over nodes, not by the density of states */
    struct states_factors *factors; /* [count], unless direct */
    const double *edges[INTEGRAL_MAX_DIM]; /* by parameter */
    size_t n_edges[INTEGRAL_MAX_DIM];
    double *floor; /* [count] per unit length of the outermost axis: errors far below do not matter;
                      0: none yet */
    const struct cancel *cancel;
    size_t threads; /* for the slices of three dimensions; 0: one a processor */
    bool out_of_budget;
    size_t kept;        /* memory of the lines that are kept, in nodes */
    double worst_audit; /* greatest relative error of the lines themselves, without rounding */
};

/* Integrates over axis[level] .. axis[dim − 1], with maker->w holding the outer coordinates. */
CUSP_MUST_USE enum status outer_run(struct engine *engine, size_t level, struct outer_set *set);
void outer_set_init(struct outer_set *set, const struct engine *engine);
void outer_set_done(struct outer_set *set, const struct engine *engine);
/* Orders the panels along the axis. */
void outer_sort(struct outer_set *set);

/* Error of the line through maker->w whose functionals are value[total]: twice what halving its
   panels changes, and what rounding in K can do. error[total], rounding[total]. */
void outer_audit(struct engine *engine, const double *value, double *error, double *rounding);

#endif
