/* Painting a field on cells, and knowing what lies under a mark. */
#ifndef CUSP_DRAW_FIELD_PAINT_H
#define CUSP_DRAW_FIELD_PAINT_H

#include "canvas.h"
#include "field_view.h"

enum { COLOURS_MAX = 128 };

enum fill {
    FILL_NONE,
    FILL_HALVES,   /* two samples a cell */
    FILL_BLANKS,   /* one sample a cell, as background */
    FILL_MIXES,    /* one sample a cell, as a shade between two of a few colours */
    FILL_SHADES,   /* one sample a cell, as a character */
    FILL_TEXTURES, /* categories */
};

struct field_paint {
    enum fill fill;
    struct field_view view;
    enum colormap map;
    int n_colours;
    uint32_t colours[COLOURS_MAX];
};

/* FILL_NONE if there is no field or no room. */
void field_paint_init(struct field_paint *paint, const struct field *field, const struct area *plot,
                      const struct draw_options *options);
void field_paint_draw(const struct field_paint *paint, const struct canvas *canvas,
                      const struct area *plot);
/* A cell that stands for a place 0..1 of the colour scale, as in the colour bar. */
void field_paint_swatch(const struct field_paint *paint, const struct canvas *canvas, double place,
                        struct cell *cell);
void field_paint_category(const struct canvas *canvas, int category, struct cell *cell);
/* The background a mark on this cell is to have: the mean of the field there. */
uint32_t field_paint_under(const struct field_paint *paint, const struct canvas *canvas,
                           const struct cell *cell);

#endif
