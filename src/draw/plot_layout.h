/* Where the parts of a figure stand, in cells: shared by the screen, by paper and by the mouse. */
#ifndef CUSP_DRAW_PLOT_LAYOUT_H
#define CUSP_DRAW_PLOT_LAYOUT_H

#include "cusp/cells.h"
#include "legend.h"
#include "tick_labels.h"

/* Where a colour bar, a legend or a label stands. */
enum place {
    PLACE_NONE,
    PLACE_TOP,    /* at the right of the frame's top border */
    PLACE_HEADER, /* in the row above the plot */
    PLACE_SIDE,   /* beside the plot */
    PLACE_GUTTER, /* among the tick labels */
    PLACE_BELOW,  /* in a row of its own */
};

enum { AXIS_LABEL_MAX = 128, BAR_VALUE_MAX = 2 * TICK_TEXT_MAX + 8 };

enum { LEGEND_ROWS_MAX = 2 };

struct layout {
    struct area outer, inner; /* with and without the frame */
    struct area plot;         /* inside the axes */
    struct area side;         /* width 0: none */
    bool frame, note;
    bool y_axis;     /* line and labels at the left, in the gutter */
    int gutter;      /* columns between the inner edge and the axis line */
    int x_axis_rows; /* 0; 1: labels only; 2: line and labels */
    int header_row;  /* −1: none */
    enum place key, legend_place, x_label_place, y_label_place;
    bool key_brief; /* without its name, categories without theirs */
    int x_label_column, x_label_row;
    char x_label[AXIS_LABEL_MAX], y_label[AXIS_LABEL_MAX];
    struct ticks x, y;
    int x_start[TICKS_MAX]; /* column where each x label begins */
    struct legend legend;
    /* Items up to legend_split stand at legend_place, those up to legend_end in the border. */
    size_t legend_split, legend_end;
    /* What is left over stands in rows of its own above a plot that can spare them: row i holds the
       items up to legend_row_end[i]. */
    int legend_rows, legend_row;
    size_t legend_row_end[LEGEND_ROWS_MAX];
    /* Figures of bars. */
    int label_width, value_width, note_width; /* columns; the bars stand between the last two */
    int bars_margin;                          /* columns before the labels */
    int pitch, thickness;                     /* rows a bar */
    bool values_brief;                        /* without their errors */
    bool labels_above;                        /* label and value in a row above each bar */
    size_t n_bars_shown;
};

/* Any area; options need not be normal. */
void layout_figure(const struct figure *figure, const struct area *asked,
                   const struct draw_options *options, struct layout *out);

/* Columns of a horizontal colour bar without its texts, and how many categories a field shows. */
int key_ramp_width(const struct draw_options *options);
int key_categories(const struct field *field, int *first);
/* "rank 1", brief: "1" */
const char *key_category_name(const struct field *field, int category, bool brief, char *buffer,
                              size_t size);

/* Column and row of the cell at a place 0..1 inside the axes; clamped. */
int layout_column(const struct layout *layout, double place);
int layout_row(const struct layout *layout, double place);

/* "0.25 ± 0.01", brief: "0.25"; out has BAR_VALUE_MAX bytes. */
void bar_value_text(const struct bar *bar, bool brief, enum glyph_set glyphs, char *out);
/* Top row of a bar. */
int layout_bar_row(const struct layout *layout, size_t bar);

/* For plot_layout.c and bars_layout.c. */
void layout_axis_label(const struct axis *axis, char *out);
/* Ticks below the plot whose labels do not touch; fills x and x_start. */
void layout_x_ticks(const struct axis *axis, const struct draw_options *options,
                    struct layout *out);
void layout_bars(const struct figure *figure, const struct draw_options *options,
                 struct layout *out);

#endif
