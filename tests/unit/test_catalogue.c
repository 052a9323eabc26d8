/* The catalogue: every model in it builds and says what it must, and directories of junk are safe.
 */
#include "model_help.h"

#include "cusp/catalogue.h"
#include "cusp/fisher.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void open_models(struct catalogue *catalogue)
{
    struct diags diags;
    diags_init(&diags);
    assert_int_equal(catalogue_open("models", &diags, catalogue), ST_OK);
    assert_int_equal(diags.count, 0);
    diags_done(&diags);
}

static struct model *load(const struct catalogue *catalogue, const char *name)
{
    struct model *model = NULL;
    struct diags diags;
    struct text shown;
    diags_init(&diags);
    text_init(&shown);
    if (catalogue_load(catalogue, name, NULL, 0, &diags, &model) != ST_OK) {
        diags_print(&diags, &shown);
        fail_msg("%s", text_get(&shown));
    }
    text_done(&shown);
    diags_done(&diags);
    return model;
}

/* Models whose learning coefficient nobody has computed. */
static bool is_unknown(const char *name)
{
    static const char *const unknown[] = {"relu-two",       "relu-three", "gelu-two",
                                          "leaky-relu-two", "tanh-bias",  "old-faithful"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        if (strcmp(name, unknown[i]) == 0)
            return true;
    return false;
}

/* Everything the menu and the tour rely on is there, and the light parse agrees with the model. */
static void test_every_model(void **state)
{
    (void)state;
    struct catalogue catalogue;
    open_models(&catalogue);
    assert_true(catalogue.n_entries >= 63);
    for (size_t i = 0; i < catalogue.n_entries; i++) {
        const struct catalogue_entry *entry = &catalogue.entries[i];
        if (entry->error != NULL)
            fail_msg("%s: %s", entry->name, entry->error);
        struct model *model = load(&catalogue, entry->name);
        const struct model_expect *expect = model_expectation(model);
        assert_string_equal(model->name, entry->name);
        assert_string_equal(model->title, entry->title);
        assert_string_equal(model->formula, entry->formula);
        assert_int_equal(model->dim, entry->dim);
        assert_true(strlen(model->title) > 0 && strlen(model->title) <= 40);
        assert_true(strlen(model->about) > 40 && strlen(model->about) < 240);
        assert_true(strlen(model->cite) > 10);
        for (size_t axis = 0; axis < 2; axis++)
            assert_true(model->view[axis] < model->dim + model->n_observables);
        assert_int_equal(model->kind, entry->kind);
        assert_non_null(strstr(model->text, "# order: "));
        assert_non_null(strstr(model->text, "view "));
        if (expect == NULL && !is_unknown(entry->name))
            fail_msg("%s claims nothing", entry->name);
        if (expect != NULL) {
            assert_true(expect->rlct.den > 0 && expect->multiplicity > 0);
            assert_true(expect->rlct.num == entry->rlct.num && expect->rlct.den == entry->rlct.den);
            assert_int_equal(expect->multiplicity, entry->multiplicity);
            assert_true(rat_value(expect->rlct) <= model_regular_rlct(model));
        }
        if (model->has_zero != (strcmp(model->name, "no-zero") != 0))
            fail_msg("%s: least K is %g", entry->name, model->kl_min);
        assert_non_null(model->contrast);
        const struct catalogue_entry *other = catalogue_find(&catalogue, model->contrast, NULL);
        /* pictures of potentials are linked, axis by axis */
        if (other == NULL || other == entry ||
            (entry->kind == MODEL_POTENTIAL && other->dim != entry->dim))
            fail_msg("%s: contrast '%s' is no other model of %zu parameters", entry->name,
                     model->contrast, entry->dim);
        for (size_t k = 0; k < model->n_expects; k++) /* local claims are made at true parameters */
            if (model->expects[k].has_at)
                assert_true(value_at(model->kl, model->expects[k].at) <= model->kl_tolerance);
        model_unref(model);
    }
    catalogue_done(&catalogue);
}

static void test_order_and_names(void **state)
{
    (void)state;
    static const char *const names[] = {
        "regular-bowl",
        "shifted-bowl",
        "line",
        "normal-crossing",
        "parabola",
        "quartic",
        "steep-crossing",
        "cusp",
        "irrational-crossing",
        "degenerate-face",
        "tacnode",
        "sheared-crossing",
        "d4",
        "e6",
        "e7",
        "two-pairs",
        "e8",
        "circle",
        "line-and-dot",
        "regular-ball",
        "whitney-umbrella",
        "vanishing-prior",
        "triple-product",
        "cone",
        "two-wells",
        "accuracy-complexity",
        "determinant",
        "second-order",
        "nearly-singular",
        "no-zero",
        "linear-regression",
        "slope",
        "polynomial-regression",
        "flattest-not-simplest",
        "squared-slope",
        "product-regression",
        "triple-regression",
        "product-of-three",
        "deep-linear",
        "tanh-one",
        "tanh-two",
        "tanh-four",
        "tanh-two-one",
        "tanh-bias",
        "relu-one",
        "plane-regression",
        "relu-two",
        "relu-three",
        "relu-kinks",
        "gelu-two",
        "leaky-relu-two",
        "reduced-rank-0",
        "reduced-rank-1",
        "reduced-rank-2",
        "gaussian",
        "coin",
        "gaussian-mixture",
        "binomial-mixture",
        "coin-mixture",
        "poisson-mixture",
        "logistic-regression",
        "naive-bayes",
        "old-faithful",
    };
    struct catalogue catalogue;
    open_models(&catalogue);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(catalogue.entries[i].name, names[i]);
    catalogue_done(&catalogue);
}

/* K of the catalogue at a point, against the formula of the books. */
static void test_values(void **state)
{
    (void)state;
    const double x = 0.385, y = -0.731, z = 0.21, C = 0.05, u = x - 1, t = 0.2, e = 0.001;
    const struct {
        const char *name;
        double value;
    } rows[] = {
        {"normal-crossing", x * x * y * y / 2},
        {"steep-crossing", x * x * pow(y, 4)},
        {"cusp", pow(x * x - y * y * y, 2)},
        {"tacnode", pow(x * x - pow(y, 4), 2)},
        {"d4", pow(x * y * (x - y), 2)},
        {"e6", pow(x * x * x + pow(y, 4), 2)},
        {"e8", pow(x * x * x + pow(y, 5), 2)},
        {"line-and-dot", u * u * pow(x * x + y * y, 4)},
        {"whitney-umbrella", pow(x * x - y * y * z, 2)},
        {"two-wells", (x + 1) * (x + 1) * pow(x - 1, 4)},
        {"accuracy-complexity",
         (x + 1) * (x + 1) * (pow(u, 4) + C / 4 * (1 - u + 0.75 * u * u - 0.5 * u * u * u))},
        {"second-order", pow(x + 1 - t, 2) * pow(x - 1 + t, 4)},
        {"nearly-singular", x * x * y * y + e * (x * x + y * y)},
        {"no-zero", pow(x * y - 1, 2) + pow(x * y + 0.5, 2)},
    };
    struct catalogue catalogue;
    open_models(&catalogue);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double w[] = {x, y, z};
        struct model *model = load(&catalogue, rows[i].name);
        assert_close(value_at(model->kl, w), rows[i].value, 1e-13);
        model_unref(model);
    }
    struct model *least = load(&catalogue, "no-zero");
    assert_close(least->kl_min, 1.125, 1e-15);
    model_unref(least);
    catalogue_done(&catalogue);
}

/* −log ∫ exp(−n K) over w in [low, high], uniform on [−2, 2], by a fine midpoint rule. */
static double free_energy(const struct model *model, double n, double low, double high)
{
    enum { N = 20000 };
    double total = 0;
    struct program_space *space = program_space_new();
    for (int i = 0; i < N; i++) {
        double w = low + (high - low) * (i + 0.5) / N, value;
        program_point(model->kl, space, &w, &value);
        total += exp(-n * value);
    }
    program_space_free(space);
    return -log(total * (high - low) / N / 4);
}

/* The free energies that the literature gives for the two transitions. */
static void test_transitions(void **state)
{
    (void)state;
    struct catalogue catalogue;
    struct model *model, *turned;
    struct diags diags;
    open_models(&catalogue);
    diags_init(&diags);
    static const double second[][3] = {{0, 3.334, 1.713},   {0.2, 2.816, 1.624},
                                       {0.4, 2.109, 1.540}, {0.6, 1.711, 1.471},
                                       {0.8, 1.504, 1.424}, {1, 1.408, 1.408}};
    model = load(&catalogue, "second-order");
    for (size_t i = 0; i < sizeof second / sizeof *second; i++) {
        double theta = second[i][0], low = fmax(-2, theta - 1.5);
        assert_int_equal(model_with(model, "theta", theta, &diags, &turned), ST_OK);
        assert_true(fabs(free_energy(turned, 10, low, theta - 0.5) - second[i][1]) < 6e-4);
        assert_true(
            fabs(free_energy(turned, 10, 0.5 - theta, fmin(2, 1.5 - theta)) - second[i][2]) < 6e-4);
        model_unref(turned);
    }
    model_unref(model);
    static const double first[][2] = {{0.1, 18.1}, {0.05, 40.0}, {0.02, 112.6}, {0.01, 244.2}};
    model = load(&catalogue, "accuracy-complexity");
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        assert_int_equal(model_with(model, "C", first[i][0], &diags, &turned), ST_OK);
        double low = 1, high = 1000;
        for (int step = 0; step < 14; step++) {
            double n = sqrt(low * high);
            bool sharp_wins = free_energy(turned, n, -2, 0) < free_energy(turned, n, 0, 2);
            *(sharp_wins ? &high : &low) = n;
        }
        assert_close(sqrt(low * high), first[i][1], 2e-3);
        model_unref(turned);
    }
    model_unref(model);
    diags_done(&diags);
    catalogue_done(&catalogue);
}

static void test_find(void **state)
{
    (void)state;
    struct catalogue catalogue;
    struct model *model = NULL;
    struct diags diags;
    const char *near;
    open_models(&catalogue);
    assert_non_null(catalogue_find(&catalogue, "cusp", &near));
    assert_null(near);
    assert_null(catalogue_find(&catalogue, "cups", &near));
    assert_string_equal(near, "cusp");
    assert_null(catalogue_find(&catalogue, "nothing-like-it", &near));
    assert_null(near);
    diags_init(&diags);
    assert_int_equal(catalogue_load(&catalogue, "two-well", NULL, 0, &diags, &model), ST_INPUT);
    assert_string_equal(diags.items[0].message,
                        "no model of this name in the catalogue; did you mean 'two-wells'?");
    assert_int_equal(catalogue_load(&catalogue, "./two-wells", NULL, 0, &diags, &model), ST_IO);
    assert_int_equal(catalogue_load(NULL, "cusp", NULL, 0, &diags, &model), ST_INPUT);
    diags_done(&diags);
    model = load(&catalogue, "models/cusp.model");
    assert_string_equal(model->name, "cusp");
    model_unref(model);
    catalogue_done(&catalogue);
}

static void write_file(const char *directory, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void remove_all(const char *directory)
{
    char command[600];
    snprintf(command, sizeof command, "rm -r '%s'", directory);
    assert_int_equal(system(command), 0);
}

/* Faulty files are listed with what is wrong; nothing hangs, and what is no model is left out. */
static void test_junk(void **state)
{
    (void)state;
    char directory[] = "/tmp/cusp-catalogue-XXXXXX", path[512];
    struct catalogue catalogue;
    struct diags diags;
    diags_init(&diags);
    assert_non_null(mkdtemp(directory));
    write_file(directory, "good.model", "# order: 5\nparam x in [-1, 1]; potential K = x^2");
    write_file(directory, "late.model", "param x in [-1, 1]; potential K = x^2");
    write_file(directory, "bad.model", "param x in [-1, 1]\npotential K = tahn(x)^2");
    write_file(directory, "na\xffme.model", "param x in [-1, 1]; potential K = x^2");
    write_file(directory, "bytes.model", "\xff\xfe\x01");
    write_file(directory, "empty.model", "");
    write_file(directory, "likelihood.model",
               "param a in [-2, 2]; output y ~ normal(a, 1); truth y ~ normal(0, 1)");
    write_file(directory, "readme.txt", "no model");
    write_file(directory, ".model", "");
    write_file(directory, ".#good.model", "");
    snprintf(path, sizeof path, "%s/fifo.model", directory);
    assert_int_equal(mkfifo(path, 0600), 0);
    snprintf(path, sizeof path, "%s/dangling.model", directory);
    assert_int_equal(symlink("/nowhere/at/all", path), 0);
    snprintf(path, sizeof path, "%s/loop.model", directory);
    assert_int_equal(symlink("loop.model", path), 0);
    snprintf(path, sizeof path, "%s/directory.model", directory);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(catalogue_open(directory, &diags, &catalogue), ST_OK);
    assert_int_equal(catalogue.n_entries, 11);
    assert_string_equal(catalogue.entries[0].name, "good");
    static const char *const faulty[] = {"bad",      "bytes", "empty",    "fifo",
                                         "dangling", "loop",  "directory"};
    for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
        const struct catalogue_entry *entry = catalogue_find(&catalogue, faulty[i], NULL);
        assert_non_null(entry);
        assert_non_null(entry->error);
        assert_string_equal(entry->formula, "");
    }
    const char *error = catalogue_find(&catalogue, "bad", NULL)->error;
    assert_int_equal(strncmp(error, "line 2: ", 8), 0);
    assert_non_null(strstr(error, "'tahn'; did you mean 'tanh'?"));
    const struct catalogue_entry *odd = catalogue_find(&catalogue, "na?me", NULL);
    assert_non_null(odd);
    assert_null(odd->error);
    model_unref(load(&catalogue, "na?me"));
    catalogue_done(&catalogue);
    remove_all(directory);
    assert_int_equal(catalogue_open(directory, &diags, &catalogue), ST_IO);
    assert_non_null(strstr(diags.items[0].message, directory));
    diags_done(&diags);
}

static void test_many(void **state)
{
    (void)state;
    enum { N = 2000 };
    char directory[] = "/tmp/cusp-catalogue-XXXXXX", name[64];
    struct catalogue catalogue;
    struct diags diags;
    diags_init(&diags);
    assert_non_null(mkdtemp(directory));
    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof name, "m%05d.%s", i, i % 10 ? "txt" : "model");
        write_file(directory, name, "param x in [-1, 1]; potential K = x^2");
    }
    assert_int_equal(catalogue_open(directory, &diags, &catalogue), ST_OK);
    assert_int_equal(catalogue.n_entries, N / 10);
    assert_string_equal(catalogue.entries[199].name, "m01990");
    catalogue_done(&catalogue);
    remove_all(directory);
    diags_done(&diags);
}

/* $CUSP_MODELS is taken at its word. */
static void test_environment(void **state)
{
    (void)state;
    struct catalogue catalogue;
    struct diags diags;
    diags_init(&diags);
    setenv("CUSP_MODELS", "models", 1);
    assert_int_equal(catalogue_open(NULL, &diags, &catalogue), ST_OK);
    assert_true(catalogue.n_entries >= 22);
    catalogue_done(&catalogue);
    setenv("CUSP_MODELS", "/nowhere/at/all", 1);
    assert_int_equal(catalogue_open(NULL, &diags, &catalogue), ST_IO);
    assert_string_equal(diags.items[0].message,
                        "no directory of models; looked in: /nowhere/at/all");
    unsetenv("CUSP_MODELS");
    diags_done(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_model), cmocka_unit_test(test_order_and_names),
        cmocka_unit_test(test_values),      cmocka_unit_test(test_transitions),
        cmocka_unit_test(test_find),        cmocka_unit_test(test_junk),
        cmocka_unit_test(test_many),        cmocka_unit_test(test_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
