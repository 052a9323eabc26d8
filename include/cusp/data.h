/* Observations: a stream fixed by its seed, or the rows of a file; data set n + 1 extends data set
   n. */
#ifndef CUSP_DATA_H
#define CUSP_DATA_H

#include "cusp/cancel.h"
#include "cusp/likelihood.h"
#include "cusp/model.h"

#define DATA_MAX_N 1000000 /* rows of a file; observations of a stream */

/* The first n observations. Immutable and shared; holds no model. */
struct data {
    size_t n, n_columns; /* n_columns = inputs + 1, y last */
    double **column;     /* [n_columns][n] */
    uint64_t seed;       /* of the stream; 0: a file */
    double *log_truth;   /* [n]: log q(y_i | x_i); NULL without truth */
    char *file;          /* as it was opened; NULL for a stream */
    size_t *line;        /* [n]: of the file, where each row begins; NULL for a stream */
    atomic_int references;
};

/* The first n observations: observation i is drawn from rng_stream(seed, i). from: a shorter or
   longer data set of the same model and seed to copy from; NULL if none. ST_DOMAIN: n beyond the
   file's rows or DATA_MAX_N. */
CUSP_MUST_USE enum status data_new(const struct model *model, uint64_t seed, size_t n,
                                   const struct data *from, const struct cancel *cancel,
                                   struct data **out);
struct data *data_ref(struct data *data);
void data_unref(struct data *data);

/* How many observations there can be: the file's rows, or DATA_MAX_N. */
size_t data_limit(const struct model *model);

/* S_n = −(1/n) Σ log q(y_i | x_i) over the first n; NaN without truth. */
double data_entropy(const struct data *data, size_t n);

/* Rows that carry the likelihood of the first n observations of `data` as a function of w, as few
   as can be: Σ_i log p(y_i | x_i, w) = constant + Σ_r weight_r log_lik(w, row r).
   Plain: equal rows are merged, the columns are inputs and output, and log_lik is the likelihood's.
   Reduced: a normal output whose spread is a function of w times one of the inputs and whose mean
   is a sum of such products c_k(w) b_k(x) becomes at most as many rows as there are b_k, and one,
   by an orthogonal reduction without cancellation; the columns are then not inputs and output, so
   rows go only with the log_lik and log_lik_grad beside them. */
struct data_rows {
    struct rows rows;
    const struct program *log_lik;      /* variables w[dim], then the columns: out[1], nats */
    const struct program *log_lik_grad; /* out[1 + dim] */
    bool is_reduced;
    double constant; /* nats */
    double n_obs;
    double *memory;         /* one block behind rows */
    const double **columns; /* [rows.n_columns] */
    struct program *own[2]; /* of reduced rows: log_lik and log_lik_grad; else NULL */
    struct dag *dag;        /* of reduced rows: over w and the columns; else NULL */
    uint32_t log_lik_node;  /* in dag */
    uint32_t residual_node; /* in dag; log_lik = −½ residual², or UINT32_MAX where it is not */
};

/* Borrows model, whose programs plain rows use. ST_DOMAIN if n is 0 or more than data holds. */
CUSP_MUST_USE enum status data_reduce(const struct model *model, const struct data *data, size_t n,
                                      struct data_rows *out);
void data_rows_done(struct data_rows *rows);

/* The posterior on a data set as a model of its own, for integration and for pictures of L_n:
   K(w) = (β/n) (Σ log p(y_i | x_i, ŵ) − Σ log p(y_i | x_i, w)) ≥ 0 up to rounding, the same prior,
   box, regions and observables; kl_min_at is ŵ. log Z of the data = *log_scale + log ∫ φ e^(−nK).
   ST_UNABLE with why if its rows are too many to integrate over. */
CUSP_MUST_USE enum status model_empirical(const struct model *model, const struct data *data,
                                          size_t n, double beta, double *log_scale,
                                          const char **why, struct model **out);

/* The rows of the file of `truth data`; NULL if the model has none. */
const struct data *model_data(const struct model *model);

#endif
