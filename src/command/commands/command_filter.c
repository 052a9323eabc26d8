/* `filter`: what the catalogue lets through. */
#include <string.h>

#include "../command_private.h"

enum { WORDS_MAX = 32 };

struct filter {
    const char *text;
};

static void set_filter(struct state *state, void *context)
{
    const struct filter *filter = context;
    memset(state->filter, 0, sizeof state->filter);
    strncpy(state->filter, filter->text, sizeof state->filter - 1);
    state->catalogue_row = 0;
    state->catalogue_open = true;
}

static int run(struct command_context *context, const struct args *args)
{
    struct text text;
    text_init(&text);
    for (size_t i = 0; i < args->n_words; i++) {
        text_addf(&text, "%s%s", i ? " " : "", args->words[i]);
    }
    size_t bad = 0;
    int code = EXIT_OK;
    if (text.length >= sizeof((struct state *)0)->filter ||
        !utf8_valid(text_get(&text), text.length, &bad)) {
        command_fault(context, "filter: at most %zu bytes of text",
                      sizeof((struct state *)0)->filter - 1);
        code = EXIT_USAGE;
    } else {
        struct filter filter = {text_get(&text)};
        session_edit(context->session, "filter", set_filter, &filter);
    }
    text_done(&text);
    return code;
}

const struct command filter_command = {
    .name = "filter",
    .usage = "[WORDS]",
    .summary = "what the catalogue lets through",
    .details = "Models in whose name, title, description or formula every word occurs; without "
               "words: all.\nExample: filter crossing",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = WORDS_MAX,
    .run = run,
};
