/* Completion of the word at the end of a line. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "cusp/exporter.h"
#include "cusp/view.h"
#include "cusp/arena.h"
#include "command_private.h"

enum { WORDS_MAX = 64 };

struct completion {
    struct command_context *context;
    const char *word; /* what is there of it */
    size_t length;
    void (*add)(const char *word, const char *help, void *context);
    void *add_context;
};

static void offer(const struct completion *completion, const char *word, const char *help)
{
    if (strncmp(word, completion->word, completion->length) == 0) {
        completion->add(word, help ? help : "", completion->add_context);
    }
}

static void offer_commands(const struct completion *completion)
{
    for (size_t i = 0; commands[i]; i++) {
        if (commands[i]->where & completion->context->where) {
            offer(completion, commands[i]->name, commands[i]->summary);
        }
    }
}

/* Names in the directory of the path that is being typed; directories end in '/'. */
static void offer_files(const struct completion *completion, const char *ending)
{
    const char *slash = strrchr(completion->word, '/');
    struct text directory, path;
    text_init(&directory);
    text_init(&path);
    if (slash) {
        text_add_bytes(&directory, completion->word, (size_t)(slash - completion->word) + 1);
    }
    DIR *open = opendir(slash ? text_get(&directory) : ".");
    struct dirent *entry;
    while (open && (entry = readdir(open)) != NULL) {
        struct stat info;
        const char *name = entry->d_name;
        bool hidden = name[0] == '.' && !(slash && slash[1] == '.');
        text_clear(&path);
        text_addf(&path, "%s%s", text_get(&directory), name);
        if (hidden || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
            stat(text_get(&path), &info) != 0) {
            continue;
        }
        size_t length = strlen(name), end = strlen(ending);
        if (S_ISDIR(info.st_mode)) {
            text_add(&path, "/");
            offer(completion, text_get(&path), "directory");
        } else if (length >= end && strcmp(name + length - end, ending) == 0) {
            offer(completion, text_get(&path), "file");
        }
    }
    if (open) {
        closedir(open);
    }
    text_done(&directory);
    text_done(&path);
}

static void offer_names(const struct completion *completion, bool knobs)
{
    struct snapshot snapshot;
    if (!completion->context->session) {
        return;
    }
    session_snapshot(completion->context->session, &snapshot);
    struct text word;
    text_init(&word);
    for (size_t side = 0; side < snapshot.n_sides; side++) {
        const struct model *model = snapshot.sides[side].model;
        for (size_t i = 0; knobs && i < model->n_knobs; i++) {
            offer(completion, model->knobs[i].name, "knob");
        }
        /* after "w1=0," comes the next parameter */
        const char *comma = strrchr(completion->word, ',');
        for (size_t i = 0; !knobs && i < model->dim; i++) {
            text_clear(&word);
            if (comma) {
                text_add_bytes(&word, completion->word, (size_t)(comma - completion->word) + 1);
            }
            text_addf(&word, "%s=", model->params[i].name);
            offer(completion, text_get(&word), "parameter");
        }
    }
    text_done(&word);
}

static void offer_kind(const struct completion *completion, enum complete_kind kind)
{
    const struct catalogue *catalogue = completion->context->catalogue;
    switch (kind) {
    case COMPLETE_NONE:
        break;
    case COMPLETE_MODEL:
        for (size_t i = 0; catalogue && i < catalogue->n_entries; i++) {
            offer(completion, catalogue->entries[i].name, catalogue->entries[i].title);
        }
        offer_files(completion, ".model");
        break;
    case COMPLETE_FILE:
        offer_files(completion, "");
        break;
    case COMPLETE_VIEW:
        for (size_t i = 0; views[i]; i++) {
            offer(completion, views[i]->name, views[i]->help);
        }
        break;
    case COMPLETE_COMMAND:
        for (size_t i = 0; commands[i]; i++) {
            offer(completion, commands[i]->name, commands[i]->summary);
        }
        break;
    case COMPLETE_PARAM:
        offer_names(completion, false);
        break;
    case COMPLETE_KNOB:
        offer_names(completion, true);
        break;
    case COMPLETE_FORMAT:
        for (size_t i = 0; exporters[i]; i++) {
            offer(completion, exporters[i]->name, exporters[i]->summary);
        }
        break;
    case COMPLETE_THEME:
        offer(completion, "dark", "for a dark background");
        offer(completion, "light", "for a light background");
        break;
    }
}

static void offer_options(const struct completion *completion, const struct command *command)
{
    struct text word;
    text_init(&word);
    const struct option *option;
    for (size_t i = 0; (option = command_option(command, i)) != NULL; i++) {
        text_clear(&word);
        text_addf(&word, "--%s", option->name);
        offer(completion, text_get(&word), option->help);
    }
    text_done(&word);
}

/* The option that wants the word after `before` as its value; NULL if none does. */
static const struct option *waiting_option(const struct command *command, const char *before)
{
    const struct option *option;
    const char *name = strcmp(before, "-o") == 0 ? "output" : before + 2;
    if (before[0] != '-' || before[1] == '\0') {
        return NULL;
    }
    for (size_t i = 0; (option = command_option(command, i)) != NULL; i++) {
        if (option->kind != OPTION_FLAG && strcmp(option->name, name) == 0) {
            return option;
        }
    }
    return NULL;
}

/* Words before the last, without minding quotes that are still open. */
static size_t split(const char *line, struct arena *arena, const char **words, const char **last)
{
    size_t count = 0;
    for (;;) {
        line += strspn(line, " \t");
        size_t length = strcspn(line, " \t");
        if (line[length] == '\0' || count == WORDS_MAX) {
            *last = line;
            return count;
        }
        words[count++] = arena_text(arena, line, length);
        line += length;
    }
}

void command_complete(struct command_context *context, const char *line,
                      void (*add)(const char *word, const char *help, void *context),
                      void *add_context)
{
    struct arena arena;
    arena_init(&arena);
    const char *words[WORDS_MAX], *last = "";
    size_t count = split(line, &arena, words, &last);
    struct completion completion = {context, last, strlen(last), add, add_context};
    const struct command *command = count ? command_find(words[0]) : NULL;
    const struct option *option =
        count > 1 && command ? waiting_option(command, words[count - 1]) : NULL;
    if (count == 0) {
        offer_commands(&completion);
    } else if (option) {
        offer_kind(&completion, option->complete);
    } else if (command && last[0] == '-') {
        offer_options(&completion, command);
    } else if (command && !(command->complete == COMPLETE_KNOB && count > 1)) {
        offer_kind(&completion, command->complete);
    }
    arena_done(&arena);
}
