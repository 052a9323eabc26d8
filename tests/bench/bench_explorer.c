/* The explorer in a pseudo-terminal: time to the first screen, from a key to the coarse and the
   final picture, frames a second while n plays, and memory. Prints
   "name<TAB>value<TAB>target<TAB>detail" lines; value ≤ target is good, frames ≥. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct explorer {
    int fd;
    pid_t child;
    char tail[16];
    size_t n_tail;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void start(struct explorer *e, const char *program, char *const *arguments)
{
    struct winsize size = {.ws_row = 40, .ws_col = 120, .ws_xpixel = 960, .ws_ypixel = 640};
    memset(e, 0, sizeof *e);
    e->child = forkpty(&e->fd, NULL, NULL, &size);
    if (e->child == 0) {
        setenv("TERM", "xterm-256color", 1);
        setenv("COLORTERM", "truecolor", 1);
        execv(program, arguments);
        _exit(127);
    }
}

/* Answers the reports that the explorer asks for, as a terminal would. */
static void answer(struct explorer *e, const char *bytes, size_t n)
{
    static const char ask[] = "\033[5n", background[] = "\033]11;?";
    for (size_t i = 0; i < n; i++) {
        if (e->n_tail == sizeof e->tail) {
            memmove(e->tail, e->tail + 1, sizeof e->tail - 1);
            e->n_tail--;
        }
        e->tail[e->n_tail++] = bytes[i];
        if (e->n_tail >= 4 && memcmp(e->tail + e->n_tail - 4, ask, 4) == 0)
            (void)!write(e->fd, "\033[0n", 4);
        if (e->n_tail >= 6 && memcmp(e->tail + e->n_tail - 6, background, 6) == 0)
            (void)!write(e->fd, "\033]11;rgb:0000/0000/0000\033\\", 26);
    }
}

/* Reads until `quiet` seconds pass without output; *first and *last get the times of the first and
   last full frame (the end of a synchronised update), *frames how many. */
static void drain(struct explorer *e, double quiet, double limit, double *first, double *last,
                  int *frames)
{
    static const char end_of_frame[] = "\033[?2026l";
    char buffer[65536], seen[8];
    size_t matched = 0;
    double begun = now(), latest = begun;
    *first = *last = 0;
    *frames = 0;
    (void)seen;
    while (now() - begun < limit) {
        struct pollfd p = {e->fd, POLLIN, 0};
        if (poll(&p, 1, 1) > 0) {
            ssize_t n = read(e->fd, buffer, sizeof buffer);
            if (n <= 0)
                break;
            latest = now();
            for (ssize_t i = 0; i < n; i++) {
                matched =
                    buffer[i] == end_of_frame[matched] ? matched + 1 : buffer[i] == end_of_frame[0];
                if (end_of_frame[matched] == '\0') {
                    matched = 0;
                    ++*frames;
                    if (*first == 0)
                        *first = latest;
                    *last = latest;
                }
            }
            answer(e, buffer, (size_t)n);
        } else if (now() - latest > quiet) {
            break;
        }
    }
}

static long peak_memory_kib(pid_t child)
{
    char path[64], line[256];
    long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)child);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "VmHWM: %ld kB", &kib) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return kib;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    enum { STARTS = 5, KEYS = 15 };
    const char *program = argc > 1 ? argv[1] : "build/cusp";
    char *const arguments[] = {(char *)"cusp", (char *)"normal-crossing", (char *)"shifted-bowl",
                               NULL};
    double starts[STARTS], coarse[KEYS], final[KEYS], first, last;
    struct explorer e;
    int frames;
    for (int i = 0; i < STARTS; i++) {
        double begun = now();
        start(&e, program, arguments);
        drain(&e, 0.5, 5, &first, &last, &frames);
        starts[i] = 1e3 * (first - begun);
        if (i + 1 < STARTS) {
            kill(e.child, SIGTERM);
            waitpid(e.child, NULL, 0);
            close(e.fd);
        }
    }
    qsort(starts, STARTS, sizeof(double), ascending);
    printf("explorer: first screen, ms\t%.1f\t50\tmedian of %d starts\n", starts[STARTS / 2],
           STARTS);
    for (int i = 0; i < KEYS; i++) {
        double begun = now();
        (void)!write(e.fd, i % 2 ? "[" : "]", 1);
        drain(&e, 0.15, 3, &first, &last, &frames);
        coarse[i] = frames > 0 ? 1e3 * (first - begun) : 1e9;
        final[i] = frames > 0 ? 1e3 * (last - begun) : 1e9;
    }
    qsort(coarse, KEYS, sizeof(double), ascending);
    qsort(final, KEYS, sizeof(double), ascending);
    printf("explorer: key to coarse picture, ms\t%.1f\t16\tmedian; worst %.1f\n", coarse[KEYS / 2],
           coarse[KEYS - 1]);
    printf("explorer: key to final picture, ms\t%.1f\t60\tmedian; worst %.1f\n", final[KEYS / 2],
           final[KEYS - 1]);
    (void)!write(e.fd, " ", 1);
    drain(&e, 1, 3, &first, &last, &frames);
    printf("explorer: frames a second while n plays\t%.1f\t30\tat least\n",
           (frames - 1) / (last - first));
    (void)!write(e.fd, " ", 1);
    drain(&e, 0.2, 2, &first, &last, &frames);
    printf("explorer: peak memory, MB\t%.1f\t100\t\n", (double)peak_memory_kib(e.child) / 1024);
    (void)!write(e.fd, "q", 1);
    drain(&e, 0.2, 1, &first, &last, &frames);
    kill(e.child, SIGTERM);
    waitpid(e.child, NULL, 0);
    return 0;
}
