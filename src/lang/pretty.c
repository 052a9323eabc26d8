/* Expressions as text: as written, and set for reading. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/syntax.h"

/* How tightly an expression holds together; what is looser needs parentheses. */
enum { LOOSEST, P_OR, P_AND, P_NOT, P_COMPARE, P_ADD, P_MUL, P_NEG, P_POW, P_ATOM };

struct printer {
    const struct syntax *syntax;
    struct text *out;
};

void syntax_expr_text(const struct syntax *syntax, const struct expr *expr, struct text *out)
{
    const char *s = syntax->source + expr->at.offset;
    bool space = false;
    for (size_t i = 0; i < expr->at.length;) {
        size_t skip = strspn(s + i, "\n");
        if (s[i] == '#') {
            skip = strcspn(s + i, "\n");
        }
        if (skip > 0 || ((s[i] == ' ' || s[i] == '\t') && space)) {
            i += skip > 0 ? skip : 1;
            space = true;
            continue;
        }
        /* Spaces are kept as written, but for those around the end of a line. */
        size_t blank = strspn(s + i, " \t");
        if (blank > 0 && (s[i + blank] == '\n' || s[i + blank] == '#')) {
            i += blank;
            space = true;
            continue;
        }
        if (space) {
            text_add(out, " ");
            space = false;
        }
        size_t plain = blank > 0 ? blank : strcspn(s + i, " \t\n#");
        plain = plain < expr->at.length - i ? plain : expr->at.length - i;
        text_add_bytes(out, s + i, plain);
        i += plain;
    }
}

static const char *vulgar_fraction(const struct expr *expr)
{
    static const struct {
        int num, den;
        const char *text;
    } known[] = {{1, 2, "½"}, {1, 3, "⅓"}, {2, 3, "⅔"}, {1, 4, "¼"}, {3, 4, "¾"},
                 {1, 5, "⅕"}, {2, 5, "⅖"}, {3, 5, "⅗"}, {4, 5, "⅘"}, {1, 6, "⅙"},
                 {5, 6, "⅚"}, {1, 8, "⅛"}, {3, 8, "⅜"}, {5, 8, "⅝"}, {7, 8, "⅞"}};
    if (expr->kind != EX_OP || expr->op != OP_DIV || expr->args[0]->kind != EX_NUMBER ||
        expr->args[1]->kind != EX_NUMBER) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (expr->args[0]->number == known[i].num && expr->args[1]->number == known[i].den) {
            return known[i].text;
        }
    }
    return NULL;
}

static int tightness(const struct expr *expr)
{
    if (expr->kind != EX_OP || vulgar_fraction(expr) != NULL) {
        return P_ATOM;
    }
    switch ((int)expr->op) {
    case OP_OR:
        return P_OR;
    case OP_AND:
        return P_AND;
    case OP_NOT:
        return P_NOT;
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_EQ:
    case OP_NE:
        return P_COMPARE;
    case OP_ADD:
    case OP_SUB:
        return P_ADD;
    case OP_MUL:
    case OP_DIV:
        return P_MUL;
    case OP_NEG:
        return P_NEG;
    case OP_POW:
        return P_POW;
    default:
        return P_ATOM;
    }
}

static void print(struct printer *p, const struct expr *expr);

static void print_in_parentheses(struct printer *p, const struct expr *expr)
{
    text_add(p->out, "(");
    print(p, expr);
    text_add(p->out, ")");
}

static void print_at(struct printer *p, const struct expr *expr, int least)
{
    if (tightness(expr) < least) {
        print_in_parentheses(p, expr);
    } else {
        print(p, expr);
    }
}

/* What is printed first of an expression that stands where `least` is asked for; NULL if that is a
   parenthesis. */
static const struct expr *leftmost(const struct expr *expr, int least)
{
    while (tightness(expr) >= least) {
        int own = tightness(expr);
        if (own == P_ATOM || own == P_NEG || own == P_NOT) {
            return expr;
        }
        least = own == P_POW ? P_ATOM : own;
        expr = expr->args[0];
    }
    return NULL;
}

static bool begins_with_minus(const struct expr *expr, int least)
{
    const struct expr *first = leftmost(expr, least);
    return first != NULL && first->kind == EX_OP && first->op == OP_NEG;
}

static bool is_pi(const struct printer *p, const struct expr *number)
{
    return p->syntax->source[number->at.offset] == 'p';
}

static bool begins_with_digit(const struct printer *p, const struct expr *expr, int least)
{
    const struct expr *first = leftmost(expr, least);
    return first != NULL &&
           (vulgar_fraction(first) != NULL || (first->kind == EX_NUMBER && !is_pi(p, first)));
}

/* An operand after a sign: "a − (−b)". */
static void print_right(struct printer *p, const struct expr *expr, int least)
{
    if (begins_with_minus(expr, least)) {
        print_in_parentheses(p, expr);
    } else {
        print_at(p, expr, least);
    }
}

static void print_product(struct printer *p, const struct expr *expr)
{
    const struct expr *left = expr->args[0], *right = expr->args[1];
    bool quotient = left->kind == EX_OP && left->op == OP_DIV && vulgar_fraction(left) == NULL;
    if (quotient) {
        print_in_parentheses(p, left); /* "a/b c" would read as a/(b c) */
    } else {
        print_at(p, left, P_MUL);
    }
    bool chain = right->kind == EX_OP && right->op == OP_MUL;
    int least = chain ? P_MUL : P_POW;
    text_add(p->out, begins_with_digit(p, right, least) ? "·" : " ");
    print_right(p, right, least);
}

static void add_superscript(struct text *out, long value)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char plain[24];
    snprintf(plain, sizeof plain, "%ld", value);
    for (const char *c = plain; *c != '\0'; c++) {
        text_add(out, *c == '-' ? "⁻" : digits[*c - '0']);
    }
}

/* A whole number written out, perhaps with a minus. */
static bool whole_exponent(const struct expr *expr, long *out)
{
    enum { EXPONENT_MAX = 9999 };
    bool minus = expr->kind == EX_OP && expr->op == OP_NEG;
    const struct expr *number = minus ? expr->args[0] : expr;
    if (number->kind != EX_NUMBER || number->number != rint(number->number) ||
        number->number > EXPONENT_MAX) {
        return false;
    }
    *out = minus ? -(long)number->number : (long)number->number;
    return true;
}

static void print_power(struct printer *p, const struct expr *expr)
{
    long exponent = 0;
    print_at(p, expr->args[0], P_ATOM);
    if (whole_exponent(expr->args[1], &exponent)) {
        add_superscript(p->out, exponent);
    } else {
        text_add(p->out, "^");
        print_at(p, expr->args[1], P_ATOM);
    }
}

static void print_list(struct printer *p, const struct expr *expr, const char *comma)
{
    for (size_t i = 0; i < expr->n_args; i++) {
        text_add(p->out, i > 0 ? comma : "");
        print(p, expr->args[i]);
    }
}

static void print_infix(struct printer *p, const struct expr *expr, const char *sign, int left,
                        int right)
{
    print_at(p, expr->args[0], left);
    text_add(p->out, sign);
    print_right(p, expr->args[1], right);
}

static const char *comparison_sign(enum op op)
{
    return op == OP_LT   ? " < "
           : op == OP_LE ? " ≤ "
           : op == OP_GT ? " > "
           : op == OP_GE ? " ≥ "
           : op == OP_EQ ? " = "
                         : " ≠ ";
}

static void print_op(struct printer *p, const struct expr *expr)
{
    switch (tightness(expr)) {
    case P_OR:
        print_infix(p, expr, " or ", P_OR, P_AND);
        return;
    case P_AND:
        print_infix(p, expr, " and ", P_AND, P_NOT);
        return;
    case P_NOT:
        text_add(p->out, "not ");
        print_at(p, expr->args[0], P_NOT);
        return;
    case P_COMPARE:
        print_infix(p, expr, comparison_sign(expr->op), P_ADD, P_ADD);
        return;
    case P_ADD:
        print_infix(p, expr, expr->op == OP_ADD ? " + " : " − ", P_ADD,
                    expr->op == OP_ADD ? P_ADD : P_MUL);
        return;
    case P_MUL:
        if (expr->op == OP_MUL) {
            print_product(p, expr);
        } else {
            print_infix(p, expr, "/", P_MUL, P_POW);
        }
        return;
    case P_NEG:
        text_add(p->out, "−");
        print_right(p, expr->args[0], P_MUL);
        return;
    case P_POW:
        print_power(p, expr);
        return;
    default:
        break;
    }
    text_addf(p->out, "%s(", op_info(expr->op)->name);
    print_list(p, expr, ", ");
    text_add(p->out, ")");
}

static void print(struct printer *p, const struct expr *expr)
{
    const char *fraction = vulgar_fraction(expr);
    switch (expr->kind) {
    case EX_NUMBER:
        if (is_pi(p, expr)) {
            text_add(p->out, "π");
        } else {
            text_add_bytes(p->out, p->syntax->source + expr->at.offset, expr->at.length);
        }
        break;
    case EX_NAME:
        text_add(p->out, expr->symbol->name);
        if (expr->n_args > 0) {
            text_add(p->out, "[");
            print_list(p, expr, ",");
            text_add(p->out, "]");
        }
        break;
    case EX_OP:
        if (fraction != NULL) {
            text_add(p->out, fraction);
        } else {
            print_op(p, expr);
        }
        break;
    case EX_SUM:
    case EX_PROD:
        text_addf(p->out, "%s(%s in ", expr->kind == EX_SUM ? "sum" : "prod", expr->symbol->name);
        print_at(p, expr->args[0], P_ADD);
        text_add(p->out, "..");
        print_at(p, expr->args[1], P_ADD);
        text_add(p->out, ", ");
        print(p, expr->args[2]);
        text_add(p->out, ")");
        break;
    }
}

void syntax_expr_pretty(const struct syntax *syntax, const struct expr *expr, struct text *out)
{
    struct printer printer = {syntax, out};
    print(&printer, expr);
}
