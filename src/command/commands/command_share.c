/* `share`: the command line that makes this picture again. */
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    (void)args;
    session_share(context->session, context->out);
    text_add(context->out, "\n");
    return EXIT_OK;
}

const struct command share_command = {
    .name = "share",
    .usage = "",
    .summary = "the command line that shows the same again",
    .details = "Models, settings, n, cursor, window, focus: all of it, quoted for a "
               "shell.\nExample: share",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 0,
    .run = run,
};
