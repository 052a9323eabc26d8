/* `info`: what a model is. */
#include <math.h>

#include "cusp/data.h"
#include "cusp/likelihood.h"
#include "../command_private.h"

static json_t *expect_json(const struct model *model)
{
    json_t *list = json_array();
    for (size_t i = 0; i < model->n_expects; i++) {
        const struct model_expect *claim = &model->expects[i];
        char rlct[64];
        rat_text(rlct, sizeof rlct, claim->rlct);
        json_t *object = json_object();
        json_put_text(object, "rlct", claim->rlct.den ? rlct : NULL);
        json_put(object, "multiplicity",
                 claim->multiplicity ? json_integer(claim->multiplicity) : NULL);
        json_put(object, "at", claim->has_at ? json_numbers(claim->at, model->dim) : NULL);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *names_json(char *const *names, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_string(names[i]));
    }
    return list;
}

static void likelihood_json(const struct model *model, json_t *object)
{
    const struct likelihood *likelihood = model->likelihood;
    json_put(object, "inputs", names_json(likelihood->input_names, likelihood->n_inputs));
    json_put_text(object, "output", likelihood->output_name);
    json_put_text(object, "likelihood", likelihood->formula);
    json_put_text(object, "truth", likelihood->truth_formula);
    json_put_flag(object, "truth_known", likelihood->has_truth);
    json_put_number(object, "truth_entropy", likelihood->truth_entropy);
    json_put_text(object, "kl_how", likelihood->kl_how);
    json_put_number(object, "kl_error", likelihood->kl_error);
    json_put_count(object, "data_limit", data_limit(model));
}

static void info_json(const struct model *model, const struct args *args, struct text *out)
{
    json_t *object = json_start(model, args), *params = json_array(), *knobs = json_array();
    json_put_text(object, "title", model->title);
    json_put_text(object, "kind", model_kind_name(model->kind));
    json_put_text(object, "about", model->about);
    json_put_text(object, "source", model->cite);
    json_put_text(object, "formula", model->formula_ascii);
    for (size_t i = 0; i < model->dim; i++) {
        json_t *param = json_object();
        json_put_text(param, "name", model->params[i].name);
        json_put_number(param, "low", model->params[i].low);
        json_put_number(param, "high", model->params[i].high);
        json_array_append_new(params, param);
    }
    json_put(object, "params", params);
    json_put_count(object, "dim", model->dim);
    for (size_t i = 0; i < model->n_knobs; i++) {
        json_t *knob = json_object();
        json_put_text(knob, "name", model->knobs[i].name);
        json_put_number(knob, "value", model->knobs[i].value);
        json_put_number(knob, "low", model->knobs[i].low);
        json_put_number(knob, "high", model->knobs[i].high);
        json_array_append_new(knobs, knob);
    }
    json_put(object, "knobs", knobs);
    json_put(object, "regions", names_json(model->regions, model->n_regions));
    json_put(object, "observables", names_json(model->observables, model->n_observables));
    json_put(object, "expect", expect_json(model));
    json_put_text(object, "contrast", model->contrast);
    json_put_flag(object, "has_zero", model->has_zero);
    json_put_number(object, "kl_min", model->kl_min);
    if (model->likelihood) {
        likelihood_json(model, object);
    }
    json_end(object, out);
}

static void add_pair(struct text *out, const char *name, const char *value)
{
    if (value && value[0]) {
        text_addf(out, "%-12s %s\n", name, value);
    }
}

static void add_expects(const struct model *model, struct text *out)
{
    for (size_t i = 0; i < model->n_expects; i++) {
        const struct model_expect *claim = &model->expects[i];
        char number[64];
        rat_text(number, sizeof number, claim->rlct);
        text_addf(out, "%-12s ", i ? "" : "expected");
        if (claim->rlct.den) {
            text_addf(out, "learning coefficient λ = %s", number);
        }
        if (claim->multiplicity) {
            text_addf(out, "%smultiplicity m = %ld", claim->rlct.den ? ", " : "",
                      claim->multiplicity);
        }
        for (size_t j = 0; claim->has_at && j < model->dim; j++) {
            text_number(number, sizeof number, claim->at[j], 6);
            text_addf(out, "%s%s = %s", j ? ", " : " at ", model->params[j].name, number);
        }
        text_add(out, "\n");
    }
}

static void likelihood_text(const struct model *model, struct text *out)
{
    const struct likelihood *likelihood = model->likelihood;
    add_pair(out, "truth", likelihood->truth_formula);
    if (!likelihood->has_truth) {
        text_addf(out,
                  "%-12s %zu observations; K and W0 are unknown, and what is called K is the "
                  "loss on these data above its least\n",
                  "data", data_limit(model));
        return;
    }
    text_addf(out, "%-12s %s, relative error about %.1e\n", "K by", likelihood->kl_how,
              likelihood->kl_error);
    if (isfinite(likelihood->truth_entropy)) {
        text_addf(out, "%-12s %.8g nats\n", "entropy", likelihood->truth_entropy);
    }
}

static void info_text(const struct model *model, struct text *out)
{
    char low[64], high[64], value[64];
    add_pair(out, "model", model->name);
    add_pair(out, "title", model->title);
    add_pair(out, "kind", model_kind_name(model->kind));
    add_pair(out, "formula", model->formula);
    if (model->likelihood) {
        likelihood_text(model, out);
    }
    add_pair(out, "about", model->about);
    add_pair(out, "source", model->cite);
    for (size_t i = 0; i < model->dim; i++) {
        text_number(low, sizeof low, model->params[i].low, 6);
        text_number(high, sizeof high, model->params[i].high, 6);
        text_addf(out, "%-12s %s in [%s, %s]\n", i ? "" : "parameters", model->params[i].name, low,
                  high);
    }
    for (size_t i = 0; i < model->n_knobs; i++) {
        const struct model_knob *knob = &model->knobs[i];
        text_number(low, sizeof low, knob->low, 6);
        text_number(high, sizeof high, knob->high, 6);
        text_number(value, sizeof value, knob->value, 6);
        text_addf(out, "%-12s %s = %s in [%s, %s]\n", i ? "" : "knobs", knob->name, value, low,
                  high);
    }
    for (size_t i = 0; i < model->n_regions; i++) {
        text_addf(out, "%-12s %s\n", i ? "" : "regions", model->regions[i]);
    }
    for (size_t i = 0; i < model->n_observables; i++) {
        text_addf(out, "%-12s %s\n", i ? "" : "observables", model->observables[i]);
    }
    add_expects(model, out);
    add_pair(out, "contrast", model->contrast);
    if (!model->has_zero) {
        text_number(value, sizeof value, model->kl_min, 6);
        text_addf(out, "%-12s K has no zero in the box; its least value is %s\n", "note", value);
    }
}

static void info_csv(const struct model *model, struct text *out)
{
    static const char *const headers[] = {"param", "low", "high", NULL};
    struct table table;
    table_init(&table, headers);
    for (size_t i = 0; i < model->dim; i++) {
        table_text(&table, model->params[i].name);
        table_number(&table, model->params[i].low, 17);
        table_number(&table, model->params[i].high, 17);
    }
    table_csv(&table, out);
    table_done(&table);
}

static int run(struct command_context *context, const struct args *args)
{
    struct model *model = NULL;
    int code = args_model(context, args, &model);
    if (code != EXIT_OK) {
        return code;
    }
    if (args_flag(args, "json")) {
        info_json(model, args, context->out);
    } else if (args_flag(args, "csv")) {
        info_csv(model, context->out);
    } else {
        info_text(model, context->out);
    }
    model_unref(model);
    return EXIT_OK;
}

const struct command info_command = {
    .name = "info",
    .usage = "MODEL",
    .summary = "what a model is",
    .details =
        "Title, formula, parameters with their box, knobs, regions, and what is known of the "
        "learning coefficient.\nExample: cusp info normal-crossing",
    .where = IN_ALL,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
