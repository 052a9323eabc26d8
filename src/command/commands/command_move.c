/* `move`: the cursor, or the catalogue's row. */
#include <math.h>
#include <string.h>

#include "../command_private.h"

struct direction {
    const char *name;
    int right, up, out;
};

static const struct direction directions[] = {
    {"left", -1, 0, 0}, {"right", 1, 0, 0}, {"up", 0, 1, 0},
    {"down", 0, -1, 0}, {"out", 0, 0, 1},   {"in", 0, 0, -1},
};

static void move_row(struct command_context *context, int up, double steps)
{
    struct snapshot snapshot;
    session_snapshot(context->session, &snapshot);
    double last = snapshot.n_catalogue_rows ? (double)snapshot.n_catalogue_rows - 1 : 0;
    double row = fmin(fmax((double)snapshot.state.catalogue_row - up * steps, 0), last);
    STATE_COUNT(context->session, catalogue_row, (size_t)row);
}

static int run(struct command_context *context, const struct args *args)
{
    const struct direction *direction = NULL;
    double steps = 1;
    struct suggestion suggestion;
    suggestion_start(&suggestion, args->words[0]);
    for (size_t i = 0; i < sizeof directions / sizeof *directions; i++) {
        suggestion_try(&suggestion, directions[i].name);
        if (strcmp(directions[i].name, args->words[0]) == 0) {
            direction = &directions[i];
        }
    }
    if (!direction) {
        command_fault_near(context, suggestion.best,
                           "move %.80s: left, right, up, down, in or out is wanted",
                           args->words[0]);
        return EXIT_USAGE;
    }
    if (args->n_words > 1 && (!count_read(args->words[1], &steps) || steps > 10000)) {
        command_fault(context, "move: how many steps is a whole number up to 10000");
        return EXIT_USAGE;
    }
    int count = (int)steps;
    if (session_state(context->session).catalogue_open) {
        move_row(context, direction->up, steps);
    } else {
        session_move_cursor(context->session, count * direction->right, count * direction->up,
                            count * direction->out);
    }
    return EXIT_OK;
}

const struct command move_command = {
    .name = "move",
    .usage = "left|right|up|down|in|out [STEPS]",
    .summary = "move the cursor by cells of the picture, or the catalogue's row",
    .details =
        "In three dimensions `in` and `out` move along the parameter that is not on the axes. W0 "
        "catches the cursor when it comes within half a cell.\nExample: move left 3",
    .where = IN_PROMPT | IN_SCRIPT,
    .min_words = 1,
    .max_words = 2,
    .run = run,
};
