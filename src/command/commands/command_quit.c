/* `quit`: leave. */
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    (void)args;
    context->quit = true;
    return EXIT_OK;
}

const struct command quit_command = {
    .name = "quit",
    .usage = "",
    .summary = "leave the explorer, or end the script",
    .details = "Example: quit",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 0,
    .run = run,
};
