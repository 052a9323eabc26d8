/* The statistical side of a model: p(y | x, w), its truth, and the rows on which K is summed. */
#ifndef CUSP_LIKELIHOOD_H
#define CUSP_LIKELIHOOD_H

#include "cusp/rng.h"
#include "cusp/rows.h"
#include "cusp/status.h"

struct model;

enum { LIKELIHOOD_MAX_INPUTS = 64 };

/* Variables of every program here: w[dim], then x[n_inputs], then y; those named (w, x) lack y.
   Immutable, part of its model. */
struct likelihood {
    size_t n_inputs;    /* components of all inputs; 0: a density */
    char **input_names; /* "x" or "x1", "x2": also the columns of `cusp data` */
    char *output_name;
    char *formula;           /* "y ~ normal(b tanh(a x), 1)", UTF-8 */
    char *truth_formula;     /* "y ~ normal(0, 1)", or "data from file.csv, N rows" */
    const char *output_kind; /* name of the output's distribution */
    bool discrete;
    bool is_regression;    /* an input is used */
    bool has_truth;        /* false: real data; K and W0 are unknown, kl then stands for
                              L_N(w) − min L_N of all the data */
    bool in_model_unknown; /* no point with K = 0 was found although the truth is given */

    struct program *log_lik;       /* out[1]: log p(y | x, w), nats; −∞ is legal */
    struct program *log_lik_grad;  /* out[1 + dim] */
    struct program *mean;          /* (w, x): E[y | x, w] */
    struct program *sd;            /* (w, x): its standard deviation */
    struct program *truth_mean;    /* (w, x), w ignored; NULL without truth */
    struct program *truth_log_lik; /* log q(y | x), w ignored; NULL without truth */

    /* K(w) = Σ_r weight_r t(w, row r), columns x[n_inputs] and, where K needs it, y. */
    struct rows population;
    double kl_error;    /* estimated relative error of K by its quadrature, from twice the nodes */
    const char *kl_how; /* "Gauss–Legendre, 16 nodes" …: how K was computed */
    double truth_entropy;           /* S = −E log q(y | x), nats; NaN without truth */
    double *input_low, *input_high; /* [n_inputs]: range that inputs take, for axes */
    double output_low, output_high; /* likewise of y under the truth or in the data */

    struct likelihood_graph *graph; /* of the model room alone: src/model/likelihood_graph.h */
};

/* Draws x and y of one observation of the truth: columns[n_inputs + 1]. ST_DOMAIN if the truth has
   no sensible arguments there. */
CUSP_MUST_USE enum status likelihood_draw(const struct model *model, struct rng *rng,
                                          double *columns);

/* E over y | x, w of g(y): nodes of the model's own output at (w, x), as distribution nodes.
   Returns how many, 0 if there is none. */
size_t likelihood_nodes(const struct model *model, struct program_space *space, const double *w,
                        const double *x, size_t max, double *y, double *weight);

/* E over x, y of the truth of g(x, y) ≈ Σ weight g: products of nodes of each input and of the
   output, twice as many of each at every level 0, 1, 2 …: columns[n_inputs + 1][max], y last.
   Returns how many; 0 if they are more than max or there is no truth. */
size_t likelihood_truth_nodes(const struct model *model, struct program_space *space, int level,
                              size_t max, double *const *columns, double *weight);

/* A draw of y | x, w from the model. NaN if it has no sensible arguments there. */
double likelihood_predict(const struct model *model, struct program_space *space, const double *w,
                          const double *x, struct rng *rng);

#endif
