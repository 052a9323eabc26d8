/* `estimate`: every estimator of λ side by side, with what finite n makes of λ and the exact one.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/estimator.h"
#include "cusp/likelihood.h"
#include "cusp/rlct.h"
#include "../command_private.h"
#include "../estimate_report.h"

#define EXACT_SECONDS 5
#define PARTICLES_MOST 1000000
#define WORK_MOST 1e9 /* chains × draws */

static const struct option options[] = {
    {"n", "N", OPTION_NUMBER, "1000", "sample size", COMPLETE_NONE},
    {"with", "NAME,…", OPTION_TEXT, NULL, "which estimators; llc: all whose name begins so",
     COMPLETE_NONE},
    {"population", NULL, OPTION_FLAG, NULL, "weigh by exp(-n K), the mean over all data",
     COMPLETE_NONE},
    {"failure", "NAME", OPTION_TEXT, NULL, "settings that go wrong, in place of a model; or list",
     COMPLETE_NONE},
    {"mended", NULL, OPTION_FLAG, NULL, "only with the failure's settings put right",
     COMPLETE_NONE},
    {"step", "E", OPTION_NUMBER, NULL, "of SGLD; chosen for the model if not given", COMPLETE_NONE},
    {"gamma", "G", OPTION_NUMBER, NULL,
     "pull of the LLC to its point; none if not given, 100 beside --step", COMPLETE_NONE},
    {"walls", "reflect|clamp|off", OPTION_TEXT, NULL,
     "what becomes of a step of SGLD out of the box; off if not given beside --step",
     COMPLETE_NONE},
    {"burn-in", "I", OPTION_COUNT, NULL, "draws of each chain that are thrown away first",
     COMPLETE_NONE},
    {"batch", "B", OPTION_COUNT, NULL,
     "observations a step of SGLD; all if not given and it is cheap", COMPLETE_NONE},
    {"chains", "C", OPTION_COUNT, NULL, "of SGLD, 4 if not given", COMPLETE_NONE},
    {"draws", "D", OPTION_COUNT, NULL,
     "of each chain; chosen by cost if not given, 1000 beside --step", COMPLETE_NONE},
    {"particles", "P", OPTION_COUNT, NULL, "of those estimators that use them", COMPLETE_NONE},
    {NULL, NULL, OPTION_FLAG, NULL, NULL, COMPLETE_NONE},
};

/* ---- which -------------------------------------------------------------------------------------
 */

static bool named(const struct estimator *estimator, const char *name)
{
    size_t length = strlen(name);
    return strncmp(estimator->name, name, length) == 0 &&
           (estimator->name[length] == '\0' || (length > 0 && estimator->name[length] == '-'));
}

static void add_row(struct estimate_report *report, const struct estimator *estimator, bool mended)
{
    struct estimate_line *row = &report->rows[report->n_rows++];
    row->estimator = estimator;
    row->mended = mended;
    row->setup = mended ? &report->mended : &report->setup;
    snprintf(row->label, sizeof row->label, "%s%s", estimator->name, mended ? " mended" : "");
}

/* A row for each estimator asked for, in the order of the table. */
static int choose(struct estimate_report *report, const char *list)
{
    size_t n_pieces = 0, count = 0;
    const char **pieces = list ? pieces_of(list, report->args->arena, &n_pieces) : NULL;
    while (estimators[count] != NULL) {
        count++;
    }
    report->rows = arena_new(report->args->arena, count, sizeof *report->rows);
    for (size_t p = 0; p < n_pieces; p++) {
        struct suggestion suggestion;
        bool known = false;
        suggestion_start(&suggestion, pieces[p]);
        for (size_t i = 0; i < count; i++) {
            known |= named(estimators[i], pieces[p]);
            suggestion_try(&suggestion, estimators[i]->name);
        }
        if (!known) {
            command_fault_near(report->context, suggestion.best, "no estimator '%.80s'", pieces[p]);
            return EXIT_USAGE;
        }
    }
    for (size_t i = 0; i < count; i++) {
        bool wanted = n_pieces == 0;
        for (size_t p = 0; p < n_pieces; p++) {
            wanted |= named(estimators[i], pieces[p]);
        }
        if (wanted) {
            add_row(report, estimators[i], false);
        }
    }
    return EXIT_OK;
}

/* ---- settings ----------------------------------------------------------------------------------
 */

static size_t count_of(const struct args *args, const char *name)
{
    return args_flag(args, name) ? (size_t)fmin(args_number(args, name), WORK_MOST) : 0;
}

/* What is told of SGLD and particles, over what is set. */
static int read_settings(struct command_context *context, const struct args *args,
                         struct estimator_setup *setup)
{
    struct sgld_options *sgld = &setup->sgld;
    sgld->step = args_flag(args, "step") ? args_number(args, "step") : sgld->step;
    sgld->gamma = args_flag(args, "gamma") ? args_number(args, "gamma") : sgld->gamma;
    sgld->batch = args_flag(args, "batch") ? count_of(args, "batch") : sgld->batch;
    sgld->chains = args_flag(args, "chains") ? count_of(args, "chains") : sgld->chains;
    sgld->draws = args_flag(args, "draws") ? count_of(args, "draws") : sgld->draws;
    sgld->burn_in = args_flag(args, "burn-in") ? count_of(args, "burn-in") : sgld->burn_in;
    if (args_flag(args, "walls")) {
        const char *walls = args_value(args, "walls")->text;
        sgld->walls = strcmp(walls, "reflect") == 0;
        sgld->clamp = strcmp(walls, "clamp") == 0;
        if (!sgld->walls && !sgld->clamp && strcmp(walls, "off") != 0) {
            command_fault(context, "--walls %.40s: reflect, clamp or off is wanted", walls);
            return EXIT_USAGE;
        }
    }
    setup->n_particles =
        args_flag(args, "particles") ? count_of(args, "particles") : setup->n_particles;
    setup->seed = args_flag(args, "seed") || setup->seed == 0 ? args_seed(args) : setup->seed;
    setup->threads = args_threads(args);
    if ((args_flag(args, "step") && !(sgld->step > 0)) || sgld->gamma < 0) {
        command_fault(context, "--step is above 0, --gamma 0 or more");
        return EXIT_BAD;
    }
    if ((double)sgld->chains * ((double)sgld->draws + (double)sgld->burn_in) > WORK_MOST ||
        sgld->chains > 10000) {
        command_fault(context, "--chains times --draws is at most %g, with 10000 chains",
                      WORK_MOST);
        return EXIT_BAD;
    }
    if (setup->n_particles > PARTICLES_MOST) {
        command_fault(context, "--particles is at most %d", PARTICLES_MOST);
        return EXIT_BAD;
    }
    return EXIT_OK;
}

static int read_n(struct command_context *context, const struct args *args,
                  const struct model *model, bool on_data, double *n)
{
    double limit = on_data ? (double)data_limit(model) : INTEGRAL_MAX_N;
    double wanted = args_number(args, "n");
    *n = on_data ? rint(wanted) : wanted;
    if (!args_flag(args, "n") && *n > limit) {
        *n = limit;
    }
    if (*n >= 1 && *n <= limit) {
        return EXIT_OK;
    }
    char number[64];
    text_number(number, sizeof number, wanted, 10);
    if (on_data) {
        command_fault(context, "n = %s: the data of %s go from 1 to %zu", number, model->name,
                      data_limit(model));
    } else {
        command_fault(context, "n = %s is outside 1 to 1e12", number);
    }
    return EXIT_BAD;
}

/* ---- running -----------------------------------------------------------------------------------
 */

static void find_exact(struct estimate_report *report)
{
    struct rlct_options how = {.seconds = EXACT_SECONDS};
    enum status status = rlct_find(report->model, &how, report->context->cancel, report->why,
                                   sizeof report->why, &report->exact);
    if (status != ST_OK) {
        report->exact = NULL;
    }
}

static int run_rows(struct estimate_report *report)
{
    size_t failed = 0;
    report->setup.cache = estimator_cache_new();
    report->mended.cache = estimator_cache_new();
    for (size_t i = 0; i < report->n_rows; i++) {
        struct estimate_line *row = &report->rows[i];
        if (!cancel_wanted(report->context->cancel)) {
            row->status = estimate_run(row->estimator, row->setup, report->context->cancel, NULL,
                                       NULL, &row->estimate, row->why, sizeof row->why);
        }
        failed += row->status != ST_OK;
    }
    estimator_cache_free(report->setup.cache);
    estimator_cache_free(report->mended.cache);
    report->setup.cache = report->mended.cache = NULL;
    if (cancel_wanted(report->context->cancel)) {
        command_fault(report->context, "estimate: %s", status_name(ST_CANCELLED));
        return EXIT_BAD;
    }
    if (failed == report->n_rows) {
        for (size_t i = 0; i < report->n_rows; i++) {
            command_fault(report->context, "%s: %s", report->rows[i].label, report->rows[i].why);
        }
        return EXIT_BAD;
    }
    return EXIT_OK;
}

/* ---- the command -------------------------------------------------------------------------------
 */

static int finish(struct estimate_report *report)
{
    int code = read_settings(report->context, report->args, &report->setup);
    code = code == EXIT_OK && report->failure != NULL
               ? read_settings(report->context, report->args, &report->mended)
               : code;
    code = code == EXIT_OK ? run_rows(report) : code;
    if (code == EXIT_OK) {
        find_exact(report);
        estimate_report_write(report, report->context->out);
        if (report->exact != NULL) {
            rlct_free(report->exact);
        }
    }
    for (size_t i = 0; i < report->n_rows; i++) {
        estimate_done(&report->rows[i].estimate);
    }
    return code;
}

static int of_model(struct command_context *context, const struct args *args,
                    const struct model *model)
{
    bool on_data = model->likelihood && !args_flag(args, "population");
    struct estimate_report report = {.context = context, .args = args, .model = model};
    struct data *data = NULL;
    report.setup = (struct estimator_setup){.model = model, .sgld.gamma = NAN};
    if (!on_data && model->likelihood && !model->likelihood->has_truth) {
        command_fault(context, "K of %s is unknown: its truth is known only through data",
                      model->name);
        return EXIT_BAD;
    }
    int code = choose(&report, args_flag(args, "with") ? args_value(args, "with")->text : NULL);
    code = code == EXIT_OK ? read_n(context, args, model, on_data, &report.setup.n) : code;
    if (code == EXIT_OK && args_flag(args, "at")) {
        double *at = arena_new(args->arena, model->dim, sizeof *at);
        code = args_point(context, args, model, at);
        report.setup.at = at;
    }
    if (code == EXIT_OK && on_data) {
        enum status status = data_new(model, args_data_seed(args), (size_t)report.setup.n, NULL,
                                      context->cancel, &data);
        if (status != ST_OK) {
            command_fault(context, "%g observations of %s could not be drawn: %s", report.setup.n,
                          model->name, status_name(status));
            code = EXIT_BAD;
        }
    }
    report.setup.data = data;
    code = code == EXIT_OK ? finish(&report) : code;
    data_unref(data);
    return code;
}

static int list_failures(const struct args *args, struct text *out)
{
    static const char *const headers[] = {"failure", "estimator", "what goes wrong", NULL};
    struct table table;
    if (args_flag(args, "json")) {
        json_t *object = json_start(NULL, args), *list = json_array();
        for (size_t i = 0; failures[i].name; i++) {
            json_t *row = json_object();
            json_put_text(row, "name", failures[i].name);
            json_put_text(row, "title", failures[i].title);
            json_put_text(row, "estimator", failures[i].estimator);
            json_put_text(row, "shows", failures[i].shows);
            json_put_text(row, "mend", failures[i].mend);
            json_array_append_new(list, row);
        }
        json_put(object, "failures", list);
        json_end(object, out);
        return EXIT_OK;
    }
    table_init(&table, headers);
    for (size_t i = 0; failures[i].name; i++) {
        table_text(&table, failures[i].name);
        table_text(&table, failures[i].estimator);
        table_text(&table, failures[i].title);
    }
    table_end(&table, args, out);
    return EXIT_OK;
}

/* The run that goes wrong and the mended one below it, of those estimators asked for or else of its
   own. */
static int choose_of_failure(struct estimate_report *report)
{
    const struct failure *failure = report->failure;
    const struct args *args = report->args;
    bool only_mended = args_flag(args, "mended");
    const char *repaired =
        failure->repair_estimator != NULL ? failure->repair_estimator : failure->estimator;
    const char *with = args_flag(args, "with") ? args_value(args, "with")->text : NULL;
    int code = choose(report, with != NULL ? with : failure->estimator);
    if (code != EXIT_OK) {
        return code;
    }
    struct estimate_line *chosen = report->rows;
    size_t n_chosen = report->n_rows;
    report->rows = arena_new(args->arena, 2 * n_chosen, sizeof *report->rows);
    report->n_rows = 0;
    for (size_t i = 0; i < n_chosen; i++) {
        if (!only_mended) {
            add_row(report, chosen[i].estimator, false);
        }
        add_row(report, with != NULL ? chosen[i].estimator : estimator_named(repaired), true);
    }
    return EXIT_OK;
}

static int of_failure(struct command_context *context, const struct args *args, const char *name)
{
    const struct failure *failure = failure_named(name);
    if (failure == NULL) {
        struct suggestion suggestion;
        suggestion_start(&suggestion, name);
        for (size_t i = 0; failures[i].name; i++) {
            suggestion_try(&suggestion, failures[i].name);
        }
        command_fault_near(context, suggestion.best, "no failure '%.80s'", name);
        return EXIT_USAGE;
    }
    struct estimate_report report = {.context = context, .args = args, .failure = failure};
    struct model *wrong = NULL, *mended = NULL;
    struct data *wrong_data = NULL, *mended_data = NULL;
    struct diags diags;
    diags_init(&diags);
    enum status status =
        failure_prepare(failure, false, &diags, &wrong, &wrong_data, &report.setup);
    if (status == ST_OK) {
        status = failure_prepare(failure, true, &diags, &mended, &mended_data, &report.mended);
    }
    int code = status == ST_OK ? EXIT_OK : command_diagnosed(context, &diags);
    diags_done(&diags);
    if (code == EXIT_OK) {
        report.model = wrong;
        code = choose_of_failure(&report);
    }
    code = code == EXIT_OK ? finish(&report) : code;
    data_unref(wrong_data);
    data_unref(mended_data);
    model_unref(wrong);
    model_unref(mended);
    return code;
}

static int run(struct command_context *context, const struct args *args)
{
    if (!args_flag(args, "failure")) {
        return args_with_model(context, args, of_model);
    }
    const char *name = args_value(args, "failure")->text;
    if (args->n_words > 0 || args->n_inline > 0) {
        command_fault(context, "--failure brings its own model");
        return EXIT_USAGE;
    }
    return strcmp(name, "list") == 0 ? list_failures(args, context->out)
                                     : of_failure(context, args, name);
}

const struct command estimate_command = {
    .name = "estimate",
    .usage = "MODEL --n N [--with NAME,…]",
    .summary = "every estimator of lambda beside what it is after at this n, and exact lambda",
    .details =
        "Each estimator gives a value with its standard error. Its target is what finite n makes "
        "of lambda by exact integration (up to three parameters): at finite n the right answer is "
        "not lambda. z is the distance from it in standard errors. Of a statistical model the "
        "posterior is that of the first n observations (--data-seed); --population takes "
        "exp(-n K). --at is the point w* where losses are measured from and the LLC is taken; "
        "without it, the truth.\n"
        "Without --step the LLC chooses settings that suit the model, and says which: walls at the "
        "box and no pull where the prior is flat (else a weak one), the largest step by halving "
        "whose Metropolis acceptance is 99.5 % or more, as many draws as about half a second "
        "allows (500 to 40000 of each chain, a tenth of them burnt), and batches of 100 to 500 "
        "where all the data cost too much. With --step the rest is as usual in the field: gamma "
        "100, 4 chains of 1000 draws, none burnt, all the data; --step 1e-4 is the usual step.\n"
        "--failure shows a run that goes wrong, why, and beside it the mended one; with --mended "
        "the latter alone.\n"
        "Example: cusp estimate normal-crossing --n 1000 --with slope,wbic\n"
        "Example: cusp estimate normal-crossing --with llc --step 1e-4 --gamma 100\n"
        "Example: cusp estimate --failure list\n"
        "Example: cusp estimate --failure step-too-small",
    .where = IN_ALL,
    .options = options,
    .max_words = 1,
    .complete = COMPLETE_MODEL,
    .run = run,
};
