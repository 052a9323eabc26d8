/* The explorer among enemies: signals at bad moments, odd files, a terminal that talks nonsense. */
#define _GNU_SOURCE
#include "tap.h"

#include "screen_child.h"

#include <sys/stat.h>

static const char *const crossing[] = {"normal-crossing", NULL};
static char directory[64];

static bool wrote(const struct child *child, const char *bytes)
{
    return memmem(child->raw, child->n_raw, bytes, strlen(bytes)) != NULL;
}

static void assert_restored(const struct child *child)
{
    static const char *const ends[] = {"\033[?1049l", "\033[?25h", "\033[?2004l", "\033[?1006l"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        assert_true(wrote(child, ends[i]));
    }
}

static void quit(struct child *child)
{
    child_send(child, "q");
    int status = child_end(child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_restored(child);
    child_done(child);
}

static char *in_directory(const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", directory, name) > 0);
    return path;
}

static void put(const char *path, const char *text)
{
    unlink(path);
    rmdir(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_signals_that_end(void **state)
{
    (void)state;
    static const int numbers[] = {SIGTERM, SIGHUP,  SIGINT,  SIGABRT, SIGQUIT, SIGBUS, SIGFPE,
                                  SIGUSR1, SIGUSR2, SIGALRM, SIGPROF, SIGXCPU, SIGTRAP};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct child child = child_start(80, 24, crossing);
        child_expect(&child, "cusp");
        kill(child.pid, numbers[i]);
        int status = child_end(&child);
        int number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) - 128;
        assert_int_equal(number, numbers[i]);
        assert_restored(&child);
        child_done(&child);
    }
}

static void test_signals_in_a_long_command(void **state)
{
    (void)state;
    static const int numbers[] = {SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct child child = child_start(100, 30, crossing);
        child_expect(&child, "Posterior");
        child_send(&child, ":evidence -e 'param a, b, c in [-1, 1]; "
                           "potential K = sin(50*a)^2 + sin(50*b)^2 + sin(50*c)^2'\r");
        child_expect(&child, "ctrl-c stops it");
        poll(NULL, 0, 50);
        kill(child.pid, numbers[i]);
        int status = child_end(&child);
        assert_true(WIFEXITED(status)); /* main then ends by the signal */
        assert_int_equal(WEXITSTATUS(status), 128 + numbers[i]);
        assert_restored(&child);
        child_done(&child);
    }
}

static void test_save_to_odd_places(void **state)
{
    (void)state;
    char *fifo = in_directory("fifo.model"), *old = in_directory("old.model");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    put(old, "kept");
    struct child child = child_start(120, 30, crossing);
    child_expect(&child, "Posterior");
    char line[200];
    snprintf(line, sizeof line, ":save %s\r", fifo);
    child_send(&child, line);
    child_expect(&child, "nobody reads from it");
    snprintf(line, sizeof line, ":save %s\r", old);
    child_send(&child, line);
    child_expect(&child, "--force overwrites it");
    child_send(&child, ":save /nowhere/at/all\r");
    child_expect(&child, "No such file or directory");
    child_send(&child, ":save ''\r");
    int column, row;
    assert_true(child_find(&child, "Posterior", &column, &row)); /* the picture stays */
    quit(&child);
    FILE *file = fopen(old, "r");
    char text[8] = "";
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    assert_string_equal(text, "kept");
    fclose(file);
    unlink(fifo);
    unlink(old);
    free(fifo);
    free(old);
}

static void test_history_that_is_none(void **state)
{
    (void)state;
    char *folder = in_directory("cusp"), *path = in_directory("cusp/history");
    setenv("XDG_STATE_HOME", directory, 1);
    for (int kind = 0; kind < 4; kind++) {
        assert_int_equal(mkdir(folder, 0700), 0);
        if (kind == 0) {
            assert_int_equal(mkfifo(path, 0600), 0);
        } else if (kind == 1) {
            assert_int_equal(mkdir(path, 0700), 0);
        } else if (kind == 2) {
            assert_int_equal(symlink("/dev/zero", path), 0);
        } else {
            put(path, "");
            assert_int_equal(truncate(path, (off_t)1 << 31), 0);
        }
        struct child child = child_start(100, 30, crossing);
        child_expect(&child, "Posterior");
        child_send(&child, ":n 2385\r");
        child_expect(&child, "n = 2385");
        child_send(&child, ":\033[A");
        child_expect(&child, ":n 2385");
        child_send(&child, "\003");
        child_expect_gone(&child, ":n 2385");
        quit(&child);
        unlink(path);
        rmdir(path);
        assert_int_equal(rmdir(folder), 0);
    }
    free(folder);
    free(path);
}

static void test_a_model_that_goes(void **state)
{
    (void)state;
    static const char good[] = "param x, y in [-1, 1]\npotential K = (x^2 - y^3)^2\n";
    char *path = in_directory("mine.model");
    put(path, good);
    const char *const words[] = {path, "circle", NULL};
    struct child child = child_start(140, 40, words);
    child_expect(&child, "Posterior");
    put(path, "param x, y in [-1, 1]\npotential K = (x^2 - z^3)^2\n");
    child_expect(&child, "unknown name 'z'");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    child_expect(&child, "this is a pipe");
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    child_expect(&child, "this is a directory");
    put(path, "param w in [-1, 1]\npotential K = w^4\n");
    child_expect(&child, "w⁴");
    put(path, good);
    child_expect(&child, "x²");
    unlink(path);
    child_send(&child, "]]]u");
    quit(&child);
    free(path);
}

static void test_a_terminal_that_talks_nonsense(void **state)
{
    (void)state;
    static const char *const talk[] = {
        "\033]11;rgb:zz/\033\\",
        "\033]11;rgb:ffffffffffffffffff/0/0\a",
        "\033[999999999999999999n",
        "\033[0n\033[0n\033[0n",
        "\033[<0;99999999999;99999999999M",
        "\033[<64;-5;-5M\033[<0;0;0M\033[<0;0;0m",
        "\033[<4294967295;1;1M",
        "\033[M\377\377\377\033[M   ",
        "\033[8;99999;99999t\033[6;0;0t\033[6;-1;99999999999t",
        "\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16R",
        "\303\050\355\240\200\360\237",
    };
    struct child child = child_start(100, 30, crossing);
    child_expect(&child, "Posterior");
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof talk / sizeof *talk; i++) {
            child_send(&child, talk[i]);
        }
        for (unsigned i = 0; i < 30; i++) {
            child_resize(&child, (int)(1 + i * 37 % 150), (int)(1 + i * 11 % 50));
        }
    }
    child_send(&child, "\033\\");
    child_resize(&child, 100, 30);
    child_expect(&child, "Posterior");
    child_send(&child, ":n 2385\r");
    child_expect(&child, "n = 2385");
    quit(&child);
}

static int set_up(void **state)
{
    (void)state;
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    unsetenv("COLORTERM");
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    strcpy(directory, "/tmp/cusp-test-hostile-XXXXXX");
    return mkdtemp(directory) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_signals_that_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_signals_in_a_long_command, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_save_to_odd_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_history_that_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_model_that_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_terminal_that_talks_nonsense, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
