/* Private to infer: what clouds of particles say along a ladder of n and β, island by island, so
   that every function of it has an honest error. */
#ifndef CUSP_INFER_TEMPERED_H
#define CUSP_INFER_TEMPERED_H

#include "cusp/particles.h"
#include "estimators.h"

/* A stop of the ladder. */
struct rung {
    double n, beta;
};

/* Rounds of particles, each of a few islands with a random stream of its own. On every rung each
   island leaves its Z and the means of `n_stats` statistics. */
struct tempered {
    const struct estimator_setup *setup;
    const struct data *data; /* NULL: K */
    uint64_t stream;         /* keeps the random numbers of estimators apart */
    size_t n_rungs;
    const struct rung *rungs; /* n not falling; at equal n any β */
    size_t n_stats;
    /* Means over particles first … first + count − 1 of an island: out[n_stats]; NULL: of u and
       u², u = −ℓ − reference. */
    void (*stats)(const struct tempered *tempered, const struct particles *particles, size_t rung,
                  size_t first, size_t count, double *out);
    double reference; /* −ℓ of w*, at the setup's n */
    /* What is found. */
    size_t n_rounds, islands_a_round, n_each; /* particles of an island */
    size_t n_islands;                         /* so far, over the rounds that are done */
    double *log_z;                            /* [n_rungs][all islands] */
    double *stat;                             /* [n_rungs][n_stats][all islands] */
    double evaluations, rhat;
    bool disagree;
    char why[160];
};

/* `value` below: a function of the table with one island left out, or none (SIZE_MAX). */

/* Finds the reference and runs all rounds; after each, `value` and its error are a step of out;
   what comes after is not the estimator's time. ST_UNABLE and others with words in why. Call
   tempered_done also then. */
CUSP_MUST_USE enum status tempered_run(struct tempered *tempered,
                                       double (*value)(const struct tempered *, size_t, void *),
                                       void *value_context, const struct cancel *cancel,
                                       const struct listener *listener, struct estimate *out,
                                       char *why, size_t why_size);
void tempered_done(struct tempered *tempered);

/* Weighed by the islands' Z. */
double tempered_mean(const struct tempered *tempered, size_t rung, size_t stat, size_t left_out);
/* log of the mean over islands of Z times a statistic (SIZE_MAX: of Z). */
double tempered_log_z(const struct tempered *tempered, size_t rung, size_t stat, size_t left_out);
/* A value and its jackknife error over islands. */
double tempered_error(const struct tempered *tempered,
                      double (*value)(const struct tempered *, size_t, void *), void *context,
                      double *error);

#endif
