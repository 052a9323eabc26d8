/* A request to stop that long work looks at now and then. */
#ifndef CUSP_CANCEL_H
#define CUSP_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Work begun in generation `mine` is stale once *current differs. NULL pointers mean "never". */
struct cancel {
    const atomic_uint *current;
    unsigned mine;
};

static inline bool cancel_wanted(const struct cancel *cancel)
{
    return cancel != NULL && cancel->current != NULL &&
           atomic_load_explicit(cancel->current, memory_order_relaxed) != cancel->mine;
}

#endif
