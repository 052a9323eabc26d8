/* The prompt: readline fed by bytes, completion, paste, history between runs, narrow screens. */
#include "tap.h"

#include "../../src/term/prompt.h"
#include "../../src/term/prompt_slice.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cusp/text.h"

static enum prompt_result type(const char *text)
{
    enum prompt_result result = PROMPT_EDITS;
    for (; *text != '\0' && result == PROMPT_EDITS; text++) {
        result = prompt_key(text, 1);
    }
    return result;
}

static const char *shown(size_t *point)
{
    struct prompt_view view;
    prompt_view(&view);
    *point = view.point;
    return view.line;
}

static void test_editing(void **state)
{
    (void)state;
    size_t point;
    prompt_open("", NULL);
    assert_int_equal(type("n 1e5"), PROMPT_EDITS);
    assert_string_equal(shown(&point), "n 1e5");
    assert_int_equal(point, 5);
    assert_int_equal(prompt_key("\001", 1), PROMPT_EDITS);
    assert_string_equal(shown(&point), "n 1e5");
    assert_int_equal(point, 0);
    assert_int_equal(prompt_key("\033[F", 3), PROMPT_EDITS);
    assert_int_equal(prompt_key("\033[D", 3), PROMPT_EDITS);
    assert_int_equal(prompt_key("\033[3~", 4), PROMPT_EDITS);
    assert_int_equal(prompt_key("λ", 2), PROMPT_EDITS);
    assert_string_equal(shown(&point), "n 1eλ");
    assert_int_equal(point, 6);
    assert_int_equal(prompt_key("\r", 1), PROMPT_ENTERED);
    assert_string_equal(prompt_line(), "n 1eλ");
    assert_int_equal(prompt_key("x", 1), PROMPT_CANCELLED); /* closed */
}

static void test_leaving(void **state)
{
    (void)state;
    size_t point;
    prompt_open("model ", NULL);
    assert_string_equal(shown(&point), "model ");
    for (int i = 0; i < 6; i++) {
        assert_int_equal(prompt_key("\177", 1), PROMPT_EDITS);
    }
    assert_int_equal(prompt_key("\177", 1), PROMPT_CANCELLED);
    prompt_open("", NULL);
    assert_int_equal(prompt_key("\004", 1), PROMPT_CANCELLED);
    prompt_open("abc", NULL);
    prompt_close();
    prompt_open("", NULL);
    assert_string_equal(shown(&point), "");
    prompt_close();
}

static void test_paste(void **state)
{
    (void)state;
    size_t point;
    prompt_open("new ", NULL);
    prompt_paste("param w in [-1, 1]\r\n\tK = w^2\033[31m\x07\xff\n", 39);
    assert_string_equal(shown(&point), "new param w in [-1, 1];  K = w^2[31m\xef\xbf\xbd");
    assert_int_equal(prompt_key("\r", 1), PROMPT_ENTERED);
}

static void test_history(void **state)
{
    (void)state;
    size_t point;
    prompt_open("", NULL);
    assert_int_equal(type("model cusp\r"), PROMPT_ENTERED);
    prompt_open("", NULL);
    assert_int_equal(type("n 2.385e3\r"), PROMPT_ENTERED);
    prompt_open("", NULL);
    assert_int_equal(prompt_key("\033[A", 3), PROMPT_EDITS);
    assert_string_equal(shown(&point), "n 2.385e3");
    assert_int_equal(prompt_key("\033[A", 3), PROMPT_EDITS);
    assert_string_equal(shown(&point), "model cusp");
    assert_int_equal(prompt_key("\033[B", 3), PROMPT_EDITS);
    assert_string_equal(shown(&point), "n 2.385e3");
    /* ctrl-r searches back */
    assert_int_equal(prompt_key("\025", 1), PROMPT_EDITS);
    assert_int_equal(prompt_key("\022", 1), PROMPT_EDITS);
    assert_int_equal(type("mod"), PROMPT_EDITS);
    struct prompt_view view;
    prompt_view(&view);
    assert_non_null(strstr(view.lead, "mod"));
    assert_string_equal(view.line, "model cusp");
    prompt_close();
    char path[200];
    snprintf(path, sizeof path, "%s/cusp/history", getenv("XDG_STATE_HOME"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char line[100];
    bool seen = false;
    while (fgets(line, sizeof line, file) != NULL) {
        seen |= strcmp(line, "n 2.385e3\n") == 0;
    }
    fclose(file);
    assert_true(seen);
}

static void test_random_bytes_do_no_harm(void **state)
{
    (void)state;
    unsigned value = 12345;
    prompt_open("", NULL);
    for (int i = 0; i < 20000; i++) {
        value = value * 1103515245u + 12345u;
        char bytes[4] = {(char)(value >> 16), 0};
        if (((unsigned char)bytes[0] & 0x80) != 0) {
            bytes[0] = 27;
            bytes[1] = '[';
            bytes[2] = (char)('A' + (value >> 24) % 8);
        }
        if (bytes[0] != 0 && prompt_key(bytes, strlen(bytes)) != PROMPT_EDITS) {
            prompt_open("", NULL);
        }
        size_t point;
        const char *line = shown(&point);
        assert_true(point <= strlen(line));
    }
    prompt_close();
}

static void test_slice(void **state)
{
    (void)state;
    struct prompt_slice slice = prompt_slice("abcdef", 3, 10);
    assert_int_equal(slice.start, 0);
    assert_int_equal(slice.column, 3);
    slice = prompt_slice("abcdefghij", 10, 5);
    assert_int_equal(slice.start, 6);
    assert_int_equal(slice.column, 4);
    slice = prompt_slice("漢字漢字", 12, 5);
    assert_int_equal(slice.start, 6);
    assert_int_equal(slice.column, 4);
    slice = prompt_slice("abc", 3, 0);
    assert_int_equal(slice.column, 0);
    slice = prompt_slice("abc", 99, 1);
    assert_int_equal(slice.start, 3);
    assert_int_equal(slice.column, 0);
}

static char directory[] = "/tmp/cusp-test-prompt-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    setenv("XDG_STATE_HOME", directory, 1);
    setenv("INPUTRC", "/dev/null", 1);
    prompt_setup(true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    prompt_teardown();
    char path[200];
    snprintf(path, sizeof path, "%s/cusp/history", directory);
    unlink(path);
    snprintf(path, sizeof path, "%s/cusp", directory);
    rmdir(path);
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_editing), cmocka_unit_test(test_leaving),
        cmocka_unit_test(test_paste),   cmocka_unit_test(test_history),
        cmocka_unit_test(test_slice),   cmocka_unit_test(test_random_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
