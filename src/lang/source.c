/* Cleaning the bytes of a model file. */
#include "source.h"

#include <stdint.h>
#include <string.h>

struct fault {
    bool found;
    size_t offset;
    unsigned char byte;
};

static void note(struct fault *fault, size_t offset, char byte)
{
    if (!fault->found) {
        *fault = (struct fault){true, offset, (unsigned char)byte};
    }
}

bool source_copy(struct arena *arena, const char *file, const char *text, size_t length,
                 struct diags *diags, const char **out)
{
    size_t i = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0, n = 0;
    char *copy = arena_new(arena, length + 1, 1);
    struct fault nul = {0}, malformed = {0};
    while (i < length) {
        uint32_t rune = 0;
        size_t bytes = utf8_decode(text + i, length - i, &rune);
        if (rune == 0xfffd && bytes == 1) {
            note(&malformed, n, text[i]);
            copy[n++] = '?';
        } else if (text[i] == '\0') {
            note(&nul, n, '\0');
            copy[n++] = ' ';
        } else if (text[i] == '\r') {
            copy[n++] = '\n';
            bytes += i + 1 < length && text[i + 1] == '\n';
        } else {
            memcpy(copy + n, text + i, bytes);
            n += bytes;
        }
        i += bytes;
    }
    copy[n] = '\0';
    *out = copy;
    if (malformed.found && diags != NULL) {
        diags_add(diags, SEV_ERROR, file, copy, (struct span){malformed.offset, 1},
                  "not UTF-8: the byte 0x%02x; save the file as UTF-8", malformed.byte);
    } else if (nul.found && diags != NULL) {
        diags_add(diags, SEV_ERROR, file, copy, (struct span){nul.offset, 1},
                  "control character U+0000 in the text");
    }
    return !malformed.found;
}
