/* Every λ and m that is known, of truths.tsv and of the catalogue's claims: exact for two
   parameters, exact or within a right interval for more. */
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/catalogue.h"
#include "cusp/rlct.h"
#include "fixture_model.h"

/* How many were exact, how many intervals, how many could not be said anything of. */
struct tally {
    int exact, interval, unable, wrong;
};

static int order(struct rat a, struct rat b)
{
    double x = rat_value(a), y = rat_value(b);
    return x < y ? -1 : x > y;
}

static void show(const char *verdict, const char *what, const struct rlct *rlct)
{
    char lambda[64], lower[64], upper[64];
    rat_text(lambda, sizeof lambda, rlct->lambda.exact);
    rat_text(lower, sizeof lower, rlct->lower.exact);
    rat_text(upper, sizeof upper, rlct->upper.exact);
    print_message("%-9s %s: %s, m = %ld, in [%s, %s], %s\n", verdict, what, lambda,
                  rlct->multiplicity, lower, upper, rlct->method);
}

static void judge(const char *what, const struct model *model, const struct rlct *rlct,
                  struct rat lambda, long multiplicity, struct tally *tally)
{
    bool exact = rlct->lambda.standing == EXACT;
    bool right =
        exact ? order(rlct->lambda.exact, lambda) == 0 &&
                    (rlct->multiplicity == multiplicity || rlct->multiplicity == 0)
              : (rlct->lower.standing == UNKNOWN || order(rlct->lower.exact, lambda) <= 0) &&
                    (rlct->upper.standing == UNKNOWN || order(rlct->upper.exact, lambda) >= 0);
    if (model->dim <= 2 && !(exact && rlct->multiplicity == multiplicity))
        right = false;
    tally->exact += right && exact;
    tally->interval += right && !exact;
    tally->wrong += !right;
    if (!right || !exact)
        show(right ? "interval" : "WRONG", what, rlct);
}

static void check(const char *what, const struct model *model, const double *at, struct rat lambda,
                  long multiplicity, struct tally *tally)
{
    struct rlct_options options = {.at = at, .seconds = 4};
    struct rlct *rlct = NULL;
    char why[320] = "";
    enum status status = rlct_find(model, &options, NULL, why, sizeof why, &rlct);
    if (status != ST_OK) {
        print_message("%-9s %s: %s\n", model->dim <= 2 ? "WRONG" : "unable", what, why);
        tally->unable++;
        tally->wrong += model->dim <= 2;
        return;
    }
    judge(what, model, rlct, lambda, multiplicity, tally);
    rlct_free(rlct);
}

/* "x=1,y=0", or "0" for the origin. */
static void read_at(const struct model *model, const char *text, double *at)
{
    for (size_t i = 0; i < model->dim; i++) {
        at[i] = 0;
        for (const char *s = text; s && *s; s = strchr(s, ','), s += s != NULL) {
            size_t length = strlen(model->params[i].name);
            if (strncmp(s, model->params[i].name, length) == 0 && s[length] == '=') {
                at[i] = strtod(s + length + 1, NULL);
            }
        }
    }
}

static void check_file(const char *path, struct tally *tally)
{
    char line[2048];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char *part[5] = {line, NULL, NULL, NULL, NULL};
        if (line[0] == '#' || line[0] == '\n')
            continue;
        for (int i = 1; i < 5; i++) {
            part[i] = strchr(part[i - 1], '\t');
            assert_non_null(part[i]);
            *part[i]++ = '\0';
        }
        struct rat lambda = {0, 1};
        char *end = NULL;
        lambda.num = strtol(part[2], &end, 10);
        if (*end == '/')
            lambda.den = strtol(end + 1, NULL, 10);
        struct model *model = fixture_model(part[0]);
        double at[SYNTAX_MAX_PARAMS];
        read_at(model, part[1], at);
        check(part[0], model, at, lambda, strtol(part[3], NULL, 10), tally);
        model_unref(model);
    }
    fclose(file);
}

static void say(const char *what, const struct tally *tally)
{
    print_message("%s: %d exact, %d intervals, %d unable, %d wrong\n", what, tally->exact,
                  tally->interval, tally->unable, tally->wrong);
    assert_int_equal(tally->wrong, 0);
    assert_true(tally->exact > 0);
}

static void test_truths(void **state)
{
    (void)state;
    struct tally tally = {0};
    check_file("tests/data/truths.tsv", &tally);
    check_file("tests/data/truths_models.tsv", &tally);
    say("known truths", &tally);
}

static void test_catalogue(void **state)
{
    (void)state;
    struct tally tally = {0};
    struct diags diags;
    struct catalogue catalogue;
    diags_init(&diags);
    assert_int_equal(catalogue_open("models", &diags, &catalogue), ST_OK);
    for (size_t i = 0; i < catalogue.n_entries; i++) {
        struct model *model = NULL;
        const char *name = catalogue.entries[i].name;
        assert_int_equal(catalogue_load(&catalogue, name, NULL, 0, &diags, &model), ST_OK);
        for (size_t k = 0; k < model->n_expects; k++) {
            const struct model_expect *expect = &model->expects[k];
            if (expect->rlct.den == 0)
                continue;
            check(name, model, expect->has_at ? expect->at : NULL, expect->rlct,
                  expect->multiplicity, &tally);
        }
        model_unref(model);
    }
    catalogue_done(&catalogue);
    diags_done(&diags);
    say("claims of the catalogue", &tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truths),
        cmocka_unit_test(test_catalogue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
