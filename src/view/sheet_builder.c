/* A sheet while it is laid out: growing lists of placed figures and strips in one arena. */
#include "sheet_builder.h"

#include <math.h>
#include <string.h>

#include "view_text.h"
#include "cusp/text.h"

struct strip *sheet_strip(struct sheet_builder *b, int column, int row, int width, const char *text,
                          enum role role)
{
    b->strips =
        arena_grow(b->arena, b->strips, b->n_strips, &b->strips_capacity, sizeof(struct strip));
    struct strip *strip = &b->strips[b->n_strips];
    if (width > b->width - column)
        width = b->width - column;
    if (width > 0 && column >= 0 && row >= 0 && row < b->height)
        b->n_strips++;
    *strip = (struct strip){
        .column = column,
        .row = row,
        .width = width,
        .text = width > 0 ? say_cut(b->arena, text, width) : "",
        .role = role,
    };
    return strip;
}

void sheet_figure(struct sheet_builder *b, const struct figure *figure, const struct area *area)
{
    if (area->width <= 0 || area->height <= 0)
        return;
    b->placed =
        arena_grow(b->arena, b->placed, b->n_placed, &b->placed_capacity, sizeof(struct placed));
    b->placed[b->n_placed++] = (struct placed){
        .area = *area, .figure = figure, .view = "", .frameless = b->snapshot->screen_reader};
}

void sheet_view(struct sheet_builder *b, const struct view *view, size_t side,
                const struct area *area)
{
    if (area->width <= 0 || area->height <= 0)
        return;
    struct figure *figure = arena_new(b->arena, 1, sizeof *figure);
    view->build(b->snapshot, side, area, b->arena, figure);
    sheet_figure(b, figure, area);
    const struct state *state = &b->snapshot->state;
    struct placed *placed = &b->placed[b->n_placed - 1];
    placed->view = view->name;
    placed->side = side;
    placed->focused =
        strcmp(state->focus, view->name) == 0 && (view->shared || state->focus_side == side);
}

/* "├────●────┤" of exactly `width` columns, ≥ 3. */
static const char *track_text(struct arena *arena, int width, double position)
{
    if (!(position >= 0))
        position = 0;
    if (position > 1)
        position = 1;
    int knob = (int)lround(position * (width - 1));
    struct text text;
    text_init(&text);
    for (int i = 0; i < width; i++)
        text_add(&text, i == knob ? "●" : (i == 0 ? "├" : (i == width - 1 ? "┤" : "─")));
    const char *out = arena_text(arena, text_get(&text), text.length);
    text_done(&text);
    return out;
}

int sheet_slider(struct sheet_builder *b, int column, int row, int track, const char *label,
                 double position, const char *value, int value_width, const char *action)
{
    int label_width = (int)utf8_width(label);
    if (label_width > 16)
        label_width = 16;
    sheet_strip(b, column, row, label_width, label, ROLE_PLAIN)->bold = true;
    column += label_width + 1;
    if (track < 3)
        track = 3;
    struct strip *strip =
        sheet_strip(b, column, row, track, track_text(b->arena, track, position), ROLE_PLAIN);
    strip->action = action;
    column += track + 1;
    sheet_strip(b, column, row, value_width, value, ROLE_PLAIN)->bold = true;
    return column + value_width;
}
