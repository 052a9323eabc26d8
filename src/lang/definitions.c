/* The statements that define names: const, knob, param, input, output, let, observe. */
#include "parser.h"

#include "cusp/mem.h"

/* "NAME = expr"; the symbol is declared whatever follows, so that its uses are not faults too. */
static struct declared *parse_definition(struct parser *p, enum symbol_kind kind, const char *what)
{
    const struct token *name = NULL;
    if (!parse_new_name(p, "a name", &name)) {
        return NULL;
    }
    struct declared *declared = parser_declare(p, kind, name);
    if (parser_is(p, TK_LBRACKET)) {
        draft_error(p->draft, token_span(parser_peek(p)),
                    "%s is a single number; arrays are param, input and let", what);
        if (declared != NULL) {
            declared->shapeless = true;
        }
    } else if (parser_expect(p, TK_ASSIGN, "'='")) {
        struct expr *value = parse_expr(p);
        if (declared != NULL && value != NULL) {
            declared->symbol.value = value;
            return declared;
        }
        if (value != NULL) {
            return NULL; /* defined twice: the first one counts */
        }
    }
    if (declared != NULL) {
        declared->broken = true;
    }
    return NULL;
}

bool statement_const(struct parser *p)
{
    return parse_definition(p, SYM_CONST, "a const") != NULL;
}

bool statement_observe(struct parser *p)
{
    return parse_definition(p, SYM_OBSERVE, "an observable") != NULL;
}

/* "in [low, high]"; false after a fault. */
static bool parse_box(struct parser *p, struct expr **low, struct expr **high)
{
    if (!parser_accept_word(p, "in")) {
        parser_unexpected(p, "'in [low, high]'");
        return false;
    }
    if (!parser_expect(p, TK_LBRACKET, "'[' and the two ends")) {
        return false;
    }
    *low = parse_expr(p);
    if (*low == NULL || !parser_expect(p, TK_COMMA, "',' and the upper end")) {
        return false;
    }
    *high = parse_expr(p);
    return *high != NULL && parser_expect(p, TK_RBRACKET, "']'");
}

bool statement_knob(struct parser *p)
{
    const struct token *first = parser_peek(p);
    struct declared *knob = parse_definition(p, SYM_KNOB, "a knob");
    if (knob == NULL) {
        return false;
    }
    struct symbol *symbol = &knob->symbol;
    if (parser_is(p, TK_END) || parser_is(p, TK_EOF)) {
        struct span at = parser_span_from(p, first);
        draft_error(p->draft, at, "a knob needs its range: knob %.*s in [low, high]",
                    (int)(at.length < 60 ? at.length : 60), parser_text(p, first));
        knob->broken = true;
        return true;
    }
    knob->broken = !parse_box(p, &symbol->low, &symbol->high);
    return !knob->broken;
}

/* "[size, size]" after the name of a param or an input. */
static bool parse_sizes(struct parser *p, struct declared *declared)
{
    const struct token *open = parser_peek(p);
    if (!parser_accept(p, TK_LBRACKET)) {
        return true;
    }
    do {
        struct expr *size = parse_expr(p);
        if (size == NULL) {
            return false;
        }
        if (declared->symbol.rank == SYNTAX_MAX_RANK) {
            draft_error(p->draft, token_span(open), "an array has at most %d indices",
                        SYNTAX_MAX_RANK);
            return false;
        }
        declared->sizes[declared->symbol.rank++] = size;
    } while (parser_accept(p, TK_COMMA));
    return parser_expect(p, TK_RBRACKET, "',' or ']'");
}

/* NAME or NAME[sizes]; *out is NULL for a name that was taken. False after a fault in the syntax.
 */
static bool parse_array_name(struct parser *p, enum symbol_kind kind, const char *what,
                             struct declared **out)
{
    const struct token *name = NULL;
    if (!parse_new_name(p, what, &name)) {
        return false;
    }
    *out = parser_declare(p, kind, name);
    struct declared ignored = {0};
    bool fine = parse_sizes(p, *out != NULL ? *out : &ignored);
    if (*out != NULL && !fine) {
        (*out)->broken = (*out)->shapeless = true;
    }
    return fine;
}

/* Names up to "in [a, b]" share that box: "a, b in [0, 1], c in [-2, 2]". */
bool statement_param(struct parser *p)
{
    struct draft *draft = p->draft;
    size_t first = draft->n_symbols;
    bool fine = true;
    do {
        struct declared *declared = NULL;
        fine = parse_array_name(p, SYM_PARAM, "the name of a parameter", &declared);
        if (fine && !parser_is(p, TK_COMMA)) {
            struct expr *low = NULL, *high = NULL;
            fine = parse_box(p, &low, &high);
            struct declared *owner = NULL;
            for (; fine && first < draft->n_symbols; first++) {
                draft->symbols[first]->symbol.low = low;
                draft->symbols[first]->symbol.high = high;
                draft->symbols[first]->box_of = owner;
                owner = owner != NULL ? owner : draft->symbols[first];
            }
        }
    } while (fine && parser_accept(p, TK_COMMA));
    for (; first < draft->n_symbols; first++) {
        draft->symbols[first]->broken = true;
    }
    draft->faulty_params |= !fine;
    return fine;
}

bool statement_input(struct parser *p)
{
    const struct token *keyword = parser_last(p);
    struct declared *declared = NULL;
    struct draft *draft = p->draft;
    bool fine = parse_array_name(p, SYM_INPUT, "the name of an input", &declared) &&
                parser_expect(p, TK_TILDE, "'~' and a distribution");
    struct distribution_expr *distribution = fine ? parse_distribution(p) : NULL;
    if (declared != NULL && distribution != NULL) {
        MEM_GROW(draft->inputs, draft->n_inputs, draft->inputs_capacity);
        draft->inputs[draft->n_inputs++] =
            (struct random_stmt){&declared->symbol, parser_span_from(p, keyword), distribution};
    }
    return distribution != NULL;
}

bool statement_output(struct parser *p)
{
    const struct token *keyword = parser_last(p), *name = NULL;
    struct draft *draft = p->draft;
    draft->faulty_kind = true; /* until it has parsed */
    if (!parse_new_name(p, "the name of an output", &name)) {
        return false;
    }
    struct declared *declared = parser_declare(p, SYM_OUTPUT, name);
    if (parser_is(p, TK_LBRACKET)) {
        draft_error(draft, token_span(parser_peek(p)),
                    "an output is a single number; write an output statement for each");
        if (declared != NULL) {
            declared->broken = declared->shapeless = true;
        }
        return false;
    }
    struct distribution_expr *distribution =
        parser_expect(p, TK_TILDE, "'~' and a distribution") ? parse_distribution(p) : NULL;
    if (declared == NULL || distribution == NULL) {
        return distribution != NULL;
    }
    draft->faulty_kind = false;
    MEM_GROW(draft->outputs, draft->n_outputs, draft->outputs_capacity);
    draft->outputs[draft->n_outputs++] =
        (struct random_stmt){&declared->symbol, parser_span_from(p, keyword), distribution};
    return true;
}

/* "[j in 1..H, k in 1..3]" after the name of a let. */
static bool parse_let_indices(struct parser *p, struct declared *let)
{
    do {
        const struct token *name = NULL;
        struct symbol *symbol = &let->symbol;
        if (parser_is(p, TK_NUMBER) || p->tokens[p->at + 1].kind != TK_NAME) {
            draft_error(p->draft, token_span(parser_peek(p)),
                        "an array let names its index and range: [j in 1..H]");
            return false;
        }
        if (!parse_new_name(p, "an index", &name)) {
            return false;
        }
        if (!parser_accept_word(p, "in")) {
            parser_unexpected(p, "'in 1..H'");
            return false;
        }
        struct expr *low = parse_expr(p);
        if (low == NULL || !parser_expect(p, TK_DOTDOT, "'..' and the end of the range")) {
            return false;
        }
        struct expr *high = parse_expr(p);
        if (high == NULL) {
            return false;
        }
        if (symbol->rank == SYNTAX_MAX_RANK) {
            draft_error(p->draft, token_span(name), "an array has at most %d indices",
                        SYNTAX_MAX_RANK);
            return false;
        }
        symbol->indices[symbol->rank] = &parser_new_symbol(p, SYM_INDEX, name)->symbol;
        let->starts[symbol->rank] = low;
        let->sizes[symbol->rank++] = high;
    } while (parser_accept(p, TK_COMMA));
    return parser_expect(p, TK_RBRACKET, "',' or ']'");
}

bool statement_let(struct parser *p)
{
    const struct token *name = NULL;
    if (!parse_new_name(p, "a name", &name)) {
        return false;
    }
    struct declared ignored = {.broken = true};
    struct declared *declared = parser_declare(p, SYM_LET, name);
    struct declared *let = declared != NULL ? declared : &ignored;
    bool fine = !parser_accept(p, TK_LBRACKET) || parse_let_indices(p, let);
    let->shapeless = !fine;
    fine = fine && parser_expect(p, TK_ASSIGN, "'='");
    let->symbol.value = fine ? parse_expr(p) : NULL;
    let->broken = let->symbol.value == NULL;
    return !let->broken;
}
