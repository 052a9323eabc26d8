/* Model text to tokens. */
#ifndef CUSP_LANG_LEXER_H
#define CUSP_LANG_LEXER_H

#include "cusp/diag.h"

#include <stddef.h>
#include <stdint.h>

enum token_kind {
    TK_EOF,
    TK_END, /* of a statement: ";" or a newline outside brackets */
    TK_NUMBER,
    TK_NAME, /* keywords too, but not and, or, not */
    TK_STRING,
    TK_LPAREN,
    TK_RPAREN,
    TK_LBRACKET,
    TK_RBRACKET,
    TK_COMMA,
    TK_COLON,
    TK_TILDE,
    TK_ASSIGN,
    TK_PLUS,
    TK_MINUS,
    TK_STAR,
    TK_SLASH,
    TK_CARET,
    TK_LT,
    TK_LE,
    TK_GT,
    TK_GE,
    TK_EQ,
    TK_NE,
    TK_AND,
    TK_OR,
    TK_NOT,
    TK_DOTDOT,
    TK_BAD, /* a fault that was reported */
};

struct token {
    enum token_kind kind;
    uint32_t offset, length; /* bytes of the source */
};

struct tokens {
    struct token *items; /* ends with TK_EOF */
    size_t count, capacity;
};

/* source: valid UTF-8, lines ended by '\n', NUL-terminated, < 4 GiB. Faults go to diags, and in
   their place stands the token that was meant, where that is clear. */
void lexer_run(const char *file, const char *source, struct diags *diags, struct tokens *out);
void tokens_done(struct tokens *tokens);

/* What a character outside ASCII was meant to be. */
struct rune_info {
    uint32_t rune;
    const char *write;       /* what to write for it */
    enum token_kind kind[2]; /* tokens that take its place; TK_EOF: none */
};

/* NULL if nothing is known of it. */
const struct rune_info *rune_find(uint32_t rune);

#endif
