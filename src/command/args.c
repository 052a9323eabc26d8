/* Options and words of a command line, by the command's own table. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "cusp/arena.h"
#include "cusp/mem.h"
#include "command_private.h"

const struct option common_options[] = {
    {"set", "NAME=VALUE", OPTION_SET, NULL, "a const or a knob of the model; may be repeated",
     COMPLETE_KNOB},
    {"at", "POINT", OPTION_POINT, NULL,
     "a parameter, as w1=0,w2=0.5; those not named are 0 "
     "or the end of their box nearest to it",
     COMPLETE_PARAM},
    {"seed", "S", OPTION_COUNT, "1", "seed of whatever is random", COMPLETE_NONE},
    {"data-seed", "D", OPTION_COUNT, "1", "seed of the stream of data", COMPLETE_NONE},
    {"threads", "T", OPTION_COUNT, "0", "threads to use; 0: one a processor", COMPLETE_NONE},
    {"json", NULL, OPTION_FLAG, NULL, "write JSON", COMPLETE_NONE},
    {"csv", NULL, OPTION_FLAG, NULL, "write comma-separated values", COMPLETE_NONE},
    {"help", NULL, OPTION_FLAG, NULL, "say what the command does", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

const struct option *command_option(const struct command *command, size_t i)
{
    size_t own = 0;
    while (command->options && command->options[own].name) {
        own++;
    }
    const struct option *option = i < own ? &command->options[i] : &common_options[i - own];
    return option->name ? option : NULL;
}

static size_t option_index(const struct command *command, const char *name, size_t length)
{
    const struct option *option;
    for (size_t i = 0; (option = command_option(command, i)) != NULL; i++) {
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

const struct option_value *args_value(const struct args *args, const char *name)
{
    size_t i = option_index(args->command, name, strlen(name));
    assert(i != SIZE_MAX);
    return &args->values[i];
}

double args_number(const struct args *args, const char *name)
{
    return args_value(args, name)->number;
}

bool args_flag(const struct args *args, const char *name)
{
    return args_value(args, name)->given;
}

uint64_t args_seed(const struct args *args)
{
    return (uint64_t)args_number(args, "seed");
}

uint64_t args_data_seed(const struct args *args)
{
    return (uint64_t)args_number(args, "data-seed");
}

size_t args_threads(const struct args *args)
{
    return (size_t)args_number(args, "threads");
}

/* The text of a value becomes the value; false with *why if it is none. */
static bool value_read(const struct option *option, const char *text, struct arena *arena,
                       struct option_value *value, const char **why)
{
    value->text = text;
    switch (option->kind) {
    case OPTION_FLAG:
    case OPTION_TEXT:
    case OPTION_POINT:
    case OPTION_SET:
        return true;
    case OPTION_NUMBER:
        *why = "a number is wanted";
        return number_read(text, &value->number);
    case OPTION_COUNT:
        *why = "a whole number is wanted";
        return count_read(text, &value->number);
    case OPTION_LIST:
        return list_read(text, arena, &value->list, &value->n_list, why);
    case OPTION_SIZE:
        *why = "a size is wanted, as 120x40";
        return size_read(text, &value->width, &value->height);
    }
    return false;
}

struct parse {
    struct command_context *context;
    const struct command *command;
    const char *const *words;
    size_t n_words, at;
    struct args *args;
};

static int usage(const struct parse *parse)
{
    text_addf(parse->context->err, "usage: %s%s%s%s\n",
              parse->context->where == IN_SHELL ? "cusp " : "", parse->command->name,
              parse->command->usage[0] ? " " : "", parse->command->usage);
    return EXIT_USAGE;
}

static int unknown_option(const struct parse *parse, const char *word)
{
    struct suggestion suggestion;
    const char *name = word + strspn(word, "-");
    suggestion_start(&suggestion, name);
    const struct option *option;
    for (size_t i = 0; (option = command_option(parse->command, i)) != NULL; i++) {
        suggestion_try(&suggestion, option->name);
    }
    char near[64] = "";
    if (suggestion.best) {
        strcat(strcpy(near, "--"), suggestion.best);
    }
    command_fault_near(parse->context, near[0] ? near : NULL, "%s has no option '%.80s'",
                       parse->command->name, word);
    return usage(parse);
}

static int add_inline(struct parse *parse, const char *text)
{
    struct args *args = parse->args;
    if (args->n_inline == SIDES_MAX) {
        command_fault(parse->context, "-e was given more than %d times", SIDES_MAX);
        return EXIT_USAGE;
    }
    args->inline_texts[args->n_inline] = text;
    args->inline_at[args->n_inline++] = args->n_words;
    return EXIT_OK;
}

static int add_setting(struct parse *parse, const char *text)
{
    struct args *args = parse->args;
    struct setting setting;
    if (!setting_read(text, args->arena, &setting)) {
        command_fault(parse->context, "--set %.80s: NAME=VALUE is wanted, with a number", text);
        return EXIT_USAGE;
    }
    args->settings[args->n_settings++] = setting;
    return EXIT_OK;
}

/* The value of an option: after '=', or the next word. NULL if there is none. */
static const char *value_word(struct parse *parse, const char *equals)
{
    if (equals) {
        return equals + 1;
    }
    return parse->at + 1 < parse->n_words ? parse->words[++parse->at] : NULL;
}

static int read_option(struct parse *parse, const char *word)
{
    const char *equals = NULL, *name = word + 2;
    size_t i = SIZE_MAX;
    bool text = strcmp(word, "-e") == 0;
    if (!text && strcmp(word, "-h") == 0) {
        i = option_index(parse->command, "help", 4);
    } else if (!text && strcmp(word, "-o") == 0) {
        i = option_index(parse->command, "output", 6);
    } else if (!text && word[1] == '-') {
        equals = strchr(word, '=');
        i = option_index(parse->command, name, equals ? (size_t)(equals - name) : strlen(name));
    }
    if (!text && i == SIZE_MAX) {
        return unknown_option(parse, word);
    }
    const struct option *option = text ? NULL : command_option(parse->command, i);
    if (option && option->kind == OPTION_FLAG) {
        if (equals) {
            command_fault(parse->context, "--%s takes no value", option->name);
            return usage(parse);
        }
        parse->args->values[i].given = true;
        return EXIT_OK;
    }
    const char *value = value_word(parse, equals);
    if (!value) {
        command_fault(parse->context, "%.80s wants a value: %s", word,
                      option ? option->value : "STATEMENTS");
        return usage(parse);
    }
    if (text) {
        return add_inline(parse, value);
    }
    const char *why = "";
    parse->args->values[i].given = true;
    if (!value_read(option, value, parse->args->arena, &parse->args->values[i], &why)) {
        command_fault(parse->context, "--%s %.80s: %s", option->name, value, why);
        return EXIT_USAGE;
    }
    return option->kind == OPTION_SET ? add_setting(parse, value) : EXIT_OK;
}

/* "-", and a number such as "-0.5" or "-2%", are words. */
static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && !strchr("0123456789.", word[1]);
}

static int read_words(struct parse *parse)
{
    struct args *args = parse->args;
    bool options = true;
    for (; parse->at < parse->n_words; parse->at++) {
        const char *word = parse->words[parse->at];
        if (options && strcmp(word, "--") == 0) {
            options = false;
        } else if (options && is_option(word)) {
            int code = read_option(parse, word);
            if (code != EXIT_OK) {
                return code;
            }
        } else {
            args->words[args->n_words++] = word;
        }
    }
    return EXIT_OK;
}

static int check_words(const struct parse *parse)
{
    const struct args *args = parse->args;
    if (args->n_words < parse->command->min_words) {
        command_fault(parse->context, "%s: something is missing", parse->command->name);
        return usage(parse);
    }
    if (args->n_words > parse->command->max_words) {
        command_fault(parse->context, "%s: '%.80s' is too much", parse->command->name,
                      args->words[parse->command->max_words]);
        return usage(parse);
    }
    if (args_data_seed(args) == 0) {
        command_fault(parse->context,
                      "--data-seed 0: a whole number from 1 is wanted; 0 stands for a file");
        return EXIT_USAGE;
    }
    if (args_flag(args, "json") && args_flag(args, "csv")) {
        command_fault(parse->context, "--json and --csv exclude each other");
        return EXIT_USAGE;
    }
    return EXIT_OK;
}

int args_parse(struct command_context *context, const struct command *command,
               const char *const *words, size_t n_words, struct arena *arena, struct args *out,
               bool *done)
{
    size_t n_options = 0;
    while (command_option(command, n_options)) {
        n_options++;
    }
    *out = (struct args){.command = command, .arena = arena};
    out->words = arena_new(arena, n_words + 1, sizeof *out->words);
    out->values = arena_new(arena, n_options, sizeof *out->values);
    out->settings = arena_new(arena, n_words + 1, sizeof *out->settings);
    for (size_t i = 0; i < n_options; i++) {
        const struct option *option = command_option(command, i);
        const char *why = "";
        if (option->preset) {
            bool fine = value_read(option, option->preset, arena, &out->values[i], &why);
            assert(fine);
            (void)fine;
        }
    }
    struct parse parse = {context, command, words, n_words, 0, out};
    int code = read_words(&parse);
    *done = false;
    if (code == EXIT_OK && args_flag(out, "help")) {
        help_about(command, context->out);
        *done = true;
        return EXIT_OK;
    }
    return code == EXIT_OK ? check_words(&parse) : code;
}
