/* A grid of coloured characters: what pictures become before a terminal or a file shows them. */
#ifndef CUSP_CELLS_H
#define CUSP_CELLS_H

#include "cusp/figure.h"
#include "cusp/text.h"

#include <stdint.h>

/* A colour: COLOUR_DEFAULT, COLOUR_INDEX | 0..255 (xterm palette), COLOUR_RGB | 0xRRGGBB. */
#define COLOUR_DEFAULT UINT32_C(0)
#define COLOUR_INDEX UINT32_C(0x01000000)
#define COLOUR_RGB UINT32_C(0x02000000)
#define COLOUR_KIND UINT32_C(0xff000000)

enum { CELL_BOLD = 1, CELL_DIM = 2, CELL_REVERSE = 4, CELL_UNDERLINE = 8 };

struct cell {
    uint32_t rune; /* a base character; 0: the right half of a wide one */
    uint32_t fg, bg;
    uint8_t attributes;
};

struct cells {
    int width, height;
    struct cell *cell; /* [height][width] */
};

void cells_init(struct cells *cells, int width, int height); /* both ≥ 1; blanks */
void cells_done(struct cells *cells);
void cells_clear(struct cells *cells);
/* Outside the grid: does nothing / returns NULL. */
struct cell *cells_at(struct cells *cells, int column, int row);
/* UTF-8 text, cut at `width` columns (with an ellipsis if cut) and at the grid; returns columns
 * written. */
int cells_text(struct cells *cells, int column, int row, int width, const char *text, uint32_t fg,
               uint32_t bg, uint8_t attributes);

enum colour_depth { DEPTH_MONO, DEPTH_16, DEPTH_256, DEPTH_DIRECT };
enum glyph_set { GLYPHS_UNICODE, GLYPHS_ASCII };

struct draw_options {
    bool light; /* light background */
    enum colour_depth depth;
    enum glyph_set glyphs;
    int levels;                 /* steps of a smooth colour map, 2..128; 0: 64 */
    double cell_aspect;         /* height / width of a character cell; 0: 2 */
    enum colormap map_override; /* MAP_COUNT: as the figure says */
};

/* Draws a figure with its frame, title, axes, colour bar, legend and note into an area of cells.
   Survives any area. A figure smaller than its content sheds it in a fixed order: legend, colour
   bar, axis labels, ticks, note, frame. */
void draw_figure(struct cells *cells, const struct area *area, const struct placed *placed,
                 const struct draw_options *options);

/* The inside of the axes of a figure drawn in `area`: for the mouse, and to choose how fine a field
 * should be. */
struct area draw_plot_area(const struct figure *figure, const struct area *area,
                           const struct draw_options *options);

void draw_sheet(struct cells *cells, const struct sheet *sheet, const struct draw_options *options);

/* Plain text (no escape codes, trailing blanks cut), and text with SGR codes at the depth of the
 * options. */
void cells_to_text(const struct cells *cells, struct text *out);
void cells_to_ansi(const struct cells *cells, const struct draw_options *options, struct text *out);

#endif
