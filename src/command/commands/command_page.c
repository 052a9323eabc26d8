/* `page`: which views a small screen shows. */
#include <string.h>

#include "cusp/view.h"
#include "../command_private.h"

enum { PAGES_MAX = 100 };

static int run(struct command_context *context, const struct args *args)
{
    const char *word = args->n_words ? args->words[0] : "next";
    double page = (double)session_state(context->session).page;
    const struct view *focus = view_find(session_state(context->session).focus);
    bool forth = strcmp(word, "next") == 0, back = strcmp(word, "previous") == 0;
    if ((forth || back) && focus != NULL && focus->topic != TOPIC_POSTERIOR) {
        return shift_focus(context, forth ? 1 : -1); /* its panels come with the focus */
    }
    if (strcmp(word, "next") == 0) {
        page += 1;
    } else if (strcmp(word, "previous") == 0) {
        page -= page > 0 ? 1 : 0;
    } else if (!count_read(word, &page) || page < 1) {
        command_fault(context, "page %.80s: next, previous or a number from 1 is wanted", word);
        return EXIT_USAGE;
    } else {
        page -= 1;
    }
    STATE_COUNT(context->session, page, page < PAGES_MAX ? (size_t)page : 0);
    return EXIT_OK;
}

const struct command page_command = {
    .name = "page",
    .usage = "[next|previous|P]",
    .summary = "the other views, where the screen is too small for all",
    .details = "After the last page comes the first.\nExample: page next",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 1,
    .run = run,
};
