/* Where the prompt's history is kept between runs. */
#ifndef CUSP_TERM_HISTORY_FILE_H
#define CUSP_TERM_HISTORY_FILE_H

/* $XDG_STATE_HOME/cusp/history or ~/.local/state/cusp/history, its directories made; NULL if there
   is no such place. The caller frees with mem_free. */
char *history_file_path(void);

#endif
