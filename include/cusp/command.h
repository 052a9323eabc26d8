/* Commands: the same in the shell, at the ":" prompt, on keys, in scripts and lessons. */
#ifndef CUSP_COMMAND_H
#define CUSP_COMMAND_H

#include "cusp/session.h"
#include "cusp/text.h"

#include <stdbool.h>
#include <stddef.h>

enum { IN_SHELL = 1, IN_PROMPT = 2, IN_SCRIPT = 4, IN_ALL = 7 };
enum { EXIT_OK = 0, EXIT_BAD = 1, EXIT_USAGE = 2 };

enum option_kind {
    OPTION_FLAG,
    OPTION_NUMBER, /* one finite number */
    OPTION_COUNT,  /* a whole number ≥ 0 */
    OPTION_LIST,   /* numbers and ranges: 1e2..1e8, 1e2..1e8:25 */
    OPTION_TEXT,
    OPTION_POINT, /* w1=0,w2=0.5 */
    OPTION_SIZE,  /* 120x40 */
    OPTION_SET,   /* NAME=VALUE, may be repeated */
};

/* What completion offers for an argument or an option's value. */
enum complete_kind {
    COMPLETE_NONE,
    COMPLETE_MODEL,
    COMPLETE_FILE,
    COMPLETE_VIEW,
    COMPLETE_COMMAND,
    COMPLETE_PARAM,
    COMPLETE_KNOB,
    COMPLETE_FORMAT,
    COMPLETE_THEME
};

struct option {
    const char *name;  /* without dashes */
    const char *value; /* name of the value in usage; NULL for a flag */
    enum option_kind kind;
    const char *preset; /* default as text; NULL if none */
    const char *help;
    enum complete_kind complete;
};

struct option_value {
    bool given;
    double number;
    const char *text;
    double *list;
    size_t n_list;
    int width, height;
};

/* A parsed command line: arguments by position, one value for each option of the command and of the
 * common ones. */
struct args {
    const struct command *command;
    const char **words; /* without the command's name and the options */
    size_t n_words;
    struct option_value *values; /* in the order of command_options(command) */
    struct setting *settings;
    size_t n_settings;
    const char *inline_texts[SIDES_MAX]; /* -e */
    size_t inline_at[SIDES_MAX];         /* how many words stood before it */
    size_t n_inline;
    struct arena *arena;
};

struct command_context {
    struct session *session; /* NULL in the shell: commands that need one make their own */
    const struct catalogue *catalogue; /* NULL if none was found */
    struct text
        *out; /* what standard output gets; at the prompt, shown in a pager or as a message */
    struct text *err;
    int where;         /* one of IN_SHELL, IN_PROMPT, IN_SCRIPT */
    bool quit;         /* set by `quit` */
    const char *theme; /* set by `theme`: dark, light, auto, toggle or a colour map; NULL if
                          untouched */
    const struct cancel *cancel;
    int depth; /* of nested scripts */
    bool
        catalogue_missed; /* set by a command that looked for a model where there is no catalogue */
    /* Facts of the terminal for `doctor`, appended by term; NULL in the shell. */
    void (*describe_terminal)(struct text *out, void *context);
    void *terminal;
};

struct command {
    const char *name;
    const char *usage;   /* "MODEL --n N" */
    const char *summary; /* one line */
    const char *details; /* paragraphs for help and the manual; with an example that runs */
    int where;
    const struct option *options; /* ends with a NULL name; without the common ones */
    size_t min_words, max_words;
    enum complete_kind complete; /* of its words */
    /* Returns an exit code (EXIT_OK …); has written to out and err. */
    int (*run)(struct command_context *context, const struct args *args);
};

extern const struct command *const commands[]; /* NULL-terminated, menu order */
const struct command *command_find(const char *name);
extern const struct option common_options[];

/* The value of an option by name; asserts that the command has it. */
const struct option_value *args_value(const struct args *args, const char *name);

/* Runs words[0..n-1] (command and arguments). Every fault goes to context->err with a suggestion.
 */
int command_run_words(struct command_context *context, const char *const *words, size_t n_words);
/* True if a shell's words (without the program's name) ask for the explorer: none, or a model or an
   option first. With such words and a session, command_run_words (where: IN_SHELL) sets the session
   up as `explore` does; the caller then shows it. */
bool command_is_explorer(const char *const *words, size_t n_words);
/* Splits a line as a shell would (quotes, backslash; '#' at a word's start begins a comment) and
   runs it. "" is fine. `new K = …` takes the rest of its line as it stands. */
int command_run_line(struct command_context *context, const char *line);

/* The models named by args (words, -e) in order, at most `max`; writes errors; returns EXIT_OK or a
 * code. The caller unrefs. */
int args_models(struct command_context *context, const struct args *args, size_t max,
                struct model **models, size_t *n_models);
/* --at as a whole vector w[dim]; those not named are 0. */
int args_point(struct command_context *context, const struct args *args, const struct model *model,
               double *w);

/* Completions of the word at the end of `line`: pushes each to `add`. For the prompt. */
void command_complete(struct command_context *context, const char *line,
                      void (*add)(const char *word, const char *help, void *context),
                      void *add_context);

/* Key bindings: one record each in keys.def; the text is a command line. */
struct key_binding {
    const char *key;     /* "q", "left", "ctrl-p", "space", "tab", "?", "+" */
    const char *command; /* "n *10^0.1"; a leading '@' names an act of the terminal itself: "@help",
                            "@prompt" */
    const char *label;   /* a word or two for the footer; "" not shown there */
    const char *help;    /* a sentence */
    const char *where;   /* a row of key_places */
};
struct key_place {
    const char *name;  /* "everywhere", "plane", "catalogue", "resolution", "hand" */
    const char *words; /* "with a plane in focus" */
};
extern const struct key_place key_places[];     /* ends with a NULL name */
extern const struct key_binding key_bindings[]; /* ends with a NULL key */
extern const size_t n_key_bindings;
/* What a key does on this screen: a binding of the place first, then one of everywhere; NULL if it
   does nothing. */
const struct key_binding *key_find(const struct snapshot *snapshot, const char *key);
/* Key hints for the last line, by what is on the screen. */
void key_footer(const struct snapshot *snapshot, int width, struct text *out);

#endif
