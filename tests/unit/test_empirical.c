/* The posterior on a data set as a model: its K against the data's own log-likelihood. */
#include "model_help.h"

#include <stdlib.h>
#include <unistd.h>

#include "cusp/data.h"
#include "cusp/mem.h"

/* Σ log p, observation by observation. */
static double plain_sum(const struct model *model, const struct data *data, const double *w)
{
    struct program_space *space = program_space_new();
    long double sum = 0;
    for (size_t i = 0; i < data->n; i++) {
        double vars[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1], value;
        memcpy(vars, w, model->dim * sizeof *w);
        for (size_t c = 0; c < data->n_columns; c++)
            vars[model->dim + c] = data->column[c][i];
        program_point(model->likelihood->log_lik, space, vars, &value);
        sum += value;
    }
    program_space_free(space);
    return (double)sum;
}

struct kept {
    const char *text;
    size_t n;
    double beta;
    bool squares; /* K stays a sum of squares with zeros */
};

static const struct kept models[] = {
    {"param w1, w2 in [-2, 2]; input x ~ uniform(-2, 2); output y ~ normal(w1*w2*x, 1); "
     "truth y ~ normal(0, 1)",
     1000, 1, true},
    {"param w1, w2 in [-2, 2]; input x ~ uniform(-2, 2); output y ~ normal(w1*w2*x, 1); "
     "truth y ~ normal(0.5*x, 1)",
     1, 1, true},
    {"param a, b in [-3, 3]; input x ~ normal(0, 1); output y ~ normal(a*x + b, 0.5); "
     "truth y ~ normal(0.3*x - 1, 0.5); prior a ~ normal(0, 1); prior b ~ normal(0, 1)",
     300, 0.37, true},
    {"param a in [-3, 3]; input x ~ normal(0, 1); output y ~ normal(a^2*x, 0.5); "
     "truth y ~ normal(-x, 0.5)", /* the least is not 0 */
     200, 1, false},
    {"param a in [-3, 3]; param s in [0.2, 3]; input x ~ normal(0, 1); output y ~ normal(a*x, s); "
     "truth y ~ normal(0, 1)",
     150, 1, false},
    {"param p in [0, 1]; output y ~ bernoulli(p); truth y ~ bernoulli(0.3)", 1000, 1, false},
    {"param a, b in [-3, 3]; input x ~ uniform(-2, 2); output y ~ normal(b*tanh(a*x), 1); "
     "truth y ~ normal(0, 1)",
     100, 1, false},
    {"param m, c, q in [0.05, 0.95]; output y ~ mixture(q: binomial(3, m), 1 - q: binomial(3, c)); "
     "truth y ~ binomial(3, 0.5)",
     500, 1, false},
};

static void assert_kept(const struct kept *kept)
{
    struct model *model = model_of(kept->text), *empirical = NULL;
    struct data *data = NULL;
    const char *why = NULL;
    double log_scale = NAN, n = (double)kept->n;
    assert_int_equal(data_new(model, 21, kept->n, NULL, NULL, &data), ST_OK);
    enum status status =
        model_empirical(model, data, kept->n, kept->beta, &log_scale, &why, &empirical);
    if (status != ST_OK)
        fail_msg("%s: %s", kept->text, why);
    assert_int_equal(empirical->dim, model->dim);
    assert_true((empirical->generators != NULL) == kept->squares);
    assert_true(empirical->kl_node != MODEL_NO_NODE);
    assert_true(empirical->kl_scale > 0 && empirical->hess_scale > 0 && empirical->has_zero);
    double least = value_at(empirical->kl, empirical->kl_min_at);
    if (!(fabs(least) * n <= 1e-9))
        fail_msg("%s: K is %g at its least", kept->text, least);
    for (uint64_t task = 0; task < 200; task++) {
        struct rng rng = rng_stream(5, task);
        double w[SYNTAX_MAX_PARAMS];
        for (size_t v = 0; v < model->dim; v++) {
            double side = model->params[v].high - model->params[v].low, u = rng_uniform(&rng);
            w[v] = model->params[v].low + side * u;
            if (task % 2 == 0) /* near the least too */
                w[v] = fmin(
                    fmax(empirical->kl_min_at[v] + 1e-3 * side * (u - 0.5), model->params[v].low),
                    model->params[v].high);
        }
        double k = value_at(empirical->kl, w), log_lik = plain_sum(model, data, w);
        assert_true(k >= 0);
        double got = log_scale - n * k, wanted = kept->beta * log_lik;
        if (!(fabs(got - wanted) <= 1e-12 * fabs(wanted)))
            fail_msg("%s: %.17g in place of %.17g", kept->text, got, wanted);
    }
    model_unref(model); /* what is shared lives on */
    data_unref(data);
    if (empirical->log_prior != NULL)
        assert_true(isfinite(value_at(empirical->log_prior, empirical->kl_min_at)));
    model_unref(empirical);
}

static void losses_are_the_data_s(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        assert_kept(&models[i]);
}

/* Real data: the least loss of y = a x is at Σ x y / Σ x². */
static void files_have_losses_too(void **state)
{
    (void)state;
    char path[] = "/tmp/cusp-loss-XXXXXX", text[256];
    struct model *empirical = NULL;
    struct data *data = NULL;
    const char *why = "";
    double log_scale = NAN;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    fputs("u,v\n1,2.5\n-1,-2\n0.5,1.5\n0.25,0.7\n", file);
    fclose(file);
    snprintf(text, sizeof text,
             "param a in [-5, 5]; input x ~ uniform(-2, 2); output y ~ normal(a*x, 1); "
             "truth data \"%s\", x = u, y = v",
             path);
    struct model *model = model_of(text);
    assert_int_equal(data_new(model, 1, 4, NULL, NULL, &data), ST_OK);
    if (model_empirical(model, data, 4, 1, &log_scale, &why, &empirical) != ST_OK)
        fail_msg("%s", why);
    double best = (2.5 + 2 + 0.75 + 0.175) / (1 + 1 + 0.25 + 0.0625), other = 1.75;
    assert_close(empirical->kl_min_at[0], best, 1e-9);
    assert_close(log_scale - 4 * value_at(empirical->kl, &other), plain_sum(model, data, &other),
                 1e-13);
    model_unref(empirical);
    data_unref(data);
    model_unref(model);
    remove(path);
}

static void names_are_the_model_s(void **state)
{
    (void)state;
    struct model *model = model_of(
        "knob t = 0.5 in [0, 1]; param w1, w2 in [-2, 2]; input x ~ uniform(-2, 2); "
        "output y ~ normal(w1*w2*x, 1); truth y ~ normal(t*x, 1); region \"right\": w1 > 0; "
        "observe u = w1*w2; view u, w2");
    struct model *empirical = NULL;
    struct data *data = NULL;
    const char *why;
    double log_scale, w[2] = {0.5, 0.75};
    assert_int_equal(data_new(model, 2, 50, NULL, NULL, &data), ST_OK);
    assert_int_equal(model_empirical(model, data, 50, 1, &log_scale, &why, &empirical), ST_OK);
    assert_int_equal(model_axis(empirical, "u"), 2);
    assert_int_equal(empirical->view[0], 2);
    assert_string_equal(empirical->regions[0], "right");
    assert_string_equal(empirical->knobs[0].name, "t");
    assert_true(value_at(empirical->region_tests, w) == 1);
    assert_true(value_at(empirical->observable_values, w) == 0.375);
    model_unref(empirical);
    data_unref(data);
    model_unref(model);
}

static void what_cannot_be_is_said(void **state)
{
    (void)state;
    static const char four[] = "param w[4] in [-1, 1]; input x ~ uniform(-2, 2); "
                               "output y ~ normal(w[1]*w[2]*x + w[3]*w[4], 1); "
                               "truth y ~ normal(0, 1)";
    static const char many[] = "param a, b in [-3, 3]; input x ~ uniform(-2, 2); "
                               "output y ~ normal(b*tanh(a*x), 1); truth y ~ normal(0, 1)";
    const char *why = NULL;
    double log_scale;
    for (int k = 0; k < 2; k++) {
        struct model *model = model_of(k == 0 ? four : many), *empirical = NULL;
        struct data *data = NULL;
        assert_int_equal(data_new(model, 2, 20000, NULL, NULL, &data), ST_OK);
        assert_int_equal(model_empirical(model, data, 20000, 1, &log_scale, &why, &empirical),
                         ST_UNABLE);
        assert_true(strlen(why) > 0);
        assert_null(empirical);
        if (k == 1) {
            assert_int_equal(model_empirical(model, data, 0, 1, &log_scale, &why, &empirical),
                             ST_DOMAIN);
            assert_int_equal(model_empirical(model, data, 20001, 1, &log_scale, &why, &empirical),
                             ST_DOMAIN);
            assert_int_equal(model_empirical(model, data, 10, 0, &log_scale, &why, &empirical),
                             ST_DOMAIN);
        }
        data_unref(data);
        model_unref(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_are_the_data_s),
        cmocka_unit_test(files_have_losses_too),
        cmocka_unit_test(names_are_the_model_s),
        cmocka_unit_test(what_cannot_be_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
