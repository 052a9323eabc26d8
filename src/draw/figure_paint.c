/* Figures and sheets on cells. */
#include "figure_paint.h"

#include "curve_paint.h"

static const struct cell BLANK = {.rune = ' '};

static void clear_area(const struct canvas *canvas)
{
    const struct area *clip = &canvas->clip;
    for (int row = 0; row < clip->height; row++)
        for (int column = 0; column < clip->width; column++)
            *canvas_at(canvas, clip->column + column, clip->row + row) = BLANK;
}

static void paint_plot(const struct canvas *canvas, const struct figure *figure,
                       const struct layout *layout)
{
    struct field_paint field;
    field_paint_init(&field, figure->field, &layout->plot, &canvas->options);
    field_paint_draw(&field, canvas, &layout->plot);
    axes_paint(canvas, figure, layout);
    curves_paint(canvas, figure, layout, &field);
    here_paint(canvas, figure, layout, &field);
    keys_paint(canvas, layout, &field);
}

void draw_figure(struct cells *cells, const struct area *area, const struct placed *placed,
                 const struct draw_options *options)
{
    struct canvas canvas;
    canvas_init(&canvas, cells, area, options);
    if (canvas.clip.width < 1 || canvas.clip.height < 1)
        return;
    clear_area(&canvas);
    const struct figure *figure = placed->figure;
    struct layout layout;
    layout_figure(figure, area, options, &layout);
    frame_paint(&canvas, placed, &layout);
    switch (figure->kind) {
    case FIGURE_PLOT:
        paint_plot(&canvas, figure, &layout);
        break;
    case FIGURE_BARS:
        axes_paint(&canvas, figure, &layout);
        bars_paint(&canvas, figure, &layout);
        break;
    case FIGURE_ROWS:
        rows_paint(&canvas, figure, &layout.inner);
        break;
    case FIGURE_TEXT:
        lines_paint(&canvas, figure, &layout.inner);
        break;
    }
    title_paint(&canvas, placed, &layout);
}

struct area draw_plot_area(const struct figure *figure, const struct area *area,
                           const struct draw_options *options)
{
    struct layout layout;
    layout_figure(figure, area, options, &layout);
    return layout.plot;
}

static void paint_strip(const struct canvas *canvas, const struct strip *strip)
{
    struct ink ink = theme_ink(strip->role, &canvas->options);
    if (strip->bold)
        ink.attributes |= CELL_BOLD;
    if (strip->reverse)
        ink.attributes |= CELL_REVERSE;
    const char *text = strip->text ? strip->text : "";
    int width = strip->width > 0 ? strip->width : canvas_width(&canvas->options, text);
    int used = canvas_text(canvas, strip->column, strip->row, width, text, ink);
    if (strip->width > canvas->clip.width)
        width = canvas->clip.width;
    for (; used < width && strip->width > 0; used++)
        canvas_put(canvas, strip->column + used, strip->row, ' ', ink);
}

static void paint_too_small(const struct canvas *canvas, const char *text)
{
    struct figure_line line = {text, ROLE_WARNING};
    struct figure figure = {.kind = FIGURE_TEXT, .lines = &line, .n_lines = 1};
    struct area area = canvas->clip;
    int width = canvas_width(&canvas->options, text);
    if (area.height > 2 && width + 2 <= area.width) {
        area.row += (area.height - 1) / 2;
        area.column += (area.width - width) / 2 - 1;
        area.width = width + 2;
        area.height = 1;
    }
    lines_paint(canvas, &figure, &area);
}

void draw_sheet(struct cells *cells, const struct sheet *sheet, const struct draw_options *options)
{
    struct area all = {0, 0, cells->width, cells->height};
    struct canvas canvas;
    canvas_init(&canvas, cells, &all, options);
    cells_clear(cells);
    if (sheet->too_small) {
        paint_too_small(&canvas, sheet->too_small);
        return;
    }
    for (size_t i = 0; i < sheet->n_placed; i++)
        if (sheet->placed[i].figure)
            draw_figure(cells, &sheet->placed[i].area, &sheet->placed[i], options);
    for (size_t i = 0; i < sheet->n_strips; i++)
        paint_strip(&canvas, &sheet->strips[i]);
}
