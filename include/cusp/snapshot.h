/* What a view may look at: the state, and the results that belong to it. Never changes while a view
 * reads it. */
#ifndef CUSP_SNAPSHOT_H
#define CUSP_SNAPSHOT_H

#include "cusp/catalogue.h"
#include "cusp/chart_curve.h"
#include "cusp/estimator.h"
#include "cusp/fisher.h"
#include "cusp/integral.h"
#include "cusp/learning.h"
#include "cusp/model.h"
#include "cusp/network.h"
#include "cusp/particles.h"
#include "cusp/rlct.h"
#include "cusp/zeros.h"

#include <stdbool.h>
#include <stddef.h>

enum { SIDES_MAX = 2, VIEW_NAME_MAX = 24, MOVES_MAX = 256, FAILURE_NAME_MAX = 48 };

/* Results that a session sees to: SESSION_ALL unless told otherwise. */
enum session_need {
    SESSION_LANDSCAPE = 1,
    SESSION_ZEROS = 2,
    SESSION_POSTERIOR = 4,
    SESSION_CURVES = 8,
    SESSION_PREDICTIVE = 16,
    SESSION_RLCT = 32,      /* λ exactly, of the box and at the cursor, and its resolution */
    SESSION_ESTIMATES = 64, /* every estimator at this n */
    SESSION_LEARN = 128,    /* learning curves over many data sets */
    SESSION_ALL = 63        /* all but what takes long and is only wanted where it is looked at */
};

/* What the commands made: plain data, copied whole for undo. */
struct state {
    bool catalogue_open;  /* the catalogue screen is shown */
    size_t catalogue_row; /* selected row among those the filter lets through */
    char filter[64];
    double n;           /* 1..1e12 */
    double beta;        /* inverse temperature, > 0; 1 */
    uint64_t data_seed; /* of the stream of data */
    bool playing;
    double play_speed;                           /* decades of n a second, > 0 */
    bool compare;                                /* two sides */
    double cursor[SIDES_MAX][SYNTAX_MAX_PARAMS]; /* w at the cursor, per side */
    double low[SIDES_MAX][2],
        high[SIDES_MAX][2];    /* the window of the plane shown, per side and axis */
    size_t axes[SIDES_MAX][2]; /* parameters on the plane's axes; equal in one dimension */
    char focus[VIEW_NAME_MAX]; /* view with the focus; "" none */
    size_t focus_side;
    bool zoomed;                      /* the focused view fills the screen */
    bool rank_overlay;                /* a rank map laid over the landscape */
    size_t chart[SIDES_MAX];          /* of the resolution: the chart that is looked at */
    char failure[FAILURE_NAME_MAX];   /* the preset of what goes wrong that is shown; "" none */
    bool mended;                      /* that preset with what is wrong put right */
    bool by_hand;                     /* the person resolves: */
    char moves[SIDES_MAX][MOVES_MAX]; /* what they did so far, as plane_by_hand reads it */
    size_t page;                      /* which views a small screen shows; modulo sheet_pages() */
};

struct landscape {
    size_t axes[2];
    double low[2], high[2];
    size_t nx, ny;          /* ny == 1 in one dimension */
    double *kl;             /* [ny][nx] at cell centres; NaN undefined */
    signed char *rank;      /* [ny][nx] rank of the Hessian; NULL unless asked for */
    double kl_low, kl_high; /* least positive and greatest finite */
    bool coarse;
};

struct posterior {
    double n;
    size_t axes[2];
    double low[2], high[2];
    size_t nx, ny;      /* ny == 1 in one dimension */
    double *mass;       /* [ny][nx]: posterior mass of each cell; sums to mass_inside */
    double mass_inside; /* share of the posterior within the window */
    double *marginal_x; /* [nx] mass per column, and [ny] per row, of the window */
    double *marginal_y;
    double level_50, level_95; /* cell masses whose superlevel sets hold 50 % and 95 % of the mass
                                  in the window */
    double share_95_error;     /* of an estimate by particles; 0 of an integral */
    double beta;               /* what it belongs to, besides n: see side.is_past */
    uint64_t data_seed;        /* 0: no data, or a file's */
    double *knob_values;       /* [n_knobs] */
    size_t n_particles;        /* 0: by integration; else estimated from so many particles */
    double share_95;           /* share of the prior volume that the densest 95 % takes; NaN: not
                                  known well enough */
    struct evidence evidence;
    double *mean, *sd;                                       /* [dim] */
    double *region_mass, *region_free_energy, *region_error; /* [n_regions] */
    bool coarse;
};

struct curves {
    size_t n_rows;
    struct evidence *rows; /* ascending n, log spaced 1..1e12 */
    size_t n_eps;
    double *eps, *volume, *volume_error; /* ascending ε */
    double *region_mass;                 /* [n_rows][n_regions] */
    double *region_free_energy;
    bool coarse;
};

/* What a cloud of particles shows in the plane: besides the cells of `posterior`, the points. */
struct scatter {
    size_t n;
    double *x, *y; /* [n] on the posterior's axes */
};

/* Every parameter's and observable's own marginal at one n. */
struct marginals {
    double n;
    size_t n_axes, n_bins;
    double *low, *high; /* [n_axes] */
    double *mass;       /* [n_axes][n_bins] */
};

/* What the posterior says of y, against the data and the truth. A regression: over its first input,
   the others at rest; a density: over y, and the values are densities (probabilities if discrete).
 */
struct predictive {
    double n;
    bool is_density, discrete;
    size_t n_grid;
    double *x;                      /* [n_grid] ascending */
    double *truth;                  /* [n_grid]; NULL without truth */
    double *mean, *low, *high;      /* [n_grid]: of f(x, w) over the posterior, 5 to 95 % */
    double *noise_low, *noise_high; /* [n_grid]: of y itself, 5 to 95 %; NULL for a density */
    size_t n_functions;
    double *functions;       /* [n_functions][n_grid]: some draws' */
    size_t n_data;           /* shown, at most 400; all of them are n */
    double *data_x, *data_y; /* a density: bar middles and heights */
    double *rest;            /* [n_inputs] where other inputs stand */
    char label[96];          /* "x2 = 0 and 31 of 10000 observations near it" …; "" */
};

/* Effective weights of a network's units: one point a unit and particle. */
struct weights {
    double n;
    size_t n_points;
    double *x, *y;             /* [n_points] */
    enum network_label *label; /* [n_points], of the particle it belongs to; NOT_TRUE: none */
    size_t n_units;            /* points a particle */
    size_t label_every; /* labels were sought for particles 0, label_every, 2 label_every …; 0: for
                           none yet */
    size_t n_truth;
    double *truth_x, *truth_y; /* the truth's own units */
    const char *x_name, *y_name;
};

/* The run of particles so far, ascending n. */
struct trace_row {
    double n, log_z, log_z_error, mean_nk, mean_nk_error, ess, rhat, acceptance;
    double entropy; /* S_n of the data, NaN without truth */
    bool disagree;
};
struct trace {
    size_t n_rows;
    struct trace_row *rows;
    double *region_mass, *region_error; /* [n_rows][n_regions] and its standard error; NULL: none */
};

/* F_n − n β S_n against n, of this data set and the mean over n_sets of them. */
struct learning {
    size_t n_rows;
    double *n, *free_energy, *error; /* [n_rows]: this data set; free_energy is normalised */
    bool of_data;                    /* false: a potential, free_energy is F_n itself */
    size_t n_sets; /* data sets in the mean, this one included; the most of any row */
    double *mean_free_energy, *mean_error; /* [n_rows]: mean and its standard error; NULL: none yet;
                                              NaN: fewer than three data sets have come so far */
    size_t *mean_sets; /* [n_rows]: data sets in the mean of that row, ≤ n_sets; NULL: none yet */
};

/* Every estimator of λ at one n, as far as it has come. */
struct estimate_row {
    const struct estimator *estimator;
    bool started, done;
    struct estimate estimate; /* what there is so far; its name is NULL before anything is */
    char why[160];            /* why it cannot be had; "" */
};
struct estimates {
    double n;
    bool on_data;  /* of data set n; false: n K in place of data */
    size_t n_rows; /* the table's, in its order */
    struct estimate_row *rows;
    struct quantity finite, tempered; /* n E[K] at β = 1 and n β E_β[K − K*] at β = 1/log n, by
                                         integration: what λ looks like at this n */
};

/* One model on the screen. A result pointer is NULL until it is known; `why` then says why not, if
 * it never will be. */
struct side {
    const struct model *model;    /* never NULL */
    const struct zero_set *zeros; /* of the whole box; three dimensions: a cloud */
    const struct zero_set *slice; /* three dimensions: W0 within the plane shown */
    const struct fisher *fisher;  /* at the cursor */
    bool on_zero_set;             /* the cursor is within half a cell of W0 */
    const struct landscape *landscape;
    const struct posterior *posterior; /* may belong to another n while busy: see posterior->n */
    const struct posterior *projections[3]; /* three dimensions: planes (0,1), (0,2), (1,2) */
    const struct curves *curves;
    /* Statistical models, and potentials of more than three parameters: what particles show. The
       posterior above is then theirs too. NULL until known, or where it does not apply. */
    const struct particles *particles;
    const struct scatter *scatter;
    const struct marginals *marginals;
    const struct predictive *predictive;
    const struct weights *weights;
    const struct trace *trace;
    const struct learning *learning;
    const enum network_label *zero_labels; /* of a network: label of each point of zeros, components
                                              one after another; NULL otherwise */
    bool is_network;         /* its mean is a two-layer network: there are weights, or will be */
    bool truth_is_network;   /* likewise of the truth: zeros have, or will have, labels */
    const struct rlct *rlct; /* λ and m of the whole box; NULL until known, or then rlct_why */
    const char *rlct_why;    /* why there is none; "" */
    const struct rlct *rlct_here; /* at the cursor, or the zero next to it; NULL: not known (yet) */
    const char *rlct_here_why;
    const struct rlct *resolved; /* the one whose resolution is shown: rlct_here if it has one (the
                                    cursor is at a singular point), else rlct; NULL: none */
    const struct chart_picture *chart; /* the curve in the chart that is looked at */
    const struct hand *hand;           /* while state.by_hand */
    const char *hand_why;              /* why the last move was not possible; "" */
    const struct estimates *estimates; /* at state.n */
    bool mended;                       /* the preset is shown with what is wrong put right */
    const struct failure *failure; /* the preset that llc is of; NULL: the model's own estimate */
    const struct estimate *llc; /* an estimate by SGLD with its run (llc->sgld): of the preset, or
                                   of `estimates` once that is done; NULL: none (yet) */
    const char *llc_why;
    const struct learning_curve *learned;
    const char *learned_why;
    double n_max;           /* greatest n there is for it: 1e12, or data */
    double data_n;          /* n of its posterior when all is done: state.n, or the observations
                               that are in: its floor */
    bool is_past;           /* posterior belongs to another n, knob, stream of data or β */
    double plane_cursor[2]; /* the cursor on the plane's axes, also observables; NaN undefined */
    double plane_low[2], plane_high[2]; /* how far the plane's axes reach: the box, or what the
                                           prior makes of an observable */
    double progress_n;                  /* a run on its way to state.n has come so far; 0: none */
    const char *why;                    /* e.g. "cannot integrate over 4 parameters" */
    bool busy;
};

struct snapshot {
    struct state state;
    size_t n_sides;
    struct side sides[SIDES_MAX];
    const struct catalogue *catalogue;
    const size_t *catalogue_rows; /* entries that the filter lets through */
    size_t n_catalogue_rows;
    const char *message; /* last message to show, "" if none */
    bool message_is_error;
    const char *diagnostics; /* errors of a model file being edited, with carets; "" if none */
    bool busy;
    bool screen_reader; /* without frames and spinners */
};

#endif
