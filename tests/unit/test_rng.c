/* Random streams: the published Philox vectors, independence of streams, moments. */
#include "tap.h"

#include "cusp/rng.h"

#include <math.h>

/* Random123 kat_vectors: philox4x64 10, counter and key 0. */
static void test_known_answer(void **state)
{
    (void)state;
    struct rng rng = rng_stream(0, 0);
    assert_true(rng_bits(&rng) == 0x16554d9eca36314cULL);
    assert_true(rng_bits(&rng) == 0xdb20fe9d672d0fdcULL);
    assert_true(rng_bits(&rng) == 0xd7e772cee186176bULL);
    assert_true(rng_bits(&rng) == 0x7e68b68aec7ba23bULL);
}

static void test_streams_differ_and_repeat(void **state)
{
    (void)state;
    struct rng a = rng_stream(7, 1), b = rng_stream(7, 2), c = rng_stream(7, 1);
    for (int i = 0; i < 100; i++) {
        uint64_t bits = rng_bits(&a);
        assert_true(bits == rng_bits(&c));
        assert_true(bits != rng_bits(&b));
    }
}

static void test_moments(void **state)
{
    (void)state;
    enum { N = 200000 };
    struct rng rng = rng_stream(1, 42);
    double sum = 0, squares = 0, fourth = 0, uniform = 0;
    for (int i = 0; i < N; i++) {
        double u = rng_uniform(&rng);
        assert_true(u > 0 && u < 1);
        uniform += u;
        double z = rng_normal(&rng);
        sum += z;
        squares += z * z;
        fourth += z * z * z * z;
    }
    double root = sqrt((double)N);
    assert_true(fabs(uniform / N - 0.5) < 4 * sqrt(1.0 / 12) / root);
    assert_true(fabs(sum / N) < 4 / root);
    assert_true(fabs(squares / N - 1) < 4 * M_SQRT2 / root);
    assert_true(fabs(fourth / N - 3) < 4 * sqrt(96) / root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answer),
        cmocka_unit_test(test_streams_differ_and_repeat),
        cmocka_unit_test(test_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
