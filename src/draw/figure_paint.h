/* The parts of a figure on cells, one function a part. */
#ifndef CUSP_DRAW_FIGURE_PAINT_H
#define CUSP_DRAW_FIGURE_PAINT_H

#include "canvas.h"
#include "field_paint.h"
#include "plot_layout.h"

void frame_paint(const struct canvas *canvas, const struct placed *placed,
                 const struct layout *layout);
/* Title and note, after all else: the title ends where the colour bar begins. */
void title_paint(const struct canvas *canvas, const struct placed *placed,
                 const struct layout *layout);
/* The title's mark of a figure that is coarse or busy; "" if neither. */
const char *frame_mark(const struct figure *figure);

void axes_paint(const struct canvas *canvas, const struct figure *figure,
                const struct layout *layout);
/* Colour bar and legend, wherever the layout put them. */
void keys_paint(const struct canvas *canvas, const struct layout *layout,
                const struct field_paint *field);
/* The colour bar in one row, brief: without its name; or upright, returning the rows used. */
int key_row_width(const struct canvas *canvas, const struct field_paint *field, bool brief);
void key_row_paint(const struct canvas *canvas, const struct field_paint *field, bool brief,
                   int column, int row);
int key_column_paint(const struct canvas *canvas, const struct field_paint *field,
                     const struct area *side);
void bars_paint(const struct canvas *canvas, const struct figure *figure,
                const struct layout *layout);
void rows_paint(const struct canvas *canvas, const struct figure *figure, const struct area *inner);
void lines_paint(const struct canvas *canvas, const struct figure *figure,
                 const struct area *inner);

/* The texts at the ends of a colour bar: "≤10⁻⁶" where values are clipped. */
void key_numbers(const struct field_view *view, enum glyph_set glyphs, char *low, char *high,
                 size_t size);

#endif
