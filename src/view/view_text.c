/* Words and numbers for views: text in an arena, the longest wording that fits, wrapped lines. */
#include "view_text.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cusp/text.h"

const char *say(struct arena *arena, const char *format, ...)
{
    assert(format != NULL);
    va_list arguments;
    va_start(arguments, format);
    const char *out = arena_textv(arena, format, arguments);
    va_end(arguments);
    return out;
}

const char *say_number(struct arena *arena, double x, int digits)
{
    char buffer[64];
    text_number(buffer, sizeof buffer, x, digits);
    /* A minus as the axes have it, at the front and in the exponent. */
    const char *out = "";
    for (const char *part = buffer;; out = say(arena, "%s−", out)) {
        size_t length = strcspn(part, "-");
        out = say(arena, "%s%.*s", out, (int)length, part);
        if (part[length] == '\0')
            return out;
        part += length + 1;
    }
}

const char *say_percent(struct arena *arena, double share)
{
    double percent = 100 * share;
    if (percent >= 9.95)
        return say(arena, "%.0f %%", percent);
    if (percent > 0 && percent < 1e-9)
        return "<1e-9 %";
    return say(arena, "%s %%", say_number(arena, percent, 2));
}

const char *say_rat(struct arena *arena, struct rat r)
{
    char buffer[64];
    rat_text(buffer, sizeof buffer, r);
    return arena_text(arena, buffer, strlen(buffer));
}

const char *say_half(struct arena *arena, size_t dim)
{
    return dim % 2 == 0 ? say(arena, "%zu", dim / 2) : say(arena, "%zu/2", dim);
}

const char *say_cut(struct arena *arena, const char *text, int width)
{
    if (width <= 0)
        return "";
    if (utf8_width(text) <= (size_t)width)
        return text;
    size_t length = strlen(text), used = 0;
    int columns = 0;
    while (used < length) {
        uint32_t rune;
        size_t bytes = utf8_decode(text + used, length - used, &rune);
        int rune_width = utf8_rune_width(rune);
        if (columns + rune_width > width - 1)
            break;
        columns += rune_width;
        used += bytes;
    }
    return say(arena, "%.*s…", (int)used, text);
}

const char *say_mean(struct arena *arena, double mean, double sd)
{
    double shown = fabs(mean) < 1e-3 * sd ? 0 : mean;
    return say(arena, "%s ± %s", say_number(arena, shown, 3), say_number(arena, sd, 2));
}

const char *say_point(struct arena *arena, const struct model *model, const double *w)
{
    const char *out = "";
    for (size_t i = 0; i < model->dim; i++)
        out = say(arena, "%s%s%s = %s", out, i == 0 ? "" : ", ", model_axis_name(model, i),
                  say_number(arena, w[i], 3));
    return out;
}

const char *say_point_class(const struct fisher *fisher)
{
    if (fisher->point_class == POINT_SINGULAR && fisher->singularity == SINGULARITY_FLAT)
        return "flat point: no Gaussian";
    return point_class_name(fisher->point_class);
}

const char *say_class(const struct fisher *fisher)
{
    switch (fisher->point_class) {
    case POINT_NOT_TRUE:
        return "off W0";
    case POINT_REGULAR:
        return "regular";
    case POINT_DEGENERATE:
        return "degenerate";
    case POINT_SINGULAR:
        return fisher->singularity == SINGULARITY_FLAT ? "flat" : "singular";
    case POINT_UNDEFINED:
        return "undefined";
    }
    return "";
}

int say_room(const struct area *area)
{
    return area->width > 4 ? area->width - 4 : 0;
}

const char *say_fit(struct arena *arena, const struct area *area, const char *const *candidates)
{
    int room = say_room(area);
    size_t i = 0;
    for (; candidates[i] != NULL; i++) {
        if (utf8_width(candidates[i]) <= (size_t)room)
            return candidates[i];
    }
    if (i == 0)
        return "";
    return room >= 1 ? say_cut(arena, candidates[i - 1], room) : candidates[i - 1];
}

static void line_list_push(struct line_list *list, const char *text, enum role role)
{
    list->items =
        arena_grow(list->arena, list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = (struct figure_line){.text = text, .role = role};
}

/* Bytes of the first line of text that fits width columns: up to a newline, a blank, or the cut. */
static size_t line_break(const char *text, int width)
{
    size_t length = strlen(text), used = 0, blank = 0;
    int columns = 0;
    while (used < length && text[used] != '\n') {
        uint32_t rune;
        size_t bytes = utf8_decode(text + used, length - used, &rune);
        columns += utf8_rune_width(rune);
        if (columns > width)
            return blank > 0 ? blank : (used > 0 ? used : bytes);
        if (rune == ' ')
            blank = used;
        used += bytes;
    }
    return used;
}

void line_list_wrap(struct line_list *list, const char *text, int width, enum role role)
{
    if (width < 1)
        width = 1;
    do {
        size_t bytes = line_break(text, width);
        line_list_push(list, arena_text(list->arena, text, bytes), role);
        text += bytes;
        if (*text == '\n')
            text++;
        while (*text == ' ')
            text++;
    } while (*text != '\0');
}

void line_list_verbatim(struct line_list *list, const char *text, int width, enum role role)
{
    while (*text != '\0') {
        size_t bytes = strcspn(text, "\n");
        const char *line = arena_text(list->arena, text, bytes);
        line_list_push(list, say_cut(list->arena, line, width < 1 ? 1 : width), role);
        text += bytes;
        if (*text == '\n')
            text++;
    }
}

void figure_missing(const struct side *side, const char *title, const char *what,
                    const struct area *area, struct arena *arena, struct figure *out)
{
    bool never = side->why != NULL && side->why[0] != '\0';
    const char *text = never ? side->why : say(arena, "computing %s …", what);
    if (!never && !side->busy) { /* nothing more will come */
        never = true;
        text = say(arena,
                   "%s: not to be had for this model; it would take too long, or is not "
                   "defined",
                   what);
    }
    struct line_list lines = {.arena = arena};
    line_list_wrap(&lines, text, say_room(area), never ? ROLE_WARNING : ROLE_DIM);
    *out = (struct figure){
        .kind = FIGURE_TEXT,
        .title = SAY_FIT(arena, area, title),
        .note = SAY_FIT(arena, area, never ? "no picture: see the reason above" : text,
                        never ? "no picture" : "computing …"),
        .busy = !never,
        .lines = lines.items,
        .n_lines = lines.count,
    };
}

void figure_marks(const struct side *side, bool coarse, struct figure *out)
{
    out->coarse = coarse;
    out->busy = side->busy && coarse;
}
