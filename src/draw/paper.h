/* Sheets drawn with lines and fonts instead of cells, by Cairo; a cell is 8 × 16 units. */
#ifndef CUSP_DRAW_PAPER_H
#define CUSP_DRAW_PAPER_H

#include "cusp/cells.h"
#include "field_view.h"
#include "plot_layout.h"

#ifdef HAVE_CAIRO

#include <cairo.h>

enum { PAPER_CELL_WIDTH = 8, PAPER_CELL_HEIGHT = 16 };

struct paper {
    cairo_t *cairo;
    struct draw_options options;
    unsigned ink, dim, ground; /* 0xRRGGBB */
};

struct box {
    double x, y, width, height;
};

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

/* The parts. */
void paper_plot(struct paper *paper, const struct figure *figure, const struct layout *layout);
void paper_curves(struct paper *paper, const struct figure *figure, const struct layout *layout);
void paper_bars(struct paper *paper, const struct figure *figure, const struct layout *layout);
void paper_rows(struct paper *paper, const struct figure *figure, const struct layout *layout);
void paper_axes(struct paper *paper, const struct figure *figure, const struct layout *layout);
void paper_keys(struct paper *paper, const struct layout *layout, const struct field_view *view);

/* Tools. */
struct box paper_box(const struct area *area);
void paper_colour(struct paper *paper, unsigned rgb);
void paper_fill(struct paper *paper, const struct box *box, unsigned rgb);
void paper_line(struct paper *paper, double x0, double y0, double x1, double y1, unsigned rgb,
                double width);
double paper_text_width(struct paper *paper, const char *text, bool bold);
/* Text in the middle of a row of height PAPER_CELL_HEIGHT whose top is y, cut at `room` units;
   returns its width. */
double paper_text(struct paper *paper, double x, double y, double room, const char *text,
                  unsigned rgb, bool bold, enum align align);
/* A single character in a cell-wide font, for drawings made of text. */
void paper_glyph(struct paper *paper, double x, double y, uint32_t rune, unsigned rgb, bool bold);
void paper_marker(struct paper *paper, double x, double y, enum marker marker, unsigned rgb);
/* The line of a role: colour, width and dashes; then stroke. */
void paper_pen(struct paper *paper, enum role role, enum line_style style);
unsigned paper_map_rgb(const struct paper *paper, const struct field *field, double place);
/* Paints a pixel's texture over a category's colour; x, y in half units. */
unsigned paper_category_rgb(int category, int x, int y);

/* The same SVG with its images and surfaces numbered from 1. */
void paper_renumber(const struct text *svg, struct text *out);

#endif

/* Whole pages in memory: png at two pixels a unit. ST_UNABLE with a reason if Cairo cannot, or is
   not there. */
enum paper_format { PAPER_SVG, PAPER_PNG, PAPER_PDF };
CUSP_MUST_USE enum status paper_write(const struct sheet *sheet, const struct draw_options *options,
                                      enum paper_format format, struct text *out, const char **why);

#endif
