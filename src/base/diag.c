/* Collecting and printing faults in a person's input. */
#include "cusp/diag.h"

#include <stdarg.h>
#include <string.h>

#include "cusp/mem.h"

enum { INDENT = 4, LINE_BYTES_MAX = 4000, WINDOW = 160 };

void diags_init(struct diags *diags)
{
    *diags = (struct diags){0};
}

void diags_done(struct diags *diags)
{
    for (size_t i = 0; i < diags->count; i++) {
        mem_free(diags->items[i].file);
        mem_free(diags->items[i].message);
        mem_free(diags->items[i].source_line);
    }
    mem_free(diags->items);
    *diags = (struct diags){0};
}

/* Adds text that may come from anywhere: control characters and broken UTF-8 become U+FFFD, so
   that a hostile file can neither move the cursor nor break JSON. */
static void add_clean(struct text *out, const char *s)
{
    size_t length = strlen(s);
    for (size_t i = 0; i < length;) {
        uint32_t rune;
        i += utf8_decode(s + i, length - i, &rune);
        bool control = (rune < 0x20 && rune != '\t') || (rune >= 0x7f && rune < 0xa0);
        text_add_rune(out, control ? 0xfffd : rune);
    }
}

static char *clean_copy(const char *s)
{
    struct text text;
    text_init(&text);
    add_clean(&text, s);
    return text.bytes != NULL ? text.bytes : mem_copy_text("", 0);
}

/* Characters in length bytes. */
static size_t count_runes(const char *s, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; count++) {
        uint32_t rune;
        i += utf8_decode(s + i, length - i, &rune);
    }
    return count;
}

static char *format_message(const char *format, va_list args)
{
    struct text raw;
    text_init(&raw);
    text_add_args(&raw, format, args);
    char *message = clean_copy(text_get(&raw));
    text_done(&raw);
    return message;
}

/* The next free item, or NULL when there are enough; counts either way. */
static struct diag *add_item(struct diags *diags, enum severity severity)
{
    if (severity == SEV_ERROR) {
        diags->n_errors++;
    }
    if (diags->count == DIAGS_MAX) {
        diags->n_left_out++;
        return NULL;
    }
    MEM_GROW(diags->items, diags->count, diags->capacity);
    struct diag *diag = &diags->items[diags->count++];
    *diag = (struct diag){.severity = severity, .width = 1};
    return diag;
}

/* Sets line, column, width and the source line from a span that may reach past the end. */
static void locate(struct diag *diag, const char *source, struct span at)
{
    size_t length = strlen(source);
    size_t offset = at.offset < length ? at.offset : length;
    size_t start = 0;
    diag->line = 1;
    for (size_t i = 0; i < offset; i++) {
        if (source[i] == '\n') {
            diag->line++;
            start = i + 1;
        }
    }
    size_t end = start + strcspn(source + start, "\n");
    if (end > start && source[end - 1] == '\r') {
        end--;
    }
    if (offset > end) {
        offset = end; /* at a line's end */
    }
    size_t last = at.length < end - offset ? offset + at.length : end;
    diag->column = count_runes(source + start, offset - start) + 1;
    diag->width = count_runes(source + offset, last - offset);
    if (diag->width == 0) {
        diag->width = 1;
    }
    size_t kept = end - start < LINE_BYTES_MAX ? end - start : LINE_BYTES_MAX;
    char *line = mem_copy_text(source + start, kept);
    diag->source_line = clean_copy(line);
    mem_free(line);
}

void diags_add(struct diags *diags, enum severity severity, const char *file, const char *source,
               struct span at, const char *format, ...)
{
    struct diag *diag = add_item(diags, severity);
    if (diag == NULL) {
        return;
    }
    diag->file = clean_copy(file);
    locate(diag, source, at);
    va_list args;
    va_start(args, format);
    diag->message = format_message(format, args);
    va_end(args);
}

void diags_add_file(struct diags *diags, enum severity severity, const char *file,
                    const char *format, ...)
{
    struct diag *diag = add_item(diags, severity);
    if (diag == NULL) {
        return;
    }
    diag->file = clean_copy(file);
    va_list args;
    va_start(args, format);
    diag->message = format_message(format, args);
    va_end(args);
}

static char *copy_or_null(const char *s)
{
    return s != NULL ? mem_copy_text(s, strlen(s)) : NULL;
}

void diags_append(struct diags *to, const struct diags *from)
{
    size_t errors_kept = 0;
    for (size_t i = 0; i < from->count; i++) {
        const struct diag *old = &from->items[i];
        errors_kept += old->severity == SEV_ERROR;
        struct diag *diag = add_item(to, old->severity);
        if (diag != NULL) {
            *diag = *old;
            diag->file = copy_or_null(old->file);
            diag->message = copy_or_null(old->message);
            diag->source_line = copy_or_null(old->source_line);
        }
    }
    to->n_left_out += from->n_left_out;
    to->n_errors += from->n_errors - errors_kept;
}

static bool comes_after(const struct diag *a, const struct diag *b)
{
    return a->line > b->line || (a->line == b->line && a->column > b->column);
}

void diags_sort(struct diags *diags)
{
    for (size_t i = 1; i < diags->count; i++) {
        struct diag moved = diags->items[i];
        size_t j = i;
        for (; j > 0 && comes_after(&diags->items[j - 1], &moved); j--) {
            diags->items[j] = diags->items[j - 1];
        }
        diags->items[j] = moved;
    }
}

/* The source line and the carets under it; a long line as a window around them. */
static void print_source(const struct diag *diag, struct text *out)
{
    struct text carets;
    text_init(&carets);
    size_t from = diag->column > WINDOW / 2 ? diag->column - WINDOW / 2 : 1;
    size_t length = strlen(diag->source_line);
    text_addf(out, "%*s", INDENT, "");
    text_addf(&carets, "%*s", INDENT, "");
    if (from > 1) {
        text_add(out, "…");
        text_add(&carets, " ");
    }
    size_t column = 1;
    for (size_t i = 0; i < length && column < from + WINDOW; column++) {
        uint32_t rune;
        i += utf8_decode(diag->source_line + i, length - i, &rune);
        if (column < from) {
            continue;
        }
        text_add_rune(out, rune);
        int columns = rune == '\t' ? 1 : utf8_rune_width(rune);
        bool inside = column >= diag->column && column - diag->column < diag->width;
        if (column == diag->column && columns > 0) {
            text_add(&carets, "^");
            columns--;
        }
        for (; columns > 0; columns--) {
            text_add(&carets, inside ? "~" : rune == '\t' ? "\t" : " ");
        }
    }
    if (column == diag->column) {
        text_add(&carets, "^"); /* one past the last character */
    }
    text_add(out, "\n");
    if (column >= diag->column) {
        while (carets.length > 0 && strchr(" \t", carets.bytes[carets.length - 1]) != NULL) {
            carets.bytes[--carets.length] = '\0';
        }
        text_add(out, text_get(&carets));
        text_add(out, "\n");
    }
    text_done(&carets);
}

void diags_print(const struct diags *diags, struct text *out)
{
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag *diag = &diags->items[i];
        text_add(out, diag->file);
        if (diag->line > 0) {
            text_addf(out, ":%zu:%zu", diag->line, diag->column);
        }
        text_addf(out, ": %s: %s\n", diag->severity == SEV_ERROR ? "error" : "warning",
                  diag->message);
        if (diag->line > 0 && diag->source_line != NULL) {
            print_source(diag, out);
        }
    }
    if (diags->n_left_out > 0) {
        text_addf(out, "and %zu more\n", diags->n_left_out);
    }
}
