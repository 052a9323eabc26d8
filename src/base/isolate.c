/* Work in a process of its own: a fork that leaves its result in shared memory. */
#include "cusp/isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cusp/clock.h"
#include "cusp/mem.h"

#ifdef __SANITIZE_THREAD__
#define ALWAYS_IN_PROCESS true /* a thread sanitizer follows no fork of many threads */
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ALWAYS_IN_PROCESS true
#endif
#endif
#ifndef ALWAYS_IN_PROCESS
#define ALWAYS_IN_PROCESS false
#endif

enum { RESULT_PRESET = 64 * 1024 * 1024, EXIT_DONE = 0, EXIT_NOTHING = 3, EXIT_MEMORY = 4 };

/* At the beginning of the memory that both processes see. */
struct shared {
    struct arena arena;
    void *result;
};

/* Bytes of memory that a process takes up; 0 if it cannot be told. */
static size_t resident(pid_t pid)
{
    char path[64], text[128];
    unsigned long size = 0, pages = 0;
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0)
        return 0;
    text[length] = '\0';
    return sscanf(text, "%lu %lu", &size, &pages) == 2 ? pages * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

static void child_out_of_memory(void)
{
    _exit(EXIT_MEMORY);
}

/* What the program does at a crash, restoring the terminal for one, is not for the child; nor may a
   library's last words reach the screen. */
static void leave_the_parent_alone(void)
{
    static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS,  SIGFPE, SIGILL,
                                SIGINT,  SIGTERM, SIGQUIT, SIGHUP};
    sigset_t none;
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
        signal(fatal[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int nowhere = open("/dev/null", O_RDWR);
    for (int fd = 0; fd <= 2 && nowhere >= 0; fd++)
        dup2(nowhere, fd);
    mem_on_failure(child_out_of_memory);
}

static void run_child(struct shared *shared, void *(*body)(struct arena *, void *), void *context,
                      pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_NOTHING);
    leave_the_parent_alone();
    shared->result = body(&shared->arena, context);
    _exit(shared->result != NULL ? EXIT_DONE : EXIT_NOTHING);
}

static enum status judge(int how, char *why, size_t size)
{
    if (WIFEXITED(how) && WEXITSTATUS(how) == EXIT_DONE)
        return ST_OK;
    if (WIFEXITED(how) && WEXITSTATUS(how) == EXIT_MEMORY) {
        snprintf(why, size, "there is not enough memory for it");
        return ST_LIMIT;
    }
    if (WIFSIGNALED(how))
        snprintf(why, size, "the computation broke off (signal %d)", WTERMSIG(how));
    else
        snprintf(why, size, "the computation gave nothing");
    return ST_UNABLE;
}

/* Waits for the child, and ends it where a limit is reached. */
static enum status watch(pid_t pid, const struct isolate_limits *limits, size_t held,
                         const struct cancel *cancel, char *why, size_t size)
{
    const double begun = clock_seconds();
    long pause = 50000; /* ns; doubled up to 8 ms */
    enum status status = ST_OK;
    int how = 0;
    for (;;) {
        pid_t ended = waitpid(pid, &how, status == ST_OK ? WNOHANG : 0);
        if (ended < 0 && errno == EINTR)
            continue;
        if (ended != 0)
            return status != ST_OK ? status : ended < 0 ? ST_IO : judge(how, why, size);
        size_t taken = resident(pid);
        if (cancel_wanted(cancel)) {
            status = ST_CANCELLED;
        } else if (clock_seconds() - begun > limits->seconds) {
            status = ST_LIMIT;
            snprintf(why, size, "it takes more than %g s", limits->seconds);
        } else if (taken > held && taken - held > limits->memory) {
            status = ST_LIMIT;
            snprintf(why, size, "it takes more than %zu MiB of memory", limits->memory >> 20);
        }
        if (status != ST_OK) {
            kill(pid, SIGKILL);
            continue;
        }
        nanosleep(&(struct timespec){.tv_nsec = pause}, NULL);
        pause = pause < 8000000 ? 2 * pause : pause;
    }
}

static enum status run_here(void *(*body)(struct arena *, void *), void *context,
                            struct isolated *out)
{
    arena_init(&out->arena);
    out->result = body(&out->arena, context);
    if (out->result != NULL)
        return ST_OK;
    snprintf(out->why, sizeof out->why, "the computation gave nothing");
    return ST_UNABLE;
}

enum status isolate_run(void *(*body)(struct arena *arena, void *context), void *context,
                        const struct isolate_limits *limits, const struct cancel *cancel,
                        struct isolated *out)
{
    *out = (struct isolated){0};
    if (limits->in_process || ALWAYS_IN_PROCESS)
        return run_here(body, context, out);
    size_t size = limits->result_size != 0 ? limits->result_size : RESULT_PRESET;
    size_t head = (sizeof(struct shared) + 63) / 64 * 64;
    void *map = mmap(NULL, head + size, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        snprintf(out->why, sizeof out->why, "there is not enough memory for it");
        return ST_LIMIT;
    }
    out->map = map;
    out->map_size = head + size;
    struct shared *shared = map;
    arena_init_fixed(&shared->arena, (char *)map + head, size);
    pid_t parent = getpid();
    size_t held = resident(parent);
    pid_t pid = fork();
    if (pid == 0)
        run_child(shared, body, context, parent);
    if (pid < 0) {
        snprintf(out->why, sizeof out->why, "no process can be had for it");
        return ST_IO;
    }
    enum status status = watch(pid, limits, held, cancel, out->why, sizeof out->why);
    out->result = status == ST_OK ? shared->result : NULL;
    return status;
}

void isolated_done(struct isolated *isolated)
{
    if (isolated->map != NULL)
        munmap(isolated->map, isolated->map_size);
    arena_done(&isolated->arena);
    *isolated = (struct isolated){0};
}
