/* `theme`: dark or light. */
#include <string.h>

#include "cusp/figure.h"
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    static const char *const names[] = {"dark", "light", "auto"};
    struct suggestion suggestion;
    if (args->n_words == 0) {
        context->theme = "toggle";
        return EXIT_OK;
    }
    suggestion_start(&suggestion, args->words[0]);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], args->words[0]) == 0) {
            context->theme = names[i];
            return EXIT_OK;
        }
        suggestion_try(&suggestion, names[i]);
    }
    for (int map = 0; map < MAP_COUNT; map++) {
        const char *name = colormap_name((enum colormap)map);
        if (strcmp(name, args->words[0]) == 0) {
            context->theme = name;
            return EXIT_OK;
        }
        suggestion_try(&suggestion, name);
    }
    command_fault_near(context, suggestion.best, "no theme '%.80s'", args->words[0]);
    return EXIT_USAGE;
}

const struct command theme_command = {
    .name = "theme",
    .usage = "[dark|light|auto|MAP]",
    .summary = "colours for a dark or a light background",
    .details =
        "Without a name: the other one. auto: as the terminal says, and "
        "the colour maps of the figures. MAP: a colour map for all of them, viridis, cividis, "
        "grey or diverging.\nExample: theme light",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 1,
    .complete = COMPLETE_THEME,
    .run = run,
};
