/* SVG files with ids that count from 1: Cairo counts the surfaces of the whole process. */
#include "paper.h"

#ifdef HAVE_CAIRO

#include <stdlib.h>
#include <string.h>

enum { NUMBERS_MAX = 512 };

/* The rank of a number among those seen, from 1; 0 if there are too many. */
static size_t rank_of(unsigned long number, unsigned long *seen, size_t *n_seen)
{
    for (size_t i = 0; i < *n_seen; i++)
        if (seen[i] == number)
            return i + 1;
    if (*n_seen == NUMBERS_MAX)
        return 0;
    seen[(*n_seen)++] = number;
    return *n_seen;
}

/* Where the number begins in "image5, #image5 or "surface5, which stand in attributes only: neither
   base64 nor a path has a quote or a hash. NULL if this is none of them. */
static const char *number_after(const char *at)
{
    static const char *const words[] = {"image", "surface"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (strncmp(at + 1, words[i], length) == 0 && at[1 + length] >= '0' &&
            at[1 + length] <= '9')
            return at + 1 + length;
    }
    return NULL;
}

void paper_renumber(const struct text *svg, struct text *out)
{
    unsigned long seen[NUMBERS_MAX];
    size_t n_seen = 0;
    const char *copied = text_get(svg), *at = copied;
    while ((at = strpbrk(at, "\"#")) != NULL) {
        const char *digits = number_after(at);
        char *end;
        at++;
        if (!digits)
            continue;
        size_t rank = rank_of(strtoul(digits, &end, 10), seen, &n_seen);
        if (rank == 0)
            continue;
        text_add_bytes(out, copied, (size_t)(digits - copied));
        text_addf(out, "%zu", rank);
        copied = at = end;
    }
    text_add(out, copied);
}

#endif
