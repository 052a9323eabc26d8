/* λ of sums of squares in several variables: as far as rules, polyhedra and blow-ups go. */
#ifndef CUSP_IDEAL_H
#define CUSP_IDEAL_H

#include "cusp/polyhedron.h"

/* K ≍ (Σ f_i²)^(power/2) near the point, with a prior ≍ Π |f|^power. */
struct ideal_problem {
    size_t n_vars;
    const char *const *names;
    const struct poly *const *generators; /* not all 0 */
    size_t n_generators;
    long power;            /* 2: squares; 1: one generator, which is K itself */
    const char *const *at; /* numbers as text, exactly; NULL: the origin */
    const struct prior_factor *prior;
    size_t n_prior;
    const int *signs; /* [n_vars]: +1, −1: only w_i − at_i of that sign; 0: both; NULL: all 0 */
    size_t budget;    /* charts to look at; 0: 2000 */
};

struct ideal_result {
    bool exact;
    struct rat lambda;       /* if exact */
    long multiplicity;       /* if exact and known; 0: not known */
    struct rat lower, upper; /* else; den 0: none */
    const char *lower_why, *upper_why;
    long lower_multiplicity; /* m is at most that if λ is the lower bound; 0: not known */
    const char
        *method; /* "Newton polyhedron, nondegenerate", "blow-ups along coordinate subspaces" … */
    const char *why; /* one or two sentences; why not exact, if it is not */
    size_t n_steps;
    const char **steps; /* the argument, line by line */
    bool everywhere;    /* the least λ of all of W0 is that at this point, known or between
                           the bounds (K is weighted homogeneous about it with positive
                           weights), and m is the greatest */
    struct resolution *resolution; /* of blow-ups; NULL if none were needed */
    struct newton *newton; /* at the point, in the coordinates given; NULL if there is none */
};

/* ST_DOMAIN: K is not 0 there. ST_UNABLE, ST_LIMIT with why only where nothing at all can be said.
 */
CUSP_MUST_USE enum status ideal_rlct(const struct ideal_problem *problem, struct arena *arena,
                                     struct ideal_result *out, const char **why);

#endif
