/* Memory for things that are born and die together. */
#ifndef CUSP_ARENA_H
#define CUSP_ARENA_H

#include "cusp/status.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena {
    struct arena_block *head;
    size_t used; /* bytes handed out, all blocks */
    bool fixed;  /* in memory of somebody else's, and not to grow */
};

void arena_init(struct arena *arena);
/* In size bytes of zeroed memory, which stays the caller's; beyond them it fails as mem_new does.
 */
void arena_init_fixed(struct arena *arena, void *memory, size_t size);
void arena_done(struct arena *arena);

/* Zeroed, aligned for any type, never NULL (see mem_on_failure). Lives until arena_done. */
void *arena_new(struct arena *arena, size_t count, size_t size);

/* Room for one more element of a growing list: items itself, or a copy twice as long (*capacity
   says how long), which leaves the old one to the arena. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size);

/* Copy of length bytes with a closing NUL. */
char *arena_text(struct arena *arena, const char *text, size_t length);
/* What printf would write; "" if the format is at fault. */
char *arena_textf(struct arena *arena, const char *format, ...) CUSP_PRINTF(2, 3);
char *arena_textv(struct arena *arena, const char *format, va_list args) CUSP_PRINTF(2, 0);

#endif
