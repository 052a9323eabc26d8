/* What the two views of the volume of {K < ε} share. */
#ifndef CUSP_VIEW_VOLUME_H
#define CUSP_VIEW_VOLUME_H

#include "cusp/snapshot.h"

/* Rows of a side where the volume is known to be positive: [*first, *end). False if fewer than two.
 */
bool volume_rows(const struct side *side, size_t *first, size_t *end);
/* The range of ε over all sides; false if none is known. */
bool volume_range(const struct snapshot *snapshot, double *low, double *high);
/* V at this ε, between rows on log scales; NaN outside. */
double volume_at(const struct side *side, double eps);
/* d log V / d log ε at this ε. */
double volume_slope(const struct side *side, double eps);

#endif
