/* What a long study has come to: written by its job, looked at by the screen meanwhile. */
#ifndef CUSP_BOARD_H
#define CUSP_BOARD_H

#include "cusp/snapshot.h"

/* Shared by reference; every call may come from any thread. */
struct board;

/* poke is called after every change, to wake who looks. */
struct board *board_new(void (*poke)(void *context), void *context);
struct board *board_ref(struct board *board);     /* NULL is fine */
void board_unref(struct board *board);            /* NULL is fine */
unsigned long board_version(struct board *board); /* grows with every change */

/* Rows of the whole table of estimators, none begun. */
void board_start_estimates(struct board *board, double n, bool on_data);
void board_put_finite(struct board *board, struct quantity finite, struct quantity tempered);
/* The state of a row on its way; what it points to is copied. */
void board_put_progress(struct board *board, size_t row, const struct estimate *so_far);
/* Its end: the estimate becomes the board's (it is zeroed); why: NULL, or why there is none. */
void board_put_estimate(struct board *board, size_t row, struct estimate *estimate,
                        const char *why);
void board_put_learned(struct board *board, const struct learning_curve *so_far);

/* Copies as they are now, NULL if there is nothing yet. What the rows of estimates that are done
   point to is the board's: it has to be held as long. */
struct estimates *board_estimates(struct board *board);
struct learning_curve *board_learned(struct board *board);
void estimates_free(struct estimates *estimates); /* NULL is fine */
void learned_free(struct learning_curve *curve);  /* NULL is fine */

#endif
