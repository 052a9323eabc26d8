/* The registry of commands, and how a line of words reaches one. */
#include "cusp/command.h"

#include <string.h>

#include "cusp/arena.h"
#include "command_private.h"

const struct command *const commands[] = {
#define COMMAND(id) &id##_command,
#include "commands.def"
#undef COMMAND
    NULL,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i]; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

bool command_is_explorer(const char *const *words, size_t n_words)
{
    if (n_words == 0) {
        return true;
    }
    const struct command *command = command_find(words[0]);
    return command ? command == &explore_command
                   : strcmp(words[0], "--help") != 0 && strcmp(words[0], "-h") != 0 &&
                         strcmp(words[0], "--version") != 0;
}

static int unknown_command(struct command_context *context, const char *word)
{
    struct suggestion suggestion;
    suggestion_start(&suggestion, word);
    for (size_t i = 0; commands[i]; i++) {
        if (commands[i]->where & context->where) {
            suggestion_try(&suggestion, commands[i]->name);
        }
    }
    command_fault_near(context, suggestion.best, "unknown command '%.80s'", word);
    if (!suggestion.best) {
        text_addf(context->err, "%s lists the commands\n",
                  context->where == IN_SHELL ? "`cusp help`" : "`help`");
    }
    return EXIT_USAGE;
}

static int wrong_place(struct command_context *context, const struct command *command)
{
    if (context->where == IN_SHELL) {
        command_fault(context, "'%s' belongs to the explorer's prompt and to scripts",
                      command->name);
    } else {
        command_fault(context, "'%s' is a command of the shell: cusp %s", command->name,
                      command->name);
    }
    return EXIT_USAGE;
}

/* `cusp --help`, `cusp --version`: words of a shell that name no command but want an answer. */
static const struct command *first_word(struct command_context *context, const char *const *words,
                                        size_t n_words, size_t *skip)
{
    *skip = 1;
    if (context->where == IN_SHELL) {
        if (command_is_explorer(words, n_words)) {
            *skip = n_words > 0 && command_find(words[0]) ? 1 : 0;
            return &explore_command;
        }
        if (strcmp(words[0], "--version") == 0) {
            return &doctor_command;
        }
        if (words[0][0] == '-') {
            return &help_command;
        }
    }
    return command_find(words[0]);
}

int command_run_words(struct command_context *context, const char *const *words, size_t n_words)
{
    if (n_words == 0 && context->where != IN_SHELL) {
        return EXIT_OK;
    }
    size_t skip;
    const struct command *command = first_word(context, words, n_words, &skip);
    if (!command) {
        return unknown_command(context, words[0]);
    }
    if (!(command->where & context->where)) {
        return wrong_place(context, command);
    }
    if (!(command->where & IN_SHELL) && !context->session) {
        command_fault(context, "%s: nothing is open", command->name);
        return EXIT_BAD;
    }
    struct arena arena;
    arena_init(&arena);
    struct args args;
    bool done = false;
    int code = args_parse(context, command, words + skip, n_words - skip, &arena, &args, &done);
    if (code == EXIT_OK && !done) {
        code = command->run(context, &args);
    }
    arena_done(&arena);
    return code;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Reads one word as a shell would; false at an open quote. */
static bool split_word(const char **at, struct text *word)
{
    const char *c = *at;
    char quote = 0;
    for (; *c && (quote || !strchr(" \t\r\n", *c)); c++) {
        if (quote ? *c == quote : *c == '\'' || *c == '"') {
            quote = quote ? 0 : *c;
        } else if (*c == '\\' && quote != '\'' && c[1]) {
            text_add_bytes(word, ++c, 1);
        } else {
            text_add_bytes(word, c, 1);
        }
    }
    *at = c;
    return !quote;
}

static size_t blanks(const char *c)
{
    return strspn(c, " \t\r\n");
}

/* `new` takes the rest of its line as it stands: statements have quotes and signs of their own. */
static int run_new(struct command_context *context, const char *rest)
{
    rest += blanks(rest);
    struct arena arena;
    arena_init(&arena);
    size_t length = strlen(rest);
    while (length > 0 && strchr(" \t\r\n", rest[length - 1])) {
        length--;
    }
    const char *words[3] = {"new", "--", arena_text(&arena, rest, length)};
    int code = command_run_words(context, words, length ? 3 : 1);
    arena_done(&arena);
    return code;
}

int command_run_line(struct command_context *context, const char *line)
{
    const char *at = line + blanks(line);
    if (strncmp(at, "new", 3) == 0 && (at[3] == '\0' || blanks(at + 3))) {
        return run_new(context, at + 3);
    }
    struct arena arena;
    arena_init(&arena);
    const char **words = arena_new(&arena, strlen(line) + 1, sizeof *words);
    size_t n_words = 0;
    int code = EXIT_OK;
    struct text word;
    text_init(&word);
    while (*at && *at != '#') {
        text_clear(&word);
        if (!split_word(&at, &word)) {
            command_fault(context, "a quote is not closed");
            code = EXIT_USAGE;
            break;
        }
        words[n_words++] = arena_text(&arena, text_get(&word), word.length);
        at += blanks(at);
    }
    text_done(&word);
    if (code == EXIT_OK && n_words > 0) {
        code = command_run_words(context, words, n_words);
    }
    arena_done(&arena);
    return code;
}
