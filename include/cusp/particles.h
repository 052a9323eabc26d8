/* Sequential Monte Carlo: clouds of particles that follow the posterior as data arrive. */
#ifndef CUSP_PARTICLES_H
#define CUSP_PARTICLES_H

#include "cusp/data.h"
#include "cusp/model.h"

enum { PARTICLES_MAX_ISLANDS = 64 };

/* The posterior at one n as equally weighted particles, in independent islands. Immutable. Standard
   errors, ess and rhat compare islands: NaN where there is only one. */
struct particles {
    atomic_int references;
    size_t dim, n_particles,
        n_islands; /* n_particles / n_islands of each, islands one after another */
    double n, beta;
    double *w;            /* [dim][n_particles] */
    double *log_lik;      /* [n_particles]: ℓ(w) untempered */
    double *island_log_z; /* [n_islands] */
    double log_z;         /* log of the mean of the islands' Z; with data: of ∏p (tempered) */
    double log_z_error;   /* its standard error, from the spread of the islands */
    double mean_nk; /* E[−ℓ] − (−ℓ of the truth; of the best particle where there is none), or n
                       E[K] of a potential; and its standard error */
    double mean_nk_error;
    double ess;  /* effective size of the whole cloud for K: what the islands' means vary by */
    double rhat; /* the greatest over islands, of parameters and ℓ */
    double acceptance;  /* of the last moves */
    double step;        /* the kernel's */
    size_t n_moves;     /* transitions of each chain in the last stage */
    size_t n_stages;    /* reweightings since n = 0 */
    double evaluations; /* of ℓ at one observation, so far */
    bool disagree;      /* islands do not tell the same story: what is shown may be wrong */
    char why[160];      /* then why, in plain words with numbers; "" */
};

struct particles_options {
    size_t n_particles;  /* in all; 0: 1024 */
    size_t n_islands;    /* 0: 8 */
    const char *sampler; /* NULL: "hmc" */
    size_t chain;        /* waste-free chain length P; 0: by itself */
    uint64_t seed;
    size_t threads; /* islands run on them; results do not depend on it; 0: one a processor */
};

/* The prior: n = 0. ST_UNABLE if the prior cannot be drawn from (says why). */
CUSP_MUST_USE enum status particles_start(const struct model *model, double beta,
                                          const struct particles_options *options,
                                          const struct cancel *cancel, const char **why,
                                          struct particles **out);

/* From the posterior at from->n to that at n > from->n (or, with from->n == n, at another β): data
   arrive in batches as large as the effective sample size allows, tempered within one observation
   where even that is too much; resampled, moved (waste-free: Dau and Chopin 2022), evidence
   multiplied up. data: the model's stream with at least n observations, NULL for a potential or for
   K in place of data. A pilot island goes first and its stages are followed by all, so that the
   islands' Z are unbiased; units of a network also change places and signs. progress, if not NULL,
   is called between stages with the n reached (on any thread). Depends on (from, n, options) alone:
   not on threads. `from` stays as it is. */
CUSP_MUST_USE enum status particles_advance(const struct model *model, const struct data *data,
                                            const struct particles *from, double n, double beta,
                                            const struct particles_options *options,
                                            const struct cancel *cancel,
                                            void (*progress)(double n, void *context),
                                            void *context, struct particles **out);

struct particles *particles_ref(struct particles *particles);
void particles_unref(struct particles *particles);

/* Any axis of the model (a parameter, or dim + an observable): out[n_particles]. */
void particles_axis(const struct model *model, const struct particles *particles, size_t axis,
                    double *out);
/* Posterior mass of each region with a standard error from the islands: mass[n_regions]. */
void particles_regions(const struct model *model, const struct particles *particles, double *mass,
                       double *error);

/* The n at which runs stop and clouds are kept, ascending, from 1 to n_max: whole numbers about ten
   a decade. Returns how many (≤ max). */
size_t particles_ladder(double n_max, bool whole, size_t max, double *n);

#endif
