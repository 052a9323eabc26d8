/* `failure`: a preset that shows how an estimator goes wrong. */
#include <string.h>

#include "../command_private.h"

static int list_failures(struct command_context *context)
{
    for (size_t i = 0; failures[i].name != NULL; i++)
        text_addf(context->out, "%-24s %s\n", failures[i].name, failures[i].title);
    return EXIT_OK;
}

int failure_open(struct command_context *context, struct session *session,
                 const struct failure *failure, bool keep_n)
{
    struct diags diags;
    struct estimator_setup setup;
    struct model *model = NULL;
    struct data *data = NULL;
    diags_init(&diags);
    enum status status = failure_prepare(failure, false, &diags, &model, &data, &setup);
    if (status == ST_OK)
        status = session_compare(session, false);
    if (status == ST_OK)
        status = session_open(session, 0, model);
    if (status == ST_OK)
        status = session_compare(session, false);
    if (status == ST_OK && !keep_n && setup.n > 0)
        status = session_set_n(session, setup.n);
    data_unref(data);
    model_unref(model);
    diags_done(&diags);
    if (status == ST_OK)
        return EXIT_OK;
    command_fault(context, "the preset %s could not be shown", failure->name);
    return EXIT_BAD;
}

static int show_preset(struct command_context *context, const struct failure *failure, bool mended)
{
    struct state state = session_state(context->session);
    int code = EXIT_OK;
    if (strcmp(state.failure, failure->name) != 0)
        code = failure_open(context, context->session, failure, false);
    if (code != EXIT_OK)
        return code;
    if (session_set_failure(context->session, failure->name, mended) != ST_OK)
        return session_fault(context, "the preset could not be shown");
    state_focus(context->session, "llc", 0);
    session_message(context->session, false, "%s%s", mended ? "Mended: " : "",
                    mended ? failure->mend : failure->shows);
    return EXIT_OK;
}

static int run(struct command_context *context, const struct args *args)
{
    struct state state = session_state(context->session);
    const char *name = args->n_words > 0 ? args->words[0] : NULL;
    if (name == NULL)
        return list_failures(context);
    if (strcmp(name, "off") == 0)
        return session_set_failure(context->session, "", false) == ST_OK ? EXIT_OK : EXIT_BAD;
    if (strcmp(name, "mended") == 0) {
        const struct failure *now = failure_named(state.failure);
        if (now != NULL)
            return show_preset(context, now, !state.mended);
        command_fault(context, "failure mended: no preset is shown; `failure` lists them");
        return EXIT_BAD;
    }
    const struct failure *failure = failure_named(name);
    bool mended = args->n_words > 1;
    if (mended && strcmp(args->words[1], "mended") != 0) {
        command_fault(context, "failure: mended, or nothing, is wanted after the name");
        return EXIT_USAGE;
    }
    return failure != NULL ? show_preset(context, failure, mended) : failure_fault(context, name);
}

const struct command failure_command = {
    .name = "failure",
    .usage = "[NAME|off|mended]",
    .summary = "show how an estimator of λ goes wrong, and why",
    .details =
        "Opens the preset's model and runs the estimator with settings that are at fault; the "
        "views llc, losses and diagnosis show what that looks like. mended: the "
        "same put right, or wrong again. Without a name: the list.\n"
        "Example: failure step-too-large",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 2,
    .run = run,
};
