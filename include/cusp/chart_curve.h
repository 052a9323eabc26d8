/* The curve of a chart of a resolution as lines to be drawn. */
#ifndef CUSP_CHART_CURVE_H
#define CUSP_CHART_CURVE_H

#include "cusp/resolution.h"

struct chart_picture {
    size_t chart;
    double low[2], high[2]; /* the window that was looked at */
    size_t n_curves;
    size_t *n;       /* [n_curves] */
    double **x, **y; /* [n_curves][n] */
};

/* The zero set of the chart's strict transform in a window; low NULL: one that holds its points and
   at least [−1.5, 1.5]². n_cells a side: 0: 160. The caller's (chart_picture_free). */
struct chart_picture *chart_picture_new(const struct resolution *resolution, size_t chart,
                                        const double *low, const double *high, size_t n_cells);
void chart_picture_free(struct chart_picture *picture); /* NULL is fine */

#endif
