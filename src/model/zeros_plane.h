/* W0 in the plane: nodes where branches meet or end, arms that leave them, and the traces between.
 */
#ifndef ZEROS_PLANE_H
#define ZEROS_PLANE_H

#include "zeros_private.h"

/* A singular point of W0: branches end here. Its arms are arm[first_arm .. + n_arms). */
struct plane_node {
    double w[2];
    double radius; /* in u: within it, a branch is a straight line to the node */
    size_t first_arm, n_arms;
};

/* Where a branch of one system crosses the circle around its node. */
struct plane_arm {
    double w[2];
    size_t node, system;
    bool used;
};

/* A place where a curve was met, to start a trace from. */
struct plane_seed {
    double w[2];
    size_t system;
};

/* Traced segments by place, to know what has been drawn. */
struct plane_segment {
    double a[2], b[2]; /* in u, from the box's low corner */
    size_t system;
    size_t next; /* SIZE_MAX: the last in its bucket */
};

struct plane {
    struct zeros_problem *p;
    struct zero_set *out;
    double step; /* in u */
    struct plane_node *node;
    size_t n_nodes, nodes_capacity;
    struct plane_arm *arm;
    size_t n_arms, arms_capacity;
    struct plane_seed *seed;
    size_t n_seeds, seeds_capacity;
    bool *is_curve;         /* [ZEROS_MAX_SYSTEMS]: the system has curves */
    bool *is_crossing;      /* [ZEROS_MAX_SYSTEMS]: the system is of points common to two curves */
    struct zeros_path flat; /* isolated points where a system has not full rank: only as accurate as
                               slow convergence makes them */
    struct plane_segment *segment;
    size_t n_segments, segments_capacity;
    size_t *bucket; /* [n_buckets²]: first segment */
    size_t n_buckets;
    struct zeros_path boundary; /* points on the rim of areas where K = 0 */
    bool has_area;
    bool has_stalled; /* a trace ended where no node was known */
};

/* Why a trace ended. */
enum plane_end {
    END_BOX,    /* at the boundary of the box */
    END_NODE,   /* at a node */
    END_CLOSED, /* back at its start */
    END_STALL,  /* at a corner, an end of the curve, or a singular point not known before */
    END_KNOWN,  /* on a curve traced before */
    END_LIMIT   /* cancelled, or too long */
};

struct plane_trace {
    enum plane_end end;
    size_t node; /* END_NODE: which */
};

/* --- zeros_trace.c ------------------------------------------------------------------------------
 */

/* Moves w on the curve across its direction; tangent[2] (unit, in u) is turned along the one given.
   False if there is no curve here. */
bool plane_correct(struct plane *plane, const struct zeros_system *s, double *w, double *tangent);

/* Follows the curve from w (on it) along tangent[2], appending points after w. start_node: a node
   just left, or SIZE_MAX. loop: end when it comes back to w. */
struct plane_trace plane_follow(struct plane *plane, size_t system, const double *w,
                                const double *tangent, size_t start_node, bool loop,
                                struct zeros_path *path);

/* --- zeros_index.c ------------------------------------------------------------------------------
 */

void plane_index_init(struct plane *plane);
void plane_index_add(struct plane *plane, size_t system, const struct zeros_path *path);
/* True if a traced segment passes within reach (in u, at most the step) of w; of one system, or
   SIZE_MAX: of any. */
bool plane_index_near(const struct plane *plane, size_t system, const double *w, double reach);
/* Distance in u from w to the segment a b. */
double plane_segment_distance(const struct zeros_problem *p, const double *w, const double *a,
                              const double *b);

/* --- zeros_node.c -------------------------------------------------------------------------------
 */

/* Adds a node unless one is there already (within `same`, in u); returns its index. Its arms are
   found by plane_node_arms. */
size_t plane_node_add(struct plane *plane, const double *w, double same);
void plane_node_arms(struct plane *plane, size_t node);
/* The node whose disc the segment a b enters and that the system passes through; SIZE_MAX if none.
   skip: not this one. */
size_t plane_node_hit(const struct plane *plane, size_t system, const double *a, const double *b,
                      size_t skip);
/* The arm of the node and system nearest to w; SIZE_MAX if none. */
size_t plane_node_nearest_arm(const struct plane *plane, size_t node, size_t system,
                              const double *w);

/* --- zeros_area.c -------------------------------------------------------------------------------
 */

/* True if w has zeros of K in an open neighbourhood at distance about reach (in u). */
bool plane_area_near(struct plane *plane, const double *w, double reach);
/* Looks for areas on a grid; sets plane->has_area. The grid's flags are the caller's, [n²]. */
enum { AREA_GRID = 100 };
bool *plane_area_scan(struct plane *plane);
/* Delivers areas: components of the flagged grid, with the rim's points. */
void plane_area_deliver(struct plane *plane, bool *flags);

#endif
