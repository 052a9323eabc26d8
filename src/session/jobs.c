/* Background work: a queue under one lock, workers that start with the first job, an eventfd. */
#include "jobs.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "cusp/mem.h"

enum { WORKERS_MAX = 8 };

struct jobs {
    pthread_mutex_t lock;
    pthread_cond_t work, finished;
    struct job *queue; /* by priority */
    struct job *done, **done_end;
    size_t busy; /* added and not taken */
    bool ending;
    size_t n_workers, n_started;
    int running[LANES];
    pthread_t workers[WORKERS_MAX];
    int fd;
};

static void run_job(struct job *job)
{
    job->ran = !cancel_wanted(&job->cancel);
    if (job->ran) {
        job->run(job);
    }
}

static const int lane_room[LANES] = {2, 1, 1, 1, 1};

/* The first that may run now. The lock is held. */
static struct job *pop(struct jobs *jobs)
{
    struct job **at = &jobs->queue;
    while (*at && jobs->running[(*at)->lane] >= lane_room[(*at)->lane]) {
        at = &(*at)->next;
    }
    struct job *job = *at;
    if (job) {
        *at = job->next;
        job->next = NULL;
        jobs->running[job->lane]++;
    }
    return job;
}

void jobs_poke(struct jobs *jobs)
{
    uint64_t one = 1;
    while (write(jobs->fd, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

/* The lock is held. */
static void put_done(struct jobs *jobs, struct job *job)
{
    jobs->running[job->lane]--; /* another of its lane may begin: the worker looks at once */
    job->next = NULL;
    *jobs->done_end = job;
    jobs->done_end = &job->next;
    jobs_poke(jobs);
    pthread_cond_broadcast(&jobs->finished);
}

static void *worker(void *context)
{
    struct jobs *jobs = context;
    pthread_mutex_lock(&jobs->lock);
    while (!jobs->ending) {
        struct job *job = pop(jobs);
        if (!job) {
            pthread_cond_wait(&jobs->work, &jobs->lock);
            continue;
        }
        pthread_mutex_unlock(&jobs->lock);
        run_job(job);
        pthread_mutex_lock(&jobs->lock);
        put_done(jobs, job);
    }
    pthread_mutex_unlock(&jobs->lock);
    return NULL;
}

struct jobs *jobs_new(size_t workers)
{
    struct jobs *jobs = mem_new(1, sizeof *jobs);
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&jobs->work, NULL);
    pthread_cond_init(&jobs->finished, &attributes);
    pthread_condattr_destroy(&attributes);
    jobs->done_end = &jobs->done;
    jobs->n_workers = workers < WORKERS_MAX ? workers : WORKERS_MAX;
    jobs->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return jobs;
}

/* Workers start late, so that a session that computes nothing costs no threads, and with every
   signal blocked, so that the terminal's thread gets them. The lock is held. */
static void start_worker(struct jobs *jobs)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    if (pthread_create(&jobs->workers[jobs->n_started], NULL, worker, jobs) == 0) {
        jobs->n_started++;
    } else if (jobs->n_started == 0) {
        jobs->n_workers = 0; /* no thread to be had: jobs_wait does the work */
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void drop_all(struct job *job, void (*drop)(struct job *job))
{
    while (job) {
        struct job *next = job->next;
        drop(job);
        job = next;
    }
}

void jobs_free(struct jobs *jobs, void (*drop)(struct job *job))
{
    if (!jobs) {
        return;
    }
    pthread_mutex_lock(&jobs->lock);
    jobs->ending = true;
    pthread_cond_broadcast(&jobs->work);
    pthread_mutex_unlock(&jobs->lock);
    for (size_t i = 0; i < jobs->n_started; i++) {
        pthread_join(jobs->workers[i], NULL);
    }
    drop_all(jobs->queue, drop);
    drop_all(jobs->done, drop);
    if (jobs->fd >= 0) {
        close(jobs->fd);
    }
    pthread_cond_destroy(&jobs->work);
    pthread_cond_destroy(&jobs->finished);
    pthread_mutex_destroy(&jobs->lock);
    mem_free(jobs);
}

void jobs_add(struct jobs *jobs, struct job *job)
{
    pthread_mutex_lock(&jobs->lock);
    struct job **at = &jobs->queue;
    while (*at && (*at)->priority <= job->priority) {
        at = &(*at)->next;
    }
    job->next = *at;
    job->ran = false;
    *at = job;
    jobs->busy++;
    if (jobs->n_started < jobs->n_workers) {
        start_worker(jobs);
    }
    pthread_cond_signal(&jobs->work);
    pthread_mutex_unlock(&jobs->lock);
}

bool jobs_remove(struct jobs *jobs, struct job *job)
{
    bool found = false;
    pthread_mutex_lock(&jobs->lock);
    for (struct job **at = &jobs->queue; *at; at = &(*at)->next) {
        if (*at == job) {
            *at = job->next;
            job->next = NULL;
            jobs->busy--;
            found = true;
            break;
        }
    }
    pthread_mutex_unlock(&jobs->lock);
    return found;
}

struct job *jobs_take(struct jobs *jobs)
{
    pthread_mutex_lock(&jobs->lock);
    struct job *job = jobs->done;
    if (job) {
        jobs->done = job->next;
        job->next = NULL;
        jobs->busy--;
    }
    if (!jobs->done) {
        jobs->done_end = &jobs->done;
        uint64_t count;
        while (read(jobs->fd, &count, sizeof count) < 0 && errno == EINTR) {
        }
    }
    pthread_mutex_unlock(&jobs->lock);
    return job;
}

size_t jobs_busy(struct jobs *jobs)
{
    pthread_mutex_lock(&jobs->lock);
    size_t busy = jobs->busy;
    pthread_mutex_unlock(&jobs->lock);
    return busy;
}

static struct timespec deadline_after(int timeout_ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += timeout_ms / 1000;
    at.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

/* Without workers: one queued job, here and now. The lock is held. */
static void run_here(struct jobs *jobs)
{
    struct job *job = pop(jobs);
    if (job) {
        pthread_mutex_unlock(&jobs->lock);
        run_job(job);
        pthread_mutex_lock(&jobs->lock);
        put_done(jobs, job);
    }
}

bool jobs_wait(struct jobs *jobs, int timeout_ms)
{
    struct timespec deadline = deadline_after(timeout_ms < 0 ? 0 : timeout_ms);
    pthread_mutex_lock(&jobs->lock);
    if (jobs->n_workers == 0 && !jobs->done) {
        run_here(jobs);
    }
    while (!jobs->done && jobs->busy > 0) {
        if (timeout_ms < 0) {
            pthread_cond_wait(&jobs->finished, &jobs->lock);
        } else if (pthread_cond_timedwait(&jobs->finished, &jobs->lock, &deadline) == ETIMEDOUT) {
            break;
        }
    }
    bool ready = jobs->done != NULL;
    pthread_mutex_unlock(&jobs->lock);
    return ready;
}

int jobs_fd(const struct jobs *jobs)
{
    return jobs->fd;
}
