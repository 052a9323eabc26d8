/* `rlct`: the learning coefficient and its multiplicity, exact where possible. */
#include <math.h>
#include <string.h>

#include "cusp/exact.h"
#include "cusp/rlct.h"
#include "../command_private.h"

static const struct option options[] = {
    {"tree", NULL, OPTION_FLAG, NULL, "print the resolution", COMPLETE_NONE},
    {"seconds", "S", OPTION_NUMBER, "10", "how long it may take", COMPLETE_NONE},
    {"memory", "MIB", OPTION_COUNT, "1024", "how much memory it may take", COMPLETE_NONE},
    {"export", "LANGUAGE", OPTION_TEXT, NULL,
     "print K for a computer algebra system: singular, macaulay2", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

/* "5/12"; NULL: it is not known. */
static const char *fraction(const struct quantity *quantity, struct arena *arena)
{
    char text[64];
    if (quantity->standing == UNKNOWN || quantity->exact.den == 0)
        return NULL;
    rat_text(text, sizeof text, quantity->exact);
    return arena_text(arena, text, strlen(text));
}

/* --- JSON ------------------------------------------------------------------------------------- */

static json_t *rat_json(struct rat r)
{
    char text[64];
    rat_text(text, sizeof text, r);
    return r.den ? json_string(text) : json_null();
}

static json_t *numbers_or_null(const double *values, size_t count)
{
    return values ? json_numbers(values, count) : json_null();
}

static json_t *places_json(const struct rlct *rlct)
{
    json_t *list = json_array();
    for (size_t i = 0; i < rlct->n_places; i++) {
        const struct rlct_place *place = &rlct->places[i];
        json_t *object = json_object();
        json_put_text(object, "place", place->text);
        json_put(object, "at", numbers_or_null(place->at, rlct->dim));
        json_put(object, "lambda", rat_json(place->lambda));
        json_put(object, "multiplicity", json_integer(place->multiplicity));
        json_put_flag(object, "on_boundary", place->on_boundary);
        json_put_flag(object, "wins", place->wins);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *divisors_json(const struct resolution *resolution)
{
    json_t *list = json_array();
    for (size_t i = 0; i < resolution->n_divisors; i++) {
        const struct resolution_divisor *divisor = &resolution->divisors[i];
        json_t *object = json_object();
        json_put_text(object, "name", divisor->name);
        json_put_text(object, "of", divisor->of);
        json_put(object, "multiplicity", json_integer(divisor->multiplicity));
        json_put(object, "jacobian", rat_json(divisor->jacobian));
        json_put(object, "ratio", rat_json(divisor->ratio));
        json_put_flag(object, "exceptional", divisor->exceptional);
        json_put_flag(object, "wins", divisor->wins);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *newton_json(const struct newton *newton)
{
    static const char *const faces[] = {"unknown", "nondegenerate", "degenerate"};
    if (!newton)
        return json_null();
    json_t *object = json_object();
    json_put(object, "distance", rat_json(newton->distance));
    json_put(object, "lambda", rat_json(newton->lambda));
    json_put_text(object, "faces", faces[newton->faces]);
    json_put_text(object, "why", newton->why);
    json_put_text(object, "at", newton->at);
    return object;
}

static json_t *steps_json(const struct rlct *rlct)
{
    json_t *list = json_array();
    for (size_t i = 0; i < rlct->n_steps; i++) {
        json_array_append_new(list, json_string(rlct->steps[i]));
    }
    return list;
}

static json_t *multiplicity_json(long multiplicity)
{
    return multiplicity ? json_integer(multiplicity) : json_null();
}

static void rlct_json(const struct model *model, const struct rlct *rlct, const struct args *args,
                      struct text *out)
{
    json_t *object = json_start(model, args);
    struct arena *arena = args->arena;
    json_put_text(object, "lambda", fraction(&rlct->lambda, arena));
    json_put_number(object, "lambda_value", rlct->lambda.value);
    json_put(object, "multiplicity", multiplicity_json(rlct->multiplicity));
    json_put_text(object, "standing", standing_name(rlct->lambda.standing));
    json_put_text(object, "method", rlct->method);
    json_put(object, "at", numbers_or_null(rlct->at, rlct->dim));
    json_put_text(object, "at_text", rlct->at_text);
    json_put_text(object, "why", rlct->why);
    json_put_flag(object, "local", rlct->local);
    json_put_text(object, "lower", fraction(&rlct->lower, arena));
    json_put_number(object, "lower_value", rlct->lower.value);
    json_put_text(object, "lower_why", rlct->lower.why);
    json_put_text(object, "upper", fraction(&rlct->upper, arena));
    json_put_number(object, "upper_value", rlct->upper.value);
    json_put_text(object, "upper_why", rlct->upper.why);
    json_put_text(object, "boundary", fraction(&rlct->boundary, arena));
    json_put(object, "boundary_multiplicity",
             multiplicity_json(rlct->boundary.standing == EXACT ? rlct->boundary_multiplicity : 0));
    json_put_text(object, "citation", rlct->citation);
    json_put(object, "places", places_json(rlct));
    json_put(object, "steps", steps_json(rlct));
    json_put_count(object, "blow_ups", rlct->resolution ? rlct->resolution->n_blow_ups : 0);
    json_put(object, "divisors", rlct->resolution ? divisors_json(rlct->resolution) : json_array());
    json_put(object, "newton", newton_json(rlct->newton));
    json_put_number(object, "seconds", rlct->seconds);
    json_end(object, out);
}

/* --- tables and words ------------------------------------------------------------------------- */

static void put_fraction(struct table *table, const struct quantity *quantity, struct arena *arena)
{
    const char *text = fraction(quantity, arena);
    table_text(table, text ? text : "");
}

static void rlct_csv(const struct rlct *rlct, const struct args *args, struct text *out)
{
    static const char *const headers[] = {"lambda",   "lambda_value", "multiplicity",
                                          "standing", "lower",        "upper",
                                          "method",   "at",           NULL};
    struct table table;
    table_init(&table, headers);
    put_fraction(&table, &rlct->lambda, args->arena);
    table_number(&table, rlct->lambda.value, 17);
    table_number(&table, rlct->multiplicity ? (double)rlct->multiplicity : NAN, 17);
    table_text(&table, standing_name(rlct->lambda.standing));
    put_fraction(&table, &rlct->lower, args->arena);
    put_fraction(&table, &rlct->upper, args->arena);
    table_text(&table, rlct->method);
    table_text(&table, rlct->at_text);
    table_csv(&table, out);
    table_done(&table);
}

static void add_line(struct text *out, const char *name, const char *words)
{
    if (words && *words)
        text_addf(out, "%-12s %s\n", name, words);
}

static void add_bound(struct text *out, const char *name, const struct quantity *quantity,
                      struct arena *arena)
{
    const char *text = fraction(quantity, arena);
    text_addf(out, "%-12s %s%s%s\n", name, text ? text : "not known",
              quantity->why && *quantity->why ? ": " : "", quantity->why ? quantity->why : "");
}

static void add_lambda(struct text *out, const struct rlct *rlct, struct arena *arena)
{
    const char *text = fraction(&rlct->lambda, arena);
    if (!text) {
        text_addf(out, "%-12s between bounds, not known exactly\n", "lambda");
        add_bound(out, "at least", &rlct->lower, arena);
        add_bound(out, "at most", &rlct->upper, arena);
        return;
    }
    char number[64];
    text_number(number, sizeof number, rlct->lambda.value, 8);
    text_addf(out, "%-12s %s", "lambda", text);
    if (rlct->lambda.exact.den != 1)
        text_addf(out, " = %s", number);
    text_add(out, "\n");
    if (rlct->multiplicity)
        text_addf(out, "%-12s %ld\n", "multiplicity", rlct->multiplicity);
    else
        text_addf(out, "%-12s not known\n", "multiplicity");
}

static void add_places(struct text *out, const struct rlct *rlct)
{
    if (rlct->n_places < 2)
        return;
    for (size_t i = 0; i < rlct->n_places; i++) {
        const struct rlct_place *place = &rlct->places[i];
        char lambda[64];
        rat_text(lambda, sizeof lambda, place->lambda);
        text_addf(out, "%-12s %s: %s, m = %ld%s%s\n", i ? "" : "places", place->text,
                  place->lambda.den ? lambda : "no zero", place->multiplicity,
                  place->on_boundary ? ", on the boundary" : "", place->wins ? "  <- least" : "");
    }
}

static void rlct_text(const struct rlct *rlct, bool tree, struct arena *arena, struct text *out)
{
    add_lambda(out, rlct, arena);
    bool exact = rlct->lambda.standing == EXACT;
    add_line(out, rlct->local ? "at" : exact ? "attained" : "bound at", rlct->at_text);
    add_line(out, "method", rlct->method);
    add_line(out, "why", rlct->why);
    add_line(out, "source", rlct->citation);
    if (rlct->boundary.standing == EXACT) {
        text_addf(out, "%-12s %s, m = %ld, at points of W0 on the box's boundary\n", "boundary",
                  fraction(&rlct->boundary, arena), rlct->boundary_multiplicity);
    }
    add_places(out, rlct);
    for (size_t i = 0; i < rlct->n_steps; i++)
        add_line(out, i ? "" : "argument", rlct->steps[i]);
    if (!tree)
        return;
    text_add(out, "\n");
    if (rlct->resolution)
        rlct_tree(rlct->resolution, out);
    else
        text_add(out, "no point had to be blown up\n");
}

/* --- the command ------------------------------------------------------------------------------ */

static int export_model(struct command_context *context, const struct args *args,
                        const struct model *model, const char *language)
{
    const char *why = "";
    struct suggestion near;
    bool known = false;
    suggestion_start(&near, language);
    for (const struct exact_language *row = exact_languages; row->name; row++) {
        suggestion_try(&near, row->name);
        known = known || strcmp(row->name, language) == 0;
    }
    (void)args;
    if (!known) {
        command_fault_near(context, near.best, "there is no language '%s'", language);
        return EXIT_BAD;
    }
    if (exact_export(model, language, context->out, &why) == ST_OK)
        return EXIT_OK;
    command_fault(context, "%s: %s", model->name, why);
    return EXIT_BAD;
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model)
{
    struct rlct_options how = {.seconds = args_number(args, "seconds"),
                               .memory = (size_t)args_number(args, "memory") << 20};
    if (args_flag(args, "export")) {
        return export_model(context, args, model, args_value(args, "export")->text);
    }
    double *w = arena_new(args->arena, model->dim, sizeof *w);
    if (args_flag(args, "at")) {
        const char **texts = NULL;
        int code = args_point_exactly(context, args, model, w, &texts);
        if (code != EXIT_OK)
            return code;
        how.at = w;
        how.at_text = texts;
    }
    struct rlct *rlct = NULL;
    char why[320] = "";
    enum status status = rlct_find(model, &how, context->cancel, why, sizeof why, &rlct);
    if (status != ST_OK) {
        command_fault(context, "%s: %s", model->name, why);
        return EXIT_BAD;
    }
    if (args_flag(args, "json"))
        rlct_json(model, rlct, args, context->out);
    else if (args_flag(args, "csv"))
        rlct_csv(rlct, args, context->out);
    else
        rlct_text(rlct, args_flag(args, "tree"), args->arena, context->out);
    rlct_free(rlct);
    return EXIT_OK;
}

static int run(struct command_context *context, const struct args *args)
{
    if (!(args_number(args, "seconds") > 0 && args_number(args, "seconds") <= 1e6)) {
        command_fault(context, "--seconds: a time above 0, at most 1e6, is wanted");
        return EXIT_BAD;
    }
    if (!(args_number(args, "memory") >= 16 && args_number(args, "memory") <= 1e6)) {
        command_fault(context, "--memory: 16 to 1000000 MiB are wanted");
        return EXIT_BAD;
    }
    return args_with_model(context, args, report);
}

const struct command rlct_command = {
    .name = "rlct",
    .usage = "MODEL [--at POINT] [--tree]",
    .summary = "learning coefficient lambda and multiplicity m, exact where possible",
    .details =
        "Of the whole box, or with --at near one point, whose coordinates may be fractions "
        "(--at x=1/3). With two parameters a polynomial K is "
        "resolved by point blow-ups and the answer is exact; with up to eight it is exact where a "
        "known formula or the general methods prove it, and an interval otherwise, each end with "
        "its reason. Regressions and mixtures whose K is as a sum of squared polynomials count "
        "as polynomials. Where K is not (ReLU with biases, potentials with exp or tanh) the "
        "interval comes from pieces of W0 that are known and the rank of the Hessian there. "
        "--tree prints the resolution: charts, divisors with (N, k) and (k + 1)/N, and which "
        "meet.\nOf data without a truth there is no K and nothing is answered. Where nothing can "
        "be proved, the point is no zero of K, K has none, or time or memory ran out, the reason "
        "is on standard error and the exit status is 1; an interval is an answer, with status "
        "0.\nExample: cusp rlct cusp --tree\nExample: cusp rlct relu-kinks",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
