/* Finds and makes the place of the history file. */
#include "history_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cusp/mem.h"
#include "cusp/text.h"

/* Makes every directory of path up to its last '/'. */
static int make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int failed = mkdir(path, 0700) != 0 && errno != EEXIST;
        *slash = '/';
        if (failed) {
            return -1;
        }
    }
    return 0;
}

char *history_file_path(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    struct text path;
    text_init(&path);
    /* The specification says that relative paths are to be ignored. */
    if (state != NULL && state[0] == '/') {
        text_add(&path, state);
    } else if (home != NULL && home[0] == '/') {
        text_addf(&path, "%s/.local/state", home);
    } else {
        return NULL;
    }
    text_add(&path, "/cusp/history");
    if (make_directories(path.bytes) != 0) {
        text_done(&path);
        return NULL;
    }
    return path.bytes;
}
