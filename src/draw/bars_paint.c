/* Horizontal bars with labels, values and error whiskers. */
#include "figure_paint.h"

#include <math.h>
#include <stdio.h>

/* The eighths of a full block, from the left. */
static const uint32_t EIGHTHS = 0x258f; /* ▏; ▎ is one less, and so on to █ */
enum { PARTS = 8 };

/* Where a bar begins: at zero if the axis has one, else at its low end. */
static double bar_origin(const struct axis *axis)
{
    double zero = axis->scale == SCALE_LINEAR ? axis_position(axis, 0) : 0;
    return zero > 0 ? fmin(zero, 1) : 0;
}

/* The part of a bar between places 0..1, in eighths of a cell where the glyphs have them. */
static void paint_extent(const struct canvas *canvas, const struct area *plot, int row, double from,
                         double to, struct ink ink)
{
    bool ascii = canvas->options.glyphs == GLYPHS_ASCII;
    int first = (int)lround(from * plot->width);
    int parts = (int)lround((to - (double)first / plot->width) * plot->width * PARTS);
    if (ascii)
        parts = (parts + PARTS / 2) / PARTS * PARTS;
    for (int column = first; parts > 0 && column < plot->width; column++, parts -= PARTS) {
        uint32_t rune = parts >= PARTS ? canvas->glyphs->full : EIGHTHS - (uint32_t)(parts - 1);
        canvas_put(canvas, plot->column + column, row, rune, ink);
    }
}

/* Draws over a bar without hiding it. */
static void paint_over(const struct canvas *canvas, int column, int row, uint32_t rune)
{
    struct cell *cell = canvas_at(canvas, column, row);
    if (!cell)
        return;
    if (cell->rune == canvas->glyphs->full && canvas->options.depth >= DEPTH_256) {
        uint32_t bg = cell->fg;
        struct ink ink = theme_ink_over(ROLE_PLAIN, bg, &canvas->options);
        *cell = (struct cell){rune, ink.fg, bg, 0};
        return;
    }
    struct ink ink = theme_ink(ROLE_PLAIN, &canvas->options);
    *cell = (struct cell){rune, ink.fg, COLOUR_DEFAULT, 0};
}

static int column_of(const struct area *plot, double place)
{
    int column = (int)floor(place * plot->width);
    return plot->column + (column < 0 ? 0 : column >= plot->width ? plot->width - 1 : column);
}

static void paint_whisker(const struct canvas *canvas, const struct axis *axis,
                          const struct area *plot, int row, const struct bar *bar)
{
    double low = axis_position(axis, bar->value - bar->error);
    double high = axis_position(axis, bar->value + bar->error);
    if (!(bar->error > 0) || !isfinite(high) || high < 0 || low > 1)
        return;
    if (isnan(low)) /* reaches below zero on a log scale */
        low = -1;
    int from = column_of(plot, low), to = column_of(plot, high);
    if (from == to) {
        paint_over(canvas, from, row, canvas->glyphs->whisker_point);
        return;
    }
    for (int column = from; column <= to; column++)
        paint_over(canvas, column, row,
                   column == from && low >= 0  ? canvas->glyphs->whisker_low
                   : column == to && high <= 1 ? canvas->glyphs->whisker_high
                                               : canvas->glyphs->whisker);
}

/* On a log scale a value that has no place is at the left, as 0 or negative. */
static void paint_no_place(const struct canvas *canvas, const struct area *plot, int row,
                           const struct bar *bar, struct ink ink)
{
    canvas_put(canvas, plot->column, row, canvas->glyphs->beyond_low, ink);
    const char *text = isnan(bar->value) ? "undefined"
                       : bar->value < 0  ? "negative"
                       : bar->value > 0  ? "infinite"
                                         : "0";
    canvas_text(canvas, plot->column + 2, row, plot->width - 2, text, ink);
}

static void paint_bar(const struct canvas *canvas, const struct figure *figure,
                      const struct layout *layout, size_t i)
{
    const struct bar *bar = &figure->bars[i];
    const struct area *plot = &layout->plot;
    struct ink ink = theme_ink(bar->role, &canvas->options);
    double place = axis_position(&figure->y, bar->value), origin = bar_origin(&figure->y);
    int top = layout_bar_row(layout, i), middle = top + layout->thickness / 2;
    if (isnan(place)) {
        paint_no_place(canvas, plot, middle, bar, ink);
        return;
    }
    double from = fmin(fmax(fmin(place, origin), 0), 1), to = fmax(fmin(fmax(place, origin), 1), 0);
    for (int row = 0; row < layout->thickness; row++)
        paint_extent(canvas, plot, top + row, from, to, ink);
    if (place > 1)
        paint_over(canvas, plot->column + plot->width - 1, middle, canvas->glyphs->beyond_high);
    if (place < 0)
        canvas_put(canvas, plot->column, middle, canvas->glyphs->beyond_low, ink);
    paint_whisker(canvas, &figure->y, plot, middle, bar);
}

/* The label and the value above the bar. */
static void paint_heading(const struct canvas *canvas, const struct layout *layout, size_t i,
                          const struct bar *bar, const char *value)
{
    int row = layout_bar_row(layout, i) - 1, width = canvas_width(&canvas->options, value);
    int column = layout->inner.column + layout->bars_margin;
    int end = layout->inner.column + layout->inner.width - layout->bars_margin;
    struct ink ink = theme_ink(ROLE_PLAIN, &canvas->options);
    canvas_text(canvas, column, row, end - column - width - 1, bar->label ? bar->label : "", ink);
    canvas_text(canvas, end - width, row, width, value, ink);
}

static void paint_texts(const struct canvas *canvas, const struct figure *figure,
                        const struct layout *layout, size_t i)
{
    const struct bar *bar = &figure->bars[i];
    int row = layout_bar_row(layout, i) + layout->thickness / 2;
    int column = layout->inner.column + layout->bars_margin;
    struct ink ink = theme_ink(ROLE_PLAIN, &canvas->options);
    char value[BAR_VALUE_MAX];
    bar_value_text(bar, layout->values_brief, canvas->options.glyphs, value);
    if (layout->labels_above)
        paint_heading(canvas, layout, i, bar, value);
    if (layout->label_width > 0) {
        canvas_text(canvas, column, row, layout->label_width, bar->label ? bar->label : "", ink);
        column += layout->label_width + 1;
    }
    if (layout->value_width > 0) {
        int width = canvas_width(&canvas->options, value);
        canvas_text(canvas, column + layout->value_width - width, row, width, value, ink);
    }
    if (layout->note_width > 0)
        canvas_text(canvas, layout->plot.column + layout->plot.width + 1, row, layout->note_width,
                    bar->note ? bar->note : "", theme_ink(bar->role, &canvas->options));
}

static void paint_baseline(const struct canvas *canvas, const struct layout *layout)
{
    struct ink line = theme_ink(ROLE_DIM, &canvas->options);
    const struct area *plot = &layout->plot;
    for (int row = 0; row < plot->height; row++)
        canvas_put(canvas, plot->column - 1, plot->row + row, canvas->glyphs->baseline, line);
    if (layout->x_axis_rows > 0)
        canvas_put(canvas, plot->column - 1, plot->row + plot->height, canvas->glyphs->corner,
                   line);
}

void bars_paint(const struct canvas *canvas, const struct figure *figure,
                const struct layout *layout)
{
    if (layout->plot.width < 1)
        return;
    paint_baseline(canvas, layout);
    for (size_t i = 0; i < layout->n_bars_shown; i++) {
        paint_texts(canvas, figure, layout, i);
        paint_bar(canvas, figure, layout, i);
    }
    size_t left_out = figure->n_bars - layout->n_bars_shown;
    if (left_out == 0 || layout->inner.height < 1)
        return;
    char text[64];
    snprintf(text, sizeof text, "… %zu more", left_out);
    canvas_text(canvas, layout->inner.column + layout->bars_margin,
                layout->plot.row + (int)layout->n_bars_shown * layout->pitch, layout->inner.width,
                text, theme_ink(ROLE_DIM, &canvas->options));
}
