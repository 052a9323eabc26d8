/* The colour bar of a field: a ramp with numbers, or the categories by name. */
#include "figure_paint.h"

#include <stdio.h>

/* Rows and columns of an upright colour bar. */
enum { UPRIGHT_MAX = 12, UPRIGHT_MIN = 3, UPRIGHT_WIDTH = 2, CATEGORY_GAP = 2 };
enum { KEY_NUMBER_MAX = 2 * TICK_TEXT_MAX, KEY_TEXT_MAX = 256 };

void key_numbers(const struct field_view *view, enum glyph_set glyphs, char *low, char *high,
                 size_t size)
{
    char number[TICK_TEXT_MAX];
    number_label(view->low, 2, glyphs, number, sizeof number);
    snprintf(low, size, "%s%s", view->below ? "≤" : "", number);
    number_label(view->high, 2, glyphs, number, sizeof number);
    snprintf(high, size, "%s%s", view->above ? "≥" : "", number);
}

static int paint_ramp(const struct canvas *canvas, int column, int row,
                      const struct field_paint *field)
{
    int n = key_ramp_width(&canvas->options);
    for (int i = 0; i < n; i++) {
        struct cell *cell = canvas_at(canvas, column + i, row);
        if (cell)
            field_paint_swatch(field, canvas, (i + 0.5) / n, cell);
    }
    return n;
}

static int paint_category(const struct canvas *canvas, int column, int row, int room,
                          const struct field *field, int category, bool brief)
{
    char buffer[64];
    struct ink ink = theme_ink(ROLE_PLAIN, &canvas->options);
    for (int i = 0; i < SWATCH_WIDTH; i++) {
        struct cell *cell = canvas_at(canvas, column + i, row);
        if (cell)
            field_paint_category(canvas, category, cell);
    }
    canvas_put(canvas, column + SWATCH_WIDTH, row, ' ', ink);
    return SWATCH_WIDTH + 1 +
           canvas_text(canvas, column + SWATCH_WIDTH + 1, row, room - SWATCH_WIDTH - 1,
                       key_category_name(field, category, brief, buffer, sizeof buffer), ink);
}

static int categories_width(const struct canvas *canvas, const struct field *field, bool brief)
{
    int first, n = key_categories(field, &first), width = 0;
    char buffer[64];
    for (int i = 0; i < n; i++)
        width += SWATCH_WIDTH + 1 + (i ? CATEGORY_GAP : 0) +
                 canvas_width(&canvas->options,
                              key_category_name(field, first + i, brief, buffer, sizeof buffer));
    return width;
}

/* What stands before the ramp and after it. */
static void ramp_texts(const struct canvas *canvas, const struct field_paint *field, bool brief,
                       char *before, char *after)
{
    char low[KEY_NUMBER_MAX], high[KEY_NUMBER_MAX];
    const char *name = field->view.field->name && !brief ? field->view.field->name : "";
    key_numbers(&field->view, canvas->options.glyphs, low, high, sizeof low);
    snprintf(before, KEY_TEXT_MAX, "%s%s%s ", name, name[0] ? " " : "", low);
    snprintf(after, KEY_TEXT_MAX, " %s", high);
}

int key_row_width(const struct canvas *canvas, const struct field_paint *field, bool brief)
{
    if (field->fill == FILL_NONE)
        return 0;
    if (field->fill == FILL_TEXTURES)
        return categories_width(canvas, field->view.field, brief);
    char before[KEY_TEXT_MAX], after[KEY_TEXT_MAX];
    ramp_texts(canvas, field, brief, before, after);
    return canvas_width(&canvas->options, before) + key_ramp_width(&canvas->options) +
           canvas_width(&canvas->options, after);
}

void key_row_paint(const struct canvas *canvas, const struct field_paint *field, bool brief,
                   int column, int row)
{
    const struct draw_options *options = &canvas->options;
    struct ink ink = theme_ink(ROLE_PLAIN, options);
    if (field->fill == FILL_TEXTURES) {
        int first, n = key_categories(field->view.field, &first);
        for (int i = 0; i < n; i++)
            column += CATEGORY_GAP + paint_category(canvas, column, row, canvas->clip.width,
                                                    field->view.field, first + i, brief);
    } else if (field->fill != FILL_NONE) {
        char before[KEY_TEXT_MAX], after[KEY_TEXT_MAX];
        ramp_texts(canvas, field, brief, before, after);
        column += canvas_text(canvas, column, row, canvas_width(options, before), before, ink);
        column += paint_ramp(canvas, column, row, field);
        canvas_text(canvas, column, row, canvas_width(options, after), after, ink);
    }
}

/* An upright bar with ticks; returns the rows it took. */
static int column_of_colours(const struct canvas *canvas, const struct field_paint *field,
                             const struct area *side)
{
    const struct draw_options *options = &canvas->options;
    const struct field *data = field->view.field;
    struct ink ink = theme_ink(ROLE_PLAIN, options), strong = ink;
    strong.attributes |= CELL_BOLD;
    int rows = side->height - 2 < UPRIGHT_MAX ? side->height - 2 : UPRIGHT_MAX;
    if (rows < UPRIGHT_MIN)
        return 0;
    canvas_text(canvas, side->column, side->row, side->width, data->name ? data->name : "", strong);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < UPRIGHT_WIDTH; j++) {
            struct cell *cell = canvas_at(canvas, side->column + j, side->row + 1 + i);
            if (cell)
                field_paint_swatch(field, canvas, 1 - (i + 0.5) / rows, cell);
        }
    char low[KEY_NUMBER_MAX], high[KEY_NUMBER_MAX];
    key_numbers(&field->view, options->glyphs, low, high, sizeof low);
    int column = side->column + UPRIGHT_WIDTH + 1, room = side->width - UPRIGHT_WIDTH - 1;
    canvas_text(canvas, column, side->row + 1, room, high, ink);
    canvas_text(canvas, column, side->row + rows, room, low, ink);
    struct axis axis = {"", "", field->view.low, field->view.high, data->scale};
    struct ticks ticks;
    ticks_make(&axis, (size_t)rows / 3, false, options->glyphs, &ticks);
    for (size_t i = 0; i < ticks.n; i++) {
        int up = (int)(ticks.position[i] * rows);
        if (up >= 1 && up <= rows - 2)
            canvas_text(canvas, column, side->row + rows - up, room, ticks.text[i], ink);
    }
    return rows + 1;
}

static int column_of_categories(const struct canvas *canvas, const struct field *field,
                                const struct area *side)
{
    int first, n = key_categories(field, &first);
    for (int i = 0; i < n && i < side->height; i++)
        paint_category(canvas, side->column, side->row + i, side->width, field, first + i, false);
    return n;
}

int key_column_paint(const struct canvas *canvas, const struct field_paint *field,
                     const struct area *side)
{
    int rows = 0;
    if (field->fill == FILL_TEXTURES)
        rows = column_of_categories(canvas, field->view.field, side);
    else if (field->fill != FILL_NONE)
        rows = column_of_colours(canvas, field, side);
    if (field->fill != FILL_NONE && field->view.undefined && rows < side->height) {
        canvas_put(canvas, side->column, side->row + rows, canvas->glyphs->undefined,
                   theme_ink(ROLE_DIM, &canvas->options));
        canvas_text(canvas, side->column + UPRIGHT_WIDTH + 1, side->row + rows,
                    side->width - UPRIGHT_WIDTH - 1, "undefined",
                    theme_ink(ROLE_PLAIN, &canvas->options));
        rows++;
    }
    return rows;
}
