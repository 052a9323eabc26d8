/* Lowering: what an expression means, by its value at a point against the same in C. */
#include "model_help.h"

#include <stdlib.h>

static void assert_value(const char *text, const double *w, double expected)
{
    struct model *model = model_of(text);
    assert_close(value_at(model->kl, w), expected, 1e-14);
    model_unref(model);
}

static void test_operations(void **state)
{
    (void)state;
    const double x = 2.385, y = -0.731;
    const double w[] = {x, y};
    assert_value("param x, y in [-3, 3]; potential K = (x - y)^2/4 + x^2*y^2", w,
                 (x - y) * (x - y) / 4 + x * x * y * y);
    assert_value("param x, y in [-3, 3]; potential K = exp(-x) + tanh(y)^2 + log1p(x^2)", w,
                 exp(-x) + tanh(y) * tanh(y) + log1p(x * x));
    assert_value("param x, y in [-3, 3]; potential K = relu(x) + abs(y) + max(x, y)^2", w,
                 x + -y + x * x);
    assert_value("param x, y in [-3, 3]; potential K = if(x > 2 and not (y > 0), x^2, 0)", w,
                 x * x);
    assert_value("param x, y in [-3, 3]; potential K = if(x <= 2 or y >= 0, 0, y^2)", w, y * y);
}

static void test_powers(void **state)
{
    (void)state;
    const double w[] = {1.7};
    assert_value("param x in [1, 3]; potential K = x^-2", w, 1 / (1.7 * 1.7));
    assert_value("param x in [1, 3]; potential K = x^2.5", w, pow(1.7, 2.5));
    assert_value("param x in [1, 3]; potential K = 2^x", w, pow(2, 1.7));
    assert_value("param x in [1, 3]; potential K = x^(4/2)", w, 1.7 * 1.7);
    assert_value("const k = 3; param x in [1, 3]; potential K = x^(2*k)", w, pow(1.7, 6));
    assert_value("param x in [1, 3]; potential K = -x^2 + 10", w, 10 - 1.7 * 1.7);
    assert_value("param x in [-2, 3]; potential K = (x^0 - 1)^2", w, 0);
}

static void test_sums(void **state)
{
    (void)state;
    const double w[] = {0.4, -1.3, 1.1};
    double sum = 0, product = 1, nested = 0;
    for (int j = 1; j <= 3; j++) {
        sum += j * w[j - 1] * w[j - 1];
        product *= w[j - 1] * w[j - 1] + j;
        for (int i = 1; i <= j; i++)
            nested += w[i - 1] * w[i - 1] * j;
    }
    assert_value("param v[3] in [-2, 2]; potential K = sum(j in 1..3, j*v[j]^2)", w, sum);
    assert_value("param v[3] in [-2, 2]; potential K = prod(j in 1..3, v[j]^2 + j)", w, product);
    assert_value("param v[3] in [-2, 2]; potential K = sum(j in 1..3, sum(i in 1..j, v[i]^2*j))", w,
                 nested);
    assert_value("const H = 3; param v[H] in [-2, 2]; potential K = sum(j in 1..H, j*v[j]^2)", w,
                 sum);
}

static void test_names(void **state)
{
    (void)state;
    const double w[] = {0.4, -1.3, 1.1, 0.7, -0.2, 0.9};
    double expected = 0;
    for (int i = 0; i < 2; i++) {
        double h = 0;
        for (int j = 0; j < 3; j++)
            h += w[3 * i + j] * (j + 1);
        expected += h * h;
    }
    assert_value("param a[2,3] in [-2, 2]\n"
                 "potential K = sum(i in 1..2, h[i]^2)\n"
                 "let h[i in 1..2] = sum(j in 1..3, a[i,j]*j)",
                 w, expected);
    assert_value("knob c = 0.3 in [0, 1]; param x in [-2, 2]; let f = g - c; let g = x^2;"
                 "potential K = f^2",
                 w, (0.16 - 0.3) * (0.16 - 0.3));
}

/* A chain of many terms is no deep tree, and equal names are lowered once. */
static void test_long(void **state)
{
    (void)state;
    enum { N = 1900 };
    struct text text;
    const double w[] = {1.25};
    text_init(&text);
    text_add(&text, "param x in [-2, 2]; potential K = x^2");
    for (int i = 0; i < N; i++)
        text_addf(&text, " + x^2*%d", i % 7);
    double total = 1;
    for (int i = 0; i < N; i++)
        total += i % 7;
    struct model *model = model_of(text_get(&text));
    assert_close(value_at(model->kl, w), total * 1.25 * 1.25, 1e-10);
    model_unref(model);
    text_clear(&text);
    text_add(&text, "param x in [-2, 2]; let f0 = x^2/1e30;");
    for (int i = 1; i <= 60; i++)
        text_addf(&text, "let f%d = f%d + f%d;", i, i - 1, i - 1);
    text_add(&text, "potential K = f60");
    assert_value(text_get(&text), w, ldexp(1.25 * 1.25 / 1e30, 60));
    text_done(&text);
}

/* What is too large when it is written out ends in one diagnostic, and soon. */
static void test_refused(void **state)
{
    (void)state;
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    assert_int_equal(
        model_from_text("sum(i in 1..100000, sum(j in 1..100000, x^2))", NULL, 0, &diags, &model),
        ST_INPUT);
    assert_int_equal(diags.n_errors, 1);
    diags_done(&diags);
    diags_init(&diags);
    assert_int_equal(model_from_text("param v[2] in [-2, 2]; potential K = "
                                     "sum(j in 1..2, v[j + 1]^2)",
                                     NULL, 0, &diags, &model),
                     ST_INPUT);
    assert_int_equal(diags.n_errors, 1);
    diags_done(&diags);
}

/* The same through the tree's own limits: lets of lets, deep, and in an order that defines last
   what is used first. */
static void test_deep(void **state)
{
    (void)state;
    enum { N = 30000 };
    struct text text;
    struct model *model = NULL;
    struct diags diags;
    text_init(&text);
    diags_init(&diags);
    text_add(&text, "param x in [-2, 2]; potential K = f0;");
    for (int i = 0; i < N; i++)
        text_addf(&text, "let f%d = f%d + 0;", i, i + 1);
    text_addf(&text, "let f%d = x^2", N);
    enum status status = model_from_text(text_get(&text), NULL, 0, &diags, &model);
    assert_true(status == ST_OK || diags.n_errors >= 1);
    model_unref(model);
    diags_done(&diags);
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operations), cmocka_unit_test(test_powers),
        cmocka_unit_test(test_sums),       cmocka_unit_test(test_names),
        cmocka_unit_test(test_long),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
