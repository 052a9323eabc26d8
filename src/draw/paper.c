/* Paper: colours, fonts, lines and marks. */
#include "paper.h"

#ifdef HAVE_CAIRO

#include <string.h>

#include "canvas.h"

static const double FONT_SIZE = 12, MONO_SIZE = 13, BASELINE = 12;
enum { TEXT_MAX = 512 };

struct box paper_box(const struct area *area)
{
    return (struct box){
        (double)area->column * PAPER_CELL_WIDTH, (double)area->row * PAPER_CELL_HEIGHT,
        (double)area->width * PAPER_CELL_WIDTH, (double)area->height * PAPER_CELL_HEIGHT};
}

void paper_colour(struct paper *paper, unsigned rgb)
{
    cairo_set_source_rgb(paper->cairo, (double)(rgb >> 16 & 0xff) / 255,
                         (double)(rgb >> 8 & 0xff) / 255, (double)(rgb & 0xff) / 255);
}

void paper_fill(struct paper *paper, const struct box *box, unsigned rgb)
{
    paper_colour(paper, rgb);
    cairo_rectangle(paper->cairo, box->x, box->y, box->width, box->height);
    cairo_fill(paper->cairo);
}

void paper_line(struct paper *paper, double x0, double y0, double x1, double y1, unsigned rgb,
                double width)
{
    paper_colour(paper, rgb);
    cairo_set_dash(paper->cairo, NULL, 0, 0);
    cairo_set_line_width(paper->cairo, width);
    cairo_move_to(paper->cairo, x0, y0);
    cairo_line_to(paper->cairo, x1, y1);
    cairo_stroke(paper->cairo);
}

static void choose_font(struct paper *paper, const char *family, double size, bool bold)
{
    cairo_select_font_face(paper->cairo, family, CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(paper->cairo, size);
}

static double advance(struct paper *paper, const char *text)
{
    cairo_text_extents_t extents;
    cairo_text_extents(paper->cairo, text, &extents);
    return extents.x_advance;
}

/* A copy without what a font cannot show: control characters and malformed bytes. */
static void clean_text(const char *text, char *out)
{
    size_t length = strlen(text), used = 0;
    for (size_t i = 0; i < length && used + 5 < TEXT_MAX;) {
        uint32_t rune;
        i += utf8_decode(text + i, length - i, &rune);
        if (rune >= ' ' && rune != 0x7f)
            used += utf8_encode(rune, out + used);
    }
    out[used] = 0;
}

double paper_text_width(struct paper *paper, const char *text, bool bold)
{
    char clean[TEXT_MAX];
    clean_text(text, clean);
    choose_font(paper, "sans-serif", FONT_SIZE, bold);
    return advance(paper, clean);
}

/* Shortens text until it fits with an ellipsis. */
static void cut_text(struct paper *paper, char *text, double room)
{
    static const char ellipsis[] = "…";
    size_t length = strlen(text);
    while (length > 0) {
        do
            length--;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80);
        memcpy(text + length, ellipsis, sizeof ellipsis);
        if (advance(paper, text) <= room)
            return;
    }
    text[0] = 0;
}

double paper_text(struct paper *paper, double x, double y, double room, const char *text,
                  unsigned rgb, bool bold, enum align align)
{
    char clean[TEXT_MAX + 4];
    clean_text(text, clean);
    choose_font(paper, "sans-serif", FONT_SIZE, bold);
    if (advance(paper, clean) > room)
        cut_text(paper, clean, room);
    double width = advance(paper, clean);
    x -= align == ALIGN_RIGHT ? width : align == ALIGN_CENTRE ? width / 2 : 0;
    paper_colour(paper, rgb);
    cairo_move_to(paper->cairo, x, y + BASELINE);
    cairo_show_text(paper->cairo, clean);
    return width;
}

void paper_glyph(struct paper *paper, double x, double y, uint32_t rune, unsigned rgb, bool bold)
{
    char bytes[8] = {0};
    utf8_encode(rune, bytes);
    choose_font(paper, "monospace", MONO_SIZE, bold);
    paper_colour(paper, rgb);
    cairo_move_to(paper->cairo, x, y + BASELINE);
    cairo_show_text(paper->cairo, bytes);
}

static void marker_path(cairo_t *cairo, double x, double y, enum marker marker, double size)
{
    const double full_turn = 6.283185307179586;
    cairo_new_path(cairo);
    switch (marker) {
    case MARKER_NONE:
    case MARKER_DOT:
    case MARKER_RING:
        cairo_arc(cairo, x, y, size, 0, full_turn);
        break;
    case MARKER_CROSS:
        cairo_move_to(cairo, x - size, y - size);
        cairo_line_to(cairo, x + size, y + size);
        cairo_move_to(cairo, x - size, y + size);
        cairo_line_to(cairo, x + size, y - size);
        break;
    case MARKER_DIAMOND:
        cairo_move_to(cairo, x, y - 1.4 * size);
        cairo_line_to(cairo, x + 1.4 * size, y);
        cairo_line_to(cairo, x, y + 1.4 * size);
        cairo_line_to(cairo, x - 1.4 * size, y);
        cairo_close_path(cairo);
        break;
    case MARKER_TRIANGLE:
        cairo_move_to(cairo, x, y - 1.3 * size);
        cairo_line_to(cairo, x + 1.2 * size, y + 0.9 * size);
        cairo_line_to(cairo, x - 1.2 * size, y + 0.9 * size);
        cairo_close_path(cairo);
        break;
    case MARKER_SQUARE:
        cairo_rectangle(cairo, x - 0.9 * size, y - 0.9 * size, 1.8 * size, 1.8 * size);
        break;
    case MARKER_PLUS:
        cairo_move_to(cairo, x - 1.2 * size, y);
        cairo_line_to(cairo, x + 1.2 * size, y);
        cairo_move_to(cairo, x, y - 1.2 * size);
        cairo_line_to(cairo, x, y + 1.2 * size);
        break;
    case MARKER_SPECK:
        cairo_arc(cairo, x, y, 0.4 * size, 0, full_turn);
        break;
    }
}

void paper_marker(struct paper *paper, double x, double y, enum marker marker, unsigned rgb)
{
    const double size = 4;
    cairo_t *cairo = paper->cairo;
    bool open = marker == MARKER_RING || marker == MARKER_CROSS || marker == MARKER_PLUS;
    cairo_set_dash(cairo, NULL, 0, 0);
    marker_path(cairo, x, y, marker, size);
    paper_colour(paper, paper->ground);
    cairo_set_line_width(cairo, open ? 4 : marker == MARKER_SPECK ? 0.8 : 2.5);
    cairo_stroke(cairo);
    marker_path(cairo, x, y, marker, size);
    paper_colour(paper, rgb);
    cairo_set_line_width(cairo, 2);
    if (open)
        cairo_stroke(cairo);
    else
        cairo_fill(cairo);
}

void paper_pen(struct paper *paper, enum role role, enum line_style style)
{
    static const double dashes[] = {7, 4}, dots[] = {0.1, 4};
    cairo_set_line_cap(paper->cairo, CAIRO_LINE_CAP_BUTT);
    switch (theme_line(role, style)) {
    case LINE_SOLID:
        cairo_set_dash(paper->cairo, NULL, 0, 0);
        break;
    case LINE_DASHED:
        cairo_set_dash(paper->cairo, dashes, 2, 0);
        break;
    case LINE_DOTTED:
        cairo_set_line_cap(paper->cairo, CAIRO_LINE_CAP_ROUND);
        cairo_set_dash(paper->cairo, dots, 2, 0);
        break;
    }
    cairo_set_line_width(paper->cairo, theme_thickness(role) > 1 ? 3.2 : 1.8);
    paper_colour(paper, theme_rgb(role, paper->options.light));
}

unsigned paper_map_rgb(const struct paper *paper, const struct field *field, double place)
{
    enum colormap map =
        paper->options.map_override < MAP_COUNT ? paper->options.map_override : field->map;
    return colormap_rgb(map, place);
}

static unsigned darker(unsigned rgb)
{
    return rgb >> 1 & 0x7f7f7f;
}

unsigned paper_category_rgb(int category, int x, int y)
{
    enum { PITCH = 24, LINE = 2 };
    unsigned rgb = colormap_rgb(MAP_RANK, (category + 0.5) / 4);
    bool up = (x + y) % PITCH < LINE, down = (x - y + 1000 * PITCH) % PITCH < LINE;
    bool drawn = category == 0 ? up || down : category == 1 ? up : false;
    return drawn ? darker(rgb) : rgb;
}

#endif
