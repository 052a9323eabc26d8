/* Background work: a small queue of jobs, run by threads that live here and nowhere else. */
#ifndef CUSP_JOBS_H
#define CUSP_JOBS_H

#include "cusp/cancel.h"

#include <stdbool.h>
#include <stddef.h>

/* So that what is quick never waits for what takes seconds, nor particles for a search, nor λ for
   minutes of estimating. */
enum { LANE_QUICK, LANE_LONG, LANE_SEARCH, LANE_EXACT, LANE_STUDY, LANES };

/* The first member of whatever a job needs; owned by the queue from jobs_add until jobs_take. */
struct job {
    struct job *next;
    int priority; /* the least runs first; equals in order of arrival */
    int lane;     /* 0: quick jobs, two at a time; the others: one at a time each */
    struct cancel cancel;
    void (*run)(struct job *job); /* on a worker; left out if cancelled before it began */
    bool ran;                     /* run was called */
};

struct jobs;

/* workers 0: no threads at all, jobs_wait runs what is queued. */
struct jobs *jobs_new(size_t workers);
/* Ends the workers after the jobs they are at (cancel them first) and hands every job that is left
   to drop. */
void jobs_free(struct jobs *jobs, void (*drop)(struct job *job));

void jobs_add(struct jobs *jobs, struct job *job);
/* Takes a job back that no worker has begun; false if it is too late. */
bool jobs_remove(struct jobs *jobs, struct job *job);
/* A finished job, now the caller's; NULL if there is none. */
struct job *jobs_take(struct jobs *jobs);
/* Jobs added and not yet taken. */
size_t jobs_busy(struct jobs *jobs);
/* Waits until a finished job can be taken; false after timeout_ms (< 0: no limit) or if nothing is
   busy. */
bool jobs_wait(struct jobs *jobs, int timeout_ms);
/* Makes the descriptor readable although no job has finished: one on its way has something to show.
   From any thread. */
void jobs_poke(struct jobs *jobs);
/* Readable while a finished job waits. */
int jobs_fd(const struct jobs *jobs);

#endif
