/* The asymptotic lines that a model's claim gives: λ log n − (m−1) log log n, and d/2 log n. */
#ifndef CUSP_VIEW_THEORY_H
#define CUSP_VIEW_THEORY_H

#include "cusp/arena.h"
#include "cusp/figure.h"
#include "cusp/snapshot.h"

struct claim {
    bool known;          /* λ of the whole box: computed, or else claimed by the model's file */
    bool exact;          /* it was computed */
    double rlct;         /* λ */
    long multiplicity;   /* m, 1 if not claimed */
    const char *lambda;  /* "1/2" */
    const char *between; /* "1/3 ≤ λ ≤ 1/2", if that is all that could be proved; "" */
    double low, high;    /* that interval; NaN: no such end */
    double regular;      /* d/2 */
    bool is_regular;     /* λ = d/2 and m = 1 */
};
struct claim claim_of(const struct side *side, struct arena *arena);

/* "λ = 1/2 exactly", "λ = 1/2" of a claim, "1/3 ≤ λ ≤ 1/2"; else `unknown`. */
const char *claim_text(const struct claim *claim, const char *unknown, struct arena *arena);

/* λ log n − (m−1) log log n; NaN where log log n is not defined. */
double theory_value(const struct claim *claim, double n);

/* What grows without bound and says nothing: n min K for a model without a zero in its box, else 0.
 */
double loss_offset(const struct side *side, double n);

/* n E[K] − n min K at this n: the running slope; NaN if it is not known. */
double slope_now(const struct side *side, double n);

/* "slope now 0.41 → λ = 1/2 (m = 2: log log n slows it)" for all sides on one line, as long as
   fits. data: of F_n on data where there are data, not of K itself. */
const char *slopes_note(const struct snapshot *snapshot, bool data, const struct area *area,
                        struct arena *arena);

/* Whether curves of K itself over n and ε are or will be there for any side: they are integrated,
   in up to three parameters. */
bool curves_apply(const struct snapshot *snapshot);
/* figure_missing of such curves, with the reason if there will never be any. */
void curves_missing(const struct snapshot *snapshot, const char *title, const char *what,
                    const struct area *area, struct arena *arena, struct figure *out);

/* Number of sides whose curves are known. */
size_t sides_with_curves(const struct snapshot *snapshot);

/* The name of a side for a legend. */
const char *side_label(const struct snapshot *snapshot, size_t side);

#endif
