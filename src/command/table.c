/* Tables: aligned for people, comma-separated for programs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/arena.h"
#include "cusp/mem.h"
#include "command_private.h"

void table_init(struct table *table, const char *const *headers)
{
    memset(table, 0, sizeof *table);
    arena_init(&table->arena);
    while (headers[table->columns]) {
        table->columns++;
    }
    table->right = mem_new(table->columns, sizeof *table->right);
    for (size_t i = 0; headers[i]; i++) {
        table_text(table, headers[i]);
    }
}

void table_done(struct table *table)
{
    arena_done(&table->arena);
    mem_free(table->right);
    mem_free(table->shown);
    mem_free(table->plain);
}

static void add_cell(struct table *table, const char *shown, const char *plain)
{
    if (table->cells == table->capacity) {
        table->capacity = table->capacity ? 2 * table->capacity : 64;
        table->shown = mem_resize(table->shown, table->capacity, sizeof *table->shown);
        table->plain = mem_resize(table->plain, table->capacity, sizeof *table->plain);
    }
    table->shown[table->cells] = arena_text(&table->arena, shown, strlen(shown));
    table->plain[table->cells] = shown == plain ? table->shown[table->cells]
                                                : arena_text(&table->arena, plain, strlen(plain));
    table->cells++;
}

void table_text(struct table *table, const char *text)
{
    add_cell(table, text, text);
}

void table_number(struct table *table, double x, int digits)
{
    char shown[64], plain[64] = "";
    text_number(shown, sizeof shown, x, digits);
    if (isfinite(x)) {
        snprintf(plain, sizeof plain, "%.17g", x);
    }
    table->right[table->cells % table->columns] = true;
    add_cell(table, shown, plain);
}

static void add_blanks(struct text *out, size_t count)
{
    while (count-- > 0) {
        text_add(out, " ");
    }
}

void table_print(const struct table *table, struct text *out)
{
    for (size_t start = 0; start < table->cells; start += table->columns) {
        for (size_t i = 0; i < table->columns; i++) {
            size_t width = 0;
            for (size_t cell = i; cell < table->cells; cell += table->columns) {
                size_t own = utf8_width(table->shown[cell]);
                width = own > width ? own : width;
            }
            const char *shown = table->shown[start + i];
            size_t pad = width - utf8_width(shown);
            bool last = i + 1 == table->columns;
            add_blanks(out, table->right[i] ? pad : 0);
            text_add(out, shown);
            add_blanks(out, last ? 0 : (table->right[i] ? 0 : pad) + 2);
        }
        text_add(out, "\n");
    }
}

static void add_csv(struct text *out, const char *cell)
{
    if (!strpbrk(cell, ",\"\r\n")) {
        text_add(out, cell);
        return;
    }
    text_add(out, "\"");
    for (const char *c = cell; *c; c++) {
        text_add_bytes(out, c, 1);
        if (*c == '"') {
            text_add(out, "\"");
        }
    }
    text_add(out, "\"");
}

void table_csv(const struct table *table, struct text *out)
{
    for (size_t i = 0; i < table->cells; i++) {
        add_csv(out, table->plain[i]);
        text_add(out, (i + 1) % table->columns ? "," : "\n");
    }
}

void table_end(struct table *table, const struct args *args, struct text *out)
{
    if (args_flag(args, "csv")) {
        table_csv(table, out);
    } else {
        table_print(table, out);
    }
    table_done(table);
}
