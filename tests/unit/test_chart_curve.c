/* The curve of a chart as lines: on the curve, whole, and for any polynomial. */
#include "tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/chart_curve.h"

enum { TERMS = 8 };

struct polynomial {
    size_t n;
    unsigned long exponents[TERMS][2];
    const char *coefficients[TERMS];
};

static const struct polynomial circle = {3, {{2, 0}, {0, 2}, {0, 0}}, {"1", "1", "-1.21"}};
static const struct polynomial cubic = {2, {{0, 2}, {3, 0}}, {"1", "-1"}};
static const struct polynomial crossing = {1, {{1, 1}}, {"2.385e+400"}};
static const struct polynomial point = {2, {{2, 0}, {0, 2}}, {"1", "1"}};
static const struct polynomial diagonal = {2, {{1, 0}, {0, 1}}, {"-1e-300", "1e-300"}};
/* (v − 0.001)(v + 0.001): two lines within one cell. */
static const struct polynomial pair = {2, {{0, 2}, {0, 0}}, {"1", "-1e-6"}};
/* (y² − x³)² − x⁵ y */
static const struct polynomial branches = {
    4, {{0, 4}, {3, 2}, {6, 0}, {5, 1}}, {"1", "-2", "1", "-1"}};
static const struct polynomial constant = {1, {{0, 0}}, {"1"}};
static const struct polynomial steep = {2, {{0, 1}, {901, 0}}, {"1", "-1"}};

static struct chart_picture *picture_of(const struct polynomial *p, const double *low,
                                        const double *high, size_t n_cells)
{
    struct resolution_chart chart = {.n_terms = p->n,
                                     .exponents = (unsigned long(*)[2])(uintptr_t)p->exponents,
                                     .coefficients = (const char **)(uintptr_t)p->coefficients};
    struct resolution resolution = {.n_vars = 2, .n_charts = 1, .charts = &chart};
    struct chart_picture *out = chart_picture_new(&resolution, 0, low, high, n_cells);
    assert_non_null(out);
    return out;
}

static double value(const struct polynomial *p, double x, double y)
{
    double sum = 0;
    for (size_t t = 0; t < p->n; t++)
        sum += strtod(p->coefficients[t], NULL) * pow(x, (double)p->exponents[t][0]) *
               pow(y, (double)p->exponents[t][1]);
    return sum;
}

static void loops_are_closed_and_round(void **context)
{
    (void)context;
    struct chart_picture *c = picture_of(&circle, NULL, NULL, 0);
    assert_int_equal(c->n_curves, 1);
    size_t last = c->n[0] - 1;
    assert_true(c->x[0][0] == c->x[0][last] && c->y[0][0] == c->y[0][last]);
    double length = 0;
    for (size_t i = 0; i <= last; i++) {
        assert_true(fabs(hypot(c->x[0][i], c->y[0][i]) - 1.1) < 1e-9);
        if (i > 0)
            length += hypot(c->x[0][i] - c->x[0][i - 1], c->y[0][i] - c->y[0][i - 1]);
    }
    assert_true(fabs(length - 2 * 3.14159265358979 * 1.1) < 2e-3);
    chart_picture_free(c);
}

static void every_point_is_on_the_curve(void **context)
{
    (void)context;
    static const struct polynomial *const all[] = {&circle, &cubic, &branches, &pair};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        for (size_t cells = 5; cells <= 160; cells += 31) {
            struct chart_picture *c = picture_of(all[k], NULL, NULL, cells);
            assert_true(c->n_curves > 0);
            for (size_t i = 0; i < c->n_curves; i++) {
                assert_true(c->n[i] > 1);
                for (size_t j = 0; j < c->n[i]; j++)
                    if (!(fabs(value(all[k], c->x[i][j], c->y[i][j])) < 1e-8))
                        fail_msg("polynomial %zu at (%g, %g)", k, c->x[i][j], c->y[i][j]);
            }
            chart_picture_free(c);
        }
    }
}

/* The cusp comes in to the origin and goes out again; without a branch to the left. */
static void a_cusp_reaches_its_point(void **context)
{
    (void)context;
    struct chart_picture *c = picture_of(&cubic, NULL, NULL, 0);
    double nearest = INFINITY, left = INFINITY, top = -INFINITY, bottom = INFINITY;
    for (size_t i = 0; i < c->n_curves; i++)
        for (size_t j = 0; j < c->n[i]; j++) {
            nearest = fmin(nearest, hypot(c->x[i][j], c->y[i][j]));
            left = fmin(left, c->x[i][j]);
            top = fmax(top, c->y[i][j]);
            bottom = fmin(bottom, c->y[i][j]);
        }
    assert_true(nearest < 1e-6);
    assert_true(left > -1e-6);
    assert_true(top > 1.49 && bottom < -1.49);
    chart_picture_free(c);
}

static double length_of(const struct chart_picture *c)
{
    double length = 0;
    for (size_t i = 0; i < c->n_curves; i++)
        for (size_t j = 1; j < c->n[i]; j++)
            length += hypot(c->x[i][j] - c->x[i][j - 1], c->y[i][j] - c->y[i][j - 1]);
    return length;
}

static void lines_are_whole(void **context)
{
    (void)context;
    static const double low[2] = {-1.37, -1.11}, high[2] = {1.83, 1.29};
    struct chart_picture *c = picture_of(&crossing, low, high, 50);
    assert_true(fabs(length_of(c) - (3.2 + 2.4)) < 0.1);
    chart_picture_free(c);
    c = picture_of(&crossing, NULL, NULL, 0);
    assert_true(fabs(length_of(c) - 6) < 0.05);
    chart_picture_free(c);
    c = picture_of(&pair, low, high, 21);
    assert_int_equal(c->n_curves, 2);
    assert_true(fabs(length_of(c) - 2 * 3.2) < 1e-6);
    chart_picture_free(c);
    /* Through the nodes of the grid. */
    c = picture_of(&diagonal, NULL, NULL, 0);
    assert_true(fabs(length_of(c) - 3 * sqrt(2)) < 1e-3);
    chart_picture_free(c);
}

static void what_has_no_line_has_none(void **context)
{
    (void)context;
    struct chart_picture *c = picture_of(&point, NULL, NULL, 0);
    assert_int_equal(c->n_curves, 0);
    chart_picture_free(c);
    c = picture_of(&constant, NULL, NULL, 0);
    assert_int_equal(c->n_curves, 0);
    chart_picture_free(c);
    c = picture_of(&(struct polynomial){.n = 0}, NULL, NULL, 0);
    assert_int_equal(c->n_curves, 0);
    chart_picture_free(c);
    c = picture_of(&steep, NULL, NULL, 0);
    for (size_t i = 0; i < c->n_curves; i++)
        for (size_t j = 0; j < c->n[i]; j++)
            assert_true(isfinite(c->x[i][j]) && isfinite(c->y[i][j]));
    chart_picture_free(c);
}

static void windows_hold_the_points(void **context)
{
    (void)context;
    struct resolution_point points[3] = {
        {.decimal = {"0", "4.25"}}, {.decimal = {"-0.5", "-1"}}, {.decimal = {"1e9", NULL}}};
    struct resolution_chart chart = {.n_points = 3, .points = points};
    struct resolution resolution = {.n_vars = 2, .n_charts = 1, .charts = &chart};
    struct chart_picture *c = chart_picture_new(&resolution, 0, NULL, NULL, 10);
    assert_true(c->low[0] == -1.5 && c->high[0] == 1.5);
    assert_true(c->low[1] < -1.2 && c->high[1] > 4.5 && c->high[1] < 6);
    chart_picture_free(c);
    static const double low[2] = {2, 0}, high[2] = {1, 1};
    c = chart_picture_new(&resolution, 0, low, high, 10);
    assert_true(c->low[0] < c->high[0]);
    chart_picture_free(c);
    assert_null(chart_picture_new(&resolution, 1, NULL, NULL, 10));
    assert_null(chart_picture_new(NULL, 0, NULL, NULL, 10));
    resolution.n_vars = 3;
    assert_null(chart_picture_new(&resolution, 0, NULL, NULL, 10));
    chart_picture_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_are_closed_and_round), cmocka_unit_test(every_point_is_on_the_curve),
        cmocka_unit_test(a_cusp_reaches_its_point),   cmocka_unit_test(lines_are_whole),
        cmocka_unit_test(what_has_no_line_has_none),  cmocka_unit_test(windows_hold_the_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
