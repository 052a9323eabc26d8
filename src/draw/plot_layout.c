/* Laying out a plot: what has no room is shed, first the legend, last the frame. */
#include "plot_layout.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "canvas.h"
#include "field_view.h"

/* Below these sizes, in cells, a part is shed. */
enum {
    FRAME_MIN_WIDTH = 8,
    FRAME_MIN_HEIGHT = 4,
    NOTE_MIN_WIDTH = 12,
    AXES_MIN_WIDTH = 16,
    Y_AXIS_MIN_HEIGHT = 3,
    X_LABELS_MIN_HEIGHT = 4,
    X_LINE_MIN_HEIGHT = 6,
    X_ROW_MIN_HEIGHT = 12,
    HEADER_MIN_PLOT = 4,
    LEGEND_ROWS_MIN_PLOT = 9,
    LETTERBOX_MIN_WIDTH = 16,
    LETTERBOX_MIN_HEIGHT = 6,
    SIDE_MIN_WIDTH = 15,
    SIDE_MAX_WIDTH = 26,
    SIDE_MIN_HEIGHT = 6,
    LABEL_GUTTER_MAX = 5, /* longer y labels stand above the axis */
    GUTTER_MAX = 8,
    FEWEST_TICKS = 3,
    LABEL_OVERHANG = 3,   /* of the x label beyond the plot */
    KEY_NUMBER_WIDTH = 6, /* reserved for each end of a colour bar, so that nothing jumps */
    TITLE_STEP = 4,       /* the title's width is rounded up to this, for the same reason */
    MARKS_WIDTH = 4,      /* focus and busy marks */
};

/* What the first pass finds that the next must make room for. */
struct wants {
    bool header, x_row;
    int legend_rows;
};

int key_ramp_width(const struct draw_options *options)
{
    if (options->depth >= DEPTH_16)
        return 10;
    return glyphs_of(options->glyphs)->n_shades;
}

int key_categories(const struct field *field, int *first)
{
    int low = isfinite(field->low) ? field_category(field->low) : 0;
    int high = isfinite(field->high) ? field_category(field->high) : 3;
    *first = low;
    return high < low ? 1 : high - low + 1;
}

const char *key_category_name(const struct field *field, int category, bool brief, char *buffer,
                              size_t size)
{
    if (field->map == MAP_RANK && !brief)
        return role_name((enum role)(ROLE_RANK_0 + category));
    const char *name = brief || !field->name ? "" : field->name;
    snprintf(buffer, size, "%s%s%d", name, name[0] ? " " : "", category);
    return buffer;
}

static int key_width(const struct field *field, const struct draw_options *options, bool brief)
{
    if (field->categorical) {
        int first, width = 0, n = key_categories(field, &first);
        char buffer[64];
        for (int i = 0; i < n; i++)
            width += SWATCH_WIDTH + 1 + LEGEND_GAP +
                     canvas_width(options, key_category_name(field, first + i, brief, buffer,
                                                             sizeof buffer));
        return width - LEGEND_GAP;
    }
    int name = !brief && field->name ? canvas_width(options, field->name) + 1 : 0;
    return name + 2 * (KEY_NUMBER_WIDTH + 1) + key_ramp_width(options);
}

void layout_axis_label(const struct axis *axis, char *out)
{
    const char *label = axis->label ? axis->label : "", *unit = axis->unit ? axis->unit : "";
    snprintf(out, AXIS_LABEL_MAX, "%s%s%s", label, label[0] && unit[0] ? ", " : "", unit);
}

int layout_column(const struct layout *layout, double place)
{
    int at = (int)floor(place * layout->plot.width);
    at = at < 0 ? 0 : at >= layout->plot.width ? layout->plot.width - 1 : at;
    return layout->plot.column + at;
}

int layout_row(const struct layout *layout, double place)
{
    int at = (int)floor((1 - place) * layout->plot.height);
    at = at >= layout->plot.height ? layout->plot.height - 1 : at;
    return layout->plot.row + (at < 0 ? 0 : at);
}

static void layout_frame(const struct figure *figure, const struct area *area, struct layout *out)
{
    out->outer = *area;
    if (out->outer.width < 0)
        out->outer.width = 0;
    if (out->outer.height < 0)
        out->outer.height = 0;
    out->inner = out->outer;
    out->frame = area->width >= FRAME_MIN_WIDTH && area->height >= FRAME_MIN_HEIGHT;
    if (out->frame)
        out->inner =
            (struct area){area->column + 1, area->row + 1, area->width - 2, area->height - 2};
    out->note = out->frame && figure->note && figure->note[0] && area->width >= NOTE_MIN_WIDTH;
    out->header_row = -1;
    out->plot = out->inner;
}

/* The column after the last one that the x axis's texts may use. */
static int x_texts_end(const struct layout *out)
{
    return out->side.width > 0 ? out->side.column - 1 : out->inner.column + out->inner.width;
}

/* True if no label of the ticks touches another. */
static bool place_x_labels(struct layout *out)
{
    int left = out->inner.column, right = x_texts_end(out), free_from = left;
    for (size_t i = 0; i < out->x.n; i++) {
        int width = (int)utf8_width(out->x.text[i]);
        int start = layout_column(out, out->x.position[i]) - (width - 1) / 2;
        if (start + width > right)
            start = right - width;
        if (start < left)
            start = left;
        if (start < free_from || start + width > right)
            return false;
        out->x_start[i] = start;
        free_from = start + width + 2;
    }
    return true;
}

/* At most max ticks, fewer if their labels would touch. */
static void try_x_ticks(const struct axis *axis, size_t max, const struct draw_options *options,
                        struct layout *out)
{
    bool minor = axis->scale == SCALE_LOG10;
    for (max = max > TICKS_MAX ? TICKS_MAX : max; max > 0; max--) {
        ticks_make(axis, max, minor, options->glyphs, &out->x);
        if (out->x.n > 0 && place_x_labels(out))
            break;
        out->x.n = out->x.n_minor = 0;
    }
    /* Minor ticks closer than every other column are a smear. */
    if (out->x.n_minor * 2 > (size_t)out->plot.width)
        out->x.n_minor = 0;
}

void layout_x_ticks(const struct axis *axis, const struct draw_options *options, struct layout *out)
{
    try_x_ticks(axis, (size_t)out->plot.width / 6 + 1, options, out);
}

static void make_y_ticks(const struct axis *axis, const struct draw_options *options,
                         struct layout *out)
{
    int height = out->plot.height;
    int max = height >= 12 ? height / 3 : (height + 1) / 2;
    ticks_make(axis, (size_t)(max < 2 ? 2 : max), true, options->glyphs, &out->y);
    if (out->y.n_minor * 2 > (size_t)height)
        out->y.n_minor = 0;
}

/* The widest gap between x labels nearest to the right end that holds the axis's label. */
static bool place_in_gap(int width, struct layout *out)
{
    int right = out->plot.column + out->plot.width + LABEL_OVERHANG;
    if (right > x_texts_end(out))
        right = x_texts_end(out);
    for (size_t i = out->x.n + 1; i-- > 0;) {
        int from = i == 0 ? out->plot.column
                          : out->x_start[i - 1] + (int)utf8_width(out->x.text[i - 1]) + 2;
        int to = i == out->x.n ? right : out->x_start[i] - 2;
        if (to - from >= width) {
            out->x_label_column = from + (to - from - width) / 2;
            return true;
        }
    }
    return false;
}

static void place_x_label(const struct axis *axis, const struct draw_options *options,
                          struct layout *out, struct wants *wants)
{
    int width = canvas_width(options, out->x_label);
    if (width == 0 || out->x_axis_rows == 0)
        return;
    out->x_label_row = out->plot.row + out->plot.height + out->x_axis_rows - 1;
    size_t n = out->x.n;
    bool fits = place_in_gap(width, out);
    /* Rather fewer ticks than a row for the label. */
    while (!fits && out->x.n > FEWEST_TICKS) {
        try_x_ticks(axis, out->x.n - 1, options, out);
        fits = place_in_gap(width, out);
    }
    if (fits) {
        out->x_label_place = PLACE_GUTTER;
        return;
    }
    try_x_ticks(axis, n, options, out);
    if (wants->x_row || out->inner.height >= X_ROW_MIN_HEIGHT) {
        wants->x_row = true;
        out->x_label_place = PLACE_BELOW;
        out->x_label_row++;
        out->x_label_column = out->plot.column + (out->plot.width - width) / 2;
        if (out->x_label_column < out->inner.column)
            out->x_label_column = out->inner.column;
    }
}

static bool wants_letterbox(const struct figure *figure, const struct layout *out,
                            const struct draw_options *options, int *width, int *height)
{
    double x = fabs(figure->x.high - figure->x.low), y = fabs(figure->y.high - figure->y.low);
    if (!figure->equal_aspect || !(x > 0) || !(y > 0) || !isfinite(x) || !isfinite(y))
        return false;
    double scale = fmin(out->plot.width / x, out->plot.height * options->cell_aspect / y);
    *width = (int)lround(fmin(x * scale, out->plot.width));
    *height = (int)lround(fmin(y * scale / options->cell_aspect, out->plot.height));
    return *width >= LETTERBOX_MIN_WIDTH && *height >= LETTERBOX_MIN_HEIGHT;
}

/* Shrinks the plot to equal units; what is left over becomes a side column or margins. */
static void letterbox(const struct figure *figure, const struct draw_options *options,
                      struct layout *out)
{
    int width, height;
    if (!wants_letterbox(figure, out, options, &width, &height))
        return;
    int spare = out->plot.width - width, side = 0;
    bool something = figure->field || out->legend.n > 0;
    if (something && spare >= SIDE_MIN_WIDTH + 2 && height >= SIDE_MIN_HEIGHT)
        side = spare - 2 > SIDE_MAX_WIDTH ? SIDE_MAX_WIDTH : spare - 2;
    int margin = (spare - (side ? side + 2 : 0)) / 2;
    out->plot.column += margin;
    out->plot.row += (out->plot.height - height) / 2;
    out->plot.width = width;
    out->plot.height = height;
    if (side)
        out->side = (struct area){out->plot.column + width + 2, out->plot.row, side,
                                  height + out->x_axis_rows};
}

static int top_room(const struct figure *figure, const struct draw_options *options,
                    const struct layout *out)
{
    if (!out->frame)
        return 0;
    int title = canvas_width(options, figure->title ? figure->title : "") + MARKS_WIDTH;
    title = (title + TITLE_STEP - 1) / TITLE_STEP * TITLE_STEP;
    return out->outer.width - 6 - title;
}

/* Colour bar and legend: beside the plot, in the top border, above the plot, or nowhere. */
static void place_keys(const struct figure *figure, const struct draw_options *options,
                       bool header_allowed, struct layout *out, struct wants *wants)
{
    if (out->side.width > 0) {
        out->key = figure->field ? PLACE_SIDE : PLACE_NONE;
        out->legend_place = out->legend.n ? PLACE_SIDE : PLACE_NONE;
        return;
    }
    int top = top_room(figure, options, out), header = out->inner.width - 2;
    if (out->y_label_place == PLACE_HEADER)
        header -= canvas_width(options, out->y_label) + 2;
    if (figure->field) {
        int full = key_width(figure->field, options, false);
        int brief = key_width(figure->field, options, true);
        out->key_brief = full > top && (!header_allowed || full > header);
        int width = out->key_brief ? brief : full;
        out->key = width <= top                        ? PLACE_TOP
                   : header_allowed && width <= header ? PLACE_HEADER
                                                       : PLACE_NONE;
        top -= out->key == PLACE_TOP ? width + 2 : 0;
        header -= out->key == PLACE_HEADER ? width + 2 : 0;
    }
    if (out->legend.n > 0) {
        size_t in_header = header_allowed ? legend_fitting(&out->legend, 0, header, options) : 0;
        out->legend_place = legend_width(&out->legend, options) <= top ? PLACE_TOP
                            : in_header > 0                            ? PLACE_HEADER
                                                                       : PLACE_TOP;
        /* What the header has no room for may still stand in the border. */
        size_t first = out->legend_place == PLACE_HEADER ? in_header : 0;
        out->legend_split = out->legend_place == PLACE_HEADER ? in_header : out->legend.n;
        out->legend_end = first + legend_fitting(&out->legend, first, top, options);
    }
    wants->header |= out->key == PLACE_HEADER || out->legend_place == PLACE_HEADER;
}

/* Rows of their own for what found no place, as far as the plot can spare them. Pictures of a plane
   go without: two side by side are to stand at the same place. */
static void place_rest(const struct figure *figure, const struct draw_options *options,
                       struct layout *out, struct wants *wants)
{
    int spare = out->plot.height + wants->legend_rows - LEGEND_ROWS_MIN_PLOT;
    size_t at = out->legend_end;
    out->legend_row = out->header_row >= 0 ? out->header_row + 1 : out->inner.row;
    if (figure->field != NULL || out->legend_place == PLACE_SIDE || out->legend.n == 0)
        return;
    while (at < out->legend.n && out->legend_rows < LEGEND_ROWS_MAX && out->legend_rows < spare) {
        size_t count = legend_fitting(&out->legend, at, out->inner.width - 2, options);
        if (count == 0)
            break;
        at += count;
        out->legend_row_end[out->legend_rows++] = at;
    }
    /* Rows that were taken stay, or the picture would not settle. */
    if (out->legend_rows > wants->legend_rows)
        wants->legend_rows = out->legend_rows;
}

static void place_y_label(const struct draw_options *options, bool header_allowed,
                          struct layout *out, struct wants *wants)
{
    int width = canvas_width(options, out->y_label);
    if (width == 0 || !out->y_axis)
        return;
    if (width <= LABEL_GUTTER_MAX) {
        out->y_label_place = PLACE_GUTTER;
    } else if (header_allowed) {
        out->y_label_place = PLACE_HEADER;
        wants->header = true;
    }
}

static void layout_axes(const struct figure *figure, const struct draw_options *options,
                        struct layout *out)
{
    make_y_ticks(&figure->y, options, out);
    int labels = out->y_axis ? ticks_width(&out->y) : 0;
    if (labels > GUTTER_MAX)
        labels = GUTTER_MAX;
    if (out->y_label_place == PLACE_GUTTER && canvas_width(options, out->y_label) > labels)
        labels = canvas_width(options, out->y_label);
    out->gutter = out->y_axis ? labels + 1 : 0;
    int taken = out->y_axis ? out->gutter + 1 : 0;
    out->plot.column += taken;
    out->plot.width -= taken;
    int height = out->plot.height;
    letterbox(figure, options, out);
    if (out->plot.height != height)
        make_y_ticks(&figure->y, options, out);
    out->x.n = out->x.n_minor = 0;
    if (out->x_axis_rows > 0)
        layout_x_ticks(&figure->x, options, out);
}

static void layout_pass(const struct figure *figure, const struct area *area,
                        const struct draw_options *options, struct layout *out, struct wants *wants)
{
    memset(out, 0, sizeof *out);
    layout_frame(figure, area, out);
    legend_collect(figure, &out->legend);
    layout_axis_label(&figure->x, out->x_label);
    layout_axis_label(&figure->y, out->y_label);
    int rows = out->inner.height;
    bool axes = out->inner.width >= AXES_MIN_WIDTH;
    out->x_axis_rows = !axes                         ? 0
                       : rows >= X_LINE_MIN_HEIGHT   ? 2
                       : rows >= X_LABELS_MIN_HEIGHT ? 1
                                                     : 0;
    int header = wants->header ? 1 : 0;
    out->plot.height -= out->x_axis_rows + header + wants->legend_rows + (wants->x_row ? 1 : 0);
    out->y_axis = axes && out->plot.height >= Y_AXIS_MIN_HEIGHT;
    bool header_allowed = axes && out->plot.height - 1 + header >= HEADER_MIN_PLOT;
    if (header) {
        out->header_row = out->plot.row;
        out->plot.row++;
    }
    out->plot.row += wants->legend_rows;
    place_y_label(options, header_allowed, out, wants);
    layout_axes(figure, options, out);
    place_keys(figure, options, header_allowed, out, wants);
    place_rest(figure, options, out, wants);
    place_x_label(&figure->x, options, out, wants);
}

static void layout_plot(const struct figure *figure, const struct area *area,
                        const struct draw_options *options, struct layout *out)
{
    struct wants wants = {false, false, 0}, before;
    int passes = 0;
    do {
        before = wants;
        layout_pass(figure, area, options, out, &wants);
    } while ((wants.header != before.header || wants.x_row != before.x_row ||
              wants.legend_rows != before.legend_rows) &&
             ++passes < 6);
}

/* Positions of which no sum overflows, and more cells than any screen has. */
enum { CELLS_FAR = 1000000, CELLS_MANY = 2000 };

static int clamp_cells(int cells, int low, int high)
{
    return cells < low ? low : cells > high ? high : cells;
}

void layout_figure(const struct figure *figure, const struct area *asked,
                   const struct draw_options *options, struct layout *out)
{
    struct draw_options normal = options_normal(options);
    const struct area *area = &(struct area){
        clamp_cells(asked->column, -CELLS_FAR, CELLS_FAR),
        clamp_cells(asked->row, -CELLS_FAR, CELLS_FAR),
        clamp_cells(asked->width, 0, CELLS_MANY),
        clamp_cells(asked->height, 0, CELLS_MANY),
    };
    switch (figure->kind) {
    case FIGURE_PLOT:
        layout_plot(figure, area, &normal, out);
        return;
    case FIGURE_BARS:
        memset(out, 0, sizeof *out);
        layout_frame(figure, area, out);
        layout_bars(figure, &normal, out);
        return;
    case FIGURE_ROWS:
    case FIGURE_TEXT:
        memset(out, 0, sizeof *out);
        layout_frame(figure, area, out);
        return;
    }
}
