/* Horizontal bars on paper. */
#include "paper.h"

#ifdef HAVE_CAIRO

#include <math.h>
#include <stdio.h>

#include "canvas.h"

static void paint_whisker(struct paper *paper, const struct axis *axis, const struct bar *bar,
                          const struct box *plot, double y)
{
    const double cap = 3;
    double low = axis_position(axis, bar->value - bar->error);
    double high = axis_position(axis, bar->value + bar->error);
    if (!(bar->error > 0) || isnan(high) || high < 0 || low > 1)
        return;
    double from = plot->x + fmax(isnan(low) ? 0 : low, 0) * plot->width;
    double to = plot->x + fmin(high, 1) * plot->width;
    for (int pass = 0; pass < 2; pass++) {
        unsigned rgb = pass ? paper->ink : paper->ground;
        double width = pass ? 1.4 : 4;
        paper_line(paper, from, y, to, y, rgb, width);
        if (low >= 0)
            paper_line(paper, from, y - cap, from, y + cap, rgb, width);
        if (high <= 1)
            paper_line(paper, to, y - cap, to, y + cap, rgb, width);
    }
}

static void paint_bar(struct paper *paper, const struct figure *figure, const struct bar *bar,
                      const struct box *plot, double y, double height)
{
    double place = axis_position(&figure->y, bar->value);
    double zero = figure->y.scale == SCALE_LINEAR ? axis_position(&figure->y, 0) : 0;
    double origin = zero > 0 ? fmin(zero, 1) : 0;
    unsigned rgb = theme_rgb(bar->role, paper->options.light);
    if (isnan(place)) {
        const char *text = isnan(bar->value) ? "undefined"
                           : bar->value < 0  ? "◂ negative"
                           : bar->value > 0  ? "infinite"
                                             : "◂ 0";
        paper_text(paper, plot->x + 3, y + height / 2 - 8, plot->width, text, rgb, false,
                   ALIGN_LEFT);
        return;
    }
    double from = fmin(fmax(fmin(place, origin), 0), 1), to = fmax(fmin(fmax(place, origin), 1), 0);
    struct box box = {plot->x + from * plot->width, y, (to - from) * plot->width, height};
    paper_fill(paper, &box, rgb);
    paint_whisker(paper, &figure->y, bar, plot, y + height / 2);
}

void paper_bars(struct paper *paper, const struct figure *figure, const struct layout *layout)
{
    struct box plot = paper_box(&layout->plot), inner = paper_box(&layout->inner);
    if (plot.width < 1)
        return;
    paper_line(paper, plot.x - 0.5, plot.y, plot.x - 0.5, plot.y + plot.height, paper->dim, 1);
    double height = layout->thickness * PAPER_CELL_HEIGHT * 0.75;
    double label = (double)layout->label_width * PAPER_CELL_WIDTH;
    double note = plot.x + plot.width + PAPER_CELL_WIDTH;
    for (size_t i = 0; i < layout->n_bars_shown; i++) {
        const struct bar *bar = &figure->bars[i];
        double top = (double)layout_bar_row(layout, i) * PAPER_CELL_HEIGHT;
        double y = top + (layout->thickness * PAPER_CELL_HEIGHT - height) / 2;
        double text = top + (layout->thickness - 1) * PAPER_CELL_HEIGHT / 2.0;
        char value[BAR_VALUE_MAX];
        bar_value_text(bar, layout->values_brief, paper->options.glyphs, value);
        if (layout->labels_above) {
            double above = top - PAPER_CELL_HEIGHT, room = inner.width - 12;
            paper_text(paper, inner.x + 6, above, room, bar->label ? bar->label : "", paper->ink,
                       false, ALIGN_LEFT);
            paper_text(paper, inner.x + 6 + room, above, room, value, paper->ink, false,
                       ALIGN_RIGHT);
        }
        if (layout->label_width > 0)
            paper_text(paper, inner.x + 2, text, label + PAPER_CELL_WIDTH,
                       bar->label ? bar->label : "", paper->ink, false, ALIGN_LEFT);
        if (layout->value_width > 0)
            paper_text(paper, plot.x - 8, text, plot.x - inner.x - label, value, paper->ink, false,
                       ALIGN_RIGHT);
        paint_bar(paper, figure, bar, &plot, y, height);
        if (layout->note_width > 0)
            paper_text(paper, note, text, inner.x + inner.width - note, bar->note ? bar->note : "",
                       theme_rgb(bar->role, paper->options.light), false, ALIGN_LEFT);
    }
    size_t left_out = figure->n_bars - layout->n_bars_shown;
    if (left_out == 0)
        return;
    char more[64];
    snprintf(more, sizeof more, "… %zu more", left_out);
    paper_text(paper, inner.x + 6, plot.y + plot.height, inner.width, more, paper->dim, false,
               ALIGN_LEFT);
}

#endif
