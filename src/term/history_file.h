/* Where the prompt's history is kept between runs. */
#ifndef CUSP_TERM_HISTORY_FILE_H
#define CUSP_TERM_HISTORY_FILE_H

#include <stdbool.h>

#include "cusp/text.h"

enum { HISTORY_BYTES = 1 << 18 };

/* $XDG_STATE_HOME/cusp/history or ~/.local/state/cusp/history, its directories made; NULL if there
   is no such place. The caller frees with mem_free. */
char *history_file_path(void);

/* The last HISTORY_BYTES of the file; nothing if there is none yet. *cut: more stands before, and
   the first line may be the end of one. False if the path cannot hold a history (a directory, a
   FIFO, a file that is not ours to read). */
bool history_file_read(const char *path, struct text *out, bool *cut);

#endif
