/* Stochastic gradient Langevin dynamics about a point, as the local learning coefficient is
 * estimated with. */
#ifndef CUSP_SGLD_H
#define CUSP_SGLD_H

#include "cusp/data.h"
#include "cusp/model.h"

/* w ← w − (ε/2) (n β ∇L_batch(w) + γ (w − w*)) + √ε N(0, 1): Welling and Teh 2011; Lau, Furman,
   Wang, Murfet and Wei 2023. So ε is the variance of the noise and the drift takes half of it, as
   the field has it (the learning rate of devinterp is this ε): without steps' own error the law is
   e^(−nβL − γ|w − w*|²/2), flat otherwise, on the box where walls reflect and on all of space where
   they do not. The model's prior has no part in it. A draw is the loss before its step, so that the
   first is that of w* itself unless some are burnt. Zeros mean the presets in brackets. */
struct sgld_options {
    double step;                   /* ε (1e-4) */
    double gamma;                  /* γ ≥ 0 of the pull to w*; NaN: preset (100) */
    double beta;                   /* inverse temperature (1/log n) */
    size_t batch;                  /* observations a step, without replacement (all) */
    size_t chains, draws, burn_in; /* (4, 1000, 0) */
    bool walls;                    /* reflect at the box; else chains may leave it */
    bool clamp;  /* what would leave the box stops at its wall instead, as devinterp's bounding box
                    has it: the  walls gather mass, so that the error of large steps is larger */
    bool of_mle; /* w* is the least empirical loss near `at` and not `at` itself */
    bool batch_reference; /* L(w*) is taken on a minibatch, noise and all */
    bool mse;             /* the loss is the squared error without ½/σ²: a fault to be shown */
    uint64_t seed;
};

struct sgld_run {
    struct sgld_options options; /* as used, no presets left */
    size_t dim, n_chains, n_draws;
    double n, beta;
    double *at;       /* [dim] w* */
    double reference; /* L_n(w*), nats */
    double *loss; /* [n_chains][n_draws]: L at each draw, as the chain saw it (on its batch); NaN
                     once it broke */
    double *distance;     /* [n_chains][n_draws]: |w − w*| */
    double *running;      /* [n_draws]: λ̂ from draws 0..i of all chains */
    double *chain_lambda; /* [n_chains] */
    double lambda, error; /* mean over chains, and its standard error (of the draws' own
                             autocorrelation, or of the chains', whichever is larger) */
    double rhat;
    double below; /* share of draws with L < L(w*) */
    double slope; /* of the running λ̂ over the last half, a unit of log draws, over its error */
    double acceptance; /* what a Metropolis test of these steps would accept; of steps on batches,
                          a test by the loss on the same batch */
    double step_bias; /* what steps of this size add to λ̂, to first order: ε/2 times (½ E[∇φ·∇U] − ¼
                         Cov(φ, |∇U|²)), φ = nβL, U = φ + γ|w − w*|²/2; NaN on batches */
    size_t n_broken;       /* chains that became NaN or left every bound */
    size_t first_break;    /* the draw at which the first did; n_draws if none */
    double full_reference; /* L(w*) on all observations, whatever `reference` is */
    double loss_scale;     /* the loss is so many times what it is in nats: 1, or 2σ² (`mse`) */
    size_t n_regions;
    double *region_share; /* [n_regions] of draws in each region of the model */
    double evaluations;
    char chosen[240]; /* the settings, where an estimator chose them, in words; else "" */
};

/* at[dim]: w*. data NULL: L is K; else the first n observations. Results do not depend on threads.
   ST_UNABLE: every chain broke (out is still whole). ST_DOMAIN: L(w*) is not finite, n is not a
   number of observations there are, the batch is larger, or there is no squared error to be had
   (`mse`: a normal output of one spread is needed); ST_LIMIT: over 1024 chains, 2^24 draws in all
   or 2^30 burnt; ST_CANCELLED. out is empty after all of these. */
CUSP_MUST_USE enum status sgld_run(const struct model *model, const struct data *data, double n,
                                   const double *at, const struct sgld_options *options,
                                   size_t threads, const struct cancel *cancel,
                                   struct sgld_run *out);
void sgld_done(struct sgld_run *run);

/* The same, and `told` is called on this thread after every few hundred draws of each chain: those
   before `n_draws` of run->loss and run->distance are made, what follows from them is not. */
CUSP_MUST_USE enum status
sgld_run_told(const struct model *model, const struct data *data, double n, const double *at,
              const struct sgld_options *options, size_t threads, const struct cancel *cancel,
              void (*told)(const struct sgld_run *so_far, size_t n_draws, void *context),
              void *context, struct sgld_run *out);

/* What is wrong with a run, in words with its numbers, the gravest first, one after another until
   `size` is full; "" if nothing shows. */
void sgld_diagnosis(const struct sgld_run *run, char *out, size_t size);

#endif
