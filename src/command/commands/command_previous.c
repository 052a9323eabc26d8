/* `previous`: the previous panel gets the focus. */
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    (void)args;
    return shift_focus(context, -1);
}

const struct command previous_command = {
    .name = "previous",
    .usage = "",
    .summary = "the previous panel",
    .details = "Example: previous",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 0,
    .run = run,
};
