/* Tick labels: no more digits than the steps need, powers of ten as powers. */
#include "tick_labels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/text.h"

/* Powers of ten from 10^PLAIN_LOW to 10^PLAIN_HIGH are written out. */
enum { PLAIN_LOW = -2, PLAIN_HIGH = 2, DECIMALS_MAX = 9 };
static const double LARGE = 1e6, SMALL = 1e-4;
/* What is left of rounding: of a power of ten, of a step in whole units, of a number of digits. */
static const double POWER_ROUNDING = 1e-9, STEP_ROUNDING = 1e-6, DIGITS_ROUNDING = 1e-9;

/* Replaces each ASCII minus by the real one, as far as there is room. */
static void real_minus(char *text, size_t size)
{
    static const char minus[] = "\u2212";
    size_t wide = sizeof minus - 1;
    for (char *at = strchr(text, '-'); at; at = strchr(at + wide, '-')) {
        size_t rest = strlen(at + 1) + 1;
        if ((size_t)(at - text) + wide + rest > size)
            return;
        memmove(at + wide, at + 1, rest);
        memcpy(at, minus, wide);
    }
}

static void power_label(int exponent, enum glyph_set glyphs, char *out, size_t size)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    if (glyphs == GLYPHS_ASCII) {
        snprintf(out, size, "1e%d", exponent);
        return;
    }
    unsigned magnitude = exponent < 0 ? (unsigned)-exponent : (unsigned)exponent;
    const char *sign = exponent < 0 ? "⁻" : "";
    if (magnitude >= 100)
        snprintf(out, size, "10%s%s%s%s", sign, digits[magnitude / 100 % 10],
                 digits[magnitude / 10 % 10], digits[magnitude % 10]);
    else if (magnitude >= 10)
        snprintf(out, size, "10%s%s%s", sign, digits[magnitude / 10], digits[magnitude % 10]);
    else
        snprintf(out, size, "10%s%s", sign, digits[magnitude]);
}

static bool is_power(double value, int *exponent)
{
    if (!(value > 0) || !isfinite(value))
        return false;
    *exponent = (int)lround(log10(value));
    double power = pow(10, *exponent);
    return fabs(value - power) <= POWER_ROUNDING * power;
}

void number_label(double value, int digits, enum glyph_set glyphs, char *out, size_t size)
{
    int exponent;
    if (is_power(value, &exponent) && (exponent < PLAIN_LOW || exponent > PLAIN_HIGH)) {
        power_label(exponent, glyphs, out, size);
        return;
    }
    text_number(out, size, value, digits);
    if (glyphs == GLYPHS_UNICODE)
        real_minus(out, size);
}

/* Decimals that tell steps of this size apart. */
static int decimals_of(double step)
{
    int decimals = 0;
    double scaled = step;
    while (decimals < DECIMALS_MAX && fabs(scaled - round(scaled)) > STEP_ROUNDING * scaled) {
        scaled *= 10;
        decimals++;
    }
    return decimals;
}

static void linear_label(double value, double step, double greatest, enum glyph_set glyphs,
                         char *out)
{
    if (greatest >= LARGE || step < SMALL) {
        int digits = (int)ceil(log10(greatest / step) - DIGITS_ROUNDING) + 1;
        number_label(value, digits < 1 ? 1 : digits > 15 ? 15 : digits, glyphs, out, TICK_TEXT_MAX);
        return;
    }
    snprintf(out, TICK_TEXT_MAX, "%.*f", decimals_of(step), value);
    if (glyphs == GLYPHS_UNICODE)
        real_minus(out, TICK_TEXT_MAX);
}

static double clamp_place(double place)
{
    return place < 0 ? 0 : place > 1 ? 1 : place;
}

static void add_minor(const struct axis *axis, double value, struct ticks *out)
{
    double place = axis_position(axis, value);
    if (place >= 0 && place <= 1 && out->n_minor < MINOR_TICKS_MAX)
        out->minor[out->n_minor++] = place;
}

/* Between decades the multiples 2 to 9; between every k-th decade the decades left out. */
static void log_minors(const struct axis *axis, const double *values, size_t n, struct ticks *out)
{
    if (n < 2)
        return;
    double ratio = values[1] / values[0];
    double from = values[0] / ratio, to = values[n - 1] * ratio;
    int first = (int)lround(log10(from)), last = (int)lround(log10(to));
    for (int e = first; e <= last; e++) {
        if (ratio > 10.5)
            add_minor(axis, pow(10, e), out);
        else if (ratio > 9.5)
            for (int m = 2; m <= 9; m++)
                add_minor(axis, m * pow(10, e), out);
    }
}

void ticks_make(const struct axis *axis, size_t max, bool minor, enum glyph_set glyphs,
                struct ticks *out)
{
    double values[TICKS_MAX];
    out->n_minor = 0;
    out->n =
        figure_ticks(axis->low, axis->high, axis->scale, max > TICKS_MAX ? TICKS_MAX : max, values);
    double greatest = 0;
    for (size_t i = 0; i < out->n; i++)
        greatest = fmax(greatest, fabs(values[i]));
    for (size_t i = 0; i < out->n; i++) {
        out->position[i] = clamp_place(axis_position(axis, values[i]));
        if (axis->scale == SCALE_LOG10)
            number_label(values[i], 3, glyphs, out->text[i], TICK_TEXT_MAX);
        else
            linear_label(values[i], out->n > 1 ? values[1] - values[0] : greatest, greatest, glyphs,
                         out->text[i]);
    }
    if (minor && axis->scale == SCALE_LOG10)
        log_minors(axis, values, out->n, out);
}

int ticks_width(const struct ticks *ticks)
{
    int widest = 0;
    for (size_t i = 0; i < ticks->n; i++) {
        int width = (int)utf8_width(ticks->text[i]);
        widest = width > widest ? width : widest;
    }
    return widest;
}
