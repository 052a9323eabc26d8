/* The concentration view's lines have the values that the theory says. */
#include "tap.h"

#include <math.h>
#include <string.h>

#include "cusp/view.h"
#include "fixture_snapshot.h"

struct built {
    struct fixture fixture;
    struct arena arena;
    struct figure figure;
};

static void make(struct built *b, enum fixture_kind kind, const char *view)
{
    static const struct area area = {0, 0, 120, 20};
    fixture_init(&b->fixture, kind);
    arena_init(&b->arena);
    view_find(view)->build(&b->fixture.snapshot, 0, &area, &b->arena, &b->figure);
}

static void drop(struct built *b)
{
    arena_done(&b->arena);
    fixture_done(&b->fixture);
}

/* The nth curve of a role; fails if there is none. */
static const struct curve *curve_of(const struct figure *figure, enum role role, size_t nth)
{
    for (size_t i = 0; i < figure->n_curves; i++)
        if (figure->curves[i].role == role && nth-- == 0)
            return &figure->curves[i];
    fail_msg("no curve of this role");
    return NULL;
}

static void near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.12g is not %.12g", a, b);
}

static void theory_is_lambda_log_n_minus_log_log_n(void **context)
{
    (void)context;
    struct built b;
    make(&b, FIXTURE_PLANE, "concentration");
    const struct curve *f = curve_of(&b.figure, ROLE_SINGULAR, 0);
    const struct curve *theory = curve_of(&b.figure, ROLE_THEORY, 0);
    assert_int_equal(f->n, FIXTURE_ROWS);
    assert_int_equal(theory->style, LINE_DASHED);
    /* It meets F at the last row, and is 1/2 log n − log log n but for a constant. */
    size_t last = theory->n - 1;
    near(theory->x[last], 1e12, 1);
    near(theory->y[last], f->y[24], 1e-9);
    for (size_t i = 0; i < last; i++) {
        double l = log(theory->x[i]), all = log(theory->x[last]);
        if (isfinite(theory->y[i]))
            near(theory->y[last] - theory->y[i], 0.5 * (all - l) - log(all / l), 1e-9);
    }
    assert_true(isfinite(theory->y[last / 2]));
    assert_true(isnan(theory->y[0]));
    assert_non_null(strstr(theory->name, "λ = 1/2, m = 2"));
    drop(&b);
}

static void the_regular_line_is_d_half_log_n(void **context)
{
    (void)context;
    struct built b;
    make(&b, FIXTURE_PLANE, "concentration");
    const struct curve *f = curve_of(&b.figure, ROLE_SINGULAR, 0);
    const struct curve *dotted = curve_of(&b.figure, ROLE_THEORY_REGULAR, 0);
    assert_int_equal(dotted->style, LINE_DOTTED);
    size_t last = dotted->n - 1;
    near(dotted->y[0], f->y[0], 1e-12);
    near(dotted->x[last], 1e12, 1);
    near(dotted->y[last] - dotted->y[0], 27.6310211159, 1e-9);
    const struct curve *bowl = curve_of(&b.figure, ROLE_REGULAR, 0);
    const struct curve *limit = curve_of(&b.figure, ROLE_THEORY, 1);
    near(limit->y[0], bowl->y[0], 1e-9);
    near(limit->y[limit->n - 1], bowl->y[bowl->n - 1], 1e-9);
    drop(&b);
}

static void the_axes_do_not_depend_on_n(void **context)
{
    (void)context;
    static const char *const names[] = {"concentration", "lambda", "volume", "volume-ratio"};
    for (size_t v = 0; v < 4; v++) {
        struct built b;
        make(&b, FIXTURE_PLANE, names[v]);
        struct figure before = b.figure;
        static const struct area area = {0, 0, 120, 20};
        b.fixture.snapshot.state.n = 3.21e9;
        view_find(names[v])->build(&b.fixture.snapshot, 0, &area, &b.arena, &b.figure);
        assert_true(before.x.low == b.figure.x.low && before.x.high == b.figure.x.high);
        assert_true(before.y.low == b.figure.y.low && before.y.high == b.figure.y.high);
        assert_int_equal(before.n_curves, b.figure.n_curves);
        drop(&b);
    }
}

static void here_is_on_the_curve(void **context)
{
    (void)context;
    struct built b;
    make(&b, FIXTURE_PLANE, "concentration");
    const struct curve *here = curve_of(&b.figure, ROLE_HERE, 0);
    const struct curve *f = curve_of(&b.figure, ROLE_SINGULAR, 0);
    assert_int_equal(here->n, 1);
    near(here->x[0], 1000, 1e-9);
    near(here->y[0], f->y[6], 1e-9);
    drop(&b);
}

/* Between rows, the curve is a cubic through values and slopes: exact for F = λ log n. */
static void between_rows_the_line_stays_a_line(void **context)
{
    (void)context;
    struct built b;
    fixture_init(&b.fixture, FIXTURE_PLANE);
    arena_init(&b.arena);
    b.fixture.snapshot.state.n = 2385;
    static const struct area area = {0, 0, 120, 20};
    view_find("concentration")->build(&b.fixture.snapshot, 0, &area, &b.arena, &b.figure);
    const struct curve *here = curve_of(&b.figure, ROLE_HERE, 1);
    near(here->y[0], 1.7 + log(2385), 1e-12);
    drop(&b);
}

static void a_loss_floor_is_taken_off(void **context)
{
    (void)context;
    struct built b;
    make(&b, FIXTURE_NO_ZERO, "concentration");
    assert_non_null(strstr(b.figure.title, "F_n − n min K"));
    const struct curve *f = curve_of(&b.figure, ROLE_SINGULAR, 0);
    near(f->y[24], 1.2 + 0.5 * log(1e12), 1e-3);
    assert_true(b.figure.y.high < 60);
    drop(&b);
}

static void the_slope_has_its_limits(void **context)
{
    (void)context;
    struct built b;
    make(&b, FIXTURE_PLANE, "lambda");
    const struct curve *limit = curve_of(&b.figure, ROLE_THEORY, 0);
    const struct curve *regular = curve_of(&b.figure, ROLE_THEORY_REGULAR, 0);
    near(limit->y[0], 0.5, 0);
    near(regular->y[1], 1, 0);
    near(b.figure.y.high, 1.25, 0);
    drop(&b);
}

static void volume_theory_is_a_power(void **context)
{
    (void)context;
    struct built b;
    make(&b, FIXTURE_PLANE, "volume");
    const struct curve *regular = curve_of(&b.figure, ROLE_THEORY, 1);
    const struct curve *volume = curve_of(&b.figure, ROLE_REGULAR, 0);
    for (size_t i = 0; i + 2 < volume->n; i++)
        near(regular->y[i] / volume->y[i], 1, 1e-9);
    drop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(theory_is_lambda_log_n_minus_log_log_n),
        cmocka_unit_test(the_regular_line_is_d_half_log_n),
        cmocka_unit_test(the_axes_do_not_depend_on_n),
        cmocka_unit_test(here_is_on_the_curve),
        cmocka_unit_test(between_rows_the_line_stays_a_line),
        cmocka_unit_test(a_loss_floor_is_taken_off),
        cmocka_unit_test(the_slope_has_its_limits),
        cmocka_unit_test(volume_theory_is_a_power),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
