/* Eigenvalues, singular values, least squares: by their defining identities. */
#include "tap.h"

#include "cusp/linalg.h"
#include "cusp/rng.h"

#include <math.h>

enum { N_MAX = 6 };

static void fill(struct rng *rng, double *a, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        a[i] = rng_normal(rng);
    }
}

static void test_eigen(void **state)
{
    (void)state;
    struct rng rng = rng_stream(3, 0);
    for (size_t n = 1; n <= N_MAX; n++) {
        double b[N_MAX * N_MAX], a[N_MAX * N_MAX], values[N_MAX], vectors[N_MAX * N_MAX];
        fill(&rng, b, n * n);
        for (size_t i = 0; i < n * n; i++) {
            a[i] = 1e-200 * (b[i] + b[i % n * n + i / n]);
        }
        assert_int_equal(linalg_eigen(a, n, values, vectors), ST_OK);
        for (size_t k = 0; k < n; k++) {
            assert_true(k == 0 || values[k] <= values[k - 1]);
            for (size_t i = 0; i < n; i++) {
                double sum = -values[k] * vectors[k * n + i];
                for (size_t j = 0; j < n; j++) {
                    sum += a[i * n + j] * vectors[k * n + j];
                }
                assert_true(fabs(sum) < 1e-213);
            }
        }
    }
    double flat[4] = {0.5, 0, 0, 0}, values[2];
    assert_int_equal(linalg_eigen(flat, 2, values, NULL), ST_OK);
    assert_true(fabs(values[0] - 0.5) < 1e-15 && values[1] == 0);
    flat[3] = (double)NAN;
    assert_int_equal(linalg_eigen(flat, 2, values, NULL), ST_DOMAIN);
    double zero[4] = {0};
    assert_int_equal(linalg_eigen(zero, 2, values, NULL), ST_OK);
    assert_true(values[0] == 0 && values[1] == 0);
}

static void test_svd_shapes(void **state)
{
    (void)state;
    struct rng rng = rng_stream(4, 0);
    for (size_t m = 0; m <= N_MAX; m++) {
        for (size_t n = 1; n <= N_MAX; n++) {
            double a[N_MAX * N_MAX], values[N_MAX], v[N_MAX * N_MAX];
            fill(&rng, a, m * n);
            assert_int_equal(linalg_svd(a, m, n, values, v), ST_OK);
            for (size_t k = 0; k < n; k++) {
                double norm = 0, length = 0;
                for (size_t i = 0; i < m; i++) {
                    double along = 0;
                    for (size_t j = 0; j < n; j++) {
                        along += a[i * n + j] * v[k * n + j];
                    }
                    norm += along * along;
                }
                for (size_t j = 0; j < n; j++) {
                    length += v[k * n + j] * v[k * n + j];
                }
                double want = k < m ? values[k] : 0;
                assert_true(fabs(sqrt(norm) - want) < 1e-13);
                assert_true(fabs(length - 1) < 1e-13);
            }
        }
    }
}

static void test_least_squares(void **state)
{
    (void)state;
    /* y = 0.7 − 1.3 t through four points of the line. */
    double a[8] = {1, 0, 1, 1, 1, 2, 1, 3}, b[4] = {0.7, -0.6, -1.9, -3.2}, x[2];
    size_t rank = 0;
    assert_int_equal(linalg_least_squares(a, 4, 2, b, 1e-12, x, &rank), ST_OK);
    assert_int_equal(rank, 2);
    assert_true(fabs(x[0] - 0.7) < 1e-14 && fabs(x[1] + 1.3) < 1e-14);
    /* Under-determined: the shortest solution of x + y = 3. */
    double wide[2] = {1, 1}, three[1] = {3};
    assert_int_equal(linalg_least_squares(wide, 1, 2, three, 1e-12, x, &rank), ST_OK);
    assert_int_equal(rank, 1);
    assert_true(fabs(x[0] - 1.5) < 1e-15 && fabs(x[1] - 1.5) < 1e-15);
    /* Nothing to go by: zero. */
    double none[4] = {0};
    assert_int_equal(linalg_least_squares(none, 2, 2, b, 1e-12, x, &rank), ST_OK);
    assert_int_equal(rank, 0);
    assert_true(x[0] == 0 && x[1] == 0);
    b[1] = (double)INFINITY;
    assert_int_equal(linalg_least_squares(a, 4, 2, b, 1e-12, x, &rank), ST_DOMAIN);
}

static void systems_by_cholesky(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 12; n++) {
        double half[144], a[144] = {0}, l[144], x[12], b[12] = {0};
        for (size_t i = 0; i < n * n; i++) {
            half[i] = sin(2.385 * (double)i + 0.3) + (i % (n + 1) == 0);
        }
        for (size_t i = 0; i < n * n; i++) {
            for (size_t k = 0; k < n; k++) {
                a[i] += half[i / n * n + k] * half[i % n * n + k];
            }
            /* What stands above the diagonal is not to be read. */
            l[i] = i % n > i / n ? (double)NAN : a[i];
        }
        for (size_t i = 0; i < n; i++) {
            x[i] = cos(0.7 * (double)i) + 0.19;
        }
        for (size_t i = 0; i < n * n; i++) {
            b[i / n] += a[i] * x[i % n];
        }
        assert_true(linalg_cholesky(l, n));
        linalg_cholesky_solve(l, n, b);
        for (size_t i = 0; i < n; i++) {
            assert_true(fabs(b[i] - x[i]) < 1e-8);
            for (size_t j = 0; j <= i; j++) {
                double product = 0;
                for (size_t k = 0; k <= j; k++) {
                    product += l[i * n + k] * l[j * n + k];
                }
                assert_true(fabs(product - a[i * n + j]) < 1e-13);
            }
        }
    }
    double saddle[4] = {1, 2, 2, 1}, bad[4] = {1, 0, 0, (double)NAN}, none[4] = {0};
    assert_false(linalg_cholesky(saddle, 2));
    assert_false(linalg_cholesky(bad, 2));
    assert_false(linalg_cholesky(none, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_eigen),
        cmocka_unit_test(test_svd_shapes),
        cmocka_unit_test(test_least_squares),
        cmocka_unit_test(systems_by_cholesky),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
