/* Signals as readable descriptors, and the terminal given back when the program dies. */
#ifndef CUSP_TERM_SIGNALS_H
#define CUSP_TERM_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

#include <termios.h>

#include "cusp/cancel.h"

/* A descriptor that gives the blocked signals; −1 if there is none to have. */
int signals_open(void);
/* The next signal, 0 when there is none left. */
int signals_next(int fd);

/* From now on a fatal signal first puts the terminal back to `saved` and out of all modes. */
void signals_guard(const struct termios *saved);
/* While suspended there is nothing to give back. */
void signals_guard_pause(bool paused);
void signals_unguard(void);

/* Stops this process as ctrl-z does; returns when it is continued. */
void signals_stop_self(void);

/* Between these two ctrl-c is a signal again: it bumps a generation that long work looks at. The
   second says whether that happened. */
struct cancel signals_interruptible(void);
bool signals_interrupted(void);

#endif
