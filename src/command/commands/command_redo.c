/* `redo`: make it again. */
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    (void)args;
    if (session_redo(context->session) != ST_OK) {
        command_fault(context, "there is nothing to redo");
        return EXIT_BAD;
    }
    return EXIT_OK;
}

const struct command redo_command = {
    .name = "redo",
    .usage = "",
    .summary = "make it again",
    .details = "Small changes of one kind that follow each other are one step.\nExample: redo",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 0,
    .run = run,
};
