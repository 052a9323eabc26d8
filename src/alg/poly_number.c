/* Numbers as they are written become exact constants, and constants become decimals. */
#include <ctype.h>
#include <flint/fmpq_mpoly.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/poly.h"
#include "cusp/text.h"
#include "poly_private.h"

enum { MAX_TEN_EXPONENT = 100000, DECIMAL_DIGITS = 17 };

/* What a number is written with: [sign] digits [. digits] [e [sign] digits] [/ digits]. */
struct spelling {
    bool negative, fraction;
    char *digits; /* without the point */
    size_t n_digits;
    char *below;
    size_t n_below;
    long exponent; /* of ten */
};

static size_t take_digits(const char *text, size_t length, size_t at, char *out, size_t *n)
{
    for (; at < length && isdigit((unsigned char)text[at]); at++)
        out[(*n)++] = text[at];
    return at;
}

/* Reads a decimal exponent at text[at]; length + 1: it is none or too large. */
static size_t take_exponent(const char *text, size_t length, size_t at, long *out)
{
    bool negative = at < length && text[at] == '-';
    if (at < length && (text[at] == '-' || text[at] == '+'))
        at++;
    if (at == length)
        return length + 1;
    long value = 0;
    for (; at < length && isdigit((unsigned char)text[at]); at++) {
        value = 10 * value + (text[at] - '0');
        if (value > MAX_TEN_EXPONENT)
            return length + 1;
    }
    *out = negative ? -value : value;
    return at;
}

static bool spelling_read(const char *text, size_t length, struct spelling *out)
{
    size_t at = 0;
    if (at < length && (text[at] == '-' || text[at] == '+'))
        out->negative = text[at++] == '-';
    at = take_digits(text, length, at, out->digits, &out->n_digits);
    if (at < length && text[at] == '/') {
        out->fraction = true;
        at = take_digits(text, length, at + 1, out->below, &out->n_below);
        return at == length && out->n_digits && out->n_below;
    }
    if (at < length && text[at] == '.') {
        size_t before = out->n_digits;
        at = take_digits(text, length, at + 1, out->digits, &out->n_digits);
        out->exponent = -(long)(out->n_digits - before);
    }
    if (out->n_digits == 0)
        return false;
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        long exponent = 0;
        at = take_exponent(text, length, at + 1, &exponent);
        out->exponent += exponent;
    }
    return at == length;
}

/* False: a denominator of 0. */
static bool spelling_value(const struct spelling *spelling, fmpq_t out)
{
    fmpz_t above, below;
    fmpz_init(above);
    fmpz_init_set_ui(below, 1);
    fmpz_set_str(above, spelling->digits, 10);
    if (spelling->negative)
        fmpz_neg(above, above);
    if (spelling->fraction) {
        fmpz_set_str(below, spelling->below, 10);
    } else if (!fmpz_is_zero(above)) {
        fmpz_t ten;
        fmpz_init_set_ui(ten, 10);
        unsigned long size = (unsigned long)labs(spelling->exponent);
        fmpz_pow_ui(ten, ten, size);
        if (spelling->exponent < 0)
            fmpz_set(below, ten);
        if (spelling->exponent > 0)
            fmpz_mul(above, above, ten);
        fmpz_clear(ten);
    }
    bool fine = !fmpz_is_zero(below);
    if (fine)
        fmpq_set_fmpz_frac(out, above, below);
    fmpz_clear(above);
    fmpz_clear(below);
    return fine;
}

enum status poly_number(size_t n_vars, const char *text, size_t length, struct poly **out)
{
    struct spelling spelling = {.digits = mem_new(length + 1, 1), .below = mem_new(length + 1, 1)};
    enum status status = ST_DOMAIN;
    fmpq_t value;
    fmpq_init(value);
    if (spelling_read(text, length, &spelling) && spelling_value(&spelling, value)) {
        *out = poly_new(n_vars);
        fmpq_mpoly_set_fmpq((*out)->p, value, (*out)->ring);
        status = ST_OK;
    }
    fmpq_clear(value);
    mem_free(spelling.digits);
    mem_free(spelling.below);
    return status;
}

/* |c| 10^shift, rounded half up. */
static void scaled(fmpz_t out, const fmpq_t c, long shift)
{
    fmpz_t above, below, ten;
    fmpz_init(above);
    fmpz_init_set(below, fmpq_denref(c));
    fmpz_init_set_ui(ten, 10);
    fmpz_abs(above, fmpq_numref(c));
    fmpz_pow_ui(ten, ten, (unsigned long)labs(shift));
    if (shift > 0)
        fmpz_mul(above, above, ten);
    else
        fmpz_mul(below, below, ten);
    fmpz_mul_2exp(above, above, 1);
    fmpz_add(above, above, below);
    fmpz_mul_2exp(below, below, 1);
    fmpz_fdiv_q(out, above, below);
    fmpz_clear(above);
    fmpz_clear(below);
    fmpz_clear(ten);
}

/* "d.ddd" with "e±x" unless it is 0: digits · 10^(−shift). */
static const char *point_digits(char *digits, long shift, bool negative, struct arena *arena)
{
    size_t n = strlen(digits);
    long exponent = (long)n - 1 - shift;
    while (n > 1 && digits[n - 1] == '0')
        digits[--n] = 0;
    struct text text;
    text_init(&text);
    text_addf(&text, "%s%c", negative ? "-" : "", digits[0]);
    if (n > 1)
        text_addf(&text, ".%s", digits + 1);
    if (exponent)
        text_addf(&text, "e%ld", exponent);
    const char *out = arena_text(arena, text_get(&text), text.length);
    text_done(&text);
    return out;
}

const char *poly_coefficient_decimal(const struct poly *a, size_t t, struct arena *arena)
{
    fmpq_t c;
    fmpz_t digits;
    fmpq_init(c);
    fmpz_init(digits);
    fmpq_mpoly_get_term_coeff_fmpq(c, a->p, (slong)t, a->ring);
    /* Lengths in decimals give the shift up to one digit; what has one too many is as good. */
    long shift = DECIMAL_DIGITS + (long)fmpz_sizeinbase(fmpq_denref(c), 10) -
                 (long)fmpz_sizeinbase(fmpq_numref(c), 10);
    scaled(digits, c, shift);
    char *written = fmpz_get_str(NULL, 10, digits);
    const char *out = point_digits(written, shift, fmpq_sgn(c) < 0, arena);
    flint_free(written);
    fmpz_clear(digits);
    fmpq_clear(c);
    return out;
}
