/* A whole sheet on paper, and paper as a file in memory. */
#include "paper.h"

#ifdef HAVE_CAIRO

#include <cairo-pdf.h>
#include <cairo-svg.h>

#include "canvas.h"
#include "figure_paint.h"

static void paint_frame(struct paper *paper, const struct placed *placed,
                        const struct layout *layout)
{
    const double radius = 5, quarter = 1.5707963267948966;
    const struct figure *figure = placed->figure;
    struct box box = paper_box(&layout->outer);
    double x = box.x + 3.5, y = box.y + 8.5, right = box.x + box.width - 3.5;
    double bottom = box.y + box.height - 8.5, room = box.width - 3 * PAPER_CELL_WIDTH;
    cairo_t *cairo = paper->cairo;
    if (!placed->frameless) {
        cairo_new_path(cairo);
        cairo_arc(cairo, x + radius, y + radius, radius, 2 * quarter, 3 * quarter);
        cairo_arc(cairo, right - radius, y + radius, radius, 3 * quarter, 4 * quarter);
        cairo_arc(cairo, right - radius, bottom - radius, radius, 0, quarter);
        cairo_arc(cairo, x + radius, bottom - radius, radius, quarter, 2 * quarter);
        cairo_close_path(cairo);
        cairo_set_dash(cairo, NULL, 0, 0);
        cairo_set_line_width(cairo, placed->focused ? 2.5 : 1);
        paper_colour(paper, placed->focused ? paper->ink : paper->dim);
        cairo_stroke(cairo);
    }
    const char *texts[] = {figure->title ? figure->title : "", frame_mark(figure)};
    double at = box.x + 2 * PAPER_CELL_WIDTH;
    for (size_t i = 0; i < 2 && texts[i][0]; i++) {
        double width = paper_text_width(paper, texts[i], i == 0);
        double left = room - (at - box.x - 2 * PAPER_CELL_WIDTH);
        width = width < left ? width : left;
        paper_fill(paper, &(struct box){at - 5, box.y, width + 10, PAPER_CELL_HEIGHT},
                   paper->ground);
        at += 8 + paper_text(paper, at, box.y, left, texts[i],
                             i == 0 ? paper->ink : theme_rgb(ROLE_WARNING, paper->options.light),
                             i == 0, ALIGN_LEFT);
    }
    if (!layout->note)
        return;
    double width = paper_text_width(paper, figure->note, false);
    width = width < room ? width : room;
    double row = box.y + box.height - PAPER_CELL_HEIGHT;
    paper_fill(paper,
               &(struct box){box.x + 2 * PAPER_CELL_WIDTH - 5, row, width + 10, PAPER_CELL_HEIGHT},
               paper->ground);
    paper_text(paper, box.x + 2 * PAPER_CELL_WIDTH, row, room, figure->note, paper->ink, false,
               ALIGN_LEFT);
}

/* Lines, blocks and shapes keep their cells, so that they join. */
static bool is_drawing(uint32_t rune)
{
    return rune >= 0x2500 && rune <= 0x25ff;
}

static unsigned cell_rgb(const struct paper *paper, const struct cell *cell)
{
    bool reverse = cell->attributes & CELL_REVERSE;
    if (cell->fg == COLOUR_DEFAULT)
        return reverse ? paper->ground : paper->ink;
    return reverse ? paper->ground : colour_rgb(cell->fg);
}

/* True if the text ends here: two blanks, a drawing, or another ink. */
static bool run_ends(const struct cell *row, int column, int width, const struct cell *first)
{
    if (column >= width || is_drawing(row[column].rune) || row[column].fg != first->fg ||
        row[column].attributes != first->attributes)
        return true;
    return row[column].rune == ' ' && (column + 1 >= width || row[column + 1].rune == ' ');
}

/* A stretch of text beginning at a column; returns the column after it. */
static int paint_run(struct paper *paper, const struct cell *row, int column, int width, double y)
{
    const struct cell *first = &row[column];
    double x = (double)column * PAPER_CELL_WIDTH;
    bool bold = first->attributes & CELL_BOLD;
    if (is_drawing(first->rune)) {
        paper_glyph(paper, x, y, first->rune, cell_rgb(paper, first), bold);
        return column + 1;
    }
    char text[CANVAS_TEXT_MAX];
    size_t used = 0;
    int end = column;
    for (; !run_ends(row, end, width, first) && used + 5 < sizeof text; end++)
        if (row[end].rune != 0)
            used += utf8_encode(row[end].rune, text + used);
    text[used] = 0;
    /* Up to where the next text stands: a wide font must not run into it. */
    int limit = end;
    while (limit < width && row[limit].rune == ' ')
        limit++;
    paper_text(paper, x, y, (double)(limit - column) * PAPER_CELL_WIDTH, text,
               cell_rgb(paper, first), bold, ALIGN_LEFT);
    return end > column ? end : column + 1;
}

static void paint_cells(struct paper *paper, const struct cells *cells)
{
    for (int y = 0; y < cells->height; y++) {
        const struct cell *row = &cells->cell[(size_t)y * (size_t)cells->width];
        double top = (double)y * PAPER_CELL_HEIGHT;
        for (int x = 0; x < cells->width; x++)
            if (row[x].attributes & CELL_REVERSE)
                paper_fill(paper,
                           &(struct box){(double)x * PAPER_CELL_WIDTH, top, PAPER_CELL_WIDTH,
                                         PAPER_CELL_HEIGHT},
                           row[x].fg == COLOUR_DEFAULT ? paper->dim : colour_rgb(row[x].fg));
        for (int x = 0; x < cells->width;)
            x = row[x].rune == ' ' || row[x].rune == 0
                    ? x + 1
                    : paint_run(paper, row, x, cells->width, top);
    }
}

/* Strips and figures of text keep the columns that the cells gave them. */
static void paint_texts(struct paper *paper, const struct sheet *sheet)
{
    struct sheet strips = *sheet;
    struct cells cells;
    strips.n_placed = 0;
    cells_init(&cells, sheet->width, sheet->height);
    draw_sheet(&cells, &strips, &paper->options);
    for (size_t i = 0; i < sheet->n_placed && !sheet->too_small; i++) {
        const struct figure *figure = sheet->placed[i].figure;
        if (!figure || figure->kind != FIGURE_TEXT)
            continue;
        struct layout layout;
        struct canvas canvas;
        layout_figure(figure, &sheet->placed[i].area, &paper->options, &layout);
        canvas_init(&canvas, &cells, &layout.inner, &paper->options);
        lines_paint(&canvas, figure, &layout.inner);
    }
    paint_cells(paper, &cells);
    cells_done(&cells);
}

static void paint_figure(struct paper *paper, const struct placed *placed)
{
    struct layout layout;
    layout_figure(placed->figure, &placed->area, &paper->options, &layout);
    if (layout.frame)
        paint_frame(paper, placed, &layout);
    switch (placed->figure->kind) {
    case FIGURE_PLOT:
        paper_plot(paper, placed->figure, &layout);
        return;
    case FIGURE_BARS:
        paper_axes(paper, placed->figure, &layout);
        paper_bars(paper, placed->figure, &layout);
        return;
    case FIGURE_ROWS:
        paper_rows(paper, placed->figure, &layout);
        return;
    case FIGURE_TEXT:
        return;
    }
}

/* Draws the whole sheet on a context of at least its size in units. */
static void paint_sheet(cairo_t *cairo, const struct sheet *sheet,
                        const struct draw_options *options)
{
    struct paper paper = {.cairo = cairo, .options = options_normal(options)};
    /* Paper has all colours and glyphs whatever the terminal has. */
    paper.options.depth = DEPTH_DIRECT;
    paper.options.glyphs = GLYPHS_UNICODE;
    paper.options.cell_aspect = (double)PAPER_CELL_HEIGHT / PAPER_CELL_WIDTH;
    paper.ground = options->light ? 0xffffff : 0x111318;
    paper.ink = theme_rgb(ROLE_PLAIN, options->light);
    paper.dim = theme_rgb(ROLE_DIM, options->light);
    cairo_set_source_rgb(cairo, 0, 0, 0);
    paper_fill(&paper,
               &(struct box){0, 0, (double)sheet->width * PAPER_CELL_WIDTH,
                             (double)sheet->height * PAPER_CELL_HEIGHT},
               paper.ground);
    for (size_t i = 0; i < sheet->n_placed && !sheet->too_small; i++)
        if (sheet->placed[i].figure)
            paint_figure(&paper, &sheet->placed[i]);
    paint_texts(&paper, sheet);
}

static cairo_status_t append(void *closure, const unsigned char *data, unsigned length)
{
    text_add_bytes(closure, (const char *)data, length);
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *open_surface(enum paper_format format, double width, double height,
                                     struct text *out)
{
    enum { PIXELS_A_UNIT = 2 };
    cairo_surface_t *surface = NULL;
    switch (format) {
    case PAPER_SVG:
        return cairo_svg_surface_create_for_stream(append, out, width, height);
    case PAPER_PDF:
        surface = cairo_pdf_surface_create_for_stream(append, out, width, height);
        /* The same sheet is the same file, whenever it is written. */
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                       "2000-01-01T00:00:00Z");
        return surface;
    case PAPER_PNG:
        surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width * PIXELS_A_UNIT,
                                             (int)height * PIXELS_A_UNIT);
        cairo_surface_set_device_scale(surface, PIXELS_A_UNIT, PIXELS_A_UNIT);
        return surface;
    }
    return surface;
}

static enum status write_surface(const struct sheet *sheet, const struct draw_options *options,
                                 enum paper_format format, struct text *out, const char **why)
{
    cairo_surface_t *surface = open_surface(format, (double)sheet->width * PAPER_CELL_WIDTH,
                                            (double)sheet->height * PAPER_CELL_HEIGHT, out);
    cairo_t *cairo = cairo_create(surface);
    paint_sheet(cairo, sheet, options);
    cairo_status_t status = cairo_status(cairo);
    cairo_destroy(cairo);
    if (status == CAIRO_STATUS_SUCCESS && format == PAPER_PNG)
        status = cairo_surface_write_to_png_stream(surface, append, out);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        return ST_OK;
    *why = cairo_status_to_string(status);
    return ST_UNABLE;
}

enum status paper_write(const struct sheet *sheet, const struct draw_options *options,
                        enum paper_format format, struct text *out, const char **why)
{
    enum { CELLS_MAX = 2000 };
    if (sheet->width < 1 || sheet->height < 1 || sheet->width > CELLS_MAX ||
        sheet->height > CELLS_MAX) {
        *why = "the sheet must be 1 to 2000 cells wide and high";
        return ST_UNABLE;
    }
    if (format != PAPER_SVG)
        return write_surface(sheet, options, format, out, why);
    struct text svg;
    text_init(&svg);
    enum status status = write_surface(sheet, options, format, &svg, why);
    if (status == ST_OK)
        paper_renumber(&svg, out);
    text_done(&svg);
    return status;
}

#else

enum status paper_write(const struct sheet *sheet, const struct draw_options *options,
                        enum paper_format format, struct text *out, const char **why)
{
    (void)sheet;
    (void)options;
    (void)format;
    (void)out;
    *why = "this cusp was built without Cairo, which draws svg, png and pdf";
    return ST_UNABLE;
}

#endif
