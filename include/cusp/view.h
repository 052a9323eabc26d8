/* Views: a snapshot becomes a figure, purely; and the sheet that places several of them. */
#ifndef CUSP_VIEW_H
#define CUSP_VIEW_H

#include "cusp/arena.h"
#include "cusp/figure.h"
#include "cusp/snapshot.h"

/* A dashboard shows views of one topic: those of the posterior, unless the view that has the focus
 * is of another. */
enum view_topic { TOPIC_POSTERIOR, TOPIC_RESOLUTION, TOPIC_ESTIMATORS, TOPIC_LEARNING };

struct view {
    const char *name;          /* "posterior" */
    const char *title;         /* "Posterior" */
    const char *help;          /* what it shows, one or two sentences for a newcomer */
    bool shared;               /* one figure for both sides (concentration, volume) */
    int min_width, min_height; /* below this the dashboard leaves it out */
    enum view_topic topic;
    unsigned needs; /* enum session_need: the results it looks at */
    int weight;     /* share of the space it asks for: plane views more than bars */
    /* False if it has nothing to show for this model (regions without regions). */
    bool (*applies)(const struct snapshot *snapshot, size_t side);
    /* Always fills *out (with a text figure if data are missing); all memory is the arena's or the
       snapshot's. area: the size it will be drawn at. */
    void (*build)(const struct snapshot *snapshot, size_t side, const struct area *area,
                  struct arena *arena, struct figure *out);
};

/* The rows of views.def, in menu order; NULL-terminated. */
extern const struct view *const views[];
const struct view *view_find(const char *name);

/* The whole screen for a snapshot at a size: header, panels, n slider, cursor line, key footer, or
   the catalogue. only: NULL, or a NULL-terminated list of view names to show. footer: key hints for
   the last line, may be "". */
void sheet_build(const struct snapshot *snapshot, int width, int height, const char *const *only,
                 const char *footer, struct arena *arena, struct sheet *out);

/* How a sheet is used with the mouse and keys.
   - A strip whose action is exactly "n" is the track of the n slider, and covers exactly that
   track: column c of its width W means sheet_slider_n at c / (W − 1).  "knob NAME" is the track of
   a knob likewise: low + (high − low) c / (W − 1).  Every other action is the whole text of a
   command.
   - placed.view is "" for panels that no view made (diagnostics, the catalogue's text).
   - A dashboard that has not room for every view shows page state.page modulo sheet_pages(); a view
     that has the focus is on the screen whatever the page, with others of its topic. */
size_t sheet_pages(const struct snapshot *snapshot, int width, int height);

/* The greatest n that every side on the screen has: 1e12, or as many observations as there are. */
double sheet_n_max(const struct snapshot *snapshot);
/* n at a position 0..1 of the n slider, 10^(position log10 n_max), and the position of an n. */
double sheet_slider_n(const struct snapshot *snapshot, double position);
double sheet_slider_position(const struct snapshot *snapshot, double n);

/* The smallest screen the explorer can use. */
enum { SHEET_MIN_WIDTH = 60, SHEET_MIN_HEIGHT = 16 };

#endif
