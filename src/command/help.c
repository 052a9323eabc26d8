/* Help from the registry: all commands in a line each, or one of them whole. */
#include <string.h>

#include "command_private.h"

enum { LINE_WIDTH = 80, INDENT = 2 };

/* Fills lines; a newline in the text begins a paragraph. */
static void add_paragraphs(struct text *out, const char *text)
{
    size_t column = 0;
    while (*text) {
        size_t length = strcspn(text, " \n");
        char word[256];
        size_t kept = length < sizeof word - 1 ? length : sizeof word - 1;
        memcpy(word, text, kept);
        word[kept] = '\0';
        size_t width = utf8_width(word);
        if (column > 0 && column + 1 + width > LINE_WIDTH) {
            text_add(out, "\n");
            column = 0;
        }
        if (length > 0) {
            text_add(out, column > 0 ? " " : "");
            text_add_bytes(out, text, length);
            column += width + (column > 0);
        }
        text += length;
        if (*text == '\n') {
            text_add(out, "\n");
            column = 0;
        }
        text += *text != '\0';
    }
    text_add(out, "\n");
}

static void add_option(const struct option *option, struct text *out)
{
    struct text name;
    text_init(&name);
    text_addf(&name, "--%s%s%s", option->name, option->value ? " " : "",
              option->value ? option->value : "");
    size_t width = utf8_width(text_get(&name));
    text_addf(out, "  %s%*s %s", text_get(&name), width < 24 ? (int)(24 - width) : 1, "",
              option->help);
    if (option->preset) {
        text_addf(out, " (%s)", option->preset);
    }
    text_add(out, "\n");
    text_done(&name);
}

void help_about(const struct command *command, struct text *out)
{
    text_addf(out, "%s%s%s%s\n\n", command->where & IN_SHELL ? "cusp " : "", command->name,
              command->usage[0] ? " " : "", command->usage);
    text_addf(out, "%s.\n\n", command->summary);
    add_paragraphs(out, command->details);
    for (size_t i = 0; command->options && command->options[i].name; i++) {
        text_add(out, i ? "" : "\nOptions:\n");
        add_option(&command->options[i], out);
    }
    if (command->where & IN_SHELL) {
        text_add(out, "\nOptions everywhere:\n"
                      "  -e STATEMENTS            a model typed here, in place of a MODEL\n");
        for (size_t i = 0; common_options[i].name; i++) {
            add_option(&common_options[i], out);
        }
    }
}

static void add_commands(struct text *out, bool shell)
{
    for (size_t i = 0; commands[i]; i++) {
        if (((commands[i]->where & IN_SHELL) != 0) == shell) {
            text_addf(out, "  %-11s %s\n", commands[i]->name, commands[i]->summary);
        }
    }
}

void help_overview(struct text *out)
{
    text_add(out, "cusp, an explorer for singular models\n\n"
                  "  cusp                        the explorer, on the catalogue\n"
                  "  cusp MODEL [MODEL]          the explorer on a model, or on two side by side\n"
                  "  cusp COMMAND [MODEL] [--option value …]\n\n"
                  "MODEL is a name from the catalogue (normal-crossing), a path (./mine.model) or\n"
                  "-e 'K = w1^2*w2^2'. `cusp help COMMAND` says more.\n\n"
                  "Commands:\n");
    add_commands(out, true);
    text_add(out, "\nAt the explorer's prompt and in scripts also:\n");
    add_commands(out, false);
}
