/* Laying out a figure of small histograms: columns of rows, as many as there is room for. */
#include "rows_layout.h"

#include <math.h>

/* Sizes in cells. */
enum { PLOT_MIN = 10, COLUMN_MIN = 38, COLUMN_GAP = 2, LABEL_MAX = 12, THICKNESS_MAX = 5 };

void rows_numbers(const struct figure_row *row, enum glyph_set glyphs, char low[TICK_TEXT_MAX],
                  char high[TICK_TEXT_MAX])
{
    number_label(row->low, 2, glyphs, low, TICK_TEXT_MAX);
    number_label(row->high, 2, glyphs, high, TICK_TEXT_MAX);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void measure(const struct figure *figure, const struct draw_options *options,
                    struct rows_layout *out)
{
    for (size_t i = 0; i < figure->n_rows; i++) {
        const struct figure_row *row = &figure->rows[i];
        char low[TICK_TEXT_MAX], high[TICK_TEXT_MAX];
        rows_numbers(row, options->glyphs, low, high);
        out->label_width =
            larger(out->label_width, canvas_width(options, row->label ? row->label : ""));
        out->note_width =
            larger(out->note_width, canvas_width(options, row->note ? row->note : ""));
        out->number_width = larger(out->number_width, canvas_width(options, low));
        out->number_width = larger(out->number_width, canvas_width(options, high));
    }
    if (out->label_width > LABEL_MAX)
        out->label_width = LABEL_MAX;
}

/* What is left of a column for the histogram. */
static int room(const struct rows_layout *out, int width)
{
    return width - (out->label_width > 0 ? out->label_width + 1 : 0) -
           (out->number_width > 0 ? 2 * (out->number_width + 1) : 0) -
           (out->note_width > 0 ? out->note_width + 1 : 0);
}

/* Sheds the notes, the numbers, the labels. */
static void shed(struct rows_layout *out, int width)
{
    if (room(out, width) < PLOT_MIN)
        out->note_width = 0;
    if (room(out, width) < PLOT_MIN)
        out->number_width = 0;
    if (room(out, width) < PLOT_MIN / 2)
        out->label_width = 0;
    out->plot_width = larger(room(out, width), 0);
}

void rows_layout_make(const struct figure *figure, const struct area *inner,
                      const struct draw_options *options, struct rows_layout *out)
{
    *out = (struct rows_layout){.inner = *inner};
    int margin = inner->width > 20 ? 1 : 0, width = inner->width - 2 * margin;
    out->inner.column += margin;
    out->inner.width = width;
    if (width < 1 || inner->height < 1 || figure->n_rows == 0)
        return;
    measure(figure, options, out);
    int n = figure->n_rows > 10000 ? 10000 : (int)figure->n_rows;
    int most = larger((width + COLUMN_GAP) / (COLUMN_MIN + COLUMN_GAP), 1), columns = 1;
    /* One column unless it is too short: then rows two cells high in several, then one cell. */
    while (columns < most && (n + columns - 1) / columns > inner->height / 2)
        columns++;
    int per_column = (n + columns - 1) / columns;
    if (per_column > inner->height)
        per_column = inner->height;
    out->pitch = inner->height / per_column;
    if (out->pitch > THICKNESS_MAX + 1)
        out->pitch = THICKNESS_MAX + 1;
    out->thickness = out->pitch > 2 ? out->pitch - 1 : out->pitch;
    out->per_column = (size_t)per_column;
    out->n_shown = (size_t)(per_column * columns < n ? per_column * columns : n);
    out->left_out = figure->n_rows - out->n_shown;
    if (out->left_out > 0) { /* the last place says how many more there are */
        out->n_shown--;
        out->left_out++;
    }
    out->column_width = (width + COLUMN_GAP) / columns;
    shed(out, out->column_width - COLUMN_GAP);
}

struct area rows_layout_plot(const struct rows_layout *layout, size_t i)
{
    int across = (int)(i / layout->per_column), down = (int)(i % layout->per_column);
    return (struct area){
        .column = layout->inner.column + across * layout->column_width +
                  (layout->label_width > 0 ? layout->label_width + 1 : 0) +
                  (layout->number_width > 0 ? layout->number_width + 1 : 0),
        .row = layout->inner.row + down * layout->pitch,
        .width = layout->plot_width,
        .height = layout->thickness,
    };
}

double rows_height(const struct figure_row *row, double from, double to)
{
    double top = 0, sum = 0, weight = 0, n = (double)row->n;
    for (size_t k = 0; k < row->n; k++) {
        double value = row->value[k];
        if (!isfinite(value))
            continue;
        top = value > top ? value : top;
        double shared = fmin(to * n, (double)k + 1) - fmax(from * n, (double)k);
        if (shared > 0) {
            sum += shared * value;
            weight += shared;
        }
    }
    return top > 0 && weight > 0 ? fmin(fmax(sum / weight / top, 0), 1) : 0;
}
