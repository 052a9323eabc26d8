/* `knob`: turns a knob of the model. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../command_private.h"

/* By name, or by number from 1; of the model with the focus, else of the other. */
static const struct model_knob *find_knob(struct command_context *context, const char *name)
{
    struct snapshot snapshot;
    struct suggestion suggestion;
    session_snapshot(context->session, &snapshot);
    suggestion_start(&suggestion, name);
    size_t first = snapshot.state.focus_side, knobs = 0;
    for (size_t i = 0; i < snapshot.n_sides; i++) {
        const struct model *model = snapshot.sides[(first + i) % snapshot.n_sides].model;
        knobs += model->n_knobs;
        for (size_t k = 0; k < model->n_knobs; k++) {
            char number[24];
            snprintf(number, sizeof number, "%zu", k + 1);
            if (strcmp(model->knobs[k].name, name) == 0 || strcmp(number, name) == 0) {
                return &model->knobs[k];
            }
            suggestion_try(&suggestion, model->knobs[k].name);
        }
    }
    if (knobs == 0) {
        command_fault(context, "the models shown have no knobs");
    } else {
        command_fault_near(context, suggestion.best, "no knob '%.80s'", name);
    }
    return NULL;
}

/* "0.3", "+0.1", "*2", and "+2%" of the range. */
static bool value_of(const struct model_knob *knob, const char *text, double *value)
{
    size_t length = strlen(text);
    if (length < 2 || text[length - 1] != '%') {
        return relative_read(text, knob->value, value);
    }
    char share[40];
    double percent = 0;
    snprintf(share, sizeof share, "%.*s", (int)(length - 1), text);
    if (length > sizeof share || !number_read(share, &percent)) {
        return false;
    }
    bool relative = text[0] == '+' || text[0] == '-';
    *value = (relative ? knob->value : knob->low) + 0.01 * percent * (knob->high - knob->low);
    return true;
}

static int run(struct command_context *context, const struct args *args)
{
    const struct model_knob *knob = find_knob(context, args->words[0]);
    double value = 0;
    if (!knob) {
        return EXIT_BAD;
    }
    if (!value_of(knob, args->words[1], &value)) {
        command_fault(context, "knob %.80s: a number is wanted, as 0.3, +0.1 or +2%%",
                      args->words[1]);
        return EXIT_USAGE;
    }
    if (strchr("*/+-", args->words[1][0])) {
        value = fmin(fmax(value, knob->low), knob->high); /* turning stops at the ends */
    }
    const char *name = arena_text(args->arena, knob->name, strlen(knob->name));
    double low = knob->low, high = knob->high;
    enum status status = session_set_knob(context->session, name, value);
    if (status == ST_DOMAIN && !(value >= low && value <= high)) {
        command_fault(context, "%s = %g is outside [%g, %g]", name, value, low, high);
        return EXIT_BAD;
    }
    return status == ST_OK ? EXIT_OK : session_fault(context, "the knob could not be turned");
}

const struct command knob_command = {
    .name = "knob",
    .usage = "NAME VALUE",
    .summary = "turn a knob of the model",
    .details =
        "NAME may be a number, 1 for the first knob. VALUE is a number, a change (+0.1, *2), or a "
        "share of the range (50%, +2%); =-0.5 is a negative number.\nExample: knob eps 0.01",
    .where = IN_PROMPT | IN_SCRIPT,
    .min_words = 2,
    .max_words = 2,
    .complete = COMPLETE_KNOB,
    .run = run,
};
