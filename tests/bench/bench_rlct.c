/* How fast λ of plane curves is found exactly: lines of name, limit over the slowest time, 1, and
   the times themselves, separated by tabs. Exit status 1 if a limit is missed.
   Built and run by run.sh, as bench_rlct. */
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "../unit/plane_help.h"

enum { N_RUNS = 41 };

struct contest {
    const char *name;
    double limit; /* milliseconds */
    const char *kl[24];
};

static const struct contest CONTESTS[] = {
    {"λ of a plane row of the truths",
     1,
     {"x^2 + y^2",
      "x^2",
      "x^2*y^2",
      "x^2*y^4",
      "x^4*y^4",
      "x^2 + y^4",
      "(x^2 + y^2)^2",
      "x^4 + x^2*y^2 + y^4",
      "x^4 + x^2*y^2",
      "(x + y)^2 + y^4",
      "(x^2 - y^2)^2",
      "(x^2 - y^3)^2",
      "(x^2 - y^4)^2",
      "(x*y*(x - y))^2",
      "(x^3 + y^4)^2",
      "(x^3 + x*y^3)^2",
      "(x*y*(x - y)*(x + y))^2",
      "(x - 1)^2*(x^2 + y^2)^4",
      "(x^2 + 2*y^2)^2",
      "(x^2 - 2*y^2)^2"}},
    {"λ of (y² − x³)² − x⁵ y and its like",
     20,
     {"(y^2 - x^3)^2 - x^5*y", "((y^2 - x^3)^2 - x^5*y)^2", "(x^2 + y^3)^2 + x*y^5",
      "((x^2 + y^3)^2 + x*y^5)^2", "(y^3 - x^4)^2 + x^9", "((y^3 - x^4)^2 + x^9)^2"}},
};

/* Processor time in milliseconds, so that whatever else runs does not count. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median; −1 if it fails. */
static double spent(const char *text, const char *const *at)
{
    double times[N_RUNS];
    struct poly *kl = plane_read(text, NULL, NULL);
    bool fine = true;
    for (size_t i = 0; i < N_RUNS; i++) {
        struct plane_problem problem = plane_box(kl, "-1", "1");
        struct plane_result result;
        struct arena arena;
        const char *why = NULL;
        arena_init(&arena);
        times[i] = now();
        fine = plane_rlct(&problem, at, &arena, &result, &why) == ST_OK && fine;
        times[i] = now() - times[i];
        arena_done(&arena);
    }
    poly_free(kl);
    qsort(times, N_RUNS, sizeof *times, compare);
    return fine ? times[N_RUNS / 2] : -1;
}

int main(void)
{
    static const char *const origin[2] = {"0", "0"};
    bool missed = false;
    for (size_t c = 0; c < sizeof CONTESTS / sizeof CONTESTS[0]; c++) {
        const struct contest *contest = &CONTESTS[c];
        double slowest[2] = {0, 0};
        for (size_t i = 0; contest->kl[i]; i++) {
            for (int box = 0; box < 2; box++) {
                double time = spent(contest->kl[i], box ? NULL : origin);
                if (time < 0) {
                    fprintf(stderr, "%s: no answer\n", contest->kl[i]);
                    return 1;
                }
                slowest[box] = time > slowest[box] ? time : slowest[box];
            }
        }
        double worst = slowest[0] > slowest[1] ? slowest[0] : slowest[1];
        missed = missed || worst > contest->limit;
        printf("%s, the slowest, within %.0f ms\t%.1f\t1\t%.3f ms at the origin, %.3f ms over the "
               "box\n",
               contest->name, contest->limit, contest->limit / worst, slowest[0], slowest[1]);
    }
    return missed;
}
