/* A hash table from names to symbols. */
#include "scope.h"

#include <stdint.h>
#include <string.h>

#include "cusp/mem.h"

enum { SCOPE_FIRST = 64 };

/* FNV-1a. */
static size_t hash_name(const char *name, size_t length)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)name[i]) * 1099511628211u;
    }
    return (size_t)(hash ^ (hash >> 32));
}

void scope_done(struct scope *scope)
{
    mem_free(scope->slots);
    *scope = (struct scope){0};
}

struct symbol *scope_find(const struct scope *scope, const char *name, size_t length)
{
    if (scope->capacity == 0) {
        return NULL;
    }
    size_t mask = scope->capacity - 1;
    for (size_t i = hash_name(name, length) & mask; scope->slots[i] != NULL; i = (i + 1) & mask) {
        const char *other = scope->slots[i]->name;
        if (strncmp(other, name, length) == 0 && other[length] == '\0') {
            return scope->slots[i];
        }
    }
    return NULL;
}

static void put(struct scope *scope, struct symbol *symbol)
{
    size_t mask = scope->capacity - 1;
    size_t i = hash_name(symbol->name, strlen(symbol->name)) & mask;
    while (scope->slots[i] != NULL) {
        i = (i + 1) & mask;
    }
    scope->slots[i] = symbol;
}

void scope_add(struct scope *scope, struct symbol *symbol)
{
    if (2 * (scope->count + 1) > scope->capacity) {
        struct scope larger = {.count = scope->count,
                               .capacity = scope->capacity ? 2 * scope->capacity : SCOPE_FIRST};
        larger.slots = mem_new(larger.capacity, sizeof *larger.slots);
        for (size_t i = 0; i < scope->capacity; i++) {
            if (scope->slots[i] != NULL) {
                put(&larger, scope->slots[i]);
            }
        }
        mem_free(scope->slots);
        *scope = larger;
    }
    put(scope, symbol);
    scope->count++;
}
