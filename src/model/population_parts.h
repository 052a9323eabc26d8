/* What the files that turn a likelihood into K share. */
#ifndef CUSP_POPULATION_PARTS_H
#define CUSP_POPULATION_PARTS_H

#include "likelihood_parts.h"

enum {
    POPULATION_MAX_ROWS = 4096,
    POPULATION_MAX_LINE = 512,    /* nodes of a single input or output */
    POPULATION_PROBES = 48,       /* points of the box at which rules are compared */
    POPULATION_HERMITE_MOST = 16, /* nodes of a normal input; from there on in equal steps */
    POPULATION_LEVELS = 18,       /* how often rules can be refined */
};

/* A table of one's own. */
struct row_set {
    size_t n, capacity, n_columns;
    double **column; /* [n_columns][capacity] */
    double *weight;  /* [capacity] */
    bool *light;     /* [capacity]: the light term will do there */
};

void row_set_init(struct row_set *rows, size_t n_columns, size_t capacity);
void row_set_done(struct row_set *rows);
void row_set_add(struct row_set *rows, const double *values, double weight);
/* The same, borrowed; columns from n_columns on are left out. */
struct rows row_set_view(const struct row_set *rows, size_t n_columns);
/* Moves it into a table that the model owns. */
struct rows row_set_take(struct row_set *rows);

struct population {
    const struct syntax *syntax;
    struct model *model;
    struct diags *diags;
    struct likelihood *likelihood;
    struct likelihood_graph *graph;
    struct program_space *space;

    struct dag *dag; /* variables w, x and, with_y, y */
    uint32_t term;   /* t(w, x, y) ≥ 0: K = Σ weight t */
    uint32_t light;  /* the same as term in fewer nodes where 1 + each guard keeps its distance from
                        0 at a row; UINT32_MAX: there is none */
    uint32_t guard[2];
    uint32_t *residual; /* [n_residuals]: t = 0 where they are 0, t = ½ Σ residual² + …; 0: none */
    size_t n_residuals;
    bool with_y;
    bool logs; /* term is log p0 − log p, of either sign */
    bool smooth;
    struct program *program; /* t */

    double *points;    /* [dim][POPULATION_PROBES] */
    double *arguments; /* [POPULATION_PROBES][n_flat] of the output: scratch */
    struct row_set rows;
};

/* --- population_rows.c ------------------------------------------------------------------------ */

/* A tensor of nodes over the inputs that are used[n_inputs]; the others stand at a node of their
   own. False if that takes more than max rows or there are no more nodes to be had at this level.
 */
bool population_tensor(const struct population *p, const bool *used, size_t level, size_t max,
                       struct row_set *rows);
/* n quasi-random rows over the used inputs. */
bool population_sobol(const struct population *p, const bool *used, size_t n, struct row_set *rows);
/* Each row of inputs with nodes of the truth there. */
bool population_outputs(struct population *p, const struct row_set *inputs, size_t level,
                        struct row_set *rows);

/* Expectations over the inputs of g, whose inputs are used[n_inputs]: by a tensor of nodes, as many
   as it takes for a polynomial or another smooth g. NaN where that does not settle. */
double population_moment(struct population *p, const struct program *g, const bool *used);

/* --- population_nodes.c ----------------------------------------------------------------------- */

/* Finds rows on which K holds: sets rows, graph->inputs, kl_error and kl_how. */
CUSP_MUST_USE enum status population_nodes(struct population *p);

/* Rows over the inputs alone, for a K that needs none: a few for checks, or those on which the sum
   of terms is K too. */
void population_plain_nodes(struct population *p);

/* K at the probe points on some rows: out[POPULATION_PROBES]. */
void population_eval(struct population *p, const struct row_set *rows, double *out);

/* --- population.c --------------------------------------------------------------------------- */

/* From now on the term is log p0(y) − log p(y), in a graph and a program of its own. */
void population_use_logs(struct population *p);

/* --- population_merge.c ----------------------------------------------------------------------- */

/* Rows with proportional terms become one row. */
void population_merge(struct population *p);

/* Rows that add next to nothing anywhere are left out; where the light term will do is found. */
void population_prune(struct population *p);

/* --- population_normal.c ---------------------------------------------------------------------- */

/* A normal output whose mean differs from the truth's by Σ_k c_k(w) b_k(x): K as a sum of squares
   of few polynomials in w, exactly. False if the model is no such. */
bool population_normal(struct population *p);

/* --- population_sum.c ------------------------------------------------------------------------- */

/* The same and the generators from rows. ST_INPUT if it grows too large. */
CUSP_MUST_USE enum status population_sums(struct population *p);

#endif
