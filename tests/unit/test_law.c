/* Laws: distributions of model files lowered; mixtures against sums written out in long double. */
#include "tap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cusp/mem.h"
#include "cusp/program.h"
#include "../../src/model/law.h"

enum { MAX_NODES = DISTRIBUTION_MAX_NODES, MAX_FLAT = 32 };

/* A model text, its graph over w[dim], x[n], y, and its two laws. */
struct stage {
    struct syntax *syntax;
    struct dag *dag;
    struct lower *lower;
    struct diags diags;
    struct law *truth, *model;
    uint32_t y;
    size_t n_inputs;
    struct program_space *space;
    double w[MAX_FLAT];
    enum status status;
};

static void stage_open(struct stage *s, const char *text)
{
    *s = (struct stage){.space = program_space_new()};
    diags_init(&s->diags);
    if (syntax_parse("test", text, strlen(text), NULL, 0, &s->diags, &s->syntax) != ST_OK)
        fail_msg("%s: %s", text, s->diags.items[0].message);
    for (size_t i = 0; i < s->syntax->n_inputs; i++)
        s->n_inputs += s->syntax->inputs[i].symbol->count;
    size_t n = s->syntax->dim + s->n_inputs;
    s->dag = dag_new(n + 1);
    s->y = dag_var(s->dag, (uint32_t)n);
    s->lower = lower_new(s->syntax, s->dag, &s->diags);
    lower_inputs(s->lower, (uint32_t)s->syntax->dim);
    s->status =
        law_lower(s->lower, s->syntax->outputs[0].distribution, &s->diags, s->syntax, &s->model);
    if (s->status == ST_OK)
        s->status =
            law_lower(s->lower, s->syntax->truths[0].distribution, &s->diags, s->syntax, &s->truth);
}

static void stage_close(struct stage *s)
{
    law_free(s->truth);
    law_free(s->model);
    lower_free(s->lower);
    dag_free(s->dag);
    syntax_free(s->syntax);
    diags_done(&s->diags);
    program_space_free(s->space);
}

static double eval(struct stage *s, uint32_t node)
{
    double out;
    struct program *program = program_new(s->dag, &node, 1);
    program_point(program, s->space, s->w, &out);
    program_free(program);
    return out;
}

static void flat_values(struct stage *s, const struct law *law, double *out)
{
    uint32_t nodes[MAX_FLAT];
    assert_true(law->n_flat <= MAX_FLAT);
    law_flat(law, nodes);
    for (size_t i = 0; i < law->n_flat; i++)
        out[i] = eval(s, nodes[i]);
}

static void near(const char *what, double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%s: got %.17g, expected %.17g", what, got, expected);
}

static const char *const texts[] = {
    "param a in [0, 1]; param b in [-3, 3]; output y ~ mixture(1 - a: normal(0, 1), a: normal(b, "
    "1))\n"
    "truth y ~ normal(0, 1)",
    "param a in [0, 1]; param b in [-3, 3]; output y ~ mixture(1 - a: normal(0, 1), a: normal(b, "
    "0.7))\n"
    "truth y ~ mixture(0.3: normal(-1, 1), 0.7: normal(0.5, 0.6))",
    "param a in [0, 1]; param b in [0.1, 3]; output y ~ mixture(a: poisson(b), 1 - a: "
    "poisson(1.7))\n"
    "truth y ~ poisson(1.7)",
    "param a, b in [0, 1]; output y ~ mixture(a: bernoulli(b), 1 - a: bernoulli(0.35))\n"
    "truth y ~ bernoulli(0.35)",
    "param a, b in [0, 1]; output y ~ mixture(a: binomial(5, b), 1 - a: binomial(5, 0.35))\n"
    "truth y ~ binomial(5, 0.35)",
    "param a, b in [0, 1]; output y ~ mixture(a: binomial(9, b), 1 - a: binomial(9, 0.35))\n"
    "truth y ~ mixture(0.5: binomial(9, 0.35), 0.5: binomial(9, 0.8))",
    "param a in [0, 1]; param b in [0.1, 3]; output y ~ mixture(a: exponential(b), 1 - a: "
    "exponential(0.9))\n"
    "truth y ~ exponential(0.9)",
    "param a in [0, 1]; param b in [-3, 3]; truth y ~ categorical(0.2, 0.3, 0.5)\n"
    "output y ~ mixture(a: categorical(0.5, 0.25, 0.25), 1 - a: categorical(0.2, 0.3, 0.5))",
    "param a in [0, 1]; param b in [0.1, 3]; truth y ~ exponential(1.1)\n"
    "output y ~ mixture(a: exponential(b), 1 - a: mixture(a: normal(b, 1), 1 - a: "
    "exponential(1.1)))",
    "param a, b in [0, 1]; truth y ~ binomial(3, 0.4)\n"
    "output y ~ mixture(a: poisson(b + 0.1), 1 - a: mixture(b: binomial(3, 0.4), 1 - b: "
    "bernoulli(0.9)))",
};
enum { N_TEXTS = sizeof texts / sizeof *texts };

/* log Σ weight · density over the leaves, by the kinds' own numbers in long double. */
static long double plain_density(const struct law *law, const double *flat, double y)
{
    if (law->n_parts == 0)
        return expl((long double)law->kind->log_density_at(flat, law->n_args, y));
    long double total = 0;
    const double *part = flat + law->n_args;
    for (size_t i = 0; i < law->n_parts; part += law->parts[i++]->n_flat)
        total += (long double)flat[i] * plain_density(law->parts[i], part, y);
    return total;
}

static void test_density(void **state)
{
    (void)state;
    static double y[MAX_NODES], weight[MAX_NODES];
    for (size_t k = 0; k < N_TEXTS; k++) {
        struct stage s;
        stage_open(&s, texts[k]);
        double flat[MAX_FLAT], truth[MAX_FLAT];
        static const double points[][2] = {{0.283, 0.617}, {0, 0.3}, {1, 0.9}, {1e-9, 0.5}};
        for (size_t p = 0; p < sizeof points / sizeof *points; p++) {
            memcpy(s.w, points[p], sizeof points[p]);
            flat_values(&s, s.model, flat);
            flat_values(&s, s.truth, truth);
            assert_null(law_fault(s.model, flat));
            size_t n = law_nodes(s.truth, truth, 2, MAX_NODES, y, weight);
            double total = 0;
            assert_true(n > 0);
            uint32_t node = law_log_density(s.dag, s.model, s.y);
            for (size_t i = 0; i < n; i++) {
                double expected = (double)logl(plain_density(s.model, flat, y[i]));
                s.w[2] = y[i];
                total += weight[i];
                near(texts[k], law_log_density_at(s.model, flat, y[i]), expected,
                     1e-13 * (1 + fabs(expected)));
                near(texts[k], eval(&s, node), expected, 1e-13 * (1 + fabs(expected)));
                uint32_t fixed = law_log_density(s.dag, s.model, dag_const(s.dag, y[i]));
                near(texts[k], eval(&s, fixed), expected, 1e-13 * (1 + fabs(expected)));
            }
            near("sum of weights", total, 1, 1e-12);
        }
        s.w[2] = -1.5;
        if (s.truth->kind->support != SUPPORT_REAL && s.truth->n_parts == 0)
            assert_true(eval(&s, law_log_density(s.dag, s.truth, s.y)) == -INFINITY);
        stage_close(&s);
    }
}

/* The ratio and its gap against long double, a step of every size away from where the model is the
   truth. */
/* As deep as the language goes: every part is looked at once. */
static void test_nested(void **state)
{
    (void)state;
    enum { DEPTH = 100, TEXT = 64 * DEPTH };
    char text[TEXT], *at = text;
    at += sprintf(at, "param b in [-2, 2]; output y ~ ");
    for (int i = 0; i < DEPTH; i++)
        at += sprintf(at, "mixture(0.25: normal(%d, 1), 0.75: ", i % 3);
    at += sprintf(at, "normal(b, 1)");
    for (int i = 0; i < DEPTH; i++)
        *at++ = ')';
    sprintf(at, "; truth y ~ normal(0, 1)");
    struct stage s;
    stage_open(&s, text);
    assert_int_equal(s.status, ST_OK);
    double flat[8 * DEPTH], p = 0, share = 1, y = 0.385;
    uint32_t nodes[8 * DEPTH];
    s.w[0] = 1.7;
    law_flat(s.model, nodes);
    for (size_t i = 0; i < s.model->n_flat; i++)
        flat[i] = eval(&s, nodes[i]);
    for (int i = 0; i < DEPTH; i++, share *= 0.75)
        p += 0.25 * share * exp(-(y - i % 3) * (y - i % 3) / 2);
    p += share * exp(-(y - 1.7) * (y - 1.7) / 2);
    double expected = log(p) - 0.5 * log(2 * acos(-1));
    assert_true(fabs(law_log_density_at(s.model, flat, y) - expected) < 1e-13);
    assert_true(fabs(law_log_mass(s.model, flat, y, y + 1e-7) - log(1e-7) - expected) < 1e-6);
    stage_close(&s);
}

static void test_ratio(void **state)
{
    (void)state;
    static double y[MAX_NODES], weight[MAX_NODES];
    for (size_t k = 0; k < N_TEXTS; k++) {
        struct stage s;
        stage_open(&s, texts[k]);
        double flat[MAX_FLAT], truth[MAX_FLAT];
        for (double size = 1; size > 1e-12; size /= 10) {
            s.w[0] = 0.731 * size;
            s.w[1] = 0.9;
            flat_values(&s, s.model, flat);
            flat_values(&s, s.truth, truth);
            size_t n = law_nodes(s.truth, truth, 1, MAX_NODES, y, weight);
            uint32_t ratio = law_ratio(s.dag, s.truth, s.model, s.y);
            uint32_t gap = law_gap(s.dag, s.truth, s.model, s.y);
            for (size_t i = 0; i < n; i++) {
                s.w[2] = y[i];
                long double t =
                    plain_density(s.model, flat, y[i]) / plain_density(s.truth, truth, y[i]);
                long double r = t - 1, h = r - log1pl(r);
                uint32_t fixed = dag_const(s.dag, y[i]);
                double tolerance = 2e-14 * (1 + (double)t) * (1 + y[i] * y[i]);
                near(texts[k], eval(&s, ratio), (double)r, tolerance);
                near(texts[k], eval(&s, law_ratio(s.dag, s.truth, s.model, fixed)), (double)r,
                     tolerance);
                /* An error e of r gives one of |r| e and e² to the gap. */
                double allowed =
                    1e-13 * (double)h + 2 * tolerance * fabs((double)r) + tolerance * tolerance;
                near(texts[k], eval(&s, gap), (double)h, allowed);
                near(texts[k], eval(&s, law_gap(s.dag, s.truth, s.model, fixed)), (double)h,
                     allowed);
            }
        }
        stage_close(&s);
    }
}

/* Derivatives of the gap at weights of exactly 0 and 1 are numbers, and right by differences. */
static void test_gradient_at_edges(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_TEXTS; k++) {
        struct stage s;
        stage_open(&s, texts[k]);
        double step = 1e-6;
        for (int edge = 0; edge <= 1; edge++) {
            uint32_t gradient[MAX_FLAT], gap;
            s.w[1] = 0.617;
            gap = law_gap(s.dag, s.truth, s.model, dag_const(s.dag, 1));
            dag_gradient(s.dag, gap, gradient);
            s.w[0] = edge;
            double slope = eval(&s, gradient[0]), values[3];
            assert_true(isfinite(slope) && isfinite(eval(&s, gradient[1])));
            for (int i = 0; i < 3; i++) {
                s.w[0] = edge ? 1 - i * step : i * step;
                values[i] = eval(&s, gap);
            }
            double difference = (4 * values[1] - 3 * values[0] - values[2]) / (2 * step);
            near(texts[k], slope, edge ? -difference : difference, 1e-6 * (1 + fabs(slope)));
        }
        stage_close(&s);
    }
}

/* A part that is the truth leaves the other's term only; all of it the truth leaves nothing. */
static void test_coincidence(void **state)
{
    (void)state;
    struct stage s;
    double value;
    stage_open(&s, "param a in [0, 1]\noutput y ~ mixture(0.3: normal(2, 1), 0.7: normal(0, 1))\n"
                   "truth y ~ mixture(0.3: normal(2, 1), 0.7: normal(0, 1))");
    assert_true(dag_is_const(s.dag, law_ratio(s.dag, s.truth, s.model, s.y), &value));
    assert_true(value == 0);
    assert_true(dag_is_const(s.dag, law_kl(s.dag, s.truth, s.model), &value) && value == 0);
    stage_close(&s);
    stage_open(&s, texts[0]);
    uint32_t gap = law_gap(s.dag, s.truth, s.model, dag_const(s.dag, 1.3));
    s.w[0] = 0;
    s.w[1] = 2.7;
    assert_true(eval(&s, gap) < 1e-31);
    s.w[0] = 0.4;
    s.w[1] = 0;
    assert_true(eval(&s, gap) < 1e-31);
    stage_close(&s);
}

/* Where the model gives y next to nothing: e^−1800 and less. */
static void test_far(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s, "param a in [0, 1]; param b in [-100, 100]\n"
                   "output y ~ mixture(1 - a: normal(b, 1), a: normal(b + 3, 1))\n"
                   "truth y ~ normal(0, 1)");
    uint32_t gap = law_gap(s.dag, s.truth, s.model, dag_const(s.dag, 0));
    for (double b = -97; b < 100; b += 7.3) {
        s.w[0] = 0.31;
        s.w[1] = b;
        long double l1 = -0.5L * b * b, l2 = -0.5L * (b + 3) * (b + 3), top = fmaxl(l1, l2);
        long double log_t = top + logl(0.69L * expl(l1 - top) + 0.31L * expl(l2 - top));
        double expected = (double)(expm1l(log_t) - log_t);
        near("far gap", eval(&s, gap), expected, 1e-9 * expected);
    }
    stage_close(&s);
    stage_open(&s, "param a, b in [0, 1]\n"
                   "output y ~ mixture(1 - a: binomial(60, b), a: binomial(60, b/2))\n"
                   "truth y ~ binomial(60, 0.5)");
    gap = law_gap(s.dag, s.truth, s.model, dag_const(s.dag, 40));
    for (double b = 1e-5; b < 1; b *= 3) {
        s.w[0] = 0.31;
        s.w[1] = b;
        long double t =
            0.69L * powl(b, 40) * powl(1 - b, 20) + 0.31L * powl(b / 2, 40) * powl(1 - b / 2, 20);
        long double log_t = logl(t) + 60 * logl(2);
        double expected = (double)(expm1l(log_t) - log_t);
        near("far gap of counts", eval(&s, gap), expected, 1e-7 * expected);
    }
    stage_close(&s);
}

static void test_moments_and_draws(void **state)
{
    (void)state;
    enum { N = 20000 };
    static double y[MAX_NODES], weight[MAX_NODES];
    for (size_t k = 0; k < N_TEXTS; k++) {
        struct stage s;
        stage_open(&s, texts[k]);
        double flat[MAX_FLAT], total = 0, squares = 0, sum = 0, low, high;
        s.w[0] = 0.283;
        s.w[1] = 0.617;
        flat_values(&s, s.model, flat);
        double mean = eval(&s, law_mean(s.dag, s.model));
        double variance = eval(&s, law_variance(s.dag, s.model));
        size_t n = law_nodes(s.model, flat, 3, MAX_NODES, y, weight);
        for (size_t i = 0; i < n; i++) {
            total += weight[i] * y[i];
            squares += weight[i] * (y[i] - mean) * (y[i] - mean);
            assert_true(i == 0 || !law_discrete(s.model) || y[i] > y[i - 1]);
        }
        near(texts[k], total, mean, 1e-12);
        near(texts[k], squares, variance, 1e-12);
        law_range(s.model, flat, &low, &high);
        size_t outside = 0;
        for (size_t i = 0; i < N; i++) {
            struct rng rng = rng_stream(17, i);
            double drawn = law_sample(s.model, flat, &rng);
            sum += drawn - mean;
            outside += drawn < low || drawn > high;
        }
        near(texts[k], sum / N, 0, 4.5 * sqrt(variance / N));
        assert_true(outside < N / 500);
        assert_int_equal(law_nodes(s.model, flat, 3, n - 1, y, weight), 0);
        stage_close(&s);
    }
}

/* The closed divergence of mixtures on few labels, and its residuals, against the sum over them. */
static void test_summed_kl(void **state)
{
    (void)state;
    static double y[MAX_NODES], weight[MAX_NODES];
    size_t closed = 0;
    for (size_t k = 0; k < N_TEXTS; k++) {
        struct stage s;
        stage_open(&s, texts[k]);
        double flat[MAX_FLAT], truth[MAX_FLAT], total = 0;
        uint32_t kl = law_kl(s.dag, s.truth, s.model), out[MAX_FLAT + 1];
        out[s.model->n_flat] = 4711;
        size_t n_residuals = law_residuals(s.dag, s.truth, s.model, out);
        assert_true(n_residuals <= s.model->n_flat && out[s.model->n_flat] == 4711);
        if (kl != UINT32_MAX) {
            closed++;
            assert_true(n_residuals > 0);
            s.w[0] = 0.283;
            s.w[1] = 0.617;
            flat_values(&s, s.model, flat);
            flat_values(&s, s.truth, truth);
            size_t n = law_nodes(s.truth, truth, 0, MAX_NODES, y, weight);
            for (size_t i = 0; i < n; i++)
                total += weight[i] * (law_log_density_at(s.truth, truth, y[i]) -
                                      law_log_density_at(s.model, flat, y[i]));
            near(texts[k], eval(&s, kl), total, 1e-14);
            s.w[0] = 1e-5;
            double half = 0;
            for (size_t i = 0; i < n_residuals; i++)
                half += 0.5 * pow(eval(&s, out[i]), 2);
            near(texts[k], half / eval(&s, kl), 1, 1e-4);
        }
        stage_close(&s);
    }
    assert_int_equal(closed, 3);
}

/* A regression: arguments that depend on the input, and what they are at one. */
static void test_regression(void **state)
{
    (void)state;
    struct stage s;
    stage_open(&s, "param a, b in [-2, 2]\ninput x ~ uniform(-2, 2)\n"
                   "output y ~ normal(b*tanh(a*x), 1)\ntruth y ~ normal(0.5*x, 1)");
    s.w[0] = 1.3;
    s.w[1] = -0.7;
    s.w[2] = 0.9;
    double mean = -0.7 * tanh(1.3 * 0.9), fisher[3], expected = pow(mean - 0.45, 2) / 2;
    near("mean", eval(&s, law_mean(s.dag, s.model)), mean, 1e-15);
    near("kl", eval(&s, law_kl(s.dag, s.truth, s.model)), expected, 1e-15);
    uint32_t out[3], upper[3];
    assert_int_equal(law_residuals(s.dag, s.truth, s.model, out), 1);
    near("residual", eval(&s, out[0]), mean - 0.45, 1e-15);
    assert_true(law_fisher(s.dag, s.model, upper));
    for (size_t i = 0; i < 3; i++)
        fisher[i] = eval(&s, upper[i]);
    assert_true(fisher[0] == 1 && fisher[1] == 0 && fisher[2] == 2);
    assert_true(law_same_kind(s.truth, s.model) && !law_discrete(s.model));
    stage_close(&s);
}

static void assert_fault(const char *text, const char *message)
{
    struct stage s;
    stage_open(&s, text);
    if (s.status != ST_INPUT || s.diags.n_errors == 0)
        fail_msg("accepted: %s", text);
    assert_string_equal(s.diags.items[0].message, message);
    stage_close(&s);
}

static void test_faults(void **state)
{
    (void)state;
    assert_fault("param a, b in [0, 1]; output y ~ mixture(a: normal(0, 1), b: normal(1, 1))\n"
                 "truth y ~ normal(0, 1)",
                 "the weights of a mixture must add up to 1 whatever the parameters are; write the "
                 "last as 1 minus the others");
    assert_fault(
        "param a in [0, 1]; output y ~ categorical(a, a, 0.5)\ntruth y ~ categorical(0.2, 0.3, "
        "0.5)",
        "the probabilities must add up to 1 whatever the parameters are; write the last as "
        "1 minus the others");
    assert_fault("param n in [1, 5]; output y ~ binomial(n, 0.5)\ntruth y ~ binomial(3, 0.5)",
                 "the number of trials cannot depend on a parameter");
    assert_fault("param a in [0, 1]; output y ~ mixture(a: normal(0, 1), 1 - a: poisson(1))\n"
                 "truth y ~ normal(0, 1)",
                 "a mixture is of distributions that are all discrete or all continuous");
    assert_fault("param a in [0, 1]; knob s = -0.5 in [-1, 1]; output y ~ normal(a, s)\n"
                 "truth y ~ normal(0, 1)",
                 "the standard deviation is not positive");
    assert_fault("param a in [0, 1]; knob n = 2.5 in [-1, 3]; output y ~ binomial(n, a)\n"
                 "truth y ~ binomial(3, 0.5)",
                 "the number of trials is not a whole number, 0 or more");
}

static void test_supports(void **state)
{
    (void)state;
    static const struct {
        const char *truth, *output, *why;
    } rows[] = {
        {"normal(0, 1)", "normal(a, 1)", NULL},
        {"exponential(1)", "normal(a, 1)", NULL},
        {"normal(0, 1)", "exponential(a + 2)",
         "the truth can give y below 0, which the output never does"},
        {"uniform(0, 1)", "uniform(0, 2)", NULL},
        {"uniform(0, 1)", "uniform(0, a)", NULL},
        {"uniform(-1, 1)", "uniform(-0.5, 2)",
         "the truth can give y below all that the output gives"},
        {"bernoulli(0.3)", "binomial(3, 0.2)", NULL},
        {"binomial(3, 0.2)", "bernoulli(0.3)",
         "the truth can give y above 1, which the output never does"},
        {"poisson(2)", "binomial(9, 0.2)", "the truth can give y above all that the output gives"},
        {"poisson(2)", "categorical(0.5, 0.5)",
         "the truth can give y = 0, which the output never does"},
        {"poisson(2)", "normal(a, 1)",
         "the truth gives whole numbers and the output a density: no y has a probability under the "
         "model"},
        {"normal(0, 1)", "poisson(2)",
         "the truth gives real numbers and the output only whole ones"},
        {"mixture(0.5: exponential(1), 0.5: normal(0, 1))", "exponential(1)",
         "the truth can give y below 0, which the output never does"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512];
        struct stage s;
        snprintf(text, sizeof text, "param a in [-1, 1]\noutput y ~ %s\ntruth y ~ %s\n",
                 rows[i].output, rows[i].truth);
        stage_open(&s, text);
        assert_int_equal(s.status, ST_OK);
        const char *why = law_support_fault(s.truth, s.model, s.dag);
        if ((why == NULL) != (rows[i].why == NULL) || (why && strcmp(why, rows[i].why) != 0))
            fail_msg("%s under %s: %s", rows[i].truth, rows[i].output, why ? why : "no fault");
        assert_true(why == NULL || !law_support_nested(s.truth, s.model, s.dag));
        stage_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_density),
        cmocka_unit_test(test_nested),
        cmocka_unit_test(test_ratio),
        cmocka_unit_test(test_gradient_at_edges),
        cmocka_unit_test(test_coincidence),
        cmocka_unit_test(test_far),
        cmocka_unit_test(test_moments_and_draws),
        cmocka_unit_test(test_summed_kl),
        cmocka_unit_test(test_regression),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_supports),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
