/* Cells as plain text and as text with SGR codes. */
#include "cusp/cells.h"

#include <stdio.h>
#include <string.h>

#include "theme.h"

/* The column after the last cell that shows anything. */
static int row_end(const struct cell *row, int width, bool attributes, bool colours)
{
    for (int end = width; end > 0; end--) {
        const struct cell *cell = &row[end - 1];
        bool visible = cell->rune != ' ';
        visible |= attributes && (cell->attributes & (CELL_REVERSE | CELL_UNDERLINE)) != 0;
        visible |= colours && cell->bg != COLOUR_DEFAULT;
        if (visible)
            return end;
    }
    return 0;
}

/* A buffer in front of a growing text. */
struct writer {
    struct text *out;
    size_t used;
    char bytes[4096];
};

enum { PIECE_MAX = 64 };

static void writer_flush(struct writer *writer)
{
    text_add_bytes(writer->out, writer->bytes, writer->used);
    writer->used = 0;
}

/* Room for one more piece. */
static char *writer_room(struct writer *writer)
{
    if (writer->used + PIECE_MAX > sizeof writer->bytes)
        writer_flush(writer);
    return writer->bytes + writer->used;
}

static void write_rune(struct writer *writer, uint32_t rune)
{
    char *room = writer_room(writer);
    if (rune < 0x80) {
        *room = (char)rune;
        writer->used++;
    } else {
        writer->used += utf8_encode(rune, room);
    }
}

/* The right half of a wide character takes no bytes, unless its left half was overwritten. */
static bool is_right_half(const struct cell *row, int column)
{
    return row[column].rune == 0 && column > 0 && utf8_rune_width(row[column - 1].rune) == 2;
}

static uint32_t rune_to_write(const struct cell *cell)
{
    return cell->rune < ' ' || cell->rune == 0x7f ? ' ' : cell->rune;
}

static const struct cell *row_of(const struct cells *cells, int row)
{
    return &cells->cell[(size_t)row * (size_t)cells->width];
}

void cells_to_text(const struct cells *cells, struct text *out)
{
    struct writer writer = {.out = out};
    for (int y = 0; y < cells->height; y++) {
        const struct cell *row = row_of(cells, y);
        int end = row_end(row, cells->width, false, false);
        for (int x = 0; x < end; x++)
            if (!is_right_half(row, x))
                write_rune(&writer, rune_to_write(&row[x]));
        write_rune(&writer, '\n');
    }
    writer_flush(&writer);
}

/* A colour no finer than the depth can show. */
static uint32_t fit_colour(uint32_t colour, enum colour_depth depth)
{
    if (colour == COLOUR_DEFAULT)
        return colour;
    bool rgb = (colour & COLOUR_KIND) == COLOUR_RGB;
    switch (depth) {
    case DEPTH_MONO:
        return COLOUR_DEFAULT;
    case DEPTH_16:
        if (rgb || (colour & 0xff) > 15)
            return COLOUR_INDEX | (uint32_t)ansi_nearest(colour_rgb(colour));
        return colour;
    case DEPTH_256:
        return rgb ? COLOUR_INDEX | (uint32_t)xterm_nearest(colour_rgb(colour)) : colour;
    case DEPTH_DIRECT:
        return colour;
    }
    return colour;
}

static char *add_text(char *at, const char *text)
{
    size_t length = strlen(text);
    memcpy(at, text, length);
    return at + length;
}

static char *add_byte_value(char *at, unsigned value)
{
    if (value >= 100)
        *at++ = (char)('0' + value / 100);
    if (value >= 10)
        *at++ = (char)('0' + value / 10 % 10);
    *at++ = (char)('0' + value % 10);
    return at;
}

/* ";38;2;r;g;b" and its shorter kin; 39 or 49 for the default. */
static char *add_colour(char *at, uint32_t colour, bool background)
{
    unsigned base = background ? 40 : 30, low = colour & 0xff;
    *at++ = ';';
    if (colour == COLOUR_DEFAULT)
        return add_byte_value(at, base + 9);
    if ((colour & COLOUR_KIND) == COLOUR_INDEX && low < 16)
        return add_byte_value(at, low < 8 ? base + low : base + 60 + low - 8);
    at = add_byte_value(at, base + 8);
    if ((colour & COLOUR_KIND) == COLOUR_INDEX)
        return add_byte_value(add_text(at, ";5;"), low);
    at = add_byte_value(add_text(at, ";2;"), colour >> 16 & 0xff);
    *at++ = ';';
    at = add_byte_value(at, colour >> 8 & 0xff);
    *at++ = ';';
    return add_byte_value(at, low);
}

static char *add_attributes(char *at, uint8_t attributes)
{
    static const char *const codes[] = {";1", ";2", ";7", ";4"};
    for (int i = 0; i < 4; i++)
        if (attributes & (1 << i))
            at = add_text(at, codes[i]);
    return at;
}

/* Only what differs from the cell before. */
static void write_sgr(struct writer *writer, struct cell *now, const struct cell *cell)
{
    if (now->fg == cell->fg && now->bg == cell->bg && now->attributes == cell->attributes)
        return;
    char codes[PIECE_MAX], *at = codes;
    if (now->attributes != cell->attributes) {
        at = add_attributes(add_text(at, ";0"), cell->attributes);
        now->fg = now->bg = COLOUR_DEFAULT;
    }
    if (now->fg != cell->fg)
        at = add_colour(at, cell->fg, false);
    if (now->bg != cell->bg)
        at = add_colour(at, cell->bg, true);
    char *room = writer_room(writer), *end = add_text(room, "\033[");
    size_t length = (size_t)(at - codes) - 1; /* without the first semicolon */
    memcpy(end, codes + 1, length);
    end[length] = 'm';
    writer->used += (size_t)(end - room) + length + 1;
    now->fg = cell->fg;
    now->bg = cell->bg;
    now->attributes = cell->attributes;
}

void cells_to_ansi(const struct cells *cells, const struct draw_options *options, struct text *out)
{
    static const struct cell plain = {.rune = ' '};
    struct writer writer = {.out = out};
    struct cell now = plain;
    for (int y = 0; y < cells->height; y++) {
        const struct cell *row = row_of(cells, y);
        int end = row_end(row, cells->width, true, options->depth > DEPTH_MONO);
        for (int x = 0; x < end; x++) {
            if (is_right_half(row, x))
                continue;
            struct cell cell = row[x];
            cell.fg = fit_colour(cell.fg, options->depth);
            cell.bg = fit_colour(cell.bg, options->depth);
            if (cell.rune == ' ' && !(cell.attributes & (CELL_REVERSE | CELL_UNDERLINE))) {
                /* Nothing of the foreground shows. */
                cell.fg = now.fg;
                cell.attributes = now.attributes & (uint8_t) ~(CELL_REVERSE | CELL_UNDERLINE);
            }
            write_sgr(&writer, &now, &cell);
            write_rune(&writer, rune_to_write(&cell));
        }
        write_sgr(&writer, &now, &plain);
        write_rune(&writer, '\n');
    }
    writer_flush(&writer);
}
