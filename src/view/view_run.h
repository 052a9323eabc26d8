/* What belongs to a run on data: which n, data, temperature and knobs a picture is of, and whether
   it can be trusted. */
#ifndef CUSP_VIEW_RUN_H
#define CUSP_VIEW_RUN_H

#include "cusp/arena.h"
#include "cusp/figure.h"
#include "cusp/snapshot.h"

bool side_is_statistical(const struct side *side);
/* The truth is known only through the rows of a file. */
bool side_has_no_truth(const struct side *side);

/* "n = 1000, data set 1, β = 0.5" of a posterior at n; potentials have no data set. */
const char *say_at(const struct snapshot *snapshot, size_t side, double n, struct arena *arena);

/* "n = 1000, set 1, β = 0.5" where there is little room. */
const char *say_at_brief(const struct snapshot *snapshot, size_t side, double n,
                         struct arena *arena);

/* The posterior shown belongs to another n, knob, stream of data or temperature than the state. */
bool side_is_past(const struct snapshot *snapshot, size_t side);
/* "still showing n = 300, theta = 0.2; the run to n = 1000 has come to n = 540". */
const char *past_note(const struct snapshot *snapshot, size_t side, const struct area *area,
                      struct arena *arena);

/* "do not trust this picture: …" when the islands disagree; NULL otherwise. */
const char *trust_warning(const struct side *side, const struct area *area, struct arena *arena);

/* How a label of a network is drawn, the same in every view. */
enum role label_role(enum network_label label);
enum marker label_marker(enum network_label label);
/* One curve of markers a label that occurs, with its name and share in the legend: x, y, label
   [n]. */
struct curve_list;
void add_labelled(struct curve_list *list, size_t n, const double *x, const double *y,
                  const enum network_label *label, size_t max);
/* "distinct 57 %, permuted 31 %": shares of labels, most first, of all n; "" if all are NOT_TRUE.
 */
const char *say_labels(const enum network_label *label, size_t n, struct arena *arena);

#endif
