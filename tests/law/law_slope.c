/* The exact λ and m against the numerical Z_n, for every potential of truths.tsv and every
   expectation of the catalogue, of K where it is that of a statistical model: u(n) = Z_n n^λ must
   turn into a polynomial of degree m − 1 in log n, with a true leading term. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/catalogue.h"
#include "cusp/integral.h"
#include "fixture_model.h"

enum {
    POINTS = 4,
    STEPS_MAX = 1100, /* of K: beyond, integrals to this depth take minutes */
};

/* Restricts a model's box to a neighbourhood of a point by its text, so that λ is local there. */
static struct model *near_point(const char *text, const char *at, double radius)
{
    char changed[1024];
    double w[3] = {0, 0, 0};
    int dim = strstr(text, "z in") != NULL || strstr(text, ",z") != NULL ? 3
              : strstr(text, "x,y") != NULL                              ? 2
                                                                         : 1;
    static const char *names[3] = {"x", "y", "z"};
    for (int i = 0; i < dim; i++) {
        char key[8];
        snprintf(key, sizeof key, "%s=", dim == 1 ? "w" : names[i]);
        const char *found = strstr(at, key);
        if (found != NULL)
            w[i] = strtod(found + strlen(key), NULL);
    }
    size_t used = 0;
    for (int i = 0; i < dim; i++)
        used +=
            (size_t)snprintf(changed + used, sizeof changed - used, "param %s in [%.17g, %.17g]; ",
                             dim == 1 ? "w" : names[i], w[i] - radius, w[i] + radius);
    snprintf(changed + used, sizeof changed - used, "%s", strstr(text, "potential"));
    return fixture_model(changed);
}

/* log(Z n^λ) at POINTS decades of n must be a polynomial's: see the top. */
static void check(const struct model *model, const char *what, double rlct, long multiplicity)
{
    struct integral *integral;
    /* an m-th difference of terms that are much alike: the higher, the more digits it costs */
    double first = model->dim == 3 ? 1e6 : 1e9;
    double tolerance = model->dim == 3     ? pow(10, -2 - (double)multiplicity)
                       : model->likelihood ? 1e-5
                                           : 0;
    struct integral_options options = {.tolerance = tolerance,
                                       .n_min = first,
                                       .n_max = first * pow(10, POINTS - 1),
                                       .evidence_only = true};
    double n[POINTS], u[POINTS];
    struct evidence rows[POINTS];
    assert_int_equal(integral_new(model, &options, NULL, &integral), ST_OK);
    for (int i = 0; i < POINTS; i++)
        n[i] = first * pow(10, i);
    assert_int_equal(integral_evidence(integral, n, POINTS, rows), ST_OK);
    for (int i = 0; i < POINTS; i++)
        u[i] = exp(rows[i].log_z + rlct * log(n[i]) + (model->has_zero ? 0 : n[i] * model->kl_min));
    /* differences: the m-th vanishes, the (m − 1)-th does not */
    double d[POINTS], scale = u[POINTS - 1], leading = 0;
    for (int i = 0; i < POINTS; i++)
        d[i] = u[i];
    for (long order = 0; order < multiplicity; order++) {
        leading = d[POINTS - 1 - order];
        for (int i = 0; i + 1 < POINTS - order; i++)
            d[i] = d[i + 1] - d[i];
    }
    double rest = d[POINTS - 1 - multiplicity];
    /* corrections fall as a power n^(−gap) of n; where poles lie close together they are still seen
     * at 1e12 */
    double allowed = 0.02 * fabs(leading) + 1e-4 * scale;
    if (!(fabs(rest) < allowed) || !(leading > 0.01 * scale))
        print_message("%s: lambda %g m %ld: leading %.4g, rest %.4g of %.4g\n", what, rlct,
                      multiplicity, leading, rest, scale);
    assert_true(fabs(rest) < allowed);
    assert_true(leading > 0.01 * scale);
    integral_free(integral);
}

static void truths_hold(void **state)
{
    (void)state;
    FILE *file = fopen("tests/data/truths.tsv", "r");
    char row[1024];
    int n_checked = 0;
    assert_non_null(file);
    while (fgets(row, sizeof row, file) != NULL) {
        char *save, *text = strtok_r(row, "\t", &save), *at = strtok_r(NULL, "\t", &save);
        char *lambda = strtok_r(NULL, "\t", &save), *m = strtok_r(NULL, "\t", &save);
        if (text[0] == '#' || strstr(text, "a,b,c,d") != NULL)
            continue;
        double num = strtod(lambda, &lambda), den = *lambda == '/' ? strtod(lambda + 1, NULL) : 1;
        struct model *model = near_point(text, at, strstr(text, "[-2,2]") ? 0.7 : 1);
        check(model, text, num / den, strtol(m, NULL, 10));
        model_unref(model);
        n_checked++;
    }
    fclose(file);
    assert_true(n_checked >= 25);
}

static void catalogue_holds(void **state)
{
    (void)state;
    struct catalogue catalogue;
    struct diags diags;
    int n_checked = 0;
    diags_init(&diags);
    assert_int_equal(catalogue_open("models", &diags, &catalogue), ST_OK);
    for (size_t i = 0; i < catalogue.n_entries; i++) {
        struct model *model;
        assert_int_equal(
            catalogue_load(&catalogue, catalogue.entries[i].name, NULL, 0, &diags, &model), ST_OK);
        const struct model_expect *expect = model_expectation(model);
        if (expect != NULL && expect->rlct.den != 0 && model->dim <= INTEGRAL_MAX_DIM &&
            program_n_steps(model->kl) <= STEPS_MAX) {
            check(model, model->name, rat_value(expect->rlct),
                  expect->multiplicity ? expect->multiplicity : 1);
            n_checked++;
        }
        model_unref(model);
    }
    catalogue_done(&catalogue);
    diags_done(&diags);
    assert_true(n_checked >= 38);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truths_hold),
        cmocka_unit_test(catalogue_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
