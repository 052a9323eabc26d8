/* `catalogue`: the list of models to choose from. */
#include <string.h>

#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    struct state state = session_state(context->session);
    bool on = !state.catalogue_open;
    if (args->n_words) {
        on = strcmp(args->words[0], "on") == 0;
        if (!on && strcmp(args->words[0], "off") != 0) {
            command_fault(context, "catalogue %.80s: on or off is wanted", args->words[0]);
            return EXIT_USAGE;
        }
    }
    STATE_FLAG(context->session, catalogue_open, on);
    if (!on && session_state(context->session).catalogue_open) {
        command_fault(context, "no model is open yet: choose one");
        return EXIT_BAD;
    }
    return EXIT_OK;
}

const struct command catalogue_command = {
    .name = "catalogue",
    .usage = "[on|off]",
    .summary = "show the catalogue, or leave it",
    .details = "Example: catalogue",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 1,
    .run = run,
};
