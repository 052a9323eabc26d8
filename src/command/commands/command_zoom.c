/* `zoom`: a view to full size, or the window closer and farther. */
#include <math.h>
#include <string.h>

#include "../command_private.h"

/* In this direction by default. */
#define ZOOM_FACTOR 1.5

static int zoom_window(struct command_context *context, double factor)
{
    struct snapshot snapshot;
    session_snapshot(context->session, &snapshot);
    size_t side = session_side(context);
    if (snapshot.n_sides == 0 || snapshot.state.catalogue_open) {
        command_fault(context, "zoom: no model is open");
        return EXIT_BAD;
    }
    const struct side *shown = &snapshot.sides[side];
    double low[2], high[2];
    for (size_t i = 0; i < 2; i++) {
        double from = snapshot.state.low[side][i], to = snapshot.state.high[side][i];
        double at = shown->plane_cursor[i];
        double least = fmin(shown->plane_low[i], from), most = fmax(shown->plane_high[i], to);
        double width = fmin((to - from) / factor, most - least);
        double share = at >= from && at <= to ? (at - from) / (to - from) : 0.5;
        double centre = at >= from && at <= to ? at : 0.5 * (from + to);
        low[i] = centre - share * width; /* the cursor stays where it is on the screen */
        low[i] = fmin(fmax(low[i], least), most - width);
        high[i] = low[i] + width;
    }
    return session_set_window(context->session, low, high) == ST_OK
               ? EXIT_OK
               : session_fault(context, "the window cannot be smaller");
}

static int reset_window(struct command_context *context)
{
    struct snapshot snapshot;
    session_snapshot(context->session, &snapshot);
    size_t side = session_side(context);
    double low[2], high[2];
    if (snapshot.n_sides == 0 || snapshot.state.catalogue_open) {
        return EXIT_OK;
    }
    for (size_t i = 0; i < 2; i++) {
        low[i] = snapshot.sides[side].plane_low[i];
        high[i] = snapshot.sides[side].plane_high[i];
    }
    return session_set_window(context->session, low, high) == ST_OK
               ? EXIT_OK
               : session_fault(context, "the window cannot be set");
}

static int toggle(struct command_context *context)
{
    struct state state = session_state(context->session);
    if (!state.zoomed && !state.focus[0]) {
        int code = shift_focus(context, 1); /* something has to be enlarged */
        if (code != EXIT_OK) {
            return code;
        }
    }
    STATE_FLAG(context->session, zoomed, !state.zoomed);
    return EXIT_OK;
}

static int run(struct command_context *context, const struct args *args)
{
    const char *word = args->n_words ? args->words[0] : "focus";
    double factor = ZOOM_FACTOR;
    if (args->n_words > 1 &&
        (!number_read(args->words[1], &factor) || factor <= 1 || factor > 1e9)) {
        command_fault(context, "zoom: the factor is above 1");
        return EXIT_USAGE;
    }
    if (strcmp(word, "in") == 0) {
        return zoom_window(context, factor);
    }
    if (strcmp(word, "out") == 0) {
        return zoom_window(context, 1 / factor);
    }
    if (strcmp(word, "reset") == 0) {
        return reset_window(context);
    }
    if (strcmp(word, "focus") == 0) {
        return toggle(context);
    }
    command_fault(context, "zoom %.80s: in, out, reset or focus is wanted", word);
    return EXIT_USAGE;
}

const struct command zoom_command = {
    .name = "zoom",
    .usage = "[in|out [FACTOR]|reset|focus]",
    .summary = "closer to the cursor; or the focused view to full size",
    .details =
        "Without a word: the view with the focus fills the screen, or goes back. `in` and `out` "
        "change the part of the plane that is shown, around the cursor.\nExample: zoom in 4",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 2,
    .run = run,
};
