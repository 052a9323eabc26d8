/* Observations: streams that extend each other, and rows that carry a likelihood. */
#include "model_help.h"

#include <stdlib.h>
#include <unistd.h>

#include "cusp/data.h"
#include "cusp/mem.h"

static const char line_text[] = "param a, b in [-3, 3]\ninput x ~ uniform(-2, 2)\n"
                                "output y ~ normal(a*x + b, 0.7)\ntruth y ~ normal(0.4*x, 0.7)\n";

static struct data *data_of(const struct model *model, uint64_t seed, size_t n,
                            const struct data *from)
{
    struct data *data = NULL;
    assert_int_equal(data_new(model, seed, n, from, NULL, &data), ST_OK);
    assert_int_equal(data->n, n);
    return data;
}

static void assert_same(const struct data *a, const struct data *b, size_t n)
{
    for (size_t c = 0; c < a->n_columns; c++)
        assert_memory_equal(a->column[c], b->column[c], n * sizeof(double));
    assert_memory_equal(a->log_truth, b->log_truth, n * sizeof(double));
}

static void longer_data_extend_shorter(void **state)
{
    (void)state;
    struct model *model = model_of(line_text);
    struct data *whole = data_of(model, 17, 3000, NULL), *none = data_of(model, 17, 0, NULL);
    struct data *part = data_of(model, 17, 100, none), *more = data_of(model, 17, 3000, part);
    struct data *less = data_of(model, 17, 1234, more), *other = data_of(model, 18, 100, NULL);
    assert_int_equal(whole->n_columns, 2);
    assert_int_equal(whole->seed, 17);
    assert_same(whole, part, 100);
    assert_same(whole, more, 3000);
    assert_same(whole, less, 1234);
    assert_true(whole->column[1][0] != other->column[1][0]);
    for (size_t i = 0; i < 3000; i++) {
        double x = whole->column[0][i], z = (whole->column[1][i] - 0.4 * x) / 0.7;
        assert_true(x > -2 && x < 2);
        double log_q = -z * z / 2 - log(0.7) - 0.91893853320467274178;
        assert_true(fabs(whole->log_truth[i] - log_q) < 1e-12);
    }
    data_unref(whole);
    data_unref(none);
    data_unref(part);
    data_unref(more);
    data_unref(less);
    data_unref(data_ref(other));
    data_unref(other);
    model_unref(model);
}

static void entropy_is_that_of_the_truth(void **state)
{
    (void)state;
    enum { N = 40000 };
    struct model *model = model_of(line_text);
    struct data *data = data_of(model, 5, N, NULL);
    double entropy = log(0.7) + 0.5 * log(2 * 3.14159265358979323846) + 0.5;
    assert_true(fabs(data_entropy(data, N) - entropy) < 4 * sqrt(0.5 / N));
    assert_close(data_entropy(data, 1), -data->log_truth[0], 1e-15);
    assert_true(isnan(data_entropy(data, 0)));
    assert_true(isnan(data_entropy(data, N + 1)));
    data_unref(data);
    model_unref(model);
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct model *model = model_of(line_text), *potential = model_of("K = w1^2*w2^2");
    struct data *data = NULL;
    atomic_uint now = 3;
    struct cancel cancel = {.current = &now, .mine = 2};
    assert_int_equal(data_limit(model), DATA_MAX_N);
    assert_int_equal(data_limit(potential), 0);
    assert_int_equal(data_new(model, 1, DATA_MAX_N + 1, NULL, NULL, &data), ST_DOMAIN);
    assert_int_equal(data_new(potential, 1, 1, NULL, NULL, &data), ST_DOMAIN);
    assert_int_equal(data_new(model, 1, 100, NULL, &cancel, &data), ST_CANCELLED);
    assert_null(data);
    assert_null(model_data(model));
    model_unref(model);
    model_unref(potential);
}

static void files_are_data_too(void **state)
{
    (void)state;
    char directory[] = "/tmp/cusp-rows-XXXXXX", model_path[64], csv_path[64];
    assert_non_null(mkdtemp(directory));
    snprintf(model_path, sizeof model_path, "%s/some.model", directory);
    snprintf(csv_path, sizeof csv_path, "%s/table.csv", directory);
    FILE *file = fopen(csv_path, "w");
    fputs("u,v\n1,2.5\n-1,-2\n0.5,1.5\n0.25,0.7\n", file);
    fclose(file);
    file = fopen(model_path, "w");
    fputs("param a in [-5, 5]\ninput x ~ uniform(-2, 2)\noutput y ~ normal(a*x, 1)\n"
          "truth data \"table.csv\", x = u, y = v\n",
          file);
    fclose(file);
    struct model *model = NULL;
    struct diags diags;
    struct data *data = NULL;
    diags_init(&diags);
    enum status status = model_from_file(model_path, NULL, 0, &diags, &model);
    if (status != ST_OK)
        fail_msg("%s", diags.count > 0 ? diags.items[0].message : status_name(status));
    assert_int_equal(data_limit(model), 4);
    assert_ptr_equal(model_data(model), model->file_data);
    assert_int_equal(data_new(model, 9, 4, NULL, NULL, &data), ST_OK);
    assert_ptr_equal(data, model->file_data);
    assert_int_equal(data->seed, 0);
    data_unref(data);
    assert_int_equal(data_new(model, 9, 3, NULL, NULL, &data), ST_OK);
    assert_int_equal(data->n, 3);
    assert_true(data->column[0][2] == 0.5 && data->column[1][2] == 1.5);
    assert_int_equal(data->line[2], 4);
    assert_true(isnan(data_entropy(data, 3)));
    data_unref(data);
    assert_int_equal(data_new(model, 9, 5, NULL, NULL, &data), ST_DOMAIN);
    diags_done(&diags);
    model_unref(model);
    unlink(csv_path);
    unlink(model_path);
    rmdir(directory);
}

/* The first diagnostic of a density of y with the file's rows. */
static void assert_row_refused(const char *output, const char *rows, size_t line,
                               const char *message)
{
    char directory[] = "/tmp/cusp-rows-XXXXXX", csv_path[64], text[256];
    struct model *model = NULL;
    struct diags diags;
    assert_non_null(mkdtemp(directory));
    snprintf(csv_path, sizeof csv_path, "%s/table.csv", directory);
    FILE *file = fopen(csv_path, "w");
    fputs(rows, file);
    fclose(file);
    snprintf(text, sizeof text, "param p in [0.1, 0.9]; output y ~ %s; truth data \"%s\", y = y",
             output, csv_path);
    diags_init(&diags);
    assert_int_equal(model_from_text(text, NULL, 0, &diags, &model), ST_INPUT);
    assert_null(model);
    assert_string_equal(diags.items[0].file, csv_path);
    assert_string_equal(diags.items[0].message, message);
    assert_int_equal(diags.items[0].line, line);
    assert_int_equal(diags.count, 1);
    diags_done(&diags);
    unlink(csv_path);
    rmdir(directory);
}

static void impossible_rows_are_told(void **state)
{
    (void)state;
    static const char why[] = " is impossible under the output at every parameter that was tried";
    char message[128];
    snprintf(message, sizeof message, "y = 0.5%s", why);
    assert_row_refused("bernoulli(p)", "y\n1\n0\n\n0.5\n1\n", 5, message);
    snprintf(message, sizeof message, "y = -3%s", why);
    assert_row_refused("poisson(10*p)", "y\n-3\n4\n", 2, message);
    snprintf(message, sizeof message, "y = 6%s", why);
    assert_row_refused("binomial(5, p)", "y\n5\n6\n", 3, message);
    snprintf(message, sizeof message, "y = -0.1%s", why);
    assert_row_refused("exponential(p)", "y\n0\n-0.1\n", 3, message);
}

/* --- rows ------------------------------------------------------------------------------------- */

struct reduced {
    const char *text;
    size_t n, rows; /* rows 0: as many as n */
    bool is_reduced;
};

static const struct reduced reductions[] = {
    {line_text, 1000, 2, true},
    {line_text, 5000, 2, true},
    {line_text, 2, 2, true},
    {line_text, 1, 1, true},
    {"param w1, w2 in [-2, 2]; input x ~ uniform(-2, 2); output y ~ normal(w1*w2*x, 1); "
     "truth y ~ normal(0, 1)",
     1000, 1, true},
    {"param a, b in [-2, 2]; input x ~ normal(0, 1); output y ~ normal((a + b*x)^3 - x + 2, 0.5); "
     "truth y ~ normal(0.2*x, 0.5)",
     500, 4, true},
    {"param a in [-2, 2]; param s in [0.2, 3]; input x ~ normal(1, 1); "
     "output y ~ normal(a*sin(x), s); truth y ~ normal(0.3*sin(x), 0.6)",
     800, 2, true},
    {"param a in [-2, 2]; param s in [0.2, 3]; input x[2] ~ normal(1, 1); "
     "output y ~ normal(a*x[1]*x[2] + a^2*x[2]*x[1], s*exp(x[2]/2)); truth y ~ normal(0, 1)",
     700, 2, true},
    {"param m in [-2, 2]; output y ~ normal(m^3, 1); truth y ~ normal(0.5, 1)", 300, 1, true},
    {"param s in [0.5, 2]; output y ~ normal(0.5, s); truth y ~ normal(0.5, 1)", 300, 1, true},
    {"param p, q in [0.01, 0.99]; output y ~ bernoulli(p*q); truth y ~ bernoulli(0.3)", 1000, 2,
     false},
    {"param p, q in [0.01, 0.99]; output y ~ mixture(0.4: binomial(5, p), 0.6: binomial(5, q)); "
     "truth y ~ binomial(5, 0.5)",
     4000, 6, false},
    {"param a, b in [-2, 2]; input x ~ uniform(-2, 2); output y ~ normal(b*tanh(a*x), 1); "
     "truth y ~ normal(0, 1)",
     200, 0, false},
    {"param a in [-2, 2]; input x ~ uniform(-1, 1); output y ~ normal(x, 0.3 + abs(a*x)); "
     "truth y ~ normal(x, 1)",
     200, 0, false},
};

/* Σ log p, observation by observation. */
static double plain_sum(const struct model *model, const struct data *data, const double *w,
                        double *size)
{
    struct program_space *space = program_space_new();
    long double sum = 0, largest = 0;
    for (size_t i = 0; i < data->n; i++) {
        double vars[SYNTAX_MAX_PARAMS + LIKELIHOOD_MAX_INPUTS + 1], value;
        memcpy(vars, w, model->dim * sizeof *w);
        for (size_t c = 0; c < data->n_columns; c++)
            vars[model->dim + c] = data->column[c][i];
        program_point(model->likelihood->log_lik, space, vars, &value);
        sum += value;
        largest += fabsl(value);
    }
    program_space_free(space);
    *size = (double)largest;
    return (double)sum;
}

static double rows_sum(const struct model *model, const struct data_rows *rows, const double *w,
                       const struct program *program, double *gradient)
{
    const double *vars[SYNTAX_MAX_PARAMS];
    double out[1 + SYNTAX_MAX_PARAMS], *outs[1 + SYNTAX_MAX_PARAMS];
    struct program_space *space = program_space_new();
    for (size_t v = 0; v < model->dim; v++)
        vars[v] = &w[v];
    for (size_t o = 0; o <= model->dim; o++)
        outs[o] = &out[o];
    program_sum(program, space, model->dim, vars, 1, &rows->rows, outs);
    program_space_free(space);
    if (gradient != NULL)
        memcpy(gradient, out + 1, model->dim * sizeof *gradient);
    return rows->constant + out[0];
}

static void assert_reduction(const struct reduced *reduced)
{
    struct model *model = model_of(reduced->text);
    struct data *data = data_of(model, 3, reduced->n, NULL);
    struct data_rows rows;
    assert_int_equal(data_reduce(model, data, reduced->n, &rows), ST_OK);
    assert_true(rows.n_obs == (double)reduced->n);
    if (rows.is_reduced != reduced->is_reduced ||
        rows.rows.n != (reduced->rows > 0 ? reduced->rows : reduced->n))
        fail_msg("%s: %zu rows", reduced->text, rows.rows.n);
    for (uint64_t task = 0; task < 20; task++) {
        struct rng rng = rng_stream(11, task);
        double w[SYNTAX_MAX_PARAMS], gradient[SYNTAX_MAX_PARAMS], size;
        for (size_t v = 0; v < model->dim; v++)
            w[v] = model->params[v].low +
                   (model->params[v].high - model->params[v].low) * rng_uniform(&rng);
        double plain = plain_sum(model, data, w, &size);
        double sum = rows_sum(model, &rows, w, rows.log_lik, NULL);
        if (!(fabs(sum - plain) <= 1e-12 * size))
            fail_msg("%s: %.17g in place of %.17g", reduced->text, sum, plain);
        double again = rows_sum(model, &rows, w, rows.log_lik_grad, gradient);
        assert_true(fabs(again - sum) <= 1e-13 * size);
        for (size_t v = 0; v < model->dim; v++) {
            double at = w[v], step = 1e-5;
            w[v] = at + step;
            double up = rows_sum(model, &rows, w, rows.log_lik, NULL);
            w[v] = at - step;
            double down = rows_sum(model, &rows, w, rows.log_lik, NULL);
            w[v] = at;
            double slope = (up - down) / (2 * step);
            if (!(fabs(gradient[v] - slope) <= 1e-4 * (fabs(slope) + 1e-3 * size)))
                fail_msg("%s: slope %g in place of %g", reduced->text, gradient[v], slope);
        }
    }
    data_rows_done(&rows);
    data_unref(data);
    model_unref(model);
}

static void fewer_rows_carry_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof reductions / sizeof *reductions; i++)
        assert_reduction(&reductions[i]);
}

static void no_rows_of_nothing(void **state)
{
    (void)state;
    struct model *model = model_of(line_text);
    struct data *data = data_of(model, 3, 10, NULL);
    struct data_rows rows;
    assert_int_equal(data_reduce(model, data, 0, &rows), ST_DOMAIN);
    data_rows_done(&rows);
    assert_int_equal(data_reduce(model, data, 11, &rows), ST_DOMAIN);
    data_rows_done(&rows);
    data_unref(data);
    model_unref(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longer_data_extend_shorter),
        cmocka_unit_test(entropy_is_that_of_the_truth),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(files_are_data_too),
        cmocka_unit_test(impossible_rows_are_told),
        cmocka_unit_test(fewer_rows_carry_the_same),
        cmocka_unit_test(no_rows_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
