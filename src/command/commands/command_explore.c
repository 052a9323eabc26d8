/* `explore`: the explorer's state from a command line; what `cusp MODEL` means. */
#include "../command_private.h"

static const struct option options[] = {
    STATE_OPTIONS,
    /* these are the terminal's: main takes them out before the line gets here */
    {"color", "WHEN", OPTION_TEXT, "auto", "auto, always or never (NO_COLOR is heeded)",
     COMPLETE_NONE},
    {"color-depth", "DEPTH", OPTION_TEXT, NULL, "mono, 16, 256 or 24", COMPLETE_NONE},
    {"theme", "THEME", OPTION_TEXT, NULL, "dark or light, or a colour map", COMPLETE_THEME},
    {"screen-reader", NULL, OPTION_FLAG, NULL, "without frames and spinners", COMPLETE_NONE},
    {"no-mouse", NULL, OPTION_FLAG, NULL, "leave the mouse to the terminal", COMPLETE_NONE},
    {"ascii", NULL, OPTION_FLAG, NULL, "plain characters only", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

/* Without a session there is no terminal to explore on; a fault in the words is told first. */
static int refuse(struct command_context *context, const struct args *args)
{
    struct session *session = NULL;
    int code = session_for(context, args, true, &session);
    if (code == EXIT_OK) {
        session_set_needs(session, 0);
        code = state_setup(context, args, session, true);
    }
    session_free(session);
    if (code == EXIT_OK) {
        command_fault(context, "the explorer needs a terminal; `cusp frame MODEL` writes a picture "
                               "without one");
        code = EXIT_USAGE;
    }
    return code;
}

static int run(struct command_context *context, const struct args *args)
{
    if (!context->session) {
        return refuse(context, args);
    }
    int code = state_setup(context, args, context->session, true);
    if (code == EXIT_OK && context->where == IN_SHELL) {
        session_settle(context->session);
    }
    return code;
}

const struct command explore_command = {
    .name = "explore",
    .usage = "[MODEL [MODEL]] [--n N] [--at POINT] …",
    .summary = "open the explorer; the word `explore` can be left out",
    .details = "Opens the explorer on a model with its contrast beside it, on two models, or on "
               "the catalogue. `share` writes such a line for whatever is on the screen.\n"
               "Example: cusp normal-crossing --n 1e6 --compare off",
    .where = IN_ALL,
    .options = options,
    .max_words = 2,
    .complete = COMPLETE_MODEL,
    .run = run,
};
