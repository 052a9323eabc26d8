/* `rank`: a rank map over the landscape. */
#include <string.h>

#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    bool on = !session_state(context->session).rank_overlay;
    if (args->n_words) {
        on = strcmp(args->words[0], "on") == 0;
        if (!on && strcmp(args->words[0], "off") != 0) {
            command_fault(context, "rank %.80s: on or off is wanted", args->words[0]);
            return EXIT_USAGE;
        }
    }
    STATE_FLAG(context->session, rank_overlay, on);
    return EXIT_OK;
}

const struct command rank_command = {
    .name = "rank",
    .usage = "[on|off]",
    .summary = "lay a map of the Hessian's rank over the landscape",
    .details = "Without a word: turns it on or off.\nExample: rank on",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 1,
    .run = run,
};
