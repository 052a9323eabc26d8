/* Faults in a person's input: file, line, column, a caret under the source, all at once. */
#ifndef CUSP_DIAG_H
#define CUSP_DIAG_H

#include "cusp/status.h"
#include "cusp/text.h"

#include <stddef.h>

enum severity { SEV_ERROR, SEV_WARNING };

/* A stretch of source text, in bytes from its start. */
struct span {
    size_t offset, length;
};

struct diag {
    enum severity severity;
    char *file;        /* as the person named it; "-e" for inline text */
    size_t line;       /* from 1; 0: about the file as a whole, no caret */
    size_t column;     /* from 1, in characters */
    size_t width;      /* characters under the caret, ≥ 1 */
    char *message;     /* one sentence, without "error:" and without a closing dot */
    char *source_line; /* the line itself, without its newline; NULL if line is 0 */
};

struct diags {
    struct diag *items;
    size_t count, capacity;
    size_t n_errors;
    size_t n_left_out; /* beyond DIAGS_MAX */
};

enum { DIAGS_MAX = 100 };

void diags_init(struct diags *diags);
void diags_done(struct diags *diags);

/* Adds one at a span of source (whole text, NUL-terminated). */
void diags_add(struct diags *diags, enum severity severity, const char *file, const char *source,
               struct span at, const char *format, ...) CUSP_PRINTF(6, 7);
/* Adds one about a file as a whole. */
void diags_add_file(struct diags *diags, enum severity severity, const char *file,
                    const char *format, ...) CUSP_PRINTF(4, 5);
/* Appends copies of all of from to to. */
void diags_append(struct diags *to, const struct diags *from);
/* Orders by line and column (stable). */
void diags_sort(struct diags *diags);
/* "file:4:22: error: …", the source line and a caret with tildes, all of them. */
void diags_print(const struct diags *diags, struct text *out);

#endif
