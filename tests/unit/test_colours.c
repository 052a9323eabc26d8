/* Colour depth by the environment, colour numbers, light or dark, the table of pairs. */
#include "tap.h"

#include "../../src/term/colours.h"
#include "../../src/term/plain_runes.h"

#include <stdlib.h>

static enum colour_depth depth(const struct term_options *options, const char *term, int n_colours)
{
    const char *why = NULL;
    enum colour_depth found = colours_depth(options, term, n_colours, &why);
    assert_non_null(why);
    return found;
}

static void test_depth(void **state)
{
    (void)state;
    struct term_options options;
    term_options_init(&options);
    unsetenv("COLORTERM");
    unsetenv("NO_COLOR");
    assert_int_equal(depth(&options, "xterm-256color", 256), DEPTH_256);
    assert_int_equal(depth(&options, "xterm-kitty", -1), DEPTH_DIRECT);
    assert_int_equal(depth(&options, "linux", 8), DEPTH_16);
    assert_int_equal(depth(&options, "vt100", -1), DEPTH_MONO);
    setenv("COLORTERM", "truecolor", 1);
    assert_int_equal(depth(&options, "xterm-256color", 256), DEPTH_DIRECT);
    setenv("NO_COLOR", "", 1); /* empty does not count */
    assert_int_equal(depth(&options, "xterm-256color", 256), DEPTH_DIRECT);
    setenv("NO_COLOR", "1", 1);
    assert_int_equal(depth(&options, "xterm-256color", 256), DEPTH_MONO);
    options.color = COLOR_ALWAYS;
    assert_int_equal(depth(&options, "xterm-256color", 256), DEPTH_DIRECT);
    options.depth_given = true;
    options.depth = DEPTH_16;
    assert_int_equal(depth(&options, "xterm-256color", 256), DEPTH_16);
    options.color = COLOR_NEVER;
    assert_int_equal(depth(&options, "xterm-256color", 256), DEPTH_MONO);
    unsetenv("NO_COLOR");
    unsetenv("COLORTERM");
}

static void test_numbers(void **state)
{
    (void)state;
    assert_int_equal(colours_number(COLOUR_DEFAULT, DEPTH_DIRECT), -1);
    assert_int_equal(colours_number(COLOUR_RGB | 0x123456, DEPTH_DIRECT), 0x123456);
    assert_int_equal(colours_number(COLOUR_RGB | 0x000003, DEPTH_DIRECT), 8); /* never 0 to 7 */
    assert_int_equal(colours_number(COLOUR_INDEX | 3, DEPTH_DIRECT), 3);
    assert_int_equal(colours_number(COLOUR_INDEX | 196, DEPTH_DIRECT), 0xff0000);
    assert_int_equal(colours_number(COLOUR_INDEX | 244, DEPTH_DIRECT), 0x808080);
    assert_int_equal(colours_number(COLOUR_INDEX | 196, DEPTH_256), 196);
    assert_int_equal(colours_number(COLOUR_RGB | 0xff0001, DEPTH_256), 196);
    assert_int_equal(colours_number(COLOUR_RGB | 0xff0001, DEPTH_16), 9);
    assert_int_equal(colours_number(COLOUR_INDEX | 11, DEPTH_16), 11);
    assert_int_equal(colours_number(COLOUR_RGB | 0xff0001, DEPTH_MONO), -1);
}

static void test_background(void **state)
{
    (void)state;
    assert_true(colours_is_light(0xfdf6e3));
    assert_false(colours_is_light(0x002b36));
    assert_false(colours_is_light(0x0000ff)); /* blue is dark */
    assert_true(colours_is_light(0x00ff00));
}

static void test_pairs(void **state)
{
    (void)state;
    struct colour_pairs pairs;
    colour_pairs_init(&pairs, 100);
    bool fresh;
    assert_int_equal(colour_pairs_find(&pairs, -1, -1, &fresh), 0);
    assert_false(fresh);
    for (int i = 0; i < 99; i++) {
        assert_int_equal(colour_pairs_find(&pairs, i, -1 - i, &fresh), i + 1);
        assert_true(fresh);
    }
    for (int i = 0; i < 99; i++) {
        assert_int_equal(colour_pairs_find(&pairs, i, -1 - i, &fresh), i + 1);
        assert_false(fresh);
    }
    assert_int_equal(colour_pairs_find(&pairs, 500, 500, &fresh), -1);
    colour_pairs_clear(&pairs);
    assert_int_equal(colour_pairs_find(&pairs, 500, 500, &fresh), 1);
    colour_pairs_done(&pairs);
}

static void test_plain_runes(void **state)
{
    (void)state;
    assert_int_equal(plain_rune('x'), 'x');
    assert_int_equal(plain_rune(0x2502), '|');
    assert_int_equal(plain_rune(0x256d), '+');
    assert_int_equal(plain_rune(0xb2), '2');
    assert_int_equal(plain_rune(0x6f22), '?');
    for (uint32_t rune = 0; rune < 0x30000; rune++) {
        assert_true(plain_rune(rune) < 0x80);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depth),       cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_background),  cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_plain_runes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
