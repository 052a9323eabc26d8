/* Runs of particles as n grows, kept so that n goes both ways: one a model, stream of data and β.
 */
#ifndef CUSP_CLOUDS_H
#define CUSP_CLOUDS_H

#include "cusp/snapshot.h"

enum { CLOUDS_LADDER_MAX = 256, CLOUDS_EXACT_MAX = 8, CLOUDS_OTHERS = 9 };

/* The greatest n of a stream of data. */
#define CLOUDS_STREAM_MAX 1e5

/* A run on another stream of data, for the mean over data sets. */
struct other_run {
    struct particles *last; /* NULL: not begun */
    size_t n_rows;          /* rungs reached */
    double *free_energy;    /* [n_ladder]: F_n − n β S_n */
    bool failed;
};

/* Belongs to the thread that asks; jobs get references of what it holds. */
struct clouds {
    int references;
    struct model *model; /* a reference */
    uint64_t data_seed;  /* 0: no data, or a file's */
    double beta;
    bool rough;   /* few particles, straight to the n that is wanted: no ladder */
    bool of_data; /* n counts observations */
    double n_max;
    size_t n_ladder;
    double *ladder;                     /* [n_ladder] ascending n */
    struct particles **rungs;           /* [n_ladder], the first `reached` of them there */
    double *entropy;                    /* [n_ladder]: S_n, NaN without */
    double *seconds;                    /* [n_ladder]: taken from the prior to there */
    double *region_mass, *region_error; /* [n_ladder][n_regions] */
    size_t reached;
    struct particles *exact[CLOUDS_EXACT_MAX]; /* beside the ladder, the latest first */
    struct data *data;                         /* as many observations as were wanted so far */
    struct other_run others[CLOUDS_OTHERS];
    unsigned long version; /* grows when trace or learning change */
    enum status status;    /* not ST_OK: nothing more will come, and why */
    char why[200];
};

/* Whether n counts observations for the model, and the greatest there is. */
bool model_has_data(const struct model *model);
double model_n_max(const struct model *model);
/* What n of the state means for it: itself, or the whole number of observations below. */
double model_n_of(const struct model *model, double n);

struct clouds *clouds_new(const struct model *model, uint64_t data_seed, double beta, bool rough);
struct clouds *clouds_ref(struct clouds *clouds);
void clouds_unref(struct clouds *clouds);
bool clouds_match(const struct clouds *clouds, const struct model *model, uint64_t data_seed,
                  double beta);
/* Bytes of everything it keeps. */
size_t clouds_bytes(const struct clouds *clouds);

/* How many rungs there are at or below n. */
size_t clouds_rungs_below(const struct clouds *clouds, double n);
/* The cloud at just this n; NULL if it is not there. */
struct particles *clouds_at(const struct clouds *clouds, double n);
/* The cloud of greatest n there is at or below n; NULL if none. */
struct particles *clouds_below(const struct clouds *clouds, double n);
/* Keeps a cloud (a reference of its own): the next rung, or one beside the ladder. mass, error: of
   its regions. */
void clouds_put(struct clouds *clouds, struct particles *particles, double entropy, double seconds,
                const double *mass, const double *error);
/* Longer data replace shorter ones. */
void clouds_put_data(struct clouds *clouds, struct data *data);

struct trace *clouds_trace(const struct clouds *clouds);
struct learning *clouds_learning(const struct clouds *clouds);
void trace_free(struct trace *trace);
void learning_free(struct learning *learning);

#endif
