/* Names of a model and what they stand for. */
#ifndef CUSP_LANG_SCOPE_H
#define CUSP_LANG_SCOPE_H

#include "cusp/syntax.h"

#include <stddef.h>

struct scope {
    struct symbol **slots; /* open addressing; NULL: free */
    size_t count, capacity;
};

void scope_done(struct scope *scope);
/* NULL if nothing has this name. */
struct symbol *scope_find(const struct scope *scope, const char *name, size_t length);
/* The name must be new. */
void scope_add(struct scope *scope, struct symbol *symbol);

#endif
