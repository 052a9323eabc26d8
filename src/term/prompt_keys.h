/* Which keys edit the prompt's line, and the readline commands that do it. */
#ifndef CUSP_TERM_PROMPT_KEYS_H
#define CUSP_TERM_PROMPT_KEYS_H

#include <stddef.h>

/* Makes a keymap of these keys alone the current one. */
void prompt_keys_bind(int (*complete)(int count, int key));

/* The bytes to feed readline for a key: of its name, or its own if it is a character; *length 0 if
   the key does nothing here. */
const char *prompt_keys_sequence(const char *name, const char *bytes, size_t n_bytes,
                                 size_t *length);

#endif
