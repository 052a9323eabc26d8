/* What is computed for one model on the screen: requests, results, and the jobs between them. */
#ifndef CUSP_WORK_H
#define CUSP_WORK_H

#include "cusp/snapshot.h"
#include "jobs.h"

/* In the order in which they are worth having; the order is the jobs' priority. */
enum work_kind {
    WORK_LANDSCAPE,
    WORK_POSTERIOR, /* picture at n from an integral */
    WORK_COARSE,    /* integral with wide cells */
    WORK_CURVES,
    WORK_ZEROS,
    WORK_SLICE,
    WORK_PLAIN,  /* integral without cells, as exact as can be: for every number that is shown */
    WORK_FINE,   /* integral with the cells that are wanted, as exact as a picture has to be */
    WORK_VOLUME, /* V(ε), which is dear; it becomes part of the curves */
    WORK_KINDS
};

/* Everything a result depends on. What a kind does not depend on is 0 there, so that two requests
   are the same if their fields are. */
struct request {
    const struct model *model; /* NULL: no request */
    size_t axes[2];
    double low[2], high[2];
    size_t nx, ny;
    double rest[SYNTAX_MAX_PARAMS]; /* where the plane stands; 0 along its own axes */
    double n;
    bool rank;   /* with a rank map */
    bool coarse; /* from a coarse integral */
    bool plain;  /* numbers from a plain integral */
};

/* An integral that several may hold, on several threads. */
struct held_integral {
    atomic_int references;
    struct integral *integral;
    struct request request; /* holds a reference of its model */
    unsigned long serial;   /* greater: asked for later; of the thread that asks */
};

/* The posterior's pictures at one n: the plane, and in three dimensions all three planes. */
struct concentration {
    struct posterior *plane;
    struct posterior *projections[3]; /* one of them may be `plane` */
};

struct work {
    struct job job; /* first */
    enum work_kind kind;
    size_t run; /* for which model on the screen */
    struct request request;
    struct held_integral *integral; /* input of WORK_POSTERIOR … WORK_VOLUME; output of integrals */
    struct held_integral *plain;    /* input of WORK_POSTERIOR; NULL: numbers from the integral */
    uint64_t seed;
    size_t threads;
    unsigned long serial;

    enum status status;
    double seconds;
    struct zero_set *zeros; /* WORK_ZEROS, WORK_SLICE */
    struct landscape *landscape;
    struct concentration concentration;
    struct curves *curves;
};

/* Holds references of the model and of the integrals (NULL for none). */
struct work *work_new(enum work_kind kind, const struct request *request,
                      struct held_integral *integral, struct held_integral *plain);
void work_free(struct work *work);
void work_drop(struct job *job);

bool request_same(const struct request *a, const struct request *b);
void request_set(struct request *request, const struct request *from); /* refs the model */
void request_clear(struct request *request);
/* How many cells parameter i has, from where to where: the plane's own, or the fewer of those of
   the plane across the whole box. */
size_t request_cells(const struct request *request, size_t i, double *low, double *high);
/* The same text with the same settings and knobs. */
bool model_same(const struct model *a, const struct model *b);

void held_ref(struct held_integral *held);
void held_unref(struct held_integral *held);

void zero_set_free(struct zero_set *zeros);
void landscape_free(struct landscape *landscape);
void concentration_done(struct concentration *concentration);
void curves_free(struct curves *curves);

/* The picture of K over the request's plane; rank maps only if asked for. */
struct landscape *landscape_new(const struct request *request, const struct cancel *cancel);
/* Seconds that landscape_new takes, roughly. */
double landscape_cost(const struct request *request);

/* The plane, and in three dimensions the projections. plain: where evidence and regions come from;
   NULL: from held too. */
enum status concentration_new(const struct held_integral *held, const struct held_integral *plain,
                              double n, const struct cancel *cancel, struct concentration *out);
/* Evidence and regions over n; no volumes. */
enum status curves_new(const struct held_integral *held, const struct cancel *cancel,
                       struct curves **out);
/* Volumes alone. */
enum status volume_new(const struct held_integral *held, struct curves **out);
/* Moves the volumes of one to the other. */
void curves_take_volume(struct curves *to, struct curves *from);

double seconds_now(void); /* monotonic */

#endif
