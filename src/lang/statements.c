/* The statements that say something of a model, one function each, and recovery between them. */
#include "parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "words.h"

/* Text in quotes without them, in the arena; NULL after a fault. */
static const char *parse_text(struct parser *p, const char *what)
{
    const struct token *token = parser_peek(p);
    if (!parser_expect(p, TK_STRING, what)) {
        return NULL;
    }
    const char *s = parser_text(p, token);
    size_t length = token->length - 1;
    length -= length > 0 && s[length] == '"';
    if (strspn(s + 1, " \t") >= length) {
        draft_error(p->draft, token_span(token), "this text is empty");
        return NULL;
    }
    return arena_text(&p->draft->syntax->arena, s + 1, length);
}

/* model, about, source, contrast: one text, once. */
static bool parse_title(struct parser *p, const char **slot)
{
    const struct token *keyword = parser_last(p);
    const char *text = parse_text(p, "text in quotes");
    if (text == NULL) {
        return false;
    }
    if (*slot != NULL) {
        draft_error(p->draft, parser_span_from(p, keyword), "there is already a '%.*s'",
                    (int)keyword->length, parser_text(p, keyword));
        return false;
    }
    *slot = text;
    return true;
}

static bool parse_model(struct parser *p)
{
    return parse_title(p, &p->draft->syntax->title);
}

static bool parse_about(struct parser *p)
{
    return parse_title(p, &p->draft->syntax->about);
}

static bool parse_source(struct parser *p)
{
    return parse_title(p, &p->draft->syntax->cite);
}

static bool parse_contrast(struct parser *p)
{
    return parse_title(p, &p->draft->syntax->contrast);
}

/* ", y = column, x[1] = "other column"" */
static bool parse_columns(struct parser *p)
{
    struct draft *draft = p->draft;
    while (parser_accept(p, TK_COMMA)) {
        struct column_draft column = {.at = token_span(parser_peek(p))};
        const struct token *first = parser_peek(p);
        column.target = parse_reference(p, "an input or an output");
        if (column.target == NULL || !parser_expect(p, TK_ASSIGN, "'=' and a column")) {
            return false;
        }
        const struct token *token = parser_peek(p);
        if (token->kind == TK_NAME) {
            p->at++;
            column.column = arena_text(&draft->syntax->arena, parser_text(p, token), token->length);
        } else {
            column.column = parse_text(p, "the name of a column");
        }
        if (column.column == NULL) {
            return false;
        }
        column.at = parser_span_from(p, first);
        MEM_GROW(draft->columns, draft->n_columns, draft->columns_capacity);
        draft->columns[draft->n_columns++] = column;
    }
    return true;
}

static bool parse_truth_data(struct parser *p, const struct token *keyword)
{
    struct syntax *syntax = p->draft->syntax;
    const char *file = parse_text(p, "the name of a file in quotes");
    if (file == NULL) {
        return false;
    }
    if (syntax->data_file != NULL) {
        draft_error(p->draft, parser_span_from(p, keyword), "there is already a 'truth data'");
        return false;
    }
    syntax->data_file = file;
    syntax->data_at = parser_span_from(p, keyword);
    return parse_columns(p);
}

static bool parse_truth(struct parser *p)
{
    const struct token *keyword = parser_last(p);
    struct draft *draft = p->draft;
    if (parser_is_word(p, "data") && p->tokens[p->at + 1].kind != TK_TILDE) {
        p->at++;
        draft->has_data = true;
        return parse_truth_data(p, keyword);
    }
    struct truth_draft truth = {.target = parse_reference(p, "the name of an output")};
    bool fine = truth.target != NULL && parser_expect(p, TK_TILDE, "'~' and a distribution");
    truth.distribution = fine ? parse_distribution(p) : NULL;
    if (truth.target != NULL) { /* even if faulty: it is there */
        truth.at = parser_span_from(p, keyword);
        MEM_GROW(draft->truths, draft->n_truths, draft->truths_capacity);
        draft->truths[draft->n_truths++] = truth;
    }
    return truth.distribution != NULL;
}

static bool parse_potential(struct parser *p)
{
    const struct token *keyword = parser_last(p), *name = NULL;
    struct draft *draft = p->draft;
    struct syntax *syntax = draft->syntax;
    bool first = !draft->has_potential;
    draft->has_potential = true;
    if (!parse_new_name(p, "a name such as K", &name) ||
        !parser_expect(p, TK_ASSIGN, "'=' and an expression")) {
        return false;
    }
    struct expr *value = parse_expr(p);
    if (first) {
        syntax->potential_name = arena_text(&syntax->arena, parser_text(p, name), name->length);
        syntax->potential_at = parser_span_from(p, keyword);
        syntax->potential = value;
    } else {
        draft_error(draft, token_span(keyword), "a second potential; the first is on line %zu",
                    draft_line(draft, syntax->potential_at.offset));
    }
    return value != NULL;
}

static void add_prior(struct draft *draft, struct prior_stmt prior)
{
    MEM_GROW(draft->priors, draft->n_priors, draft->priors_capacity);
    draft->priors[draft->n_priors++] = prior;
}

static bool parse_prior_density(struct parser *p, const struct token *keyword)
{
    const struct token *open = parser_peek(p);
    p->at++;
    struct expr *density = parse_expr(p);
    if (density == NULL) {
        return false;
    }
    if (parser_is(p, TK_END) || parser_is(p, TK_EOF)) {
        draft_error(p->draft, token_span(open), "this '(' is never closed");
        return false;
    }
    if (!parser_expect(p, TK_RPAREN, "an operator or ')'")) {
        return false;
    }
    add_prior(p->draft, (struct prior_stmt){.kind = PRIOR_DENSITY,
                                            .at = parser_span_from(p, keyword),
                                            .density = density});
    return true;
}

/* "prior a, b ~ D", "prior density(…)", "prior jeffreys". */
static bool parse_prior(struct parser *p)
{
    const struct token *keyword = parser_last(p);
    enum token_kind after = parser_is(p, TK_NAME) ? p->tokens[p->at + 1].kind : TK_EOF;
    if (after == TK_LPAREN && parser_accept_word(p, "density")) {
        return parse_prior_density(p, keyword);
    }
    if ((after == TK_END || after == TK_EOF) && parser_accept_word(p, "jeffreys")) {
        add_prior(p->draft,
                  (struct prior_stmt){.kind = PRIOR_JEFFREYS, .at = parser_span_from(p, keyword)});
        return true;
    }
    struct expr_list targets = {0};
    bool fine = true;
    do {
        struct expr *target = parse_reference(p, "a parameter, 'density(...)' or 'jeffreys'");
        fine = target != NULL;
        if (fine) {
            expr_list_add(&targets, target);
        }
    } while (fine && parser_accept(p, TK_COMMA));
    fine = fine && parser_expect(p, TK_TILDE, "'~' and a distribution");
    struct distribution_expr *distribution = fine ? parse_distribution(p) : NULL;
    for (size_t i = 0; distribution != NULL && i < targets.count; i++) {
        add_prior(p->draft, (struct prior_stmt){.kind = PRIOR_OF_PARAM,
                                                .at = parser_span_from(p, keyword),
                                                .target = targets.items[i],
                                                .distribution = distribution});
    }
    expr_list_done(&targets);
    return distribution != NULL;
}

static bool parse_region(struct parser *p)
{
    const struct token *keyword = parser_last(p);
    struct draft *draft = p->draft;
    struct region_stmt region = {.name = parse_text(p, "the region's name in quotes")};
    if (region.name == NULL || !parser_expect(p, TK_COLON, "':' and a condition")) {
        return false;
    }
    region.condition = parse_expr(p);
    if (region.condition == NULL) {
        return false;
    }
    region.at = parser_span_from(p, keyword);
    MEM_GROW(draft->regions, draft->n_regions, draft->regions_capacity);
    draft->regions[draft->n_regions++] = region;
    return true;
}

static bool parse_view(struct parser *p)
{
    const struct token *keyword = parser_last(p);
    struct draft *draft = p->draft;
    struct expr *axes[2] = {NULL, NULL};
    axes[0] = parse_reference(p, "a parameter or an observable");
    if (axes[0] == NULL) {
        return false;
    }
    if (parser_accept(p, TK_COMMA)) {
        axes[1] = parse_reference(p, "a parameter or an observable");
        if (axes[1] == NULL) {
            return false;
        }
    }
    if (parser_is(p, TK_COMMA)) {
        draft_error(draft, token_span(parser_peek(p)), "a view has two axes");
        return false;
    }
    if (draft->has_view) {
        draft_error(draft, token_span(keyword), "a second view; the first is on line %zu",
                    draft_line(draft, draft->view_at.offset));
        return true;
    }
    draft->has_view = true;
    draft->view_at = parser_span_from(p, keyword);
    memcpy(draft->syntax->view, axes, sizeof axes);
    return true;
}

/* A whole number in digits; false after a fault. */
static bool parse_whole(struct parser *p, const char *what, long *out)
{
    const struct token *token = parser_peek(p);
    const char *s = parser_text(p, token);
    if (token->kind != TK_NUMBER || token->length > 9 || strspn(s, "0123456789") < token->length) {
        parser_unexpected(p, what);
        return false;
    }
    *out = strtol(s, NULL, 10);
    p->at++;
    return true;
}

static long common_divisor(long a, long b)
{
    while (b != 0) {
        long rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static bool parse_rlct(struct parser *p, struct expect_stmt *stmt)
{
    const struct token *first = parser_peek(p);
    long num = 0, den = 1;
    if (!parse_whole(p, "a fraction such as 5/12 or a whole number", &num) ||
        (parser_accept(p, TK_SLASH) && !parse_whole(p, "a whole number", &den))) {
        return false;
    }
    if (num == 0 || den == 0) {
        draft_error(p->draft, parser_span_from(p, first), "an rlct is a positive fraction");
        return false;
    }
    long divisor = common_divisor(num, den);
    stmt->rlct = (struct rat){num / divisor, den / divisor};
    return true;
}

static bool parse_multiplicity(struct parser *p, struct expect_stmt *stmt)
{
    const struct token *token = parser_peek(p);
    if (!parse_whole(p, "a whole number", &stmt->multiplicity)) {
        return false;
    }
    if (stmt->multiplicity == 0) {
        draft_error(p->draft, token_span(token), "a multiplicity is at least 1");
        return false;
    }
    return true;
}

/* "rlct = 1/2" or "multiplicity = 2". */
static bool parse_claim(struct parser *p, struct expect_stmt *stmt)
{
    const struct token *word = parser_peek(p);
    bool rlct = parser_is_word(p, "rlct");
    if (!rlct && !parser_is_word(p, "multiplicity")) {
        parser_unexpected(p, "'rlct = ...' or 'multiplicity = ...'");
        return false;
    }
    p->at++;
    if (rlct ? stmt->rlct.den != 0 : stmt->multiplicity != 0) {
        draft_error(p->draft, token_span(word), "'%s' is given twice",
                    rlct ? "rlct" : "multiplicity");
        return false;
    }
    return parser_expect(p, TK_ASSIGN, "'='") &&
           (rlct ? parse_rlct(p, stmt) : parse_multiplicity(p, stmt));
}

/* "a = 0, b = 0" after "at". */
static bool parse_point(struct parser *p, struct expr_list *targets, struct expr_list *values)
{
    do {
        struct expr *target = parse_reference(p, "a parameter");
        if (target == NULL || !parser_expect(p, TK_ASSIGN, "'=' and a value")) {
            return false;
        }
        struct expr *value = parse_expr(p);
        if (value == NULL) {
            return false;
        }
        expr_list_add(targets, target);
        expr_list_add(values, value);
    } while (parser_accept(p, TK_COMMA));
    return true;
}

static bool parse_expect(struct parser *p)
{
    const struct token *keyword = parser_last(p);
    struct draft *draft = p->draft;
    struct expect_draft expect = {0};
    do {
        if (!parse_claim(p, &expect.stmt)) {
            return false;
        }
    } while (parser_accept(p, TK_COMMA));
    struct expr_list targets = {0}, values = {0};
    expect.stmt.has_at = parser_accept_word(p, "at");
    bool fine = !expect.stmt.has_at || parse_point(p, &targets, &values);
    expect.n = fine ? targets.count : 0;
    expect.targets = expr_list_take(p, &targets);
    expect.values = expr_list_take(p, &values);
    if (fine) {
        expect.stmt.at = parser_span_from(p, keyword);
        MEM_GROW(draft->expects, draft->n_expects, draft->expects_capacity);
        draft->expects[draft->n_expects++] = expect;
    }
    return fine;
}

struct statement {
    const char *keyword;
    bool (*parse)(struct parser *p); /* what follows the keyword; false: go on at the next one */
};

static const struct statement statements[] = {
    {"model", parse_model},       {"about", parse_about},         {"source", parse_source},
    {"const", statement_const},   {"knob", statement_knob},       {"param", statement_param},
    {"input", statement_input},   {"let", statement_let},         {"potential", parse_potential},
    {"output", statement_output}, {"truth", parse_truth},         {"prior", parse_prior},
    {"region", parse_region},     {"observe", statement_observe}, {"view", parse_view},
    {"contrast", parse_contrast}, {"expect", parse_expect},
};

enum { N_STATEMENTS = sizeof statements / sizeof *statements };

/* Reports a first word that is no keyword; returns the statement that was meant, or NULL. */
static const struct statement *unknown_statement(struct parser *p)
{
    const struct token *token = parser_peek(p);
    const char *s = parser_text(p, token);
    int n = (int)(token->length < 64 ? token->length : 64);
    if (token->kind != TK_NAME) {
        parser_unexpected(p, "a statement such as 'param' or 'potential'");
        return NULL;
    }
    if (p->tokens[p->at + 1].kind == TK_ASSIGN) {
        draft_error(p->draft, token_span(token),
                    "a definition needs its statement: write 'let %.*s = ...' or 'potential %.*s = "
                    "...'",
                    n, s, n, s);
        return NULL;
    }
    char word[SYNTAX_MAX_NAME + 2];
    snprintf(word, sizeof word, "%.*s", n, s);
    struct nearest nearest;
    nearest_start(&nearest, word);
    const struct statement *meant = NULL;
    for (size_t i = 0; i < N_STATEMENTS; i++) {
        const char *before = nearest.best;
        nearest_offer(&nearest, statements[i].keyword);
        meant = nearest.best != before ? &statements[i] : meant;
    }
    if (meant != NULL) {
        draft_error(p->draft, token_span(token), "unknown statement '%s'; did you mean '%s'?", word,
                    meant->keyword);
    } else {
        draft_error(p->draft, token_span(token), "unknown statement '%s'", word);
    }
    return meant;
}

static const struct statement *find_statement(struct parser *p)
{
    for (size_t i = 0; i < N_STATEMENTS; i++) {
        if (parser_is_word(p, statements[i].keyword)) {
            return &statements[i];
        }
    }
    const struct statement *meant = unknown_statement(p);
    if (meant == NULL) {
        /* It may have been any statement: what is missing then is no fault of its own. */
        p->draft->faulty_params = true;
        p->draft->faulty_kind = true;
    }
    return meant;
}

/* After a whole statement nothing may follow on its line; false if something does. */
static bool end_statement(struct parser *p)
{
    const struct token *token = parser_peek(p);
    const char *s = parser_text(p, token);
    if (token->kind == TK_END || token->kind == TK_EOF) {
        return true;
    }
    if (token->kind == TK_NAME && word_is_statement(s, token->length)) {
        draft_error(p->draft, token_span(token), "write ';' or a new line before '%.*s'",
                    (int)token->length, s);
        return true;
    }
    if (token->kind == TK_RPAREN || token->kind == TK_RBRACKET) {
        draft_error(p->draft, token_span(token), "this '%c' closes nothing", *s);
    } else if (token->kind == TK_ASSIGN) {
        draft_error(p->draft, token_span(token), "'=' defines a name; to compare write '=='");
    } else {
        parser_unexpected(p, "the end of the statement");
    }
    return false;
}

void draft_parse(struct draft *draft)
{
    struct parser parser = {.draft = draft, .tokens = draft->tokens.items};
    struct parser *p = &parser;
    while (!parser_is(p, TK_EOF)) {
        if (parser_accept(p, TK_END)) {
            continue;
        }
        const struct statement *statement = find_statement(p);
        bool fine = statement != NULL;
        p->at += fine;
        p->depth = 0;
        if (!fine || !statement->parse(p) || !end_statement(p)) {
            while (!parser_is(p, TK_END) && !parser_is(p, TK_EOF)) {
                p->at++;
            }
        }
    }
}
