/* `beta`: the inverse temperature of the posterior. */
#include <math.h>

#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    double beta = 0, now = session_state(context->session).beta;
    if (!relative_read(args->words[0], now, &beta)) {
        command_fault(context, "beta %.80s: a number is wanted, as 0.5, *2 or 1", args->words[0]);
        return EXIT_USAGE;
    }
    if (session_set_beta(context->session, beta) != ST_OK) {
        command_fault(context, "beta = %g: an inverse temperature is above 0", beta);
        return EXIT_BAD;
    }
    return EXIT_OK;
}

const struct command beta_command = {
    .name = "beta",
    .usage = "VALUE",
    .summary = "the inverse temperature of the posterior",
    .details = "The likelihood counts beta times: 1 is Bayes, 1/log n is what WBIC uses.\nExample: "
               "beta 0.3",
    .where = IN_PROMPT | IN_SCRIPT,
    .min_words = 1,
    .max_words = 1,
    .run = run,
};
