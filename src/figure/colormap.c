/* Colour maps as colours of a position between 0 and 1. */
#include "cusp/figure.h"

#include <math.h>

/* Knots stand at 0, 8, 16 … 248, 255 of the published 256-entry tables. */
enum { KNOTS = 33, KNOT_STEP = 8, TABLE_LAST = 255 };

/* Smith and van der Walt 2015, public domain. */
static const unsigned viridis[KNOTS] = {
    0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453781, 0x424086, 0x3e4989, 0x3b528b,
    0x375b8d, 0x33638d, 0x2f6b8e, 0x2c728e, 0x297a8e, 0x26828e, 0x23898d, 0x21918c, 0x1f988b,
    0x1fa088, 0x22a785, 0x28ae80, 0x32b67a, 0x3fbc73, 0x4ec36b, 0x5ec962, 0x70cf57, 0x84d44b,
    0x98d83e, 0xaddc30, 0xc2df23, 0xd8e219, 0xece51b, 0xfde725,
};

/* Nunez, Anderton and Renslow 2018: looks the same to colour-blind eyes. */
static const unsigned cividis[KNOTS] = {
    0x00224e, 0x00285b, 0x002e6a, 0x053371, 0x1a386f, 0x273e6e, 0x32436d, 0x3b496c, 0x434e6c,
    0x4b546c, 0x535a6d, 0x5a5f6e, 0x61656f, 0x686a71, 0x6f7073, 0x767676, 0x7d7c78, 0x848279,
    0x8c8878, 0x938e78, 0x9b9476, 0xa39a74, 0xaba072, 0xb4a76f, 0xbcae6c, 0xc4b468, 0xcdbb64,
    0xd5c25e, 0xdec958, 0xe7d150, 0xf0d846, 0xf9e03a, 0xfee838,
};

/* Equal steps of CIE lightness from 12 to 96. */
static const unsigned grey[KNOTS] = {
    0x1f1f1f, 0x252525, 0x2a2a2a, 0x303030, 0x363636, 0x3c3c3c, 0x414141, 0x474747, 0x4e4e4e,
    0x545454, 0x5a5a5a, 0x606060, 0x676767, 0x6d6d6d, 0x747474, 0x7a7a7a, 0x818181, 0x888888,
    0x8f8f8f, 0x959595, 0x9c9c9c, 0xa3a3a3, 0xaaaaaa, 0xb1b1b1, 0xb9b9b9, 0xc0c0c0, 0xc7c7c7,
    0xcecece, 0xd6d6d6, 0xdddddd, 0xe4e4e4, 0xececec, 0xf3f3f3,
};

/* Moreland 2009, cool to warm. */
static const unsigned diverging[KNOTS] = {
    0x3b4cc0, 0x445acc, 0x4d68d7, 0x5775e1, 0x6282ea, 0x6c8ef1, 0x779af7, 0x82a5fb, 0x8db0fe,
    0x98b9ff, 0xa3c2ff, 0xaec9fd, 0xb8d0f9, 0xc2d5f4, 0xccd9ee, 0xd5dbe6, 0xdddddd, 0xe5d8d1,
    0xecd3c5, 0xf1ccb9, 0xf5c4ad, 0xf7bba0, 0xf7b194, 0xf7a687, 0xf49a7b, 0xf18d6f, 0xec7f63,
    0xe57058, 0xde604d, 0xd55042, 0xcb3e38, 0xc0282f, 0xb40426,
};

/* Categories 0 to 3: the lower the rank, the lighter. */
enum { CATEGORIES = 4 };
static const unsigned ranks[CATEGORIES] = {0xffd700, 0x00afaf, 0x5f5fd7, 0x444444};

static const unsigned MID_GREY = 0x808080;

static unsigned mix_channel(unsigned a, unsigned b, double t, int shift)
{
    double x = (double)((a >> shift) & 0xff), y = (double)((b >> shift) & 0xff);
    return (unsigned)lround(x + (y - x) * t) << shift;
}

static unsigned interpolate(const unsigned *knots, double t)
{
    double at = t * TABLE_LAST;
    int i = (int)(at / KNOT_STEP);
    if (i > KNOTS - 2)
        i = KNOTS - 2;
    double step = i == KNOTS - 2 ? KNOT_STEP - 1 : KNOT_STEP;
    double part = (at - i * KNOT_STEP) / step;
    unsigned a = knots[i], b = knots[i + 1];
    return mix_channel(a, b, part, 16) | mix_channel(a, b, part, 8) | mix_channel(a, b, part, 0);
}

unsigned colormap_rgb(enum colormap map, double t)
{
    if (isnan(t))
        return MID_GREY;
    t = fmin(fmax(t, 0), 1);
    switch (map) {
    case MAP_VIRIDIS:
        return interpolate(viridis, t);
    case MAP_CIVIDIS:
        return interpolate(cividis, t);
    case MAP_GREY:
        return interpolate(grey, t);
    case MAP_DIVERGING:
        return interpolate(diverging, t);
    case MAP_RANK:
        return ranks[t < 1 ? (int)(t * CATEGORIES) : CATEGORIES - 1];
    case MAP_COUNT:
        break;
    }
    return MID_GREY;
}

const char *colormap_name(enum colormap map)
{
    static const char *const names[MAP_COUNT] = {
        [MAP_VIRIDIS] = "viridis",     [MAP_CIVIDIS] = "cividis", [MAP_GREY] = "grey",
        [MAP_DIVERGING] = "diverging", [MAP_RANK] = "rank",
    };
    return (unsigned)map < MAP_COUNT ? names[map] : "";
}
