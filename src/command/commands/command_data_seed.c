/* `data-seed`: another stream of data. */
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    double seed = 0, now = (double)session_state(context->session).data_seed;
    const char *text = args->words[0];
    if (!relative_read(text, now, &seed) || !(seed >= 1 && seed <= 9007199254740992.0) ||
        seed != (double)(uint64_t)seed) {
        command_fault(context,
                      "data-seed %.80s: a whole number from 1 is wanted, or +1 for the next", text);
        return EXIT_USAGE;
    }
    enum status status = session_set_data_seed(context->session, (uint64_t)seed);
    return status == ST_OK ? EXIT_OK : session_fault(context, "the data could not be changed");
}

const struct command data_seed_command = {
    .name = "data-seed",
    .usage = "SEED",
    .summary = "another data set: the seed of the stream of data",
    .details = "The same seed gives the same observations. +1 takes the next.\nExample: "
               "data-seed 7",
    .where = IN_PROMPT | IN_SCRIPT,
    .min_words = 1,
    .max_words = 1,
    .run = run,
};
