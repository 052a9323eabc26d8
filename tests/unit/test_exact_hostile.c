/* Exact reading of what has no polynomial, is too large or is meant badly; settings and export. */
#include "tap.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cusp/exact.h"

struct read {
    struct model *model;
    struct exact exact;
    struct arena arena;
    enum status status;
    const char *why;
};

static struct read read_text(const char *text)
{
    struct read read = {0};
    struct diags diags;
    diags_init(&diags);
    enum status built = model_from_text(text, NULL, 0, &diags, &read.model);
    if (built != ST_OK)
        print_error("%s: %s\n", text, diags.count ? diags.items[0].message : "?");
    assert_int_equal(built, ST_OK);
    diags_done(&diags);
    arena_init(&read.arena);
    read.status = exact_of(read.model, NULL, &read.arena, &read.exact, &read.why);
    return read;
}

static void read_done(struct read *read)
{
    exact_done(&read->exact);
    arena_done(&read->arena);
    model_unref(read->model);
}

#define ON_BOX "input x ~ uniform(-1, 1); "

/* --- refusals, hostile input ------------------------------------------------------------------ */

static const struct {
    const char *text, *word; /* of the reason */
} refusals[] = {
    {"param x, y in [-1, 1]; potential K = (tanh(x) - y)^2", "tanh(x)"},
    {"param x, y in [0, 1]; potential K = (x^2 - sqrt(2)*y)^2", "(2)^(1/2)"},
    {"param x, y in [-1, 1]; potential K = x^2*abs(y)^1.5", "(3/2)"},
    {"param a, b, c in [-1, 1]; " ON_BOX
     "output y ~ normal(b*sin(a*x + c), 1); truth y ~ normal(0, 1)",
     "bias"},
    {"param a, b, c in [-1, 1]; " ON_BOX
     "output y ~ normal(b*relu(a*x + c), 1); truth y ~ normal(0, 1)",
     "kink"},
    {"param a, b in [-1, 1]; " ON_BOX "output y ~ normal(b*gelu(a*x), 1); truth y ~ normal(0, 1)",
     "gelu"},
    {"param a, b in [-1, 1]; " ON_BOX
     "output y ~ normal(b*tanh(a*x), 1); truth y ~ normal(0, 1); prior jeffreys",
     "Jeffreys"},
    {"param x, y in [-1, 1]; potential K = if(abs(pi) - 4 > x + y, x, y)^2", ">"},
    {"param w in [-1, 1]; " ON_BOX "output y ~ normal(w*x, 1); truth y ~ normal(x^2, 1)",
     "nowhere 0"},
};

static void test_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct read read = read_text(refusals[i].text);
        assert_int_equal(read.status, ST_UNABLE);
        assert_non_null(read.why);
        if (strstr(read.why, refusals[i].word) == NULL)
            print_error("%s: %s\n", refusals[i].text, read.why);
        assert_non_null(strstr(read.why, refusals[i].word));
        read_done(&read);
    }
}

static void assert_quick(const char *text)
{
    struct diags diags;
    struct model *model = NULL;
    diags_init(&diags);
    if (model_from_text(text, NULL, 0, &diags, &model) == ST_OK) {
        struct arena arena;
        struct exact exact;
        const char *why = NULL;
        arena_init(&arena);
        clock_t start = clock();
        enum status status = exact_of(model, NULL, &arena, &exact, &why);
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        assert_true(status == ST_OK || why != NULL);
        if (seconds > 1)
            print_error("%.60s: %g s\n", text, seconds);
        assert_true(seconds < 1);
        exact_done(&exact);
        arena_done(&arena);
        model_unref(model);
    }
    diags_done(&diags);
}

static void test_hostile(void **state)
{
    (void)state;
    const char *texts[] = {
        "K = (x + y + z)^200",
        "param x, y, z, u, v in [-0.1, 0.1]; potential K = (x + y + z + u + v)^2000",
        "param x in [-1, 1]; potential K = ((x^99)^99)^98",
        "param x, y in [-0.4, 0.4]; potential K = (((x + y)^99)^99)^98 + y^2",
        "param x, y in [-0.4, 0.4]; potential K = (x + 3*y)^999998",
        "param x in [-1, 1]; potential K = x^1000000*(1/3)^1000000",
        "param x, y in [-0.5, 0.5]; potential K = (x^2 - 1/3*y)^2000 + x^2",
        "param w[64] in [-0.01, 0.01]; potential K = (sum(i in 1..64, w[i]))^40",
        "param w[30] in [-0.5, 0.5]; potential K = prod(i in 1..30, (w[i] + 1)^2 + w[i]^3) - 0.01",
        "param w[20] in [-1, 1]; potential K = prod(i in 1..20, 2 + w[i])^2",
        "param x, y in [-1, 1]; let a = x + y/3; let b = a*a; let c = b*b; let d = c*c; "
        "let e = d*d; let f = e*e; let g = f*f; let h = g*g; let i = h*h; potential K = i*i*0.001",
        "param a[8], b[8] in [-1, 1]; input x[6] ~ uniform(-1, 1); output y ~ normal(sum(j in "
        "1..8, "
        "b[j]*tanh(a[j]*x[1] + b[j]*x[2] + x[3] + a[1]*x[4] + x[5] + x[6])), 1); "
        "truth y ~ normal(0, 1)",
        "param a, b in [-0.3, 0.3]; input x[2] ~ uniform(-1, 1); output y ~ normal((a + b*x[1] + "
        "a*x[2])^40, 1); truth y ~ normal(0, 1)",
        "param a, b in [-0.3, 0.3]; input x[3] ~ uniform(-1, 1); output y ~ normal((a + b*x[1] + "
        "a*x[2] + (a - b)*x[3])^14, 1); truth y ~ normal(0, 1)",
        "param x, y in [-1, 1]; potential K = tanh(tanh(tanh(tanh(x))))^2 + sin(sin(sin(y)))^2",
        "param x, y in [-1, 1]; potential K = (1/(1 + 1/(1 + 1/(1 + x^2))) - 1/(2 + y^2))^2",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_quick(texts[i]);
    struct text text;
    text_init(&text);
    text_add(&text, "K = (x - 0.");
    for (int i = 0; i < 3000; i++)
        text_addf(&text, "%d", (7 * i + 3) % 10);
    text_add(&text, ")^2*y^2");
    assert_quick(text_get(&text));
    text_done(&text);
}

/* A thousand digits stay as they are. */
static void test_long_numbers(void **state)
{
    (void)state;
    struct text text;
    text_init(&text);
    text_add(&text, "K = (x - 0.");
    for (int i = 0; i < 1000; i++)
        text_add(&text, i % 2 ? "7" : "3");
    text_add(&text, ")^2");
    struct read read = read_text(text_get(&text));
    assert_int_equal(read.status, ST_OK);
    const char *f =
        poly_text(read.exact.pieces[0].generators[0], read.exact.names, POLY_PLAIN, 0, &read.arena);
    assert_true(strlen(f) > 1990); /* numerator and power of ten */
    assert_non_null(strstr(f, "737373737"));
    read_done(&read);
    text_done(&text);
}

static void test_settings(void **state)
{
    (void)state;
    struct diags diags;
    struct model *model = NULL;
    struct arena arena;
    struct exact exact;
    const char *why;
    const struct setting settings[] = {{"k", 2}, {"t", 0.1}};
    diags_init(&diags);
    arena_init(&arena);
    assert_int_equal(model_from_text("const k = 1; knob t = 1/3 in [0, 1]; param x, y in [-1, k]; "
                                     "potential K = (x - t)^2*y^(2*k)",
                                     settings, 2, &diags, &model),
                     ST_OK);
    assert_int_equal(exact_of(model, NULL, &arena, &exact, &why), ST_OK);
    assert_string_equal(
        poly_text(exact.pieces[0].generators[0], exact.names, POLY_PLAIN, 0, &arena),
        "x*y^2 - 1/10*y^2");
    assert_string_equal(exact.high[0], "2");
    exact_done(&exact);
    model_unref(model);
    assert_string_equal(exact_number(0.1, &arena), "0.1");
    assert_string_equal(exact_number(-2.385, &arena), "-2.385");
    assert_string_equal(exact_number(0, &arena), "0");
    arena_done(&arena);
    diags_done(&diags);
}

static void test_export(void **state)
{
    (void)state;
    struct diags diags;
    struct model *model = NULL;
    diags_init(&diags);
    assert_int_equal(model_from_text("model \"A */ // -- \xce\xbb title\"\n"
                                     "param w[1,2], w12, w_1_2, o1, ring in [-1, 1]\n"
                                     "potential K = (w[1,1]*w12 - w[1,2]*w_1_2)^2 + o1^2*ring^2",
                                     NULL, 0, &diags, &model),
                     ST_OK);
    for (const struct exact_language *row = exact_languages; row->name != NULL; row++) {
        struct text out;
        const char *why;
        text_init(&out);
        assert_int_equal(exact_export(model, row->name, &out, &why), ST_OK);
        assert_non_null(strstr(text_get(&out), "w11,w12,vw12x2,vw12x3,vo1,vring"));
        assert_non_null(strstr(text_get(&out), "vw12x3 is w_1_2"));
        for (const char *c = text_get(&out); *c != '\0'; c++)
            assert_true(*c == '\n' || (*c >= 0x20 && *c < 0x7f));
        text_done(&out);
    }
    struct text out;
    const char *why = NULL;
    text_init(&out);
    assert_int_equal(exact_export(model, "fortran", &out, &why), ST_INPUT);
    text_done(&out);
    model_unref(model);
    diags_done(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),     cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_long_numbers), cmocka_unit_test(test_settings),
        cmocka_unit_test(test_export),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
