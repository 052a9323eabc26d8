/* Recursive descent over the tokens of a model: what statements and expressions share. */
#ifndef CUSP_LANG_PARSER_H
#define CUSP_LANG_PARSER_H

#include "draft.h"

struct parser {
    struct draft *draft;
    const struct token *tokens;
    size_t at;
    size_t depth; /* of nesting */
};

const struct token *parser_peek(const struct parser *p);
const struct token *parser_last(const struct parser *p); /* the one before; at > 0 */
bool parser_is(const struct parser *p, enum token_kind kind);
bool parser_is_word(const struct parser *p, const char *word);
bool token_is_word(const struct parser *p, const struct token *token, const char *word);
/* Steps over a token of this kind, or word, if it comes next. */
bool parser_accept(struct parser *p, enum token_kind kind);
bool parser_accept_word(struct parser *p, const char *word);
/* Likewise, or reports "expected … here" and returns false. */
bool parser_expect(struct parser *p, enum token_kind kind, const char *what);

const char *parser_text(const struct parser *p, const struct token *token);
struct span token_span(const struct token *token);
/* From a token to the last one that was stepped over. */
struct span parser_span_from(const struct parser *p, const struct token *first);

/* Reports that `what` should come next; silent when the next token was reported by the lexer. */
void parser_unexpected(struct parser *p, const char *what);

/* A growing list of expressions. */
struct expr_list {
    struct expr **items;
    size_t count, capacity;
};
/* Moves it to the arena; the list is then empty. */
struct expr **expr_list_take(struct parser *p, struct expr_list *list);
void expr_list_add(struct expr_list *list, struct expr *expr);
void expr_list_done(struct expr_list *list);

/* An expression; NULL after a fault, which was reported. */
struct expr *parse_expr(struct parser *p);
/* NAME or NAME[i, j]; NULL likewise. what: for the message. */
struct expr *parse_reference(struct parser *p, const char *what);
/* A new name, neither reserved nor too long, borrowed from the source; false after a fault. */
bool parse_new_name(struct parser *p, const char *what, const struct token **name);
/* name(args) or mixture(weight: D, …); NULL after a fault. */
struct distribution_expr *parse_distribution(struct parser *p);

/* Adds a name to the model; reports one that is taken and returns NULL then. */
struct declared *parser_declare(struct parser *p, enum symbol_kind kind, const struct token *name);
/* A symbol that is in no scope yet: an index variable. */
struct declared *parser_new_symbol(struct parser *p, enum symbol_kind kind,
                                   const struct token *name);

/* What follows the keyword of a statement that defines names; false after a fault in the syntax. */
bool statement_const(struct parser *p);
bool statement_knob(struct parser *p);
bool statement_param(struct parser *p);
bool statement_input(struct parser *p);
bool statement_output(struct parser *p);
bool statement_let(struct parser *p);
bool statement_observe(struct parser *p);

#endif
