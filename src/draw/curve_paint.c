/* Curves as braille masks over the field, or as characters in ASCII. */
#include "curve_paint.h"

#include <math.h>

#include "line_walk.h"

static const uint32_t BRAILLE = 0x2800;
enum { BAND_MIN = 4 }; /* pixels */

/* A pen: pixels are 2 × 4 to a cell in braille, one to a cell in ASCII. */
struct pen {
    const struct canvas *canvas;
    const struct layout *layout;
    const struct field_paint *field;
    int per_column, per_row;
    enum role role;
    enum line_style style;
    double travelled; /* pixels along the curve, for dashes */
    bool band;        /* draws only where no line is */
};

static bool is_braille(uint32_t rune)
{
    return rune > BRAILLE && rune <= BRAILLE + 0xff;
}

/* Bit of a pixel in a braille cell, row 0 at the top. */
static uint32_t braille_bit(int column, int row)
{
    static const uint32_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    return bits[row][column];
}

static bool dash_is_on(const struct pen *pen, double travelled)
{
    bool fine = pen->per_column > 1;
    double period = 1, on = 1;
    switch (pen->style) {
    case LINE_SOLID:
        return true;
    case LINE_DASHED:
        period = fine ? 9 : 3;
        on = fine ? 5 : 2;
        break;
    case LINE_DOTTED:
        period = fine ? 4 : 2;
        on = 1;
        break;
    }
    return fmod(travelled, period) < on;
}

/* Where shades are characters a line takes their place: one that is beside the point leaves those
   that say something. */
static bool pen_yields(const struct pen *pen, const struct cell *cell)
{
    bool beside = pen->role == ROLE_DIM || pen->role == ROLE_CONTOUR;
    return beside && pen->field->fill == FILL_SHADES && cell->rune != ' ' &&
           !is_braille(cell->rune);
}

/* One pixel, x from the left and y from the top. */
static void pen_dot(const struct pen *pen, int x, int y)
{
    const struct area *plot = &pen->layout->plot;
    if (x < 0 || y < 0 || x >= plot->width * pen->per_column || y >= plot->height * pen->per_row)
        return;
    struct cell *cell =
        canvas_at(pen->canvas, plot->column + x / pen->per_column, plot->row + y / pen->per_row);
    if (!cell || pen_yields(pen, cell))
        return;
    bool braille = pen->per_column > 1, drawn = is_braille(cell->rune);
    if (pen->band && drawn && !(cell->attributes & CELL_DIM))
        return;
    uint32_t bg = field_paint_under(pen->field, pen->canvas, cell);
    struct ink ink = theme_ink_over(pen->role, bg, &pen->canvas->options);
    if (pen->band)
        ink.attributes |= CELL_DIM;
    uint32_t rune = theme_ascii(pen->role);
    if (braille)
        rune = (drawn ? cell->rune : BRAILLE) | braille_bit(x % 2, y % 4);
    *cell = (struct cell){rune, ink.fg, bg, ink.attributes};
}

static int pixel(double at, int n)
{
    int i = (int)floor(at);
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

/* A segment between places 0..1 on the axes. */
static void pen_line(struct pen *pen, double x0, double y0, double x1, double y1)
{
    const struct area *plot = &pen->layout->plot;
    int width = plot->width * pen->per_column, height = plot->height * pen->per_row;
    x0 *= width;
    x1 *= width;
    y0 = (1 - y0) * height;
    y1 = (1 - y1) * height;
    if (!segment_clip(&x0, &y0, &x1, &y1, width, height))
        return;
    double length = fmax(fabs(x1 - x0), fabs(y1 - y0));
    int steps = (int)ceil(length);
    int heavy = pen->per_column > 1 ? theme_thickness(pen->role) : 1;
    for (int i = 0; i <= steps; i++) {
        double t = steps ? (double)i / steps : 0;
        if (!dash_is_on(pen, pen->travelled + t * length))
            continue;
        int x = pixel(x0 + t * (x1 - x0), width), y = pixel(y0 + t * (y1 - y0), height);
        for (int dy = 0; dy < heavy; dy++)
            for (int dx = 0; dx < heavy; dx++)
                pen_dot(pen, x + dx, y + dy);
    }
    pen->travelled += length;
}

static void set_role(struct pen *pen, const struct curve *curve, enum role role)
{
    pen->role = role;
    pen->style = theme_line(role, curve->style);
}

/* From point i to the next; each half in its own end's role. */
static void paint_segment(struct pen *pen, const struct figure *figure, const struct curve *curve,
                          size_t i)
{
    double x0, y0, x1, y1;
    if (!curve_place(figure, curve, i, &x0, &y0) || !curve_place(figure, curve, i + 1, &x1, &y1))
        return;
    enum role from = curve_role(curve, i), to = curve_role(curve, i + 1);
    set_role(pen, curve, from);
    if (from == to) {
        pen_line(pen, x0, y0, x1, y1);
        return;
    }
    double x = x0 / 2 + x1 / 2, y = y0 / 2 + y1 / 2;
    pen_line(pen, x0, y0, x, y);
    set_role(pen, curve, to);
    pen_line(pen, x, y, x1, y1);
}

static void paint_line(struct pen *pen, const struct figure *figure, const struct curve *curve)
{
    pen->band = false;
    pen->travelled = 0;
    for (size_t i = 0; i + 1 < curve->n; i++)
        paint_segment(pen, figure, curve, i);
}

/* Sparse dots between the band's edges, pixel column by pixel column. */
static void paint_band_segment(struct pen *pen, const struct figure *figure,
                               const struct curve *curve, size_t i)
{
    const struct area *plot = &pen->layout->plot;
    int width = plot->width * pen->per_column, height = plot->height * pen->per_row;
    double x0 = axis_position(&figure->x, curve->x[i]) * width;
    double x1 = axis_position(&figure->x, curve->x[i + 1]) * width;
    double low0 = axis_position(&figure->y, curve->low[i]);
    double low1 = axis_position(&figure->y, curve->low[i + 1]);
    double high0 = axis_position(&figure->y, curve->high[i]);
    double high1 = axis_position(&figure->y, curve->high[i + 1]);
    if (!isfinite(x0 + x1 + low0 + low1 + high0 + high1) || !(x1 > x0))
        return;
    set_role(pen, curve, curve_role(curve, i));
    int from = (int)fmax(ceil(fmin(x0, width)), 0), to = (int)fmin(floor(fmax(x1, -1)), width - 1);
    for (int x = from; x <= to; x++) {
        double t = (x - x0) / (x1 - x0);
        double low = fmin(fmax(low0 + t * (low1 - low0), 0), 1);
        double high = fmin(fmax(high0 + t * (high1 - high0), 0), 1);
        int top = (int)ceil((1 - high) * height), bottom = (int)floor((1 - low) * height);
        /* A band as thin as the line is not to be seen beside it. */
        for (int y = top; y <= bottom && bottom - top >= BAND_MIN; y++)
            if ((x + 2 * y) % 4 == 0)
                pen_dot(pen, x, y);
    }
}

static void paint_band(struct pen *pen, const struct figure *figure, const struct curve *curve)
{
    if (!curve->low || !curve->high)
        return;
    pen->band = true;
    for (size_t i = 0; i + 1 < curve->n; i++)
        paint_band_segment(pen, figure, curve, i);
}

static void paint_glyph(const struct pen *pen, double x, double y, uint32_t rune, enum role role)
{
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1))
        return;
    struct cell *cell =
        canvas_at(pen->canvas, layout_column(pen->layout, x), layout_row(pen->layout, y));
    if (!cell)
        return;
    uint32_t bg = field_paint_under(pen->field, pen->canvas, cell);
    struct ink ink = theme_ink_over(role, bg, &pen->canvas->options);
    *cell = (struct cell){rune, ink.fg, bg, ink.attributes};
}

/* A pixel each. */
static void paint_specks(struct pen *pen, const struct figure *figure, const struct curve *curve)
{
    const struct area *plot = &pen->layout->plot;
    int width = plot->width * pen->per_column, height = plot->height * pen->per_row;
    pen->band = false;
    for (size_t i = 0; i < curve->n; i++) {
        double x, y;
        if (!curve_place(figure, curve, i, &x, &y) || !(x >= 0 && x <= 1 && y >= 0 && y <= 1))
            continue;
        set_role(pen, curve, curve_role(curve, i));
        pen_dot(pen, pixel(x * width, width), pixel((1 - y) * height, height));
    }
}

static void paint_markers(const struct pen *pen, const struct figure *figure,
                          const struct curve *curve)
{
    bool alone = curve->n == 1 && curve->marker == MARKER_NONE;
    if ((curve->marker == MARKER_NONE && !alone) || curve->marker == MARKER_SPECK)
        return;
    uint32_t rune = glyphs_marker(pen->canvas->glyphs, curve->marker);
    for (size_t i = 0; i < curve->n; i++) {
        double x, y;
        if (curve_place(figure, curve, i, &x, &y))
            paint_glyph(pen, x, y, rune, curve_role(curve, i));
    }
}

void curves_paint(const struct canvas *canvas, const struct figure *figure,
                  const struct layout *layout, const struct field_paint *field)
{
    if (layout->plot.width < 1 || layout->plot.height < 1)
        return;
    bool ascii = canvas->options.glyphs == GLYPHS_ASCII;
    struct pen pen = {
        .canvas = canvas,
        .layout = layout,
        .field = field,
        .per_column = ascii ? 1 : 2,
        .per_row = ascii ? 1 : 4,
    };
    for (size_t i = 0; i < figure->n_curves; i++)
        if (!figure->curves[i].no_line)
            paint_line(&pen, figure, &figure->curves[i]);
    for (size_t i = 0; i < figure->n_curves && !ascii; i++)
        paint_band(&pen, figure, &figure->curves[i]);
    for (size_t i = 0; i < figure->n_curves; i++)
        if (figure->curves[i].marker == MARKER_SPECK)
            paint_specks(&pen, figure, &figure->curves[i]);
    for (size_t i = 0; i < figure->n_curves; i++)
        paint_markers(&pen, figure, &figure->curves[i]);
}

void here_paint(const struct canvas *canvas, const struct figure *figure,
                const struct layout *layout, const struct field_paint *field)
{
    const struct area *plot = &layout->plot;
    if (!figure->has_here || plot->width < 1 || plot->height < 1)
        return;
    double x = axis_position(&figure->x, figure->here_x);
    double y = axis_position(&figure->y, figure->here_y);
    struct ink ink = theme_ink(ROLE_HERE, &canvas->options);
    bool inside_x = x >= 0 && x <= 1, inside_y = y >= 0 && y <= 1;
    if (layout->x_axis_rows == 2 && inside_x)
        canvas_put(canvas, layout_column(layout, x), plot->row + plot->height,
                   canvas->glyphs->here_x, ink);
    if (layout->y_axis && inside_y)
        canvas_put(canvas, plot->column - 1, layout_row(layout, y), canvas->glyphs->here_y, ink);
    if (!inside_x || !inside_y)
        return;
    struct cell *cell = canvas_at(canvas, layout_column(layout, x), layout_row(layout, y));
    if (!cell)
        return;
    uint32_t bg = field_paint_under(field, canvas, cell);
    *cell = (struct cell){canvas->glyphs->here, ink.fg, bg, CELL_BOLD};
    if (bg != COLOUR_DEFAULT && canvas->options.depth >= DEPTH_16) {
        /* A box in the colour that stands out from the field, the cross in the other one. */
        theme_extremes(bg, &canvas->options, &cell->bg, &cell->fg);
    } else {
        cell->bg = COLOUR_DEFAULT;
        cell->attributes |= CELL_REVERSE;
    }
}
