/* CPU time of the evidence at 25 values of n up to 1e12, against one nested GSL CQUAD at n = 1e12
   alone. Prints "name<TAB>ratio<TAB>target<TAB>detail" lines; ratio = peer time / cusp time. */
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cusp/integral.h"
#include "cusp/model.h"
#include "cusp/num_init.h"

enum { COUNT = 25, RUNS = 9 };

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct inner {
    double x, n;
    gsl_integration_cquad_workspace *space;
};

static double integrand(double y, void *context)
{
    const struct inner *in = context;
    return exp(-in->n * in->x * in->x * y * y);
}

static double line(double x, void *context)
{
    struct inner *in = context;
    gsl_function f = {integrand, in};
    double value, error;
    size_t evaluations;
    in->x = x;
    gsl_integration_cquad(&f, -1, 1, 0, 1e-9, in->space, &value, &error, &evaluations);
    return value;
}

static double nested_cquad(double n, double *value)
{
    struct inner in = {0, n, gsl_integration_cquad_workspace_alloc(200)};
    gsl_integration_cquad_workspace *outer = gsl_integration_cquad_workspace_alloc(200);
    gsl_function f = {line, &in};
    double error, begun = cpu_seconds();
    size_t evaluations;
    gsl_integration_cquad(&f, -1, 1, 0, 1e-9, outer, value, &error, &evaluations);
    double spent = cpu_seconds() - begun;
    gsl_integration_cquad_workspace_free(outer);
    gsl_integration_cquad_workspace_free(in.space);
    return spent;
}

/* From text to 25 rows: parsing, building, integrating. */
static double cusp_evidence(const char *text, struct evidence *rows)
{
    double n[COUNT], begun = cpu_seconds();
    struct diags diags;
    struct model *model;
    struct integral *integral;
    const struct integral_options options = {.evidence_only = true};
    for (int i = 0; i < COUNT; i++)
        n[i] = pow(10, 12.0 * i / (COUNT - 1));
    diags_init(&diags);
    if (model_from_text(text, NULL, 0, &diags, &model) != ST_OK ||
        integral_new(model, &options, NULL, &integral) != ST_OK ||
        integral_evidence(integral, n, COUNT, rows) != ST_OK) {
        fprintf(stderr, "bench_evidence: no evidence for %s\n", text);
        exit(1);
    }
    integral_free(integral);
    model_unref(model);
    diags_done(&diags);
    return cpu_seconds() - begun;
}

static double median_of(double *t)
{
    qsort(t, RUNS, sizeof *t, ascending);
    return t[RUNS / 2];
}

int main(void)
{
    static const char *const text[] = {"param x, y in [-1,1]; potential K = x^2*y^2",
                                       "param x, y in [-1,1]; potential K = (x^2 - y^3)^2"};
    static const char *const name[] = {"evidence, x^2 y^2, 25 n", "evidence, (x^2 - y^3)^2, 25 n"};
    struct evidence rows[COUNT];
    num_init();
    for (int k = 0; k < 2; k++) {
        double mine[RUNS], peer[RUNS], value, worst = 0;
        for (int i = 0; i < RUNS; i++) {
            mine[i] = cusp_evidence(text[k], rows);
            peer[i] = nested_cquad(1e12, &value);
        }
        for (int i = 0; i < COUNT; i++)
            worst = fmax(worst, rows[i].error);
        double a = median_of(mine), b = median_of(peer);
        printf("%s\t%.2f\t1\t%.2f ms against %.2f ms; greatest error said %.1e\n", name[k], b / a,
               1e3 * a, 1e3 * b, worst);
    }
    return 0;
}
