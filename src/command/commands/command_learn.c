/* `learn`: learning curves, what a Bayesian learner gains from n observations, over data sets. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/learning.h"
#include "cusp/rlct.h"
#include "cusp/likelihood.h"
#include "../command_private.h"

/* λ beside the curves is not worth waiting for longer. */
#define EXACT_SECONDS 5.0
/* Greater numbers are written with an exponent. */
#define PLAIN_MOST 1e7
#define BETA_MOST 1e6
enum { SETS_MAX = 1000000, DRAWS_MAX = 1000000, COLUMNS_MAX = 5 };

static const struct option options[] = {
    {"n", "N", OPTION_LIST, "10,30,100,300,1000", "sample sizes, as 10,100 or 1e1..1e3:9",
     COMPLETE_NONE},
    {"datasets", "R", OPTION_COUNT, "100",
     "how many data sets; number i is the stream of --data-seed + i", COMPLETE_NONE},
    {"beta", "B", OPTION_NUMBER, "1", "inverse temperature", COMPLETE_NONE},
    {"draws", "M", OPTION_COUNT, "0",
     "points at most that stand for a posterior in sums over observations; 0: by itself",
     COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

/* What is written: the curve, and λ and m for the theory's lines (den 0: not known). */
struct lesson {
    const struct model *model;
    const struct learning_curve *curve;
    struct rat rlct;
    long multiplicity;
    bool absolute; /* no truth to compare with */
};

static bool is_loss(enum learning_kind kind)
{
    switch (kind) {
    case LEARN_GEN_LOSS:
    case LEARN_TRAIN_LOSS:
    case LEARN_GIBBS_GEN:
    case LEARN_GIBBS_TRAIN:
    case LEARN_WAIC:
    case LEARN_LOO:
        return true;
    case LEARN_FREE_ENERGY:
    case LEARN_WBIC:
    case LEARN_VARIANCE:
    case LEARN_FLUCTUATION:
    case LEARN_SLOPE:
    case LEARN_KINDS:
        break;
    }
    return false;
}

/* What theory says at a row, with ν as it was found there. */
static double theory_at(const struct lesson *lesson, const struct learning_row *row,
                        enum learning_kind kind)
{
    if (lesson->rlct.den == 0 || lesson->absolute) {
        return NAN;
    }
    return learning_theory(kind, row->n, lesson->curve->beta, rat_value(lesson->rlct),
                           (double)lesson->multiplicity, row->mean[LEARN_FLUCTUATION]);
}

static void write_json(const struct lesson *lesson, const struct args *args, struct text *out)
{
    const struct learning_curve *curve = lesson->curve;
    json_t *object = json_start(lesson->model, args), *list = json_array();
    char rlct[64];
    json_put_count(object, "data_seed", args_data_seed(args));
    json_put_count(object, "datasets", curve->n_sets);
    json_put_number(object, "beta", curve->beta);
    json_put_text(object, "method", curve->method);
    rat_text(rlct, sizeof rlct, lesson->rlct);
    json_put_text(object, "lambda", lesson->rlct.den ? rlct : NULL);
    json_put_count(object, "multiplicity", (size_t)lesson->multiplicity);
    json_put_flag(object, "absolute", lesson->absolute);
    for (size_t r = 0; r < curve->n_rows; r++) {
        json_t *row = json_object();
        json_put_number(row, "n", curve->rows[r].n);
        for (size_t k = 0; k < LEARN_KINDS; k++) {
            char key[64];
            const char *name = learning_name((enum learning_kind)k);
            json_put_number(row, name, curve->rows[r].mean[k]);
            snprintf(key, sizeof key, "%s_error", name);
            json_put_number(row, key, curve->rows[r].error[k]);
            snprintf(key, sizeof key, "%s_inner", name);
            json_put_number(row, key, curve->rows[r].inner[k]);
            snprintf(key, sizeof key, "%s_theory", name);
            json_put_number(row, key, theory_at(lesson, &curve->rows[r], (enum learning_kind)k));
        }
        json_array_append_new(list, row);
    }
    json_put(object, "rows", list);
    json_end(object, out);
}

static void write_csv(const struct lesson *lesson, const struct args *args, struct text *out)
{
    static const char *const suffix[] = {"", "_error", "_inner", "_theory"};
    const char *headers[3 + 4 * LEARN_KINDS] = {"n", "datasets"};
    char names[4 * LEARN_KINDS][64];
    for (size_t k = 0; k < 4 * LEARN_KINDS; k++) {
        snprintf(names[k], sizeof names[k], "%s%s", learning_name((enum learning_kind)(k / 4)),
                 suffix[k % 4]);
        headers[2 + k] = names[k];
    }
    struct table table;
    table_init(&table, headers);
    for (size_t r = 0; r < lesson->curve->n_rows; r++) {
        const struct learning_row *row = &lesson->curve->rows[r];
        table_number(&table, row->n, 6);
        table_number(&table, (double)row->n_sets, 6);
        for (size_t k = 0; k < LEARN_KINDS; k++) {
            table_number(&table, row->mean[k], 6);
            table_number(&table, row->error[k], 2);
            table_number(&table, row->inner[k], 2);
            table_number(&table, theory_at(lesson, row, (enum learning_kind)k), 6);
        }
    }
    table_end(&table, args, out);
}

/* "0.376 ± 0.012": as many digits as the error leaves. */
static void cell(struct table *table, double value, double error)
{
    char text[64];
    if (isnan(value)) {
        table_text(table, "");
        return;
    }
    int digits = error > 0 ? (int)ceil(1 - log10(error)) : 4;
    digits = digits < 0 ? 0 : digits > 8 ? 8 : digits;
    if (!(fabs(value) < PLAIN_MOST)) {
        snprintf(text, sizeof text, "%.4g ± %.2g", value, error);
    } else if (isnan(error)) {
        snprintf(text, sizeof text, "%.*f", digits, value);
    } else {
        snprintf(text, sizeof text, "%.*f ± %.*f", digits, value, digits, error);
    }
    table_text(table, text);
}

/* At the last n of the table; losses times n. */
static void theory_cell(struct table *table, const struct lesson *lesson,
                        const struct learning_row *row, enum learning_kind kind)
{
    char text[128] = "", rlct[32];
    double value = theory_at(lesson, row, kind), scale = is_loss(kind) ? row->n : 1;
    rat_text(rlct, sizeof rlct, lesson->rlct);
    if (isfinite(value) && kind == LEARN_FREE_ENERGY && lesson->multiplicity > 1) {
        char times[32] = "";
        if (lesson->multiplicity > 2) {
            snprintf(times, sizeof times, "%ld ", lesson->multiplicity - 1);
        }
        snprintf(text, sizeof text, "%s log n - %slog log n + O(1)", rlct, times);
    } else if (isfinite(value) && (kind == LEARN_FREE_ENERGY || kind == LEARN_WBIC)) {
        snprintf(text, sizeof text, "%s log n + O(%s)", rlct,
                 kind == LEARN_WBIC ? "sqrt(log n)" : "1");
    } else if (isfinite(value)) {
        snprintf(text, sizeof text, "%.4g", value * scale);
    }
    table_text(table, text);
}

static void write_columns(const struct lesson *lesson, size_t begin, size_t end,
                          const struct args *args, struct text *out)
{
    const struct learning_row *rows = lesson->curve->rows;
    const char *headers[COLUMNS_MAX + 4] = {"", ""};
    char names[COLUMNS_MAX][32];
    for (size_t r = begin; r < end; r++) {
        snprintf(names[r - begin], sizeof names[0], "n = %.0f", rows[r].n);
        headers[2 + r - begin] = names[r - begin];
    }
    bool theory = lesson->rlct.den != 0 && !lesson->absolute;
    headers[2 + end - begin] = theory ? "theory" : NULL;
    struct table table;
    table_init(&table, headers);
    for (size_t k = 0; k < LEARN_KINDS; k++) {
        enum learning_kind kind = (enum learning_kind)k;
        char symbol[64];
        snprintf(symbol, sizeof symbol, is_loss(kind) ? "n (%s)" : "%s", learning_symbol(kind));
        table_text(&table, learning_title(kind));
        table_text(&table, lesson->absolute ? "" : symbol);
        for (size_t r = begin; r < end; r++) {
            bool times_n = is_loss(kind) && !lesson->absolute;
            double scale = times_n ? rows[r].n : 1, inner = rows[r].inner[k];
            double error = hypot(rows[r].error[k], isnan(inner) ? 0 : inner);
            cell(&table, scale * rows[r].mean[k], scale * error);
        }
        if (theory) {
            theory_cell(&table, lesson, &rows[end - 1], kind);
        }
    }
    table_end(&table, args, out);
}

/* The kinds whose computing error is not small beside the spread of the data. */
static void write_doubts(const struct lesson *lesson, struct text *out)
{
    const struct learning_curve *curve = lesson->curve;
    bool any = false;
    for (size_t r = 0; r < curve->n_rows && curve->n_sets > 1; r++) {
        for (size_t k = 0; k < LEARN_KINDS; k++) {
            const struct learning_row *row = &curve->rows[r];
            if (!(row->inner[k] > row->error[k] / 2)) {
                continue;
            }
            text_addf(out, "%s%s at n = %.0f", any ? ", " : "much of the error is of computing: ",
                      learning_name((enum learning_kind)k), row->n);
            any = true;
        }
    }
    text_add(out, any ? "\n" : "");
}

static void write_words(const struct lesson *lesson, struct text *out)
{
    const struct learning_curve *curve = lesson->curve;
    char rlct[32];
    rat_text(rlct, sizeof rlct, lesson->rlct);
    if (lesson->absolute) {
        text_addf(out,
                  "%s: the data are a file's, so there is one data set, and no truth to "
                  "compare with: losses are as they are, the generalisation loss is unknown\n",
                  lesson->model->name);
    } else {
        text_addf(out, "mean over %zu data sets ± standard error, nats; losses times n\n",
                  curve->n_sets);
    }
    if (lesson->rlct.den && !lesson->absolute) {
        text_addf(out, "theory: λ = %s, m = %ld, and ν as found at the last n\n", rlct,
                  lesson->multiplicity);
    }
    text_addf(out, "by %s, in %.1f s\n", curve->method, curve->seconds);
    write_doubts(lesson, out);
}

static void write_table(const struct lesson *lesson, const struct args *args, struct text *out)
{
    size_t n = lesson->curve->n_rows;
    for (size_t begin = 0; begin < n; begin += COLUMNS_MAX) {
        size_t end = begin + COLUMNS_MAX < n ? begin + COLUMNS_MAX : n;
        write_columns(lesson, begin, end, args, out);
        text_add(out, "\n");
    }
    write_words(lesson, out);
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* What --n asks for: whole, ascending, each once, within what data there are. */
static int read_sizes(struct command_context *context, const struct args *args,
                      const struct model *model, double **n, size_t *count)
{
    const struct option_value *value = args_value(args, "n");
    size_t kept = 0, limit = data_limit(model);
    *n = value->list;
    qsort(*n, value->n_list, sizeof **n, ascending);
    for (size_t i = 0; i < value->n_list; i++) {
        double at = rint((*n)[i]);
        if (!value->given && at > (double)limit) {
            continue; /* a file's rows may be fewer than what is shown when nothing is asked for */
        }
        if (!(at >= 2 && at <= (double)limit)) {
            command_fault(context, "--n %g: learning curves of %s go from n = 2 to %zu", (*n)[i],
                          model->name, limit);
            return EXIT_BAD;
        }
        if (kept == 0 || at > (*n)[kept - 1]) {
            (*n)[kept++] = at;
        }
    }
    if (kept == 0) {
        (*n)[kept++] = (double)limit;
    }
    *count = kept;
    return EXIT_OK;
}

/* λ and m, computed; else what the model file claims, which holds of its knobs as they stand there.
 */
static void find_theory(const struct model *model, const struct cancel *cancel,
                        struct lesson *lesson)
{
    const struct model_expect *expect = model_expectation(model);
    struct rlct_options how = {.seconds = EXACT_SECONDS};
    struct rlct *rlct = NULL;
    char why[200];
    if (rlct_find(model, &how, cancel, why, sizeof why, &rlct) == ST_OK &&
        rlct->lambda.standing == EXACT) {
        lesson->rlct = rlct->lambda.exact;
        lesson->multiplicity = rlct->multiplicity;
    } else if (expect != NULL && model->n_settings == 0) {
        lesson->rlct = expect->rlct;
        lesson->multiplicity = expect->multiplicity;
    }
    rlct_free(rlct);
}

static void write_lesson(const struct model *model, const struct learning_curve *curve,
                         const struct args *args, const struct cancel *cancel, struct text *out)
{
    struct lesson lesson = {.model = model, .curve = curve};
    lesson.absolute = !model->likelihood->has_truth;
    if (!lesson.absolute) {
        find_theory(model, cancel, &lesson);
    }
    if (args_flag(args, "json")) {
        write_json(&lesson, args, out);
    } else if (args_flag(args, "csv")) {
        write_csv(&lesson, args, out);
    } else {
        write_table(&lesson, args, out);
    }
}

static int report(struct command_context *context, const struct args *args,
                  const struct model *model)
{
    struct learning_options asked = {.n_sets = (size_t)args_number(args, "datasets"),
                                     .data_seed = args_data_seed(args),
                                     .seed = args_seed(args),
                                     .beta = args_number(args, "beta"),
                                     .threads = args_threads(args),
                                     .n_draws = (size_t)args_number(args, "draws")};
    double *n = NULL;
    char why[200];
    if (!model->likelihood) {
        command_fault(context, "%s is a potential: it has no data to learn from", model->name);
        return EXIT_BAD;
    }
    if (asked.n_sets < 1 || asked.n_sets > SETS_MAX || asked.n_draws > DRAWS_MAX) {
        command_fault(context, "--datasets is from 1 to %d, --draws at most %d", SETS_MAX,
                      DRAWS_MAX);
        return EXIT_USAGE;
    }
    if (!(asked.beta > 0 && asked.beta <= BETA_MOST)) {
        command_fault(context, "--beta %g: an inverse temperature is above 0 and at most 1e6",
                      asked.beta);
        return EXIT_BAD;
    }
    int code = read_sizes(context, args, model, &n, &asked.count);
    if (code != EXIT_OK) {
        return code;
    }
    asked.n = n;
    struct learning_curve curve;
    enum status status =
        learning_curve_run(model, &asked, context->cancel, NULL, NULL, &curve, why, sizeof why);
    if (status != ST_OK) {
        command_fault(context, "no learning curve of %s: %s", model->name,
                      why[0] ? why : status_name(status));
        return EXIT_BAD;
    }
    write_lesson(model, &curve, args, context->cancel, context->out);
    learning_curve_done(&curve);
    return EXIT_OK;
}

static int run(struct command_context *context, const struct args *args)
{
    return args_with_model(context, args, report);
}

const struct command learn_command = {
    .name = "learn",
    .usage = "MODEL --n N",
    .summary = "learning curves: losses, WAIC, WBIC and F_n over data sets",
    .details =
        "Of each data set and n: the free energy F_n, the Bayes and Gibbs losses on new data and "
        "on those learned from, WAIC, WBIC, leave-one-out cross validation, the functional "
        "variance and the singular fluctuation; means over data sets with standard errors, above "
        "the truth's own entropy. Beside them stands what theory says from lambda and the singular "
        "fluctuation (Watanabe 2009, 2018). `_inner` is the part of the error that comes from "
        "computing and not from data. A file of data is one data set and has no truth: losses are "
        "then as they are.\n"
        "Example: cusp learn product-regression --n 10,100,1000 --datasets 50\n"
        "Example: cusp learn coin-mixture --n 100 --datasets 20 --json",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
