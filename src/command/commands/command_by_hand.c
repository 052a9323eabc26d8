/* `by-hand`: the person resolves the singularity. */
#include <string.h>

#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    bool on = !session_state(context->session).by_hand;
    const char *word = args->n_words ? args->words[0] : on ? "on" : "off";
    const struct model *model = session_model(context);
    if (strcmp(word, "on") != 0 && strcmp(word, "off") != 0 && strcmp(word, "again") != 0) {
        command_fault(context, "by-hand %.80s: on, off or again is wanted", word);
        return EXIT_USAGE;
    }
    if (model == NULL || session_state(context->session).catalogue_open) {
        command_fault(context, "by-hand: no model is open");
        return EXIT_BAD;
    }
    if (strcmp(word, "again") == 0 &&
        session_set_moves(context->session, session_side(context), "") != ST_OK)
        return session_fault(context, "there is nothing to begin again");
    if (session_set_by_hand(context->session, session_side(context), strcmp(word, "off") != 0) !=
        ST_OK) {
        command_fault(context,
                      "by-hand: %s has %zu parameter%s; points of a plane are blown up by "
                      "hand",
                      model->name, model->dim, model->dim == 1 ? "" : "s");
        return EXIT_BAD;
    }
    return EXIT_OK;
}

const struct command by_hand_command = {
    .name = "by-hand",
    .usage = "[on|off|again]",
    .summary = "resolve the singularity yourself",
    .details =
        "You choose a chart (`chart`) and a point in it (`blow-up`); cusp transforms K and says "
        "what "
        "became of it, until every crossing is normal. Without a word: on or off. again: from the "
        "start.\nExample: by-hand on",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 1,
    .run = run,
};
