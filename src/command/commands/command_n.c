/* `n`: the sample size. */
#include <math.h>
#include <string.h>

#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    double now = session_state(context->session).n, n = 0;
    const char *text = args->words[0];
    if (!relative_read(text, now, &n)) {
        command_fault(context, "n %.80s: a number is wanted, as 1000, 1e6, *10 or /2", text);
        return EXIT_USAGE;
    }
    if (strchr("*/+-", text[0])) { /* turning stops at the ends */
        n = fmin(fmax(n, 1), session_n_limit(context->session));
    }
    if (session_set_n(context->session, n) != ST_OK) {
        return fault_of_n(context, context->session, n);
    }
    return EXIT_OK;
}

const struct command n_command = {
    .name = "n",
    .usage = "VALUE",
    .summary = "the sample size: 1 to 1e12, or to the end of the data",
    .details = "A number, or a change of what it is now: *10, /2, *10^0.1.\nExample: n 1e6",
    .where = IN_PROMPT | IN_SCRIPT,
    .min_words = 1,
    .max_words = 1,
    .run = run,
};
