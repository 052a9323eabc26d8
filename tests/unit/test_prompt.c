/* The prompt: readline fed by bytes, completion, paste, history between runs, narrow screens. */
#include "tap.h"

#include "../../src/term/history_file.h"
#include "../../src/term/keys.h"
#include "../../src/term/prompt.h"
#include "../../src/term/prompt_slice.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cusp/text.h"

struct typed {
    enum prompt_result result;
};

static void take(const struct key_event *event, void *context)
{
    struct typed *typed = context;
    if (event->kind == KEY_PRESS && typed->result == PROMPT_EDITS) {
        typed->result = prompt_key(event->name, event->bytes, event->n_bytes);
    }
}

static enum prompt_result type(const char *text)
{
    struct keys keys;
    keys_init(&keys);
    struct typed typed = {PROMPT_EDITS};
    keys_feed(&keys, text, strlen(text), take, &typed);
    return typed.result;
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
    assert_int_equal(type("\001"), PROMPT_EDITS);
    assert_string_equal(shown(&point), "n 1e5");
    assert_int_equal(point, 0);
    assert_int_equal(type("\033[F"), PROMPT_EDITS);
    assert_int_equal(type("\033[D"), PROMPT_EDITS);
    assert_int_equal(type("\033[3~"), PROMPT_EDITS);
    assert_int_equal(type("λ"), PROMPT_EDITS);
    assert_string_equal(shown(&point), "n 1eλ");
    assert_int_equal(point, 6);
    assert_int_equal(type("\r"), PROMPT_ENTERED);
    assert_string_equal(prompt_line(), "n 1eλ");
    assert_int_equal(type("x"), PROMPT_CANCELLED); /* closed */
}

static void test_leaving(void **state)
{
    (void)state;
    size_t point;
    prompt_open("model ", NULL);
    assert_string_equal(shown(&point), "model ");
    for (int i = 0; i < 6; i++) {
        assert_int_equal(type("\177"), PROMPT_EDITS);
    }
    assert_int_equal(type("\177"), PROMPT_CANCELLED);
    prompt_open("", NULL);
    assert_int_equal(type("\004"), PROMPT_CANCELLED);
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
    static const char pasted[] = "param w in [-1, 1]\r\n\tK = w^2\033[31m\x07\xff\n";
    prompt_paste(pasted, sizeof pasted - 1);
    assert_string_equal(shown(&point), "new param w in [-1, 1];  K = w^2[31m\xef\xbf\xbd");
    assert_int_equal(type("\r"), PROMPT_ENTERED);
}

static void seek(const char *line, void *context)
{
    *(bool *)context |= strcmp(line, "model cusp") == 0;
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
    assert_int_equal(type("\033[A"), PROMPT_EDITS);
    assert_string_equal(shown(&point), "n 2.385e3");
    assert_int_equal(type("\033[A"), PROMPT_EDITS);
    assert_string_equal(shown(&point), "model cusp");
    assert_int_equal(type("\033[B"), PROMPT_EDITS);
    assert_string_equal(shown(&point), "n 2.385e3");
    assert_int_equal(type("\022"), PROMPT_SEARCHES);
    bool found = false;
    prompt_history(seek, &found);
    assert_true(found);
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
    struct keys keys;
    keys_init(&keys);
    for (int i = 0; i < 60000; i++) {
        static const char letters[] = "ABCD13;5~bfdyu.<>\177";
        value = value * 1103515245u + 12345u;
        char bytes[4] = {(char)(value >> 16), 0};
        size_t length = 1;
        if ((value >> 28) % 2 == 0) {
            bytes[0] = 27;
            bytes[1] = (value >> 27) % 2 == 0 ? '[' : letters[(value >> 8) % 18];
            bytes[2] = letters[(value >> 16) % 18];
            length = 3;
        }
        struct typed typed = {PROMPT_EDITS};
        keys_feed(&keys, bytes, length, take, &typed);
        if (typed.result != PROMPT_EDITS) {
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

static void write_file(const char *path, const char *start, size_t times, const char *line)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(start, file);
    for (size_t i = 0; i < times; i++) {
        fputs(line, file);
    }
    fclose(file);
}

/* What cannot be a history is none, and of one that has grown only the end is read. */
static void test_history_file(void **state)
{
    (void)state;
    char path[] = "/tmp/cusp-test-history-XXXXXX";
    assert_non_null(mkdtemp(path));
    struct text text;
    bool cut = true;
    text_init(&text);
    assert_false(history_file_read(path, &text, &cut)); /* a directory */
    assert_int_equal(rmdir(path), 0);
    assert_true(history_file_read(path, &text, &cut)); /* none yet */
    assert_false(cut);
    assert_int_equal(text.length, 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(history_file_read(path, &text, &cut));
    assert_int_equal(unlink(path), 0);
    assert_false(history_file_read("/dev/zero", &text, &cut));

    write_file(path, "", 3, "n 2385\n");
    assert_true(history_file_read(path, &text, &cut));
    assert_false(cut);
    assert_string_equal(text_get(&text), "n 2385\nn 2385\nn 2385\n");
    text_clear(&text);
    write_file(path, "the first line\n", 100000, "n 2385\n");
    assert_true(history_file_read(path, &text, &cut));
    assert_true(cut);
    assert_int_equal(text.length, HISTORY_BYTES);
    assert_null(strstr(text_get(&text), "first"));
    text_done(&text);
    unlink(path);
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
        cmocka_unit_test(test_editing),
        cmocka_unit_test(test_leaving),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_history),
        cmocka_unit_test(test_slice),
        cmocka_unit_test(test_history_file),
        cmocka_unit_test(test_random_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
