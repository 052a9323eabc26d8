/* A model's text or file to its checked syntax tree. */
#include "cusp/syntax.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cusp/mem.h"
#include "draft.h"
#include "source.h"

/* Numbers are read and shown with a decimal point, whatever the person's locale. */
static locale_t enter_c_locale(locale_t *before)
{
    locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    *before = c != (locale_t)0 ? uselocale(c) : (locale_t)0;
    return c;
}

static void leave_c_locale(locale_t c, locale_t before)
{
    if (c != (locale_t)0) {
        uselocale(before);
        freelocale(c);
    }
}

static void parse_source(struct syntax *syntax, const struct setting *settings, size_t n_settings,
                         struct diags *diags)
{
    struct draft draft = {.syntax = syntax, .diags = diags};
    locale_t before, c = enter_c_locale(&before);
    lexer_run(syntax->file, syntax->source, diags, &draft.tokens);
    draft_parse(&draft);
    draft_check(&draft, settings, n_settings);
    draft_done(&draft);
    leave_c_locale(c, before);
}

enum status syntax_parse(const char *file, const char *text, size_t length,
                         const struct setting *settings, size_t n_settings, struct diags *diags,
                         struct syntax **out)
{
    *out = NULL;
    if (length > SYNTAX_MAX_BYTES) {
        diags_add_file(diags, SEV_ERROR, file, "larger than %d bytes", SYNTAX_MAX_BYTES);
        return ST_INPUT;
    }
    struct syntax *syntax = mem_new(1, sizeof *syntax);
    arena_init(&syntax->arena);
    syntax->file = arena_text(&syntax->arena, file, strlen(file));
    struct diags found; /* its own, so that sorting leaves other files' alone */
    diags_init(&found);
    if (source_copy(&syntax->arena, file, text, length, &found, &syntax->source)) {
        parse_source(syntax, settings, n_settings, &found);
    }
    bool fine = found.n_errors == 0;
    diags_sort(&found);
    diags_append(diags, &found);
    diags_done(&found);
    if (!fine) {
        syntax_free(syntax);
        return ST_INPUT;
    }
    *out = syntax;
    return ST_OK;
}

/* What is no plain file, said so that a person knows; NULL for a plain file. */
static const char *not_plain(mode_t mode)
{
    return S_ISREG(mode)                    ? NULL
           : S_ISDIR(mode)                  ? "a directory"
           : S_ISFIFO(mode)                 ? "a pipe"
           : S_ISSOCK(mode)                 ? "a socket"
           : S_ISCHR(mode) || S_ISBLK(mode) ? "a device"
                                            : "no plain file";
}

static enum status refuse_file(const char *path, const struct stat *about, struct diags *diags)
{
    const char *what = not_plain(about->st_mode);
    if (what != NULL) {
        diags_add_file(diags, SEV_ERROR, path, "this is %s, not a model file", what);
        return ST_INPUT;
    }
    if (about->st_size > SYNTAX_MAX_BYTES) {
        diags_add_file(diags, SEV_ERROR, path, "larger than %d bytes", SYNTAX_MAX_BYTES);
        return ST_INPUT;
    }
    return ST_OK;
}

static enum status refuse_errno(const char *path, struct diags *diags)
{
    diags_add_file(diags, SEV_ERROR, path, "cannot be read: %s", strerror(errno));
    return ST_IO;
}

/* Reads at most one byte more than is allowed. */
static enum status read_all(int fd, const char *path, struct diags *diags, char *out,
                            size_t *length)
{
    *length = 0;
    while (*length <= SYNTAX_MAX_BYTES) {
        ssize_t got = read(fd, out + *length, SYNTAX_MAX_BYTES + 1 - *length);
        if (got == 0) {
            return ST_OK;
        }
        if (got < 0 && errno != EINTR) {
            return refuse_errno(path, diags);
        }
        *length += got > 0 ? (size_t)got : 0;
    }
    return ST_OK; /* too long: syntax_parse says so */
}

enum status syntax_read(const char *path, const struct setting *settings, size_t n_settings,
                        struct diags *diags, struct syntax **out)
{
    struct stat about;
    *out = NULL;
    /* Looked at before it is opened: opening a pipe or a device may already do something. */
    if (stat(path, &about) != 0) {
        return refuse_errno(path, diags);
    }
    enum status status = refuse_file(path, &about, diags);
    if (status != ST_OK) {
        return status;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return refuse_errno(path, diags);
    }
    char *text = mem_new(SYNTAX_MAX_BYTES + 1, 1);
    size_t length = 0;
    status = fstat(fd, &about) != 0 ? refuse_errno(path, diags) : refuse_file(path, &about, diags);
    if (status == ST_OK) {
        status = read_all(fd, path, diags, text, &length);
    }
    close(fd);
    if (status == ST_OK) {
        status = syntax_parse(path, text, length, settings, n_settings, diags, out);
    }
    mem_free(text);
    return status;
}

void syntax_free(struct syntax *syntax)
{
    if (syntax != NULL) {
        arena_done(&syntax->arena);
        mem_free(syntax);
    }
}

static void add_indices(const struct symbol *symbol, size_t component, char *out, size_t size)
{
    size_t index[SYNTAX_MAX_RANK] = {0}, used = strlen(out);
    for (size_t i = symbol->rank; i-- > 0;) {
        index[i] = component % symbol->extents[i] + 1;
        component /= symbol->extents[i];
    }
    for (size_t i = 0; i < symbol->rank && used < size; i++) {
        int n = snprintf(out + used, size - used, "%s%zu%s", i == 0 ? "[" : ",", index[i],
                         i + 1 == symbol->rank ? "]" : "");
        used += n > 0 ? (size_t)n : 0;
    }
}

void syntax_param_name(const struct syntax *syntax, size_t i, char *out, size_t size)
{
    if (size == 0) {
        return;
    }
    *out = '\0';
    for (size_t k = 0; k < syntax->n_symbols; k++) {
        const struct symbol *symbol = syntax->symbols[k];
        if (symbol->kind == SYM_PARAM && i >= symbol->first && i - symbol->first < symbol->count) {
            snprintf(out, size, "%s", symbol->name);
            add_indices(symbol, i - symbol->first, out, size);
            return;
        }
    }
}
