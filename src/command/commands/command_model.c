/* `model`: opens a model on the first side. */
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    struct model *model = NULL;
    size_t count = 0;
    int code = args_models(context, args, 1, &model, &count);
    if (code == EXIT_OK && count == 0) {
        command_fault(context, "model: which? `list` shows the catalogue");
        return EXIT_USAGE;
    }
    if (code == EXIT_OK) {
        code = open_side(context, 0, model);
        model_unref(model);
    }
    return code;
}

const struct command model_command = {
    .name = "model",
    .usage = "MODEL",
    .summary = "open a model",
    .details = "Its contrast comes beside it if two models are shown.\nExample: model circle",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
