/* Glyph sets, and text for terminals that know ASCII only. */
#include "glyphs.h"

#include <string.h>

static const uint32_t unicode_shades[] = {' ', 0x2591, 0x2592, 0x2593, 0x2588};
static const uint32_t ascii_shades[] = {' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'};

static const struct glyphs unicode = {
#define GLYPH(name, unicode, ascii) .name = (unicode),
#include "glyphs.def"
#undef GLYPH
    .shades = unicode_shades,
    .n_shades = sizeof unicode_shades / sizeof *unicode_shades,
    .textures = {0x2593, 0x2592, 0x2591, ' '},
};

static const struct glyphs ascii = {
#define GLYPH(name, unicode, ascii) .name = (ascii),
#include "glyphs.def"
#undef GLYPH
    .shades = ascii_shades,
    .n_shades = sizeof ascii_shades / sizeof *ascii_shades,
    .textures = {'%', '+', '.', ' '},
};

const struct glyphs *glyphs_of(enum glyph_set set)
{
    return set == GLYPHS_ASCII ? &ascii : &unicode;
}

uint32_t glyphs_marker(const struct glyphs *glyphs, enum marker marker)
{
    switch (marker) {
    case MARKER_NONE:
    case MARKER_DOT:
        return glyphs->dot;
    case MARKER_CROSS:
        return glyphs->cross;
    case MARKER_RING:
        return glyphs->ring;
    case MARKER_DIAMOND:
        return glyphs->diamond;
    case MARKER_TRIANGLE:
        return glyphs->triangle;
    case MARKER_SQUARE:
        return glyphs->square;
    case MARKER_PLUS:
        return glyphs->plus;
    case MARKER_SPECK:
        return glyphs->speck;
    }
    return glyphs->dot;
}

struct spelling {
    uint32_t rune;
    const char *ascii;
};

static const struct spelling spellings[] = {
    {0x00b0, " deg"},  {0x00b1, "+-"},  {0x00b2, "^2"},    {0x00b3, "^3"},     {0x00b7, "*"},
    {0x00b9, "^1"},    {0x00bc, "1/4"}, {0x00bd, "1/2"},   {0x00be, "3/4"},    {0x00d7, "x"},
    {0x00f7, "/"},     {0x02c6, "^"},   {0x0302, "^"},     {0x0393, "Gamma"},  {0x0394, "Delta"},
    {0x0398, "Theta"}, {0x03a3, "Sum"}, {0x03b1, "alpha"}, {0x03b2, "beta"},   {0x03b3, "gamma"},
    {0x03b4, "delta"}, {0x03b5, "eps"}, {0x03b8, "theta"}, {0x03bb, "lambda"}, {0x03bc, "mu"},
    {0x03bd, "nu"},    {0x03c0, "pi"},  {0x03c3, "sigma"}, {0x03c6, "phi"},    {0x2013, "-"},
    {0x2014, "-"},     {0x2018, "'"},   {0x2019, "'"},     {0x201c, "\""},     {0x201d, "\""},
    {0x2026, "..."},   {0x2070, "^0"},  {0x2074, "^4"},    {0x2075, "^5"},     {0x2076, "^6"},
    {0x2077, "^7"},    {0x2078, "^8"},  {0x2079, "^9"},    {0x207b, "^-"},     {0x2080, "0"},
    {0x2081, "1"},     {0x2082, "2"},   {0x2083, "3"},     {0x2190, "<-"},     {0x2191, "^"},
    {0x2192, "->"},    {0x2193, "v"},   {0x2202, "d"},     {0x2207, "grad "},  {0x2208, " in "},
    {0x2211, "sum "},  {0x2212, "-"},   {0x221a, "sqrt "}, {0x221e, "inf"},    {0x222b, "int "},
    {0x2248, "~"},     {0x2260, "!="},  {0x2264, "<="},    {0x2265, ">="},     {0x226a, "<<"},
    {0x226b, ">>"},    {0x2500, "-"},   {0x2501, "="},     {0x2502, "|"},      {0x250a, "|"},
    {0x2514, "+"},     {0x251c, "|"},   {0x2524, "|"},     {0x2591, "."},      {0x2592, ":"},
    {0x2593, "#"},     {0x2588, "#"},   {0x25a0, "#"},     {0x25b2, "A"},      {0x253c, "+"},
    {0x25b6, ">"},     {0x25b8, ">"},   {0x25c0, "<"},     {0x25c2, "<"},      {0x25cb, "O"},
    {0x25cf, "o"},     {0x25c6, "*"},   {0x2713, "v"},     {0x2715, "x"},      {0x271b, "X"},
    {0x23f8, "||"},
};

static const char *spell(uint32_t rune)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (spellings[i].rune == rune)
            return spellings[i].ascii;
    return utf8_rune_width(rune) == 2 ? "??" : utf8_rune_width(rune) == 1 ? "?" : "";
}

const char *glyphs_text(enum glyph_set set, const char *text, char *buffer, size_t size)
{
    if (set == GLYPHS_UNICODE)
        return text;
    size_t length = strlen(text), used = 0;
    bool raised = false; /* the last was a superscript: ¹² is ^12 */
    for (size_t i = 0; i < length;) {
        uint32_t rune;
        i += utf8_decode(text + i, length - i, &rune);
        char one[2] = {(char)rune, 0};
        const char *piece = rune < 0x80 ? one : spell(rune);
        bool raises = rune >= 0x80 && piece[0] == '^' && piece[1] != 0;
        piece += raises && raised;
        raised = raises;
        size_t n = strlen(piece);
        if (used + n + 1 > size)
            break;
        memcpy(buffer + used, piece, n);
        used += n;
    }
    buffer[used] = 0;
    return buffer;
}
