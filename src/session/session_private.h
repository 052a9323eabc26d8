/* What the files of this room share about a session. */
#ifndef CUSP_SESSION_PRIVATE_H
#define CUSP_SESSION_PRIVATE_H

#include <sys/types.h>
#include <time.h>

#include "cusp/session.h"
#include "undo.h"
#include "work.h"

/* Two sides, and the model looked at in the catalogue. */
enum { RUN_PREVIEW = SIDES_MAX, RUNS };
enum { CACHE_MAX = 8, RUNS_KEPT = 12, MESSAGE_MAX = 240 };

/* The plane through a model that is looked at. */
struct place {
    size_t axes[2];
    double low[2], high[2];
    double cursor[SYNTAX_MAX_PARAMS];
};

struct slot {
    atomic_uint generation; /* of the present job; another cancels the one before */
    struct work *asked;     /* in the queue or running; NULL if none */
    struct request have;    /* what the present result answers; model NULL if there is none */
    enum status status;     /* of that answer */
};

/* What has come for one model on the screen. */
struct results {
    struct zero_set *zeros, *slice;
    enum network_label *labels; /* of zeros */
    struct landscape *landscape;
    struct held_integral *coarse, *plain, *fine, *empirical;
    struct concentration concentration;
    struct curves *curves;
    struct predictive *predictive;
    struct weights *weights;
    struct trace *trace;
    struct learning *learning;
    struct clouds *clouds;   /* the run of particles for model, stream of data and β; NULL: none */
    struct clouds *rough;    /* the last run of few particles, of what was asked then; or NULL */
    bool slow;               /* a run to n may take longer than one cares to wait */
    struct particles *cloud; /* behind the posterior shown; NULL: none */
    unsigned long version;   /* of clouds, that trace and learning show */
    struct fisher fisher;
    struct model
        *fisher_model; /* fisher belongs to this model at this point; NULL: there is none */
    double fisher_at[SYNTAX_MAX_PARAMS];
    bool on_zero_set;
    double fisher_seconds;    /* the last one took */
    double fine_seconds;      /* the last fine integral took */
    double posterior_seconds; /* the last fine posterior took */
    bool is_network, truth_is_network;
    double empirical_dear; /* the least n at which data could not be integrated over; 0: none */
    bool has_range;        /* how far the plane's axes reach is known: */
    double axis_low[2], axis_high[2];
    unsigned long shown_serial; /* of the integral behind the posterior shown */
    struct rlct *rlct, *rlct_here;
    struct hand_play *hand;
    struct estimate *llc; /* of a preset */
    struct chart_picture *chart;
    const struct resolution *charted; /* what chart is of; not to be looked into */
    size_t chart_at;
    struct board *estimates_board, *learned_board; /* of the studies asked for last; NULL: none */
    struct board *estimates_of;                    /* behind `estimates` */
    struct estimates *estimates;                   /* as the boards were at these versions */
    struct learning_curve *learned;
    unsigned long estimates_version, learned_version;
    char rlct_why[200], rlct_here_why[200], hand_why[200], learned_why[200], llc_why[200];
    char why[MESSAGE_MAX];
};

/* One model on the screen. */
struct run {
    struct model *model; /* a reference; what the results are about, or are soon */
    struct place place;
    struct slot slots[WORK_KINDS];
    struct results is;
};

/* A model file as it was when it was read. */
struct stamp {
    char *path; /* NULL: none */
    struct timespec changed;
    off_t size;
    ino_t inode;
    dev_t device;
};

struct session {
    struct catalogue catalogue;
    bool has_catalogue;
    struct state state;
    struct model *models[SIDES_MAX]; /* references; NULL while nothing is open */
    struct undo undo;
    struct jobs *jobs;
    bool synchronous;
    bool unlinked; /* the sides' places do not follow each other */
    uint64_t seed;
    size_t threads;
    unsigned needs;
    unsigned long serial; /* of the job asked for last */
    size_t nx, ny;
    struct run runs[RUNS];
    struct held_integral *cache[CACHE_MAX]; /* the latest first; NULL at the end */
    struct clouds *kept[RUNS_KEPT];         /* likewise */
    size_t *rows; /* entries of the catalogue that the filter lets through */
    size_t n_rows;
    char filtered[64]; /* the filter that rows belongs to */
    bool rows_valid;
    size_t preview_entry; /* entry that runs[RUN_PREVIEW] shows, SIZE_MAX: none */
    struct stamp stamps[SIDES_MAX];
    char message[MESSAGE_MAX];
    bool message_is_error;
    struct text diagnostics;
    double last_tick; /* 0: not playing */
};

/* schedule.c: asks for every result that is missing, drops those that belong to nothing. */
void session_refresh(struct session *session);
bool slot_has(const struct run *run, enum work_kind kind, const struct request *want);
/* Sees to one result: it is there, or on its way, or is asked for. True if it is there. */
bool see_to(struct session *session, size_t index, enum work_kind kind, const struct request *want,
            const struct inputs *inputs);
/* Asks for it in place of what the slot is at. inputs NULL: none. */
void ask(struct session *session, size_t index, enum work_kind kind, const struct request *request,
         const struct inputs *inputs);
struct request plane_request(const struct session *session, const struct run *run);
/* The plane that an integral's cells are for: of observables its draws make the picture. */
struct request integral_request(const struct session *session, const struct run *run);
/* An integral that was computed before and is still kept becomes the present one. */
void adopt(struct session *session, struct run *run, enum work_kind kind,
           const struct request *want, struct held_integral **present);

/* schedule_clouds.c: the posterior on data, and of more than three parameters. */
/* Whether the model's posterior is that of particles, at least at first. */
bool model_is_sampled(const struct model *model);
void see_to_clouds(struct session *session, size_t index);
/* The greatest n that playing may go to now. */
double clouds_play_limit(const struct session *session);
/* How far a run on its way has come; 0: there is none. */
double run_progress(const struct run *run);
/* Whether the posterior shown belongs to something past. */
bool run_is_past(const struct session *session, const struct run *run);

/* change_exact.c */
/* Another point or model: its resolution is looked at from the start. */
void session_forget_charts(struct session *session, size_t side);
/* The last move by hand was not possible. */
void session_refuse_move(struct session *session, size_t side, const char *why);

/* schedule_exact.c: λ, its resolution, estimators and learning curves. */
void see_to_exact(struct session *session, size_t index);
void fill_exact(const struct session *session, const struct run *run, struct side *side);
/* Takes over what the boards of the studies show by now; true if that is something new. */
bool run_look_at_boards(struct run *run);
/* The resolution on the screen: at the cursor, of the box, or by hand; NULL: none. */
const struct resolution *run_resolution(const struct session *session, const struct run *run);
const struct rlct *run_resolved(const struct run *run);
bool run_has_now(const struct run *run, enum work_kind kind);

/* results.c */
void run_clear(struct run *run, enum work_kind kind);
void run_clear_fisher(struct run *run);
void slot_cancel(struct session *session, struct slot *slot);
struct held_integral *cache_find(const struct session *session, const struct request *request);
/* A job that ended: its result is the present one if it is still asked for. True if it is. */
bool session_apply(struct session *session, struct work *work);
void run_done(struct session *session, struct run *run);
/* The run of particles for a model, begun if there is none: borrowed. */
struct clouds *session_clouds(struct session *session, const struct model *model);
/* Forgets the oldest runs of particles until what is kept is not too much. */
void session_trim(struct session *session);
/* Results of one run become those of another (the preview that was opened). */
void run_move(struct session *session, struct run *from, struct run *to);

/* change.c: the present state becomes a step of undo. */
void session_commit(struct session *session, const char *kind, bool continues);
void session_swap_model(struct session *session, size_t side, struct model *model);

/* The greatest n there is for a model at the present β. */
double session_side_n_max(const struct session *session, const struct model *model);

/* place.c */
void place_default(const struct model *model, struct place *place);
struct place place_of(const struct state *state, size_t side);
void place_store(const struct place *place, struct state *state, size_t side);
/* Half a cell of the plane along each axis. */
void place_half_cell(const struct session *session, const struct place *place, double half[2]);
/* The place of w on the plane's axes; NaN where it has none. */
void place_of_point(const struct model *model, const struct place *place, const double *w,
                    double out[2]);
/* The range of an axis that particles take. */
void place_cloud_range(const struct model *model, const struct particles *cloud, size_t axis,
                       double *low, double *high);
/* Two different axes of the model, or its only parameter twice. */
bool place_axes_fit(const struct model *model, size_t ax, size_t ay);
/* Whether both axes are parameters. */
bool place_is_plain(const struct model *model, const struct place *place);
/* The zero nearest to w within half a cell in the plane: true, and where in out (may be NULL). */
bool place_near_zero(const struct zero_set *zeros, const struct place *place, const double *w,
                     const double half[2], double *out);

/* filter.c */
void session_filter(struct session *session);

/* reload.c */
void stamp_take(struct stamp *stamp, const char *path);
void stamp_done(struct stamp *stamp);

#endif
