/* Walking along a curve in pixels: clipping and dashes. */
#ifndef CUSP_DRAW_LINE_WALK_H
#define CUSP_DRAW_LINE_WALK_H

#include <stdbool.h>

#include "cusp/figure.h"

/* Clips a segment to 0 ≤ x ≤ width, 0 ≤ y ≤ height; false if none of it is inside. */
bool segment_clip(double *x0, double *y0, double *x1, double *y1, double width, double height);

/* Where a curve's point i stands, 0..1 on each axis; false if it has no place. */
bool curve_place(const struct figure *figure, const struct curve *curve, size_t i, double *x,
                 double *y);
enum role curve_role(const struct curve *curve, size_t i);

#endif
