/* Walks a model's syntax tree to exact forms: numbers as they are written, names by what they mean.
 */
#include "exact_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"

enum { MAX_DEPTH = 4000, MAX_STEPS = 1000000, MAX_WORDS = 48, MAX_OPEN = 8 };

struct exact_memo {
    const struct symbol *symbol;
    struct exact_form **forms; /* [symbol->count] */
};

/* Indices of sums around an expression that stand in it, by their places in the source. */
struct open_indices {
    const struct expr *at[MAX_OPEN];
    size_t n;
    bool too_many;
};

static void find_open(const struct expr *expr, const struct symbol *const *bound, size_t n_bound,
                      struct open_indices *out)
{
    const struct symbol *inner[MAX_OPEN];
    bool index = expr->kind == EX_NAME && expr->symbol->kind == SYM_INDEX;
    for (size_t i = 0; i < n_bound; i++) {
        inner[i] = bound[i];
        index = index && bound[i] != expr->symbol;
    }
    if (expr->kind == EX_SUM || expr->kind == EX_PROD)
        inner[n_bound++] = expr->symbol;
    if (n_bound >= MAX_OPEN || (index && out->n == MAX_OPEN)) {
        out->too_many = true;
        return;
    }
    if (index)
        out->at[out->n++] = expr;
    for (size_t i = 0; i < expr->n_args && !out->too_many; i++)
        find_open(expr->args[i], inner, n_bound, out);
}

/* The source with the values that indices of sums around it have just now. */
static void add_source(const struct syntax *syntax, const struct expr *expr, struct text *out)
{
    struct open_indices open = {.n = 0};
    size_t end = expr->at.offset + expr->at.length;
    const char *source = syntax->source + expr->at.offset;
    find_open(expr, NULL, 0, &open);
    if (open.n == 0 || open.too_many || memchr(source, '#', expr->at.length) ||
        memchr(source, '\n', expr->at.length)) {
        syntax_expr_text(syntax, expr, out);
        return;
    }
    for (size_t i = expr->at.offset; i < end;) {
        const struct expr *index = NULL;
        for (size_t k = 0; k < open.n; k++)
            index = open.at[k]->at.offset == i ? open.at[k] : index;
        if (index != NULL)
            text_addf(out, "%ld", index->symbol->index_value);
        else
            text_addf(out, "%c", syntax->source[i]);
        i += index != NULL && index->at.length > 0 ? index->at.length : 1;
    }
}

const char *exact_source(struct exact_walk *walk, const struct expr *expr)
{
    struct text text;
    text_init(&text);
    add_source(walk->syntax, expr, &text);
    size_t length = text.length < MAX_WORDS ? text.length : MAX_WORDS - 3;
    char *copy = arena_text(walk->arena, text_get(&text), length);
    for (char *c = copy; *c != '\0'; c++)
        *c = (unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f ? ' ' : *c;
    const char *out = text.length < MAX_WORDS ? copy : arena_textf(walk->arena, "%s...", copy);
    text_done(&text);
    return out;
}

static struct exact_form *refuse(struct exact_walk *walk, const struct expr *expr)
{
    exact_fail(walk, ST_UNABLE, "%s is not a polynomial", exact_source(walk, expr));
    return NULL;
}

static struct exact_form *integer_form(struct exact_walk *walk, long value)
{
    return exact_form_of(walk, exact_integer(walk, value));
}

/* --- numbers and names ------------------------------------------------------------------------ */

static struct exact_form *lower_number(struct exact_walk *walk, const struct expr *expr)
{
    struct poly *number = NULL;
    const char *text = walk->syntax->source + expr->at.offset;
    if (expr->at.length == 2 && strncmp(text, "pi", 2) == 0)
        return exact_form_of(walk, exact_atom_of(walk, OP_CONST, NULL, expr->number, "pi"));
    if (poly_number(walk->n_vars, text, expr->at.length, &number) == ST_OK)
        return exact_form_of(walk, exact_keep(walk, number));
    return exact_form_of(walk, exact_decimal(walk, expr->number));
}

static bool name_offset(struct exact_walk *walk, const struct expr *name, size_t *offset,
                        long *index)
{
    const struct symbol *symbol = name->symbol;
    *offset = 0;
    if (name->n_args != symbol->rank)
        return exact_fail(walk, ST_UNABLE, "%s: wrong number of indices", symbol->name);
    for (size_t k = 0; k < symbol->rank; k++) {
        double value = syntax_constant(name->args[k]);
        if (!(value >= 1 && value <= (double)symbol->extents[k]))
            return exact_fail(walk, ST_UNABLE, "%s: an index is out of range", symbol->name);
        index[k] = (long)value;
        *offset = *offset * symbol->extents[k] + (size_t)(index[k] - 1);
    }
    return true;
}

static struct exact_memo *find_memo(struct exact_walk *walk, const struct symbol *symbol)
{
    size_t n = walk->syntax->n_symbols;
    if (walk->memos == NULL)
        walk->memos = arena_new(walk->arena, n + 1, sizeof *walk->memos);
    for (size_t i = 0; i <= n; i++)
        if (walk->memos[i].symbol == symbol || walk->memos[i].symbol == NULL) {
            walk->memos[i].symbol = symbol;
            return &walk->memos[i];
        }
    return NULL;
}

void exact_lower_forget(struct exact_walk *walk)
{
    walk->memos = NULL;
}

static struct exact_form *lower_named(struct exact_walk *walk, const struct expr *name)
{
    struct symbol *symbol = name->symbol;
    long index[SYNTAX_MAX_RANK] = {0}, before[SYNTAX_MAX_RANK] = {0};
    size_t offset;
    if (!name_offset(walk, name, &offset, index))
        return NULL;
    struct exact_memo *memo = find_memo(walk, symbol);
    if (memo == NULL || symbol->value == NULL)
        return refuse(walk, name);
    if (memo->forms == NULL)
        memo->forms = arena_new(walk->arena, symbol->count + 1, sizeof(struct exact_form *));
    struct exact_form **forms = memo->forms;
    if (forms[offset] != NULL)
        return forms[offset];
    for (size_t k = 0; k < symbol->rank; k++) {
        before[k] = symbol->indices[k]->index_value;
        symbol->indices[k]->index_value = index[k];
    }
    struct exact_form *form = exact_lower(walk, symbol->value);
    for (size_t k = 0; k < symbol->rank; k++)
        symbol->indices[k]->index_value = before[k];
    forms[offset] = form;
    return form;
}

static struct exact_form *lower_fixed(struct exact_walk *walk, const struct expr *name)
{
    const struct symbol *symbol = name->symbol;
    const struct model *model = walk->model;
    for (size_t i = model->n_settings; i-- > 0;)
        if (strcmp(model->settings[i].name, symbol->name) == 0)
            return exact_form_of(walk, exact_decimal(walk, model->settings[i].value));
    if (symbol->value == NULL)
        return exact_form_of(walk, exact_decimal(walk, symbol->number));
    return lower_named(walk, name);
}

static struct exact_form *lower_input(struct exact_walk *walk, const struct expr *name)
{
    size_t offset, first = 0;
    long index[SYNTAX_MAX_RANK];
    const struct syntax *syntax = walk->syntax;
    if (!walk->inputs_allowed)
        return refuse(walk, name);
    if (!name_offset(walk, name, &offset, index))
        return NULL;
    for (size_t i = 0; i < syntax->n_inputs && syntax->inputs[i].symbol != name->symbol; i++)
        first += syntax->inputs[i].symbol->count;
    if (walk->input_values[first + offset] != NULL)
        return exact_form_of(walk, walk->input_values[first + offset]);
    return exact_form_of(walk, walk->variables[walk->dim + first + offset]);
}

static struct exact_form *lower_name(struct exact_walk *walk, const struct expr *name)
{
    const struct symbol *symbol = name->symbol;
    long index[SYNTAX_MAX_RANK];
    size_t offset;
    switch (symbol->kind) {
    case SYM_CONST:
    case SYM_KNOB:
        return lower_fixed(walk, name);
    case SYM_INDEX:
        return integer_form(walk, symbol->index_value);
    case SYM_PARAM:
        if (!name_offset(walk, name, &offset, index))
            return NULL;
        return exact_form_of(walk, walk->variables[symbol->first + offset]);
    case SYM_LET:
    case SYM_OBSERVE:
        return lower_named(walk, name);
    case SYM_INPUT:
        return lower_input(walk, name);
    case SYM_OUTPUT:
        break;
    }
    return refuse(walk, name);
}

/* --- sums and products ------------------------------------------------------------------------ */

struct form_list {
    struct exact_form **items;
    bool *minus;
    size_t n, capacity, minus_capacity;
};

static void list_add(struct exact_walk *walk, struct form_list *list, struct exact_form *form,
                     bool minus)
{
    list->items =
        arena_grow(walk->arena, list->items, list->n, &list->capacity, sizeof *list->items);
    list->minus =
        arena_grow(walk->arena, list->minus, list->n, &list->minus_capacity, sizeof *list->minus);
    list->items[list->n] = form;
    list->minus[list->n++] = minus;
}

static struct exact_form *list_sum(struct exact_walk *walk, const struct form_list *list)
{
    return exact_form_sum(walk, (const struct exact_form *const *)list->items, list->minus,
                          list->n);
}

static struct exact_form *lower_range(struct exact_walk *walk, const struct expr *expr)
{
    struct symbol *index = expr->symbol;
    long before = index->index_value;
    double from = syntax_constant(expr->args[0]), to = syntax_constant(expr->args[1]);
    if (!(fabs(from) < 1e9 && fabs(to) < 1e9))
        return refuse(walk, expr);
    struct form_list list = {0};
    struct exact_form *product = expr->kind == EX_PROD ? integer_form(walk, 1) : NULL;
    for (long i = (long)from; i <= (long)to && walk->status == ST_OK; i++) {
        index->index_value = i;
        struct exact_form *form = exact_lower(walk, expr->args[2]);
        if (expr->kind == EX_PROD)
            product = exact_form_mul(walk, product, form);
        else
            list_add(walk, &list, form, false);
    }
    index->index_value = before;
    return walk->status != ST_OK ? NULL : product ? product : list_sum(walk, &list);
}

static bool is_chained(const struct expr *expr, bool sum)
{
    if (expr->kind != EX_OP || expr->n_args != 2)
        return false;
    return sum ? expr->op == OP_ADD || expr->op == OP_SUB
               : expr->op == OP_MUL || expr->op == OP_DIV;
}

/* A chain of any length leans to the left, so it is walked and not recursed into. */
static struct exact_form *lower_chain(struct exact_walk *walk, const struct expr *expr, bool sum)
{
    size_t length = 0;
    const struct expr *first = expr;
    for (; is_chained(first, sum); first = first->args[0])
        length++;
    const struct expr **links = arena_new(walk->arena, length, sizeof *links);
    for (size_t i = length; i-- > 0; expr = expr->args[0])
        links[i] = expr;
    struct form_list list = {0};
    struct exact_form *form = exact_lower(walk, first);
    list_add(walk, &list, form, false);
    for (size_t i = 0; i < length && walk->status == ST_OK; i++) {
        struct exact_form *next = exact_lower(walk, links[i]->args[1]);
        if (sum)
            list_add(walk, &list, next, links[i]->op == OP_SUB);
        else if (links[i]->op == OP_DIV)
            form = exact_form_mul(walk, form, exact_form_pow(walk, next, (struct rat){-1, 1}));
        else
            form = exact_form_mul(walk, form, next);
    }
    return walk->status != ST_OK ? NULL : sum ? list_sum(walk, &list) : form;
}

/* --- other operations ------------------------------------------------------------------------- */

static struct exact_form *lower_power(struct exact_walk *walk, const struct expr *expr)
{
    const struct poly *exponent = exact_lower_whole(walk, expr->args[1]);
    struct exact_form *base = exponent ? exact_lower(walk, expr->args[0]) : NULL;
    struct rat power;
    if (base == NULL)
        return NULL;
    if (!poly_is_constant(exponent) || !poly_rat(exponent, &power) || power.den > 1000 ||
        labs(power.num) > POLY_MAX_EXPONENT)
        return refuse(walk, expr);
    return exact_form_pow(walk, base, power);
}

/* Strict sign where it is certain, else 2; 0: certainly 0. */
static int certain_sign(struct exact_walk *walk, const struct poly *poly)
{
    if (poly_is_constant(poly))
        return poly_sign(poly);
    int sign = exact_sign(walk, poly);
    return sign ? sign : 2;
}

static struct exact_form *lower_comparison(struct exact_walk *walk, const struct expr *expr)
{
    const struct poly *a = exact_lower_whole(walk, expr->args[0]);
    const struct poly *b = a ? exact_lower_whole(walk, expr->args[1]) : NULL;
    const struct poly *d = exact_sub(walk, a, b);
    if (d == NULL)
        return NULL;
    int sign = certain_sign(walk, d);
    if (sign == 2)
        return refuse(walk, expr);
    bool truth = expr->op == OP_LT   ? sign < 0
                 : expr->op == OP_LE ? sign <= 0
                 : expr->op == OP_GT ? sign > 0
                 : expr->op == OP_GE ? sign >= 0
                 : expr->op == OP_EQ ? sign == 0
                                     : sign != 0;
    return integer_form(walk, truth);
}

/* 0, 1, or −1 after a failure. */
static int lower_condition(struct exact_walk *walk, const struct expr *expr)
{
    const struct poly *c = exact_lower_whole(walk, expr);
    int sign = c ? certain_sign(walk, c) : 2;
    if (c != NULL && sign == 2)
        refuse(walk, expr);
    return sign == 2 ? -1 : sign != 0;
}

static struct exact_form *lower_logic(struct exact_walk *walk, const struct expr *expr)
{
    int a = lower_condition(walk, expr->args[0]);
    if (a < 0)
        return NULL;
    if (expr->op == OP_NOT)
        return integer_form(walk, !a);
    if (expr->op == OP_IF)
        return exact_lower(walk, expr->args[a ? 1 : 2]);
    if ((expr->op == OP_AND && !a) || (expr->op == OP_OR && a))
        return integer_form(walk, a);
    int b = lower_condition(walk, expr->args[1]);
    return b < 0 ? NULL : integer_form(walk, b);
}

static struct exact_form *lower_least(struct exact_walk *walk, const struct expr *expr)
{
    struct exact_form *a = exact_lower(walk, expr->args[0]);
    struct exact_form *b = a ? exact_lower(walk, expr->args[1]) : NULL;
    const struct poly *d = exact_sub(walk, exact_form_whole(walk, a), exact_form_whole(walk, b));
    if (d == NULL)
        return NULL;
    int sign = certain_sign(walk, d);
    if (sign == 2)
        return refuse(walk, expr);
    return (expr->op == OP_MIN) == (sign < 0) ? a : b;
}

/* Piecewise linear functions where the argument keeps its sign. NULL without failure: it does not.
 */
static struct exact_form *piecewise(struct exact_walk *walk, enum op op, const struct poly *p)
{
    int sign = certain_sign(walk, p);
    if (sign == 2)
        return NULL;
    const struct poly *value = p;
    if (op == OP_STEP || op == OP_SIGN)
        value = exact_integer(walk, op == OP_STEP ? sign > 0 : sign);
    else if (op == OP_RELU && sign <= 0)
        value = exact_integer(walk, 0);
    else if (op == OP_LEAKY_RELU && sign < 0)
        value = exact_quotient(walk, p, exact_integer(walk, 100));
    return exact_form_of(walk, value);
}

/* f(0), and log(1), where they are fractions: of 0 and 1 the text. NULL: there is none. */
static const char *plain_value(enum op op, const struct poly *argument)
{
    bool zero = poly_is_zero(argument), one = exact_is_one(argument);
    if (op == OP_LOG)
        return one ? "0" : NULL;
    if (!zero)
        return NULL;
    if (op == OP_EXP || op == OP_COS)
        return "1";
    bool odd = op == OP_TANH || op == OP_SIN || op == OP_ERF || op == OP_EXPM1;
    return odd || op == OP_LOG1P || op == OP_LOG1P_GAP || op == OP_GELU ? "0" : NULL;
}

static struct exact_form *function_of(struct exact_walk *walk, const struct expr *expr, enum op op,
                                      const struct poly *argument)
{
    bool bent = op == OP_RELU || op == OP_LEAKY_RELU || op == OP_STEP || op == OP_SIGN;
    struct exact_form *form = bent ? piecewise(walk, op, argument) : NULL;
    const char *plain = plain_value(op, argument);
    if (form != NULL || walk->status != ST_OK)
        return form;
    if (plain != NULL)
        return integer_form(walk, *plain == '1');
    if (op == OP_STEP || op == OP_SIGN)
        return refuse(walk, expr);
    return exact_form_of(walk, exact_atom_of(walk, op, argument, 0, exact_source(walk, expr)));
}

/* sigmoid(z) = (1 + tanh(z/2))/2. */
static struct exact_form *lower_sigmoid(struct exact_walk *walk, const struct expr *expr,
                                        const struct poly *z)
{
    const struct poly *two = exact_integer(walk, 2);
    struct exact_form *bend = function_of(walk, expr, OP_TANH, exact_quotient(walk, z, two));
    const struct poly *sum = exact_add(walk, exact_integer(walk, 1), exact_form_whole(walk, bend));
    return exact_form_of(walk, sum ? exact_quotient(walk, sum, two) : NULL);
}

static struct exact_form *lower_function(struct exact_walk *walk, const struct expr *expr)
{
    struct exact_form *form = exact_lower(walk, expr->args[0]);
    if (form == NULL)
        return NULL;
    if (expr->op == OP_NEG)
        return exact_form_add(walk, integer_form(walk, 0), form, true);
    if (expr->op == OP_ABS)
        return exact_form_abs(walk, form);
    if (expr->op == OP_SQRT && form->n <= 1)
        return exact_form_pow(walk, form, (struct rat){1, 2});
    const struct poly *argument = exact_form_whole(walk, form);
    if (argument == NULL)
        return NULL;
    if (expr->op == OP_SIGMOID)
        return lower_sigmoid(walk, expr, argument);
    if (expr->op == OP_SWISH)
        return exact_form_mul(walk, form, lower_sigmoid(walk, expr, argument));
    return function_of(walk, expr, expr->op, argument);
}

/* Operations with a way of their own; others are functions of one argument. */
static const struct lowering {
    enum op op;
    struct exact_form *(*lower)(struct exact_walk *walk, const struct expr *expr);
} lowerings[] = {
    {OP_POW, lower_power},     {OP_LT, lower_comparison}, {OP_LE, lower_comparison},
    {OP_GT, lower_comparison}, {OP_GE, lower_comparison}, {OP_EQ, lower_comparison},
    {OP_NE, lower_comparison}, {OP_AND, lower_logic},     {OP_OR, lower_logic},
    {OP_NOT, lower_logic},     {OP_IF, lower_logic},      {OP_MIN, lower_least},
    {OP_MAX, lower_least},
};

static struct exact_form *lower_operation(struct exact_walk *walk, const struct expr *expr)
{
    if (is_chained(expr, true) || is_chained(expr, false))
        return lower_chain(walk, expr, is_chained(expr, true));
    for (size_t i = 0; i < sizeof lowerings / sizeof *lowerings; i++)
        if (lowerings[i].op == expr->op)
            return lowerings[i].lower(walk, expr);
    return expr->n_args == 1 ? lower_function(walk, expr) : refuse(walk, expr);
}

struct exact_form *exact_lower(struct exact_walk *walk, const struct expr *expr)
{
    struct exact_form *form = NULL;
    if (walk->status != ST_OK)
        return NULL;
    if (walk->depth >= MAX_DEPTH || walk->steps++ >= MAX_STEPS) {
        exact_fail(walk, ST_LIMIT, "written out, this has more than %d operations", MAX_STEPS);
        return NULL;
    }
    walk->depth++;
    switch (expr->kind) {
    case EX_NUMBER:
        form = lower_number(walk, expr);
        break;
    case EX_NAME:
        form = lower_name(walk, expr);
        break;
    case EX_OP:
        form = lower_operation(walk, expr);
        break;
    case EX_SUM:
    case EX_PROD:
        form = lower_range(walk, expr);
        break;
    }
    walk->depth--;
    if (form == NULL)
        exact_fail(walk, ST_UNABLE, "%s is not a polynomial", exact_source(walk, expr));
    return form;
}

const struct poly *exact_lower_whole(struct exact_walk *walk, const struct expr *expr)
{
    return exact_form_whole(walk, exact_lower(walk, expr));
}
