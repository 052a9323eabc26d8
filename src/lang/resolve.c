/* Looking up names: what they stand for, whether they may stand there, and circles of definitions.
 */
#include "checker.h"

#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "words.h"

struct findings {
    bool ok;
    unsigned uses;
    size_t height;
};

static const struct context in_index = {ALLOW_CONST, "an index"};
static const struct context in_range = {ALLOW_CONST, "a range"};

static struct findings resolve(struct checker *c, struct expr *expr, const struct context *context);

static const char *const kind_phrases[] = {
    [SYM_CONST] = "a const",         [SYM_KNOB] = "a knob",      [SYM_PARAM] = "a parameter",
    [SYM_INPUT] = "an input",        [SYM_OUTPUT] = "an output", [SYM_LET] = "a let",
    [SYM_OBSERVE] = "an observable", [SYM_INDEX] = "an index",
};

const char *checker_kind_phrase(enum symbol_kind kind)
{
    return kind_phrases[kind];
}

const char *checker_kind_name(enum symbol_kind kind)
{
    return strchr(kind_phrases[kind], ' ') + 1;
}

/* Two known names written together, such as xy: returns the length of the first, or 0. */
static size_t split_product(const struct checker *c, const char *name, size_t length)
{
    for (size_t i = 1; i < length; i++) {
        if (scope_find(&c->draft->scope, name, i) != NULL &&
            scope_find(&c->draft->scope, name + i, length - i) != NULL) {
            return i;
        }
    }
    return 0;
}

static void offer_functions(struct nearest *nearest)
{
    for (enum op op = 0; op < OP_COUNT; op++) {
        if (op_is_function(op)) {
            nearest_offer(nearest, op_info(op)->name);
        }
    }
    nearest_offer(nearest, "sum");
    nearest_offer(nearest, "prod");
}

/* What other languages call it; NULL if that is no such name. */
static const char *foreign_name(const char *name)
{
    static const char *const pairs[][2] = {
        {"ln", "log(x)"},
        {"sgn", "sign(x)"},
        {"heaviside", "step(x)"},
        {"silu", "swish(x)"},
        {"logistic", "sigmoid(x)"},
        {"fabs", "abs(x)"},
        {"sqr", "x^2"},
        {"square", "x^2"},
        {"tan", "sin(x)/cos(x)"},
        {"sinh", "(exp(x) - exp(-x))/2"},
        {"cosh", "(exp(x) + exp(-x))/2"},
        {"inf", "a finite number"},
        {"nan", "a finite number"},
        {"e", "exp(1)"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (strcmp(pairs[i][0], name) == 0) {
            return pairs[i][1];
        }
    }
    return NULL;
}

/* What a mistyped name was meant to be; NULL if nothing is similar.  A name that is not called is a
   function only if it is very like one. */
static const char *similar_name(const struct checker *c, const char *name, bool call)
{
    struct nearest function, symbol;
    nearest_start(&function, name);
    symbol = function;
    offer_functions(&function);
    if (call) {
        return function.best;
    }
    for (const struct index_scope *i = c->indices; i != NULL; i = i->outer) {
        nearest_offer(&symbol, i->symbol->name);
    }
    for (size_t i = 0; i < c->draft->n_symbols; i++) {
        nearest_offer(&symbol, c->draft->symbols[i]->symbol.name);
    }
    bool better = function.distance <= 1 && function.distance < symbol.distance;
    return better ? function.best : symbol.best;
}

static void report_unknown(struct checker *c, const struct expr *expr, bool call)
{
    struct draft *draft = c->draft;
    if (draft->diags->count == DIAGS_MAX) {
        draft_error(draft, expr->at, "%s", ""); /* only counted: no search */
        return;
    }
    size_t length = 0;
    const char *s = draft_name(draft, expr, &length);
    char name[4 * SYNTAX_MAX_NAME];
    snprintf(name, sizeof name, "%.*s", (int)(length < 200 ? length : 200), s);
    const char *near = similar_name(c, name, call);
    struct span at = {expr->at.offset, length};
    const char *other = foreign_name(name);
    size_t split = call ? 0 : split_product(c, s, length);
    if (other != NULL) {
        draft_error(draft, at, "unknown name '%s': write %s", name, other);
    } else if (split > 0) {
        draft_error(draft, at, "unknown name '%s': a product needs '*': write %.*s*%s", name,
                    (int)split, name, name + split);
    } else if (near != NULL) {
        draft_error(draft, at, "unknown name '%s'; did you mean '%s'?", name, near);
    } else {
        draft_error(draft, at, "unknown name '%s'", name);
    }
}

struct symbol *checker_find(struct checker *c, const struct expr *name)
{
    size_t length = 0;
    const char *s = draft_name(c->draft, name, &length);
    for (const struct index_scope *i = c->indices; i != NULL; i = i->outer) {
        if (strncmp(i->symbol->name, s, length) == 0 && i->symbol->name[length] == '\0') {
            return i->symbol;
        }
    }
    struct symbol *symbol = scope_find(&c->draft->scope, s, length);
    if (symbol == NULL) {
        report_unknown(c, name, false);
    } else {
        declared_of(symbol)->used = true;
    }
    return symbol;
}

/* Names the circle that leads back to `again`: "a → b → a". */
static void report_circle(struct checker *c, struct declared *again)
{
    enum { SHOWN_MAX = 8 };
    struct text text;
    text_init(&text);
    size_t i = c->n_path, shown = 0;
    while (i > 0 && c->path[i - 1] != again) {
        i--;
    }
    for (i -= i > 0; i < c->n_path; i++) {
        c->path[i]->broken = true;
        if (shown++ < SHOWN_MAX) {
            text_addf(&text, "%s → ", c->path[i]->symbol.name);
        }
    }
    if (shown > SHOWN_MAX) {
        text_add(&text, "… → ");
    }
    draft_error(c->draft, again->symbol.at, "circular definition: %s%s", text_get(&text),
                again->symbol.name);
    text_done(&text);
}

/* False, and reported, if a symbol may not stand here. */
static bool check_allowed(struct checker *c, const struct expr *expr, const struct declared *d,
                          const struct context *context)
{
    enum symbol_kind kind = d->symbol.kind;
    if (!(context->allowed & BIT(kind))) {
        bool fix = kind == SYM_LET && context->allowed == ALLOW_CONST;
        draft_error(c->draft, expr->at, "%s cannot use the %s '%s'%s", context->what,
                    checker_kind_name(kind), d->symbol.name, fix ? "; define it with const" : "");
        return false;
    }
    if (kind != SYM_LET && kind != SYM_OBSERVE) {
        return true;
    }
    for (enum symbol_kind k = SYM_CONST; k <= SYM_OUTPUT; k++) {
        if ((d->uses & BIT(k)) && !(context->allowed & BIT(k))) {
            draft_error(c->draft, expr->at, "%s cannot use the %s '%s': it depends on the %ss",
                        context->what, checker_kind_name(kind), d->symbol.name,
                        checker_kind_name(k));
            return false;
        }
    }
    return true;
}

static bool check_rank(struct checker *c, const struct expr *expr, struct symbol *symbol)
{
    static const char *const forms[] = {"", "[i]", "[i, j]", "[i, j, k]"};
    if (expr->n_args == symbol->rank || declared_of(symbol)->shapeless) {
        return true;
    }
    if (symbol->rank == 0) {
        draft_error(c->draft, expr->at, "the %s '%s' is a single number and has no index",
                    checker_kind_name(symbol->kind), symbol->name);
    } else if (expr->n_args == 0) {
        draft_error(c->draft, expr->at, "'%s' is an array: write %s%s", symbol->name, symbol->name,
                    forms[symbol->rank]);
    } else {
        draft_error(c->draft, expr->at, "'%s' has %zu %s, not %zu: write %s%s", symbol->name,
                    symbol->rank, symbol->rank == 1 ? "index" : "indices", expr->n_args,
                    symbol->name, forms[symbol->rank]);
    }
    return false;
}

static struct findings resolve_args(struct checker *c, struct expr *expr,
                                    const struct context *context)
{
    struct findings all = {true, 0, 0};
    for (size_t i = 0; i < expr->n_args; i++) {
        struct findings one = resolve(c, expr->args[i], context);
        all.ok &= one.ok;
        all.uses |= one.uses;
        all.height = one.height > all.height ? one.height : all.height;
    }
    all.height++;
    return all;
}

static struct findings resolve_name(struct checker *c, struct expr *expr,
                                    const struct context *context)
{
    struct findings found = resolve_args(c, expr, &in_index);
    struct symbol *symbol = checker_find(c, expr);
    if (symbol == NULL) {
        found.ok = false;
        return found;
    }
    expr->symbol = symbol;
    found.ok &= check_rank(c, expr, symbol);
    if (symbol->kind == SYM_INDEX) {
        return found;
    }
    struct declared *d = declared_of(symbol);
    if (d->state == VISITING) {
        if (!d->broken) {
            report_circle(c, d);
        }
        found.ok = false;
        return found;
    }
    checker_visit(c, d);
    found.ok = check_allowed(c, expr, d, context) && found.ok && !d->broken;
    bool defined = symbol->kind == SYM_LET || symbol->kind == SYM_OBSERVE;
    found.uses = (defined ? d->uses : BIT(symbol->kind)) | found.uses;
    found.height = d->height >= found.height ? d->height + 1 : found.height;
    return found;
}

static bool check_call(struct checker *c, struct expr *expr)
{
    if (expr->op == OP_COUNT) {
        size_t length = 0;
        const char *s = draft_name(c->draft, expr, &length);
        const struct symbol *symbol = scope_find(&c->draft->scope, s, length);
        if (symbol == NULL) {
            report_unknown(c, expr, true);
        } else {
            draft_error(c->draft, (struct span){expr->at.offset, length},
                        "'%s' is %s, not a function; a product needs '*': write %s*(...)",
                        symbol->name, checker_kind_phrase(symbol->kind), symbol->name);
        }
        return false;
    }
    size_t arity = (size_t)op_info(expr->op)->arity;
    if (expr->n_args != arity) {
        draft_error(c->draft, expr->at, "'%s' takes %zu argument%s, not %zu",
                    op_info(expr->op)->name, arity, arity == 1 ? "" : "s", expr->n_args);
        return false;
    }
    return true;
}

/* Reports an index whose name means something else already. */
static bool check_index_name(struct checker *c, const struct symbol *index)
{
    const struct symbol *taken = scope_find(&c->draft->scope, index->name, strlen(index->name));
    if (taken != NULL) {
        draft_error(c->draft, index->at, "the index '%s' has the name of the %s on line %zu",
                    index->name, checker_kind_name(taken->kind),
                    draft_line(c->draft, taken->at.offset));
        return false;
    }
    for (const struct index_scope *i = c->indices; i != NULL; i = i->outer) {
        if (strcmp(i->symbol->name, index->name) == 0) {
            draft_error(c->draft, index->at, "the index '%s' is already in use around here",
                        index->name);
            return false;
        }
    }
    return true;
}

static struct findings resolve_sum(struct checker *c, struct expr *expr,
                                   const struct context *context)
{
    struct findings low = resolve(c, expr->args[0], &in_range);
    struct findings high = resolve(c, expr->args[1], &in_range);
    bool named = check_index_name(c, expr->symbol);
    struct index_scope scope = {expr->symbol, c->indices};
    c->indices = &scope;
    struct findings found = resolve(c, expr->args[2], context);
    c->indices = scope.outer;
    found.ok = found.ok && named && low.ok && high.ok;
    found.height = found.height > low.height ? found.height : low.height;
    found.height = (found.height > high.height ? found.height : high.height) + 1;
    return found;
}

static struct findings resolve(struct checker *c, struct expr *expr, const struct context *context)
{
    struct findings found = {true, 0, 1};
    if (c->level > SYNTAX_MAX_HEIGHT) {
        draft_error(c->draft, expr->at, "definitions lean on each other more than %d deep",
                    SYNTAX_MAX_HEIGHT);
        found.ok = false;
        return found;
    }
    c->level++;
    switch (expr->kind) {
    case EX_NUMBER:
        break;
    case EX_NAME:
        found = resolve_name(c, expr, context);
        break;
    case EX_OP:
        found = resolve_args(c, expr, context);
        found.ok = check_call(c, expr) && found.ok;
        break;
    case EX_SUM:
    case EX_PROD:
        found = resolve_sum(c, expr, context);
        break;
    }
    c->level--;
    if (found.ok && found.height > SYNTAX_MAX_HEIGHT) {
        draft_error(c->draft, expr->at, "definitions lean on each other more than %d deep",
                    SYNTAX_MAX_HEIGHT);
        found.ok = false;
    }
    return found;
}

static size_t resolve_root(struct checker *c, struct expr **expr, const struct context *context,
                           unsigned *uses)
{
    if (*expr == NULL) {
        return 0;
    }
    struct findings found = resolve(c, *expr, context);
    if (uses != NULL) {
        *uses |= found.uses;
    }
    if (!found.ok) {
        *expr = NULL;
    }
    return found.height;
}

void checker_resolve(struct checker *c, struct expr **expr, const struct context *context,
                     unsigned *uses)
{
    resolve_root(c, expr, context, uses);
}

static void visit_sizes(struct checker *c, struct declared *d)
{
    static const struct context in_size = {ALLOW_CONST, "the size of an array"};
    for (size_t i = 0; i < d->symbol.rank; i++) {
        checker_resolve(c, &d->sizes[i], &in_size, NULL);
        d->broken |= d->sizes[i] == NULL;
        if (d->symbol.kind == SYM_LET) {
            checker_resolve(c, &d->starts[i], &in_size, NULL);
            d->broken |= d->starts[i] == NULL;
        }
    }
}

static void visit_let(struct checker *c, struct declared *d)
{
    static const struct context in_let = {ALLOW_LET, "a let"};
    struct index_scope scopes[SYNTAX_MAX_RANK];
    visit_sizes(c, d);
    for (size_t i = 0; i < d->symbol.rank; i++) {
        d->broken |= !check_index_name(c, d->symbol.indices[i]);
        scopes[i] = (struct index_scope){d->symbol.indices[i], c->indices};
        c->indices = &scopes[i];
    }
    d->height = resolve_root(c, &d->symbol.value, &in_let, &d->uses);
    d->broken |= d->symbol.value == NULL;
}

static void visit_const(struct checker *c, struct declared *d)
{
    static const struct context in_const = {ALLOW_CONST, "a const"};
    char what[SYNTAX_MAX_NAME + 16];
    snprintf(what, sizeof what, "the const '%s'", d->symbol.name);
    d->height = resolve_root(c, &d->symbol.value, &in_const, NULL);
    d->broken |=
        d->symbol.value == NULL || !checker_constant(c, d->symbol.value, what, &d->symbol.number);
    if (d->overridden) {
        d->symbol.number = d->setting;
    }
}

static void visit_param(struct checker *c, struct declared *d)
{
    static const struct context in_box = {ALLOW_CONST, "the box of a parameter"};
    visit_sizes(c, d);
    if (d->box_of != NULL) {
        d->symbol.low = d->box_of->symbol.low;
        d->symbol.high = d->box_of->symbol.high;
        return;
    }
    checker_resolve(c, &d->symbol.low, &in_box, NULL);
    checker_resolve(c, &d->symbol.high, &in_box, NULL);
}

static void visit_knob(struct checker *c, struct declared *d)
{
    static const struct context in_knob = {ALLOW_CONST, "a knob"};
    checker_resolve(c, &d->symbol.value, &in_knob, NULL);
    checker_resolve(c, &d->symbol.low, &in_knob, NULL);
    checker_resolve(c, &d->symbol.high, &in_knob, NULL);
    d->broken |= d->symbol.value == NULL || d->symbol.low == NULL || d->symbol.high == NULL;
}

void checker_visit(struct checker *c, struct declared *d)
{
    static const struct context in_observe = {ALLOW_W, "an observable"};
    if (d->state == VISITED) {
        return;
    }
    const struct index_scope *before = c->indices;
    c->indices = NULL; /* the indices of a sum are not seen by what stands elsewhere */
    d->state = VISITING;
    MEM_GROW(c->path, c->n_path, c->path_capacity);
    c->path[c->n_path++] = d;
    switch (d->symbol.kind) {
    case SYM_CONST:
        visit_const(c, d);
        break;
    case SYM_KNOB:
        visit_knob(c, d);
        break;
    case SYM_PARAM:
        visit_param(c, d);
        break;
    case SYM_INPUT:
        visit_sizes(c, d);
        break;
    case SYM_LET:
        visit_let(c, d);
        break;
    case SYM_OBSERVE:
        d->height = resolve_root(c, &d->symbol.value, &in_observe, &d->uses);
        d->broken |= d->symbol.value == NULL;
        break;
    case SYM_OUTPUT:
    case SYM_INDEX:
        break;
    }
    c->n_path--;
    c->indices = before;
    d->state = VISITED;
}
