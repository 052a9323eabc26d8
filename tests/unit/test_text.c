/* Strings, UTF-8 columns, name distance, numbers for people. */
#include "tap.h"

#include "cusp/text.h"

#include <math.h>
#include <string.h>

static void test_growing(void **state)
{
    (void)state;
    struct text text;
    text_init(&text);
    assert_string_equal(text_get(&text), "");
    for (int i = 0; i < 200; i++) {
        text_addf(&text, "%d,", i);
    }
    assert_int_equal(text.length, 10 * 2 + 90 * 3 + 100 * 4);
    assert_int_equal(strlen(text_get(&text)), text.length);
    text_clear(&text);
    assert_string_equal(text_get(&text), "");
    text_add_rune(&text, 0x3bb);
    text_add_bytes(&text, "xyz", 2);
    assert_string_equal(text_get(&text), "λxy");
    text_done(&text);
}

static void test_every_code_point_survives(void **state)
{
    (void)state;
    for (uint32_t rune = 0; rune <= 0x10ffff; rune++) {
        char bytes[4];
        size_t length = utf8_encode(rune, bytes);
        uint32_t back;
        assert_int_equal(utf8_decode(bytes, length, &back), length);
        bool surrogate = rune >= 0xd800 && rune <= 0xdfff;
        assert_int_equal(back, surrogate ? 0xfffd : rune);
    }
}

static void test_malformed(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x80\x80",
                                      "\xed\xa0\x80",
                                      "\xf0\x80\x80\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xff",
                                      "\xe2\x82",
                                      "\xc3("};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint32_t rune;
        assert_int_equal(utf8_decode(bad[i], strlen(bad[i]), &rune), 1);
        assert_int_equal(rune, 0xfffd);
        assert_false(utf8_valid(bad[i], strlen(bad[i]), NULL));
    }
    size_t at = 0;
    assert_false(utf8_valid("w² \xe2\x82", 6, &at));
    assert_int_equal(at, 4);
    assert_true(utf8_valid("½ w1² ≥ 0 😀 \xef\xbf\xbd", strlen("½ w1² ≥ 0 😀 \xef\xbf\xbd"), NULL));
}

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(utf8_width("½ w1² w2² → ▁▃▅█ ✛"), 18);
    assert_int_equal(utf8_width("漢字😀"), 6);
    assert_int_equal(utf8_width("e\xcc\x81\xe2\x80\x8b"), 1);
    assert_int_equal(utf8_rune_width(0x2800), 1); /* braille */
    assert_int_equal(utf8_rune_width(0xac00), 2); /* Hangul syllable */
    assert_int_equal(utf8_rune_width(0xff01), 2); /* fullwidth */
    assert_int_equal(utf8_rune_width(0x2580), 1); /* half block */
    assert_int_equal(utf8_rune_width(0x1b), 0);
    assert_int_equal(utf8_rune_width(0xfffd), 1);
    assert_int_equal(utf8_rune_width(0x20000), 2);
    assert_int_equal(utf8_rune_width(0xe0100), 0); /* variation selector */
}

static void test_distance(void **state)
{
    (void)state;
    assert_int_equal(text_distance("tahn", "tanh"), 1);
    assert_int_equal(text_distance("tanh", "tanh"), 0);
    assert_int_equal(text_distance("", "relu"), 4);
    assert_int_equal(text_distance("kitten", "sitting"), 3);
    assert_int_equal(text_distance("ca", "abc"), 3); /* restricted, not full Damerau */
    char a[300];
    memset(a, 'x', 299);
    a[299] = '\0';
    assert_true(text_distance(a, "x") > 5);
}

static void expect_number(double x, int digits, const char *expected)
{
    char out[64];
    text_number(out, sizeof out, x, digits);
    assert_string_equal(out, expected);
}

static void test_number(void **state)
{
    (void)state;
    expect_number(0.25, 3, "0.25");
    expect_number(1e-6, 3, "1e-6");
    expect_number(-3, 3, "-3");
    expect_number(-0.0, 3, "0");
    expect_number(2.385, 3, "2.38");
    expect_number(2.385, 6, "2.385");
    expect_number(1000, 3, "1000");
    expect_number(100000, 1, "100000");
    expect_number(1e6, 3, "1e6");
    expect_number(1.5e12, 4, "1.5e12");
    expect_number(0.000123456, 3, "0.000123");
    expect_number(0.0000123456, 3, "1.23e-5");
    expect_number(9.9996, 3, "10");
    expect_number(1.0 / 3, 17, "0.33333333333333331");
    expect_number(12345.678, 3, "1.23e4");
    expect_number((double)NAN, 3, "undefined");
    expect_number((double)INFINITY, 3, "∞");
    expect_number(-(double)INFINITY, 3, "-∞");
    char tiny[4];
    text_number(tiny, sizeof tiny, 123456, 6);
    assert_string_equal(tiny, "123");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_growing),   cmocka_unit_test(test_every_code_point_survives),
        cmocka_unit_test(test_malformed), cmocka_unit_test(test_width),
        cmocka_unit_test(test_distance),  cmocka_unit_test(test_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
