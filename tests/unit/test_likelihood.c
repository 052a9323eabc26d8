/* Likelihood models: K against closed forms and fine quadrature, derivatives, rows, faults. */
#include "model_help.h"

#include <stdlib.h>
#include <unistd.h>

#include "cusp/likelihood.h"

/* --- references ------------------------------------------------------------------------------- */

static double bump_tanh(double x, const double *w)
{
    double d = w[1] * tanh(w[0] * x);
    return d * d / 2;
}

/* Simpson's rule with so many panels that it is exact to rounding for smooth f. */
static double mean_uniform(double (*f)(double, const double *), const double *w, double low,
                           double high)
{
    enum { N = 4000 };
    long double sum = 0, h = ((long double)high - low) / N;
    for (int i = 0; i <= N; i++)
        sum += (i == 0 || i == N ? 1 : i % 2 ? 4 : 2) * (long double)f((double)(low + h * i), w);
    return (double)(sum * h / 3 / ((long double)high - low));
}

static long double normal_density(long double y, long double mean, long double sd)
{
    long double z = (y - mean) / sd;
    return expl(-z * z / 2) / (sd * sqrtl(2 * acosl(-1)));
}

/* KL of N(0, 1) against (1 − a) N(0, 1) + a N(b, 1), by the trapezoid rule in long double. */
static double mixture_kl(long double a, long double b)
{
    long double sum = 0, h = 1.0L / 256;
    for (int i = -256 * 13; i <= 256 * 13; i++) {
        long double y = h * i, p0 = normal_density(y, 0, 1);
        long double r = a * expm1l(b * y - b * b / 2);
        long double gap = fabsl(r) < 1e-3L
                              ? r * r * (0.5L - r * (1 / 3.0L - r * (0.25L - r * (0.2L - r / 6))))
                              : r - log1pl(r);
        sum += h * p0 * gap;
    }
    return (double)sum;
}

/* --- K ---------------------------------------------------------------------------------------- */

static const char *const tanh_text =
    "param a, b in [-2, 2]; input x ~ uniform(-1, 1); output y ~ normal(b*tanh(a*x), 1); "
    "truth y ~ normal(0, 1)";

static void test_tanh(void **state)
{
    (void)state;
    static const double points[][2] = {{1.3, -0.7}, {2, 2},      {-2, 1.9},   {0.01, 1},
                                       {1e-6, 1.3}, {1.3, 1e-6}, {1e-5, 1e-7}};
    struct model *model = model_of(tanh_text);
    assert_int_equal(model->kind, MODEL_REGRESSION);
    assert_non_null(model->likelihood);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        assert_close(value_at(model->kl, points[i]), mean_uniform(bump_tanh, points[i], -1, 1),
                     1e-8);
    assert_true(model->likelihood->kl_error <= 1e-9);
    assert_true(model->has_zero);
    assert_true(model->likelihood->population.n <= 16);
    assert_int_not_equal(model->kl_node, MODEL_NO_NODE);
    assert_string_equal(model->likelihood->formula, "y ~ normal(b tanh(a x), 1)");
    assert_close(model->likelihood->truth_entropy, 0.5 * log(2 * M_PI * exp(1)), 1e-12);
    model_unref(model);
}

static void test_product(void **state)
{
    (void)state;
    const double w[2] = {1.3, -0.9}, t = 0.4;
    struct model *model = model_of("knob t = 0.4 in [-1, 1]; param w1, w2 in [-2, 2]; "
                                   "input x ~ uniform(-1, 2); output y ~ normal(w1*w2*x, 0.5); "
                                   "truth y ~ normal(t*x, 0.5)");
    double d = w[0] * w[1] - t;
    assert_close(value_at(model->kl, w), 0.5 * d * d / 0.25, 1e-14); /* E x² = 1 */
    assert_int_equal(model->n_generators, 1);
    assert_close(fabs(value_at(model->generators, w)), fabs(d) / 0.5, 1e-14);
    assert_true(model->has_zero);
    assert_true(dag_is_polynomial(model->dag, model->kl_node, NULL));
    model_unref(model);
}

/* y = c0 + c1 x + c2 x² with x ~ N(0, 1): K = ½ cᵀ M c with the moments of x. */
static void test_polynomial(void **state)
{
    (void)state;
    const double w[3] = {0.4, -1.1, 0.7};
    struct model *model =
        model_of("param c0, c1, c2 in [-2, 2]; input x ~ normal(0, 1); "
                 "output y ~ normal(c0 + c1*x + c2*x^2, 1); truth y ~ normal(1 + x, 1)");
    double a = w[0] - 1, b = w[1] - 1, c = w[2];
    assert_close(value_at(model->kl, w), 0.5 * (a * a + b * b + 3 * c * c + 2 * a * c), 1e-13);
    assert_int_equal(model->n_generators, 3);
    assert_true(model->has_zero);
    assert_close(model->kl_min_at[0], 1, 1e-9);
    model_unref(model);
}

static void test_many_inputs(void **state)
{
    (void)state;
    double w[12] = {0}, expected = 0;
    struct model *model =
        model_of("const H = 12; param b[H] in [-2, 2]; input x[H] ~ normal(0, 2); "
                 "output y ~ normal(sum(j in 1..H, b[j]*x[j]), 3); "
                 "truth y ~ normal(x[1], 3)");
    for (size_t i = 0; i < 12; i++) {
        w[i] = 0.1 * (double)i - 0.3;
        expected += 0.5 * 4 / 9 * (w[i] - (i == 0)) * (w[i] - (i == 0));
    }
    assert_close(value_at(model->kl, w), expected, 1e-12);
    assert_int_equal(model->n_generators, 12);
    assert_int_equal(model->likelihood->n_inputs, 12);
    assert_string_equal(model->likelihood->input_names[11], "x12");
    assert_true(model->has_zero);
    model_unref(model);
}

static void test_mixture(void **state)
{
    (void)state;
    static const double points[][2] = {{0.3, 1.2},   {0.7, -2},   {1, 0.5},
                                       {0.5, 1e-6},  {1e-6, 0.7}, {0.9, 1.99},
                                       {1e-4, 1e-3}, {1, 2},      {1e-10, 1.3}};
    struct model *model = model_of("param a in [0, 1], b in [-2, 2]; "
                                   "output y ~ mixture(1 - a: normal(0, 1), a: normal(b, 1)); "
                                   "truth y ~ normal(0, 1)");
    assert_int_equal(model->kind, MODEL_DENSITY);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        assert_close(value_at(model->kl, points[i]), mixture_kl(points[i][0], points[i][1]), 2e-7);
    assert_true(model->has_zero);
    model_unref(model);
}

static double bernoulli_kl(double p, double q)
{
    return p * log(p / q) + (1 - p) * log((1 - p) / (1 - q));
}

static void test_discrete(void **state)
{
    (void)state;
    const double w[1] = {0.35};
    struct model *model =
        model_of("param p in [0.01, 0.99]; output y ~ bernoulli(p); truth y ~ bernoulli(0.6)");
    assert_close(value_at(model->kl, w), bernoulli_kl(0.6, 0.35), 1e-13);
    assert_true(model->has_zero && model->likelihood->discrete);
    assert_close(model->kl_min_at[0], 0.6, 1e-9);
    model_unref(model);
    model =
        model_of("param p in [0.01, 0.99]; output y ~ binomial(7, p); truth y ~ binomial(7, 0.6)");
    assert_close(value_at(model->kl, w), 7 * bernoulli_kl(0.6, 0.35), 1e-13);
    model_unref(model);
    model = model_of("param p in [0.1, 5]; output y ~ poisson(p); truth y ~ poisson(2.2)");
    assert_close(value_at(model->kl, w), 2.2 * log(2.2 / 0.35) + 0.35 - 2.2, 1e-13);
    model_unref(model);
}

static double choose(int n, int k)
{
    return k == 0 ? 1 : choose(n, k - 1) * (n - k + 1) / k;
}

/* A mixture of binomials against one of them: by the sum over all counts. */
static void test_binomial_mixture(void **state)
{
    (void)state;
    const double w[3] = {0.3, 0.2, 0.8};
    double expected = 0;
    struct model *model = model_of("param a, p, q in [0.01, 0.99]; "
                                   "output y ~ mixture(a: binomial(5, p), 1 - a: binomial(5, q)); "
                                   "truth y ~ binomial(5, 0.4)");
    for (int k = 0; k <= 5; k++) {
        double truth = choose(5, k) * pow(0.4, k) * pow(0.6, 5 - k);
        double one = choose(5, k) * pow(w[1], k) * pow(1 - w[1], 5 - k);
        double two = choose(5, k) * pow(w[2], k) * pow(1 - w[2], 5 - k);
        expected += truth * log(truth / (w[0] * one + (1 - w[0]) * two));
    }
    assert_close(value_at(model->kl, w), expected, 1e-12);
    assert_true(model->has_zero);
    model_unref(model);
}

/* A kink: y = a relu(b x) is homogeneous on each side, so two rows hold all of it. */
static void test_relu(void **state)
{
    (void)state;
    const double w[2] = {1.3, -0.7};
    struct model *model = model_of("param a, b in [-2, 2]; input x ~ uniform(-1, 1); "
                                   "output y ~ normal(a*relu(b*x), 1); truth y ~ normal(0, 1)");
    assert_close(value_at(model->kl, w), 0.25 * 1.3 * 1.3 * 0.7 * 0.7 / 3, 1e-12);
    assert_int_equal(model->likelihood->population.n, 2);
    model_unref(model);
    model = model_of("param a, b, c in [-2, 2]; input x ~ uniform(-1, 1); "
                     "output y ~ normal(a*relu(b*x + c), 1); truth y ~ normal(0, 1)");
    const double v[3] = {1.3, -0.9, 0.31};
    double reach = 0.31 / 0.9 + 1; /* b x + c > 0 from −1 to c / 0.9 */
    double expected = 0.5 * 1.69 * 0.81 * pow(reach, 3) / 6;
    double got = value_at(model->kl, v);
    assert_true(fabs(got / expected - 1) <= 3 * model->likelihood->kl_error);
    assert_true(model->likelihood->kl_error <= 1e-3);
    model_unref(model);
}

/* --- derivatives ------------------------------------------------------------------------------ */

static void assert_slopes(const char *text, const double *w)
{
    struct model *model = model_of(text);
    struct program_space *space = program_space_new();
    size_t dim = model->dim, n = 1 + dim + dim * (dim + 1) / 2;
    double *out = calloc(n, sizeof *out), *high = calloc(n, sizeof *out),
           *low = calloc(n, sizeof *out);
    double at[SYNTAX_MAX_PARAMS], h = 1e-5, scale = 0;
    program_point(model->kl_hess, space, w, out);
    for (size_t i = 0; i < n; i++)
        scale = fmax(scale, fabs(out[i]));
    for (size_t i = 0, k = 1 + dim; i < dim; i++) {
        memcpy(at, w, dim * sizeof *at);
        at[i] = w[i] + h;
        program_point(model->kl_grad, space, at, high);
        at[i] = w[i] - h;
        program_point(model->kl_grad, space, at, low);
        assert_true(fabs((high[0] - low[0]) / (2 * h) - out[1 + i]) < 1e-8 * scale);
        for (size_t j = i; j < dim; j++, k++)
            assert_true(fabs((high[1 + j] - low[1 + j]) / (2 * h) - out[k]) < 1e-7 * scale);
    }
    free(out);
    free(high);
    free(low);
    program_space_free(space);
    model_unref(model);
}

static void test_slopes(void **state)
{
    (void)state;
    static const double w[9] = {0.3, 0.7, -0.4, 0.9, 1.1, -0.8, 0.2, -1.3, 0.6};
    assert_slopes(tanh_text, w);
    assert_slopes(
        "param a in [0, 1], b in [-2, 2]; "
        "output y ~ mixture(1 - a: normal(0, 1), a: normal(b, 1)); truth y ~ normal(0, 1)",
        w);
    assert_slopes("param p in [0.1, 5]; output y ~ poisson(p); truth y ~ poisson(2.2)", w);
    assert_slopes(
        "param w[2,2], q[2], b[2], c in [-2, 2]; input x[2] ~ uniform(-1, 1); "
        "output y ~ normal(c + sum(i in 1..2, q[i]*tanh(w[i,1]*x[1] + w[i,2]*x[2] + b[i])), "
        "1); truth y ~ normal(tanh(x[1] - 0.3), 1)",
        w);
}

/* --- a network that is a sum over rows -------------------------------------------------------- */

static void test_network(void **state)
{
    (void)state;
    struct model *model = model_of(
        "param w[2,2], q[2], b[2], c in [-3, 3]; input x[2] ~ uniform(-1, 1); "
        "let f = c + sum(i in 1..2, q[i]*relu(w[i,1]*x[1] + w[i,2]*x[2] + b[i])); "
        "output y ~ normal(f, 1); truth y ~ normal(relu(x[1] - 0.3) + relu(0.8*x[2] - x[1]), 1)");
    double truth[9] = {1, 0, -1, 0.8, 1, 1, -0.3, 0, 0};
    assert_int_equal(model->kl_node, MODEL_NO_NODE);
    assert_true(value_at(model->kl, truth) < 1e-25);
    assert_true(model->has_zero);
    assert_false(model->smooth);
    assert_true(model->n_generators > 9);
    assert_true(model->likelihood->kl_error < 2e-2);
    model_unref(model);
}

/* --- a truth outside the model ---------------------------------------------------------------- */

/* y = w x against the truth x²: the best is w = E[x³]/E[x²] = 0 on a symmetric input, K = ½ E x⁴.
 */
static void test_outside(void **state)
{
    (void)state;
    struct model *model = model_of("param w in [-2, 2]; input x ~ uniform(-1, 2); "
                                   "output y ~ normal(w*x, 1); truth y ~ normal(x^2, 1)");
    double ex2 = 1, ex3 = 15.0 / 12, ex4 = 33.0 / 15;
    assert_false(model->has_zero);
    assert_true(model->likelihood->in_model_unknown);
    assert_close(model->kl_min_at[0], ex3 / ex2, 1e-6);
    assert_close(model->kl_min, 0.5 * (ex4 - ex3 * ex3 / ex2), 1e-12);
    model_unref(model);
    model = model_of("param m in [-2, 2]; output y ~ normal(m, 1); truth y ~ normal(0.5, 2)");
    assert_false(model->has_zero);
    assert_close(model->kl_min, 0.5 * (4 - 1 - log(4)), 1e-12);
    assert_close(model->kl_min_at[0], 0.5, 1e-9);
    model_unref(model);
}

/* The model has mass where the truth has none, so that r = p/p0 − 1 has not the mean 0: here
   K = −S − E log p, S = 1, E (y − a)² = 2 − 2 a + a². */
static void test_support(void **state)
{
    (void)state;
    const double w[1] = {0.3}, p[1] = {0.45};
    struct model *model =
        model_of("param a in [-1, 1]; output y ~ normal(a, 1); truth y ~ exponential(1)");
    assert_close(value_at(model->kl, w), -1 + 0.5 * log(2 * M_PI) + 0.5 * (2 - 0.6 + 0.09), 1e-9);
    assert_close(model->kl_min_at[0], 1, 1e-6);
    assert_true(model->likelihood->kl_error < 1e-6);
    assert_false(model->has_zero);
    model_unref(model);
    model = model_of("param p in [0.2, 0.8]; input x ~ uniform(1, 5); "
                     "output y ~ binomial(5, p); truth y ~ binomial(4, 0.5)");
    double expected = 0;
    for (int k = 0; k <= 4; k++) {
        double q = choose(4, k) / 16;
        expected += q * log(q / (choose(5, k) * pow(p[0], k) * pow(1 - p[0], 5 - k)));
    }
    assert_close(value_at(model->kl, p), expected, 1e-12);
    model_unref(model);
}

/* Parts of a mixture further from the truth than its density reaches. */
static void test_far(void **state)
{
    (void)state;
    const double w[2] = {60, 0.1};
    struct model *model = model_of("param a, b in [-80, 80]; "
                                   "output y ~ mixture(0.5: normal(a, 1), 0.5: normal(b, 1)); "
                                   "truth y ~ normal(0, 1)");
    assert_close(value_at(model->kl, w), log(2) + 0.5 * 0.01, 1e-6);
    assert_true(model->likelihood->kl_error < 1e-5);
    model_unref(model);
}

/* --- draws ------------------------------------------------------------------------------------ */

static void test_draws(void **state)
{
    (void)state;
    enum { N = 4000 };
    struct model *model = model_of("param a in [-2, 2]; input x ~ uniform(0, 2); "
                                   "output y ~ normal(a*x, 1); truth y ~ normal(1.5*x, 0.5)");
    double sx = 0, residual = 0, square = 0;
    for (uint64_t i = 0; i < N; i++) {
        struct rng rng = rng_stream(41, i);
        double columns[2];
        assert_int_equal(likelihood_draw(model, &rng, columns), ST_OK);
        sx += columns[0];
        residual += columns[1] - 1.5 * columns[0];
        square += pow(columns[1] - 1.5 * columns[0], 2);
    }
    assert_true(fabs(sx / N - 1) < 5 * sqrt(1.0 / 3 / N));
    assert_true(fabs(residual / N) < 5 * 0.5 / sqrt(N));
    assert_true(fabs(square / N - 0.25) < 5 * 0.25 * sqrt(2.0 / N));
    struct program_space *space = program_space_new();
    double w = 1.2, x = 0.7, y[512], weight[512], mean = 0, spread = 0;
    size_t n = likelihood_nodes(model, space, &w, &x, 512, y, weight);
    assert_true(n > 1);
    for (size_t k = 0; k < n; k++) {
        mean += weight[k] * y[k];
        spread += weight[k] * y[k] * y[k];
    }
    assert_close(mean, 0.84, 1e-12);
    assert_close(spread - mean * mean, 1, 1e-11);
    program_space_free(space);
    model_unref(model);
}

/* --- faults ----------------------------------------------------------------------------------- */

static void test_faults(void **state)
{
    (void)state;
    assert_refused("param s in [-1, 1]; output y ~ normal(0, s); truth y ~ normal(0, 1)",
                   "the standard deviation is not positive at (s=…");
    assert_refused("param p in [-1, 1]; output y ~ bernoulli(p); truth y ~ bernoulli(0.5)", "…");
    assert_refused("param m in [-1, 1]; output y ~ poisson(exp(m)); truth y ~ normal(0, 1)", "…");
    assert_refused("param m in [1, 2]; output y ~ exponential(m); truth y ~ normal(0, 1)", "…");
    assert_refused("param a in [-1, 1]; output y ~ normal(a, 1); output z ~ normal(a, 1); "
                   "truth y ~ normal(0, 1); truth z ~ normal(0, 1)",
                   "one output only…");
    assert_refused("param a in [-1, 1]; input x[65] ~ normal(0, 1); "
                   "output y ~ normal(a*x[1], 1); truth y ~ normal(0, 1)",
                   "65 inputs; there can be 64");
    assert_refused("param a in [-1, 1]; input x ~ uniform(2, 1); "
                   "output y ~ normal(a*x, 1); truth y ~ normal(0, 1)",
                   "uniform(low, high) needs low < high");
}

/* --- real data -------------------------------------------------------------------------------- */

/* K is L_N − min L_N, by least squares: the line through three points. */
static void test_data(void **state)
{
    (void)state;
    static const double x[3] = {-1, 0, 2}, y[3] = {0.5, 1, 1.2};
    char path[] = "/tmp/cusp-likelihood-XXXXXX", text[512];
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    fputs("u,v\n", file);
    for (size_t i = 0; i < 3; i++)
        fprintf(file, "%g,%g\n", x[i], y[i]);
    fclose(file);
    snprintf(text, sizeof text,
             "param a, b in [-3, 3]; input x ~ uniform(-1, 2); output y ~ normal(a + b*x, 0.5); "
             "truth data \"%s\", y = v, x = u",
             path);
    struct model *model = model_of(text);
    double sx = 0, sy = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < 3; i++) {
        sx += x[i] / 3;
        sy += y[i] / 3;
        xx += x[i] * x[i] / 3;
        xy += x[i] * y[i] / 3;
    }
    double slope = (xy - sx * sy) / (xx - sx * sx), level = sy - slope * sx;
    assert_false(model->likelihood->has_truth);
    assert_non_null(model->file_data);
    assert_null(model->likelihood->truth_log_lik);
    assert_true(isnan(model->likelihood->truth_entropy));
    assert_close(model->kl_min_at[0], level, 1e-6);
    assert_close(model->kl_min_at[1], slope, 1e-6);
    const double w[2] = {0.3, -0.7};
    double loss = 0, least = 0;
    for (size_t i = 0; i < 3; i++) {
        loss += pow((y[i] - w[0] - w[1] * x[i]) / 0.5, 2) / 6;
        least += pow((y[i] - level - slope * x[i]) / 0.5, 2) / 6;
    }
    assert_close(value_at(model->kl, w), loss - least, 1e-9);
    assert_true(fabs(value_at(model->kl, model->kl_min_at)) <= model->kl_tolerance);
    assert_int_equal(model->likelihood->population.n, 3);
    assert_close(model->likelihood->input_high[0], 2, 0);
    assert_close(model->likelihood->output_low, 0.5, 0);
    model_unref(model);
    remove(path);
}

/* --- what the error says ---------------------------------------------------------------------- */

/* kl_error against a K by Simpson's rule at points all over the box. */
static void test_error(void **state)
{
    (void)state;
    static const double points[][2] = {{3, 3}, {-3, 2.9}, {2.2, -1}, {0.4, 0.3}};
    struct model *model =
        model_of("param a, b in [-3, 3]; input x ~ uniform(-2, 2); output y ~ normal(b*tanh(a*x), "
                 "1); truth y ~ normal(0, 1)");
    for (size_t i = 0; i < 4; i++) {
        double expected = mean_uniform(bump_tanh, points[i], -2, 2);
        assert_true(fabs(value_at(model->kl, points[i]) / expected - 1) <=
                    2 * model->likelihood->kl_error + 1e-11);
    }
    model_unref(model);
}

/* --- K without a number ----------------------------------------------------------------------- */

static void test_infinite(void **state)
{
    (void)state;
    /* the same at every parameter: refused, under the output */
    assert_refused("param p in [0, 1]; output y ~ bernoulli(p*0); truth y ~ bernoulli(0.5)",
                   "the truth can give what the model never does: K is infinite at every …");
    /* K = log(a / 3) from a = 3 on, infinite before */
    struct model *model = model_of("param a in [0.5, 20]; output y ~ uniform(0, a); "
                                   "truth y ~ uniform(0, 3)");
    const double in = 4.25, out = 2.75;
    assert_close(value_at(model->kl, &in), log(4.25 / 3), 1e-9);
    assert_true(isinf(value_at(model->kl, &out)));
    assert_true(model->has_zero);
    assert_close(model->kl_min_at[0], 3, 1e-6);
    model_unref(model);
    /* neither end is known */
    const double ends[2] = {4.25, -0.75}, inside[2] = {4.25, 0.25};
    model = model_of("param a in [0.5, 20]; param b in [-2, 0.4]; output y ~ uniform(b, a); "
                     "truth y ~ uniform(0, 3)");
    assert_close(value_at(model->kl, ends), log(5.0 / 3), 1e-9);
    assert_true(isinf(value_at(model->kl, inside)));
    model_unref(model);
    /* −log p of one answer of log odds, less the entropy: −½ log σ(η) σ(−η) − log 2 */
    model = model_of("param a in [-300, 300]; output y ~ bernoulli_logit(a); "
                     "truth y ~ bernoulli(0.5)");
    const double far = 236.5;
    assert_close(value_at(model->kl, &far), far / 2 - log(2), 1e-12);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tanh),
        cmocka_unit_test(test_product),
        cmocka_unit_test(test_polynomial),
        cmocka_unit_test(test_many_inputs),
        cmocka_unit_test(test_mixture),
        cmocka_unit_test(test_discrete),
        cmocka_unit_test(test_binomial_mixture),
        cmocka_unit_test(test_relu),
        cmocka_unit_test(test_slopes),
        cmocka_unit_test(test_network),
        cmocka_unit_test(test_outside),
        cmocka_unit_test(test_support),
        cmocka_unit_test(test_far),
        cmocka_unit_test(test_draws),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_infinite),
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
