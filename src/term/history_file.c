/* Finds and makes the place of the history file, and reads its end. */
#include "history_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cusp/mem.h"

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

/* Adds what stands from here to the end, HISTORY_BYTES at most. */
static bool read_rest(int fd, struct text *out)
{
    char bytes[4096];
    for (;;) {
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n == 0 || out->length > HISTORY_BYTES) {
            return true;
        }
        if (n > 0) {
            text_add_bytes(out, bytes, (size_t)n);
        } else if (errno != EINTR) {
            return false;
        }
    }
}

bool history_file_read(const char *path, struct text *out, bool *cut)
{
    *cut = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); /* a FIFO must not wait */
    if (fd < 0) {
        return errno == ENOENT; /* none yet at the first run */
    }
    struct stat info;
    bool fine = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    if (fine && info.st_size > HISTORY_BYTES) {
        *cut = true;
        fine = lseek(fd, -(off_t)HISTORY_BYTES, SEEK_END) >= 0;
    }
    fine = fine && read_rest(fd, out);
    close(fd);
    return fine;
}
