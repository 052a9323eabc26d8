/* Learning curves of y = w1 w2 x over a thousand data sets, against the time that was promised. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cusp/learning.h"
#include "cusp/num_init.h"

static const double sizes[] = {10, 30, 100, 300, 1000};

enum { SIZES = sizeof sizes / sizeof *sizes, SETS = 1000 };

static const struct {
    const char *name, *text;
} models[] = {
    {"w1 w2 x", "param w1, w2 in [-2, 2]; input x ~ normal(0, 1); output y ~ normal(w1*w2*x, 1); "
                "truth y ~ normal(0, 1)"},
    {"w1 w2 x on [-1, 1]", "param w1, w2 in [-1, 1]; input x ~ normal(0, 1); "
                           "output y ~ normal(w1*w2*x, 1); truth y ~ normal(0, 1)"},
};

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_learning: %s\n", what);
    exit(1);
}

static struct model *build(const char *text)
{
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    if (model_from_text(text, NULL, 0, &diags, &model) != ST_OK)
        fail(text);
    diags_done(&diags);
    return model;
}

/* The greatest share of a standard error that computing adds to. */
static double worst_inner(const struct learning_curve *curve)
{
    double worst = 0;
    for (size_t r = 0; r < curve->n_rows; r++)
        for (size_t k = 0; k < LEARN_KINDS; k++) {
            double share = curve->rows[r].inner[k] / curve->rows[r].error[k];
            worst = share > worst ? share : worst;
        }
    return worst;
}

static void bench(const char *name, const char *text)
{
    struct model *model = build(text);
    struct learning_options options = {
        .n = sizes, .count = SIZES, .n_sets = SETS, .data_seed = 1, .seed = 1, .threads = 2};
    struct learning_curve curve;
    char why[200];
    double begun = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (learning_curve_run(model, &options, NULL, NULL, NULL, &curve, why, sizeof why) != ST_OK)
        fail(why);
    double spent = seconds(CLOCK_MONOTONIC) - begun;
    const struct learning_row *last = &curve.rows[SIZES - 1];
    printf("learn, y = %s, n = 10 to 1000, 1000 data sets, 2 threads\t%.2f\t1\t%.2f s (wanted 10 "
           "s), %.2f s of CPU; n G = %.3f ± %.3f, n WAIC = %.3f ± %.3f at n = 1000; computing adds "
           "at most %.2f of a standard error\n",
           name, 10 / spent, spent, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
           1000 * last->mean[LEARN_GEN_LOSS], 1000 * last->error[LEARN_GEN_LOSS],
           1000 * last->mean[LEARN_WAIC], 1000 * last->error[LEARN_WAIC], worst_inner(&curve));
    learning_curve_done(&curve);
    model_unref(model);
}

int main(void)
{
    num_init();
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        bench(models[i].name, models[i].text);
    return 0;
}
