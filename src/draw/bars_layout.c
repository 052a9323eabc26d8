/* Laying out horizontal bars: label, value, bar, note. */
#include "plot_layout.h"

#include <stdio.h>

#include "canvas.h"

/* Sizes in cells. */
enum {
    BAR_MIN_WIDTH = 8,
    LABEL_MIN_WIDTH = 6,
    AXIS_MIN_WIDTH = 12,
    PITCH_THICK = 4,
    MARGIN_MIN_WIDTH = 20,
    AXIS_ROWS = 2
};

void bar_value_text(const struct bar *bar, bool brief, enum glyph_set glyphs, char *out)
{
    char value[TICK_TEXT_MAX], error[TICK_TEXT_MAX];
    number_label(bar->value, 3, glyphs, value, sizeof value);
    number_label(bar->error, 2, glyphs, error, sizeof error);
    if (bar->error > 0 && !brief)
        snprintf(out, BAR_VALUE_MAX, "%s %s %s", value, glyphs == GLYPHS_ASCII ? "+-" : "±", error);
    else
        snprintf(out, BAR_VALUE_MAX, "%s", value);
}

int layout_bar_row(const struct layout *layout, size_t bar)
{
    return layout->plot.row + (int)bar * layout->pitch + (layout->labels_above ? 1 : 0);
}

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

static int at_least(int a, int b)
{
    return a > b ? a : b;
}

static void measure_values(const struct figure *figure, const struct draw_options *options,
                           struct layout *out)
{
    for (size_t i = 0; i < figure->n_bars; i++) {
        char value[BAR_VALUE_MAX];
        bar_value_text(&figure->bars[i], out->values_brief, options->glyphs, value);
        out->value_width = at_least(out->value_width, canvas_width(options, value));
    }
}

static void measure(const struct figure *figure, const struct draw_options *options,
                    struct layout *out)
{
    measure_values(figure, options, out);
    for (size_t i = 0; i < figure->n_bars; i++) {
        const struct bar *bar = &figure->bars[i];
        int label = canvas_width(options, bar->label ? bar->label : "");
        int note = canvas_width(options, bar->note ? bar->note : "");
        out->label_width = at_least(out->label_width, label);
        out->note_width = at_least(out->note_width, note);
    }
}

/* Columns that the bars would have. */
static int room_for_bars(const struct layout *out)
{
    const int columns[] = {out->note_width, out->value_width, out->label_width};
    int room = out->inner.width - 2;
    for (size_t i = 0; i < 3; i++)
        room -= columns[i] ? columns[i] + 1 : 0;
    return room;
}

/* Sheds the notes, the errors' digits, the ends of labels, the values, the labels. */
static void shed_columns(const struct figure *figure, const struct draw_options *options,
                         struct layout *out)
{
    out->label_width = at_most(out->label_width, out->inner.width * 2 / 5);
    out->note_width = at_most(out->note_width, out->inner.width / 3);
    if (room_for_bars(out) < BAR_MIN_WIDTH)
        out->note_width = 0;
    if (room_for_bars(out) < BAR_MIN_WIDTH) {
        out->values_brief = true;
        out->value_width = 0;
        measure_values(figure, options, out);
    }
    int missing = BAR_MIN_WIDTH - room_for_bars(out);
    if (missing > 0 && out->label_width - missing >= LABEL_MIN_WIDTH)
        out->label_width -= missing;
    if (room_for_bars(out) < BAR_MIN_WIDTH)
        out->value_width = 0;
    if (room_for_bars(out) < BAR_MIN_WIDTH)
        out->label_width = 0;
}

/* Labels that would be cut stand in rows of their own if there are enough. */
static void raise_labels(const struct figure *figure, const struct draw_options *options,
                         struct layout *out)
{
    struct layout beside = *out;
    shed_columns(figure, options, &beside);
    size_t rows = out->inner.height > 0 ? (size_t)out->inner.height : 0;
    if (beside.label_width >= out->label_width || rows / 2 < figure->n_bars) {
        *out = beside;
        return;
    }
    out->labels_above = out->values_brief = true;
    out->label_width = out->value_width = 0;
    if (room_for_bars(out) < BAR_MIN_WIDTH)
        out->note_width = 0;
}

static int column_width(int width)
{
    return width ? width + 1 : 0;
}

void layout_bars(const struct figure *figure, const struct draw_options *options,
                 struct layout *out)
{
    measure(figure, options, out);
    raise_labels(figure, options, out);
    layout_axis_label(&figure->y, out->x_label);
    int left = column_width(out->label_width) + column_width(out->value_width) + 1;
    out->bars_margin = out->inner.width >= MARGIN_MIN_WIDTH ? 1 : 0;
    left += out->bars_margin;
    out->plot.column = out->inner.column + left;
    out->plot.width = at_least(out->inner.width - left - column_width(out->note_width), 0);
    int n = figure->n_bars > 10000 ? 10000 : (int)figure->n_bars;
    int least = out->labels_above ? 2 : 1; /* rows a bar */
    bool axis = out->plot.width >= AXIS_MIN_WIDTH && out->inner.height >= least * n + AXIS_ROWS &&
                out->inner.height > AXIS_ROWS + 1;
    int rows = out->inner.height - (axis ? AXIS_ROWS : 0);
    /* An odd thickness has a middle row, for the texts and the whisker. */
    int pitch = n > 0 ? rows / n : 1;
    if (out->labels_above)
        out->pitch = pitch > 2 ? 3 : 2;
    else
        out->pitch = pitch >= PITCH_THICK ? PITCH_THICK : pitch >= 2 ? 2 : 1;
    out->thickness = out->pitch == PITCH_THICK ? PITCH_THICK - 1 : 1;
    out->n_bars_shown = (size_t)at_most(n, at_least(rows, 0));
    if (out->n_bars_shown < figure->n_bars && out->n_bars_shown > 0)
        out->n_bars_shown--; /* the last row says how many more there are */
    int used = (int)out->n_bars_shown * out->pitch;
    out->plot.height = at_most(used > rows ? rows : used, rows);
    if (out->plot.height < 0)
        out->plot.height = 0;
    if (!axis || out->plot.height == 0)
        return;
    out->x_axis_rows = AXIS_ROWS;
    layout_x_ticks(&figure->y, options, out);
    if (out->x_label[0]) {
        int width = canvas_width(options, out->x_label);
        int free_from = out->inner.column + out->bars_margin;
        int first = out->x.n ? out->x_start[0] : out->inner.column + out->inner.width;
        out->x_label_row = out->plot.row + out->plot.height + 1;
        if (first - free_from - 1 >= width) {
            out->x_label_place = PLACE_GUTTER;
            out->x_label_column = first - 2 - width > free_from ? first - 2 - width : free_from;
        }
    }
}
