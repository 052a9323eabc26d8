/* `compare`: two models side by side. */
#include <string.h>

#include "../command_private.h"

static int other_model(struct command_context *context, const struct args *args)
{
    struct model *model = NULL;
    size_t count = 0;
    int code = args_models(context, args, 1, &model, &count);
    if (code == EXIT_OK) {
        code = open_side(context, 1, model);
        model_unref(model);
    }
    return code;
}

static int run(struct command_context *context, const struct args *args)
{
    const char *word = args->n_words ? args->words[0] : "";
    bool on = !session_state(context->session).compare;
    if (args->n_inline || (word[0] && strcmp(word, "on") != 0 && strcmp(word, "off") != 0)) {
        return other_model(context, args);
    }
    if (word[0]) {
        on = strcmp(word, "on") == 0;
    }
    if (session_compare(context->session, on) != ST_OK) {
        return session_fault(context, "there is nothing to compare with");
    }
    return EXIT_OK;
}

const struct command compare_command = {
    .name = "compare",
    .usage = "[MODEL|on|off]",
    .summary = "two models side by side, or one alone",
    .details = "Without a word: turns the comparison on or off. The second model is the contrast "
               "that the first names, or the one named here.\nExample: compare regular-bowl",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
