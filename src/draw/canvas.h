/* The part of a grid that one figure may draw on, with the options it is drawn by. */
#ifndef CUSP_DRAW_CANVAS_H
#define CUSP_DRAW_CANVAS_H

#include "cusp/cells.h"
#include "glyphs.h"
#include "theme.h"

struct canvas {
    struct cells *cells;
    struct area clip; /* nothing outside it is touched; within the grid */
    struct draw_options options;
    const struct glyphs *glyphs;
};

/* Options with every 0 replaced by its meaning and every value within its range. */
struct draw_options options_normal(const struct draw_options *options);

void canvas_init(struct canvas *canvas, struct cells *cells, const struct area *area,
                 const struct draw_options *options);
struct cell *canvas_at(const struct canvas *canvas, int column, int row); /* NULL outside */
void canvas_put(const struct canvas *canvas, int column, int row, uint32_t rune, struct ink ink);
/* Text cut at width and at the canvas; returns columns written. */
int canvas_text(const struct canvas *canvas, int column, int row, int width, const char *text,
                struct ink ink);
/* Columns of a text as the glyph set shows it. */
int canvas_width(const struct draw_options *options, const char *text);

/* Longest text that is spelled out in ASCII. */
enum { CANVAS_TEXT_MAX = 1024 };

#endif
