/* `reset`: plane, window and cursor as at first. */
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    (void)args;
    session_reset(context->session);
    return EXIT_OK;
}

const struct command reset_command = {
    .name = "reset",
    .usage = "",
    .summary = "plane, window and cursor as when the model was opened",
    .details = "Example: reset",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 0,
    .run = run,
};
