/* Small histograms on paper. */
#include "paper.h"

#ifdef HAVE_CAIRO

#include <stdio.h>

#include "rows_layout.h"

static void paint_histogram(struct paper *paper, const struct figure_row *row,
                            const struct box *plot)
{
    unsigned rgb = theme_rgb(row->role, paper->options.light);
    double width = plot->width / (double)row->n, base = plot->y + plot->height;
    for (size_t k = 0; k < row->n; k++) {
        double n = (double)row->n;
        double height = plot->height * rows_height(row, (double)k / n, ((double)k + 1) / n);
        struct box box = {plot->x + width * (double)k, base - height, width, height};
        paper_fill(paper, &box, rgb);
    }
    paper_line(paper, plot->x, base, plot->x + plot->width, base, paper->dim, 1);
}

void paper_rows(struct paper *paper, const struct figure *figure, const struct layout *layout)
{
    struct rows_layout rows;
    rows_layout_make(figure, &layout->inner, &paper->options, &rows);
    double number = rows.number_width > 0 ? (rows.number_width + 1) * PAPER_CELL_WIDTH : 0;
    double label = rows.label_width * PAPER_CELL_WIDTH;
    for (size_t i = 0; i < rows.n_shown; i++) {
        const struct figure_row *row = &figure->rows[i];
        struct area area = rows_layout_plot(&rows, i);
        struct box plot = paper_box(&area);
        double text = plot.y + plot.height - PAPER_CELL_HEIGHT;
        plot.y += 3;
        plot.height -= 4;
        if (row->n > 0)
            paint_histogram(paper, row, &plot);
        char low[TICK_TEXT_MAX], high[TICK_TEXT_MAX];
        rows_numbers(row, paper->options.glyphs, low, high);
        if (number > 0) {
            paper_text(paper, plot.x - PAPER_CELL_WIDTH, text, number, low, paper->dim, false,
                       ALIGN_RIGHT);
            paper_text(paper, plot.x + plot.width + PAPER_CELL_WIDTH, text, number, high,
                       paper->dim, false, ALIGN_LEFT);
        }
        if (label > 0)
            paper_text(paper, plot.x - number - label - PAPER_CELL_WIDTH, text,
                       label + PAPER_CELL_WIDTH, row->label ? row->label : "", paper->ink, false,
                       ALIGN_LEFT);
        if (rows.note_width > 0)
            paper_text(paper, plot.x + plot.width + PAPER_CELL_WIDTH + number, text,
                       (rows.note_width + 1) * PAPER_CELL_WIDTH, row->note ? row->note : "",
                       paper->ink, false, ALIGN_LEFT);
    }
    if (rows.left_out == 0)
        return;
    char more[64];
    snprintf(more, sizeof more, "… %zu more", rows.left_out);
    struct area last = rows_layout_plot(&rows, rows.n_shown);
    struct box box = paper_box(&last);
    paper_text(paper, box.x, box.y + box.height - PAPER_CELL_HEIGHT, box.width, more, paper->dim,
               false, ALIGN_LEFT);
}

#endif
