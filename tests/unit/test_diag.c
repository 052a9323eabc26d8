/* Diagnostics: where they point, how they print, and that hostile text stays harmless. */
#include "tap.h"

#include "cusp/diag.h"
#include "cusp/mem.h"

#include <string.h>

static void expect_print(const struct diags *diags, const char *expected)
{
    struct text out;
    text_init(&out);
    diags_print(diags, &out);
    assert_string_equal(text_get(&out), expected);
    text_done(&out);
}

static void test_caret(void **state)
{
    (void)state;
    static const char source[] = "param a\noutput y ~ normal(b*tahn(a*x), 1)\n";
    struct diags diags;
    diags_init(&diags);
    size_t offset = (size_t)(strstr(source, "tahn") - source);
    diags_add(&diags, SEV_ERROR, "mine.model", source, (struct span){offset, 4},
              "unknown name '%s'", "tahn");
    assert_int_equal(diags.n_errors, 1);
    assert_int_equal(diags.items[0].line, 2);
    assert_int_equal(diags.items[0].column, 21);
    assert_int_equal(diags.items[0].width, 4);
    expect_print(&diags, "mine.model:2:21: error: unknown name 'tahn'\n"
                         "    output y ~ normal(b*tahn(a*x), 1)\n"
                         "                        ^~~~\n");
    diags_done(&diags);
}

static void test_wide_tab_and_end(void **state)
{
    (void)state;
    struct diags diags;
    diags_init(&diags);
    static const char source[] = "\t漢 ö x\r\n";
    diags_add(&diags, SEV_WARNING, "m", source,
              (struct span){(size_t)(strchr(source, 'x') - source), 1}, "here");
    diags_add(&diags, SEV_ERROR, "m", source, (struct span){500, 3}, "past the end");
    diags_add(&diags, SEV_ERROR, "m", source, (struct span){1, 3}, "wide");
    assert_int_equal(diags.items[0].column, 6);
    expect_print(&diags, "m:1:6: warning: here\n    \t漢 ö x\n    \t     ^\n"
                         "m:2:1: error: past the end\n    \n    ^\n"
                         "m:1:2: error: wide\n    \t漢 ö x\n    \t^~\n");
    diags_sort(&diags);
    assert_string_equal(diags.items[0].message, "wide");
    assert_string_equal(diags.items[2].message, "past the end");
    diags_done(&diags);
}

static void test_hostile(void **state)
{
    (void)state;
    struct diags diags;
    diags_init(&diags);
    diags_add(&diags, SEV_ERROR, "a\033]0;b", "x\033[2J\xff y", (struct span){0, 1}, "bad '%s'",
              "\033[31m\x9b");
    struct text out;
    text_init(&out);
    diags_print(&diags, &out);
    assert_null(strchr(text_get(&out), '\033'));
    assert_true(utf8_valid(text_get(&out), out.length, NULL));
    assert_true(utf8_valid(diags.items[0].message, strlen(diags.items[0].message), NULL));
    text_done(&out);
    diags_done(&diags);
}

static void test_long_line_is_a_window(void **state)
{
    (void)state;
    char *source = mem_new(100001, 1);
    memset(source, '(', 100000);
    struct diags diags;
    diags_init(&diags);
    diags_add(&diags, SEV_ERROR, "-e", source, (struct span){2000, 1}, "too deep");
    diags_add(&diags, SEV_ERROR, "-e", source, (struct span){90000, 1}, "too deep");
    struct text out;
    text_init(&out);
    diags_print(&diags, &out);
    assert_true(out.length < 1500);
    assert_non_null(strchr(text_get(&out), '^'));
    text_done(&out);
    diags_done(&diags);
    mem_free(source);
}

static void test_limit_append_and_file(void **state)
{
    (void)state;
    struct diags diags, all;
    diags_init(&diags);
    diags_init(&all);
    for (int i = 0; i < 130; i++) {
        diags_add(&diags, SEV_ERROR, "f", "abc", (struct span){1, 1}, "fault %d", i);
    }
    diags_add_file(&all, SEV_WARNING, "g", "is a directory");
    diags_append(&all, &diags);
    assert_int_equal(all.count, DIAGS_MAX);
    assert_int_equal(all.n_errors, 130);
    assert_int_equal(all.n_left_out, 31);
    diags_done(&diags);
    struct text out;
    text_init(&out);
    diags_print(&all, &out);
    assert_int_equal(strncmp(text_get(&out), "g: warning: is a directory\n", 27), 0);
    assert_non_null(strstr(text_get(&out), "and 31 more\n"));
    text_done(&out);
    diags_done(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_caret),
        cmocka_unit_test(test_wide_tab_and_end),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_long_line_is_a_window),
        cmocka_unit_test(test_limit_append_and_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
