/* The manual page, from the registries. */
#include <ctype.h>
#include <string.h>

#include "cusp/exporter.h"
#include "cusp/op.h"
#include "cusp/view.h"
#include "command_private.h"

/* Text as roff takes it: no control lines, no escapes. */
static void add_plain(struct text *out, const char *text)
{
    bool start = true;
    for (const char *c = text; *c; c++) {
        if (start && (*c == '.' || *c == '\'')) {
            text_add(out, "\\&");
        }
        if (*c == '\\') {
            text_add(out, "\\e");
        } else if (*c == '-') {
            text_add(out, "\\-");
        } else if (*c == '\n') {
            text_add(out, "\n.br");
            text_add(out, "\n");
        } else {
            text_add_bytes(out, c, 1);
        }
        start = *c == '\n';
    }
    text_add(out, "\n");
}

static void add_item(struct text *out, const char *term, const char *text)
{
    text_add(out, ".TP\n.B ");
    add_plain(out, term);
    add_plain(out, text);
}

static void add_options(struct text *out, const struct option *options)
{
    for (size_t i = 0; options && options[i].name; i++) {
        struct text term, help;
        text_init(&term);
        text_init(&help);
        text_addf(&term, "--%s%s%s", options[i].name, options[i].value ? " " : "",
                  options[i].value ? options[i].value : "");
        text_add(&help, options[i].help);
        if (options[i].preset) {
            text_addf(&help, " (default %s)", options[i].preset);
        }
        add_item(out, text_get(&term), text_get(&help));
        text_done(&term);
        text_done(&help);
    }
}

static void add_commands(struct text *out, bool shell)
{
    for (size_t i = 0; commands[i]; i++) {
        const struct command *command = commands[i];
        if (((command->where & IN_SHELL) != 0) != shell) {
            continue;
        }
        struct text term;
        text_init(&term);
        text_addf(&term, "%s%s%s", command->name, command->usage[0] ? " " : "", command->usage);
        text_add(out, ".SS ");
        add_plain(out, text_get(&term));
        text_done(&term);
        add_plain(out, command->summary);
        text_add(out, ".PP\n");
        add_plain(out, command->details);
        add_options(out, command->options);
    }
}

static void add_keys(struct text *out)
{
    for (size_t p = 0; key_places[p].name != NULL; p++) {
        const char *words = key_places[p].words;
        text_addf(out, ".SS %c%s\n", toupper((unsigned char)words[0]), words + 1);
        for (size_t i = 0; i < n_key_bindings; i++) {
            if (strcmp(key_bindings[i].where, key_places[p].name) == 0) {
                add_item(out, key_bindings[i].key, key_bindings[i].help);
            }
        }
    }
}

static void add_language(struct text *out)
{
    text_add(out, "A model file has one statement a line, or several separated by semicolons; a "
                  "number sign begins a comment. Statements begin with:\n.PP\n");
    const char *const *keywords = syntax_keywords();
    for (size_t i = 0; keywords[i]; i++) {
        text_addf(out, "%s.B %s\n", i ? ".br\n" : "", keywords[i]);
    }
    text_add(out, ".PP\nOperators: + \\- * / ^, comparison, and, or, not. Sums and products: "
                  "sum(j in 1..H, ...), prod(j in 1..H, ...). Functions:\n");
    for (int op = 0; op < OP_COUNT; op++) {
        if (op_is_function((enum op)op)) {
            add_item(out, op_info((enum op)op)->name, op_info((enum op)op)->help);
        }
    }
}

static void add_closing(struct text *out)
{
    text_add(out, ".SH EXIT STATUS\n");
    add_item(out, "0", "Done.");
    add_item(out, "1", "The input is bad or the work failed; standard error says why.");
    add_item(out, "2", "Wrong usage.");
    text_add(out, ".PP\nA signal ends cusp by that signal.\n.SH FILES\n");
    add_item(out, CUSP_PREFIX "/share/cusp/models", "The catalogue.");
    add_item(out, "$XDG_STATE_HOME/cusp/history, ~/.local/state/cusp/history",
             "What was typed at the prompt.");
    text_add(out, ".SH ENVIRONMENT\n");
    add_item(out, "CUSP_MODELS", "A directory of models in place of the catalogue.");
    add_item(out, "CUSP_ISA", "A lesser instruction set to compute with: sse2, avx2 or avx512f.");
    add_item(out, "NO_COLOR", "If not empty, no colours.");
    add_item(out, "TERM, COLORTERM", "What the terminal can do.");
}

void help_man(struct text *out)
{
    text_add(out, ".TH CUSP 1 \"\" \"cusp " CUSP_VERSION "\" \"User Commands\"\n"
                  ".SH NAME\ncusp \\- explore singular models: true parameters, degeneracy and the "
                  "posterior as data grow\n"
                  ".SH SYNOPSIS\n.B cusp\n.RI [ MODEL\\~ [ MODEL ]]\n.br\n.B cusp\n"
                  ".I COMMAND\n.RI [ MODEL ]\n.RI [ \\-\\-option\\~value\\~... ]\n"
                  ".SH DESCRIPTION\n");
    add_plain(out, "Shows a toy statistical model on a terminal: the set of its true parameters, "
                   "where the Fisher information loses rank, and how the posterior concentrates as "
                   "the number n of data grows, beside a regular model. MODEL is a name from the "
                   "catalogue (see `cusp list`), the path of a model file, or -e 'STATEMENTS'.");
    text_add(out, ".SH OPTIONS OF EVERY COMMAND\n");
    add_item(out, "-e STATEMENTS", "A model typed here, in place of a MODEL.");
    add_options(out, common_options);
    text_add(out, ".SH COMMANDS\n");
    add_commands(out, true);
    text_add(out, ".SH COMMANDS OF THE PROMPT AND OF SCRIPTS\n");
    add_commands(out, false);
    text_add(out, ".SH KEYS\n");
    add_keys(out);
    text_add(out, ".SH VIEWS\n");
    for (size_t i = 0; views[i]; i++) {
        add_item(out, views[i]->name, views[i]->help);
    }
    text_add(out, ".SH FORMATS OF PICTURES\n");
    for (size_t i = 0; exporters[i]; i++) {
        add_item(out, exporters[i]->name, exporters[i]->summary);
    }
    text_add(out, ".SH MODEL LANGUAGE\n");
    add_language(out);
    add_closing(out);
}
