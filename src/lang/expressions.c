/* Expressions: operators by precedence, calls, sums, references and distributions. */
#include "parser.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "words.h"

static struct expr *parse_or(struct parser *p);
static struct expr *parse_unary(struct parser *p);

static bool enter(struct parser *p)
{
    if (p->depth == SYNTAX_MAX_DEPTH) {
        draft_error(p->draft, token_span(parser_peek(p)), "nested deeper than %d levels",
                    SYNTAX_MAX_DEPTH);
        return false;
    }
    p->depth++;
    return true;
}

static struct expr *leave(struct parser *p, struct expr *expr)
{
    p->depth--;
    return expr;
}

static struct expr *new_expr(struct parser *p, enum expr_kind kind, const struct token *first)
{
    struct expr *expr = arena_new(&p->draft->syntax->arena, 1, sizeof *expr);
    expr->kind = kind;
    expr->op = OP_COUNT;
    expr->at = parser_span_from(p, first);
    expr->height = 1;
    return expr;
}

/* Sets the arguments; NULL if the expression grows too high for the recursion of others. */
static struct expr *set_args(struct parser *p, struct expr *expr, struct expr_list *list)
{
    expr->n_args = list->count;
    expr->args = expr_list_take(p, list);
    for (size_t i = 0; i < expr->n_args; i++) {
        if (expr->args[i]->height >= expr->height) {
            expr->height = expr->args[i]->height + 1;
        }
    }
    if (expr->height > SYNTAX_MAX_HEIGHT) {
        draft_error(p->draft, expr->at,
                    "more than %d operations in a row: use sum(...), or name a part with let",
                    SYNTAX_MAX_HEIGHT);
        return NULL;
    }
    return expr;
}

static struct expr *new_op(struct parser *p, enum op op, const struct token *first, struct expr *a,
                           struct expr *b)
{
    struct expr *expr = new_expr(p, EX_OP, first);
    expr->op = op;
    struct expr_list args = {0};
    expr_list_add(&args, a);
    if (b != NULL) {
        expr_list_add(&args, b);
    }
    return set_args(p, expr, &args);
}

static struct expr *parse_number(struct parser *p)
{
    const struct token *token = parser_peek(p);
    const char *s = parser_text(p, token);
    p->at++;
    struct expr *expr = new_expr(p, EX_NUMBER, token);
    errno = 0;
    expr->number = (unsigned char)*s < 0x80 ? strtod(s, NULL) : 1;
    if (!isfinite(expr->number)) {
        draft_error(p->draft, expr->at, "this number is too large: the largest is about 1.8e308");
        return NULL;
    }
    if (errno == ERANGE && expr->number == 0) {
        draft_error(p->draft, expr->at, "this number is too small: it would be 0");
        return NULL;
    }
    return expr;
}

/* Steps over the bracket that closes `open`, or reports that it is missing. */
static bool close_bracket(struct parser *p, const struct token *open, const char *what)
{
    bool round = open->kind == TK_LPAREN;
    if (parser_accept(p, round ? TK_RPAREN : TK_RBRACKET)) {
        return true;
    }
    if (parser_is(p, TK_END) || parser_is(p, TK_EOF)) {
        draft_error(p->draft, token_span(open), "this '%c' is never closed", round ? '(' : '[');
    } else {
        parser_unexpected(p, what);
    }
    return false;
}

/* "(a, b, …)" after a name, or "[a, b]"; false after a fault. */
static bool parse_list(struct parser *p, struct expr_list *out)
{
    const struct token *open = parser_peek(p);
    if (!enter(p)) {
        return false;
    }
    p->at++;
    enum token_kind close = open->kind == TK_LPAREN ? TK_RPAREN : TK_RBRACKET;
    bool more = !parser_is(p, close);
    while (more) {
        struct expr *arg = parse_or(p);
        if (arg == NULL) {
            break;
        }
        expr_list_add(out, arg);
        more = parser_accept(p, TK_COMMA);
    }
    p->depth--;
    return !more && close_bracket(p, open, close == TK_RPAREN ? "',' or ')'" : "',' or ']'");
}

static struct expr *parse_call(struct parser *p)
{
    const struct token *name = parser_peek(p);
    char word[SYNTAX_MAX_NAME + 1] = "";
    if (name->length < sizeof word) {
        memcpy(word, parser_text(p, name), name->length);
    }
    p->at++;
    struct expr_list args = {0};
    if (!parse_list(p, &args)) {
        expr_list_done(&args);
        return NULL;
    }
    struct expr *expr = new_expr(p, EX_OP, name);
    expr->op = op_find_function(word);
    return set_args(p, expr, &args);
}

/* sum(j in a..b, body) or prod(…). */
static struct expr *parse_sum(struct parser *p)
{
    const struct token *first = parser_peek(p);
    enum expr_kind kind = parser_is_word(p, "sum") ? EX_SUM : EX_PROD;
    const char *form = kind == EX_SUM ? "sum(j in 1..H, ...)" : "prod(j in 1..H, ...)";
    const struct token *open = &p->tokens[p->at + 1], *name = NULL;
    p->at += 2;
    if (!parser_is(p, TK_NAME) || !token_is_word(p, &p->tokens[p->at + 1], "in")) {
        draft_error(p->draft, token_span(first), "%s needs an index and its range: %s",
                    kind == EX_SUM ? "sum" : "prod", form);
        return NULL;
    }
    if (!parse_new_name(p, "an index", &name)) {
        return NULL;
    }
    p->at++; /* in */
    struct declared *index = parser_new_symbol(p, SYM_INDEX, name);
    struct expr *low = parse_or(p);
    if (low == NULL || !parser_expect(p, TK_DOTDOT, "'..' and the end of the range")) {
        return NULL;
    }
    struct expr *high = parse_or(p);
    if (high == NULL || !parser_expect(p, TK_COMMA, "',' and the term")) {
        return NULL;
    }
    struct expr *body = parse_or(p);
    if (body == NULL || !close_bracket(p, open, "')'")) {
        return NULL;
    }
    struct expr *expr = new_expr(p, kind, first);
    expr->symbol = &index->symbol;
    struct expr_list args = {0};
    expr_list_add(&args, low);
    expr_list_add(&args, high);
    expr_list_add(&args, body);
    return set_args(p, expr, &args);
}

struct expr *parse_reference(struct parser *p, const char *what)
{
    if (!parser_is(p, TK_NAME)) {
        parser_unexpected(p, what);
        return NULL;
    }
    const struct token *name = parser_peek(p);
    const char *s = parser_text(p, name);
    const char *kind = word_kind(s, name->length);
    if (kind != NULL) {
        draft_error(p->draft, token_span(name), "expected %s here: '%.*s' is %s", what,
                    (int)name->length, s, kind);
        return NULL;
    }
    p->at++;
    struct expr_list args = {0};
    if (parser_is(p, TK_LBRACKET)) {
        bool fine = parse_list(p, &args);
        if (!fine || args.count == 0) {
            if (fine) {
                draft_error(p->draft, parser_span_from(p, name), "an index is missing");
            }
            expr_list_done(&args);
            return NULL;
        }
    }
    return set_args(p, new_expr(p, EX_NAME, name), &args);
}

/* A reserved word where an operand should stand. */
static struct expr *refuse_word(struct parser *p, const char *kind)
{
    const struct token *token = parser_peek(p);
    const char *s = parser_text(p, token);
    int n = (int)token->length;
    if (word_is_statement(s, token->length)) {
        draft_error(p->draft, token_span(token),
                    "expected a number, a name or '(' here: '%.*s' begins a statement", n, s);
    } else if (strcmp(kind, "a function") == 0) {
        draft_error(p->draft, token_span(token), "'%.*s' is a function: write %.*s(...)", n, s, n,
                    s);
    } else if (strcmp(kind, "a distribution") == 0) {
        draft_error(p->draft, token_span(token), "'%.*s' is a distribution: it stands after '~'", n,
                    s);
    } else {
        parser_unexpected(p, "a number, a name or '('");
    }
    return NULL;
}

static struct expr *parse_word(struct parser *p)
{
    const struct token *token = parser_peek(p);
    const char *s = parser_text(p, token);
    const char *kind = word_kind(s, token->length);
    bool call = p->tokens[p->at + 1].kind == TK_LPAREN;
    if (call && (parser_is_word(p, "sum") || parser_is_word(p, "prod"))) {
        return enter(p) ? leave(p, parse_sum(p)) : NULL;
    }
    if (parser_accept_word(p, "pi")) {
        struct expr *expr = new_expr(p, EX_NUMBER, token);
        expr->number = M_PI;
        return expr;
    }
    if (call && (kind == NULL || strcmp(kind, "a function") == 0)) {
        return parse_call(p);
    }
    return kind != NULL ? refuse_word(p, kind) : parse_reference(p, "a name");
}

static struct expr *parse_parentheses(struct parser *p)
{
    const struct token *open = parser_peek(p);
    if (!enter(p)) {
        return NULL;
    }
    p->at++;
    struct expr *inner = leave(p, parse_or(p));
    return inner != NULL && close_bracket(p, open, "an operator or ')'") ? inner : NULL;
}

static struct expr *parse_primary(struct parser *p)
{
    const struct token *token = parser_peek(p);
    switch ((int)token->kind) {
    case TK_NUMBER:
        return parse_number(p);
    case TK_NAME:
        return parse_word(p);
    case TK_LPAREN:
        return parse_parentheses(p);
    case TK_NOT:
        draft_error(p->draft, token_span(token), "write this 'not ...' in parentheses");
        return NULL;
    default:
        break;
    }
    if (parser_is(p, TK_END) && p->at > 0 && parser_last(p)->kind >= TK_PLUS) {
        const struct token *last = parser_last(p);
        draft_error(
            p->draft, token_span(last),
            "the statement ends after '%.*s'; an expression goes on over lines inside '( )'",
            (int)last->length, parser_text(p, last));
        return NULL;
    }
    parser_unexpected(p, "a number, a name or '('");
    return NULL;
}

/* Binds tighter than a sign before it, and from right to left: -w^2 = -(w^2), 2^3^2 = 2^(3^2). */
static struct expr *parse_power(struct parser *p)
{
    const struct token *first = parser_peek(p);
    struct expr *base = parse_primary(p);
    if (base == NULL || !parser_accept(p, TK_CARET)) {
        return base;
    }
    struct expr *exponent = enter(p) ? leave(p, parse_unary(p)) : NULL;
    return exponent == NULL ? NULL : new_op(p, OP_POW, first, base, exponent);
}

static struct expr *parse_unary(struct parser *p)
{
    const struct token *first = parser_peek(p);
    if (first->kind != TK_PLUS && first->kind != TK_MINUS) {
        return parse_power(p);
    }
    if (!enter(p)) {
        return NULL;
    }
    p->at++;
    struct expr *inner = leave(p, parse_unary(p));
    return inner == NULL || first->kind == TK_PLUS ? inner : new_op(p, OP_NEG, first, inner, NULL);
}

/* An operand follows another without an operator: "2 w", "w1 w2", ")(". */
static bool multiplies(const struct parser *p)
{
    if (parser_is(p, TK_NUMBER) || parser_is(p, TK_LPAREN)) {
        return parser_is(p, TK_LPAREN) || parser_last(p)->kind != TK_NUMBER;
    }
    if (!parser_is(p, TK_NAME)) {
        return false;
    }
    const struct token *token = parser_peek(p);
    const char *kind = word_kind(parser_text(p, token), token->length);
    return kind == NULL || strcmp(kind, "a function") == 0 || strcmp(kind, "a number") == 0;
}

/* False if it was not meant as a product. */
static bool report_missing_star(struct parser *p)
{
    const struct token *left = parser_last(p), *right = parser_peek(p);
    const char *a = parser_text(p, left), *b = parser_text(p, right);
    struct span at = {left->offset, right->offset + right->length - left->offset};
    bool adjacent = left->offset + left->length == right->offset;
    if (adjacent && left->length == 1 && *a == '0' && (*b == 'x' || *b == 'X')) {
        draft_error(p->draft, at, "numbers are decimal");
        return false;
    }
    draft_error(p->draft, at, "a product needs '*': write %.*s*%.*s", (int)left->length, a,
                (int)right->length, b);
    return true;
}

static struct expr *parse_product(struct parser *p)
{
    const struct token *first = parser_peek(p);
    struct expr *left = parse_unary(p);
    while (left != NULL) {
        enum op op = OP_MUL;
        if (parser_accept(p, TK_SLASH)) {
            op = OP_DIV;
        } else if (multiplies(p)) {
            if (!report_missing_star(p)) {
                return NULL;
            }
        } else if (!parser_accept(p, TK_STAR)) {
            break;
        }
        struct expr *right = parse_unary(p);
        left = right == NULL ? NULL : new_op(p, op, first, left, right);
    }
    return left;
}

static struct expr *parse_terms(struct parser *p)
{
    const struct token *first = parser_peek(p);
    struct expr *left = parse_product(p);
    while (left != NULL && (parser_is(p, TK_PLUS) || parser_is(p, TK_MINUS))) {
        enum op op = parser_is(p, TK_PLUS) ? OP_ADD : OP_SUB;
        p->at++;
        struct expr *right = parse_product(p);
        left = right == NULL ? NULL : new_op(p, op, first, left, right);
    }
    return left;
}

static enum op comparison(const struct parser *p)
{
    static const enum op ops[] = {OP_LT, OP_LE, OP_GT, OP_GE, OP_EQ, OP_NE};
    enum token_kind kind = parser_peek(p)->kind;
    return kind >= TK_LT && kind <= TK_NE ? ops[kind - TK_LT] : OP_COUNT;
}

static struct expr *parse_comparison(struct parser *p)
{
    const struct token *first = parser_peek(p);
    struct expr *left = parse_terms(p);
    enum op op = comparison(p);
    if (left == NULL || op == OP_COUNT) {
        return left;
    }
    p->at++;
    struct expr *right = parse_terms(p);
    if (right != NULL && comparison(p) != OP_COUNT) {
        draft_error(p->draft, token_span(parser_peek(p)),
                    "comparisons do not chain: write a < b and b < c");
        return NULL;
    }
    return right == NULL ? NULL : new_op(p, op, first, left, right);
}

static struct expr *parse_not(struct parser *p)
{
    const struct token *first = parser_peek(p);
    if (!parser_is(p, TK_NOT)) {
        return parse_comparison(p);
    }
    if (!enter(p)) {
        return NULL;
    }
    p->at++;
    struct expr *inner = leave(p, parse_not(p));
    return inner == NULL ? NULL : new_op(p, OP_NOT, first, inner, NULL);
}

static struct expr *parse_and(struct parser *p)
{
    const struct token *first = parser_peek(p);
    struct expr *left = parse_not(p);
    while (left != NULL && parser_accept(p, TK_AND)) {
        struct expr *right = parse_not(p);
        left = right == NULL ? NULL : new_op(p, OP_AND, first, left, right);
    }
    return left;
}

static struct expr *parse_or(struct parser *p)
{
    const struct token *first = parser_peek(p);
    struct expr *left = parse_and(p);
    while (left != NULL && parser_accept(p, TK_OR)) {
        struct expr *right = parse_and(p);
        left = right == NULL ? NULL : new_op(p, OP_OR, first, left, right);
    }
    return left;
}

struct expr *parse_expr(struct parser *p)
{
    return parse_or(p);
}
