/* Models typed in a hurry: the parameters they need, and the whole text they stand for. */
#include "tap.h"

#include "cusp/syntax.h"

#include <string.h>

static void expect_names(const char *text, const char *expected)
{
    char names[8][SYNTAX_MAX_NAME + 1];
    struct text out;
    text_init(&out);
    size_t count = syntax_free_names(text, strlen(text), names, 8);
    for (size_t i = 0; i < count && i < 8; i++) {
        text_addf(&out, "%s%s", i > 0 ? " " : "", names[i]);
    }
    assert_string_equal(text_get(&out), expected);
    text_done(&out);
}

static void test_free_names(void **state)
{
    (void)state;
    expect_names("K = (x^2 - y^3)^2", "x y");
    expect_names("(y^3 - x^2)^2", "x y");
    expect_names("potential K = w10^2*w2^2*w1", "w1 w2 w10");
    expect_names("K = tanh(a*x) + pi + foo(b)", "a b x");
    expect_names("K = sum(j in 1..3, w^j)", "w");
    expect_names("const c = 2; knob t = 1 in [0, 2]; let f = c*u; K = f^2 + t*v", "u v");
    expect_names("param a in [0, 1]; K = a*b", "b");
    expect_names("K = a; region \"r\" : a > 0; expect rlct = 1, multiplicity = 1 at a = 0", "a");
    expect_names("K = w[1]^2 + v", "v");
    expect_names("K = 3", "");
    expect_names("", "");
    expect_names("x and not y or if(z, 1, 2)", "x y z");
    char few[1][SYNTAX_MAX_NAME + 1];
    assert_int_equal(syntax_free_names("a*b*c", 5, few, 1), 3);
    assert_string_equal(few[0], "a");
}

static void expect_whole(const char *text, const char *expected)
{
    struct text out;
    text_init(&out);
    syntax_complete(text, strlen(text), &out);
    assert_string_equal(text_get(&out), expected);
    text_done(&out);
}

static void test_complete(void **state)
{
    (void)state;
    expect_whole("x^2*y^2", "potential K = x^2*y^2\nparam x, y in [-2, 2]\n");
    expect_whole("K = x^2*y^2", "potential K = x^2*y^2\nparam x, y in [-2, 2]\n");
    expect_whole("F = x", "potential F = x\nparam x in [-2, 2]\n");
    expect_whole("potential K = w", "potential K = w\nparam w in [-2, 2]\n");
    expect_whole("param x, y in [0, 1]; x*y", "param x, y in [0, 1]; potential K = x*y");
    expect_whole("knob c = 1 in [0, 2]; K = c*x",
                 "knob c = 1 in [0, 2]; potential K = c*x\nparam x in [-2, 2]\n");
    /* What needs nothing stays, to the byte. */
    static const char whole[] = "param w in [-1, 1]\r\npotential K = w^2\r\n";
    expect_whole(whole, whole);
    expect_whole("output y ~ normal(a, 1); truth y ~ normal(0, 1)",
                 "output y ~ normal(a, 1); truth y ~ normal(0, 1)");
    /* A mistyped statement is none of these. */
    expect_whole("parm a in [0, 1]; K = a", "parm a in [0, 1]; potential K = a");
    expect_whole("", "");
    expect_whole("# nothing", "# nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_free_names),
        cmocka_unit_test(test_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
