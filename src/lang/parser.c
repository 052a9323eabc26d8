/* The parser's common ground: tokens, new names, distributions, lists. */
#include "parser.h"

#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "words.h"

const struct token *parser_peek(const struct parser *p)
{
    return &p->tokens[p->at];
}

const struct token *parser_last(const struct parser *p)
{
    return &p->tokens[p->at - 1];
}

bool parser_is(const struct parser *p, enum token_kind kind)
{
    return p->tokens[p->at].kind == kind;
}

bool token_is_word(const struct parser *p, const struct token *token, const char *word)
{
    return token->kind == TK_NAME && token->length == strlen(word) &&
           memcmp(parser_text(p, token), word, token->length) == 0;
}

bool parser_is_word(const struct parser *p, const char *word)
{
    return token_is_word(p, parser_peek(p), word);
}

bool parser_accept(struct parser *p, enum token_kind kind)
{
    bool is = parser_is(p, kind);
    p->at += is;
    return is;
}

bool parser_accept_word(struct parser *p, const char *word)
{
    bool is = parser_is_word(p, word);
    p->at += is;
    return is;
}

bool parser_expect(struct parser *p, enum token_kind kind, const char *what)
{
    if (parser_accept(p, kind)) {
        return true;
    }
    parser_unexpected(p, what);
    return false;
}

const char *parser_text(const struct parser *p, const struct token *token)
{
    return p->draft->syntax->source + token->offset;
}

struct span token_span(const struct token *token)
{
    return (struct span){token->offset, token->length};
}

struct span parser_span_from(const struct parser *p, const struct token *first)
{
    const struct token *last = parser_last(p);
    return (struct span){first->offset, (size_t)last->offset + last->length - first->offset};
}

void parser_unexpected(struct parser *p, const char *what)
{
    const struct token *token = parser_peek(p);
    switch ((int)token->kind) {
    case TK_BAD:
        return;
    case TK_EOF:
    case TK_END:
        draft_error(p->draft, token_span(token), "expected %s here, not the end of the %s", what,
                    *parser_text(p, token) == ';' ? "statement" : "line");
        return;
    case TK_STRING:
        draft_error(p->draft, token_span(token), "expected %s here, not text in quotes", what);
        return;
    default:
        draft_error(p->draft, token_span(token), "expected %s here, not '%.*s'", what,
                    (int)(token->length < 64 ? token->length : 64), parser_text(p, token));
    }
}

void expr_list_add(struct expr_list *list, struct expr *expr)
{
    MEM_GROW(list->items, list->count, list->capacity);
    list->items[list->count++] = expr;
}

void expr_list_done(struct expr_list *list)
{
    mem_free(list->items);
    *list = (struct expr_list){0};
}

struct expr **expr_list_take(struct parser *p, struct expr_list *list)
{
    struct expr **kept = NULL;
    if (list->count > 0) {
        kept = arena_new(&p->draft->syntax->arena, list->count, sizeof *kept);
        memcpy(kept, list->items, list->count * sizeof *kept);
    }
    expr_list_done(list);
    return kept;
}

bool parse_new_name(struct parser *p, const char *what, const struct token **name)
{
    const struct token *token = parser_peek(p);
    if (token->kind == TK_AND || token->kind == TK_OR || token->kind == TK_NOT) {
        draft_error(p->draft, token_span(token), "'%.*s' cannot be a name: it is %s",
                    (int)token->length, parser_text(p, token), "a word of the language");
        return false;
    }
    if (token->kind != TK_NAME) {
        parser_unexpected(p, what);
        return false;
    }
    const char *kind = word_kind(parser_text(p, token), token->length);
    if (kind != NULL) {
        draft_error(p->draft, token_span(token), "'%.*s' cannot be a name: it is %s",
                    (int)token->length, parser_text(p, token), kind);
        return false;
    }
    if (token->length > SYNTAX_MAX_NAME) {
        draft_error(p->draft, token_span(token), "a name has at most %d letters", SYNTAX_MAX_NAME);
        return false;
    }
    p->at++;
    *name = token;
    return true;
}

struct declared *parser_new_symbol(struct parser *p, enum symbol_kind kind,
                                   const struct token *name)
{
    struct arena *arena = &p->draft->syntax->arena;
    struct declared *declared = arena_new(arena, 1, sizeof *declared);
    declared->symbol.kind = kind;
    declared->symbol.name = arena_text(arena, parser_text(p, name), name->length);
    declared->symbol.at = token_span(name);
    declared->symbol.count = 1;
    return declared;
}

struct declared *parser_declare(struct parser *p, enum symbol_kind kind, const struct token *name)
{
    struct draft *draft = p->draft;
    struct symbol *old = scope_find(&draft->scope, parser_text(p, name), name->length);
    if (old != NULL) {
        draft_error(draft, token_span(name), "'%s' is already defined on line %zu", old->name,
                    draft_line(draft, old->at.offset));
        return NULL;
    }
    struct declared *declared = parser_new_symbol(p, kind, name);
    scope_add(&draft->scope, &declared->symbol);
    MEM_GROW(draft->symbols, draft->n_symbols, draft->symbols_capacity);
    draft->symbols[draft->n_symbols++] = declared;
    return declared;
}

static void unknown_distribution(struct parser *p, const struct token *name, const char *word)
{
    struct nearest nearest;
    nearest_start(&nearest, word);
    for (const struct distribution_info *d = distribution_table(); d->name != NULL; d++) {
        nearest_offer(&nearest, d->name);
    }
    if (nearest.best != NULL) {
        draft_error(p->draft, token_span(name), "unknown distribution '%s'; did you mean '%s'?",
                    word, nearest.best);
    } else {
        draft_error(p->draft, token_span(name),
                    "unknown distribution '%s'; there are uniform, normal, exponential, bernoulli, "
                    "bernoulli_logit, binomial, poisson, categorical and mixture",
                    word);
    }
}

struct component_list {
    struct distribution_expr **items;
    size_t count, capacity;
};

static bool is_distribution(const struct parser *p, const struct token *token)
{
    const char *kind = word_kind(parser_text(p, token), token->length);
    return kind != NULL && strcmp(kind, "a distribution") == 0;
}

/* The arguments after the "("; for a mixture each is "weight: D". */
static bool parse_arguments(struct parser *p, bool mixture, struct expr_list *args,
                            struct component_list *components)
{
    do {
        const struct token *first = parser_peek(p);
        if (mixture && first->kind == TK_NAME && is_distribution(p, first)) {
            draft_error(p->draft, token_span(first),
                        "each part of a mixture has its weight: mixture(p1: D1, p2: D2, ...)");
            return false;
        }
        struct expr *arg = parse_expr(p);
        if (arg == NULL) {
            return false;
        }
        expr_list_add(args, arg);
        if (!mixture) {
            continue;
        }
        if (!parser_expect(p, TK_COLON, "':' and a distribution")) {
            return false;
        }
        struct distribution_expr *component = parse_distribution(p);
        if (component == NULL) {
            return false;
        }
        MEM_GROW(components->items, components->count, components->capacity);
        components->items[components->count++] = component;
    } while (parser_accept(p, TK_COMMA));
    if (parser_is(p, TK_COLON)) {
        draft_error(p->draft, token_span(parser_peek(p)),
                    "only a mixture has weights: mixture(p1: D1, p2: D2, ...)");
        return false;
    }
    return parser_expect(p, TK_RPAREN, "',' or ')'");
}

struct distribution_expr *parse_distribution(struct parser *p)
{
    const struct token *name = parser_peek(p);
    char word[SYNTAX_MAX_NAME + 1];
    snprintf(word, sizeof word, "%.*s", (int)name->length, parser_text(p, name));
    const struct distribution_info *info = distribution_find(word);
    if (name->kind != TK_NAME) {
        parser_unexpected(p, "a distribution such as normal(0, 1)");
        return NULL;
    }
    p->at++;
    if (info == NULL) {
        unknown_distribution(p, name, word);
        return NULL;
    }
    if (!parser_is(p, TK_LPAREN)) {
        draft_error(p->draft, token_span(name), "%s needs its arguments: %s", word, info->usage);
        return NULL;
    }
    p->at++;
    if (p->depth == SYNTAX_MAX_DEPTH) {
        draft_error(p->draft, token_span(name), "nested deeper than %d levels", SYNTAX_MAX_DEPTH);
        return NULL;
    }
    struct expr_list args = {0};
    struct component_list components = {0};
    struct arena *arena = &p->draft->syntax->arena;
    struct distribution_expr *out = NULL;
    p->depth++;
    bool empty = parser_accept(p, TK_RPAREN);
    if (empty || parse_arguments(p, strcmp(word, "mixture") == 0, &args, &components)) {
        out = arena_new(arena, 1, sizeof *out);
        out->name = info->name;
        out->at = parser_span_from(p, name);
        out->n_args = args.count;
        out->args = expr_list_take(p, &args);
        out->n_components = components.count;
        if (components.count > 0) {
            out->components = arena_new(arena, components.count, sizeof *out->components);
            memcpy(out->components, components.items, components.count * sizeof *out->components);
        }
    }
    p->depth--;
    expr_list_done(&args);
    mem_free(components.items);
    return out;
}
