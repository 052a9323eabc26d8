/* What the views of estimators share: what there is of each, and why the right answer is not λ. */
#ifndef CUSP_VIEW_ESTIMATES_H
#define CUSP_VIEW_ESTIMATES_H

#include "cusp/arena.h"
#include "cusp/figure.h"
#include "cusp/snapshot.h"

bool estimates_apply(const struct snapshot *snapshot, size_t side);
/* The row has a value. */
bool estimate_is_there(const struct estimate_row *row);
bool estimates_done(const struct estimates *estimates);
/* "step too small" of "step too small: λ still rises …". */
const char *caution_brief(const char *caution, struct arena *arena);
/* Why the right answer at this n is not λ, or the gravest caution: as much of both as fits. */
const char *estimates_note(const struct snapshot *snapshot, size_t side, const struct area *area,
                           struct arena *arena);
void estimates_missing(const struct snapshot *snapshot, size_t side, const char *title,
                       const struct area *area, struct arena *arena, struct figure *out);

#endif
