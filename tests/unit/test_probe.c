/* What a new potential is found to be: its zeros, its least value, and its faults with a witness.
 */
#include "model_help.h"

static void assert_zero(const char *text)
{
    struct model *model = model_of(text);
    if (!model->has_zero)
        fail_msg("%s: no zero found, least %g", text, model->kl_min);
    assert_true(model->kl_min == 0);
    double value = value_at(model->kl, model->kl_min_at);
    if (!(fabs(value) <= model->kl_tolerance))
        fail_msg("%s: %g, tolerance %g", text, value, model->kl_tolerance);
    model_unref(model);
}

static void test_zeros(void **state)
{
    (void)state;
    assert_zero("x^2");
    assert_zero("(x - 0.31)^2");
    assert_zero("(x - 0.1)^20");
    assert_zero("x^2 - 0.2*x + 0.01"); /* its zero is only there but for rounding */
    assert_zero("x^4 - 2*x^2*y^2 + y^4");
    assert_zero("(x^2 - y^3)^2");
    assert_zero("(1.7 - x^2 - y^2)^2");
    assert_zero("(x - 1)^2*(x^2 + y^2)^4");
    assert_zero("abs(x - 0.317) + abs(y + 1.23)");
    assert_zero("relu(x - 1)");
    assert_zero("(exp(x*y) - 1.5)^2 + (x - y^2)^2");
    assert_zero("(x - 2)^2 + (y + 2)^2"); /* in a corner of the box */
    assert_zero("param v[12] in [-1, 1]; potential K = sum(i in 1..12, (v[i] - i/20)^2)");
    assert_zero("param w[64] in [-1, 1]; potential K = "
                "sum(i in 1..32, (w[i]*w[i + 32] - i/64)^2)");
    assert_zero("param v[20] in [-1, 1]; potential K = "
                "sum(i in 1..10, (v[i]*v[i + 10] - i/20)^2)");
}

static void assert_least(const char *text, double least, double relative)
{
    struct model *model = model_of(text);
    assert_false(model->has_zero);
    assert_close(model->kl_min, least, relative);
    assert_close(value_at(model->kl, model->kl_min_at), least, relative);
    model_unref(model);
}

static void test_least(void **state)
{
    (void)state;
    assert_least("(x*y - 1)^2 + (x*y + 1/2)^2", 1.125, 1e-15);
    assert_least("x^2 + 1e-17", 1e-17, 1e-12);
    assert_least("(x - 3)^2 + y^2", 1, 1e-15);            /* at the edge */
    assert_least("(x - 3)^2 + (y + 2.5)^2", 1.25, 1e-15); /* in a corner */
    assert_least("exp(x) + exp(-2*x)", exp(log(2) / 3) + exp(-2 * log(2) / 3), 1e-14);
    assert_least("1 + abs(x - 0.317)", 1, 1e-12);
    /* A narrow pocket besides a broad one. */
    assert_least("(x - 1)^2 + 0.3 - 0.2*exp(-((x + 1.37)/0.01)^2) + 0*y", 0.3, 1e-9);
    assert_least("2 + cos(12*x) + 0.1*(x - 0.5)^2 + sin(9*y)", 0.0056660835944306598, 1e-9);
}

static void test_scales(void **state)
{
    (void)state;
    struct model *model = model_of("param x in [0, 2]; potential K = 3*x^2");
    assert_close(model->kl_scale, 3, 0.01); /* the median of 3 x² on [0, 2] */
    assert_close(model->hess_scale, 6, 1e-12);
    assert_close(model->kl_tolerance, MODEL_ZERO_TOLERANCE * model->kl_scale, 1e-15);
    model_unref(model);
    model = model_of("1e300*x^2*y^2");
    assert_close(model->hess_scale, 1e300 * 6.42336, 1e-3);
    model_unref(model);
    model = model_of("param x in [-1, 1]; potential K = relu(x - 0.999)");
    assert_true(model->kl_scale > 0);
    model_unref(model);
    model = model_of("param x in [-1, 1]; potential K = 0*x");
    assert_true(model->kl_scale > 0 && model->has_zero);
    model_unref(model);
}

static void test_negative(void **state)
{
    (void)state;
    assert_refused("x^2 - 1", "K is negative: K(x=0) = -1; a potential is ≥ 0 everywhere in its "
                              "box");
    assert_refused("x*y", "K is negative: K(x=…");
    assert_refused("L = x^3", "L is negative: L(x=-2) = -8; a potential is ≥ 0 everywhere in its "
                              "box");
    assert_refused("(x^2 - 1.3)^2 - 1e-6", "K is negative: K(x=…"); /* pockets 1e-3 wide */
    assert_refused("(x^2 + y^2 - 1.3)^2 - 1e-9 + 1e-3*(x - y)^2", "K is negative: …");
    assert_refused("1 - 2*exp(-((x - 0.123)^2 + (y - 1.234)^2)*1e3)", "K is negative: …");
    assert_refused("param v[20] in [-1, 1]; potential K = sum(i in 1..20, v[i]^2) - 1e-3",
                   "K is negative: K(v[1]=0, v[2]=0, v[3]=0, v[4]=0, v[5]=0, v[6]=0, …) = -0.001…");
}

/* Rounding is not negativity. */
static void test_rounding(void **state)
{
    (void)state;
    model_unref(model_of("x^4 - 2*x^2*y^2 + y^4"));
    model_unref(model_of("x^6 - 3*x^4*y + 3*x^2*y^2 - y^3 + y^2*4 + 100"));
    model_unref(model_of("(x + y)^2 - x^2 - 2*x*y - y^2"));
    model_unref(model_of("cos(x)^2 + sin(x)^2 - 1"));
}

static void test_undefined(void **state)
{
    (void)state;
    const char *const finite = "; a potential is finite everywhere in its box";
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"1/x^2", "K is infinite: K(x=0) = ∞, a division by zero"},
        {"x^2/x^2 + log(x + 3)^2 + sqrt(x + y + 4)/(x - y)", "K is undefined: …"},
        {"log(x)^2", "K is undefined: K(x=-2) is not a number, a logarithm of a number that is "
                     "not > 0"},
        {"sqrt(x + 1)", "K is undefined: K(x=-2) is not a number, a square root of a negative "
                        "number"},
        {"(x + 1.5)^1.5", "K is undefined: K(x=-2) is not a number, a power of a negative number "
                          "that is not whole"},
        {"exp(exp(x^6))", "K is infinite: K(x=…"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char message[512];
        bool begins = strstr(rows[i].message, "…") != NULL;
        snprintf(message, sizeof message, "%s%s", rows[i].message, begins ? "" : finite);
        assert_refused(rows[i].text, message);
    }
}

/* Poles between the samples. */
static void test_poles(void **state)
{
    (void)state;
    assert_refused("1/(x - 0.3)^2", "K is infinite: K(x=0.3) = ∞, a division by zero; a "
                                    "potential is finite everywhere in its box");
    assert_refused("(y/(x^2 - 1.3))^2", "K is unbounded: K(x=…");
    assert_refused("1/((x - 0.31)^2 + (y + 1.17)^2)", "K is infinite: …");
    assert_refused("(x - 0.1234)^-4", "K is infinite: K(x=0.1234) = ∞, a division by zero; a "
                                      "potential is finite everywhere in its box");
    assert_refused("abs(log((x - 0.317)^2))", "K is …");
    assert_refused("abs(x - 0.317)^(-1/2)", "K is …");
}

/* Where a possible fault is none, nothing is said. */
static void test_accepted(void **state)
{
    (void)state;
    model_unref(model_of("x^2/(1 + x^2 + y^2)"));
    model_unref(model_of("1/(x^2 + 1e-9)"));
    model_unref(model_of("log(1 + x^2 + y^2)"));
    model_unref(model_of("if(abs(x) < 1e-3, 0, 1/x^2)"));
    model_unref(model_of("sqrt(x^2 + y^2)"));
    model_unref(model_of("abs(x)^1.5"));
    model_unref(model_of("param x in [0, 1]; potential K = x^0.5"));
    model_unref(model_of("exp(10*x)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeros),    cmocka_unit_test(test_least),
        cmocka_unit_test(test_scales),   cmocka_unit_test(test_negative),
        cmocka_unit_test(test_rounding), cmocka_unit_test(test_undefined),
        cmocka_unit_test(test_poles),    cmocka_unit_test(test_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
