/* Newton polyhedra: known cases, and every distance against a linear programme and random weights.
 */
#include "tap.h"

#include <ctype.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/polyhedron.h"
#include "cusp/rng.h"

static const char *const names[] = {"x", "y", "z", "w", "a", "b", "c", "d"};

/* --- a little reader: sums of products of integers, letters and powers, and brackets -----------
 */

static struct poly *read_sum(const char **s, size_t n_vars);

static struct poly *read_atom(const char **s, size_t n_vars)
{
    struct poly *out = NULL;
    if (**s == '(') {
        ++*s;
        out = read_sum(s, n_vars);
        ++*s;
    } else if (isdigit((unsigned char)**s)) {
        size_t length = strspn(*s, "0123456789");
        assert_int_equal(poly_number(n_vars, *s, length, &out), ST_OK);
        *s += length;
    } else {
        size_t i = 0;
        while (names[i][0] != **s)
            i++;
        out = poly_var(n_vars, i);
        ++*s;
    }
    if (**s != '^')
        return out;
    ++*s;
    unsigned long power = 0;
    while (isdigit((unsigned char)**s))
        power = 10 * power + (unsigned long)(*(*s)++ - '0');
    struct poly *raised = NULL;
    assert_int_equal(poly_pow(out, power, &raised), ST_OK);
    poly_free(out);
    return raised;
}

static struct poly *read_product(const char **s, size_t n_vars)
{
    struct poly *out = read_atom(s, n_vars);
    while (**s && !strchr("+-);", **s)) {
        struct poly *next = read_atom(s, n_vars), *both = poly_mul(out, next);
        poly_free(out);
        poly_free(next);
        out = both;
    }
    return out;
}

static struct poly *read_sum(const char **s, size_t n_vars)
{
    struct poly *out = poly_zero(n_vars);
    bool minus = false;
    for (;;) {
        if (**s == '-' || **s == '+')
            minus = *(*s)++ == '-';
        struct poly *next = read_product(s, n_vars);
        struct poly *both = minus ? poly_sub(out, next) : poly_add(out, next);
        poly_free(out);
        poly_free(next);
        out = both;
        if (**s != '+' && **s != '-')
            return out;
    }
}

/* Generators separated by ";". */
struct known {
    const char *generators;
    size_t n_vars;
    long num, den, multiplicity; /* of Σ |generators| */
    int faces;
};

static const struct known cases[] = {
    {"x", 1, 1, 1, 1, FACES_NONDEGENERATE},
    {"x^3", 1, 1, 3, 1, FACES_NONDEGENERATE},
    {"xy", 2, 1, 1, 2, FACES_NONDEGENERATE},
    {"x^2-y^3", 2, 5, 6, 1, FACES_DEGENERATE},
    {"x^2+y^2", 2, 1, 1, 1, FACES_NONDEGENERATE},
    {"x^4+x^2y^2", 2, 1, 2, 2, FACES_NONDEGENERATE},
    {"x^2+2xy+y^2+y^4", 2, 1, 1, 1, FACES_DEGENERATE},
    {"x^2+xy+y^2", 2, 1, 1, 1, FACES_NONDEGENERATE},
    {"x^2-xy-y^2;x^2", 2, 1, 1, 1, FACES_NONDEGENERATE},
    {"x^2-xy-y^2;x^3-y^3", 2, 1, 1, 1, FACES_DEGENERATE},
    {"x^2-2y^2;x^2-3y^2", 2, 1, 1, 1, FACES_NONDEGENERATE},
    {"x^2-2y^2", 2, 1, 1, 1, FACES_DEGENERATE},
    {"xy;yz;xz", 3, 3, 2, 1, FACES_NONDEGENERATE},
    {"xyz", 3, 1, 1, 3, FACES_NONDEGENERATE},
    {"x;yz", 3, 2, 1, 2, FACES_NONDEGENERATE},
    {"xw-yz", 4, 2, 1, 3, FACES_DEGENERATE},
    {"xw+yz;xw-yz", 4, 2, 1, 3, FACES_NONDEGENERATE},
    {"x^2+y^2-z^2", 3, 3, 2, 1, FACES_DEGENERATE},
    {"x^2+y^2+z^2-xy-yz-zx", 3, 3, 2, 1, FACES_DEGENERATE},
    /* Two tanh units near 0. */
    {"xz+yw;x^3z+y^3w", 4, 2, 1, 3, FACES_DEGENERATE},
    {"x^2+y^2+z^2;x+y+z", 3, 3, 1, 1, FACES_DEGENERATE},
};

static size_t read_generators(const char *text, size_t n_vars, struct poly **out)
{
    size_t n = 0;
    for (const char *s = text; *s; s += *s == ';')
        out[n++] = read_sum(&s, n_vars);
    return n;
}

static void check_case(const struct known *known)
{
    struct arena arena;
    arena_init(&arena);
    struct poly *g[8];
    size_t n = read_generators(known->generators, known->n_vars, g);
    struct newton newton;
    enum status status =
        newton_polyhedron((const struct poly *const *)g, n, NULL, names, &arena, &newton);
    if (status != ST_OK || newton.ratio.num != known->num || newton.ratio.den != known->den ||
        newton.multiplicity != known->multiplicity || (int)newton.faces != known->faces) {
        fail_msg("%s: %ld/%ld, m = %ld, faces %d (%s)", known->generators, newton.ratio.num,
                 newton.ratio.den, newton.multiplicity, (int)newton.faces, newton.why);
    }
    for (size_t k = 0; k < n; k++)
        poly_free(g[k]);
    arena_done(&arena);
}

static void test_known(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        check_case(&cases[k]);
}

/* x² + 2xy + y² + y⁴ by hand: two facets that are compact or not, three points and two vertices. */
static void test_shape(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct poly *g[1];
    assert_int_equal(read_generators("x^5+x^2y^2+y^5+x^3y^3+x^4y", 2, g), 1);
    const struct rat h[] = {{1, 2}, {0, 1}};
    struct newton newton;
    assert_int_equal(newton_polyhedron((const struct poly *const *)g, 1, h, names, &arena, &newton),
                     ST_OK);
    assert_int_equal(newton.n_points, 4); /* x³ y³ is idle */
    assert_int_equal(newton.n_facets, 4);
    size_t n_vertices = 0, n_compact = 0, n_hit = 0;
    for (size_t k = 0; k < newton.n_points; k++)
        n_vertices += newton.vertex[k];
    for (size_t f = 0; f < newton.n_facets; f++)
        n_compact += newton.compact[f];
    for (size_t f = 0; f < newton.n_facets; f++)
        n_hit += newton.hit[f];
    assert_int_equal(n_vertices, 3); /* x⁴ y lies above the edge */
    assert_int_equal(n_compact, 2);
    assert_int_equal(n_hit, 1);
    /* 2 i + 3 j ≥ 10: (2 · 3/2 + 3) / 10; 3 i + 2 j ≥ 10: (9/2 + 2) / 10. */
    assert_int_equal(newton.ratio.num, 3);
    assert_int_equal(newton.ratio.den, 5);
    assert_true(newton.ray[0].num == 3 && newton.ray[0].den == 2 && newton.ray[1].num == 1);
    assert_true(newton.power == 1 && newton.lambda.num == 3 && newton.lambda.den == 5);
    assert_non_null(strstr(newton.why, "λ is at most 3/5"));
    newton_of_power(&newton, 6, &arena);
    assert_true(newton.power == 6 && newton.lambda.num == 1 && newton.lambda.den == 10);
    assert_non_null(strstr(newton.why, "λ is at most 1/10"));
    assert_null(strstr(newton.why, "3/5"));
    assert_int_equal(newton.distance.num, 5);
    assert_int_equal(newton.distance.den, 3);
    assert_int_equal(newton.multiplicity, 1);
    poly_free(g[0]);
    struct poly *one = poly_integer(2, 1), *zero = poly_zero(2);
    const struct poly *list[] = {one};
    assert_int_equal(newton_polyhedron(list, 1, NULL, names, &arena, &newton), ST_DOMAIN);
    list[0] = zero;
    assert_int_equal(newton_polyhedron(list, 1, NULL, names, &arena, &newton), ST_DOMAIN);
    poly_free(one);
    poly_free(zero);
    arena_done(&arena);
}

/* Monomials as one polynomial with all coefficients 1. */
static struct poly *monomials(const long *points, size_t n, size_t n_vars)
{
    struct poly *out = poly_zero(n_vars);
    for (size_t k = 0; k < n; k++) {
        struct poly *term = poly_integer(n_vars, 1);
        for (size_t i = 0; i < n_vars; i++) {
            struct poly *x = poly_var(n_vars, i), *power = NULL;
            assert_int_equal(poly_pow(x, (unsigned long)points[k * n_vars + i], &power), ST_OK);
            struct poly *next = poly_mul(term, power);
            poly_free(x);
            poly_free(power);
            poly_free(term);
            term = next;
        }
        struct poly *sum = poly_add(out, term);
        poly_free(out);
        poly_free(term);
        out = sum;
    }
    return out;
}

/* ⟨w, h + 1⟩ / min ⟨w, α⟩ is never less, and each facet is a valid inequality met by enough points.
 */
static void check_weights(const struct newton *newton, const struct rat *h, const long *points,
                          size_t n, struct rng *rng)
{
    size_t n_vars = newton->n_vars;
    for (int trial = 0; trial < 200; trial++) {
        double above = 0, least = 1e300, w[8];
        for (size_t i = 0; i < n_vars; i++) {
            w[i] = rng_uniform(rng);
            above += w[i] * (rat_value(h[i]) + 1);
        }
        for (size_t k = 0; k < n; k++) {
            double sum = 0;
            for (size_t i = 0; i < n_vars; i++)
                sum += w[i] * (double)points[k * n_vars + i];
            if (sum < least)
                least = sum;
        }
        if (least > 0)
            assert_true(above / least >= rat_value(newton->ratio) * (1 - 1e-12));
    }
    for (size_t f = 0; f < newton->n_facets; f++) {
        size_t met = 0;
        for (size_t k = 0; k < n; k++) {
            long sum = 0;
            for (size_t i = 0; i < n_vars; i++) {
                sum += newton->normals[f * n_vars + i] * points[k * n_vars + i];
            }
            assert_true(sum >= newton->offsets[f]);
            met += sum == newton->offsets[f];
        }
        assert_true(met > 0);
    }
}

static void test_against_simplex(void **state)
{
    (void)state;
    struct rng rng;
    rng = rng_stream(2385, 0);
    for (int trial = 0; trial < 120; trial++) {
        struct arena arena;
        arena_init(&arena);
        size_t n_vars = 1 + (size_t)(rng_uniform(&rng) * 5),
               n = 1 + (size_t)(rng_uniform(&rng) * 9);
        long points[10 * 8];
        struct rat h[8];
        for (size_t i = 0; i < n_vars; i++) {
            h[i] = (struct rat){(long)(rng_uniform(&rng) * 3), 1 + (long)(rng_uniform(&rng) * 2)};
            if (h[i].num % h[i].den == 0)
                h[i] = (struct rat){h[i].num / h[i].den, 1};
        }
        for (size_t k = 0; k < n; k++) {
            for (size_t i = 0; i < n_vars; i++) {
                points[k * n_vars + i] = (long)(rng_uniform(&rng) * 6);
            }
            points[k * n_vars + (k % n_vars)] += 1;
        }
        struct poly *f = monomials(points, n, n_vars);
        const struct poly *list[] = {f};
        struct newton newton;
        assert_int_equal(newton_polyhedron(list, 1, h, names, &arena, &newton), ST_OK);
        long m = 0;
        struct rat ratio = monomial_rlct(points, n, n_vars, h, &m);
        assert_int_equal(ratio.num, newton.ratio.num);
        assert_int_equal(ratio.den, newton.ratio.den);
        assert_int_equal(m, newton.multiplicity);
        check_weights(&newton, h, points, n, &rng);
        poly_free(f);
        arena_done(&arena);
    }
}

static void test_monomials(void **state)
{
    (void)state;
    long m = 0;
    const long rows[] = {1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1};
    struct rat r = monomial_rlct(rows, 4, 4, NULL, &m);
    assert_int_equal(r.num, 2); /* (x + z)(y + w): two sums of two */
    assert_int_equal(r.den, 1);
    assert_int_equal(m, 2);
    assert_int_equal(monomial_rlct(rows, 0, 4, NULL, &m).den, 0);
    const long origin[] = {0, 0};
    assert_int_equal(monomial_rlct(origin, 1, 2, NULL, &m).den, 0);
}

/* Many points in many variables end soon, one way or the other. */
static void test_limits(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct rng rng;
    rng = rng_stream(7, 0);
    long points[60 * 8];
    for (size_t k = 0; k < 60 * 8; k++)
        points[k] = (long)(rng_uniform(&rng) * 40);
    struct poly *f = monomials(points, 60, 8);
    const struct poly *list[] = {f};
    struct newton newton;
    enum status status = newton_polyhedron(list, 1, NULL, names, &arena, &newton);
    assert_true(status == ST_OK || (status == ST_LIMIT && *newton.why));
    poly_free(f);
    struct poly *nine = poly_var(9, 8);
    list[0] = nine;
    assert_int_equal(newton_polyhedron(list, 1, NULL, names, &arena, &newton), ST_LIMIT);
    poly_free(nine);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),     cmocka_unit_test(test_shape),
        cmocka_unit_test(test_monomials), cmocka_unit_test(test_against_simplex),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
