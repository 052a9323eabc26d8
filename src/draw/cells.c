/* The grid of coloured characters: making it, reaching into it, writing text on it. */
#include "cusp/cells.h"

#include <string.h>

#include "cusp/mem.h"

static const struct cell BLANK = {.rune = ' '};
static const uint32_t ELLIPSIS = 0x2026;

void cells_init(struct cells *cells, int width, int height)
{
    cells->width = width < 1 ? 1 : width;
    cells->height = height < 1 ? 1 : height;
    size_t row = (size_t)cells->width * sizeof *cells->cell;
    cells->cell = mem_new((size_t)cells->height, row);
    cells_clear(cells);
}

void cells_done(struct cells *cells)
{
    mem_free(cells->cell);
    *cells = (struct cells){0};
}

void cells_clear(struct cells *cells)
{
    size_t count = (size_t)cells->width * (size_t)cells->height;
    for (size_t i = 0; i < count; i++)
        cells->cell[i] = BLANK;
}

struct cell *cells_at(struct cells *cells, int column, int row)
{
    if (column < 0 || row < 0 || column >= cells->width || row >= cells->height)
        return NULL;
    return &cells->cell[(size_t)row * (size_t)cells->width + (size_t)column];
}

/* Leaves no half of a wide character behind where a new one is written. */
static void split_wide(struct cells *cells, int column, int row)
{
    struct cell *cell = cells_at(cells, column, row);
    struct cell *left = cells_at(cells, column - 1, row), *right = cells_at(cells, column + 1, row);
    if (cell->rune == 0 && left)
        left->rune = ' ';
    else if (right && right->rune == 0)
        right->rune = ' ';
}

/* Writes one character if all of it is on the grid. */
static void put(struct cells *cells, int column, int row, int width, const struct cell *model)
{
    if (!cells_at(cells, column, row) || !cells_at(cells, column + width - 1, row))
        return;
    for (int i = 0; i < width; i++) {
        split_wide(cells, column + i, row);
        struct cell *cell = cells_at(cells, column + i, row);
        *cell = *model;
        cell->rune = i == 0 ? model->rune : 0;
    }
}

int cells_text(struct cells *cells, int column, int row, int width, const char *text, uint32_t fg,
               uint32_t bg, uint8_t attributes)
{
    if (width <= 0 || row < 0 || row >= cells->height || column >= cells->width)
        return 0;
    if (width > cells->width - column && column >= 0)
        width = cells->width - column;
    struct cell model = {.fg = fg, .bg = bg, .attributes = attributes};
    size_t length = strlen(text);
    bool cut = utf8_width(text) > (size_t)width;
    int room = cut ? width - 1 : width, used = 0;
    for (size_t i = 0; i < length;) {
        i += utf8_decode(text + i, length - i, &model.rune);
        int wide = utf8_rune_width(model.rune);
        if (wide == 0)
            continue;
        if (used + wide > room)
            break;
        put(cells, column + used, row, wide, &model);
        used += wide;
    }
    if (cut) {
        model.rune = ELLIPSIS;
        put(cells, column + used, row, 1, &model);
        used++;
    }
    return used;
}
