/* Checks a parsed model as a whole and fills the syntax tree. */
#include "checker.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "words.h"

enum { KNOB_DIGITS = 10 };
/* × the range: a number this near an end was written with the digits that are shown of it. */
#define KNOB_ROUNDING 1e-5

static void unknown_setting(struct checker *c, const char *name)
{
    struct nearest nearest;
    nearest_start(&nearest, name);
    for (size_t i = 0; i < c->draft->n_symbols; i++) {
        const struct symbol *symbol = &c->draft->symbols[i]->symbol;
        if (symbol->kind == SYM_CONST || symbol->kind == SYM_KNOB) {
            nearest_offer(&nearest, symbol->name);
        }
    }
    const char *file = c->draft->syntax->file;
    if (nearest.best != NULL) {
        diags_add_file(c->draft->diags, SEV_ERROR, file,
                       "no const or knob '%.80s' to set; did you mean '%s'?", name, nearest.best);
    } else {
        diags_add_file(c->draft->diags, SEV_ERROR, file, "no const or knob '%.80s' to set", name);
    }
}

static void apply_settings(struct checker *c, const struct setting *settings, size_t n_settings)
{
    struct draft *draft = c->draft;
    const char *file = draft->syntax->file;
    for (size_t i = 0; i < n_settings; i++) {
        const char *name = settings[i].name;
        struct symbol *symbol = scope_find(&draft->scope, name, strlen(name));
        if (symbol == NULL) {
            unknown_setting(c, name);
        } else if (symbol->kind != SYM_CONST && symbol->kind != SYM_KNOB) {
            diags_add_file(draft->diags, SEV_ERROR, file,
                           "cannot set '%s': it is %s, not a const or a knob", name,
                           checker_kind_phrase(symbol->kind));
        } else if (!isfinite(settings[i].value)) {
            diags_add_file(draft->diags, SEV_ERROR, file, "cannot set '%s' to what is no number",
                           name);
        } else {
            declared_of(symbol)->overridden = true;
            declared_of(symbol)->setting = settings[i].value;
        }
    }
}

/* Sizes of an array; marks it broken after a fault. */
static void size_array(struct checker *c, struct declared *d)
{
    struct symbol *symbol = &d->symbol;
    size_t max = symbol->kind == SYM_PARAM   ? SYNTAX_MAX_PARAMS
                 : symbol->kind == SYM_INPUT ? SYNTAX_MAX_INPUTS
                                             : SYNTAX_MAX_TERMS;
    char what[SYNTAX_MAX_NAME + 24];
    snprintf(what, sizeof what, "the size of '%s'", symbol->name);
    for (size_t i = 0; i < symbol->rank && !d->broken; i++) {
        double start = 1;
        if (d->starts[i] != NULL && !checker_constant(c, d->starts[i], what, &start)) {
            d->broken = true;
        } else if (start != 1) {
            draft_error(c->draft, d->starts[i]->at, "arrays count from 1");
            d->broken = true;
        } else if (!checker_size(c, d->sizes[i], what, max, &symbol->extents[i])) {
            d->broken = true;
        } else if (symbol->count > max / symbol->extents[i]) {
            draft_error(c->draft, symbol->at, "'%s' has more than %zu elements", symbol->name, max);
            d->broken = true;
        } else {
            symbol->count *= symbol->extents[i];
        }
    }
}

/* Two ends in order, finite and apart. what: "box" or "range". */
static bool check_ends(struct checker *c, const struct symbol *symbol, const char *what)
{
    struct span at = {symbol->low->at.offset,
                      symbol->high->at.offset + symbol->high->at.length - symbol->low->at.offset};
    double low = symbol->low_value, high = symbol->high_value;
    if (low > high) {
        draft_error(c->draft, at, "the %s of '%s' has its ends swapped", what, symbol->name);
    } else if (low == high) {
        draft_error(c->draft, at, "the %s of '%s' has zero width", what, symbol->name);
    } else if (!isfinite(high - low)) {
        draft_error(c->draft, at, "the %s of '%s' is too wide", what, symbol->name);
    } else {
        return true;
    }
    return false;
}

static bool evaluate_ends(struct checker *c, struct symbol *symbol, const char *what)
{
    char name[SYNTAX_MAX_NAME + 40];
    snprintf(name, sizeof name, "an end of the %s of '%s'", what, symbol->name);
    return symbol->low != NULL && symbol->high != NULL &&
           checker_constant(c, symbol->low, name, &symbol->low_value) &&
           checker_constant(c, symbol->high, name, &symbol->high_value) &&
           check_ends(c, symbol, what);
}

static void check_param(struct checker *c, struct declared *d)
{
    struct syntax *syntax = c->draft->syntax;
    struct symbol *symbol = &d->symbol;
    if (d->box_of != NULL) {
        symbol->low_value = d->box_of->symbol.low_value;
        symbol->high_value = d->box_of->symbol.high_value;
        d->broken |= d->box_of->broken;
    } else if (!d->broken) {
        d->broken = !evaluate_ends(c, symbol, "box");
    }
    if (d->broken || c->draft->faulty_params) {
        c->draft->faulty_params = true;
        return;
    }
    if (syntax->dim + symbol->count > SYNTAX_MAX_PARAMS) {
        draft_error(
            c->draft, symbol->at,
            "a model has at most %d parameters, counting each element; with '%s' it has %zu",
            SYNTAX_MAX_PARAMS, symbol->name, syntax->dim + symbol->count);
        c->draft->faulty_params = true;
        return;
    }
    symbol->first = syntax->dim;
    syntax->dim += symbol->count;
}

static void check_knob(struct checker *c, struct declared *d)
{
    struct symbol *symbol = &d->symbol;
    if (d->broken || !checker_constant(c, symbol->value, "the start of a knob", &symbol->number) ||
        !evaluate_ends(c, symbol, "range")) {
        d->broken = true;
        return;
    }
    char low[32], high[32], value[32];
    text_number(low, sizeof low, symbol->low_value, KNOB_DIGITS);
    text_number(high, sizeof high, symbol->high_value, KNOB_DIGITS);
    if (symbol->number < symbol->low_value || symbol->number > symbol->high_value) {
        draft_error(c->draft, symbol->value->at, "the knob '%s' starts outside its range, [%s, %s]",
                    symbol->name, low, high);
    }
    if (!d->overridden) {
        return;
    }
    symbol->number = d->setting;
    double room = KNOB_ROUNDING * (symbol->high_value - symbol->low_value);
    if (d->setting < symbol->low_value && d->setting >= symbol->low_value - room) {
        d->setting = symbol->number = symbol->low_value;
    } else if (d->setting > symbol->high_value && d->setting <= symbol->high_value + room) {
        d->setting = symbol->number = symbol->high_value;
    }
    if (d->setting < symbol->low_value || d->setting > symbol->high_value) {
        text_number(value, sizeof value, d->setting, KNOB_DIGITS);
        diags_add_file(c->draft->diags, SEV_ERROR, c->draft->syntax->file,
                       "the knob '%s' goes from %s to %s, not to %s", symbol->name, low, high,
                       value);
    }
}

static void check_symbols(struct checker *c)
{
    struct draft *draft = c->draft;
    for (size_t i = 0; i < draft->n_symbols; i++) {
        checker_visit(c, draft->symbols[i]);
    }
    for (size_t i = 0; i < draft->n_symbols; i++) {
        struct declared *d = draft->symbols[i];
        size_array(c, d);
        if (d->symbol.kind == SYM_PARAM) {
            check_param(c, d);
        } else if (d->symbol.kind == SYM_KNOB) {
            check_knob(c, d);
        }
    }
    if (draft->faulty_params) {
        draft->syntax->dim = 0; /* not known: what depends on it is not checked */
    }
    for (size_t i = 0; i < draft->n_symbols; i++) {
        enum symbol_kind kind = draft->symbols[i]->symbol.kind;
        if (kind == SYM_LET || kind == SYM_OBSERVE) {
            checker_expand_let(c, draft->symbols[i]);
        }
    }
}

static void check_potential(struct checker *c)
{
    static const struct context in_potential = {ALLOW_W, "the potential"};
    struct draft *draft = c->draft;
    struct syntax *syntax = draft->syntax;
    unsigned uses = 0;
    if (syntax->potential_name != NULL) {
        const char *name = syntax->potential_name;
        const struct symbol *old = scope_find(&draft->scope, name, strlen(name));
        if (old != NULL) {
            draft_error(draft, syntax->potential_at, "'%s' is already defined on line %zu", name,
                        draft_line(draft, old->at.offset));
        }
    }
    checker_resolve(c, &syntax->potential, &in_potential, &uses);
    checker_expand(c, syntax->potential);
    if (syntax->potential != NULL && !(uses & BIT(SYM_PARAM))) {
        draft_warning(draft, syntax->potential_at, "the potential depends on no parameter");
    }
}

static void check_regions(struct checker *c)
{
    static const struct context in_region = {ALLOW_W, "a region"};
    struct draft *draft = c->draft;
    struct scope names = {0};
    for (size_t i = 0; i < draft->n_regions; i++) {
        struct region_stmt *region = &draft->regions[i];
        unsigned uses = 0;
        checker_resolve(c, &region->condition, &in_region, &uses);
        checker_expand(c, region->condition);
        if (region->condition != NULL && !(uses & BIT(SYM_PARAM))) {
            draft_warning(draft, region->at, "this region depends on no parameter");
        }
        struct symbol *old = scope_find(&names, region->name, strlen(region->name));
        if (old != NULL) {
            draft_error(draft, region->at, "there is already a region '%.80s' on line %zu",
                        region->name, draft_line(draft, old->at.offset));
            continue;
        }
        struct symbol *named = arena_new(&draft->syntax->arena, 1, sizeof *named);
        named->name = region->name;
        named->at = region->at;
        scope_add(&names, named);
    }
    scope_done(&names);
}

/* The first statement of a likelihood; false if there is none. */
static bool likelihood_at(const struct draft *draft, struct span *at)
{
    if (draft->n_outputs > 0) {
        *at = draft->outputs[0].at;
    } else if (draft->n_truths > 0) {
        *at = draft->truths[0].at;
    } else if (draft->syntax->data_file != NULL) {
        *at = draft->syntax->data_at;
    } else if (draft->n_inputs > 0) {
        *at = draft->inputs[0].at;
    } else {
        return false;
    }
    return true;
}

/* Exactly one kind of model, and parameters. */
static void check_kind(struct checker *c)
{
    struct draft *draft = c->draft;
    struct syntax *syntax = draft->syntax;
    struct span at;
    bool likelihood = likelihood_at(draft, &at);
    if (draft->has_potential && likelihood) {
        draft_error(
            draft, at,
            "two kinds of model in one file: the potential on line %zu, and this likelihood",
            draft_line(draft, syntax->potential_at.offset));
    } else if (!draft->has_potential && draft->n_outputs == 0 && !draft->faulty_kind) {
        diags_add_file(draft->diags, SEV_ERROR, syntax->file,
                       "a model needs 'potential K = ...' or 'output y ~ ...'");
    }
    bool params = draft->faulty_params;
    for (size_t i = 0; i < draft->n_symbols && !params; i++) {
        params = draft->symbols[i]->symbol.kind == SYM_PARAM;
    }
    if (!params) {
        diags_add_file(draft->diags, SEV_ERROR, syntax->file,
                       "a model needs parameters: 'param w1, w2 in [-2, 2]'");
    }
}

static void warn_unused(struct checker *c)
{
    for (size_t i = 0; i < c->draft->n_symbols && c->draft->diags->n_errors == 0; i++) {
        const struct declared *d = c->draft->symbols[i];
        if (d->symbol.kind == SYM_LET && !d->used) {
            draft_warning(c->draft, d->symbol.at, "the let '%s' is not used", d->symbol.name);
        }
    }
}

static void *freeze(struct arena *arena, const void *items, size_t count, size_t size)
{
    void *kept = arena_new(arena, count, size);
    if (count > 0) {
        memcpy(kept, items, count * size);
    }
    return kept;
}

static void fill(struct draft *draft)
{
    struct syntax *syntax = draft->syntax;
    struct arena *arena = &syntax->arena;
    syntax->n_symbols = draft->n_symbols;
    syntax->symbols = arena_new(arena, draft->n_symbols, sizeof *syntax->symbols);
    for (size_t i = 0; i < draft->n_symbols; i++) {
        syntax->symbols[i] = &draft->symbols[i]->symbol;
    }
    syntax->n_inputs = draft->n_inputs;
    syntax->inputs = freeze(arena, draft->inputs, draft->n_inputs, sizeof *draft->inputs);
    syntax->n_outputs = draft->n_outputs;
    syntax->outputs = freeze(arena, draft->outputs, draft->n_outputs, sizeof *draft->outputs);
    syntax->n_truths = draft->n_truths;
    syntax->truths = arena_new(arena, draft->n_truths, sizeof *syntax->truths);
    for (size_t i = 0; i < draft->n_truths; i++) {
        const struct truth_draft *truth = &draft->truths[i];
        syntax->truths[i] =
            (struct random_stmt){truth->target->symbol, truth->at, truth->distribution};
    }
    syntax->n_priors = draft->n_priors;
    syntax->priors = freeze(arena, draft->priors, draft->n_priors, sizeof *draft->priors);
    syntax->n_regions = draft->n_regions;
    syntax->regions = freeze(arena, draft->regions, draft->n_regions, sizeof *draft->regions);
    syntax->n_expects = draft->n_expects;
    syntax->expects = arena_new(arena, draft->n_expects, sizeof *syntax->expects);
    for (size_t i = 0; i < draft->n_expects; i++) {
        syntax->expects[i] = draft->expects[i].stmt;
    }
}

void draft_check(struct draft *draft, const struct setting *settings, size_t n_settings)
{
    struct checker checker = {.draft = draft, .budget = SYNTAX_MAX_TERMS};
    struct checker *c = &checker;
    apply_settings(c, settings, n_settings);
    check_symbols(c);
    check_potential(c);
    checker_randoms(c);
    checker_priors(c);
    check_regions(c);
    checker_views(c);
    checker_expects(c);
    check_kind(c);
    warn_unused(c);
    fill(draft);
    mem_free(c->path);
}
