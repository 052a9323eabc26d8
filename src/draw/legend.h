/* What a legend says: one item a named curve, or one a role of a curve that has several. */
#ifndef CUSP_DRAW_LEGEND_H
#define CUSP_DRAW_LEGEND_H

#include "cusp/cells.h"
#include "cusp/figure.h"

enum { LEGEND_MAX = 8, SWATCH_WIDTH = 2, LEGEND_GAP = 2 };

struct legend_item {
    const char *name;   /* of the curve */
    const char *suffix; /* the role's name if it tells the items apart, else "" */
    enum role role;
    enum line_style style;
    enum marker marker;
    bool line;
};

struct legend {
    size_t n;
    struct legend_item items[LEGEND_MAX];
};

void legend_collect(const struct figure *figure, struct legend *out);
/* "name suffix", cut at the buffer. */
void legend_text(const struct legend_item *item, char *out, size_t size);
/* Columns of one item, with its swatch and the gap after it. */
int legend_item_width(const struct legend_item *item, const struct draw_options *options);
/* How many items from the first one on fit side by side into so many columns. */
size_t legend_fitting(const struct legend *legend, size_t first, int room,
                      const struct draw_options *options);
int legend_width(const struct legend *legend, const struct draw_options *options);

#endif
