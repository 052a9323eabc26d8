/* `open`: the selected row of the catalogue. */
#include "../command_private.h"

static int run(struct command_context *context, const struct args *args)
{
    struct snapshot snapshot;
    session_snapshot(context->session, &snapshot);
    double row = (double)snapshot.state.catalogue_row + 1;
    if (!snapshot.state.catalogue_open) {
        command_fault(context, "open: the catalogue is not shown; `model NAME` opens a model");
        return EXIT_BAD;
    }
    if (args->n_words && (!count_read(args->words[0], &row) || row < 1)) {
        command_fault(context, "open %.80s: the number of a row is wanted", args->words[0]);
        return EXIT_USAGE;
    }
    if (row > (double)snapshot.n_catalogue_rows) {
        command_fault(context, "open: the catalogue has no such row");
        return EXIT_BAD;
    }
    const struct catalogue_entry *entry =
        &snapshot.catalogue->entries[snapshot.catalogue_rows[(size_t)row - 1]];
    struct model *model = NULL;
    int code;
    if (row == (double)snapshot.state.catalogue_row + 1 && snapshot.n_sides == 1) {
        model = model_ref((struct model *)(uintptr_t)snapshot.sides[0].model);
        code = EXIT_OK;
    } else {
        code = model_named(context, entry->name, NULL, 0, &model);
    }
    if (code == EXIT_OK) {
        code = open_side(context, 0, model);
        model_unref(model);
    }
    return code;
}

const struct command open_command = {
    .name = "open",
    .usage = "[ROW]",
    .summary = "open the selected model of the catalogue",
    .details = "Example: open",
    .where = IN_PROMPT | IN_SCRIPT,
    .max_words = 1,
    .run = run,
};
