/* The explorer in a child on a pseudo-terminal, its output on libvterm's screen. */
#ifndef CUSP_TESTS_SCREEN_CHILD_H
#define CUSP_TESTS_SCREEN_CHILD_H

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <vterm.h>

#include "cusp/catalogue.h"
#include "cusp/command.h"
#include "cusp/num_init.h"
#include "cusp/term.h"

enum { CHILD_TIMEOUT_MS = 20000, CHILD_RAW_MAX = 1 << 22 };

struct child {
    pid_t pid;
    int fd;
    int width, height;
    VTerm *terminal;
    VTermScreen *screen;
    bool ended;
    char *raw; /* all that it wrote */
    size_t n_raw;
};

static void child_answer(const char *bytes, size_t length, void *user)
{
    const struct child *child = user;
    ssize_t n = write(child->fd, bytes, length);
    (void)n; /* a child that is gone needs no answer */
}

/* What main does for the explorer. words: NULL-terminated. */
static int child_explore(const char *const *words)
{
    setlocale(LC_CTYPE, "");
    num_init();
    struct term_options options;
    term_options_init(&options);
    struct session_options session_options = {.models_directory = "models", .seed = 1};
    struct session *session = NULL;
    struct diags diags;
    diags_init(&diags);
    struct text out, err;
    text_init(&out);
    text_init(&err);
    term_block_signals();
    int code = EXIT_BAD;
    if (session_new(&session_options, &diags, &session) == ST_OK) {
        struct command_context context = {.session = session,
                                          .catalogue = session_catalogue(session),
                                          .out = &out,
                                          .err = &err,
                                          .where = IN_SHELL};
        size_t n_words = 0;
        while (words[n_words] != NULL) {
            n_words++;
        }
        code = command_run_words(&context, words, n_words);
        if (code == EXIT_OK) {
            code = term_run(session, &options, &err);
        }
        session_free(session);
    }
    text_done(&out);
    text_done(&err);
    diags_done(&diags);
    return code < 0 ? 128 - code : code;
}

static struct child child_start(int width, int height, const char *const *words)
{
    struct child child = {.width = width, .height = height};
    struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};
    child.raw = malloc(CHILD_RAW_MAX);
    assert_non_null(child.raw);
    fflush(NULL); /* the child ends by exit, so that a leak checker looks at it */
    child.pid = forkpty(&child.fd, NULL, NULL, &size);
    assert_true(child.pid >= 0);
    if (child.pid == 0) {
        exit(child_explore(words));
    }
    child.terminal = vterm_new(height, width);
    vterm_set_utf8(child.terminal, 1);
    child.screen = vterm_obtain_screen(child.terminal);
    vterm_screen_enable_altscreen(child.screen, 1);
    vterm_screen_reset(child.screen, 1);
    return child;
}

static double child_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return 1e3 * (double)time.tv_sec + 1e-6 * (double)time.tv_nsec;
}

/* Takes what comes within wait_ms; false when the child has closed the terminal. */
static bool child_read(struct child *child, int wait_ms)
{
    vterm_output_set_callback(child->terminal, child_answer, child);
    struct pollfd fd = {.fd = child->fd, .events = POLLIN};
    if (poll(&fd, 1, wait_ms) <= 0) {
        return true;
    }
    char bytes[65536];
    ssize_t n = read(child->fd, bytes, sizeof bytes);
    if (n <= 0) {
        child->ended = true;
        return false;
    }
    if (child->n_raw + (size_t)n < CHILD_RAW_MAX) {
        memcpy(child->raw + child->n_raw, bytes, (size_t)n);
        child->n_raw += (size_t)n;
    }
    vterm_input_write(child->terminal, bytes, (size_t)n);
    return true;
}

/* The screen as text, a line a row. The caller frees. */
static char *child_text(const struct child *child)
{
    size_t size = (size_t)(child->width * 4 + 1) * (size_t)child->height + 1;
    char *text = malloc(size);
    assert_non_null(text);
    size_t used = 0;
    for (int row = 0; row < child->height; row++) {
        VTermRect rect = {row, row + 1, 0, child->width};
        used += vterm_screen_get_text(child->screen, text + used, (size_t)child->width * 4, rect);
        text[used++] = '\n';
    }
    text[used] = '\0';
    return text;
}

static bool child_has(const struct child *child, const char *wanted)
{
    char *text = child_text(child);
    bool found = strstr(text, wanted) != NULL;
    free(text);
    return found;
}

/* Where text stands on the screen; false if it does not. */
static bool child_find(const struct child *child, const char *wanted, int *column, int *row)
{
    for (*row = 0; *row < child->height; (*row)++) {
        for (*column = 0; *column < child->width; (*column)++) {
            char here[512];
            VTermRect rect = {*row, *row + 1, *column, child->width};
            size_t n = vterm_screen_get_text(child->screen, here, sizeof here - 1, rect);
            here[n] = '\0';
            if (strncmp(here, wanted, strlen(wanted)) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void child_wait(struct child *child, const char *wanted, bool present)
{
    double end = child_now() + CHILD_TIMEOUT_MS;
    while (child_has(child, wanted) != present) {
        if (child->ended || child_now() > end) {
            char *text = child_text(child);
            print_message("%s", text);
            free(text);
            fail_msg("'%s' is %s the screen of %dx%d%s", wanted, present ? "not on" : "still on",
                     child->width, child->height, child->ended ? " (the explorer ended)" : "");
        }
        child_read(child, 20);
    }
}

static void child_expect(struct child *child, const char *wanted)
{
    child_wait(child, wanted, true);
}

static void child_expect_gone(struct child *child, const char *unwanted)
{
    child_wait(child, unwanted, false);
}

static void child_send_bytes(struct child *child, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(child->fd, bytes, length < 512 ? length : 512);
        if (n < 0 && errno == EIO) {
            return;
        }
        assert_true(n > 0);
        bytes += n;
        length -= (size_t)n;
        child_read(child, 0);
    }
}

static void child_send(struct child *child, const char *bytes)
{
    child_send_bytes(child, bytes, strlen(bytes));
}

static void child_resize(struct child *child, int width, int height)
{
    struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};
    child->width = width;
    child->height = height;
    vterm_set_size(child->terminal, height, width);
    assert_int_equal(ioctl(child->fd, TIOCSWINSZ, &size), 0);
}

/* Waits for its end; its status as waitpid tells it. */
static int child_end(struct child *child)
{
    double end = child_now() + CHILD_TIMEOUT_MS;
    int status = 0;
    pid_t pid = 0;
    while (pid == 0 && child_now() < end) {
        if (!child->ended) {
            child_read(child, 20);
        } else {
            poll(NULL, 0, 5);
        }
        pid = waitpid(child->pid, &status, WNOHANG);
    }
    if (pid == 0) {
        kill(child->pid, SIGKILL);
        waitpid(child->pid, &status, 0);
        fail_msg("the explorer does not end");
    }
    while (!child->ended && child_read(child, 50) && child_now() < end) {
        struct pollfd fd = {.fd = child->fd, .events = POLLIN};
        if (poll(&fd, 1, 50) <= 0) {
            break;
        }
    }
    return status;
}

static void child_done(struct child *child)
{
    close(child->fd);
    vterm_free(child->terminal);
    free(child->raw);
}

#endif
