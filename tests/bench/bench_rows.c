/* How fast likelihoods and their gradients are summed over data, beside loops in C: lines of name,
   ratio (time of C over time of cusp), target, the time itself, separated by tabs. Exit status 1
   if a target is missed. Built and run by run.sh, as bench_tape. */
#include "peer.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cusp/dag.h"
#include "cusp/rows.h"

enum { MOST_FREE = 13, MOST_COLUMNS = 3, N_RUNS = 31 };

struct contest {
    const char *name;
    bool relu, gradient;
    size_t n_free, n_columns, n_data, n_points;
    double target;
};

struct bench {
    const struct contest *contest;
    double *w[MOST_FREE], *columns[MOST_COLUMNS], *ours[MOST_FREE + 1], *theirs[MOST_FREE + 1];
    struct program *program;
    struct program_space *space;
    struct rows rows;
};

/* Processor time, so that whatever else runs does not count. */
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

static double median(double *times, size_t n)
{
    qsort(times, n, sizeof *times, compare);
    return times[n / 2];
}

static double *numbers(size_t n, double size, double rate)
{
    double *all = malloc(n * sizeof *all);
    for (size_t i = 0; all && i < n; i++) {
        all[i] = size * sin(rate * (double)(i + 1)) + 0.1 * cos(7.3 * rate * (double)i);
    }
    return all;
}

static uint32_t two(struct dag *dag, enum op op, uint32_t a, uint32_t b)
{
    return dag_op(dag, op, a, b, 0);
}

static uint32_t output_of(struct dag *dag, const struct contest *contest)
{
    uint32_t n = (uint32_t)contest->n_free;
    uint32_t sum = contest->relu ? dag_var(dag, 12) : dag_const(dag, 0);
    for (uint32_t k = 0; k < (contest->relu ? 12u : 6u); k += contest->relu ? 4 : 3) {
        uint32_t z = two(dag, OP_MUL, dag_var(dag, k), dag_var(dag, n));
        if (contest->relu) {
            z = two(dag, OP_ADD, z, two(dag, OP_MUL, dag_var(dag, k + 1), dag_var(dag, n + 1)));
        }
        z = two(dag, OP_ADD, z, dag_var(dag, k + (contest->relu ? 2 : 1)));
        z = dag_op(dag, contest->relu ? OP_RELU : OP_TANH, z, 0, 0);
        uint32_t outer = dag_var(dag, k + (contest->relu ? 3 : 2));
        sum = two(dag, OP_ADD, sum, two(dag, OP_MUL, outer, z));
    }
    return sum;
}

static void bench_init(struct bench *b, const struct contest *contest)
{
    *b = (struct bench){.contest = contest, .space = program_space_new()};
    struct dag *dag = dag_new(contest->n_free + contest->n_columns);
    uint32_t y = dag_var(dag, (uint32_t)(contest->n_free + contest->n_columns - 1));
    uint32_t residual = two(dag, OP_SUB, y, output_of(dag, contest)), outputs[64];
    residual = two(dag, OP_DIV, residual, dag_const(dag, 0.25));
    outputs[0] = two(dag, OP_MUL, dag_const(dag, -0.5), dag_powi(dag, residual, 2));
    dag_gradient(dag, outputs[0], outputs + 1);
    size_t n_outputs = contest->gradient ? 1 + contest->n_free : 1;
    b->program = program_new(dag, outputs, n_outputs);
    dag_free(dag);
    for (size_t v = 0; v < contest->n_free; v++) {
        b->w[v] = numbers(contest->n_points, 1.2, 0.37 + 0.11 * (double)v);
    }
    for (size_t c = 0; c < contest->n_columns; c++) {
        b->columns[c] = numbers(contest->n_data, 1.7, 0.53 + 0.29 * (double)c);
    }
    for (size_t o = 0; o <= contest->n_free; o++) {
        b->ours[o] = calloc(contest->n_points, sizeof *b->ours[o]);
        b->theirs[o] = calloc(contest->n_points, sizeof *b->theirs[o]);
    }
    b->rows = (struct rows){.n = contest->n_data,
                            .n_columns = contest->n_columns,
                            .column = (const double *const *)b->columns};
}

static void bench_done(struct bench *b)
{
    for (size_t v = 0; v < MOST_FREE; v++) {
        free(b->w[v]);
    }
    for (size_t c = 0; c < MOST_COLUMNS; c++) {
        free(b->columns[c]);
    }
    for (size_t o = 0; o <= MOST_FREE; o++) {
        free(b->ours[o]);
        free(b->theirs[o]);
    }
    program_free(b->program);
    program_space_free(b->space);
}

static void run(struct bench *b, bool us)
{
    const struct contest *contest = b->contest;
    const double *const *w = (const double *const *)b->w;
    if (us) {
        program_sum(b->program, b->space, contest->n_free, w, contest->n_points, &b->rows, b->ours);
    } else if (contest->relu) {
        peer_relu_network(w, contest->n_points, b->columns[0], b->columns[1], b->columns[2],
                          contest->n_data, b->theirs);
    } else {
        peer_tanh_network(w, contest->n_points, b->columns[0], b->columns[1], contest->n_data,
                          b->theirs);
    }
}

static bool agree(const struct bench *b)
{
    size_t n_outputs = b->contest->gradient ? 1 + b->contest->n_free : 1;
    for (size_t o = 0; o < n_outputs; o++) {
        for (size_t i = 0; i < b->contest->n_points; i++) {
            double size = fabs(b->theirs[0][i]) + fabs(b->theirs[o][i]);
            if (!(fabs(b->ours[o][i] - b->theirs[o][i]) <= 1e-12 * size)) {
                return false;
            }
        }
    }
    return true;
}

static bool contend(const struct contest *contest)
{
    struct bench bench;
    bench_init(&bench, contest);
    double ours[N_RUNS], theirs[N_RUNS], ratios[N_RUNS];
    run(&bench, true);
    run(&bench, false);
    bool good = agree(&bench);
    for (int r = 0; r < N_RUNS; r++) {
        double start = now();
        run(&bench, true);
        double between = now();
        run(&bench, false);
        ours[r] = between - start;
        theirs[r] = now() - between;
        ratios[r] = theirs[r] / ours[r];
    }
    double pairs = (double)(contest->n_data * contest->n_points);
    double ratio = median(ratios, N_RUNS);
    printf("%s\t%.2f\t%.2g\t%.2f ns a row and particle against %.2f%s\n", contest->name, ratio,
           contest->target, 1e9 * median(ours, N_RUNS) / pairs,
           1e9 * median(theirs, N_RUNS) / pairs, good ? "" : "; THEY DISAGREE");
    bench_done(&bench);
    return good && ratio >= contest->target;
}

int main(void)
{
    static const struct contest contests[] = {
        {"gradient, 2 tanh units, 100 data × 1000 particles / C -O3 -ffast-math", false, true, 6, 2,
         100, 1000, 0.7},
        {"gradient, ReLU 2→3→1, 10⁴ data × 128 particles / C -O3 -ffast-math", true, true, 13, 3,
         10000, 128, 0.3},
    };
    bool met = true;
    for (size_t c = 0; c < sizeof contests / sizeof *contests; c++) {
        met = contend(&contests[c]) && met;
    }
    return met ? 0 : 1;
}
