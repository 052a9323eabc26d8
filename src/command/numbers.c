/* Numbers, ranges, sizes and settings from text: the whole text, or nothing. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "command_private.h"

/* Decimal only: strtod would take "0x1p3", "inf" and "nan" too, and blanks before. */
static bool decimal_read(const char *text, const char **end, double *out)
{
    const char *c = text + (*text == '+' || *text == '-');
    if (!isdigit((unsigned char)*c) && !(*c == '.' && isdigit((unsigned char)c[1]))) {
        return false;
    }
    if (c[0] == '0' && (c[1] == 'x' || c[1] == 'X')) {
        return false;
    }
    char *stop = NULL;
    *out = strtod(text, &stop);
    if (stop[-1] == '.' && stop[0] == '.') { /* "1..9" is a range, not "1." and ".9" */
        stop--;
    }
    *end = stop;
    return isfinite(*out);
}

static bool power_read(const char *text, const char **end, double *out)
{
    if (!decimal_read(text, end, out)) {
        return false;
    }
    if (**end == '^') {
        double exponent = 0;
        if (!decimal_read(*end + 1, end, &exponent)) {
            return false;
        }
        *out = pow(*out, exponent);
    }
    return isfinite(*out);
}

bool number_read(const char *text, double *out)
{
    const char *end = NULL;
    return power_read(text, &end, out) && *end == '\0';
}

bool count_read(const char *text, double *out)
{
    return number_read(text, out) && *out >= 0 && *out <= 9007199254740992.0 && *out == floor(*out);
}

bool size_read(const char *text, int *width, int *height)
{
    char *end = NULL;
    if (!isdigit((unsigned char)*text)) {
        return false;
    }
    long w = strtol(text, &end, 10);
    if ((*end != 'x' && *end != 'X') || !isdigit((unsigned char)end[1])) {
        return false;
    }
    long h = strtol(end + 1, &end, 10);
    if (*end != '\0' || w < 1 || h < 1 || w > 10000 || h > 10000) {
        return false;
    }
    *width = (int)w;
    *height = (int)h;
    return true;
}

struct growing {
    double values[LIST_MAX];
    size_t count;
};

/* "low..high" by decades from low, "low..high:count" evenly in log. */
static bool add_range(struct growing *list, double low, double high, double count, const char **why)
{
    if (!(low > 0 && high >= low)) {
        *why = "a range goes from a number above 0 to a greater one";
        return false;
    }
    bool decades = count == 0;
    if (decades) {
        count = floor(log10(high / low) + 1e-9) + 1;
    }
    if (count < 1 || count > (double)(LIST_MAX - list->count)) {
        *why = "too many values";
        return false;
    }
    size_t steps = (size_t)count;
    for (size_t i = 0; i < steps; i++) {
        double share = steps > 1 ? (double)i / (double)(steps - 1) : 0;
        double exponent = decades ? (double)i : share * log10(high / low);
        double value = pow(10, log10(low) + exponent);
        if (!decades && i + 1 == steps && steps > 1) {
            value = high;
        }
        list->values[list->count++] = i == 0 ? low : fmin(value, high);
    }
    return true;
}

static bool add_item(struct growing *list, const char **at, const char **why)
{
    double low = 0, high = 0, count = 0;
    if (!power_read(*at, at, &low)) {
        *why = "not a number";
        return false;
    }
    if (strncmp(*at, "..", 2) != 0) {
        if (list->count == LIST_MAX) {
            *why = "too many values";
            return false;
        }
        list->values[list->count++] = low;
        return true;
    }
    if (!power_read(*at + 2, at, &high)) {
        *why = "the range has no end";
        return false;
    }
    if (**at == ':' && (!decimal_read(*at + 1, at, &count) || count < 1 || count != floor(count))) {
        *why = "after ':' stands how many values";
        return false;
    }
    return add_range(list, low, high, count, why);
}

bool list_read(const char *text, struct arena *arena, double **list, size_t *count,
               const char **why)
{
    struct growing *growing = arena_new(arena, 1, sizeof *growing);
    const char *at = text;
    *why = "not a number";
    for (;;) {
        if (!add_item(growing, &at, why)) {
            return false;
        }
        if (*at == '\0') {
            break;
        }
        if (*at != ',') {
            *why = "not a number";
            return false;
        }
        at++;
    }
    *list = growing->values;
    *count = growing->count;
    return true;
}

bool window_read(const char *text, double low[2], double high[2], size_t *axes)
{
    const char *at = text;
    for (*axes = 0; *axes < 2;) {
        size_t i = (*axes)++;
        if (!power_read(at, &at, &low[i]) || strncmp(at, "..", 2) != 0 ||
            !power_read(at + 2, &at, &high[i]) || !(low[i] < high[i])) {
            return false;
        }
        if (*at == '\0') {
            break;
        }
        if (*at++ != ',') {
            return false;
        }
    }
    if (*axes == 1) {
        low[1] = low[0];
        high[1] = high[0];
    }
    return *at == '\0';
}

bool setting_read(const char *text, struct arena *arena, struct setting *out)
{
    const char *equals = strrchr(text, '=');
    if (!equals || equals == text || !number_read(equals + 1, &out->value)) {
        return false;
    }
    out->name = arena_text(arena, text, (size_t)(equals - text));
    return true;
}

const char **pieces_of(const char *text, struct arena *arena, size_t *count)
{
    const char **pieces = arena_new(arena, strlen(text) + 2, sizeof *pieces);
    *count = 0;
    while (*text) {
        int depth = 0;
        const char *end = text;
        while (*end && !(*end == ',' && depth == 0)) {
            depth += (*end == '[') - (*end == ']');
            end++;
        }
        pieces[(*count)++] = arena_text(arena, text, (size_t)(end - text));
        text = *end ? end + 1 : end;
    }
    return pieces;
}
