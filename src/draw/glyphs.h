/* Glyph sets: what a picture's marks look like in Unicode and in ASCII. */
#ifndef CUSP_DRAW_GLYPHS_H
#define CUSP_DRAW_GLYPHS_H

#include <stdint.h>

#include "cusp/cells.h"

struct glyphs {
#define GLYPH(name, unicode, ascii) uint32_t name;
#include "glyphs.def"
#undef GLYPH
    const uint32_t *shades; /* [n_shades], from none to full */
    int n_shades;
    uint32_t textures[4]; /* of categories 0 to 3 */
};

const struct glyphs *glyphs_of(enum glyph_set set);
uint32_t glyphs_marker(const struct glyphs *glyphs, enum marker marker);

/* Text as the set can show it: a copy in buffer with "1/2" for ½ if the set is ASCII, else the text
   itself. Cut at the buffer. */
const char *glyphs_text(enum glyph_set set, const char *text, char *buffer, size_t size);

#endif
