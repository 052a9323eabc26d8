/* Presets of what goes wrong: each shows its failure in numbers and words, and its mending ends it.
 */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/estimator.h"

struct shown {
    enum status status;
    struct estimate estimate;
    char why[300];
};

static struct shown show(const struct failure *failure, bool mended)
{
    struct diags diags;
    struct model *model = NULL;
    struct data *data = NULL;
    struct estimator_setup setup;
    struct shown shown = {0};
    diags_init(&diags);
    assert_int_equal(failure_prepare(failure, mended, &diags, &model, &data, &setup), ST_OK);
    assert_int_equal(diags.n_errors, 0);
    const char *name = mended && failure->repair_estimator != NULL ? failure->repair_estimator
                                                                   : failure->estimator;
    const struct estimator *estimator = estimator_named(name);
    assert_non_null(estimator);
    setup.threads = 2;
    shown.status = estimate_run(estimator, &setup, NULL, NULL, NULL, &shown.estimate, shown.why,
                                sizeof shown.why);
    diags_done(&diags);
    data_unref(data);
    model_unref(model);
    return shown;
}

static void rows_are_whole(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct failure *failure = failures; failure->name != NULL; failure++, count++) {
        assert_ptr_equal(failure_named(failure->name), failure);
        assert_true(strlen(failure->title) > 0 && strlen(failure->shows) > 0);
        assert_true(strlen(failure->mend) > 0 && strlen(failure->cause) > 0);
        assert_non_null(failure->set);
        assert_non_null(failure->repair);
    }
    assert_true(count >= 8);
    assert_null(failure_named("no-such-failure"));
}

static void each_shows_its_cause(void **state)
{
    (void)state;
    for (const struct failure *failure = failures; failure->name != NULL; failure++) {
        struct shown shown = show(failure, false);
        assert_true(shown.status == ST_OK || shown.status == ST_UNABLE);
        if (strstr(shown.estimate.caution, failure->cause) == NULL)
            fail_msg("%s: \"%s\" is not in \"%s\"", failure->name, failure->cause,
                     shown.estimate.caution);
        estimate_done(&shown.estimate);
    }
}

static void mending_ends_it(void **state)
{
    (void)state;
    for (const struct failure *failure = failures; failure->name != NULL; failure++) {
        struct shown shown = show(failure, true);
        if (shown.status != ST_OK)
            fail_msg("%s mended: %s", failure->name, shown.why);
        if (strstr(shown.estimate.caution, failure->cause) != NULL)
            fail_msg("%s mended still says \"%s\"", failure->name, shown.estimate.caution);
        assert_true(isfinite(shown.estimate.lambda.value));
        estimate_done(&shown.estimate);
    }
}

/* λ̂ of the failing run and of the mended one, against what is true. */
static void numbers_are_wrong_then_right(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double low, high;   /* where the failing value lies */
        double right, wide; /* and the mended one, with its error 3.5 times or this */
    } rows[] = {
        {"step-too-large", 0.5, 3, 0.356, 0.03}, {"step-too-small", 0, 0.01, 0.356, 0.03},
        {"reference-point", 0, 0.7, 1, 0.03},    {"negative", -5, -0.5, 1, 0.03},
        {"minibatch-noise", 2, 40, 0.796, 0.03}, {"phase-missed", 0.9, 1.4, 0.511, 0.05},
        {"multiplicity", 0.3, 0.4, 0.5, 0.06},   {"squared-error", 0.15, 0.35, 1, 0.03},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct failure *failure = failure_named(rows[i].name);
        assert_non_null(failure);
        struct shown wrong = show(failure, false), right = show(failure, true);
        double value = wrong.estimate.lambda.value, mended = right.estimate.lambda.value;
        if (!(value > rows[i].low && value < rows[i].high))
            fail_msg("%s: %.4g", rows[i].name, value);
        double allowed = 3.5 * right.estimate.lambda.error + rows[i].wide;
        if (!(fabs(mended - rows[i].right) <= allowed))
            fail_msg("%s mended: %.4g, not %.4g ± %.2g", rows[i].name, mended, rows[i].right,
                     allowed);
        estimate_done(&wrong.estimate);
        estimate_done(&right.estimate);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(each_shows_its_cause),
        cmocka_unit_test(mending_ends_it),
        cmocka_unit_test(numbers_are_wrong_then_right),
    };
    return cmocka_run_group_tests_name("failures", tests, NULL, NULL);
}
