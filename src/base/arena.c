/* Arenas: a chain of growing blocks, freed together. */
#include "cusp/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"

enum { BLOCK_FIRST = 16 * 1024, BLOCK_MAX = 4 * 1024 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

void arena_init_fixed(struct arena *arena, void *memory, size_t size)
{
    struct arena_block *block = memory;
    block->size = size - sizeof *block;
    *arena = (struct arena){.head = block, .fixed = true};
}

void arena_done(struct arena *arena)
{
    struct arena_block *block = arena->fixed ? NULL : arena->head;
    while (block != NULL) {
        struct arena_block *next = block->next;
        mem_free(block);
        block = next;
    }
    *arena = (struct arena){0};
}

static struct arena_block *add_block(struct arena *arena, size_t bytes)
{
    size_t size = arena->head == NULL ? BLOCK_FIRST : arena->head->size;
    if (arena->head != NULL && size < BLOCK_MAX) {
        size *= 2;
    }
    if (size > BLOCK_MAX) {
        size = BLOCK_MAX;
    }
    if (size < bytes) {
        size = bytes;
    }
    size_t whole = 0;
    if (arena->fixed || __builtin_add_overflow(size, sizeof(struct arena_block), &whole)) {
        whole = (size_t)-1; /* cannot be had: mem_new reports it */
    }
    struct arena_block *block = mem_new(whole, 1);
    block->size = size;
    block->next = arena->head;
    arena->head = block;
    return block;
}

void *arena_new(struct arena *arena, size_t count, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > (size_t)-1 - align) {
        bytes = (size_t)-1 - align;
    }
    bytes = bytes == 0 ? align : (bytes + align - 1) / align * align;
    struct arena_block *block = arena->head;
    if (block == NULL || block->size - block->used < bytes) {
        block = add_block(arena, bytes);
    }
    void *p = block->bytes + block->used;
    block->used += bytes;
    arena->used += bytes;
    return p;
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    enum { FIRST = 16 };
    if (count < *capacity) {
        return items;
    }
    *capacity = *capacity ? 2 * *capacity : FIRST;
    void *more = arena_new(arena, *capacity, size);
    if (count > 0) {
        memcpy(more, items, count * size);
    }
    return more;
}

char *arena_text(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_new(arena, length < (size_t)-1 ? length + 1 : length, 1);
    if (length > 0) {
        memcpy(copy, text, length);
    }
    return copy;
}

char *arena_textv(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    size_t size = length > 0 ? (size_t)length + 1 : 1;
    char *text = arena_new(arena, size, 1);
    if (length > 0)
        vsnprintf(text, size, format, again);
    va_end(again);
    return text;
}

char *arena_textf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_textv(arena, format, args);
    va_end(args);
    return text;
}
