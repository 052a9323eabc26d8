/* Learning curves: what a Bayesian learner gains from n observations, over many data sets. */
#ifndef CUSP_LEARNING_H
#define CUSP_LEARNING_H

#include "cusp/data.h"
#include "cusp/model.h"

/* Per n and data set, nats; losses are in excess of the truth's entropy (S, or S_n for what is of
 * the data). */
enum learning_kind {
    LEARN_FREE_ENERGY, /* F_n − n β S_n */
    LEARN_GEN_LOSS, /* G_n: −E_x,y log p̄(y|x) − S, the mean over the posterior inside the log */
    LEARN_TRAIN_LOSS,  /* T_n: −(1/n) Σ log p̄(y_i|x_i) − S_n */
    LEARN_GIBBS_GEN,   /* E_w[K(w)] */
    LEARN_GIBBS_TRAIN, /* E_w[L_n(w)] − S_n */
    LEARN_WAIC,        /* T_n + (β/n) V_n, − S_n; Watanabe 2010 */
    LEARN_WBIC,        /* n E_{1/log n}[L_n] − n S_n; Watanabe 2013 */
    LEARN_LOO,         /* leave-one-out cross validation by importance, − S_n; Gelfand 1992 */
    LEARN_VARIANCE,    /* V_n: functional variance Σ_i Var_w log p(y_i|x_i, w) */
    LEARN_FLUCTUATION, /* ν = β V_n / 2 */
    LEARN_SLOPE,       /* n β (E_w[L_n] − S_n) */
    LEARN_KINDS
};
const char *learning_name(enum learning_kind kind);   /* "gen_loss" … as in JSON */
const char *learning_title(enum learning_kind kind);  /* "Bayes generalisation loss" */
const char *learning_symbol(enum learning_kind kind); /* "G_n − S" */

struct learning_row {
    double n;
    size_t n_sets;                                /* data sets in it */
    double mean[LEARN_KINDS], error[LEARN_KINDS]; /* over data sets, and its standard error; NaN:
                                                     cannot be had */
    double inner[LEARN_KINDS]; /* largest part of the error that comes from computing and not from
                                  data: 0 exact */
};

struct learning_options {
    const double *n; /* ascending, whole numbers ≥ 2 */
    size_t count;
    size_t n_sets;      /* 0: 100 */
    uint64_t data_seed; /* data set i is the stream of data_seed + i */
    uint64_t seed;
    double beta; /* 0: 1 */
    size_t threads;
    size_t n_draws; /* of each posterior where it is sampled; 0: by itself */
};

struct learning_curve {
    size_t n_rows, n_sets;
    struct learning_row *rows;
    double beta;
    const char *method; /* "integration over 2 parameters" … */
    double seconds;
};

/* progress, if not NULL, gets the curve as it stands after more data sets are done, on one thread
   at a time. ST_UNABLE with why: real data have no truth to compare with … */
CUSP_MUST_USE enum status
learning_curve_run(const struct model *model, const struct learning_options *options,
                   const struct cancel *cancel,
                   void (*progress)(const struct learning_curve *so_far, void *context),
                   void *context, struct learning_curve *out, char *why, size_t why_size);
void learning_curve_done(struct learning_curve *curve);

/* What theory says of a kind at n, from λ and ν (its own mean estimate), for the lines through the
   curves: Watanabe 2009, 2018. multiplicity of F_n; NaN where theory says nothing. */
double learning_theory(enum learning_kind kind, double n, double beta, double rlct,
                       double multiplicity, double fluctuation);

#endif
