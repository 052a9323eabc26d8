/* `save`: the model on the screen as a file. */
#include <string.h>
#include <unistd.h>

#include "../command_private.h"

static const struct option options[] = {
    {"force", NULL, OPTION_FLAG, NULL, "overwrite a file of that name", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

/* The text, with what was set written into it as a comment: the file itself stays as it was typed.
 */
static void model_file_text(const struct model *model, struct text *out)
{
    text_add(out, model->text);
    if (out->length && text_get(out)[out->length - 1] != '\n') {
        text_add(out, "\n");
    }
    for (size_t i = 0; i < model->n_settings; i++) {
        text_addf(out, "# saved with --set %s=%.17g\n", model->settings[i].name,
                  model->settings[i].value);
    }
}

static int run(struct command_context *context, const struct args *args)
{
    const struct model *model = session_model(context);
    if (!model) {
        command_fault(context, "save: no model is open");
        return EXIT_BAD;
    }
    const char *name = args->words[0], *why = "";
    size_t length = strlen(name);
    if (length == 0 || name[length - 1] == '/') {
        command_fault(context, "save: a name is wanted, as in `save mine`");
        return EXIT_BAD;
    }
    bool whole = length > 6 && strcmp(name + length - 6, ".model") == 0;
    struct text path, text;
    text_init(&path);
    text_init(&text);
    text_addf(&path, "%s%s", name, whole ? "" : ".model");
    model_file_text(model, &text);
    bool force = args_flag(args, "force");
    int code = EXIT_OK;
    if (file_write(text_get(&path), text_get(&text), text.length, !force, &why) != ST_OK) {
        command_fault(context, "%.200s: %s%s", text_get(&path), why,
                      !force && access(text_get(&path), F_OK) == 0 ? "; --force overwrites it"
                                                                   : "");
        code = EXIT_BAD;
    } else {
        text_addf(context->out, "saved as %s\n", text_get(&path));
    }
    text_done(&path);
    text_done(&text);
    return code;
}

const struct command save_command = {
    .name = "save",
    .usage = "NAME [--force]",
    .summary = "keep the model on the screen as a file",
    .details = "Writes NAME.model here, or at the path given; never over another file unless told "
               "to.\nExample: save mine",
    .where = IN_PROMPT | IN_SCRIPT,
    .options = options,
    .min_words = 1,
    .max_words = 1,
    .complete = COMPLETE_FILE,
    .run = run,
};
