/* Model text to tokens; what is not ASCII is reported and read as what was meant. */
#include "lexer.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "words.h"

struct lexer {
    const char *file, *source;
    size_t length, at;
    size_t depth; /* of open brackets: a newline in them continues the statement */
    struct diags *diags;
    struct tokens *out;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_ascii(char c)
{
    return (unsigned char)c < 0x80;
}

static void emit(struct lexer *lx, enum token_kind kind, size_t start, size_t end)
{
    struct tokens *out = lx->out;
    MEM_GROW(out->items, out->count, out->capacity);
    out->items[out->count++] = (struct token){kind, (uint32_t)start, (uint32_t)(end - start)};
}

static void emit_end(struct lexer *lx, size_t start, size_t end)
{
    lx->depth = 0;
    if (lx->out->count > 0 && lx->out->items[lx->out->count - 1].kind != TK_END) {
        emit(lx, TK_END, start, end);
    }
}

static void fault(struct lexer *lx, size_t start, size_t end, const char *message)
{
    diags_add(lx->diags, SEV_ERROR, lx->file, lx->source, (struct span){start, end - start}, "%s",
              message);
}

/* A statement's keyword begins the next line, though a bracket is open: it was never closed. */
static bool statement_follows(const struct lexer *lx, size_t i)
{
    while (lx->source[i] == ' ' || lx->source[i] == '\t') {
        i++;
    }
    size_t start = i;
    while (is_letter(lx->source[i]) || is_digit(lx->source[i])) {
        i++;
    }
    return i > start && word_is_statement(lx->source + start, i - start);
}

static void lex_newline(struct lexer *lx)
{
    size_t start = lx->at++;
    if (lx->depth == 0 || statement_follows(lx, lx->at)) {
        emit_end(lx, start, start + 1);
    }
}

static void lex_number(struct lexer *lx)
{
    const char *s = lx->source;
    size_t start = lx->at, i = start;
    while (is_digit(s[i])) {
        i++;
    }
    if (s[i] == '.' && s[i + 1] != '.') {
        i++;
        while (is_digit(s[i])) {
            i++;
        }
    }
    if (s[i] == 'e' || s[i] == 'E') {
        size_t digits = i + 1 + (s[i + 1] == '+' || s[i + 1] == '-');
        if (is_digit(s[digits])) {
            i = digits;
            while (is_digit(s[i])) {
                i++;
            }
        }
    }
    if (s[i] == '.' && is_digit(s[i + 1])) {
        while (is_digit(s[i]) || s[i] == '.') {
            i++;
        }
        fault(lx, start, i, "a number has one decimal point");
    }
    emit(lx, TK_NUMBER, start, i);
    lx->at = i;
}

/* True if the character at i may be meant as part of a name: a letter of any alphabet. */
static bool names(const struct lexer *lx, size_t i, size_t *bytes)
{
    uint32_t rune = 0;
    *bytes = utf8_decode(lx->source + i, lx->length - i, &rune);
    if (is_ascii(lx->source[i])) {
        return is_letter(lx->source[i]) || is_digit(lx->source[i]);
    }
    const struct rune_info *info = rune_find(rune);
    return info == NULL || info->kind[0] == TK_NAME;
}

/* Reports a character outside ASCII, and what to write for it where that is known. */
static const struct rune_info *report_foreign(struct lexer *lx, size_t i)
{
    uint32_t rune = 0;
    size_t bytes = utf8_decode(lx->source + i, lx->length - i, &rune);
    const struct rune_info *info = rune_find(rune);
    char message[96];
    snprintf(message, sizeof message, "names and operators are ASCII: %s%s",
             info != NULL ? "write " : "",
             info != NULL ? info->write : "letters a-z, digits and _");
    fault(lx, i, i + bytes, message);
    return info;
}

/* A name with letters of other alphabets: one token, one fault. */
static void lex_foreign_name(struct lexer *lx, size_t start)
{
    size_t i = start, bytes = 0;
    while (i < lx->length && names(lx, i, &bytes)) {
        i += bytes;
    }
    emit(lx, TK_NAME, start, i);
    lx->at = i;
}

static void lex_name(struct lexer *lx)
{
    const char *s = lx->source;
    size_t start = lx->at, i = start;
    while (is_letter(s[i]) || is_digit(s[i])) {
        i++;
    }
    size_t length = i - start, bytes = 0;
    if (!is_ascii(s[i]) && names(lx, i, &bytes)) {
        report_foreign(lx, i);
        lex_foreign_name(lx, start);
        return;
    }
    enum token_kind kind = TK_NAME;
    if (length == 3 && memcmp(s + start, "and", 3) == 0) {
        kind = TK_AND;
    } else if (length == 2 && memcmp(s + start, "or", 2) == 0) {
        kind = TK_OR;
    } else if (length == 3 && memcmp(s + start, "not", 3) == 0) {
        kind = TK_NOT;
    }
    emit(lx, kind, start, i);
    lx->at = i;
}

static void lex_string(struct lexer *lx)
{
    const char *s = lx->source;
    size_t start = lx->at, i = start + 1;
    while (i < lx->length && s[i] != '"' && s[i] != '\n') {
        i++;
    }
    if (s[i] == '"') {
        i++;
    } else {
        fault(lx, start, i, "this text has no closing '\"' on its line");
    }
    emit(lx, TK_STRING, start, i);
    lx->at = i;
}

/* “…” or, with the wrong quotes, to the end of the line. */
static void lex_curly_string(struct lexer *lx, size_t start, size_t after)
{
    size_t i = after;
    while (i < lx->length && lx->source[i] != '\n' && lx->source[i] != '"') {
        uint32_t rune;
        i += utf8_decode(lx->source + i, lx->length - i, &rune);
        if (rune == 0x201c || rune == 0x201d) {
            break;
        }
    }
    i += lx->source[i] == '"';
    emit(lx, TK_STRING, start, i);
    lx->at = i;
}

static void lex_foreign(struct lexer *lx)
{
    size_t start = lx->at;
    uint32_t rune = 0;
    size_t end = start + utf8_decode(lx->source + start, lx->length - start, &rune);
    const struct rune_info *info = report_foreign(lx, start);
    lx->at = end;
    if (info == NULL || info->kind[0] == TK_NAME) {
        lex_foreign_name(lx, start);
    } else if (info->kind[0] == TK_STRING) {
        lex_curly_string(lx, start, end);
    } else {
        for (size_t i = 0; i < 2 && info->kind[i] != TK_EOF; i++) {
            emit(lx, info->kind[i], start, end);
        }
    }
}

struct sign {
    const char *text;
    enum token_kind kind;
    const char *fault; /* NULL: it belongs to the language */
};

/* Longer signs before their beginnings. */
static const struct sign signs[] = {
    {"..", TK_DOTDOT, NULL},
    {"**", TK_CARET, "a power is written with '^': write ^"},
    {"<=", TK_LE, NULL},
    {">=", TK_GE, NULL},
    {"==", TK_EQ, NULL},
    {"!=", TK_NE, NULL},
    {"<>", TK_NE, "'differs from' is written '!='"},
    {"=<", TK_LE, "'at most' is written '<='"},
    {":=", TK_ASSIGN, "write '=' to define a name"},
    {"&&", TK_AND, "write 'and' for '&&'"},
    {"||", TK_OR, "write 'or' for '||'"},
    {"(", TK_LPAREN, NULL},
    {")", TK_RPAREN, NULL},
    {"[", TK_LBRACKET, NULL},
    {"]", TK_RBRACKET, NULL},
    {",", TK_COMMA, NULL},
    {":", TK_COLON, NULL},
    {"~", TK_TILDE, NULL},
    {"=", TK_ASSIGN, NULL},
    {"+", TK_PLUS, NULL},
    {"-", TK_MINUS, NULL},
    {"*", TK_STAR, NULL},
    {"/", TK_SLASH, NULL},
    {"^", TK_CARET, NULL},
    {"<", TK_LT, NULL},
    {">", TK_GT, NULL},
    {"!", TK_NOT, "write 'not' for '!'"},
    {"&", TK_AND, "write 'and' for '&'"},
    {"|", TK_BAD, "write abs(x) for |x|, and 'or' between conditions"},
    {"{", TK_LPAREN, "write '(' for '{'"},
    {"}", TK_RPAREN, "write ')' for '}'"},
    {"'", TK_BAD, "text stands in double quotes"},
    {"%", TK_BAD, "there is no operator '%'"},
};

static void lex_sign(struct lexer *lx)
{
    const char *s = lx->source + lx->at;
    size_t start = lx->at;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t length = strlen(signs[i].text);
        if (strncmp(s, signs[i].text, length) != 0) {
            continue;
        }
        lx->at += length;
        enum token_kind kind = signs[i].kind;
        if (signs[i].fault != NULL) {
            fault(lx, start, lx->at, signs[i].fault);
        }
        if (kind == TK_LPAREN || kind == TK_LBRACKET) {
            lx->depth++;
        } else if ((kind == TK_RPAREN || kind == TK_RBRACKET) && lx->depth > 0) {
            lx->depth--;
        }
        emit(lx, kind, start, lx->at);
        return;
    }
    char message[64];
    snprintf(message, sizeof message, "the character '%c' has no meaning here", *s);
    lx->at++;
    fault(lx, start, lx->at, message);
    emit(lx, TK_BAD, start, lx->at);
}

static void lex_one(struct lexer *lx)
{
    char c = lx->source[lx->at];
    if (c == '\n') {
        lex_newline(lx);
    } else if (c == ';') {
        emit_end(lx, lx->at, lx->at + 1);
        lx->at++;
    } else if (c == '#') {
        lx->at += strcspn(lx->source + lx->at, "\n");
    } else if (c >= 0 && (c <= ' ' || c == 0x7f)) {
        lx->at++; /* control characters were reported before */
    } else if (!is_ascii(c)) {
        lex_foreign(lx);
    } else if (is_digit(c) || (c == '.' && is_digit(lx->source[lx->at + 1]))) {
        lex_number(lx);
    } else if (is_letter(c)) {
        lex_name(lx);
    } else if (c == '"') {
        lex_string(lx);
    } else {
        lex_sign(lx);
    }
}

/* Characters that would move a cursor or reorder what is shown: the first is a fault, wherever. */
static void find_control(struct lexer *lx)
{
    for (size_t i = 0; i < lx->length;) {
        uint32_t rune;
        size_t bytes = utf8_decode(lx->source + i, lx->length - i, &rune);
        bool control = (rune < 0x20 && rune != '\n' && rune != '\t') ||
                       (rune >= 0x7f && rune < 0xa0) || (rune >= 0x202a && rune <= 0x202e) ||
                       (rune >= 0x2066 && rune <= 0x2069) || rune == 0x2028 || rune == 0x2029;
        if (control) {
            char message[64];
            snprintf(message, sizeof message, "control character U+%04X in the text",
                     (unsigned)rune);
            fault(lx, i, i + bytes, message);
            return;
        }
        i += bytes;
    }
}

void lexer_run(const char *file, const char *source, struct diags *diags, struct tokens *out)
{
    struct lexer lx = {
        .file = file, .source = source, .length = strlen(source), .diags = diags, .out = out};
    *out = (struct tokens){0};
    find_control(&lx);
    while (lx.at < lx.length) {
        lex_one(&lx);
    }
    emit_end(&lx, lx.length, lx.length);
    emit(&lx, TK_EOF, lx.length, lx.length);
}

void tokens_done(struct tokens *tokens)
{
    mem_free(tokens->items);
    *tokens = (struct tokens){0};
}
