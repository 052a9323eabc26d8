/* A number and its standing: how it is known. */
#ifndef CUSP_QUANTITY_H
#define CUSP_QUANTITY_H

#include "cusp/status.h"

#include <stdbool.h>
#include <stddef.h>

enum standing { EXACT, LOWER_BOUND, UPPER_BOUND, ESTIMATE, UNKNOWN };

/* An exact fraction; den > 0, lowest terms; den == 0 means "none". */
struct rat {
    long num, den;
};

struct quantity {
    const char *name;
    double value;
    double error; /* absolute; 0 if exact; same unit as value */
    struct rat exact;
    enum standing standing;
    const char *why; /* method, or the reason it is not known */
};

const char *standing_name(enum standing standing);
double rat_value(struct rat r);
/* "1/2", "3"; "" for none. */
void rat_text(char *out, size_t size, struct rat r);
/* The simplest fraction within tolerance of x with denominator ≤ max_den; false if none. */
CUSP_MUST_USE bool rat_near(double x, double tolerance, long max_den, struct rat *out);

#endif
