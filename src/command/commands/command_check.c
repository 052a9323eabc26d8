/* `check`: the faults of model files, all of them, and nothing else. */
#include "../command_private.h"

enum { FILES_MAX = 1000 };

static void check_one(struct command_context *context, const struct args *args, const char *name,
                      struct diags *diags)
{
    const struct catalogue_entry *entry =
        context->catalogue ? catalogue_find(context->catalogue, name, NULL) : NULL;
    struct diags own;
    diags_init(&own);
    struct model *model = NULL;
    enum status status =
        model_from_file(entry ? entry->path : name, args->settings, args->n_settings, &own, &model);
    if (status != ST_OK && own.n_errors == 0) {
        diags_add_file(&own, SEV_ERROR, name, "%s", status_name(status));
    }
    model_unref(model);
    diags_append(diags, &own);
    diags_done(&own);
}

static void check_inline(const struct args *args, const char *text, struct diags *diags)
{
    struct model *model = NULL;
    enum status status = model_from_text(text, args->settings, args->n_settings, diags, &model);
    if (status != ST_OK && diags->n_errors == 0) {
        diags_add_file(diags, SEV_ERROR, "-e", "%s", status_name(status));
    }
    model_unref(model);
}

static const char *severity_name(enum severity severity)
{
    switch (severity) {
    case SEV_ERROR:
        return "error";
    case SEV_WARNING:
        return "warning";
    }
    return "";
}

static void write_json(const struct diags *diags, const struct args *args, struct text *out)
{
    json_t *object = json_start(NULL, args), *list = json_array();
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag *diag = &diags->items[i];
        json_t *item = json_object();
        json_put_text(item, "file", diag->file);
        json_put_count(item, "line", diag->line);
        json_put_count(item, "column", diag->column);
        json_put_text(item, "severity", severity_name(diag->severity));
        json_put_text(item, "message", diag->message);
        json_array_append_new(list, item);
    }
    json_put(object, "diagnostics", list);
    json_end(object, out);
}

static void write_csv(const struct diags *diags, struct text *out)
{
    static const char *const headers[] = {"file", "line", "column", "severity", "message", NULL};
    struct table table;
    table_init(&table, headers);
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag *diag = &diags->items[i];
        table_text(&table, diag->file);
        table_number(&table, (double)diag->line, 17);
        table_number(&table, (double)diag->column, 17);
        table_text(&table, severity_name(diag->severity));
        table_text(&table, diag->message);
    }
    table_csv(&table, out);
    table_done(&table);
}

static int run(struct command_context *context, const struct args *args)
{
    if (args->n_words + args->n_inline == 0) {
        command_fault(context, "check: which files?");
        return EXIT_USAGE;
    }
    struct diags diags;
    diags_init(&diags);
    for (size_t i = 0; i < args->n_words; i++) {
        check_one(context, args, args->words[i], &diags);
    }
    for (size_t i = 0; i < args->n_inline; i++) {
        check_inline(args, args->inline_texts[i], &diags);
    }
    if (args_flag(args, "json")) {
        write_json(&diags, args, context->out);
    } else if (args_flag(args, "csv")) {
        write_csv(&diags, context->out);
    } else if (diags.count) {
        diags_print(&diags, context->err);
    } else {
        text_addf(context->out, "%zu checked, no errors\n", args->n_words + args->n_inline);
    }
    int code = diags.n_errors ? EXIT_BAD : EXIT_OK;
    diags_done(&diags);
    return code;
}

const struct command check_command = {
    .name = "check",
    .usage = "FILE…",
    .summary = "the errors of model files, all of them",
    .details = "Reads and builds each model and says what is wrong with it, with file, line, "
               "column and a caret. Ends with 1 if there is an error.\n"
               "Example: cusp check -e 'K = w1^2*w2^2'",
    .where = IN_ALL,
    .max_words = FILES_MAX,
    .complete = COMPLETE_FILE,
    .run = run,
};
