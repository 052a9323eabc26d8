/* A growing string, the distance of two names, and numbers as people read them. */
#include "cusp/text.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"

void text_init(struct text *text)
{
    *text = (struct text){0};
}

void text_done(struct text *text)
{
    mem_free(text->bytes);
    *text = (struct text){0};
}

void text_clear(struct text *text)
{
    text->length = 0;
    if (text->bytes != NULL) {
        text->bytes[0] = '\0';
    }
}

/* Room for `more` bytes and a NUL. */
static void reserve(struct text *text, size_t more)
{
    size_t need = 0;
    if (__builtin_add_overflow(text->length, more, &need) || need > (size_t)-1 / 2) {
        need = (size_t)-1 / 2; /* cannot be had: mem_resize reports it */
    }
    need++;
    if (need <= text->capacity) {
        return;
    }
    size_t capacity = text->capacity > 0 ? text->capacity : 32;
    while (capacity < need) {
        capacity *= 2;
    }
    text->bytes = mem_resize(text->bytes, capacity, 1);
    text->capacity = capacity;
}

void text_add_bytes(struct text *text, const char *s, size_t length)
{
    reserve(text, length);
    if (length > 0) {
        memcpy(text->bytes + text->length, s, length);
    }
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *s)
{
    text_add_bytes(text, s, strlen(s));
}

void text_add_args(struct text *text, const char *format, va_list args)
{
    assert(format != NULL);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length > 0) {
        reserve(text, (size_t)length);
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_add_args(text, format, args);
    va_end(args);
}

void text_add_rune(struct text *text, uint32_t rune)
{
    char bytes[4];
    text_add_bytes(text, bytes, utf8_encode(rune, bytes));
}

const char *text_get(const struct text *text)
{
    return text->bytes != NULL ? text->bytes : "";
}

enum { DISTANCE_MAX = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t text_distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n > DISTANCE_MAX || m > DISTANCE_MAX) {
        /* Names this long are never suggested; equal or far is all that is asked. */
        return strcmp(a, b) == 0 ? 0 : (n > m ? n : m);
    }
    size_t rows[3][DISTANCE_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++) {
        before[j] = last[j] = j;
    }
    for (size_t i = 1; i <= n; i++) {
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t swap = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(swap, least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], before[j - 2] + 1);
            }
        }
        size_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[m];
}

/* Positional from 0.0001 up to what `digits` determine, and whole numbers below a million. */
static bool reads_positional(double x, int exponent, int digits)
{
    if (exponent < -4) {
        return false;
    }
    return exponent < digits || (exponent < 6 && x == floor(x));
}

void text_number(char *out, size_t size, double x, int digits)
{
    if (size == 0) {
        return;
    }
    if (isnan(x)) {
        snprintf(out, size, "undefined");
        return;
    }
    if (isinf(x)) {
        snprintf(out, size, "%s", x > 0 ? "∞" : "-∞");
        return;
    }
    digits = digits < 1 ? 1 : digits > 17 ? 17 : digits;
    if (x == 0) {
        snprintf(out, size, "0");
        return;
    }
    char buffer[48];
    snprintf(buffer, sizeof buffer, "%.*e", digits - 1, x);
    char *e = strchr(buffer, 'e');
    int exponent = (int)strtol(e + 1, NULL, 10);
    if (reads_positional(x, exponent, digits)) {
        int decimals = digits - 1 - exponent;
        if (decimals < 0) {
            decimals = 0;
        }
        snprintf(buffer, sizeof buffer, "%.*f", decimals, x);
        if (strchr(buffer, '.') != NULL) {
            char *end = buffer + strlen(buffer);
            while (end[-1] == '0') {
                *--end = '\0';
            }
            if (end[-1] == '.') {
                *--end = '\0';
            }
        }
        snprintf(out, size, "%s", buffer);
        return;
    }
    char *end = e;
    if (memchr(buffer, '.', (size_t)(e - buffer)) != NULL) {
        while (end[-1] == '0') {
            end--;
        }
        if (end[-1] == '.') {
            end--;
        }
    }
    snprintf(out, size, "%.*se%d", (int)(end - buffer), buffer, exponent);
}
