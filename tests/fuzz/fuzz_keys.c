/* Any bytes as keys: decoder, prompt, menus, bindings and session commands, without a terminal. */
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "term/explorer.h"
#include "term/prompt.h"

#include "cusp/num_init.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct session *session;
static char models[PATH_MAX];

/* Commands may write files where they are: that is to be an empty place. The fuzzer's own paths are
   made absolute first. */
static void go_away(int argc, char **argv)
{
    char directory[PATH_MAX], here[PATH_MAX];
    const char *base = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%.2000s/cusp-fuzz-keys-XXXXXX",
             base != NULL ? base : "/tmp");
    if (getcwd(here, sizeof here) == NULL || mkdtemp(directory) == NULL) {
        abort();
    }
    /* A small catalogue, so that an input costs little. */
    static const char *const names[] = {"normal-crossing", "regular-bowl", "second-order"};
    snprintf(models, sizeof models, "%.4000s/models", directory);
    if (mkdir(models, 0700) != 0) {
        abort();
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char from[PATH_MAX + 64], to[PATH_MAX + 64];
        snprintf(from, sizeof from, "%s/models/%s.model", here, names[i]);
        snprintf(to, sizeof to, "%s/%s.model", models, names[i]);
        if (symlink(from, to) != 0) {
            abort();
        }
    }
    static const char prefix[] = "-artifact_prefix=";
    for (int i = 1; i < argc; i++) {
        char *old = argv[i];
        bool is_prefix = strncmp(old, prefix, sizeof prefix - 1) == 0;
        const char *path = is_prefix                ? old + sizeof prefix - 1
                           : access(old, F_OK) == 0 ? old
                                                    : NULL;
        if (path != NULL && path[0] != '/') {
            size_t length = strlen(here) + strlen(old) + 2;
            argv[i] = malloc(length);
            snprintf(argv[i], length, "%s%s/%s", path == old ? "" : prefix, here, path);
        }
    }
    if (chdir(directory) != 0) {
        abort();
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    go_away(*argc, *argv);
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    num_init();
    prompt_setup(false);
    return 0;
}

/* Pictures and scripts take longer than an input may, whatever is cancelled. */
static bool is_short(struct explorer *explorer, const char *line, void *owner)
{
    (void)explorer;
    (void)owner;
    line += strspn(line, " \t");
    return strncmp(line, "frame", 5) != 0 && strncmp(line, "run", 3) != 0;
}

/* Turns and draws; long computations see themselves cancelled before they begin. */
static void play(struct explorer *explorer, const uint8_t *data, size_t size)
{
    struct cells cells;
    cells_init(&cells, explorer->width, explorer->height);
    for (size_t i = 0; i < size && !explorer->quit; i++) {
        if (data[i] == 0xff) {
            explorer_draw(explorer, &cells);
        } else if (data[i] == 0xfe) {
            explorer_idle(explorer);
        } else if (data[i] == 0xfd && i + 2 < size) {
            explorer_resize(explorer, data[i + 1] + 1, data[i + 2] / 2 + 1);
            cells_done(&cells);
            cells_init(&cells, explorer->width, explorer->height);
            i += 2;
        } else {
            explorer_bytes(explorer, (const char *)data + i, 1);
        }
    }
    explorer_draw(explorer, &cells);
    cells_done(&cells);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static atomic_uint generation;
    const struct cancel cancelled = {&generation, 1};
    struct diags diags;
    diags_init(&diags);
    struct session_options options = {
        .models_directory = models, .seed = 1, .threads = 1, .synchronous = true};
    if (session_new(&options, &diags, &session) != ST_OK && session == NULL) {
        abort();
    }
    session_set_needs(session, 0);
    struct explorer explorer;
    explorer_init(&explorer, session, 100, 30);
    explorer.context.cancel = &cancelled;
    explorer.command_begins = is_short;
    explorer.keys.expect_osc = size > 0 && (data[0] & 1) != 0;
    play(&explorer, data, size);
    explorer_done(&explorer);
    session_free(session);
    diags_done(&diags);
    return 0;
}
