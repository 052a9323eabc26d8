/* Exporters: every row of the table writes the same sheet, deterministically. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/exporter.h"

/* Fontconfig keeps a few patterns for good; that is not ours to free. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

static const double x[] = {1, 10, 2385}, y[] = {0.1, 1.0 / 3, NAN}, low[] = {0, 0.2385, 1};
static const double values[] = {0.1, 2.385e-7, NAN, 1.0 / 3, 61.7, 17.25};
static const enum role roles[] = {ROLE_RANK_0, ROLE_RANK_1, ROLE_HERE};
static const struct curve curves[] = {
    {.n = 3,
     .x = x,
     .y = y,
     .role = ROLE_SINGULAR,
     .name = "F_n, \"free energy\"",
     .low = low,
     .high = low},
    {.n = 3, .x = x, .y = low, .roles = roles, .style = LINE_DOTTED, .marker = MARKER_CROSS}};
static const struct field field = {3,    2,  values,      MAP_VIRIDIS, SCALE_LOG10,
                                   1e-3, 10, "share <&>", false,       true};
static const struct field ranks = {3, 2, values, MAP_RANK, SCALE_LINEAR, 0, 2, "rank", true, false};
static const struct bar bars[] = {{"steep", 0.25, 0.05, ROLE_PLAIN, "note"},
                                  {"flat", 0, 0, ROLE_SINGULAR, ""}};
static const struct figure_line lines[] = {{"K = ½ w1² <w2²>", ROLE_PLAIN}};

struct page {
    struct figure figures[4];
    struct placed placed[4];
    struct strip strips[2];
    struct sheet sheet;
};

static void make_page(struct page *page)
{
    *page = (struct page){0};
    struct figure *figures = page->figures;
    figures[0] = (struct figure){.kind = FIGURE_PLOT,
                                 .title = "Posterior <at> n & 1000",
                                 .note = "a note",
                                 .coarse = true,
                                 .x = {"n", "", 1, 1e4, SCALE_LOG10},
                                 .y = {"free energy", "nats", 0, 1, SCALE_LINEAR},
                                 .field = &field,
                                 .curves = curves,
                                 .n_curves = 2,
                                 .has_here = true,
                                 .here_x = 2.385,
                                 .here_y = 0.5};
    figures[1] = figures[0];
    figures[1].field = &ranks;
    figures[1].equal_aspect = true;
    figures[1].x = figures[1].y = (struct axis){"w1", "", -2, 2, SCALE_LINEAR};
    figures[2] = (struct figure){.kind = FIGURE_BARS,
                                 .title = "Spectrum",
                                 .y = {"eigenvalue", "", 1e-4, 1, SCALE_LOG10},
                                 .bars = bars,
                                 .n_bars = 2};
    figures[3] =
        (struct figure){.kind = FIGURE_TEXT, .title = "Text", .lines = lines, .n_lines = 1};
    for (int i = 0; i < 4; i++)
        page->placed[i] = (struct placed){.area = {i % 2 * 40, 1 + i / 2 * 11, 40, 11},
                                          .figure = &figures[i],
                                          .view = i == 3 ? NULL : "a view",
                                          .side = (size_t)i % 2,
                                          .focused = i == 1};
    page->strips[0] = (struct strip){.column = 1, .text = "cusp ├──●──┤", .bold = true};
    page->strips[1] = (struct strip){.row = 23, .width = 80, .text = "q quit", .reverse = true};
    page->sheet = (struct sheet){80, 24, page->placed, 4, page->strips, 2, NULL};
}

static void write_page(const struct exporter *exporter, const struct draw_options *options,
                       struct text *out)
{
    struct page page;
    const char *why = NULL;
    make_page(&page);
    text_clear(out);
    enum status status = exporter->write(&page.sheet, options, out, &why);
    if (exporter->available) {
        assert_int_equal(status, ST_OK);
        assert_true(out->length > 100);
    } else {
        assert_int_equal(status, ST_UNABLE);
        assert_non_null(why);
    }
}

static const struct draw_options options = {.depth = DEPTH_DIRECT, .map_override = MAP_COUNT};

static void every_exporter_writes_the_same_twice(void **state)
{
    (void)state;
    for (size_t i = 0; exporters[i]; i++) {
        struct text first, second;
        text_init(&first);
        text_init(&second);
        assert_ptr_equal(exporter_find(exporters[i]->name), exporters[i]);
        assert_true(strlen(exporters[i]->summary) > 0);
        write_page(exporters[i], &options, &first);
        write_page(exporters[i], &options, &second);
        assert_int_equal(first.length, second.length);
        assert_memory_equal(text_get(&first), text_get(&second), first.length);
        text_done(&first);
        text_done(&second);
    }
    assert_null(exporter_find("gif"));
}

static void every_option_and_size_is_survived(void **state)
{
    (void)state;
    static const struct draw_options all[] = {
        {.light = true, .depth = DEPTH_256, .glyphs = GLYPHS_ASCII, .map_override = MAP_GREY},
        {.depth = DEPTH_MONO, .levels = 3, .cell_aspect = 1.8, .map_override = MAP_COUNT}};
    static const int sizes[][2] = {{1, 1}, {7, 30}, {200, 3}};
    for (size_t i = 0; exporters[i]; i++)
        for (size_t j = 0; j < 3; j++) {
            struct page page;
            struct text out;
            const char *why = NULL;
            make_page(&page);
            page.sheet.width = sizes[j][0];
            page.sheet.height = sizes[j][1];
            page.placed[0].area = (struct area){0, 0, sizes[j][0], sizes[j][1]};
            page.sheet.too_small = j == 1 ? "cusp needs 60x16 cells" : NULL;
            text_init(&out);
            enum status status = exporters[i]->write(&page.sheet, &all[j % 2], &out, &why);
            assert_int_equal(status, exporters[i]->available ? ST_OK : ST_UNABLE);
            text_done(&out);
        }
}

static bool begins(const struct text *text, const char *start)
{
    return text->length >= strlen(start) && memcmp(text->bytes, start, strlen(start)) == 0;
}

static void files_begin_as_their_kind_does(void **state)
{
    (void)state;
    static const char *const starts[][2] = {
        {"png", "\x89PNG\r\n"},     {"pdf", "%PDF-1"},
        {"svg", "<?xml"},           {"text", " cusp ├──●──┤\n"},
        {"ansi", " \033[0;1mcusp"}, {"csv", "figure,side,layer,name,x,y,value\n"}};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        const struct exporter *exporter = exporter_find(starts[i][0]);
        struct text out;
        text_init(&out);
        assert_non_null(exporter);
        write_page(exporter, &options, &out);
        if (exporter->available)
            assert_true(begins(&out, starts[i][1]));
        text_done(&out);
    }
}

/* Tags nest, and there is no stray & or <. */
static void assert_well_formed(const char *at)
{
    enum { DEPTH_MAX = 64, NAME = 32 };
    char open[DEPTH_MAX][NAME];
    int depth = 0;
    for (; *at; at++) {
        if (*at == '&')
            assert_true(strcspn(at, ";") < 8);
        if (*at != '<')
            continue;
        size_t length = strcspn(at, ">"), name = strcspn(at + 1, " />\n");
        assert_true(at[length] == '>');
        assert_true(memchr(at + 1, '<', length - 1) == NULL);
        if (at[1] == '/') {
            assert_true(depth > 0);
            depth--;
            assert_true(strncmp(at + 2, open[depth], strlen(open[depth])) == 0);
        } else if (at[1] != '?' && at[1] != '!' && at[length - 1] != '/') {
            assert_true(depth < DEPTH_MAX && name < NAME);
            memcpy(open[depth], at + 1, name);
            open[depth++][name] = 0;
        }
        at += length;
    }
    assert_int_equal(depth, 0);
}

static void svg_is_well_formed(void **state)
{
    (void)state;
    const struct exporter *svg = exporter_find("svg");
    struct text out;
    text_init(&out);
    write_page(svg, &options, &out);
    if (svg->available) {
        assert_well_formed(text_get(&out));
        assert_non_null(strstr(text_get(&out), "</svg>"));
    }
    text_done(&out);
}

/* Splits a CSV row in place; returns the number of cells. */
static size_t split_row(char *row, char **cells, size_t max)
{
    size_t n = 0;
    while (n < max) {
        char *to = row;
        cells[n++] = to;
        bool quoted = *row == '"';
        if (quoted) {
            for (row++; *row && (*row != '"' || row[1] == '"'); *to++ = *row++)
                row += *row == '"';
            assert_true(*row == '"');
            row++;
        } else {
            for (; *row && *row != ','; row++)
                to++;
        }
        bool more = *row == ',';
        *to = 0;
        if (!more)
            break;
        row++;
    }
    return n;
}

static void csv_parses_back_exactly(void **state)
{
    (void)state;
    struct text out;
    text_init(&out);
    write_page(exporter_find("csv"), &options, &out);
    size_t n_fields = 0, n_curves = 0, n_bars = 0, n_bands = 0, n_rows = 0;
    char *row = strchr(out.bytes, '\n') + 1;
    while (*row) {
        char *end = strchr(row, '\n'), *cells[8];
        assert_non_null(end);
        *end = 0;
        assert_int_equal(split_row(row, cells, 8), 7);
        bool first = strcmp(cells[0], "a view") == 0 && strcmp(cells[1], "0") == 0;
        if (first && strcmp(cells[2], "field") == 0) {
            double value = values[n_fields++];
            assert_string_equal(cells[3], "share <&>");
            assert_true(isnan(value) ? cells[6][0] == 0 : strtod(cells[6], NULL) == value);
        }
        if (first && strcmp(cells[3], "F_n, \"free energy\"") == 0) {
            n_curves += strcmp(cells[2], "curve") == 0;
            n_bands += strcmp(cells[2], "low") == 0 || strcmp(cells[2], "high") == 0;
            assert_true(strtod(cells[4], NULL) == x[n_curves - 1]);
        }
        if (strcmp(cells[2], "bar") == 0)
            assert_true(strtod(cells[6], NULL) == bars[n_bars++].value);
        n_rows++;
        row = end + 1;
    }
    assert_int_equal(n_fields, 6);
    assert_int_equal(n_curves, 3);
    assert_int_equal(n_bands, 6);
    assert_int_equal(n_bars, 2);
    /* Twice (field, two curves, a band's two edges, cursor), two bars and one error. */
    assert_int_equal(n_rows, 2 * (6 + 6 + 6 + 1) + 3);
    text_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_exporter_writes_the_same_twice),
        cmocka_unit_test(every_option_and_size_is_survived),
        cmocka_unit_test(files_begin_as_their_kind_does),
        cmocka_unit_test(svg_is_well_formed),
        cmocka_unit_test(csv_parses_back_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
