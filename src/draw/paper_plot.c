/* Plots on paper: the field as an image, axes, colour bar and legend. */
#include "paper.h"

#ifdef HAVE_CAIRO

#include <math.h>
#include <stdio.h>

#include "canvas.h"
#include "figure_paint.h"

/* Pixels of a field's image for each unit. */
enum { FINENESS = 2 };
static const double NEARER = 1e-9; /* of the axis: less is a tie, and the first one stays */

static unsigned undefined_rgb(const struct paper *paper, int x, int y)
{
    enum { PITCH = 16, LINE = 2 };
    return (x + y) % PITCH < LINE ? paper->dim : paper->ground;
}

static unsigned pixel_rgb(const struct paper *paper, const struct field_view *view, int x, int y,
                          int width, int height)
{
    const struct field *field = view->field;
    size_t ix = (size_t)x * view->nx / (size_t)width;
    size_t iy = (size_t)(height - 1 - y) * view->ny / (size_t)height;
    double value = field_view_at(view, ix, iy);
    if (isnan(value))
        return undefined_rgb(paper, x, y);
    if (field->categorical)
        return paper_category_rgb(field_category(value), x, y);
    return paper_map_rgb(paper, field, field_view_place(view, value));
}

/* Larger than the samples, so that no viewer blurs them. */
static void paint_field(struct paper *paper, const struct field_view *view, const struct box *plot)
{
    int width = (int)plot->width * FINENESS, height = (int)plot->height * FINENESS;
    cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    if (cairo_surface_status(image) == CAIRO_STATUS_SUCCESS) {
        unsigned char *data = cairo_image_surface_get_data(image);
        int stride = cairo_image_surface_get_stride(image);
        for (int y = 0; y < height; y++) {
            uint32_t *row = (uint32_t *)(void *)(data + (size_t)y * (size_t)stride);
            for (int x = 0; x < width; x++)
                row[x] = pixel_rgb(paper, view, x, y, width, height);
        }
        cairo_surface_mark_dirty(image);
        cairo_save(paper->cairo);
        cairo_translate(paper->cairo, plot->x, plot->y);
        cairo_scale(paper->cairo, 1.0 / FINENESS, 1.0 / FINENESS);
        cairo_set_source_surface(paper->cairo, image, 0, 0);
        cairo_pattern_set_filter(cairo_get_source(paper->cairo), CAIRO_FILTER_NEAREST);
        cairo_rectangle(paper->cairo, 0, 0, width, height);
        cairo_fill(paper->cairo);
        cairo_restore(paper->cairo);
    }
    cairo_surface_destroy(image);
}

static void paint_x_axis(struct paper *paper, const struct layout *layout)
{
    struct box plot = paper_box(&layout->plot), inner = paper_box(&layout->inner);
    double bottom = plot.y + plot.height, right = inner.x + inner.width;
    bool line = layout->x_axis_rows == 2;
    if (line)
        paper_line(paper, plot.x, bottom + 0.5, plot.x + plot.width, bottom + 0.5, paper->dim, 1);
    for (size_t i = 0; i < layout->x.n_minor && line; i++) {
        double x = plot.x + layout->x.minor[i] * plot.width;
        paper_line(paper, x, bottom, x, bottom + 3, paper->dim, 1);
    }
    double row = bottom + (layout->x_axis_rows - 1) * PAPER_CELL_HEIGHT - (line ? 6 : 0);
    for (size_t i = 0; i < layout->x.n; i++) {
        double x = plot.x + layout->x.position[i] * plot.width;
        double half = paper_text_width(paper, layout->x.text[i], false) / 2;
        double centre = fmax(fmin(x, right - half - 2), inner.x + half);
        if (line)
            paper_line(paper, x, bottom, x, bottom + 6, paper->dim, 1);
        paper_text(paper, centre, row, plot.width, layout->x.text[i], paper->ink, false,
                   ALIGN_CENTRE);
    }
    if (layout->x_label_place == PLACE_NONE)
        return;
    double x = (double)layout->x_label_column * PAPER_CELL_WIDTH;
    double y = (double)layout->x_label_row * PAPER_CELL_HEIGHT - (line ? 6 : 0);
    paper_text(paper, x, y, right - x, layout->x_label, paper->ink, true, ALIGN_LEFT);
}

/* Between two y ticks near the middle, or below the only one. */
static double y_label_place(const struct layout *layout, double row)
{
    double best = 0.5, away = INFINITY;
    if (layout->y.n == 1) {
        double tick = layout->y.position[0];
        return tick - row > 0 ? tick - row : tick + row;
    }
    for (size_t i = 0; i + 1 < layout->y.n; i++) {
        double middle = (layout->y.position[i] + layout->y.position[i + 1]) / 2;
        if (fabs(middle - 0.5) < away - NEARER) {
            away = fabs(middle - 0.5);
            best = middle;
        }
    }
    return best;
}

static void paint_y_axis(struct paper *paper, const struct layout *layout)
{
    struct box plot = paper_box(&layout->plot), inner = paper_box(&layout->inner);
    double left = plot.x - 0.5, room = plot.x - inner.x - 8;
    paper_line(paper, left, plot.y, left, plot.y + plot.height, paper->dim, 1);
    for (size_t i = 0; i < layout->y.n_minor; i++) {
        double y = plot.y + (1 - layout->y.minor[i]) * plot.height;
        paper_line(paper, plot.x - 3, y, plot.x, y, paper->dim, 1);
    }
    for (size_t i = 0; i < layout->y.n; i++) {
        double y = plot.y + (1 - layout->y.position[i]) * plot.height;
        paper_line(paper, plot.x - 6, y, plot.x, y, paper->dim, 1);
        double row = fmin(fmax(y - 8, plot.y - 4), plot.y + plot.height - 12);
        paper_text(paper, plot.x - 8, row, room, layout->y.text[i], paper->ink, false, ALIGN_RIGHT);
    }
    if (layout->y_label_place == PLACE_GUTTER)
        paper_text(
            paper, plot.x - 9,
            plot.y + (1 - y_label_place(layout, PAPER_CELL_HEIGHT / plot.height)) * plot.height - 8,
            room, layout->y_label, paper->ink, true, ALIGN_RIGHT);
    if (layout->y_label_place == PLACE_HEADER)
        paper_text(paper, inner.x + 8, (double)layout->header_row * PAPER_CELL_HEIGHT,
                   inner.width - 16, layout->y_label, paper->ink, true, ALIGN_LEFT);
}

void paper_axes(struct paper *paper, const struct figure *figure, const struct layout *layout)
{
    if (figure->kind == FIGURE_PLOT && layout->y_axis)
        paint_y_axis(paper, layout);
    if (layout->x_axis_rows > 0)
        paint_x_axis(paper, layout);
}

void paper_plot(struct paper *paper, const struct figure *figure, const struct layout *layout)
{
    struct box plot = paper_box(&layout->plot);
    if (plot.width < 1 || plot.height < 1)
        return;
    struct field_view view;
    size_t nx = figure->field ? figure->field->nx : 0, ny = figure->field ? figure->field->ny : 0;
    bool field = field_view_init(&view, figure->field, nx, ny);
    if (field)
        paint_field(paper, &view, &plot);
    paper_axes(paper, figure, layout);
    paper_curves(paper, figure, layout);
    paper_keys(paper, layout, field ? &view : NULL);
}

#endif
