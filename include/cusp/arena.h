/* Memory for things that are born and die together. */
#ifndef CUSP_ARENA_H
#define CUSP_ARENA_H

#include <stddef.h>

struct arena {
    struct arena_block *head;
    size_t used; /* bytes handed out, all blocks */
};

void arena_init(struct arena *arena);
void arena_done(struct arena *arena);

/* Zeroed, aligned for any type, never NULL (see mem_on_failure). Lives until arena_done. */
void *arena_new(struct arena *arena, size_t count, size_t size);

/* Room for one more element of a growing list: items itself, or a copy twice as long (*capacity
   says how long), which leaves the old one to the arena. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size);

/* Copy of length bytes with a closing NUL. */
char *arena_text(struct arena *arena, const char *text, size_t length);

#endif
