/* Private to infer: one island of particles on its way along a path of targets. */
#ifndef CUSP_INFER_ISLAND_H
#define CUSP_INFER_ISLAND_H

#include "cusp/particles.h"
#include "force.h"
#include "symmetry.h"
#include "target_private.h"

/* Reweighting leaves this share of the particles, at least. */
#define LEAST_SHARE 0.5

/* How far the data, n, β and the prior have come. */
struct spot {
    size_t knot; /* data: observations up to knots[knot] are in, */
    double part; /* and this share, in [0, 1), of those up to the next */
    double n;    /* of a potential */
    double beta;
    double prior_off;
};

/* One reweighting and what moves follow it. */
struct stage {
    struct spot spot;
    double scale[SYNTAX_MAX_PARAMS], step;
    size_t thin;  /* transitions between particles that are kept */
    size_t cells; /* whose force stands for all rows; 0: all rows */
};

/* What all islands of a run share; read only but for the plan while it is made. */
struct path {
    const struct model *model;
    const struct data *data;   /* NULL: K */
    size_t n_knots, *knots;    /* numbers of observations, ascending */
    struct data_rows *reduced; /* [n_knots], from first_reduced on, where fewer rows carry them */
    size_t first_reduced;
    struct symmetry symmetry;
    const struct sampler *sampler;
    const struct particles_options *options; /* all set */
    size_t n_each, n_starts;                 /* particles of an island, chains of a move */
    /* The stages of a pilot island: followed by the others, so that nothing depends on the
       particles it moves, and evidence has no bias. */
    struct stage *plan;
    size_t n_plan, plan_capacity;
    const struct cancel *cancel;
    void (*progress)(double n, void *context);
    void *context;
};

enum status path_new(const struct model *model, const struct data *data, size_t from, size_t to,
                     struct path *path) CUSP_MUST_USE;
void path_done(struct path *path);

/* The target at a spot; own keeps what it needs beyond the path. */
struct own_rows {
    struct data_rows rows;
    double *numbers;
    size_t n_numbers, n_columns;
    const double **columns;
};
void path_target(const struct path *path, const struct spot *spot, struct own_rows *own,
                 struct target *target);
bool path_is_reduced(const struct path *path, size_t knot);
/* Observations from..to of the data into own->rows. */
void path_slice(const struct path *path, size_t from, size_t to, struct own_rows *own);
void own_rows_done(struct own_rows *own);

struct island {
    const struct path *path;
    size_t index, n;
    size_t stage;          /* reweightings since n = 0 */
    size_t planned;        /* stages of the plan that are done */
    struct path *recorder; /* of the pilot: where its stages are written down; else NULL */
    struct spot spot;
    double **w;                        /* [dim][n] */
    double *log_prior, *log_lik;       /* [n], at the spot */
    double *log_weight, *gain, *trial; /* [n] */
    double log_z;
    double share; /* of the particles that the last weights left */
    double scale[SYNTAX_MAX_PARAMS], step;
    size_t thin;    /* transitions between particles that are kept */
    size_t n_moves; /* transitions of a chain in the last stage */
    double acceptance;
    double evaluations;
    bool dead, cancelled; /* dead: the likelihood is 0 at every particle */
    struct flock *flock;  /* [n_starts] */
    double *scratch;
    double *next; /* [(dim + 2) × n]: the particles being made */
    struct target_space *space;
    struct own_rows own;
    struct force force;
};

struct island *island_new(const struct path *path, size_t index);
void island_free(struct island *island);

/* Draws from the prior, or starts to: until `prior_off` is 0 it is to be moved to. */
void island_draw(struct island *island);

/* Moves along until the end of the path, n of a potential, and β, with the prior in full. */
void island_advance(struct island *island, double n, double beta);

/* The share of the particles that weights leave, for equal weights 1: (Σ e^x)² / (N Σ e^2x). */
double island_share(const double *log_weight, size_t n);

/* Resamples by log_weight and moves at the spot: as the stage says, or if it is NULL tuned on the
   particles themselves; *tuned is what that came to. */
void island_move(struct island *island, const struct stage *stage, struct stage *tuned);

#endif
