/* Exact polynomials: arithmetic by identities, numbers of any length, and how they are written. */
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/poly.h"

static const char *const names[] = {"w1", "w2", "w3"};

static struct poly *number(size_t n_vars, const char *text)
{
    struct poly *out = NULL;
    assert_int_equal(poly_number(n_vars, text, strlen(text), &out), ST_OK);
    return out;
}

/* Left and right are the test's no longer. */
static struct poly *sum(struct poly *a, struct poly *b)
{
    struct poly *out = poly_add(a, b);
    poly_free(a);
    poly_free(b);
    return out;
}

static struct poly *product(struct poly *a, struct poly *b)
{
    struct poly *out = poly_mul(a, b);
    poly_free(a);
    poly_free(b);
    return out;
}

static struct poly *power(struct poly *a, unsigned long k)
{
    struct poly *out = NULL;
    assert_int_equal(poly_pow(a, k, &out), ST_OK);
    poly_free(a);
    return out;
}

static void expect_text(struct poly *a, enum poly_style style, size_t max, const char *want)
{
    struct arena arena;
    arena_init(&arena);
    assert_string_equal(poly_text(a, names, style, max, &arena), want);
    arena_done(&arena);
    poly_free(a);
}

static void expect_number(const char *text, const char *want)
{
    expect_text(number(3, text), POLY_PLAIN, 0, want);
}

static void test_numbers(void **state)
{
    (void)state;
    expect_number("2.385", "477/200");
    expect_number("-0.125", "-1/8");
    expect_number("+.5", "1/2");
    expect_number("3.", "3");
    expect_number("3e-7", "3/10000000");
    expect_number("1.5E+3", "1500");
    expect_number("6/14", "3/7");
    expect_number("-0", "0");
    expect_number("0e100000", "0");
    static const char *const bad[] = {
        "",    "-",   ".",        "1/0",   "1/",   "/2",    "1e", "1e+", "x",
        "1 2", "--1", "1e100001", "1/2e3", "0x10", "1.5/2", "∞",  "nan", "1e-99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct poly *out = NULL;
        assert_int_equal(poly_number(2, bad[i], strlen(bad[i]), &out), ST_DOMAIN);
        assert_null(out);
    }
    struct poly *out = NULL;
    assert_int_equal(poly_number(1, "12garbage", 2, &out), ST_OK);
    struct rat r;
    assert_true(poly_rat(out, &r));
    assert_int_equal(r.num, 12);
    poly_free(out);
}

/* (10^1000 + 1)(10^1000 − 1) = 10^2000 − 1, all written out. */
static void test_thousand_digits(void **state)
{
    (void)state;
    char above[1002] = "1", below[1001], square[2001];
    memset(above + 1, '0', 1000);
    above[1000] = '1';
    memset(below, '9', 1000);
    below[1000] = 0;
    memset(square, '9', 2000);
    square[2000] = 0;
    above[1001] = 0;
    expect_text(product(number(2, above), number(2, below)), POLY_PLAIN, 0, square);
    struct poly *long_one = number(2, above);
    struct rat r;
    assert_false(poly_rat(long_one, &r));
    struct poly *tiny = number(2, "1e-1000"), *back = product(long_one, tiny);
    expect_text(poly_sub(back, back), POLY_PLAIN, 0, "0");
    poly_free(back);
}

static struct poly *sample(void)
{
    /* w1² w2 − 3/2 */
    return sum(product(power(poly_var(3, 0), 2), poly_var(3, 1)), number(3, "-3/2"));
}

static void test_text(void **state)
{
    (void)state;
    expect_text(sample(), POLY_PLAIN, 0, "w1^2*w2 - 3/2");
    expect_text(sample(), POLY_PRETTY, 0, "w1² w2 − 3/2");
    expect_text(poly_zero(3), POLY_PRETTY, 0, "0");
    struct poly *x = poly_var(3, 0), *z = poly_var(3, 2), *one = poly_integer(3, 1);
    struct poly *long_one = power(sum(sum(x, z), one), 12);
    expect_text(poly_copy(long_one), POLY_PLAIN, 3,
                "w1^12 + 12*w1^11*w3 + 66*w1^10*w3^2 + … (91 terms)");
    poly_free(long_one);
    /* Degree before name: w3⁵ stands before w1. */
    expect_text(sum(poly_var(3, 0), product(poly_integer(3, -2), power(poly_var(3, 2), 5))),
                POLY_PRETTY, 0, "−2 w3⁵ + w1");
}

static void test_identities(void **state)
{
    (void)state;
    struct poly *a = sample(), *b = power(sum(poly_var(3, 1), poly_var(3, 2)), 3);
    struct poly *ab = poly_mul(a, b), *back = NULL;
    assert_int_equal(poly_divide(ab, b, &back), ST_OK);
    assert_true(poly_equal(a, back));
    struct poly *none = NULL, *zero = poly_zero(3);
    assert_int_equal(poly_divide(a, b, &none), ST_DOMAIN);
    assert_int_equal(poly_divide(a, zero, &none), ST_DOMAIN);
    /* (ab)' = a' b + a b' */
    struct poly *left = poly_derivative(ab, 1);
    struct poly *right = sum(product(poly_derivative(a, 1), poly_copy(b)),
                             product(poly_copy(a), poly_derivative(b, 1)));
    assert_true(poly_equal(left, right));
    struct poly *gcd = poly_gcd(ab, b);
    assert_true(poly_equal(gcd, b));
    poly_free(gcd);
    poly_free(left);
    poly_free(right);
    poly_free(zero);
    poly_free(back);
    poly_free(ab);
    poly_free(b);
    poly_free(a);
}

static void test_compose(void **state)
{
    (void)state;
    struct poly *a = sample();
    struct poly *u = poly_var(2, 0), *v = poly_var(2, 1), *uv = poly_mul(u, v);
    const struct poly *const with[] = {u, uv, v};
    struct poly *out = NULL;
    assert_int_equal(poly_compose(a, with, &out), ST_OK);
    assert_int_equal(poly_n_vars(out), 2);
    expect_text(out, POLY_PLAIN, 0, "w1^3*w2 - 3/2");
    static const size_t map[] = {1, 0, 0};
    expect_text(poly_rename(a, 2, map), POLY_PLAIN, 0, "w1*w2^2 - 3/2");
    struct poly *high = power(poly_var(2, 0), 1000000), *never = NULL;
    const struct poly *const much[] = {high, uv, v};
    assert_int_equal(poly_compose(a, much, &never), ST_LIMIT);
    assert_int_equal(poly_pow(high, 2, &never), ST_LIMIT);
    struct poly *minus = poly_integer(2, -1);
    assert_int_equal(poly_pow(minus, 4000000001UL, &out), ST_OK);
    assert_int_equal(poly_sign(out), -1);
    poly_free(out);
    poly_free(minus);
    poly_free(high);
    poly_free(uv);
    poly_free(u);
    poly_free(v);
    poly_free(a);
}

static void test_terms(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct poly *a = sample();
    assert_int_equal(poly_n_terms(a), 2);
    assert_int_equal(poly_degree(a), 3);
    assert_int_equal(poly_degree_in(a, 0), 2);
    assert_true(poly_uses(a, 1));
    assert_false(poly_uses(a, 2));
    unsigned long e[3];
    poly_exponents(a, 0, e);
    assert_int_equal(e[0], 2);
    assert_int_equal(e[1], 1);
    assert_int_equal(e[2], 0);
    struct poly *c = poly_coefficient(a, 1);
    struct rat r;
    assert_true(poly_rat(c, &r));
    assert_int_equal(r.num, -3);
    assert_int_equal(r.den, 2);
    poly_free(c);
    poly_free(a);
    static const char *const numbers[] = {
        "1/3", "-2/3", "1e-300", "12345678901234567890", "1000000", "0.99999999999999999999999"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct poly *x = number(1, numbers[i]);
        const char *slash = strchr(numbers[i], '/');
        double want = strtod(numbers[i], NULL) / (slash ? strtod(slash + 1, NULL) : 1);
        assert_true(strtod(poly_coefficient_decimal(x, 0, &arena), NULL) == want);
        poly_free(x);
    }
    arena_done(&arena);
}

static void test_factor(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    /* −3/2 (w1² − 2 w2²)² (w1 + w3)⁵ */
    struct poly *first =
        sum(power(poly_var(3, 0), 2), product(poly_integer(3, -2), power(poly_var(3, 1), 2)));
    struct poly *second = power(sum(poly_var(3, 0), poly_var(3, 2)), 5);
    struct poly *a = product(number(3, "-3/2"), product(power(first, 2), second));
    struct poly_factors factors;
    assert_int_equal(poly_factor(a, &arena, &factors), ST_OK);
    assert_int_equal(factors.n, 2);
    struct poly *back = poly_copy(factors.unit);
    for (size_t i = 0; i < factors.n; i++) {
        assert_int_equal(factors.power[i], poly_degree(factors.factor[i]) == 2 ? 2 : 5);
        back = product(back, power(poly_copy(factors.factor[i]), factors.power[i]));
    }
    assert_true(poly_equal(a, back));
    poly_free(back);
    poly_free(a);
    poly_factors_done(&factors);
    struct poly *zero = poly_zero(2), *seven = poly_integer(2, 7);
    assert_int_equal(poly_factor(zero, &arena, &factors), ST_UNABLE);
    poly_factors_done(&factors);
    assert_int_equal(poly_factor(seven, &arena, &factors), ST_OK);
    assert_int_equal(factors.n, 0);
    assert_true(poly_equal(factors.unit, seven));
    poly_factors_done(&factors);
    poly_free(zero);
    poly_free(seven);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_thousand_digits),
        cmocka_unit_test(test_text),    cmocka_unit_test(test_identities),
        cmocka_unit_test(test_compose), cmocka_unit_test(test_terms),
        cmocka_unit_test(test_factor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
