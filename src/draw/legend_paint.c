/* The legend, and where it and the colour bar stand. */
#include "figure_paint.h"

static void paint_line_swatch(const struct canvas *canvas, int column, int row,
                              const struct legend_item *item)
{
    const struct glyphs *glyphs = canvas->glyphs;
    struct ink ink = theme_ink(item->role, &canvas->options);
    bool ascii = canvas->options.glyphs == GLYPHS_ASCII;
    uint32_t line = glyphs->solid_line;
    switch (theme_line(item->role, item->style)) {
    case LINE_SOLID:
        line = theme_thickness(item->role) > 1 ? glyphs->thick_line : glyphs->solid_line;
        break;
    case LINE_DASHED:
        line = glyphs->dashed_line;
        break;
    case LINE_DOTTED:
        line = glyphs->dotted_line;
        break;
    }
    if (ascii)
        line = theme_ascii(item->role);
    bool marker = item->marker != MARKER_NONE || !item->line;
    canvas_put(canvas, column, row, marker ? glyphs_marker(glyphs, item->marker) : line, ink);
    canvas_put(canvas, column + 1, row, item->line ? line : ' ', ink);
    canvas_put(canvas, column + 2, row, ' ', ink);
}

/* Returns the columns taken, without a gap after it. */
static int paint_item(const struct canvas *canvas, int column, int row, int room,
                      const struct legend_item *item)
{
    char name[160];
    legend_text(item, name, sizeof name);
    paint_line_swatch(canvas, column, row, item);
    return SWATCH_WIDTH + 1 +
           canvas_text(canvas, column + SWATCH_WIDTH + 1, row, room - SWATCH_WIDTH - 1, name,
                       theme_ink(ROLE_PLAIN, &canvas->options));
}

static int items_width(const struct canvas *canvas, const struct legend *legend, size_t first,
                       size_t end)
{
    int width = 0;
    for (size_t i = first; i < end; i++)
        width += legend_item_width(&legend->items[i], &canvas->options);
    return width - LEGEND_GAP;
}

/* Some items side by side, the last one ending before `right`. */
static void row_of_items(const struct canvas *canvas, const struct legend *legend, size_t first,
                         size_t end, int right, int row)
{
    int column = right - items_width(canvas, legend, first, end);
    for (size_t i = first; i < end; i++) {
        paint_item(canvas, column, row, right - column, &legend->items[i]);
        column += legend_item_width(&legend->items[i], &canvas->options);
    }
}

/* A stretch of blanks around what stands in the border. */
static void clear_border(const struct canvas *canvas, int from, int to, int row)
{
    struct ink ink = theme_ink(ROLE_PLAIN, &canvas->options);
    for (int column = from; column < to; column++)
        canvas_put(canvas, column, row, ' ', ink);
}

/* In the top border or the header row: the colour bar at the right end, the legend before it. */
static void paint_row(const struct canvas *canvas, const struct layout *layout,
                      const struct field_paint *field, enum place place)
{
    bool top = place == PLACE_TOP;
    int row = top ? layout->outer.row : layout->header_row;
    int left = layout->inner.column + 1;
    int right = layout->inner.column + layout->inner.width - 1;
    if (layout->key == place) {
        int column = right - key_row_width(canvas, field, layout->key_brief);
        column = column < left ? left : column;
        if (top)
            clear_border(canvas, column - 1, right + 1, row);
        key_row_paint(canvas, field, layout->key_brief, column, row);
        right = column - (top ? 3 : 2);
    }
    bool split = layout->legend_place == PLACE_HEADER;
    size_t first = top && split ? layout->legend_split : 0;
    size_t end = top ? layout->legend_end : layout->legend_split;
    if ((layout->legend_place == place || (top && split)) && end > first) {
        if (top)
            clear_border(canvas, right - items_width(canvas, &layout->legend, first, end) - 1,
                         right + 1, row);
        row_of_items(canvas, &layout->legend, first, end, right, row);
    }
}

static void paint_side(const struct canvas *canvas, const struct layout *layout,
                       const struct field_paint *field)
{
    const struct area *side = &layout->side;
    int used = layout->key == PLACE_SIDE ? key_column_paint(canvas, field, side) : 0;
    if (layout->legend_place != PLACE_SIDE)
        return;
    if (used > 0 && used + 1 + (int)layout->legend.n <= side->height)
        used++; /* a blank row between the two */
    for (size_t i = 0; i < layout->legend.n && used < side->height; i++, used++)
        paint_item(canvas, side->column, side->row + used, side->width, &layout->legend.items[i]);
}

void keys_paint(const struct canvas *canvas, const struct layout *layout,
                const struct field_paint *field)
{
    if (layout->side.width > 0)
        paint_side(canvas, layout, field);
    paint_row(canvas, layout, field, PLACE_TOP);
    if (layout->header_row >= 0)
        paint_row(canvas, layout, field, PLACE_HEADER);
    size_t first = layout->legend_end;
    for (int i = 0; i < layout->legend_rows; first = layout->legend_row_end[i++])
        row_of_items(canvas, &layout->legend, first, layout->legend_row_end[i],
                     layout->inner.column + layout->inner.width - 1, layout->legend_row + i);
}
