/* Which part of a long line a narrow prompt shows. Pure. */
#ifndef CUSP_TERM_PROMPT_SLICE_H
#define CUSP_TERM_PROMPT_SLICE_H

#include <stddef.h>

struct prompt_slice {
    size_t start; /* first byte shown, at a character */
    int column;   /* of the cursor, 0 .. columns − 1 (0 if there are none) */
};

/* point: the cursor's byte in line. */
struct prompt_slice prompt_slice(const char *line, size_t point, int columns);

#endif
