/* Degeneracy: Hessian, spectrum, rank, and the class of points whose geometry is known. */
#include "model_help.h"

#include "cusp/fisher.h"

struct expected {
    const char *text;
    double w[3];
    size_t rank;
    enum point_class point_class;
    enum point_singularity singularity;
    int zero_dim; /* −1: not known */
};

static void assert_point(const struct expected *row)
{
    struct model *model = model_of(row->text);
    struct fisher fisher;
    assert_int_equal(fisher_at(model, row->w, &fisher), ST_OK);
    int zero_dim = fisher.zero_dim_known ? (int)fisher.zero_dim : -1;
    if (fisher.rank != row->rank || fisher.point_class != row->point_class ||
        fisher.singularity != row->singularity || zero_dim != row->zero_dim)
        fail_msg("%s at %g, %g, %g: rank %zu, %s, singularity %d, dimension %d", row->text,
                 row->w[0], row->w[1], row->w[2], fisher.rank, point_class_name(fisher.point_class),
                 (int)fisher.singularity, zero_dim);
    fisher_done(&fisher);
    model_unref(model);
}

#define NONE SINGULARITY_NONE
#define OF_W0 SINGULARITY_OF_W0
#define FLAT SINGULARITY_FLAT

static void test_regular(void **state)
{
    (void)state;
    static const struct expected rows[] = {
        {"x^2 + y^2", {0, 0}, 2, POINT_REGULAR, NONE, 0},
        {"x^2", {0}, 1, POINT_REGULAR, NONE, 0},
        {"x^2 + 1e-3*y^2 + z^2", {0}, 3, POINT_REGULAR, NONE, 0},
        {"(x + 1)^2*(x - 1)^4", {-1}, 1, POINT_REGULAR, NONE, 0},
        {"(x^2 - y)^2 + (y - x)^2", {1, 1}, 2, POINT_REGULAR, NONE, 0},
        {"x^2 + y^2", {0.5, 0}, 2, POINT_NOT_TRUE, NONE, -1},
        {"x^2*y^2", {0.5, 0.5}, 2, POINT_NOT_TRUE, NONE, -1},
        {"if(x^2 + y^2 < 1, 0, 1)", {1, 0}, 0, POINT_NOT_TRUE, NONE, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_point(&rows[i]);
}

static void test_degenerate(void **state)
{
    (void)state;
    const double c = sqrt(0.5), y = 0.49;
    const struct expected rows[] = {
        {"1/2*x^2*y^2", {1.3, 0}, 1, POINT_DEGENERATE, NONE, 1},
        {"1/2*x^2*y^2", {0, -0.02}, 1, POINT_DEGENERATE, NONE, 1},
        {"x^2 + 0*y", {0, 0.7}, 1, POINT_DEGENERATE, NONE, 1},
        {"(1 - x^2 - y^2)^2", {1, 0}, 1, POINT_DEGENERATE, NONE, 1},
        {"(1 - x^2 - y^2)^2", {c, c}, 1, POINT_DEGENERATE, NONE, 1},
        {"(x^2 - y^3)^2", {y * 0.7, y}, 1, POINT_DEGENERATE, NONE, 1},
        {"(x^2 - y^3)^2", {1e-3, 1e-2}, 1, POINT_DEGENERATE, NONE, 1},
        {"x^2*y^2*z^2", {0, 0.5, 0.5}, 1, POINT_DEGENERATE, NONE, 2},
        {"x^2 + y^2 + 0*z", {0, 0, 1}, 2, POINT_DEGENERATE, NONE, 1},
        {"(x^2 + y^2 - z^2)^2", {0.6, 0.8, 1}, 1, POINT_DEGENERATE, NONE, 2},
        {"(x*y - 1)^2 + (x^2*y^2 - 1)^2", {2, 0.5}, 1, POINT_DEGENERATE, NONE, 1},
        /* Not written as a sum of squares, so judged by the Hessian. */
        {"x^4 - 2*x^2*y + y^2", {0.5, 0.25}, 1, POINT_DEGENERATE, NONE, 1},
        {"x^4 - 2*x^2*y^2 + y^4", {1.3, 1.3}, 1, POINT_DEGENERATE, NONE, 1},
        {"tanh(x*y)*x*y", {1, 0}, 1, POINT_DEGENERATE, NONE, 1},
        {"relu(x)^2 + y^2", {-1, 0}, 1, POINT_DEGENERATE, NONE, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_point(&rows[i]);
}

static void test_singular(void **state)
{
    (void)state;
    static const struct expected rows[] = {
        {"1/2*x^2*y^2", {0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        {"(x^2 - y^2)^2", {0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        {"(x^2 - y^3)^2", {0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        {"(x^2 - y^4)^2", {0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        {"(x*y*(x - y))^2", {0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        {"x^2*y^2*z^2", {0, 0, 1}, 0, POINT_SINGULAR, OF_W0, -1},
        {"x^2*y^2*z^2", {0, 0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        {"(x^2 + y^2 - z^2)^2", {0, 0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        {"(x^2 - y^2*z)^2", {0, 0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        {"(x^2 - y^2*z)^2", {0, 0, 0.5}, 0, POINT_SINGULAR, OF_W0, -1},
        {"x^4 - 2*x^2*y^2 + y^4", {0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        {"tanh(x*y)*x*y", {0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        /* Smooth, but flatter than a square. */
        {"x^4", {0}, 0, POINT_SINGULAR, FLAT, 0},
        {"(x + 1)^2*(x - 1)^4", {1}, 0, POINT_SINGULAR, FLAT, 0},
        {"x^20", {0}, 0, POINT_SINGULAR, FLAT, 0},
        {"x^2 + y^4", {0, 0}, 1, POINT_SINGULAR, FLAT, 0},
        {"x^2*y^4", {1, 0}, 0, POINT_SINGULAR, FLAT, 1},
        {"x^2*y^4", {0, 1}, 1, POINT_DEGENERATE, NONE, 1},
        {"x^2*y^4", {0, 0}, 0, POINT_SINGULAR, OF_W0, -1},
        {"(x^2 + y^2)^2", {0, 0}, 0, POINT_SINGULAR, FLAT, 0},
        {"(x - 1)^2*(x^2 + y^2)^4", {0, 0}, 0, POINT_SINGULAR, FLAT, 0},
        {"(x - 1)^2*(x^2 + y^2)^4", {1, 0.3}, 1, POINT_DEGENERATE, NONE, 1},
        {"(x^2 - y^2*z)^2", {0, 0, -0.5}, 0, POINT_SINGULAR, FLAT, 1}, /* the umbrella's stick */
        {"log(1 + x^2)^2", {0}, 0, POINT_SINGULAR, FLAT, 0},
        {"1 - cos(x^2)", {0}, 0, POINT_SINGULAR, FLAT, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_point(&rows[i]);
}

/* Within rounding of the crossing the rank is the crossing's: 1e-26 is no curvature. */
static void test_tolerance(void **state)
{
    (void)state;
    struct model *model = model_of("1/2*x^2*y^2");
    const double w[] = {1e-13, 0};
    struct fisher fisher;
    assert_int_equal(fisher_at(model, w, &fisher), ST_OK);
    assert_int_equal(fisher.rank, 0);
    assert_int_equal(fisher.point_class, POINT_SINGULAR);
    assert_close(fisher.tolerance, FISHER_RANK_TOLERANCE * model->hess_scale, 1e-12);
    assert_true(fisher.tolerance > 1e-10 && fisher.tolerance < 1e-7);
    fisher_done(&fisher);
    model_unref(model);
}

/* The Hessian against its closed form, and the spectrum against the matrix. */
static void test_matrix(void **state)
{
    (void)state;
    struct model *model = model_of("(x^2 - y^3)^2");
    const double x = 0.385, y = -0.731, f = x * x - y * y * y, w[] = {x, y};
    const double hessian[] = {8 * x * x + 4 * f, -12 * x * y * y, -12 * x * y * y,
                              18 * y * y * y * y - 12 * f * y};
    struct fisher fisher;
    assert_int_equal(fisher_at(model, w, &fisher), ST_OK);
    assert_close(fisher.kl, f * f, 1e-14);
    assert_close(fisher.gradient[0], 4 * x * f, 1e-14);
    assert_close(fisher.gradient[1], -6 * y * y * f, 1e-14);
    for (size_t i = 0; i < 4; i++)
        assert_close(fisher.matrix[i], hessian[i], 1e-13);
    assert_true(fisher.eigenvalues[0] >= fisher.eigenvalues[1]);
    for (size_t k = 0; k < 2; k++) {
        const double *v = fisher.eigenvectors + 2 * k;
        for (size_t i = 0; i < 2; i++)
            assert_true(fabs(hessian[2 * i] * v[0] + hessian[2 * i + 1] * v[1] -
                             fisher.eigenvalues[k] * v[i]) < 1e-13 * fisher.eigenvalues[0]);
    }
    fisher_done(&fisher);
    model_unref(model);
}

static void assert_sentence(const char *text, double x, double y, const char *expected)
{
    struct model *model = model_of(text);
    const double w[] = {x, y};
    struct fisher fisher;
    struct text sentence;
    text_init(&sentence);
    assert_int_equal(fisher_at(model, w, &fisher), ST_OK);
    fisher_sentence(&fisher, &sentence);
    assert_string_equal(text_get(&sentence), expected);
    text_done(&sentence);
    fisher_done(&fisher);
    model_unref(model);
}

static void test_sentences(void **state)
{
    (void)state;
    assert_sentence("1/2*x^2*y^2", 1, 0,
                    "rank 1 of 2: the posterior is flat along W0 here, in one direction");
    assert_sentence("1/2*x^2*y^2", 0, 0,
                    "rank 0 of 2: a singular point: W0 is not a smooth set along the flat "
                    "directions here");
    assert_sentence("x^2*y^4", 1, 0,
                    "rank 0 of 2: W0 is smooth here, of dimension 1, but K is flatter across it "
                    "than that accounts for");
    assert_sentence("(x^2 + y^2)^2", 0, 0,
                    "rank 0 of 2: an isolated true parameter, but K rises slower than a square "
                    "around it");
    assert_sentence("x^2 + y^2", 0, 0,
                    "rank 2 of 2: an isolated true parameter; the posterior shrinks to it like a "
                    "Gaussian");
    assert_sentence("x^2 + y^2", 0.5, 0,
                    "not a true parameter: K = 0.25 here, so its posterior density falls as "
                    "exp(-0.25 n)");
    assert_sentence("x^2 + y^2 + 0.5", 1, 0,
                    "not a true parameter: K = 1.5, which is 1 above the least K of the box "
                    "(0.5)");
    assert_sentence("x^2 + y^2 + 0.5", 0, 0,
                    "the best parameter of the box, but not a true one: K is least here, 0.5");
    assert_sentence("abs(x) + y^2", 0, 0,
                    "rank 1 of 2: an isolated true parameter; K has a kink here, so its "
                    "derivatives are those of one side");
    assert_sentence("abs(x*y)", 1, 0,
                    "rank 0 of 2: W0 is smooth here, of dimension 1; K has a kink here, so its "
                    "derivatives are those of one side");
}

static void test_undefined(void **state)
{
    (void)state;
    struct model *model = model_of("sqrt(x^2 + y^2)"); /* has no derivative at the origin */
    const double w[] = {0, 0};
    struct fisher fisher;
    assert_int_equal(fisher_at(model, w, &fisher), ST_DOMAIN);
    assert_int_equal(fisher.point_class, POINT_UNDEFINED);
    fisher_done(&fisher);
    model_unref(model);
}

static void test_map(void **state)
{
    (void)state;
    struct model *model = model_of("1/2*x^2*y^2");
    double x[41], y[21];
    signed char rank[41 * 21];
    const double rest[] = {0.3, 0.4};
    for (int i = 0; i < 41; i++)
        x[i] = (i - 20) / 10.0;
    for (int i = 0; i < 21; i++)
        y[i] = (i - 10) / 5.0;
    fisher_rank_map(model, 0, 1, rest, x, 41, y, 21, NULL, rank);
    for (int iy = 0; iy < 21; iy++)
        for (int ix = 0; ix < 41; ix++)
            assert_int_equal(rank[iy * 41 + ix], ix == 20 && iy == 10   ? 0
                                                 : ix == 20 || iy == 10 ? 1
                                                                        : 2);
    model_unref(model);
    model = model_of("x^2*y^2*z^2 + (u - x*y)^2");
    const double middle[] = {0, 0, 0.5, 0.5};
    fisher_rank_map(model, 3, 2, middle, x, 41, y, 21, NULL, rank);
    struct fisher fisher;
    for (int i = 0; i < 41 * 21; i += 7) {
        double w[] = {x[i % 41], 0, 0, 0};
        size_t u = model_axis(model, "u"), z = model_axis(model, "z");
        memcpy(w, middle, sizeof w);
        w[3] = x[i % 41];
        w[2] = y[i / 41];
        assert_true(u < 4 && z < 4);
        assert_int_equal(fisher_at(model, w, &fisher), ST_OK);
        assert_int_equal(rank[i], fisher.rank);
        fisher_done(&fisher);
    }
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_regular),   cmocka_unit_test(test_degenerate),
        cmocka_unit_test(test_singular),  cmocka_unit_test(test_tolerance),
        cmocka_unit_test(test_matrix),    cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_undefined), cmocka_unit_test(test_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
