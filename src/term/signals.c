/* Blocks, reads and guards against signals. */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cusp/term.h"

/* What leaves every mode that the explorer may have set: end of a synchronized update, mouse, paste
   and alternate screen off, cursor on, plain text, auto wrap on. */
static const char reset_string[] = "\033[?2026l\033[?1006l\033[?1002l\033[?1000l\033[?2004l"
                                   "\033[?1049l\033[?25h\033[0m\033[?7h\r";

/* What ends a program that does not expect it, crashes first. */
static const int fatal_signals[] = {SIGSEGV, SIGABRT,   SIGBUS,  SIGFPE,  SIGILL,
                                    SIGQUIT, SIGSYS,    SIGTRAP, SIGUSR1, SIGUSR2,
                                    SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU};
enum { N_FATAL = sizeof fatal_signals / sizeof *fatal_signals, STACK_BYTES = 64 * 1024 };

static struct termios saved_modes;
static volatile sig_atomic_t guarding;
static struct sigaction old_actions[N_FATAL];
static char handler_stack[STACK_BYTES];

static void blocked_set(sigset_t *set)
{
    static const int blocked[] = {SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT, SIGWINCH};
    sigemptyset(set);
    for (size_t i = 0; i < sizeof blocked / sizeof *blocked; i++) {
        sigaddset(set, blocked[i]);
    }
}

void term_block_signals(void)
{
    sigset_t set;
    blocked_set(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int signals_open(void)
{
    sigset_t set;
    blocked_set(&set);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int signals_next(int fd)
{
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

void term_restore(void)
{
    if (!guarding) {
        return;
    }
    guarding = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
    ssize_t written = write(STDOUT_FILENO, reset_string, strlen(reset_string));
    (void)written; /* nothing is left to be done about it */
}

static void on_fatal(int number)
{
    term_restore();
    /* SA_RESETHAND has put the default back: this ends the program by the signal it got. */
    raise(number);
}

void signals_guard(const struct termios *saved)
{
    saved_modes = *saved;
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = on_fatal};
    sigemptyset(&action.sa_mask);
    action.sa_flags = (int)((unsigned)SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
    for (size_t i = 0; i < N_FATAL; i++) {
        sigaction(fatal_signals[i], &action, &old_actions[i]);
    }
    guarding = 1;
}

void signals_guard_pause(bool paused)
{
    guarding = !paused;
}

void signals_unguard(void)
{
    guarding = 0;
    for (size_t i = 0; i < N_FATAL; i++) {
        sigaction(fatal_signals[i], &old_actions[i], NULL);
    }
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
}

void signals_stop_self(void)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    signal(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, NULL); /* stops here */
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
}

static atomic_uint interrupts;
static unsigned interrupts_before;
static struct termios uninterruptible;

/* Work that does not stop when it is asked to must not hold a person: the third time ends it all.
 */
enum { INTERRUPTS_MAX = 3 };

static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
enum { N_STOPPING = sizeof stopping / sizeof *stopping };
static volatile sig_atomic_t ending; /* the signal that asked for more than the work's end */

static void on_interrupt(int number)
{
    if (number != SIGINT) {
        ending = number;
    }
    if (atomic_fetch_add(&interrupts, 1) + 1 - interrupts_before >= INTERRUPTS_MAX) {
        term_restore();
        signal(number, SIG_DFL);
        raise(number);
    }
}

struct cancel signals_interruptible(void)
{
    interrupts_before = atomic_load(&interrupts);
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &uninterruptible) == 0) {
        modes = uninterruptible;
        modes.c_lflag |= ISIG;
        modes.c_cc[VINTR] = 3;
        modes.c_cc[VQUIT] = modes.c_cc[VSUSP] = _POSIX_VDISABLE;
        tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    }
    ending = 0;
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < N_STOPPING; i++) {
        sigaction(stopping[i], &action, NULL);
        sigaddset(&set, stopping[i]);
    }
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    return (struct cancel){&interrupts, interrupts_before};
}

bool signals_interrupted(void)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < N_STOPPING; i++) {
        sigaddset(&set, stopping[i]);
    }
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    for (size_t i = 0; i < N_STOPPING; i++) {
        signal(stopping[i], SIG_DFL);
    }
    if (ending != 0) {
        raise(ending); /* blocked again: it waits for the loop */
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &uninterruptible);
    return atomic_load(&interrupts) != interrupts_before;
}
