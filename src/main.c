/* Start and end: words of the command line become the explorer or a command, codes an exit. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cusp/command.h"
#include "cusp/mem.h"
#include "cusp/num_init.h"
#include "cusp/term.h"

static void out_of_memory(void)
{
    static const char message[] = "cusp: out of memory\n";
    term_restore();
    ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
    (void)written;
    _exit(EXIT_BAD);
}

/* ---- options of the terminal, which the commands know nothing of
 * --------------------------------- */

struct choice {
    const char *name;
    int value;
};

static const struct choice color_choices[] = {
    {"auto", COLOR_AUTO}, {"always", COLOR_ALWAYS}, {"never", COLOR_NEVER}, {NULL, 0}};
static const struct choice depth_choices[] = {
    {"mono", DEPTH_MONO}, {"1", DEPTH_MONO},        {"16", DEPTH_16}, {"256", DEPTH_256},
    {"24", DEPTH_DIRECT}, {"direct", DEPTH_DIRECT}, {NULL, 0}};
static const struct choice theme_choices[] = {
    {"auto", BACKGROUND_ASK}, {"light", BACKGROUND_LIGHT}, {"dark", BACKGROUND_DARK}, {NULL, 0}};

static bool choose(const struct choice *choices, const char *name, int *value)
{
    for (; choices->name != NULL; choices++) {
        if (strcmp(choices->name, name) == 0) {
            *value = choices->value;
            return true;
        }
    }
    return false;
}

static bool choose_map(const char *name, enum colormap *map)
{
    for (enum colormap at = 0; at < MAP_COUNT; at++) {
        if (strcmp(colormap_name(at), name) == 0) {
            *map = at;
            return true;
        }
    }
    return false;
}

static bool set_option(struct term_options *options, const char *name, const char *value)
{
    int chosen = 0;
    if (strcmp(name, "--color") == 0 && choose(color_choices, value, &chosen)) {
        options->color = (enum color_mode)chosen;
    } else if (strcmp(name, "--color-depth") == 0 && choose(depth_choices, value, &chosen)) {
        options->depth = (enum colour_depth)chosen;
        options->depth_given = true;
    } else if (strcmp(name, "--theme") == 0 && choose(theme_choices, value, &chosen)) {
        options->background = (enum term_background)chosen;
    } else if (strcmp(name, "--theme") != 0 || !choose_map(value, &options->map)) {
        return false;
    }
    return true;
}

static const char *wanted(const char *name)
{
    return strcmp(name, "--color") == 0         ? "auto, always or never"
           : strcmp(name, "--color-depth") == 0 ? "mono, 16, 256 or 24"
                                                : "auto, light, dark or the name of a colour map";
}

/* Takes the terminal's options out of words; the others stay in order. False: a fault is in err. */
static bool take_options(const char **words, size_t *n_words, struct term_options *options,
                         struct text *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < *n_words; i++) {
        const char *word = words[i], *equals = strchr(word, '=');
        char name[16] = "";
        size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
        if (length < sizeof name) {
            memcpy(name, word, length);
        }
        if (strcmp(name, "--screen-reader") == 0 && equals == NULL) {
            options->screen_reader = true;
        } else if (strcmp(name, "--no-mouse") == 0 && equals == NULL) {
            options->no_mouse = true;
        } else if (strcmp(name, "--ascii") == 0 && equals == NULL) {
            options->ascii = true;
        } else if (strcmp(name, "--color") == 0 || strcmp(name, "--color-depth") == 0 ||
                   strcmp(name, "--theme") == 0) {
            const char *value = equals != NULL ? equals + 1 : i + 1 < *n_words ? words[++i] : "";
            if (!set_option(options, name, value)) {
                text_addf(err, "cusp: %s %.40s: %s is wanted\n", name, value, wanted(name));
                return false;
            }
        } else {
            words[kept++] = word;
        }
    }
    *n_words = kept;
    return true;
}

/* A whole number after an option; the command's own parser finds fault with a wrong one. */
static unsigned long long number_after(const char *const *words, size_t n_words, const char *name,
                                       unsigned long long preset)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < n_words; i++) {
        const char *value = NULL;
        if (strcmp(words[i], name) == 0 && i + 1 < n_words) {
            value = words[i + 1];
        } else if (strncmp(words[i], name, length) == 0 && words[i][length] == '=') {
            value = words[i] + length + 1;
        }
        if (value != NULL && value[0] >= '0' && value[0] <= '9') {
            return strtoull(value, NULL, 10);
        }
    }
    return preset;
}

/* ---- the two ways
 * -------------------------------------------------------------------------------- */

static bool print(FILE *stream, const struct text *text)
{
    return (text->length == 0 || fwrite(text->bytes, 1, text->length, stream) == text->length) &&
           fflush(stream) == 0;
}

/* What a command wrote, and its exit code. */
static int report(int code, const struct text *out, const struct text *err)
{
    bool told = print(stderr, err);
    if (!print(stdout, out)) {
        perror("cusp: cannot write to standard output");
        return EXIT_BAD;
    }
    return told ? code : EXIT_BAD;
}

static int run_command(const char *const *words, size_t n_words)
{
    struct text out, err;
    struct diags diags;
    struct catalogue catalogue;
    text_init(&out);
    text_init(&err);
    diags_init(&diags);
    bool found = catalogue_open(NULL, &diags, &catalogue) == ST_OK;
    struct command_context context = {
        .catalogue = found ? &catalogue : NULL, .out = &out, .err = &err, .where = IN_SHELL};
    int code = command_run_words(&context, words, n_words);
    if (found) {
        catalogue_done(&catalogue);
    } else if (context.catalogue_missed) {
        diags_print(&diags, &err); /* where the models were looked for */
    }
    code = report(code, &out, &err);
    diags_done(&diags);
    text_done(&err);
    text_done(&out);
    return code;
}

static int run_session(struct session *session, const char *const *words, size_t n_words,
                       const struct term_options *options)
{
    struct text out, err;
    text_init(&out);
    text_init(&err);
    struct command_context context = {.session = session,
                                      .catalogue = session_catalogue(session),
                                      .out = &out,
                                      .err = &err,
                                      .where = IN_SHELL};
    int code = command_run_words(&context, words, n_words);
    /* An answer (--help) or a fault is told instead of opening. */
    if (code == EXIT_OK && out.length == 0) {
        code = term_run(session, options, &err);
        if (err.length > 0) {
            text_add(&err, "\n");
        }
    }
    int reported = report(code < 0 ? EXIT_OK : code, &out, &err);
    text_done(&err);
    text_done(&out);
    return code < 0 ? code : reported;
}

static int run_explorer(const char *const *words, size_t n_words,
                        const struct term_options *options)
{
    struct session_options session_options = {
        .seed = number_after(words, n_words, "--seed", 1),
        .threads = (size_t)number_after(words, n_words, "--threads", 0)};
    struct session *session = NULL;
    struct diags diags;
    diags_init(&diags);
    term_block_signals(); /* before the session's threads start */
    enum status status = session_new(&session_options, &diags, &session);
    int code = EXIT_BAD;
    if (session != NULL) {
        if (status != ST_OK && diags.count > 0) {
            session_message(session, true, "%s", diags.items[0].message);
        }
        code = run_session(session, words, n_words, options);
        session_free(session);
    } else {
        struct text err;
        text_init(&err);
        diags_print(&diags, &err);
        (void)print(stderr, &err);
        text_done(&err);
    }
    diags_done(&diags);
    return code;
}

/* Ends as the signal would have ended it, so that a shell sees why. */
static void end_by_signal(int number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    signal(number, SIG_DFL);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, ""); /* numbers stay as in C */
    mem_on_failure(out_of_memory);
    num_init();
    signal(SIGCHLD, SIG_DFL); /* where it is ignored, a child cannot be waited for */
    signal(SIGXFSZ, SIG_IGN); /* a write that fails is told as such, and leaves no half file */
    size_t n_words = argc > 1 ? (size_t)argc - 1 : 0;
    const char **words = mem_new(n_words, sizeof *words);
    for (size_t i = 0; i < n_words; i++) {
        words[i] = argv[i + 1];
    }
    struct term_options options;
    term_options_init(&options);
    int code = EXIT_USAGE;
    if (!command_is_explorer(words, n_words)) {
        code = run_command(words, n_words);
    } else {
        struct text err;
        text_init(&err);
        bool sound = take_options(words, &n_words, &options, &err);
        (void)print(stderr, &err);
        text_done(&err);
        if (sound && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
            code = run_explorer(words, n_words, &options);
        } else if (sound) {
            code = run_command(words, n_words); /* says that there is no terminal */
        }
    }
    mem_free(words);
    if (code < 0) {
        end_by_signal(-code);
    }
    exit(code);
}
