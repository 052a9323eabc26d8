/* Scrolls a line sideways so that its cursor is seen. */
#include "prompt_slice.h"

#include <string.h>

#include "cusp/text.h"

/* Columns of a character as the prompt draws it: controls as one. */
static size_t columns_of(uint32_t rune)
{
    return rune < 0x20 || (rune >= 0x7f && rune < 0xa0) ? 1 : (size_t)utf8_rune_width(rune);
}

struct prompt_slice prompt_slice(const char *line, size_t point, int columns)
{
    size_t length = strlen(line);
    size_t room = columns > 0 ? (size_t)columns : 0;
    if (point > length) {
        point = length;
    }
    size_t before = 0;
    for (size_t i = 0; i < point;) {
        uint32_t rune;
        i += utf8_decode(line + i, length - i, &rune);
        before += columns_of(rune);
    }
    struct prompt_slice slice = {0, (int)before};
    if (room == 0) {
        return (struct prompt_slice){point, 0};
    }
    /* The cursor itself takes a column at the end. */
    while (before >= room && slice.start < point) {
        uint32_t rune;
        slice.start += utf8_decode(line + slice.start, length - slice.start, &rune);
        before -= columns_of(rune);
    }
    slice.column = (int)before;
    return slice;
}
