/* Private to infer: λ and m from V(ε) at a ladder of levels, and what integration makes of them. */
#ifndef CUSP_INFER_VOLUME_FIT_H
#define CUSP_INFER_VOLUME_FIT_H

#include "cusp/estimator.h"

enum { VOLUME_LEVELS = 9 };

/* Levels of K from 1/n down to 1/n³ (not below 1e-11), evenly in log ε, descending. Returns false
   if n is too small for that. */
bool volume_levels(double n, double eps[VOLUME_LEVELS]);

/* λ and c of log V = λ log ε + (m − 1) log(−log ε) + c by least squares over the first `count`
   levels, m given. */
double volume_fit(const double *eps, const double *log_v, size_t count, double multiplicity);
/* m of the same with λ, m and c all free; count ≥ 3. */
double volume_fit_multiplicity(const double *eps, const double *log_v, size_t count);
/* The least whole number from 1 to dim that m ± its error does not speak against. */
double volume_choose(double multiplicity, double error, size_t dim);

/* The fit at that m of V(ε) by integration: up to three parameters. */
struct quantity volume_target(const struct estimator_setup *setup, const double *eps,
                              double multiplicity, const struct cancel *cancel);

const char *volume_refuses(const struct estimator_setup *setup);

/* What the choice of m is worth: words into caution if it can hardly be told. */
void volume_caution(double multiplicity, double error, double taken, char *caution, size_t size);

#endif
