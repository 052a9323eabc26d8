/* The frame of a figure, with its title above and its note below. */
#include "figure_paint.h"

struct border {
    uint32_t top_left, top_right, bottom_left, bottom_right, horizontal, vertical;
};

static struct border border_of(const struct glyphs *glyphs, const struct placed *placed)
{
    if (placed->frameless)
        return (struct border){' ', ' ', ' ', ' ', ' ', ' '};
    if (placed->focused)
        return (struct border){glyphs->focus_top_left,    glyphs->focus_top_right,
                               glyphs->focus_bottom_left, glyphs->focus_bottom_right,
                               glyphs->focus_horizontal,  glyphs->focus_vertical};
    return (struct border){glyphs->top_left,     glyphs->top_right,  glyphs->bottom_left,
                           glyphs->bottom_right, glyphs->horizontal, glyphs->vertical};
}

const char *frame_mark(const struct figure *figure)
{
    if (figure->coarse)
        return figure->busy ? "≈ coarse, refining" : "≈ coarse";
    return figure->busy ? "… computing" : "";
}

static void paint_border(const struct canvas *canvas, const struct area *area,
                         const struct border *border, struct ink ink)
{
    int right = area->column + area->width - 1, bottom = area->row + area->height - 1;
    for (int column = area->column + 1; column < right; column++) {
        canvas_put(canvas, column, area->row, border->horizontal, ink);
        canvas_put(canvas, column, bottom, border->horizontal, ink);
    }
    for (int row = area->row + 1; row < bottom; row++) {
        canvas_put(canvas, area->column, row, border->vertical, ink);
        canvas_put(canvas, right, row, border->vertical, ink);
    }
    canvas_put(canvas, area->column, area->row, border->top_left, ink);
    canvas_put(canvas, right, area->row, border->top_right, ink);
    canvas_put(canvas, area->column, bottom, border->bottom_left, ink);
    canvas_put(canvas, right, bottom, border->bottom_right, ink);
}

/* Text within a border, a blank at either side; returns the column after it. */
static int border_text(const struct canvas *canvas, int column, int row, int right,
                       const char *text, struct ink ink)
{
    int room = right - column - 2;
    if (room < 1 || !text || !text[0])
        return column;
    struct ink plain = theme_ink(ROLE_PLAIN, &canvas->options);
    canvas_put(canvas, column, row, ' ', plain);
    int used = canvas_text(canvas, column + 1, row, room, text, ink);
    canvas_put(canvas, column + 1 + used, row, ' ', plain);
    return column + used + 2;
}

/* Cut to its sign where there is no room for the words. */
static void paint_mark(const struct canvas *canvas, const struct figure *figure, int column,
                       int row, int right)
{
    int width = canvas_width(&canvas->options, frame_mark(figure)), room = right - column - 1;
    if (width == 0 || room < 1)
        return;
    struct ink ink = theme_ink(ROLE_WARNING, &canvas->options);
    if (width <= room) {
        canvas_text(canvas, column, row, width, frame_mark(figure), ink);
    } else {
        width = 1;
        canvas_put(canvas, column, row,
                   figure->coarse ? canvas->glyphs->coarse_mark : canvas->glyphs->busy_mark, ink);
    }
    canvas_put(canvas, column + width, row, ' ', theme_ink(ROLE_PLAIN, &canvas->options));
}

/* The column where something else begins in the top border, or its end. */
static int free_until(const struct canvas *canvas, const struct area *outer, uint32_t horizontal)
{
    int right = outer->column + outer->width - 1, column = outer->column + 1;
    for (; column < right; column++) {
        const struct cell *cell = canvas_at(canvas, column, outer->row);
        if (cell && cell->rune != horizontal)
            break;
    }
    return column;
}

void frame_paint(const struct canvas *canvas, const struct placed *placed,
                 const struct layout *layout)
{
    if (!layout->frame)
        return;
    struct border border = border_of(canvas->glyphs, placed);
    struct ink ink = theme_ink(placed->focused ? ROLE_PLAIN : ROLE_DIM, &canvas->options);
    ink.attributes |= placed->focused ? CELL_BOLD : 0;
    paint_border(canvas, &layout->outer, &border, ink);
}

void title_paint(const struct canvas *canvas, const struct placed *placed,
                 const struct layout *layout)
{
    if (!layout->frame)
        return;
    const struct figure *figure = placed->figure;
    const struct area *outer = &layout->outer;
    struct ink plain = theme_ink(ROLE_PLAIN, &canvas->options), strong = plain;
    strong.attributes |= CELL_BOLD;
    int right = free_until(canvas, outer, border_of(canvas->glyphs, placed).horizontal);
    int column = outer->column + 1;
    if (placed->focused && right - column > 10) {
        canvas_put(canvas, column, outer->row, ' ', plain);
        canvas_put(canvas, column + 1, outer->row, canvas->glyphs->focus_mark, strong);
        column += 2;
    }
    column = border_text(canvas, column, outer->row, right, figure->title, strong);
    paint_mark(canvas, figure, column, outer->row, right);
    if (layout->note)
        border_text(canvas, outer->column + 1, outer->row + outer->height - 1,
                    outer->column + outer->width - 1, figure->note, plain);
}
