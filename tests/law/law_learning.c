/* Learning curves over data sets: published figures, and what theory says of their means. */
#include "../unit/model_help.h"

#include "cusp/learning.h"
#include "cusp/num_init.h"

static const char product[] = "param w1, w2 in [-1, 1]; input x ~ normal(0, 1); "
                              "output y ~ normal(w1*w2*x, 1); truth y ~ normal(0, 1)";
static const char square[] = "param w in [-1, 1]; input x ~ normal(0, 1); "
                             "output y ~ normal(w^2*x, 1); truth y ~ normal(0, 1)";
static const char slope[] = "param w in [-1, 1]; input x ~ normal(0, 1); "
                            "output y ~ normal(w*x, 1); truth y ~ normal(0, 1)";
static const char triple[] = "param w1, w2, w3 in [-1, 1]; input x ~ normal(0, 1); "
                             "output y ~ normal(w1*w2*w3*x, 1); truth y ~ normal(0, 1)";

static struct learning_row row_of(const char *text, double n, size_t n_sets, double beta)
{
    struct model *model = model_of(text);
    struct learning_options options = {
        .n = &n, .count = 1, .n_sets = n_sets, .data_seed = 1, .seed = 1, .beta = beta};
    struct learning_curve curve;
    char why[200];
    if (learning_curve_run(model, &options, NULL, NULL, NULL, &curve, why, sizeof why) != ST_OK)
        fail_msg("%s: %s", text, why);
    struct learning_row row = curve.rows[0];
    for (size_t k = 0; k < LEARN_KINDS; k++)
        if (!(row.inner[k] <= row.error[k] / 2))
            fail_msg("%s: %s computed to %.2g, known to %.2g", text,
                     learning_name((enum learning_kind)k), row.inner[k], row.error[k]);
    learning_curve_done(&curve);
    model_unref(model);
    return row;
}

/* A published mean has a spread of its own: it is of no more data sets than are taken here. */
static void assert_figure(const char *what, const struct learning_row *row, enum learning_kind kind,
                          double scale, double published)
{
    double error = sqrt(2) * scale * row->error[kind], got = scale * row->mean[kind];
    if (!(fabs(got - published) <= 3 * error))
        fail_msg("%s, %s: %.4f ± %.4f, published %.3f", what, learning_name(kind), got,
                 scale * row->error[kind], published);
}

static void published_figures(void **state)
{
    (void)state;
    struct learning_row row = row_of(product, 1000, 240, 1);
    assert_figure("w1 w2 x", &row, LEARN_GEN_LOSS, 1000, 0.376);
    assert_figure("w1 w2 x", &row, LEARN_WAIC, 1000, 0.351);
    assert_figure("w1 w2 x", &row, LEARN_WBIC, 1, 1.96);
    assert_figure("w1 w2 x", &row, LEARN_FREE_ENERGY, 1, 1.40);
    row = row_of(square, 1000, 300, 1);
    assert_figure("w^2 x", &row, LEARN_GEN_LOSS, 1000, 0.238);
    assert_figure("w^2 x", &row, LEARN_WAIC, 1000, 0.264);
    row = row_of(slope, 1000, 300, 1);
    assert_figure("w x", &row, LEARN_WBIC, 1, 3.01);
    assert_figure("w x", &row, LEARN_FREE_ENERGY, 1, 2.79);
    row = row_of(triple, 1000, 200, 1);
    assert_figure("w1 w2 w3 x", &row, LEARN_WBIC, 1, 1.25);
    assert_figure("w1 w2 w3 x", &row, LEARN_FREE_ENERGY, 1, 0.75);
}

static void assert_mean(const char *what, double got, double error, double wanted)
{
    if (!(fabs(got - wanted) <= 4 * error))
        fail_msg("%s: %.4f ± %.4f, wanted %.4f", what, got, error, wanted);
}

/* One slope: F_n and WBIC in expectation by the Gaussian integral, up to terms of 1/n. */
static void a_regular_model(void **state)
{
    (void)state;
    const double n = 1000, beta = 1 / log(n);
    struct learning_row row = row_of(slope, n, 300, 1);
    assert_mean("F", row.mean[LEARN_FREE_ENERGY], row.error[LEARN_FREE_ENERGY],
                log(2) + log(n / (2 * M_PI)) / 2 - 0.5);
    assert_mean("WBIC", row.mean[LEARN_WBIC], row.error[LEARN_WBIC], 0.5 / beta - 0.5);
    assert_mean("nG", n * row.mean[LEARN_GEN_LOSS], n * row.error[LEARN_GEN_LOSS], 0.5);
    assert_mean("nT", n * row.mean[LEARN_TRAIN_LOSS], n * row.error[LEARN_TRAIN_LOSS], -0.5);
    assert_mean("V", row.mean[LEARN_VARIANCE], row.error[LEARN_VARIANCE] + 1 / n, 1);
}

/* Watanabe's equations of states at any temperature: E[G] = E[WAIC], E[Gibbs G] − E[Gibbs T] =
   2 ν / n, E[G] − E[T] = 2 ν / n, E[LOO_n] = E[G_{n−1}]. Sums and differences of things that go
   together vary less than what is allowed here. */
static void equations_of_states(void **state)
{
    (void)state;
    static const double betas[] = {1, 0.5, 2};
    for (size_t t = 0; t < 3; t++) {
        const double n = 400;
        struct learning_row row = row_of(product, n, 240, betas[t]);
        double g = n * row.mean[LEARN_GEN_LOSS], e = n * row.error[LEARN_GEN_LOSS];
        double train = n * row.error[LEARN_TRAIN_LOSS], waic = n * row.error[LEARN_WAIC];
        double twice = 2 * row.mean[LEARN_FLUCTUATION];
        assert_mean("G against WAIC", g, hypot(e, waic), n * row.mean[LEARN_WAIC]);
        assert_mean("G against LOO", g, hypot(e, waic), n * row.mean[LEARN_LOO]);
        assert_mean("G - T", g - n * row.mean[LEARN_TRAIN_LOSS], e + train, twice);
        assert_mean("Gibbs", n * (row.mean[LEARN_GIBBS_GEN] - row.mean[LEARN_GIBBS_TRAIN]),
                    n * (row.error[LEARN_GIBBS_GEN] + row.error[LEARN_GIBBS_TRAIN]), twice);
    }
}

/* λ = ½ hides behind log n at w1 w2 x; at w^2 x = y the multiplicity is 1 and λ = ¼ shows. */
static void theory_of_a_quartic(void **state)
{
    (void)state;
    struct learning_row row = row_of(square, 10000, 120, 1);
    double nu = row.mean[LEARN_FLUCTUATION];
    for (size_t k = 0; k < LEARN_KINDS; k++) {
        if (k == LEARN_FREE_ENERGY || k == LEARN_WBIC)
            continue;
        double theory = learning_theory((enum learning_kind)k, row.n, 1, 0.25, 1, nu);
        assert_mean(learning_name((enum learning_kind)k), row.mean[k], row.error[k] * 1.1, theory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_figures),
        cmocka_unit_test(a_regular_model),
        cmocka_unit_test(equations_of_states),
        cmocka_unit_test(theory_of_a_quartic),
    };
    num_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
