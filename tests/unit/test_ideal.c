/* λ of sums of squares: every known value, rules for sums and products, changes of coordinates. */
#include "tap.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/ideal.h"
#include "cusp/mem.h"

enum { VARS = 9 };

/* --- polynomials from text: letters of `names`, integers, + - * ^ ( ) ------------------------- */

struct reader {
    const char *s;
    const char *names;
    size_t n_vars;
};

static struct poly *read_sum(struct reader *r);

static struct poly *read_atom(struct reader *r)
{
    if (*r->s == '(') {
        r->s++;
        struct poly *p = read_sum(r);
        assert_int_equal(*r->s, ')');
        r->s++;
        return p;
    }
    if (isdigit((unsigned char)*r->s)) {
        char *end;
        const long value = strtol(r->s, &end, 10);
        r->s = end;
        return poly_integer(r->n_vars, value);
    }
    const char *at = strchr(r->names, *r->s);
    assert_true(at && *at);
    r->s++;
    return poly_var(r->n_vars, (size_t)(at - r->names));
}

static struct poly *read_product(struct reader *r)
{
    struct poly *product = poly_integer(r->n_vars, 1);
    for (;;) {
        struct poly *p = read_atom(r);
        if (*r->s == '^') {
            char *end;
            struct poly *power = NULL;
            const unsigned long e = strtoul(r->s + 1, &end, 10);
            r->s = end;
            assert_int_equal(poly_pow(p, e, &power), ST_OK);
            poly_free(p);
            p = power;
        }
        struct poly *next = poly_mul(product, p);
        poly_free(product);
        poly_free(p);
        product = next;
        if (*r->s != '*')
            return product;
        r->s++;
    }
}

static struct poly *read_sum(struct reader *r)
{
    struct poly *sum = poly_integer(r->n_vars, 0);
    bool minus = *r->s == '-';
    r->s += minus;
    for (;;) {
        struct poly *p = read_product(r);
        struct poly *next = minus ? poly_sub(sum, p) : poly_add(sum, p);
        poly_free(sum);
        poly_free(p);
        sum = next;
        if (*r->s != '+' && *r->s != '-')
            return sum;
        minus = *r->s++ == '-';
    }
}

/* Generators separated by ";". */
struct example {
    const char *names[VARS];
    struct poly *g[64];
    size_t n_vars, n;
    struct arena arena;
    struct ideal_problem problem;
    struct ideal_result result;
};

static void example_init(struct example *e, const char *names, const char *generators, long power)
{
    static const char *const letters[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
                                          "j", "k", "l", "m", "n", "o", "p", "q", "r",
                                          "s", "t", "u", "v", "w", "x", "y", "z"};
    memset(e, 0, sizeof *e);
    arena_init(&e->arena);
    e->n_vars = strlen(names);
    for (size_t i = 0; i < e->n_vars; i++)
        e->names[i] = letters[names[i] - 'a'];
    char *copy = mem_copy_text(generators, strlen(generators)), *to = copy;
    for (const char *c = generators; *c; c++)
        if (*c != ' ')
            *to++ = *c;
    *to = '\0';
    struct reader r = {copy, names, e->n_vars};
    while (*r.s) {
        e->g[e->n++] = read_sum(&r);
        r.s += *r.s == ';';
    }
    mem_free(copy);
    e->problem = (struct ideal_problem){
        .n_vars = e->n_vars,
        .names = e->names,
        .generators = (const struct poly *const *)e->g,
        .n_generators = e->n,
        .power = power,
    };
}

static enum status example_run(struct example *e)
{
    const char *why = "";
    return ideal_rlct(&e->problem, &e->arena, &e->result, &why);
}

static void example_done(struct example *e)
{
    for (size_t i = 0; i < e->n; i++)
        poly_free(e->g[i]);
    arena_done(&e->arena);
}

static void show(const struct example *e, const char *generators)
{
    char l[48], low[48], high[48];
    rat_text(l, sizeof l, e->result.lambda);
    rat_text(low, sizeof low, e->result.lower);
    rat_text(high, sizeof high, e->result.upper);
    print_error("%s: %s λ %s m %ld [%s, %s] everywhere %d; %s\n", generators,
                e->result.exact ? "exact" : "bounds", l, e->result.multiplicity, low, high,
                e->result.everywhere, e->result.why);
    for (size_t i = 0; i < e->result.n_steps; i++)
        print_error("    %s\n", e->result.steps[i]);
}

struct known {
    const char *names, *generators;
    long power, num, den, m;
};

static void assert_known(const struct known *k)
{
    struct example e;
    example_init(&e, k->names, k->generators, k->power);
    assert_int_equal(example_run(&e), ST_OK);
    const struct rat lambda = e.result.lambda;
    const bool right = e.result.exact && lambda.num == k->num && lambda.den == k->den &&
                       e.result.multiplicity == k->m;
    if (!right || getenv("CUSP_TEST_SHOW"))
        show(&e, k->generators);
    assert_true(right);
    example_done(&e);
}

static const struct known truths[] = {
    {"x", "x", 2, 1, 2, 1},
    {"x", "x^2", 2, 1, 4, 1},
    {"xy", "x; y", 2, 1, 1, 1},
    {"xy", "x", 2, 1, 2, 1},
    {"xy", "x*y", 2, 1, 2, 2},
    {"xy", "x*y^2", 2, 1, 4, 1},
    {"xy", "x^2*y^2", 2, 1, 4, 2},
    {"xy", "x; y^2", 2, 3, 4, 1},
    {"xy", "x^2 + y^2", 2, 1, 2, 1},
    {"xy", "x^4 + x^2*y^2 + y^4", 1, 1, 2, 1},
    {"xy", "x^4 + x^2*y^2", 1, 1, 2, 2},
    {"xy", "(x + y)^2 + y^4", 1, 3, 4, 1},
    {"xy", "x + y; y^2", 2, 3, 4, 1},
    {"xy", "x^2 - y^2", 2, 1, 2, 2},
    {"xy", "x^2 - y^3", 2, 5, 12, 1},
    {"xy", "x^2 - y^4", 2, 3, 8, 1},
    {"xy", "x*y*(x - y)", 2, 1, 3, 1},
    {"xy", "x^3 + y^4", 2, 7, 24, 1},
    {"xy", "x^3 + x*y^3", 2, 5, 18, 1},
    {"xy", "x*y*(x - y)*(x + y)", 2, 1, 4, 1},
    {"xy", "(x - 1)*(x^2 + y^2)^2", 2, 1, 4, 1},
    {"xyz", "x*y*z", 2, 1, 2, 3},
    {"xyz", "x; y*z", 2, 1, 1, 2},
    {"xyz", "x*y; y*z; x*z", 2, 3, 4, 1},
    {"xyz", "x^2 - y^2*z", 2, 1, 2, 2},
    {"xyz", "x^2 + y^2 - z^2", 2, 1, 2, 1},
    {"abcd", "a*d - b*c", 2, 1, 2, 1},
    {"ab", "a*b", 2, 1, 2, 2},
    {"abcd", "a*b + c*d; a^3*b + c^3*d", 2, 2, 3, 1},
    {"ab", "a*b; a*b^2; a*b^3", 2, 1, 2, 2},
    {"abcdef", "a*c + b*e; a*d + b*f", 2, 1, 1, 2},
};

static void test_truths(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
        assert_known(&truths[i]);
}

/* --- monomials: against every vertex of the dual program -------------------------------------- */

static unsigned long random_state = 20110901;

static long draw(long n)
{
    random_state = random_state * 6364136223846793005UL + 1442695040888963407UL;
    return (long)((random_state >> 33) % (unsigned long)n);
}

/* λ of Σ |x^α| in two variables: the least of w1 + w2 is at a corner of {w ≥ 0, ⟨w, α⟩ ≥ 1}, which
   two of the lines cut out; compared as fractions. */
static struct rat best_corner(const long (*alpha)[2], size_t n, long *m)
{
    long best_num = 0, best_den = 0;
    long line[12][3];
    size_t n_lines = 0, n_best = 0;
    for (size_t i = 0; i < n; i++, n_lines++) {
        line[n_lines][0] = alpha[i][0];
        line[n_lines][1] = alpha[i][1];
        line[n_lines][2] = 1;
    }
    for (long i = 0; i < 2; i++, n_lines++) {
        line[n_lines][0] = i == 0;
        line[n_lines][1] = i == 1;
        line[n_lines][2] = 0;
    }
    long seen[144][3];
    for (size_t i = 0; i < n_lines; i++)
        for (size_t j = i + 1; j < n_lines; j++) {
            long det = line[i][0] * line[j][1] - line[i][1] * line[j][0];
            long w0 = line[i][2] * line[j][1] - line[i][1] * line[j][2];
            long w1 = line[i][0] * line[j][2] - line[i][2] * line[j][0];
            if (det < 0) {
                det = -det;
                w0 = -w0;
                w1 = -w1;
            }
            bool inside = det > 0;
            for (size_t k = 0; k < n_lines; k++)
                inside = inside && line[k][0] * w0 + line[k][1] * w1 >= line[k][2] * det;
            if (!inside)
                continue;
            const long order = best_den ? (w0 + w1) * best_den - best_num * det : -1;
            if (order < 0) {
                best_num = w0 + w1;
                best_den = det;
                n_best = 0;
            }
            bool known = order > 0;
            for (size_t k = 0; k < n_best && !known; k++)
                known = seen[k][0] * det == w0 * seen[k][2] && seen[k][1] * det == w1 * seen[k][2];
            if (!known) {
                seen[n_best][0] = w0;
                seen[n_best][1] = w1;
                seen[n_best++][2] = det;
            }
        }
    *m = n_best > 1 ? 2 : 1; /* two corners: an edge of weights */
    return (struct rat){best_num, best_den};
}

static void add_monomial(struct example *e, const long *alpha)
{
    struct poly *p = poly_integer(e->n_vars, 3);
    for (size_t i = 0; i < e->n_vars; i++) {
        struct poly *x = poly_var(e->n_vars, i), *power = NULL;
        assert_int_equal(poly_pow(x, (unsigned long)alpha[i], &power), ST_OK);
        struct poly *next = poly_mul(p, power);
        poly_free(x);
        poly_free(power);
        poly_free(p);
        p = next;
    }
    e->g[e->n++] = p;
    e->problem.n_generators = e->n;
}

static void test_monomials_in_two_variables(void **state)
{
    (void)state;
    for (int trial = 0; trial < 150; trial++) {
        struct example e;
        long alpha[8][2], m;
        example_init(&e, "xy", "", 2);
        const size_t n = 1 + (size_t)draw(5);
        for (size_t i = 0; i < n; i++) {
            alpha[i][0] = draw(7);
            alpha[i][1] = draw(7) + !alpha[i][0];
            add_monomial(&e, alpha[i]);
        }
        assert_int_equal(example_run(&e), ST_OK);
        const struct rat best = best_corner((const long(*)[2])alpha, n, &m);
        assert_true(e.result.exact);
        assert_int_equal(e.result.lambda.num * best.den * 2, best.num * e.result.lambda.den);
        assert_int_equal(e.result.multiplicity, m);
        example_done(&e);
    }
}

/* The other program of this room, which goes over facets. */
static void test_monomials_against_facets(void **state)
{
    (void)state;
    for (int trial = 0; trial < 60; trial++) {
        struct example e;
        long points[8 * 4], m = 0;
        example_init(&e, "wxyz", "", 1);
        const size_t n = 1 + (size_t)draw(6);
        for (size_t i = 0; i < n; i++) {
            long *alpha = points + i * 4;
            for (size_t j = 0; j < 4; j++)
                alpha[j] = draw(2) * draw(5);
            alpha[draw(4)] += 1;
            add_monomial(&e, alpha);
        }
        assert_int_equal(example_run(&e), ST_OK);
        const struct rat lambda = monomial_rlct(points, n, 4, NULL, &m);
        assert_true(e.result.exact);
        assert_int_equal(e.result.lambda.num * lambda.den, lambda.num * e.result.lambda.den);
        assert_int_equal(e.result.multiplicity, m);
        example_done(&e);
    }
}

/* --- rules ------------------------------------------------------------------------------------ */

static const struct known more[] = {
    {"abcdefgh", "a*e + b*g; a*f + b*h; c*e + d*g; c*f + d*h", 2, 3, 2, 1},
    {"abcdef", "a*b + c*d + e*f; a^3*b + c^3*d + e^3*f; a^5*b + c^5*d + e^5*f", 2, 5, 6, 1},
    {"xyz", "x^3 + y^3 + z^3", 2, 1, 2, 2},
    {"xyz", "x^4 + y^4 - z^4", 2, 3, 8, 1},
    {"xyz", "x*y*z + x^5 + y^5 + z^5", 2, 1, 2, 3},
    {"xyz", "x^2 + y^3 + z^7", 2, 41, 84, 1},
    {"wxyz", "x^2 + y^3 + z^7 - w^5", 2, 1, 2, 1},
    {"xyz", "x^2 + y^2 + z^2", 1, 3, 2, 1},
    {"xyz", "x^2 - 3*x*y + y^2 + z^5", 2, 1, 2, 1},
    /* sums and products of the above */
    {"xyuv", "x^2 - y^3; u*v", 2, 11, 12, 2},
    {"xyuv", "(x^2 - y^3)*u*v", 2, 5, 12, 1},
    {"xyuv", "x*y*(u^2 - v^2)", 2, 1, 2, 4},
    {"xyuv", "x^2 + y^2; u^3 + v^3", 2, 5, 6, 1},
    {"xyzuv", "x*y; y*z; x*z; u - v + x^2; u + v", 2, 7, 4, 1},
    /* regular directions in disguise */
    {"xyz", "x + y^2 - z^3; x - y^2 + z^3", 2, 11, 12, 1},
    {"xyz", "2*x - 3*y + z^2; x + y", 2, 1, 1, 1},
    {"xyz", "x*(1 + y) - z^2*(2 - x); y*z", 2, 1, 1, 2},
    /* idle directions in disguise */
    {"xyz", "(x + 2*z)^2 + (y - z)^2", 2, 1, 2, 1},
    {"xyz", "(2*(x + 2*z)^2 - 2*(x + 2*z)*(y - z)^2 + (y - z)^4)^2", 2, 3, 16, 1},
    {"wxyz", "(w + x + y + z)^2*(w - 2*x + 3*z)", 2, 1, 4, 1},
};

/* Two variables are left: the resolution of plane curves goes on where a polyhedron does not. */
static const struct known planes[] = {
    {"xyzu", "(y^3 - 2*x^3)^2; z^2 + u^3", 2, 7, 12, 1},
    {"xyzu", "(y^3 - 2*x^3)^2*(z^4 + 2*z^2*u^3 - z*u^5 + u^6)", 2, 1, 6, 1},
    {"xyz", "(x^2 - x*y^2 - y^4)^2; z - x*y", 2, 11, 16, 1},
};

static void test_planes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof planes / sizeof *planes; i++)
        assert_known(&planes[i]);
}

static void test_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        assert_known(&more[i]);
}

/* x_i becomes a random invertible linear form with fractions. */
static void change_coordinates(struct example *e)
{
    struct poly *with[VARS];
    const size_t n = e->n_vars;
    for (size_t i = 0; i < n; i++)
        with[i] = poly_var(n, i);
    for (size_t step = 0; n > 1 && step < n; step++) { /* shears: always invertible */
        const size_t i = (size_t)draw((long)n), j = (i + 1 + (size_t)draw((long)n - 1)) % n;
        static const char *const factors[] = {"1", "-1", "1/2", "-2/3", "3"};
        const char *text = factors[draw(5)];
        struct poly *c = NULL;
        assert_int_equal(poly_number(n, text, strlen(text), &c), ST_OK);
        struct poly *part = poly_mul(c, with[j]), *sum = poly_add(with[i], part);
        poly_free(c);
        poly_free(part);
        poly_free(with[i]);
        with[i] = sum;
    }
    for (size_t g = 0; g < e->n; g++) {
        struct poly *moved = NULL;
        assert_int_equal(poly_compose(e->g[g], (const struct poly *const *)with, &moved), ST_OK);
        poly_free(e->g[g]);
        e->g[g] = moved;
    }
    for (size_t i = 0; i < n; i++)
        poly_free(with[i]);
}

static void assert_between(const struct example *e, struct rat lambda)
{
    const struct rat low = e->result.lower, high = e->result.upper;
    if (low.den)
        assert_true(low.num * lambda.den <= lambda.num * low.den);
    if (high.den)
        assert_true(lambda.num * high.den <= high.num * lambda.den);
}

static void test_coordinates_do_not_matter(void **state)
{
    (void)state;
    size_t exact = 0, all = 0;
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
        const struct known *k = &truths[i];
        struct example e;
        example_init(&e, k->names, k->generators, k->power);
        change_coordinates(&e);
        e.problem.budget = 150;
        assert_int_equal(example_run(&e), ST_OK);
        all++;
        if (e.result.exact) {
            exact++;
            const bool right = e.result.lambda.num == k->num && e.result.lambda.den == k->den &&
                               (!e.result.multiplicity || e.result.multiplicity == k->m);
            if (!right)
                show(&e, k->generators);
            assert_true(right);
        } else {
            if (getenv("CUSP_TEST_SHOW"))
                show(&e, k->generators);
            assert_between(&e, (struct rat){k->num, k->den});
        }
        example_done(&e);
    }
    assert_true(exact * 10 >= all * 8);
}

/* --- points, priors, sides -------------------------------------------------------------------- */

static void test_points(void **state)
{
    (void)state;
    static const char *const on_line[] = {"1", "0"}, *const elsewhere[] = {"1/2", "1"},
                             *const fraction[] = {"1/3", "-0.25"};
    struct example e;
    example_init(&e, "xy", "(x - 1)*(x^2 + y^2)^2", 2);
    e.problem.at = on_line;
    assert_int_equal(example_run(&e), ST_OK);
    assert_true(e.result.exact && e.result.lambda.num == 1 && e.result.lambda.den == 2);
    assert_int_equal(e.result.multiplicity, 1);
    assert_false(e.result.everywhere);
    e.problem.at = elsewhere;
    assert_int_equal(example_run(&e), ST_DOMAIN);
    example_done(&e);
    example_init(&e, "xy", "(3*x - 1)*(4*y + 1)^2", 2);
    e.problem.at = fraction;
    assert_int_equal(example_run(&e), ST_OK);
    assert_true(e.result.exact && e.result.lambda.num == 1 && e.result.lambda.den == 4);
    example_done(&e);
}

static void run_with_prior(const char *generators, const char *prior, struct rat power, long num,
                           long den, long m)
{
    struct example e, f;
    example_init(&e, "xyz", generators, 2);
    example_init(&f, "xyz", prior, 2);
    struct prior_factor factor = {f.g[0], power};
    e.problem.prior = &factor;
    e.problem.n_prior = 1;
    assert_int_equal(example_run(&e), ST_OK);
    if (!e.result.exact || e.result.lambda.num != num || e.result.lambda.den != den ||
        e.result.multiplicity != m)
        show(&e, generators);
    assert_true(e.result.exact);
    assert_int_equal(e.result.lambda.num, num);
    assert_int_equal(e.result.lambda.den, den);
    assert_int_equal(e.result.multiplicity, m);
    example_done(&e);
    example_done(&f);
}

static void test_priors(void **state)
{
    (void)state;
    run_with_prior("x*y", "x", (struct rat){1, 2}, 1, 2, 1);
    run_with_prior("x*y", "x*y", (struct rat){-1, 2}, 1, 4, 2);
    run_with_prior("x; y; z", "x^2*y", (struct rat){1, 2}, 9, 4, 1);
    run_with_prior("x*y", "1 + x", (struct rat){3, 1}, 1, 2, 2);
    /* |x + y| is a coordinate: |u (u − y)| with |u| */
    run_with_prior("x*(x + y)", "x + y", (struct rat){1, 1}, 1, 2, 1);
    run_with_prior("x*y*z", "x - 2*y*z", (struct rat){2, 1}, 1, 2, 2);
}

static void test_sides(void **state)
{
    (void)state;
    const int right[] = {1, 0, 1};
    struct example e;
    example_init(&e, "xyz", "x*y; x*y^2", 2);
    e.problem.signs = right;
    assert_int_equal(example_run(&e), ST_OK);
    assert_true(e.result.exact && e.result.lambda.num == 1 && e.result.lambda.den == 2);
    assert_int_equal(e.result.multiplicity, 2);
    example_done(&e);
    /* x ≥ 0 loses nothing: x → −x, y → −y keeps x y + x³ y */
    example_init(&e, "xyz", "x^2 - y^3", 2);
    e.problem.signs = right;
    assert_int_equal(example_run(&e), ST_OK);
    assert_true(e.result.exact && e.result.lambda.num == 5 && e.result.lambda.den == 12);
    example_done(&e);
    /* (x − y²)² for x ≤ 0: x² + y⁴, whatever z does */
    const int left[] = {-1, 0, 0};
    example_init(&e, "xyz", "x - y^2", 2);
    e.problem.signs = left;
    assert_int_equal(example_run(&e), ST_OK);
    assert_true(e.result.exact && e.result.lambda.num == 3 && e.result.lambda.den == 4);
    assert_int_equal(e.result.multiplicity, 1);
    example_done(&e);
    /* with y on one side alone: x + y = 0 meets x ≥ 0, y ≥ 0 in a point, so λ is greater */
    const int both[] = {1, 1, 0};
    example_init(&e, "xyz", "x + y", 2);
    e.problem.signs = both;
    assert_int_equal(example_run(&e), ST_OK);
    assert_between(&e, (struct rat){1, 1});
    assert_true(!e.result.exact || e.result.lambda.num == 1);
    example_done(&e);
}

static void run_on_sides(const char *names, const char *generators, const int *signs, long num,
                         long den, long m)
{
    struct example e;
    example_init(&e, names, generators, 2);
    e.problem.signs = signs;
    assert_int_equal(example_run(&e), ST_OK);
    const struct rat lambda = e.result.lambda;
    if (!e.result.exact || lambda.num != num || lambda.den != den || e.result.multiplicity != m)
        show(&e, generators);
    assert_true(e.result.exact);
    assert_int_equal(lambda.num, num);
    assert_int_equal(lambda.den, den);
    assert_int_equal(e.result.multiplicity, m);
    example_done(&e);
}

static void test_orthants(void **state)
{
    (void)state;
    const int plus[] = {1, 1, 1, 1}, mixed[] = {1, -1, 0, 0}, some[] = {1, 0, 1, 0};
    run_on_sides("xyz", "x + y + z", plus, 3, 2, 1);
    run_on_sides("xyz", "x*y + z", plus, 1, 1, 2);
    run_on_sides("abcd", "a*d + b*c", plus, 1, 1, 3);
    run_on_sides("xyz", "2*x - 3*y + z^2", mixed, 5, 4, 1);
    run_on_sides("xyz", "x + y^4 + z", some, 9, 8, 1);
    /* Between the λ on all sides and that of the terms. */
    struct example e;
    example_init(&e, "xyz", "x + y - z", 2);
    e.problem.signs = plus;
    assert_int_equal(example_run(&e), ST_OK);
    assert_between(&e, (struct rat){1, 2});
    assert_true(e.result.lower.den == 2 && e.result.lower.num == 1);
    assert_true(e.result.everywhere);
    assert_int_equal(e.result.lower_multiplicity, 1);
    example_done(&e);
    /* Weights of x + 2 z and y − z shrink every zero, though none of x, y, z do. */
    example_init(&e, "xyz", "2*(x + 2*z)^2 - 2*(x + 2*z)*(y - z)^2 + (y - z)^4", 2);
    assert_int_equal(example_run(&e), ST_OK);
    assert_true(e.result.exact && e.result.everywhere);
    assert_true(e.result.lambda.num == 3 && e.result.lambda.den == 8);
    example_done(&e);
}

/* |x − y|² on one side: the reflections of (x² − y²)² do not keep the prior. */
static void test_prior_on_sides(void **state)
{
    (void)state;
    const int plus[] = {1, 1, 0};
    struct example e, f;
    example_init(&e, "xyz", "x^2 - y^2", 2);
    example_init(&f, "xyz", "x - y", 2);
    struct prior_factor factor = {f.g[0], {2, 1}};
    e.problem.prior = &factor;
    e.problem.n_prior = 1;
    e.problem.signs = plus;
    assert_int_equal(example_run(&e), ST_OK);
    assert_between(&e, (struct rat){1, 1}); /* (2 + 2)/4 where both are 0, 3/2 along x = y */
    if (e.result.exact)
        assert_true(e.result.lambda.num == e.result.lambda.den);
    example_done(&e);
    example_done(&f);
}

/* --- trees, limits ---------------------------------------------------------------------------- */

static void test_tree(void **state)
{
    (void)state;
    struct example e;
    example_init(&e, "abcd", "a*b + c*d; a^3*b + c^3*d", 2);
    assert_int_equal(example_run(&e), ST_OK);
    const struct resolution *r = e.result.resolution;
    assert_non_null(r);
    assert_int_equal(r->n_vars, 4);
    assert_true(r->n_charts >= 3 && r->n_divisors >= 1);
    assert_int_equal(r->charts[0].parent, SIZE_MAX);
    for (size_t c = 1; c < r->n_charts; c++) {
        assert_true(r->charts[c].parent < c);
        assert_true(*r->charts[c].substitution && *r->charts[c].total && *r->charts[c].jacobian);
        assert_true(r->charts[c].centre < r->charts[r->charts[c].parent].n_points);
    }
    for (size_t d = 0; d < r->n_divisors; d++) /* no divisor is below λ */
        assert_true(!r->divisors[d].ratio.den || r->divisors[d].ratio.num * r->lambda.den >=
                                                     r->lambda.num * r->divisors[d].ratio.den);
    assert_true(e.result.n_steps > 3);
    assert_true(e.result.everywhere);
    example_done(&e);
}

static void test_limits(void **state)
{
    (void)state;
    struct example e;
    /* too little to look at: an interval with a reason */
    example_init(&e, "abcdef", "a*b + c*d + e*f; a^3*b + c^3*d + e^3*f; a^5*b + c^5*d + e^5*f", 2);
    e.problem.budget = 3;
    assert_int_equal(example_run(&e), ST_OK);
    assert_false(e.result.exact);
    assert_true(e.result.lower.den && e.result.upper.den);
    assert_between(&e, (struct rat){5, 6});
    assert_true(*e.result.lower_why && *e.result.upper_why && *e.result.why);
    example_done(&e);
    /* large exponents */
    example_init(&e, "xy", "x^900000 + y^900000", 2);
    assert_int_equal(example_run(&e), ST_OK);
    assert_between(&e, (struct rat){1, 900000});
    example_done(&e);
    example_init(&e, "xyz", "x^3 + y^3 + x*y*z^2; z^40000", 2);
    assert_int_equal(example_run(&e), ST_OK);
    assert_false(e.result.exact);
    example_done(&e);
    example_init(&e, "xy", "x^100000*y^3", 2);
    assert_int_equal(example_run(&e), ST_OK);
    assert_true(e.result.exact && e.result.lambda.den == 200000);
    example_done(&e);
    /* 0 everywhere */
    example_init(&e, "xy", "x - x", 2);
    assert_int_equal(example_run(&e), ST_UNABLE);
    example_done(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truths),
        cmocka_unit_test(test_monomials_in_two_variables),
        cmocka_unit_test(test_monomials_against_facets),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_planes),
        cmocka_unit_test(test_coordinates_do_not_matter),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_priors),
        cmocka_unit_test(test_sides),
        cmocka_unit_test(test_orthants),
        cmocka_unit_test(test_prior_on_sides),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
