/* `chart`: which chart of the resolution is looked at. */
#include <string.h>

#include "../command_private.h"

/* A person at the keys waits until a resolution is there; the next line of a script does not. */
#define SCRIPT_WAIT_MS 20000

void resolution_wait(struct command_context *context)
{
    if (context->where != IN_SCRIPT)
        return;
    session_add_needs(context->session, SESSION_RLCT);
    if (session_wait(context->session, SCRIPT_WAIT_MS) != ST_OK)
        session_message(context->session, true, "the resolution is not there yet");
}

/* The resolution on the screen; NULL if there is none. */
const struct resolution *resolution_shown(struct command_context *context, size_t *chart)
{
    struct snapshot snapshot;
    size_t side = session_side(context);
    resolution_wait(context);
    session_snapshot(context->session, &snapshot);
    if (session_model(context) == NULL || snapshot.state.catalogue_open)
        return NULL;
    const struct side *shown = &snapshot.sides[side];
    const struct resolution *resolution =
        snapshot.state.by_hand    ? (shown->hand != NULL ? &shown->hand->resolution : NULL)
        : shown->resolved != NULL ? shown->resolved->resolution
                                  : NULL;
    *chart = snapshot.state.chart[side];
    if (resolution != NULL && *chart >= resolution->n_charts)
        *chart = 0;
    return resolution;
}

/* The first chart after `after` with that parent; SIZE_MAX: none. */
static size_t child_of(const struct resolution *resolution, size_t parent, size_t after)
{
    for (size_t i = after; i < resolution->n_charts; i++)
        if (resolution->charts[i].parent == parent)
            return i;
    return SIZE_MAX;
}

/* In the order of the list: a chart, then all that came of it. */
static size_t chart_after(const struct resolution *resolution, size_t now)
{
    size_t next = child_of(resolution, now, 0);
    for (size_t at = now; next == SIZE_MAX && resolution->charts[at].parent != SIZE_MAX;) {
        size_t parent = resolution->charts[at].parent;
        next = child_of(resolution, parent, at + 1);
        at = parent;
    }
    return next != SIZE_MAX ? next : now;
}

static size_t chart_before(const struct resolution *resolution, size_t now)
{
    for (size_t i = 0; i < resolution->n_charts; i++)
        if (i != now && chart_after(resolution, i) == now)
            return i;
    return now;
}

/* The chart that a word asks for; SIZE_MAX: there is none. */
static size_t chart_wanted(const struct resolution *resolution, size_t now, const char *word)
{
    const struct resolution_chart *chart = &resolution->charts[now];
    double number;
    if (strcmp(word, "next") == 0)
        return chart_after(resolution, now);
    if (strcmp(word, "previous") == 0)
        return chart_before(resolution, now);
    if (strcmp(word, "parent") == 0)
        return chart->parent != SIZE_MAX ? chart->parent : now;
    if (strcmp(word, "child") == 0) {
        size_t child = child_of(resolution, now, 0);
        return child != SIZE_MAX ? child : now;
    }
    bool read = count_read(word, &number) && number < (double)resolution->n_charts;
    return read ? (size_t)number : SIZE_MAX;
}

static int run(struct command_context *context, const struct args *args)
{
    size_t now = 0;
    const struct resolution *resolution = resolution_shown(context, &now);
    if (resolution == NULL) {
        command_fault(context, "chart: there is no resolution to look at here");
        return EXIT_BAD;
    }
    size_t chart = chart_wanted(resolution, now, args->n_words ? args->words[0] : "next");
    if (chart == SIZE_MAX) {
        command_fault(context,
                      "chart %.80s: next, previous, parent, child or a number from 0 to %zu is "
                      "wanted",
                      args->words[0], resolution->n_charts - 1);
        return EXIT_USAGE;
    }
    return session_set_chart(context->session, session_side(context), chart) == ST_OK
               ? EXIT_OK
               : session_fault(context, "there is no such chart");
}

const struct command chart_command = {
    .name = "chart",
    .usage = "[next|previous|parent|child|C]",
    .summary = "which chart of the resolution is looked at",
    .details = "Chart 0 is the plane around the point; each blow-up makes two more. parent is the "
               "chart that was blown up, child the first chart that came of it.\n"
               "Example: chart next",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 1,
    .run = run,
};
