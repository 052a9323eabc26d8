/* W0 in many dimensions: dimensions and singular points known by hand, every stratum of a network
 * found, results that do not depend on threads. */
#include "tap.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/likelihood.h"
#include "cusp/network.h"
#include "cusp/zeros.h"

static struct model *build(const char *text)
{
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    assert_int_equal(model_from_text(text, NULL, 0, &diags, &model), ST_OK);
    diags_done(&diags);
    return model;
}

/* Finds W0 and checks what holds of every zero set. */
static struct zero_set find(const struct model *model, size_t n_starts)
{
    struct zero_set zeros;
    struct zeros_options options = {.n_starts = n_starts, .seed = 1, .threads = 1};
    assert_int_equal(zeros_find(model, &options, NULL, &zeros), ST_OK);
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
            assert_true(kl <= model->kl_tolerance);
            assert_in_range(c->rank[k], 0, model->dim);
            assert_in_range(c->region[k] + 1, 0, model->n_regions);
        }
    }
    program_space_free(space);
    return zeros;
}

/* Points of a dimension and label (−1: any), and how many of them are singular. */
static size_t count(const struct zero_set *zeros, size_t dimension, int label, size_t *singular)
{
    size_t n = 0;
    *singular = 0;
    for (size_t i = 0; i < zeros->n_components; i++) {
        const struct zero_component *c = &zeros->components[i];
        if (c->dimension != dimension || (label >= 0 && c->label != label))
            continue;
        n += c->n_points;
        for (size_t k = 0; k < c->n_points; k++)
            *singular += c->singular[k];
    }
    return n;
}

static size_t count_all(const struct zero_set *zeros)
{
    size_t n = 0;
    for (size_t i = 0; i < zeros->n_components; i++)
        n += zeros->components[i].n_points;
    return n;
}

/* --- potentials ---------------------------------------------------------------------------------
 */

#define REGRESSION_2                                                               \
    "param b[2,2], a[2,2] in [-2,2]; potential K = sum(i in 1..2, sum(j in 1..2, " \
    "(sum(k in 1..2, b[i,k]*a[k,j]) - if(i == j and i <= %d, 1, 0))^2))"

static void test_dimensions(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t dimension; /* of nearly all points */
        size_t other;     /* of the rest; the same if there is none */
        bool has_singular;
    } rows[] = {
        {"param a,b,c,d in [-1,1]; potential K = (a*d-b*c)^2", 3, 3, true},
        {"param a,b,c,d in [-1,1]; potential K = (a*b*c*d)^2", 3, 3, true},
        {"param a,b,c,d in [-2,2]; potential K = (a*b*c*d-1)^2", 3, 3, false},
        {"param a,b,c,d in [-1,1]; potential K = (a-0.3)^2+(b*c)^2+(d^2-0.25)^2", 1, 1, true},
        {"param a,b,c,d in [-1,1]; potential K = ((a^2+b^2+c^2-0.5)^2+d^2)^2", 2, 2, false},
        {"param a,b,c,d,e in [-1,1]; potential K = a^2+b^2+c^4+d^2+(e-0.5)^2", 0, 0, false},
        /* Rank deficient everywhere on W0: dimension 2 and not 3. */
        {"param a,b,c,d in [-1,1]; potential K = (a^2+b^2)^2+(a*c-b*d)^2", 2, 2, false},
        /* Two planes that meet in a point. */
        {"param a,b,c,d in [-1,1]; potential K = (a*c)^2+(b*c)^2+(a*d)^2+(b*d)^2", 2, 2, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct model *model = build(rows[i].text);
        struct zero_set zeros = find(model, 500);
        size_t singular, n = count(&zeros, rows[i].dimension, -1, &singular), rest;
        if (n + count(&zeros, rows[i].other, -1, &rest) < count_all(&zeros))
            print_error("%s: %zu of %zu\n", rows[i].text, n, count_all(&zeros));
        assert_true(zeros.has_zero && zeros.complete);
        assert_true((double)n >= 0.995 * (double)count_all(&zeros));
        assert_true(rows[i].has_singular == (singular > 0));
        zeros_done(&zeros);
        model_unref(model);
    }
}

/* a d = b c is singular at 0 and there only. */
static void test_determinant(void **state)
{
    (void)state;
    struct model *model = build("param a,b,c,d in [-1,1]; potential K = (a*d-b*c)^2");
    struct zero_set zeros = find(model, 2000);
    size_t n_singular = 0;
    for (size_t k = 0; k < zeros.components[0].n_points; k++) {
        const double *w = zeros.components[0].points + 4 * k;
        double size = fabs(w[0]) + fabs(w[1]) + fabs(w[2]) + fabs(w[3]);
        if (zeros.components[0].singular[k])
            assert_true(size == 0);
        assert_int_equal(zeros.components[0].rank[k], size > 0);
        n_singular += zeros.components[0].singular[k];
    }
    assert_int_equal(n_singular, 1);
    zeros_done(&zeros);
    model_unref(model);
}

/* Matrices with B A of a given rank: for a truth of rank 0, {B A = 0} has pieces of 4 and 5
   dimensions (both of rank 1: 3 + 2), for rank 1 and 2 one of 4 (the orbit of GL(2), or B or A of
   rank 1). */
static void test_reduced_rank(void **state)
{
    (void)state;
    for (int rank = 0; rank <= 2; rank++) {
        struct text text;
        text_init(&text);
        text_addf(&text, REGRESSION_2, rank);
        struct model *model = build(text_get(&text));
        struct zero_set zeros = find(model, 1500);
        size_t singular, four = count(&zeros, 4, -1, &singular),
                         five = count(&zeros, 5, -1, &singular);
        assert_true((double)(four + five) >= 0.995 * (double)count_all(&zeros));
        assert_true(rank == 0 ? five > four && four > 50 : five == 0);
        zeros_done(&zeros);
        model_unref(model);
        text_done(&text);
    }
}

static void test_no_zero(void **state)
{
    (void)state;
    struct model *model =
        build("param a,b,c,d,e in [-1,1]; potential K = (a-2)^2+(b*c)^2+(d-e)^2+0.385");
    struct zero_set zeros = find(model, 200);
    assert_false(zeros.has_zero);
    assert_true(fabs(zeros.kl_min - 1.385) < 1e-9);
    assert_true(fabs(zeros.kl_min_at[0] - 1) < 1e-9);
    zeros_done(&zeros);
    model_unref(model);
}

static void test_regions(void **state)
{
    (void)state;
    struct model *model = build("param a,b,c,d in [-1,1]; potential K = (a*b)^2+(c-d)^2; "
                                "region \"first\" : abs(a) < abs(b); region \"second\" : b == 0");
    struct zero_set zeros = find(model, 500);
    size_t of[3] = {0};
    for (size_t i = 0; i < zeros.n_components; i++)
        for (size_t k = 0; k < zeros.components[i].n_points; k++) {
            const double *w = zeros.components[i].points + 4 * k;
            int expected = fabs(w[0]) < fabs(w[1]) ? 0 : w[1] == 0 ? 1 : -1;
            assert_int_equal(zeros.components[i].region[k], expected);
            assert_int_equal(zeros.components[i].region[0], expected);
            of[expected + 1]++;
        }
    assert_true(of[1] > 100 && of[2] > 100);
    zeros_done(&zeros);
    model_unref(model);
}

static void test_project(void **state)
{
    (void)state;
    struct model *model = build("param a,b,c,d in [-2,2]; potential K = (a^2+b^2+c^2+d^2-1)^2");
    const double w[] = {0.9, -1.2, 0.3, 0.385};
    double out[4], size = 0;
    for (int v = 0; v < 4; v++)
        size += w[v] * w[v];
    assert_int_equal(zeros_project(model, w, out), ST_OK);
    for (int v = 0; v < 4; v++)
        assert_true(fabs(out[v] - w[v] / sqrt(size)) < 1e-4);
    model_unref(model);
    model = build("param a,b,c,d in [-2,2]; potential K = a^2+b^2+c^2+d^2+1");
    assert_int_equal(zeros_project(model, w, out), ST_UNABLE);
    model_unref(model);
}

/* --- networks -----------------------------------------------------------------------------------
 */

static const char two_units[] =
    "knob theta = 1.2 in [0, pi/2]; param w[2,2], b[2], q[2], c in [-4,4]; "
    "input x[2] ~ uniform(-1,1); "
    "output y ~ normal(c + sum(i in 1..2, q[i]*relu(w[i,1]*x[1] + w[i,2]*x[2] + b[i])), 1); "
    "truth y ~ normal(relu(cos(theta)*x[1] + sin(theta)*x[2] - 0.3) + "
    "relu(-cos(theta)*x[1] + sin(theta)*x[2] - 0.3), 1); "
    "prior w ~ normal(0,1); prior b ~ normal(0,1); prior q ~ normal(0,1)";

static struct model *with_theta(double theta)
{
    struct setting setting = {"theta", theta};
    struct diags diags;
    struct model *model = NULL;
    diags_init(&diags);
    assert_int_equal(model_from_text(two_units, &setting, 1, &diags, &model), ST_OK);
    diags_done(&diags);
    return model;
}

/* Built once: it takes longer than all searches. */
struct shared {
    struct model *apart, *degenerate;
};

static int open_shared(void **state)
{
    static struct shared shared;
    shared.apart = with_theta(1.0);
    shared.degenerate = with_theta(acos(0));
    *state = &shared;
    return 0;
}

static int close_shared(void **state)
{
    struct shared *shared = *state;
    model_unref(shared->apart);
    model_unref(shared->degenerate);
    return 0;
}

/* Away from θ = π/2 only the scale of each unit is free, and the units may change places. */
static void test_two_units(void **state)
{
    struct model *model = ((struct shared *)*state)->apart;
    struct zero_set zeros = find(model, 400);
    size_t s1, s2, permuted = count(&zeros, 2, LABEL_PERMUTED, &s1),
                   distinct = count(&zeros, 2, LABEL_DISTINCT, &s2);
    assert_true(permuted > 40 && distinct > 40);
    assert_int_equal(permuted + distinct, count_all(&zeros));
    assert_int_equal(s1 + s2, 0);
    for (size_t i = 0; i < zeros.n_components; i++)
        for (size_t k = 0; k < zeros.components[i].n_points; k++)
            assert_int_equal(zeros.components[i].rank[k], 7);
    zeros_done(&zeros);
}

/* At θ = π/2 one unit is left. By hand, with the scale of the unit that is needed: q = 0 leaves the
   other's w and b (4); dead, its q as well (5); merged, two scales and the share (3); turned round
   and made good by one that is active everywhere, its scale and bias (3). */
static void test_degenerate(void **state)
{
    struct model *model = ((struct shared *)*state)->degenerate;
    struct zero_set zeros = find(model, 600);
    size_t singular, n = count_all(&zeros);
    assert_true(count(&zeros, 4, LABEL_Q_ZERO, &singular) > n / 10);
    assert_true(count(&zeros, 5, LABEL_DEAD, &singular) > n / 20);
    assert_true(count(&zeros, 3, LABEL_MERGED, &singular) > n / 10);
    assert_true(count(&zeros, 3, LABEL_REVERSED, &singular) > n / 50);
    size_t wrong =
        n - count(&zeros, 4, LABEL_Q_ZERO, &singular) - count(&zeros, 5, LABEL_Q_ZERO, &singular) -
        count(&zeros, 5, LABEL_DEAD, &singular) - count(&zeros, 3, LABEL_DEAD, &singular) -
        count(&zeros, 3, LABEL_MERGED, &singular) - count(&zeros, 3, LABEL_REVERSED, &singular) -
        count(&zeros, 2, LABEL_REVERSED, &singular);
    assert_true(wrong <= n / 50);
    zeros_done(&zeros);
}

static void test_threads(void **state)
{
    struct model *model = ((struct shared *)*state)->apart;
    struct zeros_options options = {.n_starts = 200, .seed = 5, .threads = 1};
    struct zero_set one, four;
    assert_int_equal(zeros_find(model, &options, NULL, &one), ST_OK);
    options.threads = 4;
    assert_int_equal(zeros_find(model, &options, NULL, &four), ST_OK);
    assert_int_equal(one.n_components, four.n_components);
    for (size_t i = 0; i < one.n_components; i++) {
        const struct zero_component *a = &one.components[i], *b = &four.components[i];
        assert_int_equal(a->n_points, b->n_points);
        assert_memory_equal(a->points, b->points, a->n_points * 9 * sizeof *a->points);
        assert_memory_equal(a->rank, b->rank, a->n_points * sizeof *a->rank);
    }
    zeros_done(&one);
    zeros_done(&four);
}

static void test_cancel(void **state)
{
    struct model *model = ((struct shared *)*state)->apart;
    atomic_uint current;
    atomic_init(&current, 1);
    struct cancel cancel = {&current, 0};
    struct zero_set zeros;
    assert_int_equal(zeros_find(model, NULL, &cancel, &zeros), ST_CANCELLED);
    assert_int_equal(zeros.n_components, 0);
    zeros_done(&zeros);
    double rest[9] = {0};
    assert_int_equal(zeros_slice(model, rest, 0, 1, NULL, &cancel, &zeros), ST_CANCELLED);
    zeros_done(&zeros);
}

/* On the plane of (w11, q1), all else true, W0 is one point of the hyperbola if b1 is held; of a
   unit that is not needed, q2 = 0 is a line of w. */
static void test_slice(void **state)
{
    struct model *model = ((struct shared *)*state)->degenerate;
    const double rest[] = {0, 1, 0.5, 0.385, -0.3, -0.2, 2, 0, 0};
    struct zero_set zeros;
    assert_int_equal(zeros_slice(model, rest, 0, 6, NULL, NULL, &zeros), ST_OK);
    assert_int_equal(zeros.n_components, 1);
    assert_int_equal(zeros.components[0].dimension, 0);
    assert_true(fabs(zeros.components[0].points[6] - 2) < 1e-9);
    zeros_done(&zeros);
    assert_int_equal(zeros_slice(model, rest, 2, 7, NULL, NULL, &zeros), ST_OK);
    double low = 4, high = -4;
    for (size_t i = 0; i < zeros.n_components; i++) {
        assert_int_equal(zeros.components[i].dimension, 1);
        for (size_t k = 0; k < zeros.components[i].n_points; k++) {
            const double *w = zeros.components[i].points + 9 * k;
            assert_true(fabs(w[7]) < 1e-9);
            low = fmin(low, w[2]);
            high = fmax(high, w[2]);
        }
    }
    assert_true(low < -3.9 && high > 3.9);
    zeros_done(&zeros);
    /* With b2 = −2 the unit is dead where |w2| is small: an area, crossed by the line. */
    const double dead[] = {0, 1, 0.5, 0.385, -0.3, -2, 2, 0, 0};
    assert_int_equal(zeros_slice(model, dead, 2, 7, NULL, NULL, &zeros), ST_OK);
    size_t area = 0;
    for (size_t i = 0; i < zeros.n_components; i++)
        area += zeros.components[i].dimension == 2 ? zeros.components[i].n_points : 0;
    assert_true(area > 50);
    zeros_done(&zeros);
}

/* Likelihood models whose K is written out are traced as potentials are. */
static void test_written_out(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double axis[2]; /* branches lie on w1 = axis[0] or w2 = axis[1] */
    } rows[] = {
        {"param a,b in [-3,3]; input x ~ uniform(-2,2); output y ~ normal(b*tanh(a*x), 1); "
         "truth y ~ normal(0,1)",
         {0, 0}},
        {"param a,b in [-3,3]; input x ~ uniform(-2,2); output y ~ normal(a*relu(b*x), 1); "
         "truth y ~ normal(0,1)",
         {0, 0}},
        {"param a in [0,1], b in [-3,3]; output y ~ mixture(1-a: normal(0,1), a: normal(b,1)); "
         "truth y ~ normal(0,1)",
         {0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct model *model = build(rows[i].text);
        struct zero_set zeros;
        assert_int_equal(zeros_find(model, NULL, NULL, &zeros), ST_OK);
        assert_true(zeros.has_zero && zeros.n_components == (i == 2 ? 3 : 4));
        for (size_t c = 0; c < zeros.n_components; c++) {
            assert_int_equal(zeros.components[c].dimension, 1);
            for (size_t k = 0; k < zeros.components[c].n_points; k++) {
                const double *w = zeros.components[c].points + 2 * k;
                assert_true(w[0] == rows[i].axis[0] || w[1] == rows[i].axis[1]);
                assert_true(zeros.components[c].singular[k] == (w[0] == 0 && w[1] == 0));
            }
        }
        zeros_done(&zeros);
        model_unref(model);
    }
}

/* Inputs of one sign only: b ≤ 0 is an area of zeros. */
/* W0 of a zero truth is of one dimension everywhere; where units merge K is of fourth order. */
static void test_one_dimension(void **state)
{
    (void)state;
    struct model *model = build("param a[2], b[2] in [-3, 3]; input x ~ uniform(-2, 2);"
                                "output y ~ normal(b[1]*tanh(a[1]*x) + b[2]*tanh(a[2]*x), 1);"
                                "truth y ~ normal(0, 1)");
    struct zero_set zeros = find(model, 60);
    size_t singular;
    assert_true(count_all(&zeros) >= 50);
    assert_int_equal(count(&zeros, 2, -1, &singular), count_all(&zeros));
    zeros_done(&zeros);
    model_unref(model);
}

/* A cross, whichever way K is summed and however many points are wanted. */
static void test_cross(void **state)
{
    (void)state;
    static const char *const texts[] = {"param a in [0, 1], b in [-3, 3];"
                                        "output y ~ mixture(1 - a: normal(0, 1), a: normal(b, 1));"
                                        "truth y ~ mixture(0.5: normal(0, 1), 0.5: normal(0, 1))",
                                        "param a in [0, 1], b in [0.5, 8];"
                                        "output y ~ mixture(1 - a: poisson(3), a: poisson(b));"
                                        "truth y ~ mixture(0.5: poisson(3), 0.5: poisson(3))"};
    for (int i = 0; i < 2; i++) {
        struct model *model = build(texts[i]);
        struct zeros_options options = {.step = i ? 0.05 : 0, .seed = 1, .threads = 1};
        struct zero_set zeros;
        double length = 0;
        assert_int_equal(zeros_find(model, &options, NULL, &zeros), ST_OK);
        assert_true(zeros.complete);
        assert_int_equal(zeros.n_components, 2);
        for (size_t c = 0; c < 2; c++) {
            assert_int_equal(zeros.components[c].dimension, 1);
            for (size_t k = 1; k < zeros.components[c].n_points; k++) {
                const double *w = zeros.components[c].points + 2 * k;
                length += fabs(w[0] - w[-2]) + fabs(w[1] - w[-1]);
            }
        }
        assert_float_equal(length, i == 0 ? 7 : 8.5, 1e-6);
        zeros_done(&zeros);
        model_unref(model);
    }
}

static void test_half_plane(void **state)
{
    (void)state;
    struct model *model = build("param a,b in [-3,3]; input x ~ uniform(0,1); "
                                "output y ~ normal(a*relu(b*x), 1); truth y ~ normal(0,1)");
    struct zero_set zeros;
    size_t area = 0, line = 0;
    assert_int_equal(zeros_find(model, NULL, NULL, &zeros), ST_OK);
    for (size_t c = 0; c < zeros.n_components; c++) {
        area += zeros.components[c].dimension == 2;
        line += zeros.components[c].dimension == 1;
    }
    assert_true(area >= 1 && line >= 1);
    zeros_done(&zeros);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dimensions),    cmocka_unit_test(test_determinant),
        cmocka_unit_test(test_reduced_rank),  cmocka_unit_test(test_no_zero),
        cmocka_unit_test(test_regions),       cmocka_unit_test(test_project),
        cmocka_unit_test(test_two_units),     cmocka_unit_test(test_degenerate),
        cmocka_unit_test(test_threads),       cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_slice),         cmocka_unit_test(test_written_out),
        cmocka_unit_test(test_one_dimension), cmocka_unit_test(test_cross),
        cmocka_unit_test(test_half_plane),
    };
    return cmocka_run_group_tests(tests, open_shared, close_shared);
}
