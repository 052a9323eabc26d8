/* `list`: the catalogue. */
#include "../command_private.h"

static const char *kind_name(const struct catalogue_entry *entry)
{
    return entry->error ? "faulty" : model_kind_name(entry->kind);
}

static void put_rational(json_t *object, const char *key, struct rat value)
{
    char text[64];
    rat_text(text, sizeof text, value);
    json_put_text(object, key, value.den ? text : NULL);
}

static void list_json(const struct catalogue *catalogue, const struct args *args, struct text *out)
{
    json_t *object = json_start(NULL, args), *models = json_array();
    for (size_t i = 0; i < catalogue->n_entries; i++) {
        const struct catalogue_entry *entry = &catalogue->entries[i];
        json_t *model = json_object();
        json_put_text(model, "name", entry->name);
        json_put_text(model, "title", entry->title);
        json_put_text(model, "kind", kind_name(entry));
        json_put_count(model, "dim", entry->dim);
        put_rational(model, "rlct", entry->rlct);
        json_put(model, "multiplicity",
                 entry->multiplicity ? json_integer(entry->multiplicity) : NULL);
        json_put_text(model, "formula", entry->formula);
        json_put_text(model, "about", entry->about);
        json_put_text(model, "error", entry->error);
        json_array_append_new(models, model);
    }
    json_put(object, "models", models);
    json_end(object, out);
}

static void list_table(const struct catalogue *catalogue, const struct args *args, struct text *out)
{
    static const char *const headers[] = {"name", "title",        "kind", "dim",
                                          "rlct", "multiplicity", NULL};
    struct table table;
    table_init(&table, headers);
    for (size_t i = 0; i < catalogue->n_entries; i++) {
        const struct catalogue_entry *entry = &catalogue->entries[i];
        char rlct[64];
        rat_text(rlct, sizeof rlct, entry->rlct);
        table_text(&table, entry->name);
        table_text(&table, entry->error ? entry->error : entry->title);
        table_text(&table, kind_name(entry));
        table_number(&table, (double)entry->dim, 6);
        table_text(&table, entry->rlct.den ? rlct : "");
        if (entry->multiplicity) {
            table_number(&table, (double)entry->multiplicity, 6);
        } else {
            table_text(&table, "");
        }
    }
    table_end(&table, args, out);
}

static int run(struct command_context *context, const struct args *args)
{
    if (!context->catalogue) {
        context->catalogue_missed = true;
        command_fault(context, "there is no catalogue: set CUSP_MODELS to a directory of models");
        return EXIT_BAD;
    }
    if (args_flag(args, "json")) {
        list_json(context->catalogue, args, context->out);
    } else {
        list_table(context->catalogue, args, context->out);
    }
    return EXIT_OK;
}

const struct command list_command = {
    .name = "list",
    .usage = "",
    .summary = "the catalogue of models",
    .details = "Names, titles, numbers of parameters and the learning coefficients that the models "
               "claim.\nExample: cusp list --csv",
    .where = IN_ALL,
    .max_words = 0,
    .run = run,
};
