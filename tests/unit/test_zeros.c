/* W0: every piece of known zero sets is found, lies where it should, and K vanishes on it. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/fisher.h"
#include "cusp/mem.h"
#include "cusp/zeros.h"

#define HALF_PIXEL (1.0 / 800) /* of the box */

static struct model *build(const char *text)
{
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    assert_int_equal(model_from_text(text, NULL, 0, &diags, &model), ST_OK);
    diags_done(&diags);
    return model;
}

static void assert_near(double value, double expected, double error)
{
    if (!(fabs(value - expected) <= error))
        print_error("%.17g is not %.17g\n", value, expected);
    assert_true(fabs(value - expected) <= error);
}

/* Finds W0 and checks what holds of every zero set. */
static struct zero_set find(const struct model *model)
{
    struct zero_set zeros;
    assert_int_equal(zeros_find(model, NULL, NULL, &zeros), ST_OK);
    assert_int_equal(zeros.dim, model->dim);
    double residual = 0;
    struct program_space *space = program_space_new();
    for (size_t i = 0; i < zeros.n_components; i++) {
        const struct zero_component *c = &zeros.components[i];
        assert_true(c->n_points > 0);
        for (size_t k = 0; k < c->n_points; k++) {
            double kl;
            for (size_t v = 0; v < model->dim; v++) {
                double w = c->points[k * model->dim + v];
                assert_true(w >= model->params[v].low && w <= model->params[v].high);
            }
            program_point(model->kl, space, c->points + k * model->dim, &kl);
            residual = fmax(residual, kl);
            assert_in_range(c->rank[k], 0, model->dim);
        }
    }
    program_space_free(space);
    assert_true(zeros.residual_max <= 1e-20 * zeros.kl_scale);
    /* K as written may round worse than K as a square. */
    assert_true(residual <= 1e-14 * zeros.kl_scale);
    return zeros;
}

static size_t count(const struct zero_set *zeros, size_t dimension)
{
    size_t n = 0;
    for (size_t i = 0; i < zeros->n_components; i++)
        n += zeros->components[i].dimension == dimension;
    return n;
}

/* --- distance between a trace and a known set ----------------------------------------------------
 */

typedef void (*curve_fn)(double t, double *w);

static double side(const struct model *model, size_t v)
{
    return model->params[v].high - model->params[v].low;
}

static double to_segment(const struct model *model, const double *w, const double *a,
                         const double *b)
{
    double d[2], r[2], length2 = 0, dot = 0;
    for (size_t v = 0; v < 2; v++) {
        d[v] = (b[v] - a[v]) / side(model, v);
        r[v] = (w[v] - a[v]) / side(model, v);
        length2 += d[v] * d[v];
        dot += d[v] * r[v];
    }
    double t = length2 > 0 ? fmin(fmax(dot / length2, 0), 1) : 0;
    return hypot(r[0] - t * d[0], r[1] - t * d[1]);
}

static double to_trace(const struct model *model, const struct zero_set *zeros, const double *w)
{
    double least = INFINITY;
    for (size_t i = 0; i < zeros->n_components; i++) {
        const struct zero_component *c = &zeros->components[i];
        for (size_t k = 0; k < c->n_points; k++) {
            size_t next = c->dimension == 1 && k + 1 < c->n_points ? k + 1 : k;
            least = fmin(least, to_segment(model, w, c->points + 2 * k, c->points + 2 * next));
        }
    }
    return least;
}

enum { SAMPLES = 400 };

static double to_curve(const struct model *model, const double *w, curve_fn curve)
{
    double a[2], b[2], least = INFINITY;
    curve(0, a);
    for (int i = 1; i <= SAMPLES; i++) {
        curve((double)i / SAMPLES, b);
        least = fmin(least, to_segment(model, w, a, b));
        memcpy(a, b, sizeof a);
    }
    return least;
}

/* The known set is the union of curves over t in [0, 1]; both distances within half a pixel. */
static void check_hausdorff(const struct model *model, const struct zero_set *zeros,
                            const curve_fn *curves, size_t n)
{
    for (size_t c = 0; c < n; c++)
        for (int i = 0; i <= SAMPLES; i++) {
            double w[2];
            curves[c]((double)i / SAMPLES, w);
            if (w[0] < model->params[0].low || w[0] > model->params[0].high ||
                w[1] < model->params[1].low || w[1] > model->params[1].high)
                continue;
            double distance = to_trace(model, zeros, w);
            if (distance > HALF_PIXEL)
                print_error("not traced: %g %g\n", w[0], w[1]);
            assert_true(distance <= HALF_PIXEL);
        }
    for (size_t i = 0; i < zeros->n_components; i++)
        for (size_t k = 0; k < zeros->components[i].n_points; k += 3) {
            double least = INFINITY;
            for (size_t c = 0; c < n; c++)
                least =
                    fmin(least, to_curve(model, zeros->components[i].points + 2 * k, curves[c]));
            assert_true(least <= HALF_PIXEL / 10);
        }
}

/* A singular point of the trace within 1e-6 of (x, y), on n branches. */
static void check_singular(const struct zero_set *zeros, double x, double y, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < zeros->n_components; i++) {
        const struct zero_component *c = &zeros->components[i];
        for (size_t k = 0; k < c->n_points; k++)
            found += c->singular[k] && hypot(c->points[2 * k] - x, c->points[2 * k + 1] - y) < 1e-6;
    }
    assert_int_equal(found, n);
}

static size_t count_singular(const struct zero_set *zeros)
{
    size_t n = 0;
    for (size_t i = 0; i < zeros->n_components; i++)
        for (size_t k = 0; k < zeros->components[i].n_points; k++)
            n += zeros->components[i].singular[k];
    return n;
}

/* Ranks are those of fisher_at. */
static void check_ranks(const struct model *model, const struct zero_set *zeros)
{
    for (size_t i = 0; i < zeros->n_components; i++) {
        const struct zero_component *c = &zeros->components[i];
        for (size_t k = 0; k < c->n_points; k += 1 + c->n_points / 7) {
            struct fisher fisher;
            assert_int_equal(fisher_at(model, c->points + k * model->dim, &fisher), ST_OK);
            assert_int_equal(fisher.rank, c->rank[k]);
            fisher_done(&fisher);
        }
    }
}

/* --- curves of the tests: t in [0, 1] covers the box ---------------------------------------------
 */

static void x_axis(double t, double *w)
{
    w[0] = -3 + 6 * t;
    w[1] = 0;
}

static void y_axis(double t, double *w)
{
    w[0] = 0;
    w[1] = -3 + 6 * t;
}

static void diagonal(double t, double *w)
{
    w[0] = w[1] = -2 + 4 * t;
}

static void cusp_arms(double t, double *w)
{
    double s = 2 * t - 1;
    w[0] = s * s * s;
    w[1] = s * s;
}

static void parabola_right(double t, double *w)
{
    w[1] = 2 * t - 1;
    w[0] = w[1] * w[1];
}

static void parabola_left(double t, double *w)
{
    parabola_right(t, w);
    w[0] = -w[0];
}

static void unit_circle(double t, double *w)
{
    w[0] = cos(6.283185307179586 * t);
    w[1] = sin(6.283185307179586 * t);
}

static void line_at_one(double t, double *w)
{
    w[0] = 1;
    w[1] = -2 + 4 * t;
}

static void origin(double t, double *w)
{
    (void)t;
    w[0] = w[1] = 0;
}

static void e8_arms(double t, double *w)
{
    double s = 2 * t - 1;
    w[0] = -s * s * s * s * s;
    w[1] = s * s * s;
}

static void corner(double t, double *w)
{
    w[0] = 2 * t - 1;
    w[1] = fabs(w[0]);
}

static void lower_right(double t, double *w)
{
    w[0] = 0;
    w[1] = -t;
}

static void left_half(double t, double *w)
{
    w[0] = -t;
    w[1] = 0;
}

static void thin_left(double t, double *w)
{
    w[0] = 2 * t - 1;
    w[1] = -1e-9 * w[0];
}

static void thin_right(double t, double *w)
{
    w[0] = 2 * t - 1;
    w[1] = 1e-9 * w[0];
}

/* One row: a model of two parameters, its W0, and what the pieces should be. */
struct plane_case {
    const char *text;
    curve_fn curves[3];
    size_t n_curves;   /* known ones */
    size_t n_branches; /* components of dimension 1 */
    size_t n_points;   /* components of dimension 0 */
    size_t at_origin;  /* branches (or points) with a singular point at the origin */
    size_t singular;   /* flags in all */
};

#define IN_1 "param x,y in [-1,1]; potential K = "
#define IN_2 "param x,y in [-2,2]; potential K = "

static const struct plane_case plane_cases[] = {
    {IN_2 "1/2*x^2*y^2", {x_axis, y_axis}, 2, 4, 0, 4, 4},
    {IN_1 "x^2*y^4", {x_axis, y_axis}, 2, 4, 0, 4, 4},
    {IN_1 "(x^2-y^3)^2", {cusp_arms}, 1, 2, 0, 2, 2},
    {IN_1 "(x^2-y^4)^2", {parabola_left, parabola_right}, 2, 4, 0, 4, 4},
    {IN_1 "(x*y*(x-y))^2", {x_axis, y_axis, diagonal}, 3, 6, 0, 6, 6},
    {IN_1 "(x^3+y^5)^2", {e8_arms}, 1, 2, 0, 2, 2},
    {IN_2 "(1-x^2-y^2)^2", {unit_circle}, 1, 1, 0, 0, 0},
    {IN_2 "(x-1)^2*(x^2+y^2)^4", {line_at_one, origin}, 2, 1, 1, 1, 1},
    {IN_1 "x^2+y^2", {origin}, 1, 0, 1, 0, 0},
    {IN_1 "(x^2+y^2)^2", {origin}, 1, 0, 1, 1, 1},
    {IN_1 "x^2+y^4", {origin}, 1, 0, 1, 1, 1},
    {IN_1 "x^2", {y_axis}, 1, 1, 0, 0, 0},
    /* the same, in forms that hide it */
    {IN_1 "x^4 - 2*x^2*y^3 + y^6", {cusp_arms}, 1, 2, 0, 2, 2},
    {IN_1 "(exp(x*y)-1)^2", {x_axis, y_axis}, 2, 4, 0, 4, 4},
    {IN_1 "1-cos(x*y)", {x_axis, y_axis}, 2, 4, 0, 4, 4},
    {IN_1 "1-exp(-(x^2-y^3)^2)", {cusp_arms}, 1, 2, 0, 2, 2},
    {IN_1 "x*y*tanh(x*y)", {x_axis, y_axis}, 2, 4, 0, 4, 4},
    {IN_1 "(sin(x)^2-tanh(x)^2*y^2)^2", {y_axis}, 1, 1, 0, 0, 0},
    {IN_1 "x^2*(x^2+y^2)", {y_axis}, 1, 1, 0, 0, 0},
    {IN_1 "sin(x^2-y^3)^2", {cusp_arms}, 1, 2, 0, 2, 2},
    {IN_1 "(1-cos(x-y))^2", {diagonal}, 1, 1, 0, 0, 0},
    {IN_1 "x^2 - 2*x*y^2 + y^4 + x^4", {origin}, 1, 0, 1, 1, 1},
    {IN_1 "x^2 + x*y + y^2", {origin}, 1, 0, 1, 0, 0},
    {IN_2 "(x^3 + x*y^2 - x^2 - y^2)^2", {line_at_one, origin}, 2, 1, 1, 1, 1},
    /* kinks */
    {IN_1 "(abs(x)-y)^2", {corner}, 1, 2, 0, 2, 2},
    {IN_1 "abs(x)*abs(y)", {x_axis, y_axis}, 2, 4, 0, 4, 4},
    {IN_1 "max(x,y)^2", {lower_right, left_half}, 2, 2, 0, 2, 2},
    {IN_1 "relu(x)^2+y^2", {left_half}, 1, 1, 0, 1, 1},
    {IN_1 "max(x,-x)+y^2", {origin}, 1, 0, 1, 1, 1},
    /* scales */
    {IN_1 "1e300*(x^2-y^3)^2", {cusp_arms}, 1, 2, 0, 2, 2},
    {IN_1 "1e-300*(x^2-y^3)^2", {cusp_arms}, 1, 2, 0, 2, 2},
    /* boxes */
    {"param x,y in [0,1]; potential K = x^2*y^2", {x_axis, y_axis}, 2, 2, 0, 2, 2},
    {"param x in [-1,1], y in [-1e-9,1e-9]; potential K = (x^2-1e18*y^2)^2",
     {thin_left, thin_right},
     2,
     4,
     0,
     4,
     4},
};

static void test_plane(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plane_cases / sizeof *plane_cases; i++) {
        const struct plane_case *c = &plane_cases[i];
        struct model *model = build(c->text);
        struct zero_set zeros = find(model);
        print_message("%s\n", c->text);
        assert_true(zeros.has_zero);
        assert_true(zeros.complete);
        assert_int_equal(count(&zeros, 1), c->n_branches);
        assert_int_equal(count(&zeros, 0), c->n_points);
        assert_int_equal(zeros.n_components, c->n_branches + c->n_points);
        check_hausdorff(model, &zeros, c->curves, c->n_curves);
        check_singular(&zeros, 0, 0, c->at_origin);
        assert_int_equal(count_singular(&zeros), c->singular);
        check_ranks(model, &zeros);
        zeros_done(&zeros);
        model_unref(model);
    }
}

/* --- details in the plane ------------------------------------------------------------------------
 */

static void test_circle(void **state)
{
    (void)state;
    struct model *model = build(IN_2 "(1-x^2-y^2)^2");
    struct zero_set zeros = find(model);
    const struct zero_component *c = &zeros.components[0];
    assert_int_equal(zeros.n_components, 1);
    assert_true(c->closed);
    assert_true(c->points[0] == c->points[2 * (c->n_points - 1)]);
    assert_true(c->points[1] == c->points[2 * (c->n_points - 1) + 1]);
    for (size_t k = 0; k < c->n_points; k++) {
        assert_int_equal(c->rank[k], 1);
        assert_near(hypot(c->points[2 * k], c->points[2 * k + 1]), 1, 1e-14);
    }
    zeros_done(&zeros);
    model_unref(model);
}

static void test_ranks(void **state)
{
    (void)state;
    struct model *model = build(IN_2 "1/2*x^2*y^2");
    struct zero_set zeros = find(model);
    for (size_t i = 0; i < zeros.n_components; i++) {
        const struct zero_component *c = &zeros.components[i];
        for (size_t k = 0; k < c->n_points; k++)
            assert_int_equal(c->rank[k], c->singular[k] ? 0 : 1);
        assert_false(c->closed);
        /* Branches end exactly at the box. */
        const double *last = c->points + 2 * (c->n_points - 1);
        assert_true(fabs(last[0]) == 2 || fabs(last[1]) == 2);
    }
    zeros_done(&zeros);
    model_unref(model);
}

static void test_two_circles(void **state)
{
    (void)state;
    struct model *model = build(IN_1 "(x^2+y^2-0.5)^2*((x-0.5)^2+y^2-0.1)^2");
    struct zero_set zeros = find(model);
    assert_int_equal(count(&zeros, 1), 4);
    check_singular(&zeros, 0.65, sqrt(0.5 - 0.65 * 0.65), 4);
    check_singular(&zeros, 0.65, -sqrt(0.5 - 0.65 * 0.65), 4);
    zeros_done(&zeros);
    model_unref(model);
}

static void test_lemniscate(void **state)
{
    (void)state;
    struct model *model = build(IN_1 "((x^2+y^2)^2-0.9*(x^2-y^2))^2");
    struct zero_set zeros = find(model);
    assert_int_equal(count(&zeros, 1), 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(zeros.components[i].closed);
    check_singular(&zeros, 0, 0, 4);
    zeros_done(&zeros);
    model_unref(model);
}

/* A small oval beside an unbounded branch: neither hides the other. */
static void test_elliptic(void **state)
{
    (void)state;
    struct model *model = build(IN_1 "(y^2-x^3+0.3*x)^2");
    struct zero_set zeros = find(model);
    assert_int_equal(count(&zeros, 1), 2);
    assert_int_equal(zeros.components[0].closed + zeros.components[1].closed, 1);
    assert_int_equal(count_singular(&zeros), 0);
    zeros_done(&zeros);
    model_unref(model);
}

static void test_areas(void **state)
{
    (void)state;
    struct model *model = build(IN_1 "max(0,x^2+y^2-0.4)^2");
    struct zero_set zeros = find(model);
    assert_int_equal(zeros.n_components, 1);
    assert_int_equal(zeros.components[0].dimension, 2);
    double widest = 0;
    for (size_t k = 0; k < zeros.components[0].n_points; k++)
        widest = fmax(widest, hypot(zeros.components[0].points[2 * k],
                                    zeros.components[0].points[2 * k + 1]));
    assert_near(widest, sqrt(0.4), 1e-9);
    zeros_done(&zeros);
    model_unref(model);

    model = build(IN_1 "relu(x)^2*y^2");
    zeros = find(model);
    assert_int_equal(count(&zeros, 2), 1);
    assert_int_equal(count(&zeros, 1), 1);
    zeros_done(&zeros);
    model_unref(model);

    model = build(IN_1 "0*x");
    zeros = find(model);
    assert_int_equal(zeros.n_components, 1);
    assert_int_equal(zeros.components[0].dimension, 2);
    zeros_done(&zeros);
    model_unref(model);
}

static void test_no_zero(void **state)
{
    (void)state;
    struct model *model = build(IN_1 "x^2+(y-0.25)^2+0.1*(x-0.5)^2+0.3");
    struct zero_set zeros = find(model);
    assert_false(zeros.has_zero);
    assert_int_equal(zeros.n_components, 0);
    assert_near(zeros.kl_min, 0.3 + 0.025 / 1.1, 1e-12);
    assert_near(zeros.kl_min_at[0], 0.05 / 1.1, 1e-6);
    assert_near(zeros.kl_min_at[1], 0.25, 1e-6);
    zeros_done(&zeros);
    model_unref(model);
}

static void test_many(void **state)
{
    (void)state;
    struct model *model = build(IN_1 "sin(40*x)^2+y^2");
    struct zero_set zeros = find(model);
    assert_int_equal(count(&zeros, 0), 25);
    assert_int_equal(zeros.n_components, 25);
    zeros_done(&zeros);
    model_unref(model);

    model = build(IN_1 "sin(20*x)^2*sin(20*y)^2");
    zeros = find(model);
    /* 13 lines each way, cut by the 13 of the other. */
    assert_int_equal(zeros.n_components, 2 * 13 * 14);
    zeros_done(&zeros);
    model_unref(model);
}

/* --- one dimension -------------------------------------------------------------------------------
 */

#define LINE "param w in [-2,2]; potential K = "

struct line_case {
    const char *text;
    size_t n;
    double root[3];
};

static const struct line_case line_cases[] = {
    {LINE "w^2", 1, {0}},
    {LINE "w^4", 1, {0}},
    {LINE "(w+1)^2*(w-1)^4", 2, {-1, 1}},
    {LINE "(w^2-2)^2", 2, {-1.4142135623730951, 1.4142135623730951}},
    {LINE "w^4 - 4*w^3 + 6*w^2 - 4*w + 1", 1, {1}},
    {LINE "1-cos(w)", 1, {0}},
    {LINE "(1-cos(w-0.3))^2", 1, {0.3}},
    {LINE "w*tanh(w)", 1, {0}},
    {LINE "exp(w)-w-1", 1, {0}},
    {LINE "(exp(w)-1-w)^2*(w-1.2)^2", 2, {0, 1.2}},
    {LINE "w^20", 1, {0}},
    {LINE "abs(w-0.385)", 1, {0.385}},
    {LINE "1e300*(w^2-1.1)^2", 2, {-1.0488088481701516, 1.0488088481701516}},
    {LINE "1e-300*(w^2-1.1)^2", 2, {-1.0488088481701516, 1.0488088481701516}},
    {"param w in [0,1]; potential K = w^2*(w-1)^2", 2, {0, 1}},
    {LINE "w^2+0.3", 0, {0}},
};

static void test_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof line_cases / sizeof *line_cases; i++) {
        const struct line_case *c = &line_cases[i];
        struct model *model = build(c->text);
        struct zero_set zeros = find(model);
        print_message("%s\n", c->text);
        assert_int_equal(zeros.has_zero, c->n > 0);
        assert_int_equal(zeros.n_components, c->n);
        for (size_t k = 0; k < c->n; k++) {
            assert_int_equal(zeros.components[k].dimension, 0);
            assert_int_equal(zeros.components[k].n_points, 1);
            assert_near(zeros.components[k].points[0], c->root[k], 1e-12);
        }
        check_ranks(model, &zeros);
        zeros_done(&zeros);
        model_unref(model);
    }
}

static void test_line_intervals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double low, high;
    } cases[] = {
        {LINE "relu(w)^2", -2, 0},
        {LINE "max(0,abs(w)-0.75)^2", -0.75, 0.75},
        {LINE "(abs(w)+w)^2", -2, 0},
        {LINE "0*w", -2, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model *model = build(cases[i].text);
        struct zero_set zeros = find(model);
        assert_int_equal(zeros.n_components, 1);
        assert_int_equal(zeros.components[0].dimension, 1);
        assert_int_equal(zeros.components[0].n_points, 2);
        assert_near(zeros.components[0].points[0], cases[i].low, 1e-12);
        assert_near(zeros.components[0].points[1], cases[i].high, 1e-12);
        zeros_done(&zeros);
        model_unref(model);
    }
}

static void test_line_thousand(void **state)
{
    (void)state;
    struct model *model = build(LINE "sin(1000*w)^2");
    struct zero_set zeros = find(model);
    assert_int_equal(zeros.n_components, 1273);
    for (size_t i = 0; i < zeros.n_components; i++)
        assert_near(zeros.components[i].points[0], ((double)i - 636) * 3.141592653589793 / 1000,
                    1e-13);
    zeros_done(&zeros);
    model_unref(model);
}

/* --- three dimensions and more -------------------------------------------------------------------
 */

#define IN_3 "param x,y,z in [-1,1]; potential K = "

/* Every point of the known set, given by (s, t), has a point of the cloud of that dimension near.
 */
static void check_cover(const struct zero_set *zeros, size_t dimension,
                        void (*surface)(double s, double t, double *w), double reach)
{
    for (int i = 0; i <= 24; i++)
        for (int j = 0; j <= 24; j++) {
            double w[3], least = INFINITY;
            surface(i / 24.0, j / 24.0, w);
            if (fabs(w[0]) > 1 || fabs(w[1]) > 1 || fabs(w[2]) > 1)
                continue;
            for (size_t c = 0; c < zeros->n_components; c++) {
                const struct zero_component *component = &zeros->components[c];
                for (size_t k = 0; component->dimension == dimension && k < component->n_points;
                     k++) {
                    const double *p = component->points + 3 * k;
                    least = fmin(least, hypot(hypot(p[0] - w[0], p[1] - w[1]), p[2] - w[2]));
                }
            }
            if (least > reach)
                print_error("not covered: %g %g %g by %g\n", w[0], w[1], w[2], least);
            assert_true(least <= reach);
        }
}

static void umbrella(double s, double t, double *w)
{
    w[1] = 2 * s - 1;
    w[2] = t * t;
    w[0] = w[1] * t;
}

static void umbrella_handle(double s, double t, double *w)
{
    (void)t;
    w[0] = w[1] = 0;
    w[2] = -1 + 0.98 * s;
}

static void cone(double s, double t, double *w)
{
    w[2] = 2 * s - 1;
    w[0] = w[2] * cos(6.283185307179586 * t);
    w[1] = w[2] * sin(6.283185307179586 * t);
}

static void plane_x(double s, double t, double *w)
{
    w[0] = 0;
    w[1] = 2 * s - 1;
    w[2] = 2 * t - 1;
}

static void plane_z(double s, double t, double *w)
{
    w[2] = 0;
    w[0] = 2 * s - 1;
    w[1] = 2 * t - 1;
}

static void z_axis(double s, double t, double *w)
{
    (void)t;
    w[0] = w[1] = 0;
    w[2] = 2 * s - 1;
}

static void test_umbrella(void **state)
{
    (void)state;
    struct model *model = build(IN_3 "(x^2-y^2*z)^2");
    struct zero_set zeros = find(model);
    assert_int_equal(count(&zeros, 2), 1);
    assert_int_equal(count(&zeros, 1), 1);
    check_cover(&zeros, 2, umbrella, 0.15);
    check_cover(&zeros, 1, umbrella_handle, 0.06);
    for (size_t i = 0; i < zeros.n_components; i++)
        for (size_t k = 0; k < zeros.components[i].n_points; k++)
            if (zeros.components[i].singular[k])
                assert_true(zeros.components[i].points[3 * k + 2] > -1e-3);
    check_ranks(model, &zeros);
    zeros_done(&zeros);
    model_unref(model);
}

static void test_three(void **state)
{
    (void)state;
    struct model *model = build(IN_3 "x^2*y^2*z^2");
    struct zero_set zeros = find(model);
    assert_int_equal(zeros.n_components, 3);
    assert_int_equal(count(&zeros, 2), 3);
    check_cover(&zeros, 2, plane_x, 0.15);
    check_cover(&zeros, 2, plane_z, 0.15);
    zeros_done(&zeros);
    model_unref(model);

    model = build(IN_3 "(x^2+y^2-z^2)^2");
    zeros = find(model);
    assert_int_equal(zeros.n_components, 1);
    check_cover(&zeros, 2, cone, 0.15);
    assert_int_equal(count_singular(&zeros), 1);
    zeros_done(&zeros);
    model_unref(model);

    model = build(IN_3 "(x*y)^2+(y*z)^2+(x*z)^2");
    zeros = find(model);
    assert_int_equal(zeros.n_components, 3);
    assert_int_equal(count(&zeros, 1), 3);
    check_cover(&zeros, 1, z_axis, 0.03);
    zeros_done(&zeros);
    model_unref(model);

    model = build(IN_3 "x^2*(y^2+z^2)");
    zeros = find(model);
    assert_int_equal(count(&zeros, 2), 1);
    assert_int_equal(count(&zeros, 1), 1);
    check_cover(&zeros, 2, plane_x, 0.15);
    zeros_done(&zeros);
    model_unref(model);

    model = build(IN_3 "x^2+y^2+z^2");
    zeros = find(model);
    assert_int_equal(zeros.n_components, 1);
    assert_int_equal(zeros.components[0].dimension, 0);
    assert_int_equal(zeros.components[0].rank[0], 3);
    zeros_done(&zeros);
    model_unref(model);
}

static void test_high(void **state)
{
    (void)state;
    struct model *model = build("param a,b,c,d in [-1,1]; potential K = (a*d-b*c)^2");
    struct zero_set zeros = find(model);
    assert_int_equal(zeros.n_components, 1);
    assert_int_equal(zeros.components[0].dimension, 3);
    assert_true(zeros.components[0].n_points > 500);
    zeros_done(&zeros);
    model_unref(model);

    model = build("param w[64] in [-1,1]; potential K = (sum(j in 1..64, w[j]^2)-2.5)^2");
    zeros = find(model);
    assert_true(zeros.has_zero);
    assert_int_equal(zeros.components[0].dimension, 63);
    zeros_done(&zeros);
    model_unref(model);
}

static void test_slice(void **state)
{
    (void)state;
    struct model *model = build(IN_3 "(x^2-y^2*z)^2");
    double rest[3] = {0, 0, 0.25};
    struct zero_set zeros;
    assert_int_equal(zeros_slice(model, rest, 0, 1, NULL, NULL, &zeros), ST_OK);
    /* x = ± y/2. */
    assert_int_equal(zeros.n_components, 4);
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < zeros.components[i].n_points; k++) {
            const double *w = zeros.components[i].points + 3 * k;
            assert_true(w[2] == 0.25);
            assert_near(fabs(w[0]), fabs(w[1]) / 2, 1e-14);
        }
    zeros_done(&zeros);
    rest[2] = -0.25;
    assert_int_equal(zeros_slice(model, rest, 0, 1, NULL, NULL, &zeros), ST_OK);
    assert_int_equal(zeros.n_components, 1);
    assert_int_equal(zeros.components[0].dimension, 0);
    zeros_done(&zeros);
    assert_int_equal(zeros_slice(model, rest, 1, 1, NULL, NULL, &zeros), ST_DOMAIN);
    zeros_done(&zeros);
    model_unref(model);
}

/* --- the rest of the contract --------------------------------------------------------------------
 */

static void test_project(void **state)
{
    (void)state;
    struct model *model = build(IN_2 "(1-x^2-y^2)^2");
    double w[2] = {1.2, 0.9}, out[2];
    assert_int_equal(zeros_project(model, w, out), ST_OK);
    assert_near(out[0], 0.8, 1e-6);
    assert_near(out[1], 0.6, 1e-6);
    model_unref(model);
    model = build(IN_2 "x^2+y^2+0.385");
    assert_int_equal(zeros_project(model, w, out), ST_UNABLE);
    model_unref(model);
}

static void test_cancel(void **state)
{
    (void)state;
    static const char *const texts[] = {LINE "w^2", IN_1 "x^2*y^2", IN_3 "x^2*y^2*z^2"};
    atomic_uint current = 2;
    struct cancel cancel = {&current, 1};
    for (size_t i = 0; i < 3; i++) {
        struct model *model = build(texts[i]);
        struct zero_set zeros;
        assert_int_equal(zeros_find(model, NULL, &cancel, &zeros), ST_CANCELLED);
        assert_int_equal(zeros.n_components, 0);
        zeros_done(&zeros);
        model_unref(model);
    }
}

static void test_repeatable(void **state)
{
    (void)state;
    struct model *model = build(IN_3 "(x^2-y^2*z)^2");
    struct zeros_options options = {.seed = 7, .n_points = 300};
    struct zero_set a, b;
    assert_int_equal(zeros_find(model, &options, NULL, &a), ST_OK);
    options.threads = 2;
    assert_int_equal(zeros_find(model, &options, NULL, &b), ST_OK);
    assert_int_equal(a.n_components, b.n_components);
    for (size_t i = 0; i < a.n_components; i++) {
        assert_int_equal(a.components[i].n_points, b.components[i].n_points);
        assert_memory_equal(a.components[i].points, b.components[i].points,
                            3 * a.components[i].n_points * sizeof(double));
    }
    zeros_done(&a);
    zeros_done(&b);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plane),          cmocka_unit_test(test_circle),
        cmocka_unit_test(test_ranks),          cmocka_unit_test(test_two_circles),
        cmocka_unit_test(test_lemniscate),     cmocka_unit_test(test_elliptic),
        cmocka_unit_test(test_areas),          cmocka_unit_test(test_no_zero),
        cmocka_unit_test(test_many),           cmocka_unit_test(test_line),
        cmocka_unit_test(test_line_intervals), cmocka_unit_test(test_line_thousand),
        cmocka_unit_test(test_umbrella),       cmocka_unit_test(test_three),
        cmocka_unit_test(test_high),           cmocka_unit_test(test_slice),
        cmocka_unit_test(test_project),        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_repeatable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
