/* What commands say when something is wrong. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "command_private.h"

/* What a person or a file wrote may stand in a fault: no control character of it reaches a
   terminal, nor half a character that was cut off. */
static void add_harmless(struct text *out, const char *line)
{
    for (size_t left = strlen(line); left > 0;) {
        uint32_t rune;
        size_t used = utf8_decode(line, left, &rune);
        bool control = rune < 0x20 || (rune >= 0x7f && rune < 0xa0);
        text_add_rune(out, control && rune != '\n' ? 0xfffd : rune);
        line += used;
        left -= used;
    }
}

static void add_fault(struct command_context *context, const char *near, const char *format,
                      va_list list)
{
    char line[1024];
    vsnprintf(line, sizeof line, format, list);
    if (context->where == IN_SHELL) {
        text_add(context->err, "cusp: ");
    }
    add_harmless(context->err, line);
    if (near) {
        text_addf(context->err, "; did you mean '%s'?", near);
    }
    text_add(context->err, "\n");
}

void command_fault(struct command_context *context, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    add_fault(context, NULL, format, list);
    va_end(list);
}

void command_fault_near(struct command_context *context, const char *near, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    add_fault(context, near, format, list);
    va_end(list);
}

int command_diagnosed(struct command_context *context, const struct diags *diags)
{
    diags_print(diags, context->err);
    return EXIT_BAD;
}

void suggestion_start(struct suggestion *suggestion, const char *word)
{
    /* a third of the letters may be wrong */
    size_t letters = strlen(word);
    *suggestion = (struct suggestion){word, NULL, letters / 3 + (letters < 6 ? 2 : 1)};
}

void suggestion_try(struct suggestion *suggestion, const char *name)
{
    size_t distance = text_distance(suggestion->word, name);
    if (distance < suggestion->distance && distance < strlen(name)) {
        suggestion->distance = distance;
        suggestion->best = name;
    }
}
