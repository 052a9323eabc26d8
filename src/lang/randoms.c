/* Checking distributions, and the input, output and truth statements of a likelihood. */
#include "checker.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

static const double weights_tolerance = 1e-9; /* rounding in a sum of probabilities */

/* Argument i as a number, if only consts stand in it; false otherwise, and after a fault. */
static bool fixed_argument(struct checker *c, const struct distribution_expr *d, size_t i,
                           double *out)
{
    return d->args[i] != NULL && checker_is_constant(d->args[i]) &&
           checker_constant(c, d->args[i], "this argument", out);
}

static void check_positive(struct checker *c, const struct distribution_expr *d, size_t i,
                           const char *what)
{
    double value = 0;
    if (fixed_argument(c, d, i, &value) && value <= 0) {
        draft_error(c->draft, d->args[i]->at, "%s must be positive", what);
    }
}

static bool check_probability(struct checker *c, const struct distribution_expr *d, size_t i,
                              double *out)
{
    if (!fixed_argument(c, d, i, out)) {
        return false;
    }
    if (!(*out >= 0 && *out <= 1)) {
        draft_error(c->draft, d->args[i]->at, "a probability lies between 0 and 1");
        return false;
    }
    return true;
}

static void check_trials(struct checker *c, const struct distribution_expr *d)
{
    double trials = 0;
    if (fixed_argument(c, d, 0, &trials) && (trials < 0 || trials != rint(trials))) {
        draft_error(c->draft, d->args[0]->at, "the number of trials is a whole number, 0 or more");
    }
}

/* If all are known, the weights must add up to 1. */
static void check_weights(struct checker *c, const struct distribution_expr *d)
{
    double total = 0;
    bool known = true;
    for (size_t i = 0; i < d->n_args; i++) {
        double weight = 0;
        known = check_probability(c, d, i, &weight) && known;
        total += weight;
    }
    if (known && fabs(total - 1) > weights_tolerance * (double)d->n_args) {
        char shown[32];
        text_number(shown, sizeof shown, total, 6);
        draft_error(c->draft, d->at, "these probabilities add up to %s, not 1", shown);
    }
}

/* What is known of the arguments before the model runs must make sense. */
static void check_fixed(struct checker *c, const struct distribution_expr *d)
{
    double low = 0, high = 0;
    if (strcmp(d->name, "uniform") == 0) {
        if (fixed_argument(c, d, 0, &low) && fixed_argument(c, d, 1, &high) && low >= high) {
            draft_error(c->draft, d->at, "uniform(low, high) needs low < high");
        }
    } else if (strcmp(d->name, "normal") == 0) {
        check_positive(c, d, 1, "a standard deviation");
    } else if (strcmp(d->name, "exponential") == 0) {
        check_positive(c, d, 0, "a rate");
    } else if (strcmp(d->name, "poisson") == 0) {
        check_positive(c, d, 0, "a mean of counts");
    } else if (strcmp(d->name, "bernoulli") == 0) {
        check_probability(c, d, 0, &low);
    } else if (strcmp(d->name, "binomial") == 0) {
        check_trials(c, d);
        check_probability(c, d, 1, &low);
    } else if (strcmp(d->name, "categorical") == 0 || d->n_components > 0) {
        check_weights(c, d);
    }
}

const struct distribution_expr *checker_distribution(struct checker *c, struct distribution_expr *d,
                                                     const struct context *context)
{
    const struct distribution_info *info = distribution_find(d->name);
    const struct distribution_expr *discrete = info->continuous ? NULL : d;
    bool fine = d->n_args >= info->min_args && (info->max_args == 0 || d->n_args <= info->max_args);
    if (!fine) {
        draft_error(c->draft, d->at, "'%s' takes %s%zu argument%s, not %zu: %s", d->name,
                    info->max_args == 0 ? "at least " : "", info->min_args,
                    info->min_args == 1 ? "" : "s", d->n_args, info->usage);
    }
    for (size_t i = 0; i < d->n_args; i++) {
        checker_resolve(c, &d->args[i], context, NULL);
        checker_expand(c, d->args[i]);
    }
    if (fine) {
        check_fixed(c, d);
    }
    for (size_t i = 0; i < d->n_components; i++) {
        const struct distribution_expr *part = checker_distribution(c, d->components[i], context);
        discrete = discrete != NULL ? discrete : part;
    }
    return discrete;
}

/* Finds the output that a truth is about; NULL after a fault. */
static struct symbol *truth_output(struct checker *c, const struct truth_draft *truth)
{
    struct symbol *symbol = checker_find(c, truth->target);
    if (symbol == NULL) {
        return NULL;
    }
    if (symbol->kind != SYM_OUTPUT) {
        draft_error(c->draft, truth->target->at, "'%s' is %s; a truth is for an output",
                    symbol->name, checker_kind_phrase(symbol->kind));
        return NULL;
    }
    if (truth->target->n_args > 0) {
        draft_error(c->draft, truth->target->at,
                    "the output '%s' is a single number and has no index", symbol->name);
        return NULL;
    }
    return symbol;
}

/* symbol NULL: a truth whose output was not found. */
static bool has_truth(const struct draft *draft, const struct symbol *output)
{
    for (size_t i = 0; i < draft->n_truths; i++) {
        if (draft->truths[i].target->symbol == output) {
            return true;
        }
    }
    return false;
}

static void check_truths(struct checker *c)
{
    static const struct context in_truth = {ALLOW_TRUTH, "the truth"};
    struct draft *draft = c->draft;
    for (size_t i = 0; i < draft->n_truths; i++) {
        struct truth_draft *truth = &draft->truths[i];
        struct symbol *symbol = truth_output(c, truth);
        if (symbol != NULL && has_truth(draft, symbol)) {
            draft_error(draft, truth->at, "'%s' has a truth already", symbol->name);
        } else {
            truth->target->symbol = symbol;
        }
        if (truth->distribution != NULL) {
            (void)checker_distribution(c, truth->distribution, &in_truth);
        }
    }
}

static bool has_column(const struct draft *draft, const struct symbol *symbol, size_t component)
{
    const struct syntax *syntax = draft->syntax;
    for (size_t i = 0; i < syntax->n_columns; i++) {
        if (syntax->columns[i].symbol == symbol && syntax->columns[i].component == component) {
            return true;
        }
    }
    return false;
}

/* The columns of `truth data`: each for one component of an input or output. */
static void check_columns(struct checker *c)
{
    static const struct context in_column = {BIT(SYM_INPUT) | BIT(SYM_OUTPUT), "a column of data"};
    struct draft *draft = c->draft;
    struct syntax *syntax = draft->syntax;
    syntax->columns = arena_new(&syntax->arena, draft->n_columns, sizeof *syntax->columns);
    for (size_t i = 0; i < draft->n_columns; i++) {
        struct column_draft *column = &draft->columns[i];
        checker_resolve(c, &column->target, &in_column, NULL);
        size_t before = draft->diags->n_errors;
        checker_expand(c, column->target);
        if (column->target == NULL || draft->diags->n_errors > before) {
            continue;
        }
        struct symbol *symbol = column->target->symbol;
        size_t component = checker_component(column->target);
        if (has_column(draft, symbol, component)) {
            draft_error(draft, column->at, "'%s' has a column already", symbol->name);
        }
        syntax->columns[syntax->n_columns++] =
            (struct data_column){symbol, component, column->column, column->at};
    }
}

/* Every input and output needs a column, if there are data and nothing else was wrong with them. */
static void check_columns_complete(struct checker *c, size_t errors_before)
{
    struct draft *draft = c->draft;
    for (size_t i = 0; i < draft->n_symbols && draft->diags->n_errors == errors_before; i++) {
        const struct symbol *symbol = &draft->symbols[i]->symbol;
        if ((symbol->kind != SYM_INPUT && symbol->kind != SYM_OUTPUT) ||
            draft->symbols[i]->broken) {
            continue;
        }
        for (size_t k = 0; k < symbol->count; k++) {
            if (!has_column(draft, symbol, k)) {
                draft_error(draft, draft->syntax->data_at,
                            "no column is named for the %s '%s': add '%s%s = column'",
                            checker_kind_name(symbol->kind), symbol->name, symbol->name,
                            symbol->rank > 0 ? "[...]" : "");
                break;
            }
        }
    }
}

void checker_randoms(struct checker *c)
{
    static const struct context in_input = {ALLOW_FIXED, "the distribution of an input"};
    static const struct context in_output = {ALLOW_LET, "an output"};
    struct draft *draft = c->draft;
    for (size_t i = 0; i < draft->n_inputs; i++) {
        (void)checker_distribution(c, draft->inputs[i].distribution, &in_input);
    }
    for (size_t i = 0; i < draft->n_outputs; i++) {
        (void)checker_distribution(c, draft->outputs[i].distribution, &in_output);
    }
    check_truths(c);
    size_t before = draft->diags->n_errors;
    check_columns(c);
    if (draft->syntax->data_file != NULL) {
        check_columns_complete(c, before);
        if (draft->n_truths > 0) {
            draft_error(draft, draft->truths[0].at,
                        "the truth is a distribution or data, not both: see line %zu",
                        draft_line(draft, draft->syntax->data_at.offset));
        }
        return;
    }
    if (draft->has_data || draft->has_potential || has_truth(draft, NULL)) {
        return; /* that is another fault, and reported */
    }
    for (size_t i = 0; i < draft->n_outputs; i++) {
        const struct symbol *output = draft->outputs[i].symbol;
        if (!has_truth(draft, output)) {
            draft_error(draft, output->at, "the output '%s' has no truth: add 'truth %s ~ ...'",
                        output->name, output->name);
        }
    }
}
