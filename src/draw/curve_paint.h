/* Painting curves, error bands, markers and the crosshair on cells. */
#ifndef CUSP_DRAW_CURVE_PAINT_H
#define CUSP_DRAW_CURVE_PAINT_H

#include "field_paint.h"
#include "plot_layout.h"

void curves_paint(const struct canvas *canvas, const struct figure *figure,
                  const struct layout *layout, const struct field_paint *field);
/* The crosshair, with its marks on the axes. */
void here_paint(const struct canvas *canvas, const struct figure *figure,
                const struct layout *layout, const struct field_paint *field);

#endif
