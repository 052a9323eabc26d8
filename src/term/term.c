/* The loop: one thread that waits for keys, signals, results and time, and draws. */
#include "cusp/term.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "explorer.h"
#include "prompt.h"
#include "screen.h"
#include "signals.h"

/* Seconds. */
#define FRAME_LEAST (1.0 / 32) /* so that 30 a second are held in spite of late wakings */
#define COARSE_WAIT 0.010      /* a first coarse result is waited for so long before drawing */
#define READY_WAIT 0.25        /* the terminal's answer to a frame */
#define BACKGROUND_WAIT 2.0
#define FILES_EVERY 0.5
#define NEVER HUGE_VAL

enum { LEVELS_LOCAL = 128, LEVELS_REMOTE = 64, LEVELS_MOVING = 32, UNANSWERED_MAX = 3 };

struct term {
    struct explorer explorer;
    struct screen *screen;
    struct session *session;
    struct cells cells;
    bool has_cells;
    int signal_fd, timer_fd, signal;
    double now;
    double draw_at;    /* NEVER: nothing to draw */
    double last_frame; /* when */
    double asked_at;   /* NEVER: no answer is awaited */
    double input_at, files_at, background_until;
    double tick_at; /* while n plays: when it moves on */
    int unanswered;
    bool pacing, mouse, remote, moving;
    struct cancel cancel;
};

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void want_frame(struct term *term, double at)
{
    term->explorer.stale = true;
    term->draw_at = fmin(term->draw_at, at);
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

static void fit_cells(struct term *term)
{
    int width, height;
    screen_size(term->screen, &width, &height);
    if (term->has_cells && term->cells.width == width && term->cells.height == height) {
        return;
    }
    if (term->has_cells) {
        cells_done(&term->cells);
    }
    cells_init(&term->cells, width, height);
    term->has_cells = true;
    explorer_resize(&term->explorer, width, height);
}

static void draw_frame(struct term *term)
{
    struct explorer *explorer = &term->explorer;
    double begun = seconds();
    fit_cells(term);
    bool moving = explorer->drag.kind != DRAG_NOTHING || explorer->snapshot.state.playing;
    term->moving = moving && term->remote;
    explorer->draw.levels = term->moving   ? LEVELS_MOVING
                            : term->remote ? LEVELS_REMOTE
                                           : LEVELS_LOCAL;
    explorer->draw.cell_aspect =
        explorer->cell_aspect > 0 ? explorer->cell_aspect : screen_cell_aspect(term->screen);
    explorer_draw(explorer, &term->cells);
    struct cursor cursor = {explorer->cursor_column, explorer->cursor_row,
                            explorer->cursor_visible};
    bool sent = screen_show(term->screen, &term->cells, cursor);
    term->draw_at = NEVER;
    term->last_frame = begun;
    term->now = seconds();
    explorer->changed = false;
    if (sent && term->pacing) {
        screen_send(term->screen, "\033[5n");
        term->asked_at = term->now;
    }
}

/* When the next frame may be drawn: not before it is wanted, not too soon after the last, and not
   while the terminal is still busy with that. */
static double frame_time(const struct term *term)
{
    if (term->draw_at == NEVER) {
        return NEVER;
    }
    double at = fmax(term->draw_at, term->last_frame + FRAME_LEAST);
    return term->asked_at == NEVER ? at : fmax(at, term->asked_at + READY_WAIT);
}

/* ---- commands that take long -------------------------------------------------------------------
 */

static bool command_begins(struct explorer *explorer, const char *line, void *owner)
{
    struct term *term = owner;
    session_message(explorer->session, false, "%.60s … ctrl-c stops it", line);
    draw_frame(term);
    term->cancel = signals_interruptible();
    explorer->context.cancel = &term->cancel;
    return true;
}

static bool command_ends(struct explorer *explorer, void *owner)
{
    (void)owner;
    explorer->context.cancel = NULL;
    session_message(explorer->session, false, "%s", "");
    return signals_interrupted();
}

static void describe(struct text *out, void *context)
{
    const struct term *term = context;
    const struct screen_facts *facts = screen_facts(term->screen);
    static const char *const depths[] = {"none", "16", "256", "direct (24 bits)"};
    int width, height;
    screen_size(term->screen, &width, &height);
    text_addf(out, "entry in use  %s\n", facts->entry);
    text_addf(out, "size          %dx%d cells, a cell is %.3g times as high as wide\n", width,
              height, term->explorer.draw.cell_aspect);
    text_addf(out, "colours       %s, %s\n", depths[facts->depth], facts->why_depth);
    text_addf(out, "colour pairs  %d of %d in use\n", facts->n_pairs, facts->pair_limit);
    text_addf(out, "characters    %s\n", facts->utf8 ? "UTF-8" : "ASCII");
    const char *taken = term->explorer.draw.light ? "light" : "dark";
    if (term->explorer.has_background) {
        text_addf(out, "background    #%06x, taken as %s\n", term->explorer.background, taken);
    } else {
        text_addf(out, "background    not told, taken as %s\n", taken);
    }
    text_addf(out, "answers       %s\n",
              term->pacing ? "frames are paced by the terminal" : "none: frames go by the clock");
    text_addf(out, "mouse         %s\n", term->mouse ? "on" : "off");
}

/* ---- what happens ------------------------------------------------------------------------------
 */

static void suspend(struct term *term)
{
    if (getsid(0) == getpid()) {
        session_message(term->session, false, "there is no shell here to go back to; q quits");
        want_frame(term, 0);
        return;
    }
    screen_leave(term->screen);
    signals_stop_self();
    screen_enter(term->screen);
    term->asked_at = NEVER;
    want_frame(term, 0);
}

static void take_signals(struct term *term)
{
    for (int number = signals_next(term->signal_fd); number != 0;
         number = signals_next(term->signal_fd)) {
        switch (number) {
        case SIGWINCH:
            (void)screen_resize(term->screen);
            want_frame(term, 0);
            break;
        case SIGTSTP:
            suspend(term);
            break;
        case SIGCONT:
            /* Stopped by what could not be caught: the terminal may be in any state. */
            screen_enter(term->screen);
            want_frame(term, 0);
            break;
        default:
            term->signal = number;
        }
    }
}

/* What the explorer asks of the one who has the terminal. */
static void grant_wishes(struct term *term)
{
    struct explorer *explorer = &term->explorer;
    if (explorer->toggle_mouse) {
        explorer->toggle_mouse = false;
        term->mouse = !term->mouse;
        screen_mouse(term->screen, term->mouse);
        session_message(term->session, false, "mouse %s",
                        term->mouse ? "on" : "off: the terminal's own selection works again");
    }
    if (explorer->redraw_all) {
        explorer->redraw_all = false;
        screen_forget(term->screen);
        explorer->changed = true;
    }
    if (explorer->suspend) {
        explorer->suspend = false;
        suspend(term);
    }
    if (explorer->ready) {
        explorer->ready = false;
        term->asked_at = NEVER;
        term->unanswered = 0;
    }
    if (explorer->changed) {
        explorer->changed = false;
        want_frame(term, session_busy(term->session) ? term->now + COARSE_WAIT : term->now);
    }
}

static void take_input(struct term *term)
{
    char bytes[4096];
    ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
    if (n > 0) {
        term->input_at = term->now;
        explorer_bytes(&term->explorer, bytes, (size_t)n);
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        term->signal = SIGHUP; /* the terminal is gone */
    }
}

static double idle_time(const struct term *term)
{
    int wait = keys_wait_ms(&term->explorer.keys);
    return wait < 0 ? NEVER : term->input_at + 1e-3 * wait;
}

static void pass_time(struct term *term)
{
    if (term->now >= idle_time(term)) {
        explorer_idle(&term->explorer);
    }
    if (term->asked_at != NEVER && term->now >= term->asked_at + READY_WAIT) {
        term->asked_at = NEVER;
        term->pacing = ++term->unanswered < UNANSWERED_MAX;
    }
    if (term->now >= term->background_until) {
        term->explorer.keys.expect_osc = false;
        term->background_until = NEVER;
    }
    if (term->now >= term->files_at) {
        term->files_at = term->now + FILES_EVERY;
        if (session_poll_files(term->session)) {
            want_frame(term, term->now);
        }
    }
    /* n moves once a frame, so that what it starts to compute has the time between frames. */
    bool playing = term->explorer.snapshot.state.playing;
    if ((!playing || term->now >= term->tick_at) && session_tick(term->session, term->now)) {
        term->tick_at = fmax(term->tick_at + FRAME_LEAST, term->now + FRAME_LEAST / 2);
        want_frame(term, term->now + COARSE_WAIT);
    }
}

static void arm_timer(const struct term *term)
{
    double at = fmin(fmin(frame_time(term), idle_time(term)), term->files_at);
    at = fmin(at, term->background_until);
    if (term->asked_at != NEVER) {
        at = fmin(at, term->asked_at + READY_WAIT);
    }
    if (term->explorer.snapshot.state.playing) {
        at = fmin(at, fmax(term->now, term->tick_at));
    }
    double whole = floor(at);
    struct itimerspec timer = {
        .it_value = {.tv_sec = (time_t)whole, .tv_nsec = (long)((at - whole) * 1e9) + 1}};
    if (timer.it_value.tv_nsec > 999999999) {
        timer.it_value.tv_nsec = 999999999;
    }
    timerfd_settime(term->timer_fd, TFD_TIMER_ABSTIME, &timer, NULL);
}

static void wait_for_something(struct term *term)
{
    arm_timer(term);
    struct pollfd fds[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = term->signal_fd, .events = POLLIN},
        {.fd = session_wakeup_fd(term->session), .events = POLLIN},
        {.fd = term->timer_fd, .events = POLLIN},
    };
    if (poll(fds, sizeof fds / sizeof *fds, -1) < 0) {
        return;
    }
    term->now = seconds();
    if (fds[3].revents != 0) {
        uint64_t expirations;
        ssize_t n = read(term->timer_fd, &expirations, sizeof expirations);
        (void)n; /* only to make it unreadable again */
    }
    if (fds[1].revents != 0) {
        take_signals(term);
    }
    if (fds[0].revents != 0) {
        take_input(term);
    }
    if (fds[2].revents != 0) {
        bool changed = session_collect(term->session);
        term->explorer.stale = true;
        if (changed) {
            want_frame(term, term->now);
        }
    }
}

static void loop(struct term *term)
{
    while (!term->explorer.quit && term->signal == 0 && screen_alive(term->screen)) {
        term->now = seconds();
        if (term->now >= frame_time(term)) {
            draw_frame(term);
        }
        wait_for_something(term);
        pass_time(term);
        grant_wishes(term);
    }
}

/* ---- start and end -----------------------------------------------------------------------------
 */

/* "15;0": what some terminals say of their colours without being asked. */
static bool colorfgbg_is_light(void)
{
    const char *value = getenv("COLORFGBG");
    const char *last = value != NULL ? strrchr(value, ';') : NULL;
    if (last == NULL || last[1] == '\0') {
        return false;
    }
    long colour = strtol(last + 1, NULL, 10);
    return colour == 7 || colour == 15;
}

static void set_theme(struct term *term, const struct term_options *options)
{
    struct explorer *explorer = &term->explorer;
    explorer->draw.map_override = options->map;
    term->background_until = NEVER;
    if (options->background != BACKGROUND_ASK) {
        explorer->draw.light = options->background == BACKGROUND_LIGHT;
        explorer->theme_chosen = true;
        return;
    }
    explorer->draw.light = colorfgbg_is_light();
    /* Only terminals like xterm know the question; the others might show it. */
    if (screen_facts(term->screen)->depth >= DEPTH_256) {
        explorer->keys.expect_osc = true;
        screen_send(term->screen, "\033]11;?\033\\");
        term->background_until = term->now + BACKGROUND_WAIT;
    }
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static void start(struct term *term, const struct term_options *options)
{
    const struct screen_facts *facts = screen_facts(term->screen);
    int width, height;
    screen_size(term->screen, &width, &height);
    explorer_init(&term->explorer, term->session, width, height);
    term->explorer.draw.depth = facts->depth;
    term->explorer.draw.glyphs = facts->utf8 ? GLYPHS_UNICODE : GLYPHS_ASCII;
    term->explorer.screen_reader = options->screen_reader;
    term->explorer.command_begins = command_begins;
    term->explorer.command_ends = command_ends;
    term->explorer.owner = term;
    term->explorer.context.describe_terminal = describe;
    term->explorer.context.terminal = term;
    term->mouse = !options->no_mouse;
    term->remote = getenv("SSH_CONNECTION") != NULL;
    /* A terminal that is not of this kind would show the question as text. */
    term->pacing = !starts_with(facts->term, "vt52");
    term->now = seconds();
    term->asked_at = NEVER;
    term->files_at = term->now + FILES_EVERY;
    term->last_frame = -1;
    set_theme(term, options);
    term->draw_at = term->now + (session_busy(term->session) ? COARSE_WAIT : 0);
}

/* The terminal's answer to the last frame is not to reach the shell as if it had been typed. */
static void await_answer(const struct term *term)
{
    static const char answer[] = "\033[0n";
    size_t met = 0;
    double until = seconds() + READY_WAIT;
    while (term->asked_at != NEVER && answer[met] != '\0' && seconds() < until) {
        struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
        char byte;
        if (poll(&fd, 1, 10) > 0) {
            if (read(STDIN_FILENO, &byte, 1) <= 0) {
                return;
            }
            met = byte == answer[met] ? met + 1 : byte == answer[0];
        }
    }
}

int term_run(struct session *session, const struct term_options *options, struct text *err)
{
    struct term term = {.session = session, .signal_fd = -1, .timer_fd = -1};
    term_block_signals();
    prompt_setup(true);
    term.signal_fd = signals_open();
    term.timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    int code = EXIT_BAD;
    if (term.signal_fd < 0 || term.timer_fd < 0) {
        text_addf(err, "the system gives no descriptors: %s", strerror(errno));
    } else if (screen_open(options, err, &term.screen) == ST_OK) {
        start(&term, options);
        loop(&term);
        code = term.signal != 0 ? -term.signal : EXIT_OK;
        await_answer(&term);
        explorer_done(&term.explorer);
        screen_close(term.screen);
    }
    if (term.has_cells) {
        cells_done(&term.cells);
    }
    if (term.signal_fd >= 0) {
        close(term.signal_fd);
    }
    if (term.timer_fd >= 0) {
        close(term.timer_fd);
    }
    prompt_teardown();
    return code;
}
