/* Private to infer: the density of states, the measure of K values, from which Z_n follows for any
 * n. */
#ifndef CUSP_STATES_H
#define CUSP_STATES_H

#include <stddef.h>

/* Z_n = ∫ e^(−nK) μ(dK) for a measure μ pushed in node by node (Watanabe 2009, §4.2). μ is kept as
   its moments on every octave of K from 2^STATES_LEAST: Σ weight t^j, t in [−1, 1) across the
   octave. e^(−nK) is replaced by its Chebyshev interpolant of degree STATES_ORDER − 1 on each
   octave, which errs by less than STATES_ERROR of the whole. */
enum {
    STATES_LEAST = -60,
    STATES_MOST = 8,
    STATES_OCTAVES = STATES_MOST - STATES_LEAST,
    STATES_ORDER = 10
};

struct states {
    double rest, rest_k; /* Σ weight and Σ weight k below 2^STATES_LEAST: e^(−nk) is 1 − nk there */
    double moment[STATES_OCTAVES][STATES_ORDER];
};

/* What turns moments into a sum: a coefficient for each. */
struct states_factors {
    double n;
    double factor[STATES_OCTAVES][STATES_ORDER];
};

/* Octave of k (≥ 0; −1: below all) and the powers 1, t, t² … of its place in it. Above all octaves:
 * the topmost place. */
int states_powers(double k, double power[STATES_ORDER]);
void states_add(struct states *states, double k, double weight);
/* to += share × from. */
void states_accumulate(struct states *to, const struct states *from, double share);

/* with_k false: for Σ weight e^(−nk); true: for Σ weight k e^(−nk). */
void states_factors_make(double n, int with_k, struct states_factors *factors);
double states_sum(const struct states *states, const struct states_factors *factors, int with_k);

/* Upper bound of the error of states_sum at n (not with_k). It is far below the sum where small K
   carry it, not where all of it lies on a plateau at large n K. */
double states_bound(const struct states *states, double n);

/* A coarse, positive ladder for pictures: LADDER_STEPS rungs an octave, each node shared by the two
 * next to it. */
enum { LADDER_LEAST = -44, LADDER_MOST = 8, LADDER_STEPS = 4 };
enum { LADDER_SIZE = (LADDER_MOST - LADDER_LEAST) * LADDER_STEPS + 1 };

/* K at every rung: rung[LADDER_SIZE]. */
void ladder_rungs(double *rung);
/* K lies between rungs first and first + 1; *upper is the share of the second. */
size_t ladder_locate(const double *rung, double k, double *upper);

#endif
