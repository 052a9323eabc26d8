/* Cells: clipping, wide characters, text and SGR output. */
#include "tap.h"

#include <string.h>

#include "cusp/cells.h"

static const struct draw_options direct = {.depth = DEPTH_DIRECT, .map_override = MAP_COUNT};

static void assert_shows(const struct cells *cells, const char *expected)
{
    struct text text;
    text_init(&text);
    cells_to_text(cells, &text);
    assert_string_equal(text_get(&text), expected);
    text_done(&text);
}

static void outside_is_nothing(void **state)
{
    (void)state;
    struct cells cells;
    cells_init(&cells, 4, 2);
    assert_null(cells_at(&cells, 4, 0));
    assert_null(cells_at(&cells, 0, 2));
    assert_null(cells_at(&cells, -1, 0));
    assert_int_equal(cells_text(&cells, 0, 5, 4, "abc", 0, 0, 0), 0);
    assert_int_equal(cells_text(&cells, 9, 0, 4, "abc", 0, 0, 0), 0);
    cells_text(&cells, -2, 1, 4, "abcd", 0, 0, 0);
    assert_shows(&cells, "\ncd\n");
    cells_done(&cells);
}

static void long_text_is_cut(void **state)
{
    (void)state;
    struct cells cells;
    cells_init(&cells, 6, 1);
    assert_int_equal(cells_text(&cells, 1, 0, 4, "posterior", 0, 0, 0), 4);
    assert_shows(&cells, " pos…\n");
    cells_clear(&cells);
    assert_int_equal(cells_text(&cells, 0, 0, 6, "exact6", 0, 0, 0), 6);
    assert_shows(&cells, "exact6\n");
    cells_clear(&cells);
    assert_int_equal(cells_text(&cells, 3, 0, 100, "beyond", 0, 0, 0), 3);
    assert_shows(&cells, "   be…\n");
    cells_done(&cells);
}

static void wide_characters_stay_whole(void **state)
{
    (void)state;
    struct cells cells;
    cells_init(&cells, 8, 1);
    assert_int_equal(cells_text(&cells, 0, 0, 8, "漢字x", 0, 0, 0), 5);
    assert_int_equal(cells_at(&cells, 1, 0)->rune, 0);
    assert_shows(&cells, "漢字x\n");
    /* A character over a half removes the other half. */
    cells_text(&cells, 1, 0, 1, "y", 0, 0, 0);
    assert_shows(&cells, " y字x\n");
    cells_text(&cells, 2, 0, 1, "z", 0, 0, 0);
    assert_shows(&cells, " yz x\n");
    cells_clear(&cells);
    assert_int_equal(cells_text(&cells, 0, 0, 4, "漢字漢", 0, 0, 0), 3);
    assert_shows(&cells, "漢…\n");
    cells_done(&cells);
}

static void control_characters_do_not_pass(void **state)
{
    (void)state;
    struct cells cells;
    struct text text;
    cells_init(&cells, 12, 1);
    text_init(&text);
    cells_text(&cells, 0, 0, 12, "a\033[31m\nb\xff", 0, 0, 0);
    cells_to_ansi(&cells, &direct, &text);
    assert_null(strchr(text_get(&text), '\033'));
    assert_true(utf8_valid(text_get(&text), text.length, NULL));
    text_done(&text);
    cells_done(&cells);
}

static void assert_ansi(const struct cells *cells, enum colour_depth depth, const char *expected)
{
    struct draw_options options = {.depth = depth, .map_override = MAP_COUNT};
    struct text text;
    text_init(&text);
    cells_to_ansi(cells, &options, &text);
    assert_string_equal(text_get(&text), expected);
    text_done(&text);
}

static void sgr_only_on_change(void **state)
{
    (void)state;
    struct cells cells;
    cells_init(&cells, 6, 2);
    cells_text(&cells, 0, 0, 6, "ab", COLOUR_RGB | 0x0a64ff, COLOUR_DEFAULT, 0);
    cells_text(&cells, 2, 0, 6, "cd", COLOUR_RGB | 0x0a64ff, COLOUR_INDEX | 53, 0);
    cells_text(&cells, 0, 1, 6, "e", COLOUR_INDEX | 9, COLOUR_DEFAULT, CELL_BOLD);
    assert_ansi(&cells, DEPTH_DIRECT,
                "\033[38;2;10;100;255mab\033[48;5;53mcd\033[39;49m\n\033[0;1;91me\033[0m\n");
    assert_ansi(&cells, DEPTH_256,
                "\033[38;5;27mab\033[48;5;53mcd\033[39;49m\n\033[0;1;91me\033[0m\n");
    assert_ansi(&cells, DEPTH_16, "\033[94mab\033[40mcd\033[39;49m\n\033[0;1;91me\033[0m\n");
    assert_ansi(&cells, DEPTH_MONO, "abcd\n\033[0;1me\033[0m\n");
    assert_shows(&cells, "abcd\ne\n");
    cells_done(&cells);
}

static void coloured_blanks_are_kept(void **state)
{
    (void)state;
    struct cells cells;
    cells_init(&cells, 3, 1);
    cells_at(&cells, 1, 0)->bg = COLOUR_INDEX | 53;
    assert_ansi(&cells, DEPTH_256, " \033[48;5;53m \033[49m\n");
    assert_shows(&cells, "\n");
    cells_at(&cells, 2, 0)->attributes = CELL_REVERSE;
    assert_ansi(&cells, DEPTH_MONO, "  \033[0;7m \033[0m\n");
    cells_done(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outside_is_nothing),
        cmocka_unit_test(long_text_is_cut),
        cmocka_unit_test(wide_characters_stay_whole),
        cmocka_unit_test(control_characters_do_not_pass),
        cmocka_unit_test(sgr_only_on_change),
        cmocka_unit_test(coloured_blanks_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
