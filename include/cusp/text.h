/* A growing string, and UTF-8 as columns on a terminal. */
#ifndef CUSP_TEXT_H
#define CUSP_TEXT_H

#include "cusp/status.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes; /* NUL-terminated once anything was added; NULL before */
    size_t length, capacity;
};

void text_init(struct text *text);
void text_done(struct text *text);
void text_clear(struct text *text);
void text_add(struct text *text, const char *s);
void text_add_bytes(struct text *text, const char *s, size_t length);
void text_addf(struct text *text, const char *format, ...) CUSP_PRINTF(2, 3);
void text_add_args(struct text *text, const char *format, va_list args) CUSP_PRINTF(2, 0);
void text_add_rune(struct text *text, uint32_t rune);
/* The content; "" when empty. Borrowed until the next change. */
const char *text_get(const struct text *text);

/* Decodes one code point at s (length bytes left, > 0); returns the bytes used (≥ 1). A malformed
   sequence gives U+FFFD and uses one byte. */
size_t utf8_decode(const char *s, size_t length, uint32_t *rune);
size_t utf8_encode(uint32_t rune, char out[4]);
/* True if all bytes are well-formed UTF-8; else *bad is the offset of the first fault (may be
 * NULL). */
bool utf8_valid(const char *s, size_t length, size_t *bad);
/* Columns a code point takes: 0 (combining, control), 1 or 2. Does not depend on the locale. */
int utf8_rune_width(uint32_t rune);
/* Columns of a NUL-terminated string. */
size_t utf8_width(const char *s);

/* Restricted Damerau–Levenshtein distance of two names, for "did you mean". */
size_t text_distance(const char *a, const char *b);

/* Shortest decimal of x that reads well to `digits` significant digits: 0.25, 1e-06 → "1e-6", −3 →
   "-3". Never "-0". NaN → "undefined", infinities → "∞"/"-∞". Writes at most size bytes with NUL.
 */
void text_number(char *out, size_t size, double x, int digits);

#endif
