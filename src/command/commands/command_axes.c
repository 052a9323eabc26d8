/* `axes`: which parameters, or observables, the plane shows. */
#include "../command_private.h"

/* The next plane of parameters: (0,1), (0,2), …, (1,2), …; after one of observables the first. */
static int next_axes(struct command_context *context, size_t side)
{
    struct snapshot snapshot;
    session_snapshot(context->session, &snapshot);
    size_t dim = snapshot.sides[side].model->dim;
    size_t ax = snapshot.state.axes[side][0], ay = snapshot.state.axes[side][1];
    if (ax >= dim || ay >= dim) {
        return session_set_axes(context->session, side, 0, dim > 1) == ST_OK
                   ? EXIT_OK
                   : session_fault(context, "there is no such plane");
    }
    if (dim < 3) {
        command_fault(context, "axes: there is only one plane of parameters");
        return EXIT_BAD;
    }
    if (ax > ay) {
        size_t swap = ax;
        ax = ay;
        ay = swap;
    }
    if (++ay == dim) {
        ax = ax + 2 < dim ? ax + 1 : 0;
        ay = ax + 1;
    }
    return session_set_axes(context->session, side, ax, ay) == ST_OK
               ? EXIT_OK
               : session_fault(context, "there is no such plane");
}

static int run(struct command_context *context, const struct args *args)
{
    const struct model *model = session_model(context);
    size_t side = session_side(context), axes[2];
    if (!model || session_state(context->session).catalogue_open) {
        command_fault(context, "axes: no model is open");
        return EXIT_BAD;
    }
    if (args->n_words == 0) {
        return next_axes(context, side);
    }
    for (size_t i = 0; i < args->n_words; i++) {
        struct suggestion suggestion;
        suggestion_start(&suggestion, args->words[i]);
        for (size_t j = 0; j < model->dim; j++) {
            suggestion_try(&suggestion, model->params[j].name);
        }
        for (size_t j = 0; j < model->n_observables; j++) {
            suggestion_try(&suggestion, model->observables[j]);
        }
        axes[i] = model_axis(model, args->words[i]);
        if (axes[i] >= model->dim + model->n_observables) {
            command_fault_near(context, suggestion.best, "%s has no parameter '%.80s'%s",
                               model->name, args->words[i],
                               model->n_observables > 0 ? ", and observes no such thing" : "");
            return EXIT_BAD;
        }
    }
    size_t ay = axes[args->n_words - 1];
    if (session_set_axes(context->session, side, axes[0], ay) != ST_OK) {
        command_fault(context, "axes: two different ones are wanted");
        return EXIT_BAD;
    }
    return EXIT_OK;
}

const struct command axes_command = {
    .name = "axes",
    .usage = "[NAME NAME]",
    .summary = "which parameters, or observables, the plane shows",
    .details = "Without names: the next pair of parameters. What the model's `observe` lines name "
               "can stand on an axis too.\nExample: axes w1 w3",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 2,
    .complete = COMPLETE_PARAM,
    .run = run,
};
