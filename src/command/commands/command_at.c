/* `at`: the cursor. */
#include "../command_private.h"

enum { WORDS_MAX = 64 };

static int run(struct command_context *context, const struct args *args)
{
    const struct model *model = session_model(context);
    const struct option_value *option = args_value(args, "at");
    if (!model || session_state(context->session).catalogue_open) {
        command_fault(context, "at: no model is open");
        return EXIT_BAD;
    }
    struct text text;
    text_init(&text);
    text_add(&text, option->given ? option->text : "");
    for (size_t i = 0; i < args->n_words; i++) {
        text_addf(&text, "%s%s", text.length ? "," : "", args->words[i]);
    }
    double w[SYNTAX_MAX_PARAMS];
    int code = point_read(context, model, text_get(&text), args->arena, w);
    text_done(&text);
    size_t side = session_side(context);
    if (code == EXIT_OK) {
        enum status status = args_flag(args, "snap")
                                 ? session_point_at(context->session, side, w)
                                 : session_set_cursor(context->session, side, w);
        code = status == ST_OK ? EXIT_OK : session_fault(context, "the point is outside the box");
    }
    return code;
}

static const struct option options[] = {
    {"snap", NULL, OPTION_FLAG, NULL, "let W0 catch the cursor when it is near", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

const struct command at_command = {
    .name = "at",
    .usage = "POINT",
    .summary = "put the cursor at a parameter",
    .details = "Parameters that are not named are 0.\nExample: at w1=0.5,w2=0",
    .where = IN_PROMPT | IN_SCRIPT,
    .options = options,
    .min_words = 1,
    .max_words = WORDS_MAX,
    .complete = COMPLETE_PARAM,
    .run = run,
};
