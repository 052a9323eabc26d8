/* Fields as half blocks of colour, or as shade characters where there is no colour. */
#include "field_paint.h"

#include <math.h>

/* Ramps for 256 colours: filled contours, monotone in lightness, by hand because the nearest
   colours of the maps collapse to a few bands. */
enum { RAMP_MAX = 12 };
struct ramp {
    int n;
    int index[RAMP_MAX];
};

static const struct ramp ramps[MAP_COUNT] = {
    [MAP_VIRIDIS] = {10, {53, 24, 30, 36, 71, 42, 113, 148, 184, 220}},
    [MAP_CIVIDIS] = {8, {17, 18, 60, 102, 144, 179, 185, 227}},
    [MAP_GREY] = {12, {234, 236, 238, 240, 242, 244, 246, 248, 250, 252, 254, 255}},
    [MAP_DIVERGING] = {11, {25, 32, 74, 110, 152, 253, 223, 216, 209, 167, 124}},
    [MAP_RANK] = {4, {220, 37, 62, 238}},
};

/* For 16 colours: black, blue, cyan and white ascend in lightness whatever the palette; shade
   characters mix each with the next. */
enum { MIX_COLOURS = 4, MIX_STEPS = 4 };
static const int mix_ramp[MIX_COLOURS] = {0, 4, 6, 7};

/* Of the texture characters over those. */
static const int texture_ink[4] = {178, 30, 60, 236};

static uint32_t rgb_colour(unsigned rgb)
{
    return COLOUR_RGB | rgb;
}

static void make_colours(struct field_paint *paint, const struct draw_options *options)
{
    if (options->depth == DEPTH_16) {
        paint->n_colours = MIX_COLOURS;
        for (int i = 0; i < MIX_COLOURS; i++)
            paint->colours[i] = COLOUR_INDEX | (uint32_t)mix_ramp[i];
        return;
    }
    if (options->depth == DEPTH_256) {
        const struct ramp *ramp = &ramps[paint->map];
        paint->n_colours = ramp->n;
        for (int i = 0; i < ramp->n; i++)
            paint->colours[i] = COLOUR_INDEX | (uint32_t)ramp->index[i];
        return;
    }
    paint->n_colours = options->levels;
    for (int i = 0; i < paint->n_colours; i++)
        paint->colours[i] = rgb_colour(colormap_rgb(paint->map, (double)i / (options->levels - 1)));
}

void field_paint_init(struct field_paint *paint, const struct field *field, const struct area *plot,
                      const struct draw_options *options)
{
    paint->fill = FILL_NONE;
    paint->n_colours = 0;
    if (!field || plot->width < 1 || plot->height < 1)
        return;
    paint->map = options->map_override < MAP_COUNT && !field->categorical ? options->map_override
                                                                          : field->map;
    if ((unsigned)paint->map >= MAP_COUNT)
        paint->map = MAP_VIRIDIS;
    enum fill fill = field->categorical                ? FILL_TEXTURES
                     : options->depth == DEPTH_MONO    ? FILL_SHADES
                     : options->glyphs == GLYPHS_ASCII ? FILL_BLANKS
                     : options->depth == DEPTH_16      ? FILL_MIXES
                                                       : FILL_HALVES;
    size_t rows = (size_t)plot->height * (fill == FILL_HALVES ? 2 : 1);
    if (!field_view_init(&paint->view, field, (size_t)plot->width, rows))
        return;
    paint->fill = fill;
    make_colours(paint, options);
}

static int level(double place, int n)
{
    int i = (int)(place * n);
    return i < n ? i : n - 1;
}

static uint32_t colour_at(const struct field_paint *paint, double place)
{
    return isnan(place) ? COLOUR_DEFAULT : paint->colours[level(place, paint->n_colours)];
}

static struct cell undefined_cell(const struct canvas *canvas)
{
    struct ink ink = theme_ink(ROLE_DIM, &canvas->options);
    return (struct cell){canvas->glyphs->undefined, ink.fg, COLOUR_DEFAULT, ink.attributes};
}

static struct cell halves(const struct field_paint *paint, const struct canvas *canvas, double top,
                          double bottom)
{
    uint32_t upper = colour_at(paint, top), lower = colour_at(paint, bottom);
    if (upper == COLOUR_DEFAULT && lower == COLOUR_DEFAULT)
        return undefined_cell(canvas);
    if (lower == COLOUR_DEFAULT)
        return (struct cell){canvas->glyphs->upper_half, upper, COLOUR_DEFAULT, 0};
    if (upper == COLOUR_DEFAULT)
        return (struct cell){canvas->glyphs->lower_half, lower, COLOUR_DEFAULT, 0};
    if (upper == lower)
        return (struct cell){' ', COLOUR_DEFAULT, lower, 0};
    return (struct cell){canvas->glyphs->upper_half, upper, lower, 0};
}

void field_paint_category(const struct canvas *canvas, int category, struct cell *cell)
{
    cell->rune = canvas->glyphs->textures[category];
    cell->attributes = 0;
    cell->fg = cell->bg = COLOUR_DEFAULT;
    if (canvas->options.depth == DEPTH_256) {
        cell->fg = COLOUR_INDEX | (uint32_t)texture_ink[category];
        cell->bg = COLOUR_INDEX | (uint32_t)ramps[MAP_RANK].index[category];
    } else if (canvas->options.depth == DEPTH_DIRECT) {
        cell->fg = rgb_colour(xterm_rgb(texture_ink[category]));
        cell->bg = rgb_colour(colormap_rgb(MAP_RANK, (category + 0.5) / 4));
    }
}

static void paint_mix(const struct field_paint *paint, const struct canvas *canvas, double place,
                      struct cell *cell)
{
    int step = level(place, (MIX_COLOURS - 1) * MIX_STEPS + 1);
    int colour = step / MIX_STEPS, share = step % MIX_STEPS;
    cell->bg = paint->colours[colour];
    if (share == 0)
        return;
    cell->rune = canvas->glyphs->shades[share];
    cell->fg = paint->colours[colour + 1];
}

void field_paint_swatch(const struct field_paint *paint, const struct canvas *canvas, double place,
                        struct cell *cell)
{
    *cell = (struct cell){.rune = ' '};
    if (paint->fill == FILL_MIXES)
        paint_mix(paint, canvas, place, cell);
    else if (paint->fill == FILL_SHADES)
        cell->rune = canvas->glyphs->shades[level(place, canvas->glyphs->n_shades)];
    else if (paint->n_colours > 0)
        cell->bg = colour_at(paint, place);
}

static struct cell paint_cell(const struct field_paint *paint, const struct canvas *canvas,
                              size_t ix, size_t iy)
{
    const struct field_view *view = &paint->view;
    struct cell cell = {.rune = ' '};
    if (paint->fill == FILL_HALVES)
        return halves(paint, canvas, field_view_place(view, field_view_at(view, ix, 2 * iy + 1)),
                      field_view_place(view, field_view_at(view, ix, 2 * iy)));
    double value = field_view_at(view, ix, iy);
    if (isnan(value))
        return undefined_cell(canvas);
    if (paint->fill == FILL_TEXTURES)
        field_paint_category(canvas, field_category(value), &cell);
    else
        field_paint_swatch(paint, canvas, field_view_place(view, value), &cell);
    return cell;
}

void field_paint_draw(const struct field_paint *paint, const struct canvas *canvas,
                      const struct area *plot)
{
    if (paint->fill == FILL_NONE)
        return;
    for (int row = 0; row < plot->height; row++)
        for (int column = 0; column < plot->width; column++) {
            struct cell *cell = canvas_at(canvas, plot->column + column, plot->row + row);
            if (cell)
                *cell = paint_cell(paint, canvas, (size_t)column, (size_t)(plot->height - 1 - row));
        }
}

static int find_colour(const struct field_paint *paint, uint32_t colour)
{
    for (int i = 0; i < paint->n_colours; i++)
        if (paint->colours[i] == colour)
            return i;
    return -1;
}

uint32_t field_paint_under(const struct field_paint *paint, const struct canvas *canvas,
                           const struct cell *cell)
{
    if (paint->fill == FILL_MIXES && cell->rune == canvas->glyphs->shades[MIX_STEPS - 1])
        return cell->fg;
    if (cell->rune != canvas->glyphs->upper_half || paint->fill != FILL_HALVES)
        return cell->bg;
    /* The mean stays within the field's own colours, so that a terminal needs no more of them. */
    int upper = find_colour(paint, cell->fg), lower = find_colour(paint, cell->bg);
    if (upper < 0 || lower < 0)
        return upper < 0 ? cell->bg : cell->fg;
    if (paint->view.field->is_mass)
        return paint->colours[upper > lower ? upper : lower];
    return paint->colours[(upper + lower) / 2];
}
