/* Models typed in a hurry: "K = (x^2 - y^3)^2" becomes a whole model text. */
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "lexer.h"
#include "scope.h"
#include "source.h"
#include "words.h"

struct shorthand {
    struct arena arena;
    const char *source;
    struct tokens tokens;
    struct scope defined; /* names that something in the text defines */
};

static void shorthand_init(struct shorthand *sh, const char *text, size_t length)
{
    struct diags ignored; /* whoever parses the whole text will report them */
    *sh = (struct shorthand){0};
    arena_init(&sh->arena);
    source_copy(&sh->arena, "", text, length, NULL, &sh->source);
    diags_init(&ignored);
    lexer_run("", sh->source, &ignored, &sh->tokens);
    diags_done(&ignored);
}

static void shorthand_done(struct shorthand *sh)
{
    scope_done(&sh->defined);
    tokens_done(&sh->tokens);
    arena_done(&sh->arena);
}

static const struct token *token_at(const struct shorthand *sh, size_t i)
{
    return &sh->tokens.items[i < sh->tokens.count ? i : sh->tokens.count - 1];
}

static bool is_word(const struct shorthand *sh, size_t i, const char *word)
{
    const struct token *token = token_at(sh, i);
    return token->kind == TK_NAME && token->length == strlen(word) &&
           memcmp(sh->source + token->offset, word, token->length) == 0;
}

static bool is_keyword(const struct shorthand *sh, size_t i)
{
    const struct token *token = token_at(sh, i);
    return token->kind == TK_NAME && word_is_statement(sh->source + token->offset, token->length);
}

static bool begins_statement(const struct shorthand *sh, size_t i)
{
    return i == 0 || sh->tokens.items[i - 1].kind == TK_END;
}

/* A name that may be a parameter: plain, short, not reserved, not called, without an index. */
static bool is_free_form(const struct shorthand *sh, size_t i)
{
    const struct token *token = token_at(sh, i);
    const char *s = sh->source + token->offset;
    enum token_kind next = token_at(sh, i + 1)->kind;
    if (token->kind != TK_NAME || token->length > SYNTAX_MAX_NAME || next == TK_LPAREN ||
        next == TK_LBRACKET || word_kind(s, token->length) != NULL) {
        return false;
    }
    for (size_t k = 0; k < token->length; k++) {
        if ((unsigned char)s[k] >= 0x80) {
            return false;
        }
    }
    return true;
}

static void define(struct shorthand *sh, size_t i)
{
    const struct token *token = token_at(sh, i);
    const char *s = sh->source + token->offset;
    if (token->kind == TK_NAME && scope_find(&sh->defined, s, token->length) == NULL) {
        struct symbol *symbol = arena_new(&sh->arena, 1, sizeof *symbol);
        symbol->name = arena_text(&sh->arena, s, token->length);
        scope_add(&sh->defined, symbol);
    }
}

static bool defines_next(const struct shorthand *sh, size_t i)
{
    static const char *const words[] = {"const",  "knob",  "let",      "observe",
                                        "output", "input", "potential"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        if (is_word(sh, i, words[k])) {
            return true;
        }
    }
    return false;
}

static void find_defined(struct shorthand *sh)
{
    bool param = false;
    for (size_t i = 0; i < sh->tokens.count; i++) {
        bool first = begins_statement(sh, i);
        param = first ? is_word(sh, i, "param") : param;
        if (first && defines_next(sh, i)) {
            define(sh, i + 1);
        } else if ((first && token_at(sh, i + 1)->kind == TK_ASSIGN) || is_word(sh, i + 1, "in") ||
                   (param && !first)) {
            define(sh, i);
        }
    }
}

/* Names in these statements say nothing of parameters: columns of a file. */
static bool is_data(const struct shorthand *sh, size_t i)
{
    return is_word(sh, i, "truth") && is_word(sh, i + 1, "data") &&
           token_at(sh, i + 2)->kind == TK_STRING;
}

/* "rlct", "jeffreys" and the like where they are words of a statement. */
static bool is_statement_word(const struct shorthand *sh, size_t statement, size_t i)
{
    return (is_word(sh, statement, "expect") &&
            (is_word(sh, i, "rlct") || is_word(sh, i, "multiplicity"))) ||
           (is_word(sh, statement, "prior") && is_word(sh, i, "jeffreys"));
}

/* w2 before w10, x before y. */
static int compare_names(const void *a, const void *b)
{
    const char *s = *(const char *const *)a, *t = *(const char *const *)b;
    while (*s != '\0' && *t != '\0') {
        size_t n = strspn(s, "0123456789"), m = strspn(t, "0123456789");
        if (n > 0 && m > 0) {
            int order = n != m ? (n < m ? -1 : 1) : memcmp(s, t, n);
            if (order != 0) {
                return order;
            }
            s += n;
            t += m;
        } else if (*s != *t) {
            return (unsigned char)*s < (unsigned char)*t ? -1 : 1;
        } else {
            s++;
            t++;
        }
    }
    return (*s != '\0') - (*t != '\0');
}

/* All free names, sorted, in the arena. */
static const char **find_free(struct shorthand *sh, size_t *count)
{
    find_defined(sh);
    const char **names = arena_new(&sh->arena, sh->tokens.count, sizeof *names);
    size_t n = 0, statement = 0;
    for (size_t i = 0; i < sh->tokens.count; i++) {
        statement = begins_statement(sh, i) ? i : statement;
        const struct token *token = token_at(sh, i);
        if (is_free_form(sh, i) && !is_data(sh, statement) &&
            !is_statement_word(sh, statement, i) &&
            scope_find(&sh->defined, sh->source + token->offset, token->length) == NULL) {
            define(sh, i); /* once is enough */
            names[n++] = scope_find(&sh->defined, sh->source + token->offset, token->length)->name;
        }
    }
    if (n > 1) {
        qsort(names, n, sizeof *names, compare_names);
    }
    *count = n;
    return names;
}

size_t syntax_free_names(const char *text, size_t length, char names[][SYNTAX_MAX_NAME + 1],
                         size_t max)
{
    struct shorthand sh;
    size_t count = 0;
    if (length > SYNTAX_MAX_BYTES) {
        return 0;
    }
    shorthand_init(&sh, text, length);
    const char **found = find_free(&sh, &count);
    for (size_t i = 0; i < count && i < max; i++) {
        memcpy(names[i], found[i], strlen(found[i]) + 1);
    }
    shorthand_done(&sh);
    return count;
}

/* A mistyped keyword rather than an expression: "parm a in [0, 1]". */
static bool looks_like_statement(const struct shorthand *sh, size_t i)
{
    const struct token *token = token_at(sh, i);
    enum token_kind next = token_at(sh, i + 1)->kind;
    char word[SYNTAX_MAX_NAME + 1] = "";
    if (token->kind != TK_NAME || token->length >= sizeof word ||
        (next != TK_NAME && next != TK_STRING)) {
        return false;
    }
    memcpy(word, sh->source + token->offset, token->length);
    struct nearest nearest;
    nearest_start(&nearest, word);
    for (const char *const *k = syntax_keywords(); *k != NULL; k++) {
        nearest_offer(&nearest, *k);
    }
    return nearest.best != NULL;
}

static bool has_statement(const struct shorthand *sh, const char *word)
{
    for (size_t i = 0; i < sh->tokens.count; i++) {
        if (begins_statement(sh, i) && is_word(sh, i, word)) {
            return true;
        }
    }
    return false;
}

/* The first statement that is no statement: an expression, or "K = …". SIZE_MAX if none. */
static size_t find_bare(const struct shorthand *sh, bool *mistyped)
{
    size_t bare = SIZE_MAX;
    for (size_t i = 0; i < sh->tokens.count; i++) {
        enum token_kind kind = token_at(sh, i)->kind;
        if (!begins_statement(sh, i) || kind == TK_END || kind == TK_EOF || is_keyword(sh, i)) {
            continue;
        }
        if (looks_like_statement(sh, i)) {
            *mistyped = true;
        } else {
            bare = bare == SIZE_MAX ? i : bare;
        }
    }
    return bare;
}

static void add_params(struct shorthand *sh, struct text *out)
{
    size_t count = 0;
    const char **names = find_free(sh, &count);
    for (size_t i = 0; i < count; i++) {
        text_addf(out, "%s%s", i == 0 ? "\nparam " : ", ", names[i]);
    }
    if (count > 0) {
        text_add(out, " in [-2, 2]\n");
    }
}

void syntax_complete(const char *text, size_t length, struct text *out)
{
    struct shorthand sh;
    if (length > SYNTAX_MAX_BYTES) {
        text_add_bytes(out, text, length); /* refused by syntax_parse */
        return;
    }
    shorthand_init(&sh, text, length);
    bool likelihood = has_statement(&sh, "output");
    bool potential = has_statement(&sh, "potential");
    bool mistyped = false; /* a keyword, perhaps "param" */
    size_t bare = find_bare(&sh, &mistyped);
    bool params = has_statement(&sh, "param") || likelihood || mistyped;
    bare = potential || likelihood ? SIZE_MAX : bare;
    if (bare == SIZE_MAX && (params || !potential)) {
        text_add_bytes(out, text, length);
    } else {
        size_t split = bare == SIZE_MAX ? 0 : token_at(&sh, bare)->offset;
        text_add_bytes(out, sh.source, split);
        if (bare != SIZE_MAX) {
            bool named = token_at(&sh, bare + 1)->kind == TK_ASSIGN;
            text_add(out, named ? "potential " : "potential K = ");
        }
        text_add(out, sh.source + split);
        if (!params) {
            add_params(&sh, out);
        }
    }
    shorthand_done(&sh);
}
