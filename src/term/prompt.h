/* The ":" prompt: readline by callbacks on a byte queue, without a terminal of its own. There is
   one, as readline has one. */
#ifndef CUSP_TERM_PROMPT_H
#define CUSP_TERM_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "cusp/command.h"

/* Once, before curses: readline asks for terminal facts of its own at its start. history: false
   to keep none between runs. */
void prompt_setup(bool history);
void prompt_teardown(void);

/* Opens with text already typed. context: for completion. */
void prompt_open(const char *text, struct command_context *context);
void prompt_close(void);

enum prompt_result { PROMPT_EDITS, PROMPT_ENTERED, PROMPT_CANCELLED, PROMPT_SEARCHES };

/* One key, by its name and the bytes it came as. After PROMPT_ENTERED the line is prompt_line() and
   the prompt is closed; PROMPT_SEARCHES asks for a list of prompt_history to choose from. */
enum prompt_result prompt_key(const char *name, const char *bytes, size_t n_bytes);
/* Earlier lines, the last first. */
void prompt_history(void (*add)(const char *line, void *context), void *context);
/* Pasted text: line ends become "; ", control characters nothing. */
void prompt_paste(const char *text, size_t length);
const char *prompt_line(void);

/* What is to be shown: the prompt's own text (":" or that of a search), the line, the cursor as a
   byte offset in the line. */
struct prompt_view {
    const char *lead, *line;
    size_t point;
    const char *const *candidates; /* of the last completion, "word  help" */
    size_t n_candidates;
};
void prompt_view(struct prompt_view *out);

#endif
