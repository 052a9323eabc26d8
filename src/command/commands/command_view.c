/* `view`: gives a view the focus. */
#include <string.h>

#include "cusp/view.h"
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    struct suggestion suggestion;
    struct state state = session_state(context->session);
    const char *name = args->words[0];
    suggestion_start(&suggestion, name);
    for (size_t i = 0; views[i]; i++) {
        suggestion_try(&suggestion, views[i]->name);
    }
    double side = (double)state.focus_side + 1;
    if (args->n_words > 1 && (!count_read(args->words[1], &side) || side < 1 || side > 2)) {
        command_fault(context, "view: the model is 1 or 2");
        return EXIT_USAGE;
    }
    if (strcmp(name, "none") == 0) {
        state_focus(context->session, "", 0);
        return EXIT_OK;
    }
    if (!view_find(name)) {
        command_fault_near(context, suggestion.best, "no view '%.80s'", name);
        return EXIT_USAGE;
    }
    state_focus(context->session, name, (size_t)side - 1);
    return EXIT_OK;
}

const struct command view_command = {
    .name = "view",
    .usage = "NAME [1|2]",
    .summary = "give a view the focus",
    .details = "NAME is a view, or none; 1 or 2 is the model.\nExample: view landscape",
    .where = IN_PROMPT | IN_SCRIPT,
    .min_words = 1,
    .max_words = 2,
    .complete = COMPLETE_VIEW,
    .run = run,
};
