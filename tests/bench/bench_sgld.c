/* How fast λ is estimated by stochastic gradient Langevin dynamics: lines of name, ratio, target
   and the time itself, separated by tabs. Exit status 1 if a target is missed. Built and run by
   run.sh, as bench_tape. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cusp/rng.h"
#include "cusp/sgld.h"

enum { N_RUNS = 31, CHAINS = 4, DRAWS = 1000, N = 1000, BATCH = 100, LARGE_BATCH = 512 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times)
{
    qsort(times, N_RUNS, sizeof *times, compare);
    return times[N_RUNS / 2];
}

static struct model *model_of(const char *text)
{
    struct model *model = NULL;
    struct diags diags;
    diags_init(&diags);
    enum status status = model_from_text(text, NULL, 0, &diags, &model);
    diags_done(&diags);
    if (status != ST_OK)
        exit(2);
    return model;
}

/* λ̂ of w1² w2² by a loop for that K alone, with the same random numbers. */
static double peer(double step, double *trace)
{
    const double heat = N / log(N), size = sqrt(step);
    double total = 0;
    for (uint64_t c = 0; c < CHAINS; c++) {
        struct rng rng = rng_stream(0, 2 * c);
        double x = 0, y = 0;
        for (size_t i = 0; i < DRAWS; i++) {
            double gx = 2 * x * y * y, gy = 2 * x * x * y;
            total += trace[c * DRAWS + i] = x * x * y * y;
            x += size * rng_normal(&rng) - step / 2 * heat * gx;
            y += size * rng_normal(&rng) - step / 2 * heat * gy;
            x = x > 1 ? 2 - x : x < -1 ? -2 - x : x;
            y = y > 1 ? 2 - y : y < -1 ? -2 - y : y;
        }
    }
    return heat * total / CHAINS / DRAWS;
}

static double run(const struct model *model, const struct data *data, const double *at,
                  const struct sgld_options *options, size_t threads)
{
    struct sgld_run result;
    if (sgld_run(model, data, N, at, options, threads, NULL, &result) != ST_OK)
        exit(2);
    double lambda = result.lambda;
    sgld_done(&result);
    return lambda;
}

static bool report(const char *name, double seconds, double wanted)
{
    printf("%s\t%.2f\t1\t%.2f ms against %.0f ms\n", name, wanted / seconds, 1e3 * seconds,
           1e3 * wanted);
    return seconds <= wanted;
}

static bool crossing(void)
{
    static double trace[CHAINS * DRAWS];
    struct model *model = model_of("param w1, w2 in [-1, 1]\nK = w1^2*w2^2\n");
    struct sgld_options options = {.step = 1e-3, .walls = true};
    double ours[N_RUNS], theirs[N_RUNS], lambda = 0, other = 0;
    for (size_t i = 0; i < N_RUNS; i++) {
        double start = now();
        lambda = run(model, NULL, (double[]){0, 0}, &options, 1);
        double between = now();
        other = peer(options.step, trace);
        ours[i] = between - start;
        theirs[i] = now() - between;
    }
    double us = median(ours), them = median(theirs);
    bool agree = fabs(lambda - other) <= 1e-9 * fabs(other);
    bool met = report("LLC by SGLD, w1² w2², n = 1000, 4 chains × 1000 draws", us, 1e-3);
    printf("the same / a loop in C for this K alone\t%.2f\t0.3\t%.2f ms against %.2f ms%s\n",
           them / us, 1e3 * us, 1e3 * them, agree ? "" : "; THEY DISAGREE");
    model_unref(model);
    return met && agree && them / us >= 0.3;
}

static double time_of(const struct model *model, const struct data *data,
                      const struct sgld_options *options, size_t threads)
{
    double times[N_RUNS];
    for (size_t i = 0; i < N_RUNS; i++) {
        double start = now();
        run(model, data, (double[]){0, 0, 0, 0}, options, threads);
        times[i] = now() - start;
    }
    return median(times);
}

static bool two_units(void)
{
    struct model *model = model_of("const H = 2\nparam a[H], b[H] in [-3, 3]\n"
                                   "input x ~ uniform(-2, 2)\n"
                                   "output y ~ normal(sum(j in 1..H, b[j]*tanh(a[j]*x)), 1)\n"
                                   "truth y ~ normal(0, 1)\n");
    struct data *data = NULL;
    if (data_new(model, 1, N, NULL, NULL, &data) != ST_OK)
        exit(2);
    struct sgld_options options = {.gamma = NAN};
    bool met = report("LLC by SGLD, two tanh units, K by quadrature",
                      time_of(model, NULL, &options, 1), 5e-3);
    options.batch = BATCH;
    met = report("LLC by SGLD, two tanh units, n = 1000, batch 100, one thread",
                 time_of(model, data, &options, 1), 5e-3) &&
          met;
    options.batch = LARGE_BATCH;
    double seconds = time_of(model, data, &options, 0);
    printf("LLC by SGLD, two tanh units, n = 1000, batch 512, all processors\t%.2f\t\t%.2f ms\n",
           5e-3 / seconds, 1e3 * seconds);
    options.batch = 0;
    seconds = time_of(model, data, &options, 0);
    printf("LLC by SGLD, two tanh units, n = 1000, all data, all processors\t%.2f\t\t%.2f ms\n",
           5e-3 / seconds, 1e3 * seconds);
    data_unref(data);
    model_unref(model);
    return met;
}

int main(void)
{
    bool met = crossing();
    met = two_units() && met;
    return met ? 0 : 1;
}
