/* Curves that several views share: W0 on a plane, contour lines, the evidence between its rows. */
#ifndef CUSP_VIEW_CURVES_H
#define CUSP_VIEW_CURVES_H

#include "cusp/arena.h"
#include "cusp/figure.h"
#include "cusp/snapshot.h"

struct curve_list {
    struct arena *arena;
    struct curve *items;
    size_t count, capacity;
};

/* A curve over new arrays of n points, which the caller fills through x and y; valid until the next
   call. */
struct curve *curve_list_line(struct curve_list *list, size_t n, double **x, double **y);
/* One marked point, role ROLE_HERE unless changed. */
struct curve *curve_list_point(struct curve_list *list, double x, double y);
/* A straight horizontal line from low to high. */
struct curve *curve_list_level(struct curve_list *list, double low, double high, double y);

/* The points of a component on an axis: a parameter, or dim + an observable; NULL if it has no such
   axis. [n_points] */
double *zero_axis(const struct model *model, size_t dim, const struct zero_component *component,
                  size_t axis, struct arena *arena);

/* Whether the i-th of many is one of the `share` of them that are kept: evenly, but out of step
   with any order they may have; the first always is. */
bool thinned_keeps(size_t i, double share);

/* About max of n points, evenly thinned, as specks that leave what lies below to be seen. */
struct curve *curve_list_specks(struct curve_list *list, size_t n, const double *at_x,
                                const double *at_y, size_t max);

/* W0 projected on two axes, all in one role: what lies under a posterior. clouds: also what has
   more than one dimension in a model of more than two. */
void w0_dim(struct curve_list *list, const struct model *model, const struct zero_set *zeros,
            size_t ax, size_t ay, bool clouds);
/* W0 by rank of the Hessian, one legend entry a rank; singular points and isolated ones marked. */
void w0_by_rank(struct curve_list *list, const struct model *model, const struct zero_set *zeros,
                size_t ax, size_t ay);
/* Zeros of a one-dimensional model as marks at height y; by_rank: coloured, else dim. */
void w0_on_line(struct curve_list *list, const struct zero_set *zeros, double y, bool by_rank);

/* Adds the lines value = level of a grid of cell values (marching squares between cell centres, on
   the log of the values when `logarithmic`); NULL if there are none. keep: [ny][nx], lines only
   beside cells that are set; NULL: all. */
struct curve *curve_list_contour(struct curve_list *list, const double *value, size_t nx, size_t ny,
                                 const double low[2], const double high[2], double level,
                                 bool logarithmic, const unsigned char *keep);

/* The evidence at any n: between rows by cubic Hermite in log n, whose slope n E[K] is known. False
   if n is outside the rows or there are none. */
bool curves_at(const struct curves *curves, double n, struct evidence *out);

/* Centre of cell i of `count` over [low, high]. */
double cell_centre(double low, double high, size_t count, size_t i);

/* The least 1, 2 or 5 times a power of ten that is at least x: for ranges that must not creep. */
double round_up_125(double x);

#endif
