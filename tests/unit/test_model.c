/* A built model: what it says of itself, its programs, knobs, settings, and what is refused. */
#include "model_help.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char whole[] = "# a comment\n"
                            "model  \"Two wells\"\n"
                            "about  \"About it.\"\n"
                            "source \"Somebody 1999\"\n"
                            "const h = 2\n"
                            "knob theta = 0.3 in [0, 1]\n"
                            "param w in [-2, 2], v[2] in [-1, 3]\n"
                            "let a = w + 1 - theta\n"
                            "potential K = a^2*v[1]^h + (v[1]*v[2])^2\n"
                            "prior w ~ normal(0, 1)\n"
                            "region \"left\" : w < 0\n"
                            "region \"right\" : w >= theta\n"
                            "observe s = v[1] + v[2]\n"
                            "observe t = w*theta\n"
                            "view s, v[2]\n"
                            "contrast \"line\"\n"
                            "expect rlct = 1/2, multiplicity = 1 at w = 1\n"
                            "expect rlct = 1/3, multiplicity = 1 at v[2] = 1.5\n"
                            "expect rlct = 1/3, multiplicity = 2\n";

static void test_facts(void **state)
{
    (void)state;
    struct model *model = model_of(whole);
    assert_string_equal(model->name, "inline");
    assert_null(model->path);
    assert_string_equal(model->title, "Two wells");
    assert_string_equal(model->about, "About it.");
    assert_string_equal(model->cite, "Somebody 1999");
    assert_string_equal(model->formula_ascii, "K = a^2*v[1]^h + (v[1]*v[2])^2");
    assert_int_equal(model->dim, 3);
    assert_string_equal(model->params[2].name, "v[2]");
    assert_true(model->params[2].low == -1 && model->params[2].high == 3);
    assert_int_equal(model->n_knobs, 1);
    assert_true(model->knobs[0].value == 0.3 && model->knobs[0].start == 0.3);
    assert_int_equal(model->n_regions, 2);
    assert_string_equal(model->regions[1], "right");
    assert_int_equal(model->n_observables, 2);
    assert_int_equal(model->view[0], 3); /* s */
    assert_int_equal(model->view[1], 2); /* v[2] */
    assert_string_equal(model_axis_name(model, 3), "s");
    assert_int_equal(model_axis(model, "t"), 4);
    assert_true(model_axis(model, "nothing") == SIZE_MAX);
    assert_string_equal(model->contrast, "line");
    assert_int_equal(model->n_expects, 3);
    assert_true(model->expects[1].at[2] == 1.5 && model->expects[1].at[0] == 0);
    assert_int_equal(model_expectation(model)->multiplicity, 2);
    assert_close(model_box_volume(model), 64, 1e-15);
    assert_close(model_regular_rlct(model), 1.5, 1e-15);
    assert_true(model->smooth);
    model_unref(model);
}

static void test_programs(void **state)
{
    (void)state;
    struct model *model = model_of(whole);
    const double w[] = {0.385, 0.7, -0.2}, a = 0.385 + 1 - 0.3;
    double out[16];
    struct program_space *space = program_space_new();
    program_point(model->kl_hess, space, w, out);
    assert_close(out[0], a * a * 0.49 + 0.0196, 1e-14);
    assert_close(out[1], 2 * a * 0.49, 1e-14);
    assert_close(out[2], 2 * a * a * 0.7 + 2 * 0.7 * 0.04, 1e-14);
    assert_close(out[4], 2 * 0.49, 1e-14);
    assert_close(out[9], 2 * 0.49, 1e-14);
    program_point(model->region_tests, space, w, out);
    assert_true(out[0] == 0 && out[1] == 1);
    program_point(model->observable_values, space, w, out);
    assert_close(out[0], 0.5, 1e-14);
    assert_close(out[1], 0.385 * 0.3, 1e-14);
    program_space_free(space);
    model_unref(model);
}

/* The gradient of each generator by differences: rows of the Jacobian. */
static void test_generators(void **state)
{
    (void)state;
    struct model *model = model_of("(x^2 - y^3)^2 + 3*(x*y - 1)^2");
    assert_int_equal(model->n_generators, 2);
    const double w[] = {0.385, -0.731}, h = 1e-6;
    double jacobian[4], high[2], low[2];
    struct program_space *space = program_space_new();
    program_point(model->generator_jacobian, space, w, jacobian);
    for (size_t j = 0; j < 2; j++) {
        double to[] = {w[0], w[1]};
        to[j] = w[j] + h;
        program_point(model->generators, space, to, high);
        to[j] = w[j] - h;
        program_point(model->generators, space, to, low);
        for (size_t i = 0; i < 2; i++)
            assert_close(jacobian[2 * i + j], (high[i] - low[i]) / (2 * h), 1e-8);
    }
    program_space_free(space);
    model_unref(model);
}

static void test_shorthand(void **state)
{
    (void)state;
    static const struct {
        const char *text, *formula;
        size_t dim;
    } rows[] = {
        {"x^2*y^2", "K = x² y²", 2},
        {"  K = (w1^2 - w2^3)^2  ", "K = (w1² − w2³)²", 2},
        {"L = w10^2 + w2^2", "L = w10² + w2²", 2},
        {"knob c = 1 in [0, 2]; potential K = c*x^2", "K = c x²", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct model *model = model_of(rows[i].text), *again;
        assert_string_equal(model->formula, rows[i].formula);
        assert_string_equal(model->title, rows[i].formula);
        assert_int_equal(model->dim, rows[i].dim);
        assert_true(model->params[0].low == -2 && model->params[0].high == 2);
        again = model_of(model->text); /* what :save writes is a whole model file */
        assert_string_equal(again->formula, model->formula);
        assert_string_equal(again->text, model->text);
        model_unref(again);
        model_unref(model);
    }
    struct model *model = model_of("w10^2 + w2^2");
    assert_string_equal(model->params[0].name, "w2");
    model_unref(model);
}

static void test_view(void **state)
{
    (void)state;
    struct model *model = model_of("x^2");
    assert_int_equal(model->view[0], 0);
    assert_int_equal(model->view[1], 0);
    model_unref(model);
    model = model_of("x^2*y^2*z^2");
    assert_int_equal(model->view[0], 0);
    assert_int_equal(model->view[1], 1);
    model_unref(model);
    model = model_of("param x, y, z in [-1, 1]; potential K = x^2; view z, x");
    assert_int_equal(model->view[0], 2);
    assert_int_equal(model->view[1], 0);
    model_unref(model);
}

static void test_smooth(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool smooth;
    } rows[] = {
        {"x^2*tanh(y)^2", true},  {"relu(x)^2", false},       {"abs(x)", false},
        {"max(x^2, y^2)", false}, {"if(x > 0, x, 0)", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct model *model = model_of(rows[i].text);
        assert_int_equal(model->smooth, rows[i].smooth);
        model_unref(model);
    }
}

static void test_knobs(void **state)
{
    (void)state;
    struct model *model = model_of(whole), *turned = NULL, *again = NULL;
    struct diags diags;
    const double w[] = {0.385, 0.7, -0.2};
    diags_init(&diags);
    assert_int_equal(model_with(model, "theta", 0.8, &diags, &turned), ST_OK);
    assert_true(turned->knobs[0].value == 0.8 && turned->knobs[0].start == 0.3);
    assert_int_equal(turned->n_settings, 1);
    assert_close(value_at(turned->kl, w), 0.585 * 0.585 * 0.49 + 0.0196, 1e-13);
    assert_int_equal(model_with(turned, "theta", 0.1, &diags, &again), ST_OK);
    assert_int_equal(again->n_settings, 1);
    assert_true(again->knobs[0].value == 0.1);
    model_unref(again);
    assert_int_equal(model_with(turned, "h", 4, &diags, &again), ST_OK); /* a const */
    assert_int_equal(again->n_settings, 2);
    assert_true(again->knobs[0].value == 0.8);
    model_unref(again);
    assert_int_equal(diags.count, 0);
    assert_int_equal(model_with(model, "theta", 1.01, &diags, &again), ST_DOMAIN);
    assert_int_equal(model_with(model, "theta", NAN, &diags, &again), ST_DOMAIN);
    assert_null(again);
    assert_int_equal(model_with(model, "thet", 0.5, &diags, &again), ST_INPUT);
    assert_non_null(strstr(diags.items[0].message, "thet"));
    model_unref(model_ref(turned));
    model_unref(turned);
    model_unref(model);
    diags_done(&diags);
}

/* A knob can make a good potential bad: said, and the model before it stays as it was. */
static void test_bad_turn(void **state)
{
    (void)state;
    struct model *model = model_of("knob c = 1 in [-1, 1]; potential K = x^2 + c"), *bad = NULL;
    struct diags diags;
    diags_init(&diags);
    assert_int_equal(model_with(model, "c", -0.5, &diags, &bad), ST_INPUT);
    assert_null(bad);
    assert_string_equal(diags.items[0].message, "K is negative: K(x=0) = -0.5; a potential is ≥ 0 "
                                                "everywhere in its box");
    assert_true(model->kl_min == 1);
    model_unref(model);
    diags_done(&diags);
}

static void test_refused(void **state)
{
    (void)state;
    assert_refused("", "…");
    assert_refused("x^2*", "…");
    assert_refused("param x in [1, 1]; potential K = x^2", "…");
}

/* Faults of several parts are all said at once. */
static void test_all_at_once(void **state)
{
    (void)state;
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    assert_int_equal(model_from_text("param x in [-2, 2]; potential K = x^2 - 1;"
                                     "prior density(x)",
                                     NULL, 0, &diags, &model),
                     ST_INPUT);
    assert_int_equal(diags.n_errors, 2);
    diags_done(&diags);
}

static void test_files(void **state)
{
    (void)state;
    char directory[] = "/tmp/cusp-model-XXXXXX", path[256];
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/my bowl.model", directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("param x in [-1, 1]\nknob c = 2 in [1, 3]\npotential K = c*x^2\n", file);
    fclose(file);
    const struct setting setting = {"c", 2.5};
    assert_int_equal(model_from_file(path, &setting, 1, &diags, &model), ST_OK);
    assert_string_equal(model->name, "my bowl");
    assert_string_equal(model->path, path);
    assert_true(model->knobs[0].value == 2.5 && model->knobs[0].start == 2);
    assert_int_equal(model->n_settings, 1);
    model_unref(model);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_true(model_from_file(path, NULL, 0, &diags, &model) != ST_OK);
    assert_null(model);
    unlink(path);
    assert_true(model_from_file(path, NULL, 0, &diags, &model) != ST_OK);
    assert_true(model_from_file(directory, NULL, 0, &diags, &model) != ST_OK);
    assert_int_equal(diags.n_errors, 3);
    rmdir(directory);
    diags_done(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts),      cmocka_unit_test(test_programs),
        cmocka_unit_test(test_generators), cmocka_unit_test(test_shorthand),
        cmocka_unit_test(test_view),       cmocka_unit_test(test_smooth),
        cmocka_unit_test(test_knobs),      cmocka_unit_test(test_bad_turn),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
