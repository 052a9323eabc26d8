/* W0 in three dimensions and more: clouds of points, a class for each system and local dimension.
 */
#ifndef ZEROS_CLOUD_H
#define ZEROS_CLOUD_H

#include "zeros_private.h"

#include "cusp/rng.h"

/* Points of one system whose Jacobian has one rank. */
struct cloud_class {
    size_t system, dimension;
    struct zeros_path points;
};

struct cloud {
    struct zeros_problem *p;
    struct zero_set *out;
    size_t n_points, n_starts;
    struct cloud_class *classes;
    size_t n_classes, classes_capacity;
    size_t *piece; /* [ZEROS_MAX_SYSTEMS]: the greatest dimension of the system's points */
    struct zeros_path volume; /* points of open sets of zeros, and of their surface */
    bool has_volume;
    struct rng rng;
};

/* --- zeros_spread.c -----------------------------------------------------------------------------
 */

/* Size of the set the points sample, in u: length or area, roughly. */
double spread_measure(const struct zeros_problem *p, const struct zeros_path *points,
                      size_t dimension);
/* Replaces the class's points by evenly spread ones, grown from them along the set (Bridson 2007).
 */
void spread_grow(struct cloud *cloud, struct cloud_class *class, double radius, size_t max);

/* --- zeros_strata.c -----------------------------------------------------------------------------
 */

/* A random direction of the null space of the system's Jacobian at w, unit, in u. False if there is
   none. */
bool cloud_tangent(struct cloud *cloud, const struct zeros_system *s, const double *w,
                   double *direction);
/* True if pieces of W0 of more than `dimension` come near w, a point of the system. */
bool cloud_is_embedded(struct cloud *cloud, const struct zeros_system *s, size_t dimension,
                       const double *w, double reach);
/* Delivers a class of three dimensions or more as connected components. */
void cloud_deliver(struct cloud *cloud, struct cloud_class *class, double radius);

#endif
