/* Private to infer: one line of the box integrated exactly, and the adaptive rule over lines. */
#ifndef CUSP_INFER_PRIVATE_H
#define CUSP_INFER_PRIVATE_H

#include "cusp/cancel.h"
#include "cusp/integral.h"
#include "cusp/model.h"
#include "cusp/program.h"

#include "states.h"

#include <stdbool.h>
#include <stddef.h>

enum { LINE_ORDER_MAX = 12, OUTER_ORDER_MAX = 15, PANEL_MOMENTS = 7 };

/* Plain comparisons: fmin and fmax are calls, and NaN does not get this far. */
static inline double lesser(double a, double b)
{
    return a < b ? a : b;
}

static inline double greater(double a, double b)
{
    return a > b ? a : b;
}

/* The integrals wanted of every line at once: Laplace transforms at n[i], or volumes below eps[i].
 */
struct functionals {
    bool volumes;        /* false: value[i] is n; true: value[i] is ε */
    const double *value; /* [count], ascending */
    size_t count;
    size_t n_regions; /* each value is wanted over the whole line, then over every region */
    size_t total;     /* count × (1 + n_regions) */
};

/* How lines are cut into panels. */
struct line_rule {
    double n_min, n_max; /* for which n the panels must serve */
    double kl_ref;       /* K is measured from here: min K over the box */
    double ratio;        /* K may grow by this factor over a panel */
    double
        tail; /* a panel's K is smooth if its highest Legendre coefficients are below this share */
    size_t order;        /* Gauss–Legendre points of a panel; a quiet panel takes fewer */
    const double *edges; /* cell edges on the inner axis; NULL: none */
    size_t n_edges;
    bool keep_high; /* regions are wanted on their own: grade towards every local minimum of K, drop
                       nothing */
};

/* A stretch of a line on which K is monotone (or flat) and smooth. */
struct panel {
    double a, b;
    double k_a, k_b;      /* K − kl_ref at the ends */
    double k_low, k_high; /* over nodes and ends */
    size_t first;         /* nodes first .. first + order − 1 of the line */
    unsigned order;
    bool full;                    /* takes all points of the rule: with fewer it was not smooth */
    bool halve;                   /* marked: not smooth with all of them either */
    unsigned regions;             /* bit r: inside region r */
    int cell;                     /* index between edges; −1 outside */
    double moment[PANEL_MOMENTS]; /* Σ weight (k / k_high)^j: the sum while n k_high is small */
};

/* One line in the direction of the inner axis. Σ weight e^(−n k) over a panel's nodes is ∫ φ̃ e^(−n
 * (K − kl_ref)). */
struct line {
    struct panel *panels;
    size_t n_panels, panel_capacity;
    double *k, *weight, *y; /* [n_nodes] */
    double *log_prior; /* [n_nodes], scratch while the line is made; NULL for a uniform prior */
    size_t n_nodes, node_capacity;
};

/* What one thread needs to make lines of a model along one axis. */
struct line_maker {
    const struct model *model;
    size_t axis;            /* inner */
    double low, high;       /* of the box along the axis */
    struct program *slopes; /* K, ∂K, ∂²K along the axis */
    struct program *weigh;  /* weight·exp(−n k) of variables (k, weight, n) */
    struct program_space *space;
    struct line_rule rule;
    double w[SYNTAX_MAX_PARAMS];
    double unresolved;    /* of the line made last: length on which K could not be followed */
    double noise;         /* of the line made last: rounding of K where K is least on it */
    bool plain;           /* panels get no moments: lines are summed once and let go */
    double tail_few;      /* rule.tail for panels of fewer points */
    double negligible;    /* n k beyond this is nothing beside Z_n */
    double log_prior_max; /* subtracted from log φ̃ so that weights neither over- nor underflow */
    struct segment *segments;
    size_t n_segments, segment_capacity;
    double *scratch;
    size_t scratch_capacity;
    size_t n_evaluations; /* of K, batched ones counted singly */
    size_t n_enclosures;
    struct interval *region_box; /* [n_regions] scratch */
    double *region_value;        /* [n_regions] scratch */
    struct gauss_table *gauss;
};

CUSP_MUST_USE enum status line_maker_init(struct line_maker *maker, const struct model *model,
                                          size_t axis, const struct line_rule *rule);
void line_maker_done(struct line_maker *maker);
/* A maker of one's own for another thread, sharing what does not change; ended by line_maker_join.
 */
struct line_maker line_maker_fork(const struct line_maker *from);
void line_maker_join(struct line_maker *maker);

/* Cuts and evaluates the line through maker->w (its inner coordinate is ignored). halved: every
   panel in two, to see how far the panels' own error goes. */
void line_make(struct line_maker *maker, bool halved, struct line *line);
void line_init(struct line *line);
void line_done(struct line *line);

/* out[functionals->total]: value-major within the whole, then region by region. */
void line_functionals(struct line_maker *maker, const struct line *line,
                      const struct functionals *functionals, double *out);
/* The line's density of states: *states is overwritten. region < 0: the whole line. */
void line_states(const struct line *line, int region, struct states *states);
/* mass[panel] at n, without e^(−n kl_ref); returns the sum. mean_k, when not NULL, adds Σ k weight
 * e^(−n k). */
double line_masses(struct line_maker *maker, const struct line *line, double n, double *mass,
                   double *sum_k);
/* Widest rounding error of K at the node that carries most at n: from a point enclosure. */
double line_rounding(struct line_maker *maker, const struct line *line, double n);

#endif
