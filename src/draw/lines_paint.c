/* Figures that are text: lines wrapped between words, continued under their own indent. */
#include "figure_paint.h"

#include <string.h>

enum { ROW_BYTES_MAX = 1024 };

/* One row's worth of text: its bytes, and where the next row goes on. */
struct stretch {
    size_t length, next;
};

/* As many words as fit into so many columns; a longer word is broken. */
static struct stretch take_row(const char *text, int width)
{
    size_t length = strlen(text), i = 0, last_break = 0, after_break = 0;
    int used = 0;
    while (i < length && text[i] != '\n') {
        uint32_t rune;
        size_t bytes = utf8_decode(text + i, length - i, &rune);
        int wide = utf8_rune_width(rune);
        if (used + wide > width && rune != ' ') {
            if (last_break > 0)
                return (struct stretch){last_break, after_break};
            return i > 0 ? (struct stretch){i, i} : (struct stretch){bytes, bytes};
        }
        if (rune == ' ') {
            if (i > 0 && text[i - 1] != ' ')
                last_break = i;
            after_break = i + 1;
        }
        used += wide;
        i += bytes;
        if (i > ROW_BYTES_MAX - 8)
            break;
    }
    return (struct stretch){i, i < length && text[i] == '\n' ? i + 1 : i};
}

static int indent_of(const char *text, int width)
{
    int indent = (int)strspn(text, " ");
    return indent < width / 2 ? indent : width / 2;
}

/* Replaces the last row by an ellipsis. */
static void say_more(const struct canvas *canvas, int column, int row, int width)
{
    struct ink ink = theme_ink(ROLE_DIM, &canvas->options);
    for (int i = 0; i < width; i++)
        canvas_put(canvas, column + i, row, ' ', ink);
    canvas_text(canvas, column, row, width, "…", ink);
}

void lines_paint(const struct canvas *canvas, const struct figure *figure, const struct area *inner)
{
    int row = 0, margin = inner->width > 4 ? 1 : 0, width = inner->width - 2 * margin;
    if (width < 1 || inner->height < 1)
        return;
    char plain[CANVAS_TEXT_MAX], piece[ROW_BYTES_MAX + 8];
    for (size_t i = 0; i < figure->n_lines; i++) {
        struct ink ink = theme_ink(figure->lines[i].role, &canvas->options);
        const char *text = figure->lines[i].text ? figure->lines[i].text : "";
        text = glyphs_text(canvas->options.glyphs, text, plain, sizeof plain);
        int indent = 0, hanging = indent_of(text, width);
        do {
            if (row >= inner->height) {
                say_more(canvas, inner->column + margin, inner->row + row - 1, width);
                return;
            }
            struct stretch part = take_row(text, width - indent);
            memcpy(piece, text, part.length);
            piece[part.length] = 0;
            canvas_text(canvas, inner->column + margin + indent, inner->row + row, width - indent,
                        piece, ink);
            row++;
            text += part.next;
            indent = hanging;
        } while (text[0]);
    }
}
