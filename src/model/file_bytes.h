/* All bytes of a plain file that may mean harm. */
#ifndef CUSP_FILE_BYTES_H
#define CUSP_FILE_BYTES_H

#include <stddef.h>

#include "cusp/status.h"

/* Reads at most max bytes into *bytes, the caller's, with a NUL after them. Directories, pipes and
   devices are refused without being opened. ST_IO or ST_INPUT with *why, to follow "cannot read
   '…': "; *bytes is then NULL. */
CUSP_MUST_USE enum status file_bytes_read(const char *path, size_t max, char **bytes,
                                          size_t *length, const char **why);

#endif
