/* The ticks of an axis with their labels, as an axis or a colour bar shows them. */
#ifndef CUSP_DRAW_TICK_LABELS_H
#define CUSP_DRAW_TICK_LABELS_H

#include "cusp/cells.h"
#include "cusp/figure.h"

enum { TICKS_MAX = 24, MINOR_TICKS_MAX = 128, TICK_TEXT_MAX = 32 };

struct ticks {
    size_t n, n_minor;
    double position[TICKS_MAX]; /* 0..1 along the axis */
    char text[TICKS_MAX][TICK_TEXT_MAX];
    double minor[MINOR_TICKS_MAX];
};

/* At most max ticks; minor ones too if wanted and there are such (log axes). */
void ticks_make(const struct axis *axis, size_t max, bool minor, enum glyph_set glyphs,
                struct ticks *out);
int ticks_width(const struct ticks *ticks); /* of the widest label */

/* A number for people: 10⁻⁶ or 1e-6 for a power of ten, else at most `digits` digits. */
void number_label(double value, int digits, enum glyph_set glyphs, char *out, size_t size);

#endif
