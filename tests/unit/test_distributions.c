/* Distributions, row by row: densities, moments, draws, divergences and Fisher information, each
   against a second way to have it. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/distribution.h"
#include "cusp/mem.h"
#include "cusp/program.h"

enum { ARGS_MAX = 3, MAX_NODES = DISTRIBUTION_MAX_NODES };

/* A truth and another of the kind; `sum` where the arguments add up to 1. */
static const struct example {
    const char *name;
    size_t n_args;
    double truth[ARGS_MAX], other[ARGS_MAX];
    size_t first; /* the first argument that is a parameter */
    bool sum;
} examples[] = {
    {"uniform", 2, {-0.731, 2.385}, {-1.17, 2.911}, 0, false},
    {"normal", 2, {0.385, 1.271}, {0.913, 0.829}, 0, false},
    {"exponential", 1, {1.713}, {2.417}, 0, false},
    {"bernoulli", 1, {0.283}, {0.617}, 0, false},
    {"bernoulli_logit", 1, {-0.931}, {1.419}, 0, false},
    {"binomial", 2, {7, 0.283}, {7, 0.443}, 1, false},
    {"poisson", 1, {2.385}, {3.171}, 0, false},
    {"categorical", 3, {0.207, 0.491, 0.302}, {0.353, 0.254, 0.393}, 0, true},
};
enum { N_EXAMPLES = sizeof examples / sizeof *examples };

/* A graph over truth[n], args[n], y. */
struct bench {
    const struct distribution *kind;
    size_t n;
    struct dag *dag;
    uint32_t truth[ARGS_MAX], args[ARGS_MAX], y;
    double w[2 * ARGS_MAX + 1];
    struct program_space *space;
};

static void bench_open(struct bench *b, const struct example *e)
{
    *b = (struct bench){.kind = distribution_named(e->name), .n = e->n_args};
    assert_non_null(b->kind);
    b->dag = dag_new(2 * e->n_args + 1);
    b->space = program_space_new();
    for (size_t i = 0; i < e->n_args; i++) {
        b->truth[i] = dag_var(b->dag, (uint32_t)i);
        b->args[i] = dag_var(b->dag, (uint32_t)(e->n_args + i));
        b->w[i] = e->truth[i];
        b->w[e->n_args + i] = e->other[i];
    }
    /* The number of trials is one for both. */
    for (size_t i = 0; i < e->first; i++)
        b->args[i] = b->truth[i];
    b->y = dag_var(b->dag, (uint32_t)(2 * e->n_args));
}

static void bench_close(struct bench *b)
{
    dag_free(b->dag);
    program_space_free(b->space);
}

static double eval(struct bench *b, uint32_t node)
{
    double out;
    struct program *program = program_new(b->dag, &node, 1);
    program_point(program, b->space, b->w, &out);
    program_free(program);
    return out;
}

static void near(const char *what, const char *name, double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%s of %s: got %.17g, expected %.17g", what, name, got, expected);
}

static void test_table(void **state)
{
    (void)state;
    static const struct {
        const char *name, *usage;
        size_t min_args, max_args;
        bool discrete;
    } rows[] = {
#define DISTRIBUTION(id, min, max, is_discrete, usage_text, help_text) \
    {#id, usage_text, min, max, is_discrete},
#include "cusp/distributions.def"
#undef DISTRIBUTION
    };
    size_t n = 0;
    for (; distributions[n] != NULL; n++) {
        const struct distribution *d = distributions[n];
        assert_string_equal(d->name, rows[n].name);
        assert_string_equal(d->usage, rows[n].usage);
        assert_int_equal(d->min_args, rows[n].min_args);
        assert_int_equal(d->max_args, rows[n].max_args);
        assert_int_equal(d->discrete, rows[n].discrete);
        assert_non_null(d->arg_names);
        assert_non_null(d->fault);
        assert_ptr_equal(distribution_named(d->name), d);
        bool has_example = d->support == SUPPORT_OF_PARTS;
        for (size_t i = 0; i < N_EXAMPLES; i++)
            has_example = has_example || strcmp(examples[i].name, d->name) == 0;
        if (!has_example)
            fail_msg("%s has no example here", d->name);
    }
    assert_int_equal(n, sizeof rows / sizeof *rows);
    assert_null(distribution_named("cauchy"));
}

/* ∫ or Σ of g(y) exp(log density), without the kind's own nodes. */
static double by_fine_rule(const struct distribution *d, const struct example *e, int power)
{
    enum { PANELS = 20000 };
    double low, high, total = 0;
    d->range(e->truth, e->n_args, &low, &high);
    if (d->discrete) {
        for (double y = fmax(low - 20, -5); y <= high + 40; y++)
            total += exp(d->log_density_at(e->truth, e->n_args, y)) * pow(y, power);
        return total;
    }
    double wide = d->support == SUPPORT_INTERVAL ? 0 : (high - low) * 1.5;
    if (d->support == SUPPORT_REAL)
        low -= wide;
    high += wide * (d->support == SUPPORT_POSITIVE ? 3 : 1);
    double h = (high - low) / PANELS;
    for (int i = 0; i <= PANELS; i++) {
        double y = i == PANELS ? high : low + h * i;
        total += (i == 0 || i == PANELS ? 1
                  : i % 2               ? 4
                                        : 2) *
                 pow(y, power) * exp(d->log_density_at(e->truth, e->n_args, y));
    }
    return total * h / 3;
}

static double by_nodes(const struct distribution *d, const struct example *e, int power)
{
    static double y[MAX_NODES], weight[MAX_NODES];
    size_t n = d->nodes(e->truth, e->n_args, 3, MAX_NODES, y, weight);
    assert_true(n > 0);
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(weight[i] >= 0);
        total += weight[i] * pow(y[i], power);
    }
    return total;
}

static void test_moments(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_EXAMPLES; k++) {
        const struct example *e = &examples[k];
        struct bench b;
        bench_open(&b, e);
        const struct distribution *d = b.kind;
        double mean = eval(&b, d->mean(b.dag, b.truth, b.n));
        double variance = eval(&b, d->variance(b.dag, b.truth, b.n));
        const double moments[] = {1, mean, variance + mean * mean};
        for (int power = 0; power <= 2; power++) {
            near("moment by nodes", e->name, by_nodes(d, e, power), moments[power], 4e-14);
            near("moment by sums", e->name, by_fine_rule(d, e, power), moments[power], 1e-9);
        }
        bench_close(&b);
    }
}

static void test_nodes(void **state)
{
    (void)state;
    static double y[MAX_NODES], weight[MAX_NODES];
    for (size_t k = 0; k < N_EXAMPLES; k++) {
        const struct example *e = &examples[k];
        const struct distribution *d = distribution_named(e->name);
        size_t before = d->nodes(e->truth, e->n_args, 0, MAX_NODES, y, weight);
        assert_true(before > 0);
        for (size_t i = 1; i < before; i++)
            assert_true(y[i] > y[i - 1]);
        assert_int_equal(d->nodes(e->truth, e->n_args, 0, before - 1, y, weight), 0);
        for (int level = 1; level < 5; level++) {
            size_t n = d->nodes(e->truth, e->n_args, level, MAX_NODES, y, weight);
            assert_int_equal(n, d->discrete ? before : 2 * before);
            before = n;
        }
        assert_int_equal(d->discrete, d->nodes(e->truth, e->n_args, 40, MAX_NODES, y, weight) > 0);
    }
    /* What is left out of the counts. */
    const double lambda[] = {523.7}, trials[] = {2011, 0.7};
    double total = 0;
    size_t n = distribution_named("poisson")->nodes(lambda, 1, 0, MAX_NODES, y, weight);
    for (size_t i = 0; i < n; i++)
        total += weight[i];
    near("mass", "poisson", total, 1, 1e-13);
    assert_true(y[0] > 200 && y[n - 1] < 900);
    n = distribution_named("binomial")->nodes(trials, 2, 0, MAX_NODES, y, weight);
    total = 0;
    for (size_t i = 0; i < n; i++)
        total += weight[i];
    near("mass", "binomial", total, 1, 1e-13);
    const double many[] = {1e9};
    assert_int_equal(distribution_named("poisson")->nodes(many, 1, 0, MAX_NODES, y, weight), 0);
}

/* The graph's log density and the number's, in and out of the support, with y a variable and a
   constant. */
static void test_log_density(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_EXAMPLES; k++) {
        const struct example *e = &examples[k];
        struct bench b;
        bench_open(&b, e);
        uint32_t node = b.kind->log_density(b.dag, b.y, b.truth, b.n);
        for (double y = -4; y <= 12; y += 0.5) {
            bool whole = y == floor(y);
            double expected = b.kind->log_density_at(e->truth, b.n, y);
            uint32_t fixed = b.kind->log_density(b.dag, dag_const(b.dag, y), b.truth, b.n);
            b.w[2 * b.n] = y;
            double with_const = eval(&b, fixed), with_var = eval(&b, node);
            if (isinf(expected)) {
                assert_true(with_const == -INFINITY);
                assert_true(with_var == -INFINITY || !whole);
                continue;
            }
            near("log density", e->name, with_const, expected, 2e-14);
            near("log density of y", e->name, with_var, expected, 4e-14);
            near("core", e->name, eval(&b, b.kind->core(b.dag, b.y, b.truth, b.n)), expected,
                 4e-14);
            if (b.kind->density != NULL) {
                uint32_t p = b.kind->density(b.dag, dag_const(b.dag, y), b.truth, b.n);
                if (p != UINT32_MAX)
                    near("density", e->name, eval(&b, p), exp(expected), 1e-14);
            }
        }
        bench_close(&b);
    }
}

/* Moments of draws, within 4.5 of their own standard errors. */
static void test_sample(void **state)
{
    (void)state;
    enum { N = 40000 };
    for (size_t k = 0; k < N_EXAMPLES; k++) {
        const struct example *e = &examples[k];
        struct bench b;
        bench_open(&b, e);
        double mean = eval(&b, b.kind->mean(b.dag, b.truth, b.n));
        double variance = eval(&b, b.kind->variance(b.dag, b.truth, b.n));
        double sum = 0, squares = 0, fourth = 0;
        for (size_t i = 0; i < N; i++) {
            struct rng rng = rng_stream(4711, i);
            double y = b.kind->sample(&rng, e->truth, b.n), off = y - mean;
            if (!(b.kind->log_density_at(e->truth, b.n, y) > -INFINITY))
                fail_msg("%s drew %g", e->name, y);
            sum += off;
            squares += off * off;
            fourth += pow(off * off - variance, 2);
        }
        near("mean of draws", e->name, sum / N, 0, 4.5 * sqrt(variance / N));
        near("variance of draws", e->name, squares / N, variance, 4.5 * sqrt(fourth) / N);
        bench_close(&b);
    }
}

/* Counts: the share of each value against its probability, also where many are likely. */
static void test_counts(void **state)
{
    (void)state;
    enum { N = 20000, CELLS = 12 };
    static const struct {
        const char *name;
        size_t n_args;
        double args[2];
    } laws[] = {
        {"poisson", 1, {0.0317}},   {"poisson", 1, {187.3}},     {"binomial", 2, {411, 0.73}},
        {"binomial", 2, {5, 0.02}}, {"binomial", 2, {3, 0.999}},
    };
    for (size_t k = 0; k < sizeof laws / sizeof *laws; k++) {
        const struct distribution *d = distribution_named(laws[k].name);
        static double y[MAX_NODES], weight[MAX_NODES];
        size_t n = d->nodes(laws[k].args, laws[k].n_args, 0, MAX_NODES, y, weight);
        double share[CELLS + 1] = {0}, below[CELLS + 1], total = 0;
        size_t cell = 0;
        for (size_t i = 0; i < n; i++) { /* y up to below[c] has a mass of about (c + 1)/12 */
            total += weight[i];
            while (cell < CELLS && total >= (double)(cell + 1) / (CELLS + 1)) {
                below[cell] = y[i];
                share[cell++] = total;
            }
        }
        size_t found[CELLS] = {0};
        for (size_t i = 0; i < N; i++) {
            struct rng rng = rng_stream(99, i);
            double drawn = d->sample(&rng, laws[k].args, laws[k].n_args);
            for (size_t c = 0; c < cell; c++)
                found[c] += drawn <= below[c];
        }
        for (size_t c = 0; c < cell; c++) {
            double p = share[c], se = sqrt(fmax(p * (1 - p), 1e-9) / N);
            near("share of draws", d->name, (double)found[c] / N, p, 4.5 * se);
        }
    }
}

/* The closed form against the mean of log p0 − log p under the truth. */
/* Counts so large that they are not summed one by one: draws by their first three moments. */
static void test_huge_counts(void **state)
{
    (void)state;
    enum { DRAWS = 4000 };
    static const struct {
        const char *name;
        double args[2];
        size_t n_args;
        double mean, variance;
    } rows[] = {
        {"poisson", {2.385e9}, 1, 2.385e9, 2.385e9},
        {"poisson", {1e300}, 1, 1e300, 1e300},
        {"binomial", {1e12, 0.3}, 2, 3e11, 2.1e11},
        {"binomial", {1e9, 0.5}, 2, 5e8, 2.5e8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct distribution *kind = distribution_named(rows[i].name);
        struct rng rng = rng_stream(7, i);
        double sum = 0, squares = 0, y[64], weight[64];
        for (size_t k = 0; k < DRAWS; k++) {
            double draw = kind->sample(&rng, rows[i].args, rows[i].n_args);
            double z = (draw - rows[i].mean) / sqrt(rows[i].variance);
            assert_true(draw == floor(draw));
            sum += z / DRAWS;
            squares += z * z / DRAWS;
        }
        if (rows[i].mean < 0x1p53) {
            assert_true(fabs(sum) < 4 / sqrt(DRAWS));
            assert_true(fabs(squares - 1) < 4 * sqrt(2.0 / DRAWS));
        }
        assert_int_equal(kind->nodes(rows[i].args, rows[i].n_args, 4, 64, y, weight), 0);
    }
}

static void test_kl(void **state)
{
    (void)state;
    static double y[MAX_NODES], weight[MAX_NODES];
    for (size_t k = 0; k < N_EXAMPLES; k++) {
        const struct example *e = &examples[k];
        struct bench b;
        bench_open(&b, e);
        size_t n = b.kind->nodes(e->truth, b.n, 4, MAX_NODES, y, weight);
        double total = 0, kl = eval(&b, b.kind->kl(b.dag, b.truth, b.args, b.n));
        for (size_t i = 0; i < n; i++)
            total += weight[i] * (b.kind->log_density_at(e->truth, b.n, y[i]) -
                                  b.kind->log_density_at(e->other, b.n, y[i]));
        near("KL", e->name, kl, total, 1e-13);
        assert_true(kl > 0);
        memcpy(&b.w[b.n], e->truth, b.n * sizeof *b.w);
        assert_true(eval(&b, b.kind->kl(b.dag, b.truth, b.args, b.n)) == 0);
        double same;
        uint32_t zero = b.kind->kl(b.dag, b.truth, b.truth, b.n);
        assert_true(dag_is_const(b.dag, zero, &same) ? same == 0 : eval(&b, zero) == 0);
        bench_close(&b);
    }
}

/* ½ δᵀ F δ for the step from truth to args that is in b->w. */
static double half_quadratic(struct bench *b, const struct example *e)
{
    uint32_t upper[ARGS_MAX * (ARGS_MAX + 1) / 2], *next = upper;
    b->kind->fisher(b->dag, b->truth, b->n, upper);
    double total = 0;
    for (size_t i = 0; i < b->n; i++)
        for (size_t j = i; j < b->n; j++, next++)
            if (i >= e->first)
                total += (i == j ? 0.5 : 1) * eval(b, *next) * (b->w[b->n + i] - b->w[i]) *
                         (b->w[b->n + j] - b->w[j]);
    return total;
}

/* A step of about `size` from the truth; the arguments of a sum keep it. */
static void step(struct bench *b, const struct example *e, double size)
{
    static const double direction[] = {0.731, -1, 0.413};
    double total = 0;
    for (size_t i = 0; i < b->n; i++) {
        b->w[b->n + i] = b->w[i];
        if (i >= e->first)
            b->w[b->n + i] += direction[i] * size;
        total += i + 1 < b->n ? b->w[b->n + i] : 0;
    }
    if (e->sum)
        b->w[2 * b->n - 1] = 1 - total;
}

/* KL / (½ δᵀFδ) = 1 + c |δ| + …: at steps of 1e-8 to 1e-9, where a difference would have no digit.
 */
static void test_kl_near_equality(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_EXAMPLES; k++) {
        const struct example *e = &examples[k];
        struct bench b;
        bench_open(&b, e);
        if (b.kind->fisher != NULL) {
            uint32_t kl = b.kind->kl(b.dag, b.truth, b.args, b.n);
            step(&b, e, 1e-4);
            double slope = (eval(&b, kl) / half_quadratic(&b, e) - 1) / 1e-4;
            assert_true(fabs(slope) < 10);
            step(&b, e, 1e-8);
            /* The steps of a sum add up to 0 to rounding only. */
            double tolerance = e->sum ? 1e-7 : 1e-9;
            near("KL near equality", e->name, eval(&b, kl) / half_quadratic(&b, e),
                 1 + slope * 1e-8, tolerance);
        }
        bench_close(&b);
    }
}

static void test_residuals(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_EXAMPLES; k++) {
        const struct example *e = &examples[k];
        struct bench b;
        bench_open(&b, e);
        if (b.kind->residuals != NULL) {
            uint32_t out[ARGS_MAX], kl = b.kind->kl(b.dag, b.truth, b.args, b.n);
            size_t n = b.kind->residuals(b.dag, b.truth, b.args, b.n, out);
            assert_true(n > 0 && n <= b.n);
            for (double size = 1e-3; size > 0; size = size > 1e-6 ? size / 10 : 0) {
                double half = 0;
                step(&b, e, size);
                for (size_t i = 0; i < n; i++)
                    half += 0.5 * pow(eval(&b, out[i]), 2);
                near("residuals", e->name, half / eval(&b, kl), 1, 10 * size);
            }
            step(&b, e, 0);
            for (size_t i = 0; i < n; i++)
                assert_true(fabs(eval(&b, out[i])) < 1e-15);
        }
        bench_close(&b);
    }
}

/* E of the score's products by nodes, the score by differentiating the log density. */
static void test_fisher(void **state)
{
    (void)state;
    static double y[MAX_NODES], weight[MAX_NODES];
    for (size_t k = 0; k < N_EXAMPLES; k++) {
        const struct example *e = &examples[k];
        struct bench b;
        bench_open(&b, e);
        if (b.kind->fisher != NULL) {
            uint32_t gradient[2 * ARGS_MAX + 1], upper[6], *next = upper;
            double expected[6] = {0}, score[ARGS_MAX];
            size_t n = b.kind->nodes(e->truth, b.n, 3, MAX_NODES, y, weight);
            dag_gradient(b.dag, b.kind->log_density(b.dag, b.y, b.truth, b.n), gradient);
            for (size_t r = 0; r < n; r++) {
                b.w[2 * b.n] = y[r];
                for (size_t i = 0; i < b.n; i++)
                    score[i] = eval(&b, gradient[i]);
                size_t at = 0;
                for (size_t i = 0; i < b.n; i++)
                    for (size_t j = i; j < b.n; j++)
                        expected[at++] += weight[r] * score[i] * score[j];
            }
            b.kind->fisher(b.dag, b.truth, b.n, upper);
            size_t at = 0;
            for (size_t i = 0; i < b.n; i++)
                for (size_t j = i; j < b.n; j++, at++, next++)
                    if (i >= e->first)
                        near("Fisher information", e->name, eval(&b, *next), expected[at], 1e-12);
        }
        bench_close(&b);
    }
}

/* The ratio of two log densities: their difference far apart, and its own digits near equality. */
static void test_log_ratio(void **state)
{
    (void)state;
    static double y[MAX_NODES], weight[MAX_NODES];
    for (size_t k = 0; k < N_EXAMPLES; k++) {
        const struct example *e = &examples[k];
        struct bench b;
        bench_open(&b, e);
        if (b.kind->log_ratio != NULL) {
            uint32_t ratio = b.kind->log_ratio(b.dag, b.y, b.args, b.truth, b.n);
            uint32_t gradient[2 * ARGS_MAX + 1];
            dag_gradient(b.dag, ratio, gradient);
            size_t n = b.kind->nodes(e->truth, b.n, 1, MAX_NODES, y, weight);
            for (size_t i = 0; i < n; i++) {
                memcpy(&b.w[b.n], e->other, b.n * sizeof *b.w);
                b.w[2 * b.n] = y[i];
                near("log ratio", e->name, eval(&b, ratio),
                     b.kind->log_density_at(e->other, b.n, y[i]) -
                         b.kind->log_density_at(e->truth, b.n, y[i]),
                     1e-13);
                step(&b, e, 1e-9);
                double first = 0, got = eval(&b, ratio);
                for (size_t v = 0; v < b.n; v++)
                    first += (b.w[b.n + v] - b.w[v]) * eval(&b, gradient[b.n + v]);
                near("log ratio near equality", e->name, got, first, 1e-16 + 1e-7 * fabs(first));
            }
        }
        bench_close(&b);
    }
}

static void test_faults(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t n_args;
        double args[3];
        bool good;
    } rows[] = {
        {"uniform", 2, {1, 1}, false},
        {"uniform", 2, {-INFINITY, 1}, false},
        {"normal", 2, {0, 0}, false},
        {"normal", 2, {0, -1.5}, false},
        {"normal", 2, {NAN, 1}, false},
        {"normal", 2, {3.5, 1e-9}, true},
        {"exponential", 1, {0}, false},
        {"exponential", 1, {NAN}, false},
        {"bernoulli", 1, {1.01}, false},
        {"bernoulli", 1, {NAN}, false},
        {"bernoulli", 1, {0}, true},
        {"bernoulli_logit", 1, {INFINITY}, false},
        {"binomial", 2, {2.5, 0.5}, false},
        {"binomial", 2, {-1, 0.5}, false},
        {"binomial", 2, {3, -0.1}, false},
        {"binomial", 2, {0, 0.5}, true},
        {"poisson", 1, {-0.1}, false},
        {"poisson", 1, {INFINITY}, false},
        {"poisson", 1, {0}, true},
        {"categorical", 3, {0.5, 0.5, 0.5}, false},
        {"categorical", 3, {1.5, -0.5, 0}, false},
        {"categorical", 3, {0, 1, 0}, true},
        {"mixture", 2, {0.3, 0.6}, false},
        {"mixture", 1, {1}, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why = distribution_named(rows[i].name)->fault(rows[i].args, rows[i].n_args);
        if ((why == NULL) != rows[i].good)
            fail_msg("%s row %zu: %s", rows[i].name, i, why ? why : "no fault");
    }
}

/* At the edges of the arguments: certain outcomes, and log odds beyond what e^x − 1 can tell. */
static void test_edges(void **state)
{
    (void)state;
    struct dag *dag = dag_new(1);
    const struct distribution *bernoulli = distribution_named("bernoulli");
    const struct distribution *logit = distribution_named("bernoulli_logit");
    uint32_t w = dag_var(dag, 0), zero = dag_const(dag, 0), one = dag_const(dag, 1);
    struct bench b = {.dag = dag, .space = program_space_new()};
    b.w[0] = 0.317;
    near("KL from a sure 0", "bernoulli", eval(&b, bernoulli->kl(dag, &zero, &w, 1)),
         -log1p(-0.317), 1e-15);
    near("KL from a sure 1", "bernoulli", eval(&b, bernoulli->kl(dag, &one, &w, 1)), -log(0.317),
         1e-15);
    uint32_t p = dag_op(dag, OP_SIGMOID, w, 0, 0), p0 = dag_const(dag, 0.317);
    uint32_t theta0 = dag_const(dag, log(0.317) - log1p(-0.317));
    for (double theta = -600; theta <= 600; theta += 37.13) {
        long double a = theta > 0 ? (long double)theta + log1pl(expl(-(long double)theta))
                                  : log1pl(expl((long double)theta));
        long double t0 = logl(0.317L) - log1pl(-0.317L);
        long double expected = a + log1pl(-0.317L) - 0.317L * ((long double)theta - t0);
        b.w[0] = theta;
        near("KL of log odds", "bernoulli_logit", eval(&b, logit->kl(dag, &theta0, &w, 1)),
             (double)expected, 1e-13 * (double)expected);
        near("KL of a sigmoid", "bernoulli", eval(&b, bernoulli->kl(dag, &p0, &p, 1)),
             (double)expected, 1e-13 * (double)expected);
    }
    const struct distribution *poisson = distribution_named("poisson");
    uint32_t lambda = dag_op(dag, OP_EXP, w, 0, 0), lambda0 = dag_const(dag, 2.385);
    for (double f = -200; f <= 20; f += 7.31) {
        long double d = (long double)f - logl(2.385L);
        b.w[0] = f;
        double expected = (double)(2.385L * (expm1l(d) - d));
        near("KL of exp", "poisson", eval(&b, poisson->kl(dag, &lambda0, &lambda, 1)), expected,
             4e-14 * expected);
    }
    b.w[0] = 0;
    near("log density at mean 0", "poisson", eval(&b, poisson->log_density(dag, zero, &w, 1)), 0,
         0);
    assert_true(eval(&b, poisson->log_density(dag, one, &w, 1)) == -INFINITY);
    dag_free(dag);
    program_space_free(b.space);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_nodes),
        cmocka_unit_test(test_log_density),
        cmocka_unit_test(test_sample),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_huge_counts),
        cmocka_unit_test(test_kl),
        cmocka_unit_test(test_kl_near_equality),
        cmocka_unit_test(test_residuals),
        cmocka_unit_test(test_fisher),
        cmocka_unit_test(test_log_ratio),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_edges),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
