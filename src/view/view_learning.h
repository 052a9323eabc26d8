/* Learning curves that several views draw: means over data sets with their errors, and theory's
 * lines. */
#ifndef CUSP_VIEW_LEARNING_H
#define CUSP_VIEW_LEARNING_H

#include "cusp/figure.h"
#include "cusp/snapshot.h"
#include "view_curves.h"
#include "view_theory.h"

struct learning_track {
    enum learning_kind kind;
    enum role role;
    const char *name;
    bool times_n; /* n times it is drawn */
};

bool learning_applies(const struct snapshot *snapshot, size_t side);
/* The curve to draw; NULL: none, and out is filled with words about it. */
const struct learning_curve *learning_of(const struct side *side, const char *title,
                                         const struct area *area, struct arena *arena,
                                         struct figure *out);
double learning_value(const struct learning_row *row, const struct learning_track *track);
double learning_error(const struct learning_row *row, const struct learning_track *track);
/* The row whose n is nearest, in the logarithm. */
const struct learning_row *learning_row_near(const struct learning_curve *curve, double n);
/* ν where n is greatest; NaN: not known. */
double learning_fluctuation(const struct learning_curve *curve);
/* Adds curves with error bands; then dotted lines of theory. low, high take in what is drawn. */
void learning_add_tracks(struct curve_list *list, const struct learning_curve *curve,
                         const struct learning_track *tracks, size_t n, double *low, double *high);
void learning_add_theory(struct curve_list *list, const struct learning_curve *curve,
                         const struct claim *claim, const struct learning_track *tracks, size_t n,
                         double *low, double *high);
/* "100 data sets, β = 0.5" */
const char *learning_sets(const struct learning_curve *curve, struct arena *arena);

#endif
