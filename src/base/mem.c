/* Heap memory that is never NULL. */
#include "cusp/mem.h"

#include <stdlib.h>
#include <string.h>

/* The one mutable global below term: what to do when memory runs out must be reachable from
   anywhere, and is set once, before any thread. */
static void (*failure_handler)(void);

void mem_on_failure(void (*handler)(void))
{
    failure_handler = handler;
}

static _Noreturn void fail(void)
{
    if (failure_handler != NULL) {
        failure_handler();
    }
    abort();
}

void *mem_new(size_t count, size_t size)
{
    void *p = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (p == NULL) {
        fail();
    }
    return p;
}

void *mem_resize(void *old, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        fail();
    }
    void *p = realloc(old, bytes > 0 ? bytes : 1);
    if (p == NULL) {
        fail();
    }
    return p;
}

char *mem_copy_text(const char *text, size_t length)
{
    size_t bytes = 0;
    if (__builtin_add_overflow(length, (size_t)1, &bytes)) {
        fail();
    }
    char *copy = mem_new(bytes, 1);
    if (length > 0) {
        memcpy(copy, text, length);
    }
    return copy;
}

void mem_free(void *p)
{
    free(p);
}
