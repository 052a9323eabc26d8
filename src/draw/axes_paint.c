/* Axis lines, ticks, tick labels and axis labels. */
#include "figure_paint.h"

static void paint_y_axis(const struct canvas *canvas, const struct layout *layout)
{
    const struct glyphs *glyphs = canvas->glyphs;
    const struct area *plot = &layout->plot;
    struct ink line = theme_ink(ROLE_DIM, &canvas->options);
    struct ink text = theme_ink(ROLE_PLAIN, &canvas->options);
    int column = plot->column - 1;
    bool minor = layout->y.n_minor > 0;
    for (int row = 0; row < plot->height; row++)
        canvas_put(canvas, column, plot->row + row, glyphs->vertical, line);
    for (size_t i = 0; i < layout->y.n_minor; i++)
        canvas_put(canvas, column, layout_row(layout, layout->y.minor[i]), glyphs->minor_tick_y,
                   line);
    for (size_t i = 0; i < layout->y.n; i++) {
        int row = layout_row(layout, layout->y.position[i]);
        int width = canvas_width(&canvas->options, layout->y.text[i]), room = layout->gutter - 1;
        canvas_put(canvas, column, row, minor ? glyphs->strong_tick_y : glyphs->tick_y, line);
        if (width <= room)
            canvas_text(canvas, column - 1 - width, row, width, layout->y.text[i], text);
    }
}

/* The free row of the gutter nearest to the middle, or −1. */
static int free_gutter_row(const struct layout *layout)
{
    const struct area *plot = &layout->plot;
    for (int step = 0; step < plot->height; step++) {
        int away = (step + 1) / 2, row = plot->height / 2 + (step % 2 ? away : -away);
        bool taken = row < 0 || row >= plot->height;
        for (size_t i = 0; i < layout->y.n && !taken; i++)
            taken = layout_row(layout, layout->y.position[i]) == plot->row + row;
        if (!taken)
            return plot->row + row;
    }
    return -1;
}

static void paint_y_label(const struct canvas *canvas, const struct layout *layout)
{
    struct ink ink = theme_ink(ROLE_PLAIN, &canvas->options);
    ink.attributes |= CELL_BOLD;
    int width = canvas_width(&canvas->options, layout->y_label);
    if (layout->y_label_place == PLACE_HEADER)
        canvas_text(canvas, layout->inner.column + 1, layout->header_row, layout->inner.width - 2,
                    layout->y_label, ink);
    int row = layout->y_label_place == PLACE_GUTTER ? free_gutter_row(layout) : -1;
    if (row >= 0)
        canvas_text(canvas, layout->plot.column - 2 - width, row, width, layout->y_label, ink);
}

static void paint_x_line(const struct canvas *canvas, const struct layout *layout)
{
    const struct glyphs *glyphs = canvas->glyphs;
    const struct area *plot = &layout->plot;
    struct ink line = theme_ink(ROLE_DIM, &canvas->options);
    int row = plot->row + plot->height;
    bool minor = layout->x.n_minor > 0;
    if (layout->y_axis)
        canvas_put(canvas, plot->column - 1, row, glyphs->corner, line);
    for (int column = 0; column < plot->width; column++)
        canvas_put(canvas, plot->column + column, row, glyphs->horizontal, line);
    for (size_t i = 0; i < layout->x.n_minor; i++)
        canvas_put(canvas, layout_column(layout, layout->x.minor[i]), row, glyphs->minor_tick_x,
                   line);
    for (size_t i = 0; i < layout->x.n; i++)
        canvas_put(canvas, layout_column(layout, layout->x.position[i]), row,
                   minor ? glyphs->strong_tick_x : glyphs->tick_x, line);
}

static void paint_x_axis(const struct canvas *canvas, const struct layout *layout)
{
    struct ink text = theme_ink(ROLE_PLAIN, &canvas->options), strong = text;
    strong.attributes |= CELL_BOLD;
    if (layout->x_axis_rows == 2)
        paint_x_line(canvas, layout);
    int row = layout->plot.row + layout->plot.height + layout->x_axis_rows - 1;
    int right = layout->inner.column + layout->inner.width;
    for (size_t i = 0; i < layout->x.n; i++)
        canvas_text(canvas, layout->x_start[i], row, right - layout->x_start[i], layout->x.text[i],
                    text);
    if (layout->x_label_place != PLACE_NONE)
        canvas_text(canvas, layout->x_label_column, layout->x_label_row,
                    right - layout->x_label_column, layout->x_label, strong);
}

void axes_paint(const struct canvas *canvas, const struct figure *figure,
                const struct layout *layout)
{
    if (figure->kind == FIGURE_PLOT && layout->y_axis) {
        paint_y_axis(canvas, layout);
        paint_y_label(canvas, layout);
    }
    if (layout->x_axis_rows > 0)
        paint_x_axis(canvas, layout);
}
