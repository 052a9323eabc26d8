/* Figures on cells: what they say, what they conserve, and that no size breaks them. */
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/draw/field_view.h"
#include "../../src/draw/line_walk.h"
#include "cusp/cells.h"
#include "cusp/mem.h"

static const struct draw_options mono = {.depth = DEPTH_MONO, .map_override = MAP_COUNT};
static const struct draw_options ascii = {
    .depth = DEPTH_MONO, .glyphs = GLYPHS_ASCII, .map_override = MAP_COUNT};

static const struct axis w1 = {"w1", "", -2, 2, SCALE_LINEAR};
static const struct axis w2 = {"w2", "", -2, 2, SCALE_LINEAR};

/* The figure as text; the caller ends it. */
static void shown(const struct figure *figure, int width, int height,
                  const struct draw_options *options, bool focused, struct text *out)
{
    struct cells cells;
    struct placed placed = {.area = {0, 0, width, height}, .figure = figure, .focused = focused};
    cells_init(&cells, width, height);
    draw_figure(&cells, &placed.area, &placed, options);
    text_clear(out);
    cells_to_text(&cells, out);
    cells_done(&cells);
}

static void assert_figure(const struct figure *figure, int width, int height,
                          const struct draw_options *options, bool focused, const char *expected)
{
    struct text text;
    text_init(&text);
    shown(figure, width, height, options, focused, &text);
    assert_string_equal(text_get(&text), expected);
    text_done(&text);
}

static void assert_says(const struct figure *figure, int width, int height,
                        const struct draw_options *options, const char *words)
{
    struct text text;
    text_init(&text);
    shown(figure, width, height, options, false, &text);
    if (!strstr(text_get(&text), words))
        fail_msg("\"%s\" is not in\n%s", words, text_get(&text));
    text_done(&text);
}

static void a_small_field_is_drawn_whole(void **state)
{
    (void)state;
    double values[12 * 6];
    for (int i = 0; i < 72; i++)
        values[i] = i % 12 / 11.0;
    struct field field = {12, 6, values, MAP_VIRIDIS, SCALE_LINEAR, 0, 1, "share", false, false};
    struct figure figure = {.kind = FIGURE_PLOT,
                            .title = "Posterior",
                            .note = "one flat valley",
                            .x = w1,
                            .y = w2,
                            .field = &field,
                            .has_here = true,
                            .here_x = 0.1,
                            .here_y = 0.1};
    figure.x.label = "a";
    figure.y.label = "b";
    assert_figure(&figure, 50, 10, &mono, false,
                  "╭ Posterior ──────────────────── share 0  ░▒▓█ 1 ╮\n"
                  "│ 2 ┤           ░░░░░░░▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓███████████│\n"
                  "│   │           ░░░░░░░▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓███████████│\n"
                  "│   ▸           ░░░░░░░▒▒▒▒▒✛▒▒▓▓▓▓▓▓▓███████████│\n"
                  "│ 0 ┤           ░░░░░░░▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓███████████│\n"
                  "│ b │           ░░░░░░░▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓███████████│\n"
                  "│−2 ┤           ░░░░░░░▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓███████████│\n"
                  "│   └┬──────────┬──────────┬▴─────────┬─────────┬│\n"
                  "│    −2         −1         0          1    a    2│\n"
                  "╰ one flat valley ───────────────────────────────╯\n");
}

static void a_focused_ascii_figure_of_curves(void **state)
{
    (void)state;
    double x[] = {1, 1e6}, y[] = {0, 6.9};
    struct curve curves[] = {{.n = 2, .x = x, .y = y, .role = ROLE_SINGULAR, .name = "F_n"}};
    struct figure figure = {.kind = FIGURE_PLOT,
                            .title = "Concentration",
                            .note = "λ = ½",
                            .x = {"n", "", 1, 1e6, SCALE_LOG10},
                            .y = {"F", "", 0, 8, SCALE_LINEAR},
                            .curves = curves,
                            .n_curves = 1,
                            .busy = true};
    struct text text;
    text_init(&text);
    shown(&figure, 44, 9, &ascii, true, &text);
    const char *got = text_get(&text);
    assert_true(strncmp(got, "# > Concentration ", 18) == 0);
    assert_non_null(strstr(got, "ss F_n"));
    assert_non_null(strstr(got, "1e6"));
    assert_non_null(strstr(got, " lambda = 1/2 =="));
    for (const char *at = got; *at; at++)
        assert_true((unsigned char)*at < 0x80);
    text_done(&text);
}

static void bars_show_zero_on_a_log_scale(void **state)
{
    (void)state;
    struct bar bars[] = {{"flat", 0, 0, ROLE_SINGULAR, "no cost"},
                         {"steep", 0.25, 0.05, ROLE_PLAIN, ""},
                         {"odd", -0.5, 0, ROLE_PLAIN, ""},
                         {"none", NAN, 0, ROLE_PLAIN, ""}};
    struct figure figure = {.kind = FIGURE_BARS,
                            .title = "Spectrum",
                            .note = "rank 1 of 2",
                            .y = {"eigenvalue", "", 1e-4, 1, SCALE_LOG10},
                            .bars = bars,
                            .n_bars = 4};
    assert_says(&figure, 60, 10, &mono, "flat            0 │◂ 0");
    assert_says(&figure, 60, 10, &mono, "0.25 ± 0.05");
    assert_says(&figure, 60, 10, &mono, "├");
    assert_says(&figure, 60, 10, &mono, "◂ negative");
    assert_says(&figure, 60, 10, &mono, "undefined");
    assert_says(&figure, 60, 10, &mono, "no cost");
    assert_says(&figure, 60, 10, &mono, "10⁻⁴");
    assert_says(&figure, 40, 5, &mono, "… 2 more");
}

static void rows_are_small_histograms(void **state)
{
    (void)state;
    static const double peak[] = {0, 1, 4, 1}, flat[] = {2, 2, 2, 2};
    struct figure_row rows[] = {{"w1", -2, 2, 4, peak, ROLE_SINGULAR, "0.5 ± 0.9"},
                                {"w2", 0, 1, 4, flat, ROLE_SINGULAR, "0.5 ± 0.29"},
                                {"w3", 0, 1, 4, flat, ROLE_SINGULAR, "0.5 ± 0.29"}};
    struct figure figure = {.kind = FIGURE_ROWS, .title = "Marginals", .rows = rows, .n_rows = 3};
    assert_says(&figure, 36, 5, &mono, "w1 −2 ▁▁▁▂▂▂███▂▂▂ 2  0.5 ± 0.9");
    assert_says(&figure, 36, 5, &mono, "w2  0 ████████████ 1  0.5 ± 0.29");
    assert_says(&figure, 36, 4, &mono, "… 2 more");
    assert_says(&figure, 20, 5, &mono, "w1 ▁");
}

/* Small, apart, and each class of them with a mark of its own. */
static void specks_are_single_dots(void **state)
{
    (void)state;
    static const double x[] = {-1.9, 0.1, 1.9}, y[] = {-1.9, 0.1, 1.9};
    struct curve curve = {
        .n = 3, .x = x, .y = y, .marker = MARKER_SPECK, .no_line = true, .name = "particles"};
    struct figure figure = {
        .kind = FIGURE_PLOT, .title = "T", .x = w1, .y = w2, .curves = &curve, .n_curves = 1};
    assert_says(&figure, 40, 12, &mono, "⢀");
    assert_says(&figure, 40, 12, &mono, "·  particles");
}

/* What the header has no room for stands in rows of its own, if the plot can spare them. */
static void a_legend_takes_rows_of_its_own(void **state)
{
    (void)state;
    static const double x[] = {-1, 1}, y[] = {-1, 1};
    static const char *const names[] = {"distinct", "permuted", "reversed", "merged", "dead"};
    struct curve curves[5];
    for (size_t i = 0; i < 5; i++)
        curves[i] = (struct curve){.n = 2, .x = x, .y = y, .name = names[i]};
    struct figure figure = {.kind = FIGURE_PLOT,
                            .title = "Effective weights",
                            .x = w1,
                            .y = w2,
                            .curves = curves,
                            .n_curves = 5};
    for (size_t i = 0; i < 5; i++)
        assert_says(&figure, 36, 20, &mono, names[i]);
}

static void text_is_wrapped_under_its_indent(void **state)
{
    (void)state;
    struct figure_line lines[] = {{"  the posterior piles up at the crossing", ROLE_PLAIN},
                                  {"", ROLE_PLAIN},
                                  {"unbreakablylongword", ROLE_DIM}};
    struct figure figure = {.kind = FIGURE_TEXT, .title = "About", .lines = lines, .n_lines = 3};
    assert_figure(&figure, 18, 9, &mono, false,
                  "╭ About ─────────╮\n"
                  "│   the          │\n"
                  "│   posterior    │\n"
                  "│   piles up at  │\n"
                  "│   the crossing │\n"
                  "│                │\n"
                  "│ unbreakablylon │\n"
                  "│ gword          │\n"
                  "╰────────────────╯\n");
    assert_says(&figure, 18, 5, &mono, "│ …              │");
}

static void marks_say_coarse_undefined_and_clipped(void **state)
{
    (void)state;
    double values[] = {0, 0.2385, NAN, 1e3};
    struct field field = {2, 2, values, MAP_VIRIDIS, SCALE_LOG10, 1e-3, 10, "K", false, false};
    struct figure figure = {.kind = FIGURE_PLOT,
                            .title = "Landscape",
                            .x = w1,
                            .y = w2,
                            .field = &field,
                            .coarse = true};
    assert_says(&figure, 60, 12, &mono, "Landscape ≈ coarse ");
    assert_says(&figure, 60, 12, &mono, "╱╱╱");
    assert_says(&figure, 60, 12, &mono, "K ≤10⁻³");
    assert_says(&figure, 60, 12, &mono, "≥10");
    figure.busy = true;
    assert_says(&figure, 60, 12, &mono, "≈ coarse, refining");
}

static void ranks_have_names_and_textures(void **state)
{
    (void)state;
    double values[] = {0, 1, 2};
    struct field field = {3, 1, values, MAP_RANK, SCALE_LINEAR, 0, 2, "rank", true, false};
    struct figure figure = {
        .kind = FIGURE_PLOT, .title = "Rank", .x = w1, .y = w2, .field = &field};
    assert_says(&figure, 70, 10, &mono, "▓▓ rank 0  ▒▒ rank 1  ░░ rank 2");
    assert_says(&figure, 30, 10, &mono, "▓▓ 0  ▒▒ 1  ░░ 2");
    assert_says(&figure, 70, 10, &ascii, "%% rank 0  ++ rank 1  .. rank 2");
}

static void curves_with_roles_are_named_by_role(void **state)
{
    (void)state;
    double x[] = {-1.5, 0, 1.5}, y[] = {0, 0, 0};
    enum role roles[] = {ROLE_RANK_1, ROLE_RANK_0, ROLE_RANK_1};
    struct curve curves[] = {{.n = 3, .x = x, .y = y, .roles = roles, .name = "W0"}};
    struct figure figure = {
        .kind = FIGURE_PLOT, .title = "W0", .x = w1, .y = w2, .curves = curves, .n_curves = 1};
    assert_says(&figure, 70, 12, &mono, "━━ W0 rank 0  ── W0 rank 1");
}

static void curves_end_at_the_axes(void **state)
{
    (void)state;
    double x[] = {-1e9, 1e9}, y[] = {-1e9, 1e9};
    struct curve curves[] = {{.n = 2, .x = x, .y = y, .role = ROLE_SINGULAR}};
    struct figure figure = {.kind = FIGURE_PLOT, .x = w1, .y = w2, .curves = curves, .n_curves = 1};
    struct placed placed = {.area = {0, 0, 40, 20}, .figure = &figure};
    struct cells cells;
    cells_init(&cells, 40, 20);
    draw_figure(&cells, &placed.area, &placed, &mono);
    struct area plot = draw_plot_area(&figure, &placed.area, &mono);
    int drawn = 0;
    for (int row = 0; row < 20; row++)
        for (int column = 0; column < 40; column++) {
            uint32_t rune = cells_at(&cells, column, row)->rune;
            if (rune < 0x2801 || rune > 0x28ff)
                continue;
            drawn++;
            assert_in_range(column, plot.column, plot.column + plot.width - 1);
            assert_in_range(row, plot.row, plot.row + plot.height - 1);
        }
    assert_true(drawn >= plot.height);
    /* Corner to corner. */
    assert_true(cells_at(&cells, plot.column, plot.row + plot.height - 1)->rune & 0x40);
    assert_true(cells_at(&cells, plot.column + plot.width - 1, plot.row)->rune & 0x08);
    cells_done(&cells);
}

static void clipped_segments_stay_on_their_line(void **state)
{
    (void)state;
    double x0 = -3.5, y0 = 1.25, x1 = 14.5, y1 = 10.25;
    assert_true(segment_clip(&x0, &y0, &x1, &y1, 10, 6));
    assert_true(fabs(y0 - (1.25 + 0.5 * (x0 + 3.5))) < 1e-12);
    assert_true(fabs(y1 - (1.25 + 0.5 * (x1 + 3.5))) < 1e-12);
    assert_true(x0 == 0 && y1 == 6);
    double a0 = -1, b0 = 3, a1 = 3, b1 = 7.5;
    assert_false(segment_clip(&a0, &b0, &a1, &b1, 10, 4));
}

/* Whatever the pixels, they show all of the mass. */
static void mass_is_conserved(void **state)
{
    (void)state;
    enum { NX = 37, NY = 23 };
    double values[NX * NY], total = 0;
    for (int i = 0; i < NX * NY; i++) {
        values[i] = exp(-0.05 * pow(i % NX - 11.5, 2) - 0.03 * pow(i / NX - 9.25, 2));
        total += values[i];
    }
    struct field field = {NX, NY, values, MAP_VIRIDIS, SCALE_LINEAR, 0, 1, "share", false, true};
    static const size_t sizes[][2] = {{37, 23}, {10, 7}, {1, 1}, {74, 46}, {50, 11}, {200, 120}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct field_view view;
        double sum = 0;
        assert_true(field_view_init(&view, &field, sizes[s][0], sizes[s][1]));
        for (size_t iy = 0; iy < view.ny; iy++)
            for (size_t ix = 0; ix < view.nx; ix++)
                sum += field_view_at(&view, ix, iy);
        assert_true(fabs(sum - total) < 1e-12 * total);
        assert_false(view.above);
    }
}

static void values_are_averaged(void **state)
{
    (void)state;
    double values[] = {2, 4, 6, NAN, 10, 12, 14, 16};
    struct field field = {4, 2, values, MAP_VIRIDIS, SCALE_LINEAR, 0, 20, "K", false, false};
    struct field_view view;
    assert_true(field_view_init(&view, &field, 2, 1));
    assert_true(field_view_at(&view, 0, 0) == 7);
    assert_true(field_view_at(&view, 1, 0) == 12);
    assert_true(field_view_init(&view, &field, 8, 4));
    assert_true(field_view_at(&view, 1, 1) == 2);
    assert_true(isnan(field_view_at(&view, 7, 0)));
    assert_true(view.undefined);
}

static void a_circle_is_round(void **state)
{
    (void)state;
    double value = 0.5;
    struct field field = {1, 1, &value, MAP_GREY, SCALE_LINEAR, 0, 1, "K", false, false};
    struct figure figure = {
        .kind = FIGURE_PLOT, .x = w1, .y = w2, .equal_aspect = true, .field = &field};
    struct draw_options options = mono;
    struct area plot = draw_plot_area(&figure, &(struct area){0, 0, 100, 30}, &options);
    assert_int_equal(plot.width, 2 * plot.height);
    options.cell_aspect = 1.5;
    plot = draw_plot_area(&figure, &(struct area){0, 0, 100, 30}, &options);
    assert_int_equal(plot.width, (3 * plot.height + 1) / 2);
    options.cell_aspect = 2;
    plot = draw_plot_area(&figure, &(struct area){0, 0, 34, 40}, &options);
    assert_true(abs(plot.width - 2 * plot.height) <= 1);
}

enum { EVERY_KIND = 9 };
static struct figure every_kind[EVERY_KIND];
static double wild_x[] = {-INFINITY, -1, NAN, 0.385, 1e300, 0.5, 2};
static double wild_y[] = {0, 1e-3, 1, -5, 0.2, NAN, 1.75};
static double wild_field[] = {0, 1, NAN, -3, INFINITY, 0.2385};
static enum role wild_roles[] = {ROLE_RANK_0, ROLE_RANK_1, ROLE_HERE, ROLE_RANK_2,
                                 ROLE_DIM,    ROLE_COUNT,  ROLE_GOOD};
static const struct field fields[] = {
    {3, 2, wild_field, MAP_VIRIDIS, SCALE_LOG10, 1e-3, 2, "share of the mass", false, true},
    {2, 3, wild_field, MAP_CIVIDIS, SCALE_LINEAR, NAN, INFINITY, NULL, false, false},
    {6, 1, wild_field, MAP_RANK, SCALE_LINEAR, 0, 3, "rank", true, false},
    {0, 0, NULL, MAP_GREY, SCALE_LINEAR, 0, 1, "nothing", false, false},
};

static void make_every_kind(void)
{
    static struct curve curves[] = {
        {.n = 7, .x = wild_x, .y = wild_y, .roles = wild_roles, .name = "漢字 curve"},
        {.n = 7,
         .x = wild_x,
         .y = wild_y,
         .low = wild_x,
         .high = wild_y,
         .style = LINE_DASHED,
         .marker = MARKER_RING,
         .name = "a name far too long for any legend in any terminal"},
        {.n = 1, .x = &wild_x[3], .y = &wild_y[4], .role = ROLE_SINGULAR_POINT},
        {.n = 7, .x = wild_x, .y = wild_y, .marker = MARKER_SPECK, .no_line = true},
    };
    static struct bar bars[] = {{"漢字 label that is long", 0.25, 0.1, ROLE_PLAIN, "note"},
                                {NULL, NAN, NAN, ROLE_SINGULAR, NULL},
                                {"zero", 0, 3, ROLE_COUNT, ""},
                                {"far", 1e300, INFINITY, ROLE_REGULAR, "漢"}};
    static const struct figure_line lines[] = {
        {"  漢字 wrapped text with wide characters", ROLE_PLAIN},
        {NULL, ROLE_DIM},
        {"x", ROLE_GOOD}};
    static const struct figure_row rows[] = {
        {"漢字 label that is long", -2, 1e300, 7, wild_y, ROLE_CLASS_6, "0.25 ± 0.1"},
        {NULL, NAN, INFINITY, 0, NULL, ROLE_COUNT, NULL},
        {"w2", -1, 1, 6, wild_field, ROLE_REGULAR, ""}};
    for (int i = 0; i < EVERY_KIND; i++) {
        struct figure *figure = &every_kind[i];
        *figure = (struct figure){
            .kind = i < 5   ? FIGURE_PLOT
                    : i < 7 ? FIGURE_BARS
                    : i < 8 ? FIGURE_TEXT
                            : FIGURE_ROWS,
            .title = i == 1 ? NULL : "漢字 title: what is shown at n = 1000",
            .note = i == 1 ? NULL : "漢字 note in plain words",
            .coarse = i % 2,
            .busy = i == 3,
            .x = {"w1", "", i == 2 ? 2 : -2, i == 2 ? -2 : 2, SCALE_LINEAR},
            .y = {i == 4 ? "a long label" : "w2", "nats", 1e-3, 2, i ? SCALE_LOG10 : SCALE_LINEAR},
            .equal_aspect = i == 0,
            .field = i < 4 ? &fields[i] : NULL,
            .curves = curves,
            .n_curves = 4,
            .bars = bars,
            .n_bars = 4,
            .lines = lines,
            .n_lines = 3,
            .rows = rows,
            .n_rows = 3,
            .has_here = true,
            .here_x = 0.385,
            .here_y = 0.2,
        };
    }
    every_kind[3].x.high = NAN;
    every_kind[3].y.low = 0;
    every_kind[6].y = (struct axis){NULL, NULL, -1, INFINITY, SCALE_LINEAR};
}

/* Draws inside a grid larger than the area and sees that the rest is untouched. */
static void assert_stays_inside(const struct figure *figure, const struct area *area,
                                const struct draw_options *options, struct cells *cells)
{
    struct placed placed = {.area = *area, .figure = figure, .focused = area->width % 2};
    for (int i = 0; i < cells->width * cells->height; i++)
        cells->cell[i] = (struct cell){.rune = 0x2603, .fg = 7, .bg = 8, .attributes = 3};
    draw_figure(cells, area, &placed, options);
    struct area plot = draw_plot_area(figure, area, options);
    if (plot.width > 0 && plot.height > 0) {
        assert_in_range(plot.column, area->column, area->column + area->width - plot.width);
        assert_in_range(plot.row, area->row, area->row + area->height - plot.height);
    }
    for (int row = 0; row < cells->height; row++)
        for (int column = 0; column < cells->width; column++) {
            const struct cell *cell = cells_at(cells, column, row);
            bool inside = column >= area->column && row >= area->row &&
                          column < area->column + area->width && row < area->row + area->height;
            if (!inside)
                assert_true(cell->rune == 0x2603 && cell->fg == 7 && cell->bg == 8);
            else
                assert_true(cell->rune != 0x2603);
        }
}

static void every_figure_survives_every_size(void **state)
{
    (void)state;
    static const struct draw_options options[] = {
        {.depth = DEPTH_DIRECT, .levels = 9999, .map_override = MAP_DIVERGING},
        {.depth = DEPTH_256, .light = true, .cell_aspect = NAN, .map_override = MAP_COUNT},
        {.depth = DEPTH_16, .levels = -3, .map_override = MAP_COUNT},
        {.depth = DEPTH_256, .glyphs = GLYPHS_ASCII, .cell_aspect = 1.7, .map_override = MAP_COUNT},
    };
    struct cells cells;
    cells_init(&cells, 34, 15);
    make_every_kind();
    for (size_t kind = 0; kind < EVERY_KIND; kind++)
        for (int width = 0; width <= 30; width++)
            for (int height = 0; height <= 12; height++)
                assert_stays_inside(&every_kind[kind], &(struct area){2, 1, width, height},
                                    &options[(kind + (size_t)width) % 4], &cells);
    cells_done(&cells);
}

static void areas_beyond_the_grid_are_harmless(void **state)
{
    (void)state;
    static const struct area areas[] = {{-5, -3, 30, 12},
                                        {20, 8, 50, 40},
                                        {1000000000, 2, 2000000000, 2000000000},
                                        {-2000000000, -2000000000, 2147483647, 2147483647},
                                        {3, 3, -4, -2147483647}};
    struct cells cells;
    cells_init(&cells, 30, 12);
    make_every_kind();
    for (size_t kind = 0; kind < 8; kind++)
        for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
            struct placed placed = {.area = areas[i], .figure = &every_kind[kind]};
            draw_figure(&cells, &areas[i], &placed, &mono);
            draw_plot_area(&every_kind[kind], &areas[i], &mono);
        }
    cells_done(&cells);
}

static void sheets_place_figures_and_strips(void **state)
{
    (void)state;
    struct figure_line line = {"K = w1²", ROLE_PLAIN};
    struct figure figure = {.kind = FIGURE_TEXT, .title = "About", .lines = &line, .n_lines = 1};
    struct placed placed = {.area = {0, 1, 20, 4}, .figure = &figure, .frameless = true};
    struct strip strips[] = {{.column = 1, .row = 0, .text = "cusp", .bold = true},
                             {.column = 0, .row = 5, .width = 8, .text = "? help and more"},
                             {.column = 90, .row = 90, .width = 8, .text = "nowhere"}};
    struct sheet sheet = {20, 6, &placed, 1, strips, 3, NULL};
    struct cells cells;
    struct text text;
    cells_init(&cells, 20, 6);
    text_init(&text);
    draw_sheet(&cells, &sheet, &mono);
    cells_to_text(&cells, &text);
    assert_string_equal(text_get(&text), " cusp\n  About\n  K = w1²\n\n\n? help …\n");
    sheet.too_small = "cusp needs 60x16 cells; this is 20x6";
    text_clear(&text);
    draw_sheet(&cells, &sheet, &mono);
    cells_to_text(&cells, &text);
    assert_non_null(strstr(text_get(&text), "cusp needs 60x16"));
    assert_null(strstr(text_get(&text), "About"));
    text_done(&text);
    cells_done(&cells);
}

/* Under a curve the field's own colours remain, and the line stands out from them. */
static void curves_stand_out_from_the_field(void **state)
{
    (void)state;
    double values[64], x[] = {-2, 2}, y[] = {0.3, 0.3};
    for (int i = 0; i < 64; i++)
        values[i] = i;
    struct field field = {64, 1, values, MAP_VIRIDIS, SCALE_LINEAR, 0, 63, "K", false, false};
    struct curve curve = {.n = 2, .x = x, .y = y, .role = ROLE_RANK_1};
    struct figure figure = {
        .kind = FIGURE_PLOT, .x = w1, .y = w2, .field = &field, .curves = &curve, .n_curves = 1};
    struct draw_options options = {.depth = DEPTH_DIRECT, .map_override = MAP_COUNT};
    struct placed placed = {.area = {0, 0, 70, 9}, .figure = &figure};
    struct cells cells;
    cells_init(&cells, 70, 9);
    draw_figure(&cells, &placed.area, &placed, &options);
    struct area plot = draw_plot_area(&figure, &placed.area, &options);
    int lines = 0;
    for (int i = 0; i < plot.width * plot.height; i++) {
        const struct cell *cell =
            cells_at(&cells, plot.column + i % plot.width, plot.row + i / plot.width);
        if (cell->rune < 0x2801 || cell->rune > 0x28ff)
            continue;
        lines++;
        assert_int_equal(cell->bg & COLOUR_KIND, COLOUR_RGB);
        int most = 0; /* difference of a channel */
        for (int shift = 0; shift <= 16; shift += 8) {
            int apart = abs((int)(cell->fg >> shift & 0xff) - (int)(cell->bg >> shift & 0xff));
            most = apart > most ? apart : most;
        }
        assert_true(most > 90);
    }
    assert_int_equal(lines, plot.width);
    cells_done(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_field_is_drawn_whole),
        cmocka_unit_test(a_focused_ascii_figure_of_curves),
        cmocka_unit_test(bars_show_zero_on_a_log_scale),
        cmocka_unit_test(text_is_wrapped_under_its_indent),
        cmocka_unit_test(marks_say_coarse_undefined_and_clipped),
        cmocka_unit_test(ranks_have_names_and_textures),
        cmocka_unit_test(curves_with_roles_are_named_by_role),
        cmocka_unit_test(curves_end_at_the_axes),
        cmocka_unit_test(clipped_segments_stay_on_their_line),
        cmocka_unit_test(mass_is_conserved),
        cmocka_unit_test(values_are_averaged),
        cmocka_unit_test(a_circle_is_round),
        cmocka_unit_test(every_figure_survives_every_size),
        cmocka_unit_test(rows_are_small_histograms),
        cmocka_unit_test(specks_are_single_dots),
        cmocka_unit_test(a_legend_takes_rows_of_its_own),
        cmocka_unit_test(areas_beyond_the_grid_are_harmless),
        cmocka_unit_test(sheets_place_figures_and_strips),
        cmocka_unit_test(curves_stand_out_from_the_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
