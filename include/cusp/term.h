/* The explorer on a terminal: curses, keys, mouse, signals. One thread. */
#ifndef CUSP_TERM_H
#define CUSP_TERM_H

#include "cusp/cells.h"
#include "cusp/session.h"

enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
enum term_background { BACKGROUND_ASK, BACKGROUND_LIGHT, BACKGROUND_DARK };

struct term_options {
    enum color_mode color; /* AUTO: none if NO_COLOR is set and not empty */
    bool depth_given;
    enum colour_depth depth; /* if given; else by TERM and COLORTERM, which ssh does not carry */
    enum term_background background;
    enum colormap map; /* MAP_COUNT: as the figures say */
    bool screen_reader;
    bool no_mouse;
    bool ascii; /* even in a UTF-8 locale */
};

/* Everything as by default: ask the terminal. */
void term_options_init(struct term_options *options);

/* Blocks the signals that term_run takes from a descriptor. Call it before the first thread
   starts, so before session_new. */
void term_block_signals(void);

/* Shows the explorer until the person leaves. Returns an exit code; or −signal when a signal asked
   to end: the caller then ends by that signal. The terminal is as it was in any case. Messages for
   standard error (no usable terminal) are appended to err. */
int term_run(struct session *session, const struct term_options *options, struct text *err);

/* Gives the terminal back at once if the explorer has it; safe in a signal handler. For the handler
   of exhausted memory. */
void term_restore(void);

#endif
