/* Heap memory that is never NULL: sizes are checked products, exhaustion ends the program in order.
 */
#ifndef CUSP_MEM_H
#define CUSP_MEM_H

#include <stddef.h>

/* Zeroed memory for count × size bytes. Never NULL; on overflow or exhaustion calls the handler set
   by mem_on_failure, which must not return. */
void *mem_new(size_t count, size_t size);

/* Resizes to count × size bytes, keeping the content; new bytes are not cleared. Never NULL. */
void *mem_resize(void *old, size_t count, size_t size);

/* A copy of length bytes of text with a closing NUL. Never NULL. */
char *mem_copy_text(const char *text, size_t length);

void mem_free(void *p);

/* Set once at start by main: restores the terminal, says so and exits. Without one: abort(). */
void mem_on_failure(void (*handler)(void));

/* Makes room for one more element in a growing array; doubles.  items: address of the pointer. */
#define MEM_GROW(items, count, capacity)                                \
    do {                                                                \
        if ((count) == (capacity)) {                                    \
            (capacity) = (capacity) ? 2 * (capacity) : 8;               \
            (items) = mem_resize((items), (capacity), sizeof *(items)); \
        }                                                               \
    } while (0)

#endif
