/* `new`: a model typed at the prompt. */
#include "../command_private.h"

enum { WORDS_MAX = 1000 };

static int run(struct command_context *context, const struct args *args)
{
    struct text text;
    struct model *model = NULL;
    text_init(&text);
    for (size_t i = 0; i < args->n_words; i++) {
        text_addf(&text, "%s%s", i ? " " : "", args->words[i]);
    }
    int code = model_inline(context, text_get(&text), args->settings, args->n_settings, &model);
    text_done(&text);
    if (code == EXIT_OK) {
        code = open_side(context, 0, model);
        model_unref(model);
    }
    return code;
}

const struct command new_command = {
    .name = "new",
    .usage = "STATEMENTS",
    .summary = "a model of one's own",
    .details =
        "Takes the rest of the line as statements of the model language, or just K; parameters "
        "that are not declared get the box [-2, 2].\nExample: new K = (w1^2 - w2^3)^2",
    .where = IN_PROMPT | IN_SCRIPT,
    .min_words = 1,
    .max_words = WORDS_MAX,
    .run = run,
};
