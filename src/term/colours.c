/* Colour depth by the environment, colour numbers, and the table of pairs. */
#include "colours.h"

#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"

struct pair_slot {
    int fg, bg, number; /* number 0: free */
};

void term_options_init(struct term_options *options)
{
    *options = (struct term_options){.map = MAP_COUNT};
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0';
}

static bool has_direct_colour(const char *term)
{
    static const char *const known[] = {"kitty",   "ghostty", "alacritty", "foot",
                                        "wezterm", "contour", "-direct"};
    const char *colorterm = getenv("COLORTERM");
    if (colorterm != NULL &&
        (strcmp(colorterm, "truecolor") == 0 || strcmp(colorterm, "24bit") == 0)) {
        return true;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strstr(term, known[i]) != NULL) {
            return true;
        }
    }
    return false;
}

enum colour_depth colours_depth(const struct term_options *options, const char *term, int n_colours,
                                const char **why)
{
    if (options->color == COLOR_NEVER) {
        *why = "asked for by --color never";
        return DEPTH_MONO;
    }
    if (options->depth_given) {
        *why = "asked for by --color-depth";
        return options->depth;
    }
    if (options->color == COLOR_AUTO && is_set("NO_COLOR")) {
        *why = "NO_COLOR is set";
        return DEPTH_MONO;
    }
    if (has_direct_colour(term)) {
        *why = "by COLORTERM or TERM";
        return DEPTH_DIRECT;
    }
    *why = "by TERM";
    if (n_colours >= 256 || strstr(term, "256color") != NULL) {
        return DEPTH_256;
    }
    if (n_colours >= 8) {
        return DEPTH_16;
    }
    return options->color == COLOR_ALWAYS ? DEPTH_16 : DEPTH_MONO;
}

static const unsigned ansi[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
                                  0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
                                  0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};

static unsigned palette_rgb(unsigned index)
{
    if (index < 16) {
        return ansi[index];
    }
    if (index >= 232) {
        return (8 + 10 * (index - 232)) * 0x010101u;
    }
    static const unsigned step[6] = {0, 95, 135, 175, 215, 255};
    index -= 16;
    return step[index / 36] << 16 | step[index / 6 % 6] << 8 | step[index % 6];
}

static unsigned distance(unsigned a, unsigned b)
{
    unsigned sum = 0;
    for (unsigned shift = 0; shift <= 16; shift += 8) {
        int d = (int)(a >> shift & 0xff) - (int)(b >> shift & 0xff);
        sum += (unsigned)(d * d);
    }
    return sum;
}

static unsigned nearest(unsigned rgb, unsigned first, unsigned end)
{
    unsigned best = first;
    for (unsigned i = first; i < end; i++) {
        if (distance(rgb, palette_rgb(i)) < distance(rgb, palette_rgb(best))) {
            best = i;
        }
    }
    return best;
}

int colours_number(uint32_t colour, enum colour_depth depth)
{
    uint32_t kind = colour & COLOUR_KIND;
    unsigned value = colour & 0xffffff;
    if (kind == COLOUR_DEFAULT || depth == DEPTH_MONO) {
        return -1;
    }
    bool indexed = kind == COLOUR_INDEX;
    if (indexed) {
        value &= 0xff;
    }
    switch (depth) {
    case DEPTH_DIRECT:
        if (indexed && value < 8) {
            return (int)value; /* the terminal's own first eight */
        }
        value = indexed ? palette_rgb(value) : value;
        return value < 8 ? 8 : (int)value; /* 0..7 would be those eight */
    case DEPTH_256:
        return (int)(indexed ? value : nearest(value, 16, 256));
    case DEPTH_16:
        return (int)(indexed && value < 16 ? value
                                           : nearest(indexed ? palette_rgb(value) : value, 0, 16));
    case DEPTH_MONO:
        break;
    }
    return -1;
}

bool colours_is_light(uint32_t rgb)
{
    /* Rec. 601 luma is enough to tell a light background from a dark one. */
    return 299 * (rgb >> 16 & 0xff) + 587 * (rgb >> 8 & 0xff) + 114 * (rgb & 0xff) > 127500;
}

void colour_pairs_init(struct colour_pairs *pairs, int limit)
{
    enum { SLOTS = 1 << 14 };
    *pairs = (struct colour_pairs){.n_slots = SLOTS};
    /* At most half full, so that looking up stays short. */
    pairs->limit = limit > SLOTS / 2 ? SLOTS / 2 : limit;
    pairs->slots = mem_new(SLOTS, sizeof *pairs->slots);
}

void colour_pairs_done(struct colour_pairs *pairs)
{
    mem_free(pairs->slots);
    *pairs = (struct colour_pairs){0};
}

void colour_pairs_clear(struct colour_pairs *pairs)
{
    memset(pairs->slots, 0, pairs->n_slots * sizeof *pairs->slots);
    pairs->count = 0;
}

int colour_pairs_find(struct colour_pairs *pairs, int fg, int bg, bool *fresh)
{
    *fresh = false;
    if (fg < 0 && bg < 0) {
        return 0;
    }
    uint64_t hash = ((uint64_t)(uint32_t)fg << 32 | (uint32_t)bg) * UINT64_C(0x9e3779b97f4a7c15);
    size_t i = (size_t)(hash >> 40) % pairs->n_slots;
    for (; pairs->slots[i].number != 0; i = (i + 1) % pairs->n_slots) {
        if (pairs->slots[i].fg == fg && pairs->slots[i].bg == bg) {
            return pairs->slots[i].number;
        }
    }
    if ((int)pairs->count + 1 >= pairs->limit) {
        return -1;
    }
    pairs->count++;
    pairs->slots[i] = (struct pair_slot){fg, bg, (int)pairs->count};
    *fresh = true;
    return pairs->slots[i].number;
}
