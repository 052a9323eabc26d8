/* Fields on another grid: masses are conserved, values averaged. */
#include "field_view.h"

#include <math.h>

/* The samples along one axis that a pixel covers. */
struct span {
    size_t first, last;
    double from, to; /* in samples */
};

static struct span span_of(size_t pixel, size_t n_pixels, size_t n_samples)
{
    struct span span;
    double scale = (double)n_samples / (double)n_pixels;
    span.from = (double)pixel * scale;
    span.to = (double)(pixel + 1) * scale;
    span.first = (size_t)span.from;
    span.last = (size_t)ceil(span.to) - 1;
    if (span.last >= n_samples)
        span.last = n_samples - 1;
    if (span.first > span.last)
        span.first = span.last;
    return span;
}

static double covered(const struct span *span, size_t sample)
{
    double from = fmax(span->from, (double)sample), to = fmin(span->to, (double)(sample + 1));
    return fmax(to - from, 0);
}

static double sample_at(const struct field *field, size_t ix, size_t iy)
{
    return field->value[iy * field->nx + ix];
}

static double resample(const struct field_view *view, size_t ix, size_t iy)
{
    const struct field *field = view->field;
    struct span x = span_of(ix, view->nx, field->nx), y = span_of(iy, view->ny, field->ny);
    double sum = 0, defined = 0;
    for (size_t j = y.first; j <= y.last; j++) {
        double height = covered(&y, j);
        for (size_t i = x.first; i <= x.last; i++) {
            double value = sample_at(field, i, j), part = height * covered(&x, i);
            if (isnan(value) || part == 0)
                continue;
            sum += part * value;
            defined += part;
        }
    }
    if (field->is_mass)
        return defined > 0 ? sum : NAN;
    /* A value stands for the pixel only if most of it is defined. */
    return defined * 2 >= (x.to - x.from) * (y.to - y.from) ? sum / defined : NAN;
}

double field_view_at(const struct field_view *view, size_t ix, size_t iy)
{
    const struct field *field = view->field;
    if (view->nx == field->nx && view->ny == field->ny)
        return sample_at(field, ix, iy);
    if (field->categorical)
        return sample_at(field, (2 * ix + 1) * field->nx / (2 * view->nx),
                         (2 * iy + 1) * field->ny / (2 * view->ny));
    return resample(view, ix, iy);
}

static bool range_is_good(double low, double high, enum scale scale)
{
    return isfinite(low) && isfinite(high) && low < high && (scale == SCALE_LINEAR || low > 0);
}

/* The range of the samples themselves, for a field that gives none. */
static void range_of_samples(const struct field *field, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < field->nx * field->ny; i++) {
        double value = field->value[i];
        if (!isfinite(value) || (field->scale == SCALE_LOG10 && value <= 0))
            continue;
        *low = fmin(*low, value);
        *high = fmax(*high, value);
    }
    if (!range_is_good(*low, *high, field->scale)) {
        double middle = isfinite(*low) ? *low : 1;
        *low = field->scale == SCALE_LOG10 ? middle / 10 : middle - 1;
        *high = field->scale == SCALE_LOG10 ? middle * 10 : middle + 1;
    }
}

static void find_clipped(struct field_view *view)
{
    for (size_t iy = 0; iy < view->ny; iy++)
        for (size_t ix = 0; ix < view->nx; ix++) {
            double value = field_view_at(view, ix, iy);
            view->undefined |= isnan(value);
            view->below |= value < view->low;
            view->above |= value > view->high;
        }
}

bool field_view_init(struct field_view *view, const struct field *field, size_t nx, size_t ny)
{
    *view = (struct field_view){.field = field, .nx = nx, .ny = ny};
    if (!field || !field->value || field->nx == 0 || field->ny == 0 || nx == 0 || ny == 0)
        return false;
    view->low = field->low;
    view->high = field->high;
    if (!range_is_good(view->low, view->high, field->scale))
        range_of_samples(field, &view->low, &view->high);
    if (field->is_mass && (nx != field->nx || ny != field->ny)) {
        double grown = (double)(field->nx * field->ny) / (double)(nx * ny);
        if (range_is_good(view->low * grown, view->high * grown, field->scale)) {
            view->low *= grown;
            view->high *= grown;
        }
    }
    bool log_scale = field->scale == SCALE_LOG10;
    view->origin = log_scale ? log10(view->low) : view->low;
    view->extent = (log_scale ? log10(view->high) : view->high) - view->origin;
    find_clipped(view);
    return true;
}

double field_view_place(const struct field_view *view, double value)
{
    if (isnan(value))
        return NAN;
    if (value <= view->low)
        return 0;
    if (value >= view->high)
        return 1;
    if (view->field->scale == SCALE_LOG10)
        value = log10(value);
    return (value - view->origin) / view->extent;
}

int field_category(double value)
{
    return value > 0.5 ? value > 1.5 ? value > 2.5 ? 3 : 2 : 1 : 0;
}
