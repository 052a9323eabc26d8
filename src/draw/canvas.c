/* Drawing within one area of a grid. */
#include "canvas.h"

#include <limits.h>

enum { LEVELS_DEFAULT = 64, LEVELS_MAX = 128 };
static const double ASPECT_DEFAULT = 2, ASPECT_MIN = 0.25, ASPECT_MAX = 8;

struct draw_options options_normal(const struct draw_options *options)
{
    struct draw_options out = *options;
    if (out.levels < 2)
        out.levels = LEVELS_DEFAULT;
    if (out.levels > LEVELS_MAX)
        out.levels = LEVELS_MAX;
    if (!(out.cell_aspect >= ASPECT_MIN && out.cell_aspect <= ASPECT_MAX))
        out.cell_aspect = ASPECT_DEFAULT;
    return out;
}

static int clamp_edge(long long edge)
{
    return edge > INT_MAX ? INT_MAX : (int)edge;
}

/* The common part of two areas; width and height never negative. */
static struct area area_common(const struct area *a, const struct area *b)
{
    int column = a->column > b->column ? a->column : b->column;
    int row = a->row > b->row ? a->row : b->row;
    int a_right = clamp_edge((long long)a->column + a->width);
    int b_right = clamp_edge((long long)b->column + b->width);
    int a_bottom = clamp_edge((long long)a->row + a->height);
    int b_bottom = clamp_edge((long long)b->row + b->height);
    long long width = (long long)(a_right < b_right ? a_right : b_right) - column;
    long long height = (long long)(a_bottom < b_bottom ? a_bottom : b_bottom) - row;
    return (struct area){column, row, width > 0 ? clamp_edge(width) : 0,
                         height > 0 ? clamp_edge(height) : 0};
}

void canvas_init(struct canvas *canvas, struct cells *cells, const struct area *area,
                 const struct draw_options *options)
{
    canvas->cells = cells;
    canvas->options = options_normal(options);
    canvas->glyphs = glyphs_of(options->glyphs);
    canvas->clip = area_common(area, &(struct area){0, 0, cells->width, cells->height});
}

struct cell *canvas_at(const struct canvas *canvas, int column, int row)
{
    const struct area *clip = &canvas->clip;
    if (column < clip->column || row < clip->row || column - clip->column >= clip->width ||
        row - clip->row >= clip->height)
        return NULL;
    return cells_at(canvas->cells, column, row);
}

void canvas_put(const struct canvas *canvas, int column, int row, uint32_t rune, struct ink ink)
{
    struct cell *cell = canvas_at(canvas, column, row);
    if (cell)
        *cell = (struct cell){.rune = rune, .fg = ink.fg, .attributes = ink.attributes};
}

int canvas_text(const struct canvas *canvas, int column, int row, int width, const char *text,
                struct ink ink)
{
    if (!canvas_at(canvas, column, row))
        return 0;
    int room = canvas->clip.column + canvas->clip.width - column;
    if (width > room)
        width = room;
    char buffer[CANVAS_TEXT_MAX];
    text = glyphs_text(canvas->options.glyphs, text, buffer, sizeof buffer);
    int used =
        cells_text(canvas->cells, column, row, width, text, ink.fg, COLOUR_DEFAULT, ink.attributes);
    if (canvas->options.glyphs == GLYPHS_ASCII && used > 0) {
        /* Only the ellipsis of a cut text is left to replace. */
        struct cell *last = canvas_at(canvas, column + used - 1, row);
        if (last && last->rune > 0x7e)
            last->rune = '~';
    }
    return used;
}

int canvas_width(const struct draw_options *options, const char *text)
{
    char buffer[CANVAS_TEXT_MAX];
    size_t width = utf8_width(glyphs_text(options->glyphs, text, buffer, sizeof buffer));
    return width > INT_MAX / 4 ? INT_MAX / 4 : (int)width;
}
