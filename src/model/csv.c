/* Splits comma-separated text into fields, and reads numbers. */
#include "csv.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NUMBER_MAX = 400 }; /* characters of a number; more can be no number that was meant */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Past one line end at `at`. */
static void pass_line_end(struct csv *csv)
{
    bool pair =
        csv->bytes[csv->at] == '\r' && csv->at + 1 < csv->length && csv->bytes[csv->at + 1] == '\n';
    csv->at += pair ? 2 : 1;
    csv->line++;
    csv->line_start = csv->at;
}

static void read_quoted(struct csv *csv, struct csv_field *field)
{
    field->offset = ++csv->at;
    while (csv->at < csv->length) {
        char c = csv->bytes[csv->at];
        if (is_end(c)) {
            pass_line_end(csv);
        } else if (c != '"') {
            csv->at++;
        } else if (csv->at + 1 < csv->length && csv->bytes[csv->at + 1] == '"') {
            field->has_doubled = true;
            csv->at += 2;
        } else {
            field->length = csv->at++ - field->offset;
            return;
        }
    }
    field->length = csv->length - field->offset;
    field->fault = CSV_OPEN_QUOTE;
}

static void read_plain(struct csv *csv, struct csv_field *field)
{
    const char *bytes = csv->bytes;
    size_t at = csv->at, end;
    field->offset = at;
    while (at < csv->length && bytes[at] != ',' && !is_end(bytes[at]))
        at++;
    csv->at = end = at;
    while (end > field->offset && is_blank(bytes[end - 1]))
        end--;
    field->length = end - field->offset;
}

void csv_next(struct csv *csv, struct csv_field *field)
{
    while (csv->at < csv->length && is_blank(csv->bytes[csv->at]))
        csv->at++;
    *field = (struct csv_field){.offset = csv->at, .line = csv->line};
    field->line_start = csv->line_start;
    if (csv->at < csv->length && csv->bytes[csv->at] == '"')
        read_quoted(csv, field);
    else
        read_plain(csv, field);
    while (csv->at < csv->length && csv->bytes[csv->at] != ',' && !is_end(csv->bytes[csv->at])) {
        if (!is_blank(csv->bytes[csv->at]) && field->fault == CSV_FINE)
            field->fault = CSV_AFTER_QUOTE;
        csv->at++;
    }
    if (csv->at < csv->length && csv->bytes[csv->at] == ',') {
        csv->at++;
        return;
    }
    field->ends_row = true;
    if (csv->at < csv->length)
        pass_line_end(csv);
}

/* --- numbers ---------------------------------------------------------------------------------- */

static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* What stands in place of a number, in words. */
static const char *name_fault(const char *text, size_t length)
{
    static const char *const missing[] = {"na", "n/a", "null", "none", "missing", "?", "-", "."};
    static const char *const endless[] = {"nan", "inf", "infinity"};
    size_t sign = length > 0 && (text[0] == '-' || text[0] == '+');
    if (length == 0)
        return "is empty";
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (length == strlen(missing[i]) && strncasecmp(text, missing[i], length) == 0)
            return "is missing; leave out rows without it";
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++)
        if (length - sign == strlen(endless[i]) &&
            strncasecmp(text + sign, endless[i], length - sign) == 0)
            return "is not a finite number";
    if (strspn(text, "+-0123456789,eE") >= length && memchr(text, ',', length) != NULL)
        return "is not a number; decimals are written with a point";
    return "is not a number";
}

double csv_number(const char *text, size_t length, const char **fault)
{
    size_t i = 0, digits = 0, after = 0;
    uint64_t whole = 0;
    long exponent = 0;
    bool negative = length > 0 && text[0] == '-', point = false, exact = true;
    i += length > 0 && (text[0] == '-' || text[0] == '+');
    for (; i < length; i++) {
        unsigned digit = (unsigned)text[i] - '0';
        if (text[i] == '.' && !point) {
            point = true;
        } else if (digit <= 9) {
            exact = exact && whole < (UINT64_C(1) << 53) / 10 - 1;
            whole = exact ? 10 * whole + digit : whole;
            digits++;
            after += point;
        } else {
            break;
        }
    }
    bool good = digits > 0;
    if (good && i < length && (text[i] == 'e' || text[i] == 'E')) {
        bool down = i + 1 < length && text[i + 1] == '-';
        i += i + 1 < length && (text[i + 1] == '-' || text[i + 1] == '+') ? 2 : 1;
        good = i < length;
        for (; i < length && (unsigned)text[i] - '0' <= 9; i++)
            exponent = exponent < 100000 ? 10 * exponent + (text[i] - '0') : exponent;
        exponent = down ? -exponent : exponent;
    }
    *fault = NULL;
    if (!good || i < length || length > NUMBER_MAX) {
        *fault = name_fault(text, length);
        return 0;
    }
    exponent -= (long)after;
    if (exact && exponent >= -22 && exponent <= 22) {
        /* Both are exact, so that one operation rounds once (Clinger 1990). */
        double value = (double)whole;
        value = exponent < 0 ? value / powers_of_ten[-exponent] : value * powers_of_ten[exponent];
        return negative ? -value : value;
    }
    char copy[NUMBER_MAX + 1];
    memcpy(copy, text, length);
    copy[length] = '\0';
    double value = strtod(copy, NULL);
    if (!isfinite(value))
        *fault = "is too large a number";
    return value;
}
