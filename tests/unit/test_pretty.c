/* Expressions as text: as written, and set for reading with as few parentheses as mean the same. */
#include "tap.h"

#include "cusp/syntax.h"

#include <stdio.h>
#include <string.h>

struct row {
    const char *written, *pretty;
};

static const struct row rows[] = {
    {"w1^2*w2^2", "w1² w2²"},
    {"1/2*w1^2*w2^2", "½ w1² w2²"},
    {"(x^2 - y^3)^2", "(x² − y³)²"},
    {"(x*y*(x - y))^2", "(x y (x − y))²"},
    {"(x - 1)^2*(x^2 + y^2)^4", "(x − 1)² (x² + y²)⁴"},
    {"((x))", "x"},
    {"-x^2", "−x²"},
    {"(-x)^2", "(−x)²"},
    {"-(x + y)", "−(x + y)"},
    {"-(-x)", "−(−x)"},
    {"-x*y", "−x y"},
    {"x*-y", "x (−y)"},
    {"x*(-y)^2", "x (−y)²"},
    {"x - -y", "x − (−y)"},
    {"x + -y*z", "x + (−y z)"},
    {"x - (y - z)", "x − (y − z)"},
    {"x + (y - z)", "x + y − z"},
    {"x - y - z", "x − y − z"},
    {"x/(y*z)", "x/(y z)"},
    {"x/y/z", "x/y/z"},
    {"x/(y/z)", "x/(y/z)"},
    {"x/y*z", "(x/y) z"},
    {"x*(y/z)", "x (y/z)"},
    {"x*y/z", "x y/z"},
    {"x^y^2", "x^(y²)"},
    {"(x^2)^3", "(x²)³"},
    {"x^-2", "x⁻²"},
    {"x^12", "x¹²"},
    {"x^(1/2)", "x^½"},
    {"x^(y + 1)", "x^(y + 1)"},
    {"x^0.5", "x^0.5"},
    {"pow(x, 2)", "x²"},
    {"2*x", "2 x"},
    {"x*2", "x·2"},
    {"2*3*x", "2·3 x"},
    {"x*(1/2)", "x·½"},
    {"x*2^2", "x·2²"},
    {"3/7*x", "(3/7) x"},
    {"0.25*x", "0.25 x"},
    {"1e-6*x", "1e-6 x"},
    {"2*pi*x", "2 π x"},
    {"tanh(x*y)^2", "tanh(x y)²"},
    {"exp(-x^2/2)", "exp(−x²/2)"},
    {"max(x, y + 1)", "max(x, y + 1)"},
    {"if(x < 0 and not (y >= 2 or x == y), x, y)", "if(x < 0 and not (y ≥ 2 or x = y), x, y)"},
    {"(x <= y) + (x != y)", "(x ≤ y) + (x ≠ y)"},
    {"theta*x", "theta x"},
    {"sum(j in 1..2, v[j,1]*x)", "sum(j in 1..2, v[j,1] x)"},
    {"prod(j in 1..1 + 1, v[j, 1 + 1])^2", "prod(j in 1..1 + 1, v[j,1 + 1])²"},
};

/* The tree of one expression. */
static struct syntax *parse(const char *expression)
{
    char text[400];
    struct diags diags;
    struct syntax *syntax = NULL;
    diags_init(&diags);
    snprintf(text, sizeof text,
             "param w1, w2, x, y, z, v[2,2] in [-1, 1]\nknob theta = 1 in [0, 2]\n"
             "potential K = %s\n",
             expression);
    enum status status = syntax_parse("test", text, strlen(text), NULL, 0, &diags, &syntax);
    if (status != ST_OK) {
        fail_msg("%s: %s", expression, diags.items[0].message);
    }
    diags_done(&diags);
    return syntax;
}

static void test_pretty(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct syntax *syntax = parse(rows[i].written);
        struct text out;
        text_init(&out);
        syntax_expr_pretty(syntax, syntax->potential, &out);
        assert_string_equal(text_get(&out), rows[i].pretty);
        text_done(&out);
        syntax_free(syntax);
    }
}

static void test_as_written(void **state)
{
    (void)state;
    static const struct row written[] = {
        {"w1^2*w2^2", "w1^2*w2^2"},
        {"x  +y", "x  +y"},
        {"(x^2 - y^3)^2", "(x^2 - y^3)^2"},
        {"tanh( x )", "tanh( x )"},
        {"(x + # one\n   y # two\n )^2", "(x + y )^2"},
        {"sum(\n  j in 1..2,\n\n  v[j,1]\n)", "sum( j in 1..2, v[j,1] )"},
    };
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        struct syntax *syntax = parse(written[i].written);
        struct text out;
        text_init(&out);
        syntax_expr_text(syntax, syntax->potential, &out);
        assert_string_equal(text_get(&out), written[i].pretty);
        text_done(&out);
        syntax_free(syntax);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pretty),
        cmocka_unit_test(test_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
