/* The text of a model as it is kept: UTF-8 without a byte order mark, lines ended by '\n'. */
#ifndef CUSP_LANG_SOURCE_H
#define CUSP_LANG_SOURCE_H

#include "cusp/arena.h"
#include "cusp/diag.h"

#include <stdbool.h>
#include <stddef.h>

/* A clean NUL-terminated copy in the arena. Faults in its bytes go to diags (may be NULL); false if
   it is not UTF-8, and then what is not stands as '?'. */
bool source_copy(struct arena *arena, const char *file, const char *text, size_t length,
                 struct diags *diags, const char **out);

#endif
