/* The explorer as a person meets it: its screen after keys, at several sizes and terminals. */
#define _GNU_SOURCE
#include "tap.h"

#include "screen_child.h"

static const char *const none[] = {NULL};
static const char *const crossing[] = {"normal-crossing", NULL};

static void quit(struct child *child)
{
    child_send(child, "q");
    int status = child_end(child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    child_done(child);
}

static void test_sizes(void **state)
{
    (void)state;
    static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct child child = child_start(sizes[i][0], sizes[i][1], crossing);
        child_expect(&child, "cusp");
        child_expect(&child, "Posterior");
        child_expect(&child, "K = ½ w1²");
        child_expect(&child, "? help");
        child_expect(&child, "├");
        quit(&child);
    }
}

static void test_catalogue(void **state)
{
    (void)state;
    struct child child = child_start(100, 30, none);
    child_expect(&child, "normal-crossing");
    child_send(&child, "/tacn");
    child_expect(&child, "filter: tacn");
    child_expect(&child, "tacnode");
    child_expect_gone(&child, "whitney");
    child_send(&child, "\r");
    child_expect(&child, "Posterior");
    child_send(&child, "m");
    child_expect(&child, "tacnode");
    quit(&child);
}

static void test_n(void **state)
{
    (void)state;
    struct child child = child_start(120, 40, crossing);
    child_expect(&child, "Posterior");
    child_send(&child, ":n 1e6\r");
    child_expect(&child, "n = 1e6");
    child_send(&child, "u");
    child_expect_gone(&child, "n = 1e6");
    int column, row;
    assert_true(child_find(&child, "├", &column, &row));
    for (row = child.height - 1; row > 0; row--) {
        VTermRect rect = {row, row + 1, 1, 2};
        char name[8];
        size_t length = vterm_screen_get_text(child.screen, name, sizeof name - 1, rect);
        if (length == 1 && name[0] == 'n') {
            break;
        }
    }
    assert_true(row > 0); /* the slider's row */
    char mouse[64];
    snprintf(mouse, sizeof mouse, "\033[<0;4;%dM\033[<32;3;%dM\033[<0;3;%dm", row + 1, row + 1,
             row + 1);
    child_send(&child, mouse);
    child_expect(&child, "n = 1 ");
    quit(&child);
}

static void test_help_runs_a_row(void **state)
{
    (void)state;
    struct child child = child_start(120, 40, crossing);
    child_expect(&child, "Posterior");
    child_send(&child, "?");
    child_expect(&child, "search:");
    child_send(&child, "ten times");
    child_expect(&child, "search: ten times");
    child_send(&child, "\r");
    child_expect_gone(&child, "search:");
    child_expect(&child, "n = 10000");
    child_send(&child, "\020tacnode");
    child_expect(&child, "search: tacnode");
    child_send(&child, "\r");
    child_expect(&child, "acnode");
    child_expect_gone(&child, "search:");
    quit(&child);
}

static void test_new_and_faults(void **state)
{
    (void)state;
    struct child child = child_start(120, 40, crossing);
    child_expect(&child, "Posterior");
    child_send(&child, ":new K = tahn(w)^2\r");
    child_expect(&child, "did you mean 'tanh'");
    child_expect(&child, "^~~~");
    child_expect(&child, "Posterior"); /* the last good picture stays */
    child_send(&child, "\033");
    child_expect_gone(&child, "^~~~");
    child_send(&child, ":new K = (x^2 - y^2)^2\r");
    child_expect(&child, "x²");
    child_send(&child, ":modle cusp\r");
    child_expect(&child, "did you mean 'model'");
    child_send(&child, "\033[24~");
    child_expect(&child, "f12 does nothing here");
    child_send(&child, ":evidence --n 1e2,1e4\r");
    child_expect(&child, "free_energy");
    child_expect(&child, "esc leave");
    child_send(&child, "\033");
    child_expect_gone(&child, "esc leave");
    quit(&child);
}

static void test_prompt(void **state)
{
    (void)state;
    struct child child = child_start(90, 30, crossing);
    child_expect(&child, "Posterior");
    child_send(&child, ":mod\t");
    child_expect(&child, ":model ");
    child_send(&child, "tacn\t");
    child_expect(&child, ":model tacnode");
    child_send(&child, "\033");
    child_expect_gone(&child, ":model tacnode");
    child_send(&child, "\033[200~new K = w^2\n\033[201~");
    child_expect(&child, ":new K = w^2");
    child_send(&child, "\003");
    child_expect_gone(&child, ":new K");
    quit(&child);
}

static void test_too_small_and_back(void **state)
{
    (void)state;
    struct child child = child_start(80, 24, crossing);
    child_expect(&child, "Posterior");
    child_resize(&child, 40, 10);
    child_expect(&child, "cusp needs 60x16");
    child_resize(&child, 1, 1);
    child_send(&child, "[[]]");
    child_resize(&child, 120, 40);
    child_expect(&child, "Posterior");
    quit(&child);
}

static void test_mouse_on_plane(void **state)
{
    (void)state;
    struct child child = child_start(120, 40, crossing);
    child_expect(&child, "Posterior");
    child_send(&child, ":compare off\r");
    child_expect_gone(&child, "regular");
    child_send(&child, "\033[<0;30;10M\033[<0;30;10m");
    child_expect(&child, "✛ w1 = ");
    child_send(&child, "\033[<64;30;10M\033[<65;30;10M");
    quit(&child);
}

static void test_random_keys(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 3; seed++) {
        struct child child = child_start(80, 24, crossing);
        child_expect(&child, "cusp");
        char bytes[3000];
        unsigned value = seed;
        for (size_t i = 0; i < sizeof bytes; i++) {
            value = value * 1103515245u + 12345u;
            bytes[i] = (char)(value >> 16);
            /* Not what is meant to end it, and no words of commands that write files. */
            if (bytes[i] == 'q' || bytes[i] == 3 || bytes[i] == 26 || bytes[i] == ':' ||
                bytes[i] == 16 || bytes[i] == '?') {
                bytes[i] = '\033';
            }
        }
        child_send_bytes(&child, bytes, sizeof bytes);
        child_send(&child, "\033\\\003\003\003\003\003\003");
        int status = child_end(&child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        child_done(&child);
    }
}

static bool wrote(const struct child *child, const char *bytes)
{
    return memmem(child->raw, child->n_raw, bytes, strlen(bytes)) != NULL;
}

/* Leaves by q and keeps what was written. */
static void leave(struct child *child)
{
    child_expect(child, "Posterior");
    child_expect_gone(child, "computing");
    child_send(child, "q");
    (void)child_end(child);
}

static void test_no_colour_and_ascii(void **state)
{
    (void)state;
    setenv("NO_COLOR", "1", 1);
    setenv("LC_ALL", "C", 1);
    struct child child = child_start(100, 30, crossing);
    leave(&child);
    assert_false(wrote(&child, "8;5;"));
    assert_false(wrote(&child, "8;2;"));
    for (char colour = '0'; colour <= '7'; colour++) {
        char sgr[] = {'\033', '[', '3', colour, 'm', '\0'};
        assert_false(wrote(&child, sgr));
    }
    for (size_t i = 0; i < child.n_raw; i++) {
        assert_true((unsigned char)child.raw[i] < 0x80);
    }
    child_done(&child);
    unsetenv("NO_COLOR");
    setenv("LC_ALL", "C.UTF-8", 1);
}

static void test_direct_colour(void **state)
{
    (void)state;
    setenv("COLORTERM", "truecolor", 1);
    struct child child = child_start(100, 30, crossing);
    leave(&child);
    assert_true(wrote(&child, "8;2;"));
    assert_true(wrote(&child, "\033[?2026h"));
    assert_true(wrote(&child, "\033[?1049l"));
    child_done(&child);
    unsetenv("COLORTERM");
}

static void test_signals(void **state)
{
    (void)state;
    struct child child = child_start(80, 24, crossing);
    child_expect(&child, "Posterior");
    kill(child.pid, SIGTERM);
    int status = child_end(&child);
    assert_true(WIFEXITED(status)); /* main then ends by the signal */
    assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
    assert_true(wrote(&child, "\033[?1049l"));
    child_done(&child);
    child = child_start(80, 24, crossing);
    child_expect(&child, "Posterior");
    kill(child.pid, SIGSEGV);
    status = child_end(&child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
    assert_true(wrote(&child, "\033[?1049l"));
    child_done(&child);
}

/* Before every test: one that failed may have left its own. */
static int set_up(void **state)
{
    (void)state;
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("INPUTRC", "/dev/null", 1);
    unsetenv("NO_COLOR");
    unsetenv("COLORTERM");
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_sizes, set_up),
        cmocka_unit_test_setup(test_catalogue, set_up),
        cmocka_unit_test_setup(test_n, set_up),
        cmocka_unit_test_setup(test_help_runs_a_row, set_up),
        cmocka_unit_test_setup(test_new_and_faults, set_up),
        cmocka_unit_test_setup(test_prompt, set_up),
        cmocka_unit_test_setup(test_too_small_and_back, set_up),
        cmocka_unit_test_setup(test_mouse_on_plane, set_up),
        cmocka_unit_test_setup(test_random_keys, set_up),
        cmocka_unit_test_setup(test_no_colour_and_ascii, set_up),
        cmocka_unit_test_setup(test_direct_colour, set_up),
        cmocka_unit_test_setup(test_signals, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
