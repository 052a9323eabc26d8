/* The estimate by SGLD that three views look at: λ̂ against draws, the losses, the diagnosis. */
#ifndef CUSP_VIEW_LLC_H
#define CUSP_VIEW_LLC_H

#include "cusp/arena.h"
#include "cusp/figure.h"
#include "cusp/snapshot.h"

/* Whether there is, or will be, such an estimate for a side. */
bool llc_applies(const struct snapshot *snapshot, size_t side);
/* The run to be shown; NULL: none yet, and out is then filled with words about it. */
const struct sgld_run *llc_run(const struct snapshot *snapshot, size_t side, const char *title,
                               const struct area *area, struct arena *arena, struct figure *out);
/* "step too large: " of the preset that is shown; "" if none. */
const char *llc_prefix(const struct side *side, struct arena *arena);

#endif
