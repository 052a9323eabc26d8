/* The catalogue: finds the models directory, reads each model lightly, and loads one by name. */
#include "cusp/catalogue.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cusp/mem.h"
#include "likelihood_parts.h"

/* Names farther from the one given than this many edits are not suggested. */
#define NEAR_MAX 3
/* The line of a model file that says its place in the menu: "# order: 10". */
#define ORDER_PREFIX "# order:"
/* As many places are looked in at most. */
#define PLACES 3

static const char suffix[] = ".model";

/* --- where it is ------------------------------------------------------------------------------ */

static bool is_directory(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* <directory of the running program>/../<rest>, "" if that cannot be told. */
static void beside_program(struct text *out, const char *rest)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        return;
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return;
    text_add_bytes(out, path, (size_t)(slash - path));
    text_addf(out, "/../%s", rest);
}

/* Without "..", as a person reads it. */
static char *resolved(const char *path)
{
    char real[PATH_MAX];
    const char *best = realpath(path, real) != NULL ? real : path;
    return mem_copy_text(best, strlen(best));
}

/* The first place that is a directory; NULL with a diagnostic that says where it looked. */
static char *find_directory(const char *given, struct diags *diags)
{
    struct text places[PLACES];
    const char *variable = getenv("CUSP_MODELS");
    size_t n = 0;
    char *found = NULL;
    struct text looked;
    for (size_t i = 0; i < PLACES; i++)
        text_init(&places[i]);
    if (given != NULL) {
        text_add(&places[n++], given);
    } else if (variable != NULL && variable[0] != '\0') {
        text_add(&places[n++], variable); /* set on purpose: nothing else will do */
    } else {
        beside_program(&places[n++], "share/cusp/models"); /* installed, wherever that is now */
        beside_program(&places[n++], "models");            /* where it was built */
        text_add(&places[n++], CUSP_PREFIX "/share/cusp/models");
    }
    text_init(&looked);
    for (size_t i = 0; i < n && found == NULL; i++) {
        const char *path = text_get(&places[i]);
        if (path[0] == '\0')
            continue;
        text_addf(&looked, "%s%s", looked.length ? ", " : "", path);
        if (is_directory(path))
            found = resolved(path);
    }
    if (found == NULL)
        diags_add_file(diags, SEV_ERROR, "models", "no directory of models; looked in: %s",
                       text_get(&looked));
    text_done(&looked);
    for (size_t i = 0; i < PLACES; i++)
        text_done(&places[i]);
    return found;
}

/* --- one entry -------------------------------------------------------------------------------- */

struct listed {
    struct catalogue_entry entry;
    long order;
};

/* The number of the file's order line; LONG_MAX, the end of the menu, if it has none. */
static long find_order(const char *source)
{
    size_t length = strlen(ORDER_PREFIX);
    for (const char *line = source; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, ORDER_PREFIX, length) == 0) {
            char *end;
            long order = strtol(line + length, &end, 10);
            return end == line + length ? LONG_MAX : order;
        }
    }
    return LONG_MAX;
}

/* The claim that rules, as model_expectation has it. */
static void set_claim(struct catalogue_entry *entry, const struct syntax *syntax)
{
    for (size_t i = 0; i < syntax->n_expects; i++) {
        const struct expect_stmt *expect = &syntax->expects[i];
        if (!expect->has_at) {
            entry->rlct = expect->rlct;
            entry->multiplicity = expect->multiplicity;
            return;
        }
        if (expect->rlct.den == 0)
            continue;
        double less = entry->rlct.den ? rat_value(expect->rlct) - rat_value(entry->rlct) : -1;
        if (less < 0 || (less == 0 && expect->multiplicity > entry->multiplicity)) {
            entry->rlct = expect->rlct;
            entry->multiplicity = expect->multiplicity;
        }
    }
}

/* As struct model has it. */
static char *pretty_formula(const struct syntax *syntax)
{
    if (syntax->n_outputs > 0)
        return likelihood_formula(syntax, &syntax->outputs[0], true);
    struct text formula;
    text_init(&formula);
    if (syntax->potential != NULL) {
        text_addf(&formula, "%s = ", syntax->potential_name ? syntax->potential_name : "K");
        syntax_expr_pretty(syntax, syntax->potential, &formula);
    }
    char *copy = mem_copy_text(text_get(&formula), formula.length);
    text_done(&formula);
    return copy;
}

static void set_facts(struct listed *listed, const struct syntax *syntax)
{
    struct catalogue_entry *entry = &listed->entry;
    entry->formula = pretty_formula(syntax);
    const char *title = syntax->title ? syntax->title : entry->formula;
    const char *about = syntax->about ? syntax->about : "";
    entry->title = mem_copy_text(title, strlen(title));
    entry->about = mem_copy_text(about, strlen(about));
    if (syntax->n_outputs > 0)
        entry->kind = syntax->n_inputs > 0 ? MODEL_REGRESSION : MODEL_DENSITY;
    entry->dim = syntax->dim;
    set_claim(entry, syntax);
    listed->order = find_order(syntax->source);
}

static void set_error(struct catalogue_entry *entry, const struct diags *diags)
{
    struct text error;
    text_init(&error);
    for (size_t i = 0; i < diags->count && error.length == 0; i++) {
        const struct diag *diag = &diags->items[i];
        if (diag->severity != SEV_ERROR)
            continue;
        if (diag->line > 0)
            text_addf(&error, "line %zu: ", diag->line);
        text_add(&error, diag->message);
    }
    if (error.length == 0)
        text_add(&error, "cannot be read");
    entry->error = mem_copy_text(text_get(&error), error.length);
    entry->title = mem_copy_text("", 0);
    entry->about = mem_copy_text("", 0);
    entry->formula = mem_copy_text("", 0);
    text_done(&error);
}

/* A name that a screen can show: bytes that are not UTF-8, and control characters, become '?'. */
static char *showable_name(const char *name, size_t length)
{
    char *out = mem_copy_text(name, length);
    for (size_t i = 0; i < length;) {
        uint32_t rune;
        size_t used = utf8_decode(name + i, length - i, &rune);
        if (rune == 0xfffd || rune < 0x20 || rune == 0x7f)
            for (size_t k = 0; k < used; k++)
                out[i + k] = '?';
        i += used;
    }
    return out;
}

static void read_entry(struct listed *listed, const char *directory, const char *file)
{
    struct catalogue_entry *entry = &listed->entry;
    struct syntax *syntax = NULL;
    struct diags diags;
    struct text path;
    *listed = (struct listed){.order = LONG_MAX};
    text_init(&path);
    text_addf(&path, "%s/%s", directory, file);
    entry->name = showable_name(file, strlen(file) - strlen(suffix));
    entry->path = mem_copy_text(text_get(&path), path.length);
    diags_init(&diags);
    if (syntax_read(entry->path, NULL, 0, &diags, &syntax) == ST_OK)
        set_facts(listed, syntax);
    else
        set_error(entry, &diags);
    syntax_free(syntax);
    diags_done(&diags);
    text_done(&path);
}

/* --- all of them ------------------------------------------------------------------------------ */

static bool is_model_file(const char *name)
{
    size_t length = strlen(name), ending = strlen(suffix);
    return name[0] != '.' && length > ending && strcmp(name + length - ending, suffix) == 0;
}

static int compare_listed(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    int names = strcmp(x->entry.name, y->entry.name);
    return names != 0 ? names : strcmp(x->entry.path, y->entry.path);
}

enum status catalogue_open(const char *directory, struct diags *diags, struct catalogue *out)
{
    struct listed *listed = NULL;
    size_t count = 0, capacity = 0;
    *out = (struct catalogue){.directory = find_directory(directory, diags)};
    if (out->directory == NULL)
        return ST_IO;
    DIR *stream = opendir(out->directory);
    if (stream == NULL) {
        diags_add_file(diags, SEV_ERROR, out->directory, "cannot be listed: %s", strerror(errno));
        catalogue_done(out);
        return ST_IO;
    }
    for (struct dirent *item = readdir(stream); item != NULL; item = readdir(stream)) {
        if (!is_model_file(item->d_name))
            continue;
        MEM_GROW(listed, count, capacity);
        read_entry(&listed[count++], out->directory, item->d_name);
    }
    closedir(stream);
    if (count > 0)
        qsort(listed, count, sizeof *listed, compare_listed);
    out->entries = mem_new(count + 1, sizeof *out->entries);
    out->n_entries = count;
    for (size_t i = 0; i < count; i++)
        out->entries[i] = listed[i].entry;
    mem_free(listed);
    return ST_OK;
}

void catalogue_done(struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->n_entries; i++) {
        struct catalogue_entry *entry = &catalogue->entries[i];
        mem_free(entry->name);
        mem_free(entry->path);
        mem_free(entry->title);
        mem_free(entry->about);
        mem_free(entry->error);
        mem_free(entry->formula);
    }
    mem_free(catalogue->entries);
    mem_free(catalogue->directory);
    *catalogue = (struct catalogue){0};
}

const struct catalogue_entry *catalogue_find(const struct catalogue *catalogue, const char *name,
                                             const char **near)
{
    size_t least = NEAR_MAX + 1;
    if (near != NULL)
        *near = NULL;
    for (size_t i = 0; catalogue != NULL && i < catalogue->n_entries; i++) {
        const struct catalogue_entry *entry = &catalogue->entries[i];
        if (strcmp(entry->name, name) == 0) {
            if (near != NULL)
                *near = NULL;
            return entry;
        }
        size_t apart = near != NULL ? text_distance(name, entry->name) : least;
        if (apart < least && apart < strlen(entry->name)) {
            least = apart;
            *near = entry->name;
        }
    }
    return NULL;
}

static bool is_path(const char *text)
{
    size_t length = strlen(text), ending = strlen(suffix);
    return strchr(text, '/') != NULL ||
           (length > ending && strcmp(text + length - ending, suffix) == 0);
}

enum status catalogue_load(const struct catalogue *catalogue, const char *name_or_path,
                           const struct setting *settings, size_t n_settings, struct diags *diags,
                           struct model **out)
{
    const char *near, *path = name_or_path;
    *out = NULL;
    if (!is_path(name_or_path)) {
        const struct catalogue_entry *entry = catalogue_find(catalogue, name_or_path, &near);
        if (entry == NULL) {
            char *shown = showable_name(name_or_path, strlen(name_or_path));
            if (near != NULL)
                diags_add_file(diags, SEV_ERROR, shown,
                               "no model of this name in the catalogue; did you mean '%s'?", near);
            else
                diags_add_file(diags, SEV_ERROR, shown, "no model of this name in the catalogue");
            mem_free(shown);
            return ST_INPUT;
        }
        path = entry->path;
    }
    return model_from_file(path, settings, n_settings, diags, out);
}
