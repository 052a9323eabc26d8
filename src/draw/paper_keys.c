/* Colour bars and legends on paper. */
#include "paper.h"

#ifdef HAVE_CAIRO

#include <stdio.h>

#include "canvas.h"
#include "figure_paint.h"

static const double GAP = 6, ITEM_GAP = 16, SWATCH = 22;
enum { RAMP_STEPS = 64, NUMBER_MAX = 2 * TICK_TEXT_MAX };

struct numbers {
    char low[NUMBER_MAX], high[NUMBER_MAX];
};

static void paint_ramp(struct paper *paper, const struct field *field, const struct box *box,
                       bool upright)
{
    cairo_set_antialias(paper->cairo, CAIRO_ANTIALIAS_NONE);
    for (int i = 0; i < RAMP_STEPS; i++) {
        double from = (double)i / RAMP_STEPS, size = 1.0 / RAMP_STEPS;
        struct box step = {box->x + from * box->width, box->y, box->width * size, box->height};
        if (upright)
            step = (struct box){box->x, box->y + (1 - from - size) * box->height, box->width,
                                box->height * size};
        paper_fill(paper, &step, paper_map_rgb(paper, field, (i + 0.5) / RAMP_STEPS));
    }
    cairo_set_antialias(paper->cairo, CAIRO_ANTIALIAS_DEFAULT);
}

static void paint_category(struct paper *paper, const struct box *box, int category)
{
    for (int y = 0; y < (int)box->height * 2; y++)
        for (int x = 0; x < (int)box->width * 2; x++) {
            struct box dot = {box->x + x * 0.5, box->y + y * 0.5, 0.5, 0.5};
            unsigned rgb = paper_category_rgb(category, x, y);
            /* One rectangle for the ground, dots for the texture only. */
            if (x == 0 && y == 0)
                paper_fill(paper, box, colormap_rgb(MAP_RANK, (category + 0.5) / 4));
            else if (rgb != colormap_rgb(MAP_RANK, (category + 0.5) / 4))
                paper_fill(paper, &dot, rgb);
        }
}

static double categories_width(struct paper *paper, const struct field *field, bool brief)
{
    int first, n = key_categories(field, &first);
    double width = 0;
    char buffer[64];
    for (int i = 0; i < n; i++)
        width += SWATCH + GAP + ITEM_GAP +
                 paper_text_width(paper,
                                  key_category_name(field, first + i, brief, buffer, sizeof buffer),
                                  false);
    return width - ITEM_GAP;
}

static void row_of_categories(struct paper *paper, const struct field *field, bool brief, double x,
                              double y)
{
    int first, n = key_categories(field, &first);
    char buffer[64];
    for (int i = 0; i < n; i++) {
        paint_category(paper, &(struct box){x, y + 2, SWATCH, 12}, first + i);
        x += SWATCH + GAP;
        x += paper_text(paper, x, y, 1e4,
                        key_category_name(field, first + i, brief, buffer, sizeof buffer),
                        paper->ink, false, ALIGN_LEFT);
        x += ITEM_GAP;
    }
}

static const double RAMP_WIDTH = 96;

static double key_width(struct paper *paper, const struct field_view *view, bool brief)
{
    if (view->field->categorical)
        return categories_width(paper, view->field, brief);
    struct numbers numbers;
    key_numbers(view, paper->options.glyphs, numbers.low, numbers.high, NUMBER_MAX);
    double name = brief || !view->field->name
                      ? 0
                      : paper_text_width(paper, view->field->name, true) + 2 * GAP;
    return name + paper_text_width(paper, numbers.low, false) +
           paper_text_width(paper, numbers.high, false) + RAMP_WIDTH + 2 * GAP;
}

static void key_row(struct paper *paper, const struct field_view *view, bool brief, double x,
                    double y)
{
    if (view->field->categorical) {
        row_of_categories(paper, view->field, brief, x, y);
        return;
    }
    struct numbers numbers;
    key_numbers(view, paper->options.glyphs, numbers.low, numbers.high, NUMBER_MAX);
    if (!brief && view->field->name)
        x +=
            paper_text(paper, x, y, 1e4, view->field->name, paper->ink, true, ALIGN_LEFT) + 2 * GAP;
    x += paper_text(paper, x, y, 1e4, numbers.low, paper->ink, false, ALIGN_LEFT) + GAP;
    paint_ramp(paper, view->field, &(struct box){x, y + 2, RAMP_WIDTH, 12}, false);
    paper_text(paper, x + RAMP_WIDTH + GAP, y, 1e4, numbers.high, paper->ink, false, ALIGN_LEFT);
}

static double item_width(struct paper *paper, const struct legend_item *item)
{
    char name[160];
    legend_text(item, name, sizeof name);
    return SWATCH + GAP + paper_text_width(paper, name, false);
}

static void paint_item(struct paper *paper, const struct legend_item *item, double x, double y,
                       double room)
{
    char name[160];
    legend_text(item, name, sizeof name);
    double middle = y + PAPER_CELL_HEIGHT / 2.0;
    if (item->line) {
        paper_pen(paper, item->role, item->style);
        cairo_move_to(paper->cairo, x, middle);
        cairo_line_to(paper->cairo, x + SWATCH, middle);
        cairo_stroke(paper->cairo);
    }
    if (!item->line || item->marker != MARKER_NONE)
        paper_marker(paper, x + SWATCH / 2, middle, item->marker,
                     theme_rgb(item->role, paper->options.light));
    paper_text(paper, x + SWATCH + GAP, y, room - SWATCH - GAP, name, paper->ink, false,
               ALIGN_LEFT);
}

/* With a gap after each. */
static double items_width(struct paper *paper, const struct legend *legend, size_t first,
                          size_t end)
{
    double width = 0;
    for (size_t i = first; i < end; i++)
        width += item_width(paper, &legend->items[i]) + ITEM_GAP;
    return width;
}

/* Some items side by side, the last one ending at `right`. */
static void row_of_items(struct paper *paper, const struct legend *legend, size_t first, size_t end,
                         double right, double y)
{
    double x = right - items_width(paper, legend, first, end) + ITEM_GAP;
    for (size_t i = first; i < end; i++) {
        paint_item(paper, &legend->items[i], x, y, 1e4);
        x += item_width(paper, &legend->items[i]) + ITEM_GAP;
    }
}

static void paint_row(struct paper *paper, const struct layout *layout,
                      const struct field_view *view, enum place place)
{
    bool top = place == PLACE_TOP;
    struct box inner = paper_box(&layout->inner);
    double right = inner.x + inner.width - PAPER_CELL_WIDTH;
    double y = (double)(top ? layout->outer.row : layout->header_row) * PAPER_CELL_HEIGHT;
    if (view && layout->key == place) {
        double width = key_width(paper, view, layout->key_brief), x = right - width;
        if (top)
            paper_fill(paper, &(struct box){x - GAP, y, width + 2 * GAP, PAPER_CELL_HEIGHT},
                       paper->ground);
        key_row(paper, view, layout->key_brief, x, y);
        right = x - ITEM_GAP;
    }
    bool split = layout->legend_place == PLACE_HEADER;
    if (layout->legend_place != place && !(top && split))
        return;
    size_t first = top && split ? layout->legend_split : 0;
    size_t end = top ? layout->legend_end : layout->legend_split;
    double width = items_width(paper, &layout->legend, first, end), x = right - width + ITEM_GAP;
    if (top && end > first)
        paper_fill(paper, &(struct box){x - GAP, y, width - ITEM_GAP + 2 * GAP, PAPER_CELL_HEIGHT},
                   paper->ground);
    row_of_items(paper, &layout->legend, first, end, right, y);
}

/* Returns where the next thing below may begin. */
static double column_of_colours(struct paper *paper, const struct field_view *view,
                                const struct box *side)
{
    const double bar_width = 16, tallest = 14 * PAPER_CELL_HEIGHT;
    double text_x = side->x + bar_width + GAP, room = side->width - bar_width - GAP;
    struct numbers numbers;
    key_numbers(view, paper->options.glyphs, numbers.low, numbers.high, NUMBER_MAX);
    paper_text(paper, side->x, side->y - 4, side->width, view->field->name ? view->field->name : "",
               paper->ink, true, ALIGN_LEFT);
    struct box bar = {side->x, side->y + 16, bar_width, side->height - 64};
    if (bar.height < 3 * PAPER_CELL_HEIGHT)
        bar.height = side->height - 24;
    bar.height = bar.height > tallest ? tallest : bar.height;
    paint_ramp(paper, view->field, &bar, true);
    double bottom = bar.y + bar.height;
    paper_text(paper, text_x, bar.y - 3, room, numbers.high, paper->ink, false, ALIGN_LEFT);
    paper_text(paper, text_x, bottom - 13, room, numbers.low, paper->ink, false, ALIGN_LEFT);
    struct axis axis = {"", "", view->low, view->high, view->field->scale};
    struct ticks ticks;
    ticks_make(&axis, (size_t)(bar.height / 40), false, paper->options.glyphs, &ticks);
    for (size_t i = 0; i < ticks.n; i++) {
        double y = bottom - ticks.position[i] * bar.height;
        if (y < bar.y + 20 || y > bottom - 20)
            continue;
        paper_line(paper, bar.x + bar_width, y, bar.x + bar_width + 4, y, paper->dim, 1);
        paper_text(paper, text_x, y - 8, room, ticks.text[i], paper->ink, false, ALIGN_LEFT);
    }
    return bottom + 8;
}

static double column_of_categories(struct paper *paper, const struct field *field,
                                   const struct box *side)
{
    int first, n = key_categories(field, &first);
    double y = side->y;
    char buffer[64];
    for (int i = 0; i < n; i++, y += PAPER_CELL_HEIGHT + 2) {
        paint_category(paper, &(struct box){side->x, y + 2, SWATCH, 12}, first + i);
        paper_text(paper, side->x + SWATCH + GAP, y, side->width - SWATCH - GAP,
                   key_category_name(field, first + i, false, buffer, sizeof buffer), paper->ink,
                   false, ALIGN_LEFT);
    }
    return y + 4;
}

static void paint_side(struct paper *paper, const struct layout *layout,
                       const struct field_view *view)
{
    struct box side = paper_box(&layout->side);
    double y = side.y, bottom = side.y + side.height;
    if (view && layout->key == PLACE_SIDE)
        y = view->field->categorical ? column_of_categories(paper, view->field, &side)
                                     : column_of_colours(paper, view, &side);
    for (size_t i = 0; layout->legend_place == PLACE_SIDE && i < layout->legend.n; i++) {
        if (y + PAPER_CELL_HEIGHT > bottom)
            return;
        paint_item(paper, &layout->legend.items[i], side.x, y, side.width);
        y += PAPER_CELL_HEIGHT;
    }
    if (view && view->undefined && y + PAPER_CELL_HEIGHT <= bottom)
        paper_text(paper, side.x, y, side.width, "hatched: undefined", paper->dim, false,
                   ALIGN_LEFT);
}

void paper_keys(struct paper *paper, const struct layout *layout, const struct field_view *view)
{
    if (layout->side.width > 0)
        paint_side(paper, layout, view);
    paint_row(paper, layout, view, PLACE_TOP);
    if (layout->header_row >= 0)
        paint_row(paper, layout, view, PLACE_HEADER);
    struct box inner = paper_box(&layout->inner);
    double right = inner.x + inner.width - PAPER_CELL_WIDTH;
    size_t first = layout->legend_end;
    for (int i = 0; i < layout->legend_rows; first = layout->legend_row_end[i++])
        row_of_items(paper, &layout->legend, first, layout->legend_row_end[i], right,
                     (double)(layout->legend_row + i) * PAPER_CELL_HEIGHT);
}

#endif
