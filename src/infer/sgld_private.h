/* Private to infer: the parts of a run of stochastic gradient Langevin dynamics. */
#ifndef CUSP_INFER_SGLD_PRIVATE_H
#define CUSP_INFER_SGLD_PRIVATE_H

#include "cusp/rng.h"
#include "cusp/sgld.h"

/* What a loss is made of: shared by all threads. */
struct sgld_source {
    const struct model *model;
    const struct data *data;      /* NULL: K */
    const struct data_rows *rows; /* of all n observations; NULL: K */
    double n;
    double scale, offset; /* the loss is scale (L − offset): 1 and 0, or those of a squared error */
};

/* A loss at a few points at a time, for one thread. */
struct sgld_loss {
    const struct sgld_source *source;
    struct program_space *space;
    size_t dim, n_points, batch; /* batch 0: all */
    bool by_point;               /* short programs at few points are quicker one by one */
    double *memory, *point, **out;
    const double **vars;
    int *steps;
    uint32_t *order;              /* [n]: the batch is the first of them */
    double *columns;              /* [n_columns][batch] */
    const double **column_places; /* [n_columns] */
    struct rng rng;               /* of batches */
    double evaluations;
};

void sgld_loss_init(struct sgld_loss *loss, const struct sgld_source *source, size_t n_points,
                    size_t batch, struct rng rng);
void sgld_loss_done(struct sgld_loss *loss);

/* Another batch, drawn without replacement. */
void sgld_loss_draw(struct sgld_loss *loss);

/* w: [dim][n_points]; value: [n_points]; gradient: [dim][n_points]. On the batch last drawn. */
void sgld_loss_eval(struct sgld_loss *loss, const double *w, double *value, double *gradient);

/* Moves w[dim] to a least loss near it, inside the box. Broyden, Fletcher, Goldfarb, Shanno. */
void sgld_least(struct sgld_loss *loss, double *w);

/* Sums over draws behind the bias of the steps. */
struct sgld_forces {
    double n, loss, power, square, loss_square; /* φ, ∇φ·∇U, |∇U|², φ|∇U|² */
};

/* Chains that take their steps together: those from `first` to `first + count − 1`. */
struct sgld_state;
struct sgld_group {
    const struct sgld_source *source;
    const struct cancel *cancel;
    struct sgld_run *run;
    size_t first, count;
    double accepted, n_tests, evaluations;
    struct sgld_forces forces;
    size_t *breaks; /* [n_chains]: the draw at which the chain broke; n_draws: it did not */
    double *inside; /* [n_chains][n_regions]: how many of the draws that were looked at */
    size_t *looked; /* [n_chains] */
    size_t until;   /* draws that the next advance is to have made */
    struct sgld_state *state;
};

/* start, then any number of advances, then end; results do not depend on where advances stop. */
void sgld_group_start(struct sgld_group *group);
void sgld_group_advance(struct sgld_group *group);
void sgld_group_end(struct sgld_group *group);

/* λ, errors and all else that follows from the losses. */
void sgld_summary(struct sgld_run *run, const size_t *breaks);

#endif
