/* What the person is looking at: state with undo and redo, results computed in the background. */
#ifndef CUSP_SESSION_H
#define CUSP_SESSION_H

#include "cusp/snapshot.h"
#include "cusp/text.h"

struct session;

struct session_options {
    const char *models_directory; /* NULL: as catalogue_open */
    uint64_t seed;
    size_t threads;   /* workers; 0: one a processor */
    bool synchronous; /* results are computed at once by session_wait: for frame and scripts */
};

/* ST_IO if no catalogue is found: the session still works on paths and inline text, diags says so.
 */
CUSP_MUST_USE enum status session_new(const struct session_options *options, struct diags *diags,
                                      struct session **out);
void session_free(struct session *session);

/* The present picture. Borrowed pointers, valid until the next call on the session. */
void session_snapshot(struct session *session, struct snapshot *out);

/* A descriptor that becomes readable when a background result waits; session_collect applies what
   has come. Returns true if the picture changed. */
int session_wakeup_fd(const struct session *session);
bool session_collect(struct session *session);
/* Waits until nothing is being computed. ST_CANCELLED after timeout_ms (< 0: no limit). */
CUSP_MUST_USE enum status session_wait(struct session *session, int timeout_ms);
bool session_busy(const struct session *session);

/* How fine the pictures are to be: cells of the largest plane view; results follow. */
void session_set_resolution(struct session *session, size_t nx, size_t ny);

/* Only these results are computed from now on: bits of enum session_need. */
void session_set_needs(struct session *session, unsigned needs);
/* These too, besides those that are computed anyway. */
void session_add_needs(struct session *session, unsigned needs);

/* Every change of state goes through these; each is one step of undo unless it continues the last
   one of its kind (turning n by many small steps is one). On failure nothing changes and diags or
   the message says why. */
CUSP_MUST_USE enum status session_open(struct session *session, size_t side,
                                       struct model *model); /* takes a reference of its own */
CUSP_MUST_USE enum status session_compare(struct session *session,
                                          bool on); /* contrast by default */
/* ST_DOMAIN with a message beyond what the models on the screen have. Data arrive one by one: their
   number is the floor of n. */
CUSP_MUST_USE enum status session_set_n(struct session *session, double n);
/* The range of n for the models on the screen. */
void session_n_range(const struct session *session, double *low, double *high);
/* Another stream of data, or another temperature, for both sides. ST_DOMAIN if β is not
   > 0, or the seed is 0. */
CUSP_MUST_USE enum status session_set_data_seed(struct session *session, uint64_t seed);
CUSP_MUST_USE enum status session_set_beta(struct session *session, double beta);
/* Turns the knob of the side with the focus, or of the other if only that one has it. ST_INPUT: no
   such knob; ST_DOMAIN: outside its range. */
CUSP_MUST_USE enum status session_set_knob(struct session *session, const char *name, double value);
CUSP_MUST_USE enum status session_set_cursor(struct session *session, size_t side, const double *w);
/* Like session_set_cursor, but caught by W0 when that is within half a cell: for keys and mouse. */
CUSP_MUST_USE enum status session_point_at(struct session *session, size_t side, const double *w);
/* The cursor of the side with the focus by cells of the plane; `out`: along the first parameter
   that is not on the plane's axes. */
void session_move_cursor(struct session *session, int right, int up, int out);
/* The window of the side with the focus; the other side's follows in proportion to its box. Cut at
   the box; ST_DOMAIN if nothing is left. */
CUSP_MUST_USE enum status session_set_window(struct session *session, const double low[2],
                                             const double high[2]);
/* The chart of the resolution on the screen that is looked at; ST_DOMAIN: there is none such. */
CUSP_MUST_USE enum status session_set_chart(struct session *session, size_t side, size_t chart);
/* The person resolves by hand; ST_UNABLE: not a model of two parameters. */
CUSP_MUST_USE enum status session_set_by_hand(struct session *session, size_t side, bool on);
/* One more move: centre ("#0", "1/2,0") in the chart that is looked at. ST_UNABLE: the last one is
   not worked out yet; ST_LIMIT: too many moves. A move that is not possible is taken back with a
   message. */
CUSP_MUST_USE enum status session_blow_up(struct session *session, size_t side, const char *centre);
/* The preset of what goes wrong that is shown on the first side's model; "": none. ST_INPUT: there
   is none such. */
CUSP_MUST_USE enum status session_set_failure(struct session *session, const char *name,
                                              bool mended);
/* All moves at once, as plane_by_hand reads them. */
CUSP_MUST_USE enum status session_set_moves(struct session *session, size_t side,
                                            const char *moves);
/* Axes: parameters, or dim + an observable. */
CUSP_MUST_USE enum status session_set_axes(struct session *session, size_t side, size_t ax,
                                           size_t ay);
/* Whether cursor and window of one side follow the other's; they do at the start. */
void session_link(struct session *session, bool linked);
/* The present state is where undo ends from now on. */
void session_settle(struct session *session);
/* Plane, window and cursor as when the model was opened. */
void session_reset(struct session *session);
/* The place x, y on the plane's axes: where these are parameters like session_point_at, else at the
   particle that lies nearest. ST_DOMAIN outside the window; ST_UNABLE if no particles are there. */
CUSP_MUST_USE enum status session_point_plane(struct session *session, size_t side, double x,
                                              double y);
/* How far an axis reaches (a parameter, or dim + an observable): the box, or what the prior makes
   of an observable. */
void session_axis_range(const struct model *model, size_t axis, double *low, double *high);
/* Fields without results behind them: focus, zoomed, page, playing, filter … */
void session_edit(struct session *session, const char *kind,
                  void (*change)(struct state *state, void *context), void *context);
CUSP_MUST_USE enum status session_undo(struct session *session); /* ST_DOMAIN: nothing to undo */
CUSP_MUST_USE enum status session_redo(struct session *session);

/* Time passes: play advances n. now in seconds, monotonic. Returns true if the picture changed. */
bool session_tick(struct session *session, double now);

/* Looks whether an open model's file changed on disk, and reloads it; a faulty one leaves the last
   good picture and sets snapshot.diagnostics. Returns true if something changed. */
bool session_poll_files(struct session *session);

/* The command line that makes this state again. */
void session_share(struct session *session, struct text *out);

void session_message(struct session *session, bool error, const char *format, ...)
    CUSP_PRINTF(3, 4);
const struct catalogue *session_catalogue(const struct session *session);

#endif
