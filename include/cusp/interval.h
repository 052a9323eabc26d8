/* Closed intervals with outward rounding: enclosures that hold in spite of rounding. */
#ifndef CUSP_INTERVAL_H
#define CUSP_INTERVAL_H

#include "cusp/op.h"

#include <stdbool.h>

/* All reals between low and high; low = −∞ and high = ∞ are allowed. defined: false if the
   expression may be undefined (a pole, log of a negative, NaN) somewhere in the box. kink: true if
   a piecewise operation may switch inside the box, so that derivatives there are one-sided. */
struct interval {
    double low, high;
    bool defined, kink;
};

struct interval interval_of(double low, double high);

/* The enclosure of an operation over enclosures of its arguments. Never narrower than the truth. */
struct interval interval_op(enum op op, int exponent, struct interval a, struct interval b,
                            struct interval c);

#endif
