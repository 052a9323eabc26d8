/* Checking what is said of a model's prior, picture and coefficients: prior, view, expect. */
#include "checker.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "words.h"

size_t checker_component(const struct expr *reference)
{
    size_t component = 0;
    for (size_t i = 0; i < reference->n_args; i++) {
        size_t index = (size_t)syntax_constant(reference->args[i]);
        component = component * reference->symbol->extents[i] + index - 1;
    }
    return component;
}

/* Resolves a reference to a component, indices in range; false after a fault. */
static bool resolve_component(struct checker *c, struct expr **reference,
                              const struct context *context)
{
    checker_resolve(c, reference, context, NULL);
    if (*reference == NULL || declared_of((*reference)->symbol)->broken) {
        return false;
    }
    size_t before = c->draft->diags->n_errors;
    checker_expand(c, *reference);
    return c->draft->diags->n_errors == before;
}

/* The parameters that a prior is about, as bits of w; 0 after a fault. */
static uint64_t prior_target(struct checker *c, struct prior_stmt *prior)
{
    static const struct context in_target = {BIT(SYM_PARAM), "a prior"};
    struct expr *target = prior->target;
    struct symbol *symbol = NULL;
    if (target->n_args == 0) {
        symbol = checker_find(c, target);
        target->symbol = symbol;
        if (symbol != NULL && symbol->kind != SYM_PARAM) {
            draft_error(c->draft, target->at, "'%s' is not a parameter; a prior is for parameters",
                        symbol->name);
            symbol = NULL;
        }
    } else if (resolve_component(c, &prior->target, &in_target)) {
        symbol = target->symbol;
    }
    if (symbol == NULL || declared_of(symbol)->broken || c->draft->syntax->dim == 0) {
        return 0;
    }
    uint64_t all = symbol->count == 64 ? UINT64_MAX : (UINT64_C(1) << symbol->count) - 1;
    return target->n_args == 0 ? all << symbol->first
                               : UINT64_C(1) << (symbol->first + checker_component(target));
}

static void check_prior_of_param(struct checker *c, struct prior_stmt *prior, uint64_t *taken)
{
    static const struct context in_prior = {ALLOW_FIXED, "a prior"};
    struct draft *draft = c->draft;
    uint64_t target = prior_target(c, prior);
    if (*taken & target) {
        draft_error(draft, prior->target->at, "'%s' has a prior already",
                    prior->target->symbol->name);
    }
    *taken |= target;
    bool shared = prior != draft->priors && prior[-1].distribution == prior->distribution;
    if (shared) {
        return; /* "prior a, b ~ D": checked with the first */
    }
    const struct distribution_expr *discrete =
        checker_distribution(c, prior->distribution, &in_prior);
    if (discrete != NULL) {
        draft_error(draft, discrete->at,
                    "a prior needs a density: '%s' is a distribution of whole numbers",
                    discrete->name);
    }
}

void checker_priors(struct checker *c)
{
    static const struct context in_density = {ALLOW_W, "a prior density"};
    struct draft *draft = c->draft;
    const struct prior_stmt *whole = NULL, *part = NULL;
    uint64_t taken = 0;
    for (size_t i = 0; i < draft->n_priors; i++) {
        struct prior_stmt *prior = &draft->priors[i];
        if (prior->kind == PRIOR_OF_PARAM) {
            part = part != NULL ? part : prior;
            check_prior_of_param(c, prior, &taken);
            continue;
        }
        if (whole != NULL) {
            draft_error(draft, prior->at,
                        "a second prior for all parameters; the first is on line %zu",
                        draft_line(draft, whole->at.offset));
        }
        whole = whole != NULL ? whole : prior;
        checker_resolve(c, &prior->density, &in_density, NULL);
        checker_expand(c, prior->density);
    }
    if (whole != NULL && part != NULL) {
        const struct prior_stmt *later = whole->at.offset > part->at.offset ? whole : part;
        const struct prior_stmt *earlier = later == whole ? part : whole;
        draft_error(draft, later->at,
                    "a prior for all parameters or one for each, not both: see line %zu",
                    draft_line(draft, earlier->at.offset));
    }
}

void checker_views(struct checker *c)
{
    static const struct context in_view = {ALLOW_W, "a view"};
    struct syntax *syntax = c->draft->syntax;
    bool fine = true;
    bool one = c->draft->has_view && syntax->view[1] == NULL;
    for (size_t i = 0; i < 2; i++) {
        struct expr *axis = syntax->view[i];
        if (axis == NULL) {
            continue;
        }
        if (!resolve_component(c, &syntax->view[i], &in_view)) {
            fine = false;
        } else if (axis->symbol->kind != SYM_PARAM && axis->symbol->kind != SYM_OBSERVE) {
            draft_error(c->draft, axis->at, "an axis is a parameter or an observable: '%s' is %s",
                        axis->symbol->name, checker_kind_phrase(axis->symbol->kind));
            fine = false;
        }
    }
    if (!c->draft->has_view || !fine) {
        return;
    }
    if (one && syntax->dim > 1) {
        draft_error(c->draft, c->draft->view_at, "a view needs two axes: view %s, ...",
                    syntax->view[0]->symbol->name);
    } else if (!one && syntax->view[0]->symbol == syntax->view[1]->symbol &&
               checker_component(syntax->view[0]) == checker_component(syntax->view[1])) {
        draft_error(c->draft, syntax->view[1]->at, "the two axes of a view are different");
    }
}

/* Takes one "a = 0" of a claim; false after a fault. */
static bool check_coordinate(struct checker *c, struct expect_draft *expect, size_t i,
                             uint64_t *named)
{
    static const struct context in_target = {BIT(SYM_PARAM), "the point of a claim"};
    static const struct context in_value = {ALLOW_CONST, "the point of a claim"};
    struct draft *draft = c->draft;
    double value = 0;
    bool fine = resolve_component(c, &expect->targets[i], &in_target);
    checker_resolve(c, &expect->values[i], &in_value, NULL);
    if (expect->values[i] == NULL ||
        !checker_constant(c, expect->values[i], "this coordinate", &value)) {
        return false;
    }
    if (!fine || draft->syntax->dim == 0) {
        return false;
    }
    const struct expr *target = expect->targets[i];
    const struct symbol *symbol = target->symbol;
    size_t component = symbol->first + checker_component(target);
    if (*named & (UINT64_C(1) << component)) {
        draft_error(draft, target->at, "this coordinate is given twice");
        return false;
    }
    *named |= UINT64_C(1) << component;
    expect->stmt.at_w[component] = value;
    if (!(value >= symbol->low_value && value <= symbol->high_value)) {
        char low[32], high[32];
        text_number(low, sizeof low, symbol->low_value, 6);
        text_number(high, sizeof high, symbol->high_value, 6);
        draft_error(draft, expect->values[i]->at,
                    "this point lies outside the box of '%s', [%s, %s]", symbol->name, low, high);
        return false;
    }
    return true;
}

/* Parameters that a point does not name are 0 there, which must be in their box. */
static void check_unnamed(struct checker *c, const struct expect_stmt *stmt, uint64_t named)
{
    for (size_t i = 0; i < c->draft->n_symbols; i++) {
        const struct symbol *symbol = &c->draft->symbols[i]->symbol;
        if (symbol->kind != SYM_PARAM || (symbol->low_value <= 0 && symbol->high_value >= 0)) {
            continue;
        }
        for (size_t k = 0; k < symbol->count; k++) {
            if (!(named & (UINT64_C(1) << (symbol->first + k)))) {
                draft_error(c->draft, stmt->at,
                            "'%s' is not named, so it is 0, which lies outside its box",
                            symbol->name);
                return;
            }
        }
    }
}

void checker_expects(struct checker *c)
{
    struct draft *draft = c->draft;
    for (size_t i = 0; i < draft->n_expects; i++) {
        struct expect_draft *expect = &draft->expects[i];
        bool fine = true;
        uint64_t named = 0;
        for (size_t k = 0; k < expect->n; k++) {
            fine = check_coordinate(c, expect, k, &named) && fine;
        }
        if (fine && expect->stmt.has_at && draft->syntax->dim > 0) {
            check_unnamed(c, &expect->stmt, named);
        }
        if (draft->syntax->dim > 0 && expect->stmt.multiplicity > (long)draft->syntax->dim) {
            draft_error(draft, expect->stmt.at,
                        "a multiplicity is at most the number of parameters, %zu",
                        draft->syntax->dim);
        }
    }
}
