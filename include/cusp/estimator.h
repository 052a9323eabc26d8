/* Estimators of λ: one const descriptor a file, one row of estimators.def each. */
#ifndef CUSP_ESTIMATOR_H
#define CUSP_ESTIMATOR_H

#include "cusp/data.h"
#include "cusp/integral.h"
#include "cusp/quantity.h"
#include "cusp/sgld.h"

/* What every estimator is given. Fields that are 0 are chosen by the estimator; results depend on
   nothing else, and not on threads. */
struct estimator_setup {
    const struct model *model;
    const struct data *data; /* at least n observations; NULL: n K(w) in place of data */
    double n;
    const double *at; /* [dim]: w*, the point of the LLC; NULL: the truth (the least K) */
    uint64_t seed;
    size_t threads;
    struct sgld_options sgld; /* step, γ, batch, chains, draws … */
    size_t n_particles, n_islands;
    double radius; /* of the ball that local integration and sampling stay in; 0: by γ */
    struct estimator_cache *cache; /* NULL: every estimator integrates its target anew */
};

/* The integral behind the targets, for setups of one and the same model, data and n; one thread at
   a time. */
struct estimator_cache *estimator_cache_new(void);
void estimator_cache_free(struct estimator_cache *cache); /* NULL is fine */

/* A point of an estimate on its way: after `work` (draws, temperatures, stages …). */
struct estimate_step {
    double work, lambda, error;
};

struct estimate {
    struct quantity lambda; /* name, value, its standard error, ESTIMATE; why: how it came about */
    /* What this estimator is after at this n: its expectation by integration, which is not λ.
       UNKNOWN with why where no integral can be had. */
    struct quantity target;
    const char *target_text; /* "n β (E_β[L_n] − L_n(w*)) at β = 1/log n" */
    double multiplicity;     /* where it estimates m too; NaN: it does not */
    size_t n_steps;
    struct estimate_step *steps;
    const char *work_name; /* "draws", "temperatures", "live points replaced" */
    char caution[200];     /* what is wrong with this very run, with numbers; "" if nothing */
    double seconds;
    double evaluations;    /* of K, or of the loss at one observation */
    struct sgld_run *sgld; /* the run behind it, for traces; NULL */
};

struct estimator {
    const char *name, *title; /* "wbic", "WBIC" */
    const char *formula;      /* "n β (E_β[L_n] − L_n(w*))", with its β */
    const char *distrust;     /* one sentence: when not to trust it */
    const char *source;       /* paper, year */
    /* NULL if it can be had for this setup, else why not. */
    const char *(*refuses)(const struct estimator_setup *setup);
    /* out was zeroed. progress, if not NULL, is called now and then with what there is so far (on
       the calling thread). ST_UNABLE, ST_DOMAIN with words in why; ST_CANCELLED. */
    enum status (*run)(const struct estimator_setup *setup, const struct cancel *cancel,
                       void (*progress)(const struct estimate *so_far, void *context),
                       void *context, struct estimate *out, char *why, size_t why_size);
};

/* The rows of estimators.def in order, NULL-terminated. */
extern const struct estimator *const estimators[];
const struct estimator *estimator_named(const char *name); /* NULL if none */

/* Runs one, with its time and target. The result is the caller's. */
CUSP_MUST_USE enum status
estimate_run(const struct estimator *estimator, const struct estimator_setup *setup,
             const struct cancel *cancel,
             void (*progress)(const struct estimate *so_far, void *context), void *context,
             struct estimate *out, char *why, size_t why_size);
void estimate_done(struct estimate *estimate);

/* n E[K] (β = 1), or n β E_β[K − K(w*)] at another β, of the setup's model and data by integration:
   what finite n makes of λ. UNKNOWN with why where it cannot be had. w* is setup->at. Local (radius
   > 0): on the ball about `at`. */
struct quantity finite_n_lambda(const struct estimator_setup *setup, double beta,
                                const struct cancel *cancel);

/* Presets of what goes wrong: settings, and what to see. */
struct failure {
    const char *name, *title; /* "step-too-large" */
    const char *model;        /* catalogue name, or "-e" text if it begins with "param" */
    const char *estimator;
    const char *shows; /* one or two sentences: what happens and why */
    const char *mend;  /* what to do about it */
    void (*set)(struct estimator_setup *setup);
    uint64_t data_seed; /* of the observations it is shown on; 0: K in place of data */
    const char *cause;  /* words that the caution of the failing run holds, and the mended lacks */
    void (*repair)(struct estimator_setup *setup); /* after set: the settings mended */
    const char *repair_estimator;                  /* NULL: the same */
};
extern const struct failure failures[]; /* ends with a NULL name */
const struct failure *failure_named(const char *name);

/* Builds the model and the data of a failure and makes its setup, mended or not; both are the
   caller's and the setup borrows them. *data is NULL if there are none. ST_INPUT with diagnostics
   in diags. */
CUSP_MUST_USE enum status failure_prepare(const struct failure *failure, bool mended,
                                          struct diags *diags, struct model **model,
                                          struct data **data, struct estimator_setup *setup);

#endif
