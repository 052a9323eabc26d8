/* W0 = {w in the box: K(w) = 0}: found by projection, traced by continuation. */
#ifndef CUSP_ZEROS_H
#define CUSP_ZEROS_H

#include "cusp/cancel.h"
#include "cusp/model.h"

/* A piece of W0. An isolated point has dimension 0. A curve (dimension 1) is ordered along itself;
   in the plane it is a branch: it ends at singular points, which it includes, so that two crossing
   lines are four branches that share a point. In one dimension a whole interval of zeros is its two
   end points. A set as large as the space (K = relu(x)²: an area, a volume) and a surface are
   clouds of points in no order; a surface that is a product's factor is a piece of its own.
   Beyond three dimensions components are samples: all points of one local dimension and one label
   (of a network), or one region. `dimension` at a singular point is that of the largest piece of W0
   through it. */
struct zero_component {
    size_t dimension; /* of W0 locally, generic on the component */
    size_t n_points;
    double *points; /* [n_points][dim] */
    int *rank;      /* [n_points]: rank of the Hessian of K there */
    bool *singular; /* [n_points]: W0 itself is singular there (branches meet, a cusp, an isolated
                       real point) */
    bool closed;    /* a curve whose last point is its first */
    int *region;    /* [n_points]: index of the model's first region it lies in; −1: none */
    int label;      /* of a network: enum network_label of all its points; −1: not known */
};

struct zero_set {
    size_t dim;
    struct zero_component *components;
    size_t n_components;
    double residual_max; /* the greatest K over all points; above 1e-20 × kl_scale only where
                            rounding keeps K itself from it, as of |x − √2| */
    double kl_scale;
    bool has_zero; /* false: no zero in the box, then kl_min and kl_min_at say how near it comes */
    double kl_min;
    double kl_min_at[SYNTAX_MAX_PARAMS];
    bool complete; /* false if cancelled, or a budget ended the search: `why` says so */
    const char *why;
};

struct zeros_options {
    double step;     /* arc length between points of a curve in the plane, every axis measured by
                        its own side of the box; 0: 1/400 */
    size_t n_points; /* about how many points in a cloud (dim ≥ 3); 0: 2000 */
    size_t
        n_starts; /* of the search beyond three dimensions; 0: n_points. Start i depends on seed
                     and i only: a search of few starts comes first and is part of a longer one */
    uint64_t seed;
    size_t threads;
};

/* The result is the caller's (zeros_done). ST_CANCELLED leaves *out empty but valid. */
CUSP_MUST_USE enum status zeros_find(const struct model *model, const struct zeros_options *options,
                                     const struct cancel *cancel, struct zero_set *out);
void zeros_done(struct zero_set *zeros);

/* W0 within the plane through rest[dim] along axes ax, ay of a model of three parameters or more:
   the trace of {K = 0} on that slice, as curves and points of the same kind (points are whole
   vectors w). */
CUSP_MUST_USE enum status zeros_slice(const struct model *model, const double *rest, size_t ax,
                                      size_t ay, const struct zeros_options *options,
                                      const struct cancel *cancel, struct zero_set *out);

/* The zero nearest to w, by projection; ST_UNABLE if none is reached. out[dim]. */
CUSP_MUST_USE enum status zeros_project(const struct model *model, const double *w, double *out);

#endif
