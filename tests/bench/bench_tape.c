/* How fast the tape is beside loops in C: lines of name, ratio (time of C over time of the tape),
   target, separated by tabs. Exit status 1 if a target is missed.

   Build and run, after `make`:
     gcc -std=c17 -O3 -march=native -c tests/bench/peer_native.c -o build/peer_native.o
     gcc -std=c17 -O3               -c tests/bench/peer_plain.c  -o build/peer_plain.o
     gcc -std=c17 -O3 -ffast-math   -c tests/bench/peer_fast.c   -o build/peer_fast.o
     gcc -std=c17 -O2 -D_GNU_SOURCE -Iinclude tests/bench/bench_tape.c build/peer_native.o \
         build/peer_plain.o build/peer_fast.o build/libcusp.a $(pkg-config --libs sleef gsl) \
         -pthread -lm -o build/bench_tape
     build/bench_tape

   peer_fast calls the C library's vector tanh, which is in libmvec: gcc links it with -lm. */
#include "peer.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cusp/dag.h"
#include "cusp/program.h"

enum { SIDE = 1000, N_POINTS = 20000, N_DATA = 100, N_RUNS = 31 };

struct bench {
    double x[SIDE], px[N_POINTS], py[N_POINTS], u[N_DATA], v[N_DATA];
    double *ours, *theirs; /* [SIDE²] */
    struct program *crossing, *cusp, *mean;
    struct program_space *space;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
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

static struct program *build_program(int which, const double *u, const double *v)
{
    struct dag *dag = dag_new(2);
    uint32_t x = dag_var(dag, 0), y = dag_var(dag, 1), k = dag_const(dag, 0);
    if (which == 0) {
        k = dag_op(dag, OP_MUL, dag_powi(dag, x, 2), dag_powi(dag, y, 2), 0);
    } else if (which == 1) {
        k = dag_powi(dag, dag_op(dag, OP_SUB, dag_powi(dag, x, 2), dag_powi(dag, y, 3), 0), 2);
    } else {
        for (int j = 0; j < N_DATA; j++) {
            uint32_t t = dag_op(dag, OP_MUL, x, dag_const(dag, u[j]), 0);
            t = dag_op(dag, OP_TANH, dag_op(dag, OP_ADD, t, y, 0), 0, 0);
            t = dag_powi(dag, dag_op(dag, OP_SUB, t, dag_const(dag, v[j]), 0), 2);
            k = dag_op(dag, OP_ADD, k, t, 0);
        }
        k = dag_op(dag, OP_DIV, k, dag_const(dag, N_DATA), 0);
    }
    struct program *program = program_new(dag, &k, 1);
    dag_free(dag);
    return program;
}

static void bench_init(struct bench *b)
{
    for (int i = 0; i < SIDE; i++) {
        b->x[i] = -1 + 2.0 * i / (SIDE - 1);
    }
    for (int i = 0; i < N_POINTS; i++) {
        b->px[i] = 3 * sin(i + 0.5);
        b->py[i] = 2 * cos(1.7 * i);
    }
    for (int j = 0; j < N_DATA; j++) {
        b->u[j] = -2 + 4.0 * j / (N_DATA - 1);
        b->v[j] = 0.8 * sin(3.1 * j);
    }
    b->ours = calloc((size_t)SIDE * SIDE, sizeof *b->ours);
    b->theirs = calloc((size_t)SIDE * SIDE, sizeof *b->theirs);
    b->crossing = build_program(0, b->u, b->v);
    b->cusp = build_program(1, b->u, b->v);
    b->mean = build_program(2, b->u, b->v);
    b->space = program_space_new();
}

static void bench_done(struct bench *b)
{
    free(b->ours);
    free(b->theirs);
    program_free(b->crossing);
    program_free(b->cusp);
    program_free(b->mean);
    program_space_free(b->space);
}

static void our_grid(struct bench *b, const struct program *program)
{
    program_eval_grid(program, b->space, 0, 1, (double[]){0, 0}, b->x, SIDE, b->x, SIDE,
                      (double *const[]){b->ours});
}

static void our_mean(struct bench *b)
{
    program_eval(b->mean, b->space, (const double *const[]){b->px, b->py}, (int[]){1, 1}, N_POINTS,
                 (double *const[]){b->ours});
}

/* One run of the named contest on either side. */
static void run(struct bench *b, int contest, bool us)
{
    switch (contest) {
    case 0:
        us ? our_grid(b, b->crossing) : peer_crossing(b->x, SIDE, b->theirs);
        break;
    case 1:
        us ? our_grid(b, b->cusp) : peer_cusp(b->x, SIDE, b->theirs);
        break;
    case 2:
        us ? our_mean(b) : peer_tanh_plain(b->px, b->py, N_POINTS, b->u, b->v, N_DATA, b->theirs);
        break;
    case 3:
        us ? our_mean(b) : peer_tanh_fast(b->px, b->py, N_POINTS, b->u, b->v, N_DATA, b->theirs);
        break;
    }
}

static bool agree(const struct bench *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(b->ours[i] - b->theirs[i]) <= 1e-13 * (1 + fabs(b->theirs[i])))) {
            return false;
        }
    }
    return true;
}

int main(void)
{
    static const struct {
        const char *name;
        double target;
        size_t n;
    } contests[] = {
        {"grid x^2 y^2 / C -O3 -march=native", 0.5, (size_t)SIDE * SIDE},
        {"grid (x^2-y^3)^2 / C -O3 -march=native", 0.5, (size_t)SIDE * SIDE},
        {"mean (tanh(xu+y)-v)^2 / C -O3", 3, N_POINTS},
        {"mean (tanh(xu+y)-v)^2 / C -O3 -ffast-math", 0.7, N_POINTS},
    };
    static struct bench bench;
    bench_init(&bench);
    bool met = true;
    for (int c = 0; c < 4; c++) {
        double ours[N_RUNS], theirs[N_RUNS];
        run(&bench, c, true); /* warm up both */
        run(&bench, c, false);
        met = met && agree(&bench, contests[c].n);
        for (int r = 0; r < N_RUNS; r++) {
            double start = now();
            run(&bench, c, true);
            double between = now();
            run(&bench, c, false);
            ours[r] = between - start;
            theirs[r] = now() - between;
        }
        double ratio = median(theirs, N_RUNS) / median(ours, N_RUNS);
        met = met && ratio >= contests[c].target;
        printf("%s\t%.2f\t%.2f\n", contests[c].name, ratio, contests[c].target);
    }
    bench_done(&bench);
    return met ? 0 : 1;
}
