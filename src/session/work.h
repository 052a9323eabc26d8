/* What is computed for one model on the screen: requests, results, and the jobs between them. */
#ifndef CUSP_WORK_H
#define CUSP_WORK_H

#include "cusp/data.h"
#include "cusp/snapshot.h"
#include "board.h"
#include "clouds.h"
#include "jobs.h"

/* In the order in which they are worth having; the order is the jobs' priority. */
enum work_kind {
    WORK_LANDSCAPE,
    WORK_FISHER,
    WORK_POSTERIOR, /* picture at n from an integral or a cloud of particles */
    WORK_WEIGHTS,
    WORK_PREDICTIVE,
    WORK_CLOUD,  /* particles at the next n */
    WORK_COARSE, /* integral with wide cells */
    WORK_CURVES,
    WORK_ZEROS,
    WORK_SLICE,
    WORK_EMPIRICAL, /* integral of the posterior on data set n */
    WORK_PLAIN,     /* integral without cells, as exact as can be: for every number that is shown */
    WORK_FINE,      /* integral with the cells that are wanted, as exact as a picture has to be */
    WORK_VOLUME,    /* V(ε), which is dear; it becomes part of the curves */
    WORK_RLCT,      /* λ of the box, exactly, */
    WORK_RLCT_HERE, /* at the cursor, */
    WORK_HAND,      /* and a person's own resolution */
    WORK_LEARNING,  /* particles on another stream of data */
    WORK_FAILURE,   /* a preset of what goes wrong */
    WORK_ESTIMATES, /* every estimator, one after another */
    WORK_LEARNED,   /* learning curves over many data sets */
    WORK_KINDS
};

/* Everything a result depends on. What a kind does not depend on is 0 there, so that two requests
   are the same if their fields are. */
struct request {
    const struct model *model; /* NULL: no request */
    size_t axes[2];            /* parameters, or dim + an observable */
    double low[2], high[2];
    size_t nx, ny;
    double rest[SYNTAX_MAX_PARAMS]; /* where the plane stands; 0 along its own axes */
    double n, beta;
    uint64_t data_seed;
    bool rank;             /* with a rank map */
    bool coarse;           /* from a coarse integral; of weights: without labels */
    bool plain;            /* numbers from a plain integral */
    bool sampled;          /* from particles, */
    bool rough;            /* and from few of them */
    bool mended;           /* WORK_FAILURE */
    bool here;             /* WORK_HAND: at `rest`, not where λ of the box is attained */
    char moves[MOVES_MAX]; /* WORK_HAND; the name of WORK_FAILURE */
};

/* An integral that several may hold, on several threads. */
struct held_integral {
    atomic_int references;
    struct integral *integral;
    struct request request; /* holds a reference of its model */
    unsigned long serial;   /* greater: asked for later; of the thread that asks */
    bool of_data;           /* of the posterior on a data set; then: */
    double log_scale;       /* log Z of the data = log_scale + log Z of the integral */
    double entropy;         /* S_n, NaN without truth */
};

/* The posterior's pictures at one n: the plane, and in three dimensions all three planes. */
struct concentration {
    struct posterior *plane;
    struct posterior *projections[3]; /* one of them may be `plane` */
    struct scatter *scatter;          /* of particles and of data */
    struct marginals *marginals;
};

/* What a job works on: references of its own. */
struct inputs {
    struct held_integral *integral; /* of WORK_POSTERIOR … WORK_VOLUME */
    struct held_integral *plain;    /* of WORK_POSTERIOR; NULL: numbers from the integral */
    struct particles *cloud;        /* the picture's; or where particles come from, NULL: prior */
    struct data *data;              /* that are there already; NULL: none */
    struct board *board;            /* of WORK_ESTIMATES and WORK_LEARNED */
    struct clouds *clouds;          /* of WORK_CLOUD and WORK_LEARNING; not for the job itself */
    size_t other;                   /* WORK_LEARNING: which other run, */
    size_t n_rows;                  /* and how many rungs it has */
    double n_to;                    /* WORK_LEARNING: as far as this rung */
};

struct work {
    struct job job; /* first */
    enum work_kind kind;
    size_t run; /* for which model on the screen */
    struct request request;
    struct inputs inputs;
    uint64_t seed;
    size_t threads;
    unsigned long serial;
    _Atomic double progress; /* WORK_CLOUD: n reached */

    enum status status;
    double seconds;
    char words[200];                /* of λ, estimates and learning: why there is none */
    struct rlct *rlct;              /* WORK_RLCT, _HERE */
    struct hand_play *hand;         /* WORK_HAND */
    struct estimate *estimate;      /* WORK_FAILURE */
    const char *why;                /* of a status that is not ST_OK; NULL: nothing to add */
    struct held_integral *integral; /* WORK_EMPIRICAL, _COARSE, _PLAIN, _FINE */
    struct zero_set *zeros;         /* WORK_ZEROS, WORK_SLICE */
    enum network_label *labels;     /* WORK_ZEROS */
    struct landscape *landscape;
    struct concentration concentration;
    struct curves *curves;
    struct fisher fisher;
    struct predictive *predictive;
    struct weights *weights;
    struct particles *cloud; /* WORK_CLOUD, WORK_LEARNING: the last one reached */
    struct data *data;       /* WORK_CLOUD, _EMPIRICAL, _PREDICTIVE: longer than what was there */
    double entropy;          /* WORK_CLOUD; and of its regions: */
    double *region_mass, *region_error;
    size_t n_new;        /* WORK_LEARNING: rungs that were added, */
    double *free_energy; /* and F_n − n β S_n of each */
};

/* Takes references of the model and of all inputs (NULL for none). */
struct work *work_new(enum work_kind kind, const struct request *request,
                      const struct inputs *inputs);
void work_free(struct work *work);
void work_drop(struct job *job);

bool request_same(const struct request *a, const struct request *b);
void request_set(struct request *request, const struct request *from); /* refs the model */
void request_clear(struct request *request);
/* How many cells parameter i has, from where to where: the plane's own, or the fewer of those of
   the plane across the whole box. */
size_t request_cells(const struct request *request, size_t i, double *low, double *high);
/* Models are immutable but for their count of references, which is atomic. */
struct model *model_counted(const struct model *model);
/* The same text with the same settings and knobs. */
bool model_same(const struct model *a, const struct model *b);

void held_ref(struct held_integral *held);
void held_unref(struct held_integral *held);

void zero_set_free(struct zero_set *zeros);
void landscape_free(struct landscape *landscape);
void posterior_free(struct posterior *posterior);
void scatter_free(struct scatter *scatter);
void marginals_free(struct marginals *marginals);
void predictive_free(struct predictive *predictive);
void weights_free(struct weights *weights);
void concentration_done(struct concentration *concentration);
void curves_free(struct curves *curves);

/* The picture of K over the request's plane; rank maps only if asked for. */
struct landscape *landscape_new(const struct request *request, const struct cancel *cancel);
/* Seconds that K takes at a point, roughly, and the landscape of the request. */
double model_point_cost(const struct model *model);
double landscape_cost(const struct request *request);

/* Equally weighted points of a posterior: a cloud's, or drawn from an integral. */
struct draws {
    size_t dim, n, n_islands; /* n_islands 0: independent */
    const double *w;          /* [dim][n] */
    double *own;              /* what is behind them, if they were drawn */
};
enum status draws_of(const struct work *work, struct draws *out);
void draws_done(struct draws *draws);
/* Values along any axis: out[n]. */
void draws_axis(const struct model *model, const struct draws *draws, size_t axis, double *out);

/* What the picture of a request belongs to, and sums, levels and marginals of its cells. */
struct posterior *posterior_new(const struct request *request, size_t ax, size_t ay);
void posterior_sum_up(struct posterior *posterior);

/* work_density.c: pictures from points. */
/* Adds the masses of a density smoothed from the points that lie on the grid: each such point
   1 / n_all in all. v NULL, ny 1: a line. */
void density_cells(const double *u, const double *v, size_t n, size_t n_all, const double low[2],
                   const double high[2], size_t nx, size_t ny, double *mass);
struct scatter *scatter_new(const struct request *request, const struct draws *draws);
struct marginals *marginals_new(const struct request *request, const struct draws *draws);
/* The cells of the plane ax, ay. */
struct posterior *density_plane(const struct request *request, const struct draws *draws, size_t ax,
                                size_t ay);

/* Evidence, moments, regions and the 95 % share from particles. */
void cloud_numbers(const struct model *model, const struct particles *cloud,
                   struct posterior *posterior);

/* The plane, and in three dimensions the projections; of data also points and marginals. plain:
   where evidence and regions come from; NULL: from held too. */
enum status concentration_new(const struct work *work, struct concentration *out);
/* Evidence and regions over n; no volumes. beta: of the posterior. */
enum status curves_new(const struct held_integral *held, double beta, const struct cancel *cancel,
                       struct curves **out);
/* The least and greatest n of a potential's integral at β. */
double potential_n_min(double beta);
double potential_n_max(double beta);
/* Volumes alone. */
enum status volume_new(const struct held_integral *held, struct curves **out);
/* Moves the volumes of one to the other. */
void curves_take_volume(struct curves *to, struct curves *from);

/* Seconds that an integral over a model's box at one n takes, roughly; infinite if it cannot be
 * had.
 */
double integral_seconds(const struct model *model);

/* The bodies of the other jobs: they fill in their results and status. */
void run_cloud(struct work *work);
void run_learning(struct work *work);
void run_empirical(struct work *work);
void run_predictive(struct work *work);
void run_weights(struct work *work);
void run_rlct(struct work *work);
void run_hand(struct work *work);
void run_failure(struct work *work);
void run_estimates(struct work *work);
void estimate_free(struct estimate *estimate); /* NULL is fine */
void run_learned(struct work *work);
/* Whether the output's mean, and the truth's, is a two-layer network. */
void network_kinds(const struct model *model, bool *is_network, bool *truth_is_network);
/* Labels of all points of W0, one component after another; NULL if it is no network's. */
enum network_label *zero_labels_new(const struct model *model, const struct zero_set *zeros);
/* The data behind a job, with at least n observations: inputs.data, or longer ones that are kept as
   work->data. Borrowed. */
enum status work_data(struct work *work, uint64_t data_seed, double n, const struct data **out);
/* Edges of `cells` equal cells. */
double *edges_new(double low, double high, size_t cells);

double seconds_now(void); /* monotonic */

#endif
