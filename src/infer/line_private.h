/* Private to the line integrator: cutting a line, evaluating along it. */
#ifndef CUSP_LINE_PRIVATE_H
#define CUSP_LINE_PRIVATE_H

#include "infer_private.h"

/* A stretch of a line; graded: K is monotone on it, panels are graded towards its low end. */
struct segment {
    double a, b;
    double k_a, k_b; /* K − kl_ref at the ends, if graded */
    bool graded;
};

/* Gauss–Legendre rules of orders 1..LINE_ORDER_MAX, with rows that project on the two highest
   Legendre polynomials a rule can tell apart. */
struct gauss_table {
    double x[LINE_ORDER_MAX + 1][LINE_ORDER_MAX];
    double w[LINE_ORDER_MAX + 1][LINE_ORDER_MAX];
    double top[LINE_ORDER_MAX + 1][2][LINE_ORDER_MAX];
    double end[LINE_ORDER_MAX + 1][2][LINE_ORDER_MAX]; /* extrapolation to −1 and 1 */
};

/* K − kl_ref at y[count] of the line; +∞ where K is undefined. */
void line_eval(struct line_maker *maker, const double *y, size_t count, double *k);

/* Replaces line->panels by panels in ascending order; does not evaluate nodes. */
void line_cut(struct line_maker *maker, struct line *line);
void line_add_panel(struct line *line, double a, double b);

#endif
