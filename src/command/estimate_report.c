/* How `estimate` writes its rows: a table with words, JSON or comma-separated values. */
#include "estimate_report.h"

#include <math.h>

#include "cusp/likelihood.h"

/* How many standard errors the estimate is from what it is after. */
static double z_score(const struct estimate *estimate)
{
    double error = hypot(estimate->lambda.error, estimate->target.error);
    return error > 0 ? (estimate->lambda.value - estimate->target.value) / error : NAN;
}

static json_t *row_json(const struct estimate_report *report, const struct estimate_line *row)
{
    const struct estimate *e = &row->estimate;
    bool done = row->status == ST_OK;
    json_t *object = json_object();
    json_put_text(object, "estimator", row->estimator->name);
    if (report->failure != NULL) {
        json_put_flag(object, "mended", row->mended);
    }
    json_put_text(object, "quantity", done ? e->lambda.name : NULL);
    json_put_number(object, "lambda", done ? e->lambda.value : NAN);
    json_put_number(object, "error", done ? e->lambda.error : NAN);
    json_put_number(object, "seconds", done ? e->seconds : NAN);
    json_put_number(object, "target", done ? e->target.value : NAN);
    json_put_number(object, "target_error", done ? e->target.error : NAN);
    json_put_text(object, "target_why", done ? e->target.why : NULL);
    json_put_number(object, "z", done ? z_score(e) : NAN);
    json_put_number(object, "multiplicity", done ? e->multiplicity : NAN);
    json_put_number(object, "evaluations", done ? e->evaluations : NAN);
    json_put_text(object, "formula", row->estimator->formula);
    json_put_text(object, "caution", done ? e->caution : NULL);
    json_put_text(object, "distrust", row->estimator->distrust);
    json_put_text(object, "source", row->estimator->source);
    json_put_text(object, "why", done ? e->lambda.why : row->why);
    return object;
}

static json_t *exact_json(const struct estimate_report *report)
{
    const struct rlct *exact = report->exact;
    json_t *object = json_object();
    char number[64] = "";
    if (exact != NULL) {
        rat_text(number, sizeof number, exact->lambda.exact);
    }
    bool known = exact != NULL && exact->lambda.standing == EXACT;
    json_put_text(object, "lambda", known ? number : NULL);
    json_put_number(object, "lambda_value", known ? exact->lambda.value : NAN);
    json_put_number(object, "multiplicity",
                    exact != NULL && exact->multiplicity > 0 ? (double)exact->multiplicity : NAN);
    json_put_text(object, "standing",
                  standing_name(exact != NULL ? exact->lambda.standing : UNKNOWN));
    json_put_text(object, "why", exact != NULL ? exact->why : report->why);
    return object;
}

static void write_json(const struct estimate_report *report, struct text *out)
{
    json_t *object = json_start(report->model, report->args), *list = json_array();
    json_put_number(object, "n", report->setup.n);
    if (report->setup.data != NULL) {
        json_put_count(object, "data_seed", (size_t)report->setup.data->seed);
    }
    if (report->failure != NULL) {
        json_put_text(object, "failure", report->failure->name);
        json_put_text(object, "shows", report->failure->shows);
        json_put_text(object, "mend", report->failure->mend);
    }
    for (size_t i = 0; i < report->n_rows; i++) {
        json_array_append_new(list, row_json(report, &report->rows[i]));
    }
    json_put(object, "rows", list);
    json_put(object, "exact", exact_json(report));
    json_end(object, out);
}

static void write_csv(const struct estimate_report *report, struct text *out)
{
    static const char *const headers[] = {"estimator", "quantity", "lambda",  "error", "target",
                                          "z",         "seconds",  "caution", NULL};
    struct table table;
    table_init(&table, headers);
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct estimate_line *row = &report->rows[i];
        const struct estimate *e = &row->estimate;
        bool done = row->status == ST_OK;
        table_text(&table, row->label);
        table_text(&table, done ? e->lambda.name : "");
        table_number(&table, done ? e->lambda.value : NAN, 6);
        table_number(&table, done ? e->lambda.error : NAN, 2);
        table_number(&table, done ? e->target.value : NAN, 6);
        table_number(&table, done ? z_score(e) : NAN, 3);
        table_number(&table, done ? e->seconds : NAN, 2);
        table_text(&table, done ? e->caution : row->why);
    }
    table_end(&table, report->args, out);
}

static void number_or_dash(struct table *table, double x, const char *format)
{
    struct text text;
    text_init(&text);
    if (isfinite(x)) {
        text_addf(&text, format, x);
    } else {
        text_add(&text, "-");
    }
    table_text(table, text_get(&text));
    text_done(&text);
}

static void write_table(const struct estimate_report *report, struct text *out)
{
    static const char *const headers[] = {"estimator", "lambda",  "± error", "target at n",
                                          "z",         "seconds", "caution", NULL};
    struct table table;
    table_init(&table, headers);
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct estimate_line *row = &report->rows[i];
        const struct estimate *e = &row->estimate;
        bool done = row->status == ST_OK;
        table_text(&table, row->label);
        number_or_dash(&table, done ? e->lambda.value : NAN, "%.5g");
        number_or_dash(&table, done ? e->lambda.error : NAN, "%.3g");
        number_or_dash(&table, done ? e->target.value : NAN, "%.6g");
        number_or_dash(&table, done ? z_score(e) : NAN, "%+.1f");
        number_or_dash(&table, done ? e->seconds : NAN, "%.3f");
        table_text(&table, !done ? "not here" : (e->caution[0] != '\0' ? "see below" : ""));
    }
    table_end(&table, report->args, out);
}

static void write_exact(const struct estimate_report *report, struct text *out)
{
    const struct rlct *exact = report->exact;
    char number[64];
    if (exact == NULL) {
        text_addf(out, "exact λ: not known, %s\n", report->why);
    } else if (exact->lambda.standing == EXACT) {
        rat_text(number, sizeof number, exact->lambda.exact);
        text_addf(out, "exact λ = %s", number);
        if (exact->multiplicity > 0) {
            text_addf(out, ", m = %ld", exact->multiplicity);
        }
        text_add(out, "\n");
    } else {
        text_addf(out, "exact λ: from %g to %g\n", exact->lower.value, exact->upper.value);
    }
}

/* What is wrong with these runs, what no target is known of, and when to distrust each. */
static void write_words(const struct estimate_report *report, struct text *out)
{
    write_exact(report, out);
    text_add(out, "target: what each is after at this n, by integration; z: how many standard "
                  "errors it is from that\n");
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct estimate_line *row = &report->rows[i];
        if (row->status != ST_OK) {
            text_addf(out, "%s: not here: %s\n", row->label, row->why);
        } else if (row->estimate.caution[0] != '\0') {
            text_addf(out, "%s: caution: %s\n", row->label, row->estimate.caution);
        }
        if (row->status == ST_OK && row->estimate.sgld != NULL &&
            row->estimate.sgld->chosen[0] != '\0') {
            text_addf(out, "%s: %s\n", row->label, row->estimate.sgld->chosen);
        }
        if (row->status == ST_OK && row->estimate.target.standing == UNKNOWN) {
            text_addf(out, "%s: no target: %s\n", row->label, row->estimate.target.why);
        }
    }
    text_add(out, "\nWhen to distrust:\n");
    for (size_t i = 0; i < report->n_rows; i++) {
        bool again = i > 0 && report->rows[i].estimator == report->rows[i - 1].estimator;
        if (report->rows[i].status == ST_OK && !again) {
            text_addf(out, "%s: %s\n", report->rows[i].estimator->name,
                      report->rows[i].estimator->distrust);
        }
    }
}

static void write_failure(const struct estimate_report *report, struct text *out)
{
    if (report->failure != NULL) {
        text_addf(out, "%s\n%s\nWhat to do: %s\n\n", report->failure->title, report->failure->shows,
                  report->failure->mend);
    }
}

void estimate_report_write(const struct estimate_report *report, struct text *out)
{
    if (args_flag(report->args, "json")) {
        write_json(report, out);
    } else if (args_flag(report->args, "csv")) {
        write_csv(report, out);
    } else {
        write_failure(report, out);
        write_table(report, out);
        write_words(report, out);
    }
}
