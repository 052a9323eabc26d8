/* What a picture is: plain data, drawn on cells, paper or as CSV without further computing. */
#ifndef CUSP_FIGURE_H
#define CUSP_FIGURE_H

#include "cusp/arena.h"
#include "cusp/status.h"

#include <stdbool.h>
#include <stddef.h>

enum scale { SCALE_LINEAR, SCALE_LOG10 };

/* What a mark means; themes give it colour and glyph, so that colour never carries meaning alone.
 */
enum role {
    ROLE_PLAIN,
    ROLE_DIM,            /* beside the point: grid, W0 under a posterior */
    ROLE_SINGULAR,       /* the model's own curve, first model */
    ROLE_REGULAR,        /* the contrast's curve, second model */
    ROLE_THEORY,         /* an asymptotic line: dashed */
    ROLE_THEORY_REGULAR, /* d/2: dotted */
    ROLE_HERE,           /* where you are: cursor, present n */
    ROLE_RANK_0,
    ROLE_RANK_1,
    ROLE_RANK_2,
    ROLE_RANK_3,         /* W0 by rank of the Hessian; more than 3: ROLE_RANK_3 */
    ROLE_SINGULAR_POINT, /* W0 is singular there */
    ROLE_CONTOUR,        /* credible region's edge */
    ROLE_WARNING,
    ROLE_GOOD,
    ROLE_CLASS_1, /* kinds of a thing that have no order: the symmetries of a network … */
    ROLE_CLASS_2,
    ROLE_CLASS_3,
    ROLE_CLASS_4,
    ROLE_CLASS_5,
    ROLE_CLASS_6,
    ROLE_COUNT
};

enum line_style { LINE_SOLID, LINE_DASHED, LINE_DOTTED };
/* MARKER_SPECK is as small as can be, for clouds of points. */
enum marker {
    MARKER_NONE,
    MARKER_DOT,
    MARKER_CROSS,
    MARKER_RING,
    MARKER_DIAMOND,
    MARKER_TRIANGLE,
    MARKER_SQUARE,
    MARKER_PLUS,
    MARKER_SPECK
};

enum colormap { MAP_VIRIDIS, MAP_CIVIDIS, MAP_GREY, MAP_DIVERGING, MAP_RANK, MAP_COUNT };

struct axis {
    const char *label; /* "w1", "n", "free energy F_n" */
    const char *unit;  /* "nats"; "" if none */
    double low, high;  /* data range shown; low < high; both > 0 on a log scale */
    enum scale scale;
};

/* Samples on a regular grid over the axes' whole range: value[iy·nx + ix], ix left to right, iy
   bottom to top; each is the value of its cell (a mass, or K at the cell's centre). NaN: undefined.
 */
struct field {
    size_t nx, ny;
    const double *value;
    enum colormap map;
    enum scale scale; /* of the colour */
    double low, high; /* colour range, in the value's unit; values outside are clipped and marked on
                         the bar */
    const char *name; /* "log10 K", "share of the mass in a cell" */
    bool categorical; /* whole numbers with names, e.g. rank */
    bool is_mass;     /* values add when cells are merged, and are shared out when they are split;
                         else they are averaged */
};

struct curve {
    size_t n;
    const double *x, *y;    /* NaN breaks the line */
    const enum role *roles; /* [n], role of each point; NULL: all `role` */
    enum role role;
    enum line_style style;
    enum marker marker;       /* at each point, besides the line; a curve of one point needs one */
    bool no_line;             /* markers only */
    const char *name;         /* for the legend; NULL: not in the legend */
    const double *low, *high; /* error band; NULL if none */
};

struct bar {
    const char *label;
    double value;
    double error; /* 0: none drawn */
    enum role role;
    const char *note; /* after the value; "" if none */
};

/* A small histogram with a range of its own, in a row of its own. */
struct figure_row {
    const char *label;
    double low, high; /* the range of its bins; low < high */
    size_t n;
    const double *value; /* [n] ≥ 0, drawn against the row's greatest; NaN: none */
    enum role role;
    const char *note; /* after it; "" if none */
};

/* A row of a figure that is text: catalogue info, definitions. */
struct figure_line {
    const char *text;
    enum role role;
};

enum figure_kind { FIGURE_PLOT, FIGURE_BARS, FIGURE_TEXT, FIGURE_ROWS };

struct figure {
    enum figure_kind kind;
    const char *title; /* what it shows, at which n */
    const char
        *note;   /* the bottom line: what to notice now, in plain words, with computed numbers */
    bool coarse; /* a better picture is being computed */
    bool busy;
    struct axis x, y;
    bool equal_aspect; /* both axes in the same unit: a circle is to look round if there is room */
    const struct field *field; /* NULL if none; drawn first */
    const struct curve *curves;
    size_t n_curves;
    const struct bar
        *bars; /* FIGURE_BARS: horizontal, in order; values on y's scale (log allowed) */
    size_t n_bars;
    const struct figure_line *lines; /* FIGURE_TEXT */
    size_t n_lines;
    const struct figure_row *rows; /* FIGURE_ROWS; as many as there is room for are drawn */
    size_t n_rows;
    bool has_here; /* crosshair of the cursor */
    double here_x, here_y;
};

/* Nice tick positions for a range: at most max ticks, ascending; returns how many. Log axes:
 * decades, or 1-2-5. */
size_t figure_ticks(double low, double high, enum scale scale, size_t max, double *out);

/* Position 0..1 of a value on an axis (may lie outside), NaN if it has none. */
double axis_position(const struct axis *axis, double value);
double axis_value(const struct axis *axis, double position);

/* RGB 0xRRGGBB of t in 0..1 on a map; t is clamped; NaN → mid grey. */
unsigned colormap_rgb(enum colormap map, double t);
const char *colormap_name(enum colormap map);

const char *role_name(enum role role);

/* A rectangle of character cells; column 0, row 0 at the top left. */
struct area {
    int column, row, width, height;
};

/* One figure at its place on a sheet. */
struct placed {
    struct area area; /* with its frame */
    const struct figure *figure;
    const char *view; /* name of the view that made it; what a click on it means */
    size_t side;      /* 0 or 1: which model */
    bool focused;
    bool frameless;
};

/* A stretch of text on a sheet, outside any figure: header, key footer, slider, list row. */
struct strip {
    int column, row;
    int width; /* columns to fill; longer text is cut with an ellipsis; 0: as long as the text */
    const char *text; /* UTF-8 */
    enum role role;
    bool reverse, bold;
    const char *action; /* command text a click on it runs; NULL if none */
};

/* Everything on one screen or page: what the explorer shows and what `frame` writes. Plain data of
 * one arena. */
struct sheet {
    int width, height; /* cells */
    const struct placed *placed;
    size_t n_placed;
    const struct strip *strips;
    size_t n_strips;
    const char *too_small; /* not NULL: the only thing to say, e.g. "cusp needs 60x16 cells; this is
                              40x10" */
};

#endif
