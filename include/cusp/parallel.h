/* One parallel-for; results never depend on how many threads there are. */
#ifndef CUSP_PARALLEL_H
#define CUSP_PARALLEL_H

#include "cusp/cancel.h"

#include <stddef.h>

/* Calls body(i, context) for i in 0..count-1, each exactly once, on up to `threads` threads (0: one
   a processor). Tasks write to places of their own. Stops early, between tasks, if cancel is
   wanted. */
void parallel_for(size_t count, size_t threads, void (*body)(size_t i, void *context),
                  void *context, const struct cancel *cancel);

size_t parallel_processors(void);

#endif
