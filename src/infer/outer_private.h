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
    double *edge;             /* [total] what may hide between an end and the first node */
    double *low, *high;       /* [total] functionals at the ends */
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
    double *sum, *gap, *below, *excess, *edge; /* [total] */
};

struct engine {
    const struct model *model;
    size_t dim;
    size_t axis[INTEGRAL_MAX_DIM]; /* outermost first; the last is the innermost */
    struct functionals wanted;
    struct line_maker maker;
    size_t order; /* of the outer Kronrod rule: 7 or 15 */
    const double *nodes, *kronrod, *gauss;
    double at_end[2][OUTER_ORDER_MAX]; /* Lagrange weights that carry the nodes to either end of a
                                          panel */
    double from_gauss[OUTER_ORDER_MAX]
                     [OUTER_ORDER_MAX]; /* Lagrange weights from the Gauss nodes to the rest */
    double *seeds[2]; /* by level: places on the outer axes where something is known to happen */
    size_t n_seeds[2];
    double tolerance;
    double cut;    /* share of a panel that is cut off at the end where its trouble is */
    size_t budget; /* greatest outer_work */
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
/* Error of a functional over the whole set: of the rule, at the ends of panels, of what lies under
 * them. */
static inline double outer_error(const struct outer_set *set, size_t f)
{
    return set->gap[f] + set->edge[f] + set->below[f];
}

/* Orders the panels along the axis. */
void outer_sort(struct outer_set *set);

/* Error of the line through maker->w whose functionals are value[total]: twice what halving its
   panels changes, and what rounding in K can do. error[total], rounding[total]. */
void outer_audit(struct engine *engine, const double *value, double *error, double *rounding);

/* The nested rule to use: 7 (G3, K7) or 15 (G7, K15). */
void outer_rule(struct engine *engine, size_t order);
/* Work done so far, in evaluations of K: an enclosure counts for several. */
static inline size_t outer_work(const struct engine *engine)
{
    return engine->maker.n_evaluations + 8 * engine->maker.n_enclosures;
}

/* All functionals over the line or slice at x of an axis, for the end of a panel: value[total]. */
CUSP_MUST_USE enum status end_values(struct engine *engine, size_t level, double x, double *value);
/* One panel over [a, b], whose end values low[total] and high[total] are known. *out is NULL unless
 * ST_OK. */
CUSP_MUST_USE enum status panel_new(struct engine *engine, size_t level, double a, double b,
                                    int cell, const double *low, const double *high,
                                    struct outer_panel **out);
void panel_free(struct outer_panel *panel, const struct engine *engine);
/* Memory of a kept line, in nodes. */
size_t kept_by(const struct line *line);

#endif
