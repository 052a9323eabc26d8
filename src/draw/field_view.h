/* A field seen through a grid of pixels of another size, and its place on the colour scale. */
#ifndef CUSP_DRAW_FIELD_VIEW_H
#define CUSP_DRAW_FIELD_VIEW_H

#include "cusp/figure.h"

struct field_view {
    const struct field *field;
    size_t nx, ny;         /* pixels */
    double low, high;      /* colour range of a pixel; a mass's grows and shrinks with the pixel */
    double origin, extent; /* the same where the scale is linear */
    bool below, above;     /* some pixel is clipped there */
    bool undefined;        /* some pixel has no value */
};

/* False if the field has nothing to show. */
bool field_view_init(struct field_view *view, const struct field *field, size_t nx, size_t ny);

/* Pixel ix, iy from the bottom left: the sum of the masses or the mean of the values that it
   covers, each sample weighed by its covered part; the middle sample of a categorical field. NaN:
   undefined. */
double field_view_at(const struct field_view *view, size_t ix, size_t iy);

/* Place 0..1 on the colour scale, clamped; NaN if undefined. */
double field_view_place(const struct field_view *view, double value);

/* Category 0..3 of a categorical value. */
int field_category(double value);

#endif
