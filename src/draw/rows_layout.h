/* Laying out a figure of small histograms: columns of rows, as many as there is room for. */
#ifndef CUSP_DRAW_ROWS_LAYOUT_H
#define CUSP_DRAW_ROWS_LAYOUT_H

#include "canvas.h"
#include "tick_labels.h"

struct rows_layout {
    struct area inner;
    size_t n_shown, per_column;
    size_t left_out;  /* rows there is no room for */
    int column_width; /* with the gap after it */
    int pitch;        /* rows of cells a histogram has, with the gap below it */
    int thickness;
    int label_width, number_width, note_width; /* 0: left out */
    int plot_width;
};

void rows_layout_make(const struct figure *figure, const struct area *inner,
                      const struct draw_options *options, struct rows_layout *out);
/* The cells of histogram i. */
struct area rows_layout_plot(const struct rows_layout *layout, size_t i);
/* The ends of its range as text. */
void rows_numbers(const struct figure_row *row, enum glyph_set glyphs, char low[TICK_TEXT_MAX],
                  char high[TICK_TEXT_MAX]);
/* The mean of the row's bins that fall on [from, to) of its range, 0..1, as a share of its
   greatest bin. */
double rows_height(const struct figure_row *row, double from, double to);

#endif
