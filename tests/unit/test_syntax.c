/* The checked tree: symbols, shapes, values, statements; files that are no model files. */
#include "tap.h"

#include "cusp/mem.h"
#include "cusp/syntax.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A tree, or the test fails with what was said. */
static struct syntax *parse_with(const char *text, const struct setting *settings, size_t n)
{
    struct diags diags;
    struct syntax *syntax = NULL;
    diags_init(&diags);
    if (syntax_parse("test", text, strlen(text), settings, n, &diags, &syntax) != ST_OK) {
        struct text out;
        text_init(&out);
        diags_print(&diags, &out);
        fail_msg("%s", text_get(&out));
    }
    assert_int_equal(diags.n_errors, 0);
    diags_done(&diags);
    return syntax;
}

static struct syntax *parse(const char *text)
{
    return parse_with(text, NULL, 0);
}

static const struct symbol *find(const struct syntax *syntax, const char *name)
{
    for (size_t i = 0; i < syntax->n_symbols; i++) {
        if (strcmp(syntax->symbols[i]->name, name) == 0) {
            return syntax->symbols[i];
        }
    }
    fail_msg("no symbol %s", name);
    return NULL;
}

/* The value of a constant expression, through a const. */
static double value_of(const char *expression)
{
    char text[512];
    snprintf(text, sizeof text, "const n = 3; const c = %s; param w in [-1, 1]; potential K = c*w",
             expression);
    struct syntax *syntax = parse(text);
    const struct symbol *c = find(syntax, "c");
    double value = c->number;
    assert_true(syntax_constant(c->value) == value);
    syntax_free(syntax);
    return value;
}

static void test_precedence(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"2 + 3*4", 14},
        {"2*3 + 4", 10},
        {"20/2/5", 2},
        {"20 - 5 - 3", 12},
        {"-3^2", -9},
        {"(-3)^2", 9},
        {"2^3^2", 512},
        {"2^-2", 0.25},
        {"2^-2^2", 0.0625},
        {"-2*-3", 6},
        {"+5 - +3", 2},
        {"6/3*2", 4},
        {"8/2^2", 2},
        {"1 < 2", 1},
        {"1 + 1 <= 1", 0},
        {"2 >= 2 and 1 > 2", 0},
        {"1 > 2 and 0 or 1", 1},
        {"1 or 1 and 0", 1},
        {"not 1 == 2", 1},
        {"not not 7", 1},
        {"not 0 and 0", 0},
        {"1 != 2", 1},
        {"if(n > 2, 4.5, 1/0)", 4.5},
        {"max(2, min(5, n))", 3},
        {"pow(2, 10)", 1024},
        {"abs(-2.385)", 2.385},
        {"sum(j in 1..n, j^2)", 14},
        {"prod(j in 1..4, j)", 24},
        {"sum(j in 1..0, j)", 0},
        {"prod(j in 5..4, j)", 1},
        {"sum(i in 1..n, sum(j in i + 1..n, 10*i + j))", 12 + 13 + 23},
        {"sum(j in -1..1, j + 5)", 15},
        {"1.5e2 + .5 + 2. + 1E-1", 152.6},
        {"(1 +\n   2)*3", 9},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (fabs(value_of(rows[i].text) - rows[i].value) > 1e-12) {
            fail_msg("%s is %.17g", rows[i].text, value_of(rows[i].text));
        }
    }
    assert_true(fabs(value_of("pi") - acos(-1)) < 1e-15);
    assert_true(fabs(value_of("tanh(0.7) - 0.604367777117163") - 0) < 1e-14);
}

static void test_symbols(void **state)
{
    (void)state;
    struct syntax *syntax = parse("const H = 3\n"
                                  "knob t = 0.25 in [0, pi/2]\n"
                                  "param a, b in [-2, H], c in [0, 0.5]\n"
                                  "param v[H, 2] in [-5, 5]; param u[2,1,2] in [1, 2]\n"
                                  "let h[i in 1..H, j in 1..2] = a*v[i, j]\n"
                                  "let s = sum(i in 1..H, h[i,1]*h[i,2]) + b*t\n"
                                  "observe o = s + c\n"
                                  "potential K = s^2 + o^2\n");
    assert_int_equal(syntax->dim, 13);
    const struct symbol *c = find(syntax, "c"), *v = find(syntax, "v"), *u = find(syntax, "u");
    const struct symbol *a = find(syntax, "a"), *h = find(syntax, "h"), *t = find(syntax, "t");
    assert_int_equal(a->kind, SYM_PARAM);
    assert_int_equal(a->rank, 0);
    assert_int_equal(a->count, 1);
    assert_true(a->low_value == -2 && a->high_value == 3);
    assert_true(c->low_value == 0 && c->high_value == 0.5);
    assert_int_equal(c->first, 2);
    assert_int_equal(v->rank, 2);
    assert_int_equal(v->extents[0], 3);
    assert_int_equal(v->extents[1], 2);
    assert_int_equal(v->count, 6);
    assert_int_equal(v->first, 3);
    assert_int_equal(u->first, 9);
    assert_int_equal(h->kind, SYM_LET);
    assert_int_equal(h->count, 6);
    assert_string_equal(h->indices[1]->name, "j");
    assert_int_equal(h->indices[1]->kind, SYM_INDEX);
    assert_true(t->number == 0.25 && t->low_value == 0 && fabs(t->high_value - M_PI_2) < 1e-15);
    assert_true(find(syntax, "H")->number == 3);
    static const char *const names[] = {"a",        "b",        "c",        "v[1,1]", "v[1,2]",
                                        "v[2,1]",   "v[2,2]",   "v[3,1]",   "v[3,2]", "u[1,1,1]",
                                        "u[1,1,2]", "u[2,1,1]", "u[2,1,2]", ""};
    for (size_t i = 0; i < 14; i++) {
        char name[32], cut[4];
        syntax_param_name(syntax, i, name, sizeof name);
        assert_string_equal(name, names[i]);
        syntax_param_name(syntax, i, cut, sizeof cut);
        assert_true(strlen(cut) < sizeof cut && strncmp(cut, names[i], strlen(cut)) == 0);
    }
    syntax_free(syntax);
}

static void test_settings(void **state)
{
    (void)state;
    static const char text[] = "param v[H] in [-H, H]\nconst H = 2\nknob t = 1 in [0, 2]\n"
                               "const G = H + 0.5\npotential K = t*v[H]^2*G";
    const struct setting settings[] = {{"H", 5}, {"t", 1.75}};
    struct syntax *syntax = parse_with(text, settings, 2);
    assert_int_equal(syntax->dim, 5);
    assert_true(find(syntax, "v")->high_value == 5);
    assert_true(find(syntax, "t")->number == 1.75);
    assert_true(find(syntax, "G")->number == 5.5);
    syntax_free(syntax);
}

static void test_statements(void **state)
{
    (void)state;
    struct syntax *syntax =
        parse("model \"A title\"\nabout \"What it shows\"\nsource \"Somewhere\"\n"
              "param a, b, q[2] in [-2, 2]\npotential K = (a*b)^2 # comment\n"
              "prior a, b ~ normal(0, 1.5)\nprior q[2] ~ uniform(-1, 1)\n"
              "region \"left; of # it\" : a < 0; region \"right\" : a > 0\n"
              "observe r = abs(q[1])\nview q[2], r\ncontrast \"bowl\"\n"
              "expect rlct = 6/4, multiplicity = 2\n"
              "expect multiplicity = 3 at q[2] = 1/2, a = -pi/2\n");
    assert_string_equal(syntax->title, "A title");
    assert_string_equal(syntax->about, "What it shows");
    assert_string_equal(syntax->cite, "Somewhere");
    assert_string_equal(syntax->contrast, "bowl");
    assert_string_equal(syntax->potential_name, "K");
    assert_int_equal(syntax->n_priors, 3);
    assert_int_equal(syntax->priors[0].kind, PRIOR_OF_PARAM);
    assert_string_equal(syntax->priors[1].target->symbol->name, "b");
    assert_string_equal(syntax->priors[2].distribution->name, "uniform");
    assert_int_equal(syntax->priors[2].target->n_args, 1);
    assert_true(syntax_constant(syntax->priors[0].distribution->args[1]) == 1.5);
    assert_int_equal(syntax->n_regions, 2);
    assert_string_equal(syntax->regions[0].name, "left; of # it");
    assert_int_equal(syntax->regions[1].condition->op, OP_GT);
    assert_string_equal(syntax->view[0]->symbol->name, "q");
    assert_int_equal(syntax->view[1]->symbol->kind, SYM_OBSERVE);
    assert_int_equal(syntax->n_expects, 2);
    assert_int_equal(syntax->expects[0].rlct.num, 3);
    assert_int_equal(syntax->expects[0].rlct.den, 2);
    assert_int_equal(syntax->expects[0].multiplicity, 2);
    assert_false(syntax->expects[0].has_at);
    assert_int_equal(syntax->expects[1].rlct.den, 0);
    assert_true(syntax->expects[1].has_at);
    assert_true(syntax->expects[1].at_w[3] == 0.5);
    assert_true(fabs(syntax->expects[1].at_w[0] + M_PI_2) < 1e-15);
    assert_true(syntax->expects[1].at_w[1] == 0);
    syntax_free(syntax);
}

static void test_whole_priors(void **state)
{
    (void)state;
    struct syntax *syntax = parse("param w in [-1, 1]; potential K = w^2; prior density(abs(w))");
    assert_int_equal(syntax->priors[0].kind, PRIOR_DENSITY);
    assert_int_equal(syntax->priors[0].density->op, OP_ABS);
    syntax_free(syntax);
    /* density and jeffreys are words of that statement only. */
    syntax = parse("param density, jeffreys in [-1, 1]; potential K = density*jeffreys\n"
                   "prior density ~ normal(0, 1); prior jeffreys ~ exponential(2)");
    assert_int_equal(syntax->n_priors, 2);
    syntax_free(syntax);
    syntax = parse("param w in [-1, 1]; potential K = w^2; prior jeffreys\nview w");
    assert_int_equal(syntax->priors[0].kind, PRIOR_JEFFREYS);
    assert_null(syntax->view[1]);
    syntax_free(syntax);
}

static void test_likelihoods(void **state)
{
    (void)state;
    struct syntax *syntax =
        parse("const H = 2; param w[H], p in [0, 1]\ninput x[2] ~ uniform(-1, 1); input z ~ "
              "normal(0, H)\nlet f = sum(j in 1..H, w[j]*x[j])\n"
              "output y ~ mixture(1 - p: normal(f, 1), p: normal(z, 2))\n"
              "output k ~ binomial(3, p)\n"
              "truth k ~ binomial(3, 0.5)\ntruth y ~ normal(0, 1)");
    assert_int_equal(syntax->n_inputs, 2);
    assert_int_equal(syntax->inputs[0].symbol->count, 2);
    assert_int_equal(syntax->n_outputs, 2);
    const struct distribution_expr *mixture = syntax->outputs[0].distribution;
    assert_string_equal(mixture->name, "mixture");
    assert_int_equal(mixture->n_args, 2);
    assert_int_equal(mixture->n_components, 2);
    assert_string_equal(mixture->components[1]->name, "normal");
    assert_int_equal(mixture->components[1]->args[0]->symbol->kind, SYM_INPUT);
    assert_string_equal(syntax->truths[0].symbol->name, "k");
    assert_ptr_equal(syntax->truths[1].symbol, syntax->outputs[0].symbol);
    assert_null(syntax->potential);
    syntax_free(syntax);
    syntax = parse("param w in [0, 1]; input x[2] ~ uniform(0, 1); output y ~ normal(w*x[2], 1)\n"
                   "truth data \"a b.csv\", x[2] = second, y = \"the y\", x[1] = first");
    assert_string_equal(syntax->data_file, "a b.csv");
    assert_int_equal(syntax->n_columns, 3);
    assert_int_equal(syntax->columns[0].component, 1);
    assert_string_equal(syntax->columns[0].column, "second");
    assert_string_equal(syntax->columns[1].column, "the y");
    syntax_free(syntax);
}

static void test_line_ends(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "param w in [-1, 1]\r\npotential K = w^2\r\n",
        "param w in [-1, 1]\rpotential K = w^2",
        "\xef\xbb\xbfparam w in [-1, 1]\npotential K = w^2",
        "\n\n# x\n;;param w in [-1, 1];\n;potential K = w^2;;",
        "potential K = (w^2 # open\n\n # here\n  ) ; param w in [\n-1,\n1\n]",
        "param w in [-1, 1]\npotential K = sum(\n  j in 1..2,\n  w^j\n)",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct syntax *syntax = parse(texts[i]);
        assert_int_equal(syntax->dim, 1);
        assert_non_null(syntax->potential);
        syntax_free(syntax);
    }
}

/* A person's locale may write numbers with a comma. */
static void test_locale(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (setlocale(LC_NUMERIC, names[i]) != NULL) {
            break;
        }
    }
    assert_true(fabs(value_of("2.385e1") - 23.85) < 1e-13);
    setlocale(LC_NUMERIC, "C");
}

static void test_most(void **state)
{
    (void)state;
    struct text text;
    text_init(&text);
    text_add(&text, "param w[64] in [-1, 1]; potential K = w[64]");
    for (int i = 0; i < 1998; i++) {
        text_add(&text, "+w[1]");
    }
    struct syntax *syntax = parse(text_get(&text));
    assert_int_equal(syntax->dim, 64);
    assert_int_equal(syntax->potential->height, 2000);
    syntax_free(syntax);
    text_clear(&text);
    text_add(&text, "param w in [-1, 1]; potential K = ");
    for (int i = 0; i < 200; i++) {
        text_add(&text, "(");
    }
    text_add(&text, "w");
    for (int i = 0; i < 200; i++) {
        text_add(&text, ")");
    }
    syntax = parse(text_get(&text));
    assert_int_equal(syntax->potential->kind, EX_NAME);
    syntax_free(syntax);
    text_done(&text);
}

static void expect_read(const char *path, enum status wanted, const char *message)
{
    struct diags diags;
    struct syntax *syntax = NULL;
    diags_init(&diags);
    enum status status = syntax_read(path, NULL, 0, &diags, &syntax);
    assert_int_equal(status, wanted);
    assert_true((syntax != NULL) == (status == ST_OK));
    if (message != NULL) {
        assert_int_equal(diags.count, 1);
        assert_string_equal(diags.items[0].message, message);
        assert_int_equal(diags.items[0].line, 0);
        assert_string_equal(diags.items[0].file, path);
    }
    diags_done(&diags);
    syntax_free(syntax);
}

static void write_file(const char *path, const char *text, size_t times)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < times; i++) {
        fputs(text, file);
    }
    fclose(file);
}

static void test_files(void **state)
{
    (void)state;
    char directory[] = "/tmp/cusp-syntax-XXXXXX", path[64];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/a.model", directory);
    expect_read(directory, ST_INPUT, "this is a directory, not a model file");
    expect_read(path, ST_IO, "cannot be read: No such file or directory");
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_read(path, ST_INPUT, "this is a pipe, not a model file"); /* and does not wait */
    unlink(path);
    expect_read("/dev/zero", ST_INPUT, "this is a device, not a model file");
    write_file(path, "param w in [-1, 1]; potential K = w^2\n", 1);
    expect_read(path, ST_OK, NULL);
    write_file(path, "# 16 characters\n", 65537);
    expect_read(path, ST_INPUT, "larger than 1048576 bytes");
    assert_int_equal(truncate(path, (off_t)2 << 30), 0); /* 2 GiB, and nothing is read */
    expect_read(path, ST_INPUT, "larger than 1048576 bytes");
    unlink(path);
    rmdir(directory);
}

static void test_keywords(void **state)
{
    (void)state;
    size_t count = 0;
    for (const char *const *k = syntax_keywords(); *k != NULL; k++) {
        count++;
    }
    assert_int_equal(count, 17);
    assert_string_equal(syntax_keywords()[0], "model");
}

/* More faults than are kept are counted. */
static void test_many_faults(void **state)
{
    (void)state;
    struct text text;
    struct diags diags;
    struct syntax *syntax = NULL;
    text_init(&text);
    diags_init(&diags);
    text_add(&text, "param w in [-1, 1]; potential K = w");
    for (int i = 0; i < 300; i++) {
        text_addf(&text, "\nlet a%d = q%d; let w = 2", i, i);
    }
    assert_int_equal(syntax_parse("f", text_get(&text), text.length, NULL, 0, &diags, &syntax),
                     ST_INPUT);
    assert_int_equal(diags.count, DIAGS_MAX);
    assert_int_equal(diags.n_errors, 600);
    assert_int_equal(diags.n_left_out, 500);
    diags_done(&diags);
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_precedence),   cmocka_unit_test(test_symbols),
        cmocka_unit_test(test_settings),     cmocka_unit_test(test_statements),
        cmocka_unit_test(test_whole_priors), cmocka_unit_test(test_likelihoods),
        cmocka_unit_test(test_line_ends),    cmocka_unit_test(test_locale),
        cmocka_unit_test(test_most),         cmocka_unit_test(test_files),
        cmocka_unit_test(test_keywords),     cmocka_unit_test(test_many_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
