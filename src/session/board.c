/* What a long study has come to, under one lock. */
#include "board.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"

struct board {
    atomic_int references;
    pthread_mutex_t lock;
    void (*poke)(void *context);
    void *context;
    unsigned long version;
    struct estimates *estimates; /* rows on their way own their steps */
    struct learning_curve *learned;
};

struct board *board_new(void (*poke)(void *context), void *context)
{
    struct board *board = mem_new(1, sizeof *board);
    atomic_init(&board->references, 1);
    pthread_mutex_init(&board->lock, NULL);
    board->poke = poke;
    board->context = context;
    return board;
}

struct board *board_ref(struct board *board)
{
    if (board != NULL)
        atomic_fetch_add_explicit(&board->references, 1, memory_order_relaxed);
    return board;
}

void learned_free(struct learning_curve *curve)
{
    if (curve != NULL) {
        mem_free(curve->rows);
        mem_free(curve);
    }
}

void board_unref(struct board *board)
{
    if (board == NULL ||
        atomic_fetch_sub_explicit(&board->references, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; board->estimates != NULL && i < board->estimates->n_rows; i++) {
        struct estimate_row *row = &board->estimates->rows[i];
        if (row->done)
            estimate_done(&row->estimate);
        else
            mem_free(row->estimate.steps);
    }
    if (board->estimates != NULL)
        mem_free(board->estimates->rows);
    mem_free(board->estimates);
    learned_free(board->learned);
    pthread_mutex_destroy(&board->lock);
    mem_free(board);
}

unsigned long board_version(struct board *board)
{
    pthread_mutex_lock(&board->lock);
    unsigned long version = board->version;
    pthread_mutex_unlock(&board->lock);
    return version;
}

/* Ends a change that was begun by taking the lock. */
static void changed(struct board *board)
{
    board->version++;
    pthread_mutex_unlock(&board->lock);
    if (board->poke != NULL)
        board->poke(board->context);
}

void board_start_estimates(struct board *board, double n, bool on_data)
{
    pthread_mutex_lock(&board->lock);
    struct estimates *all = mem_new(1, sizeof *all);
    while (estimators[all->n_rows] != NULL)
        all->n_rows++;
    all->rows = mem_new(all->n_rows, sizeof *all->rows);
    for (size_t i = 0; i < all->n_rows; i++)
        all->rows[i].estimator = estimators[i];
    all->n = n;
    all->on_data = on_data;
    all->finite.standing = all->tempered.standing = UNKNOWN;
    board->estimates = all;
    changed(board);
}

void board_put_finite(struct board *board, struct quantity finite, struct quantity tempered)
{
    pthread_mutex_lock(&board->lock);
    board->estimates->finite = finite;
    board->estimates->tempered = tempered;
    changed(board);
}

static struct estimate_step *copy_steps(const struct estimate *from)
{
    struct estimate_step *steps = NULL;
    if (from->n_steps > 0) {
        steps = mem_new(from->n_steps, sizeof *steps);
        memcpy(steps, from->steps, from->n_steps * sizeof *steps);
    }
    return steps;
}

void board_put_progress(struct board *board, size_t at, const struct estimate *so_far)
{
    pthread_mutex_lock(&board->lock);
    struct estimate_row *row = &board->estimates->rows[at];
    mem_free(row->estimate.steps);
    row->started = true;
    row->estimate = *so_far;
    row->estimate.steps = copy_steps(so_far);
    row->estimate.sgld = NULL; /* the estimator's own until it is done */
    changed(board);
}

void board_put_estimate(struct board *board, size_t at, struct estimate *estimate, const char *why)
{
    pthread_mutex_lock(&board->lock);
    struct estimate_row *row = &board->estimates->rows[at];
    mem_free(row->estimate.steps);
    row->started = row->done = true;
    row->estimate = *estimate;
    memset(estimate, 0, sizeof *estimate);
    snprintf(row->why, sizeof row->why, "%s", why != NULL ? why : "");
    changed(board);
}

static struct learning_curve *copy_learned(const struct learning_curve *from)
{
    struct learning_curve *curve = mem_new(1, sizeof *curve);
    *curve = *from;
    curve->rows = mem_new(from->n_rows, sizeof *curve->rows);
    if (from->n_rows > 0)
        memcpy(curve->rows, from->rows, from->n_rows * sizeof *curve->rows);
    return curve;
}

void board_put_learned(struct board *board, const struct learning_curve *so_far)
{
    pthread_mutex_lock(&board->lock);
    learned_free(board->learned);
    board->learned = copy_learned(so_far);
    changed(board);
}

struct estimates *board_estimates(struct board *board)
{
    pthread_mutex_lock(&board->lock);
    struct estimates *copy = NULL;
    if (board->estimates != NULL) {
        const struct estimates *from = board->estimates;
        copy = mem_new(1, sizeof *copy);
        *copy = *from;
        copy->rows = mem_new(from->n_rows, sizeof *copy->rows);
        memcpy(copy->rows, from->rows, from->n_rows * sizeof *copy->rows);
        for (size_t i = 0; i < copy->n_rows; i++)
            if (!copy->rows[i].done)
                copy->rows[i].estimate.steps = copy_steps(&from->rows[i].estimate);
    }
    pthread_mutex_unlock(&board->lock);
    return copy;
}

struct learning_curve *board_learned(struct board *board)
{
    pthread_mutex_lock(&board->lock);
    struct learning_curve *copy = board->learned != NULL ? copy_learned(board->learned) : NULL;
    pthread_mutex_unlock(&board->lock);
    return copy;
}

void estimates_free(struct estimates *estimates)
{
    if (estimates == NULL)
        return;
    for (size_t i = 0; i < estimates->n_rows; i++)
        if (!estimates->rows[i].done)
            mem_free(estimates->rows[i].estimate.steps);
    mem_free(estimates->rows);
    mem_free(estimates);
}
