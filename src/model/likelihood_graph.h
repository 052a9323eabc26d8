/* The graph of a likelihood model and its laws: what the files of this room know beyond
 * likelihood.h.
 */
#ifndef CUSP_LIKELIHOOD_GRAPH_H
#define CUSP_LIKELIHOOD_GRAPH_H

#include "cusp/likelihood.h"
#include "cusp/model.h"
#include "law.h"

/* Variables of dag: w[dim], then x[n_inputs], then y. Never added to once the model is built: who
   needs more nodes copies what he needs into a graph of his own (dag_copy). */
struct likelihood_graph {
    size_t dim, n_inputs;
    struct dag *dag;
    uint32_t y;                    /* the variable dim + n_inputs */
    struct law *output;            /* of y given x and w */
    struct law *truth;             /* NULL: real data */
    struct law **input;            /* [n_inputs] of each component; all its arguments are numbers */
    double **input_values;         /* [n_inputs][n_flat]: those numbers */
    uint32_t log_lik;              /* log p(y | x, w) */
    uint32_t mean, variance;       /* of y given x and w */
    uint32_t truth_mean;           /* UINT32_MAX without truth, as is the next */
    uint32_t truth_log_lik;        /* log q(y | x) */
    struct program *output_values; /* (w, x) → arguments of output in law_flat's order */
    struct program *truth_values;  /* (w, x), w ignored → those of truth; NULL without truth */
    struct program *fisher;       /* w → upper triangle of I(w) by rows; NULL: no closed form, see
                                     fisher_outer */
    struct program *fisher_outer; /* (w, x, y) → upper triangle of ∇log p ∇log pᵀ by rows; NULL
                                     where fisher is not */
    struct rows inputs;  /* nodes of the inputs alone, columns x[n_inputs]; weights add to 1;
                            of real data: its rows */
    double fisher_scale; /* median over the box of I(w)'s root sum of squares */
    struct rows
        sum_rows; /* of real data: rows and term of L_N(w) = Σ weight term while K is built */
    struct dag *sum_dag;
    uint32_t sum_term;
    char *how; /* what likelihood->kl_how is */
};

/* The likelihood's own parts are let go; NULL is fine. */
void likelihood_graph_free(struct likelihood_graph *graph);

#endif
