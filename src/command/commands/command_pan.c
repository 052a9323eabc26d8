/* `pan`: moves the window. */
#include <math.h>
#include <string.h>

#include "../command_private.h"

/* Of the window. */
#define PAN_SHARE 0.1

static int pan(struct command_context *context, double right, double up)
{
    struct snapshot snapshot;
    session_snapshot(context->session, &snapshot);
    size_t side = session_side(context);
    if (snapshot.n_sides == 0 || snapshot.state.catalogue_open) {
        command_fault(context, "pan: no model is open");
        return EXIT_BAD;
    }
    const double by[2] = {right, up};
    double low[2], high[2];
    for (size_t i = 0; i < 2; i++) {
        const struct side *shown = &snapshot.sides[side];
        double least = fmin(shown->plane_low[i], snapshot.state.low[side][i]);
        double most = fmax(shown->plane_high[i], snapshot.state.high[side][i]);
        double width = snapshot.state.high[side][i] - snapshot.state.low[side][i];
        low[i] = snapshot.state.low[side][i] + by[i] * width;
        low[i] = fmin(fmax(low[i], least), most - width);
        high[i] = low[i] + width;
    }
    return session_set_window(context->session, low, high) == ST_OK
               ? EXIT_OK
               : session_fault(context, "the window cannot move there");
}

static int run(struct command_context *context, const struct args *args)
{
    static const struct {
        const char *name;
        double right, up;
    } directions[] = {{"left", -1, 0}, {"right", 1, 0}, {"up", 0, 1}, {"down", 0, -1}};
    double share = PAN_SHARE;
    if (args->n_words > 1 && (!number_read(args->words[1], &share) || !(share > 0))) {
        command_fault(context, "pan: the share of the window is above 0");
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < sizeof directions / sizeof *directions; i++) {
        if (strcmp(directions[i].name, args->words[0]) == 0) {
            return pan(context, share * directions[i].right, share * directions[i].up);
        }
    }
    command_fault(context, "pan %.80s: left, right, up or down is wanted", args->words[0]);
    return EXIT_USAGE;
}

const struct command pan_command = {
    .name = "pan",
    .usage = "left|right|up|down [SHARE]",
    .summary = "move the part of the plane that is shown",
    .details =
        "By a tenth of it, or by the share given; it stays inside the box.\nExample: pan left",
    .where = IN_PROMPT | IN_SCRIPT,
    .min_words = 1,
    .max_words = 2,
    .run = run,
};
