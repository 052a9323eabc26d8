/* Values of constant expressions, and writing out sums to check every index. */
#include "checker.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double whole_max = 1e9; /* an index or an end of a range: fits any long */

static bool to_whole(double x, long *out)
{
    if (!(fabs(x) <= whole_max) || x != rint(x)) {
        return false;
    }
    *out = (long)x;
    return true;
}

static double constant(const struct expr *expr, size_t *budget);

static double constant_sum(const struct expr *expr, size_t *budget)
{
    long low = 0, high = 0;
    double total = expr->kind == EX_SUM ? 0 : 1;
    if (!to_whole(constant(expr->args[0], budget), &low) ||
        !to_whole(constant(expr->args[1], budget), &high)) {
        return (double)NAN;
    }
    for (long i = low; i <= high && *budget > 0; i++) {
        expr->symbol->index_value = i;
        double term = constant(expr->args[2], budget);
        total = expr->kind == EX_SUM ? total + term : total * term;
    }
    return total;
}

static double constant(const struct expr *expr, size_t *budget)
{
    if (*budget == 0) {
        return (double)NAN;
    }
    --*budget;
    double args[3] = {0};
    switch (expr->kind) {
    case EX_NUMBER:
        return expr->number;
    case EX_NAME:
        if (expr->symbol->kind == SYM_INDEX) {
            return (double)expr->symbol->index_value;
        }
        return expr->symbol->kind == SYM_CONST ? expr->symbol->number : (double)NAN;
    case EX_SUM:
    case EX_PROD:
        return constant_sum(expr, budget);
    case EX_OP:
        for (size_t i = 0; i < expr->n_args && i < 3; i++) {
            args[i] = constant(expr->args[i], budget);
        }
        if (expr->op == OP_POW && args[1] == rint(args[1])) {
            return pow(args[0], args[1]); /* a whole power, of any base */
        }
        return op_value(expr->op, 0, args[0], args[1], args[2]);
    }
    return (double)NAN;
}

double syntax_constant(const struct expr *expr)
{
    size_t budget = SYNTAX_MAX_TERMS; /* a checked tree needs no more */
    return constant(expr, &budget);
}

bool checker_is_constant(const struct expr *expr)
{
    if (expr->kind == EX_NAME) {
        return expr->symbol->kind == SYM_CONST || expr->symbol->kind == SYM_INDEX;
    }
    for (size_t i = 0; i < expr->n_args; i++) {
        if (!checker_is_constant(expr->args[i])) {
            return false;
        }
    }
    return true;
}

static void report_exhausted(struct checker *c, const struct expr *expr)
{
    if (!c->exhausted) {
        c->exhausted = true;
        draft_error(c->draft, expr->at, "more than %d operations once sums are written out",
                    SYNTAX_MAX_TERMS);
    }
}

/* True the first time for a place; a fault in a sum is reported for one term only. */
static bool first_report(struct checker *c, const struct expr *expr)
{
    for (size_t i = 0; i < c->n_reported; i++) {
        if (c->reported[i] == expr) {
            return false;
        }
    }
    if (c->n_reported == DIAGS_MAX) {
        return false;
    }
    c->reported[c->n_reported++] = expr;
    return true;
}

/* " when i = 1, j = 3", outermost first; "" outside sums. */
static void describe_indices(const struct index_scope *scope, char *out, size_t size)
{
    enum { SHOWN_MAX = 4 };
    const struct symbol *shown[SHOWN_MAX];
    size_t n = 0, used = 0;
    for (; scope != NULL && n < SHOWN_MAX; scope = scope->outer) {
        shown[n++] = scope->symbol;
    }
    *out = '\0';
    for (size_t i = n; i-- > 0 && used < size;) {
        used +=
            (size_t)snprintf(out + used, size - used, "%s%s = %ld", i + 1 == n ? " when " : ", ",
                             shown[i]->name, shown[i]->index_value);
    }
}

static void check_indices(struct checker *c, const struct expr *expr)
{
    struct symbol *symbol = expr->symbol;
    for (size_t i = 0; i < expr->n_args && !declared_of(symbol)->broken; i++) {
        double value = constant(expr->args[i], &c->budget);
        long whole = 0;
        if (c->budget == 0) {
            report_exhausted(c, c->outermost != NULL ? c->outermost : expr);
            return;
        }
        bool fine = to_whole(value, &whole);
        if ((fine && whole >= 1 && (size_t)whole <= symbol->extents[i]) ||
            !first_report(c, expr->args[i])) {
            continue;
        }
        char when[4 * SYNTAX_MAX_NAME + 128], shown[32];
        describe_indices(c->indices, when, sizeof when);
        text_number(shown, sizeof shown, value, 6);
        if (!fine) {
            draft_error(c->draft, expr->args[i]->at,
                        "an index is a whole number, and this one of '%s' is %s%s", symbol->name,
                        shown, when);
        } else {
            draft_error(c->draft, expr->args[i]->at,
                        "'%s' has no element %ld%s: %s runs from 1 to %zu", symbol->name, whole,
                        when, symbol->rank == 1 ? "it" : "this index", symbol->extents[i]);
        }
    }
}

static void expand(struct checker *c, struct expr *expr);

static void expand_sum(struct checker *c, struct expr *expr)
{
    long ends[2];
    for (size_t i = 0; i < 2; i++) {
        double value = constant(expr->args[i], &c->budget);
        if (c->budget == 0) {
            report_exhausted(c, c->outermost != NULL ? c->outermost : expr);
            return;
        }
        if (!to_whole(value, &ends[i])) {
            char shown[32];
            text_number(shown, sizeof shown, value, 6);
            if (first_report(c, expr->args[i])) {
                draft_error(c->draft, expr->args[i]->at,
                            "a range runs over whole numbers up to 1e9, and this end is %s", shown);
            }
            return;
        }
    }
    if (ends[1] < ends[0] - 1) {
        if (first_report(c, expr->args[1])) {
            draft_error(c->draft, expr->args[1]->at, "this range runs backwards: %ld..%ld", ends[0],
                        ends[1]);
        }
        return;
    }
    struct index_scope scope = {expr->symbol, c->indices};
    bool outermost = c->outermost == NULL;
    c->outermost = outermost ? expr : c->outermost;
    c->indices = &scope;
    for (long i = ends[0]; i <= ends[1] && !c->exhausted; i++) {
        expr->symbol->index_value = i;
        expand(c, expr->args[2]);
    }
    c->indices = scope.outer;
    c->outermost = outermost ? NULL : c->outermost;
}

static void expand(struct checker *c, struct expr *expr)
{
    if (c->outermost != NULL) {
        if (c->budget == 0) {
            report_exhausted(c, c->outermost);
        }
        c->budget -= c->budget > 0;
    }
    if (c->exhausted) {
        return;
    }
    switch (expr->kind) {
    case EX_NUMBER:
        break;
    case EX_NAME:
        check_indices(c, expr);
        break;
    case EX_SUM:
    case EX_PROD:
        expand_sum(c, expr);
        break;
    case EX_OP:
        for (size_t i = 0; i < expr->n_args; i++) {
            expand(c, expr->args[i]);
        }
        break;
    }
}

void checker_expand(struct checker *c, struct expr *expr)
{
    if (expr != NULL) {
        expand(c, expr);
    }
}

bool checker_constant(struct checker *c, struct expr *expr, const char *what, double *out)
{
    size_t before = c->draft->diags->n_errors;
    checker_expand(c, expr); /* reports a range that is none */
    *out = constant(expr, &c->budget);
    if (c->budget == 0) {
        report_exhausted(c, expr);
    } else if (!isfinite(*out) && c->draft->diags->n_errors == before) {
        draft_error(c->draft, expr->at, "%s is not a finite number", what);
    }
    return c->budget > 0 && c->draft->diags->n_errors == before;
}

bool checker_size(struct checker *c, struct expr *expr, const char *what, size_t max, size_t *out)
{
    double value = 0;
    long whole = 0;
    if (!checker_constant(c, expr, what, &value)) {
        return false;
    }
    char shown[32];
    text_number(shown, sizeof shown, value, 6);
    if (value != rint(value) || value < 1) {
        draft_error(c->draft, expr->at, "%s must be a whole number of at least 1, and this is %s",
                    what, shown);
        return false;
    }
    if (!to_whole(value, &whole) || (size_t)whole > max) {
        draft_error(c->draft, expr->at, "%s is at most %zu, and this is %s", what, max, shown);
        return false;
    }
    *out = (size_t)whole;
    return true;
}

void checker_expand_let(struct checker *c, struct declared *let)
{
    struct symbol *symbol = &let->symbol;
    if (let->broken || symbol->value == NULL) {
        return;
    }
    struct index_scope scopes[SYNTAX_MAX_RANK];
    for (size_t i = 0; i < symbol->rank; i++) {
        scopes[i] = (struct index_scope){symbol->indices[i], c->indices};
        c->indices = &scopes[i];
    }
    c->outermost = symbol->rank > 0 ? symbol->value : NULL;
    for (size_t at = 0; at < symbol->count && !c->exhausted; at++) {
        size_t rest = at;
        for (size_t i = symbol->rank; i-- > 0;) {
            symbol->indices[i]->index_value = (long)(rest % symbol->extents[i]) + 1;
            rest /= symbol->extents[i];
        }
        expand(c, symbol->value);
    }
    c->outermost = NULL;
    c->indices = NULL;
}
