/* A sheet while it is laid out: growing lists of placed figures and strips in one arena. */
#ifndef CUSP_SHEET_BUILDER_H
#define CUSP_SHEET_BUILDER_H

#include "cusp/arena.h"
#include "cusp/figure.h"
#include "cusp/snapshot.h"
#include "cusp/view.h"

struct sheet_builder {
    const struct snapshot *snapshot;
    struct arena *arena;
    int width, height;
    struct placed *placed;
    size_t n_placed, placed_capacity;
    struct strip *strips;
    size_t n_strips, strips_capacity;
};

/* Adds a strip of exactly `width` columns (cut at the sheet); nothing if none is left. Borrowed
   until the next call. */
struct strip *sheet_strip(struct sheet_builder *b, int column, int row, int width, const char *text,
                          enum role role);
/* Builds the view at its area and places it; nothing for an empty area. */
void sheet_view(struct sheet_builder *b, const struct view *view, size_t side,
                const struct area *area);
/* Places a ready figure that belongs to no view. */
void sheet_figure(struct sheet_builder *b, const struct figure *figure, const struct area *area);

/* A slider: label, track, value. The track is a strip of its own whose action is `action`. Returns
   the column after it. */
int sheet_slider(struct sheet_builder *b, int column, int row, int track, const char *label,
                 double position, const char *value, int value_width, const char *action);

/* Where the panels of a dashboard of this size go, between the header and the bottom lines. footer:
   whether the last line is taken even without a message. */
struct area sheet_body(const struct snapshot *snapshot, int width, int height, bool footer);

/* --- the parts of a screen --- */
void sheet_dashboard(struct sheet_builder *b, const struct area *body, const char *const *only);
void sheet_catalogue(struct sheet_builder *b, const struct area *body);

#endif
