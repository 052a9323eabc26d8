/* `undo`: take back the last change. */
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    (void)args;
    if (session_undo(context->session) != ST_OK) {
        command_fault(context, "there is nothing to undo");
        return EXIT_BAD;
    }
    return EXIT_OK;
}

const struct command undo_command = {
    .name = "undo",
    .usage = "",
    .summary = "take back the last change",
    .details = "Small changes of one kind that follow each other are one step.\nExample: undo",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 0,
    .run = run,
};
