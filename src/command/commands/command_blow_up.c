/* `blow-up`: one move of a resolution by hand. */
#include <string.h>

#include "../command_private.h"

/* A move is kept as text among others, so nothing else may be in it: "#3", or two numbers. */
static bool is_centre(const char *text)
{
    if (text[0] == '#')
        return text[1] != '\0' && text[1 + strspn(text + 1, "0123456789")] == '\0';
    const char *comma = strchr(text, ',');
    return comma != NULL && comma != text && comma[1] != '\0' && strchr(comma + 1, ',') == NULL &&
           strlen(text) < 64 && text[strspn(text, "0123456789/,.-")] == '\0';
}

static int run(struct command_context *context, const struct args *args)
{
    const char *centre = args->words[0];
    char numbered[8] = "#";
    if (strlen(centre) < 4 && strspn(centre, "0123456789") == strlen(centre))
        centre = strcat(numbered, centre);
    if (!is_centre(centre)) {
        command_fault(context,
                      "blow-up %.80s: the number of one of the chart's points, or two numbers as "
                      "1/2,0, is wanted",
                      centre);
        return EXIT_USAGE;
    }
    if (!session_state(context->session).by_hand) {
        command_fault(context, "blow-up: only while you resolve by hand; begin with `by-hand on`");
        return EXIT_BAD;
    }
    resolution_wait(context);
    enum status status = session_blow_up(context->session, session_side(context), centre);
    if (status == ST_OK)
        return EXIT_OK;
    command_fault(context, status == ST_LIMIT ? "blow-up: no more moves are kept; `by-hand again` "
                                                "begins anew"
                                              : "blow-up: the last move is not worked out yet");
    return EXIT_BAD;
}

const struct command blow_up_command = {
    .name = "blow-up",
    .usage = "POINT|X,Y",
    .summary = "blow up a point of the chart that is looked at",
    .details = "While `by-hand` is on. POINT is 0 for #0, 1 for #1 … of those listed with the "
               "chart; any other point "
               "is given by two whole numbers or fractions. `undo` takes the move back.\n"
               "Example: blow-up 0",
    .where = IN_PROMPT | IN_SCRIPT,
    .min_words = 1,
    .max_words = 1,
    .run = run,
};
