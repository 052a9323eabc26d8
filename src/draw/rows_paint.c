/* Small histograms on cells, each in a row of its own. */
#include "figure_paint.h"

#include <math.h>
#include <stdio.h>

#include "rows_layout.h"

/* The eighths of a full block, from below: ▁ and so on to █. */
static const uint32_t LOWER_EIGHTH = 0x2581;
enum { PARTS = 8 };

/* What is filled of a cell, 0..1. */
static uint32_t fill_rune(const struct canvas *canvas, double filled)
{
    if (canvas->options.glyphs == GLYPHS_ASCII) {
        double shade = filled * (double)(canvas->glyphs->n_shades - 1);
        return canvas->glyphs->shades[(size_t)lround(shade)];
    }
    long part = lround(filled * PARTS);
    return part > 0 ? LOWER_EIGHTH + (uint32_t)(part - 1) : ' ';
}

static void paint_histogram(const struct canvas *canvas, const struct figure_row *row,
                            const struct area *plot)
{
    struct ink ink = theme_ink(row->role, &canvas->options);
    struct ink line = theme_ink(ROLE_DIM, &canvas->options);
    for (int column = 0; column < plot->width; column++) {
        double height = plot->height * rows_height(row, (double)column / plot->width,
                                                   (column + 1.0) / plot->width);
        for (int up = 0; up < plot->height; up++) {
            double filled = fmin(fmax(height - up, 0), 1);
            uint32_t rune = fill_rune(canvas, filled);
            bool base = up == 0 && rune == ' '; /* nothing of it here, or too little to see */
            if (base)
                rune = canvas->options.glyphs == GLYPHS_ASCII ? ' ' : LOWER_EIGHTH;
            canvas_put(canvas, plot->column + column, plot->row + plot->height - 1 - up, rune,
                       base ? line : ink);
        }
    }
}

static void paint_texts(const struct canvas *canvas, const struct figure_row *row,
                        const struct rows_layout *layout, const struct area *plot)
{
    struct ink plain = theme_ink(ROLE_PLAIN, &canvas->options);
    struct ink dim = theme_ink(ROLE_DIM, &canvas->options);
    int middle = plot->row + plot->height - 1, number = layout->number_width;
    if (number > 0) {
        char low[TICK_TEXT_MAX], high[TICK_TEXT_MAX];
        rows_numbers(row, canvas->options.glyphs, low, high);
        int width = canvas_width(&canvas->options, low);
        canvas_text(canvas, plot->column - 1 - width, middle, width, low, dim);
        canvas_text(canvas, plot->column + plot->width + 1, middle, number, high, dim);
    }
    if (layout->label_width > 0)
        canvas_text(canvas, plot->column - (number > 0 ? number + 1 : 0) - layout->label_width - 1,
                    middle, layout->label_width, row->label ? row->label : "", plain);
    if (layout->note_width > 0)
        canvas_text(canvas, plot->column + plot->width + 1 + (number > 0 ? number + 1 : 0), middle,
                    layout->note_width, row->note ? row->note : "", plain);
}

void rows_paint(const struct canvas *canvas, const struct figure *figure, const struct area *inner)
{
    struct rows_layout layout;
    rows_layout_make(figure, inner, &canvas->options, &layout);
    for (size_t i = 0; i < layout.n_shown; i++) {
        struct area plot = rows_layout_plot(&layout, i);
        paint_histogram(canvas, &figure->rows[i], &plot);
        paint_texts(canvas, &figure->rows[i], &layout, &plot);
    }
    if (layout.left_out == 0)
        return;
    char text[64];
    snprintf(text, sizeof text, "… %zu more", layout.left_out);
    struct area last = rows_layout_plot(&layout, layout.n_shown);
    canvas_text(canvas, last.column, last.row + last.height - 1, last.width, text,
                theme_ink(ROLE_DIM, &canvas->options));
}
