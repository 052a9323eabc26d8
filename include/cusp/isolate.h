/* Work in a process of its own, with limits of time and memory that hold whatever it does. */
#ifndef CUSP_ISOLATE_H
#define CUSP_ISOLATE_H

#include "cusp/arena.h"
#include "cusp/cancel.h"
#include "cusp/status.h"

struct isolate_limits {
    double seconds;     /* > 0 */
    size_t memory;      /* bytes beyond what the program holds already; > 0 */
    size_t result_size; /* bytes that the result may take; 0: 64 MiB */
    bool in_process;    /* without a process: no limits hold; for tests and benchmarks */
};

/* What was made: `result` and all that it points to lie in memory of this. */
struct isolated {
    void *result;
    struct arena arena;
    void *map;
    size_t map_size;
    char why[160]; /* of a failure: "more than 10 s of computing" … */
};

/* Runs body(arena, context) in a child process; what it returns, allocated in the arena, is the
   result. It sees the program as it is now and changes nothing of it. ST_LIMIT: out of time or
   memory; ST_UNABLE: it ended by a signal, or returned NULL; ST_CANCELLED; ST_IO: no process could
   be had. out is to be released in any case. */
CUSP_MUST_USE enum status isolate_run(void *(*body)(struct arena *arena, void *context),
                                      void *context, const struct isolate_limits *limits,
                                      const struct cancel *cancel, struct isolated *out);
void isolated_done(struct isolated *isolated);

#endif
