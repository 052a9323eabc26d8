/* Mixing diagnostics on draws whose effective size is known. */
#include "tap.h"

#include <math.h>

#include "cusp/mem.h"
#include "cusp/mixing.h"
#include "cusp/rng.h"

enum { CHAINS = 4, DRAWS = 5000 };

/* x_i = phi x_{i−1} + noise of unit variance, begun in equilibrium. */
static double *autoregression(double phi, double shift, uint64_t seed)
{
    double *x = mem_new(CHAINS, DRAWS * sizeof *x);
    for (size_t c = 0; c < CHAINS; c++) {
        struct rng rng = rng_stream(seed, c);
        double at = rng_normal(&rng) / sqrt(1 - phi * phi);
        for (size_t i = 0; i < DRAWS; i++) {
            x[c * DRAWS + i] = at + shift * (double)c;
            at = phi * at + rng_normal(&rng);
        }
    }
    return x;
}

static void independent_draws_count_in_full(void **state)
{
    (void)state;
    double *x = autoregression(0, 0, 5);
    struct mixing m = mixing_of(x, CHAINS, DRAWS, DRAWS, 1);
    assert_true(fabs(m.rhat - 1) < 0.003);
    assert_true(fabs(m.ess_bulk / (CHAINS * DRAWS) - 1) < 0.05);
    assert_true(fabs(m.ess_tail / (CHAINS * DRAWS) - 1) < 0.1);
    assert_true(fabs(m.mean) < 4 / sqrt(CHAINS * DRAWS));
    assert_true(fabs(m.sd - 1) < 0.02);
    assert_true(fabs(m.mcse * sqrt(CHAINS * DRAWS) - 1) < 0.05);
    mem_free(x);
}

static void autoregressions_have_their_known_size(void **state)
{
    (void)state;
    static const double phi[] = {0.7, 0.9, -0.5};
    for (size_t k = 0; k < sizeof phi / sizeof *phi; k++) {
        double *x = autoregression(phi[k], 0, 11 + k);
        struct mixing m = mixing_of(x, CHAINS, DRAWS, DRAWS, 1);
        double share = (1 - phi[k]) / (1 + phi[k]), total = CHAINS * DRAWS;
        assert_true(fabs(m.ess_bulk / (total * share) - 1) < 0.15);
        assert_true(fabs(m.mcse * sqrt(total * share) * sqrt(1 - phi[k] * phi[k]) - 1) < 0.1);
        assert_true(m.rhat < 1.01);
        mem_free(x);
    }
}

static void chains_apart_are_noticed(void **state)
{
    (void)state;
    double *x = autoregression(0.3, 1.5, 23);
    struct mixing m = mixing_of(x, CHAINS, DRAWS, DRAWS, 1);
    assert_true(m.rhat > 1.5);
    assert_true(m.ess_bulk < 20);
    mem_free(x);
}

/* Equal means, different spreads: only the folded part of R̂ sees it. */
static void spreads_apart_are_noticed(void **state)
{
    (void)state;
    double *x = autoregression(0, 0, 29);
    for (size_t i = 0; i < DRAWS; i++)
        x[i] *= 5.5;
    assert_true(mixing_of(x, CHAINS, DRAWS, DRAWS, 1).rhat > 1.1);
    mem_free(x);
}

/* The same draws, stored draw by draw. */
static void strides_do_not_matter(void **state)
{
    (void)state;
    double *x = autoregression(0.6, 0, 31), *y = mem_new(CHAINS, DRAWS * sizeof *y);
    for (size_t c = 0; c < CHAINS; c++)
        for (size_t i = 0; i < DRAWS; i++)
            y[i * CHAINS + c] = x[c * DRAWS + i];
    struct mixing a = mixing_of(x, CHAINS, DRAWS, DRAWS, 1);
    struct mixing b = mixing_of(y, CHAINS, DRAWS, 1, CHAINS);
    assert_true(a.rhat == b.rhat && a.ess_bulk == b.ess_bulk && a.ess_tail == b.ess_tail);
    assert_true(a.mean == b.mean && a.mcse == b.mcse);
    mem_free(x);
    mem_free(y);
}

/* Ranks know no scale: a monotone map leaves R̂ and bulk size as they are. */
static void monotone_maps_do_not_matter(void **state)
{
    (void)state;
    double *x = autoregression(0.4, 0.05, 37);
    struct mixing a = mixing_of(x, CHAINS, DRAWS, DRAWS, 1);
    for (size_t i = 0; i < CHAINS * DRAWS; i++)
        x[i] = exp(3.7 * x[i]);
    struct mixing b = mixing_of(x, CHAINS, DRAWS, DRAWS, 1);
    assert_true(a.ess_bulk == b.ess_bulk);
    assert_true(fabs(a.ess_tail / b.ess_tail - 1) < 1e-12);
    mem_free(x);
}

static void odd_cases(void **state)
{
    (void)state;
    double same[40], few[3] = {2.385, 1.37, -0.91};
    for (size_t i = 0; i < 40; i++)
        same[i] = 2.385;
    struct mixing m = mixing_of(same, 4, 10, 10, 1);
    assert_true(isnan(m.rhat) && m.ess_bulk == 0 && m.ess_tail == 0 && m.sd == 0);
    assert_true(fabs(m.mean - 2.385) < 1e-12);
    m = mixing_of(few, 1, 3, 3, 1);
    assert_true(isnan(m.rhat) && isnan(m.ess_bulk));
    m = mixing_of(few, 0, 3, 3, 1);
    assert_true(isnan(m.rhat));
    same[7] = 2.5; /* one draw that differs, and four draws, are no trouble */
    m = mixing_of(same, 4, 10, 10, 1);
    assert_true(m.ess_bulk > 0);
    m = mixing_of(same, 10, 4, 4, 1);
    assert_true(m.mean > 2.385);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(independent_draws_count_in_full),
        cmocka_unit_test(autoregressions_have_their_known_size),
        cmocka_unit_test(chains_apart_are_noticed),
        cmocka_unit_test(spreads_apart_are_noticed),
        cmocka_unit_test(strides_do_not_matter),
        cmocka_unit_test(monotone_maps_do_not_matter),
        cmocka_unit_test(odd_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
