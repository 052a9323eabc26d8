/* Every diagnostic about the characters and the syntax of a model: message, line, column, width. */
#include "diagnostics_rows.h"

/* As printed: the line, and a caret with tildes under the place. */
static const struct row printed[] = {
    {"model \"mine\"\n"
     "param  a, b in [-3, 3]\n"
     "input  x ~ uniform(-2, 2)\n"
     "output y ~ normal(b*tahn(a*x), 1)\n"
     "truth  y ~ normal(0, sigma)\n"
     "view   a, c\n"
     "expect rlct = 0.5\n",
     "my.model:4:21: error: unknown name 'tahn'; did you mean 'tanh'?\n"
     "    output y ~ normal(b*tahn(a*x), 1)\n"
     "                        ^~~~\n"
     "my.model:5:22: error: unknown name 'sigma'\n"
     "    truth  y ~ normal(0, sigma)\n"
     "                         ^~~~~\n"
     "my.model:6:11: error: unknown name 'c'\n"
     "    view   a, c\n"
     "              ^\n"
     "my.model:7:15: error: expected a fraction such as 5/12 or a whole number here, not '0.5'\n"
     "    expect rlct = 0.5\n"
     "                  ^~~\n"},
    {"param w in [-1, 1]\n"
     "potential K = (w^2 +\n"
     "  3*w·w + tanh(w, 1)\n"
     "view w\n",
     "my.model:2:15: error: this '(' is never closed\n"
     "    potential K = (w^2 +\n"
     "                  ^\n"
     "my.model:3:6: error: names and operators are ASCII: write *\n"
     "      3*w·w + tanh(w, 1)\n"
     "         ^\n"},
    {"\tparam w in [1, -1]\r\n"
     "\tpotential K = ½*w²\r\n",
     "my.model:1:14: error: the box of 'w' has its ends swapped\n"
     "    \tparam w in [1, -1]\n"
     "    \t            ^~~~~\n"
     "my.model:2:16: error: names and operators are ASCII: write 1/2\n"
     "    \tpotential K = ½*w²\n"
     "    \t              ^\n"
     "my.model:2:19: error: names and operators are ASCII: write ^2\n"
     "    \tpotential K = ½*w²\n"
     "    \t                 ^\n"},
    {"const a = b\n"
     "const b = a\n"
     "param w in [-1, 1]\n"
     "potental K = w**2\n",
     "my.model:1:7: error: circular definition: a → b → a\n"
     "    const a = b\n"
     "          ^\n"
     "my.model:4:1: error: unknown statement 'potental'; did you mean 'potential'?\n"
     "    potental K = w**2\n"
     "    ^~~~~~~~\n"
     "my.model:4:15: error: a power is written with '^': write ^\n"
     "    potental K = w**2\n"
     "                  ^~\n"},
};

static const struct row characters[] = {
    {W "potential K = w²", "2:16+1 names and operators are ASCII: write ^2"},
    {W "potential K = 2·w", "2:16+1 names and operators are ASCII: write *"},
    {W "potential K = 1 − w", "2:17+1 names and operators are ASCII: write -"},
    {W "potential K = w^2 ≤ 1", "2:19+1 names and operators are ASCII: write <="},
    {W "potential K = π*w^2", "2:15+1 names and operators are ASCII: write pi"},
    {W "potential K = ½*w^2", "2:15+1 names and operators are ASCII: write 1/2"},
    {W "potential K = √w", "2:15+1 names and operators are ASCII: write sqrt(...)"},
    {"param θ1 in [-1, 1]\npotential K = θ1^2",
     "1:7+1 names and operators are ASCII: write theta\n"
     "2:15+1 names and operators are ASCII: write theta"},
    {"param größe in [-1, 1]\npotential K = größe^2",
     "1:9+1 names and operators are ASCII: letters a-z, digits and _\n"
     "2:17+1 names and operators are ASCII: letters a-z, digits and _"},
    {W "potential K = w ** 2", "2:17+2 a power is written with '^': write ^"},
    {W "potential K = |w|", "2:15+1 write abs(x) for |x|, and 'or' between conditions\n"
                            "2:17+1 write abs(x) for |x|, and 'or' between conditions"},
    {W "potential K = {w + 1}^2", "2:15+1 write '(' for '{'\n"
                                  "2:21+1 write ')' for '}'"},
    {W "region \"r\" : w > 0 && w < 1\n" K, "2:20+2 write 'and' for '&&'"},
    {W "region \"r\" : w > 0 || w < 1\n" K, "2:20+2 write 'or' for '||'"},
    {W "region \"r\" : !w\n" K, "2:14+1 write 'not' for '!'"},
    {W "region \"r\" : w <> 0\n" K, "2:16+2 'differs from' is written '!='"},
    {W "region \"r\" : w =< 0\n" K, "2:16+2 'at most' is written '<='"},
    {W "let f := w\npotential K = f", "2:7+2 write '=' to define a name"},
    {W "potential K = w % 2", "2:17+1 there is no operator '%'"},
    {W "potential K = w $ 2", "2:17+1 the character '$' has no meaning here"},
    {W "model 'one'\n" K, "2:7+1 text stands in double quotes\n"
                          "2:11+1 text stands in double quotes"},
    {"model “One”\n" W K, "1:7+1 names and operators are ASCII: write \" around text"},
    {W K "about \"no end", "3:7+7 this text has no closing '\"' on its line"},
    {W "potential K = 1.2.3*w", "2:15+5 a number has one decimal point"},
    {W "potential K = w\x07"
       "",
     "2:16+1 control character U+0007 in the text"},
    {W K "about \"a\u202eb\"", "3:9+1 control character U+202E in the text"},
    {"model \"caf\xe9"
     "\"\n" W K,
     "1:11+1 not UTF-8: the byte 0xe9; save the file as UTF-8"},
};

static const struct row numbers[] = {
    {W "potential K = 1e400*w", "2:15+5 this number is too large: the largest is about 1.8e308"},
    {W "potential K = 1e-400*w", "2:15+6 this number is too small: it would be 0"},
    {W "potential K = 2w", "2:15+2 a product needs '*': write 2*w"},
    {W "potential K = 0x10*w", "2:15+4 numbers are decimal"},
    {W "potential K = w 2", "2:15+3 a product needs '*': write w*2"},
    {W "potential K = 2 (w + 1)", "2:15+3 a product needs '*': write 2*("},
    {W "potential K = (w + 1)(w - 1)", "2:21+2 a product needs '*': write )*("},
    {W "potential K = 3 tanh(w)", "2:15+6 a product needs '*': write 3*tanh"},
};

static const struct row expressions[] = {
    {W "potential K = (w + 1", "2:15+1 this '(' is never closed"},
    {W "potential K = tanh(w", "2:19+1 this '(' is never closed"},
    {W "potential K = tanh(w;", "2:19+1 this '(' is never closed"},
    {W "potential K = w)", "2:16+1 this ')' closes nothing"},
    {W "potential K = w]", "2:16+1 this ']' closes nothing"},
    {W "potential K = (w]", "2:17+1 expected an operator or ')' here, not ']'"},
    {W "potential K = w +",
     "2:17+1 the statement ends after '+'; an expression goes on over lines inside '( )'"},
    {W "potential K = ", "2:15+1 expected a number, a name or '(' here, not the end of the line"},
    {W "potential K =;",
     "2:14+1 expected a number, a name or '(' here, not the end of the statement"},
    {W "potential K = w = 0", "2:17+1 '=' defines a name; to compare write '=='"},
    {W "region \"r\" : 0 < w < 1\n" K, "2:20+1 comparisons do not chain: write a < b and b < c"},
    {W "region \"r\" : w < not w\n" K, "2:18+3 write this 'not ...' in parentheses"},
    {W "potential K = w^2, 3", "2:18+1 expected the end of the statement here, not ','"},
    {W "potential K = \"w\"", "2:15+3 expected a number, a name or '(' here, not text in quotes"},
    {W "potential K = tanh", "2:15+4 'tanh' is a function: write tanh(...)"},
    {W "potential K = normal(w, 1)", "2:15+6 'normal' is a distribution: it stands after '~'"},
    {W "potential K = view",
     "2:15+4 expected a number, a name or '(' here: 'view' begins a statement"},
    {W "potential K = w + in", "2:19+2 expected a number, a name or '(' here, not 'in'"},
    {W "potential K = sum(w, 1)", "2:15+3 sum needs an index and its range: sum(j in 1..H, ...)"},
    {W "potential K = sum", "2:15+3 'sum' is a function: write sum(...)"},
    {W "potential K = sum(j in 1, w)",
     "2:25+1 expected '..' and the end of the range here, not ','"},
    {W "potential K = sum(j in 1..2)", "2:28+1 expected ',' and the term here, not ')'"},
    {W "potential K = prod(j in 1..2, w", "2:19+1 this '(' is never closed"},
    {W "potential K = prod(1..2, w)",
     "2:15+4 prod needs an index and its range: prod(j in 1..H, ...)"},
    {W "potential K = w[]", "2:15+3 an index is missing"},
    {W "potential K = "
       "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
       "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
       "(((((((((((((((((((w)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
       ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
       ")))))))))))))))))))))))))))))))))))))))",
     "2:215+1 nested deeper than 200 levels"},
    {W "potential K = (w^2\nview w", "2:15+1 this '(' is never closed"},
};

static const struct row statements[] = {
    {W "potental K = w^2", "2:1+8 unknown statement 'potental'; did you mean 'potential'?"},
    {W "plot w\n" K, "2:1+4 unknown statement 'plot'"},
    {W "K = w^2",
     "2:1+1 a definition needs its statement: write 'let K = ...' or 'potential K = ...'"},
    {W "= 3\n" K, "2:1+1 expected a statement such as 'param' or 'potential' here, not '='"},
    {W "\"text\"\n" K,
     "2:1+6 expected a statement such as 'param' or 'potential' here, not text in quotes"},
    {W "potential K = w potential L = w", "2:17+9 write ';' or a new line before 'potential'\n"
                                          "2:17+9 a second potential; the first is on line 2"},
    {W "potential = w", "2:11+1 expected a name such as K here, not '='"},
    {W "potential 3 = w", "2:11+1 expected a name such as K here, not '3'"},
    {W "potential K w", "2:13+1 expected '=' and an expression here, not 'w'"},
    {W K "potential L = w^4", "3:1+9 a second potential; the first is on line 2"},
    {W K "model \"a\"; model \"b\"", "3:12+9 there is already a 'model'"},
    {W K "about 3", "3:7+1 expected text in quotes here, not '3'"},
    {W K "source \"\"", "3:8+2 this text is empty"},
    {W K "contrast line", "3:10+4 expected text in quotes here, not 'line'"},
    {W K "contrast \"a\"\ncontrast \"b\"", "4:1+12 there is already a 'contrast'"},
    {W K "const c", "3:8+1 expected '=' here, not the end of the line"},
    {W K "const 3 = c", "3:7+1 expected a name here, not '3'"},
    {W K "const c[2] = 3", "3:8+1 a const is a single number; arrays are param, input and let"},
    {W K "const and = 3", "3:7+3 'and' cannot be a name: it is a word of the language"},
    {W K "const tanh = 3", "3:7+4 'tanh' cannot be a name: it is a function"},
    {W K "const normal = 3", "3:7+6 'normal' cannot be a name: it is a distribution"},
    {W K "const pi = 3", "3:7+2 'pi' cannot be a name: it is a number"},
    {W K "const view = 3", "3:7+4 'view' cannot be a name: it is a statement"},
    {W K "const cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc = 3",
     "3:7+64 a name has at most 63 letters"},
    {W K "const w = 3", "3:7+1 'w' is already defined on line 1"},
    {W K "knob c = 1", "3:6+5 a knob needs its range: knob c = 1 in [low, high]"},
    {W K "knob c = 1 in", "3:14+1 expected '[' and the two ends here, not the end of the line"},
    {W K "knob c = 1 to 2", "3:6+10 a knob needs its range: knob c = 1 to 2 in [low, high]\n"
                            "3:10+4 a product needs '*': write 1*to\n"
                            "3:12+4 a product needs '*': write to*2\n"
                            "3:12+2 unknown name 'to'"},
    {W K "let = 3", "3:5+1 expected a name here, not '='"},
    {W K "let f 3", "3:7+1 expected '=' here, not '3'"},
    {W "let f[2] = w\npotential K = f[1]",
     "2:7+1 an array let names its index and range: [j in 1..H]"},
    {W "let f[j in 1] = w\npotential K = f[1]",
     "2:13+1 expected '..' and the end of the range here, not ']'"},
    {W "let f[j of 1..2] = w\npotential K = f[1]", "2:9+2 expected 'in 1..H' here, not 'of'"},
    {W "let f[j in 1..] = w\npotential K = f[1]",
     "2:15+1 expected a number, a name or '(' here, not ']'"},
    {W "let f[j in 1..2 = w\npotential K = f[1]", "2:17+1 expected ',' or ']' here, not '='"},
    {W "let f[a in 1..2, b in 1..2, c in 1..2, d in 1..2] = w\npotential K = f[1]",
     "2:40+1 an array has at most 3 indices"},
    {W K "observe = 3", "3:9+1 expected a name here, not '='"},
};

static void test_characters(void **state)
{
    (void)state;
    check_rows(characters, sizeof characters / sizeof *characters);
}

static void test_numbers(void **state)
{
    (void)state;
    check_rows(numbers, sizeof numbers / sizeof *numbers);
}

static void test_expressions(void **state)
{
    (void)state;
    check_rows(expressions, sizeof expressions / sizeof *expressions);
}

static void test_statements(void **state)
{
    (void)state;
    check_rows(statements, sizeof statements / sizeof *statements);
}

static void test_printed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) {
        struct diags diags;
        struct syntax *syntax = NULL;
        struct text out;
        diags_init(&diags);
        text_init(&out);
        const char *text = printed[i].text;
        assert_int_equal(syntax_parse("my.model", text, strlen(text), NULL, 0, &diags, &syntax),
                         ST_INPUT);
        diags_print(&diags, &out);
        assert_string_equal(text_get(&out), printed[i].said);
        text_done(&out);
        diags_done(&diags);
    }
}

static void test_bytes(void **state)
{
    (void)state;
    static const char nul[] = W K "# \0 here";
    check_said(nul, sizeof nul - 1, NULL, "3:3+1 control character U+0000 in the text");
    static const char cut[] = W K "# \xe2\x82";
    check_said(cut, sizeof cut - 1, NULL, "3:3+1 not UTF-8: the byte 0xe2; save the file as UTF-8");
}

/* before, then count times part, then after */
static void check_repeated(const char *before, const char *part, size_t count, const char *after,
                           const char *said)
{
    struct text text;
    text_init(&text);
    text_add(&text, before);
    for (size_t i = 0; i < count; i++) {
        text_add(&text, part);
    }
    text_add(&text, after);
    check_said(text_get(&text), text.length, NULL, said);
    text_done(&text);
}

static void test_limits(void **state)
{
    (void)state;
    check_repeated(W "potential K = ", "(", 201, "w", "2:215+1 nested deeper than 200 levels");
    check_repeated(W "potential K = ", "-", 201, "w", "2:215+1 nested deeper than 200 levels");
    check_repeated(W "potential K = ", "tanh(", 201, "w", "2:1019+1 nested deeper than 200 levels");
    check_repeated(W "potential K = w", "^w", 201, "", "2:417+1 nested deeper than 200 levels");
    check_repeated(W "region \"r\" : ", "not ", 201, "w\n" K,
                   "2:814+3 nested deeper than 200 levels");
    check_repeated(W "output y ~ ", "mixture(1: ", 201, "w\n" T,
                   "2:2212+7 nested deeper than 200 levels");
    check_repeated(W "potential K = ", "w + ", 2000, "w",
                   "2:15+8001 more than 2000 operations in a row: use sum(...), or name a part "
                   "with let");
    check_repeated(W K, "# and so on\n", (size_t)SYNTAX_MAX_BYTES / 12, "",
                   "0:0+1 larger than 1048576 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_printed),     cmocka_unit_test(test_characters),
        cmocka_unit_test(test_bytes),       cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_expressions), cmocka_unit_test(test_statements),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
