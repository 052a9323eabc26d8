/* parallel_for: each task once, any number of threads, cancelled between tasks. */
#include "tap.h"

#include "cusp/parallel.h"

static void bump(size_t i, void *context)
{
    unsigned *counts = context;
    counts[i] += (unsigned)i + 1;
}

static void test_each_once(void **state)
{
    (void)state;
    for (size_t threads = 0; threads < 9; threads++) {
        unsigned counts[1000] = {0};
        parallel_for(1000, threads, bump, counts, NULL);
        for (unsigned i = 0; i < 1000; i++) {
            assert_int_equal(counts[i], i + 1);
        }
    }
    parallel_for(0, 4, bump, NULL, NULL);
    assert_true(parallel_processors() >= 1);
}

struct stopping {
    atomic_uint generation, done;
};

static void stop_soon(size_t i, void *context)
{
    (void)i;
    struct stopping *stopping = context;
    if (atomic_fetch_add(&stopping->done, 1) == 10) {
        atomic_fetch_add(&stopping->generation, 1);
    }
}

static void test_cancel(void **state)
{
    (void)state;
    struct stopping stopping = {0};
    struct cancel cancel = {&stopping.generation, 0};
    parallel_for(100000, 3, stop_soon, &stopping, &cancel);
    assert_true(atomic_load(&stopping.done) < 1000);
    unsigned none[1] = {0};
    parallel_for(1, 1, bump, none, &cancel);
    assert_int_equal(none[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_once),
        cmocka_unit_test(test_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
