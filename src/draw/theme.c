/* Themes: the roles' colours, and the xterm palette. */
#include "theme.h"

struct role_style {
    int dark, light, dark16, light16;
    uint8_t attributes;
    enum line_style line;
    int thickness;
    char ascii;
};

static const struct role_style styles[ROLE_COUNT] = {
#define ROLE(role, dark, light, dark16, light16, attributes, line, thickness, ascii) \
    [role] = {dark, light, dark16, light16, attributes, line, thickness, ascii},
#include "themes.def"
#undef ROLE
};

/* The colours of text on paper, and the marks that stand out most on a field. */
enum { WHITE = 231, BLACK = 233, WHITE_16 = 15 };

static const struct role_style *style_of(enum role role)
{
    return &styles[(unsigned)role < ROLE_COUNT ? role : ROLE_PLAIN];
}

/* A palette colour as the depth can show it. */
static uint32_t palette(int index, const struct draw_options *options)
{
    if (index < 0)
        return COLOUR_DEFAULT;
    /* Colours 0 to 7 are palette indices to a direct-colour terminal, so black is a dark grey. */
    if (index == 16)
        index = BLACK;
    return options->depth == DEPTH_DIRECT ? COLOUR_RGB | xterm_rgb(index)
                                          : COLOUR_INDEX | (uint32_t)index;
}

struct ink theme_ink(enum role role, const struct draw_options *options)
{
    const struct role_style *style = style_of(role);
    int small = options->light ? style->light16 : style->dark16;
    switch (options->depth) {
    case DEPTH_MONO:
        return (struct ink){COLOUR_DEFAULT, style->attributes};
    case DEPTH_16:
        return (struct ink){small < 0 ? COLOUR_DEFAULT : COLOUR_INDEX | (uint32_t)small,
                            style->attributes};
    case DEPTH_256:
    case DEPTH_DIRECT:
        break;
    }
    return (struct ink){palette(options->light ? style->light : style->dark, options),
                        style->attributes & (uint8_t)~CELL_DIM};
}

static double contrast(double a, double b)
{
    const double flare = 0.05;
    return a > b ? (a + flare) / (b + flare) : (b + flare) / (a + flare);
}

/* 0..1, a square-law approximation. */
static double luminance(unsigned rgb)
{
    double red = (double)(rgb >> 16 & 0xff) / 255, green = (double)(rgb >> 8 & 0xff) / 255;
    double blue = (double)(rgb & 0xff) / 255;
    return 0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue;
}

struct ink theme_ink_over(enum role role, uint32_t bg, const struct draw_options *options)
{
    if (bg == COLOUR_DEFAULT || options->depth < DEPTH_16)
        return theme_ink(role, options);
    const struct role_style *style = style_of(role);
    bool few = options->depth == DEPTH_16;
    int bright = few ? style->dark16 : style->dark, dark = few ? style->light16 : style->light;
    if (bright < 0)
        bright = few ? WHITE_16 : WHITE;
    if (dark < 0)
        dark = few ? 0 : BLACK;
    double under = luminance(colour_rgb(bg));
    double with_bright = contrast(luminance(xterm_rgb(bright)), under);
    double with_dark = contrast(luminance(xterm_rgb(dark)), under);
    return (struct ink){palette(with_bright >= with_dark ? bright : dark, options),
                        style->attributes & (uint8_t)~CELL_DIM};
}

void theme_extremes(uint32_t bg, const struct draw_options *options, uint32_t *far, uint32_t *near)
{
    double under = luminance(colour_rgb(bg));
    bool white = contrast(1, under) >= contrast(0, under), few = options->depth == DEPTH_16;
    uint32_t light = palette(few ? WHITE_16 : WHITE, options);
    uint32_t dark = palette(few ? 0 : BLACK, options);
    *far = white ? light : dark;
    *near = white ? dark : light;
}

enum line_style theme_line(enum role role, enum line_style asked)
{
    return asked == LINE_SOLID ? style_of(role)->line : asked;
}

int theme_thickness(enum role role)
{
    return style_of(role)->thickness;
}

uint32_t theme_ascii(enum role role)
{
    return (uint32_t)style_of(role)->ascii;
}

unsigned theme_rgb(enum role role, bool light)
{
    const struct role_style *style = style_of(role);
    int index = light ? style->light : style->dark;
    return xterm_rgb(index < 0 ? (light ? BLACK : 253) : index);
}

unsigned xterm_rgb(int index)
{
    static const unsigned ansi[16] = {
        0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
        0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
    };
    static const unsigned steps[6] = {0, 95, 135, 175, 215, 255};
    if (index < 16)
        return ansi[index < 0 ? 0 : index];
    if (index > 255)
        index = 255;
    if (index >= 232)
        return (8 + 10 * (unsigned)(index - 232)) * 0x010101;
    index -= 16;
    return steps[index / 36] << 16 | steps[index / 6 % 6] << 8 | steps[index % 6];
}

static int distance(unsigned a, unsigned b)
{
    int red = (int)(a >> 16 & 0xff) - (int)(b >> 16 & 0xff);
    int green = (int)(a >> 8 & 0xff) - (int)(b >> 8 & 0xff);
    int blue = (int)(a & 0xff) - (int)(b & 0xff);
    return 3 * red * red + 6 * green * green + blue * blue;
}

static int nearest(unsigned rgb, int first, int last)
{
    int best = first;
    for (int i = first + 1; i <= last; i++)
        if (distance(xterm_rgb(i), rgb) < distance(xterm_rgb(best), rgb))
            best = i;
    return best;
}

int xterm_nearest(unsigned rgb)
{
    return nearest(rgb, 16, 255);
}

int ansi_nearest(unsigned rgb)
{
    return nearest(rgb, 0, 15);
}

unsigned colour_rgb(uint32_t colour)
{
    if ((colour & COLOUR_KIND) == COLOUR_RGB)
        return colour & 0xffffff;
    if ((colour & COLOUR_KIND) == COLOUR_INDEX)
        return xterm_rgb((int)(colour & 0xff));
    return 0x808080;
}
