/* `help`: the commands, one command, or the whole manual. */
#include "cusp/view.h"
#include "../command_private.h"

static const struct option options[] = {
    {"man", NULL, OPTION_FLAG, NULL, "write the manual page, in roff", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

static int run(struct command_context *context, const struct args *args)
{
    if (args_flag(args, "man")) {
        help_man(context->out);
        return EXIT_OK;
    }
    if (args->n_words == 0) {
        help_overview(context->out);
        return EXIT_OK;
    }
    const struct command *command = command_find(args->words[0]);
    const struct view *view = command ? NULL : view_find(args->words[0]);
    if (view) {
        text_addf(context->out, "%s (a view: `view %s` gives it the focus)\n%s\n", view->title,
                  view->name, view->help);
        return EXIT_OK;
    }
    if (!command) {
        struct suggestion suggestion;
        suggestion_start(&suggestion, args->words[0]);
        for (size_t i = 0; commands[i]; i++) {
            suggestion_try(&suggestion, commands[i]->name);
        }
        command_fault_near(context, suggestion.best, "no command '%.80s'", args->words[0]);
        return EXIT_USAGE;
    }
    help_about(command, context->out);
    return EXIT_OK;
}

const struct command help_command = {
    .name = "help",
    .usage = "[COMMAND|VIEW]",
    .summary = "what the commands do, and what the views show",
    .details = "Without a word: all commands, one line each.\nExample: cusp help evidence",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_COMMAND,
    .run = run,
};
