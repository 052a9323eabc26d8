/* Curves, bands, markers and the crosshair on paper. */
#include "paper.h"

#ifdef HAVE_CAIRO

#include <math.h>

#include "canvas.h"
#include "line_walk.h"

/* Width added on either side of a line that runs over a field. */
static const double HALO = 1.6;

/* Adds the clipped segment to the path, going on where the last one ended. */
static void add_segment(cairo_t *cairo, const struct box *plot, double x0, double y0, double x1,
                        double y1)
{
    x0 *= plot->width;
    x1 *= plot->width;
    y0 = (1 - y0) * plot->height;
    y1 = (1 - y1) * plot->height;
    if (!segment_clip(&x0, &y0, &x1, &y1, plot->width, plot->height))
        return;
    double x, y;
    cairo_get_current_point(cairo, &x, &y);
    const double joined = 1.0 / 64;
    if (!cairo_has_current_point(cairo) || fabs(x - plot->x - x0) > joined ||
        fabs(y - plot->y - y0) > joined)
        cairo_move_to(cairo, plot->x + x0, plot->y + y0);
    cairo_line_to(cairo, plot->x + x1, plot->y + y1);
}

static void stroke(struct paper *paper, const struct figure *figure, const struct curve *curve,
                   enum role role)
{
    cairo_t *cairo = paper->cairo;
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    if (figure->field) {
        cairo_path_t *path = cairo_copy_path(cairo);
        paper_pen(paper, role, curve->style);
        cairo_set_line_width(cairo, cairo_get_line_width(cairo) + 2 * HALO);
        cairo_set_source_rgba(cairo, paper->options.light, paper->options.light,
                              paper->options.light, 0.55);
        cairo_stroke(cairo);
        cairo_append_path(cairo, path);
        cairo_path_destroy(path);
    }
    paper_pen(paper, role, curve->style);
    cairo_stroke(cairo);
}

/* One stroke a stretch of equal roles; a change of role falls between two points. */
static void paint_line(struct paper *paper, const struct figure *figure, const struct curve *curve,
                       const struct box *plot)
{
    cairo_new_path(paper->cairo);
    for (size_t i = 0; i + 1 < curve->n; i++) {
        double x0, y0, x1, y1;
        if (!curve_place(figure, curve, i, &x0, &y0) ||
            !curve_place(figure, curve, i + 1, &x1, &y1))
            continue;
        enum role from = curve_role(curve, i), to = curve_role(curve, i + 1);
        if (from == to) {
            add_segment(paper->cairo, plot, x0, y0, x1, y1);
            continue;
        }
        double x = x0 / 2 + x1 / 2, y = y0 / 2 + y1 / 2;
        add_segment(paper->cairo, plot, x0, y0, x, y);
        stroke(paper, figure, curve, from);
        add_segment(paper->cairo, plot, x, y, x1, y1);
    }
    if (curve->n > 1)
        stroke(paper, figure, curve, curve_role(curve, curve->n - 1));
    cairo_new_path(paper->cairo);
}

static bool band_place(const struct figure *figure, const struct curve *curve, size_t i, double *x,
                       double *low, double *high)
{
    *x = axis_position(&figure->x, curve->x[i]);
    *low = axis_position(&figure->y, curve->low[i]);
    *high = axis_position(&figure->y, curve->high[i]);
    *low = fmin(fmax(*low, 0), 1);
    *high = fmin(fmax(*high, 0), 1);
    return isfinite(*x) && fabs(*x) < 100 && isfinite(axis_position(&figure->y, curve->low[i])) &&
           isfinite(axis_position(&figure->y, curve->high[i]));
}

static void paint_band(struct paper *paper, const struct figure *figure, const struct curve *curve,
                       const struct box *plot)
{
    cairo_t *cairo = paper->cairo;
    for (size_t i = 0; curve->low && curve->high && i + 1 < curve->n; i++) {
        double x0, low0, high0, x1, low1, high1;
        if (!band_place(figure, curve, i, &x0, &low0, &high0) ||
            !band_place(figure, curve, i + 1, &x1, &low1, &high1))
            continue;
        cairo_move_to(cairo, plot->x + x0 * plot->width, plot->y + (1 - low0) * plot->height);
        cairo_line_to(cairo, plot->x + x1 * plot->width, plot->y + (1 - low1) * plot->height);
        cairo_line_to(cairo, plot->x + x1 * plot->width, plot->y + (1 - high1) * plot->height);
        cairo_line_to(cairo, plot->x + x0 * plot->width, plot->y + (1 - high0) * plot->height);
        cairo_close_path(cairo);
    }
    unsigned rgb = theme_rgb(curve->role, paper->options.light);
    cairo_set_source_rgba(cairo, (double)(rgb >> 16 & 0xff) / 255, (double)(rgb >> 8 & 0xff) / 255,
                          (double)(rgb & 0xff) / 255, 0.25);
    cairo_fill(cairo);
}

static bool inside(double x, double y)
{
    return x >= 0 && x <= 1 && y >= 0 && y <= 1;
}

static void paint_markers(struct paper *paper, const struct figure *figure,
                          const struct curve *curve, const struct box *plot)
{
    if (curve->marker == MARKER_NONE && curve->n != 1)
        return;
    for (size_t i = 0; i < curve->n; i++) {
        double x, y;
        if (curve_place(figure, curve, i, &x, &y) && inside(x, y))
            paper_marker(paper, plot->x + x * plot->width, plot->y + (1 - y) * plot->height,
                         curve->marker, theme_rgb(curve_role(curve, i), paper->options.light));
    }
}

static void paint_here(struct paper *paper, const struct figure *figure, const struct box *plot)
{
    const double arm = 9;
    double x = axis_position(&figure->x, figure->here_x);
    double y = axis_position(&figure->y, figure->here_y);
    if (!figure->has_here || !inside(x, y))
        return;
    x = plot->x + x * plot->width;
    y = plot->y + (1 - y) * plot->height;
    cairo_set_line_cap(paper->cairo, CAIRO_LINE_CAP_ROUND);
    for (int pass = 0; pass < 2; pass++) {
        unsigned rgb = pass ? 0xffffff : 0x000000;
        double width = pass ? 2 : 5;
        paper_line(paper, x - arm, y, x + arm, y, rgb, width);
        paper_line(paper, x, y - arm, x, y + arm, rgb, width);
    }
    cairo_set_line_cap(paper->cairo, CAIRO_LINE_CAP_BUTT);
}

void paper_curves(struct paper *paper, const struct figure *figure, const struct layout *layout)
{
    struct box plot = paper_box(&layout->plot);
    cairo_save(paper->cairo);
    cairo_rectangle(paper->cairo, plot.x, plot.y, plot.width, plot.height);
    cairo_clip(paper->cairo);
    for (size_t i = 0; i < figure->n_curves; i++)
        paint_band(paper, figure, &figure->curves[i], &plot);
    for (size_t i = 0; i < figure->n_curves; i++)
        if (!figure->curves[i].no_line)
            paint_line(paper, figure, &figure->curves[i], &plot);
    cairo_restore(paper->cairo);
    for (size_t i = 0; i < figure->n_curves; i++)
        paint_markers(paper, figure, &figure->curves[i], &plot);
    paint_here(paper, figure, &plot);
}

#endif
