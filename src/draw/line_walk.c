/* Segments clipped to a box (Liang and Barsky 1984), and the points of curves on axes. */
#include "line_walk.h"

#include <math.h>

/* Narrows [enter, leave] to where delta·t ≤ room; false if nothing is left. */
static bool clip_edge(double delta, double room, double *enter, double *leave)
{
    if (delta == 0)
        return room >= 0;
    double t = room / delta;
    if (delta < 0)
        *enter = fmax(*enter, t);
    else
        *leave = fmin(*leave, t);
    return *enter <= *leave;
}

bool segment_clip(double *x0, double *y0, double *x1, double *y1, double width, double height)
{
    double dx = *x1 - *x0, dy = *y1 - *y0, enter = 0, leave = 1;
    if (!isfinite(dx) || !isfinite(dy))
        return false;
    if (!clip_edge(-dx, *x0, &enter, &leave) || !clip_edge(dx, width - *x0, &enter, &leave) ||
        !clip_edge(-dy, *y0, &enter, &leave) || !clip_edge(dy, height - *y0, &enter, &leave))
        return false;
    double x = *x0, y = *y0;
    *x0 = fmin(fmax(x + enter * dx, 0), width);
    *y0 = fmin(fmax(y + enter * dy, 0), height);
    *x1 = fmin(fmax(x + leave * dx, 0), width);
    *y1 = fmin(fmax(y + leave * dy, 0), height);
    return true;
}

bool curve_place(const struct figure *figure, const struct curve *curve, size_t i, double *x,
                 double *y)
{
    *x = axis_position(&figure->x, curve->x[i]);
    *y = axis_position(&figure->y, curve->y[i]);
    return isfinite(*x) && isfinite(*y);
}

enum role curve_role(const struct curve *curve, size_t i)
{
    return curve->roles ? curve->roles[i] : curve->role;
}
