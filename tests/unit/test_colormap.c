/* Colour maps: monotone in lightness where they must be, safe for any number. */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/cells.h"
#include "cusp/figure.h"

static double linear_light(unsigned channel)
{
    double c = (double)channel / 255;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* CIE lightness L*, 0..100. */
static double lightness(unsigned rgb)
{
    double y = 0.2126 * linear_light(rgb >> 16 & 0xff) + 0.7152 * linear_light(rgb >> 8 & 0xff) +
               0.0722 * linear_light(rgb & 0xff);
    return y > 0.008856 ? 116 * cbrt(y) - 16 : 903.3 * y;
}

static void sequential_maps_grow_lighter(void **state)
{
    (void)state;
    static const enum colormap maps[] = {MAP_VIRIDIS, MAP_CIVIDIS, MAP_GREY};
    for (size_t i = 0; i < 3; i++)
        for (int step = 1; step <= 64; step++) {
            double before = lightness(colormap_rgb(maps[i], (step - 1) / 64.0));
            assert_true(lightness(colormap_rgb(maps[i], step / 64.0)) > before);
        }
}

static void the_diverging_map_is_lightest_in_the_middle(void **state)
{
    (void)state;
    double middle = lightness(colormap_rgb(MAP_DIVERGING, 0.5));
    assert_true(middle > lightness(colormap_rgb(MAP_DIVERGING, 0.2)) + 10);
    assert_true(middle > lightness(colormap_rgb(MAP_DIVERGING, 0.8)) + 10);
}

static void known_colours(void **state)
{
    (void)state;
    assert_int_equal(colormap_rgb(MAP_VIRIDIS, 0), 0x440154);
    assert_int_equal(colormap_rgb(MAP_VIRIDIS, 1), 0xfde725);
    assert_int_equal(colormap_rgb(MAP_VIRIDIS, 128.0 / 255), 0x21918c);
    assert_int_equal(colormap_rgb(MAP_CIVIDIS, 0), 0x00224e);
}

static void any_number_is_clamped(void **state)
{
    (void)state;
    for (int map = 0; map < MAP_COUNT; map++) {
        enum colormap which = (enum colormap)map;
        assert_int_equal(colormap_rgb(which, -3.7), colormap_rgb(which, 0));
        assert_int_equal(colormap_rgb(which, INFINITY), colormap_rgb(which, 1));
        assert_int_equal(colormap_rgb(which, NAN), 0x808080);
        assert_true(strlen(colormap_name(which)) > 0);
    }
}

static void ranks_differ_in_lightness(void **state)
{
    (void)state;
    for (int rank = 1; rank < 4; rank++)
        assert_true(lightness(colormap_rgb(MAP_RANK, (rank - 0.5) / 4)) >
                    lightness(colormap_rgb(MAP_RANK, (rank + 0.5) / 4)) + 10);
}

static unsigned xterm(unsigned index)
{
    static const unsigned steps[] = {0, 95, 135, 175, 215, 255};
    if (index >= 232)
        return (8 + 10 * (index - 232)) * 0x010101;
    index -= 16;
    return steps[index / 36] << 16 | steps[index / 6 % 6] << 8 | steps[index % 6];
}

/* What 256 colours show of a ramp from low to high is monotone in lightness too. */
static void palette_ramps_grow_lighter(void **state)
{
    (void)state;
    enum { N = 240 };
    static const enum colormap maps[] = {MAP_VIRIDIS, MAP_CIVIDIS, MAP_GREY};
    double values[N];
    for (int i = 0; i < N; i++)
        values[i] = i;
    for (size_t m = 0; m < 3; m++) {
        struct field field = {N, 1, values, maps[m], SCALE_LINEAR, 0, N, "v", false, false};
        struct figure figure = {.kind = FIGURE_PLOT, .field = &field};
        figure.x = figure.y = (struct axis){"", "", 0, 1, SCALE_LINEAR};
        struct placed placed = {.area = {0, 0, N + 2, 3}, .figure = &figure};
        struct draw_options options = {.depth = DEPTH_256, .map_override = MAP_COUNT};
        struct cells cells;
        cells_init(&cells, N + 2, 3);
        draw_figure(&cells, &placed.area, &placed, &options);
        struct area plot = draw_plot_area(&figure, &placed.area, &options);
        int bands = 0;
        for (int i = 1; i < plot.width; i++) {
            uint32_t before = cells_at(&cells, plot.column + i - 1, plot.row)->bg;
            uint32_t now = cells_at(&cells, plot.column + i, plot.row)->bg;
            assert_int_equal(now & COLOUR_KIND, COLOUR_INDEX);
            if (now == before)
                continue;
            bands++;
            assert_true(lightness(xterm(now & 0xff)) > lightness(xterm(before & 0xff)) + 1);
        }
        assert_true(bands >= 7);
        cells_done(&cells);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequential_maps_grow_lighter),
        cmocka_unit_test(the_diverging_map_is_lightest_in_the_middle),
        cmocka_unit_test(known_colours),
        cmocka_unit_test(any_number_is_clamped),
        cmocka_unit_test(ranks_differ_in_lightness),
        cmocka_unit_test(palette_ramps_grow_lighter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
