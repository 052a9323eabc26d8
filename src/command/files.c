/* Files that commands write, whole or not at all, and small ones that they read. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cusp/mem.h"
#include "command_private.h"

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t wrote = write(fd, bytes, length);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return false;
        }
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return true;
}

static enum status fail(const char **why)
{
    *why = strerror(errno);
    return ST_IO;
}

/* A device or a pipe (/dev/stdout) has no old content to keep. */
static enum status write_special(const char *path, const char *bytes, size_t length,
                                 const char **why)
{
    /* a FIFO that nobody reads must not wait; one that is read may be slow */
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENXIO) {
        *why = "nobody reads from it";
        return ST_IO;
    }
    if (fd < 0 || fcntl(fd, F_SETFL, 0) != 0) {
        enum status status = fail(why);
        if (fd >= 0) {
            close(fd);
        }
        return status;
    }
    bool written = write_all(fd, bytes, length);
    enum status status = written ? ST_OK : fail(why);
    if (close(fd) != 0 && written) {
        status = fail(why);
    }
    return status;
}

/* The directory's entry has to reach the disk too; where a file system cannot, nothing is lost. */
static void sync_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *directory = slash == path ? mem_copy_text("/", 1)
                      : slash       ? mem_copy_text(path, (size_t)(slash - path))
                                    : mem_copy_text(".", 1);
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        if (fsync(fd) != 0) {
            errno = 0;
        }
        close(fd);
    }
    mem_free(directory);
}

/* Only we write to a file that mkstemp made; then it gets the rights that any new file gets. */
static bool give_rights(int fd)
{
    mode_t mask = umask(0);
    umask(mask);
    return fchmod(fd, 0666 & ~mask) == 0;
}

static enum status put_in_place(const char *draft, const char *path, bool keep, const char **why)
{
    if (!keep) {
        return rename(draft, path) == 0 ? ST_OK : fail(why);
    }
    if (link(draft, path) != 0) { /* fails if there is such a file, without a gap */
        return fail(why);
    }
    unlink(draft);
    return ST_OK;
}

enum status file_write(const char *path, const char *bytes, size_t length, bool keep,
                       const char **why)
{
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        if (S_ISDIR(info.st_mode)) {
            *why = "it is a directory";
            return ST_IO;
        }
        return write_special(path, bytes, length, why);
    }
    struct text name;
    text_init(&name);
    text_addf(&name, "%s.", path);
    for (int i = 0; i < 6; i++) { /* what mkstemp wants to fill in */
        text_add(&name, "X");
    }
    char *draft = mem_copy_text(text_get(&name), name.length);
    text_done(&name);
    enum status status = ST_OK;
    int fd = mkstemp(draft);
    if (fd < 0) {
        status = fail(why);
        mem_free(draft);
        return status;
    }
    if (!write_all(fd, bytes, length) || !give_rights(fd) || fsync(fd) != 0) {
        status = fail(why);
    }
    if (close(fd) != 0 && status == ST_OK) {
        status = fail(why);
    }
    if (status == ST_OK) {
        status = put_in_place(draft, path, keep, why);
    }
    if (status == ST_OK) {
        sync_directory(path);
    } else {
        unlink(draft);
    }
    mem_free(draft);
    return status;
}

enum status file_read(const char *path, size_t max, struct text *out, const char **why)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a FIFO must not wait */
    if (fd < 0) {
        return fail(why);
    }
    enum status status = ST_OK;
    *why = NULL;
    if (fstat(fd, &info) != 0) {
        status = fail(why);
    } else if (!S_ISREG(info.st_mode)) {
        *why = S_ISDIR(info.st_mode) ? "it is a directory" : "it is not a regular file";
        status = ST_IO;
    } else if ((uintmax_t)info.st_size > max) {
        *why = "it is too large";
        status = ST_LIMIT;
    }
    char buffer[8192];
    while (status == ST_OK) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        if (got < 0 && errno != EINTR) {
            status = fail(why);
        } else if (got == 0) {
            break;
        } else if (got > 0) {
            text_add_bytes(out, buffer, (size_t)got);
            if (out->length > max) { /* it grows while we read */
                *why = "it is too large";
                status = ST_LIMIT;
            }
        }
    }
    close(fd);
    return status;
}
