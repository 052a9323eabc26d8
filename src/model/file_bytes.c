/* Reading a whole file with a bound on its size, whatever stands at the path. */
#include "file_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cusp/mem.h"

static const char too_large[] = "it is too large";

static enum status kind(const struct stat *about, size_t max, const char **why)
{
    if (S_ISDIR(about->st_mode)) {
        *why = "it is a directory";
        return ST_IO;
    }
    if (!S_ISREG(about->st_mode)) {
        *why = "it is not a plain file";
        return ST_IO;
    }
    if (about->st_size > (off_t)max) {
        *why = too_large;
        return ST_INPUT;
    }
    return ST_OK;
}

static enum status of_errno(const char **why)
{
    *why = strerror(errno);
    return ST_IO;
}

static enum status read_all(int fd, size_t expected, size_t max, char **bytes, size_t *length,
                            const char **why)
{
    size_t capacity = expected + 2;
    *bytes = mem_new(capacity, 1);
    for (;;) {
        if (*length + 1 == capacity) { /* it grew, or does not know its size */
            capacity *= 2;
            *bytes = mem_resize(*bytes, capacity, 1);
        }
        ssize_t got = read(fd, *bytes + *length, capacity - 1 - *length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return of_errno(why);
        if (got == 0)
            break;
        *length += (size_t)got;
        if (*length > max) {
            *why = too_large;
            return ST_INPUT;
        }
    }
    (*bytes)[*length] = '\0';
    return ST_OK;
}

enum status file_bytes_read(const char *path, size_t max, char **bytes, size_t *length,
                            const char **why)
{
    struct stat about;
    *bytes = NULL;
    *length = 0;
    /* Looked at before it is opened: opening a pipe or a device may already do something. */
    if (stat(path, &about) != 0)
        return of_errno(why);
    enum status status = kind(&about, max, why);
    if (status != ST_OK)
        return status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return of_errno(why);
    status = fstat(fd, &about) != 0 ? of_errno(why) : kind(&about, max, why);
    if (status == ST_OK)
        status = read_all(fd, (size_t)about.st_size, max, bytes, length, why);
    close(fd);
    if (status != ST_OK) {
        mem_free(*bytes);
        *bytes = NULL;
        *length = 0;
    }
    return status;
}
