/* `pause`: n stands still. */
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    (void)args;
    STATE_FLAG(context->session, playing, false);
    return EXIT_OK;
}

const struct command pause_command = {
    .name = "pause",
    .usage = "",
    .summary = "stop n",
    .details = "Example: pause",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 0,
    .run = run,
};
