/* Products and sums of products read off the expression graph. */
#ifndef CUSP_TAPE_DAG_TERMS_H
#define CUSP_TAPE_DAG_TERMS_H

#include "dag_private.h"

enum { DAG_MAX_FACTORS = 16 };

struct dag_factor {
    uint32_t base;
    int64_t exponent;
};

/* coefficient · Π base^exponent, the bases distinct. */
struct dag_term {
    double coefficient;
    struct dag_factor factors[DAG_MAX_FACTORS];
    size_t n_factors;
};

/* term ← term · base^exponent; false if it has too many factors. */
bool dag_term_multiply(struct dag_term *term, uint32_t base, int64_t exponent);

/* A node with the sign and the zeros of the sum y that shows more: common factors of its terms
   drawn out, f(u) − f(v) made u − v where f is one of the increasing functions, f(u) + f(v) made
   u + v where f is odd too. y itself if there is nothing to do. */
uint32_t dag_simpler_sum(struct dag *dag, uint32_t y);

/* True if both are sums and one is a number times the other, but for rounding. */
bool dag_proportional(const struct dag *dag, uint32_t a, uint32_t b);

#endif
